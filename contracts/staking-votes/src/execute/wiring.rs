//! Activation, and changes that are announced first.

use compute_api::{
    Contracts,
    votes::{Change, Params, events::VotesEvent},
};
use contract_kit::{Error, wiring};
use cosmwasm_std::{DepsMut, Env, Response};

use crate::{
    ContractError, params,
    state::{CHANGES, PARAMS},
};

/// Sets, once, who the other contracts are.
pub(crate) fn activate(
    deps: DepsMut<'_>,
    env: &Env,
    contracts: Contracts,
) -> Result<Response, ContractError> {
    let this = &env.contract.address;
    wiring::activate(deps.storage, deps.api, this, |all| &all.votes, contracts)?;
    let time = env.block.time.seconds();
    Ok(Response::new().add_event(VotesEvent::Activated { time }))
}

/// Announces a change.
pub(crate) fn announce(
    deps: DepsMut<'_>,
    env: &Env,
    change: Change,
) -> Result<Response, ContractError> {
    let now = PARAMS.load(deps.storage)?;
    check(&now, &change)?;
    let announced = CHANGES.announce(deps.storage, env, now.timelock, change)?;
    Ok(Response::new().add_event(VotesEvent::Announced {
        id: announced.id,
        ready_at: announced.ready_at,
    }))
}

/// Applies a change whose time has come. Operators stand by new bonds from the next
/// change of their stake on: nothing is looped over.
pub(crate) fn apply(deps: DepsMut<'_>, env: &Env, id: u64) -> Result<Response, ContractError> {
    let change = CHANGES.take(deps.storage, env, id)?;
    check(&PARAMS.load(deps.storage)?, &change)?;
    let Change::Params(params) = change;
    PARAMS.save(deps.storage, &params)?;
    Ok(Response::new().add_event(VotesEvent::Applied { id }))
}

/// Takes an announced change back.
pub(crate) fn cancel(deps: DepsMut<'_>, id: u64) -> Result<Response, ContractError> {
    CHANGES.cancel(deps.storage, id)?;
    Ok(Response::new().add_event(VotesEvent::Cancelled { id }))
}

fn check(now: &Params, change: &Change) -> Result<(), Error> {
    let Change::Params(params) = change;
    params::validate(params)?;
    // Unbonding pools are numbered by it: with another, old numbers would name other
    // times.
    if params.unbonding_period != now.unbonding_period {
        return Err(Error::Refused(format!(
            "unbonding_period is {} for good, not {}",
            now.unbonding_period, params.unbonding_period
        )));
    }
    Ok(())
}
