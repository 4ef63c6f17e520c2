//! Stakes: slashes that somebody would escape, and dust that somebody would use.

use compute_api::votes::{
    ExecuteMsg, Fault, Hook, Kind, Payment, SlashableResponse, Standing, UnbondingResponse,
};
use cosmwasm_std::{Addr, Uint128};
use test_suite::network::{
    Builder, Network,
    defaults::{COIN, DAY},
};

use crate::common::refused;

/// Miners 0 and 1 are bonded with 100 coins each, and `voter` has 1 000 coins.
fn bonded() -> (Network, Addr) {
    let mut net = Network::new();
    net.start();
    let voter = net.account("voter");
    net.mint(0, &voter, 1_200 * COIN).unwrap();
    for miner in [0, 1] {
        let operator = net.miners[miner].clone();
        net.transfer(&voter, &operator.owner, 100 * COIN).unwrap();
        net.bond(&operator, 100 * COIN).unwrap();
    }
    (net, voter)
}

fn keys(net: &Network) -> (Addr, Addr) {
    (net.miners[0].key.clone(), net.miners[1].key.clone())
}

fn waits(net: &Network, voter: &Addr) -> UnbondingResponse {
    net.ask_votes(&compute_api::votes::QueryMsg::Unbonding {
        voter: voter.to_string(),
        start_after: None,
        limit: None,
    })
}

fn slashable(net: &Network, key: &Addr) -> u128 {
    let answer: SlashableResponse = net.ask_votes(&compute_api::votes::QueryMsg::Slashable {
        operator: key.to_string(),
    });
    answer.stake.u128()
}

const CLAIM: ExecuteMsg = ExecuteMsg::Claim { limit: None };

#[test]
fn who_unbonds_before_the_proof_is_slashed_all_the_same() {
    let (mut net, voter) = bonded();
    let (key, _) = keys(&net);
    net.vote(&voter, &key, 400 * COIN).unwrap();
    // Both know what is coming: the voter leaves, and so does the owner.
    net.unvote(&voter, &key, None).unwrap();
    let owner = net.miners[0].owner.clone();
    let unbond = ExecuteMsg::Unbond {
        operator: key.to_string(),
        amount: None,
    };
    net.votes(&owner, &unbond).unwrap();
    assert_eq!(net.staked(&key).stake.u128(), 0);
    net.wait(20 * DAY);
    net.fault(&key, Fault::Fraud { batch: 1 }).unwrap();
    // Half of the 500 that wait is in the protection pool.
    assert_eq!(net.protection(), 250 * COIN);
    let free_at = waits(&net, &voter).unbonding[0].free_at;
    net.at(free_at - 1);
    refused(net.votes(&voter, &CLAIM), "waited long enough");
    net.at(free_at);
    // Free is free: a later proof reaches nothing.
    net.fault(&key, Fault::Fraud { batch: 2 }).unwrap();
    net.votes(&voter, &CLAIM).unwrap();
    net.votes(&owner, &CLAIM).unwrap();
    assert_eq!(net.balance(&voter), 600 * COIN + 200 * COIN);
    assert_eq!(net.balance(&owner), 50 * COIN);
    assert_eq!(net.protection(), 250 * COIN);
    assert_eq!(net.balance(&net.contracts.votes.clone()), 350 * COIN);
}

#[test]
fn who_revotes_before_the_proof_owes_it() {
    let (mut net, voter) = bonded();
    let (key, other) = keys(&net);
    net.vote(&voter, &key, 400 * COIN).unwrap();
    net.revote(&voter, &key, &other, None).unwrap();
    // What may owe counts as slashable for nobody.
    assert_eq!(net.staked(&other).stake.u128(), 500 * COIN);
    assert_eq!(slashable(&net, &other), 100 * COIN);
    net.fault(&key, Fault::Fraud { batch: 1 }).unwrap();
    assert_eq!(net.protection(), 50 * COIN, "the owner's half");
    // It goes on, and out: what is owed is taken first, wherever the coins are.
    net.unvote(&voter, &other, Some(300 * COIN)).unwrap_err();
    net.unvote(&voter, &other, None).unwrap();
    assert_eq!(net.protection(), 250 * COIN);
    let waiting = waits(&net, &voter).unbonding;
    let sum: u128 = waiting.iter().map(|x| x.amount.u128()).sum();
    assert_eq!(sum, 200 * COIN);
    // Another revote only when this one's time is over.
    net.vote(&voter, &key, COIN).unwrap_err();
    net.vote(&voter, &other, 10 * COIN).unwrap();
    let third = net.miners[2].key.clone();
    refused(net.revote(&voter, &other, &third, None), "another revote");
    net.wait(22 * DAY);
    net.votes(&voter, &CLAIM).unwrap();
    assert_eq!(
        net.balance(&voter),
        1_000 * COIN - 400 * COIN + 200 * COIN - 10 * COIN
    );
    assert_eq!(slashable(&net, &other), 110 * COIN);
}

