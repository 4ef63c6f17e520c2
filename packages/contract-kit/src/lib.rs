//! What every contract of Ballast does the same way, so that it is the same:
//!
//! - [`wiring`]: who the four contracts are to each other, set once
//! - [`roles`]: which peer or owner a sender is
//! - [`Timelock`]: changes that are announced first
//! - [`bounds`]: values within bounds
//! - [`funds`]: which messages take funds
//! - [`version`][]: migration
//!
//! A contract's own error wraps [`Error`] and gets its conversions by [`through_kit`].
#![forbid(unsafe_code)]
#![cfg_attr(
    not(test),
    deny(
        clippy::arithmetic_side_effects,
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::float_arithmetic
    )
)]

pub mod bounds;
mod error;
pub mod funds;
pub mod roles;
mod timelock;
pub mod version;
pub mod wiring;

pub use error::Error;
pub use timelock::Timelock;
