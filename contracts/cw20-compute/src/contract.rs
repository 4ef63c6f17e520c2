//! Entry points: they check who may, and dispatch.

use compute_api::coin::{ExecuteMsg, InstantiateMsg, MigrateMsg, QueryMsg};
use contract_kit::{funds, version};
use cosmwasm_std::{Binary, Deps, DepsMut, Env, MessageInfo, Response};
use cw20_base::{
    allowances::{execute_send_from, execute_transfer_from},
    contract::{execute_send, execute_transfer, execute_update_marketing, execute_upload_logo},
};

use crate::{
    ContractError,
    execute::{allowance, burn, mint, wiring},
    query, roles,
};

/// The contract's name, as cw2 keeps it.
pub const NAME: &str = "ballast:cw20-compute";

/// Its version.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Makes the coin, of which there is none at first.
///
/// # Errors
/// For a name, symbol, logo or address that does not hold; for contracts that do not
/// fit; for funds.
#[cfg_attr(not(feature = "library"), cosmwasm_std::entry_point)]
pub fn instantiate(
    mut deps: DepsMut,
    env: Env,
    info: MessageInfo,
    msg: InstantiateMsg,
) -> Result<Response, ContractError> {
    funds::none(&info)?;
    let response = wiring::instantiate(deps.branch(), env, info, msg)?;
    // Last: cw20-base has written its own.
    version::set(deps.storage, NAME, VERSION)?;
    Ok(response)
}

/// Does what a message says.
///
/// # Errors
/// [`ContractError`]; nothing has changed then.
#[cfg_attr(not(feature = "library"), cosmwasm_std::entry_point)]
pub fn execute(
    deps: DepsMut,
    env: Env,
    info: MessageInfo,
    msg: ExecuteMsg,
) -> Result<Response, ContractError> {
    use ExecuteMsg as Msg;

    funds::none(&info)?;
    roles::check(deps.storage, &info.sender, &msg)?;
    match msg {
        Msg::Activate { contracts } => wiring::activate(deps, &env, contracts),
        Msg::UpdateOwnership(action) => wiring::update_ownership(deps, &env, &info, action),
        Msg::Retire { amount } => burn::retire(deps, env, info, amount),

        Msg::Transfer { recipient, amount } => {
            Ok(execute_transfer(deps, env, info, recipient, amount)?)
        }
        Msg::Burn { amount } => burn::burn(deps, env, info, amount),
        Msg::Send {
            contract,
            amount,
            msg,
        } => Ok(execute_send(deps, env, info, contract, amount, msg)?),
        Msg::Mint { recipient, amount } => mint::mint(deps, env, info, recipient, amount),
        Msg::IncreaseAllowance {
            spender,
            amount,
            expires,
        } => allowance::increase(deps, env, info, spender, amount, expires),
        Msg::DecreaseAllowance {
            spender,
            amount,
            expires,
        } => allowance::decrease(deps, env, info, spender, amount, expires),
        Msg::TransferFrom {
            owner,
            recipient,
            amount,
        } => Ok(execute_transfer_from(
            deps, env, info, owner, recipient, amount,
        )?),
        Msg::BurnFrom { owner, amount } => burn::burn_from(deps, env, info, owner, amount),
        Msg::SendFrom {
            owner,
            contract,
            amount,
            msg,
        } => Ok(execute_send_from(
            deps, env, info, owner, contract, amount, msg,
        )?),
        Msg::UpdateMinter { .. } => Err(ContractError::MinterIsFixed),
        Msg::UpdateMarketing {
            project,
            description,
            marketing,
        } => Ok(execute_update_marketing(
            deps,
            env,
            info,
            project,
            description,
            marketing,
        )?),
        Msg::UploadLogo(logo) => Ok(execute_upload_logo(deps, env, info, logo)?),
    }
}

/// Answers a query.
///
/// # Errors
/// For what does not exist, and for what is no address.
#[cfg_attr(not(feature = "library"), cosmwasm_std::entry_point)]
pub fn query(deps: Deps, _env: Env, msg: QueryMsg) -> Result<Binary, ContractError> {
    query::answer(deps, msg)
}

/// Moves to this version from an earlier or the same one.
///
/// # Errors
/// For another contract, and for a newer version.
#[cfg_attr(not(feature = "library"), cosmwasm_std::entry_point)]
pub fn migrate(deps: DepsMut, _env: Env, _msg: MigrateMsg) -> Result<Response, ContractError> {
    version::migrate(deps.storage, NAME, VERSION)?;
    Ok(Response::new())
}
