//! Times: the last second before, and the first in which something can be.

use compute_api::{
    oracle::{CensusStage, Change, ExecuteMsg, Pausable},
    votes::{self, Fault},
};
use cosmwasm_std::{Decimal, Uint128};
use test_suite::network::{
    Builder, Network,
    defaults::{COIN, DAY, oracle_params, votes_params},
};

use crate::common::refused;

fn started() -> Network {
    let mut net = Network::new();
    net.start();
    net
}

#[test]
fn a_census_opens_within_twenty_seconds_and_an_hour_after_the_last() {
    let mut net = Builder::default()
        .with_params(|params| params.census.answer_within = 600)
        .build();
    net.start();
    let last = net.peg().last_census.unwrap().round_time;
    let next_from = net.census().next_from;
    assert_eq!(next_from, last + 3_600);
    // The slot whose round is the last before that is one too early, whenever.
    let slot = net.next_slot();
    let time = |net: &Network, slot| net.signer.network().time_of(net.round_of(slot));
    assert!(time(&net, slot) >= next_from && time(&net, slot - 1) < next_from);
    let early = time(&net, slot - 1);
    net.at(early);
    refused(net.open_slot(slot - 1), "opens from");
    // Nor before its round's time is it refused by the clock: the signature is not
    // there before. In its last second:
    let last = time(&net, slot) + 20;
    net.at(last);
    net.open_slot(slot).unwrap();
    assert_eq!(net.under_way().slot, slot);
}

#[test]
fn a_census_is_opened_too_late_one_second_after() {
    let mut net = started();
    let slot = net.next_slot();
    let time = net.signer.network().time_of(net.round_of(slot));
    net.at(time + 21);
    refused(net.open_slot(slot), "could be opened until");
}

#[test]
fn the_window_ends_and_the_seal_comes_in_time() {
    for (late, void) in [(60, false), (61, true)] {
        let mut net = started();
        net.open();
        net.commit(0, 9).unwrap();
        let CensusStage::Committing { until, seal_by } = net.under_way().stage else {
            panic!("open");
        };
        assert_eq!(seal_by, until + 60);
        net.at(until);
        refused(net.anyone(&ExecuteMsg::SealCensus {}), "sealed after");
        net.at(until + late);
        net.anyone(&ExecuteMsg::SealCensus {}).unwrap();
        assert_eq!(net.census().current.is_none(), void);
    }
}

#[test]
fn answers_come_in_time_or_in_blocks_whichever_is_longer() {
    let mut net = started();
    net.drawn_census(&[(0, 9), (1, 9), (2, 9)]);
    let CensusStage::Answering {
        until,
        until_height,
        ..
    } = net.under_way().stage
    else {
        panic!("drawn");
    };
    net.at(until);
    net.answer(0).unwrap();
    // The chain was slow: the time is over, the blocks are not.
    net.at(until + 1);
    net.answer(1).unwrap();
    refused(net.anyone(&ExecuteMsg::CloseCensus {}), "is closed after");
    let blocks = until_height - net.height();
    net.blocks(blocks);
    refused(net.anyone(&ExecuteMsg::CloseCensus {}), "is closed after");
    net.blocks(1);
    refused(net.answer(2), "was answered until");
    net.anyone(&ExecuteMsg::CloseCensus {}).unwrap();
}

#[test]
fn blocks_alone_do_not_end_the_time_to_answer() {
    let mut net = started();
    net.drawn_census(&[(0, 9)]);
    let CensusStage::Answering { until, .. } = net.under_way().stage else {
        panic!("drawn");
    };
    net.blocks(10_000);
    net.at(until);
    refused(net.anyone(&ExecuteMsg::CloseCensus {}), "is closed after");
    net.answer(0).unwrap();
    net.at(until + 1);
    net.anyone(&ExecuteMsg::CloseCensus {}).unwrap();
}

