//! Coins that arrive.

use compute_api::market::Hook;
use contract_kit::Error;
use cosmwasm_std::from_json;
use cw20::Cw20ReceiveMsg;

use super::{demands, open, orders};
use crate::{ContractError, context::Context};

/// Does what the coins were sent for. The coin contract has moved them already.
pub(crate) fn receive(ctx: &mut Context<'_>, sent: Cw20ReceiveMsg) -> Result<(), ContractError> {
    if sent.amount.is_zero() {
        return Err(Error::Zero.into());
    }
    let sender = ctx.api.addr_validate(&sent.sender)?;
    match from_json(&sent.msg)? {
        Hook::OpenOrder(new) => open::open(ctx, sender, sent.amount, new),
        Hook::TopUp { order } => orders::top_up(ctx, order, sent.amount),
        Hook::Demand { batch, target } => demands::demand(ctx, &sender, sent.amount, batch, target),
    }
}
