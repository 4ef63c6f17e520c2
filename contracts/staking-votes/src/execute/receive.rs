//! Coins that arrive.

use compute_api::votes::Hook;
use contract_kit::Error;
use cosmwasm_std::{Addr, from_json};
use cw20::Cw20ReceiveMsg;

use super::{delegate, rewards};
use crate::{ContractError, context::Context};

/// Does what the coins were sent for. The coin contract has moved them already.
pub(crate) fn receive(ctx: &mut Context<'_>, sent: Cw20ReceiveMsg) -> Result<(), ContractError> {
    if sent.amount.is_zero() {
        return Err(Error::Zero.into());
    }
    let sender = ctx.api.addr_validate(&sent.sender)?;
    match from_json(&sent.msg)? {
        Hook::Bond { operator } => {
            delegate::bond(ctx, &sender, &Addr::unchecked(operator), sent.amount)
        }
        Hook::Vote { operator } => {
            delegate::vote(ctx, &sender, &Addr::unchecked(operator), sent.amount)
        }
        Hook::Distribute { payments } => rewards::distribute(ctx, payments, sent.amount),
    }
}
