//! Openings: honest answers to every draw, and what draws fall on.

use compute_proofs::{
    ProofError,
    codec::{Decode, Encode},
    opening::{Evidence, FraudProof, Place},
    program::{Input, Kind, Operation, Program, Source, TaskInput, run},
    tensor::{Committed, TensorSpec},
};
use exact_kernels::{DType, seeded::Stream};
use test_suite::{
    fixtures::{Job, Settled},
    scale::Random,
};

use super::support::{array, assert_error, assert_no_fraud, beacon, plan, settled};

/// Answers and verifies, over the wire.
pub(crate) fn answer(settled: &Settled, beacon: &[u8; 32], d: u32) -> Evidence {
    let sent = settled.answer(beacon, d).unwrap().to_bytes();
    let opening = Evidence::from_bytes(&sent).unwrap();
    assert_eq!(settled.verify(beacon, d, &opening), Ok(()), "sample {d}");
    opening
}

#[test]
fn every_answer_of_an_honest_worker_verifies() {
    let settled = settled();
    for round in 0..plan().pick(6, 100) {
        for d in 0..40 {
            answer(&settled, &beacon(round), d);
        }
    }
}

#[test]
fn batches_of_every_size_answer() {
    for jobs in 1..=9 {
        let jobs = (0..jobs).map(|seed| match seed % 3 {
            0 => Job::matrix(seed, 2, 3, 4),
            1 => Job::pipeline(seed),
            _ => Job::seeded(seed, 4, 3, 2),
        });
        let settled = Settled::new(jobs.collect::<Result<_, _>>().unwrap()).unwrap();
        (0..10).for_each(|d| drop(answer(&settled, &beacon(1), d)));
    }
}

#[test]
fn an_answer_to_one_draw_is_none_to_another() {
    let settled = settled();
    let opening = settled.answer(&beacon(1), 0).unwrap();
    let mut refused = 0;
    for d in 1..30 {
        if settled.answer(&beacon(1), d).unwrap() != opening {
            let answer = settled.verify(&beacon(1), d, &opening);
            assert_error!(answer, ProofError::Mismatch { .. });
            refused += 1;
        }
    }
    assert!(refused > 25);
    let answer = settled.verify(&beacon(2), 0, &opening);
    assert_error!(answer, ProofError::Mismatch { .. });
}

/// Transposes of a seeded matrix and of a committed one, both with rows of
/// several leaves: what is read is one leaf out of a row.
fn long_transposes() -> Job {
    let mut random = Random::new(5);
    let slot_spec = TensorSpec::new(DType::I32, 2, 700).unwrap();
    let slot = Committed::new(slot_spec, random.bytes(5600)).unwrap();
    let stream = Stream { tag: 3, index: 4 };
    let transpose = |source, spec| Operation {
        kind: Kind::Transpose,
        inputs: vec![Input { source, spec }],
    };
    let seed_spec = TensorSpec::new(DType::I8, 3, 2100).unwrap();
    let program = Program {
        slots: 2,
        operations: vec![
            transpose(Source::Seed { slot: 0, stream }, seed_spec),
            transpose(Source::Slot { slot: 1 }, slot_spec),
        ],
    };
    let inputs = vec![TaskInput::Seed(array(&mut random)), TaskInput::Tensor(slot)];
    let none: &[Committed] = &[];
    let run = run(&program, &inputs, none).unwrap();
    Job {
        program,
        inputs,
        weights: vec![],
        run,
    }
}

#[test]
fn one_leaf_of_a_long_row_is_enough() {
    let settled = Settled::new(vec![long_transposes()]).unwrap();
    (0..40).for_each(|d| drop(answer(&settled, &beacon(1), d)));
    for operation in [0, 1] {
        let spec = *settled.jobs[0].run.outputs[operation][0].spec();
        let operation = u32::try_from(operation).unwrap();
        for row in (0..spec.shape.rows()).step_by(13).chain([255, 256, 1023]) {
            let Some(row) = Some(row).filter(|&row| row < spec.shape.rows()) else {
                continue;
            };
            for col in 0..spec.shape.cols() {
                let place = Place {
                    output: 0,
                    row,
                    col,
                };
                let evidence = settled.evidence(0, operation, place).unwrap();
                assert_no_fraud(&settled, &FraudProof::Element(evidence));
            }
        }
    }
}

#[test]
fn elements_that_are_not_there_have_no_evidence() {
    let settled = settled();
    for (operation, output, row, col) in [
        (5, 0, 0, 0),
        (0, 1, 0, 0),
        (0, 0, 6, 0),
        (0, 0, 0, 10),
        (u32::MAX, 255, u32::MAX, u32::MAX),
    ] {
        let place = Place { output, row, col };
        assert!(settled.evidence(0, operation, place).is_err());
    }
    let record = settled.jobs[0].record(Settled::nonce(0));
    let cost = settled.jobs[0].run.header.cost;
    assert_eq!(record.operation_at(cost - 1), Ok(Some(4)));
    assert_eq!(record.operation_at(cost), Ok(None));
}
