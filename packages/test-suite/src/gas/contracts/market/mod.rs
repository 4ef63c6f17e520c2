//! The market: its messages, whole batches, frauds and queries, and how they grow with
//! the orders and the open batches there are.

mod batches;
mod frauds;
mod messages;
mod queries;
mod trade;

use anyhow::{Context, Result};

use super::{
    Case,
    growth::{FLAT, line},
    world::World,
};
use crate::figures::Row;

/// So many orders, and batches in the slot that takes them.
const FEW: u32 = 10;
/// What a busy market has.
const MANY: u32 = 10_000;

/// All of it.
pub(super) fn rows() -> Result<Vec<Row>> {
    let (few, many) = (World::trading(FEW)?, World::trading(MANY)?);
    let mut rows = batches::rows(&few)?;
    rows.extend(frauds::rows(&few)?);
    rows.extend(queries::rows(&few, &many)?);
    for case in messages::cases() {
        let gas = case.gas(&many).context("market")?;
        rows.extend(gas.rows(&format!("market/{}", case.name), None));
        rows.extend(growth(&case, &few, gas.sdk())?);
    }
    Ok(rows)
}

/// What a message takes with few orders and batches, beside what it takes with many.
fn growth(case: &Case, few: &World, many: u64) -> Result<Vec<Row>> {
    let few = case.gas(few).context("market, with few")?.sdk();
    let gas = [("10", few), ("10 000", many)];
    Ok(line(&format!("orders/{}", case.name), &gas, FLAT))
}
