//! Programs: costs, hashes, openings of one operation.

use compute_proofs::{
    ProofError,
    codec::Encode,
    hash::{OPERATION, PROGRAM},
    program::{Epilogue, Header, Kind, Operation, OperationProof, Program, Source},
    tensor::TensorSpec,
};
use exact_kernels::{
    DType,
    requantise::{Range, Requantise},
    seeded::Stream,
};
use test_suite::fixtures::Job;

use super::{
    slow,
    support::{assert_error, hash, index, jobs},
};

fn pipeline() -> Program {
    Job::pipeline(1).unwrap().program
}

/// The cost by the definition: the larger of arithmetic and 28 a byte moved, and
/// 2^16. A row moves its 64-byte blocks and one more, three times where it is an
/// output or follows from a seed. 0 for what is no operation.
fn slow_cost(operation: &Operation) -> u128 {
    let Ok(outputs) = operation.outputs() else {
        return 0;
    };
    let inputs = operation.inputs.iter().map(|input| {
        let seeded = matches!(input.source, Source::Seed { .. });
        (input.spec, if seeded { 3 } else { 1 })
    });
    let moved: u64 = inputs
        .chain(outputs.into_iter().map(|spec| (spec, 3)))
        .map(|(spec, times)| {
            let blocks = spec.row_bytes().div_ceil(64) + 1;
            times * u64::from(spec.shape.rows()) * 64 * blocks
        })
        .sum();
    let x = operation.inputs[0].spec.shape;
    let arithmetic = match operation.kind {
        Kind::Gemm { .. } => {
            let columns = operation.inputs[1].spec.shape.rows();
            2 * x.elements() * u64::from(columns)
        }
        Kind::Bias => x.elements(),
        Kind::Requantise(_) => 4 * x.elements(),
        Kind::Transpose => 0,
    };
    u128::from(arithmetic.max(28 * moved)) + 65_536
}

fn slow_header(program: &Program) -> Header {
    let leaves: Vec<_> = program
        .operations
        .iter()
        .map(|operation| {
            let leaf = slow::derive(OPERATION, &operation.to_bytes());
            (leaf, slow_cost(operation))
        })
        .collect();
    let (top, cost) = slow::sum_top(&leaves);
    Header {
        version: 1,
        slots: program.slots,
        operations: u32::try_from(program.operations.len()).unwrap(),
        cost,
        top,
    }
}

#[test]
fn a_header_is_the_definitions() {
    for job in jobs() {
        let header = job.program.header().unwrap();
        assert_eq!(header, slow_header(&job.program));
        assert_eq!(
            header.cost,
            job.program.operations.iter().map(slow_cost).sum::<u128>()
        );
        let message = [
            &[1, header.slots][..],
            &header.operations.to_le_bytes(),
            &header.cost.to_le_bytes(),
            &header.top.0,
        ];
        assert_eq!(header.hash(), slow::derive(PROGRAM, &message.concat()));
    }
}

#[test]
fn costs_are_what_they_come_to_by_hand() {
    // Both operands are seeded int8: 5 rows of 70 bytes are 5·(2+1)·64 = 960, 4 rows
    // 768; the result's 5 rows of 16 bytes are 5·(1+1)·64 = 640. Each three times:
    // 7 104 bytes, 198 912 ops; the products are only 2·5·4·70 = 2 800.
    let seeded = Job::seeded_program(5, 4, 70).unwrap();
    assert_eq!(seeded.header().unwrap().cost, 198_912 + 65_536);
    // Read operands count once: 3·(18+1)·64 = 3 648 and 300·(18+1)·64 = 364 800; the
    // result 3·(19+1)·64 = 3 840 three times: 379 968 bytes, 10 639 104 ops; the
    // products are 2·3·300·1100 = 1 980 000.
    let matrix = Job::matrix(1, 3, 300, 1100).unwrap();
    assert_eq!(matrix.run.header.cost, 10_639_104 + 65_536);
}

#[test]
fn an_operations_encoding_is_the_documented_one() {
    let program = pipeline();
    // 0: product, rows as they are, requantised (5, 15, symmetric); slot 0 int8
    // 6x40, weights int8 10x40, weights int32 10x2.
    let [
        Source::Weights { root: w },
        Source::Weights { root: params },
    ] = [1, 2].map(|at| program.operations[0].inputs[at].source)
    else {
        panic!("the fixture has changed");
    };
    let dims = |rows: u32, cols: u32| [rows.to_le_bytes(), cols.to_le_bytes()].concat();
    let expected = [
        vec![0, 0, 2, 5, 15, 0],
        vec![3, 0, 0, 0],
        vec![2, 0, 0],
        dims(6, 40),
        [&[1], &w.0[..], &[0]].concat(),
        dims(10, 40),
        [&[1], &params.0[..], &[2]].concat(),
        dims(10, 2),
    ];
    assert_eq!(program.operations[0].to_bytes(), expected.concat());
    // 1: its second input is seeded: slot 1, tag 0, index 9, int8 6x10.
    let seeded = [vec![3, 1, 0, 9, 0, 0, 0, 0], dims(6, 10)].concat();
    assert_eq!(program.operations[1].inputs[1].to_bytes(), seeded);
    // 2: the transpose of output 0 of operation 1, int32 6x6.
    let expected = [vec![3, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 2], dims(6, 6)].concat();
    assert_eq!(program.operations[2].to_bytes(), expected);
}

