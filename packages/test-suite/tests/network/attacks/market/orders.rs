//! Orders, redemptions and those who should serve them.

use compute_api::{
    market::{EndCause, ExecuteMsg, OrderState, QueryMsg, RedemptionQueueResponse},
    votes::Standing,
};
use test_suite::network::{Builder, Network, defaults::DAY};

use super::{Case, Money, NOTHING, PUT_IN, and, paid, returned};
use crate::common::refused;

const FEE: u128 = 3_000;

/// A redemption at the first issuer, with a fee.
fn redemption() -> Case {
    Case::of(Builder::default(), |net: &Network| net.to_redeem(0, FEE))
}

fn queue(case: &Case) -> RedemptionQueueResponse {
    case.net.ask_market(&QueryMsg::RedemptionQueue {
        issuer: case.net.issuers[0].to_string(),
        start_after: None,
        limit: None,
    })
}

fn call(case: &mut Case, order: u64, nonce: u64) {
    let call = case.net.work(order, 0, &[nonce]).call(nonce);
    case.net.crankable(&call).unwrap();
}

/// What a redemption of `burnt` micro-coins does, with so much of the fee.
fn redeemed(burnt: i128, fee: i128) -> Money {
    let coordinator = fee * 6_667 / 10_000;
    Money {
        coordinator_rewards: coordinator,
        pool: fee - coordinator,
        market: -burnt - fee,
        supply: -burnt,
        ..NOTHING
    }
}

#[test]
fn a_redemption_burns_what_is_delivered_and_no_more() {
    let mut case = redemption();
    let owed = case.net.issuer(0).outstanding;
    call(&mut case, 1, 1);
    let (batch, work) = case.committed(&[0, 1], |_| ());
    let charge = case.charge(batch);
    case.net.settled_batch(batch, &work);
    let order = case.net.order(1);
    let ops = (order.ops.used.u128(), order.ops.total.u128());
    let fee = i128::try_from(FEE * ops.0 / ops.1).unwrap();
    assert_eq!(case.moved(), redeemed(charge, fee));
    let burnt = owed - case.net.issuer(0).outstanding;
    assert_eq!(i128::try_from(burnt.u128()).unwrap(), charge);
    case.close();
    let left = i128::try_from(PUT_IN).unwrap() - charge - fee;
    let back = Money {
        owner: left,
        market: -left,
        ..NOTHING
    };
    assert_eq!(case.moved(), and(redeemed(charge, fee), back));
    case.drained();
}

#[test]
fn a_coordinator_that_withholds() {
    // It has leased the task, and then says nothing more, and leaves: authorisation,
    // lease and the worker's own signature are all that it takes.
    let mut case = Case::new();
    let work = case.net.work(case.order, 0, &[0]);
    let coordinator = case.net.coordinators[0].clone();
    let unbond = compute_api::votes::ExecuteMsg::Unbond {
        operator: coordinator.key.to_string(),
        amount: None,
    };
    case.net.votes(&coordinator.owner, &unbond).unwrap();
    assert_ne!(case.net.staked(&coordinator.key).standing, Standing::Active);
    let batch = case.net.commit_batch(&work).unwrap();
    let charge = case.charge(batch);
    case.net.settled_batch(batch, &work);
    assert_eq!(case.moved(), paid(charge));
    // No new order names it.
    let (app, new) = (case.app.clone(), case.net.to_pay());
    let done = case.net.open_order(&app, PUT_IN, new);
    refused(
        done.map(|_| Default::default()),
        "choose one that is active",
    );
    case.drained();
}

#[test]
fn an_issuer_that_never_serves() {
    let mut case = redemption();
    call(&mut case, 1, 3);
    let by = case.net.order(1).redemption.unwrap().call.unwrap().serve_by;
    case.net.at(by.time);
    refused(
        case.net.crankable(&ExecuteMsg::EndOrder { order: 1 }),
        "not served after",
    );
    case.net.pass((by.time, by.height));
    case.net
        .crankable(&ExecuteMsg::EndOrder { order: 1 })
        .unwrap();
    assert_eq!(case.net.order(1).end_cause, Some(EndCause::Late));
    let record = queue(&case).record;
    assert_eq!(record.late_calls, 1);
    assert_eq!(record.late_ops.u128(), 4 * super::cost());
    let closes = case.net.order(1).closes.unwrap();
    case.net.pass((closes.time, closes.height));
    case.net
        .crankable(&ExecuteMsg::CloseOrder { order: 1 })
        .unwrap();
    // Coins and fee are back, and still owed.
    assert_eq!(case.moved(), returned());
    case.drained();
}

#[test]
fn an_issuer_whose_capacity_vanishes() {
    let mut case = redemption();
    for miner in [0, 1] {
        case.net.leave(miner).unwrap();
    }
    case.net.measure(&[(2, 9), (3, 9)]);
    assert!(case.net.issuer(0).effective.is_zero());
    // No new redemption; the old one keeps the pace that it was opened with.
    let (app, new) = (case.app.clone(), case.net.to_redeem(0, 0));
    let done = case.net.open_order(&app, PUT_IN, new);
    refused(done.map(|_| Default::default()), "has no capacity");
    call(&mut case, 1, 0);
    let by = case.net.order(1).redemption.unwrap().call.unwrap().serve_by;
    assert!(by.time < case.net.now() + 2 * 3_600);
    case.net.pass((by.time, by.height));
    case.net
        .crankable(&ExecuteMsg::EndOrder { order: 1 })
        .unwrap();
    assert_eq!(queue(&case).record.late_calls, 1);
    case.close_ended();
    assert_eq!(case.moved(), returned());
    case.drained();
}

