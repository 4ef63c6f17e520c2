//! Ways around a slash, each with the money at its end.

use compute_api::{
    oracle,
    votes::{ExecuteMsg, QueryMsg, SlashableResponse, Standing},
};
use cosmwasm_std::{Addr, Decimal};

use crate::{
    chain::{Chain, PERIOD, PURSE, UNBONDING},
    revotes::revote,
    setup::{fault, unproven},
    votes::unvote,
};

fn slashable(chain: &Chain, key: &Addr) -> u128 {
    let operator = key.to_string();
    let answer: SlashableResponse = chain.ask(&QueryMsg::Slashable { operator });
    answer.stake.u128()
}

/// What a voter does between the deed and the report.
type Way = fn(&mut Chain, &Addr, &Addr, &Addr);

/// Ways out, and how many micro-coins rounding may cost in each.
const WAYS: [(&str, Way, u128); 8] = [
    ("stay", |_, _, _, _| {}, 0),
    (
        "unvote",
        |chain, voter, one, _| {
            chain.ok(voter, &unvote(one, None));
        },
        0,
    ),
    (
        "unvote in many pieces",
        |chain, voter, one, _| {
            for _ in 0..20 {
                chain.wait(PERIOD);
                chain.ok(voter, &unvote(one, Some(501)));
            }
        },
        20,
    ),
    (
        "unvote dust",
        |chain, voter, one, _| {
            for _ in 0..30 {
                chain.ok(voter, &unvote(one, Some(1)));
            }
        },
        30,
    ),
    (
        "revote",
        |chain, voter, one, two| {
            chain.ok(voter, &revote(one, two, None));
        },
        0,
    ),
    (
        "revote and unvote",
        |chain, voter, one, two| {
            chain.ok(voter, &revote(one, two, None));
            chain.ok(voter, &unvote(two, None));
        },
        0,
    ),
    (
        "revote, and unvote in many pieces",
        |chain, voter, one, two| {
            chain.ok(voter, &revote(one, two, None));
            for _ in 0..20 {
                chain.wait(PERIOD);
                chain.ok(voter, &unvote(two, Some(501)));
            }
        },
        20,
    ),
    (
        "unvote a part, revote a part, unvote a part of that and vote it again",
        |chain, voter, one, two| {
            chain.ok(voter, &unvote(one, Some(3_000)));
            chain.ok(voter, &revote(one, two, Some(6_000)));
            chain.ok(voter, &unvote(two, Some(5_000)));
            chain.vote(voter, two, 5_000);
        },
        3,
    ),
];

#[test]
fn no_way_out_saves_anything_of_a_slash() {
    for (name, way, rounding) in WAYS {
        let mut chain = Chain::new();
        let (one, _) = chain.miner("one", 10_000);
        let (two, _) = chain.miner("two", 10_000);
        let voter = chain.account("voter");
        chain.vote(&voter, &one, 100_000);
        way(&mut chain, &voter, &one, &two);
        // 80 % of it.
        chain.fault(&one, fault("fraud"), None);
        chain.leave(&voter, &[&one, &two]);
        let left = PURSE - 80_000 - chain.balance(&voter).u128();
        assert!(left <= rounding, "{name}: {left} micro-coins short");
        assert_eq!(chain.protection(), 88_000 + left, "{name}");
        assert_eq!(chain.show(&two).stake.u128(), 10_000, "{name}");
    }
}

#[test]
fn a_second_revote_does_not_shake_off_the_first_ones_debt() {
    let mut chain = Chain::new();
    let (one, _) = chain.miner("one", 10_000);
    let (two, _) = chain.miner("two", 10_000);
    let (three, _) = chain.miner("three", 10_000);
    let voter = chain.account("voter");
    chain.vote(&voter, &one, 1_000);
    chain.ok(&voter, &revote(&one, &two, None));
    let error = chain.refused(&voter, &revote(&two, &three, None));
    assert!(error.contains("another revote cannot be before"), "{error}");
    chain.fault(&one, fault("fraud"), None);
    // Nobody has collected, and the time is over: the next one pays first.
    chain.wait(UNBONDING + PERIOD);
    chain.ok(&voter, &revote(&two, &three, None));
    assert_eq!(chain.worth(&voter, &three), 200);
    assert_eq!(chain.protection(), 8_800);
    assert_eq!(chain.show(&two).stake.u128(), 10_000);
}

#[test]
fn jail_before_the_fraud_is_shown_saves_nothing() {
    let mut chain = Chain::new();
    let (key, owner) = chain.miner("one", 10_000);
    chain.fault(&key, fault("missed"), None);
    assert_eq!(chain.show(&key).standing, Standing::Jailed);
    chain.oracle_heard();
    chain.fault(&key, fault("fraud"), None);
    // The issuer's bond is asked for its part too, whatever the oracle makes of it.
    let operator = key.to_string();
    let fraction = Decimal::percent(80);
    let slash = oracle::ExecuteMsg::SlashIssuer { operator, fraction };
    assert_eq!(chain.oracle_heard().first(), Some(&slash));
    chain.leave(&owner, &[&key]);
    assert_eq!(chain.balance(&owner).u128(), PURSE - 10_000 + 1_980);
}

