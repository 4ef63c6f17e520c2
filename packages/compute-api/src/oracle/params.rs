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

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

impl Params {
    /// What a network in production begins with. What an issuer puts up for a coin
    /// has a price in money, so the protocol has no default for it.
    #[must_use]
    pub const fn production(bond_per_coin: Coin) -> Self {
        Self {
            census: CensusParams {
                slot: MINUTE,
                // A census in 6 hours on average, beside the gap.
                one_in: 360,
                gap: HOUR,
                open_within: 20,
                rate_margin: 12,
                draw_after: 30,
                seal_within: 60,
                draw_within: HOUR,
                answer_within: HOUR,
                answer_blocks: 100,
                matrix: 4_096,
                tile: 8,
                samples: 16,
                devices_after: 8,
                // Half of what its rate rests on: out of two days, one.
                missed_limit: 4,
            },
            peg: PegParams {
                hold: 4,
                min_operators: 10,
                veto_within: 3 * DAY,
                glide_bps: 100,
                glide_period: DAY,
            },
            reserve: ReserveParams {
                horizon: 30 * DAY,
                margin_bps: 500,
                bond_per_coin,
                census_max_age: 48 * HOUR,
                curing: 7 * DAY,
                // As long as coins with votes: it answers for the same faults.
                bond_unlock: 21 * DAY,
                // 10 million coins a day: what 231 mainstream devices back for the
                // whole horizon.
                mint_limit: Uint128::new(10_000_000_000_000),
                mint_period: DAY,
            },
            pauses: PauseParams {
                mint_max: 7 * DAY,
                redeem_max: DAY,
                redeem_every: 7 * DAY,
            },
            // Holders can redeem before it, also if that is paused first.
            timelock: 14 * DAY,
        }
    }
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

impl Tier {
    /// Tiers that a network in production begins with, by rising rate: derived from
    /// data sheets until the worker has measured them. All numbers are of the path
    /// that the worker takes, DP4A; tensor cores, which WGSL cannot reach, do not
    /// count. So a consumer's card can stand above a data centre's.
    #[must_use]
    pub fn defaults() -> Vec<Self> {
        [
            ("rtx-3060", "GeForce RTX 3060", 28, 1_777),
            ("rtx-4060", "GeForce RTX 4060", 24, 2_460),
            ("rtx-3090", "GeForce RTX 3090", 82, 1_695),
            ("a100", "A100", 108, 1_410),
            ("rtx-4080", "GeForce RTX 4080", 76, 2_505),
            ("h200", "H100 SXM, H200", 132, 1_980),
            ("rtx-4090", "GeForce RTX 4090", 128, 2_520),
        ]
        .map(|(id, name, multiprocessors, mhz)| Self::derived(id, name, multiprocessors, mhz))
        .into()
    }

    /// A tier by its data sheet. The census counts a device's work of 55 s (the last
    /// commitment is made then) over 72 s, and half of the peak is assumed: of the
    /// two figures that are known, one kernel reaches 65 % and one 24 %.
    fn derived(id: &str, name: &str, multiprocessors: u32, mhz: u32) -> Self {
        // Each multiprocessor issues 64 DP4A a clock, each 4 multiply-adds: 512 ops.
        let peak = u128::from(multiprocessors)
            .saturating_mul(mhz.into())
            .saturating_mul(512_000_000);
        let proven = peak.saturating_mul(50 * 55) / (100 * 72);
        // Down to whole GOPS: more would look measured.
        let rate = (proven / GIGA).saturating_mul(GIGA);
        Self {
            id: id.to_owned(),
            name: name.to_owned(),
            rate: Uint128::new(rate),
            source: format!(
                "derived: {multiprocessors} multiprocessors × {mhz} MHz × 64 DP4A of 8 ops, by \
                 data sheet; 50 % of that assumed, for 55 s of 72 s; not measured yet"
            ),
        }
    }
}

const GIGA: u128 = 1_000_000_000;
