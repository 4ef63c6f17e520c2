//! Nothing, everything and more than there is; one moment too early and one too late.

use compute_api::market::{ExecuteMsg, Hook, Limit, Mode, NewOrder, Params};
use cosmwasm_std::Uint128;
use test_suite::network::{Builder, defaults::DAY};

use super::{Case, NOTHING, PUT_IN, and, failed, paid, returned};
use crate::common::refused;

#[test]
fn amounts_that_cannot_be() {
    let mut case = Case::new();
    let app = case.app.clone();
    let (pay, redeem) = (case.net.to_pay(), case.net.to_redeem(0, 0));
    for amount in [0, u128::MAX - 1, u128::MAX] {
        for new in [&pay, &redeem] {
            let hook = Hook::OpenOrder(new.clone());
            assert!(case.net.pay_market(&app, amount, &hook).is_err());
        }
        let top_up = Hook::TopUp { order: case.order };
        assert!(case.net.pay_market(&app, amount, &top_up).is_err());
    }
    let prices = [0, 1_000_001, u32::MAX];
    for price_bps in prices {
        let new = case.net.new_order(Mode::Pay { price_bps });
        assert!(case.net.open_order(&app, PUT_IN, new).is_err());
    }
    let issuer = case.net.issuers[0].to_string();
    for fee in [PUT_IN, PUT_IN + 1, u128::MAX] {
        let fee = Uint128::new(fee);
        let issuer = issuer.clone();
        let new = case.net.new_order(Mode::Redeem { issuer, fee });
        assert!(case.net.open_order(&app, PUT_IN, new).is_err());
    }
    let now = case.net.now();
    for expires in [0, now, now + 91 * DAY, u64::MAX] {
        let new = NewOrder {
            expires,
            ..pay.clone()
        };
        assert!(case.net.open_order(&app, PUT_IN, new).is_err());
    }
    for samples in [0, 65, u32::MAX] {
        let new = NewOrder {
            samples: Some(samples),
            ..pay.clone()
        };
        assert!(case.net.open_order(&app, PUT_IN, new).is_err());
    }
    assert_eq!(case.moved(), NOTHING);
    case.drained();
}

#[test]
fn ops_that_cannot_be() {
    let mut case = Case::new();
    for max in [u128::MAX, u128::MAX - 1] {
        // An authorisation can be for all there is; what was bought still bounds it.
        let work = case.net.work_with(case.order, 0, &[0], |plan| {
            plan.max_ops = Some(max);
            plan.cum_ops = Some(max);
        });
        let mut commit = work.commit();
        if let ExecuteMsg::CommitBatch { commitment, .. } = &mut commit {
            commitment.ops = Uint128::new(max);
        }
        assert!(case.net.crankable(&commit).is_err());
    }
    let (batch, work) = case.committed(&[u64::MAX - 1], |plan| {
        plan.cum_ops = Some(u128::MAX);
    });
    let charge = case.charge(batch);
    case.net.settled_batch(batch, &work);
    assert_eq!(case.moved(), paid(charge));
    for number in [0, 99, u64::MAX] {
        let messages = [
            ExecuteMsg::EndOrder { order: number },
            ExecuteMsg::CloseOrder { order: number },
            ExecuteMsg::SealSlot { slot: number },
            ExecuteMsg::DrawSlot { slot: number },
            ExecuteMsg::FailBatch { batch: number },
            ExecuteMsg::SettleBatch { batch: number },
        ];
        for msg in messages {
            assert!(case.net.crankable(&msg).is_err(), "{msg:?}");
        }
    }
    case.drained();
}

/// By its time and not a second later, by its height and not a block later.
#[test]
fn commits_at_the_edge_of_their_time() {
    let mut case = Case::new();
    let work = case.net.work(case.order, 0, &[0]);
    let late = case.net.work(case.order, 1, &[1]);
    let by = work.receipts.batch().commit_by;
    case.net.run(by - case.net.now());
    assert_eq!(case.net.now(), by);
    let batch = case.net.commit_batch(&work).unwrap();
    case.net.same_height_after(1);
    let done = case.net.commit_batch(&late);
    refused(
        done.map(|_| Default::default()),
        "was to be committed until",
    );
    let charge = case.charge(batch);
    case.net.settled_batch(batch, &work);
    assert_eq!(case.moved(), paid(charge));
    case.drained();
}

/// No message that a limit is for is taken at its time and height, and each is taken one
/// second and one block later.
#[test]
fn limits_need_time_and_blocks() {
    let mut case = Case::new();
    let (batch, _) = case.committed(&[0], |_| ());
    case.net.drawn_batch(batch);
    let by = case.net.batch(batch).prove_by.unwrap();
    // Enough time in too few blocks.
    case.net.at(by.time + 1);
    assert!(case.net.height() <= by.height);
    refused(case.net.fail_batch(batch), "");
    case.net.blocks(by.height - case.net.height());
    refused(case.net.fail_batch(batch), "");
    case.net.blocks(1);
    case.net.fail_batch(batch).unwrap();
    assert_eq!(case.moved(), failed());

    // Enough blocks in too little time.
    let mut case = Case::new();
    let (batch, work) = case.committed(&[0], |_| ());
    let charge = case.charge(batch);
    case.net.proven_batch(batch, &work);
    let open = case.net.batch(batch).open_until.unwrap();
    case.net.blocks(open.height + 1 - case.net.height());
    case.net.same_height_after(open.time - case.net.now());
    refused(case.net.settle_batch(batch), "");
    case.net.same_height_after(1);
    case.net.settle_batch(batch).unwrap();
    assert_eq!(case.moved(), paid(charge));
    case.drained();
}

/// The shortest limits that parameters can have: everything still has its end.
#[test]
fn the_shortest_times() {
    let one = Limit {
        seconds: 1,
        blocks: 1,
    };
    let short = move |params: &mut Params| {
        params.orders.commit_within = one;
        params.redemptions.slack = one;
        params.batches.slot = 1;
        params.batches.draw_after = 1;
        params.batches.late_after = 1;
        params.batches.post_within = one;
        params.batches.max_seals = 1;
        params.batches.prove_within = one;
        params.batches.window = one;
        params.demands.answer_within = one;
        params.demands.react_within = one;
    };
    let mut case = Case::with(Builder::default().with_market_params(short));
    let (batch, _) = case.committed(&[0], |_| ());
    case.close();
    case.net.drain_market(true);
    assert!(case.net.batch(batch).ended_at.is_some());
    let moved = case.moved();
    let expected = [returned(), and(failed(), returned())];
    assert!(expected.contains(&moved), "{moved}");
}
