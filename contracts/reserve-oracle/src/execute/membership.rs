//! Which operator counts for which issuer.

use compute_api::oracle::events::OracleEvent;
use cosmwasm_std::{Addr, DepsMut, Env, Event, MessageInfo, Response, StdResult, Storage};

use super::{census::sums, operators};
use crate::{
    ContractError,
    state::{ISSUERS, MEMBERS, OPERATORS, Operator, PARAMS},
};

/// Invites an operator, in place of whoever has invited it before.
pub(crate) fn invite(
    deps: DepsMut,
    _env: Env,
    info: MessageInfo,
    operator: String,
) -> Result<Response, ContractError> {
    let issuer = info.sender;
    let key = deps.api.addr_validate(&operator)?;
    let mut operator = operators::load(deps.storage, &key)?;
    operators::not_tombstoned(&key, &operator)?;
    if operator.issuer.as_ref() == Some(&issuer) {
        return Err(ContractError::Refused(format!(
            "{key} counts for {issuer} already"
        )));
    }
    operator.invited_by = Some(issuer.clone());
    OPERATORS.save(deps.storage, &key, &operator)?;
    Ok(Response::new().add_event(OracleEvent::Invited {
        operator: key.into(),
        issuer: Some(issuer.into()),
    }))
}

/// Accepts an invitation. The operator counts from its next answer on.
pub(crate) fn join(
    deps: DepsMut,
    env: Env,
    info: MessageInfo,
    issuer: String,
) -> Result<Response, ContractError> {
    let key = info.sender;
    let issuer = deps.api.addr_validate(&issuer)?;
    let mut operator = operators::load(deps.storage, &key)?;
    operators::not_tombstoned(&key, &operator)?;
    if !ISSUERS.has(deps.storage, &issuer) {
        return Err(ContractError::NotFound {
            what: "issuer",
            key: issuer.into(),
        });
    }
    if let Some(other) = &operator.issuer {
        return Err(ContractError::Refused(format!(
            "{key} counts for {other}: leave it first"
        )));
    }
    if operator.invited_by.as_ref() != Some(&issuer) {
        return Err(ContractError::Refused(format!(
            "{issuer} has not invited {key}, or another has since"
        )));
    }
    let now = env.block.time.seconds();
    if now < operator.bound_until {
        return Err(ContractError::Refused(format!(
            "it is {now}: {key} has left an issuer and can join one from {} on",
            operator.bound_until
        )));
    }
    let was_obliged = operators::is_obliged(&operator);
    operator.issuer = Some(issuer.clone());
    operator.left = None;
    operator.invited_by = None;
    operators::answerable_if_new(deps.storage, was_obliged, &mut operator)?;
    OPERATORS.save(deps.storage, &key, &operator)?;
    MEMBERS.save(deps.storage, (&issuer, &key), &())?;
    Ok(Response::new().add_event(OracleEvent::Joined {
        operator: key.into(),
        issuer: issuer.into(),
    }))
}

/// Takes the sender off its issuer's account.
pub(crate) fn leave(deps: DepsMut, env: Env, info: MessageInfo) -> Result<Response, ContractError> {
    let key = info.sender;
    let mut operator = operators::load(deps.storage, &key)?;
    if operator.issuer.is_none() {
        return Err(ContractError::Refused(format!(
            "{key} counts for no issuer"
        )));
    }
    let events = part(deps.storage, &env, &key, &mut operator)?;
    OPERATORS.save(deps.storage, &key, &operator)?;
    Ok(Response::new().add_events(events))
}

/// Takes an operator off the sender's account, or an invitation back.
pub(crate) fn remove(
    deps: DepsMut,
    env: Env,
    info: MessageInfo,
    operator: String,
) -> Result<Response, ContractError> {
    let issuer = Some(&info.sender);
    let key = deps.api.addr_validate(&operator)?;
    let mut operator = operators::load(deps.storage, &key)?;
    let events = if operator.issuer.as_ref() == issuer {
        part(deps.storage, &env, &key, &mut operator)?
    } else if operator.invited_by.as_ref() == issuer {
        operator.invited_by = None;
        let taken_back = OracleEvent::Invited {
            operator: key.to_string(),
            issuer: None,
        };
        vec![taken_back.into()]
    } else {
        return Err(ContractError::Refused(format!(
            "{key} neither counts for {} nor is invited by it",
            info.sender
        )));
    };
    OPERATORS.save(deps.storage, &key, &operator)?;
    Ok(Response::new().add_events(events))
}

/// Parts an operator from its issuer, if it has one, and binds it until the horizon.
/// The caller saves the operator.
pub(super) fn part(
    storage: &mut dyn Storage,
    env: &Env,
    key: &Addr,
    operator: &mut Operator,
) -> StdResult<Vec<Event>> {
    let Some(issuer) = operator.issuer.take() else {
        return Ok(Vec::new());
    };
    let mut events = sums::leave_issuer(storage, key, operator)?;
    MEMBERS.remove(storage, (&issuer, key));
    let horizon = PARAMS.load(storage)?.reserve.horizon;
    operator.left = Some(issuer.clone());
    operator.bound_until = env.block.time.seconds().saturating_add(horizon);
    let left = OracleEvent::Left {
        operator: key.to_string(),
        issuer: issuer.into(),
        bound_until: operator.bound_until,
    };
    events.push(left.into());
    Ok(events)
}
