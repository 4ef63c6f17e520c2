//! Carries beacons to the chain, and does everything that anyone may do when its time
//! has come.
//!
//! - [`beacon`]: rounds of public randomness, served and fetched
//! - [`plan`]: what is to be done, by what the chain says and what time it is
//! - [`Settings`]: its configuration, as `relayer.example.toml` has it
//! - [`Relayer`] looks, plans and sends, through an outbox that survives `kill -9`
#![forbid(unsafe_code)]
#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic
    )
)]

pub mod beacon;
pub mod plan;
mod relayer;
mod settings;
mod watch;

pub use relayer::{Config, Metrics, Relayer, RelayerError};
pub use settings::Settings;