/// A slash of a pool with one micro-coin in it used to leave shares without a price,
/// and shut the pool for the rest of the day to all who wanted to leave.
#[test]
fn dust_in_the_days_pool_keeps_nobody_in() {
    let mut chain = Chain::new();
    let (key, _) = chain.miner("one", 10_000);
    let (voter, attacker) = (chain.account("voter"), chain.account("attacker"));
    chain.vote(&voter, &key, 1_000);
    chain.vote(&attacker, &key, 1);
    chain.ok(&attacker, &unvote(&key, None));
    chain.fault(&key, fault("missed"), None);
    chain.ok(&voter, &unvote(&key, None));
    chain.wait(UNBONDING + PERIOD);
    for who in [&voter, &attacker] {
        chain.ok(who, &ExecuteMsg::Claim { limit: None });
    }
    assert_eq!(chain.balance(&voter).u128(), PURSE - 10);
    assert_eq!(chain.balance(&attacker).u128(), PURSE);
}

/// The same of the operator's own pool: the bond of a beginner, or a voter's dust.
#[test]
fn dust_in_an_operators_pool_keeps_nobody_out() {
    let mut chain = Chain::new();
    let (key, owner) = chain.miner("one", 0);
    let (voter, attacker) = (chain.account("voter"), chain.account("attacker"));
    chain.vote(&attacker, &key, 1);
    chain.fault(&key, fault("unproven"), None);
    chain.bond(&owner, &key, 2_000);
    chain.vote(&voter, &key, 1_000);
    chain.leave(&voter, &[&key]);
    assert_eq!(chain.balance(&voter).u128(), PURSE);
    assert_eq!(chain.worth(&owner, &key), 2_000);
    assert_eq!(chain.worth(&attacker, &key), 1);
}

/// An operator whose voters have moved away is reported for an amount. It used to be
/// spread over what is there still, so all that had moved away was owed.
#[test]
fn an_emptied_operator_cannot_take_all_of_who_has_moved_away() {
    let mut chain = Chain::new();
    let (one, owner) = chain.miner("one", 1_000);
    let (two, _) = chain.miner("two", 1_000);
    let voter = chain.account("voter");
    chain.vote(&voter, &one, 99_000);
    chain.ok(&voter, &revote(&one, &two, None));
    chain.fault(&one, unproven(8_000), None);
    chain.leave(&voter, &[&two]);
    assert_eq!(chain.balance(&voter).u128(), PURSE - 7_920);
    assert_eq!(chain.worth(&owner, &one), 920);
    assert_eq!(chain.protection(), 8_000);
}

/// Coins that move in count for nobody. After a slash they used to count as more than
/// they are, so that too little was left to count of the operator's own.
#[test]
fn moving_in_before_a_slash_starves_no_operator() {
    let mut chain = Chain::new();
    let (one, _) = chain.miner("one", 1_000);
    let (two, _) = chain.miner("two", 10_000);
    let voter = chain.account("voter");
    chain.vote(&voter, &one, 90_000);
    chain.ok(&voter, &revote(&one, &two, None));
    assert_eq!(slashable(&chain, &two), 10_000);
    chain.fault(&two, unproven(50_000), None);
    assert_eq!(slashable(&chain, &two), 5_000);
    // Out and in again, it is as it was.
    chain.ok(&voter, &unvote(&two, None));
    assert_eq!(slashable(&chain, &two), 5_000);
    chain.vote(&voter, &two, 90_000);
    assert_eq!(slashable(&chain, &two), 5_000);
    chain.leave(&voter, &[&two]);
    assert_eq!(chain.balance(&voter).u128(), PURSE - 45_000);
}

#[test]
fn a_new_owner_address_takes_no_bond_along() {
    let mut chain = Chain::new();
    let (key, owner) = chain.miner("one", 10_000);
    let (two, _) = chain.miner("two", 10_000);
    // Neither as votes nor by a second registration.
    chain.refused(&owner, &revote(&key, &two, None));
    chain.refused(&owner, &unvote(&key, None));
    let error = chain.refused(
        &key,
        &crate::setup::registration(&two, compute_api::votes::Kind::Miner),
    );
    assert!(error.contains("registered already"), "{error}");
    chain.fault(&key, fault("fraud"), None);
    chain.leave(&owner, &[&key]);
    assert_eq!(chain.balance(&owner).u128(), PURSE - 8_000);
}
