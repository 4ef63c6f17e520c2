//! The bounds of every parameter, and how they have to fit each other.

use compute_api::market::{BatchParams, DemandParams, Limit, OrderParams, Params, SplitParams};
use contract_kit::{
    Error,
    bounds::{MAX_SECONDS, within},
};
use cosmwasm_std::Uint128;

use crate::money::BPS;

/// The most samples of any batch: their bits are one word.
pub const MAX_SAMPLES: u32 = 64;
/// The most demands of any batch.
pub const MAX_DEMANDS: u32 = 4;
/// The most nodes of one demand: their hashes have to fit a transaction.
const MAX_NODES: u32 = 4_096;
/// The highest price, in parts of 10 000 of par: a hundred times.
const MAX_PRICE_BPS: u32 = 1_000_000;

/// Refuses parameters outside their bounds, or that contradict each other.
///
/// # Errors
/// [`Error`] with the value and its bounds.
pub fn validate(params: &Params) -> Result<(), Error> {
    orders(&params.orders)?;
    within(
        "redemptions.min_amount",
        params.redemptions.min_amount,
        Uint128::one(),
        Uint128::MAX,
    )?;
    part("redemptions.pace_bps", params.redemptions.pace_bps, 1)?;
    limit("redemptions.slack", params.redemptions.slack)?;
    batches(&params.batches)?;
    demands(&params.demands, &params.batches)?;
    split(&params.split)?;
    seconds("halts.block_seconds", params.halts.block_seconds)?;
    seconds("halts.commit_within", params.halts.commit_within)?;
    seconds("timelock", params.timelock)
}

fn orders(orders: &OrderParams) -> Result<(), Error> {
    within(
        "orders.min_pay",
        orders.min_pay,
        Uint128::one(),
        Uint128::MAX,
    )?;
    let (min, max) = (orders.min_price_bps, orders.max_price_bps);
    within("orders.max_price_bps", max, 1u32, MAX_PRICE_BPS)?;
    within("orders.min_price_bps", min, 1u32, max)?;
    seconds("orders.max_life", orders.max_life)?;
    limit("orders.commit_within", orders.commit_within)?;
    seconds("orders.cap_period", orders.cap_period)
}

fn batches(batches: &BatchParams) -> Result<(), Error> {
    seconds("batches.slot", batches.slot)?;
    seconds("batches.draw_after", batches.draw_after)?;
    seconds("batches.late_after", batches.late_after)?;
    limit("batches.post_within", batches.post_within)?;
    within("batches.max_seals", batches.max_seals, 1u32, 1_000u32)?;
    within(
        "batches.challenge_one_in",
        batches.challenge_one_in,
        1u32,
        1_000_000u32,
    )?;
    let (min, max) = (batches.min_samples, batches.max_samples);
    within("batches.max_samples", max, 1u32, MAX_SAMPLES)?;
    within("batches.min_samples", min, 1u32, max)?;
    within("batches.samples", batches.samples, min, max)?;
    limit("batches.prove_within", batches.prove_within)?;
    limit("batches.window", batches.window)?;
    // Who is drawn must have failed before it could settle.
    let prove = batches.prove_within;
    within(
        "batches.window.seconds",
        batches.window.seconds,
        prove.seconds,
        MAX_SECONDS,
    )?;
    within(
        "batches.exposure_factor",
        batches.exposure_factor,
        1u32,
        1_000u32,
    )
}

fn demands(demands: &DemandParams, batches: &BatchParams) -> Result<(), Error> {
    within("demands.per_batch", demands.per_batch, 0u32, MAX_DEMANDS)?;
    within("demands.bond", demands.bond, Uint128::one(), Uint128::MAX)?;
    limit("demands.answer_within", demands.answer_within)?;
    limit("demands.react_within", demands.react_within)?;
    within("demands.max_nodes", demands.max_nodes, 1u32, MAX_NODES)?;
    // There is time for all of them within the window; and what is answered before the
    // seal moves nothing.
    let (react, window) = (demands.react_within, batches.window);
    within(
        "demands.react_within.seconds",
        react.seconds,
        1u64,
        window.seconds,
    )?;
    within(
        "demands.react_within.blocks",
        react.blocks,
        1u64,
        window.blocks,
    )
}

fn split(split: &SplitParams) -> Result<(), Error> {
    part("split.worker_bps", split.worker_bps, 0)?;
    let whole = u32::try_from(BPS).unwrap_or(u32::MAX);
    within(
        "split.coordinator_bps",
        split.coordinator_bps,
        0u32,
        whole.saturating_sub(split.worker_bps),
    )?;
    part("split.fee_coordinator_bps", split.fee_coordinator_bps, 0)?;
    part("split.compensation_bps", split.compensation_bps, 0)
}

fn part(what: &'static str, value: u32, min: u32) -> Result<(), Error> {
    within(what, value, min, Uint128::new(BPS))
}

fn seconds(what: &'static str, value: u64) -> Result<(), Error> {
    within(what, value, 1u64, MAX_SECONDS)
}

fn limit(what: &'static str, limit: Limit) -> Result<(), Error> {
    seconds(what, limit.seconds)?;
    within(what, limit.blocks, 1u64, MAX_SECONDS)
}
