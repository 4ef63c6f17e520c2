//! Malformed openings: the six kinds of path, each damaged in every way.

use compute_proofs::{
    Hash, ProofError,
    hash::{NODE, RECEIPT, SUM_NODE, TENSOR, TRACE_LEAF},
    opening::{Evidence, OpenedInput},
    tree::{Node, SumNode},
};

use super::{
    malformed::check,
    support::{drawn, settled},
};

/// What is done to a path.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Damage {
    LastMissing,
    FirstMissing,
    AllMissing,
    Extra,
    FirstTwice,
    Copied,
    Swapped,
    Reversed,
    Padding,
    Foreign,
}

const ALL: [Damage; 10] = [
    Damage::LastMissing,
    Damage::FirstMissing,
    Damage::AllMissing,
    Damage::Extra,
    Damage::FirstTwice,
    Damage::Copied,
    Damage::Swapped,
    Damage::Reversed,
    Damage::Padding,
    Damage::Foreign,
];

impl Damage {
    /// Damages a path of at least two siblings; `foreign` is one of another
    /// domain.
    fn apply<N: Node>(self, path: &mut Vec<N>, foreign: N) {
        assert!(path.len() >= 2, "the fixture has changed");
        match self {
            Self::LastMissing => path.truncate(path.len() - 1),
            Self::FirstMissing => drop(path.drain(..1)),
            Self::AllMissing => path.clear(),
            Self::Extra => path.push(N::EMPTY),
            Self::FirstTwice => path.insert(0, path[0]),
            Self::Copied => path[1] = path[0],
            Self::Swapped => path.swap(0, 1),
            Self::Reversed => path.reverse(),
            Self::Padding => path[1] = N::EMPTY,
            Self::Foreign => path[0] = foreign,
        }
    }

    fn changes_the_count(self) -> bool {
        matches!(
            self,
            Self::LastMissing
                | Self::FirstMissing
                | Self::AllMissing
                | Self::Extra
                | Self::FirstTwice
        )
    }

    fn fits(self, error: &ProofError, tree: &str, root: &str) -> bool {
        match error {
            ProofError::WrongCount {
                what,
                expected,
                actual,
            } => self.changes_the_count() && *what == tree && expected != actual,
            ProofError::RootMismatch { what, .. } => !self.changes_the_count() && *what == root,
            _ => false,
        }
    }
}

fn range(evidence: &mut Evidence, input: usize) -> &mut Vec<Hash> {
    match &mut evidence.inputs[input] {
        OpenedInput::Output { range, .. } | OpenedInput::Tensor(range) => &mut range.siblings.0,
        OpenedInput::Seed(_) => panic!("the fixture has changed"),
    }
}

fn producer(evidence: &mut Evidence) -> &mut Vec<Hash> {
    match &mut evidence.inputs[0] {
        OpenedInput::Output { trace, .. } => &mut trace.siblings.0,
        _ => panic!("the fixture has changed"),
    }
}

#[test]
fn paths_of_hashes() {
    /// Name, operation of job 0, the path, the tree's and the root's name.
    type Path = (
        &'static str,
        u32,
        fn(&mut Evidence) -> &mut Vec<Hash>,
        &'static str,
        &'static str,
    );
    let paths: [Path; 6] = [
        (
            "leaf to output",
            1,
            |x| &mut x.leaf.siblings.0,
            "tensor",
            "output tensor",
        ),
        (
            "output to trace",
            1,
            |x| &mut x.trace.siblings.0,
            "trace",
            "trace",
        ),
        (
            "rows to an earlier output",
            1,
            |x| range(x, 0),
            "tensor",
            "input tensor",
        ),
        (
            "an earlier output to the trace",
            1,
            producer,
            "trace",
            "trace of an input",
        ),
        ("rows to weights", 0, |x| range(x, 1), "tensor", "weights"),
        ("rows to a slot", 0, |x| range(x, 0), "tensor", "input slot"),
    ];
    let settled = settled();
    let honest = [0, 1].map(|operation| drawn(&settled, 0, operation));
    for (name, operation, path, tree, root) in paths {
        let honest = &honest[usize::try_from(operation).unwrap()];
        for damage in ALL {
            for domain in [TRACE_LEAF, TENSOR, SUM_NODE] {
                check(
                    &format!("{name}: {damage:?}"),
                    &settled,
                    honest,
                    |opening| {
                        let path = path(opening);
                        let foreign = domain.hash(&[&path[0].0]);
                        damage.apply(path, foreign);
                    },
                    |error| damage.fits(error, tree, root),
                );
            }
        }
        // Every bit of every sibling counts.
        let mut evidence = honest.1.clone();
        for sibling in 0..path(&mut evidence).len() {
            for byte in 0..32 {
                check(
                    &format!("{name}: byte {byte} of sibling {sibling}"),
                    &settled,
                    honest,
                    |opening| path(opening)[sibling].0[byte] ^= 1 << (byte % 8),
                    |error| matches!(error, ProofError::RootMismatch { what, .. } if *what == root),
                );
            }
        }
    }
}

#[test]
fn paths_of_sums() {
    type Path = (
        &'static str,
        fn(&mut Evidence) -> &mut Vec<SumNode>,
        &'static str,
    );
    let paths: [Path; 2] = [
        ("receipt to batch", |x| &mut x.receipt.siblings.0, "batch"),
        (
            "operation to program",
            |x| &mut x.operation.siblings.0,
            "program",
        ),
    ];
    type Change = fn(&mut Vec<SumNode>);
    let sums: [(&str, Change); 6] = [
        ("one more", |x| x[0].sum += 1),
        ("one less", |x| x[1].sum -= 1),
        ("moved", |x| {
            x[0].sum += 1;
            x[1].sum -= 1;
        }),
        ("swapped", |x| {
            x[0].sum ^= 1 << 90;
            x[1].sum ^= 1 << 90;
        }),
        ("none", |x| x[2].sum = 0),
        ("too much", |x| x[2].sum = u128::MAX),
    ];
    let settled = settled();
    let honest = drawn(&settled, 0, 1);
    for (name, path, tree) in paths {
        for damage in ALL {
            for domain in [NODE, RECEIPT] {
                check(
                    &format!("{name}: {damage:?}"),
                    &settled,
                    &honest,
                    |opening| {
                        let path = path(opening);
                        let hash = domain.hash(&[&path[0].hash.0]);
                        let foreign = SumNode { hash, ..path[0] };
                        damage.apply(path, foreign);
                    },
                    |error| damage.fits(error, tree, tree),
                );
            }
        }
        for (sum, change) in sums {
            check(
                &format!("{name}: a sum, {sum}"),
                &settled,
                &honest,
                |opening| change(path(opening)),
                |error| match error {
                    ProofError::RootMismatch { what, .. } => *what == tree && sum != "too much",
                    ProofError::SumOverflow => sum == "too much",
                    _ => false,
                },
            );
        }
    }
}
