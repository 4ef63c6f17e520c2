//! What operators take.

use compute_api::market::{Terms, events::OrderEvent};
use contract_kit::bounds::within;
use cosmwasm_std::{Addr, StdResult, Storage, Uint128};

use crate::{
    ContractError,
    context::Context,
    money::BPS,
    state::{DeclaredTerms, TERMS},
};

/// What an operator that has declared nothing takes: par, and no fee.
pub(crate) const DEFAULT: Terms = Terms {
    min_price_bps: 10_000,
    min_fee_bps: 0,
};

/// Says what the sender takes.
pub(crate) fn set(ctx: &mut Context<'_>, terms: Terms) -> Result<(), ContractError> {
    let highest = ctx.params.orders.max_price_bps;
    within("min_price_bps", terms.min_price_bps, 0u32, highest)?;
    within("min_fee_bps", terms.min_fee_bps, 0u32, Uint128::new(BPS))?;
    let declared = DeclaredTerms {
        terms,
        declared_at: ctx.now(),
    };
    let operator = ctx.sender.clone();
    TERMS.save(ctx.storage, &operator, &declared);
    ctx.emit(OrderEvent::TermsSet {
        operator: operator.into(),
        min_price_bps: terms.min_price_bps,
        min_fee_bps: terms.min_fee_bps,
        time: declared.declared_at,
    });
    Ok(())
}

/// What an operator takes.
pub(crate) fn of(storage: &dyn Storage, operator: &Addr) -> StdResult<Terms> {
    let declared = TERMS.may_load(storage, operator)?;
    Ok(declared.map_or(DEFAULT, |declared| declared.terms))
}
