//! Queries that go through lists, at their dearest.

use anyhow::Result;
use compute_api::market::{BatchState, Hook, Params, QueryMsg, Target};

use super::{
    super::world::World,
    trade::{SMALL, app, coordinator, worker},
};
use crate::{chain::address, figures::Row, market::SEEDED};

/// Gas that nodes give a query, as wasmd's configuration has it by itself.
const TARGET: u64 = 3_000_000;

/// One line for each.
pub(super) fn rows(few: &World, many: &World) -> Result<Vec<Row>> {
    let orders = |owner: String, limit| QueryMsg::Orders {
        owner: Some(app()),
        coordinator: Some(owner),
        issuer: None,
        start_after: None,
        limit,
    };
    let batches = |state, limit| QueryMsg::Batches {
        order: None,
        worker: Some(worker(0)),
        state: Some(state),
        start_after: None,
        limit,
    };
    let deadlines = |until| QueryMsg::Deadlines {
        until: Some(until),
        start_after: None,
        limit: Some(100),
    };
    let mut drawn = many.clone();
    drawn.drawn()?;
    let (doubted, before_answers) = doubted(few)?;
    let cases = [
        (
            "orders, a page of 100",
            many,
            orders(coordinator(), Some(100)),
        ),
        (
            "orders, of which none fits",
            many,
            orders(address("nobody"), None),
        ),
        (
            "batches, a page of 100",
            many,
            batches(BatchState::Committed, Some(100)),
        ),
        (
            "batches, of which none fits",
            many,
            batches(BatchState::Failed, None),
        ),
        ("deadlines, a page of 100", &drawn, deadlines(u64::MAX - 1)),
        (
            "deadlines, of which none comes before its slot's",
            many,
            deadlines(u64::MAX - 1),
        ),
        (
            "deadlines, the same and each with four open demands",
            &doubted,
            deadlines(before_answers),
        ),
    ];
    let mut rows = Vec::new();
    for (name, world, query) in cases {
        let gas = world.measure_query(&world.contracts.market, &query)?;
        let row = Row::new(format!("market-queries/{name}"), gas, "SDK gas");
        rows.push(row.at_most(TARGET));
    }
    Ok(rows)
}

/// Batches with as many demands as they can have, more than a query looks at; and a time
/// up to which all of them stand in the list, and none is due.
fn doubted(world: &World) -> Result<(World, u64)> {
    let mut world = world.clone();
    world.drawn()?;
    let rules = Params::production().demands;
    let order = world.open_order(SMALL, world.to_pay())?;
    for nonce in 0..300 {
        let work = world.work(order, 1, &[&SEEDED], nonce..nonce + 1, |_| ())?;
        let batch = world.committed(&work)?;
        let target = Target::Receipt { nonce };
        for _ in 0..rules.per_batch {
            let demand = world.pay(rules.bond.u128(), &Hook::Demand { batch, target })?;
            world.run(demand)?;
        }
    }
    let until = world.now() + rules.answer_within.seconds - 1;
    Ok((world, until))
}
