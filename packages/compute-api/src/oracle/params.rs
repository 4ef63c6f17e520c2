use cosmwasm_schema::cw_serde;
use cosmwasm_std::{Coin, Uint128};

/// Everything that can be set. Changes as a whole, after [`Self::timelock`].
#[cw_serde]
pub struct Params {
    /// How capacity is measured.
    pub census: CensusParams,
    /// How the peg moves.
    pub peg: PegParams,
    /// What stands behind the coin.
    pub reserve: ReserveParams,
    /// How long things can be stopped.
    pub pauses: PauseParams,
    /// Seconds between the announcement of a change and its application.
    pub timelock: u64,
}

/// How capacity is measured (`docs/proofs.md`).
#[cw_serde]
pub struct CensusParams {
    /// Seconds of a slot, which is also how long operators work: W.
    pub slot: u64,
    /// One slot in this many fires: q.
    pub one_in: u64,
    /// Seconds from one opened census to the next, at least.
    pub gap: u64,
    /// Seconds after its round's time in which a census can be opened.
    pub open_within: u64,
    /// Seconds that are added to the window when a rate is computed: Δ.
    pub rate_margin: u64,
    /// Seconds from the sealing block to the sampling round.
    pub draw_after: u64,
    /// Seconds after the window in which a census must be sealed, else it is void.
    pub seal_within: u64,
    /// Seconds after its time in which the sampling round must be posted, else the
    /// census is void.
    pub draw_within: u64,
    /// Seconds in which a draw is answered, from the block that posted it.
    pub answer_within: u64,
    /// Blocks in which a draw is answered, from the block that posted it; both must
    /// have passed.
    pub answer_blocks: u64,
    /// Rows and columns of a unit's matrices: N.
    pub matrix: u32,
    /// Rows and columns of a tile.
    pub tile: u32,
    /// Tiles that are drawn: s.
    pub samples: u32,
    /// Censuses after which a changed number of devices counts.
    pub devices_after: u32,
    /// Missed censuses out of the last 8 that are a fault.
    pub missed_limit: u32,
}

/// How the peg moves.
#[cw_serde]
pub struct PegParams {
    /// Censuses in a row that a tier must be the mainstream one.
    pub hold: u32,
    /// Operators that a census needs for that.
    pub min_operators: u32,
    /// Seconds in which the guardian can veto a re-index.
    pub veto_within: u64,
    /// Parts of 10 000 of its start by which opc rises in one [`Self::glide_period`].
    pub glide_bps: u32,
    /// Seconds of that period: a day.
    pub glide_period: u64,
}

/// What stands behind the coin.
#[cw_serde]
pub struct ReserveParams {
    /// Seconds of commitment that count as backing, and in which an operator that
    /// has left an issuer counts for none.
    pub horizon: u64,
    /// Backing beyond what is outstanding, in parts of 10 000.
    pub margin_bps: u32,
    /// The denom of bonds and what an issuer puts up for each whole coin.
    pub bond_per_coin: Coin,
    /// Seconds after which a census is too old to mint by.
    pub census_max_age: u64,
    /// Seconds that an issuer has to mend a shortfall.
    pub curing: u64,
    /// Seconds that a bond takes to leave.
    pub bond_unlock: u64,
    /// Micro-coins that all issuers together mint in one [`Self::mint_period`].
    pub mint_limit: Uint128,
    /// Seconds of that period.
    pub mint_period: u64,
}

/// How long things can be stopped.
#[cw_serde]
pub struct PauseParams {
    /// Seconds that minting can be stopped at a time.
    pub mint_max: u64,
    /// Seconds that redeeming can be stopped at a time.
    pub redeem_max: u64,
    /// Seconds from the begin of one stop of redeeming to the next, at least.
    pub redeem_every: u64,
}

/// A class of devices.
#[cw_serde]
pub struct Tier {
    /// Short and for good, such as `h100`.
    pub id: String,
    /// For people.
    pub name: String,
    /// Ops per second that one device proves in the census with the shipped worker.
    pub rate: Uint128,
    /// Where the rate comes from: measured on what, or derived from what.
    pub source: String,
}
