//! How gas grows with what there can be many of. Compared is what the contracts
//! themselves use: neither the transaction's base nor the message's bytes, which would
//! hide growth.

use anyhow::{Context, Result};

use super::{Case, FEW, cases, fill::Sizes, votes, world::World};
use crate::figures::Row;

/// How much dearer a message may become with accounts that it has nothing to do with.
pub(super) const FLAT: f64 = 1.05;

/// The logarithm of 100 000 over that of 10.
const LOGARITHMIC: f64 = 5.0;

/// With 10 and 10 000 operators, issuers and holders.
pub(super) fn in_accounts(few: &World, many: &World) -> Result<Vec<Row>> {
    let columns = [("10", few), ("10 000", many)];
    rows("accounts", &columns, FLAT, |case| !case.stakes)
}

/// With 10 and 100 000 voters of the operator at hand.
pub(super) fn in_voters(few: &World) -> Result<Vec<Row>> {
    let many = World::filled(Sizes {
        voters: 100_000,
        ..FEW
    })?;
    let columns = [("10", few), ("100 000", &many)];
    rows("voters", &columns, FLAT, |case| case.voters)
}

/// With 10, 1 000 and 100 000 operators.
pub(super) fn in_operators(few: &World) -> Result<Vec<Row>> {
    let with = |operators| World::filled(Sizes { operators, ..FEW });
    let (more, many) = (with(1_000)?, with(100_000)?);
    let columns = [("10", few), ("1 000", &more), ("100 000", &many)];
    let mut all = rows("operators", &columns, LOGARITHMIC, |case| case.stakes)?;
    let mut draws = Vec::new();
    for (column, world) in columns {
        let gas = world.measure_query(&world.contracts.votes, &votes::sample())?;
        draws.push((column, gas));
    }
    all.extend(line(
        "operators/votes: sample (a query), one draw",
        &draws,
        LOGARITHMIC,
    ));
    Ok(all)
}

fn rows(
    section: &str,
    columns: &[(&'static str, &World)],
    bound: f64,
    wanted: fn(&Case) -> bool,
) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for (contract, cases) in cases() {
        for case in cases.into_iter().filter(wanted) {
            let mut gas = Vec::new();
            for (column, world) in columns {
                let used = case.gas(world);
                let used = used.with_context(|| format!("{contract}, with {column}"))?;
                gas.push((*column, used.sdk()));
            }
            let name = format!("{section}/{contract}: {}", case.name);
            rows.extend(line(&name, &gas, bound));
        }
    }
    Ok(rows)
}

/// One line of a table: the gas in each column, and the last over the first.
pub(super) fn line(case: &str, gas: &[(&str, u64)], bound: f64) -> Vec<Row> {
    let mut rows: Vec<Row> = gas
        .iter()
        .map(|(column, gas)| Row::new(format!("{case}/{column}"), *gas, "SDK gas"))
        .collect();
    if let (Some((_, first)), Some((_, last))) = (gas.first(), gas.last()) {
        rows.push(Row::new(format!("{case}/ratio"), ratio(*last, *first), "").at_most(bound));
    }
    rows
}

/// To three decimals.
pub(super) fn ratio(a: u64, b: u64) -> f64 {
    (a as f64 / b as f64 * 1e3).round() / 1e3
}
