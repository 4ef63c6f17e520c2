//! Amounts and times at every edge, each with the money at its end.

use compute_api::{
    oracle,
    votes::{ExecuteMsg, Hook, Kind, Params, Payment, Standing},
};
use cosmwasm_std::Uint128;

use crate::{
    chain::{Chain, PERIOD, PURSE, UNBONDING},
    revotes::revote,
    setup::{coins, fault, unproven},
    votes::unvote,
};

#[test]
fn no_amount_and_too_much_change_nothing() {
    let mut chain = Chain::new();
    let (one, owner) = chain.miner("one", 1_000);
    let (two, _) = chain.miner("two", 1_000);
    let voter = chain.account("voter");
    chain.vote(&voter, &one, 500);
    let operator = one.to_string();
    for amount in [0, 501, 1 << 100, u128::MAX] {
        chain.refused(&voter, &unvote(&one, Some(amount)));
        chain.refused(&voter, &revote(&one, &two, Some(amount)));
    }
    for amount in [0, 1_001, u128::MAX] {
        let (operator, amount) = (operator.clone(), Some(coins(amount)));
        chain.refused(&owner, &ExecuteMsg::Unbond { operator, amount });
    }
    for amount in [0, PURSE, u128::MAX] {
        let vote = Hook::Vote {
            operator: operator.clone(),
        };
        chain.send(&voter, amount, &vote).unwrap_err();
        let payment = Payment {
            operator: operator.clone(),
            amount: Uint128::MAX,
        };
        let payments = vec![payment; 2];
        let sent = amount.min(PURSE - 500);
        chain
            .send(&voter, sent, &Hook::Distribute { payments })
            .unwrap_err();
    }
    chain.refused(&voter, &ExecuteMsg::Claim { limit: Some(0) });
    chain.refused(&voter, &ExecuteMsg::ClaimRewards { operators: vec![] });
    assert_eq!(chain.worth(&voter, &one), 500);
    assert_eq!(chain.balance(&voter).u128(), PURSE - 500);

    // All that there is, and one.
    chain.ok(&voter, &unvote(&one, Some(1)));
    chain.ok(&voter, &revote(&one, &two, Some(499)));
    chain
        .send(&voter, PURSE - 500, &Hook::Vote { operator })
        .unwrap();
    chain.leave(&voter, &[&one, &two]);
    assert_eq!(chain.balance(&voter).u128(), PURSE);
}

/// Shares per coin grow with each slash of everything. At some point no more coins
/// come in; all else goes on.
#[test]
fn a_pool_whose_shares_leave_128_bits_locks_nobody_up() {
    let mut chain = Chain::new();
    let (key, owner) = chain.miner("one", 1_000_000_000_000);
    let vote = Hook::Vote {
        operator: key.to_string(),
    };
    let mut voters = Vec::new();
    for n in 0.. {
        let voter = chain.account(&format!("voter{n}"));
        chain.fault(&key, unproven(u128::MAX), None);
        if chain.send(&voter, PURSE, &vote).is_err() {
            break;
        }
        voters.push(voter);
    }
    assert_eq!(voters.len(), 2, "10^36 shares");
    // The last of them has all but a few micro-coins of what is left, and more come
    // in as long as their shares can be counted.
    let (small, market) = (chain.account("small"), chain.account("market"));
    chain.send(&small, 99, &vote).unwrap();
    chain.distribute(&[(&key, 1_000_000)], 0);
    chain.fault(&key, fault("missed"), None);
    let key_text = key.to_string();
    let operators = vec![key_text.clone()];
    chain.ok(&small, &ExecuteMsg::ClaimRewards { operators });
    let recipient = market.to_string();
    let amount = coins(1);
    chain.ok(&market, &ExecuteMsg::PayProtection { recipient, amount });
    assert_eq!(chain.worth(&small, &key), 98);
    chain.leave(&small, &[&key]);
    for who in voters.iter().chain([&owner]) {
        chain.leave(who, &[&key]);
    }
    // 891 000 of rewards to who has 99 of 100 micro-coins, and 98 of those after the
    // slash, less one for rounding.
    assert_eq!(chain.balance(&small).u128(), PURSE - 99 + 891_000 + 98 - 1);
    assert_eq!(chain.show(&key).stake.u128(), 0);
    // The pool has begun anew.
    chain.send(&market, 7, &vote).unwrap();
    assert_eq!(chain.worth(&market, &key), 7);
}

/// The same of what waits: until the next period's pool.
#[test]
fn a_days_pool_whose_shares_leave_128_bits_is_the_next_days() {
    let mut chain = Chain::new();
    let (key, _) = chain.miner("one", 1_000);
    let mut last = None;
    for n in 0..4 {
        let voter = chain.account(&format!("voter{n}"));
        // A pool of its own for each, so that only what waits has lost so much.
        let (other, _) = chain.miner(&format!("other{n}"), 1_000);
        chain.vote(&voter, &other, PURSE);
        chain.ok(&voter, &revote(&other, &key, None));
        let unvoted = chain.try_(&voter, &unvote(&key, None));
        if n == 3 {
            assert!(unvoted.is_err(), "10^48 shares");
            last = Some(voter);
        } else {
            unvoted.unwrap();
            chain.fault(&key, unproven(u128::MAX), None);
        }
    }
    let voter = last.unwrap();
    chain.wait(PERIOD);
    chain.ok(&voter, &unvote(&key, None));
    chain.wait(UNBONDING + PERIOD);
    chain.ok(&voter, &ExecuteMsg::Claim { limit: None });
    assert!(chain.balance(&voter).u128() >= PURSE - 1);
}

