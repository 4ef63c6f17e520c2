//! Residual: `y = x + R(sat17(R(acc + b, p)) · m, s)`: a product brought to the
//! scale of the residual stream and added to it, int32.
//!
//! It is [`crate::requantise`] without the clamp to 8 bits, which this sum is too
//! sensitive for. Rows at the start of a sentence may have a bias of their own:
//! neurons that fire for the first token alone, always alike, are clipped where
//! they are computed and put back here as a constant.
//!
//! **Overflow.** The requantised product's magnitude is below 2^31 (see
//! `requantise`); the sum saturates at the ends of i32.

use crate::{
    KernelError, Shape, bias,
    cost::{self, Moved},
    requantise::{MAX_SHIFT, fixed_point},
};

#[cfg(test)]
mod tests;

/// Shifts of one tensor: `p` before the multiplication, `s` after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Residual {
    p: u8,
    s: u8,
}

impl Residual {
    /// First shift `p`, second shift `s`.
    ///
    /// # Errors
    /// [`KernelError::ShiftTooLarge`] above [`MAX_SHIFT`].
    pub const fn new(p: u8, s: u8) -> Result<Self, KernelError> {
        let (name, value) = if p > MAX_SHIFT { ("p", p) } else { ("s", s) };
        if value > MAX_SHIFT {
            return Err(KernelError::ShiftTooLarge {
                name,
                value,
                max: MAX_SHIFT,
            });
        }
        Ok(Self { p, s })
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

    /// One element: stream `x`, product `sum`, the channel's `bias` and `m`.
    #[must_use]
    pub fn element(self, x: i32, sum: i32, bias: i32, m: i32) -> i32 {
        let scaled = fixed_point(bias::element(sum, bias), m, self.p, self.s);
        x.saturating_add(scaled)
    }
}

/// Cost in ops: 6 an element, over the tensors moved.
#[must_use]
pub fn cost(shape: Shape, tensors: impl IntoIterator<Item = Moved>) -> u128 {
    cost::cost(u128::from(shape.elements()).saturating_mul(6), tensors)
}