#[test]
fn every_field_changes_the_hash() {
    let requantise = |p, s, range| Epilogue::Requantise(Requantise::new(p, s, range).unwrap());
    let plain = |epilogue| Kind::Gemm {
        epilogue,
        transposed: false,
    };
    let seed = |slot, tag, index| Source::Seed {
        slot,
        stream: Stream { tag, index },
    };
    type Change = Box<dyn Fn(&mut Program)>;
    let kind =
        |at: usize, kind: Kind| -> Change { Box::new(move |x| x.operations[at].kind = kind) };
    let source = |at: usize, input: usize, source: Source| -> Change {
        Box::new(move |x| x.operations[at].inputs[input].source = source)
    };
    let spec = |at: usize, dtype, rows, cols| -> Change {
        Box::new(move |x| {
            x.operations[at].inputs[0].spec = TensorSpec::new(dtype, rows, cols).unwrap();
        })
    };
    let changes: Vec<Change> = vec![
        Box::new(|x| x.slots += 1),
        kind(0, plain(requantise(6, 15, Range::Symmetric))),
        kind(0, plain(requantise(5, 16, Range::Symmetric))),
        kind(0, plain(requantise(5, 15, Range::Full))),
        kind(0, plain(requantise(5, 15, Range::Unsigned))),
        kind(1, plain(Epilogue::Bias)),
        kind(3, Kind::Transpose),
        kind(
            4,
            Kind::Requantise(Requantise::new(7, 12, Range::Unsigned).unwrap()),
        ),
        source(0, 0, Source::Slot { slot: 1 }),
        source(0, 1, Source::Weights { root: hash(1) }),
        source(
            1,
            0,
            Source::Output {
                operation: 0,
                output: 1,
            },
        ),
        source(
            2,
            0,
            Source::Output {
                operation: 0,
                output: 0,
            },
        ),
        source(1, 1, seed(1, 1, 9)),
        source(1, 1, seed(1, 0, 8)),
        source(1, 1, seed(0, 0, 9)),
        spec(2, DType::I32, 12, 3),
        spec(2, DType::U8, 6, 6),
        Box::new(|x| x.operations.swap(1, 2)),
        Box::new(|x| x.operations[0].inputs.swap(1, 2)),
        Box::new(|x| x.operations.truncate(4)),
        Box::new(|x| x.operations.push(x.operations[2].clone())),
        Box::new(|x| x.operations[1].inputs.truncate(2)),
    ];
    let mut seen = vec![slow_header(&pipeline()).hash()];
    for (number, change) in changes.iter().enumerate() {
        let mut program = pipeline();
        change(&mut program);
        let hash = slow_header(&program).hash();
        assert!(!seen.contains(&hash), "change {number}");
        seen.push(hash);
        if let Ok(header) = program.header() {
            assert_eq!(header.hash(), hash, "change {number}");
        }
    }
    let header = pipeline().header().unwrap();
    let fields: [fn(&mut Header); 5] = [
        |x| x.version += 1,
        |x| x.slots += 1,
        |x| x.operations += 1,
        |x| x.cost += 1,
        |x| x.top.0[0] ^= 1,
    ];
    for change in fields {
        let mut other = header;
        change(&mut other);
        assert_ne!(other.hash(), header.hash());
    }
}

#[test]
fn an_operation_is_shown_with_its_share_of_the_cost() {
    let program = pipeline();
    let header = program.header().unwrap();
    let mut start = 0;
    for (at, operation) in (0..).zip(&program.operations) {
        let proof = program.prove(at).unwrap();
        assert_eq!(proof.operation, *operation);
        assert_eq!(proof.check(&header), Ok((start, slow_cost(operation))));
        start += slow_cost(operation);
    }
    assert_eq!(start, header.cost);
    assert_error!(
        program.prove(5),
        ProofError::OutOfTree {
            tree: "program",
            ..
        }
    );
    assert_error!(
        program.prove(u32::MAX),
        ProofError::OutOfTree {
            tree: "program",
            ..
        }
    );
}

#[test]
fn an_operation_of_another_program_or_place_is_refused() {
    let program = pipeline();
    let header = program.header().unwrap();
    let other = Job::pipeline(2).unwrap().program;
    let refused = other.prove(0).unwrap().check(&header);
    assert_error!(
        refused,
        ProofError::RootMismatch {
            what: "program",
            ..
        }
    );
    for at in 0..5u32 {
        for place in (0..5).filter(|&place| place != at) {
            let proof = OperationProof {
                index: place,
                ..program.prove(at).unwrap()
            };
            assert!(proof.check(&header).is_err(), "{at} as {place}");
        }
        let swapped = OperationProof {
            operation: program.operations[index((at + 1) % 5)].clone(),
            ..program.prove(at).unwrap()
        };
        assert_error!(swapped.check(&header), ProofError::RootMismatch { .. });
    }
    // An operation that no program could have is no proof of anything.
    let mut none = program.prove(0).unwrap();
    none.operation.inputs.clear();
    assert_error!(none.check(&header), ProofError::WrongCount { .. });
}
