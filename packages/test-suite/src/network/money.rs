//! Where everybody's coins are, to compare before and after.

use std::fmt;

use cosmwasm_std::{Addr, Order};
use staking_votes::state;

use super::Network;

/// Micro-coins of those whom an order concerns. Differences of two say where an attack's
/// money has gone: each line is a purpose, and nothing that exists is left out but what
/// other people hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Money {
    /// With the order's owner.
    pub owner: i128,
    /// With whoever proves frauds.
    pub reporter: i128,
    /// Staked with the worker, its own bond and its voters', what waits to leave too.
    pub worker_stake: i128,
    /// Rewards that the worker and its voters can claim.
    pub worker_rewards: i128,
    /// Staked with the coordinator.
    pub coordinator_stake: i128,
    /// Rewards that the coordinator and its voters can claim.
    pub coordinator_rewards: i128,
    /// In the protection pool.
    pub pool: i128,
    /// With the market, for orders and demands.
    pub market: i128,
    /// All that exist.
    pub supply: i128,
    /// The first issuer's bond, in its own denom.
    pub bond: i128,
}

impl Money {
    /// What has changed since `before`.
    #[must_use]
    pub fn since(&self, before: &Self) -> Self {
        Self {
            owner: self.owner - before.owner,
            reporter: self.reporter - before.reporter,
            worker_stake: self.worker_stake - before.worker_stake,
            worker_rewards: self.worker_rewards - before.worker_rewards,
            coordinator_stake: self.coordinator_stake - before.coordinator_stake,
            coordinator_rewards: self.coordinator_rewards - before.coordinator_rewards,
            pool: self.pool - before.pool,
            market: self.market - before.market,
            supply: self.supply - before.supply,
            bond: self.bond - before.bond,
        }
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

impl Network {
    /// Where coins are: an order's owner, a reporter, a worker and a coordinator.
    ///
    /// # Panics
    /// Never: no amount is near the limit.
    #[must_use]
    pub fn money(&self, owner: &Addr, worker: &Addr, coordinator: &Addr) -> Money {
        let signed = |amount: u128| i128::try_from(amount).expect("amounts are small");
        let (worker_stake, worker_rewards) = self.pool_of(worker);
        let (coordinator_stake, coordinator_rewards) = self.pool_of(coordinator);
        Money {
            owner: signed(self.balance(owner)),
            reporter: signed(self.balance(&self.stranger)),
            worker_stake: signed(worker_stake),
            worker_rewards: signed(worker_rewards),
            coordinator_stake: signed(coordinator_stake),
            coordinator_rewards: signed(coordinator_rewards),
            pool: signed(self.protection()),
            market: signed(self.balance(&self.contracts.market)),
            supply: signed(self.supply().supply.u128()),
            bond: signed(self.issuer(0).bond.u128()),
        }
    }

    /// Micro-coins staked with an operator, those that wait to leave included, and those
    /// that it and its voters can claim as rewards.
    fn pool_of(&self, key: &Addr) -> (u128, u128) {
        let storage = self.app.contract_storage(&self.contracts.votes);
        let operator = state::OPERATORS.load(&*storage, key).expect("an operator");
        let waiting =
            state::UNBONDING_POOLS
                .prefix(key)
                .range(&*storage, None, None, Order::Ascending);
        let waiting: u128 = waiting
            .map(|pool| pool.expect("a pool").1.pool.tokens.u128())
            .sum();
        let rewards = operator.rewards + operator.unclaimed_commission;
        (operator.pool.tokens.u128() + waiting, rewards.u128())
    }
}
