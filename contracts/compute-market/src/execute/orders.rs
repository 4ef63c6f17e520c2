//! What becomes of an order after it is opened.

use compute_api::market::{Call, Deadline, EndCause, Mode, Order, OrderState, events::OrderEvent};
use compute_proofs::{codec::Decode, crypto::Crypto, task::Authorisation};
use contract_kit::bounds::within;
use cosmwasm_std::{Addr, Binary, HexBinary, Uint128, Uint256};

use super::open::ops_of;
use crate::{
    ContractError, book,
    clock::{self, require_passed},
    context::Context,
    error::refused,
    signed::Signed,
    state::{self, ISSUERS, QUEUE},
};

/// Adds to an open order to pay.
pub(crate) fn top_up(
    ctx: &mut Context<'_>,
    number: u64,
    amount: Uint128,
) -> Result<(), ContractError> {
    let before = open_to_pay(ctx, number)?;
    let mut order = before.clone();
    order.coins.put_in = order.coins.put_in.checked_add(amount)?;
    order.ops.total = ops_of(&order, order.coins.put_in)?;
    book::save_order(ctx, Some(&before), order, "topped_up", None)?;
    Ok(())
}

/// Moves the end of an open order to later.
pub(crate) fn extend(
    ctx: &mut Context<'_>,
    number: u64,
    expires: u64,
) -> Result<(), ContractError> {
    let before = open_to_pay(ctx, number)?;
    owned(ctx, &before)?;
    let first = before.expires.max(ctx.now()).saturating_add(1);
    let last = ctx.now().saturating_add(ctx.params.orders.max_life);
    within("expires", expires, first, last)?;
    let mut order = before.clone();
    order.expires = expires;
    ctx.emit(OrderEvent::OrderExtended {
        order: number,
        expires,
    });
    book::save_order(ctx, Some(&before), order, "extended", None)?;
    Ok(())
}

/// Ends an open order before its time.
pub(crate) fn cancel(ctx: &mut Context<'_>, number: u64) -> Result<(), ContractError> {
    let order = in_state(ctx, number, OrderState::Open, "open")?;
    owned(ctx, &order)?;
    book::end_order(ctx, &order, EndCause::Cancelled)
}

/// Ends an order whose time is over, or whose call was not served in time.
pub(crate) fn end(ctx: &mut Context<'_>, number: u64) -> Result<(), ContractError> {
    let order = in_state(ctx, number, OrderState::Open, "open")?;
    let call = order.redemption.as_ref().and_then(|x| x.call);
    if let Some(call) = call {
        if clock::passed(&ctx.block, call.serve_by) {
            return book::end_order(ctx, &order, EndCause::Late);
        }
    }
    if ctx.now() <= order.expires {
        let serve_by = call.map_or_else(String::new, |call| {
            format!(
                ", or when its call is not served after {} and above height {}",
                call.serve_by.time, call.serve_by.height
            )
        });
        return Err(refused(format!(
            "it is {}: order {number} can be ended after {}{serve_by}",
            ctx.now(),
            order.expires
        )));
    }
    book::end_order(ctx, &order, EndCause::Expired)
}

/// Closes an order that has ended, and pays back what is not reserved.
pub(crate) fn close(ctx: &mut Context<'_>, number: u64) -> Result<(), ContractError> {
    let before = in_state(ctx, number, OrderState::Ending, "ending")?;
    let closes = before.closes.unwrap_or(Deadline { time: 0, height: 0 });
    require_passed(&ctx.block, "closing this order", closes)?;
    let mut order = before.clone();
    order.state = OrderState::Closed;
    let order = book::save_order(ctx, Some(&before), order, "closed", None)?;
    let fee_back = match (&before.redemption, &order.redemption) {
        (Some(before), Some(after)) => before.fee_left.checked_sub(after.fee_left)?,
        _ => Uint128::zero(),
    };
    let back = order.coins.paid_back.checked_sub(before.coins.paid_back)?;
    ctx.emit(OrderEvent::OrderClosed {
        order: number,
        owner: order.owner.to_string(),
        amount: back.checked_add(fee_back)?,
    });
    Ok(())
}

