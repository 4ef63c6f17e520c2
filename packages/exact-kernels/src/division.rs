//! The one division: rounded half up.

/// `⌊(2a + b) / (2b)⌋` for `b > 0`, without the sum that could overflow: the
/// quotient and remainder of the floor, and one more where the remainder is at
/// least half of `b`. 0 for any other `b`.
#[must_use]
pub(crate) const fn rounded(a: i32, b: i32) -> i32 {
    if b <= 0 {
        return 0;
    }
    let quotient = a.wrapping_div_euclid(b);
    let rest = a.wrapping_sub(quotient.wrapping_mul(b));
    quotient.wrapping_add((rest >= b.wrapping_sub(rest)) as i32)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn equals_the_wide_definition(a in any::<i32>(), b in 1..=i32::MAX) {
            let wide = (2 * i128::from(a) + i128::from(b)).div_euclid(2 * i128::from(b));
            prop_assert_eq!(i128::from(rounded(a, b)), wide);
        }
    }

    #[test]
    fn rounds_half_up() {
        let got = [-3, -2, -1, 0, 1, 2, 3].map(|a| rounded(a, 2));
        assert_eq!(got, [-1, -1, 0, 0, 1, 1, 2]);
        assert_eq!(
            [i32::MIN, i32::MAX].map(|a| rounded(a, 1)),
            [i32::MIN, i32::MAX]
        );
        assert_eq!(rounded(7, 0), 0);
    }
}
