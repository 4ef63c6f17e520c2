//! Tensors: leaves, rows, roots.

use compute_proofs::{
    Hash, ProofError,
    hash::{TENSOR, TENSOR_LEAF},
    tensor::{Committed, SealPreimage, TensorSpec, element, push_element},
};
use exact_kernels::{DType, KernelError};
use test_suite::scale::Random;

use super::{
    slow,
    support::{assert_error, index, plan},
};

const DTYPES: [DType; 3] = [DType::I8, DType::U8, DType::I32];

fn spec(dtype: DType, rows: u32, cols: u32) -> TensorSpec {
    TensorSpec::new(dtype, rows, cols).unwrap()
}

fn committed(spec: TensorSpec, seed: u64) -> Committed {
    let len = usize::try_from(spec.bytes()).unwrap();
    Committed::new(spec, Random::new(seed).bytes(len)).unwrap()
}

/// Rows of `bytes` cut into pieces of at most 1 024 bytes.
fn slow_leaves(spec: &TensorSpec, bytes: &[u8]) -> Vec<Vec<u8>> {
    let row_bytes = bytes.len() / index(spec.shape.rows());
    let rows = bytes.chunks(row_bytes);
    rows.flat_map(|row| row.chunks(1024).map(<[u8]>::to_vec))
        .collect()
}

fn slow_root(spec: &TensorSpec, bytes: &[u8]) -> Hash {
    let leaves = slow_leaves(spec, bytes);
    let hashes: Vec<_> = leaves
        .iter()
        .map(|leaf| slow::derive(TENSOR_LEAF, leaf))
        .collect();
    let tag = match spec.dtype {
        DType::I8 => 0u8,
        DType::U8 => 1,
        DType::I32 => 2,
    };
    let mut message = vec![tag];
    message.extend(spec.shape.rows().to_le_bytes());
    message.extend(spec.shape.cols().to_le_bytes());
    message.extend(slow::top(&hashes).0);
    slow::derive(TENSOR, &message)
}

/// Shapes on both sides of every boundary: rows of 1, 1 023, 1 024, 1 025,
/// 3 072 and 4 096 bytes, or as near as elements of 4 bytes come.
fn boundary_specs() -> Vec<TensorSpec> {
    let mut specs = Vec::new();
    for dtype in DTYPES {
        for row_bytes in [1, 1023, 1024, 1025, 3072, 4096] {
            for rows in [1, 2, 3, 5] {
                specs.push(spec(dtype, rows, u32::div_ceil(row_bytes, dtype.bytes())));
            }
        }
    }
    specs
}

#[test]
fn roots_are_those_of_the_definition() {
    for (seed, spec) in (0..).zip(boundary_specs()) {
        let tensor = committed(spec, seed);
        assert_eq!(tensor.root(), slow_root(&spec, tensor.bytes()), "{spec}");
        let preimage = SealPreimage {
            spec,
            top: tensor.top(),
        };
        assert_eq!(preimage.spec.seal(&preimage.top), tensor.root());
    }
}

#[test]
fn every_run_of_rows_opens() {
    for (seed, spec) in (0..).zip(boundary_specs()) {
        let tensor = committed(spec, seed);
        let row_bytes = usize::try_from(spec.row_bytes()).unwrap();
        for first in 0..spec.shape.rows() {
            for last in first..spec.shape.rows() {
                let leaves = spec.row_leaves(first).start..spec.row_leaves(last).end;
                let opened = tensor.open(leaves.clone()).unwrap();
                let bytes = index(first) * row_bytes..index(last + 1) * row_bytes;
                assert_eq!(
                    opened.bytes,
                    tensor.bytes()[bytes],
                    "{spec} rows {first}..={last}"
                );
                assert_eq!(opened.root(&spec, leaves), Ok(tensor.root()));
            }
        }
    }
}

#[test]
fn every_leaf_of_an_element_opens_to_the_element() {
    for (seed, spec) in (0..).zip(boundary_specs()) {
        let tensor = committed(spec, seed);
        let leaves = slow_leaves(&spec, tensor.bytes());
        assert_eq!(
            spec.leaves(),
            u64::try_from(leaves.len()).unwrap(),
            "{spec}"
        );
        let size = index(spec.dtype.bytes());
        let cols = spec.shape.cols();
        let boundaries = [
            0,
            1,
            254,
            255,
            256,
            257,
            1022,
            1023,
            1024,
            2047,
            2048,
            cols - 1,
        ];
        for row in 0..spec.shape.rows() {
            for &col in boundaries.iter().filter(|&&col| col < cols) {
                let at = spec.element_leaf(row, col);
                let opened = tensor.open(at.clone()).unwrap();
                assert_eq!(opened.bytes, leaves[usize::try_from(at.start).unwrap()]);
                assert_eq!(opened.root(&spec, at), Ok(tensor.root()));

                let start = (index(row) * index(cols) + index(col)) * size;
                let raw = &tensor.bytes()[start..start + size];
                let expected = match spec.dtype {
                    DType::I8 => i32::from(i8::from_le_bytes([raw[0]])),
                    DType::U8 => i32::from(raw[0]),
                    DType::I32 => i32::from_le_bytes(raw.try_into().unwrap()),
                };
                let found = element(spec.dtype, &opened.bytes, spec.index_in_leaf(col));
                assert_eq!(found, Ok(expected), "{spec} ({row}, {col})");
            }
        }
    }
}

