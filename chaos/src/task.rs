//! The load: small products of matrices, from seeds and from files, of a few shapes.

use base64::{Engine, engine::general_purpose::STANDARD};
use compute_proofs::tensor::TensorSpec;
use demo::product::product;
use exact_kernels::{DType, seeded};
use serde_json::{Value, json};
use test_suite::scale::Random;
use worker::{npy, task::Tensor};

use crate::ChaosError;

/// Rows of A, columns of B, and what they share. The last one's result is too large for
/// the coordinator's database and goes to a file.
const SHAPES: [(u32, u32, u32); 4] = [(64, 64, 64), (32, 96, 128), (96, 48, 64), (128, 144, 32)];

/// One task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Task {
    /// Its place in the load, from 0.
    pub(crate) number: u32,
    shape: (u32, u32, u32),
    seed: [u8; 32],
    /// Operands travel as files, rather than follow from the seed where they are needed.
    as_files: bool,
}

impl Task {
    /// The task of this number in the load of this seed.
    pub(crate) fn new(seed: u64, number: u32) -> Self {
        let mut random = Random::new(seed ^ u64::from(number).rotate_left(32));
        let mut bytes = [0; 32];
        random.fill(&mut bytes);
        let shape = usize::try_from(random.below(4)).unwrap_or(0);
        Self {
            number,
            shape: SHAPES.get(shape).copied().unwrap_or(SHAPES[0]),
            seed: bytes,
            as_files: random.below(2) == 0,
        }
    }

    /// What the app calls it, so that sending it twice makes no second one.
    pub(crate) fn key(&self) -> String {
        format!("task-{}", self.number)
    }

    /// The request.
    pub(crate) fn body(&self) -> Result<Value, ChaosError> {
        let (m, n, k) = self.shape;
        let inputs = if self.as_files {
            json!({
                "a": { "npy": file(m, k, self.matrix(b'A', m))? },
                // B as its columns are: the coordinator transposes.
                "b": { "npy": file(k, n, transposed(&self.matrix(b'B', n), k))?, "transpose": true },
            })
        } else {
            json!({ "seed": hex::encode(self.seed) })
        };
        Ok(json!({ "program": { "gemm": { "m": m, "n": n, "k": k } }, "inputs": inputs }))
    }

    /// The bytes of the product, computed plainly: int32, little-endian, by rows.
    pub(crate) fn expected(&self) -> Vec<u8> {
        let (m, n, k) = self.shape;
        let (a, b) = (self.matrix(b'A', m), transposed(&self.matrix(b'B', n), k));
        let [m, n, k] = [m, n, k].map(size);
        let product = product(&a, &b, m, n, k);
        product.into_iter().flat_map(i32::to_le_bytes).collect()
    }

    /// `lines` rows of A, or columns of B, as they follow from the seed.
    fn matrix(&self, tag: u8, lines: u32) -> Vec<i8> {
        let (_, _, k) = self.shape;
        let stream = seeded::Stream { tag, index: 0 };
        let mut all = Vec::new();
        for line in 0..lines {
            let mut bytes = vec![0; size(k)];
            seeded::fill_row_from(&self.seed, stream, line, 0, &mut bytes);
            all.extend(bytes.into_iter().map(u8::cast_signed));
        }
        all
    }
}

fn size(count: u32) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

/// K×N from its columns, N×K.
fn transposed(columns: &[i8], k: u32) -> Vec<i8> {
    let k = size(k).max(1);
    let rows = (0..k).flat_map(|row| columns.iter().skip(row).step_by(k));
    rows.copied().collect()
}

fn file(rows: u32, cols: u32, elements: Vec<i8>) -> Result<String, ChaosError> {
    let unexpected = |error: &dyn std::fmt::Display| ChaosError::Wrong(error.to_string());
    let spec = TensorSpec::new(DType::I8, rows, cols).map_err(|error| unexpected(&error))?;
    let bytes = elements.into_iter().map(i8::cast_unsigned).collect();
    let tensor = Tensor::new(spec, bytes).map_err(|error| unexpected(&error))?;
    let mut file = Vec::new();
    npy::write(&mut file, &tensor).map_err(|error| unexpected(&error))?;
    Ok(STANDARD.encode(file))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tasks_differ_and_are_the_same_each_time() {
        let all: Vec<_> = (0..100).map(|number| Task::new(3, number)).collect();
        assert_eq!(all[5], Task::new(3, 5));
        assert_ne!(all[5].seed, Task::new(4, 5).seed);
        assert!(all.iter().any(|task| task.as_files));
        assert!(all.iter().any(|task| !task.as_files));
        for shape in SHAPES {
            assert!(all.iter().any(|task| task.shape == shape));
        }
    }

    #[test]
    fn a_product_is_of_the_rows_of_a_and_the_columns_of_b() {
        let task = Task::new(3, 0);
        let (m, n, k) = task.shape;
        let (a, columns) = (task.matrix(b'A', m), task.matrix(b'B', n));
        let (row, column) = (2, 3);
        let k = size(k);
        let pairs = a[row * k..][..k].iter().zip(&columns[column * k..][..k]);
        let sum: i32 = pairs.map(|(a, b)| i32::from(*a) * i32::from(*b)).sum();
        let at = (row * size(n) + column) * 4;
        assert_eq!(task.expected()[at..at + 4], sum.to_le_bytes());
    }
}
