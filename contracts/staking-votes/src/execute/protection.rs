//! What the protection pool pays.

use compute_api::votes::events::VotesEvent;
use cosmwasm_std::Uint128;

use crate::{ContractError, context::Context, state::PROTECTION};

/// Pays as far as the pool reaches; an empty pool pays nothing and refuses nothing,
/// so that the market can always go on.
pub(crate) fn pay(
    ctx: &mut Context<'_>,
    recipient: &str,
    amount: Uint128,
) -> Result<(), ContractError> {
    let recipient = ctx.api.addr_validate(recipient)?;
    let there = PROTECTION.load(ctx.storage)?;
    let amount = amount.min(there);
    if amount.is_zero() {
        return Ok(());
    }
    let pool = there.checked_sub(amount)?;
    PROTECTION.save(ctx.storage, &pool)?;
    ctx.emit(VotesEvent::ProtectionChanged {
        cause: "paid".to_owned(),
        amount,
        pool,
    });
    ctx.pay(&recipient, amount)
}
