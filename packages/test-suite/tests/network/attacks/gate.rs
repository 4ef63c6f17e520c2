//! The gate: coins without capacity, census or bond behind them.

use compute_api::oracle::{
    Change, ExecuteMsg, MintAllowanceResponse, MintLimit, Pausable, QueryMsg,
};
use cosmwasm_std::Uint128;
use test_suite::network::{
    Builder, Network,
    defaults::{COIN, DAY, oracle_params},
};

use crate::common::refused;

/// What 2 000 ops per second for 30 days allow at 60 000 ops a coin and 5 % margin.
const FULL: u128 = 82_285_714_285;

fn allowance(net: &Network, issuer: usize) -> (u128, MintLimit) {
    let issuer = net.issuers[issuer].to_string();
    let answer: MintAllowanceResponse = net.ask(&QueryMsg::MintAllowance { issuer });
    (answer.amount.u128(), answer.limited_by)
}

#[test]
fn a_future_commitment_counts_no_further_than_the_horizon() {
    let mut net = Network::new();
    net.start();
    let holder = net.account("holder");
    // For ten years, and for more than is proven.
    net.commit_for(0, 2_000, 3_650 * DAY).unwrap();
    assert_eq!(allowance(&net, 0), (FULL, MintLimit::Backing));
    net.commit_for(0, u128::MAX, 3_650 * DAY).unwrap();
    assert_eq!(net.issuer(0).effective.u128(), 2_048);
    let proven = 2_048 * 2_592_000 * 1_000_000 * 10_000 / (60_000 * 10_500);
    assert_eq!(allowance(&net, 0), (proven, MintLimit::Backing));
    // What is over counts for nothing, and what has not begun cannot be said.
    let now = net.now();
    let past = ExecuteMsg::Commit {
        rate: Uint128::new(2_000),
        until: now,
    };
    refused(net.oracle(&net.issuers[0].clone(), &past), "until is");
    let beyond = ExecuteMsg::Commit {
        rate: Uint128::new(2_000),
        until: u64::MAX,
    };
    refused(net.oracle(&net.issuers[0].clone(), &beyond), "until is");
    refused(net.mint(0, &holder, proven + 1), "by backing");
    net.mint(0, &holder, proven).unwrap();
    assert_eq!(net.balance(&holder), proven);
}

#[test]
fn a_doubled_commitment_stands_in_place_of_the_first() {
    let mut net = Network::new();
    net.start();
    let holder = net.account("holder");
    net.commit_for(0, 2_000, 60 * DAY).unwrap();
    net.commit_for(0, 2_000, 60 * DAY).unwrap();
    assert_eq!(allowance(&net, 0).0, FULL);
    net.mint(0, &holder, FULL).unwrap();
    // The same again, and more of it, lets nothing more through.
    net.commit_for(0, 2_000, 90 * DAY).unwrap();
    refused(net.mint(0, &holder, 1), "by backing");
    // And less is refused, since that would leave it short.
    refused(net.commit_for(0, 1_900, 90 * DAY), "would not");
    refused(net.commit_for(0, 2_000, 20 * DAY), "would not");
    assert_eq!(net.balance(&holder), FULL);
    assert_eq!(net.issuer(0).short.u128(), 0);
}

