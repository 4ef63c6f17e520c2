//! A slow model of stakes, rewards and slashes, written apart from the contract: what
//! everybody has is one exact fraction, with no pools, no shares and no indices. A
//! slash goes through all of them.
//!
//! The contract may differ by less than a micro-coin for each action, of whom it is
//! and, in sum, of all others in the pool; and by what it differs already where it
//! moves or shares out all that is somewhere. Each amount adds that up as its `slack`.

mod act;
mod amount;
mod fault;

use std::collections::BTreeMap;

use compute_api::votes::{Kind, Params};
use cosmwasm_std::{Decimal, Uint128};
use staking_votes::state;

pub(crate) use act::Done;
use amount::{Amount, Exact};

use crate::chain::Chain;

/// An operator, as far as the model cares.
pub(crate) struct Operator {
    pub(crate) owner: String,
    pub(crate) kind: Kind,
    pub(crate) rate: Decimal,
    pub(crate) devices: u32,
    pub(crate) commission: u128,
}

/// What a revote answers for, and what it owes.
pub(crate) struct Debt {
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) period: u64,
    pub(crate) answers: Amount,
    pub(crate) owed: Exact,
}

/// (Voter, operator).
pub(crate) type Place = (String, String);

/// (Voter, period, operator).
pub(crate) type Entry = (String, u64, String);

pub(crate) struct Model {
    pub(crate) params: Params,
    pub(crate) announced: BTreeMap<u64, Params>,
    pub(crate) operators: BTreeMap<String, Operator>,
    pub(crate) votes: BTreeMap<Place, Amount>,
    /// Coins that wait.
    pub(crate) waiting: BTreeMap<Entry, Amount>,
    /// (Operator, period) → when what has left it then is free.
    pub(crate) free_at: BTreeMap<(String, u64), u64>,
    pub(crate) debts: BTreeMap<String, Debt>,
    pub(crate) rewards: BTreeMap<Place, Amount>,
    pub(crate) purses: BTreeMap<String, Amount>,
    pub(crate) protection: Amount,
    /// What the oracle says is each miner's share of a bond.
    pub(crate) issuer_bond: u128,
}

impl Model {
    pub(crate) fn new(params: Params) -> Self {
        Self {
            params,
            announced: BTreeMap::new(),
            operators: BTreeMap::new(),
            votes: BTreeMap::new(),
            waiting: BTreeMap::new(),
            free_at: BTreeMap::new(),
            debts: BTreeMap::new(),
            rewards: BTreeMap::new(),
            purses: BTreeMap::new(),
            protection: Amount::default(),
            issuer_bond: 0,
        }
    }

    /// Somebody with so many coins.
    pub(crate) fn meet(&mut self, who: &str, coins: Uint128) {
        let purse = Amount::of(coins.u128());
        self.purses.entry(who.to_owned()).or_insert(purse);
    }

    fn purse(&mut self, who: &str) -> &mut Amount {
        self.purses.get_mut(who).unwrap()
    }

    /// Everything that the contract says of amounts is the model's, but for slack.
    pub(crate) fn compare(&self, chain: &Chain) {
        let storage = chain.app.contract_storage(&chain.contracts.votes);
        let storage = &*storage;
        let mut positions = 0;
        for entry in state::POSITIONS.range(storage, None, None, cosmwasm_std::Order::Ascending) {
            let ((voter, key), position) = entry.unwrap();
            let operator = state::operator(storage, &key).unwrap();
            let place = (voter.to_string(), key.to_string());
            if !position.shares.is_zero() {
                positions += 1;
                let worth = operator.pool.worth(position.shares).unwrap();
                self.votes[&place].assert_near(worth, "votes", &place);
            }
            let since = operator.reward_index - position.reward_index;
            let new = since * cosmwasm_std::Uint256::from(position.shares);
            let new = new / cosmwasm_std::Uint256::from(state::SCALE);
            let earned = position.rewards_owed + Uint128::try_from(new).unwrap();
            let reward = self.rewards.get(&place).cloned().unwrap_or_default();
            reward.assert_near(earned, "rewards", &place);
        }
        assert_eq!(positions, self.votes.len(), "who votes for whom");
        let mut entries = 0;
        for entry in state::ENTRIES.range(storage, None, None, cosmwasm_std::Order::Ascending) {
            let ((voter, period, key), shares) = entry.unwrap();
            let waiting = state::UNBONDING_POOLS.load(storage, (&key, period));
            let waiting = waiting.unwrap();
            let worth = waiting.pool.worth(shares).unwrap();
            let place = (voter.to_string(), period, key.to_string());
            self.waiting[&place].assert_near(worth, "waiting", &place);
            let free_at = self.free_at[&(key.to_string(), period)];
            assert_eq!(waiting.free_at, free_at, "{place:?}");
            entries += 1;
        }
        assert_eq!(entries, self.waiting.len(), "who waits");
        let mut debts = 0;
        for entry in state::REVOTES.range(storage, None, None, cosmwasm_std::Order::Ascending) {
            let (voter, record) = entry.unwrap();
            let place = (&record.from, record.period);
            let pool = state::UNBONDING_POOLS.load(storage, place).unwrap();
            let left = pool.moved.worth(record.shares).unwrap();
            let debt = &self.debts[voter.as_str()];
            debt.answers.assert_near(left, "answers", &voter);
            let owed = Amount {
                exact: debt.owed.clone(),
                slack: debt.answers.slack,
            };
            let owes = record.amount.saturating_sub(left);
            owed.assert_near(owes, "owed", &voter);
            debts += 1;
        }
        assert_eq!(debts, self.debts.len(), "who owes");
        for (key, operator) in &self.operators {
            let shown = state::operator(storage, &cosmwasm_std::Addr::unchecked(key)).unwrap();
            assert_eq!(shown.unclaimed_commission.u128(), operator.commission);
        }
        for (who, purse) in &self.purses {
            let has = chain.balance(&cosmwasm_std::Addr::unchecked(who));
            purse.assert_near(has, "purse", who);
        }
        let protection = Uint128::new(chain.protection());
        self.protection.assert_near(protection, "protection", &"");
    }
}
