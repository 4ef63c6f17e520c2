//! The stake-weighted draw.

use compute_proofs::{
    ProofError,
    hash::TASK_DRAW,
    stake::{Nodes, Snapshot, append, change, draw_worker, find, sum_of_first},
};
use proptest::prelude::*;

use super::{
    slow,
    support::{assert_error, beacon, index, plan},
};

/// Who holds a position, by counting along the stakes.
fn slow_find(stakes: &[u128], position: u128) -> Option<u32> {
    let mut rest = position;
    for (slot, &stake) in (0..).zip(stakes) {
        match rest.checked_sub(stake) {
            Some(left) => rest = left,
            None => return Some(slot),
        }
    }
    None
}

fn check(tree: &Snapshot, stakes: &[u128]) {
    let total: u128 = stakes.iter().sum();
    for count in 0..=stakes.len() {
        let sum = sum_of_first(tree, u32::try_from(count).unwrap());
        assert_eq!(
            sum,
            Ok(stakes[..count].iter().sum()),
            "{count} of {stakes:?}"
        );
    }
    assert_eq!(sum_of_first(tree, u32::MAX), Ok(total));
    // Both ends of every share.
    let mut before = 0u128;
    for &stake in stakes {
        for position in [
            before.checked_sub(1),
            Some(before),
            (before + stake).checked_sub(1),
        ] {
            let Some(position) = position.filter(|&position| position < total) else {
                continue;
            };
            let expected = slow_find(stakes, position).unwrap();
            assert_eq!(
                find(tree, position),
                Ok(expected),
                "{position} in {stakes:?}"
            );
        }
        before += stake;
    }
    for position in [total, total + 1, u128::MAX] {
        let refused = find(tree, position);
        let max = total.saturating_sub(1);
        assert_eq!(
            refused,
            Err(ProofError::OutOfRange {
                what: "position of a draw",
                value: position,
                min: 0,
                max
            })
        );
    }
}

#[test]
fn every_size_finds_every_position() {
    for slots in 0..70u128 {
        let stakes: Vec<u128> = (0..slots).map(|i| i * 7 % 5).collect();
        let tree = Snapshot::new(&stakes).unwrap();
        check(&tree, &stakes);
        for position in 0..stakes.iter().sum() {
            assert_eq!(
                find(&tree, position),
                Ok(slow_find(&stakes, position).unwrap())
            );
        }
    }
}

#[test]
fn changes_keep_every_sum() {
    let plan = plan();
    let mut random = plan.random("changes of stake");
    for _ in 0..plan.pick(60, 2000) {
        let slots = 1 + random.below(40);
        let mut stakes: Vec<u128> = (0..slots).map(|_| u128::from(random.below(1000))).collect();
        let mut tree = Snapshot::new(&stakes).unwrap();
        for _ in 0..30 {
            let slot = u32::try_from(random.below(slots)).unwrap();
            // Zero often: people leave.
            let new = u128::from(random.below(3).min(1) * random.next_u64());
            change(&mut tree, slot, stakes[index(slot)], new).unwrap();
            stakes[index(slot)] = new;
        }
        check(&tree, &stakes);
        assert_eq!(tree, Snapshot::new(&stakes).unwrap(), "{}", plan.describe());
    }
}

proptest! {
    #[test]
    fn large_stakes(stakes in prop::collection::vec(0..u128::MAX >> 7, 1..100)) {
        check(&Snapshot::new(&stakes).unwrap(), &stakes);
    }
}

#[test]
fn appending_is_rebuilding() {
    let mut random = plan().random("appended stakes");
    let mut tree = Snapshot::new(&[]).unwrap();
    let mut stakes = Vec::new();
    for slot in 0..40 {
        let stake = u128::from(random.next_u64() >> random.below(64));
        assert_eq!(append(&mut tree, stake), Ok(slot));
        stakes.push(stake);
        assert_eq!(tree, Snapshot::new(&stakes).unwrap());
        // What is appended after a change rests on the changed sums.
        let changed = u32::try_from(random.below(u64::from(slot) + 1)).unwrap();
        change(&mut tree, changed, stakes[index(changed)], 7).unwrap();
        stakes[index(changed)] = 7;
        check(&tree, &stakes);
    }
}

#[test]
fn a_stake_that_no_sum_can_hold_is_not_appended() {
    let mut tree = Snapshot::new(&[u128::MAX - 1]).unwrap();
    let before = tree.clone();
    assert_error!(append(&mut tree, 2), ProofError::SumOverflow);
    assert_eq!(tree, before, "nothing half done");
    assert_eq!(append(&mut tree, 1), Ok(1));
}