#[test]
fn an_operator_does_not_count_for_two_issuers() {
    let mut net = Network::new();
    net.start();
    let holder = net.account("holder");
    net.mint(0, &holder, 40_000 * COIN).unwrap();
    // It leaves, and its issuer has less at once.
    net.leave(0).unwrap();
    assert_eq!(net.issuer(0).proven.u128(), 1_024);
    let key = net.miners[0].key.clone();
    let operator = key.to_string();
    let (first, second) = (net.issuers[0].clone(), net.issuers[1].clone());
    let invite = ExecuteMsg::InviteOperator { operator };
    net.oracle(&second, &invite).unwrap();
    let join = ExecuteMsg::JoinIssuer {
        issuer: second.to_string(),
    };
    let left_at = net.now();
    refused(net.oracle(&key, &join), "can join one from");
    // Nor does it count in the next census: it may not even take part, since it has
    // no issuer and no bond.
    net.open();
    refused(net.commit(0, 9), "counts for nobody");
    net.commit(1, 9).unwrap();
    net.commit(2, 9).unwrap();
    net.commit(3, 9).unwrap();
    net.seal().unwrap();
    net.draw().unwrap();
    for miner in 1..4 {
        net.answer(miner).unwrap();
    }
    net.close().unwrap();
    assert_eq!(net.issuer(1).proven.u128(), 2_048);
    // The first horizon's last second, then the first after it.
    net.at(left_at + 30 * DAY - 1);
    refused(net.oracle(&key, &join), "can join one from");
    net.at(left_at + 30 * DAY);
    net.oracle(&key, &join).unwrap();
    assert_eq!(
        net.issuer(1).proven.u128(),
        2_048,
        "from its next answer on"
    );
    // Back to the first it cannot go either: it has to leave, and wait.
    let operator = key.to_string();
    let invite = ExecuteMsg::InviteOperator { operator };
    net.oracle(&first, &invite).unwrap();
    let join = ExecuteMsg::JoinIssuer {
        issuer: first.to_string(),
    };
    refused(net.oracle(&key, &join), "leave it first");
    // All that was minted is still in one place, and owed by one issuer.
    assert_eq!(net.balance(&holder), 40_000 * COIN);
    assert_eq!(net.issuer(0).outstanding.u128(), 40_000 * COIN);
}

#[test]
fn hopping_leaves_the_first_issuer_short_and_public() {
    let mut net = Network::new();
    net.start();
    let holder = net.account("holder");
    net.mint(0, &holder, FULL).unwrap();
    net.leave(0).unwrap();
    let backing = net.issuer(0);
    // 1 024 ops per second for 30 days are 44 236.8 coins.
    assert_eq!(backing.short.u128(), FULL - 44_236_800_000);
    refused(net.mint(0, &holder, 1), "by backing");
    net.flag(0).unwrap();
    assert_eq!(net.balance(&holder), FULL);
}

#[test]
fn without_a_census_nothing_is_minted() {
    let mut net = Network::new();
    let holder = net.account("holder");
    for issuer in 0..2 {
        net.post_bond(issuer, 100_000_000).unwrap();
        net.commit_for(issuer, 2_000, 60 * DAY).unwrap();
    }
    refused(net.mint(0, &holder, 1), "no census has closed");
    assert_eq!(allowance(&net, 0), (0, MintLimit::StaleCensus));
    // One census alone proves nothing: it has none to compare with.
    net.measure(&[(0, 9), (1, 9)]);
    refused(net.mint(0, &holder, 1), "by backing");
    net.measure(&[(0, 9), (1, 9)]);
    net.mint(0, &holder, 1).unwrap();
    // Who took no part has nothing.
    refused(net.mint(1, &holder, 1), "by backing");
    assert_eq!(net.supply().supply.u128(), 1);
}

#[test]
fn a_stale_census_closes_the_gate() {
    let mut net = Network::new();
    net.start();
    let holder = net.account("holder");
    let round_time = net.peg().last_census.unwrap().round_time;
    net.at(round_time + 2 * DAY);
    net.mint(0, &holder, COIN).unwrap();
    net.at(round_time + 2 * DAY + 1);
    refused(
        net.mint(0, &holder, COIN),
        "no census has closed whose round",
    );
    assert_eq!(allowance(&net, 0), (0, MintLimit::StaleCensus));
    // A void one does not open it again.
    net.open();
    net.commit(0, 9).unwrap();
    net.wait(600);
    net.anyone(&ExecuteMsg::SealCensus {}).unwrap();
    refused(
        net.mint(0, &holder, COIN),
        "no census has closed whose round",
    );
    net.measure(&[(0, 9), (1, 9), (2, 9), (3, 9)]);
    net.mint(0, &holder, COIN).unwrap();
    assert_eq!(net.balance(&holder), 2 * COIN);
}

