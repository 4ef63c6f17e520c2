//! One task, counted more than once.

use compute_api::{
    market::{BatchState, ExecuteMsg},
    votes::Standing,
};
use compute_proofs::receipt::Receipts;
use cosmwasm_std::HexBinary;
use test_suite::{
    fixtures::sign,
    market::{Plan, Work},
};

use super::{Case, Money, NOTHING, and, failed, paid, returned};
use crate::common::refused;

#[test]
fn a_receipt_counted_twice_in_a_batch() {
    let mut case = Case::new();
    let work = case.net.work(case.order, 0, &[0, 1]);
    // There is one place for a task: no tree has two receipts of one.
    let once = work.receipts.prove(0).unwrap().receipt;
    let twice = vec![once, once];
    assert!(Receipts::new(twice, work.receipts.batch().commit_by).is_err());
    // And ops that no receipts add up to cannot be opened.
    let mut batch = work.receipts.batch();
    batch.ops += super::cost();
    let more = |plan: &mut Plan| plan.cum_ops = Some(batch.ops);
    let work = case.net.work_with(case.order, 0, &[0, 1], more);
    batch.root = work.receipts.batch().root;
    let message = batch.message(&work.signed.context(), work.worker.as_str());
    let mut commit = work.commit();
    if let ExecuteMsg::CommitBatch {
        commitment,
        signature,
        ..
    } = &mut commit
    {
        commitment.ops = batch.ops.into();
        *signature = HexBinary::from(sign(case.net.miners[0].signer, &message));
    }
    case.net.crankable(&commit).unwrap();
    let number = case.net.last_batch();
    case.net.drawn_batch(number);
    refused(case.net.prove_batch(number, &work), "");
    let by = case.net.batch(number).prove_by.unwrap();
    case.net.pass((by.time, by.height));
    case.net.fail_batch(number).unwrap();
    assert_eq!(case.moved(), failed());
    case.close();
    assert_eq!(case.moved(), and(failed(), returned()));
    case.drained();
}

#[test]
fn a_receipt_counted_in_two_batches() {
    let mut case = Case::new();
    let (batch, work) = case.committed(&[0, 1], |_| ());
    let charge = case.charge(batch);
    for nonces in [&[1][..], &[0], &[1, 2]] {
        let again = case.net.work(case.order, 0, nonces);
        let done = case.net.commit_batch(&again);
        refused(done.map(|_| Default::default()), "has one place for a task");
    }
    case.net.settled_batch(batch, &work);
    // Not even now.
    let again = case.net.work(case.order, 0, &[1]);
    let done = case.net.commit_batch(&again);
    refused(done.map(|_| Default::default()), "has one place for a task");
    assert_eq!(case.moved(), paid(charge));
    case.drained();
}

/// Two workers' batches of one task, by attempts.
fn claimed(attempts: [u32; 2]) -> (Case, [(u64, Work); 2]) {
    let mut case = Case::new();
    let works = [0, 1].map(|worker| {
        let work = case.net.work_with(case.order, worker, &[5], |plan| {
            plan.attempt = attempts[worker];
        });
        let batch = case.net.commit_batch(&work).unwrap();
        case.net.wait(5);
        (batch, work)
    });
    (case, works)
}

fn resolve(case: &mut Case, works: &[(u64, Work); 2]) {
    let [first, second] = works;
    let msg = ExecuteMsg::ResolveClaims {
        first: first.1.claim(first.0, 5, false),
        second: second.1.claim(second.0, 5, false),
    };
    case.net.crankable(&msg).unwrap();
}

/// Both are proven, the void is decided, and both settle.
fn settle(case: &mut Case, works: &[(u64, Work); 2], void: u64) {
    case.net.drawn_batch(works[0].0);
    for (batch, work) in works {
        case.net.prove_batch(*batch, work).unwrap();
    }
    case.net.end_window(works[1].0);
    let decide = ExecuteMsg::DecideVoid {
        batch: void,
        nonce: 5,
    };
    case.net.crankable(&decide).unwrap();
    for (batch, _) in works {
        case.net.settle_batch(*batch).unwrap();
    }
}

#[test]
fn a_receipt_counted_by_two_workers() {
    let (mut case, works) = claimed([0, 1]);
    let charge = case.charge(works[0].0);
    resolve(&mut case, &works);
    settle(&mut case, &works, works[0].0);
    // The later attempt is paid, the earlier is not, nobody is slashed.
    let expected = Money {
        worker_rewards: 0,
        ..paid(charge)
    };
    assert_eq!(case.moved(), expected);
    let second = case.net.miners[1].key.clone();
    let of_second = case.net.money(&case.app, &second, &second).worker_rewards;
    assert_eq!(of_second, paid(charge).worker_rewards);
    assert_eq!(case.state(works[0].0), BatchState::Settled);
    case.drained();
}

#[test]
fn a_coordinator_that_leases_one_attempt_twice() {
    let (mut case, works) = claimed([3, 3]);
    let charge = case.charge(works[0].0);
    resolve(&mut case, &works);
    let coordinator = case.net.coordinators[0].key.clone();
    assert_eq!(case.net.staked(&coordinator).standing, Standing::Jailed);
    settle(&mut case, &works, works[1].0);
    // The first claim is paid; the coordinator has lost a fiftieth, a tenth of that to
    // whoever has shown it. It is paid for the task all the same.
    let slashed = super::STAKE / 50;
    let fault = Money {
        reporter: slashed / 10,
        coordinator_stake: -slashed,
        pool: slashed - slashed / 10,
        ..NOTHING
    };
    assert_eq!(case.moved(), and(paid(charge), fault));
    case.drained();
}
