use proptest::prelude::*;

use super::*;

proptest! {
    #[test]
    fn equals_the_wide_definition(
        depth in 1usize..40,
        rows in 1u32..20,
        first in 0i32..20,
        len in 0i32..20,
        bytes in proptest::collection::vec(any::<i8>(), 40 * 21),
    ) {
        let span = Span::named(rows, 64, first, len);
        let query = &bytes[..depth];
        let keys = &bytes[40..40 + depth * index(rows)];
        let mut out = vec![7; index(span.len())];
        run(query, keys, rows, span, &mut out).unwrap();
        for (&score, at) in out.iter().zip(span.start()..) {
            let wide: i128 = (0..depth)
                .map(|k| i128::from(query[k]) * i128::from(keys[k * index(rows) + index(at)]))
                .sum();
            prop_assert_eq!(i128::from(score), wide);
        }
    }
}

#[test]
fn the_extreme_stays_within_its_bound() {
    let span = Span::named(1, 1, 0, 1);
    let mut out = [0];
    run(&[-128i8; 256], &[-128i8; 256], 1, span, &mut out).unwrap();
    assert_eq!(out, [1 << 22]);
}

#[test]
fn what_does_not_fit_is_refused() {
    let span = Span::named(2, 2, 0, 2);
    assert!(run(&[1i8; 0], &[], 2, span, &mut [0; 2]).is_err());
    assert!(run(&[1i8; 257], &[1; 514], 2, span, &mut [0; 2]).is_err());
    assert!(run(&[1i8; 2], &[1; 3], 2, span, &mut [0; 2]).is_err());
    assert!(run(&[1i8; 2], &[1; 4], 2, span, &mut [0; 1]).is_err());
}
