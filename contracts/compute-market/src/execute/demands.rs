//! What an order's owner demands to see of a batch.

use compute_api::market::{Demand, DemandState, Target, events::BatchEvent};
use contract_kit::bounds::within;
use cosmwasm_std::{Addr, Uint128};

use super::prove::{not_ended, save};
use crate::{
    ContractError, book,
    clock::{after, later, require_open},
    context::Context,
    error::refused,
    peers,
    standing::{Standing, open_demands},
    state::{BatchRecord, DEMANDS},
};

/// Makes a demand; the coins that came are its bond.
pub(crate) fn demand(
    ctx: &mut Context<'_>,
    sender: &Addr,
    amount: Uint128,
    number: u64,
    target: Target,
) -> Result<(), ContractError> {
    let mut standing = Standing::load(ctx.storage, &ctx.block.chain_id, &ctx.market, number)?;
    not_ended(number, &standing)?;
    if *sender != standing.order.owner {
        return Err(ContractError::NotOwner {
            sender: sender.clone(),
            order: standing.order.order,
        });
    }
    if let Some(open_until) = standing.open_until() {
        require_open(&ctx.block, "a demand of this batch", open_until)?;
    }
    let rules = ctx.params.demands.clone();
    if amount != rules.bond {
        return Err(refused(format!(
            "{amount} micro-coins came with the demand: its bond is {}",
            rules.bond
        )));
    }
    if standing.batch.demands >= rules.per_batch {
        return Err(refused(format!(
            "{} demands were made of batch {number}: no more are taken",
            standing.batch.demands
        )));
    }
    fits(&standing.batch, &target, rules.max_nodes)?;

    let answer_by = after(ctx.now(), ctx.block.height, rules.answer_within);
    standing.batch.demands = standing.batch.demands.saturating_add(1);
    standing.batch.open_demands = standing.batch.open_demands.saturating_add(1);
    let demand = standing.batch.demands;
    let record = Demand {
        demand,
        target,
        bond: amount,
        made_at: ctx.now(),
        answer_by,
        state: DemandState::Open,
        answered_by: None,
    };
    DEMANDS.save(ctx.storage, (number, demand), &record);
    book::rehold(ctx.storage, |held| {
        held.bonds = held.bonds.checked_add(amount)?;
        Ok(())
    })?;
    save(ctx, number, &standing)?;
    ctx.emit(BatchEvent::Demanded {
        batch: number,
        demand,
        target,
        bond: amount,
        time: record.made_at,
        answer_by: answer_by.time,
        answer_by_height: answer_by.height,
    });
    Ok(())
}

/// Refuses what no answer could be to.
fn fits(batch: &BatchRecord, target: &Target, max_nodes: u32) -> Result<(), ContractError> {
    let nonce = match *target {
        Target::Receipt { nonce }
        | Target::Outputs { nonce, .. }
        | Target::Element { nonce, .. }
        | Target::Leaf { nonce, .. } => nonce,
        Target::Nodes { nonce, count, .. } => {
            within("count", count, 1u32, max_nodes)?;
            nonce
        }
    };
    let first = batch.commitment.first_nonce;
    let last = first.saturating_add(u64::from(batch.commitment.span.saturating_sub(1)));
    Ok(within("nonce", nonce, first, last)?)
}

/// Takes an answered demand off the open ones: the worker has its bond, and the batch
/// stays open for what follows from the answer.
pub(crate) fn close(
    ctx: &mut Context<'_>,
    number: u64,
    standing: &mut Standing,
    mut demand: Demand,
    unclaimed: bool,
) -> Result<(), ContractError> {
    let by = ctx.sender.clone();
    demand.state = DemandState::Answered;
    demand.answered_by = Some(by.clone());
    DEMANDS.save(ctx.storage, (number, demand.demand), &demand);
    standing.batch.open_demands = standing.batch.open_demands.saturating_sub(1);
    let react = after(ctx.now(), ctx.block.height, ctx.params.demands.react_within);
    let moved = standing.batch.open_until;
    standing.batch.open_until = Some(moved.map_or(react, |moved| later(moved, react)));
    save(ctx, number, standing)?;
    let open_until = standing.open_until();
    ctx.emit(BatchEvent::Answered {
        batch: number,
        demand: demand.demand,
        by: by.to_string(),
        unclaimed,
        open_until: open_until.map(|deadline| deadline.time),
        open_until_height: open_until.map(|deadline| deadline.height),
    });
    book::rehold(ctx.storage, |held| {
        held.bonds = held.bonds.checked_sub(demand.bond)?;
        Ok(())
    })?;
    // By way of the worker's pool: its hot key holds no coins.
    let (worker, coordinator) = (&standing.batch.worker, &standing.order.coordinator);
    let split = crate::money::Split {
        worker: demand.bond,
        coordinator: Uint128::zero(),
        protection: Uint128::zero(),
    };
    peers::distribute(ctx, worker, coordinator, split)
}

/// Pays the bonds of a batch's open demands back, as it ends.
pub(crate) fn return_bonds(
    ctx: &mut Context<'_>,
    number: u64,
    batch: &mut BatchRecord,
    owner: &Addr,
) -> Result<(), ContractError> {
    for (demand, _) in open_demands(ctx.storage, number, batch)? {
        let mut record = DEMANDS.load(ctx.storage, (number, demand))?;
        record.state = DemandState::Returned;
        DEMANDS.save(ctx.storage, (number, demand), &record);
        book::rehold(ctx.storage, |held| {
            held.bonds = held.bonds.checked_sub(record.bond)?;
            Ok(())
        })?;
        ctx.emit(BatchEvent::BondReturned {
            batch: number,
            demand,
            owner: owner.to_string(),
            amount: record.bond,
        });
        peers::pay(ctx, owner, record.bond)?;
    }
    batch.open_demands = 0;
    Ok(())
}
