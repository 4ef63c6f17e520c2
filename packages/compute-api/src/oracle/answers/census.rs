use cosmwasm_schema::cw_serde;
use cosmwasm_std::{Addr, HexBinary, Uint128};

use crate::votes::Standing;

/// Where a census stands.
#[cw_serde]
pub enum CensusStage {
    /// Operators work and commit.
    Committing {
        /// The last moment at which a commitment counts.
        until: u64,
        /// The last moment at which it can be sealed without being void.
        seal_by: u64,
    },
    /// The sampling round is fixed and waited for.
    Sealed {
        /// Which round.
        round: u64,
        /// The last moment at which it can be posted.
        post_by: u64,
    },
    /// The draw is known and operators answer.
    Answering {
        /// The sampling round.
        round: u64,
        /// The last moment; the height below must have passed too.
        until: u64,
        /// The last height.
        until_height: u64,
    },
}

/// Answer to `census`.
#[cw_serde]
pub struct CensusResponse {
    /// The census under way.
    pub current: Option<OpenCensus>,
    /// The last one that counts.
    pub last: Option<CensusRecord>,
    /// From when on the next can open, if none is under way.
    pub next_from: u64,
}

/// A census under way.
#[cw_serde]
pub struct OpenCensus {
    /// Its number; a void census gives it back.
    pub id: u32,
    /// Its slot.
    pub slot: u64,
    /// The slot's round.
    pub round: u64,
    /// Randomness of that round, of which the work is made.
    pub beacon: HexBinary,
    /// The nominal time of that round.
    pub round_time: u64,
    /// The height at which it was opened: task draws use the stakes of then.
    pub height: u64,
    /// Where it stands.
    pub stage: CensusStage,
}

/// A closed census.
#[cw_serde]
pub struct CensusRecord {
    /// Its number, from 1 without gaps.
    pub id: u32,
    /// Its slot.
    pub slot: u64,
    /// Randomness of the slot's round: task draws use the last census's.
    pub beacon: HexBinary,
    /// The height at which it was opened.
    pub height: u64,
    /// When its window began.
    pub round_time: u64,
    /// When it was closed.
    pub closed_at: u64,
    /// Operators that have answered.
    pub operators: u32,
    /// Ops per second proven, all tiers and below them.
    pub rate: Uint128,
    /// Ops per second by the tier of the devices that proved them.
    pub by_tier: Vec<TierCapacity>,
    /// Id of the median device's tier.
    pub mainstream: Option<String>,
}

/// Capacity of one tier.
#[cw_serde]
pub struct TierCapacity {
    /// Id of the tier.
    pub tier: String,
    /// Ops per second that its devices have proven.
    pub rate: Uint128,
}

/// Answer to `censuses`.
#[cw_serde]
pub struct CensusesResponse {
    /// One page.
    pub censuses: Vec<CensusRecord>,
}

/// Answer to `operator`.
#[cw_serde]
pub struct OperatorResponse {
    /// Which operator.
    pub operator: Addr,
    /// The issuer that it counts for.
    pub issuer: Option<Addr>,
    /// The issuer that has invited it.
    pub invited_by: Option<Addr>,
    /// Until when it can join no issuer, since it left one.
    pub bound_until: Option<u64>,
    /// How it stands with the votes contract.
    pub standing: Standing,
    /// Devices that it has.
    pub devices: u32,
    /// Devices that it has declared since, and the census from which on they count.
    pub pending_devices: Option<PendingDevices>,
    /// Ops per second that count now: 0 unless it answered the last census.
    pub rate: Uint128,
    /// Id of the tier of its devices, by that rate.
    pub tier: Option<String>,
    /// What it has proven, the oldest first, of the last 8 censuses.
    pub results: Vec<CensusResult>,
    /// Its commitment in the census under way, or the last one it took part in.
    pub commitment: Option<CensusCommitment>,
    /// Its share of its issuer's free bond, in the bond's denom.
    pub bond_share: Uint128,
    /// The same in micro-coins: what can be slashed there.
    pub bond_share_coins: Uint128,
}

/// Devices that are to count.
#[cw_serde]
pub struct PendingDevices {
    /// How many.
    pub devices: u32,
    /// From which census on.
    pub from_census: u32,
}

/// What an operator has proven in one census.
#[cw_serde]
pub struct CensusResult {
    /// Which census.
    pub id: u32,
    /// Ops per second.
    pub rate: Uint128,
}

/// What an operator has committed to.
#[cw_serde]
pub struct CensusCommitment {
    /// The census's slot.
    pub slot: u64,
    /// Units of work.
    pub units: u32,
    /// The root over them.
    pub root: HexBinary,
    /// Whether the draw has been answered.
    pub answered: bool,
}

/// Answer to `operators`.
#[cw_serde]
pub struct OperatorsResponse {
    /// One page.
    pub operators: Vec<OperatorResponse>,
}

/// Answer to `beacon`.
#[cw_serde]
pub struct BeaconResponse {
    /// Its 32 random bytes.
    pub randomness: HexBinary,
    /// When it was posted.
    pub posted_at: u64,
    /// The height at which it was posted.
    pub height: u64,
}
