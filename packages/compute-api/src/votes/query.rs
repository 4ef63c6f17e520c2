use cosmwasm_schema::{QueryResponses, cw_serde};
use cosmwasm_std::{Addr, Decimal, HexBinary, Uint128};
use cw_ownable::cw_ownable_query;

use super::{Change, Commission, Fault, Kind, Metadata, Params, Standing};
use crate::{Contracts, timelock::AnnouncedResponse};

/// What can be asked of the contract.
#[cw_ownable_query]
#[cw_serde]
#[derive(QueryResponses)]
pub enum QueryMsg {
    /// Who the four contracts are; an error before activation.
    #[returns(Contracts)]
    Contracts {},
    /// All parameters.
    #[returns(Params)]
    Params {},
    /// Changes that have been announced.
    #[returns(AnnouncedResponse<Change>)]
    Announced {
        /// The last number one has.
        start_after: Option<u64>,
        /// How many.
        limit: Option<u32>,
    },

    /// One operator.
    #[returns(Operator)]
    Operator {
        /// Which one.
        operator: String,
    },
    /// Operators of a kind, by stake, the largest first.
    #[returns(OperatorsResponse)]
    Operators {
        /// Of which kind.
        kind: Kind,
        /// The last operator one has, and its stake there.
        start_after: Option<(Uint128, String)>,
        /// How many.
        limit: Option<u32>,
    },
    /// What can be slashed of an operator, which bounds what it may have unsettled.
    #[returns(SlashableResponse)]
    Slashable {
        /// Which operator.
        operator: String,
    },
    /// Faults of an operator, the oldest first.
    #[returns(FaultsResponse)]
    Faults {
        /// Which operator.
        operator: String,
        /// The last number one has.
        start_after: Option<u64>,
        /// How many.
        limit: Option<u32>,
    },
    /// Draws operators by active stake, with repetition; the same draw as
    /// `compute_proofs::stake::sample`.
    #[returns(SampleResponse)]
    Sample {
        /// Of which kind.
        kind: Kind,
        /// 32 bytes.
        seed: HexBinary,
        /// How many, at most 100.
        count: u32,
    },

    /// What an address votes for, by operator.
    #[returns(VotesResponse)]
    Votes {
        /// Whose.
        voter: String,
        /// The last operator one has.
        start_after: Option<String>,
        /// How many.
        limit: Option<u32>,
    },
    /// Coins of an address that wait, and its revote.
    #[returns(UnbondingResponse)]
    Unbonding {
        /// Whose.
        voter: String,
        /// The last entry one has: operator and period.
        start_after: Option<(String, u64)>,
        /// How many.
        limit: Option<u32>,
    },
    /// Rewards of an address, by operator.
    #[returns(RewardsResponse)]
    Rewards {
        /// Whose.
        voter: String,
        /// The last operator one has.
        start_after: Option<String>,
        /// How many.
        limit: Option<u32>,
    },
    /// The protection pool.
    #[returns(PoolResponse)]
    ProtectionPool {},
}

/// One operator.
#[cw_serde]
pub struct Operator {
    /// Its address, a hot key.
    pub operator: Addr,
    /// Who bonds and decides.
    pub owner: Addr,
    /// What it does.
    pub kind: Kind,
    /// Its place in the draw, from 0.
    pub slot: u32,
    /// Its ed25519 key.
    pub signing_key: HexBinary,
    /// What it keeps of rewards.
    pub commission: Commission,
    /// When that changed last.
    pub commission_changed_at: u64,
    /// What voters are told.
    pub metadata: Metadata,
    /// How it stands.
    pub standing: Standing,
    /// When it can be unjailed.
    pub jailed_until: Option<u64>,
    /// Devices that its bond has to suffice for; 0 until they are declared.
    pub devices: u32,
    /// Micro-coins of its owner.
    pub self_bond: Uint128,
    /// Micro-coins that its owner must have bonded to be active.
    pub required_bond: Uint128,
    /// Micro-coins of all, its owner's included.
    pub stake: Uint128,
    /// Shares in those.
    pub shares: Uint128,
    /// Micro-coins that it is drawn by: its stake while it is active, else 0.
    pub active_stake: Uint128,
    /// Micro-coins of commission that its owner can claim.
    pub unclaimed_commission: Uint128,
}

