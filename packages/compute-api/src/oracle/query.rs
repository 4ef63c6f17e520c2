use cosmwasm_schema::{QueryResponses, cw_serde};
use cosmwasm_std::{Addr, Coin, HexBinary, Uint128};
use cw_ownable::cw_ownable_query;

use super::{BeaconNetwork, Change, Identity, Params, Tier};
use crate::{Contracts, timelock::AnnouncedResponse, votes::Standing};

/// What can be asked of the oracle.
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
    /// The guardian.
    #[returns(Addr)]
    Guardian {},
    /// Changes that have been announced.
    #[returns(AnnouncedResponse<Change>)]
    Announced {
        /// The last number one has.
        start_after: Option<u64>,
        /// How many.
        limit: Option<u32>,
    },
    /// What is paused.
    #[returns(PausesResponse)]
    Pauses {},

    /// The compute in one coin, now.
    #[returns(PegResponse)]
    Peg {},
    /// The compute in one coin at a moment since the contract began.
    #[returns(PegAtResponse)]
    PegAt {
        /// When.
        time: u64,
    },
    /// Every re-index, the oldest first.
    #[returns(PegHistoryResponse)]
    PegHistory {
        /// The last number one has.
        start_after: Option<u64>,
        /// How many.
        limit: Option<u32>,
    },
    /// All tiers, and how long which has been the mainstream one.
    #[returns(TiersResponse)]
    Tiers {},

    /// All that stands behind the coin, live: totals, and a page of issuers.
    #[returns(BackingResponse)]
    Backing {
        /// The last issuer one has.
        start_after: Option<String>,
        /// How many.
        limit: Option<u32>,
    },
    /// What an issuer can mint now, and why not more.
    #[returns(MintAllowanceResponse)]
    MintAllowance {
        /// Which issuer.
        issuer: String,
    },
    /// One issuer.
    #[returns(IssuerResponse)]
    Issuer {
        /// Which one.
        issuer: String,
    },
    /// All issuers, by address.
    #[returns(IssuersResponse)]
    Issuers {
        /// The last issuer one has.
        start_after: Option<String>,
        /// How many.
        limit: Option<u32>,
    },

    /// The census under way, and the last one that counts.
    #[returns(CensusResponse)]
    Census {},
    /// Closed censuses, the newest first.
    #[returns(CensusesResponse)]
    Censuses {
        /// The last id one has: older ones follow.
        start_after: Option<u32>,
        /// How many.
        limit: Option<u32>,
    },
    /// One operator, as the oracle knows it.
    #[returns(OperatorResponse)]
    Operator {
        /// Which one.
        operator: String,
    },
    /// An issuer's operators, or all, by address.
    #[returns(OperatorsResponse)]
    Operators {
        /// Whose; all if left out.
        issuer: Option<String>,
        /// The last operator one has.
        start_after: Option<String>,
        /// How many.
        limit: Option<u32>,
    },

    /// The beacon's network.
    #[returns(BeaconNetwork)]
    BeaconNetwork {},
    /// A round that has been posted; null if it has not.
    #[returns(Option<BeaconResponse>)]
    Beacon {
        /// Which round.
        round: u64,
    },
}

/// Answer to `pauses`: until when each is paused; null where it is not.
#[cw_serde]
pub struct PausesResponse {
    /// Minting.
    pub mint: Option<u64>,
    /// Redeeming.
    pub redeem: Option<u64>,
    /// From when on redeeming can be paused again.
    pub next_redeem_pause: u64,
}

/// How far the peg can be trusted. The worst that applies.
#[cw_serde]
#[derive(Copy)]
pub enum PegStatus {
    /// Measured lately, by a public beacon.
    Ok,
    /// Measured lately, by a beacon whose key one operator holds.
    TrustedBeacon,
    /// The last census is too old to mint by, or there has been none.
    Stale,
    /// Minting or redeeming is paused.
    Halted,
}

/// Answer to `peg`.
#[cw_serde]
pub struct PegResponse {
    /// Id of the tier that the peg follows.
    pub tier: String,
    /// Ops in one coin, now; rounded down.
    pub opc: Uint128,
    /// Ops in one coin when the glide is over.
    pub target: Uint128,
    /// When that is; null if it stands still.
    pub glide_ends_at: Option<u64>,
    /// The re-index that has been proposed.
    pub reindex: Option<Reindex>,
    /// The last census that counts.
    pub last_census: Option<CensusRecord>,
    /// How far this can be trusted.
    pub status: PegStatus,
    /// Why, in words.
    pub reason: String,
}

/// A proposed re-index.
#[cw_serde]
pub struct Reindex {
    /// Id of the new tier.
    pub tier: String,
    /// Ops in one coin, when the glide is over.
    pub target: Uint128,
    /// Until when it can be vetoed, and from when on it can be applied.
    pub ready_at: u64,
}

