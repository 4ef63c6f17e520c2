use std::collections::BTreeMap;

use compute_api::votes::events::VotesEvent;
use cosmwasm_std::{Decimal, Uint128};

/// One operator's pool.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StakeBook {
    /// Who owns the operator.
    pub owner: String,
    /// `miner` or `coordinator`.
    pub kind: String,
    /// Its place in the draw.
    pub slot: u32,
    /// Its commission, where an event has named it.
    pub commission: Option<Decimal>,
    /// Devices that its bond has to suffice for.
    pub devices: u32,
    /// Micro-coins in its pool.
    pub stake: Uint128,
    /// Shares in them.
    pub shares: Uint128,
    /// Micro-coins that it is drawn by.
    pub active_stake: Uint128,
    /// How it stands.
    pub standing: String,
    /// Until when it is jailed at least.
    pub jailed_until: Option<u64>,
    /// The number of its last fault.
    pub faults: u64,
}

/// All stakes, votes and what waits.
#[derive(Clone, Debug, Default)]
pub struct VotesBook {
    /// Operator → its pool.
    pub operators: BTreeMap<String, StakeBook>,
    /// (Voter, operator) → shares.
    pub votes: BTreeMap<(String, String), Uint128>,
    /// (Operator, period) → micro-coins that wait, and shares in them.
    pub waiting: BTreeMap<(String, u64), (Uint128, Uint128)>,
    /// (Voter, period, operator) → shares of those.
    pub entries: BTreeMap<(String, u64, String), Uint128>,
    /// Voter → from, to and until when, of revotes that are remembered.
    pub revotes: BTreeMap<String, (String, String, u64)>,
    /// Micro-coins of rewards and commissions that wait to be claimed.
    pub rewards: Uint128,
    /// Micro-coins in the protection pool.
    pub protection: Uint128,
}

impl VotesBook {
    /// Micro-coins that the contract holds for somebody.
    #[must_use]
    pub fn holds(&self) -> Uint128 {
        let stakes: Uint128 = self.operators.values().map(|pool| pool.stake).sum();
        let waiting: Uint128 = self.waiting.values().map(|(coins, _)| *coins).sum();
        stakes + waiting + self.rewards + self.protection
    }

    fn operator(&mut self, operator: String) -> &mut StakeBook {
        let found = self.operators.get_mut(&operator);
        found.unwrap_or_else(|| panic!("{operator} was not registered"))
    }

    #[allow(clippy::too_many_lines, reason = "one arm for each event")]
    pub(super) fn hear(&mut self, event: VotesEvent) {
        match event {
            VotesEvent::Registered {
                operator,
                owner,
                kind,
                slot,
            } => {
                let new = StakeBook {
                    owner,
                    kind,
                    slot,
                    ..StakeBook::default()
                };
                let before = self.operators.insert(operator, new);
                assert_eq!(before, None, "registered twice");
            }
            VotesEvent::OperatorUpdated {
                operator,
                commission,
            } => self.operator(operator).commission = Some(commission),
            VotesEvent::DevicesSet { operator, devices } => {
                self.operator(operator).devices = devices;
            }
            VotesEvent::StakeChanged {
                operator,
                stake,
                shares,
                active_stake,
                standing,
            } => {
                let pool = self.operator(operator);
                pool.stake = stake;
                pool.shares = shares;
                pool.active_stake = active_stake;
                pool.standing = standing;
            }
            VotesEvent::VoteChanged {
                voter,
                operator,
                shares,
                ..
            } => {
                let key = (voter, operator);
                if shares.is_zero() {
                    self.votes.remove(&key);
                } else {
                    self.votes.insert(key, shares);
                }
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
                if pool_shares.is_zero() {
                    self.waiting.remove(&key);
                } else {
                    self.waiting.insert(key, (pool, pool_shares));
                }
                let key = (voter, period, operator);
                if shares.is_zero() {
                    self.entries.remove(&key);
                } else {
                    self.entries.insert(key, shares);
                }
            }
            VotesEvent::UnbondingSlashed {
                operator,
                period,
                pool,
            } => {
                let waiting = self.waiting.get_mut(&(operator, period));
                waiting.expect("a pool that was told of").0 = pool;
            }
            VotesEvent::Revoted {
                voter,
                from,
                to,
                until,
                ..
            } => {
                let before = self.revotes.insert(voter, (from, to, until));
                assert_eq!(before, None, "a revote in place of another");
            }
            VotesEvent::Collected { voter, over, .. } => {
                if over {
                    self.revotes.remove(&voter);
                }
            }
            VotesEvent::RewardPaid { amount, .. } => self.rewards += amount,
            VotesEvent::RewardsClaimed { amount, .. }
            | VotesEvent::CommissionClaimed { amount, .. } => {
                self.rewards = self.rewards.checked_sub(amount).expect("rewards paid in");
            }
            VotesEvent::Faulted {
                operator, number, ..
            } => self.operator(operator).faults = number,
            VotesEvent::JailChanged { operator, until } => {
                self.operator(operator).jailed_until = until;
            }
            VotesEvent::ProtectionChanged { pool, .. } => self.protection = pool,
            VotesEvent::Activated { .. }
            | VotesEvent::Announced { .. }
            | VotesEvent::Applied { .. }
            | VotesEvent::Cancelled { .. }
            | VotesEvent::Claimed { .. } => {}
        }
    }
}
