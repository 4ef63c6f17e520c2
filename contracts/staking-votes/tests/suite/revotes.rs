//! Votes that move at once and still answer for where they were.

use compute_api::votes::{
    ExecuteMsg, Hook, QueryMsg, RevoteRecord, SlashableResponse, UnbondingResponse,
};
use cosmwasm_std::{Addr, Uint128};

use crate::{
    chain::{Chain, PERIOD, PURSE, UNBONDING},
    setup::{fault, unproven},
    votes::unvote,
};

pub(crate) fn revote(from: &Addr, to: &Addr, amount: Option<u128>) -> ExecuteMsg {
    ExecuteMsg::Revote {
        from: from.to_string(),
        to: to.to_string(),
        amount: amount.map(Uint128::new),
    }
}

fn collect(voter: &Addr) -> ExecuteMsg {
    ExecuteMsg::Collect {
        voter: voter.to_string(),
    }
}

fn record(chain: &Chain, voter: &Addr) -> Option<RevoteRecord> {
    let query = QueryMsg::Unbonding {
        voter: voter.to_string(),
        start_after: None,
        limit: None,
    };
    let answer: UnbondingResponse = chain.ask(&query);
    answer.revote
}

fn slashable(chain: &Chain, key: &Addr) -> u128 {
    let operator = key.to_string();
    let answer: SlashableResponse = chain.ask(&QueryMsg::Slashable { operator });
    answer.stake.u128()
}

/// Two miners with 10 000 each, and a voter who has moved 1 000 from one to the
/// other.
fn moved() -> (Chain, Addr, Addr, Addr) {
    let mut chain = Chain::new();
    let (from, _) = chain.miner("from", 10_000);
    let (to, _) = chain.miner("to", 10_000);
    let voter = chain.account("voter");
    chain.vote(&voter, &from, 1_500);
    chain.ok(&voter, &revote(&from, &to, Some(1_000)));
    (chain, from, to, voter)
}

#[test]
fn moves_at_once_and_counts_for_nobody() {
    let (mut chain, from, to, voter) = moved();
    assert_eq!(chain.worth(&voter, &from), 500);
    assert_eq!(chain.worth(&voter, &to), 1_000);
    assert_eq!(chain.show(&to).active_stake.u128(), 11_000);
    assert_eq!(slashable(&chain, &from), 10_500);
    assert_eq!(slashable(&chain, &to), 10_000);
    let again = chain.refused(&voter, &revote(&to, &from, None));
    assert!(again.contains("another revote cannot be before"), "{again}");
    // In time it counts, by anyone's message; then it can move again.
    let until = record(&chain, &voter).unwrap().until;
    assert_eq!(
        until,
        chain.now() - chain.now() % PERIOD + PERIOD + UNBONDING
    );
    chain.wait(until - chain.now() - 1);
    chain.ok(&from, &collect(&voter));
    assert!(record(&chain, &voter).is_some());
    chain.wait(1);
    chain.ok(&from, &collect(&voter));
    assert_eq!(record(&chain, &voter), None);
    assert_eq!(slashable(&chain, &to), 11_000);
    chain.ok(&voter, &revote(&to, &from, None));
    assert!(
        chain
            .refused(&from, &collect(&to))
            .contains("there is no revote of")
    );
}

#[test]
fn owes_the_old_ones_slashes() {
    let (mut chain, from, to, voter) = moved();
    chain.fault(&from, fault("unproven"), None);
    let owed = record(&chain, &voter).unwrap();
    assert_eq!((owed.amount.u128(), owed.owes.u128()), (1_000, 50));
    let before = chain.protection();
    let anyone = chain.account("anyone");
    chain.ok(&anyone, &collect(&voter));
    assert_eq!(chain.protection(), before + 50);
    assert_eq!(chain.worth(&voter, &to), 950);
    // Once.
    chain.ok(&anyone, &collect(&voter));
    assert_eq!(chain.worth(&voter, &to), 950);
    assert_eq!(record(&chain, &voter).unwrap().amount.u128(), 950);
    // Two more in its last second; a later one is not owed.
    let until = record(&chain, &voter).unwrap().until;
    chain.wait(until - chain.now() - 1);
    chain.fault(&from, fault("missed"), None);
    chain.fault(&from, fault("fraud"), None);
    chain.wait(1);
    chain.fault(&from, fault("fraud"), None);
    // Any action of the voter's takes it: 1 - 0.99 * 0.2 of 950, rounded up.
    chain.vote(&voter, &to, 10);
    assert_eq!(chain.worth(&voter, &to), 950 - 762 + 10);
    assert_eq!(record(&chain, &voter), None);
}

