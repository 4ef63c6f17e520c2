//! Faults, slashes, jail and tombstone.

use compute_api::{
    oracle,
    votes::{ExecuteMsg, Fault, FaultsResponse, Kind, QueryMsg, SlashableResponse, Standing},
};
use cosmwasm_std::{Addr, Decimal};

use crate::{
    chain::{Chain, PERIOD, PURSE},
    setup::{coins, fault, params, unproven},
    votes::unvote,
};

fn unjail(key: &Addr) -> ExecuteMsg {
    ExecuteMsg::Unjail {
        operator: key.to_string(),
    }
}

#[test]
fn a_slash_reaches_all_22_pools_and_no_free_one() {
    let mut chain = Chain::new();
    let (key, _) = chain.miner("one", 10_000);
    let voter = chain.account("voter");
    chain.vote(&voter, &key, 100_000);
    // To the start of a period, so that the first pool is free just as the 23rd
    // opens.
    chain.wait(PERIOD - chain.now() % PERIOD);
    for period in 0..23 {
        if period > 0 {
            chain.wait(PERIOD);
        }
        chain.ok(&voter, &unvote(&key, Some(1_000)));
    }
    let done = chain.fault(&key, fault("fraud"), None);
    let slashed = done.events.iter();
    let slashed = slashed.filter(|event| event.ty == "wasm-unbonding_slashed");
    assert_eq!(slashed.count(), 22);
    // 80 % of the pool and of 22 000.
    assert_eq!(chain.protection(), (110_000 - 23_000 + 22_000) / 5 * 4);
    chain.ok(&voter, &ExecuteMsg::Claim { limit: None });
    assert_eq!(chain.balance(&voter).u128(), PURSE - 100_000 + 1_000);
    chain.wait(PERIOD);
    chain.ok(&voter, &ExecuteMsg::Claim { limit: None });
    assert_eq!(chain.balance(&voter).u128(), PURSE - 100_000 + 1_200);
}

#[test]
fn each_fault_has_its_price() {
    for (name, percent, jail) in [
        ("missed", 1, 300),
        ("unanswered", 2, 600),
        ("unproven", 5, 600),
        ("fraud", 80, 0),
    ] {
        let mut chain = Chain::new();
        let (key, _) = chain.miner("one", 9_999);
        let reporter = chain.account("reporter");
        chain.oracle_heard();
        chain.fault(&key, fault(name), Some(&reporter));
        // Rounded up.
        let slashed = (9_999 * u128::from(percent)).div_ceil(100);
        let bounty = (slashed / 10).min(150);
        let shown = chain.show(&key);
        assert_eq!(shown.stake.u128(), 9_999 - slashed);
        assert_eq!(chain.protection(), slashed - bounty);
        assert_eq!(chain.balance(&reporter).u128(), PURSE + bounty);
        let until = chain.now() + jail;
        assert_eq!(shown.jailed_until, (jail > 0).then_some(until));
        let standing = match jail {
            0 => Standing::Tombstoned,
            _ => Standing::Jailed,
        };
        assert_eq!((shown.standing, shown.active_stake.u128()), (standing, 0));
        // The bond first: of a jailed operator's share nothing would be left.
        let operator = key.to_string();
        let fraction = Decimal::percent(percent);
        let expected = [
            oracle::ExecuteMsg::SlashIssuer {
                operator: operator.clone(),
                fraction,
            },
            oracle::ExecuteMsg::SetStanding {
                operator: operator.clone(),
                standing,
            },
        ];
        assert_eq!(chain.oracle_heard(), expected);
        let (start_after, limit) = (None, None);
        let query = QueryMsg::Faults {
            operator,
            start_after,
            limit,
        };
        let faults: FaultsResponse = chain.ask(&query);
        let [record] = &faults.faults[..] else {
            panic!("{faults:?}");
        };
        assert_eq!((record.number, &record.fault), (1, &fault(name)));
        assert_eq!(
            (record.fraction, record.slashed.u128()),
            (fraction, slashed)
        );
        assert_eq!(record.bounty.u128(), bounty);
    }
}

