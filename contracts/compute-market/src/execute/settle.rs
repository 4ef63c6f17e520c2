//! How a batch ends: settled, failed, or undone by fraud.

use compute_api::{
    market::{BatchState, Mode, SlotStage, events::BatchEvent},
    votes::Fault,
};
use cosmwasm_std::Uint128;

use super::{demands, prove::not_ended};
use crate::{
    ContractError, book,
    clock::{passed, require_passed},
    context::Context,
    error::refused,
    money::{self, Split, fee_of},
    peers,
    standing::{Standing, unanswered},
    state::End,
};

/// Settles a batch: pays, or burns.
pub(crate) fn settle(ctx: &mut Context<'_>, number: u64) -> Result<(), ContractError> {
    let mut standing = Standing::load(ctx.storage, &ctx.block.chain_id, &ctx.market, number)?;
    if !matches!(standing.state, BatchState::Cleared | BatchState::Proven) {
        return Err(ContractError::BatchState {
            batch: number,
            state: standing.state,
            needed: "cleared or proven",
        });
    }
    if let Some(open_until) = standing.open_until() {
        require_passed(&ctx.block, "settling this batch", open_until)?;
    }
    let batch = &mut standing.batch;
    if (batch.open_demands > 0) | (batch.pending_voids > 0) {
        return Err(refused(format!(
            "batch {number} has {} demands to be answered and {} claims to be decided: those come \
             first",
            batch.open_demands, batch.pending_voids
        )));
    }
    let time = ctx.now();
    batch.end = Some(End {
        state: BatchState::Settled,
        time,
    });
    let ops = batch.commitment.ops.checked_sub(batch.void_ops)?;
    book::save_ended(ctx, number, batch)?;

    let before = standing.order;
    let mut order = before.clone();
    order.ops.reserved = order.ops.reserved.checked_sub(ops)?;
    order.ops.used = order.ops.used.checked_add(ops)?;
    order.open_batches = order.open_batches.saturating_sub(1);
    let fee = earned_fee(&before, order.ops.used)?;
    if let Some(redemption) = &mut order.redemption {
        redemption.fee_left = redemption.fee_left.checked_sub(fee)?;
    }
    let order = book::save_order(ctx, Some(&before), order, "settled", Some(number))?;
    let spent = order.coins.spent.checked_sub(before.coins.spent)?;

    let (split, burnt) = match &order.mode {
        Mode::Pay { .. } => (money::split(&ctx.params.split, spent)?, Uint128::zero()),
        Mode::Redeem { .. } => (money::split_fee(&ctx.params.split, fee)?, spent),
    };
    let Split {
        worker,
        coordinator,
        protection,
    } = split;
    ctx.emit(BatchEvent::Settled {
        batch: number,
        ops,
        worker_paid: worker,
        coordinator_paid: coordinator,
        protection_paid: protection,
        burnt,
        time,
    });
    if let Mode::Redeem { issuer, .. } = &order.mode {
        peers::redeem(ctx, issuer, burnt)?;
    }
    peers::distribute(ctx, &standing.batch.worker, &order.coordinator, split)
}

/// What an order's fee earns as so many of its ops are used.
fn earned_fee(
    before: &compute_api::market::Order,
    used: Uint128,
) -> Result<Uint128, ContractError> {
    let Some((_, fee)) = book::redemption(before) else {
        return Ok(Uint128::zero());
    };
    let total = before.ops.total;
    let earned = fee_of(fee, used, total)?;
    Ok(earned.checked_sub(fee_of(fee, before.ops.used, total)?)?)
}

/// Fails a batch that was not proven in time, or of which a demand was not answered.
pub(crate) fn fail(ctx: &mut Context<'_>, number: u64) -> Result<(), ContractError> {
    let standing = Standing::load(ctx.storage, &ctx.block.chain_id, &ctx.market, number)?;
    not_ended(number, &standing)?;
    let (cause, demand) = cause(ctx, number, &standing)?;
    let one_in = match standing.slot.stage {
        SlotStage::Drawn {
            challenge_one_in, ..
        } => challenge_one_in,
        _ => ctx.params.batches.challenge_one_in,
    };
    // A cheat that is caught stays silent: it must cost as much as what it gains by
    // all that are not drawn. Of a void slot nobody is at fault.
    let penalty = match cause {
        "undrawn" => Uint128::zero(),
        _ => standing
            .batch
            .charge
            .checked_mul(Uint128::from(one_in))
            .unwrap_or(Uint128::MAX),
    };
    let worker = standing.batch.worker.clone();
    let time = ctx.now();
    undo(ctx, number, standing, BatchState::Failed)?;
    ctx.emit(BatchEvent::Failed {
        batch: number,
        cause: cause.to_owned(),
        demand,
        penalty,
        time,
    });
    if cause == "undrawn" {
        return Ok(());
    }
    let fault = Fault::Unproven {
        batch: number,
        amount: penalty,
    };
    peers::report(ctx, &worker, fault, None)
}

/// Why a batch fails, and which demand was not answered.
fn cause(
    ctx: &Context<'_>,
    number: u64,
    standing: &Standing,
) -> Result<(&'static str, Option<u32>), ContractError> {
    if let Some(demand) = unanswered(ctx.storage, &ctx.block, number, &standing.batch)? {
        return Ok(("unanswered", Some(demand)));
    }
    if let SlotStage::Void {} = standing.slot.stage {
        return Ok(("undrawn", None));
    }
    match (standing.state, standing.prove_by()) {
        (BatchState::Challenged, Some(prove_by)) if passed(&ctx.block, prove_by) => {
            Ok(("unproven", None))
        }
        (BatchState::Challenged, Some(prove_by)) => Err(ContractError::NotPassed {
            what: "failing this batch",
            time: prove_by.time,
            height: prove_by.height,
            now: ctx.now(),
            at: ctx.block.height,
        }),
        (state, _) => Err(ContractError::BatchState {
            batch: number,
            state,
            needed: "challenged and not proven, or with a demand not answered in time",
        }),
    }
}

/// Ends a batch that pays nobody: what it had reserved is the order's again.
pub(crate) fn undo(
    ctx: &mut Context<'_>,
    number: u64,
    mut standing: Standing,
    state: BatchState,
) -> Result<(), ContractError> {
    let owner = standing.order.owner.clone();
    let batch = &mut standing.batch;
    demands::return_bonds(ctx, number, batch, &owner)?;
    batch.end = Some(End {
        state,
        time: ctx.now(),
    });
    let ops = batch.commitment.ops.checked_sub(batch.void_ops)?;
    book::save_ended(ctx, number, batch)?;
    let before = standing.order;
    let mut order = before.clone();
    order.ops.reserved = order.ops.reserved.checked_sub(ops)?;
    order.open_batches = order.open_batches.saturating_sub(1);
    book::save_order(ctx, Some(&before), order, &state.to_string(), Some(number))?;
    Ok(())
}
