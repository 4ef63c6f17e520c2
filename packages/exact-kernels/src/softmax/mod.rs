//! Softmax and its mix: `c = Σ e_i·v_i / Σ e_i` with `e_i = exp(s_i − max s)`,
//! from int32 scores to int8, by a table and one integer division an output.
//!
//! - `step_i = R(min(max − s_i, 2^20 − 1) · M, shift)`: the distance in sixteenths
//!   of a nat; `M ≤ 2047`, so `M / 2^shift = 16 · scale` of the scores;
//! - `e_i = round(255 · exp(−step_i / 16))`, a table of 100 entries, 0 behind it;
//! - `c = ⌊(2·Σ e_i·v_i + S) / (2·S)⌋` with `S = Σ e_i`: rounds half up.
//!
//! The largest score has `e = 255`, so `S` is never 0. Probabilities are never
//! divided one by one, which keeps what 8 bits would lose of small ones. I-BERT
//! (Kim et al. 2021, section 3.5) has the same form with a polynomial in place of
//! the table.
//!
//! **Overflow.** `(2^20 − 1) · 2047 < 2^31`. `|Σ e·v| ≤ 255 · 128 · n`, below 2^31
//! for `n ≤` [`MAX_ROWS`] rows.

use crate::{
    KernelError,
    cost::{self, Moved},
    division::rounded,
    gemm::Int8,
    requantise::{MAX_SHIFT, rounding_shift},
    shape::check_len,
};

#[cfg(test)]
mod tests;

/// The largest multiplier.
pub const MAX_MULTIPLIER: i32 = 2047;

/// The most rows that one output mixes.
pub const MAX_ROWS: u32 = 1 << 16;

/// The largest distance to the highest score that is told apart.
const MAX_DISTANCE: i32 = (1 << 20) - 1;

/// Ops that one weight counts as: distance, factor, shift, look-up, sum.
const WEIGHT: u128 = 8;

/// Ops that one division counts as.
const DIVISION: u128 = 32;

/// `round(255 · exp(−i / 16))`.
const EXP: [u8; 101] = [
    255, 240, 225, 211, 199, 187, 175, 165, 155, 145, 136, 128, 120, 113, 106, 100, 94, 88, 83, 78,
    73, 69, 64, 61, 57, 53, 50, 47, 44, 42, 39, 37, 35, 32, 30, 29, 27, 25, 24, 22, 21, 20, 18, 17,
    16, 15, 14, 14, 13, 12, 11, 11, 10, 9, 9, 8, 8, 7, 7, 6, 6, 6, 5, 5, 5, 4, 4, 4, 4, 3, 3, 3, 3,
    3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0,
];

/// The factor from a difference of scores to sixteenths of a nat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Softmax {
    multiplier: i32,
    shift: u8,
}

impl Softmax {
    /// A factor of `multiplier / 2^shift`.
    ///
    /// # Errors
    /// [`KernelError::ShiftTooLarge`] for a shift above
    /// [`MAX_SHIFT`]; a multiplier outside `0 ..= 2047` is clamped to it.
    pub fn new(multiplier: i32, shift: u8) -> Result<Self, KernelError> {
        if shift > MAX_SHIFT {
            return Err(KernelError::ShiftTooLarge {
                name: "softmax",
                value: shift,
                max: MAX_SHIFT,
            });
        }
        Ok(Self {
            multiplier: multiplier.clamp(0, MAX_MULTIPLIER),
            shift,
        })
    }

    /// The multiplier.
    #[must_use]
    pub const fn multiplier(self) -> i32 {
        self.multiplier
    }

    /// The shift behind it.
    #[must_use]
    pub const fn shift(self) -> u8 {
        self.shift
    }

    /// The weight of a score, 0 … 255, beside the highest score of its row.
    ///
    /// `score ≤ max`, and both are scores: see the bound of [`crate::scores`].
    #[must_use]
    pub fn weight(self, max: i32, score: i32) -> i32 {
        let distance = max.saturating_sub(score).clamp(0, MAX_DISTANCE);
        let step = rounding_shift(distance.wrapping_mul(self.multiplier), self.shift);
        let step = usize::try_from(step).unwrap_or(0);
        EXP.get(step).map_or(0, |&weight| i32::from(weight))
    }

    /// Scores to weights, in place; returns their sum.
    ///
    /// # Errors
    /// [`KernelError::ZeroDimension`] without scores;
    /// [`KernelError::InnerTooLong`] above [`MAX_ROWS`].
    pub fn weights(self, scores: &mut [i32]) -> Result<i32, KernelError> {
        let rows = u32::try_from(scores.len()).unwrap_or(u32::MAX);
        if rows > MAX_ROWS {
            return Err(KernelError::InnerTooLong {
                k: rows,
                max: MAX_ROWS,
            });
        }
        let Some(max) = scores.iter().copied().max() else {
            return Err(KernelError::ZeroDimension { name: "scores" });
        };
        let mut sum = 0i32;
        for score in scores {
            *score = self.weight(max, *score);
            sum = sum.wrapping_add(*score);
        }
        Ok(sum)
    }
}

/// One output: the values of a span, mixed by their weights, whose sum is `sum`.
///
/// # Errors
/// [`KernelError::LengthMismatch`]; [`KernelError::ZeroDimension`] for a sum that
/// is not positive.
pub fn mix<T: Int8>(weights: &[i32], sum: i32, values: &[T]) -> Result<i32, KernelError> {
    check_len("values", weights.len(), values.len())?;
    if sum <= 0 {
        return Err(KernelError::ZeroDimension { name: "weights" });
    }
    let terms = weights.iter().zip(values);
    let mixed = terms.fold(0i32, |sum, (&e, &v)| {
        sum.wrapping_add(e.wrapping_mul(v.widen()))
    });
    Ok(rounded(mixed, sum))
}

/// Cost in ops of attention over `rows` rows of `width` values in `heads` heads,
/// each over at most `longest` rows: both products, the weights, the divisions,
/// over the tensors moved. It is what the longest sentences take.
#[must_use]
pub fn cost(
    rows: u32,
    longest: u32,
    heads: u32,
    width: u32,
    tensors: impl IntoIterator<Item = Moved>,
) -> u128 {
    let [rows, longest, heads, width] = [rows, longest, heads, width].map(u128::from);
    let pairs = rows.saturating_mul(longest.min(rows));
    let each = width
        .saturating_mul(4)
        .saturating_add(heads.saturating_mul(WEIGHT));
    let divisions = rows.saturating_mul(width).saturating_mul(DIVISION);
    cost::cost(
        pairs.saturating_mul(each).saturating_add(divisions),
        tensors,
    )
}
