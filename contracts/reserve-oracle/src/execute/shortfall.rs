//! Issuers whose coins are not backed: marked, mended or settled by their bond.

use compute_api::oracle::events::OracleEvent;
use cosmwasm_std::{Addr, DepsMut, Env, MessageInfo, Response, Uint128};

use super::{bond, issuers, mint::Ground};
use crate::{
    ContractError,
    state::{ISSUERS, Issuer, TOTALS},
};

/// Marks an issuer that is short.
pub(crate) fn flag(
    deps: DepsMut,
    env: Env,
    _info: MessageInfo,
    issuer: String,
) -> Result<Response, ContractError> {
    let (key, mut issuer, ground, short) = weigh(&deps, &env, &issuer)?;
    if let Some(until) = issuer.curing_until {
        return Err(ContractError::Refused(format!(
            "{key} is marked as short already, until {until}"
        )));
    }
    if short.is_zero() {
        return Err(ContractError::Refused(format!("{key} is not short")));
    }
    let until = ground.now.saturating_add(ground.params.reserve.curing);
    issuer.curing_until = Some(until);
    ISSUERS.save(deps.storage, &key, &issuer)?;
    Ok(Response::new().add_event(OracleEvent::Flagged {
        issuer: key.into(),
        short,
        curing_until: until,
    }))
}

/// Takes the mark off an issuer that is short no more, at any time.
pub(crate) fn cure(
    deps: DepsMut,
    env: Env,
    _info: MessageInfo,
    issuer: String,
) -> Result<Response, ContractError> {
    let (key, mut issuer, _, short) = weigh(&deps, &env, &issuer)?;
    marked(&key, &issuer)?;
    if !short.is_zero() {
        return Err(ContractError::Refused(format!(
            "{key} is still short of {short} micro-coins: it has to extend its commitment, add \
             operators or retire coins"
        )));
    }
    issuer.curing_until = None;
    ISSUERS.save(deps.storage, &key, &issuer)?;
    Ok(Response::new().add_event(OracleEvent::Cured { issuer: key.into() }))
}

/// Orphans what an issuer is short of when its time is over, and moves the bond that
/// these coins ask for, rounded up, as far as it reaches.
pub(crate) fn default(
    deps: DepsMut,
    env: Env,
    _info: MessageInfo,
    issuer: String,
) -> Result<Response, ContractError> {
    let (key, mut issuer, ground, short) = weigh(&deps, &env, &issuer)?;
    let until = marked(&key, &issuer)?;
    if ground.now <= until {
        return Err(ContractError::TooEarly {
            what: "its default",
            ready_at: until.saturating_add(1),
            now: ground.now,
        });
    }
    if short.is_zero() {
        return Err(ContractError::Refused(format!(
            "{key} is short no more: send cure"
        )));
    }
    issuer.curing_until = None;
    issuer.defaulted_at = Some(ground.now);
    issuer.outstanding = issuer.outstanding.checked_sub(short)?;
    let mut totals = TOTALS.load(deps.storage)?;
    totals.outstanding = totals.outstanding.checked_sub(short)?;
    totals.orphan = totals.orphan.checked_add(short)?;
    TOTALS.save(deps.storage, &totals)?;
    let due = ground.scales().bond_for(short)?;
    let forfeited = bond::forfeit(deps.storage, &key, &mut issuer, due, "defaulted")?;
    ISSUERS.save(deps.storage, &key, &issuer)?;
    let defaulted = OracleEvent::Defaulted {
        issuer: key.into(),
        amount: short,
        outstanding: issuer.outstanding,
        orphan: totals.orphan,
    };
    Ok(Response::new().add_event(defaulted).add_events(forfeited))
}

fn weigh(
    deps: &DepsMut,
    env: &Env,
    issuer: &str,
) -> Result<(Addr, Issuer, Ground, Uint128), ContractError> {
    let key = deps.api.addr_validate(issuer)?;
    let issuer = issuers::load(deps.storage, &key)?;
    let ground = Ground::load(deps.storage, env)?;
    let short = ground.scales().short(&issuer)?;
    Ok((key, issuer, ground, short))
}

fn marked(key: &Addr, issuer: &Issuer) -> Result<u64, ContractError> {
    issuer.curing_until.ok_or_else(|| {
        ContractError::Refused(format!("{key} is not marked as short: send flag if it is"))
    })
}