/// Answer to `peg_at`.
#[cw_serde]
pub struct PegAtResponse {
    /// The moment asked for.
    pub time: u64,
    /// Id of the tier that the peg followed.
    pub tier: String,
    /// Ops in one coin then; rounded down.
    pub opc: Uint128,
    /// Ops in one coin to which it glided.
    pub target: Uint128,
}

/// One step of the peg: from `start` on it rises in a straight line to the target.
#[cw_serde]
pub struct PegStep {
    /// Its number, from 0.
    pub number: u64,
    /// Id of the tier.
    pub tier: String,
    /// When it began.
    pub started_at: u64,
    /// Ops in one coin then.
    pub start: Uint128,
    /// Ops in one coin at the end.
    pub target: Uint128,
    /// Parts of 10 000 of the start that it rises in one period.
    pub glide_bps: u32,
    /// Seconds of that period.
    pub glide_period: u64,
}

/// Answer to `peg_history`.
#[cw_serde]
pub struct PegHistoryResponse {
    /// One page.
    pub steps: Vec<PegStep>,
}

/// Answer to `tiers`.
#[cw_serde]
pub struct TiersResponse {
    /// By rising rate.
    pub tiers: Vec<Tier>,
    /// Id of the tier of the median device in the last census; null if that is below
    /// all tiers or nothing was proven.
    pub held: Option<String>,
    /// For how many censuses in a row, each with enough operators.
    pub held_for: u32,
}

/// Answer to `backing`.
#[cw_serde]
pub struct BackingResponse {
    /// Micro-coins that exist.
    pub supply: Uint128,
    /// Micro-coins burnt without lowering what anyone owes.
    pub forgiven: Uint128,
    /// Micro-coins that all issuers owe together.
    pub outstanding: Uint128,
    /// Micro-coins that nobody owes since a default. `supply + forgiven =
    /// outstanding + orphan`, always.
    pub orphan: Uint128,
    /// What waits for whoever takes the orphans over, in the bond's denom.
    pub bounty: Coin,
    /// Ops in one coin, now.
    pub opc: Uint128,
    /// The census that all this rests on; null if there has been none.
    pub census: Option<u32>,
    /// One page.
    pub issuers: Vec<IssuerBacking>,
}

/// What one issuer owes and what stands behind it.
#[cw_serde]
pub struct IssuerBacking {
    /// Which issuer.
    pub issuer: Addr,
    /// Micro-coins that it owes: O.
    pub outstanding: Uint128,
    /// Ops per second that it has committed.
    pub committed: Uint128,
    /// Until when.
    pub until: u64,
    /// Ops per second that its operators have proven: P.
    pub proven: Uint128,
    /// The smaller of both: E; 0 when the commitment is over.
    pub effective: Uint128,
    /// Ops that back its coins: B.
    pub backing: Uint128,
    /// Its bond, what is leaving included, in the bond's denom.
    pub bond: Uint128,
    /// The part of it that is leaving.
    pub leaving: Uint128,
    /// Micro-coins that the rest of it allows.
    pub bond_cap: Uint128,
    /// Micro-coins that are not backed; 0 is sound.
    pub short: Uint128,
    /// Until when it can mend a shortfall, if it is marked.
    pub curing_until: Option<u64>,
}

/// Answer to `issuer`.
#[cw_serde]
pub struct IssuerResponse {
    /// Who it is.
    pub identity: Identity,
    /// What it owes and has.
    pub backing: IssuerBacking,
    /// When the leaving part of its bond is free.
    pub bond_free_at: Option<u64>,
    /// When it was admitted.
    pub admitted_at: u64,
}

/// Answer to `issuers`.
#[cw_serde]
pub struct IssuersResponse {
    /// One page.
    pub issuers: Vec<IssuerResponse>,
}

/// What bounds a mint.
#[cw_serde]
#[derive(Copy)]
pub enum MintLimit {
    /// Capacity: committed, proven and for long enough.
    Backing,
    /// The bond.
    Bond,
    /// What all issuers together can mint in one period.
    Rate,
    /// The last census is too old, or there has been none.
    StaleCensus,
    /// Minting is paused.
    Paused,
    /// The issuer is marked as short.
    Curing,
}

/// Answer to `mint_allowance`.
#[cw_serde]
pub struct MintAllowanceResponse {
    /// Micro-coins that it can mint in this block.
    pub amount: Uint128,
    /// What keeps it from more.
    pub limited_by: MintLimit,
    /// Micro-coins that its backing leaves room for.
    pub by_backing: Uint128,
    /// Micro-coins that its bond leaves room for.
    pub by_bond: Uint128,
    /// Micro-coins that the period leaves room for.
    pub by_rate: Uint128,
}

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
