//! Programs: the rules of registration.

use compute_proofs::{
    Hash,
    ProofError::{
        self, Conflict, EmptyTree, Kernel, Mismatch, Missing, OutOfRange, OutOfTree, WrongCount,
        WrongSpec,
    },
    program::{Checker, Epilogue, Input, Kind, MAX_FAN_IN_BYTES, Operation, Program, Source},
    tensor::TensorSpec,
};
use exact_kernels::{
    DType::{self, I8, I32, U8},
    KernelError,
    gemm::MAX_K,
    requantise::{Range, Requantise},
    seeded::Stream,
};

use super::support::assert_error;

fn input(source: Source, dtype: DType, rows: u32, cols: u32) -> Input {
    let spec = TensorSpec::new(dtype, rows, cols).unwrap();
    Input { source, spec }
}

fn weights(dtype: DType, rows: u32, cols: u32) -> Input {
    let root = Hash([7; 32]);
    input(Source::Weights { root }, dtype, rows, cols)
}

fn slot(slot: u8, dtype: DType, rows: u32, cols: u32) -> Input {
    input(Source::Slot { slot }, dtype, rows, cols)
}

fn seed(slot: u8, dtype: DType, rows: u32, cols: u32) -> Input {
    let stream = Stream { tag: 1, index: 2 };
    input(Source::Seed { slot, stream }, dtype, rows, cols)
}

fn edge(operation: u32, output: u8, dtype: DType, rows: u32, cols: u32) -> Input {
    input(Source::Output { operation, output }, dtype, rows, cols)
}

fn transpose(input: Input) -> Operation {
    Operation {
        kind: Kind::Transpose,
        inputs: vec![input],
    }
}

fn gemm(epilogue: Epilogue, inputs: &[Input]) -> Operation {
    let transposed = false;
    Operation {
        kind: Kind::Gemm {
            epilogue,
            transposed,
        },
        inputs: inputs.to_vec(),
    }
}

fn requantise(range: Range) -> Requantise {
    Requantise::new(3, 4, range).unwrap()
}

fn program(slots: u8, operations: &[Operation]) -> Program {
    let operations = operations.to_vec();
    Program { slots, operations }
}

fn refusal(slots: u8, operations: Vec<Operation>) -> ProofError {
    program(slots, &operations)
        .header()
        .expect_err("breaks a rule")
}

/// Asserts that a program is refused with an error of this pattern.
macro_rules! refused {
    ($slots:literal, [$($operation:expr),*] => $pattern:pat) => {{
        let error = refusal($slots, vec![$($operation),*]);
        assert!(matches!(error, $pattern), "{}: {error:?}", stringify!($pattern));
    }};
}

#[test]
fn edges_name_earlier_operations_and_what_they_output() {
    const EARLIER: &str = "program, earlier operations";
    const OUTPUT: &str = "the output that an edge names";
    let first = || transpose(weights(I8, 2, 3));
    assert!(
        program(0, &[first(), transpose(edge(0, 0, I8, 3, 2))])
            .header()
            .is_ok()
    );
    refused! { 0, [transpose(edge(0, 0, I8, 2, 3))]
    => OutOfTree { tree: EARLIER, first: 0, leaves: 0, .. } }
    refused! { 0, [first(), transpose(edge(1, 0, I8, 3, 2))]
    => OutOfTree { tree: EARLIER, first: 1, leaves: 1, .. } }
    refused! { 0, [transpose(edge(1, 0, I8, 3, 2)), first()] => OutOfTree { tree: EARLIER, .. } }
    refused! { 0, [first(), transpose(edge(u32::MAX, 0, I8, 3, 2))]
    => OutOfTree { tree: EARLIER, .. } }
    refused! { 0, [first(), transpose(edge(0, 1, I8, 3, 2))]
    => Missing { what: OUTPUT } }
    refused! { 0, [first(), transpose(edge(0, 255, I8, 3, 2))]
    => Missing { what: OUTPUT } }
    for wrong in [
        edge(0, 0, I8, 2, 3),
        edge(0, 0, U8, 3, 2),
        edge(0, 0, I8, 3, 3),
        edge(0, 0, I8, 6, 1),
    ] {
        refused! { 0, [first(), transpose(wrong)] => WrongSpec { .. } }
    }
}

