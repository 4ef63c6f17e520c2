//! The two burns: what is forgiven, and what the oracle retires.

use cosmwasm_std::{DepsMut, Env, MessageInfo, Response, Storage, Uint128};
use cw20_base::{allowances::execute_burn_from, contract::execute_burn};

use crate::{
    ContractError, events,
    state::{self, FORGIVEN},
};

/// Destroys coins of the sender's; nobody owes their compute any more.
pub(crate) fn burn(
    mut deps: DepsMut,
    env: Env,
    info: MessageInfo,
    amount: Uint128,
) -> Result<Response, ContractError> {
    let response = execute_burn(deps.branch(), env, info, amount)?;
    forgive(deps.storage, response, amount)
}

/// Destroys coins of `owner`'s, by allowance.
pub(crate) fn burn_from(
    mut deps: DepsMut,
    env: Env,
    info: MessageInfo,
    owner: String,
    amount: Uint128,
) -> Result<Response, ContractError> {
    let response = execute_burn_from(deps.branch(), env, info, owner, amount)?;
    forgive(deps.storage, response, amount)
}

/// Destroys coins of the oracle's own. It has taken them off an account before, so
/// they are not forgiven.
pub(crate) fn retire(
    mut deps: DepsMut,
    env: Env,
    info: MessageInfo,
    amount: Uint128,
) -> Result<Response, ContractError> {
    let oracle = info.sender.clone();
    execute_burn(deps.branch(), env, info, amount)?;
    let after = state::supply(deps.storage)?;
    Ok(events::after_burn(events::retired(oracle, amount), after))
}

fn forgive(
    storage: &mut dyn Storage,
    response: Response,
    amount: Uint128,
) -> Result<Response, ContractError> {
    let mut after = state::supply(storage)?;
    after.forgiven = after.forgiven.checked_add(amount)?;
    FORGIVEN.save(storage, &after.forgiven)?;
    Ok(events::after_burn(response, after))
}
