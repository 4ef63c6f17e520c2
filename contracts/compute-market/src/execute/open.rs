//! Orders that are opened.

use compute_api::{
    market::{
        Authoriser, CapUse, Mode, NewOrder, Order, OrderCoins, OrderOps, OrderState, Redemption,
        RedemptionParams, events::OrderEvent,
    },
    votes::{Kind, Standing},
};
use contract_kit::bounds::{count, within};
use cosmwasm_std::{Addr, HexBinary, StdResult, Uint128};

use super::terms;
use crate::{
    ContractError, book,
    context::Context,
    error::refused,
    money::{self, BPS},
    peers,
    state::{ISSUERS, LAST_ORDER, ORDERS_BY_COORDINATOR, ORDERS_BY_ISSUER, ORDERS_BY_OWNER},
};

/// Opens an order for `owner`, whose coins have come.
pub(crate) fn open(
    ctx: &mut Context<'_>,
    owner: Addr,
    amount: Uint128,
    new: NewOrder,
) -> Result<(), ContractError> {
    let now = ctx.now();
    let first = now.saturating_add(1);
    let last = now.saturating_add(ctx.params.orders.max_life);
    within("expires", new.expires, first, last)?;
    let limits = &ctx.params.batches;
    let samples = new.samples.unwrap_or(limits.samples);
    within("samples", samples, limits.min_samples, limits.max_samples)?;

    let coordinator = coordinator(ctx, &new.coordinator)?;
    let taken = terms::of(ctx.storage, &coordinator.operator)?;
    let (authoriser_key, cap) = authoriser(ctx, &new.authoriser, &coordinator)?;
    let (put_in, redemption) = match &new.mode {
        Mode::Pay { price_bps } => {
            let orders = &ctx.params.orders;
            within("amount", amount, orders.min_pay, Uint128::MAX)?;
            let least = orders.min_price_bps.max(taken.min_price_bps);
            within("price_bps", *price_bps, least, orders.max_price_bps)?;
            (amount, None)
        }
        Mode::Redeem { issuer, fee } => {
            let coins = amount
                .checked_sub(*fee)
                .map_err(|_| ContractError::NoRoom {
                    what: "fee",
                    asked: *fee,
                    has: amount,
                    cure: "send the fee on top of what is to be redeemed",
                })?;
            let redemption = redeem(ctx, issuer, coins, *fee, taken.min_fee_bps)?;
            (coins, Some(redemption))
        }
    };

    let mode = new.mode;
    let opc = peers::opc(ctx.querier, &ctx.contracts.oracle)?;
    let number = LAST_ORDER.load(ctx.storage)?.saturating_add(1);
    LAST_ORDER.save(ctx.storage, &number)?;
    let mut order = Order {
        order: number,
        owner,
        mode,
        coordinator: coordinator.operator,
        coordinator_key: coordinator.signing_key,
        authoriser: new.authoriser,
        authoriser_key,
        privacy: new.privacy,
        samples,
        opc,
        opened_at: now,
        expires: new.expires,
        state: OrderState::Open,
        end_cause: None,
        closes: None,
        coins: OrderCoins {
            put_in,
            spent: Uint128::zero(),
            reserved: Uint128::zero(),
            paid_back: Uint128::zero(),
            free: Uint128::zero(),
        },
        ops: OrderOps {
            total: Uint128::zero(),
            authorised: Uint128::zero(),
            reserved: Uint128::zero(),
            used: Uint128::zero(),
        },
        open_batches: 0,
        cap,
        redemption,
    };
    order.ops.total = ops_of(&order, put_in)?;
    index(ctx, &order)?;
    ctx.emit(opened(&order));
    book::save_order(ctx, None, order, "opened", None)?;
    Ok(())
}

/// Ops that so many coins of an order buy.
pub(crate) fn ops_of(order: &Order, coins: Uint128) -> Result<Uint128, ContractError> {
    let ops = book::price(order).ops(coins)?;
    if ops.is_zero() {
        return Err(refused(format!(
            "{coins} micro-coins buy not one op: send more"
        )));
    }
    Ok(ops)
}

fn coordinator(ctx: &Context<'_>, coordinator: &str) -> Result<peers::Operator, ContractError> {
    let key = ctx.api.addr_validate(coordinator)?;
    let operator = peers::operator(ctx.querier, &ctx.contracts.votes, key.as_str())?;
    if operator.kind != Kind::Coordinator {
        return Err(refused(format!(
            "{key} is a {}: name a coordinator",
            operator.kind
        )));
    }
    if operator.standing != Standing::Active {
        return Err(refused(format!(
            "coordinator {key} is {}: choose one that is active",
            operator.standing
        )));
    }
    Ok(operator)
}

