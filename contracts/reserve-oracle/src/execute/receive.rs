//! Coins that arrive, to be burnt.

use compute_api::{
    Role,
    coin::{self, Coin},
    oracle::{Hook, Pausable, events::OracleEvent},
};
use contract_kit::wiring;
use cosmwasm_std::{Addr, DepsMut, Env, MessageInfo, Response, Storage, Uint128, from_json};
use cw20::Cw20ReceiveMsg;

use super::{issuers, pauses::not_paused};
use crate::{
    ContractError,
    state::{ISSUERS, TOTALS},
};

/// Does what the coins were sent for. The coin has moved them already.
pub(crate) fn receive(
    deps: DepsMut,
    env: Env,
    _info: MessageInfo,
    sent: Cw20ReceiveMsg,
) -> Result<Response, ContractError> {
    if sent.amount.is_zero() {
        return Err(ContractError::Zero);
    }
    let sender = deps.api.addr_validate(&sent.sender)?;
    match from_json(&sent.msg)? {
        Hook::Retire {} => {
            if !ISSUERS.has(deps.storage, &sender) {
                return Err(unauthorized(sender, Role::Issuer));
            }
            burn(deps.storage, &sender, sent.amount, "retired")
        }
        Hook::Redeem { issuer } => {
            if sender != wiring::contracts(deps.storage)?.market {
                return Err(unauthorized(sender, Role::Market));
            }
            not_paused(deps.storage, env.block.time.seconds(), Pausable::Redeem)?;
            let issuer = deps.api.addr_validate(&issuer)?;
            burn(deps.storage, &issuer, sent.amount, "redeemed")
        }
    }
}

/// Burns coins: off what the issuer owes, then, for a redemption, off the orphans,
/// and what is beyond both counts as forgiven.
fn burn(
    storage: &mut dyn Storage,
    key: &Addr,
    amount: Uint128,
    cause: &str,
) -> Result<Response, ContractError> {
    let mut issuer = issuers::load(storage, key)?;
    let mut totals = TOTALS.load(storage)?;
    let owed = amount.min(issuer.outstanding);
    let rest = amount.checked_sub(owed)?;
    if (cause == "retired") & !rest.is_zero() {
        return Err(ContractError::OutOfBounds {
            what: "amount to retire",
            value: amount,
            min: Uint128::one(),
            max: issuer.outstanding,
        });
    }
    let orphaned = rest.min(totals.orphan);
    let forgiven = rest.checked_sub(orphaned)?;
    issuer.outstanding = issuer.outstanding.checked_sub(owed)?;
    ISSUERS.save(storage, key, &issuer)?;
    totals.outstanding = totals.outstanding.checked_sub(owed)?;
    totals.orphan = totals.orphan.checked_sub(orphaned)?;
    TOTALS.save(storage, &totals)?;

    let coin = Coin::new(wiring::contracts(storage)?.coin);
    let mut response = Response::new();
    let retired = owed.checked_add(orphaned)?;
    for (amount, msg) in [
        (retired, coin::ExecuteMsg::Retire { amount: retired }),
        (forgiven, coin::ExecuteMsg::Burn { amount: forgiven }),
    ] {
        if !amount.is_zero() {
            response = response.add_message(coin.execute(&msg)?);
        }
    }
    Ok(response.add_event(OracleEvent::Burnt {
        issuer: key.to_string(),
        cause: cause.to_owned(),
        amount,
        outstanding: issuer.outstanding,
        orphan: totals.orphan,
    }))
}

fn unauthorized(sender: Addr, role: Role) -> ContractError {
    ContractError::Unauthorized { sender, role }
}
