//! Programs: what a run computes, against a second model of the arithmetic.

use compute_proofs::{
    ProofError,
    program::{Input, Kind, Operation, Part, Program, Run, Source, TaskInput, run},
    tensor::{Committed, TensorSpec, element},
};
use exact_kernels::{DType, seeded};
use test_suite::fixtures::Job;

use super::support::{assert_error, index, jobs, plan};

/// A matrix of plain integers.
type Matrix = Vec<Vec<i64>>;

fn matrix(tensor: &Committed) -> Matrix {
    let spec = tensor.spec();
    let (cols, size) = (index(spec.shape.cols()), index(spec.dtype.bytes()));
    let value = |raw: &[u8]| match spec.dtype {
        DType::I8 => i64::from(i8::from_le_bytes([raw[0]])),
        DType::U8 => i64::from(raw[0]),
        DType::I32 => i64::from(i32::from_le_bytes(raw.try_into().unwrap())),
    };
    let rows = tensor.bytes().chunks(cols * size);
    rows.map(|row| row.chunks(size).map(value).collect())
        .collect()
}

/// Rows of a seeded matrix, by BLAKE3's own interface.
fn seeded_matrix(seed: &[u8; 32], tag: u8, number: u32, rows: u32, cols: usize) -> Matrix {
    let row = |row: u32| {
        let message = [&seed[..], &[tag], &number.to_le_bytes(), &row.to_le_bytes()].concat();
        let mut hasher = blake3::Hasher::new_derive_key(seeded::CONTEXT);
        hasher.update(&message);
        let mut bytes = vec![0; cols];
        hasher.finalize_xof().fill(&mut bytes);
        bytes
            .into_iter()
            .map(|byte| i64::from(i8::from_le_bytes([byte])))
            .collect()
    };
    (0..rows).map(row).collect()
}

/// `A · Bᵀ`.
fn product(a: &Matrix, b: &Matrix) -> Matrix {
    let dot = |x: &[i64], y: &[i64]| x.iter().zip(y).map(|(x, y)| x * y).sum();
    a.iter()
        .map(|a| b.iter().map(|b| dot(a, b)).collect())
        .collect()
}

fn transposed(x: &Matrix) -> Matrix {
    (0..x[0].len())
        .map(|col| x.iter().map(|row| row[col]).collect())
        .collect()
}

/// `f` of every element and its column's parameters.
fn map(x: &Matrix, params: &Matrix, f: impl Fn(i64, &[i64]) -> i64) -> Matrix {
    let row = |row: &Vec<i64>| {
        row.iter()
            .zip(params)
            .map(|(&x, params)| f(x, params))
            .collect()
    };
    x.iter().map(row).collect()
}

/// `⌊x / 2^n + 1/2⌋`, in 128 bits.
fn round(x: i128, n: u32) -> i128 {
    if n == 0 {
        x
    } else {
        (x + (1 << (n - 1))).div_euclid(1 << n)
    }
}

fn requantised(x: i64, params: &[i64], p: u32, s: u32, low: i64, high: i64) -> i64 {
    let largest = (1 << 17) - 1;
    let sum = i128::from(x + params[0]);
    let narrowed = round(sum, p).clamp(-largest, largest);
    let value = round(narrowed * i128::from(params[1]), s);
    i64::try_from(value).unwrap().clamp(low, high)
}

fn model(job: &Job) -> [Matrix; 5] {
    let (TaskInput::Tensor(x), TaskInput::Seed(seed)) = (&job.inputs[0], &job.inputs[1]) else {
        panic!("the fixture has changed");
    };
    let [w, w_params, biases, last_params] = [0, 1, 2, 3].map(|at| matrix(&job.weights[at]));
    let first = map(&product(&matrix(x), &w), &w_params, |x, params| {
        requantised(x, params, 5, 15, -127, 127)
    });
    let seeded = seeded_matrix(seed, 0, 9, 6, 10);
    let sums = map(&product(&first, &seeded), &biases, |x, bias| {
        saturated(x + bias[0])
    });
    let second = transposed(&sums);
    let fourth = map(&sums, &biases, |x, bias| saturated(x + bias[0]));
    let fifth = map(&fourth, &last_params, |x, params| {
        requantised(saturated(x + params[0]), &[0, params[1]], 6, 12, 0, 255)
    });
    [first, second, sums, fourth, fifth]
}