#[test]
fn an_unproven_batch_costs_its_amount_at_least() {
    let mut chain = Chain::new();
    let (key, owner) = chain.miner("one", 8_000);
    let operator = key.to_string();
    let amount = Some(coins(3_000));
    chain.ok(&owner, &ExecuteMsg::Unbond { operator, amount });
    chain.set_issuer_bond(2_000);
    let operator = key.to_string();
    let query = QueryMsg::Slashable { operator };
    let slashable: SlashableResponse = chain.ask(&query);
    assert_eq!(slashable.stake.u128(), 5_000);
    assert_eq!(slashable.issuer_bond.u128(), 2_000);
    assert_eq!(slashable.total.u128(), 7_000);

    // 1 000 of 10 000: pool, unbonding pool and bond.
    chain.fault(&key, unproven(1_000), None);
    assert_eq!(chain.show(&key).stake.u128(), 4_500);
    assert_eq!(chain.protection(), 800);
    // A third of 9 200, rounded up as a part; then all that there is.
    chain.fault(&key, unproven(3_067), None);
    let heard = chain.oracle_heard();
    let parts = heard.iter().filter_map(|msg| match msg {
        oracle::ExecuteMsg::SlashIssuer { fraction, .. } => Some(fraction.to_string()),
        _ => None,
    });
    let parts: Vec<_> = parts.collect();
    assert_eq!(parts, ["0.1", "0.333369565217391305"]);
    chain.fault(&key, unproven(1 << 100), None);
    // But for a micro-coin in each of both pools.
    assert_eq!(chain.show(&key).stake.u128(), 1);
    assert_eq!(chain.protection(), 7_998);
    // A coordinator's has no issuer to ask.
    let (key, _) = chain.operator("two", Kind::Coordinator, 5_000);
    chain.fault(&key, unproven(2_500), None);
    assert_eq!(chain.show(&key).stake.u128(), 2_500);
    assert_eq!(chain.oracle_heard().len(), 1, "the third of the first");
}

#[test]
fn jail_and_its_end() {
    let mut chain = Chain::new();
    let (key, owner) = chain.miner("one", 1_100);
    assert!(chain.refused(&owner, &unjail(&key)).contains("not jailed"));
    chain.fault(&key, fault("unanswered"), None);
    let until = chain.now() + 600;
    chain.wait(1);
    // A shorter one does not shorten it.
    chain.fault(&key, fault("missed"), None);
    assert_eq!(chain.show(&key).jailed_until, Some(until));
    chain.wait(until - chain.now() - 1);
    assert!(
        chain
            .refused(&owner, &unjail(&key))
            .contains("cannot be before")
    );
    chain.wait(1);
    chain.oracle_heard();
    chain.ok(&owner, &unjail(&key));
    let shown = chain.show(&key);
    assert_eq!(
        (shown.standing, shown.jailed_until),
        (Standing::Active, None)
    );
    assert_eq!(shown.active_stake, shown.stake);
    let heard = chain.oracle_heard();
    assert!(matches!(
        &heard[..],
        [oracle::ExecuteMsg::SetStanding {
            standing: Standing::Active,
            ..
        }]
    ));
    // With its bond slashed below what it needs it comes out unbonded.
    for _ in 0..3 {
        chain.fault(&key, fault("unproven"), None);
    }
    chain.wait(600);
    chain.ok(&owner, &unjail(&key));
    assert_eq!(chain.show(&key).standing, Standing::Unbonded);
}

#[test]
fn a_tombstone_is_for_good_and_stops_no_slash() {
    let mut chain = Chain::new();
    let (key, owner) = chain.miner("one", 10_000);
    chain.fault(&key, fault("missed"), None);
    chain.fault(&key, fault("fraud"), None);
    chain.wait(10_000);
    assert!(chain.refused(&owner, &unjail(&key)).contains("tombstoned"));
    // An answer to a census that began before must not fail by it.
    chain.devices(&key, 2).unwrap();
    assert_eq!(chain.show(&key).standing, Standing::Tombstoned);
    let before = chain.show(&key).stake.u128();
    chain.fault(&key, fault("fraud"), None);
    assert_eq!(chain.show(&key).stake.u128(), before - before * 4 / 5);
}

