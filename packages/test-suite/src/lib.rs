//! What the tests of Ballast share: the wasm harness, the figures and the
//! scale of random tests. Nothing in here is ever shipped.
//!
//! - [`chain`] runs a contract's real `.wasm` and says what it costs on wasmd
//! - [`coverage`] adds up which lines of the contracts their tests run
//! - [`defaults`] are the numbers of the default networks
//! - [`deterrence`] plays what lazy workers gain and lose
//! - [`figures`] holds measured numbers and keeps the tables in the docs true
//! - [`fixtures`] makes small worlds that proofs are about
//! - [`fuzz`] has the bodies of the fuzz targets
//! - [`golden`] compares what a test has found with a file
//! - [`gas`] measures what proofs and messages cost on chain
//! - [`market`] is what the suites of the market share: work, right and wrong
//! - [`network`] is the contracts together on a simulated chain, and what always holds
//! - [`scale`] says how long random tests run, and with which seed
//! - [`schema`] writes the JSON schemas of all messages
//! - [`security`] holds pages to the tests that they name
//! - [`vectors`] are the test vectors and how to run them
//! - [`workspace`] finds the workspace and what was built in it

#[cfg(feature = "vm")]
pub mod chain;
pub mod coverage;
#[cfg(feature = "market")]
pub mod defaults;
#[cfg(feature = "contracts")]
pub mod deterrence;
pub mod figures;
pub mod fixtures;
pub mod fuzz;
#[cfg(feature = "vm")]
pub mod gas;
pub mod golden;
#[cfg(feature = "market")]
pub mod market;
#[cfg(feature = "contracts")]
pub mod network;
pub mod scale;
#[cfg(feature = "vm")]
pub mod schema;
pub mod security;
#[cfg(feature = "vm")]
pub mod vectors;
pub mod workspace;
