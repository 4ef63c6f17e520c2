//! Seals: a leaf's proof does not verify at another place or for another length,
//! whatever the tree below it would allow.

use compute_proofs::{
    Hash, ProofError,
    census::{Answer, Census, Commitment, TilePosition, UnitTree, Work, product, verify_at},
    tensor::{Committed, TensorSpec},
    trace::{OutputRoots, Trace},
};
use exact_kernels::DType;

use super::{
    census::entry,
    support::{assert_error, hash, index},
};

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

#[test]
fn a_tile_has_one_place_and_a_census_one_length() {
    let work = Work::new(16, 4).unwrap();
    let entry = entry(work);
    let seed = entry.challenge();
    let unit = |unit| UnitTree::new(work, unit, &product(work, &seed, unit)?);
    for units in 1..=5 {
        let roots = (0..units).map(|at| Ok::<Hash, ProofError>(unit(at)?.root()));
        let census = Census::new(work, roots.collect::<Result<_, _>>().unwrap()).unwrap();
        let commitment = census.commitment();
        assert_eq!(commitment.units, units);
        let check = |commitment: &Commitment, position, answer: &Answer| {
            verify_at(&entry, commitment, &[position], answer)
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