#[test]
fn owes_also_what_it_has_taken_out_since() {
    let (mut chain, from, to, voter) = moved();
    chain.ok(&voter, &unvote(&to, Some(900)));
    // What has left counts no more, or moving coins in and out would starve the
    // operator of slashable stake.
    assert_eq!(slashable(&chain, &to), 10_000);
    chain.wait(PERIOD);
    chain.ok(&voter, &unvote(&to, None));
    assert_eq!(slashable(&chain, &to), 10_000);
    chain.fault(&from, unproven(0), None);
    chain.fault(&from, fault("fraud"), None);
    let before = chain.protection();
    chain.wait(UNBONDING + PERIOD);
    chain.ok(&voter, &ExecuteMsg::Claim { limit: None });
    // 1 - 0.95 * 0.2 of 1 000, out of the 900 first.
    assert_eq!(chain.protection(), before + 810);
    assert_eq!(chain.balance(&voter).u128(), PURSE - 1_500 + 190);
}

#[test]
fn takes_votes_first_and_then_what_waits() {
    let (mut chain, from, to, voter) = moved();
    chain.ok(&voter, &unvote(&to, Some(700)));
    assert_eq!(slashable(&chain, &to), 10_000);
    chain.fault(&from, fault("fraud"), None);
    let before = chain.protection();
    chain.ok(&voter, &collect(&voter));
    assert_eq!(chain.protection(), before + 800);
    assert_eq!(chain.worth(&voter, &to), 0);
    let query = QueryMsg::Unbonding {
        voter: voter.to_string(),
        start_after: None,
        limit: None,
    };
    let waiting: UnbondingResponse = chain.ask(&query);
    assert_eq!(waiting.unbonding[0].amount.u128(), 200);
}

#[test]
fn forgets_what_the_new_ones_slashes_have_eaten() {
    let (mut chain, from, to, voter) = moved();
    chain.fault(&to, fault("fraud"), None);
    chain.fault(&from, fault("fraud"), None);
    let before = chain.protection();
    chain.ok(&voter, &collect(&voter));
    // It owes 800 and has 200.
    assert_eq!(chain.protection(), before + 200);
    chain.wait(UNBONDING + PERIOD);
    chain.ok(&voter, &collect(&voter));
    assert_eq!(record(&chain, &voter), None);
}

#[test]
fn refusals() {
    let mut chain = Chain::new();
    let (one, owner) = chain.miner("one", 10_000);
    let (two, _) = chain.miner("two", 10_000);
    let voter = chain.account("voter");
    chain.vote(&voter, &one, 100);
    chain.vote(&owner, &two, 100);
    let error = chain.refused(&owner, &revote(&one, &two, None));
    assert!(
        error.contains("unbond instead"),
        "no bond walks away: {error}"
    );
    let error = chain.refused(&owner, &revote(&two, &one, None));
    assert!(error.contains("bond instead"), "{error}");
    let error = chain.refused(&voter, &revote(&one, &one, None));
    assert!(error.contains("name another"), "{error}");
    let error = chain.refused(&voter, &revote(&one, &two, Some(101)));
    assert!(
        error.contains("101 micro-coins asked for, 100 there"),
        "{error}"
    );
    // Nothing is left to move.
    for _ in 0..13 {
        chain.fault(&one, fault("fraud"), None);
    }
    let (three, _) = chain.miner("three", 10_000);
    let error = chain.refused(&voter, &revote(&one, &three, None));
    assert!(error.contains("amount is 0"), "{error}");
    chain.fault(&three, fault("fraud"), None);
    let operator = two.to_string();
    chain.send(&voter, 50, &Hook::Vote { operator }).unwrap();
    let error = chain.refused(&voter, &revote(&two, &three, None));
    assert!(error.contains("tombstoned"), "{error}");
}

#[test]
fn takes_from_all_periods_since() {
    let (mut chain, from, to, voter) = moved();
    chain.ok(&voter, &unvote(&to, Some(900)));
    chain.wait(PERIOD);
    chain.ok(&voter, &unvote(&to, None));
    chain.fault(&from, fault("fraud"), None);
    chain.fault(&from, fault("fraud"), None);
    let before = chain.protection();
    chain.ok(&voter, &collect(&voter));
    assert_eq!(chain.protection(), before + 960);
    chain.wait(UNBONDING + PERIOD);
    chain.ok(&voter, &ExecuteMsg::Claim { limit: None });
    assert_eq!(chain.balance(&voter).u128(), PURSE - 1_500 + 40);
}