/// Kept within 32 bits, as a bias is added.
fn saturated(x: i64) -> i64 {
    x.clamp(i64::from(i32::MIN), i64::from(i32::MAX))
}

#[test]
fn a_run_is_what_a_second_model_computes() {
    for seed in 0..plan().pick(20, 500) {
        let job = Job::pipeline(seed).unwrap();
        for (operation, expected) in model(&job).iter().enumerate() {
            let found = matrix(&job.run.outputs[operation][0]);
            assert_eq!(found, *expected, "operation {operation} of pipeline {seed}");
        }
        let result = job.run.result().unwrap();
        assert_eq!(result.root(), job.run.outputs[4][0].root());
    }
}

#[test]
fn products_are_what_a_second_model_computes() {
    for (m, n, k) in [(1, 1, 1), (3, 5, 7), (2, 300, 64), (4, 3, 2500)] {
        let job = Job::matrix(u64::from(k), m, n, k).unwrap();
        let [TaskInput::Tensor(a), TaskInput::Tensor(b)] = &job.inputs[..] else {
            panic!("the fixture has changed");
        };
        let result = matrix(job.run.result().unwrap());
        assert_eq!(result, product(&matrix(a), &matrix(b)));

        let job = Job::seeded(u64::from(k), m, n, k).unwrap();
        let TaskInput::Seed(seed) = &job.inputs[0] else {
            panic!("the fixture has changed");
        };
        let [a, b] =
            [(b'A', m), (b'B', n)].map(|(tag, rows)| seeded_matrix(seed, tag, 0, rows, index(k)));
        assert_eq!(matrix(job.run.result().unwrap()), product(&a, &b));
    }
}

/// The bytes that an opening of one part would carry.
fn part_of(job: &Job, input: Input, part: Part, leaves: std::ops::Range<u64>) -> Vec<u8> {
    let tensor = match input.source {
        Source::Output { operation, output } => {
            &job.run.outputs[index(operation)][usize::from(output)]
        }
        Source::Weights { root } => job.weights.iter().find(|x| x.root() == root).unwrap(),
        Source::Slot { slot } => match &job.inputs[usize::from(slot)] {
            TaskInput::Tensor(tensor) => tensor,
            TaskInput::Seed(_) => panic!("a seed"),
        },
        Source::Seed { slot, stream } => {
            let (TaskInput::Seed(seed), Part::Row(row)) = (&job.inputs[usize::from(slot)], part)
            else {
                panic!("no row of a seed");
            };
            let mut row_elements = vec![0; index(input.spec.shape.cols())];
            seeded::fill_row(seed, stream, row, &mut row_elements);
            return row_elements;
        }
    };
    tensor.open(leaves).unwrap().bytes
}

#[test]
fn every_element_recomputes_from_its_own_reads() {
    for job in jobs() {
        for (operation, outputs) in job.program.operations.iter().zip(&job.run.outputs) {
            let spec = outputs[0].spec();
            let mut at = 0;
            for row in 0..spec.shape.rows() {
                for col in 0..spec.shape.cols() {
                    let reads = operation.reads(0, row, col).unwrap();
                    let bytes: Vec<_> = reads
                        .iter()
                        .map(|read| part_of(&job, read.input, read.part, read.leaves()))
                        .collect();
                    let parts: Vec<_> = reads
                        .iter()
                        .copied()
                        .zip(bytes.iter().map(Vec::as_slice))
                        .collect();
                    let committed = element(spec.dtype, outputs[0].bytes(), at);
                    assert_eq!(
                        operation.recompute(&parts),
                        committed,
                        "{:?} ({row}, {col})",
                        operation.kind
                    );
                    at += 1;
                }
            }
        }
    }
}

