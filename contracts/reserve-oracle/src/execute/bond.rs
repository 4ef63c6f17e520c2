//! Issuers' bonds.

use compute_api::oracle::events::OracleEvent;
use contract_kit::bounds::within;
use cosmwasm_std::{
    Addr, BankMsg, Coin, CosmosMsg, Decimal, DepsMut, Env, Event, MessageInfo, Response, StdResult,
    Storage, Uint128, Uint256,
};

use super::{issuers, mint::Ground};
use crate::{
    ContractError,
    reserve::{div_up, punished_share},
    state::{ISSUERS, Issuer, LAST_CENSUS, OPERATORS, PARAMS, TOTALS, Totals},
};

/// Adds the funds sent to an issuer's bond.
pub(crate) fn post(
    deps: DepsMut,
    _env: Env,
    info: MessageInfo,
    issuer: Option<String>,
) -> Result<Response, ContractError> {
    let key = match issuer {
        Some(issuer) => deps.api.addr_validate(&issuer)?,
        None => info.sender,
    };
    let mut issuer = issuers::load(deps.storage, &key)?;
    let denom = PARAMS.load(deps.storage)?.reserve.bond_per_coin.denom;
    let amount = match info.funds.as_slice() {
        [coin] if coin.denom == denom => coin.amount,
        _ => {
            return Err(ContractError::Refused(format!(
                "a bond is posted in {denom} alone: send some of it and nothing else"
            )));
        }
    };
    if amount.is_zero() {
        return Err(ContractError::Zero);
    }
    issuer.bond = issuer.bond.checked_add(amount)?;
    ISSUERS.save(deps.storage, &key, &issuer)?;
    let totals = TOTALS.load(deps.storage)?;
    Ok(Response::new().add_event(changed(&key, "posted", &issuer, &totals)))
}

/// Starts to take part of the sender's bond back, if no coin stands on it.
pub(crate) fn withdraw(
    deps: DepsMut,
    env: Env,
    info: MessageInfo,
    amount: Uint128,
) -> Result<Response, ContractError> {
    let mut issuer = issuers::load(deps.storage, &info.sender)?;
    within("amount", amount, Uint128::one(), issuer.staying())?;
    let staying = issuer.staying().checked_sub(amount)?;
    let ground = Ground::load(deps.storage, &env)?;
    suffices(&ground, &info.sender, &issuer, staying)?;
    let unlock = ground.params.reserve.bond_unlock;
    issuer.leaving = issuer.leaving.checked_add(amount)?;
    issuer.free_at = ground.now.saturating_add(unlock);
    ISSUERS.save(deps.storage, &info.sender, &issuer)?;
    let totals = TOTALS.load(deps.storage)?;
    Ok(Response::new().add_event(changed(&info.sender, "withdrawal", &issuer, &totals)))
}

/// Pays out the part of the sender's bond whose time has come. Who is short has to
/// mend that first: the whole bond answers for it.
pub(crate) fn claim(deps: DepsMut, env: Env, info: MessageInfo) -> Result<Response, ContractError> {
    let mut issuer = issuers::load(deps.storage, &info.sender)?;
    let ground = Ground::load(deps.storage, &env)?;
    if issuer.leaving.is_zero() {
        return Err(ContractError::Zero);
    }
    if ground.now < issuer.free_at {
        return Err(ContractError::TooEarly {
            what: "this part of the bond",
            ready_at: issuer.free_at,
            now: ground.now,
        });
    }
    let short = ground.scales().short(&issuer)?;
    if !short.is_zero() | issuer.curing_until.is_some() {
        return Err(ContractError::Refused(format!(
            "{} is short of {short} micro-coins or marked as such: extend the commitment, add \
             operators or retire coins, then send cure",
            info.sender
        )));
    }
    // A coin may ask for more of a bond than when this was asked back.
    suffices(&ground, &info.sender, &issuer, issuer.staying())?;
    let amount = core::mem::take(&mut issuer.leaving);
    issuer.bond = issuer.bond.checked_sub(amount)?;
    ISSUERS.save(deps.storage, &info.sender, &issuer)?;
    let totals = TOTALS.load(deps.storage)?;
    Ok(Response::new()
        .add_message(pay(deps.storage, &info.sender, amount)?)
        .add_event(changed(&info.sender, "claimed", &issuer, &totals)))
}