#[test]
fn a_commitment_backs_until_its_last_second() {
    let mut net = started();
    let holder = net.account("holder");
    net.commit_for(0, 2_000, 600).unwrap();
    let until = net.issuer(0).until;
    net.at(until - 1);
    // 2 000 ops for one second: 33 333 micro-coins, less the margin 31 746.
    refused(net.mint(0, &holder, 31_747), "by backing");
    net.mint(0, &holder, 31_746).unwrap();
    assert_eq!(net.issuer(0).short.u128(), 0);
    net.at(until);
    assert_eq!(net.issuer(0).effective.u128(), 0);
    assert_eq!(net.issuer(0).short.u128(), 31_746);
    refused(net.mint(0, &holder, 1), "by backing");
    net.flag(0).unwrap();
}

#[test]
fn changes_wait_for_the_timelock() {
    let mut net = started();
    let owner = net.owner.clone();
    let announced_at = net.now();
    let change = Change::Params(oracle_params());
    net.oracle(&owner, &ExecuteMsg::Announce { change })
        .unwrap();
    let change = votes::Change::Params(votes_params());
    net.votes(&owner, &votes::ExecuteMsg::Announce { change })
        .unwrap();
    let stranger = net.stranger.clone();
    net.at(announced_at + 3 * DAY - 1);
    refused(net.anyone(&ExecuteMsg::Apply { id: 1 }), "cannot be before");
    net.at(announced_at + 3 * DAY);
    net.anyone(&ExecuteMsg::Apply { id: 1 }).unwrap();
    refused(net.anyone(&ExecuteMsg::Apply { id: 1 }), "there is no");
    let apply = votes::ExecuteMsg::Apply { id: 1 };
    net.at(announced_at + 28 * DAY - 1);
    refused(net.votes(&stranger, &apply), "cannot be before");
    net.at(announced_at + 28 * DAY);
    net.votes(&stranger, &apply).unwrap();
}

#[test]
fn redeeming_is_paused_a_day_in_seven() {
    let mut net = started();
    let (holder, market) = (net.account("holder"), net.contracts.market.clone());
    net.mint(0, &holder, 10 * COIN).unwrap();
    net.transfer(&holder, &market, 10 * COIN).unwrap();
    let owner = net.owner.clone();
    let pause = |seconds| ExecuteMsg::Pause {
        what: Pausable::Redeem,
        seconds,
    };
    refused(net.oracle(&owner, &pause(DAY + 1)), "seconds is");
    refused(net.oracle(&owner, &pause(0)), "seconds is");
    let began = net.now();
    net.oracle(&owner, &pause(DAY)).unwrap();
    net.at(began + DAY - 1);
    refused(net.redeem(0, COIN), "redeem is paused");
    // Neither longer nor again, by whomever.
    let guardian = net.guardian.clone();
    refused(net.oracle(&guardian, &pause(1)), "another pause");
    net.at(began + DAY);
    net.redeem(0, COIN).unwrap();
    net.at(began + 7 * DAY - 1);
    refused(net.oracle(&owner, &pause(DAY)), "another pause");
    net.at(began + 7 * DAY);
    net.oracle(&owner, &pause(DAY)).unwrap();
    // Resumed early, the next one comes no sooner.
    let resume = ExecuteMsg::Resume {
        what: Pausable::Redeem,
    };
    net.oracle(&guardian, &resume).unwrap();
    net.redeem(0, COIN).unwrap();
    refused(net.oracle(&owner, &pause(1)), "another pause");
    assert_eq!(net.balance(&market), 8 * COIN);
}

#[test]
fn a_jail_lasts_to_the_second() {
    let mut net = started();
    let holder = net.account("holder");
    net.mint(0, &holder, 100 * COIN).unwrap();
    let miner = net.miners[0].clone();
    net.transfer(&holder, &miner.owner, 100 * COIN).unwrap();
    net.bond(&miner, 100 * COIN).unwrap();
    let fault = Fault::Unproven {
        batch: 1,
        amount: Uint128::zero(),
    };
    let began = net.now();
    net.fault(&miner.key, fault).unwrap();
    let operator = miner.key.to_string();
    let unjail = votes::ExecuteMsg::Unjail { operator };
    net.at(began + DAY - 1);
    refused(net.votes(&miner.owner, &unjail), "cannot be before");
    net.at(began + DAY);
    refused(net.votes(&miner.key, &unjail), "may not send this");
    net.votes(&miner.owner, &unjail).unwrap();
    assert_eq!(net.staked(&miner.key).jailed_until, None);
    assert_eq!(
        net.staked(&miner.key).active_stake.u128(),
        0,
        "98 of 100 coins"
    );
}

