//! Matrices that both sides derive from a 32-byte seed, so that no operand has
//! to travel to the chain.
//!
//! Row `i` of matrix `stream` is the BLAKE3 extendable output of
//! `seed ‖ stream.tag (1 byte) ‖ stream.index (u32 LE) ‖ i (u32 LE)` in
//! derive-key mode with context [`CONTEXT`]; byte `j` of it is element `j`, an
//! int8 in two's complement. Rows and 64-byte pieces of a row are independent, so a
//! contract makes only those it needs and a GPU makes all at once.

use crate::{
    DType, KernelError, Shape,
    cost::{self, Moved},
    shape::index,
};

#[cfg(test)]
mod tests;

/// The derive-key context of the generator.
pub const CONTEXT: &str = "ballast 2026-11 seeded matrix v1";

/// The key that BLAKE3 derives from [`CONTEXT`], stated so that contracts and
/// shaders need not derive it; a test holds the two together.
pub const KEY: [u8; 32] = [
    0xf9, 0xb2, 0xc3, 0x46, 0x8b, 0x4a, 0x83, 0x22, 0xff, 0x3a, 0xb6, 0xd8, 0xac, 0xb8, 0xd3, 0xee,
    0x86, 0x88, 0x4c, 0x45, 0xb7, 0x59, 0xfa, 0x44, 0x5a, 0xaf, 0xda, 0xb8, 0x71, 0x0c, 0x07, 0xb8,
];

/// Which matrix of a seed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Stream {
    /// Which operand: the census uses `b'A'` and `b'B'`.
    pub tag: u8,
    /// Which unit of work.
    pub index: u32,
}

/// Fills `out` with elements `0..out.len()` of row `row`.
pub fn fill_row(seed: &[u8; 32], stream: Stream, row: u32, out: &mut [u8]) {
    fill_row_from(seed, stream, row, 0, out);
}

/// Fills `out` with elements `first..first + out.len()` of row `row`.
pub fn fill_row_from(seed: &[u8; 32], stream: Stream, row: u32, first: u32, out: &mut [u8]) {
    use blake3::hazmat::HasherExt;
    let mut hasher = blake3::Hasher::new_from_context_key(&KEY);
    hasher.update(seed);
    hasher.update(&[stream.tag]);
    hasher.update(&stream.index.to_le_bytes());
    hasher.update(&row.to_le_bytes());
    let mut reader = hasher.finalize_xof();
    reader.set_position(u64::from(first));
    reader.fill(out);
}

/// One element: row `row`, column `col`.
#[must_use]
pub fn element(seed: &[u8; 32], stream: Stream, row: u32, col: u32) -> i8 {
    let mut byte = [0];
    fill_row_from(seed, stream, row, col, &mut byte);
    i8::from_le_bytes(byte)
}

/// The whole matrix, row-major.
///
/// # Errors
/// [`KernelError::LengthMismatch`], [`KernelError::TooManyElements`].
pub fn run(
    seed: &[u8; 32],
    stream: Stream,
    shape: Shape,
    out: &mut [u8],
) -> Result<(), KernelError> {
    shape.check_len("out", out.len())?;
    for (row, out) in (0..shape.rows()).zip(out.chunks_exact_mut(index(shape.cols()))) {
        fill_row(seed, stream, row, out);
    }
    Ok(())
}

/// Cost in ops: writing the matrix; hashing a block is counted as moving it.
#[must_use]
pub fn cost(shape: Shape) -> u128 {
    cost::cost(0, [Moved::Hashed(DType::I8, shape)])
}