/// Takes part of an operator's share of its issuer's bond, rounded up, into the
/// bounty. An operator that nobody's bond answers for changes nothing: votes cannot
/// know.
pub(crate) fn slash(
    deps: DepsMut,
    env: Env,
    _info: MessageInfo,
    operator: String,
    fraction: Decimal,
) -> Result<Response, ContractError> {
    contract_kit::bounds::part("fraction", fraction, Decimal::one())?;
    let operator = OPERATORS.may_load(deps.storage, &deps.api.addr_validate(&operator)?)?;
    let Some(operator) = operator else {
        return Ok(Response::new());
    };
    let now = env.block.time.seconds();
    let left = operator
        .left
        .as_ref()
        .filter(|_| now < operator.bound_until);
    let Some(key) = operator.issuer.as_ref().or(left) else {
        return Ok(Response::new());
    };
    let mut issuer = issuers::load(deps.storage, key)?;
    let census = LAST_CENSUS.load(deps.storage)?;
    let share = punished_share(census, key, &operator, &issuer)?;
    let taken = div_up(
        share.full_mul(fraction.atomics()),
        Decimal::one().atomics().into(),
    )?;
    let event = forfeit(deps.storage, key, &mut issuer, taken, "slashed")?;
    ISSUERS.save(deps.storage, key, &issuer)?;
    Ok(Response::new().add_events(event))
}

/// Refuses a bond of which less would stay than an issuer's coins ask for.
fn suffices(
    ground: &Ground,
    key: &Addr,
    issuer: &Issuer,
    staying: Uint128,
) -> Result<(), ContractError> {
    let needed = ground.scales().bond_for(issuer.outstanding)?;
    if Uint256::from(staying) >= needed {
        return Ok(());
    }
    Err(ContractError::Refused(format!(
        "{key} owes {} micro-coins, which ask for a bond of {needed}: {staying} would stay; \
         withdraw less, post more or retire coins first",
        issuer.outstanding
    )))
}

/// Moves up to `amount` of a bond to the bounty, for whoever takes orphans over: of
/// what is leaving first, so that what stays goes on to stand behind the coins. The
/// caller saves the issuer.
pub(super) fn forfeit(
    storage: &mut dyn Storage,
    key: &Addr,
    issuer: &mut Issuer,
    amount: Uint256,
    cause: &str,
) -> StdResult<Option<Event>> {
    let amount: Uint128 = amount.min(issuer.bond.into()).try_into()?;
    if amount.is_zero() {
        return Ok(None);
    }
    issuer.bond = issuer.bond.checked_sub(amount)?;
    issuer.leaving = issuer.leaving.saturating_sub(amount);
    let mut totals = TOTALS.load(storage)?;
    totals.bounty = totals.bounty.checked_add(amount)?;
    TOTALS.save(storage, &totals)?;
    Ok(Some(changed(key, cause, issuer, &totals)))
}

/// Pays from the bonds.
pub(super) fn pay(storage: &dyn Storage, to: &Addr, amount: Uint128) -> StdResult<CosmosMsg> {
    let denom = PARAMS.load(storage)?.reserve.bond_per_coin.denom;
    Ok(BankMsg::Send {
        to_address: to.to_string(),
        amount: vec![Coin { denom, amount }],
    }
    .into())
}

fn changed(key: &Addr, cause: &str, issuer: &Issuer, totals: &Totals) -> Event {
    OracleEvent::BondChanged {
        issuer: key.to_string(),
        cause: cause.to_owned(),
        bond: issuer.bond,
        leaving: issuer.leaving,
        free_at: (!issuer.leaving.is_zero()).then_some(issuer.free_at),
        bounty: totals.bounty,
    }
    .into()
}
