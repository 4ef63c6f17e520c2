use cosmwasm_schema::cw_serde;
use cosmwasm_std::Uint128;

use super::CensusRecord;
use crate::oracle::Tier;

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
