//! Batches that are committed.

use compute_api::{
    market::{Authoriser, Commitment, Mode, Order, OrderState, events::BatchEvent},
    votes::{Kind, Standing},
};
use compute_proofs::{codec::Decode, task::Grant};
use contract_kit::bounds::count;
use cosmwasm_std::{Addr, Binary, HexBinary, Order as Sort, Storage, Uint128};
use cw_storage_plus::Bound;

use super::{orders::signed_bytes, prove::soonest, slots};
use crate::{
    ContractError, book,
    clock::{self, require_open},
    context::Context,
    error::refused,
    peers,
    signed::{Signed, bytes, committed},
    state::{
        self, BATCHES_BY_ORDER, BATCHES_BY_WORKER, BatchRecord, EXPOSURES, LAST_BATCH, LAST_HALT,
        RUNS,
    },
};

/// Commits a worker's batch.
pub(crate) fn commit(
    ctx: &mut Context<'_>,
    number: u64,
    worker: &str,
    commitment: Commitment,
    signature: &HexBinary,
    grant: &Binary,
) -> Result<(), ContractError> {
    let before = state::order(ctx.storage, number)?;
    let mut order = before.clone();
    takes_batches(ctx, &order)?;
    in_time(ctx, &commitment)?;
    let worker = ctx.api.addr_validate(worker)?;
    let key = worker_key(ctx, &order, &worker)?;
    let cum_ops = signatures(ctx, &order, &worker, &key, &commitment, signature, grant)?;
    own_run(ctx.storage, number, &worker, &commitment)?;

    order.ops.authorised = order.ops.authorised.max(cum_ops);
    let room = book::room(&order, order.ops.authorised)?;
    if commitment.ops > room {
        return Err(ContractError::NoRoom {
            what: "ops of the order",
            asked: commitment.ops,
            has: room,
            cure: "it takes a higher authorisation, or a larger order",
        });
    }
    // In the order in which batches come; a difference of one micro-coin to what it
    // comes to when it settles is the order's.
    let price = book::price(&order);
    let taken = order.ops.used.checked_add(order.ops.reserved)?;
    let charge = price
        .coins(taken.checked_add(commitment.ops)?)?
        .checked_sub(price.coins(taken)?)?;
    cap(ctx, &mut order, charge)?;
    exposure(ctx, &worker, charge)?;
    order.ops.reserved = order.ops.reserved.checked_add(commitment.ops)?;
    order.open_batches = order.open_batches.saturating_add(1);

    let batch = store(ctx, &order, &worker, commitment, charge)?;
    book::save_order(ctx, Some(&before), order, "committed", Some(batch))?;
    Ok(())
}

/// Until it closes, an order takes batches.
fn takes_batches(ctx: &Context<'_>, order: &Order) -> Result<(), ContractError> {
    match (order.state, order.closes) {
        (OrderState::Open, _) => Ok(()),
        (OrderState::Ending, Some(closes)) => {
            require_open(&ctx.block, "committing to this order", closes)
        }
        (state, _) => Err(ContractError::OrderState {
            order: order.order,
            state,
            needed: "open or ending",
        }),
    }
}

/// By its `commit_by`, or later where a halt has kept it from that.
fn in_time(ctx: &Context<'_>, commitment: &Commitment) -> Result<(), ContractError> {
    let halt = LAST_HALT.may_load(ctx.storage)?;
    let until = clock::commit_until(&ctx.params.halts, halt, commitment.commit_by);
    if ctx.now() <= until {
        return Ok(());
    }
    Err(refused(format!(
        "it is {}: the batch was to be committed until {until}; have the worker sign another",
        ctx.now()
    )))
}

/// The key of a worker that may be paid by this order.
fn worker_key(ctx: &Context<'_>, order: &Order, worker: &Addr) -> Result<[u8; 32], ContractError> {
    let operator = peers::operator(ctx.querier, &ctx.contracts.votes, worker.as_str())?;
    if operator.kind != Kind::Miner {
        return Err(refused(format!(
            "{worker} is a {}: only a miner's work is paid",
            operator.kind
        )));
    }
    if operator.standing == Standing::Tombstoned {
        return Err(refused(format!(
            "{worker} is tombstoned and is paid nothing"
        )));
    }
    if let Mode::Redeem { issuer, .. } = &order.mode {
        let of = peers::issuer_of(ctx.querier, &ctx.contracts.oracle, worker)?;
        if of.as_ref().map(Addr::as_str) != Some(issuer) {
            return Err(refused(format!(
                "{worker} counts for {}, not for {issuer}: only an issuer's own operators serve \
                 its redemptions",
                of.as_ref().map_or("nobody", |of| of.as_str())
            )));
        }
    }
    Ok(bytes(&operator.signing_key)?)
}

/// Checks the worker's signature, and both of the grant of the batch's last place,
/// whose `cum_ops` it returns.
fn signatures(
    ctx: &Context<'_>,
    order: &Order,
    worker: &Addr,
    key: &[u8; 32],
    commitment: &Commitment,
    signature: &HexBinary,
    grant: &Binary,
) -> Result<Uint128, ContractError> {
    count("bytes of the root", commitment.root.len(), 32, 32)?;
    let batch = committed(commitment)?;
    batch.validate()?;
    let signed = Signed::of(ctx, order)?;
    let (crypto, context) = (signed.crypto(ctx), signed.context());
    let signature = signed_bytes(signature)?;
    batch.verify(&crypto, &context, worker.as_str(), key, &signature)?;

    let grant = Grant::from_bytes(grant)?;
    let last = commitment
        .first_nonce
        .saturating_add(u64::from(commitment.span.saturating_sub(1)));
    let authorisation = &grant.authorisation;
    if authorisation.nonce != last {
        return Err(refused(format!(
            "the grant is for task {}: it has to be the one of the batch's last place, {last}",
            authorisation.nonce
        )));
    }
    if authorisation.expires < commitment.commit_by {
        return Err(refused(format!(
            "task {last} is authorised until {}, and the batch is to be committed until {}: no \
             receipt of it would hold",
            authorisation.expires, commitment.commit_by
        )));
    }
    grant.verify(&crypto, &context, worker.as_str())?;
    Ok(Uint128::new(authorisation.cum_ops))
}