#[test]
fn a_census_that_is_not_closed_backs_nothing() {
    let mut net = Network::new();
    net.start();
    // Ten times as much, in a census under way.
    net.drawn_census(&[(0, 90), (1, 90)]);
    net.answer(0).unwrap();
    net.answer(1).unwrap();
    net.commit_for(0, 1_000_000, 60 * DAY).unwrap();
    assert_eq!(net.issuer(0).proven.u128(), 2_048);
    // Issuer 1's miners are absent, and still count until it closes.
    assert_eq!(net.issuer(1).proven.u128(), 2_048);
    net.close().unwrap();
    // Capacity that is new has to be shown twice.
    assert_eq!(net.issuer(0).proven.u128(), 2_048);
    assert_eq!(net.issuer(1).proven.u128(), 0);
    let holder = net.account("holder");
    refused(net.mint(1, &holder, 1), "by backing");
    assert_eq!(net.balance(&holder), 0);
}

#[test]
fn a_pause_stops_mints_and_only_for_a_while() {
    let mut net = Network::new();
    net.start();
    let holder = net.account("holder");
    net.mint(0, &holder, 10 * COIN).unwrap();
    let guardian = net.guardian.clone();
    let pause = |seconds| ExecuteMsg::Pause {
        what: Pausable::Mint,
        seconds,
    };
    refused(net.oracle(&guardian, &pause(7 * DAY + 1)), "seconds is");
    net.oracle(&guardian, &pause(DAY)).unwrap();
    refused(net.mint(0, &holder, COIN), "mint is paused until");
    assert_eq!(allowance(&net, 0), (0, MintLimit::Paused));
    // Coins that exist move as ever, and are redeemed.
    let market = net.contracts.market.clone();
    net.transfer(&holder, &market, 5 * COIN).unwrap();
    net.redeem(0, 5 * COIN).unwrap();
    net.wait(DAY - 1);
    refused(net.mint(0, &holder, COIN), "mint is paused until");
    net.wait(1);
    net.mint(0, &holder, COIN).unwrap();
    assert_eq!(net.balance(&holder), 6 * COIN);
    assert_eq!(net.issuer(0).outstanding.u128(), 6 * COIN);
}

#[test]
fn the_period_limits_all_issuers_together() {
    let limit = 1_000 * COIN;
    let mut net = Builder::default()
        .with_params(|params| params.reserve.mint_limit = Uint128::new(limit))
        .build();
    net.start();
    let holder = net.account("holder");
    net.mint(0, &holder, 600 * COIN).unwrap();
    refused(net.mint(1, &holder, 400 * COIN + 1), "in a period");
    net.mint(1, &holder, 400 * COIN).unwrap();
    refused(net.mint(0, &holder, 1), "in a period");
    // It leaks: 1 000 coins a day.
    net.wait(DAY / 10);
    refused(net.mint(0, &holder, 100 * COIN + 1), "in a period");
    net.mint(0, &holder, 100 * COIN).unwrap();
    assert_eq!(net.balance(&holder), 1_100 * COIN);
}

#[test]
fn the_bond_bounds_what_is_owed_and_cannot_leave_under_it() {
    let mut net = Network::new();
    net.start();
    let holder = net.account("holder");
    let issuer = net.issuers[0].clone();
    let withdraw = |amount: u128| ExecuteMsg::WithdrawBond {
        amount: Uint128::new(amount),
    };
    // 1 000 units for a coin: 60 000 coins' worth stay.
    net.oracle(&issuer, &withdraw(40_000_000)).unwrap();
    assert_eq!(allowance(&net, 0), (60_000 * COIN, MintLimit::Bond));
    refused(net.mint(0, &holder, 60_000 * COIN + 1), "by bond");
    net.mint(0, &holder, 60_000 * COIN - 1).unwrap();
    // What a micro-coin asks for is rounded up.
    refused(net.oracle(&issuer, &withdraw(1)), "ask for a bond");
    net.wait(21 * DAY);
    let holds = net.bank(&net.contracts.oracle.clone());
    net.measure(&[(0, 9), (1, 9)]);
    net.oracle(&issuer, &ExecuteMsg::ClaimBond {}).unwrap();
    assert_eq!(net.bank(&issuer), 40_000_000);
    assert_eq!(net.bank(&net.contracts.oracle.clone()), holds - 40_000_000);
}