#[test]
fn a_commission_changes_once_a_day() {
    let mut net = started();
    let miner = net.miners[0].clone();
    let change = |percent| votes::ExecuteMsg::UpdateCommission {
        operator: miner.key.to_string(),
        rate: Decimal::percent(percent),
    };
    net.wait(DAY);
    let began = net.now();
    net.votes(&miner.owner, &change(12)).unwrap();
    net.at(began + DAY - 1);
    refused(net.votes(&miner.owner, &change(14)), "cannot be before");
    net.at(began + DAY);
    refused(net.votes(&miner.owner, &change(15)), "");
    net.votes(&miner.owner, &change(14)).unwrap();
    assert_eq!(net.staked(&miner.key).commission.rate, Decimal::percent(14));
}

#[test]
fn a_re_index_waits_for_its_veto_to_the_second() {
    let mut net = started();
    net.measure_times(10, &[(0, 40), (1, 40), (2, 40), (3, 40)]);
    net.anyone(&ExecuteMsg::ProposeReindex {}).unwrap();
    let ready_at = net.peg().reindex.unwrap().ready_at;
    assert_eq!(ready_at, net.now() + 3 * DAY);
    net.at(ready_at - 1);
    refused(net.anyone(&ExecuteMsg::ApplyReindex {}), "cannot be before");
    net.at(ready_at);
    net.anyone(&ExecuteMsg::ApplyReindex {}).unwrap();
    assert_eq!(net.opc(), 60_000, "from here it begins to rise");
    net.wait(144);
    assert_eq!(net.opc(), 60_001);
}

#[test]
fn a_bond_leaves_after_its_days_and_what_joins_it_waits_anew() {
    let mut net = started();
    let issuer = net.issuers[0].clone();
    let withdraw = |amount: u128| ExecuteMsg::WithdrawBond {
        amount: Uint128::new(amount),
    };
    let claim = ExecuteMsg::ClaimBond {};
    net.oracle(&issuer, &withdraw(1_000)).unwrap();
    net.wait(20 * DAY);
    let again = net.now();
    net.oracle(&issuer, &withdraw(500)).unwrap();
    net.at(again + 21 * DAY - 1);
    refused(net.oracle(&issuer, &claim), "cannot be before");
    net.at(again + 21 * DAY);
    net.oracle(&issuer, &claim).unwrap();
    assert_eq!(net.bank(&issuer), 1_500);
    refused(net.oracle(&issuer, &claim), "amount is 0");
}

#[test]
fn who_has_defaulted_assumes_nothing_for_a_horizon() {
    let mut net = started();
    let holder = net.account("holder");
    net.mint(0, &holder, 10 * COIN).unwrap();
    net.leave(0).unwrap();
    net.leave(1).unwrap();
    net.flag(0).unwrap();
    net.wait(7 * DAY + 1);
    net.default_issuer(0).unwrap();
    let defaulted_at = net.now();
    // It has capacity again, all proven and committed.
    let miner = net.add_miner("another", 1).unwrap();
    net.join(miner, 0).unwrap();
    net.measure_times(7, &[(miner, 9)]);
    net.commit_for(0, 1_000, 90 * DAY).unwrap();
    net.mint(0, &holder, COIN).unwrap();
    refused(net.assume(0, COIN), "has defaulted");
    net.at(defaulted_at + 30 * DAY - 7_200);
    net.measure(&[(miner, 9)]);
    net.at(defaulted_at + 30 * DAY - 1);
    refused(net.assume(0, COIN), "has defaulted");
    net.at(defaulted_at + 30 * DAY);
    net.assume(0, COIN).unwrap();
    assert_eq!(net.bank(&net.issuers[0].clone()), 1_000);
    assert_eq!(net.backing().orphan.u128(), 9 * COIN);
}
