//! What an operation costs, in ops.
//!
//! `cost = max(arithmetic, BETA * bytes moved) + BASE`, from shapes alone, so that
//! the chain recomputes it and never believes it. Moved are all tensors that the
//! operation reads and writes, hashed ones more: memory-bound work (a decode of batch 1 moves a byte
//! for every 2 ops) is paid for what it takes. The constants belong to version 1
//! of the program format.

use crate::{DType, Shape};

/// Ops that moving one byte is worth: about the ratio of int8 rate to memory
/// bandwidth of the GPUs that the network is for (the H200's DP4A limit of
/// 134 Tops/s over its 4.8 TB/s is 28).
pub const BETA: u128 = 28;

/// Ops that every operation costs besides, whatever its size: never zero, so
/// that every operation can be drawn, and so little that a program of empty
/// operations does not pay. A CPU core takes about a microsecond (estimated) for
/// an empty operation with its commitments, and 2^16 ops in that are 0.07 Tops/s,
/// less than a core with int8 instructions does in products; a GPU takes 24
/// microseconds and more to dispatch one.
pub const BASE: u128 = 1 << 16;

/// How much more a byte costs that is hashed, because it is committed to or
/// follows from a seed: a BLAKE3 compression is about 670 32-bit instructions for
/// 64 bytes, each of which takes the time of a four-way int8 product, 8 ops
/// (derived; to be measured with the worker's kernels).
const HASHED: u128 = 3;

/// Bytes of a block that is hashed at once; each row of a committed tensor is
/// hashed in whole blocks, and takes one more for its place in the tree.
const BLOCK: u64 = 64;

/// A tensor that an operation moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moved {
    /// It is read from memory.
    Read(DType, Shape),
    /// It is hashed besides: an output, or a matrix that follows from a seed.
    Hashed(DType, Shape),
}

impl Moved {
    /// Bytes that the tensor counts as: its rows in whole 64-byte blocks and one
    /// block more for each, so that committing to many short rows is paid too.
    #[must_use]
    pub fn bytes(self) -> u128 {
        let (factor, dtype, shape) = match self {
            Self::Read(dtype, shape) => (1, dtype, shape),
            Self::Hashed(dtype, shape) => (HASHED, dtype, shape),
        };
        let row = u64::from(shape.cols()).saturating_mul(u64::from(dtype.bytes()));
        let blocks = row.div_ceil(BLOCK).saturating_add(1);
        u128::from(blocks)
            .saturating_mul(u128::from(BLOCK))
            .saturating_mul(u128::from(shape.rows()))
            .saturating_mul(factor)
    }
}

/// `max(arithmetic, BETA * bytes moved) + BASE`, over all tensors moved.
///
/// Saturates at `u128::MAX`; with every dimension below 2^32 and the inner one
/// bounded, no operation comes near it.
#[must_use]
pub fn cost(arithmetic: u128, tensors: impl IntoIterator<Item = Moved>) -> u128 {
    let bytes = tensors.into_iter().map(Moved::bytes);
    let bytes = bytes.fold(0, u128::saturating_add);
    arithmetic
        .max(BETA.saturating_mul(bytes))
        .saturating_add(BASE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(dtype: DType, rows: u32, cols: u32) -> Moved {
        Moved::Read(dtype, Shape::new(rows, cols).unwrap())
    }

    #[test]
    fn the_larger_of_arithmetic_and_movement_counts() {
        let tensor = read(DType::I8, 2, 64);
        let bytes = 2 * (64 + 64);
        assert_eq!(cost(1_000_000, [tensor]), 1_000_000 + BASE);
        assert_eq!(cost(100, [tensor]), BETA * bytes + BASE);
        assert_eq!(cost(100, [tensor, tensor]), BETA * 2 * bytes + BASE);
        assert_eq!(cost(0, []), BASE);
        assert_eq!(cost(u128::MAX, []), u128::MAX);
    }

    #[test]
    fn short_rows_and_hashed_ones_count_as_what_they_take() {
        assert_eq!(read(DType::I8, 1, 4096).bytes(), 4096 + 64);
        assert_eq!(read(DType::I8, 4096, 1).bytes(), 4096 * 128);
        assert_eq!(read(DType::I32, 1, 17).bytes(), 128 + 64);
        let hashed = Moved::Hashed(DType::I8, Shape::new(4096, 1).unwrap());
        assert_eq!(hashed.bytes(), 3 * 4096 * 128);
    }
}
