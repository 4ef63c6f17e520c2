//! A contract that only calls the proof library.
//!
//! Tests run it as real wasm in the chain's VM, on the same vectors as the host,
//! and `make gas` prices it. It keeps what a real contract would know before a
//! proof arrives (the census, the batch, the program) in its storage, so that a
//! proof's message carries what it would carry there.
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

mod compute;
pub mod contract;
pub mod msg;