#[test]
fn anyone_collects_what_a_revote_owes_and_only_once() {
    let (mut net, voter) = bonded();
    let (key, other) = keys(&net);
    net.vote(&voter, &key, 100 * COIN).unwrap();
    net.revote(&voter, &key, &other, None).unwrap();
    net.fault(
        &key,
        Fault::Unproven {
            batch: 1,
            amount: Uint128::zero(),
        },
    )
    .unwrap();
    let stranger = net.stranger.clone();
    let collect = ExecuteMsg::Collect {
        voter: voter.to_string(),
    };
    net.votes(&stranger, &collect).unwrap();
    net.votes(&stranger, &collect).unwrap();
    assert_eq!(net.worth(&voter, &other), 98 * COIN);
    assert_eq!(net.protection(), 4 * COIN);
    // A fault of after its end is none of its.
    let until = waits(&net, &voter).revote.unwrap().until;
    net.at(until);
    net.fault(&key, Fault::Fraud { batch: 2 }).unwrap();
    net.votes(&stranger, &collect).unwrap();
    assert_eq!(waits(&net, &voter).revote, None);
    assert_eq!(net.worth(&voter, &other), 98 * COIN);
    refused(net.votes(&stranger, &collect), "no revote of");
}

#[test]
fn an_owner_does_not_revote_its_bond_away() {
    let (mut net, _) = bonded();
    let (key, other) = keys(&net);
    let owner = net.miners[0].owner.clone();
    refused(net.revote(&owner, &key, &other, None), "unbond instead");
    refused(net.unvote(&owner, &key, None), "unbond instead");
    assert_eq!(net.staked(&key).self_bond.u128(), 100 * COIN);
}

#[test]
fn a_self_delegated_dust_bond_gets_no_work_and_no_part_of_others() {
    let (mut net, voter) = bonded();
    let dust = net.register("dust", Kind::Miner).unwrap();
    net.transfer(&voter, &dust.owner, 10 * COIN).unwrap();
    net.bond(&dust, 1).unwrap();
    net.oracle(
        &dust.key,
        &compute_api::oracle::ExecuteMsg::DeclareDevices { devices: 1 },
    )
    .unwrap();
    // Not drawn, however many vote for it.
    net.vote(&voter, &dust.key, 300 * COIN).unwrap();
    let staked = net.staked(&dust.key);
    assert_eq!(staked.standing, Standing::Unbonded);
    assert_eq!(staked.active_stake.u128(), 0);
    // The first share cannot be made dear: coins given to a pool are rewards, and
    // coins sent to the contract are nobody's.
    net.transfer(&dust.owner, &net.contracts.votes.clone(), 5 * COIN)
        .unwrap();
    assert_eq!(net.worth(&voter, &dust.key), 300 * COIN);
    let market = net.contracts.market.clone();
    net.transfer(&voter, &market, 100 * COIN).unwrap();
    let payments = vec![Payment {
        operator: dust.key.to_string(),
        amount: Uint128::new(100 * COIN),
    }];
    net.pay_votes(&market, 100 * COIN, &Hook::Distribute { payments })
        .unwrap();
    // Its commission, and of the rest one part in 300 million, rounded down.
    let commission = ExecuteMsg::ClaimCommission {
        operator: dust.key.to_string(),
    };
    net.votes(&dust.owner, &commission).unwrap();
    let rewards = ExecuteMsg::ClaimRewards {
        operators: vec![dust.key.to_string()],
    };
    refused(net.votes(&dust.owner, &rewards), "amount is 0");
    let had = net.balance(&voter);
    net.votes(&voter, &rewards).unwrap();
    let got = net.balance(&voter) - had;
    assert!((90 * COIN - 1..=90 * COIN).contains(&got), "{got}");
    assert_eq!(
        net.balance(&dust.owner),
        10 * COIN - 1 - 5 * COIN + 10 * COIN
    );
    // And out again.
    net.unvote(&voter, &dust.key, None).unwrap();
    let sum: u128 = waits(&net, &voter)
        .unbonding
        .iter()
        .map(|x| x.amount.u128())
        .sum();
    assert_eq!(sum, 300 * COIN);
}

