use proptest::prelude::*;

use super::*;

proptest! {
    #[test]
    fn equals_the_wide_definition(values in proptest::collection::vec(any::<i32>(), 0..300)) {
        let clamped = values.iter().map(|&x| i128::from(x).clamp(-1_048_575, 1_048_575));
        let wide: i128 = clamped.sum();
        let count = i128::try_from(values.len()).unwrap();
        prop_assert_eq!(i128::from(sum(&values).unwrap()), wide);
        let expected = match count {
            0 => 0,
            n => (2 * wide + n).div_euclid(2 * n),
        };
        prop_assert_eq!(i128::from(mean(&values).unwrap()), expected);
    }
}

#[test]
fn the_longest_sentence_of_extremes_does_not_wrap() {
    let longest = vec![i32::MIN; 2047];
    assert_eq!(sum(&longest).unwrap(), -2047 * MAX_VALUE);
    assert_eq!(mean(&longest).unwrap(), -MAX_VALUE);
    assert!(sum(&vec![0; 2048]).is_err());
    assert!(mean(&vec![0; 2048]).is_err());
}
