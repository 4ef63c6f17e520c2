//! Sum trees: positions and totals.

use compute_proofs::{
    Hash, ProofError,
    tree::{Siblings, SumNode, Tree, fold, sum_before},
};
use proptest::prelude::*;

use super::{
    slow,
    support::{assert_error, hash},
};

fn leaves(sums: &[u128]) -> Vec<SumNode> {
    let leaf = |(number, &sum)| SumNode {
        hash: hash(number),
        sum,
    };
    (1..).zip(sums).map(leaf).collect()
}

fn tree(sums: &[u128]) -> Tree<SumNode> {
    Tree::new("test", leaves(sums)).unwrap()
}

fn check(sums: &[u128]) {
    let tree = tree(sums);
    let pairs: Vec<_> = tree
        .leaves()
        .iter()
        .map(|leaf| (leaf.hash, leaf.sum))
        .collect();
    assert_eq!((tree.top().hash, tree.top().sum), slow::sum_top(&pairs));
    assert_eq!(tree.top().sum, sums.iter().sum::<u128>());

    let len = u64::try_from(sums.len()).unwrap();
    let mut before = 0;
    for ((index, leaf), sum) in (0..).zip(tree.leaves()).zip(sums) {
        let siblings = tree.prove(index..index + 1).unwrap();
        assert_eq!(
            fold("test", len, index, vec![*leaf], &siblings),
            Ok(tree.top())
        );
        assert_eq!(sum_before("test", len, index, &siblings), Ok(before));
        before += sum;
    }
}

#[test]
fn sums_and_prefix_sums_of_every_size() {
    for n in 1u128..=70 {
        let sums: Vec<u128> = (0..n).map(|i| i * i % 17).collect();
        check(&sums);
    }
}

proptest! {
    #[test]
    fn random_sums(sums in prop::collection::vec(0..u128::MAX / 100, 1..40)) {
        check(&sums);
    }

    #[test]
    fn every_bit_of_a_sibling_counts(
        sums in prop::collection::vec(0..u128::from(u64::MAX), 2..40),
        index in any::<prop::sample::Index>(),
        bit in 0u32..120,
    ) {
        let tree = tree(&sums);
        let (at, len) = (index.index(sums.len()), u64::try_from(sums.len()).unwrap());
        let first = u64::try_from(at).unwrap();
        let siblings = tree.prove(first..first + 1).unwrap();
        for changed in 0..siblings.0.len() {
            let mut siblings = siblings.clone();
            siblings.0[changed].sum ^= 1 << bit;
            let top = fold("test", len, first, vec![tree.leaves()[at]], &siblings).unwrap();
            prop_assert_ne!(top.hash, tree.top().hash);
        }
        // Moving an amount between two siblings keeps the total, not the hash.
        if siblings.0.len() > 1 && siblings.0[0].sum > 0 {
            let mut siblings = siblings;
            siblings.0[0].sum -= 1;
            siblings.0[1].sum += 1;
            let top = fold("test", len, first, vec![tree.leaves()[at]], &siblings).unwrap();
            prop_assert_eq!(top.sum, tree.top().sum);
            prop_assert_ne!(top.hash, tree.top().hash);
        }
    }
}

#[test]
fn padding_carries_nothing() {
    let tree = tree(&[3, 4, 5]);
    let siblings = tree.prove(2..3).unwrap();
    assert_eq!(siblings.0.len(), 1, "only the left half");
    assert_eq!(tree.top().sum, 12);
}

#[test]
fn the_largest_sum_fits_and_one_more_does_not() {
    check(&[u128::MAX - 6, 1, 2, 3]);
    let too_much = Tree::new("test", leaves(&[u128::MAX - 5, 1, 2, 3]));
    assert_error!(too_much, ProofError::SumOverflow);
    let whole = SumNode {
        hash: Hash::ZERO,
        sum: u128::MAX,
    };
    let folded = fold("test", 2, 0, leaves(&[1]), &Siblings(vec![whole]));
    assert_error!(folded, ProofError::SumOverflow);
    let before = sum_before("test", 4, 3, &Siblings(vec![whole, whole]));
    assert_error!(before, ProofError::SumOverflow);
}

#[test]
fn nothing_lies_before_a_leaf_that_is_not_there() {
    let none = Siblings(vec![]);
    for (len, index) in [(0, 0), (3, 3), (3, u64::MAX), (u64::MAX, u64::MAX)] {
        let before = sum_before("test", len, index, &none);
        assert_error!(before, ProofError::OutOfTree { .. });
    }
}