#[test]
fn many_dusty_operators_do_not_add_up_to_an_active_one() {
    let mut net = Builder::default().build();
    net.start();
    let owner = net.account("owner of many");
    net.mint(0, &owner, 99 * COIN).unwrap();
    for n in 0..33 {
        let key = net.account(&format!("dust {n}"));
        let mut operator = net.register(&format!("dust {n}"), Kind::Miner).unwrap();
        assert_eq!(operator.key, key);
        operator.owner = net.account(&format!("dust {n}'s owner"));
        net.transfer(&owner, &operator.owner, 3 * COIN).unwrap();
        net.bond(&operator, 3 * COIN).unwrap();
        assert_eq!(net.staked(&key).active_stake.u128(), 0);
    }
    let sampled = net
        .app
        .wrap()
        .query_wasm_smart::<compute_api::votes::SampleResponse>(
            net.contracts.votes.clone(),
            &compute_api::votes::QueryMsg::Sample {
                kind: Kind::Miner,
                seed: [1; 32].into(),
                count: 5,
            },
        );
    assert!(sampled.is_err(), "nobody to draw: {sampled:?}");
}

#[test]
fn jailed_capacity_backs_nothing_from_the_same_block_on() {
    let (mut net, voter) = bonded();
    let (key, _) = keys(&net);
    assert_eq!(net.issuer(0).proven.u128(), 2_048);
    net.mint(0, &voter, 50_000 * COIN).unwrap();
    let fault = Fault::Unproven {
        batch: 9,
        amount: Uint128::zero(),
    };
    net.fault(&key, fault).unwrap();
    assert_eq!(net.issuer(0).proven.u128(), 1_024);
    // 44 236.8 coins are backed.
    assert!(net.issuer(0).short.u128() > 5_000 * COIN);
    refused(net.mint(0, &voter, 1), "by backing");
    // Unjailed, it has to prove itself again.
    net.wait(DAY);
    let owner = net.miners[0].owner.clone();
    let operator = key.to_string();
    net.votes(&owner, &ExecuteMsg::Unjail { operator }).unwrap();
    assert_eq!(net.issuer(0).proven.u128(), 1_024);
    net.measure(&[(0, 9), (1, 9)]);
    assert_eq!(net.issuer(0).proven.u128(), 2_048);
}

#[test]
fn an_unproven_amount_is_taken_and_no_more_than_all() {
    let (mut net, voter) = bonded();
    let (key, _) = keys(&net);
    net.vote(&voter, &key, 100 * COIN).unwrap();
    // 200 coins of stake, and half of a bond of 100 000 coins' worth.
    let bond = net.measured(0).bond_share_coins.u128();
    assert_eq!(bond, 50_000 * COIN);
    let unproven = |amount: u128| Fault::Unproven {
        batch: 1,
        amount: Uint128::new(amount),
    };
    // A tenth of all that: a tenth of each.
    net.fault(&key, unproven(5_020 * COIN)).unwrap();
    assert_eq!(net.staked(&key).stake.u128(), 180 * COIN);
    assert_eq!(net.issuer(0).bond.u128(), 95_000_000);
    assert_eq!(net.backing().bounty.amount.u128(), 5_000_000);
    net.fault(&key, unproven(u128::MAX)).unwrap();
    // The last micro-coin stays, so that shares have a price.
    assert_eq!(net.staked(&key).stake.u128(), 1);
    assert_eq!(net.worth(&voter, &key), 0);
    assert_eq!(net.protection(), 200 * COIN - 1);
    // All of its share, not of the other's.
    assert!(net.issuer(0).bond.u128() >= 47_000_000);
}

#[test]
fn a_reporter_wins_no_more_than_the_cap() {
    let mut net = Builder::default()
        .with_votes_params(|params| params.bounty_cap = Uint128::new(COIN))
        .build();
    net.start();
    let voter = net.account("voter");
    net.mint(0, &voter, 1_000 * COIN).unwrap();
    let key = net.miners[0].key.clone();
    net.vote(&voter, &key, 1_000 * COIN).unwrap();
    let (market, reporter) = (net.contracts.market.clone(), net.account("reporter"));
    let report = ExecuteMsg::ReportFault {
        operator: key.to_string(),
        fault: Fault::Fraud { batch: 1 },
        reporter: Some(reporter.to_string()),
    };
    refused(net.votes(&reporter, &report), "may not send this");
    net.votes(&market, &report).unwrap();
    assert_eq!(net.balance(&reporter), COIN);
    assert_eq!(net.protection(), 499 * COIN);
    // And the pool pays as far as it reaches, to whom the market says.
    let pay = |amount: u128| ExecuteMsg::PayProtection {
        recipient: voter.to_string(),
        amount: Uint128::new(amount),
    };
    refused(net.votes(&net.owner.clone(), &pay(1)), "may not send this");
    net.votes(&market, &pay(u128::MAX)).unwrap();
    assert_eq!((net.protection(), net.balance(&voter)), (0, 499 * COIN));
}
