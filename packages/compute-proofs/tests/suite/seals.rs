//! Seals: a leaf's proof does not verify at another place or for another length,
//! whatever the tree below it would allow.

use compute_proofs::{
    Hash, ProofError,
    census::{
        Answer, Census, Commitment, TilePosition, UnitTree, Work, challenge, product, verify_at,
    },
    receipt::{Receipt, Receipts},
    tensor::{Committed, TensorSpec},
    trace::{OutputRoots, Trace},
};
use exact_kernels::DType;

use super::support::{assert_error, hash, index};

/// Every number of leaves but the true one that a committed `len` could be
/// taken for with paths of the same length.
fn other_lengths(len: u32) -> impl Iterator<Item = u32> {
    (1..=2 * len + 2).filter(move |&other| other != len)
}

#[test]
fn a_tensors_leaf_has_one_place_and_one_length() {
    for rows in 1..=9 {
        let spec = TensorSpec::new(DType::I8, rows, 3).unwrap();
        // All rows alike: only their places differ.
        let tensor = Committed::new(spec, vec![5; index(rows) * 3]).unwrap();
        for row in 0..rows {
            let opened = tensor.open(spec.row_leaves(row)).unwrap();
            for other in (0..rows).filter(|&other| other != row) {
                // Equal neighbours have equal paths; all else differs.
                if let Ok(root) = opened.root(&spec, spec.row_leaves(other)) {
                    let same = tensor.open(spec.row_leaves(other)).unwrap() == opened;
                    assert_eq!(
                        root == tensor.root(),
                        same,
                        "row {row} as {other} of {rows}"
                    );
                }
            }
            for other in other_lengths(rows) {
                let longer = TensorSpec::new(DType::I8, other, 3).unwrap();
                let root = opened.root(&longer, longer.row_leaves(row));
                assert_ne!(root, Ok(tensor.root()), "row {row} of {rows} in {other}");
            }
        }
    }
}

#[test]
fn a_traces_leaf_has_one_place_and_one_length() {
    for operations in 1..=9 {
        let outputs = (0..operations).map(|_| OutputRoots(vec![hash(1)]));
        let trace = Trace::new(outputs.collect()).unwrap();
        for at in 0..operations {
            let proof = trace.prove(at).unwrap();
            assert_eq!(proof.root(operations, at), Ok(trace.root()));
            for other in (0..operations).filter(|&other| other != at) {
                assert_ne!(proof.root(operations, other), Ok(trace.root()));
            }
            for other in other_lengths(operations) {
                assert_ne!(proof.root(other, at), Ok(trace.root()));
            }
        }
        assert_error!(trace.prove(operations), ProofError::OutOfTree { .. });
    }
}

fn receipts(count: u64) -> Receipts {
    let receipt = |lane| Receipt {
        nonce: 1,
        lane,
        authorisation: hash(1),
        output_root: hash(2),
        trace_root: hash(3),
        ops: 10,
    };
    Receipts::new((50..50 + count).map(receipt).collect()).unwrap()
}

#[test]
fn a_receipt_has_one_place_and_its_batch_one_length_and_total() {
    for count in 1..=9 {
        let receipts = receipts(count);
        let batch = receipts.batch();
        assert_eq!(batch.ops, 10 * u128::from(count));
        for at in 0..batch.receipts {
            let proof = receipts.prove(at).unwrap();
            assert_eq!(proof.check(&batch), Ok(10 * u128::from(at)));
            for first_lane in 45..60 {
                let mut other = batch;
                other.first_lane = first_lane;
                assert_eq!(proof.check(&other).is_ok(), first_lane == 50);
            }
            for other in other_lengths(batch.receipts) {
                let mut wrong = batch;
                wrong.receipts = other;
                assert!(proof.check(&wrong).is_err());
            }
            let mut wrong = batch;
            wrong.ops += 1;
            assert_error!(
                proof.check(&wrong),
                ProofError::Mismatch {
                    what: "ops of a batch",
                    ..
                }
            );
        }
        assert_error!(receipts.prove(batch.receipts), ProofError::OutOfTree { .. });
    }
}

#[test]
fn lanes_follow_on_each_other_and_end_with_64_bits() {
    let receipt = |lane| Receipt {
        lane,
        ..receipts(1).prove(0).unwrap().receipt
    };
    let gap = Receipts::new(vec![receipt(1), receipt(3)]);
    assert_error!(
        gap,
        ProofError::Mismatch {
            what: "lane of a receipt",
            expected: 2,
            actual: 3
        }
    );
    let last = Receipts::new(vec![receipt(u64::MAX - 1), receipt(u64::MAX)]).unwrap();
    assert_eq!(last.prove(1).unwrap().check(&last.batch()), Ok(10));
    let twice = Receipts::new(vec![receipt(u64::MAX), receipt(u64::MAX)]);
    assert_error!(twice, ProofError::OutOfRange { .. });
    assert_error!(
        Receipts::new(vec![]),
        ProofError::EmptyTree { tree: "batch" }
    );
    let before = receipts(2).prove(0).unwrap();
    let mut batch = receipts(2).batch();
    batch.first_lane = u64::MAX;
    assert_error!(
        before.check(&batch),
        ProofError::OutOfRange {
            what: "lane of a receipt",
            ..
        }
    );
}

#[test]
fn positions_are_located_in_proportion_to_ops() {
    let ops = [3u128, 0, 1, 5];
    let receipt = |(lane, ops)| Receipt {
        lane,
        ops,
        ..receipts(1).prove(0).unwrap().receipt
    };
    let receipts = Receipts::new((0..).zip(ops).map(receipt).collect()).unwrap();
    let located: Vec<_> = (0..10).map(|position| receipts.locate(position)).collect();
    let mut expected: Vec<_> = (0..)
        .zip(ops)
        .flat_map(|(at, ops)| (0..ops).map(move |offset| Some((at, offset))))
        .collect();
    expected.push(None);
    assert_eq!(located, expected);
}

#[test]
fn a_tile_has_one_place_and_a_census_one_length() {
    let work = Work::new(16, 4).unwrap();
    let seed = challenge("chain", "oracle", &[1; 32], "operator");
    let unit = |unit| UnitTree::new(work, unit, &product(work, &seed, unit)?);
    for units in 1..=5 {
        let roots = (0..units).map(|at| Ok::<Hash, ProofError>(unit(at)?.root()));
        let census = Census::new(work, roots.collect::<Result<_, _>>().unwrap()).unwrap();
        let commitment = census.commitment();
        assert_eq!(commitment.units, units);
        let check = |commitment: &Commitment, position, answer: &Answer| {
            verify_at(work, &seed, commitment, &[position], answer)
        };
        for position in (0..units).map(|unit| TilePosition {
            unit,
            tile: unit + 3,
        }) {
            let answer = census.open(&[position], unit).unwrap();
            assert_eq!(check(&commitment, position, &answer), Ok(()));
            for tile in (0..16).filter(|&tile| tile != position.tile) {
                let other = TilePosition { tile, ..position };
                assert_error!(
                    check(&commitment, other, &answer),
                    ProofError::RootMismatch {
                        what: "census tile",
                        ..
                    }
                );
            }
            for unit in (0..units).filter(|&unit| unit != position.unit) {
                let other = TilePosition { unit, ..position };
                assert!(check(&commitment, other, &answer).is_err());
            }
            for units in other_lengths(units) {
                let other = Commitment {
                    units,
                    ..commitment
                };
                assert!(check(&other, position, &answer).is_err());
            }
        }
    }
}
