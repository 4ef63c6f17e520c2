use cosmwasm_schema::cw_serde;
use cosmwasm_std::{Addr, Coin, Uint128};

use crate::oracle::Identity;

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
