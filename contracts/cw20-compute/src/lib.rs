//! The coin of Ballast: cw20-base with a minter for good, a count of what was
//! forgiven, and allowances that stay dead once they have expired.
//!
//! - [`contract`]: entry points; `roles`: who may send what
//! - `execute`: one file per subject; `query`: what can be asked
//! - [`state`]: what is stored; `events`: what is told
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

pub mod contract;
mod error;
mod events;
mod execute;
mod query;
mod roles;
pub mod state;

pub use error::ContractError;
