//! Transpose: `out[c][r] = x[r][c]`. Nothing is computed, so nothing overflows.

use crate::{
    KernelError, Shape,
    cost::{self, Moved},
    shape::index,
};

#[cfg(test)]
mod tests;

/// Where element `(row, col)` of the output stands in the input.
#[must_use]
pub const fn source(row: u32, col: u32) -> (u32, u32) {
    (col, row)
}

/// The whole tensor: `x` has `shape`, `out` has `shape.transposed()`.
///
/// # Errors
/// [`KernelError::LengthMismatch`] naming the slice.
pub fn run<T: Copy>(shape: Shape, x: &[T], out: &mut [T]) -> Result<(), KernelError> {
    shape.check_len("x", x.len())?;
    shape.check_len("out", out.len())?;
    let (rows, cols) = (index(shape.rows()), index(shape.cols()));
    for (c, out_row) in out.chunks_exact_mut(rows).enumerate() {
        for (out, x) in out_row.iter_mut().zip(x.iter().skip(c).step_by(cols)) {
            *out = *x;
        }
    }
    Ok(())
}

/// Cost in ops: no arithmetic, the tensors moved.
#[must_use]
pub fn cost(tensors: impl IntoIterator<Item = Moved>) -> u128 {
    cost::cost(0, tensors)
}