#[test]
fn a_wrong_old_stake_is_noticed() {
    let mut tree = Snapshot::new(&[5, 0, 3]).unwrap();
    assert_error!(change(&mut tree, 0, 6, 0), ProofError::SumOverflow);
    let mut tree = Snapshot::new(&[5, 0, 3]).unwrap();
    assert_error!(change(&mut tree, 0, 6, 10), ProofError::SumOverflow);
    let mut tree = Snapshot::new(&[5, 0, 3]).unwrap();
    assert_error!(change(&mut tree, 1, 0, u128::MAX), ProofError::SumOverflow);
}

#[test]
fn stakes_may_fill_all_128_bits() {
    let mut tree = Snapshot::new(&[u128::MAX - 1, 1]).unwrap();
    assert_eq!(find(&tree, u128::MAX - 1), Ok(1));
    // In place of nearly everything, something nearly as large.
    change(&mut tree, 0, u128::MAX - 1, u128::MAX - 3).unwrap();
    assert_eq!(sum_of_first(&tree, 2), Ok(u128::MAX - 2));
    assert_error!(Snapshot::new(&[u128::MAX, 1]), ProofError::SumOverflow);
}

#[test]
fn there_is_no_slot_beyond_the_last() {
    let mut tree = Snapshot::new(&[1, 2, 3]).unwrap();
    for slot in [3, 4, u32::MAX] {
        let refused = change(&mut tree, slot, 0, 1);
        let value = u128::from(slot);
        assert_eq!(
            refused,
            Err(ProofError::OutOfRange {
                what: "slot",
                value,
                min: 0,
                max: 2
            })
        );
        assert_error!(
            tree.get(slot.saturating_add(1)),
            ProofError::OutOfRange { .. }
        );
        assert_error!(
            tree.set(slot.saturating_add(1), 1),
            ProofError::OutOfRange { .. }
        );
    }
    let mut nobody = Snapshot::new(&[]).unwrap();
    assert_error!(change(&mut nobody, 0, 0, 1), ProofError::OutOfRange { .. });
}

#[test]
fn nobody_is_drawn_where_nobody_has_stake() {
    for stakes in [&[][..], &[0], &[0, 0, 0]] {
        let tree = Snapshot::new(stakes).unwrap();
        let refused = draw_worker(&tree, &beacon(1), 1, 1, 0);
        assert_error!(
            refused,
            ProofError::OutOfRange {
                what: "bound of a draw",
                ..
            }
        );
    }
}

#[test]
fn workers_are_drawn_as_the_definition_says() {
    let stakes = [3u128, 0, 4, 1];
    let tree = Snapshot::new(&stakes).unwrap();
    for attempt in 0..50u32 {
        let (order, nonce) = (7u64, 9u64);
        let message = [
            &beacon(1)[..],
            &order.to_le_bytes(),
            &nonce.to_le_bytes(),
            &attempt.to_le_bytes(),
        ];
        let mut word = [0; 16];
        slow::stream(TASK_DRAW, &message.concat()).fill(&mut word);
        // 8 divides 2^128: no word is passed over.
        let expected = slow_find(&stakes, u128::from_le_bytes(word) % 8).unwrap();
        assert_eq!(
            draw_worker(&tree, &beacon(1), order, nonce, attempt),
            Ok(expected)
        );
    }
}

#[test]
fn workers_are_drawn_in_proportion_to_stake() {
    let stakes = [1u128, 2, 3, 0, 4, 10, 0, 80];
    let total: u128 = stakes.iter().sum();
    let tree = Snapshot::new(&stakes).unwrap();
    const DRAWS: u32 = 20_000;
    let mut counts = [0u32; 8];
    for nonce in 0..DRAWS {
        let slot = draw_worker(&tree, &beacon(3), 1, u64::from(nonce), 0).unwrap();
        counts[index(slot)] += 1;
    }
    for (&stake, &count) in stakes.iter().zip(&counts) {
        let share = stake as f64 / total as f64;
        let expected = share * f64::from(DRAWS);
        let standard_error = (expected * (1.0 - share)).sqrt();
        let off = (f64::from(count) - expected).abs();
        assert!(
            off <= 4.0 * standard_error,
            "stake {stake}: {count} of {expected:.0}"
        );
    }
}

#[test]
fn every_part_of_a_draw_matters() {
    let tree = Snapshot::new(&[1; 1000]).unwrap();
    let drawn = |beacon: &[u8; 32], order, nonce, attempt| {
        draw_worker(&tree, beacon, order, nonce, attempt).unwrap()
    };
    let base = drawn(&beacon(1), 1, 1, 0);
    // 1 in 1 000 each to be the same; these are fixed and are not.
    assert_eq!(base, drawn(&beacon(1), 1, 1, 0));
    assert_ne!(base, drawn(&beacon(2), 1, 1, 0));
    assert_ne!(base, drawn(&beacon(1), 2, 1, 0));
    assert_ne!(base, drawn(&beacon(1), 1, 2, 0));
    assert_ne!(base, drawn(&beacon(1), 1, 1, 1));
}
