//! Commitments, draws, openings and fraud proofs of Ballast.
//!
//! Everything that the chain believes of a GPU's work passes through here, on
//! the host and inside contracts alike:
//!
//! - [`hash`], [`codec`], [`tree`], [`frontier`]: domains, the one encoding, trees
//!   with range proofs, plain and with sums, whole and growing;
//! - [`beacon`], [`draw`], [`stake`]: public randomness and what is drawn by it;
//! - [`census`]: the unannounced capacity measurement;
//! - [`tensor`], [`program`], [`trace`], [`task`], [`receipt`]: what a job
//!   commits to, from its weights to the batch it is paid in;
//! - [`opening`]: the samples that a worker answers, and fraud proofs;
//! - [`freivalds`]: the cheap full check of a product, for auditors.
//!
//! Verification never panics, allocates only what it has bounded, and answers
//! with a typed [`ProofError`]. Signatures and pairings come in through
//! [`crypto::Crypto`], so that contracts use the chain's host functions; feature
//! `host` has the same curves in pure Rust.
#![no_std]
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

extern crate alloc;

pub mod beacon;
pub mod census;
pub mod codec;
pub mod crypto;
pub mod draw;
mod error;
pub mod freivalds;
pub mod frontier;
pub mod hash;
mod num;
pub mod opening;
pub mod program;
pub mod receipt;
pub mod stake;
pub mod task;
pub mod tensor;
pub mod trace;
pub mod tree;

pub use error::ProofError;
pub use hash::Hash;