fn rerun(job: &Job, inputs: &[TaskInput], weights: &[Committed]) -> Result<Run, ProofError> {
    run(&job.program, inputs, weights)
}

#[test]
fn a_run_needs_its_weights_and_inputs() {
    let job = Job::pipeline(3).unwrap();
    assert!(rerun(&job, &job.inputs, &job.weights).is_ok());
    for missing in 0..4 {
        let mut weights = job.weights.clone();
        weights.remove(missing);
        assert_error!(
            rerun(&job, &job.inputs, &weights),
            ProofError::Missing { what: "weights" }
        );
    }
    let other_weights = Job::pipeline(4).unwrap().weights;
    let refused = rerun(&job, &job.inputs, &other_weights);
    assert_error!(refused, ProofError::Missing { what: "weights" });

    let [tensor, seed] = [0, 1].map(|at| job.inputs[at].clone());
    for inputs in [
        vec![],
        vec![tensor.clone()],
        vec![seed.clone(), tensor.clone()],
        vec![tensor.clone(); 2],
        vec![seed.clone(); 2],
    ] {
        let refused = rerun(&job, &inputs, &job.weights);
        assert_error!(refused, ProofError::Missing { what: "task input" });
    }
    let expected = TensorSpec::new(DType::I8, 6, 40).unwrap();
    for (dtype, rows, cols) in [(DType::I8, 5, 40), (DType::I8, 6, 41), (DType::U8, 6, 40)] {
        let actual = TensorSpec::new(dtype, rows, cols).unwrap();
        let len = usize::try_from(actual.bytes()).unwrap();
        let wrong = TaskInput::Tensor(Committed::new(actual, vec![0; len]).unwrap());
        let refused = rerun(&job, &[wrong, seed.clone()], &job.weights);
        assert_error!(refused, ProofError::WrongSpec { expected: e, actual: a } if e == expected && a == actual);
    }
}

#[test]
fn a_program_that_breaks_a_rule_does_not_run() {
    let operation = Operation {
        kind: Kind::Transpose,
        inputs: vec![],
    };
    let program = Program {
        slots: 0,
        operations: vec![operation],
    };
    let none: &[Committed] = &[];
    let refused = run(&program, &[], none);
    assert_error!(refused, ProofError::OutOfRange { what: "inputs", .. });
}

#[test]
fn reads_are_within_the_output() {
    let operation = &Job::pipeline(1).unwrap().program.operations[0];
    let reads = operation.reads(0, 5, 9).unwrap();
    let parts: Vec<_> = reads.iter().map(|read| read.part).collect();
    assert_eq!(parts, [Part::Row(5), Part::Row(9), Part::Row(9)]);
    assert_error!(
        operation.reads(1, 0, 0),
        ProofError::OutOfRange {
            what: "output of an operation",
            ..
        }
    );
    assert_error!(
        operation.reads(0, 6, 0),
        ProofError::OutOfRange {
            what: "row of an element",
            ..
        }
    );
    assert_error!(
        operation.reads(0, 0, 10),
        ProofError::OutOfRange {
            what: "column of an element",
            ..
        }
    );
    assert_error!(
        operation.reads(255, u32::MAX, u32::MAX),
        ProofError::OutOfRange { .. }
    );
    assert_error!(operation.recompute(&[]), ProofError::WrongCount { .. });
    assert_eq!(operation.fan_in_bytes(), Ok(40 + 40 + 8));
    let transposed = &Job::pipeline(1).unwrap().program.operations[1];
    let reads = transposed.reads(0, 1, 4).unwrap();
    let parts: Vec<_> = reads.iter().map(|read| read.part).collect();
    assert_eq!(parts, [Part::Row(4), Part::Row(1), Part::Row(1)]);
}
