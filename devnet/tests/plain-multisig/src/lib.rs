//! cw3-fixed-multisig 2.0.0 and nothing else.
#![forbid(unsafe_code)]

use cosmwasm_std::{
    Binary, Deps, DepsMut, Empty, Env, MessageInfo, Response, StdResult, entry_point,
};
use cw3_fixed_multisig::{
    ContractError, contract,
    msg::{ExecuteMsg, InstantiateMsg, QueryMsg},
};

/// cw3-fixed-multisig's own.
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

/// cw3-fixed-multisig's own.
///
/// # Errors
/// Its own.
#[entry_point]
pub fn execute(
    deps: DepsMut<'_>,
    env: Env,
    info: MessageInfo,
    msg: ExecuteMsg,
) -> Result<Response<Empty>, ContractError> {
    contract::execute(deps, env, info, msg)
}

/// cw3-fixed-multisig's own.
///
/// # Errors
/// Its own.
#[entry_point]
pub fn query(deps: Deps<'_>, env: Env, msg: QueryMsg) -> StdResult<Binary> {
    contract::query(deps, env, msg)
}
