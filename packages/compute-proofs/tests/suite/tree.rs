//! Plain trees and range proofs.

use compute_proofs::{
    Hash, ProofError,
    tree::{Siblings, Tree, fold},
};
use proptest::prelude::*;

use super::{
    slow,
    support::{assert_error, hash, plan},
};

fn leaves(count: u64) -> Vec<Hash> {
    (1..=count).map(hash).collect()
}

fn tree(count: u64) -> Tree {
    Tree::new("test", leaves(count)).unwrap()
}

fn at(range: &std::ops::Range<u64>) -> std::ops::Range<usize> {
    usize::try_from(range.start).unwrap()..usize::try_from(range.end).unwrap()
}

/// The proof of a range by the definition: the roots of the largest subtrees
/// outside it that hold a leaf, level by level, left before right.
fn slow_siblings(leaves: &[Hash], range: &std::ops::Range<usize>) -> Vec<Hash> {
    fn walk(
        all: &[Hash],
        from: usize,
        real: usize,
        range: &std::ops::Range<usize>,
        found: &mut Vec<(usize, usize, Hash)>,
    ) {
        let to = from + all.len();
        let outside = to <= range.start || range.end <= from;
        if outside && from < real {
            found.push((all.len(), from, slow::full_top(all)));
        } else if !outside && all.len() > 1 {
            let (left, right) = all.split_at(all.len() / 2);
            walk(left, from, real, range, found);
            walk(right, from + left.len(), real, range, found);
        }
    }
    let mut found = Vec::new();
    let all = slow::padded(leaves, Hash::ZERO);
    walk(&all, 0, leaves.len(), range, &mut found);
    found.sort_by_key(|&(size, from, _)| (size, from));
    found.into_iter().map(|(.., hash)| hash).collect()
}

fn check_range(tree: &Tree, range: std::ops::Range<u64>) {
    let all = tree.leaves();
    let len = u64::try_from(all.len()).unwrap();
    let siblings = tree.prove(range.clone()).unwrap();
    assert_eq!(
        siblings.0,
        slow_siblings(all, &at(&range)),
        "{range:?} of {len}"
    );
    let run = all[at(&range)].to_vec();
    let top = fold("test", len, range.start, run, &siblings);
    assert_eq!(top, Ok(tree.top()), "{range:?} of {len}");
}

#[test]
fn tops_are_those_of_the_full_padded_tree() {
    for n in 1..=70 {
        assert_eq!(tree(n).top(), slow::top(&leaves(n)), "{n} leaves");
    }
}

#[test]
fn every_range_of_small_trees_folds_to_the_top() {
    for n in 1..=20 {
        let tree = tree(n);
        for first in 0..n {
            for end in first + 1..=n {
                check_range(&tree, first..end);
            }
        }
    }
}

#[test]
fn every_leaf_of_larger_trees_folds_to_the_top() {
    for n in 21..=70 {
        let tree = tree(n);
        (0..n).for_each(|leaf| check_range(&tree, leaf..leaf + 1));
        check_range(&tree, 0..n);
    }
}

#[test]
fn a_proof_of_the_whole_tree_is_empty() {
    for n in 1..=70 {
        assert_eq!(tree(n).prove(0..n), Ok(Siblings(vec![])));
    }
}

proptest! {
    #[test]
    fn random_ranges_fold_and_changes_show(
        n in 1u64..300,
        [a, b] in any::<[u64; 2]>(),
        flip in any::<usize>(),
        bit in 0u8..8,
    ) {
        let (a, b) = (a % n, b % n);
        let range = a.min(b)..a.max(b) + 1;
        let tree = tree(n);
        check_range(&tree, range.clone());
        let siblings = tree.prove(range.clone()).unwrap();
        let run = tree.leaves()[at(&range)].to_vec();
        // Every single sibling counts, and so does every leaf.
        for changed in 0..siblings.0.len() {
            let mut siblings = siblings.clone();
            siblings.0[changed].0[flip % 32] ^= 1 << bit;
            let top = fold("test", n, range.start, run.clone(), &siblings).unwrap();
            prop_assert_ne!(top, tree.top());
        }
        let mut run = run;
        let changed = flip % run.len();
        run[changed].0[flip % 32] ^= 1 << bit;
        prop_assert_ne!(fold("test", n, range.start, run, &siblings).unwrap(), tree.top());
    }

    #[test]
    fn wrong_claims_are_errors_never_panics(
        len in any::<u64>(),
        first in any::<u64>(),
        run in 0u64..5,
        siblings in 0u64..130,
    ) {
        let siblings = Siblings(leaves(siblings));
        let folded = fold("test", len, first, leaves(run), &siblings);
        let within = run > 0 && first.checked_add(run).is_some_and(|end| end <= len);
        match folded {
            Ok(_) => prop_assert!(within),
            Err(ProofError::OutOfTree { .. }) => prop_assert!(!within),
            Err(ProofError::WrongCount { expected, actual, .. }) => {
                prop_assert!(within);
                prop_assert_eq!(actual, u64::try_from(siblings.0.len()).unwrap());
                prop_assert!(expected <= 128 && expected != actual);
            }
            Err(other) => prop_assert!(false, "{}", other),
        }
    }
}