/// Refuses a run of nonces that one of the worker's other batches of this order
/// touches: a worker has one place for a task.
fn own_run(
    storage: &mut dyn Storage,
    order: u64,
    worker: &Addr,
    commitment: &Commitment,
) -> Result<(), ContractError> {
    let first = commitment.first_nonce;
    let last = first.saturating_add(u64::from(commitment.span.saturating_sub(1)));
    let runs = RUNS.prefix((order, worker));
    // Runs are disjoint, so the one that begins last up to `last` is the only one
    // that can touch this.
    let nearest = runs
        .range(
            storage,
            None,
            Some(Bound::inclusive(last)),
            Sort::Descending,
        )
        .next()
        .transpose()?;
    if let Some((from, to)) = nearest {
        if to >= first {
            return Err(refused(format!(
                "tasks {first} to {last} touch the worker's batch of tasks {from} to {to}: a \
                 worker has one place for a task"
            )));
        }
    }
    Ok(RUNS.save(storage, (order, worker, first), &last)?)
}

/// Counts a charge against the daily cap of an order that its coordinator authorises.
fn cap(ctx: &Context<'_>, order: &mut Order, charge: Uint128) -> Result<(), ContractError> {
    let (Authoriser::Coordinator { daily_cap }, Some(cap)) = (&order.authoriser, &mut order.cap)
    else {
        return Ok(());
    };
    if ctx.now() >= cap.resets_at {
        cap.reserved = Uint128::zero();
        cap.resets_at = ctx.now().saturating_add(ctx.params.orders.cap_period);
    }
    let room = daily_cap.saturating_sub(cap.reserved);
    if charge > room {
        return Err(ContractError::NoRoom {
            what: "coins under the order's daily cap",
            asked: charge,
            has: room,
            cure: "commit it in the next period",
        });
    }
    cap.reserved = cap.reserved.checked_add(charge)?;
    Ok(())
}

/// Counts a charge among what the worker has unsettled, which has to fit several
/// times into what can be slashed of it.
fn exposure(ctx: &mut Context<'_>, worker: &Addr, charge: Uint128) -> Result<(), ContractError> {
    let slashable = peers::slashable(ctx.querier, &ctx.contracts.votes, worker)?;
    let exposure = EXPOSURES.may_load(ctx.storage, worker)?;
    let mut exposure = exposure.unwrap_or_default();
    let room = exposure_room(slashable, ctx.params.batches.exposure_factor)
        .saturating_sub(exposure.unsettled);
    if charge > room {
        return Err(ContractError::NoRoom {
            what: "unsettled coins that the worker's stake allows",
            asked: charge,
            has: room,
            cure: "wait until earlier batches settle, or add to its stake",
        });
    }
    exposure.unsettled = exposure.unsettled.checked_add(charge)?;
    exposure.open_batches = exposure.open_batches.saturating_add(1);
    book::save_exposure(ctx, worker, exposure)
}

/// What a worker can have unsettled, in all; rounded down.
pub(crate) fn exposure_room(slashable: Uint128, factor: u32) -> Uint128 {
    slashable
        .checked_div(Uint128::from(factor))
        .unwrap_or_default()
}

fn store(
    ctx: &mut Context<'_>,
    order: &Order,
    worker: &Addr,
    commitment: Commitment,
    charge: Uint128,
) -> Result<u64, ContractError> {
    let (slot_number, mut slot) = slots::taking(ctx)?;
    slot.batches = slot.batches.saturating_add(1);
    slot.last_height = ctx.block.height;
    book::save_slot(ctx.storage, slot_number, &slot, None)?;

    let number = LAST_BATCH.load(ctx.storage)?.saturating_add(1);
    LAST_BATCH.save(ctx.storage, &number)?;
    BATCHES_BY_ORDER.save(ctx.storage, (order.order, number), &())?;
    BATCHES_BY_WORKER.save(ctx.storage, (worker, number), &())?;
    let event = BatchEvent::Committed {
        batch: number,
        order: order.order,
        worker: worker.to_string(),
        slot: slot_number,
        first_nonce: commitment.first_nonce,
        span: commitment.span,
        ops: commitment.ops,
        commit_by: commitment.commit_by,
        root: commitment.root.clone(),
        charge,
        time: ctx.now(),
        height: ctx.block.height,
    };
    let batch = BatchRecord {
        order: order.order,
        worker: worker.clone(),
        commitment,
        committed_at: ctx.now(),
        height: ctx.block.height,
        slot: slot_number,
        end: None,
        charge,
        opened: 0,
        open_until: None,
        demands: 0,
        open_demands: 0,
        void_ops: Uint128::zero(),
        pending_voids: 0,
    };
    let due = soonest(&ctx.params.batches, &slot, order.privacy);
    book::save_batch(ctx.storage, number, &batch, due)?;
    ctx.emit(event);
    Ok(number)
}
