//! The coin beside an unmodified cw20-base.

use anyhow::Result;
use serde_json::json;

use super::{
    coin,
    fill::{PURSE, holder},
    growth::ratio,
    world::World,
};
use crate::{
    chain::{Contract, Gas, address},
    figures::Row,
};

/// How much dearer a transfer may be than a plain one.
const TARGET: f64 = 1.05;

/// The same transfers in both.
pub(super) fn transfers(world: &World) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for (name, recipient) in [
        ("transfer", holder(1)),
        ("transfer to a new account", address("new")),
    ] {
        let call = coin::transfer(world, recipient)?;
        let ours = world.measure(&call)?.gas;
        let plain = plain(world, &call.json()?)?;
        rows.extend(plain.rows(&format!("plain/{name}, cw20-base"), None));
        rows.extend(ours.rows(&format!("plain/{name}, coin"), None));
        for (column, ours, plain) in [
            ("vm", ours.sdk(), plain.sdk()),
            ("total", ours.total(), plain.total()),
        ] {
            let row = Row::new(format!("ratios/{name}/{column}"), ratio(ours, plain), "");
            rows.push(row.at_most(TARGET));
        }
    }
    Ok(rows)
}

/// A transfer of holder 0's in a plain CW20 with the same holders.
fn plain(world: &World, transfer: &serde_json::Value) -> Result<Gas> {
    let mut contract = Contract::artifact("plain_cw20")?;
    contract.block = world.block().clone();
    let balances: Vec<_> = (0..10)
        .map(|at| json!({ "address": holder(at), "amount": PURSE.to_string() }))
        .collect();
    let instantiate = json!({
        "name": "Compute",
        "symbol": "COMPUTE",
        "decimals": 6,
        "initial_balances": balances,
        "mint": { "minter": address("minter"), "cap": null },
        "marketing": null,
    });
    contract
        .instantiate(&address("owner"), &instantiate)?
        .value()?;
    let outcome = contract.execute(&holder(0), transfer)?;
    outcome.value()?;
    Ok(outcome.gas)
}
