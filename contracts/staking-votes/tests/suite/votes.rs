//! Bonds, votes and their way back.

use compute_api::votes::{
    ExecuteMsg, Hook, Kind, QueryMsg, Standing, UnbondingResponse, VotesResponse,
};
use cosmwasm_std::{Addr, Uint128};

use crate::{
    chain::{Chain, PERIOD, PURSE, UNBONDING},
    setup::{coins, fault},
};

pub(crate) fn unvote(key: &Addr, amount: Option<u128>) -> ExecuteMsg {
    ExecuteMsg::Unvote {
        operator: key.to_string(),
        amount: amount.map(Uint128::new),
    }
}

#[test]
fn a_vote_and_its_way_back() {
    let mut chain = Chain::new();
    let (key, owner) = chain.miner("one", 1_000);
    let voter = chain.account("voter");
    chain.vote(&voter, &key, 500);
    let shown = chain.show(&key);
    assert_eq!(shown.standing, Standing::Active);
    assert_eq!(shown.stake.u128(), 1_500);
    assert_eq!(shown.active_stake.u128(), 1_500);
    assert_eq!(shown.self_bond.u128(), 1_000);

    chain.ok(&voter, &unvote(&key, Some(200)));
    chain.wait(PERIOD);
    chain.ok(&voter, &unvote(&key, None));
    let query = QueryMsg::Unbonding {
        voter: voter.to_string(),
        start_after: None,
        limit: None,
    };
    let waiting: UnbondingResponse = chain.ask(&query);
    let [first, second] = &waiting.unbonding[..] else {
        panic!("{waiting:?}");
    };
    assert_eq!((first.amount.u128(), second.amount.u128()), (200, 300));
    assert_eq!(second.period, first.period + 1);
    assert_eq!(first.free_at, (first.period + 1) * PERIOD + UNBONDING);
    // Paging goes by operator and period.
    let query = QueryMsg::Unbonding {
        voter: voter.to_string(),
        start_after: Some((key.to_string(), first.period)),
        limit: Some(1),
    };
    let page: UnbondingResponse = chain.ask(&query);
    assert_eq!(page.unbonding.first(), Some(second));

    let claim = ExecuteMsg::Claim { limit: None };
    let free_at = first.free_at;
    chain.wait(free_at - chain.now() - 1);
    assert!(chain.refused(&voter, &claim).contains("waited long enough"));
    chain.wait(1);
    chain.ok(&voter, &claim);
    assert_eq!(chain.balance(&voter).u128(), PURSE - 300);
    chain.wait(PERIOD);
    chain.ok(&voter, &ExecuteMsg::Claim { limit: Some(1) });
    assert_eq!(chain.balance(&voter).u128(), PURSE);

    // The owner's way is the same; without its bond the operator is out of the draw.
    let unbond = ExecuteMsg::Unbond {
        operator: key.to_string(),
        amount: Some(coins(1)),
    };
    chain.ok(&owner, &unbond);
    let shown = chain.show(&key);
    assert_eq!(shown.standing, Standing::Unbonded);
    assert_eq!((shown.stake.u128(), shown.active_stake.u128()), (999, 0));
}

#[test]
fn refusals() {
    let mut chain = Chain::new();
    let (key, owner) = chain.miner("one", 1_000);
    let voter = chain.account("voter");
    let operator = key.to_string();
    let mut hook = |sender: &Addr, hook: Hook| {
        let error = chain.send(sender, 5, &hook).unwrap_err();
        error.root_cause().to_string()
    };
    let bond = Hook::Bond {
        operator: operator.clone(),
    };
    let vote = Hook::Vote { operator };
    assert!(hook(&voter, bond).contains("it takes the operator's owner"));
    assert!(hook(&owner, vote).contains("bond instead"));
    let nobody = Hook::Vote {
        operator: "nobody".into(),
    };
    assert!(hook(&voter, nobody).contains("there is no operator nobody"));
    assert!(
        chain
            .refused(&voter, &unvote(&key, None))
            .contains("no vote of this sender")
    );
    chain.vote(&voter, &key, 5);
    assert!(
        chain
            .refused(&voter, &unvote(&key, Some(0)))
            .contains("amount is 0")
    );
    assert!(
        chain
            .refused(&voter, &unvote(&key, Some(6)))
            .contains("6 micro-coins asked for, 5 there")
    );
    assert!(
        chain
            .refused(&owner, &unvote(&key, None))
            .contains("unbond instead")
    );
}

#[test]
fn a_claim_passes_many_entries_page_by_page() {
    let mut chain = Chain::new();
    let voter = chain.account("voter");
    let keys: Vec<Addr> = (0..7)
        .map(|n| chain.operator(&format!("m{n}"), Kind::Miner, 0).0)
        .collect();
    for key in &keys {
        chain.vote(&voter, key, 10);
        chain.ok(&voter, &unvote(key, Some(4)));
    }
    chain.wait(UNBONDING + PERIOD);
    // One more, which is not free: it stops nothing before it.
    chain.ok(&voter, &unvote(&keys[0], Some(4)));
    for paid in [3, 6, 7] {
        chain.ok(&voter, &ExecuteMsg::Claim { limit: Some(3) });
        assert_eq!(chain.balance(&voter).u128(), PURSE - 70 + 4 * paid);
    }
    chain.refused(&voter, &ExecuteMsg::Claim { limit: Some(3) });
    let query = QueryMsg::Votes {
        voter: voter.to_string(),
        start_after: None,
        limit: Some(4),
    };
    let votes: VotesResponse = chain.ask(&query);
    assert_eq!(votes.votes.len(), 4);
}

#[test]
fn a_slash_of_everything_leaves_a_micro_coin_and_the_pool_open() {
    let mut chain = Chain::new();
    let (key, owner) = chain.miner("one", 1_000);
    let voter = chain.account("voter");
    chain.vote(&voter, &key, 500);
    chain.fault(&key, crate::setup::unproven(u128::MAX), None);
    assert_eq!(chain.show(&key).stake.u128(), 1);
    assert_eq!(
        (chain.worth(&voter, &key), chain.worth(&owner, &key)),
        (0, 0)
    );
    // What comes now is its owner's alone.
    chain.vote(&voter, &key, 5);
    assert_eq!(
        (chain.worth(&voter, &key), chain.worth(&owner, &key)),
        (5, 0)
    );
    let operator = key.to_string();
    let amount = None;
    chain.ok(&owner, &ExecuteMsg::Unbond { operator, amount });
    chain.ok(&voter, &unvote(&key, None));
    chain.wait(UNBONDING + PERIOD);
    chain.ok(&voter, &ExecuteMsg::Claim { limit: None });
    assert_eq!(chain.balance(&voter).u128(), PURSE - 500 + 1);
}

#[test]
fn what_is_tombstoned_takes_no_votes_and_lets_go() {
    let mut chain = Chain::new();
    let (key, _) = chain.miner("one", 1_000);
    let voter = chain.account("voter");
    chain.vote(&voter, &key, 500);
    chain.fault(&key, fault("fraud"), None);
    let operator = key.to_string();
    let error = chain.send(&voter, 5, &Hook::Vote { operator });
    assert!(
        error
            .unwrap_err()
            .root_cause()
            .to_string()
            .contains("tombstoned")
    );
    chain.ok(&voter, &unvote(&key, None));
    chain.wait(UNBONDING + PERIOD);
    chain.ok(&voter, &ExecuteMsg::Claim { limit: None });
    assert_eq!(chain.balance(&voter).u128(), PURSE - 400);
}
