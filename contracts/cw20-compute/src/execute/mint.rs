//! New coins.

use cosmwasm_std::{DepsMut, Env, MessageInfo, Response, Uint128};
use cw20_base::contract::execute_mint;

use crate::{ContractError, state};

/// Makes coins. What exists and what was forgiven have to fit 128 bits together, so
/// that no burn is ever refused for a count that is full.
pub(crate) fn mint(
    deps: DepsMut,
    env: Env,
    info: MessageInfo,
    recipient: String,
    amount: Uint128,
) -> Result<Response, ContractError> {
    let now = state::supply(deps.storage)?;
    let room = Uint128::MAX
        .checked_sub(now.supply)?
        .checked_sub(now.forgiven)?;
    if amount > room {
        return Err(ContractError::TooManyCoins { amount, room });
    }
    Ok(execute_mint(deps, env, info, recipient, amount)?)
}
