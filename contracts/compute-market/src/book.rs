//! The one way to store an order, a slot or a batch: what follows from it (coins,
//! holdings, queues, exposure, deadlines, events) is kept in step here.

use compute_api::market::{
    EndCause, Mode, Order, OrderState, SlotStage,
    events::{BatchEvent, OrderEvent},
};
use cosmwasm_std::{Addr, StdResult, Storage, Uint128};

use crate::{
    ContractError, clock,
    context::Context,
    money::{BPS, Price, fee_of},
    peers,
    state::{
        BATCHES, BatchRecord, DUE, DUE_AT, EXPOSURES, HOLDINGS, Holdings, ISSUERS, IssuerQueue,
        ORDERS, QUEUE, SLOTS, SlotRecord,
    },
};

/// What stands in the list of what time brings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Timed {
    /// An order.
    Order,
    /// A slot.
    Slot,
    /// A batch.
    Batch,
}

impl Timed {
    /// As key.
    pub(crate) const fn key(self) -> u8 {
        match self {
            Self::Order => 0,
            Self::Slot => 1,
            Self::Batch => 2,
        }
    }
}

/// What an order's ops cost.
pub(crate) fn price(order: &Order) -> Price {
    let price_bps = match order.mode {
        Mode::Pay { price_bps } => price_bps,
        // At par.
        Mode::Redeem { .. } => u32::try_from(BPS).unwrap_or(u32::MAX),
    };
    Price {
        opc: order.opc,
        price_bps,
    }
}

/// An order's issuer and fee, if it is a redemption.
pub(crate) fn redemption(order: &Order) -> Option<(&str, Uint128)> {
    match &order.mode {
        Mode::Pay { .. } => None,
        Mode::Redeem { issuer, fee } => Some((issuer, *fee)),
    }
}

/// Ops that can still be committed under what is authorised.
pub(crate) fn room(order: &Order, authorised: Uint128) -> StdResult<Uint128> {
    let taken = order.ops.used.checked_add(order.ops.reserved)?;
    Ok(order.ops.total.min(authorised).saturating_sub(taken))
}

/// Ops that a live call asks for and nobody has served.
pub(crate) fn unserved(order: &Order) -> StdResult<Uint128> {
    let taken = order.ops.used.checked_add(order.ops.reserved)?;
    let Some(redemption) = &order.redemption else {
        return Ok(Uint128::zero());
    };
    Ok(match redemption.call {
        Some(_) => redemption.called.saturating_sub(taken),
        None => Uint128::zero(),
    })
}

/// Brings an order's coins in step with its ops. Once it is closed, returns what is to
/// be paid back, a redemption's fee included.
fn recount(order: &mut Order) -> Result<Uint128, ContractError> {
    let price = price(order);
    let taken = order.ops.used.checked_add(order.ops.reserved)?;
    let coins = &mut order.coins;
    coins.spent = price.coins(order.ops.used)?;
    coins.reserved = price.coins(taken)?.checked_sub(coins.spent)?;
    let held = coins.put_in.checked_sub(coins.paid_back)?;
    coins.free = held.checked_sub(coins.spent)?.checked_sub(coins.reserved)?;
    if order.state != OrderState::Closed {
        return Ok(Uint128::zero());
    }
    let mut back = core::mem::take(&mut coins.free);
    coins.paid_back = coins.paid_back.checked_add(back)?;
    if let (Some(redemption), Mode::Redeem { fee, .. }) = (&mut order.redemption, &order.mode) {
        let earned = fee_of(*fee, order.ops.used, order.ops.total)?;
        let keep = fee_of(*fee, taken, order.ops.total)?.checked_sub(earned)?;
        let surplus = redemption.fee_left.checked_sub(keep)?;
        redemption.fee_left = keep;
        back = back.checked_add(surplus)?;
    }
    Ok(back)
}