#[test]
fn a_slash_in_the_last_second_reaches_what_waits_and_in_the_next_does_not() {
    for (early, left) in [(1, 200), (0, 1_000)] {
        let mut chain = Chain::new();
        let (one, _) = chain.miner("one", 10_000);
        let (two, _) = chain.miner("two", 10_000);
        let (voter, mover) = (chain.account("voter"), chain.account("mover"));
        chain.vote(&voter, &one, 1_000);
        chain.vote(&mover, &one, 1_000);
        chain.ok(&voter, &unvote(&one, None));
        chain.ok(&mover, &revote(&one, &two, None));
        let free_at = chain.now() - chain.now() % PERIOD + PERIOD + UNBONDING;
        chain.wait(free_at - early - chain.now());
        chain.fault(&one, fault("fraud"), None);
        let claim = ExecuteMsg::Claim { limit: None };
        if early > 0 {
            chain.refused(&voter, &claim);
            chain.wait(early);
        }
        chain.ok(&voter, &claim);
        assert_eq!(chain.balance(&voter).u128(), PURSE - 1_000 + left);
        chain.leave(&mover, &[&two]);
        assert_eq!(chain.balance(&mover).u128(), PURSE - 1_000 + left);
        assert_eq!(chain.protection(), 8_000 + 2 * (1_000 - left));
    }
}

/// A period later a voter is a period later free, and a second before its end not.
#[test]
fn the_edge_of_a_period_is_the_edge_of_a_pool() {
    let mut chain = Chain::new();
    let (key, _) = chain.miner("one", 10_000);
    let (last, first) = (chain.account("last"), chain.account("first"));
    chain.vote(&last, &key, 100);
    chain.vote(&first, &key, 100);
    chain.wait(PERIOD - 1 - chain.now() % PERIOD);
    chain.ok(&last, &unvote(&key, None));
    chain.wait(1);
    chain.ok(&first, &unvote(&key, None));
    let claim = ExecuteMsg::Claim { limit: None };
    chain.wait(UNBONDING - 1);
    chain.refused(&last, &claim);
    chain.wait(1);
    chain.ok(&last, &claim);
    chain.wait(PERIOD - 1);
    chain.refused(&first, &claim);
    chain.wait(1);
    chain.ok(&first, &claim);
    assert_eq!(chain.balance(&first).u128(), PURSE);
}

#[test]
fn productions_bonds_are_20_000_a_device_and_2_000_000() {
    let coin = 1_000_000;
    let mut chain = Chain::with(Params::production());
    for (name, kind, devices, needed) in [
        ("one", Kind::Miner, 1, 20_000 * coin),
        ("eight", Kind::Miner, 8, 160_000 * coin),
        ("coordinator", Kind::Coordinator, 0, 2_000_000 * coin),
    ] {
        let (key, owner) = chain.operator(name, kind, 0);
        chain.give(&owner, needed);
        if devices > 0 {
            chain.devices(&key, devices).unwrap();
        }
        chain.bond(&owner, &key, needed - 1);
        // Votes are no bond.
        let voter = chain.account("voter");
        chain.vote(&voter, &key, 1_000);
        assert_eq!(chain.show(&key).required_bond.u128(), needed);
        assert_eq!(chain.show(&key).standing, Standing::Unbonded);
        chain.bond(&owner, &key, 1);
        let shown = chain.show(&key);
        assert_eq!(shown.standing, Standing::Active);
        assert_eq!(shown.active_stake.u128(), needed + 1_000);
    }
}

#[test]
fn more_devices_than_the_bond_is_for_stop_paid_work_at_once() {
    let mut chain = Chain::new();
    let (key, owner) = chain.miner("one", 1_500);
    chain.devices(&key, 2).unwrap();
    assert_eq!(chain.show(&key).standing, Standing::Unbonded);
    assert_eq!(chain.show(&key).active_stake.u128(), 0);
    chain.bond(&owner, &key, 499);
    assert_eq!(chain.show(&key).standing, Standing::Unbonded);
    chain.bond(&owner, &key, 1);
    assert_eq!(chain.show(&key).standing, Standing::Active);
    // More than any bond could be for.
    chain.devices(&key, u32::MAX).unwrap();
    assert_eq!(chain.show(&key).standing, Standing::Unbonded);
}

/// What the oracle hears first is how the operator stands by then.
#[test]
fn a_first_declaration_says_what_was_before() {
    for (name, standing) in [
        ("missed", Standing::Jailed),
        ("fraud", Standing::Tombstoned),
    ] {
        let mut chain = Chain::new();
        let (key, _) = chain.operator("one", Kind::Miner, 5_000);
        chain.fault(&key, fault(name), None);
        assert_eq!(chain.oracle_heard(), [], "no miner of the oracle's yet");
        chain.devices(&key, 1).unwrap();
        let operator = key.to_string();
        let told = oracle::ExecuteMsg::SetStanding { operator, standing };
        assert_eq!(chain.oracle_heard(), [told]);
    }
}
