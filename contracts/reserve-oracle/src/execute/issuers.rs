//! Issuers and what they commit.

use compute_api::oracle::{Identity, events::OracleEvent};
use contract_kit::bounds::{MAX_SECONDS, count, within};
use cosmwasm_std::{Addr, DepsMut, Env, MessageInfo, Response, Storage, Uint128};

use super::mint::Ground;
use crate::{
    ContractError,
    state::{ISSUERS, Issuer, Proven},
};

/// Admits an issuer, which has nothing yet.
pub(crate) fn admit(
    deps: DepsMut,
    env: Env,
    _info: MessageInfo,
    issuer: String,
    identity: Identity,
) -> Result<Response, ContractError> {
    let key = deps.api.addr_validate(&issuer)?;
    if ISSUERS.has(deps.storage, &key) {
        return Err(ContractError::Refused(format!(
            "{key} has been admitted before"
        )));
    }
    check(&identity)?;
    let event = OracleEvent::IssuerAdmitted {
        issuer: key.to_string(),
        name: identity.name.clone(),
    };
    let admitted = Issuer {
        identity,
        admitted_at: env.block.time.seconds(),
        outstanding: Uint128::zero(),
        committed: Uint128::zero(),
        until: 0,
        bond: Uint128::zero(),
        leaving: Uint128::zero(),
        free_at: 0,
        curing_until: None,
        defaulted_at: None,
        proven: Proven::default(),
    };
    ISSUERS.save(deps.storage, &key, &admitted)?;
    Ok(Response::new().add_event(event))
}

/// Changes what the public is told of the sender.
pub(crate) fn update_identity(
    deps: DepsMut,
    _env: Env,
    info: MessageInfo,
    identity: Identity,
) -> Result<Response, ContractError> {
    check(&identity)?;
    let mut issuer = load(deps.storage, &info.sender)?;
    let event = OracleEvent::IdentityUpdated {
        issuer: info.sender.to_string(),
        name: identity.name.clone(),
    };
    issuer.identity = identity;
    ISSUERS.save(deps.storage, &info.sender, &issuer)?;
    Ok(Response::new().add_event(event))
}

/// Commits capacity in place of what was committed before.
pub(crate) fn commit(
    deps: DepsMut,
    env: Env,
    info: MessageInfo,
    rate: Uint128,
    until: u64,
) -> Result<Response, ContractError> {
    let now = env.block.time.seconds();
    // In force now, so it cannot begin later and cannot be over yet.
    let (first, last) = (now.saturating_add(1), now.saturating_add(MAX_SECONDS));
    within("until", until, first, last)?;
    let mut issuer = load(deps.storage, &info.sender)?;
    let less = (rate < issuer.committed) | (until < issuer.until);
    issuer.committed = rate;
    issuer.until = until;
    if less {
        let ground = Ground::load(deps.storage, &env)?;
        let short = ground.scales().short(&issuer)?;
        if !short.is_zero() {
            return Err(ContractError::Refused(format!(
                "with {rate} ops per second until {until}, {short} micro-coins of {} would not \
                 be backed: commit more, or retire them first",
                info.sender
            )));
        }
    }
    ISSUERS.save(deps.storage, &info.sender, &issuer)?;
    Ok(Response::new().add_event(OracleEvent::Committed {
        issuer: info.sender.into(),
        rate,
        until,
    }))
}

/// An issuer that exists.
pub(crate) fn load(storage: &dyn Storage, key: &Addr) -> Result<Issuer, ContractError> {
    let found = ISSUERS.may_load(storage, key)?;
    found.ok_or_else(|| ContractError::NotFound {
        what: "issuer",
        key: key.to_string(),
    })
}

fn check(identity: &Identity) -> Result<(), ContractError> {
    count("bytes of name", identity.name.len(), 1, 100)?;
    count("bytes of jurisdiction", identity.jurisdiction.len(), 1, 100)?;
    count("bytes of url", identity.url.len(), 0, 200)?;
    count("bytes of contact", identity.contact.len(), 0, 200)
}