/// Stores an order after `cause`, in place of what stood `before`, and pays back what a
/// closed one has free.
pub(crate) fn save_order(
    ctx: &mut Context<'_>,
    before: Option<&Order>,
    mut order: Order,
    cause: &str,
    batch: Option<u64>,
) -> Result<Order, ContractError> {
    let back = recount(&mut order)?;
    end_served_call(ctx, &mut order)?;
    requeue(ctx, before, &order)?;
    rehold(ctx.storage, |held| {
        if let Some(before) = before {
            held.free = held.free.checked_sub(before.coins.free)?;
            held.reserved = held.reserved.checked_sub(before.coins.reserved)?;
            held.fees = held.fees.checked_sub(fee_left(before))?;
        }
        held.free = held.free.checked_add(order.coins.free)?;
        held.reserved = held.reserved.checked_add(order.coins.reserved)?;
        held.fees = held.fees.checked_add(fee_left(&order))?;
        Ok(())
    })?;
    let due = match order.state {
        OrderState::Open => {
            let call = order.redemption.as_ref().and_then(|x| x.call);
            let served_by = call.map_or(u64::MAX, |call| call.serve_by.time);
            Some(order.expires.min(served_by))
        }
        OrderState::Ending => order.closes.map(|closes| closes.time),
        OrderState::Closed => None,
    };
    set_due(ctx.storage, Timed::Order, order.order, due)?;
    ORDERS.save(ctx.storage, order.order, &order);
    ctx.emit(changed(&order, cause, batch));
    if !back.is_zero() {
        peers::pay(ctx, &order.owner, back)?;
    }
    Ok(order)
}

fn fee_left(order: &Order) -> Uint128 {
    let redemption = order.redemption.as_ref();
    redemption.map_or(Uint128::zero(), |redemption| redemption.fee_left)
}

/// Changes what the contract holds.
pub(crate) fn rehold(
    storage: &mut dyn Storage,
    change: impl FnOnce(&mut Holdings) -> StdResult<()>,
) -> StdResult<()> {
    let mut held = HOLDINGS.load(storage)?;
    change(&mut held)?;
    HOLDINGS.save(storage, &held);
    Ok(())
}

/// Takes a call off the queue that is served in full.
fn end_served_call(ctx: &mut Context<'_>, order: &mut Order) -> Result<(), ContractError> {
    let Some(call) = order.redemption.as_ref().and_then(|x| x.call) else {
        return Ok(());
    };
    if !unserved(order)?.is_zero() {
        return Ok(());
    }
    let outcome = match clock::passed(&ctx.block, call.serve_by) {
        true => "late",
        false => "served",
    };
    end_call(ctx, order, outcome)
}

/// Takes a live call off its issuer's queue. The caller stores the order, which takes
/// its ops off what the issuer has to serve.
pub(crate) fn end_call(
    ctx: &mut Context<'_>,
    order: &mut Order,
    outcome: &str,
) -> Result<(), ContractError> {
    let short = unserved(order)?;
    let Some((issuer, _)) = redemption(order) else {
        return Ok(());
    };
    let issuer = Addr::unchecked(issuer);
    let Some(call) = order.redemption.as_mut().and_then(|x| x.call.take()) else {
        return Ok(());
    };
    QUEUE.remove(ctx.storage, (&issuer, call.place));
    let mut queue = ISSUERS.may_load(ctx.storage, &issuer)?.unwrap_or_default();
    match outcome {
        "served" => queue.served_calls = queue.served_calls.saturating_add(1),
        "late" => {
            queue.late_calls = queue.late_calls.saturating_add(1);
            queue.late_ops = queue.late_ops.checked_add(short)?;
        }
        _ => {}
    }
    ISSUERS.save(ctx.storage, &issuer, &queue);
    ctx.emit(OrderEvent::CallEnded {
        order: order.order,
        issuer: issuer.to_string(),
        place: call.place,
        outcome: outcome.to_owned(),
    });
    Ok(())
}

/// Keeps what an issuer has to serve in step with one of its redemptions.
fn requeue(
    ctx: &mut Context<'_>,
    before: Option<&Order>,
    order: &Order,
) -> Result<(), ContractError> {
    let Some((issuer, _)) = redemption(order) else {
        return Ok(());
    };
    let issuer = Addr::unchecked(issuer);
    let mut queue = ISSUERS.may_load(ctx.storage, &issuer)?.unwrap_or_default();
    let not_burnt = |order: &Order| order.coins.free.checked_add(order.coins.reserved);
    if let Some(before) = before {
        queue.open = queue.open.checked_sub(not_burnt(before)?)?;
        queue.queued_ops = queue.queued_ops.checked_sub(unserved(before)?)?;
    }
    queue.open = queue.open.checked_add(not_burnt(order)?)?;
    queue.queued_ops = queue.queued_ops.checked_add(unserved(order)?)?;
    ISSUERS.save(ctx.storage, &issuer, &queue);
    emit_queue(ctx, &issuer, &queue);
    Ok(())
}

fn emit_queue(ctx: &mut Context<'_>, issuer: &Addr, queue: &IssuerQueue) {
    ctx.emit(OrderEvent::QueueChanged {
        issuer: issuer.to_string(),
        open: queue.open,
        queued_ops: queue.queued_ops,
        served_calls: queue.served_calls,
        late_calls: queue.late_calls,
        late_ops: queue.late_ops,
    });
}

