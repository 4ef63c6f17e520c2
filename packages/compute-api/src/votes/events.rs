//! What the votes contract says it has changed.

use cosmwasm_std::{Decimal, Uint128};

use crate::events::events;

events! {
    /// Every change of the contract's state that anyone depends on.
    pub enum VotesEvent {
        /// The contract is active.
        Activated = "votes_activated" {
            /// When.
            time: u64,
        }
        /// A change was announced.
        Announced = "votes_announced" {
            /// Its number.
            id: u64,
            /// From when on it can be applied.
            ready_at: u64,
        }
        /// A change was applied.
        Applied = "votes_applied" {
            /// Its number.
            id: u64,
        }
        /// A change was taken back.
        Cancelled = "votes_cancelled" {
            /// Its number.
            id: u64,
        }
        /// An operator was registered.
        Registered = "operator_registered" {
            /// Which one.
            operator: String,
            /// Whose.
            owner: String,
            /// `miner` or `coordinator`.
            kind: String,
            /// Its place in the draw.
            slot: u32,
        }
        /// What is given of an operator has changed.
        OperatorUpdated = "operator_updated" {
            /// Which one.
            operator: String,
            /// Its commission now.
            commission: Decimal,
        }
        /// An operator's stake or standing has changed.
        StakeChanged = "stake_changed" {
            /// Which one.
            operator: String,
            /// Micro-coins in its pool now.
            stake: Uint128,
            /// Shares in them now.
            shares: Uint128,
            /// Micro-coins that it is drawn by now.
            active_stake: Uint128,
            /// How it stands now.
            standing: String,
        }
        /// What one voter has in one operator has changed.
        VoteChanged = "vote_changed" {
            /// Which voter; the operator's owner bonds.
            voter: String,
            /// Which operator.
            operator: String,
            /// `bond`, `vote`, `unbond`, `unvote`, `revote` or `collect`.
            cause: String,
            /// Micro-coins that came or went.
            amount: Uint128,
            /// Shares that it has now.
            shares: Uint128,
        }
        /// What one voter has waiting has changed.
        UnbondingChanged = "unbonding_changed" {
            /// Which voter.
            voter: String,
            /// From which operator.
            operator: String,
            /// Which period's pool.
            period: u64,
            /// Shares of that pool that the voter has now.
            shares: Uint128,
            /// Micro-coins in that pool now.
            pool: Uint128,
            /// Shares in them now.
            pool_shares: Uint128,
        }
        /// An unbonding pool was slashed.
        UnbondingSlashed = "unbonding_slashed" {
            /// Which operator's.
            operator: String,
            /// Which period's.
            period: u64,
            /// Micro-coins in it now.
            pool: Uint128,
        }
        /// A revote is remembered.
        Revoted = "revoted" {
            /// Which voter.
            voter: String,
            /// From which operator.
            from: String,
            /// To which.
            to: String,
            /// Micro-coins that moved.
            amount: Uint128,
            /// Until when.
            until: u64,
        }
        /// What a revote owed was taken, or it was forgotten.
        Collected = "collected" {
            /// Which voter.
            voter: String,
            /// Micro-coins that were taken.
            amount: Uint128,
            /// Whether the revote is forgotten now.
            over: bool,
        }
        /// Waiting coins were paid out.
        Claimed = "claimed" {
            /// Which voter.
            voter: String,
            /// How many micro-coins.
            amount: Uint128,
        }
        /// An operator and its voters were paid.
        RewardPaid = "reward_paid" {
            /// Which operator.
            operator: String,
            /// How many micro-coins.
            amount: Uint128,
            /// The part that is its commission.
            commission: Uint128,
        }
        /// Rewards were paid out.
        RewardsClaimed = "rewards_claimed" {
            /// To whom.
            voter: String,
            /// From which operator.
            operator: String,
            /// How many micro-coins.
            amount: Uint128,
        }
        /// Commission was paid out.
        CommissionClaimed = "commission_claimed" {
            /// Of which operator.
            operator: String,
            /// To its owner.
            owner: String,
            /// How many micro-coins.
            amount: Uint128,
        }
        /// An operator was punished.
        Faulted = "operator_faulted" {
            /// Which one.
            operator: String,
            /// Its fault's number.
            number: u64,
            /// `missed`, `unanswered`, `unproven` or `fraud`.
            fault: String,
            /// The part that was slashed.
            fraction: Decimal,
            /// Micro-coins that were slashed.
            slashed: Uint128,
            /// Micro-coins that the reporter got.
            bounty: Uint128,
            /// Who that was.
            reporter: Option<String>,
        }
        /// An operator was jailed, or let out.
        JailChanged = "jail_changed" {
            /// Which one.
            operator: String,
            /// Until when at least; left out where it was let out.
            until: Option<u64>,
        }
        /// The protection pool has changed.
        ProtectionChanged = "protection_changed" {
            /// `slash`, `fee`, `paid` or `dust`.
            cause: String,
            /// Micro-coins that came or went.
            amount: Uint128,
            /// Micro-coins in it now.
            pool: Uint128,
        }
        /// A miner has so many devices.
        DevicesSet = "devices_set" {
            /// Which operator.
            operator: String,
            /// How many.
            devices: u32,
        }
    }
}