#[test]
fn slots_are_all_used_and_each_for_one_thing() {
    const CONFLICT: &str = "slot used as a seed and as a tensor";
    let tensor = |at| transpose(slot(at, I8, 2, 3));
    let seeded = |at| transpose(seed(at, I8, 2, 3));
    assert!(
        program(2, &[tensor(0), seeded(1), tensor(0), seeded(1)])
            .header()
            .is_ok()
    );
    refused! { 1, [transpose(weights(I8, 2, 3))]
    => OutOfRange { what: "used slots", value: 0, min: 1, .. } }
    refused! { 3, [tensor(0), seeded(2)]
    => OutOfRange { what: "used slots", value: 2, min: 3, .. } }
    refused! { 1, [tensor(0), seeded(0)] => Conflict { what: CONFLICT, value: 0 } }
    refused! { 2, [tensor(0), seeded(1), tensor(1)] => Conflict { what: CONFLICT, value: 1 } }
    refused! { 1, [tensor(0), transpose(slot(0, I8, 3, 2))] => WrongSpec { .. } }
    refused! { 1, [tensor(0), transpose(slot(0, U8, 2, 3))] => WrongSpec { .. } }
    refused! { 1, [tensor(1)] => OutOfRange { what: "slot of an input", value: 1, .. } }
    refused! { 0, [tensor(0)] => OutOfRange { what: "slot of an input", .. } }
    refused! { 0, [seeded(255)] => OutOfRange { what: "slot of an input", .. } }
    // One seed may give matrices of any shape.
    let wider = transpose(seed(0, I8, 9, 9));
    assert!(program(1, &[seeded(0), wider]).header().is_ok());
    let all: Vec<_> = (0..8).map(tensor).collect();
    assert!(program(8, &all).header().is_ok());
    refused! { 9, [] => OutOfRange { what: "slots", value: 9, max: 8, .. } }
    assert_error!(
        Checker::new(255),
        ProofError::OutOfRange { what: "slots", .. }
    );
}

#[test]
fn seeds_give_int8_in_rows_that_can_be_made_anew() {
    assert!(
        program(1, &[transpose(seed(0, I8, 1 << 19, MAX_K))])
            .header()
            .is_ok()
    );
    refused! { 1, [transpose(seed(0, U8, 2, 3))] => WrongSpec { .. } }
    refused! { 1, [transpose(seed(0, I32, 2, 3))] => WrongSpec { .. } }
    // 4 GiB, which a verifier would have to hold.
    refused! { 1, [transpose(seed(0, I8, 1, u32::MAX))]
    => OutOfRange { what: "columns of a seeded matrix", .. } }
    let product = |k| gemm(Epilogue::None, &[seed(0, I8, 2, k), seed(0, I8, 2, k)]);
    assert!(program(1, &[product(MAX_K)]).header().is_ok());
    refused! { 1, [product(MAX_K + 1)] => OutOfRange { what: "columns of a seeded matrix", .. } }
}

#[test]
fn tensors_have_a_largest_size() {
    const BYTES: &str = "bytes of a tensor";
    let (rows, cols) = (1 << 18, 1 << 18);
    assert!(
        program(0, &[transpose(weights(I8, rows, cols))])
            .header()
            .is_ok()
    );
    refused! { 0, [transpose(weights(I8, rows + 1, cols))] => OutOfRange { what: BYTES, .. } }
    refused! { 0, [transpose(weights(I32, rows, cols / 2))] => OutOfRange { what: BYTES, .. } }
    refused! { 0, [transpose(weights(I32, u32::MAX, u32::MAX))] => OutOfRange { what: BYTES, .. } }
    refused! { 1, [transpose(seed(0, I8, rows + 1, cols))] => OutOfRange { what: BYTES, .. } }
    // What comes out as well: 2^36 elements of 4 bytes from two small operands.
    let large = gemm(
        Epilogue::None,
        &[weights(I8, rows, 1), weights(I8, cols, 1)],
    );
    refused! { 0, [large] => OutOfRange { what: BYTES, .. } }
}

#[test]
fn what_an_element_reads_fits_a_transaction() {
    assert_eq!(MAX_FAN_IN_BYTES, 32_768);
    let product = |k| gemm(Epilogue::None, &[weights(I8, 2, k), weights(I8, 2, k)]);
    assert!(program(0, &[product(16_384)]).header().is_ok());
    refused! { 0, [product(16_385)]
    => OutOfRange { what: "fan-in bytes", value: 32_770, max: 32_768, .. } }
    refused! { 0, [product(MAX_K)] => OutOfRange { what: "fan-in bytes", .. } }
    refused! { 0, [product(MAX_K + 1)] => Kernel(KernelError::InnerTooLong { max: MAX_K, .. }) }
    refused! { 0, [product(u32::MAX)] => Kernel(KernelError::InnerTooLong { .. }) }
    // Parameters count as well: 8 bytes a channel.
    let params = Epilogue::Requantise(requantise(Range::Full));
    let with = |k| {
        gemm(
            params,
            &[weights(I8, 2, k), weights(I8, 2, k), weights(I32, 2, 2)],
        )
    };
    assert!(program(0, &[with(16_380)]).header().is_ok());
    refused! { 0, [with(16_381)] => OutOfRange { what: "fan-in bytes", value: 32_770, .. } }
    // Seeds do not: half of it is one committed row.
    let half = |k| gemm(Epilogue::None, &[seed(0, I8, 2, k), weights(I8, 2, k)]);
    assert!(program(1, &[half(32_768)]).header().is_ok());
    refused! { 1, [half(32_769)] => OutOfRange { what: "fan-in bytes", value: 32_769, .. } }
    // One element is one leaf, however long its row.
    assert!(
        program(0, &[transpose(weights(I32, 2, u32::MAX))])
            .header()
            .is_ok()
    );
}

