//! What the oracle knows of operators: their devices and how they stand.

use compute_api::{
    oracle::{PendingDevices, events::OracleEvent},
    votes::{self, Fault, Standing, Votes},
};
use contract_kit::wiring;
use cosmwasm_std::{
    Addr, CosmosMsg, DepsMut, Env, MessageInfo, Response, StdResult, Storage, Uint128,
};

use super::{
    census::{next_id, sums},
    membership,
};
use crate::{
    ContractError,
    state::{OPERATORS, Operator, PARAMS},
};

/// The most devices of one operator.
pub(crate) const MAX_DEVICES: u32 = 1_000_000;

/// Declares how many devices the sender has: the first time for at once, after that
/// for some censuses later.
pub(crate) fn declare_devices(
    deps: DepsMut,
    _env: Env,
    info: MessageInfo,
    devices: u32,
) -> Result<Response, ContractError> {
    if !(1..=MAX_DEVICES).contains(&devices) {
        return Err(ContractError::OutOfBounds {
            what: "devices",
            value: devices.into(),
            min: Uint128::one(),
            max: MAX_DEVICES.into(),
        });
    }
    let key = info.sender;
    let next = next_id(deps.storage)?;
    let mut response = Response::new();
    let (operator, from_census) = match OPERATORS.may_load(deps.storage, &key)? {
        None => {
            // Fails unless it is registered there, as a miner.
            response = response.add_message(tell_devices(deps.storage, &key, devices)?);
            let operator = Operator {
                issuer: None,
                invited_by: None,
                left: None,
                bound_until: 0,
                standing: Standing::Unbonded,
                devices,
                pending_devices: None,
                results: Vec::new(),
                counted: Vec::new(),
                answerable_from: next,
                commitment: None,
            };
            (operator, 0)
        }
        Some(operator) => {
            not_tombstoned(&key, &operator)?;
            let after = PARAMS.load(deps.storage)?.census.devices_after;
            let from_census = next.saturating_add(after);
            let operator = Operator {
                pending_devices: Some(PendingDevices {
                    devices,
                    from_census,
                }),
                ..operator
            };
            (operator, from_census)
        }
    };
    OPERATORS.save(deps.storage, &key, &operator)?;
    Ok(response.add_event(OracleEvent::DevicesDeclared {
        operator: key.into(),
        devices,
        from_census,
    }))
}

/// Takes what votes says of an operator's standing. Who is jailed adds to no sum; who
/// is tombstoned has no issuer either.
pub(crate) fn set_standing(
    deps: DepsMut,
    env: Env,
    _info: MessageInfo,
    operator: String,
    standing: Standing,
) -> Result<Response, ContractError> {
    let key = deps.api.addr_validate(&operator)?;
    // Votes has operators that never declare a device, such as coordinators.
    let Some(mut operator) = OPERATORS.may_load(deps.storage, &key)? else {
        return Ok(Response::new());
    };
    let was_obliged = is_obliged(&operator);
    operator.standing = standing;
    let mut events = Vec::new();
    if is_out(standing) {
        events = sums::take_out(deps.storage, &key, &mut operator)?;
    }
    if standing == Standing::Tombstoned {
        if operator.invited_by.take().is_some() {
            let taken_back = OracleEvent::Invited {
                operator: key.to_string(),
                issuer: None,
            };
            events.push(taken_back.into());
        }
        events.extend(membership::part(deps.storage, &env, &key, &mut operator)?);
    }
    answerable_if_new(deps.storage, was_obliged, &mut operator)?;
    OPERATORS.save(deps.storage, &key, &operator)?;
    Ok(Response::new()
        .add_events(events)
        .add_event(OracleEvent::StandingSet {
            operator: key.into(),
            standing: standing.to_string(),
        }))
}

/// An operator that exists.
pub(crate) fn load(storage: &dyn Storage, key: &Addr) -> Result<Operator, ContractError> {
    let found = OPERATORS.may_load(storage, key)?;
    found.ok_or_else(|| ContractError::NotFound {
        what: "operator",
        key: key.to_string(),
    })
}

/// Whether a standing keeps an operator out of every sum.
pub(crate) const fn is_out(standing: Standing) -> bool {
    matches!(standing, Standing::Jailed | Standing::Tombstoned)
}

/// Whether an operator can take part in a census, and has to.
pub(crate) const fn is_obliged(operator: &Operator) -> bool {
    match operator.standing {
        Standing::Active => true,
        Standing::Unbonded => operator.issuer.is_some(),
        Standing::Jailed | Standing::Tombstoned => false,
    }
}

/// What an operator missed while it did not have to answer is no fault.
pub(crate) fn answerable_if_new(
    storage: &dyn Storage,
    was_obliged: bool,
    operator: &mut Operator,
) -> StdResult<()> {
    if !was_obliged && is_obliged(operator) {
        operator.answerable_from = operator.answerable_from.max(next_id(storage)?);
    }
    Ok(())
}

pub(crate) fn not_tombstoned(key: &Addr, operator: &Operator) -> Result<(), ContractError> {
    match operator.standing {
        Standing::Tombstoned => Err(ContractError::Refused(format!(
            "{key} is tombstoned, for ever: register another key"
        ))),
        _ => Ok(()),
    }
}

/// Tells votes how many devices an operator has.
pub(crate) fn tell_devices(
    storage: &dyn Storage,
    operator: &Addr,
    devices: u32,
) -> StdResult<CosmosMsg> {
    votes(storage)?.execute(&votes::ExecuteMsg::SetDevices {
        operator: operator.to_string(),
        devices,
    })
}

/// Tells votes what an operator has done wrong.
pub(crate) fn tell_fault(
    storage: &dyn Storage,
    operator: &Addr,
    fault: Fault,
    reporter: Option<&Addr>,
) -> StdResult<CosmosMsg> {
    votes(storage)?.execute(&votes::ExecuteMsg::ReportFault {
        operator: operator.to_string(),
        fault,
        reporter: reporter.map(ToString::to_string),
    })
}

fn votes(storage: &dyn Storage) -> StdResult<Votes> {
    Ok(Votes::new(wiring::CONTRACTS.load(storage)?.votes))
}
