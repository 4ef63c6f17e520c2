//! The oracle's code, and stand-ins for its peers.

use compute_api::{coin, votes};
use cosmwasm_std::{
    Binary, Deps, DepsMut, Empty, Env, MessageInfo, Response, StdError, StdResult, Uint128,
    to_json_binary,
};
use cw_multi_test::{Contract, ContractWrapper};
use cw_storage_plus::Item;

pub(crate) fn oracle_code() -> Box<dyn Contract<Empty>> {
    use reserve_oracle::contract::{execute, instantiate, migrate, query};
    Box::new(ContractWrapper::new(execute, instantiate, query).with_migrate(migrate))
}

const TOLD: Item<Vec<votes::ExecuteMsg>> = Item::new("told");

/// Votes: keeps what it is told. `apply` forgets it, and more than a thousand devices
/// stand for an operator that it does not know.
pub(crate) fn votes_code() -> Box<dyn Contract<Empty>> {
    fn instantiate(deps: DepsMut, _: Env, _: MessageInfo, _: Empty) -> StdResult<Response> {
        TOLD.save(deps.storage, &Vec::new())?;
        Ok(Response::new())
    }
    fn execute(
        deps: DepsMut,
        _: Env,
        _: MessageInfo,
        msg: votes::ExecuteMsg,
    ) -> StdResult<Response> {
        match &msg {
            votes::ExecuteMsg::SetDevices { devices, .. } if *devices > 1_000 => {
                return Err(StdError::generic_err("not registered as a miner"));
            }
            votes::ExecuteMsg::Apply { .. } => TOLD.save(deps.storage, &Vec::new())?,
            _ => {
                let mut told = TOLD.load(deps.storage)?;
                told.push(msg);
                TOLD.save(deps.storage, &told)?;
            }
        }
        Ok(Response::new())
    }
    fn query(deps: Deps, _: Env, _: Empty) -> StdResult<Binary> {
        to_json_binary(&TOLD.load(deps.storage)?)
    }
    Box::new(ContractWrapper::new(execute, instantiate, query))
}

const SUPPLY: Item<coin::SupplyResponse> = Item::new("supply");

/// The coin: counts what exists, and has no accounts.
pub(crate) fn coin_code() -> Box<dyn Contract<Empty>> {
    fn instantiate(deps: DepsMut, _: Env, _: MessageInfo, _: Empty) -> StdResult<Response> {
        let none = coin::SupplyResponse {
            supply: Uint128::zero(),
            forgiven: Uint128::zero(),
        };
        SUPPLY.save(deps.storage, &none)?;
        Ok(Response::new())
    }
    fn execute(
        deps: DepsMut,
        _: Env,
        _: MessageInfo,
        msg: coin::ExecuteMsg,
    ) -> StdResult<Response> {
        let mut supply = SUPPLY.load(deps.storage)?;
        match msg {
            coin::ExecuteMsg::Mint { amount, .. } => supply.supply += amount,
            coin::ExecuteMsg::Retire { amount } => {
                supply.supply = supply.supply.checked_sub(amount)?;
            }
            coin::ExecuteMsg::Burn { amount } => {
                supply.supply = supply.supply.checked_sub(amount)?;
                supply.forgiven += amount;
            }
            _ => {}
        }
        SUPPLY.save(deps.storage, &supply)?;
        Ok(Response::new())
    }
    fn query(deps: Deps, _: Env, _: coin::QueryMsg) -> StdResult<Binary> {
        to_json_binary(&SUPPLY.load(deps.storage)?)
    }
    Box::new(ContractWrapper::new(execute, instantiate, query))
}
