//! What has to hold after every message.

use std::collections::{BTreeMap, BTreeSet};

use compute_api::votes::{Kind, Standing, events::VotesEvent};
use compute_proofs::stake;
use cosmwasm_std::{Addr, Order, StdResult, Uint128};
use staking_votes::{pool::Pool, state};

use crate::chain::Chain;

/// What the events have said.
#[derive(Default, PartialEq, Debug)]
pub(crate) struct Told {
    /// Operator → stake, shares, active stake, standing.
    operators: BTreeMap<String, (Uint128, Uint128, Uint128, String)>,
    /// (Voter, operator) → shares.
    votes: BTreeMap<(String, String), Uint128>,
    /// (Operator, period) → coins.
    waiting: BTreeMap<(String, u64), Uint128>,
    /// (Voter, operator, period) → shares.
    entries: BTreeMap<(String, String, u64), Uint128>,
    /// Operator → until when it is jailed.
    jailed: BTreeMap<String, u64>,
    protection: Uint128,
}

impl Chain {
    /// Everything that has to hold at every time.
    pub(crate) fn check(&self) {
        let storage = self.app.contract_storage(&self.contracts.votes);
        let storage = &*storage;
        let mut truth = Told {
            protection: state::PROTECTION.load(storage).unwrap(),
            ..Told::default()
        };
        let ascending = Order::Ascending;
        let mut held = truth.protection;
        let operators: BTreeMap<Addr, state::Operator> = state::OPERATORS
            .range(storage, None, None, ascending)
            .collect::<StdResult<_>>()
            .unwrap();
        let mut shares: BTreeMap<Addr, Uint128> = BTreeMap::new();
        let mut earned: BTreeMap<Addr, Uint128> = BTreeMap::new();
        for entry in state::POSITIONS.range(storage, None, None, ascending) {
            let ((voter, key), position) = entry.unwrap();
            *shares.entry(key.clone()).or_default() += position.shares;
            let since = operators[&key].reward_index - position.reward_index;
            let new = since * cosmwasm_std::Uint256::from(position.shares);
            let new: Uint128 = (new / cosmwasm_std::Uint256::from(state::SCALE))
                .try_into()
                .unwrap();
            *earned.entry(key.clone()).or_default() += position.rewards_owed + new;
            if !position.shares.is_zero() {
                let key = (voter.to_string(), key.to_string());
                truth.votes.insert(key, position.shares);
            }
        }
        let mut moved_in: BTreeMap<Addr, Uint128> = BTreeMap::new();
        let mut moved: BTreeMap<(Addr, u64), Uint128> = BTreeMap::new();
        for entry in state::REVOTES.range(storage, None, None, ascending) {
            let (_, record) = entry.unwrap();
            *moved_in.entry(record.to).or_default() += record.counted;
            let left = (record.from, record.period);
            *moved.entry(left).or_default() += record.shares;
        }
        let mut stakes = BTreeMap::new();
        for (key, operator) in &operators {
            let pool = operator.pool;
            assert_sound(&pool);
            held += pool.tokens + operator.rewards + operator.unclaimed_commission;
            assert_eq!(pool.shares, shares.get(key).copied().unwrap_or_default());
            assert!(earned.get(key).copied().unwrap_or_default() <= operator.rewards);
            let moved = moved_in.get(key).copied().unwrap_or_default();
            assert_eq!(operator.moved_in, moved);
            let active = match operator.standing {
                Standing::Active => pool.tokens,
                _ => Uint128::zero(),
            };
            assert_eq!(operator.drawn, active);
            let kind = state::kind_key(operator.kind);
            let slot = (kind, operator.slot);
            assert_eq!(state::SLOTS.load(storage, slot).unwrap(), *key);
            stakes.insert(slot, active.u128());
            assert!(state::BY_STAKE.has(storage, (kind, pool.tokens.u128(), key)));
            let standing = operator.standing.to_string();
            let said = (pool.tokens, pool.shares, active, standing);
            truth.operators.insert(key.to_string(), said);
            if let Some(until) = operator.jailed_until {
                truth.jailed.insert(key.to_string(), until);
            }
        }
        let indexed = state::BY_STAKE.range(storage, None, None, ascending);
        assert_eq!(indexed.count(), operators.len());
        for kind in [Kind::Miner, Kind::Coordinator] {
            let tree = state::Tree { storage, kind };
            let kind = state::kind_key(kind);
            for (&(_, slot), &active) in stakes.iter().filter(|(slot, _)| slot.0 == kind) {
                assert_eq!(stake::stake_of(&tree, slot).unwrap(), active);
            }
        }
        let mut waits: BTreeMap<(Addr, u64), Uint128> = BTreeMap::new();
        for entry in state::ENTRIES.range(storage, None, None, ascending) {
            let ((voter, period, key), shares) = entry.unwrap();
            *waits.entry((key.clone(), period)).or_default() += shares;
            let key = (voter.to_string(), key.to_string(), period);
            truth.entries.insert(key, shares);
        }
        let mut pools = BTreeSet::new();
        for entry in state::UNBONDING_POOLS.range(storage, None, None, ascending) {
            let (place, waiting) = entry.unwrap();
            let state::UnbondingPool {
                pool, moved: on, ..
            } = waiting;
            assert_sound(&pool);
            assert_sound(&on);
            assert!(
                !(pool.shares + on.shares).is_zero(),
                "an empty pool is kept"
            );
            held += pool.tokens;
            assert_eq!(pool.shares, waits.get(&place).copied().unwrap_or_default());
            assert_eq!(on.shares, moved.get(&place).copied().unwrap_or_default());
            if !pool.shares.is_zero() {
                let key = (place.0.to_string(), place.1);
                truth.waiting.insert(key, pool.tokens);
            }
            pools.insert(place);
        }
        for place in waits.keys().chain(moved.keys()) {
            assert!(pools.contains(place), "no pool for {place:?}");
        }
        assert_eq!(self.balance(&self.contracts.votes), held, "the books");
        assert_eq!(self.told, truth, "what the events have said");
    }
}

