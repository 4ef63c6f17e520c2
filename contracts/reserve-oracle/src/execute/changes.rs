//! Changes of parameters, tiers and guardian: announced, then applied by anyone.

use compute_api::oracle::{Change, events::OracleEvent};
use cosmwasm_std::{Deps, DepsMut, Env, MessageInfo, Response};

use crate::{
    ContractError, params,
    state::{BEACON_NETWORK, CENSUS, GUARDIAN, HELD, Held, PARAMS, REINDEX, TIERS, TIMELOCK},
};

/// Announces a change that holds by itself.
pub(crate) fn announce(
    deps: DepsMut,
    env: Env,
    _info: MessageInfo,
    change: Change,
) -> Result<Response, ContractError> {
    check(deps.as_ref(), &change)?;
    let delay = PARAMS.load(deps.storage)?.timelock;
    let announced = TIMELOCK.announce(deps.storage, &env, delay, change)?;
    Ok(Response::new().add_event(OracleEvent::Announced {
        id: announced.id,
        change: name(&announced.change).to_owned(),
        ready_at: announced.ready_at,
    }))
}

/// Applies a change whose time has come, if it still holds.
pub(crate) fn apply(
    deps: DepsMut,
    env: Env,
    _info: MessageInfo,
    id: u64,
) -> Result<Response, ContractError> {
    let change = TIMELOCK.take(deps.storage, &env, id)?;
    check(deps.as_ref(), &change)?;
    let name = name(&change).to_owned();
    match change {
        Change::Params(params) => PARAMS.save(deps.storage, &params)?,
        Change::Tiers(tiers) => {
            if CENSUS.exists(deps.storage) {
                return Err(ContractError::Refused(
                    "a census is under way and counts by the present tiers: apply when it is \
                     closed"
                        .to_owned(),
                ));
            }
            if let Some(reindex) = REINDEX.may_load(deps.storage)? {
                return Err(ContractError::Refused(format!(
                    "a re-index to {} is proposed by the present tiers: apply or veto it first",
                    reindex.tier
                )));
            }
            TIERS.save(deps.storage, &tiers)?;
            // What has held were the tiers before.
            HELD.save(deps.storage, &Held::default())?;
        }
        Change::Guardian(guardian) => {
            GUARDIAN.save(deps.storage, &deps.api.addr_validate(&guardian)?)?;
        }
    }
    let reserve = PARAMS.load(deps.storage)?.reserve;
    Ok(Response::new().add_event(OracleEvent::Applied {
        id,
        change: name,
        bond_per_coin: reserve.bond_per_coin.amount,
        horizon: reserve.horizon,
    }))
}

/// Takes an announced change back.
pub(crate) fn cancel(
    deps: DepsMut,
    _env: Env,
    _info: MessageInfo,
    id: u64,
) -> Result<Response, ContractError> {
    TIMELOCK.cancel(deps.storage, id)?;
    Ok(Response::new().add_event(OracleEvent::Cancelled { id }))
}

/// Refuses a change that does not hold: when it is announced, and anew when it is
/// applied, since others may have come between.
fn check(deps: Deps, change: &Change) -> Result<(), ContractError> {
    match change {
        Change::Params(next) => {
            params::validate(next, &BEACON_NETWORK.load(deps.storage)?)?;
            params::validate_change(&PARAMS.load(deps.storage)?, next)
        }
        Change::Tiers(tiers) => params::validate_tiers(tiers),
        Change::Guardian(guardian) => {
            deps.api.addr_validate(guardian)?;
            Ok(())
        }
    }
}

const fn name(change: &Change) -> &'static str {
    match change {
        Change::Params(_) => "params",
        Change::Tiers(_) => "tiers",
        Change::Guardian(_) => "guardian",
    }
}
