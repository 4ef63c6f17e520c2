use proptest::prelude::*;

use super::*;

proptest! {
    #[test]
    fn equals_the_wide_definition(
        x in any::<i32>(),
        sum in any::<i32>(),
        bias in any::<i32>(),
        m in prop_oneof![0_i32..16_384, any::<i32>()],
        p in 0..=MAX_SHIFT,
        s in 0..=MAX_SHIFT,
    ) {
        let ends = (i128::from(i32::MIN), i128::from(i32::MAX));
        let r = |x: i128, n: u8| match n {
            0 => x,
            n => (x + (1 << (n - 1))) >> n,
        };
        let biased = (i128::from(sum) + i128::from(bias)).clamp(ends.0, ends.1);
        let narrowed = r(biased, p).clamp(-131_071, 131_071);
        let scaled = r(narrowed * i128::from(m.clamp(0, 16_383)), s);
        let expected = (i128::from(x) + scaled).clamp(ends.0, ends.1);
        let got = Residual::new(p, s).unwrap().element(x, sum, bias, m);
        prop_assert_eq!(i128::from(got), expected);
    }
}

#[test]
fn shifts_above_31_are_refused() {
    for (p, s, name) in [(32, 0, "p"), (0, 33, "s")] {
        let error = Residual::new(p, s).unwrap_err();
        let value = p.max(s);
        assert_eq!(
            error,
            KernelError::ShiftTooLarge {
                name,
                value,
                max: 31
            }
        );
    }
}