/// Never fewer shares than coins, and a coin as long as there is a share.
fn assert_sound(pool: &Pool) {
    assert!(pool.shares >= pool.tokens, "{pool:?}");
    assert_eq!(pool.shares.is_zero(), pool.tokens.is_zero(), "{pool:?}");
}

impl Told {
    /// Takes one event in.
    pub(crate) fn hear(&mut self, event: VotesEvent) {
        match event {
            VotesEvent::StakeChanged {
                operator,
                stake,
                shares,
                active_stake,
                standing,
            } => {
                let said = (stake, shares, active_stake, standing);
                self.operators.insert(operator, said);
            }
            VotesEvent::VoteChanged {
                voter,
                operator,
                shares,
                ..
            } => {
                self.votes.insert((voter, operator), shares);
                self.votes.retain(|_, shares| !shares.is_zero());
            }
            VotesEvent::UnbondingChanged {
                voter,
                operator,
                period,
                shares,
                pool,
                pool_shares,
            } => {
                let key = (operator.clone(), period);
                self.waiting.insert(key.clone(), pool);
                if pool_shares.is_zero() {
                    self.waiting.remove(&key);
                }
                self.entries.insert((voter, operator, period), shares);
                self.entries.retain(|_, shares| !shares.is_zero());
            }
            VotesEvent::UnbondingSlashed {
                operator,
                period,
                pool,
            } => {
                self.waiting.insert((operator, period), pool);
            }
            VotesEvent::JailChanged { operator, until } => {
                self.jailed.remove(&operator);
                self.jailed.extend(until.map(|until| (operator, until)));
            }
            VotesEvent::ProtectionChanged { pool, .. } => self.protection = pool,
            _ => {}
        }
    }
}
