use cosmwasm_schema::cw_serde;
use cosmwasm_std::{Addr, HexBinary, Uint128};

/// A registered program: `compute_proofs::program::Header`, and since when.
#[cw_serde]
pub struct Program {
    /// Its hash, 32 bytes: its name in authorisations.
    pub program: HexBinary,
    /// Version of the encoding and of all costs.
    pub version: u8,
    /// Slots of a task's input.
    pub slots: u8,
    /// How many operations it has.
    pub operations: u32,
    /// Ops that one task of it costs.
    pub cost: Uint128,
    /// Top of the sum tree of its operations by cost, 32 bytes.
    pub top: HexBinary,
    /// Who has registered it; that gives no rights.
    pub registrar: Addr,
    /// When.
    pub registered_at: u64,
    /// The height at which it was registered.
    pub height: u64,
}

/// Answer to `programs`.
#[cw_serde]
pub struct ProgramsResponse {
    /// One page.
    pub programs: Vec<Program>,
}

/// A registration that is under way. It waits for its registrar for as long as that
/// likes; the registrar's next first chunk takes its place.
#[cw_serde]
pub struct Registration {
    /// Who registers.
    pub registrar: Addr,
    /// The hash that the whole program must have.
    pub program: HexBinary,
    /// Slots of a task's input.
    pub slots: u8,
    /// Operations that are there, so the next chunk's `first`.
    pub operations: u32,
    /// Ops that those cost.
    pub cost: Uint128,
    /// When it began.
    pub started_at: u64,
}

/// What an operator takes, at least. An operator that has declared nothing takes par
/// and no fee.
#[cw_serde]
#[derive(Copy, Eq)]
pub struct Terms {
    /// Parts of 10 000 of par, from an order to pay.
    pub min_price_bps: u32,
    /// Parts of 10 000 of the coins redeemed, as fee of a redemption. A
    /// coordinator's; a worker gets none of it.
    pub min_fee_bps: u32,
}

/// Answer to `terms`.
#[cw_serde]
pub struct TermsResponse {
    /// Whose.
    pub operator: Addr,
    /// What it takes.
    pub terms: Terms,
    /// When it has declared that; null if it has not.
    pub declared_at: Option<u64>,
}

/// Answer to `all_terms`.
#[cw_serde]
pub struct AllTermsResponse {
    /// One page.
    pub terms: Vec<TermsResponse>,
}
