//! What owners ask to see: kept from them, or asked for to do harm.

use compute_api::market::{Answer, BatchState, Target};
use compute_proofs::codec::Encode;
use test_suite::{market::answer_to, network::defaults::COIN};

use super::{Case, Money, NOTHING, and, failed, paid, returned};
use crate::common::refused;

const RECEIPT: Target = Target::Receipt { nonce: 0 };
const BOND: i128 = 1_000_000;

fn bonds(count: i128) -> Money {
    Money {
        owner: -count * BOND,
        market: count * BOND,
        ..NOTHING
    }
}

#[test]
fn withheld_data() {
    assert_eq!(BOND, i128::try_from(COIN).unwrap());
    let mut case = Case::new();
    let (batch, work) = case.committed(&[0], |_| ());
    case.net.proven_batch(batch, &work);
    case.net.demand(batch, RECEIPT).unwrap();
    assert_eq!(case.moved(), bonds(1));
    // Not even a proven batch settles while its owner waits.
    case.net.end_window(batch);
    refused(case.net.settle_batch(batch), "demands to be answered");
    case.net.fail_batch(batch).unwrap();
    // The bond is back, and the worker has paid.
    assert_eq!(case.moved(), failed());
    assert_eq!(case.state(batch), BatchState::Failed);
    case.close();
    assert_eq!(case.moved(), and(failed(), returned()));
    case.drained();
}

#[test]
fn demand_spam() {
    let mut case = Case::new();
    let (batch, work) = case.committed(&[0], |_| ());
    let charge = case.charge(batch);
    case.net.proven_batch(batch, &work);
    for demand in 1..=4 {
        case.net.demand(batch, RECEIPT).unwrap();
        let answer = answer_to(&work, &RECEIPT);
        case.net.answer_demand(batch, demand, answer).unwrap();
    }
    refused(case.net.demand(batch, RECEIPT), "no more are taken");
    // Each was the worker's bond to earn.
    let spent = Money {
        owner: -4 * BOND,
        worker_rewards: 4 * BOND,
        ..NOTHING
    };
    assert_eq!(case.moved(), spent);
    case.net.end_window(batch);
    case.net.settle_batch(batch).unwrap();
    assert_eq!(case.moved(), and(paid(charge), spent));
    case.drained();
}

#[test]
fn demands_of_what_nobody_has_claimed() {
    let mut case = Case::new();
    let (batch, work) = case.committed(&[0, 2], |_| ());
    let charge = case.charge(batch);
    case.net
        .demand(batch, Target::Receipt { nonce: 1 })
        .unwrap();
    case.net.answer_demand(batch, 1, work.unclaimed(1)).unwrap();
    // Another task's receipt is no answer.
    case.net.demand(batch, RECEIPT).unwrap();
    let other = Answer::Receipt {
        receipt: work.named(2).to_bytes().into(),
    };
    refused(case.net.answer_demand(batch, 2, other), "");
    let answer = answer_to(&work, &RECEIPT);
    case.net.answer_demand(batch, 2, answer).unwrap();
    let spent = Money {
        owner: -2 * BOND,
        worker_rewards: 2 * BOND,
        ..NOTHING
    };
    case.net.settled_batch(batch, &work);
    assert_eq!(case.moved(), and(paid(charge), spent));
    case.drained();
}

#[test]
fn a_demand_after_the_end() {
    let mut case = Case::new();
    let (batch, work) = case.committed(&[0], |_| ());
    let charge = case.charge(batch);
    case.net.settled_batch(batch, &work);
    refused(case.net.demand(batch, RECEIPT), "has not ended");
    assert_eq!(case.moved(), paid(charge));
    case.drained();
}
