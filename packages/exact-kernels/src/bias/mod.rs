//! Bias: `y = x + b`, int32, one `b` per output channel (column).
//!
//! **Overflow.** The sum saturates at the ends of i32, so it is total. After a
//! product it never does: a sum of K products has magnitude at most `K · 2^14`,
//! and [`max_magnitude`] is what is left of i32 above that: whoever quantises a
//! model keeps its biases within it.

use crate::{
    KernelError, Shape,
    cost::{self, Moved},
    gemm::MAX_PRODUCT,
    shape::{check_len, index},
};

#[cfg(test)]
mod tests;

/// The largest |bias| that cannot reach saturation after a product of inner
/// dimension `k`: `2^31 - 1 - k · 2^14`.
///
/// # Errors
/// [`KernelError::InnerTooLong`] if `k` is above [`crate::gemm::MAX_K`].
pub fn max_magnitude(k: u32) -> Result<i32, KernelError> {
    let product = crate::gemm::Gemm::new(1, 1, k)?;
    let sum = i32::try_from(product.k())
        .unwrap_or(i32::MAX)
        .saturating_mul(MAX_PRODUCT);
    Ok(i32::MAX.saturating_sub(sum))
}

/// One element: saturating `x + bias`.
#[must_use]
pub const fn element(x: i32, bias: i32) -> i32 {
    x.saturating_add(bias)
}

/// Cost in ops: one addition an element, over the tensors moved.
#[must_use]
pub fn cost(shape: Shape, tensors: impl IntoIterator<Item = Moved>) -> u128 {
    cost::cost(u128::from(shape.elements()), tensors)
}

/// The whole tensor in place: `bias` has one entry per column.
///
/// # Errors
/// [`KernelError::LengthMismatch`] naming the slice.
pub fn run(shape: Shape, x: &mut [i32], bias: &[i32]) -> Result<(), KernelError> {
    shape.check_len("x", x.len())?;
    check_len("bias", index(shape.cols()), bias.len())?;
    for row in x.chunks_exact_mut(index(shape.cols())) {
        for (x, &b) in row.iter_mut().zip(bias) {
            *x = element(*x, b);
        }
    }
    Ok(())
}
