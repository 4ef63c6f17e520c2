//! Orders, batches, proofs and settlement of Ballast.
//!
//! - [`contract`]: entry points; [`roles`]: who may send what
//! - `execute`: one file per action; `query`: what can be asked
//! - [`money`], [`clock`], [`params`]: what the rules compute, without storage
//! - [`state`]: what is stored; [`stored`]: in which encoding; `book`: the one way to
//!   store an order or a batch
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

mod book;
pub mod clock;
mod context;
pub mod contract;
mod error;
mod execute;
pub mod money;
pub mod params;
mod peers;
mod query;
pub mod roles;
mod signed;
mod standing;
pub mod state;
pub mod stored;

pub use error::ContractError;
