//! Layer norm over the columns of a row, int32 to int32.
//!
//! With `h` clamped to ±(2^20 − 1) and D columns:
//! - `μ = ⌊(2·Σh + D) / (2D)⌋`, the mean, rounded half up;
//! - `c = clamp(h − μ, ±32767)`, `V = max(1, Σ c²)`, exact, in two 32-bit limbs;
//! - `W = ⌊V / 2^e⌋` (or `V · 2^−e`) with the even `e` that puts it into
//!   `2^30 ..= 2^32 − 1`, `r = ⌊√W⌋`;
//! - `f = ⌊K / r⌋` with `K = ⌊√D · 2^k⌋` and the `k` that puts it into
//!   `2^30 .. 2^31`;
//! - `n = R(c · f, k + e/2 − 10)`: the normalised value, at scale 2^10;
//! - `y = R(n · gain + offset, g)`.
//!
//! A row is normalised whatever its scale: the input has no scale of its own. Per
//! row only `(μ, f, shift)` ([`Stats`]) depend on more than one element, so who
//! commits these lets any element be recomputed from one `h`. The square root is
//! I-BERT's (Kim et al. 2021, section 3.6), normalised first so that it keeps 16
//! bits whatever the variance; there is no epsilon.
//!
//! **Overflow.** `|Σh| ≤ D · 2^20 ≤ 2^30`. `c² < 2^30`, so `V < 2^40`. `r ≥ 2^15`, so
//! `f < 2^16` and `|c · f| < 2^31`. `Σ c² = D · V'` bounds `|n|` by `√D · 2^10 ≤ 2^15`
//! and rounding; it is clamped to ±(2^16 − 1), `gain` to ±(2^14 − 1) and `offset`
//! to ±(2^30 − 1): the sum is below 2^31. The shift of `n` lies in `0 ..= 31`:
//! `k ≥ 25` for D ≤ 1024, and `e/2 ≥ −15`.

use crate::{
    KernelError, Shape,
    cost::{self, Moved},
    division::rounded,
    requantise::{MAX_SHIFT, rounding_shift},
    shape::{check_len, index},
};

#[cfg(test)]
mod tests;

/// The most columns.
pub const MAX_COLS: u32 = 1024;

/// Bits behind the point of a normalised value.
pub const FRACTION: u8 = 10;

/// The largest magnitude of a gain.
pub const MAX_GAIN: i32 = (1 << 14) - 1;

/// The largest magnitude of an offset.
pub const MAX_OFFSET: i32 = (1 << 30) - 1;

const MAX_INPUT: i32 = (1 << 20) - 1;
const MAX_CENTRED: i32 = 32_767;
const MAX_NORMALISED: i32 = (1 << 16) - 1;

/// Ops that one element counts as: mean, square, product, gain, offset, shifts.
const ELEMENT: u128 = 16;

/// What all elements of a row share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Stats {
    /// The mean μ, rounded.
    pub mean: i32,
    /// The factor f.
    pub factor: i32,
    /// The shift behind the factor.
    pub shift: i32,
}

impl Stats {
    /// The statistics of a row.
    ///
    /// # Errors
    /// [`KernelError::ZeroDimension`]; [`KernelError::InnerTooLong`] above
    /// [`MAX_COLS`].
    pub fn of(row: &[i32]) -> Result<Self, KernelError> {
        let cols = u32::try_from(row.len()).unwrap_or(u32::MAX);
        let (numerator, k) = numerator(cols)?;
        let sum = row
            .iter()
            .fold(0i32, |sum, &h| sum.wrapping_add(clamped(h)));
        let mean = rounded(sum, i32::try_from(cols).unwrap_or(i32::MAX));
        let (high, low) = row.iter().fold((0u32, 0u32), |(high, low), &h| {
            let c = centred(h, mean).unsigned_abs();
            let square = c.wrapping_mul(c);
            (
                high.wrapping_add(square >> 16),
                low.wrapping_add(square & 0xffff),
            )
        });
        let (normalised, half_exponent) = normalise(high, low);
        let root = normalised.isqrt();
        let factor = numerator.checked_div(root).unwrap_or(0);
        let shift = i32::from(k)
            .wrapping_add(half_exponent)
            .wrapping_sub(i32::from(FRACTION));
        Ok(Self {
            mean,
            factor: i32::try_from(factor).unwrap_or(i32::MAX),
            shift,
        })
    }

    /// The normalised value of an element, at scale 2^[`FRACTION`]. Total for any
    /// statistics: a factor is clamped to `0 ..= 2^16 − 1`, a shift to `0 ..= 31`.
    #[must_use]
    pub fn normalised(self, h: i32) -> i32 {
        let factor = self.factor.clamp(0, 65_535);
        let shift = u8::try_from(self.shift.clamp(0, 31)).unwrap_or(MAX_SHIFT);
        let scaled = rounding_shift(centred(h, self.mean).wrapping_mul(factor), shift);
        scaled.clamp(-MAX_NORMALISED, MAX_NORMALISED)
    }
}

/// The shift that gains and offsets share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Norm {
    shift: u8,
}

impl Norm {
    /// A norm whose result is shifted by `shift`.
    ///
    /// # Errors
    /// [`KernelError::ShiftTooLarge`] above [`MAX_SHIFT`].
    pub const fn new(shift: u8) -> Result<Self, KernelError> {
        if shift > MAX_SHIFT {
            return Err(KernelError::ShiftTooLarge {
                name: "norm",
                value: shift,
                max: MAX_SHIFT,
            });
        }
        Ok(Self { shift })
    }