#[test]
fn a_dearer_bond_closes_the_gate_for_who_has_too_little() {
    let mut net = Network::new();
    net.start();
    let holder = net.account("holder");
    net.mint(0, &holder, 50_000 * COIN).unwrap();
    let mut params = oracle_params();
    params.reserve.bond_per_coin.amount = Uint128::new(2_001);
    let owner = net.owner.clone();
    let change = Change::Params(params);
    net.oracle(&owner, &ExecuteMsg::Announce { change })
        .unwrap();
    refused(net.anyone(&ExecuteMsg::Apply { id: 1 }), "cannot be before");
    net.wait(3 * DAY);
    net.anyone(&ExecuteMsg::Apply { id: 1 }).unwrap();
    net.measure(&[(0, 9), (1, 9), (2, 9), (3, 9)]);
    // 100 000 000 / 2 001 are fewer than it owes.
    assert_eq!(net.issuer(0).bond_cap.u128(), 49_975_012_493);
    refused(net.mint(0, &holder, 1), "by bond");
    // It is not short for that: the compute is there.
    assert_eq!(net.issuer(0).short.u128(), 0);
    assert_eq!(net.balance(&holder), 50_000 * COIN);
}

#[test]
fn a_bond_asked_back_before_it_is_dearer_stays_as_far_as_it_is_needed() {
    let mut net = Network::new();
    net.start();
    net.commit_for(0, 2_000, 90 * DAY).unwrap();
    let (holder, issuer, owner) = (
        net.account("holder"),
        net.issuers[0].clone(),
        net.owner.clone(),
    );
    net.mint(0, &holder, 50_000 * COIN).unwrap();
    let withdraw = ExecuteMsg::WithdrawBond {
        amount: Uint128::new(50_000_000),
    };
    net.oracle(&issuer, &withdraw).unwrap();
    let mut params = oracle_params();
    params.reserve.bond_per_coin.amount = Uint128::new(1_100);
    let change = Change::Params(params);
    net.oracle(&owner, &ExecuteMsg::Announce { change })
        .unwrap();
    net.wait(21 * DAY);
    net.anyone(&ExecuteMsg::Apply { id: 1 }).unwrap();
    let claim = ExecuteMsg::ClaimBond {};
    refused(net.oracle(&issuer, &claim), "ask for a bond of 55000000");
    // It posts what is missing, and has the rest.
    net.post_bond(0, 5_000_000).unwrap();
    net.oracle(&issuer, &claim).unwrap();
    assert_eq!(net.bank(&issuer), 50_000_000);
    assert_eq!(net.issuer(0).bond.u128(), 55_000_000);
}

#[test]
fn a_vetoed_re_index_changes_no_mint() {
    let mut net = Network::new();
    net.start();
    let holder = net.account("holder");
    net.measure_times(10, &[(0, 20), (1, 20), (2, 20), (3, 20)]);
    let before = allowance(&net, 0);
    net.anyone(&ExecuteMsg::ProposeReindex {}).unwrap();
    assert_eq!(
        allowance(&net, 0),
        before,
        "proposed, it changes nothing yet"
    );
    let guardian = net.guardian.clone();
    net.oracle(&guardian, &ExecuteMsg::VetoReindex {}).unwrap();
    assert_eq!((net.opc(), net.peg().target.u128()), (60_000, 60_000));
    net.mint(0, &holder, before.0).unwrap();
    refused(net.mint(0, &holder, 1), "by backing");
    assert_eq!(net.balance(&holder), FULL);
}
