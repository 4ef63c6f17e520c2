//! What the tests of Ballast share: the wasm harness, the figures and the
//! scale of random tests. Nothing in here is ever shipped.
//!
//! - [`chain`] runs a contract's real `.wasm` and says what it costs on wasmd
//! - [`coverage`] adds up which lines of the contracts their tests run
//! - [`figures`] holds measured numbers and keeps the tables in the docs true
//! - [`fixtures`] makes small worlds that proofs are about
//! - [`fuzz`] has the bodies of the fuzz targets
//! - [`gas`] measures what proofs and messages cost on chain
//! - [`network`] is the contracts together on a simulated chain, and what always holds
//! - [`scale`] says how long random tests run, and with which seed
//! - [`schema`] writes the JSON schemas of all messages
//! - [`vectors`] are the test vectors and how to run them
//! - [`workspace`] finds the workspace and what was built in it

#[cfg(feature = "vm")]
pub mod chain;
pub mod coverage;
pub mod figures;
pub mod fixtures;
pub mod fuzz;
#[cfg(feature = "vm")]
pub mod gas;
#[cfg(feature = "contracts")]
pub mod network;
pub mod scale;
#[cfg(feature = "vm")]
pub mod schema;
#[cfg(feature = "vm")]
pub mod vectors;
pub mod workspace;
