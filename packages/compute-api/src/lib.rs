//! Every message, response and event of Ballast's contracts, and nothing else.
//!
//! - [`coin`]: `cw20-compute`, the coin
//! - [`oracle`]: `reserve-oracle`, census, peg, reserve and mint gate
//! - [`votes`]: `staking-votes`, operators, votes, rewards, slashes
//! - [`market`]: `compute-market`, orders, batches, proofs, settlement
//!
//! What they share: [`Contracts`] (who they are to each other), [`Role`] (who may
//! send what), [`timelock`] (how parameters change) and [`events`].
//!
//! # Units
//! Amounts are micro-coins (six decimals) in [`Uint128`](cosmwasm_std::Uint128), so
//! strings in JSON, as are ops, rates (ops per second) and opc (ops per coin). Times
//! are whole seconds, moments are seconds since 1970. Hashes and keys are hex;
//! proofs, in the encoding of `compute-proofs`, are base64. `_bps` are parts of
//! 10 000.
//!
//! # Lists
//! Every list takes `start_after` (exclusive; the key of the last entry one has) and
//! `limit` (see [`page`]).
#![forbid(unsafe_code)]
// What only `#[returns]` names: contracts are built without it.
#![cfg_attr(target_arch = "wasm32", allow(unused_imports))]
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

pub mod coin;
mod contracts;
pub mod events;
pub mod market;
pub mod oracle;
pub mod page;
mod role;
pub mod timelock;
pub mod votes;

pub use contracts::{Contracts, Handle};
pub use role::Role;
