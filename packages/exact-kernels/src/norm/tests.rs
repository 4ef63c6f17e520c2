use proptest::prelude::*;

use super::*;

/// The definition with the sum of squares in 128 bits.
fn wide(row: &[i32]) -> (i128, i128, i128) {
    let cols = i128::try_from(row.len()).unwrap();
    let clamped: Vec<_> = row
        .iter()
        .map(|&h| i128::from(h).clamp(-1_048_575, 1_048_575))
        .collect();
    let sum: i128 = clamped.iter().sum();
    let mean = (2 * sum + cols).div_euclid(2 * cols);
    let squares = clamped
        .iter()
        .map(|h| (h - mean).clamp(-32_767, 32_767).pow(2));
    let variance = squares.sum::<i128>().max(1);
    let mut e = -40i128;
    let scaled = |e: i128| if e < 0 { variance << -e } else { variance >> e };
    while scaled(e) >= 1 << 32 {
        e += 2;
    }
    let root = scaled(e).isqrt();
    let mut k = 40;
    while (cols << (2 * k)).isqrt() >= 1 << 31 {
        k -= 1;
    }
    let numerator = (cols << (2 * k)).isqrt();
    assert!((1 << 30..1 << 31).contains(&numerator) && (1 << 30..1 << 32).contains(&scaled(e)));
    (mean, numerator / root, k + e / 2 - 10)
}

fn check(row: &[i32]) {
    let stats = Stats::of(row).unwrap();
    let got = [stats.mean, stats.factor, stats.shift].map(i128::from);
    let (mean, factor, shift) = wide(row);
    assert_eq!(got, [mean, factor, shift]);
    assert!((0..=31).contains(&stats.shift) && (0..1 << 16).contains(&stats.factor));
    for &h in row {
        let c = (i128::from(h).clamp(-1_048_575, 1_048_575) - mean).clamp(-32_767, 32_767);
        let n = match shift {
            0 => c * factor,
            s => (c * factor + (1 << (s - 1))) >> s,
        };
        assert!(n.abs() < 1 << 31);
        assert_eq!(i128::from(stats.normalised(h)), n.clamp(-65_535, 65_535));
    }
}

fn rows() -> impl Strategy<Value = Vec<i32>> {
    (0u32..31, 1usize..1025).prop_flat_map(|(bits, cols)| {
        proptest::collection::vec(any::<i32>().prop_map(move |h| h >> (31 - bits)), cols)
    })
}

proptest! {
    #[test]
    fn equals_the_wide_definition(row in rows()) {
        check(&row);
    }

    #[test]
    fn elements_equal_the_wide_definition(
        h in any::<i32>(),
        mean in any::<i32>(),
        factor in any::<i32>(),
        shift in any::<i32>(),
        gain in any::<i32>(),
        offset in any::<i32>(),
        g in 0..=MAX_SHIFT,
    ) {
        let stats = Stats { mean, factor, shift };
        let n = i128::from(stats.normalised(h));
        let sum = n * i128::from(gain).clamp(-16_383, 16_383)
            + i128::from(offset).clamp(-(1 << 30) + 1, (1 << 30) - 1);
        let expected = if g == 0 { sum } else { (sum + (1 << (g - 1))) >> g };
        let got = Norm::new(g).unwrap().element(h, stats, gain, offset);
        prop_assert_eq!(i128::from(got), expected);
    }

    /// Against layer norm over the same integers in f64: what is left is the mean's
    /// rounding (half a unit of the input), 16 bits of root and factor, and half a
    /// unit of the result.
    #[test]
    fn it_is_near_layer_norm(
        row in proptest::collection::vec(-8_000i32..8_000, 2..1024),
        spread in 0u8..3,
    ) {
        let row: Vec<_> = row.iter().map(|h| h >> (2 * spread)).collect();
        let cols = f64::from(u32::try_from(row.len()).unwrap());
        let mean = row.iter().map(|&h| f64::from(h)).sum::<f64>() / cols;
        let variance = row.iter().map(|&h| (f64::from(h) - mean).powi(2)).sum::<f64>() / cols;
        prop_assume!(variance > 16.0);
        let stats = Stats::of(&row).unwrap();
        for &h in &row {
            let exact = (f64::from(h) - mean) / variance.sqrt();
            let off = f64::from(stats.normalised(h)) / 1024.0 - exact;
            let rounding = 0.5 / variance.sqrt() + 0.5 / 1024.0;
            let relative = exact.abs() * (0.125 / variance + 1e-4);
            prop_assert!(off.abs() <= rounding + relative, "{off} at {exact}, variance {variance}");
        }
    }
}

#[test]
fn extremes() {
    for cols in [1, 2, 3, 4, 5, 16, 17, 384, 768, 1023, 1024] {
        for value in [0, 1, -1, i32::MIN, i32::MAX, 32_767, 1 << 20] {
            let mut row = vec![value; cols];
            check(&row);
            row[0] = value.wrapping_neg().wrapping_add(1);
            check(&row);
            for (at, h) in row.iter_mut().enumerate() {
                *h = if at % 2 == 0 { i32::MAX } else { i32::MIN };
            }
            check(&row);
        }
    }
}

#[test]
fn every_width_has_its_constant() {
    for cols in 1..=MAX_COLS {
        let (numerator, k) = numerator(cols).unwrap();
        assert!((1 << 30..1u32 << 31).contains(&numerator), "{cols}");
        assert!((25..=31).contains(&k), "{cols}: {k}");
    }
}

#[test]
fn whole_tensor_is_its_elements() {
    let norm = Norm::new(12).unwrap();
    let shape = Shape::new(2, 3).unwrap();
    let (h, gains, offsets) = ([5, -7, 100, 0, 0, 0], [4096, -4096, 100], [0, 1 << 20, -5]);
    let mut out = [0; 6];
    norm.run(shape, &h, &gains, &offsets, &mut out).unwrap();
    for (row, out) in h.chunks(3).zip(out.chunks(3)) {
        let stats = Stats::of(row).unwrap();
        for at in 0..3 {
            assert_eq!(
                out[at],
                norm.element(row[at], stats, gains[at], offsets[at])
            );
        }
    }
}

#[test]
fn what_is_not_defined_is_refused() {
    assert!(Stats::of(&[]).is_err());
    assert!(Stats::of(&[0; 1025]).is_err());
    assert!(Norm::new(32).is_err());
    let norm = Norm::new(1).unwrap();
    assert!(
        norm.run_row(&[1; 2], &[1; 1], &[1; 2], &mut [0; 2])
            .is_err()
    );
    assert!(
        norm.run_row(&[1; 2], &[1; 2], &[1; 1], &mut [0; 2])
            .is_err()
    );
    assert!(
        norm.run_row(&[1; 2], &[1; 2], &[1; 2], &mut [0; 1])
            .is_err()
    );
}
