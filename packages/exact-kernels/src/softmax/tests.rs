use proptest::prelude::*;

use super::*;

/// Softmax over the same integers in f64: weights scaled to 255 and the mix.
fn real(softmax: Softmax, scores: &[i32], values: &[i8]) -> f64 {
    let max = f64::from(*scores.iter().max().unwrap());
    let scale = f64::from(softmax.multiplier()) / f64::from(softmax.shift()).exp2() / 16.0;
    let weights = scores.iter().map(|&s| ((f64::from(s) - max) * scale).exp());
    let weights: Vec<f64> = weights.collect();
    let mixed: f64 = weights
        .iter()
        .zip(values)
        .map(|(e, &v)| e * f64::from(v))
        .sum();
    mixed / weights.iter().sum::<f64>()
}

fn integer(softmax: Softmax, scores: &[i32], values: &[i8]) -> i32 {
    let mut weights = scores.to_vec();
    let sum = softmax.weights(&mut weights).unwrap();
    mix(&weights, sum, values).unwrap()
}

#[test]
fn the_table_is_the_exponential() {
    for step in 0..200 {
        let exact = 255.0 * (-f64::from(step) / 16.0).exp();
        let softmax = Softmax::new(1, 0).unwrap();
        let weight = f64::from(softmax.weight(step, 0));
        assert!(
            (weight - exact).abs() <= 0.5 + 1e-9,
            "{step}: {weight} for {exact}"
        );
    }
}

proptest! {
    #[test]
    fn weights_equal_the_wide_definition(
        max in -(1 << 22)..=1 << 22,
        score in -(1 << 22)..=1 << 22,
        m in 0..=MAX_MULTIPLIER,
        shift in 0..=MAX_SHIFT,
    ) {
        let (max, score) = (std::cmp::max(max, score), std::cmp::min(max, score));
        let distance = (i128::from(max) - i128::from(score)).min((1 << 20) - 1);
        let product = distance * i128::from(m);
        let step = match shift {
            0 => product,
            n => (product + (1 << (n - 1))) >> n,
        };
        let expected = if step < 100 { i32::from(EXP[usize::try_from(step).unwrap()]) } else { 0 };
        prop_assert_eq!(Softmax::new(m, shift).unwrap().weight(max, score), expected);
    }

    /// Half a step of the table is 1/32 nat, so weights are off by 3.2 % and half a
    /// unit; what of it does not cancel moves a mix of int8 values by a few units at
    /// the very worst (all that is above the mean too heavy, all below too light).
    #[test]
    fn the_mix_is_near_softmax(
        rows in proptest::collection::vec((-60_000i32..60_000, any::<i8>()), 1..64),
        m in 200..=MAX_MULTIPLIER,
    ) {
        let (scores, values): (Vec<_>, Vec<_>) = rows.into_iter().unzip();
        let softmax = Softmax::new(m, 20).unwrap();
        let off = f64::from(integer(softmax, &scores, &values)) - real(softmax, &scores, &values);
        let tail = 128.0 * f64::from(u32::try_from(scores.len()).unwrap()) / 255.0;
        prop_assert!(off.abs() <= 0.5 + 128.0 * 0.032 * 2.0 + tail, "{off}");
    }

    #[test]
    fn a_mix_lies_between_its_values(
        rows in proptest::collection::vec((any::<i16>(), any::<i8>()), 1..300),
    ) {
        let (scores, values): (Vec<_>, Vec<_>) =
            rows.into_iter().map(|(s, v)| (i32::from(s), v)).unzip();
        let mixed = integer(Softmax::new(900, 14).unwrap(), &scores, &values);
        let (low, high) = (values.iter().min().unwrap(), values.iter().max().unwrap());
        prop_assert!(i32::from(*low) <= mixed && mixed <= i32::from(*high));
    }
}

#[test]
fn equal_scores_average_and_round_half_up() {
    let softmax = Softmax::new(2047, 8).unwrap();
    assert_eq!(integer(softmax, &[5, 5], &[1, 2]), 2);
    assert_eq!(integer(softmax, &[5, 5], &[-1, -2]), -1);
    assert_eq!(integer(softmax, &[i32::MIN, 1 << 22], &[127, -128]), -128);
}

#[test]
fn what_is_not_defined_is_refused() {
    assert!(Softmax::new(1, 32).is_err());
    assert_eq!(Softmax::new(5000, 1).unwrap().multiplier(), MAX_MULTIPLIER);
    let softmax = Softmax::new(1, 1).unwrap();
    assert!(softmax.weights(&mut []).is_err());
    assert!(softmax.weights(&mut vec![0; 65_537]).is_err());
    assert!(mix(&[1, 2], 3, &[1i8]).is_err());
    assert!(mix(&[0], 0, &[1i8]).is_err());
}
