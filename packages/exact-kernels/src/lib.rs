//! The single definition of every consensus operation of Ballast.
//!
//! A result counts on chain only if anyone can recompute any element of it and
//! get the same bits. WGSL may reassociate, fuse and flush floats, so consensus
//! work is integer-only; integers modulo 2^32 are exact on every vendor. The
//! WGSL kernels of the worker are a second implementation of this crate and are
//! tested against it bit for bit. There is no third one.
//!
//! One folder is one operation. Each has
//! - a **shape check** that refuses what the operation does not define,
//! - the **whole-tensor form**, plain and portable: the reference,
//! - the **per-element form**, which a contract can afford,
//! - **`cost()`** in ops, from the shape alone ([`cost`]),
//! - its **overflow bound**, proven in the doc comment.
//!
//! Every function is total over its checked inputs: no panic, no float, no
//! `unsafe`, nothing wider than 32 bits in the arithmetic that a GPU repeats.
//! Matrices are row-major; the right operand of a product is stored
//! transposed, so that what one output element reads is always whole rows.
#![cfg_attr(not(test), no_std)]
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

pub mod bias;
pub mod cost;
mod division;
mod error;
pub mod gather;
pub mod gemm;
pub mod heads;
pub mod lookup;
pub mod norm;
pub mod pool;
pub mod requantise;
pub mod residual;
pub mod scores;
pub mod seeded;
mod shape;
pub mod softmax;
pub mod span;
pub mod transpose;

pub use error::KernelError;
pub use shape::{DType, Shape};
