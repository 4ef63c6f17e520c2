//! Nodes of any level of a tree, which demands are answered with, and what else a
//! contract asks of proofs beside whole openings: partial costs, how a sample draws, and
//! output roots that are shown by themselves.

use compute_proofs::{
    Hash, ProofError,
    codec::Encode,
    hash::{TRACE, TRACE_LEAF},
    opening::sample,
    program::Checker,
    trace::{OutputRoots, Trace, seal},
    tree::{Siblings, Tree, fold, fold_level, nodes_on},
};
use proptest::prelude::*;
use test_suite::fixtures::Settled;

use super::{
    slow,
    support::{assert_error, beacon, hash, index, jobs, settled, trace_evidence},
};

fn tree(leaves: u64) -> Tree {
    Tree::new("test", (1..=leaves).map(hash).collect()).unwrap()
}

/// The nodes of a level by the definition: tops of the full subtrees that hold a leaf.
fn slow_level(leaves: u64, level: u8) -> Vec<Hash> {
    let leaves: Vec<Hash> = (1..=leaves).map(hash).collect();
    let width = 1usize << level;
    let mut all = slow::padded(&leaves, Hash::ZERO);
    all.truncate(leaves.len().div_ceil(width) * width);
    all.resize(leaves.len().div_ceil(width) * width, Hash::ZERO);
    all.chunks(width).map(slow::full_top).collect()
}

/// Levels of a tree, the top's included.
fn levels(leaves: u64) -> u8 {
    u8::try_from(leaves.next_power_of_two().trailing_zeros() + 1).unwrap()
}

#[test]
fn a_level_has_half_the_nodes_of_the_one_below_rounded_up() {
    for leaves in 1..=70 {
        for level in 0..levels(leaves) {
            let nodes = slow_level(leaves, level);
            let count = u64::try_from(nodes.len()).unwrap();
            assert_eq!(nodes_on(leaves, level), count, "{leaves}, {level}");
            let (opened, siblings) = tree(leaves).open_level(level, 0..count).unwrap();
            assert_eq!((opened, siblings), (nodes, Siblings(vec![])));
        }
        // One node on top, and nothing above it.
        let top = levels(leaves) - 1;
        assert_eq!(nodes_on(leaves, top), 1);
        for above in [top + 1, top + 2, u8::MAX] {
            assert_eq!(nodes_on(leaves, above), 0);
        }
    }
    assert_eq!(nodes_on(0, 0), 0);
    assert_eq!(nodes_on(u64::MAX, 64), 1);
    assert_eq!(nodes_on(u64::MAX, 65), 0);
}

#[test]
fn every_run_on_every_level_of_small_trees_folds_to_the_top() {
    for leaves in 1..=20 {
        let tree = tree(leaves);
        for level in 0..levels(leaves) {
            let there = nodes_on(leaves, level);
            for first in 0..there {
                for end in first + 1..=there {
                    let (nodes, siblings) = tree.open_level(level, first..end).unwrap();
                    let top = fold_level("test", leaves, level, first, nodes, &siblings);
                    assert_eq!(top, Ok(tree.top()), "{leaves}: {level}, {first}..{end}");
                }
            }
        }
    }
}

#[test]
fn leaves_are_level_0() {
    for leaves in 1..=20 {
        let tree = tree(leaves);
        for first in 0..leaves {
            let (nodes, siblings) = tree.open_level(0, first..leaves).unwrap();
            assert_eq!(Ok(&siblings), tree.prove(first..leaves).as_ref());
            let folded = fold("test", leaves, first, nodes.clone(), &siblings);
            assert_eq!(
                folded,
                fold_level("test", leaves, 0, first, nodes, &siblings)
            );
        }
    }
}

/// Which leaf differs between two trees is found from the top down, one child at a time.
#[test]
fn two_trees_differ_on_a_path() {
    for leaves in [1, 2, 5, 11, 16, 33] {
        for changed in 0..leaves {
            let mut other: Vec<Hash> = (1..=leaves).map(hash).collect();
            other[usize::try_from(changed).unwrap()] = hash(999);
            let other = Tree::new("test", other).unwrap();
            let mine = tree(leaves);
            let mut at = 0;
            for level in (0..levels(leaves)).rev() {
                let end = (at + 2).min(nodes_on(leaves, level));
                let (a, _) = mine.open_level(level, at..end).unwrap();
                let (b, _) = other.open_level(level, at..end).unwrap();
                let differs: Vec<u64> = (at..end)
                    .zip(a.iter().zip(&b))
                    .filter(|(_, (a, b))| a != b)
                    .map(|(at, _)| at)
                    .collect();
                assert_eq!(differs.len(), 1, "{leaves}, {changed} on {level}");
                at = if level == 0 {
                    differs[0]
                } else {
                    differs[0] * 2
                };
            }
            assert_eq!(at, changed);
        }
    }
}

