//! Work that is wrong, and proofs that are.

use std::sync::LazyLock;

use compute_api::{
    market::BatchState,
    votes::{ExecuteMsg, Standing},
};
use compute_proofs::{
    Hash,
    opening::{FraudProof, Place},
    program::Run,
    tensor::Committed,
};
use test_suite::{
    fixtures::Job,
    market::{LIE, PIPELINE, Plan, SEEDED, SEEDED_AGAIN, Work},
    network::Builder,
};

use super::{BOND_SHARE, Case, STAKE, and, overturned, paid, returned};
use crate::common::refused;

const PLACE: Place = Place {
    output: 0,
    row: 1,
    col: 2,
};

fn element(work: &Work, nonce: u64) -> FraudProof {
    FraudProof::Element(work.evidence(nonce, 0, PLACE))
}

/// A batch with a lie is overturned by `proof`: the order has its coins and a tenth of
/// the charge on top, voters and issuer's bond pay, the worker is out.
#[track_caller]
fn is_overturned(change: impl FnOnce(&mut Plan), proof: impl Fn(&Work) -> FraudProof) {
    let mut case = Case::new();
    let (batch, work) = case.committed(&[0], change);
    let charge = case.charge(batch);
    case.net.prove_fraud(batch, &proof(&work)).unwrap();
    assert_eq!(case.state(batch), BatchState::Overturned);
    assert_eq!(case.moved(), overturned(charge));
    let worker = case.net.miners[0].key.clone();
    assert_eq!(case.net.staked(&worker).standing, Standing::Tombstoned);
    refused(
        case.net.prove_fraud(batch, &proof(&work)),
        "one that has not ended",
    );
    case.close();
    assert_eq!(case.moved(), and(overturned(charge), returned()));
    case.drained();
}

#[test]
fn a_wrong_output_leaf() {
    is_overturned(|plan| plan.jobs = vec![&LIE], |work| element(work, 0));
}

/// The first element of an operation that its committed inputs do not give.
fn first_difference(work: &Work, operation: u32) -> Place {
    let job = work.task(0).job;
    let spec = *job.run.outputs[usize::try_from(operation).unwrap()][0].spec();
    let rows = 0..spec.shape.rows();
    let places = rows.flat_map(|row| (0..spec.shape.cols()).map(move |col| (row, col)));
    let wrong = |place: &Place| {
        let proof = FraudProof::Element(work.evidence(0, operation, *place));
        let header = Some(&job.run.header);
        let host = &compute_proofs::crypto::Host;
        compute_proofs::opening::verify_fraud(host, &work.context(), header, &proof).is_ok()
    };
    let mut places = places.map(|(row, col)| Place {
        output: 0,
        row,
        col,
    });
    places.find(wrong).expect("something is wrong")
}

/// The pipeline with other bytes for the outputs of some operations.
fn pipeline_with(change: impl Fn(usize, &Committed) -> Vec<u8>) -> Job {
    let mut outputs = PIPELINE.run.outputs.clone();
    for (operation, tensors) in outputs.iter_mut().enumerate() {
        for tensor in tensors {
            let bytes = change(operation, tensor);
            *tensor = Committed::new(*tensor.spec(), bytes).unwrap();
        }
    }
    Job {
        run: Run::new(PIPELINE.run.header, outputs).unwrap(),
        ..PIPELINE.clone()
    }
}

/// Zeros for what the third operation and all behind it put out.
static ZEROED: LazyLock<Job> = LazyLock::new(|| {
    pipeline_with(|operation, tensor| match operation {
        0 | 1 => tensor.bytes().to_vec(),
        _ => vec![0; tensor.bytes().len()],
    })
});

#[test]
fn a_wrong_link_zeros_for_an_input() {
    let proof = |work: &Work| {
        let place = first_difference(work, 2);
        FraudProof::Element(work.evidence(0, 2, place))
    };
    is_overturned(|plan| plan.jobs = vec![&ZEROED], proof);
}