fn changed(order: &Order, cause: &str, batch: Option<u64>) -> OrderEvent {
    OrderEvent::OrderChanged {
        order: order.order,
        cause: cause.to_owned(),
        batch,
        put_in: order.coins.put_in,
        spent: order.coins.spent,
        reserved: order.coins.reserved,
        paid_back: order.coins.paid_back,
        free: order.coins.free,
        fee_left: fee_left(order),
        ops_total: order.ops.total,
        ops_authorised: order.ops.authorised,
        ops_reserved: order.ops.reserved,
        ops_used: order.ops.used,
        open_batches: order.open_batches,
        cap_reserved: order.cap.as_ref().map(|cap| cap.reserved),
        cap_resets_at: order.cap.as_ref().map(|cap| cap.resets_at),
    }
}

/// Ends an order: for a while yet, batches are committed for work that is done.
pub(crate) fn end_order(
    ctx: &mut Context<'_>,
    before: &Order,
    cause: EndCause,
) -> Result<(), ContractError> {
    let mut order = before.clone();
    let outcome = match cause {
        EndCause::Late => "late",
        EndCause::Expired | EndCause::Cancelled => "withdrawn",
    };
    end_call(ctx, &mut order, outcome)?;
    let within = ctx.params.orders.commit_within;
    let closes = clock::after(ctx.now(), ctx.block.height, within);
    order.state = OrderState::Ending;
    order.end_cause = Some(cause);
    order.closes = Some(closes);
    ctx.emit(OrderEvent::OrderEnded {
        order: order.order,
        cause: cause.to_string(),
        closes: closes.time,
        closes_height: closes.height,
    });
    save_order(ctx, Some(before), order, "ended", None)?;
    Ok(())
}

/// Stores a slot.
pub(crate) fn save_slot(
    storage: &mut dyn Storage,
    number: u64,
    slot: &SlotRecord,
    round_time: Option<u64>,
) -> StdResult<()> {
    let due = match slot.stage {
        SlotStage::Open { .. } => Some(slot.ends_at),
        SlotStage::Sealed { post_by, .. } => Some(round_time.unwrap_or(post_by.time)),
        SlotStage::Drawn { .. } | SlotStage::Void {} => None,
    };
    set_due(storage, Timed::Slot, number, due)?;
    SLOTS.save(storage, number, slot);
    Ok(())
}

/// Stores a batch that has not ended. `due` is when anyone can next do something with
/// it, at the earliest.
pub(crate) fn save_batch(
    storage: &mut dyn Storage,
    number: u64,
    batch: &BatchRecord,
    due: u64,
) -> StdResult<()> {
    set_due(storage, Timed::Batch, number, Some(due))?;
    BATCHES.save(storage, number, batch);
    Ok(())
}

/// Stores a batch that has ended: nothing is due of it, and its worker has that much
/// less unsettled.
pub(crate) fn save_ended(
    ctx: &mut Context<'_>,
    number: u64,
    batch: &BatchRecord,
) -> Result<(), ContractError> {
    set_due(ctx.storage, Timed::Batch, number, None)?;
    BATCHES.save(ctx.storage, number, batch);
    let mut exposure = EXPOSURES.load(ctx.storage, &batch.worker)?;
    exposure.unsettled = exposure.unsettled.checked_sub(batch.charge)?;
    exposure.open_batches = exposure.open_batches.saturating_sub(1);
    save_exposure(ctx, &batch.worker, exposure)
}

/// Stores what a worker has unsettled.
pub(crate) fn save_exposure(
    ctx: &mut Context<'_>,
    worker: &Addr,
    exposure: crate::state::Exposure,
) -> Result<(), ContractError> {
    EXPOSURES.save(ctx.storage, worker, &exposure);
    ctx.emit(BatchEvent::ExposureChanged {
        worker: worker.to_string(),
        unsettled: exposure.unsettled,
        open_batches: exposure.open_batches,
    });
    Ok(())
}

/// Puts something under a time in the list of what time brings, or takes it out.
fn set_due(storage: &mut dyn Storage, kind: Timed, number: u64, due: Option<u64>) -> StdResult<()> {
    let key = (kind.key(), number);
    let before = DUE_AT.may_load(storage, key)?;
    if before == due {
        return Ok(());
    }
    if let Some(before) = before {
        DUE.remove(storage, (before, kind.key(), number));
    }
    match due {
        None => DUE_AT.remove(storage, key),
        Some(time) => {
            DUE.save(storage, (time, kind.key(), number), &())?;
            DUE_AT.save(storage, key, &time)?;
        }
    }
    Ok(())
}
