//! Draws: uniform, deterministic, and of nothing but what they name.

use compute_proofs::{Hash, ProofError, draw::Draw, hash::DRAW};

use super::{
    slow,
    support::{assert_error, beacon, hash},
};

fn draw(d: u32) -> Draw {
    Draw::new(&beacon(1), "wasm1worker", &hash(2), d)
}

/// The stream of a sample, by the definition.
fn words(
    beacon: &[u8; 32],
    operator: &str,
    root: &Hash,
    d: u32,
) -> impl Iterator<Item = u128> + use<> {
    let message = [
        &beacon[..],
        &slow::text(operator),
        &root.0,
        &d.to_le_bytes(),
    ]
    .concat();
    let mut stream = slow::stream(DRAW, &message);
    std::iter::repeat_with(move || {
        let mut word = [0; 16];
        stream.fill(&mut word);
        u128::from_le_bytes(word)
    })
}

const HALF: u128 = 1 << 127;

#[test]
fn numbers_are_the_streams_words_after_rejection() {
    // Bound, and from which word on it passes words over: the largest multiple
    // of the bound below 2^128, written out.
    let table: [(u128, Option<u128>); 7] = [
        (1, None),
        (2, None),
        // 2^128 = 3 · 113427455640312821154458202477256070485 + 1.
        (3, Some(u128::MAX)),
        (1 << 64, None),
        (HALF, None),
        (HALF + 1, Some(HALF + 1)),
        (u128::MAX, Some(u128::MAX)),
    ];
    for (bound, passed_from) in table {
        for d in 0..20 {
            let mut draw = draw(d);
            let mut words = words(&beacon(1), "wasm1worker", &hash(2), d)
                .filter(|&word| passed_from.is_none_or(|first| word < first));
            for _ in 0..20 {
                let expected = words.next().unwrap() % bound;
                assert_eq!(draw.below(bound), Ok(expected), "below {bound}");
            }
        }
    }
}

#[test]
fn half_of_all_words_are_passed_over_at_worst() {
    let mut passed = 0;
    for d in 0..1000 {
        let first = words(&beacon(1), "wasm1worker", &hash(2), d)
            .next()
            .unwrap();
        let drawn = draw(d).below(HALF + 1).unwrap();
        assert!(drawn <= HALF);
        passed += u32::from(drawn != first);
    }
    // 1000 coins: 500 ± 4 · 15.8.
    assert!((437..=563).contains(&passed), "{passed}");
}

#[test]
fn nothing_lies_below_zero() {
    let refused = draw(0).below(0);
    assert_error!(
        refused,
        ProofError::OutOfRange {
            what: "bound of a draw",
            value: 0,
            min: 1,
            max: u128::MAX
        }
    );
}

#[test]
fn small_bounds_are_uniform() {
    // Pearson's chi-square over 20 000 draws against its 99.9 % quantile for
    // bound − 1 degrees of freedom. The draws are fixed: this passes or fails
    // for good.
    for (bound, quantile) in [
        (2, 10.83),
        (3, 13.82),
        (5, 18.47),
        (7, 22.46),
        (10, 27.88),
        (16, 37.70),
    ] {
        const DRAWS: u32 = 20_000;
        let mut counts = vec![0u32; bound];
        for d in 0..DRAWS {
            let drawn = draw(d).below(u128::try_from(bound).unwrap()).unwrap();
            counts[usize::try_from(drawn).unwrap()] += 1;
        }
        let expected = f64::from(DRAWS) / counts.len() as f64;
        let chi_square: f64 = counts
            .iter()
            .map(|&count| (f64::from(count) - expected).powi(2) / expected)
            .sum();
        assert!(
            chi_square < quantile,
            "below {bound}: {chi_square:.2} of {quantile}"
        );
    }
}

#[test]
fn the_same_sample_gives_the_same_numbers() {
    let numbers = |mut draw: Draw| [1u128 << 90; 8].map(|bound| draw.below(bound).unwrap());
    assert_eq!(numbers(draw(5)), numbers(draw(5)));
    let base = || (beacon(1), "wasm1worker", hash(2), 5);
    let others = [
        (beacon(2), base().1, base().2, base().3),
        (base().0, "wasm1other", base().2, base().3),
        (base().0, "", base().2, base().3),
        (base().0, base().1, hash(3), base().3),
        (base().0, base().1, base().2, 6),
        (base().0, base().1, base().2, u32::MAX),
    ];
    let mut seen = vec![numbers(draw(5))];
    for (beacon, operator, root, d) in others {
        let numbers = numbers(Draw::new(&beacon, operator, &root, d));
        assert!(!seen.contains(&numbers), "{operator} {d}");
        seen.push(numbers);
    }
}

#[test]
fn an_operators_name_cannot_run_into_the_root() {
    // Without lengths these two would be one message: the name's last byte
    // moves to the front of the root, the root's last one to the front of d.
    let mut root = [b'x'; 32];
    root[31] = 7;
    let mut moved = [b'x'; 32];
    moved[0] = b'b';
    let first = Draw::new(&[1; 32], "ab", &Hash(root), 0).below(1 << 100);
    let second = Draw::new(&[1; 32], "a", &Hash(moved), 7).below(1 << 100);
    assert_ne!(first, second);
    let unprefixed = |operator: &str, root: &[u8], d: u32| {
        let mut all = [operator.as_bytes(), root, &d.to_le_bytes()].concat();
        all.truncate(operator.len() + 32);
        all
    };
    assert_eq!(
        unprefixed("ab", &root, 0)[..33],
        unprefixed("a", &moved, 7)[..33]
    );
}