/// Answer to `operators`.
#[cw_serde]
pub struct OperatorsResponse {
    /// One page.
    pub operators: Vec<Operator>,
}

/// Answer to `slashable`.
#[cw_serde]
pub struct SlashableResponse {
    /// Micro-coins of stake that count, without those that may owe another
    /// operator's slashes.
    pub stake: Uint128,
    /// Micro-coins that are its share of its issuer's free bond.
    pub issuer_bond: Uint128,
    /// Both.
    pub total: Uint128,
}

/// One fault.
#[cw_serde]
pub struct FaultRecord {
    /// Its number, from 1 for each operator.
    pub number: u64,
    /// What it was.
    pub fault: Fault,
    /// When it was punished.
    pub time: u64,
    /// The part that was slashed.
    pub fraction: Decimal,
    /// Micro-coins that were slashed, the bounty included.
    pub slashed: Uint128,
    /// Micro-coins that the reporter got.
    pub bounty: Uint128,
}

/// Answer to `faults`.
#[cw_serde]
pub struct FaultsResponse {
    /// One page.
    pub faults: Vec<FaultRecord>,
}

/// Answer to `sample`.
#[cw_serde]
pub struct SampleResponse {
    /// The stake that was drawn from.
    pub total: Uint128,
    /// Who was drawn, in the draw's order.
    pub drawn: Vec<SampledOperator>,
}

/// A drawn operator.
#[cw_serde]
pub struct SampledOperator {
    /// Its place.
    pub slot: u32,
    /// Its address.
    pub operator: Addr,
}

/// What one address has in one operator.
#[cw_serde]
pub struct Vote {
    /// Which operator.
    pub operator: Addr,
    /// Shares of its pool.
    pub shares: Uint128,
    /// What they are worth; rounded down.
    pub amount: Uint128,
}

/// Answer to `votes`.
#[cw_serde]
pub struct VotesResponse {
    /// One page.
    pub votes: Vec<Vote>,
}

/// Coins that wait.
#[cw_serde]
pub struct Unbonding {
    /// From which operator.
    pub operator: Addr,
    /// The period whose pool they wait in.
    pub period: u64,
    /// Shares of that pool.
    pub shares: Uint128,
    /// What they are worth; rounded down.
    pub amount: Uint128,
    /// From when on they can be claimed.
    pub free_at: u64,
}

/// A revote that is remembered.
#[cw_serde]
pub struct RevoteRecord {
    /// The operator that it left.
    pub from: Addr,
    /// The one that it went to.
    pub to: Addr,
    /// Micro-coins that moved and still answer for the old one.
    pub amount: Uint128,
    /// Micro-coins that it owes by now.
    pub owes: Uint128,
    /// Until when it is remembered.
    pub until: u64,
}

/// Answer to `unbonding`.
#[cw_serde]
pub struct UnbondingResponse {
    /// One page.
    pub unbonding: Vec<Unbonding>,
    /// The revote, if there is one.
    pub revote: Option<RevoteRecord>,
}

/// Rewards from one operator.
#[cw_serde]
pub struct VoterRewards {
    /// Which operator.
    pub operator: Addr,
    /// Micro-coins that can be claimed.
    pub amount: Uint128,
}

/// Answer to `rewards`.
#[cw_serde]
pub struct RewardsResponse {
    /// One page.
    pub rewards: Vec<VoterRewards>,
}

/// Answer to `protection_pool`.
#[cw_serde]
pub struct PoolResponse {
    /// Micro-coins in it.
    pub amount: Uint128,
}
