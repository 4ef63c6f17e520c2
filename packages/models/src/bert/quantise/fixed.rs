//! Factors as multipliers of 14 bits and two shifts.

use exact_kernels::requantise::{MAX_MULTIPLIER, MAX_SHIFT};

use super::out_of_range;
use crate::ModelError;

/// The magnitude that the first shift has to come down to.
const NARROW: f64 = 131_071.0;

/// `m / 2^(p + s)` for each factor.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Fixed {
    pub(super) p: u8,
    pub(super) s: u8,
    pub(super) multipliers: Vec<i32>,
}

impl Fixed {
    /// Factors for sums of magnitude at most `bound`.
    pub(super) fn new(factors: &[f64], bound: f64) -> Result<Self, ModelError> {
        let p = (exponent(bound / NARROW) + 1).clamp(0, i32::from(MAX_SHIFT));
        Self::with_first_shift(factors, p)
    }

    /// Factors for values that are narrow already.
    pub(super) fn without_narrowing(factors: &[f64]) -> Result<Self, ModelError> {
        Self::with_first_shift(factors, 0)
    }

    fn with_first_shift(factors: &[f64], p: i32) -> Result<Self, ModelError> {
        let largest = factors.iter().copied().fold(1e-12, f64::max);
        let most = f64::from(MAX_MULTIPLIER) + 0.49;
        let s = exponent(most / (largest * pow2(p))).min(i32::from(MAX_SHIFT));
        if s < 0 {
            let limit = "factors below 2^14";
            return Err(out_of_range("factor of a requantisation", largest, limit));
        }
        let multipliers = factors.iter().map(|f| nearest(f * pow2(p + s)));
        let shift = |bits: i32| u8::try_from(bits).unwrap_or(MAX_SHIFT);
        Ok(Self {
            p: shift(p),
            s: shift(s),
            multipliers: multipliers.collect::<Result<_, _>>()?,
        })
    }
}

/// `2^bits`.
pub(super) fn pow2(bits: i32) -> f64 {
    f64::from(bits).exp2()
}

/// `⌊log₂ x⌋`.
pub(super) fn exponent(x: f64) -> i32 {
    to_i32(x.log2().floor())
}

/// The nearest int32, halves up.
pub(super) fn nearest(x: f64) -> Result<i32, ModelError> {
    let rounded = (x + 0.5).floor();
    if rounded.abs() > f64::from(i32::MAX) || rounded.is_nan() {
        return Err(out_of_range("value", x, "an int32"));
    }
    Ok(to_i32(rounded))
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "floored before; the conversion saturates"
)]
fn to_i32(x: f64) -> i32 {
    x as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_factor_takes_all_bits() {
        let factors = [0.001, 0.01, 0.000_5];
        let fixed = Fixed::new(&factors, 5e6).unwrap();
        assert_eq!(fixed.p, 6);
        let scale = pow2(i32::from(fixed.p + fixed.s));
        for (m, factor) in fixed.multipliers.iter().zip(factors) {
            assert!((f64::from(*m) / scale - factor).abs() <= 0.5 / scale);
        }
        let largest = fixed.multipliers[1];
        assert!((8192..=MAX_MULTIPLIER).contains(&largest), "{largest}");
        assert!(5e6 / pow2(fixed.p.into()) <= NARROW);
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        assert!(Fixed::without_narrowing(&[20_000.0]).is_err());
        assert!(nearest(3e9).is_err());
        assert!(nearest(f64::NAN).is_err());
        assert_eq!([2.5, -2.5, 2.4].map(|x| nearest(x).unwrap()), [3, -2, 2]);
    }
}