#[test]
fn products_take_int8_of_one_inner_dimension() {
    const TYPE: &str = "element type of an input";
    let none = Epilogue::None;
    assert!(
        program(0, &[gemm(none, &[weights(I8, 2, 4), weights(I8, 3, 4)])])
            .header()
            .is_ok()
    );
    refused! { 0, [gemm(none, &[weights(U8, 2, 4), weights(I8, 3, 4)])]
    => Mismatch { what: TYPE, .. } }
    refused! { 0, [gemm(none, &[weights(I8, 2, 4), weights(I32, 3, 4)])]
    => Mismatch { what: TYPE, .. } }
    refused! { 0, [gemm(none, &[weights(I8, 2, 4), weights(I8, 4, 3)])]
    => Mismatch { what: "inner dimension of B", expected: 4, actual: 3 } }
    refused! { 0, [gemm(none, &[weights(I8, 2, 4)])] => WrongCount { .. } }
    refused! { 0, [gemm(none, &[weights(I8, 2, 4); 3])]
    => WrongCount { expected: 2, actual: 3, .. } }
}

#[test]
fn parameters_are_int32_one_row_a_channel() {
    const INPUTS: &str = "inputs of an operation";
    let (a, b) = (weights(I8, 2, 4), weights(I8, 3, 4));
    let x = weights(I32, 2, 3);
    let range = requantise(Range::Unsigned);
    for (kind, operands, per_channel) in [
        (gemm(Epilogue::Bias, &[]).kind, vec![a, b], 1),
        (gemm(Epilogue::Requantise(range), &[]).kind, vec![a, b], 2),
        (Kind::Bias, vec![x], 1),
        (Kind::Requantise(range), vec![x], 2),
    ] {
        let with = |params: &[Input]| Operation {
            kind,
            inputs: [&operands[..], params].concat(),
        };
        let right = weights(I32, 3, per_channel);
        assert!(program(0, &[with(&[right])]).header().is_ok(), "{kind:?}");
        refused! { 0, [with(&[])] => WrongCount { what: INPUTS, .. } }
        refused! { 0, [with(&[right, right])] => WrongCount { what: INPUTS, .. } }
        refused! { 0, [with(&[weights(I8, 3, per_channel)])]
        => Mismatch { what: "element type of an input", .. } }
        refused! { 0, [with(&[weights(I32, 2, per_channel)])]
        => Mismatch { what: "parameter rows", expected: 3, actual: 2 } }
        refused! { 0, [with(&[weights(I32, 4, per_channel)])]
        => Mismatch { what: "parameter rows", .. } }
        refused! { 0, [with(&[weights(I32, 3, 3 - per_channel)])]
        => Mismatch { what: "parameters per channel", .. } }
    }
    for kind in [Kind::Bias, Kind::Requantise(range)] {
        let inputs = vec![weights(I8, 2, 3), weights(I32, 3, 1)];
        refused! { 0, [Operation { kind, inputs }]
        => Mismatch { what: "element type of an input", .. } }
    }
}

#[test]
fn operations_and_inputs_have_bounds() {
    let none = Operation {
        kind: Kind::Transpose,
        inputs: vec![],
    };
    refused! { 0, [none.clone()] => OutOfRange { what: "inputs", value: 0, min: 1, max: 8 } }
    for count in [9, 20] {
        let inputs = vec![weights(I8, 2, 3); count];
        refused! { 0, [Operation { inputs, ..none.clone() }]
        => OutOfRange { what: "inputs", max: 8, .. } }
    }
    for count in [2, 8] {
        let inputs = vec![weights(I8, 2, 3); count];
        refused! { 0, [Operation { inputs, ..none.clone() }] => WrongCount { expected: 1, .. } }
    }
    refused! { 0, [] => EmptyTree { tree: "program" } }
    refused! { 1, [] => OutOfRange { what: "used slots", .. } }
}
