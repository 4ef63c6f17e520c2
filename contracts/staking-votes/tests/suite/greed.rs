//! Ways to others' coins, or into their way, each with the money at its end.

use compute_api::votes::{Change, ExecuteMsg, Hook, Kind, Params, Payment, Standing};
use cosmwasm_std::{Addr, Decimal};

use crate::{
    chain::{Chain, PERIOD, PURSE, TIMELOCK, UNBONDING},
    setup::{coins, fault, params, registration},
    votes::unvote,
};

fn rewards(keys: &[&Addr]) -> ExecuteMsg {
    let operators = keys.iter().map(ToString::to_string).collect();
    ExecuteMsg::ClaimRewards { operators }
}

#[test]
fn dust_voted_and_unvoted_gains_nothing() {
    let mut chain = Chain::new();
    let (key, owner) = chain.miner("one", 10_007);
    let (voter, attacker) = (chain.account("voter"), chain.account("attacker"));
    chain.vote(&voter, &key, 3_331);
    // A share is worth no round number.
    chain.fault(&key, fault("missed"), None);
    let before = (chain.worth(&owner, &key), chain.worth(&voter, &key));
    for amount in [1, 2, 3, 1, 1, 5] {
        chain.vote(&attacker, &key, amount);
        chain.ok(&attacker, &unvote(&key, (amount % 2 == 0).then_some(1)));
        chain.distribute(&[(&key, 10)], 0);
    }
    for _ in 0..50 {
        chain.vote(&attacker, &key, 1);
    }
    chain.leave(&attacker, &[&key]);
    let _ = chain.try_(&attacker, &rewards(&[&key]));
    assert!(chain.balance(&attacker).u128() <= PURSE);
    assert!(chain.worth(&owner, &key) >= before.0);
    assert!(chain.worth(&voter, &key) >= before.1);
}

/// Accepted: whoever has votes when rewards come has a part in them. It takes as many
/// coins as for any other part, and they are not free for the unbonding time.
#[test]
fn a_vote_just_before_a_payment_shares_it_and_cannot_leave() {
    let mut chain = Chain::new();
    let (key, owner) = chain.miner("one", 1_000);
    let late = chain.account("late");
    chain.vote(&late, &key, 1_000);
    chain.distribute(&[(&key, 1_000)], 0);
    chain.ok(&late, &unvote(&key, None));
    chain.ok(&late, &rewards(&[&key]));
    // 10 % of commission, and half of the rest. It pays for nothing after that.
    assert_eq!(chain.balance(&late).u128(), PURSE - 1_000 + 450);
    chain.distribute(&[(&key, 1_000)], 0);
    chain.refused(&late, &rewards(&[&key]));
    chain.fault(&key, fault("fraud"), None);
    chain.wait(UNBONDING + PERIOD);
    chain.ok(&late, &ExecuteMsg::Claim { limit: None });
    assert_eq!(chain.balance(&late).u128(), PURSE - 1_000 + 450 + 200);
    chain.ok(&owner, &rewards(&[&key]));
    assert_eq!(chain.balance(&owner).u128(), PURSE - 1_000 + 450 + 900);
}

/// Anyone can pay rewards, and loses what it pays; nobody else does.
#[test]
fn a_payment_by_anyone_costs_only_who_pays() {
    let mut chain = Chain::new();
    let (empty, owner) = chain.miner("one", 0);
    let (full, full_owner) = chain.miner("two", 2_000);
    let (donor, late) = (chain.account("donor"), chain.account("late"));
    let payments = [&empty, &full].map(|key| Payment {
        operator: key.to_string(),
        amount: coins(500),
    });
    let hook = Hook::Distribute {
        payments: payments.into(),
    };
    chain.send(&donor, 1_100, &hook).unwrap();
    assert_eq!(chain.balance(&donor).u128(), PURSE - 1_100);
    assert_eq!(chain.protection(), 100);
    // Of nobody's votes it is all the operator's, and no later voter's.
    chain.vote(&late, &empty, 1);
    chain.refused(&late, &rewards(&[&empty]));
    let operator = empty.to_string();
    chain.ok(&owner, &ExecuteMsg::ClaimCommission { operator });
    assert_eq!(chain.balance(&owner).u128(), PURSE + 500);
    chain.ok(&full_owner, &rewards(&[&full]));
    assert_eq!(chain.balance(&full_owner).u128(), PURSE - 2_000 + 450);
    // One that nobody knows takes the whole payment back.
    let payments = vec![Payment {
        operator: donor.to_string(),
        amount: coins(1),
    }];
    chain
        .send(&donor, 500, &Hook::Distribute { payments })
        .unwrap_err();
    assert_eq!(chain.balance(&donor).u128(), PURSE - 1_100);
}

