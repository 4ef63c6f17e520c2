//! Authorisations and leases that were never given, or not for this.

use compute_api::market::{Authoriser, BatchState};
use compute_proofs::opening::FraudProof;
use cosmwasm_std::Uint128;
use test_suite::{
    market::{Plan, SEEDED},
    network::{Builder, Network, defaults::DAY},
};

use super::{Case, NOTHING, and, overturned, paid, returned};
use crate::common::refused;

/// A batch that is refused, by which nobody has gained or lost anything.
#[track_caller]
fn is_refused(why: &str, change: impl FnOnce(&mut Plan)) {
    let mut case = Case::new();
    let work = case.net.work_with(case.order, 0, &[0], change);
    let done = case.net.commit_batch(&work);
    refused(done.map(|_| Default::default()), why);
    case.close();
    assert_eq!(case.moved(), returned());
    case.drained();
}

#[test]
fn an_expired_authorisation() {
    is_refused("no receipt of it would hold", |plan| {
        plan.expires = plan.commit_by - 1;
    });
}

#[test]
fn a_forged_authorisation() {
    is_refused("authorisation", |plan| plan.authoriser = 250);
}

#[test]
fn a_forged_lease() {
    is_refused("lease", |plan| plan.coordinator = 250);
}

#[test]
fn a_batch_that_its_worker_has_not_signed() {
    is_refused("batch", |plan| plan.worker = 250);
}

/// Within a batch nobody checks a grant until somebody looks.
#[test]
fn a_forged_grant_within_a_batch() {
    let forgeries: [fn(&mut Plan); 2] =
        [|plan| plan.authoriser = 250, |plan| plan.coordinator = 250];
    for forgery in forgeries {
        let mut case = Case::new();
        let mut work = case.net.work(case.order, 0, &[0, 1]);
        let forged = case.net.work_with(case.order, 0, &[0, 1], forgery);
        work.tasks[0] = forged.tasks[0].clone();
        let work = work.resigned(case.net.miners[0].signer, |_| ());
        let batch = case.net.commit_batch(&work).unwrap();
        let charge = case.charge(batch);
        let proof = FraudProof::Receipt(work.named(0));
        case.net.prove_fraud(batch, &proof).unwrap();
        assert_eq!(case.moved(), overturned(charge));
        case.close();
        assert_eq!(case.moved(), and(overturned(charge), returned()));
        case.drained();
    }
}

#[test]
fn a_replayed_authorisation() {
    let mut case = Case::new();
    let (batch, work) = case.committed(&[0], |_| ());
    let charge = case.charge(batch);
    // For another order of the same app's, coordinator and worker.
    let new = case.net.to_pay();
    let app = case.app.clone();
    let other = case.net.open_order(&app, super::PUT_IN, new).unwrap();
    let signed = Some(work.signed.clone());
    let replayed = case
        .net
        .work_with(other, 0, &[0], |plan| plan.signed = signed);
    let mut commit = replayed.commit();
    if let compute_api::market::ExecuteMsg::CommitBatch { order, .. } = &mut commit {
        *order = other;
    }
    refused(case.net.crankable(&commit), "signature");
    // And the same batch once more.
    refused(case.net.crankable(&work.commit()), "one place for a task");
    case.net.settled_batch(batch, &work);
    let put_in = i128::try_from(super::PUT_IN).unwrap();
    let opened = super::Money {
        owner: -put_in,
        market: put_in,
        ..NOTHING
    };
    assert_eq!(case.moved(), and(paid(charge), opened));
    case.drained();
}

#[test]
fn more_than_was_authorised() {
    is_refused("ops of the order", |plan| {
        plan.cum_ops = Some(SEEDED.run.header.cost - 1);
    });
}

#[test]
fn more_than_was_bought() {
    let mut case = Case::new();
    let opc = case.net.order(case.order).opc.u128();
    let bought = super::PUT_IN * opc / 1_000_000;
    let tasks = u64::try_from(bought / super::cost()).unwrap();
    let most: Vec<u64> = (0..tasks).collect();
    let (batch, work) = case.committed(&most, |_| ());
    let charge = case.charge(batch);
    let more = case.net.work(case.order, 1, &[tasks]);
    let done = case.net.commit_batch(&more);
    refused(done.map(|_| Default::default()), "ops of the order");
    case.net.settled_batch(batch, &work);
    assert_eq!(case.moved(), paid(charge));
    case.drained();
}

#[test]
fn over_the_daily_cap_of_an_api_key() {
    let cap = |tasks: u128| Uint128::new(tasks * super::cost() * 1_000_000 / 60_000 + tasks);
    let capped = |net: &Network| compute_api::market::NewOrder {
        authoriser: Authoriser::Coordinator { daily_cap: cap(2) },
        ..net.to_pay()
    };
    let mut case = Case::of(Builder::default(), capped);
    let (batch, work) = case.committed(&[0, 1], |_| ());
    let charge = case.charge(batch);
    let next = case.net.work(case.order, 0, &[2]);
    let done = case.net.commit_batch(&next);
    refused(done.map(|_| Default::default()), "daily cap");
    case.net.settled_batch(batch, &work);
    assert_eq!(case.moved(), paid(charge));
    // A day later there is room again, and no more than before.
    case.net.run(DAY);
    let (second, work) = case.committed(&[2, 3], |_| ());
    let all = charge + case.charge(second);
    let next = case.net.work(case.order, 0, &[4]);
    let done = case.net.commit_batch(&next);
    refused(done.map(|_| Default::default()), "daily cap");
    case.net.settled_batch(second, &work);
    assert_eq!(case.state(second), BatchState::Settled);
    let parts = and(paid(charge), paid(all - charge));
    assert_eq!(case.moved(), parts);
    case.drained();
}

#[test]
fn more_unsettled_than_the_stake_answers_for() {
    // Without its issuer's bond a miner stands for its own stake alone.
    let mut case = Case::new();
    case.net.leave(0).unwrap();
    let mut committed = Vec::new();
    let mut nonce = 0;
    let why = loop {
        let nonces: Vec<u64> = (nonce..nonce + 7).collect();
        nonce += 7;
        let app = case.app.clone();
        let new = case.net.to_pay();
        let order = case.net.open_order(&app, super::PUT_IN, new).unwrap();
        let work = case.net.work(order, 0, &nonces);
        match case.net.commit_batch(&work) {
            Ok(batch) => committed.push(batch),
            Err(error) => break error,
        }
    };
    refused(Err(why), "unsettled coins that the worker's stake allows");
    let all: i128 = committed.iter().map(|batch| case.charge(*batch)).sum();
    assert!(12 * all <= super::STAKE, "{all}");
    case.drained();
}
