//! Rounds that somebody would choose, know, or keep from coming.

use compute_api::market::{BatchState, ExecuteMsg, Params, SlotStage};
use compute_proofs::opening::is_challenged;
use test_suite::network::Builder;

use super::{Case, NOTHING, and, failed, paid, returned};
use crate::common::refused;

#[test]
fn grinding_by_delaying_the_commit() {
    let mut case = Case::new();
    let (batch, work) = case.committed(&[0], |_| ());
    let charge = case.charge(batch);
    let slot = case.net.batch(batch).slot;
    let ends_at = case.net.slot(slot).ends_at;
    // Up to the last moment of its slot a batch is drawn by a round that nobody knows.
    case.net.at(ends_at);
    let late = case.net.work(case.order, 1, &[1]);
    let second = case.net.commit_batch(&late).unwrap();
    assert_eq!(case.net.batch(second).slot, slot);
    case.net.at(ends_at + 1);
    case.net.crankable(&ExecuteMsg::SealSlot { slot }).unwrap();
    let SlotStage::Sealed { round, .. } = case.net.slot(slot).stage else {
        panic!()
    };
    let time = case.net.signer.network().time_of(round);
    assert!(time >= case.net.now() + 30, "it is still to come");
    // What comes later is of the next slot.
    let (third, _) = case.committed(&[2], |_| ());
    assert_eq!(case.net.batch(third).slot, slot + 1);
    case.net.draw_slot_of(batch).unwrap();
    case.net.prove_batch(batch, &work).unwrap();
    case.net.prove_batch(second, &late).unwrap();
    case.net.end_window(batch);
    case.net.settle_batch(batch).unwrap();
    assert_eq!(case.moved(), paid(charge));
    case.drained();
}

#[test]
fn a_seal_after_a_halted_chain() {
    let mut case = Case::new();
    let (batch, work) = case.committed(&[0], |_| ());
    let charge = case.charge(batch);
    let slot = case.net.batch(batch).slot;
    // Nobody seals for a day, since there is no block.
    case.net.wait(86_400);
    let seal = ExecuteMsg::SealSlot { slot };
    case.net.crankable(&seal).unwrap();
    // The first block's time may lag: no seal of it fixes a round.
    let _ = case.net.crankable(&seal);
    let stage = case.net.slot(slot).stage;
    assert!(
        matches!(stage, SlotStage::Open { late_at: Some(_) }),
        "{stage:?}"
    );
    case.net.wait(5);
    case.net.crankable(&seal).unwrap();
    assert_eq!(case.state(batch), BatchState::Sealed);
    case.net.draw_slot_of(batch).unwrap();
    case.net.prove_batch(batch, &work).unwrap();
    case.net.end_window(batch);
    case.net.settle_batch(batch).unwrap();
    // The halt has cost nobody anything.
    assert_eq!(case.moved(), paid(charge));
    case.drained();
}

#[test]
fn a_beacon_that_never_comes() {
    let mut case = Case::new();
    let (batch, _) = case.committed(&[0], |_| ());
    let slot = case.net.batch(batch).slot;
    case.net.seal_slot_of(batch).unwrap();
    while let SlotStage::Sealed { post_by, .. } = case.net.slot(slot).stage {
        case.net.pass((post_by.time, post_by.height));
        case.net.crankable(&ExecuteMsg::SealSlot { slot }).unwrap();
    }
    assert_eq!(case.net.slot(slot).stage, SlotStage::Void {});
    case.net.fail_batch(batch).unwrap();
    // Nobody is slashed, nobody is paid.
    assert_eq!(case.moved(), NOTHING);
    case.close();
    assert_eq!(case.moved(), returned());
    case.net.drain_market(false);
}

#[test]
fn an_unproven_batch() {
    let mut case = Case::new();
    let (batch, work) = case.committed(&[0], |_| ());
    case.net.drawn_batch(batch);
    let by = case.net.batch(batch).prove_by.unwrap();
    refused(case.net.fail_batch(batch), "");
    case.net.pass((by.time, by.height));
    case.net.fail_batch(batch).unwrap();
    refused(case.net.prove_batch(batch, &work), "has to be challenged");
    assert_eq!(case.moved(), failed());
    case.close();
    assert_eq!(case.moved(), and(failed(), returned()));
    case.drained();
}

/// A cheat that is drawn stays silent: it pays for all that are not.
#[test]
fn a_cheat_that_stays_silent_where_one_in_so_many_is_drawn() {
    const ONE_IN: u32 = 400;
    let rare = |params: &mut Params| params.batches.challenge_one_in = ONE_IN;
    let mut case = Case::with(Builder::default().with_market_params(rare));
    // The round that a batch of now is drawn by, if it is sealed at once: only this
    // suite, which holds the beacon's key, can know it.
    let network = case.net.signer.network();
    let round = network.round_at_or_after(case.net.now() + 600 + 1 + 30);
    let beacon = case.net.signer.randomness(round).unwrap();
    let work = (0..20_000)
        .map(|nonce| case.net.work(case.order, 0, &[nonce]))
        .find(|work| is_challenged(&work.context(), &beacon, ONE_IN).unwrap())
        .unwrap();
    let batch = case.net.commit_batch(&work).unwrap();
    let charge = case.charge(batch);
    assert_eq!(case.net.drawn_batch(batch), beacon);
    assert_eq!(case.state(batch), BatchState::Challenged);
    let by = case.net.batch(batch).prove_by.unwrap();
    case.net.pass((by.time, by.height));
    case.net.fail_batch(batch).unwrap();
    // In micro-coins, at a thousandth of the bond's denom for each.
    let lost = -case.moved().worker_stake - case.moved().bond * 1_000;
    let gained = i128::from(ONE_IN) * charge;
    assert!(lost >= gained, "{lost} lost for {gained}");
    // Which is more than the least.
    assert!(case.moved().worker_stake < failed().worker_stake);
    case.drained();
}

#[test]
fn an_opening_for_another_leaf() {
    let mut case = Case::new();
    let (batch, work) = case.committed(&[0, 1, 2], |_| ());
    let beacon = case.net.drawn_batch(batch);
    let mut openings = work.openings(&beacon, 4);
    // Another sample's, another beacon's.
    let swapped = openings[1].evidence.clone();
    let right = std::mem::replace(&mut openings[0].evidence, swapped);
    if right != openings[0].evidence {
        let prove = ExecuteMsg::ProveBatch {
            batch,
            openings: openings.clone(),
        };
        refused(case.net.crankable(&prove), "");
    }
    let prove = ExecuteMsg::ProveBatch {
        batch,
        openings: work.openings(&[9; 32], 4),
    };
    refused(case.net.crankable(&prove), "");
    // And not one of them counts: it fails.
    assert_eq!(case.net.batch(batch).opened, 0);
    let by = case.net.batch(batch).prove_by.unwrap();
    case.net.pass((by.time, by.height));
    case.net.fail_batch(batch).unwrap();
    assert_eq!(case.moved(), failed());
    case.drained();
}