#[test]
fn a_fault_that_costs_nothing_still_jails() {
    let mut rules = params();
    rules.faults.missed.slash = Decimal::zero();
    let mut chain = Chain::with(rules);
    let (key, _) = chain.miner("one", 1_000);
    chain.oracle_heard();
    chain.fault(&key, fault("missed"), None);
    let shown = chain.show(&key);
    assert_eq!(
        (shown.standing, shown.stake.u128()),
        (Standing::Jailed, 1_000)
    );
    // No part of the issuer's bond is asked for.
    assert_eq!(chain.oracle_heard().len(), 1);
}

#[test]
fn each_contract_reports_its_own_kinds() {
    let mut chain = Chain::new();
    let (key, _) = chain.miner("one", 10_000);
    let (oracle, market) = (
        chain.contracts.oracle.clone(),
        chain.contracts.market.clone(),
    );
    let report = |fault: Fault| ExecuteMsg::ReportFault {
        operator: key.to_string(),
        fault,
        reporter: None,
    };
    for (sender, name) in [
        (&market, "missed"),
        (&market, "unanswered"),
        (&oracle, "unproven"),
        (&oracle, "fraud"),
    ] {
        let error = chain.refused(sender, &report(fault(name)));
        assert!(error.contains(&format!("may not report {name}")), "{error}");
    }
}

#[test]
fn the_protection_pool_pays_as_far_as_it_reaches() {
    let mut chain = Chain::new();
    let (key, _) = chain.miner("one", 10_000);
    chain.fault(&key, fault("missed"), None);
    let customer = chain.account("customer");
    let market = chain.contracts.market.clone();
    let pay = |amount| ExecuteMsg::PayProtection {
        recipient: customer.to_string(),
        amount: coins(amount),
    };
    chain.ok(&market, &pay(30));
    assert_eq!(chain.protection(), 70);
    chain.ok(&market, &pay(1_000));
    assert_eq!(chain.balance(&customer).u128(), PURSE + 100);
    chain.ok(&market, &pay(1_000));
    assert_eq!(chain.balance(&customer).u128(), PURSE + 100);
}

#[test]
fn devices_raise_the_bond_that_is_needed() {
    let mut chain = Chain::new();
    let (key, owner) = chain.operator("one", Kind::Miner, 2_500);
    assert_eq!(chain.show(&key).standing, Standing::Unbonded);
    assert_eq!(chain.oracle_heard(), [], "not known to the oracle yet");
    for (devices, standing) in [(2, Standing::Active), (3, Standing::Unbonded)] {
        chain.devices(&key, devices).unwrap();
        let shown = chain.show(&key);
        assert_eq!((shown.devices, shown.standing), (devices, standing));
        assert_eq!(shown.required_bond.u128(), 1_000 * u128::from(devices));
        assert_eq!(chain.oracle_heard().len(), 1);
    }
    chain.devices(&key, 3).unwrap();
    assert_eq!(chain.oracle_heard(), [], "nothing new");
    chain.bond(&owner, &key, 500);
    assert_eq!(chain.show(&key).standing, Standing::Active);
    assert!(chain.devices(&key, 0).is_err());
    let (coordinator, _) = chain.operator("two", Kind::Coordinator, 5_000);
    assert_eq!(chain.show(&coordinator).standing, Standing::Active);
    assert!(chain.devices(&coordinator, 1).is_err());
    // A first declaration without a bond is told too.
    let (late, _) = chain.operator("three", Kind::Miner, 0);
    chain.oracle_heard();
    chain.devices(&late, 1).unwrap();
    assert_eq!(chain.oracle_heard().len(), 1);
}
