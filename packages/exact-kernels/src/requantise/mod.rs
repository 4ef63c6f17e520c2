//! Requantise: int32 back to 8 bits by a fixed-point factor per channel.
//!
//! `y = clamp(R(sat17(R(x, p)) · m, s))` with
//! - `R(x, n) = (x + 2^(n-1)) >> n`, rounding half up; `R(x, 0) = x`;
//! - `sat17` clamps to ±(2^17 − 1), and `m`, one per channel, to `0 ..= 2^14 − 1`;
//!   no calibrated model reaches either, and with them the operation is total for
//!   any weights that a stranger registers (the chain sees only their root);
//! - shifts `p` and `s` per tensor;
//! - the output range an attribute ([`Range`]).
//!
//! The factor is `m / 2^(p+s)` (Jacob et al. 2018, "Quantization and Training
//! of Neural Networks for Efficient Integer-Arithmetic-Only Inference", has the
//! same idea with a 64-bit product; the first shift keeps this one in 32 bits).
//!
//! **Overflow.** `R` is computed as `(x >> n) + bit n−1 of x`, which equals
//! `⌊(x + 2^(n−1)) / 2^n⌋` and cannot leave i32 for `n ≥ 1`: `x >> n` is at most
//! `2^30 − 1`. The product's magnitude is at most
//! `(2^17 − 1)(2^14 − 1) = 2^31 − 2^17 − 2^14 + 1 < 2^31`. Nothing needs more
//! than 32 bits.

use crate::{
    KernelError, Shape,
    cost::{Moved, cost},
    shape::{DType, check_len, index},
};

#[cfg(test)]
mod tests;

/// The largest multiplier.
pub const MAX_MULTIPLIER: i32 = (1 << 14) - 1;

/// The largest shift, `p` or `s`.
pub const MAX_SHIFT: u8 = 31;

/// The magnitude that the first shift's result is clamped to.
const MAX_NARROWED: i32 = (1 << 17) - 1;

/// The range that the result is clamped to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Range {
    /// −127 … 127, int8.
    Symmetric,
    /// −128 … 127, int8.
    Full,
    /// 0 … 255, uint8.
    Unsigned,
}

impl Range {
    /// The smallest and the largest value.
    #[must_use]
    pub const fn bounds(self) -> (i32, i32) {
        match self {
            Self::Symmetric => (-127, 127),
            Self::Full => (-128, 127),
            Self::Unsigned => (0, 255),
        }
    }

    /// The type that holds it.
    #[must_use]
    pub const fn dtype(self) -> DType {
        match self {
            Self::Symmetric | Self::Full => DType::I8,
            Self::Unsigned => DType::U8,
        }
    }
}

/// Shifts and range of one requantised tensor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Requantise {
    p: u8,
    s: u8,
    range: Range,
}

impl Requantise {
    /// First shift `p`, second shift `s`, output range.
    ///
    /// # Errors
    /// [`KernelError::ShiftTooLarge`] above [`MAX_SHIFT`].
    pub const fn new(p: u8, s: u8, range: Range) -> Result<Self, KernelError> {
        if p > MAX_SHIFT {
            return Err(KernelError::ShiftTooLarge {
                name: "p",
                value: p,
                max: MAX_SHIFT,
            });
        }
        if s > MAX_SHIFT {
            return Err(KernelError::ShiftTooLarge {
                name: "s",
                value: s,
                max: MAX_SHIFT,
            });
        }
        Ok(Self { p, s, range })
    }

    /// The shift before the multiplication.
    #[must_use]
    pub const fn p(self) -> u8 {
        self.p
    }

    /// The shift after it.
    #[must_use]
    pub const fn s(self) -> u8 {
        self.s
    }

    /// The output range.
    #[must_use]
    pub const fn range(self) -> Range {
        self.range
    }

    /// One element, as a value within the range.
    #[must_use]
    pub fn element(self, x: i32, m: i32) -> i32 {
        let (low, high) = self.range.bounds();
        fixed_point(x, m, self.p, self.s).clamp(low, high)
    }

    /// Cost in ops: 4 an element (two shifts, a product, a clamp), over the
    /// tensors moved.
    #[must_use]
    pub fn cost(self, shape: Shape, tensors: impl IntoIterator<Item = Moved>) -> u128 {
        cost(u128::from(shape.elements()).saturating_mul(4), tensors)
    }

    /// The whole tensor: `m` has one multiplier per column; `out` takes the
    /// elements' bytes (two's complement where the range is signed).
    ///
    /// # Errors
    /// [`KernelError::LengthMismatch`] naming the slice.
    pub fn run(
        self,
        shape: Shape,
        x: &[i32],
        m: &[i32],
        out: &mut [u8],
    ) -> Result<(), KernelError> {
        shape.check_len("x", x.len())?;
        shape.check_len("out", out.len())?;
        check_len("m", index(shape.cols()), m.len())?;
        let cols = index(shape.cols());
        for (x_row, out_row) in x.chunks_exact(cols).zip(out.chunks_exact_mut(cols)) {
            for ((&x, &m), out) in x_row.iter().zip(m).zip(out_row) {
                *out = low_byte(self.element(x, m));
            }
        }
        Ok(())
    }
}

/// `R(sat17(R(x, p)) · m, s)`: the scaled value before it is clamped to a range.
///
/// Defined for shifts up to [`MAX_SHIFT`]; constructors check them.
#[inline]
#[must_use]
pub(crate) fn fixed_point(x: i32, m: i32, p: u8, s: u8) -> i32 {
    let m = m.clamp(0, MAX_MULTIPLIER);
    let narrowed = rounding_shift(x, p).clamp(-MAX_NARROWED, MAX_NARROWED);
    rounding_shift(narrowed.wrapping_mul(m), s)
}

/// `(x + 2^(n-1)) >> n` without the sum: see the module's bound.
///
/// Defined for `n ≤ 31`; both constructors check it.
#[must_use]
pub const fn rounding_shift(x: i32, n: u8) -> i32 {
    if n == 0 {
        return x;
    }
    let half = x.wrapping_shr(n.wrapping_sub(1) as u32) & 1;
    x.wrapping_shr(n as u32).wrapping_add(half)
}

/// The 8-bit two's complement (or unsigned) form of a value within a range.
#[must_use]
pub const fn low_byte(x: i32) -> u8 {
    let [low, ..] = x.to_le_bytes();
    low
}
