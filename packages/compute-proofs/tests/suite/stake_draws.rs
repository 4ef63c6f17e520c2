//! The stake-weighted draw.

use compute_proofs::{
    ProofError,
    hash::{DRAW, TASK_DRAW},
    stake::{Snapshot, sample, task_seed},
};

use super::{
    slow,
    stake::slow_find,
    support::{assert_error, beacon, index},
};

#[test]
fn nobody_is_drawn_where_nobody_has_stake() {
    for stakes in [&[][..], &[0], &[0, 0, 0]] {
        let tree = Snapshot::new(stakes).unwrap();
        for count in [1, 2, u32::MAX] {
            let refused = sample(&tree, &beacon(1), count);
            assert_error!(
                refused,
                ProofError::OutOfRange {
                    what: "bound of a draw",
                    ..
                }
            );
        }
    }
}

#[test]
fn no_draws_draw_nobody() {
    for stakes in [&[][..], &[0], &[1, 2]] {
        let tree = Snapshot::new(stakes).unwrap();
        assert_eq!(sample(&tree, &beacon(1), 0), Ok(Vec::new()));
    }
}

#[test]
fn slots_are_drawn_as_the_definition_says() {
    let stakes = [3u128, 0, 4, 1];
    let tree = Snapshot::new(&stakes).unwrap();
    for round in 0..5 {
        let seed = beacon(round);
        let expected = (0..20u32).map(|d| {
            let message = [&seed[..], &[0; 4], &[0; 32], &d.to_le_bytes()];
            let mut word = [0; 16];
            slow::stream(DRAW, &message.concat()).fill(&mut word);
            // 8 divides 2^128: no word is passed over.
            slow_find(&stakes, u128::from_le_bytes(word) % 8).unwrap()
        });
        let expected: Vec<_> = expected.collect();
        assert_eq!(sample(&tree, &seed, 20).unwrap(), expected);
        // Fewer draws are the first of more.
        assert_eq!(sample(&tree, &seed, 7).unwrap(), expected[..7]);
    }
}

#[test]
fn slots_are_drawn_in_proportion_to_stake() {
    let stakes = [1u128, 2, 3, 0, 4, 10, 0, 80];
    let tree = Snapshot::new(&stakes).unwrap();
    const DRAWS: u32 = 20_000;
    // One task each, and many draws of one seed.
    let tasks = (0..u64::from(DRAWS)).flat_map(|nonce| {
        let seed = task_seed(&beacon(3), 1, nonce, 0);
        sample(&tree, &seed, 1).unwrap()
    });
    check_frequencies(&stakes, tasks);
    check_frequencies(&stakes, sample(&tree, &beacon(4), DRAWS).unwrap());
}

/// Each stake's share of the draws is within 4 standard errors of its own.
fn check_frequencies(stakes: &[u128; 8], drawn: impl IntoIterator<Item = u32>) {
    let total: u128 = stakes.iter().sum();
    let mut counts = [0u32; 8];
    for slot in drawn {
        counts[index(slot)] += 1;
    }
    let draws = f64::from(counts.iter().sum::<u32>());
    for (&stake, &count) in stakes.iter().zip(&counts) {
        let share = stake as f64 / total as f64;
        let expected = share * draws;
        let standard_error = (expected * (1.0 - share)).sqrt();
        let off = (f64::from(count) - expected).abs();
        assert!(
            off <= 4.0 * standard_error,
            "stake {stake}: {count} of {expected:.0}"
        );
    }
}

#[test]
fn a_tasks_seed_is_the_definitions() {
    for attempt in 0..5u32 {
        let (order, nonce) = (7u64, 9u64);
        let message = [
            &beacon(1)[..],
            &order.to_le_bytes(),
            &nonce.to_le_bytes(),
            &attempt.to_le_bytes(),
        ];
        let expected = slow::derive(TASK_DRAW, &message.concat());
        assert_eq!(task_seed(&beacon(1), order, nonce, attempt), expected.0);
    }
}

#[test]
fn every_part_of_a_seed_matters() {
    let base = task_seed(&beacon(1), 1, 1, 0);
    assert_ne!(base, task_seed(&beacon(2), 1, 1, 0));
    assert_ne!(base, task_seed(&beacon(1), 2, 1, 0));
    assert_ne!(base, task_seed(&beacon(1), 1, 2, 0));
    assert_ne!(base, task_seed(&beacon(1), 1, 1, 1));
}
