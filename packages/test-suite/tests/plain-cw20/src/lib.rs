//! cw20-base 2.0.0 and nothing else: what a CW20 costs that has none of our rules.
#![forbid(unsafe_code)]

use cosmwasm_std::{Binary, Deps, DepsMut, Env, MessageInfo, Response, StdResult, entry_point};
use cw20_base::{
    ContractError, contract,
    msg::{ExecuteMsg, InstantiateMsg, QueryMsg},
};

/// cw20-base's own.
///
/// # Errors
/// Its own.
#[entry_point]
pub fn instantiate(
    deps: DepsMut<'_>,
    env: Env,
    info: MessageInfo,
    msg: InstantiateMsg,
) -> Result<Response, ContractError> {
    contract::instantiate(deps, env, info, msg)
}

/// cw20-base's own.
///
/// # Errors
/// Its own.
#[entry_point]
pub fn execute(
    deps: DepsMut<'_>,
    env: Env,
    info: MessageInfo,
    msg: ExecuteMsg,
) -> Result<Response, ContractError> {
    contract::execute(deps, env, info, msg)
}

/// cw20-base's own.
///
/// # Errors
/// Its own.
#[entry_point]
pub fn query(deps: Deps<'_>, env: Env, msg: QueryMsg) -> StdResult<Binary> {
    contract::query(deps, env, msg)
}