#[test]
fn empty_orders_in_front_of_the_queue() {
    let mut case = redemption();
    let stranger = case.net.stranger.clone();
    let voter = case.net.account("voter");
    case.net.transfer(&voter, &stranger, 900_000_000).unwrap();
    case.before = case.money();
    // A crowd of orders without any signed task.
    for _ in 0..9 {
        let new = case.net.to_redeem(0, 0);
        case.net.open_order(&stranger, PUT_IN, new).unwrap();
    }
    assert_eq!(queue(&case).queue, []);
    call(&mut case, 1, 0);
    let [first] = &queue(&case).queue[..] else {
        panic!()
    };
    assert_eq!((first.order, first.call.place), (1, 1));
    // Its deadline counts nothing of theirs.
    let rate = case.net.order(1).redemption.unwrap().rate.u128();
    let seconds = u64::try_from(super::cost().div_ceil(rate)).unwrap();
    assert_eq!(first.call.serve_by.time, case.net.now() + seconds + 3_600);
    let (batch, work) = case.committed(&[0], |_| ());
    let charge = case.charge(batch);
    case.net.settled_batch(batch, &work);
    assert_eq!(case.moved().supply, -charge);
    case.drained();
}

#[test]
fn an_order_cancelled_in_mid_batch() {
    let mut case = Case::new();
    let (batch, work) = case.committed(&[0], |_| ());
    let charge = case.charge(batch);
    let (app, order) = (case.app.clone(), case.order);
    let cancel = ExecuteMsg::CancelOrder { order };
    refused(case.net.crankable(&cancel), "does not own order");
    case.net.market(&app, &cancel).unwrap();
    // Work that is done can still be committed for a while.
    let late = case.net.work(order, 0, &[1]);
    let second = case.net.commit_batch(&late).unwrap();
    case.close_ended();
    // All but what both reserve is back.
    let all = charge + case.charge(second);
    let put_in = i128::try_from(PUT_IN).unwrap();
    assert_eq!(case.moved().owner, put_in - all);
    case.net.proven_batch(batch, &work);
    case.net.prove_batch(second, &late).unwrap();
    case.net.end_window(second);
    case.net.settle_batch(batch).unwrap();
    case.net.settle_batch(second).unwrap();
    let back = Money {
        owner: put_in - all,
        market: all - put_in,
        ..NOTHING
    };
    let parts = and(paid(charge), paid(all - charge));
    assert_eq!(case.moved(), and(parts, back));
    case.drained();
}

#[test]
fn an_order_that_expires_in_mid_batch() {
    let mut case = Case::new();
    let expires = case.net.order(case.order).expires;
    case.net.at(expires - 100);
    let (batch, work) = case.committed(&[0], |_| ());
    let charge = case.charge(batch);
    case.close();
    assert_eq!(case.net.order(case.order).state, OrderState::Closed);
    let more = case.net.work(case.order, 0, &[1]);
    let done = case.net.commit_batch(&more);
    refused(done.map(|_| Default::default()), "open or ending");
    case.net.settled_batch(batch, &work);
    let put_in = i128::try_from(PUT_IN).unwrap();
    let back = Money {
        owner: put_in - charge,
        market: charge - put_in,
        ..NOTHING
    };
    assert_eq!(case.moved(), and(paid(charge), back));
    case.drained();
}

#[test]
fn a_failed_batch_of_a_closed_order_pays_its_owner_back() {
    let mut case = Case::new();
    let expires = case.net.order(case.order).expires;
    case.net.at(expires - 100);
    let (batch, _) = case.committed(&[0], |_| ());
    case.close();
    case.net.drawn_batch(batch);
    let by = case.net.batch(batch).prove_by.unwrap();
    case.net.pass((by.time, by.height));
    case.net.fail_batch(batch).unwrap();
    assert_eq!(case.moved(), and(super::failed(), returned()));
    case.drained();
}

#[test]
fn more_redeemed_than_an_issuer_owes() {
    let mut case = redemption();
    let owed = case.net.issuer(0).outstanding.u128();
    let voter = case.net.account("voter");
    let there = case.net.balance(&voter);
    // Another issuer's coins are as good, up to what this one owes.
    case.net.mint(1, &voter, owed).unwrap();
    assert!(case.net.balance(&voter) > there);
    let room = owed - (PUT_IN - FEE);
    let new = case.net.to_redeem(0, 0);
    let done = case.net.open_order(&voter, room + 1, new.clone());
    refused(
        done.map(|_| Default::default()),
        "no open redemption has claimed",
    );
    case.net.open_order(&voter, room, new.clone()).unwrap();
    let done = case.net.open_order(&voter, 1_000, new);
    refused(
        done.map(|_| Default::default()),
        "no open redemption has claimed",
    );
    case.drained();
}

#[test]
fn redeeming_that_is_paused_waits_and_is_not_lost() {
    let mut case = redemption();
    call(&mut case, 1, 0);
    let (batch, work) = case.committed(&[0], |_| ());
    let charge = case.charge(batch);
    case.net.proven_batch(batch, &work);
    case.net.end_window(batch);
    let guardian = case.net.guardian.clone();
    let pause = compute_api::oracle::ExecuteMsg::Pause {
        what: compute_api::oracle::Pausable::Redeem,
        seconds: DAY,
    };
    case.net.oracle(&guardian, &pause).unwrap();
    refused(case.net.settle_batch(batch), "paused");
    case.net.run(DAY + 1);
    case.net.settle_batch(batch).unwrap();
    assert_eq!(case.moved().supply, -charge);
    case.drained();
}
