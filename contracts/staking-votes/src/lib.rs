//! Operators, votes, rewards and slashes of Ballast.
//!
//! - [`contract`]: entry points; [`roles`]: who may send what
//! - `execute`: one file per action; `query`: what can be asked
//! - [`pool`], [`params`]: share maths and bounds, without storage
//! - [`state`]: what is stored
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

mod context;
pub mod contract;
mod error;
mod execute;
pub mod params;
pub mod pool;
mod query;
pub mod roles;
mod standing;
pub mod state;

pub use error::ContractError;
