//! What operators are reported to votes for.

use compute_api::votes::Fault;
use cosmwasm_std::{Addr, CosmosMsg, DepsMut, Env, MessageInfo, Response, StdResult, Storage};

use super::operators;
use crate::{
    ContractError, census,
    state::{CENSUSES, HISTORY, LAST_CENSUS, OPERATORS, Operator, PARAMS},
};

/// Reports an operator that has missed too many of the last censuses. They count once.
pub(crate) fn report_missed(
    deps: DepsMut,
    _env: Env,
    info: MessageInfo,
    operator: String,
) -> Result<Response, ContractError> {
    let key = deps.api.addr_validate(&operator)?;
    let mut operator = operators::load(deps.storage, &key)?;
    if !operators::is_obliged(&operator) {
        return Err(ContractError::Refused(format!(
            "{key} is {} and has no census to answer",
            operator.standing
        )));
    }
    let last = LAST_CENSUS.load(deps.storage)?;
    let limit = PARAMS.load(deps.storage)?.census.missed_limit;
    let missed = census::missed(&operator.results, last, operator.answerable_from);
    if missed < limit {
        return Err(ContractError::Refused(format!(
            "{key} has missed {missed} of the last {HISTORY} censuses: {limit} are a fault"
        )));
    }
    operator.answerable_from = last.saturating_add(1);
    OPERATORS.save(deps.storage, &key, &operator)?;
    let fault = Fault::Missed { census: last };
    let report = operators::tell_fault(deps.storage, &key, fault, Some(&info.sender))?;
    Ok(Response::new().add_message(report))
}

/// Reports an operator that has committed to a closed census and not answered.
pub(crate) fn report_unanswered(
    deps: DepsMut,
    _env: Env,
    info: MessageInfo,
    operator: String,
) -> Result<Response, ContractError> {
    let key = deps.api.addr_validate(&operator)?;
    let mut operator = operators::load(deps.storage, &key)?;
    let report = unanswered(deps.storage, &key, &operator, Some(&info.sender))?;
    let report = report.ok_or_else(|| {
        ContractError::Refused(format!(
            "{key} has no commitment that is unanswered, unreported and to a closed census"
        ))
    })?;
    if let Some(commitment) = &mut operator.commitment {
        commitment.reported = true;
    }
    OPERATORS.save(deps.storage, &key, &operator)?;
    Ok(Response::new().add_message(report))
}

/// The report of an operator's commitment, if that is a fault. The caller sees to it
/// that it is reported once.
pub(super) fn unanswered(
    storage: &dyn Storage,
    key: &Addr,
    operator: &Operator,
    reporter: Option<&Addr>,
) -> StdResult<Option<CosmosMsg>> {
    let Some(commitment) = &operator.commitment else {
        return Ok(None);
    };
    if commitment.answered | commitment.reported {
        return Ok(None);
    }
    // A void census's number is another's now, or nobody's yet.
    match CENSUSES.may_load(storage, commitment.census)? {
        Some(record) if record.slot == commitment.slot => {}
        _ => return Ok(None),
    }
    let fault = Fault::Unanswered {
        census: commitment.census,
    };
    operators::tell_fault(storage, key, fault, reporter).map(Some)
}
