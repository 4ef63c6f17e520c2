//! A worker on the network.
//!
//! [`start`] joins with an operator's keys and a device: it keeps sessions with
//! coordinators, checks every lease against the chain before it works, answers every
//! census, signs batches of its receipts, commits and proves them, and answers demands.
//!
//! What it has done is in a journal before anyone hears of it, and what it signs is
//! there before it leaves the machine: so a crash loses no pay, and no receipt is ever in
//! two batches.
//!
//! - `session`: offers, downloads, results; `engine`: the device's thread
//! - `journal`: what is done, and how far on its way to being paid
//! - `batcher`, `proofs`, `census::plan`, `session::offer`: what is decided, without I/O
//! - `ledger`, `census::run`: those decisions, carried out
#![forbid(unsafe_code)]
#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing
    )
)]

mod batcher;
mod carrier;
mod census;
mod chain;
mod claims;
mod config;
mod engine;
mod error;
mod flight;
mod journal;
mod ledger;
mod metrics;
mod proofs;
mod service;
mod session;
mod settings;
mod spoil;
mod status;
#[cfg(test)]
mod testing;

pub use batcher::Policy;
pub use carrier::{Carrier, Direct, Verdict};
pub use config::{Config, Identity};
pub use error::ServiceError;
pub use journal::Sums;
pub use service::{Running, start};
pub use session::offer::Terms;
pub use settings::{Device, Driven, Settings};
pub use status::{Report, SessionStatus, Tasks};
