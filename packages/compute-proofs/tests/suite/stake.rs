//! The tree of stakes: sums, changes, and who holds a position.

use compute_proofs::{
    ProofError,
    stake::{Nodes, NodesMut, Snapshot, append, change, find, stake_of, sum_of_first},
};
use proptest::prelude::*;

use super::support::{assert_error, index, plan};

/// Who holds a position, by counting along the stakes.
pub(crate) fn slow_find(stakes: &[u128], position: u128) -> Option<u32> {
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
fn every_stake_is_read_back() {
    for slots in 0..40u128 {
        // Every fifth is 0.
        let mut stakes: Vec<u128> = (0..slots).map(|i| i * 7 % 5).collect();
        let mut tree = Snapshot::new(&stakes).unwrap();
        check_stakes(&tree, &stakes);
        for slot in 0..stakes.len() {
            let (old, new) = (stakes[slot], [0, u128::from(u64::MAX), 3][slot % 3]);
            change(&mut tree, u32::try_from(slot).unwrap(), old, new).unwrap();
            stakes[slot] = new;
            check_stakes(&tree, &stakes);
        }
    }
    let full = [u128::MAX - 1, 0, 1];
    check_stakes(&Snapshot::new(&full).unwrap(), &full);
}

/// Each slot's stake, and none beyond.
fn check_stakes(tree: &Snapshot, stakes: &[u128]) {
    for (slot, &stake) in (0..).zip(stakes) {
        assert_eq!(stake_of(tree, slot), Ok(stake), "{slot} of {stakes:?}");
    }
    let slots = u32::try_from(stakes.len()).unwrap();
    for slot in [slots, slots + 1, u32::MAX] {
        let refused = stake_of(tree, slot);
        assert_error!(refused, ProofError::OutOfRange { what: "slot", .. });
    }
}
