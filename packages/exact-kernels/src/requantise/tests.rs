use proptest::prelude::*;

use super::*;

/// The definition in 128-bit arithmetic.
fn wide(x: i32, m: i32, q: Requantise) -> i128 {
    let r = |x: i128, n: u8| match n {
        0 => x,
        n => (x + (1 << (n - 1))) >> n,
    };
    let limit = (1 << 17) - 1;
    let (low, high) = q.range().bounds();
    let narrowed = r(i128::from(x), q.p()).clamp(-limit, limit);
    let m = i128::from(m.clamp(0, MAX_MULTIPLIER));
    r(narrowed * m, q.s()).clamp(i128::from(low), i128::from(high))
}

proptest! {
    #[test]
    fn equals_the_wide_definition(
        x in any::<i32>(),
        m in prop_oneof![0..=MAX_MULTIPLIER, any::<i32>()],
        p in 0..=MAX_SHIFT,
        s in 0..=MAX_SHIFT,
    ) {
        for range in [Range::Symmetric, Range::Full, Range::Unsigned] {
            let q = Requantise::new(p, s, range).unwrap();
            prop_assert_eq!(i128::from(q.element(x, m)), wide(x, m, q));
        }
    }
}

#[test]
fn extremes_of_every_parameter() {
    for x in [i32::MIN, i32::MIN + 1, -1, 0, 1, i32::MAX - 1, i32::MAX] {
        for m in [i32::MIN, -1, 0, 1, MAX_MULTIPLIER, i32::MAX] {
            for p in 0..=MAX_SHIFT {
                for s in 0..=MAX_SHIFT {
                    let q = Requantise::new(p, s, Range::Full).unwrap();
                    assert_eq!(i128::from(q.element(x, m)), wide(x, m, q));
                }
            }
        }
    }
}

#[test]
fn rounds_half_up() {
    let got: [i32; 8] = [-6, -5, -3, -2, 2, 3, 5, 6].map(|x| rounding_shift(x, 2));
    assert_eq!(got, [-1, -1, -1, 0, 1, 1, 1, 2]);
}

#[test]
fn whole_tensor_is_its_elements() {
    let q = Requantise::new(4, 10, Range::Symmetric).unwrap();
    let shape = Shape::new(2, 2).unwrap();
    let (x, m) = ([100_000, -100_000, 12_345, -7], [300, 150]);
    let mut out = [0; 4];
    q.run(shape, &x, &m, &mut out).unwrap();
    for (at, &x) in x.iter().enumerate() {
        assert_eq!(out[at], low_byte(q.element(x, m[at % 2])));
    }
    assert_eq!(i8::from_le_bytes([out[1]]), -127);
}

#[test]
fn what_is_not_defined_is_refused() {
    for (p, s, name) in [(32, 0, "p"), (0, 32, "s")] {
        let got = Requantise::new(p, s, Range::Full);
        assert_eq!(
            got,
            Err(KernelError::ShiftTooLarge {
                name,
                value: 32,
                max: 31
            })
        );
    }
    let q = Requantise::new(1, 1, Range::Full).unwrap();
    let shape = Shape::new(1, 2).unwrap();
    assert!(q.run(shape, &[0; 1], &[1; 2], &mut [0; 2]).is_err());
    assert!(q.run(shape, &[0; 2], &[1; 1], &mut [0; 2]).is_err());
    assert!(q.run(shape, &[0; 2], &[1; 2], &mut [0; 3]).is_err());
}
