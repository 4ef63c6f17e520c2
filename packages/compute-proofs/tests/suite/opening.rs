//! Openings: honest answers to every draw, and what draws fall on.

use std::collections::BTreeMap;

use compute_proofs::{
    ProofError,
    codec::{Decode, Encode},
    opening::{FraudProof, Opening, Place, sample},
    program::{Input, Kind, Operation, Program, Source, TaskInput, run},
    tensor::{Committed, TensorSpec},
};
use exact_kernels::{DType, seeded::Stream};
use test_suite::{
    fixtures::{Job, Settled},
    scale::Random,
};

use super::support::{array, assert_error, assert_no_fraud, beacon, index, plan, settled};

/// Answers and verifies, over the wire.
fn answer(settled: &Settled, beacon: &[u8; 32], d: u32) -> Opening {
    let sent = settled.answer(beacon, d).unwrap().to_bytes();
    let opening = Opening::from_bytes(&sent).unwrap();
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

/// Asserts that counts are a multinomial sample with these weights: each within
/// 4 standard errors. The draws are fixed, so this passes or fails for good.
fn assert_in_proportion(counts: &BTreeMap<u64, u32>, weights: &[(u64, u128)]) {
    let draws: u32 = counts.values().sum();
    let total: u128 = weights.iter().map(|(_, weight)| weight).sum();
    for (key, weight) in weights {
        let share = *weight as f64 / total as f64;
        let expected = share * f64::from(draws);
        let bound = 4.0 * (expected * (1.0 - share)).sqrt();
        let count = counts.get(key).copied().unwrap_or(0);
        let off = (f64::from(count) - expected).abs();
        assert!(off <= bound, "{key}: {count} of {expected:.0} ± {bound:.0}");
    }
}

#[test]
fn receipts_and_operations_are_drawn_in_proportion_to_ops() {
    let settled = settled();
    let (mut receipts, mut operations) = (BTreeMap::new(), BTreeMap::new());
    for d in 0..plan().pick(3000, 30_000) {
        let position = sample(&settled.context(), &beacon(5), d)
            .unwrap()
            .position();
        let (job, offset) = settled.receipts.locate(position).unwrap();
        *receipts.entry(u64::from(job)).or_insert(0) += 1;
        let record = settled.jobs[index(job)].record(u64::from(job));
        let operation = record.operation_at(offset).unwrap().unwrap();
        if job == 0 {
            *operations.entry(u64::from(operation)).or_insert(0) += 1;
        }
    }
    let costs = (0..).zip(settled.jobs.iter().map(|job| job.run.header.cost));
    assert_in_proportion(&receipts, &costs.collect::<Vec<_>>());
    let program = &settled.jobs[0].program;
    let costs = (0..).zip(program.operations.iter().map(|x| x.cost().unwrap()));
    assert_in_proportion(&operations, &costs.collect::<Vec<_>>());
}

#[test]
fn elements_are_drawn_evenly() {
    let settled = Settled::new(vec![Job::matrix(1, 3, 4, 2).unwrap()]).unwrap();
    let operation = &settled.jobs[0].program.operations[0];
    let mut counts = BTreeMap::new();
    for d in 0..6000 {
        let mut sample = sample(&settled.context(), &beacon(6), d).unwrap();
        let place = sample.place(operation).unwrap();
        assert!(place.output == 0 && place.row < 3 && place.col < 4);
        *counts
            .entry(u64::from(place.row * 4 + place.col))
            .or_insert(0) += 1;
    }
    let even: Vec<_> = (0..12).map(|at| (at, 1)).collect();
    assert_in_proportion(&counts, &even);
}

#[test]
fn samples_differ_by_number_beacon_worker_and_root() {
    let settled = settled();
    let context = settled.context();
    let position = |context, round, d| sample(context, &beacon(round), d).unwrap().position();
    let base = position(&context, 1, 0);
    assert_eq!(base, position(&context, 1, 0));
    assert_ne!(base, position(&context, 1, 1));
    assert_ne!(base, position(&context, 2, 0));
    let mut other = context;
    other.worker = "wasm1other";
    assert_ne!(base, position(&other, 1, 0));
    let mut other = context;
    other.batch.root.0[0] ^= 1;
    assert_ne!(base, position(&other, 1, 0));
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

#[test]
fn a_batch_without_ops_has_no_samples() {
    let jobs = vec![Job::matrix(1, 2, 2, 2).unwrap()];
    let settled = Settled::with(jobs, |receipt| receipt.ops = 0).unwrap();
    let refused = sample(&settled.context(), &beacon(1), 0);
    assert_error!(
        refused,
        ProofError::OutOfRange {
            what: "bound of a draw",
            ..
        }
    );
    let refused = settled.answer(&beacon(1), 0);
    assert_error!(refused, ProofError::OutOfRange { .. });
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
                assert_no_fraud(&settled, 0, &FraudProof::Element(evidence));
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
    let record = settled.jobs[0].record(0);
    let cost = settled.jobs[0].run.header.cost;
    assert_eq!(record.operation_at(cost - 1), Ok(Some(4)));
    assert_eq!(record.operation_at(cost), Ok(None));
}
