//! Openings of operands that are larger than 32 bits can address: nothing of them
//! but the opened part is ever made.

use compute_proofs::{
    ProofError,
    opening::{Fraud, FraudProof, Place},
    program::{Epilogue, Input, Kind, Operation, Program, Run, Source, TaskInput},
    tensor::{Committed, TensorSpec},
};
use exact_kernels::{
    DType,
    gemm::{self, MAX_K},
    seeded::{self, Stream},
};
use test_suite::fixtures::{Job, Settled};

use super::support::index;

const SEED: [u8; 32] = [0x5e; 32];

/// Rows of an operand of more than 4 GiB: `32 800 · 131 071`.
const ROWS: u32 = 32_800;

/// The first row, the one that straddles byte 2^32, those around it, the last.
const TRIED: [u32; 6] = [0, 32_767, 32_768, 32_769, 32_770, ROWS - 1];

fn row(tag: u8, row: u32) -> Vec<u8> {
    let mut elements = vec![0; index(MAX_K)];
    seeded::fill_row(&SEED, Stream { tag, index: 0 }, row, &mut elements);
    elements
}

/// A product of two seeded operands whose result is right at the tried rows of
/// the long operand and zero elsewhere.
fn product(m: u32, n: u32) -> Job {
    let operand = |tag, rows| Input {
        source: Source::Seed {
            slot: 0,
            stream: Stream { tag, index: 0 },
        },
        spec: TensorSpec::new(DType::I8, rows, MAX_K).unwrap(),
    };
    let operation = Operation {
        kind: Kind::Gemm {
            epilogue: Epilogue::None,
            transposed: false,
        },
        inputs: vec![operand(b'A', m), operand(b'B', n)],
    };
    let program = Program {
        slots: 1,
        operations: vec![operation],
    };
    let mut elements = vec![0i32; index(ROWS)];
    for at in TRIED {
        let (i, j) = if n == 1 { (at, 0) } else { (0, at) };
        elements[index(at)] = gemm::element(&row(b'A', i), &row(b'B', j)).unwrap();
    }
    let bytes = elements.iter().flat_map(|x| x.to_le_bytes()).collect();
    let output = Committed::new(TensorSpec::new(DType::I32, m, n).unwrap(), bytes).unwrap();
    let header = program.header().unwrap();
    Job {
        program,
        inputs: vec![TaskInput::Seed(SEED)],
        weights: vec![],
        run: Run::new(header, vec![vec![output]]).unwrap(),
    }
}

#[test]
fn rows_of_seeded_operands_beyond_4_gib() {
    for (m, n) in [(ROWS, 1), (1, ROWS)] {
        let settled = Settled::new(vec![product(m, n)]).unwrap();
        let operand = settled.jobs[0].program.operations[0].inputs[usize::from(m == 1)].spec;
        assert!(operand.bytes() > 1 << 32);
        let verdict = |at| {
            let (row, col) = if n == 1 { (at, 0) } else { (0, at) };
            let place = Place {
                output: 0,
                row,
                col,
            };
            let evidence = settled.evidence(0, 0, place).unwrap();
            settled.verify_fraud(&FraudProof::Element(evidence))
        };
        for at in TRIED {
            assert_eq!(verdict(at), Err(ProofError::NoFraud), "{m}x{n}, {at}");
        }
        // What was not computed shows, just as far out.
        for at in [1, 32_771, ROWS - 2] {
            assert!(matches!(
                verdict(at),
                Ok(Fraud::Element { committed: 0, .. })
            ));
        }
    }
}