#[test]
fn nobody_holds_up_anothers_claim() {
    let mut chain = Chain::new();
    let (key, _) = chain.miner("one", 10_000);
    let owner = chain.owner.clone();
    let (voter, attacker) = (chain.account("voter"), chain.account("attacker"));
    let change = Change::Params(Params {
        unbonding: PERIOD,
        ..params()
    });
    chain.ok(&owner, &ExecuteMsg::Announce { change });
    let change = Change::Params(params());
    chain.ok(&owner, &ExecuteMsg::Announce { change });
    chain.wait(TIMELOCK + PERIOD - chain.now() % PERIOD);
    chain.ok(&owner, &ExecuteMsg::Apply { id: 1 });
    chain.vote(&voter, &key, 1_000);
    chain.vote(&attacker, &key, 1_000);
    chain.ok(&voter, &unvote(&key, None));
    // Into the same pool, after its time was made longer, and again and again.
    chain.ok(&owner, &ExecuteMsg::Apply { id: 2 });
    for _ in 0..20 {
        chain.ok(&attacker, &unvote(&key, Some(1)));
    }
    chain.wait(2 * PERIOD);
    chain.ok(&voter, &ExecuteMsg::Claim { limit: Some(1) });
    assert_eq!(chain.balance(&voter).u128(), PURSE);
}

#[test]
fn a_culprit_who_reports_itself_gets_the_bounty_and_no_more() {
    for (bond, slashed, bounty) in [(1_001, 51, 5), (100_000, 5_000, 150)] {
        let mut chain = Chain::new();
        let (key, owner) = chain.miner("one", bond);
        chain.fault(&key, fault("unproven"), Some(&owner));
        chain.leave(&owner, &[&key]);
        assert_eq!(chain.balance(&owner).u128(), PURSE - slashed + bounty);
        assert_eq!(chain.protection(), slashed - bounty);
    }
}

#[test]
fn registering_in_anothers_name_takes_nothing_from_them() {
    let mut chain = Chain::new();
    let (victim, attacker) = (chain.account("victim"), chain.account("attacker"));
    let (honest, _) = chain.miner("honest", 1_000);
    chain.vote(&victim, &honest, 500);
    chain.ok(&attacker, &registration(&victim, Kind::Miner));
    chain.devices(&attacker, 1).unwrap();
    // Only the victim's own coins would make it active, and no fault finds any.
    chain.vote(&honest, &attacker, 5_000);
    assert_eq!(chain.show(&attacker).standing, Standing::Unbonded);
    chain.fault(&attacker, fault("fraud"), None);
    chain.leave(&victim, &[&honest]);
    assert_eq!(chain.balance(&victim).u128(), PURSE);
    // Nor does it stand in the victim's way to be an operator.
    chain.ok(&victim, &registration(&attacker, Kind::Miner));
}

#[test]
fn a_report_of_nobody_fails_and_changes_nothing() {
    let mut chain = Chain::new();
    chain.miner("one", 1_000);
    let nobody = chain.account("nobody");
    for (sender, name) in [
        (chain.contracts.oracle.clone(), "missed"),
        (chain.contracts.market.clone(), "fraud"),
    ] {
        let report = ExecuteMsg::ReportFault {
            operator: nobody.to_string(),
            fault: fault(name),
            reporter: Some(nobody.to_string()),
        };
        let error = chain.refused(&sender, &report);
        assert!(error.contains("there is no operator"), "{error}");
    }
    assert_eq!(
        (chain.protection(), chain.balance(&nobody).u128()),
        (0, PURSE)
    );
}

/// The old rate was above the new limit, so that no change of it was small enough.
#[test]
fn a_lowered_limit_freezes_no_commission() {
    let mut chain = Chain::new();
    let (key, op_owner) = chain.miner("one", 1_000);
    let owner = chain.owner.clone();
    let change = Change::Params(Params {
        max_commission: Decimal::percent(5),
        ..params()
    });
    chain.ok(&owner, &ExecuteMsg::Announce { change });
    chain.wait(1_000);
    chain.ok(&owner, &ExecuteMsg::Apply { id: 1 });
    let to = |percent| ExecuteMsg::UpdateCommission {
        operator: key.to_string(),
        rate: Decimal::percent(percent),
    };
    let error = chain.refused(&op_owner, &to(2));
    assert!(error.contains("must be at most 0.02"), "{error}");
    let error = chain.refused(&op_owner, &to(6));
    assert!(error.contains("must be at most 0.05"), "{error}");
    chain.ok(&op_owner, &to(3));
    chain.distribute(&[(&key, 1_000)], 0);
    assert_eq!(chain.show(&key).unclaimed_commission.u128(), 30);
}
