//! The draw and the order by stake.

use compute_api::votes::{
    Kind, OperatorsResponse, PoolResponse, QueryMsg, SampleResponse, VotesResponse,
};
use compute_proofs::stake::{self, Snapshot};
use cosmwasm_std::{Addr, HexBinary, Uint128};

use crate::{chain::Chain, setup::fault};

#[test]
fn draws_as_off_chain() {
    let mut chain = Chain::new();
    let bonds = [
        1_000, 5_000, 999, 77_777, 1_001, 40_000, 1_000, 123_456, 1_500,
    ];
    let mut keys = Vec::new();
    for (n, bond) in bonds.into_iter().enumerate() {
        keys.push(chain.miner(&format!("m{n}"), bond).0);
    }
    chain.fault(&keys[3], fault("missed"), None);
    chain.fault(&keys[5], fault("fraud"), None);
    let voter = chain.account("voter");
    chain.vote(&voter, &keys[8], 12_345);
    chain.vote(&voter, &keys[2], 12_345);
    let stakes = [1_000, 5_000, 0, 0, 1_001, 0, 1_000, 123_456, 13_845];
    let snapshot = Snapshot::new(&stakes).unwrap();
    for seed in 0..20u8 {
        let answer: SampleResponse = chain.ask(&QueryMsg::Sample {
            kind: Kind::Miner,
            seed: HexBinary::from([seed; 32]),
            count: 100,
        });
        assert_eq!(answer.total.u128(), stakes.iter().sum::<u128>());
        let slots: Vec<u32> = answer.drawn.iter().map(|drawn| drawn.slot).collect();
        assert_eq!(slots, stake::sample(&snapshot, &[seed; 32], 100).unwrap());
        for drawn in answer.drawn {
            assert_eq!(drawn.operator, keys[drawn.slot as usize]);
        }
    }
    let wrong = |kind, bytes: &[u8], count| {
        let seed = HexBinary::from(bytes);
        let query = QueryMsg::Sample { kind, seed, count };
        chain.try_ask::<SampleResponse>(&query).unwrap_err();
    };
    wrong(Kind::Miner, &[1; 32], 101);
    wrong(Kind::Miner, &[1; 32], 0);
    wrong(Kind::Miner, &[1; 31], 1);
    wrong(Kind::Coordinator, &[1; 32], 1);
}

#[test]
fn operators_by_stake_and_page_by_page() {
    let mut chain = Chain::new();
    let mut expected: Vec<(Uint128, Addr)> = Vec::new();
    for (n, bond) in [500, 3_000, 500, 1, 0, 70_000, 3_000]
        .into_iter()
        .enumerate()
    {
        let (key, _) = chain.operator(&format!("m{n}"), Kind::Miner, bond);
        expected.push((Uint128::new(bond), key));
    }
    chain.operator("coordinator", Kind::Coordinator, 9_000);
    let voter = chain.account("voter");
    chain.vote(&voter, &expected[3].1, 4_000);
    expected[3].0 = Uint128::new(4_001);
    expected.sort();
    expected.reverse();
    let mut seen: Vec<(Uint128, Addr)> = Vec::new();
    loop {
        let last = seen.last().map(|(stake, key)| (*stake, key.to_string()));
        let page: OperatorsResponse = chain.ask(&QueryMsg::Operators {
            kind: Kind::Miner,
            start_after: last,
            limit: Some(2),
        });
        if page.operators.is_empty() {
            break;
        }
        assert!(page.operators.len() <= 2);
        let shown = page.operators.into_iter();
        seen.extend(shown.map(|operator| (operator.stake, operator.operator)));
    }
    assert_eq!(seen, expected);
}

#[test]
fn the_owner_and_the_protection_pool_are_shown() {
    let mut chain = Chain::new();
    let (key, _) = chain.miner("one", 1_000);
    chain.distribute(&[(&key, 10)], 7);
    let pool: PoolResponse = chain.ask(&QueryMsg::ProtectionPool {});
    assert_eq!(pool.amount.u128(), 7);
    let ownership: cw_ownable::Ownership<Addr> = chain.ask(&QueryMsg::Ownership {});
    assert_eq!(ownership.owner, Some(chain.owner.clone()));
}

#[test]
fn who_has_only_rewards_left_somewhere_votes_there_no_more() {
    let mut chain = Chain::new();
    let (one, _) = chain.miner("one", 1_000);
    let (two, _) = chain.miner("two", 1_000);
    let voter = chain.account("voter");
    chain.vote(&voter, &one, 1_000);
    chain.vote(&voter, &two, 1_000);
    chain.distribute(&[(&one, 100)], 0);
    chain.ok(&voter, &crate::votes::unvote(&one, None));
    let votes: VotesResponse = chain.ask(&QueryMsg::Votes {
        voter: voter.to_string(),
        start_after: None,
        limit: None,
    });
    let [vote] = &votes.votes[..] else {
        panic!("{votes:?}");
    };
    assert_eq!((&vote.operator, vote.amount.u128()), (&two, 1_000));
}