#[test]
fn a_tree_without_leaves_is_refused() {
    let tree = Tree::<Hash>::new("test", vec![]);
    assert_error!(tree, ProofError::EmptyTree { tree: "test" });
}

#[test]
fn ranges_that_are_empty_or_not_within_are_refused() {
    let tree = tree(5);
    for range in [
        0..0,
        3..3,
        4..6,
        5..6,
        0..6,
        u64::MAX..u64::MAX,
        0..u64::MAX,
    ] {
        assert_error!(
            tree.prove(range.clone()),
            ProofError::OutOfTree {
                tree: "test",
                leaves: 5,
                ..
            }
        );
    }
    #[allow(clippy::reversed_empty_ranges)]
    let backwards = 3..1;
    assert_error!(tree.prove(backwards), ProofError::OutOfTree { .. });
}

#[test]
fn folding_outside_the_tree_is_refused() {
    let none = Siblings(vec![]);
    for (len, first, run) in [
        (5, 0, 0),
        (5, 5, 1),
        (5, 4, 2),
        (5, u64::MAX, 1),
        (0, 0, 1),
        (u64::MAX, u64::MAX, 1),
    ] {
        let folded = fold("test", len, first, leaves(run), &none);
        assert_error!(folded, ProofError::OutOfTree { leaves, .. } if leaves == len);
    }
}

#[test]
fn a_proof_has_exactly_as_many_siblings_as_its_place_needs() {
    let tree = tree(11);
    for first in 0..11 {
        let siblings = tree.prove(first..first + 1).unwrap();
        let leaf = vec![tree.leaves()[usize::try_from(first).unwrap()]];
        let needed = u64::try_from(siblings.0.len()).unwrap();
        let mut fewer = siblings.clone();
        fewer.0.pop();
        let mut more = siblings.clone();
        more.0.push(Hash::ZERO);
        for (wrong, count) in [(fewer, needed - 1), (more, needed + 1)] {
            assert_eq!(
                fold("test", 11, first, leaf.clone(), &wrong),
                Err(ProofError::WrongCount {
                    what: "test",
                    expected: needed,
                    actual: count,
                })
            );
        }
    }
}

#[test]
fn the_deepest_tree_takes_its_full_path() {
    // Leaf 0 of 2^64 − 1 leaves: 64 siblings; the last one: those to its left.
    let path = Siblings(leaves(64));
    assert!(fold("test", u64::MAX, 0, leaves(1), &path).is_ok());
    let last = u64::MAX - 1;
    let path = Siblings(leaves(63));
    assert!(fold("test", u64::MAX, last, leaves(1), &path).is_ok());
}

#[test]
fn a_leaf_leads_elsewhere_at_any_other_place() {
    let plan = plan();
    for n in 2..=plan.pick(40, 200) {
        let tree = tree(n);
        for first in 0..n {
            let siblings = tree.prove(first..first + 1).unwrap();
            let leaf = vec![tree.leaves()[usize::try_from(first).unwrap()]];
            for other in (0..n).filter(|&other| other != first) {
                match fold("test", n, other, leaf.clone(), &siblings) {
                    Ok(top) => assert_ne!(top, tree.top(), "{first} as {other} of {n}"),
                    Err(ProofError::WrongCount { .. }) => {}
                    Err(other) => panic!("{other}"),
                }
            }
        }
    }
}