#[test]
fn what_is_not_on_a_level_is_refused() {
    let tree = tree(11);
    // Six nodes on level 1, one on level 4.
    for (level, range) in [
        (1, 0..7),
        (1, 6..7),
        (1, 2..2),
        (4, 0..2),
        (5, 0..1),
        (u8::MAX, 0..1),
    ] {
        let opened = tree.open_level(level, range.clone());
        assert!(
            matches!(opened, Err(ProofError::OutOfTree { .. })),
            "{level} {range:?}"
        );
        let nodes: Vec<Hash> = range.clone().map(hash).collect();
        let folded = fold_level("test", 11, level, range.start, nodes, &Siblings(vec![]));
        assert!(
            matches!(folded, Err(ProofError::OutOfTree { .. })),
            "{level} {range:?}"
        );
    }
    let (nodes, siblings) = tree.open_level(1, 1..3).unwrap();
    let mut more = siblings.clone();
    more.0.push(hash(1));
    let folded = fold_level("test", 11, 1, 1, nodes, &more);
    assert!(matches!(folded, Err(ProofError::WrongCount { .. })));
}

proptest! {
    #[test]
    fn nodes_have_one_level_one_place_and_one_value(
        leaves in 2u64..300,
        level in 0u8..9,
        [a, b] in any::<[u64; 2]>(),
        flip in any::<usize>(),
        bit in 0u8..8,
    ) {
        let there = nodes_on(leaves, level);
        prop_assume!(there > 1);
        let (a, b) = (a % there, b % there);
        let range = a.min(b)..a.max(b) + 1;
        let tree = tree(leaves);
        let (nodes, siblings) = tree.open_level(level, range.clone()).unwrap();
        let slow = slow_level(leaves, level);
        let at = usize::try_from(range.start).unwrap()..usize::try_from(range.end).unwrap();
        prop_assert_eq!(&nodes, &slow[at]);
        let fold = |level, first, nodes: Vec<Hash>| {
            fold_level("test", leaves, level, first, nodes, &siblings)
        };
        prop_assert_eq!(fold(level, range.start, nodes.clone()), Ok(tree.top()));
        let mut changed = nodes.clone();
        let place = flip % changed.len();
        changed[place].0[flip % 32] ^= 1 << bit;
        prop_assert_ne!(fold(level, range.start, changed), Ok(tree.top()));
        for elsewhere in [
            (level + 1, range.start),
            (level.saturating_sub(1), range.start),
            (level, range.start + 1),
        ] {
            if elsewhere != (level, range.start) {
                let (level, first) = elsewhere;
                prop_assert_ne!(fold(level, first, nodes.clone()), Ok(tree.top()));
            }
        }
    }
}

#[test]
fn a_traces_root_seals_its_top_and_length() {
    for operations in 1..=9u32 {
        let outputs: Vec<_> = (0..operations)
            .map(|at| OutputRoots(vec![hash(at.into()); index(at % 3 + 1)]))
            .collect();
        let leaves: Vec<Hash> = (0u32..)
            .zip(&outputs)
            .map(|(at, roots)| {
                let message = [&at.to_le_bytes()[..], &roots.to_bytes()].concat();
                slow::derive(TRACE_LEAF, &message)
            })
            .collect();
        let top = slow::top(&leaves);
        let root = Trace::new(outputs).unwrap().root();
        assert_eq!(seal(operations, &top), root);
        let message = [&operations.to_le_bytes()[..], &top.0].concat();
        assert_eq!(slow::derive(TRACE, &message), root);
        assert_ne!(seal(operations + 1, &top), root);
    }
}

#[test]
fn a_checker_knows_what_is_there_costs() {
    for job in jobs() {
        let mut checker = Checker::new(job.program.slots).unwrap();
        assert_eq!(checker.cost(), Ok(0));
        let mut earlier = Vec::new();
        let mut cost = 0;
        for operation in &job.program.operations {
            checker.push(operation, &mut earlier).unwrap();
            cost += operation.cost().unwrap();
            assert_eq!(checker.cost(), Ok(cost));
        }
        assert_eq!(checker.finish().unwrap().cost, cost);
    }
}

#[test]
fn even_samples_draw_by_cost_and_odd_ones_uniformly() {
    let settled = settled();
    let header = settled.jobs[0].run.header;
    for d in 0..64 {
        let mut sample = sample(&settled.context(), &beacon(3), d).unwrap();
        assert_eq!(sample.is_by_cost(), d % 2 == 0);
        let drawn = sample.operation(&header).unwrap();
        assert_eq!(drawn.is_none(), sample.is_by_cost());
    }
}

#[test]
fn output_roots_are_shown_by_themselves() {
    let settled = settled();
    let check = |job: u32, shown: &compute_proofs::opening::TraceEvidence| {
        shown.check(&settled.context(), &settled.jobs[index(job)].run.header)
    };
    for (job, operations) in [(0, 5), (1, 1), (2, 1), (4, 5)] {
        for operation in 0..operations {
            let shown = trace_evidence(&settled, job, operation);
            assert_eq!(check(job, &shown), Ok(()));
        }
    }
    let good = trace_evidence(&settled, 0, 2);
    // Another program's header, another operation, another trace, another grant.
    assert_error!(check(1, &good), ProofError::RootMismatch { .. });
    let mut operation = good.clone();
    operation.operation = trace_evidence(&settled, 0, 1).operation;
    assert_error!(check(0, &operation), ProofError::RootMismatch { .. });
    let mut trace = good.clone();
    trace.trace.outputs.0[0] = hash(1);
    assert_error!(check(0, &trace), ProofError::RootMismatch { .. });
    let mut named = good.clone();
    named.named.grant = settled.jobs[0].grant(Settled::nonce(1));
    assert_error!(check(0, &named), ProofError::RootMismatch { .. });
    let mut receipt = good;
    receipt.named = trace_evidence(&settled, 4, 0).named;
    assert!(check(0, &receipt).is_err());
}
