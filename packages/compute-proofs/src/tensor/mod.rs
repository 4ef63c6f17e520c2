//! Tensors: rows cut into leaves, a tree over the leaves, a root that also binds
//! type and shape.
//!
//! A leaf is at most [`LEAF_BYTES`] of one row (one BLAKE3 chunk); a row starts a
//! new leaf, so a row is one range of leaves and so are adjacent rows. Operations
//! declare their output so that what a consumer reads is a row.

mod committed;
mod spec;

use alloc::vec::Vec;

use exact_kernels::DType;

pub use committed::{Committed, OpenedRange, SealPreimage};
pub use spec::TensorSpec;

use crate::{ProofError, num::count};

/// The longest leaf, in bytes: one BLAKE3 chunk.
pub const LEAF_BYTES: u32 = 1024;

/// The largest tensor that a program may read or write, in bytes.
pub const MAX_TENSOR_BYTES: u64 = 1 << 36;

/// The most bytes that one opened range can carry; registration bounds what an
/// element reads well below it.
pub const MAX_OPENED_BYTES: u32 = 64 * 1024;

const NAME: &str = "tensor";

/// The element `index` places into `bytes`, as a number.
///
/// # Errors
/// [`ProofError::WrongLength`] beyond the end.
pub fn element(dtype: DType, bytes: &[u8], index: u32) -> Result<i32, ProofError> {
    let size = dtype.bytes();
    let start = u64::from(index).saturating_mul(u64::from(size));
    let end = start.saturating_add(u64::from(size));
    let as_index = |at: u64| usize::try_from(at).unwrap_or(usize::MAX);
    let found = bytes.get(as_index(start)..as_index(end));
    match (dtype, found) {
        (DType::I8, Some(&[byte])) => Ok(i32::from(i8::from_le_bytes([byte]))),
        (DType::U8, Some(&[byte])) => Ok(i32::from(byte)),
        (DType::I32, Some(&[a, b, c, d])) => Ok(i32::from_le_bytes([a, b, c, d])),
        _ => Err(ProofError::WrongLength {
            what: "element",
            expected: end,
            actual: count(bytes.len()),
        }),
    }
}

/// A number as an element's bytes; values outside an 8-bit type keep their low
/// byte.
pub fn push_element(dtype: DType, value: i32, out: &mut Vec<u8>) {
    match dtype {
        DType::I8 | DType::U8 => out.push(exact_kernels::requantise::low_byte(value)),
        DType::I32 => out.extend_from_slice(&value.to_le_bytes()),
    }
}
