//! The bounds of every parameter, and how they have to fit each other.

use compute_api::oracle::{BeaconNetwork, CensusParams, Params, PegParams, ReserveParams, Tier};
use compute_proofs::census::{MAX_SAMPLES, Work};
use contract_kit::{
    Error,
    bounds::{MAX_SECONDS, count, within},
};
use cosmwasm_std::Uint128;

use crate::state::HISTORY;

/// The most tiers.
pub const MAX_TIERS: u32 = 16;
/// The rarest that a slot fires.
const MAX_ONE_IN: u64 = 1_000_000;
/// The most censuses that anything waits for.
const MAX_CENSUSES: u32 = 1_000;
/// Parts of 10 000: the whole.
pub const BPS: u32 = 10_000;

/// Refuses parameters outside their bounds, or that contradict each other.
///
/// # Errors
/// [`Error`] with the value and its bounds.
pub fn validate(params: &Params, beacon: &BeaconNetwork) -> Result<(), Error> {
    census(&params.census, beacon)?;
    peg(&params.peg)?;
    reserve(&params.reserve)?;
    let pauses = &params.pauses;
    seconds("pauses.mint_max", pauses.mint_max)?;
    seconds("pauses.redeem_max", pauses.redeem_max)?;
    // A seventh of the time at most, whoever pauses.
    let week = pauses.redeem_max.saturating_mul(7);
    within(
        "pauses.redeem_every",
        pauses.redeem_every,
        week,
        MAX_SECONDS,
    )?;
    seconds("timelock", params.timelock)
}

fn census(census: &CensusParams, beacon: &BeaconNetwork) -> Result<(), Error> {
    // Every slot has a round of its own.
    within("census.slot", census.slot, beacon.period, MAX_SECONDS)?;
    within("census.one_in", census.one_in, 1u64, MAX_ONE_IN)?;
    // The next census cannot begin in the window of this one.
    let after = census.slot.saturating_add(1);
    within("census.gap", census.gap, after, MAX_SECONDS)?;
    within("census.open_within", census.open_within, 1u64, census.slot)?;
    within("census.rate_margin", census.rate_margin, 0u64, MAX_SECONDS)?;
    // The sampling round must not be known when the seal's block is proposed.
    within(
        "census.draw_after",
        census.draw_after,
        beacon.period,
        MAX_SECONDS,
    )?;
    seconds("census.seal_within", census.seal_within)?;
    seconds("census.draw_within", census.draw_within)?;
    seconds("census.answer_within", census.answer_within)?;
    within(
        "census.answer_blocks",
        census.answer_blocks,
        1u64,
        MAX_SECONDS,
    )?;
    Work::new(census.matrix, census.tile)?;
    within("census.samples", census.samples, 1u32, MAX_SAMPLES)?;
    within(
        "census.devices_after",
        census.devices_after,
        0u32,
        MAX_CENSUSES,
    )?;
    within("census.missed_limit", census.missed_limit, 1u32, HISTORY)
}

fn peg(peg: &PegParams) -> Result<(), Error> {
    within("peg.hold", peg.hold, 1u32, MAX_CENSUSES)?;
    within("peg.min_operators", peg.min_operators, 1u32, u32::MAX)?;
    seconds("peg.veto_within", peg.veto_within)?;
    within("peg.glide_bps", peg.glide_bps, 1u32, BPS)?;
    seconds("peg.glide_period", peg.glide_period)
}

fn reserve(reserve: &ReserveParams) -> Result<(), Error> {
    seconds("reserve.horizon", reserve.horizon)?;
    within("reserve.margin_bps", reserve.margin_bps, 0u32, BPS)?;
    let bond_per_coin = &reserve.bond_per_coin;
    within(
        "reserve.bond_per_coin",
        bond_per_coin.amount,
        Uint128::one(),
        Uint128::new(u64::MAX.into()),
    )?;
    count(
        "bytes of the bond's denom",
        bond_per_coin.denom.len(),
        3,
        128,
    )?;
    seconds("reserve.census_max_age", reserve.census_max_age)?;
    seconds("reserve.curing", reserve.curing)?;
    // Whoever is marked as short cannot have its bond out before it can default.
    let after = reserve.curing.saturating_add(1);
    within(
        "reserve.bond_unlock",
        reserve.bond_unlock,
        after,
        MAX_SECONDS,
    )?;
    within(
        "reserve.mint_limit",
        reserve.mint_limit,
        Uint128::one(),
        Uint128::MAX,
    )?;
    seconds("reserve.mint_period", reserve.mint_period)
}

/// Refuses parameters that a change cannot lead to.
///
/// # Errors
/// [`Error::Refused`] for another denom: bonds are held in the first one.
pub fn validate_change(now: &Params, next: &Params) -> Result<(), Error> {
    let (now, next) = (&now.reserve.bond_per_coin, &next.reserve.bond_per_coin);
    if now.denom == next.denom {
        return Ok(());
    }
    Err(Error::Refused(format!(
        "the bond's denom is {} for good, not {}: bonds are held in it",
        now.denom, next.denom
    )))
}

/// Refuses tiers that are no rising table.
///
/// # Errors
/// [`Error`] with the tier.
pub fn validate_tiers(tiers: &[Tier]) -> Result<(), Error> {
    count("tiers", tiers.len(), 1, MAX_TIERS)?;
    let mut below = Uint128::zero();
    for (at, tier) in tiers.iter().enumerate() {
        count("bytes of a tier's id", tier.id.len(), 1, 32)?;
        count("bytes of a tier's name", tier.name.len(), 1, 100)?;
        count("bytes of a tier's source", tier.source.len(), 1, 300)?;
        if tier.rate <= below {
            return Err(Error::Refused(format!(
                "tier {} has rate {}: must be above the one before, {below}",
                tier.id, tier.rate
            )));
        }
        below = tier.rate;
        if tiers.iter().take(at).any(|other| other.id == tier.id) {
            return Err(Error::Refused(format!("tier {} is there twice", tier.id)));
        }
        // Ops per coin in 128 bits.
        crate::peg::opc_of(tier)?;
    }
    Ok(())
}

fn seconds(what: &'static str, value: u64) -> Result<(), Error> {
    within(what, value, 1u64, MAX_SECONDS)
}
