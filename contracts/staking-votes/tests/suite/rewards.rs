//! Rewards and commission.

use compute_api::votes::{ExecuteMsg, Hook, Payment, QueryMsg, RewardsResponse};
use cosmwasm_std::{Addr, Decimal};

use crate::{
    chain::{Chain, PURSE},
    setup::coins,
    votes::unvote,
};

fn claim(keys: &[&Addr]) -> ExecuteMsg {
    let operators = keys.iter().map(ToString::to_string).collect();
    ExecuteMsg::ClaimRewards { operators }
}

#[test]
fn commission_first_then_by_share() {
    let mut chain = Chain::new();
    let (one, owner) = chain.miner("one", 3_000);
    let (two, _) = chain.miner("two", 1_000);
    let voter = chain.account("voter");
    chain.vote(&voter, &one, 1_000);
    chain.vote(&voter, &two, 1_000);
    chain.distribute(&[(&one, 1_000), (&two, 105)], 7);
    // 10 % each, rounded down: 100 and 10; the rest in quarters, and in halves.
    assert_eq!(chain.show(&one).unclaimed_commission.u128(), 100);
    assert_eq!(chain.show(&two).unclaimed_commission.u128(), 10);
    assert_eq!(chain.protection(), 7);
    let query = QueryMsg::Rewards {
        voter: voter.to_string(),
        start_after: None,
        limit: None,
    };
    let rewards: RewardsResponse = chain.ask(&query);
    let mut amounts: Vec<_> = rewards
        .rewards
        .iter()
        .map(|reward| reward.amount.u128())
        .collect();
    amounts.sort_unstable();
    assert_eq!(amounts, [47, 225]);
    // Named twice, paid once, in one transfer; also to who has left.
    chain.ok(&voter, &unvote(&one, None));
    let done = chain.ok(&voter, &claim(&[&one, &two, &one]));
    let transfers = done.events.iter().flat_map(|event| &event.attributes);
    let transfers = transfers.filter(|a| a.key == "action" && a.value == "transfer");
    assert_eq!(transfers.count(), 1);
    assert_eq!(chain.balance(&voter).u128(), PURSE - 2_000 + 272);
    assert!(
        chain
            .refused(&voter, &claim(&[&one, &two]))
            .contains("amount is 0")
    );
    // The half that was rounded off waits for the next payment.
    chain.distribute(&[(&two, 105)], 0);
    chain.ok(&voter, &claim(&[&two]));
    assert_eq!(chain.balance(&voter).u128(), PURSE - 2_000 + 272 + 47);
    let operator = one.to_string();
    chain.ok(&owner, &ExecuteMsg::ClaimCommission { operator });
    chain.ok(&owner, &claim(&[&one]));
    assert_eq!(chain.balance(&owner).u128(), PURSE - 3_000 + 100 + 675);
    let operator = one.to_string();
    let again = chain.refused(&owner, &ExecuteMsg::ClaimCommission { operator });
    assert!(again.contains("amount is 0"));
}

#[test]
fn what_nobody_votes_for_keeps_all() {
    let mut chain = Chain::new();
    let (key, _) = chain.miner("one", 0);
    chain.distribute(&[(&key, 1_000)], 0);
    assert_eq!(chain.show(&key).unclaimed_commission.u128(), 1_000);
}

#[test]
fn payments_have_bounds() {
    let mut chain = Chain::new();
    let (key, _) = chain.miner("one", 1_000);
    let market = chain.account("market");
    let payment = Payment {
        operator: key.to_string(),
        amount: coins(3),
    };
    let mut pay = |count, amount| {
        let payments = vec![payment.clone(); count];
        let done = chain.send(&market, amount, &Hook::Distribute { payments });
        done.map_err(|error| error.root_cause().to_string())
    };
    assert!(pay(4, 12).is_ok());
    assert!(pay(0, 12).is_ok());
    let error = pay(4, 11).unwrap_err();
    assert!(
        error.contains("3 micro-coins asked for, 2 there"),
        "{error}"
    );
    let error = pay(5, 15).unwrap_err();
    assert!(error.contains("payments is 5: must be 0 to 4"), "{error}");
}

#[test]
fn a_commission_changes_slowly_and_within_bounds() {
    let mut chain = Chain::new();
    let (key, owner) = chain.miner("one", 1_000);
    let to = |percent| ExecuteMsg::UpdateCommission {
        operator: key.to_string(),
        rate: Decimal::percent(percent),
    };
    assert!(chain.refused(&owner, &to(11)).contains("cannot be before"));
    chain.wait(1_000);
    assert!(
        chain
            .refused(&owner, &to(13))
            .contains("must be at most 0.02")
    );
    assert!(
        chain
            .refused(&owner, &to(7))
            .contains("must be at most 0.02")
    );
    chain.ok(&owner, &to(12));
    assert!(chain.refused(&owner, &to(13)).contains("cannot be before"));
    for percent in [14, 16, 18, 20] {
        chain.wait(1_000);
        chain.ok(&owner, &to(percent));
    }
    chain.wait(1_000);
    assert!(
        chain
            .refused(&owner, &to(21))
            .contains("must be at most 0.2")
    );
    chain.distribute(&[(&key, 1_000)], 0);
    assert_eq!(chain.show(&key).unclaimed_commission.u128(), 200);
}

#[test]
fn nothing_is_lost_between_payments() {
    let mut chain = Chain::new();
    let (key, _) = chain.operator("one", compute_api::votes::Kind::Miner, 0);
    let voter = chain.account("voter");
    chain.vote(&voter, &key, 3);
    // A third for each share, three times.
    for _ in 0..3 {
        chain.distribute(&[(&key, 1)], 0);
    }
    chain.ok(&voter, &claim(&[&key]));
    assert_eq!(chain.balance(&voter).u128(), PURSE - 3 + 3);
}
