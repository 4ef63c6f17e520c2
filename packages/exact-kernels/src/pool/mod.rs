//! Pooling over the rows of a sentence: sum, or mean rounded half up.
//!
//! Its input is stored transposed, so a sentence's values of one column stand side
//! by side. Clients of an embedding divide it by its length, so the sum serves
//! as well as the mean and keeps more of it.
//!
//! **Overflow.** Values are clamped to ±(2^20 − 1); of at most [`MAX_ROWS`] of them
//! the sum is below 2^31, in any order of summation. No values sum to 0, and their
//! mean is 0.

use crate::{
    KernelError,
    cost::{self, Moved},
    division::rounded,
};

#[cfg(test)]
mod tests;

/// The most rows of a sentence.
pub const MAX_ROWS: u32 = 2047;

const MAX_VALUE: i32 = (1 << 20) - 1;

/// The sum of a sentence's values.
///
/// # Errors
/// [`KernelError::InnerTooLong`] above [`MAX_ROWS`].
pub fn sum(values: &[i32]) -> Result<i32, KernelError> {
    let rows = u32::try_from(values.len()).unwrap_or(u32::MAX);
    if rows > MAX_ROWS {
        return Err(KernelError::InnerTooLong {
            k: rows,
            max: MAX_ROWS,
        });
    }
    Ok(values.iter().fold(0i32, |sum, &value| {
        sum.wrapping_add(value.clamp(-MAX_VALUE, MAX_VALUE))
    }))
}

/// The mean of a sentence's values, rounded half up.
///
/// # Errors
/// As [`sum`].
pub fn mean(values: &[i32]) -> Result<i32, KernelError> {
    let rows = i32::try_from(values.len()).unwrap_or(i32::MAX);
    Ok(rounded(sum(values)?, rows))
}

/// Cost in ops of `sentences` outputs in each of `cols` columns over at most
/// `longest` rows: 2 an input, over the tensors moved.
#[must_use]
pub fn cost(
    sentences: u32,
    cols: u32,
    longest: u32,
    tensors: impl IntoIterator<Item = Moved>,
) -> u128 {
    let terms = [cols, longest, 2].map(u128::from);
    let arithmetic = terms
        .into_iter()
        .fold(u128::from(sentences), u128::saturating_mul);
    cost::cost(arithmetic, tensors)
}
