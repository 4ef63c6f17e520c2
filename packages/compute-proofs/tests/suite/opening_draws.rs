//! What samples draw, and that nothing else answers them.

use std::collections::BTreeMap;

use compute_proofs::{
    ProofError,
    opening::{Place, sample},
};
use test_suite::fixtures::{Job, Settled};

use super::{
    opening::answer,
    support::{assert_error, beacon, index, plan, settled},
};

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
fn receipts_are_drawn_in_proportion_to_ops() {
    let settled = settled();
    let mut counts = BTreeMap::new();
    for d in 0..plan().pick(3000, 30_000) {
        let position = sample(&settled.context(), &beacon(5), d)
            .unwrap()
            .position();
        let (nonce, _) = settled.receipts.locate(position).unwrap();
        *counts.entry(nonce).or_insert(0) += 1;
    }
    let costs = settled.jobs.iter().map(|job| job.run.header.cost);
    let costs = (0..)
        .zip(costs)
        .map(|(job, cost)| (Settled::nonce(job), cost));
    assert_in_proportion(&counts, &costs.collect::<Vec<_>>());
}

#[test]
fn operations_are_drawn_by_cost_and_evenly_in_turn() {
    let settled = Settled::new(vec![Job::pipeline(1).unwrap()]).unwrap();
    let record = settled.jobs[0].record(Settled::nonce(0));
    let mut counts = [BTreeMap::new(), BTreeMap::new()];
    let draws = plan().pick(3000, 30_000);
    for d in 0..draws {
        let mut sample = sample(&settled.context(), &beacon(7), d).unwrap();
        let position = sample.position();
        let operation = record.drawn_operation(&mut sample, position).unwrap();
        *counts[index(d % 2)]
            .entry(u64::from(operation))
            .or_insert(0) += 1;
    }
    let program = &settled.jobs[0].program;
    let costs = (0..).zip(program.operations.iter().map(|x| x.cost().unwrap()));
    assert_in_proportion(&counts[0], &costs.collect::<Vec<_>>());
    let even: Vec<_> = (0..5).map(|operation| (operation, 1)).collect();
    assert_in_proportion(&counts[1], &even);
    // None is a blind spot: at least about half of an even share.
    for operation in 0..5 {
        let share: u32 = counts
            .iter()
            .map(|counts| counts.get(&operation).unwrap_or(&0))
            .sum();
        let least = f64::from(draws) / 10.0;
        assert!(
            f64::from(share) > least - 4.0 * least.sqrt(),
            "{operation}: {share}"
        );
    }
}

#[test]
fn an_evenly_drawn_operation_is_the_only_answer() {
    let settled = Settled::new(vec![Job::pipeline(1).unwrap()]).unwrap();
    for round in 0..10 {
        let honest = answer(&settled, &beacon(round), 1);
        let drawn = honest.operation.index;
        for operation in (0..5).filter(|&operation| operation != drawn) {
            let place = Place {
                output: 0,
                row: 0,
                col: 0,
            };
            let other = settled.evidence(0, operation, place).unwrap();
            let refused = settled.verify(&beacon(round), 1, &other);
            assert_error!(
                refused,
                ProofError::Mismatch { what: "drawn operation", expected, actual }
                    if expected == u128::from(drawn) && actual == u128::from(operation)
            );
        }
    }
}

#[test]
fn elements_are_drawn_evenly() {
    let settled = Settled::new(vec![Job::matrix(1, 3, 4, 2).unwrap()]).unwrap();
    let (operation, header) = (
        &settled.jobs[0].program.operations[0],
        &settled.jobs[0].run.header,
    );
    let mut counts = BTreeMap::new();
    for d in 0..6000 {
        let mut sample = sample(&settled.context(), &beacon(6), d).unwrap();
        assert_eq!(sample.operation(header).unwrap(), (d % 2 == 1).then_some(0));
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

/// The first beacon whose even sample draws exactly this position.
fn drawing(settled: &Settled, position: u128) -> [u8; 32] {
    let context = settled.context();
    (0..20_000_000)
        .map(beacon)
        .find(|beacon| {
            let drawn = sample(&context, beacon, 0).unwrap();
            drawn.position() == position
        })
        .expect("every position is drawn sooner or later")
}

#[test]
fn a_share_begins_where_the_one_before_it_ends() {
    let place = Place {
        output: 0,
        row: 0,
        col: 0,
    };
    // Two receipts.
    let job = || Job::matrix(1, 2, 2, 2).unwrap();
    let settled = Settled::new(vec![job(), job()]).unwrap();
    let cost = settled.jobs[0].run.header.cost;
    for (position, right) in [(0, 0), (cost - 1, 0), (cost, 1), (2 * cost - 1, 1)] {
        let beacon = drawing(&settled, position);
        let honest = answer(&settled, &beacon, 0);
        assert_eq!(honest.receipt.receipt.nonce, Settled::nonce(right));
        let other = settled.evidence(1 - right, 0, honest.place).unwrap();
        assert_error!(
            settled.verify(&beacon, 0, &other),
            ProofError::Mismatch {
                what: "receipt of the drawn position",
                ..
            }
        );
    }
    // Two operations.
    let settled = Settled::new(vec![Job::pipeline(1).unwrap()]).unwrap();
    let cost = settled.jobs[0].program.operations[0].cost().unwrap();
    for (position, right) in [(cost - 1, 0), (cost, 1)] {
        let beacon = drawing(&settled, position);
        let honest = answer(&settled, &beacon, 0);
        assert_eq!(honest.operation.index, right);
        let other = settled.evidence(0, 1 - right, place).unwrap();
        assert_error!(
            settled.verify(&beacon, 0, &other),
            ProofError::Mismatch {
                what: "operation of the drawn position",
                ..
            }
        );
    }
}

#[test]
fn no_receipt_answers_for_another() {
    // The same task twice: everything fits but the receipt, for even samples and
    // for odd ones, for which the position says nothing of the operation.
    let job = || Job::pipeline(1).unwrap();
    let settled = Settled::new(vec![job(), job(), job()]).unwrap();
    for d in 0..20 {
        let honest = answer(&settled, &beacon(1), d);
        for job in 0..3 {
            let operation = honest.operation.index;
            let other = settled.evidence(job, operation, honest.place).unwrap();
            let answer = settled.verify(&beacon(1), d, &other);
            if other == honest {
                assert_eq!(answer, Ok(()));
            } else {
                assert_error!(
                    answer,
                    ProofError::Mismatch {
                        what: "receipt of the drawn position",
                        ..
                    }
                );
            }
        }
    }
}
