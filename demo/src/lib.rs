//! The whole life of the coin in one command, with real processes: an embedded chain, a
//! beacon, a relayer, a coordinator, four workers of two issuers, an auditor and an app.
//!
//! Nothing is played: capacity is measured by a census, coins are minted through the
//! gate, results come back over HTTP and are compared byte by byte, batches are proven to
//! the real contract, and what the summary shows is read back from the chain. The one
//! thing that a release does not contain is the worker that cheats.
#![forbid(unsafe_code)]

mod app;
mod capacity;
mod error;
mod ledger;
mod life;
mod orders;
mod people;
mod processes;
mod product;
mod services;
mod summary;
mod tell;
mod wait;

pub use error::DemoError;
pub use life::{Options, Running, run};
pub use summary::{Summary, coins};
pub use tell::Tell;