/// The fourth operation hands on what it was given: its biases are left out.
static SKIPPED: LazyLock<Job> = LazyLock::new(|| {
    let before = PIPELINE.run.outputs[2][0].bytes().to_vec();
    pipeline_with(|operation, tensor| match operation {
        3 => before.clone(),
        _ => tensor.bytes().to_vec(),
    })
});

#[test]
fn a_skipped_operation() {
    let proof = |work: &Work| {
        let place = first_difference(work, 3);
        FraudProof::Element(work.evidence(0, 3, place))
    };
    is_overturned(|plan| plan.jobs = vec![&SKIPPED], proof);
}

#[test]
fn a_right_result_with_wrong_ops() {
    let change = |plan: &mut Plan| {
        plan.lie = Some(|receipt| receipt.ops += 1);
        plan.cum_ops = Some(10 * SEEDED.run.header.cost);
    };
    is_overturned(change, |work| FraudProof::Receipt(work.named(0)));
    let change = |plan: &mut Plan| plan.lie = Some(|receipt| receipt.ops -= 1);
    is_overturned(change, |work| FraudProof::Receipt(work.named(0)));
}

/// What another seed gives, as if it came of the authorised one.
static OTHER_INPUT: LazyLock<Job> = LazyLock::new(|| Job {
    run: SEEDED_AGAIN.run.clone(),
    ..SEEDED.clone()
});

#[test]
fn a_wrong_input() {
    let proof = |work: &Work| {
        let place = first_difference(work, 0);
        FraudProof::Element(work.evidence(0, 0, place))
    };
    is_overturned(|plan| plan.jobs = vec![&OTHER_INPUT], proof);
}

/// What a shorter product gives, as if it came of the authorised program.
static OTHER_PROGRAM: LazyLock<Job> = LazyLock::new(|| {
    let shorter = Job::seeded(1, 3, 4, 2).unwrap();
    Job {
        run: Run::new(SEEDED.run.header, shorter.run.outputs).unwrap(),
        ..SEEDED.clone()
    }
});

#[test]
fn a_wrong_program() {
    let proof = |work: &Work| {
        let place = first_difference(work, 0);
        FraudProof::Element(work.evidence(0, 0, place))
    };
    is_overturned(|plan| plan.jobs = vec![&OTHER_PROGRAM], proof);
}

/// A program that nobody has registered.
static UNREGISTERED: LazyLock<Job> = LazyLock::new(|| Job::matrix(9, 2, 2, 2).unwrap());

#[test]
fn an_unregistered_program() {
    is_overturned(
        |plan| plan.jobs = vec![&UNREGISTERED],
        |work| FraudProof::Receipt(work.named(0)),
    );
}

#[test]
fn a_result_that_is_not_the_last_operations() {
    is_overturned(
        |plan| plan.lie = Some(|receipt| receipt.output_root = Hash([7; 32])),
        |work| FraudProof::Result(work.traced(0, 0)),
    );
}

#[test]
fn a_false_fraud_proof() {
    let mut case = Case::new();
    let (batch, work) = case.committed(&[0, 1], |plan| plan.jobs = vec![&PIPELINE]);
    let place = Place {
        output: 0,
        row: 0,
        col: 0,
    };
    let mut bent = work.evidence(0, 3, place);
    bent.leaf.bytes[0] ^= 1;
    let proofs = [
        FraudProof::Element(work.evidence(0, 3, place)),
        FraudProof::Element(bent),
        FraudProof::Receipt(work.named(1)),
        FraudProof::Result(work.traced(1, 4)),
        FraudProof::OutputCount(work.traced(0, 1)),
    ];
    for proof in &proofs {
        refused(case.net.prove_fraud(batch, proof), "");
    }
    assert_eq!(case.moved(), super::NOTHING);
    let charge = case.charge(batch);
    case.net.settled_batch(batch, &work);
    assert_eq!(case.moved(), paid(charge));
    case.drained();
}