/// Calls for a redemption's ops.
pub(crate) fn call(
    ctx: &mut Context<'_>,
    number: u64,
    authorisation: &Binary,
    signature: &HexBinary,
) -> Result<(), ContractError> {
    let before = in_state(ctx, number, OrderState::Open, "open")?;
    let mut order = before.clone();
    let signed = Signed::of(ctx, &order)?;
    let authorisation = Authorisation::from_bytes(authorisation)?;
    let message = authorisation.message(&signed.context());
    let signature = signed_bytes(signature)?;
    let key = signed.authoriser;
    if !signed
        .crypto(ctx)
        .ed25519_verify(&message, &signature, &key)?
    {
        return Err(refused(format!(
            "the signature is not the authoriser's of order {number}"
        )));
    }
    if authorisation.expires < ctx.now() {
        return Err(refused(format!(
            "the authorisation has expired at {}: sign another one",
            authorisation.expires
        )));
    }
    let issuer = match &order.mode {
        Mode::Redeem { issuer, .. } => Addr::unchecked(issuer),
        Mode::Pay { .. } => {
            return Err(refused(format!(
                "order {number} is to pay: only a redemption is called for"
            )));
        }
    };
    let authorised = Uint128::new(authorisation.cum_ops).max(order.ops.authorised);
    let asked = book::room(&order, authorised)?;
    if asked.is_zero() {
        return Err(refused(format!(
            "nothing that is authorised of order {number} is left to be served: sign another task"
        )));
    }
    let taken = order.ops.used.checked_add(order.ops.reserved)?;
    let called = taken.checked_add(asked)?;
    let queue = ISSUERS.may_load(ctx.storage, &issuer)?;
    let mut queue = queue.unwrap_or_default();
    let Some(redemption) = &mut order.redemption else {
        return Err(refused(format!("order {number} is no redemption")));
    };
    if let Some(live) = redemption.call {
        return Err(refused(format!(
            "order {number} stands in the queue already, at place {}",
            live.place
        )));
    }
    let seconds = seconds_for(queue.queued_ops.checked_add(asked)?, redemption.rate)?;
    let slack = ctx.params.redemptions.slack;
    let mut serve_by = clock::after(ctx.now(), ctx.block.height, slack);
    serve_by.time = serve_by.time.saturating_add(seconds);
    queue.last_place = queue.last_place.saturating_add(1);
    let place = queue.last_place;
    redemption.called = called;
    redemption.call = Some(Call { place, serve_by });
    order.ops.authorised = authorised;
    ISSUERS.save(ctx.storage, &issuer, &queue);
    QUEUE.save(ctx.storage, (&issuer, place), &number)?;
    ctx.emit(OrderEvent::OrderCalled {
        order: number,
        issuer: issuer.into(),
        place,
        called,
        serve_by: serve_by.time,
        serve_by_height: serve_by.height,
    });
    book::save_order(ctx, Some(&before), order, "called", None)?;
    Ok(())
}

/// Seconds that so many ops take; rounded up, for the issuer has to have the time.
pub(crate) fn seconds_for(ops: Uint128, rate: Uint128) -> Result<u64, ContractError> {
    let down = Uint256::from(ops)
        .checked_div(rate.into())
        .map_err(cosmwasm_std::StdError::from)?;
    let seconds = Uint128::try_from(down).unwrap_or(Uint128::MAX);
    let exact = rate.checked_mul(seconds).is_ok_and(|all| all == ops);
    let seconds = match exact {
        true => seconds,
        false => seconds.saturating_add(Uint128::one()),
    };
    Ok(u64::try_from(seconds.u128()).unwrap_or(u64::MAX))
}

/// A signature's bytes.
pub(crate) fn signed_bytes(signature: &HexBinary) -> Result<[u8; 64], ContractError> {
    signature.as_slice().try_into().map_err(|_| {
        refused(format!(
            "the signature has {} bytes: must be 64",
            signature.len()
        ))
    })
}

/// An order in a state.
fn in_state(
    ctx: &Context<'_>,
    number: u64,
    state: OrderState,
    needed: &'static str,
) -> Result<Order, ContractError> {
    let order = state::order(ctx.storage, number)?;
    if order.state == state {
        return Ok(order);
    }
    Err(ContractError::OrderState {
        order: number,
        state: order.state,
        needed,
    })
}

fn open_to_pay(ctx: &Context<'_>, number: u64) -> Result<Order, ContractError> {
    let order = in_state(ctx, number, OrderState::Open, "open")?;
    match order.mode {
        Mode::Pay { .. } => Ok(order),
        Mode::Redeem { .. } => Err(refused(format!(
            "order {number} is a redemption, which stays as it was opened: open another one"
        ))),
    }
}

/// Refuses a sender that does not own the order.
pub(crate) fn owned(ctx: &Context<'_>, order: &Order) -> Result<(), ContractError> {
    if ctx.sender == order.owner {
        return Ok(());
    }
    Err(ContractError::NotOwner {
        sender: ctx.sender.clone(),
        order: order.order,
    })
}