fn authoriser(
    ctx: &Context<'_>,
    authoriser: &Authoriser,
    coordinator: &peers::Operator,
) -> Result<(HexBinary, Option<CapUse>), ContractError> {
    match authoriser {
        Authoriser::App { public_key } => {
            count("bytes of public_key", public_key.len(), 32, 32)?;
            Ok((public_key.clone(), None))
        }
        Authoriser::Coordinator { daily_cap } => {
            within("daily_cap", *daily_cap, Uint128::one(), Uint128::MAX)?;
            let cap = CapUse {
                reserved: Uint128::zero(),
                resets_at: ctx.now().saturating_add(ctx.params.orders.cap_period),
            };
            Ok((coordinator.signing_key.clone(), Some(cap)))
        }
    }
}

/// Checks that coins can be redeemed at an issuer.
fn redeem(
    ctx: &Context<'_>,
    issuer: &str,
    coins: Uint128,
    fee: Uint128,
    min_fee_bps: u32,
) -> Result<Redemption, ContractError> {
    let rules = &ctx.params.redemptions;
    within(
        "amount without the fee",
        coins,
        rules.min_amount,
        Uint128::MAX,
    )?;
    let least = least_fee(coins, min_fee_bps)?;
    within("fee", fee, least, coins)?;
    if let Some(until) = peers::redeem_paused(ctx.querier, &ctx.contracts.oracle)? {
        return Err(refused(format!("redeeming is paused until {until}")));
    }
    let key = ctx.api.addr_validate(issuer)?;
    let known = peers::issuer(ctx.querier, &ctx.contracts.oracle, key.as_str())?;
    let queue = ISSUERS.may_load(ctx.storage, &key)?.unwrap_or_default();
    let room = known.outstanding.saturating_sub(queue.open);
    if coins > room {
        return Err(ContractError::NoRoom {
            what: "coins of this issuer that no open redemption has claimed",
            asked: coins,
            has: room,
            cure: "redeem less, or at another issuer",
        });
    }
    let rate = pace(rules, known.effective)?;
    if rate.is_zero() {
        return Err(refused(format!(
            "{key} has no capacity that is committed and proven: redeem at another issuer"
        )));
    }
    Ok(Redemption {
        rate,
        called: Uint128::zero(),
        call: None,
        fee_left: fee,
    })
}

/// Ops per second that an issuer's deadlines count with; rounded down, so that the
/// deadline is never too early.
pub(crate) fn pace(rules: &RedemptionParams, effective: Uint128) -> StdResult<Uint128> {
    money::bps(effective, rules.pace_bps)
}

/// The least fee that a coordinator takes; rounded up.
fn least_fee(coins: Uint128, min_fee_bps: u32) -> StdResult<Uint128> {
    let rest = money::bps(
        coins,
        u32::try_from(BPS).unwrap_or(0).saturating_sub(min_fee_bps),
    )?;
    Ok(coins.checked_sub(rest)?)
}

fn index(ctx: &mut Context<'_>, order: &Order) -> Result<(), ContractError> {
    let number = order.order;
    ORDERS_BY_OWNER.save(ctx.storage, (&order.owner, number), &())?;
    ORDERS_BY_COORDINATOR.save(ctx.storage, (&order.coordinator, number), &())?;
    if let Some((issuer, _)) = book::redemption(order) {
        ORDERS_BY_ISSUER.save(ctx.storage, (&Addr::unchecked(issuer), number), &())?;
    }
    Ok(())
}

fn opened(order: &Order) -> OrderEvent {
    let (price_bps, issuer, fee) = match &order.mode {
        Mode::Pay { price_bps } => (Some(*price_bps), None, None),
        Mode::Redeem { issuer, fee } => (None, Some(issuer.clone()), Some(*fee)),
    };
    let daily_cap = match &order.authoriser {
        Authoriser::App { .. } => None,
        Authoriser::Coordinator { daily_cap } => Some(*daily_cap),
    };
    OrderEvent::OrderOpened {
        order: order.order,
        owner: order.owner.to_string(),
        coordinator: order.coordinator.to_string(),
        coordinator_key: order.coordinator_key.clone(),
        authoriser_key: order.authoriser_key.clone(),
        daily_cap,
        privacy: order.privacy.to_string(),
        samples: order.samples,
        opc: order.opc,
        price_bps,
        issuer,
        fee,
        rate: order.redemption.as_ref().map(|redemption| redemption.rate),
        time: order.opened_at,
        expires: order.expires,
    }
}