#[test]
fn two_fraud_proofs() {
    let mut case = Case::new();
    let (first, work) = case.committed(&[0], |plan| plan.jobs = vec![&LIE]);
    let (second, other) = case.committed(&[1], |plan| plan.jobs = vec![&LIE]);
    let charges = [case.charge(first), case.charge(second)];
    case.net.prove_fraud(first, &element(&work, 0)).unwrap();
    assert_eq!(case.moved(), overturned(charges[0]));
    // The other batch of a worker that is out is judged all the same: half of what is left
    // of its stake, and of its share in what is left of the bond.
    case.net.prove_fraud(second, &element(&other, 1)).unwrap();
    let (slashed, compensation) = (STAKE / 4, charges[1] / 10);
    let second = super::Money {
        owner: compensation,
        reporter: slashed / 10,
        worker_stake: -slashed,
        pool: slashed - slashed / 10 - compensation,
        bond: -(2 * BOND_SHARE - BOND_SHARE / 2) / 4,
        ..super::NOTHING
    };
    let both = and(overturned(charges[0]), second);
    assert_eq!(case.moved(), both);
    case.close();
    assert_eq!(case.moved(), and(both, returned()));
    case.drained();
}

#[test]
fn a_fraud_proof_after_the_settlement() {
    // One batch in a million is challenged: this one is not.
    let rare = |params: &mut compute_api::market::Params| {
        params.batches.challenge_one_in = 1_000_000;
    };
    let mut case = Case::with(Builder::default().with_market_params(rare));
    let (batch, work) = case.committed(&[0], |plan| plan.jobs = vec![&LIE]);
    let charge = case.charge(batch);
    case.net.drawn_batch(batch);
    assert_eq!(case.state(batch), BatchState::Cleared);
    case.net.end_window(batch);
    case.net.settle_batch(batch).unwrap();
    let proof = element(&work, 0);
    refused(case.net.prove_fraud(batch, &proof), "has not ended");
    // That is what a lie gains that nobody has looked for: docs/deterrence.md.
    assert_eq!(case.moved(), paid(charge));
    case.drained();
}

#[test]
fn a_fraud_proof_in_the_last_moment() {
    let rare = |params: &mut compute_api::market::Params| {
        params.batches.challenge_one_in = 1_000_000;
    };
    let mut case = Case::with(Builder::default().with_market_params(rare));
    let (batch, work) = case.committed(&[0], |plan| plan.jobs = vec![&LIE]);
    let charge = case.charge(batch);
    case.net.drawn_batch(batch);
    case.net.end_window(batch);
    case.net.prove_fraud(batch, &element(&work, 0)).unwrap();
    assert_eq!(case.moved(), overturned(charge));
}

#[test]
fn a_worker_that_unbonds_before_the_proof() {
    let mut case = Case::new();
    let (batch, work) = case.committed(&[0], |plan| plan.jobs = vec![&LIE]);
    let charge = case.charge(batch);
    // Owner, voter and issuer all know what comes.
    let (miner, voter) = (case.net.miners[0].clone(), case.net.account("voter"));
    let unbond = ExecuteMsg::Unbond {
        operator: miner.key.to_string(),
        amount: None,
    };
    case.net.votes(&miner.owner, &unbond).unwrap();
    case.net.unvote(&voter, &miner.key, None).unwrap();
    assert_eq!(case.net.staked(&miner.key).stake.u128(), 0);
    case.net.run(3_600);
    case.net.prove_fraud(batch, &element(&work, 0)).unwrap();
    assert_eq!(case.moved(), overturned(charge));
    assert_eq!(case.moved().bond, -BOND_SHARE / 2);
    case.drained();
}

#[test]
fn a_worker_that_leaves_its_issuer_before_the_proof() {
    let mut case = Case::new();
    let (batch, work) = case.committed(&[0], |plan| plan.jobs = vec![&LIE]);
    let charge = case.charge(batch);
    case.net.leave(0).unwrap();
    case.net.prove_fraud(batch, &element(&work, 0)).unwrap();
    assert_eq!(case.moved(), overturned(charge));
    case.drained();
}