#[test]
fn ranges_that_cross_rows_open_too() {
    let spec = spec(DType::I8, 3, 1500);
    let tensor = committed(spec, 1);
    for first in 0..spec.leaves() {
        for end in first + 1..=spec.leaves() {
            let opened = tensor.open(first..end).unwrap();
            assert_eq!(
                spec.range_bytes(first..end),
                u64::try_from(opened.bytes.len()).unwrap()
            );
            assert_eq!(opened.root(&spec, first..end), Ok(tensor.root()));
        }
    }
    assert_error!(tensor.open(5..7), ProofError::OutOfTree { .. });
    assert_error!(tensor.open(2..2), ProofError::OutOfTree { .. });
}

#[test]
fn bytes_of_another_length_are_refused() {
    for spec in boundary_specs() {
        let tensor = committed(spec, 2);
        let expected = spec.bytes();
        for change in [-1i64, 1] {
            let actual = expected.checked_add_signed(change).unwrap();
            let len = usize::try_from(actual).unwrap();
            let refused = Committed::new(spec, vec![0; len]);
            assert_eq!(
                refused.unwrap_err(),
                ProofError::WrongLength {
                    what: "tensor",
                    expected,
                    actual
                }
            );
        }
        let leaves = spec.row_leaves(0);
        let mut longer = tensor.open(leaves.clone()).unwrap();
        let mut shorter = longer.clone();
        longer.bytes.push(0);
        shorter.bytes.pop();
        for wrong in [longer, shorter] {
            let root = wrong.root(&spec, leaves.clone());
            assert_error!(root, ProofError::WrongLength { what: "tensor", .. });
        }
    }
}

#[test]
fn every_byte_counts() {
    let plan = plan();
    let mut random = plan.random("every byte of a tensor");
    for spec in boundary_specs() {
        let tensor = committed(spec, 3);
        for _ in 0..plan.pick(5, 200) {
            let mut bytes = tensor.bytes().to_vec();
            let at = usize::try_from(random.below(spec.bytes())).unwrap();
            bytes[at] ^= 1 << random.below(8);
            assert_ne!(Committed::new(spec, bytes).unwrap().root(), tensor.root());
        }
    }
}

#[test]
fn the_same_bytes_as_another_type_or_shape_are_another_tensor() {
    // One leaf each, with the same bytes and so the same top.
    let specs = [
        spec(DType::I8, 1, 12),
        spec(DType::U8, 1, 12),
        spec(DType::I32, 1, 3),
    ];
    let tensors = specs.map(|spec| Committed::new(spec, vec![7; 12]).unwrap());
    for (i, a) in tensors.iter().enumerate() {
        for b in &tensors[..i] {
            assert_eq!(a.top(), b.top());
            assert_ne!(a.root(), b.root());
        }
    }
    // The same leaves under another number of rows.
    let (two, four) = (spec(DType::I8, 2, 2048), spec(DType::I8, 4, 1024));
    let bytes = Random::new(4).bytes(4096);
    let tensors = [two, four].map(|spec| Committed::new(spec, bytes.clone()).unwrap());
    assert_eq!(tensors[0].top(), tensors[1].top());
    assert_ne!(tensors[0].root(), tensors[1].root());
    let opened = tensors[0].open(0..2).unwrap();
    assert_eq!(
        opened.root(&four, 0..2),
        Ok(tensors[1].root()),
        "only the seal differs"
    );
}

#[test]
fn zero_dimensions_have_no_spec() {
    for (rows, cols) in [(0, 1), (1, 0), (0, 0)] {
        let refused = TensorSpec::new(DType::I8, rows, cols);
        assert_error!(
            refused,
            ProofError::Kernel(KernelError::ZeroDimension { .. })
        );
    }
}

#[test]
fn the_largest_spec_computes_without_a_panic() {
    let spec = spec(DType::I32, u32::MAX, u32::MAX);
    let leaf = spec.element_leaf(u32::MAX - 1, u32::MAX - 1);
    assert!(leaf.end <= spec.leaves());
    assert_eq!(
        spec.bytes(),
        u64::MAX,
        "saturates: no such tensor can exist"
    );
    assert!(spec.range_bytes(leaf) <= 1024);
}

#[test]
fn elements_are_read_as_they_are_written() {
    for (dtype, values) in [
        (DType::I8, vec![-128, -1, 0, 127]),
        (DType::U8, vec![0, 1, 128, 255]),
        (DType::I32, vec![i32::MIN, -1, 0, 258, i32::MAX]),
    ] {
        let mut bytes = Vec::new();
        values
            .iter()
            .for_each(|&value| push_element(dtype, value, &mut bytes));
        for (at, value) in (0..).zip(&values) {
            assert_eq!(element(dtype, &bytes, at), Ok(*value));
        }
        let beyond = u32::try_from(values.len()).unwrap();
        for at in [beyond, u32::MAX] {
            let read = element(dtype, &bytes, at);
            assert_error!(
                read,
                ProofError::WrongLength {
                    what: "element",
                    ..
                }
            );
        }
    }
    let mut bytes = Vec::new();
    push_element(DType::I8, 300, &mut bytes);
    assert_eq!(bytes, [44], "the low byte");
}
