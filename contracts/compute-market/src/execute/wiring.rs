//! Activation, and changes that are announced first.

use compute_api::{
    Contracts,
    market::{
        Change,
        events::{MarketEvent, OrderEvent},
    },
};
use contract_kit::wiring;
use cosmwasm_std::{DepsMut, Env, Response};

use crate::{
    ContractError, params,
    state::{PARAMS, TIMELOCK},
};

/// Sets, once, who the other contracts are.
pub(crate) fn activate(
    deps: DepsMut<'_>,
    env: &Env,
    contracts: Contracts,
) -> Result<Response, ContractError> {
    let this = &env.contract.address;
    wiring::activate(deps.storage, deps.api, this, |of| &of.market, contracts)?;
    let time = env.block.time.seconds();
    Ok(said(OrderEvent::Activated { time }))
}

/// Announces a change.
pub(crate) fn announce(
    deps: DepsMut<'_>,
    env: &Env,
    change: Change,
) -> Result<Response, ContractError> {
    let Change::Params(next) = &change;
    params::validate(next)?;
    let delay = PARAMS.load(deps.storage)?.timelock;
    let announced = TIMELOCK.announce(deps.storage, env, delay, change)?;
    Ok(said(OrderEvent::Announced {
        id: announced.id,
        ready_at: announced.ready_at,
    }))
}

/// Applies a change whose time has come. What orders and slots have taken from the
/// parameters before stays with them.
pub(crate) fn apply(deps: DepsMut<'_>, env: &Env, id: u64) -> Result<Response, ContractError> {
    let Change::Params(next) = TIMELOCK.take(deps.storage, env, id)?;
    params::validate(&next)?;
    PARAMS.save(deps.storage, &next)?;
    Ok(said(OrderEvent::Applied { id }))
}

/// Takes an announced change back.
pub(crate) fn cancel(deps: DepsMut<'_>, id: u64) -> Result<Response, ContractError> {
    TIMELOCK.cancel(deps.storage, id)?;
    Ok(said(OrderEvent::Cancelled { id }))
}

fn said(event: OrderEvent) -> Response {
    Response::new().add_event(MarketEvent::from(event))
}
