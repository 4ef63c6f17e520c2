//! Census, peg, reserve and mint gate of Ballast.
//!
//! - [`contract`]: entry points; [`roles`]: who may send what
//! - `execute`, `query`: one file per action
//! - [`census`], [`peg`], [`reserve`]: what the rules compute, without storage
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

pub mod census;
pub mod contract;
mod execute;
pub mod params;
pub mod peg;
mod query;
pub mod reserve;
pub mod roles;
pub mod state;

pub use contract_kit::Error as ContractError;