    /// The shift.
    #[must_use]
    pub const fn shift(self) -> u8 {
        self.shift
    }

    /// One element, from its row's statistics.
    #[must_use]
    pub fn element(self, h: i32, stats: Stats, gain: i32, offset: i32) -> i32 {
        let gain = gain.clamp(-MAX_GAIN, MAX_GAIN);
        let offset = offset.clamp(-MAX_OFFSET, MAX_OFFSET);
        let scaled = stats.normalised(h).wrapping_mul(gain);
        rounding_shift(scaled.wrapping_add(offset), self.shift)
    }

    /// One row; `gains` and `offsets` have an entry per column.
    ///
    /// # Errors
    /// [`KernelError::LengthMismatch`] naming the slice; as [`Stats::of`].
    pub fn run_row(
        self,
        h: &[i32],
        gains: &[i32],
        offsets: &[i32],
        out: &mut [i32],
    ) -> Result<Stats, KernelError> {
        check_len("gains", h.len(), gains.len())?;
        check_len("offsets", h.len(), offsets.len())?;
        check_len("out", h.len(), out.len())?;
        let stats = Stats::of(h)?;
        let terms = h.iter().zip(gains).zip(offsets);
        for (out, ((&h, &gain), &offset)) in out.iter_mut().zip(terms) {
            *out = self.element(h, stats, gain, offset);
        }
        Ok(stats)
    }

    /// The whole tensor.
    ///
    /// # Errors
    /// As [`Self::run_row`].
    pub fn run(
        self,
        shape: Shape,
        h: &[i32],
        gains: &[i32],
        offsets: &[i32],
        out: &mut [i32],
    ) -> Result<(), KernelError> {
        shape.check_len("h", h.len())?;
        shape.check_len("out", out.len())?;
        let cols = index(shape.cols());
        for (h, out) in h.chunks_exact(cols).zip(out.chunks_exact_mut(cols)) {
            self.run_row(h, gains, offsets, out)?;
        }
        Ok(())
    }
}

/// Cost in ops, over the tensors moved.
#[must_use]
pub fn cost(shape: Shape, tensors: impl IntoIterator<Item = Moved>) -> u128 {
    cost::cost(
        u128::from(shape.elements()).saturating_mul(ELEMENT),
        tensors,
    )
}

fn clamped(h: i32) -> i32 {
    h.clamp(-MAX_INPUT, MAX_INPUT)
}

fn centred(h: i32, mean: i32) -> i32 {
    clamped(h)
        .saturating_sub(mean)
        .clamp(-MAX_CENTRED, MAX_CENTRED)
}

/// `(⌊√D · 2^k⌋, k)`: a constant of the shape, so a device is given it.
///
/// # Errors
/// [`KernelError::ZeroDimension`], [`KernelError::InnerTooLong`].
pub fn numerator(cols: u32) -> Result<(u32, u8), KernelError> {
    if cols == 0 {
        return Err(KernelError::ZeroDimension { name: "cols" });
    }
    if cols > MAX_COLS {
        return Err(KernelError::InnerTooLong {
            k: cols,
            max: MAX_COLS,
        });
    }
    // Half the bits of D rounded up: √D < 2^half, so that √D · 2^(31 − half) < 2^31.
    let bits = u32::BITS.saturating_sub(cols.saturating_sub(1).leading_zeros());
    let half = bits.div_ceil(2);
    let mut k = 31u32.saturating_sub(half);
    let mut root = scaled_root(cols, k);
    while root >= 1 << 31 {
        k = k.saturating_sub(1);
        root = scaled_root(cols, k);
    }
    while root < 1 << 30 {
        k = k.saturating_add(1);
        root = scaled_root(cols, k);
    }
    Ok((
        u32::try_from(root).unwrap_or(u32::MAX),
        u8::try_from(k).unwrap_or(0),
    ))
}

/// `⌊√D · 2^k⌋`; D is at most 2^10 and k below 32, so it fits 64 bits twice over.
fn scaled_root(cols: u32, k: u32) -> u64 {
    u64::from(cols).wrapping_shl(k.wrapping_mul(2)).isqrt()
}

/// `V = high · 2^16 + low` as `(W, e/2)`: see the module. `V` is at least 1.
fn normalise(high: u32, low: u32) -> (u32, i32) {
    let high = high.wrapping_add(low >> 16);
    let low = low & 0xffff;
    let (high, low) = if high == 0 {
        (0, low.max(1))
    } else {
        (high, low)
    };
    let bits = match high {
        0 => u32::BITS.wrapping_sub(low.leading_zeros()),
        _ => 48u32.wrapping_sub(high.leading_zeros()),
    };
    // An even e for which W has 31 or 32 bits.
    if bits > 31 {
        let e = bits.wrapping_sub(31) & !1;
        let e = if bits.wrapping_sub(e) > 32 {
            e.wrapping_add(2)
        } else {
            e
        };
        let value = high.wrapping_shl(16u32.wrapping_sub(e)) | low.wrapping_shr(e);
        (value, i32::try_from(e / 2).unwrap_or(0))
    } else {
        let e = 32u32.wrapping_sub(bits) & !1;
        let value = high.wrapping_shl(16) | low;
        let half = i32::try_from(e / 2).unwrap_or(0);
        (value.wrapping_shl(e), half.wrapping_neg())
    }
}
