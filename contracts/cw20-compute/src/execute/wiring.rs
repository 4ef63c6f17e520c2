//! The contract's beginning, its peers and its owner.

use compute_api::{
    Contracts,
    coin::{DECIMALS, InstantiateMsg},
};
use contract_kit::wiring;
use cosmwasm_std::{DepsMut, Env, MessageInfo, Response, StdResult, Uint128};
use cw_ownable::Action;
use cw20_base::{
    msg::InstantiateMarketingInfo,
    state::{MinterData, TOKEN_INFO},
};

use crate::{ContractError, events, state::FORGIVEN};

/// Makes the coin as cw20-base does, with no coins and no minter.
pub(crate) fn instantiate(
    mut deps: DepsMut,
    env: Env,
    info: MessageInfo,
    msg: InstantiateMsg,
) -> Result<Response, ContractError> {
    cw_ownable::initialize_owner(deps.storage, deps.api, Some(&msg.owner))?;
    FORGIVEN.save(deps.storage, &Uint128::zero())?;
    let base = cw20_base::msg::InstantiateMsg {
        name: msg.name,
        symbol: msg.symbol,
        decimals: DECIMALS,
        initial_balances: Vec::new(),
        mint: None,
        marketing: msg.marketing.map(|marketing| InstantiateMarketingInfo {
            project: marketing.project,
            description: marketing.description,
            marketing: marketing.marketing,
            logo: marketing.logo,
        }),
    };
    let response = cw20_base::contract::instantiate(deps.branch(), env.clone(), info, base)?;
    match msg.contracts {
        None => Ok(response),
        Some(contracts) => activate(deps, &env, contracts),
    }
}

/// Sets, once, who the other contracts are: the oracle becomes the minter.
pub(crate) fn activate(
    deps: DepsMut,
    env: &Env,
    contracts: Contracts,
) -> Result<Response, ContractError> {
    wiring::activate(
        deps.storage,
        deps.api,
        &env.contract.address,
        |contracts| &contracts.coin,
        contracts,
    )?;
    let contracts = wiring::contracts(deps.storage)?;
    let minter = MinterData {
        minter: contracts.oracle.clone(),
        cap: None,
    };
    TOKEN_INFO.update(deps.storage, |mut token| -> StdResult<_> {
        token.mint = Some(minter);
        Ok(token)
    })?;
    Ok(events::activated(contracts))
}

/// Hands the contract over; cw-ownable checks by whom.
pub(crate) fn update_ownership(
    deps: DepsMut,
    env: &Env,
    info: &MessageInfo,
    action: Action,
) -> Result<Response, ContractError> {
    let ownership = cw_ownable::update_ownership(deps, &env.block, &info.sender, action)?;
    Ok(events::ownership_updated(ownership))
}
