//! Allowances. In cw20-base one that has expired comes back to life, with all that
//! was left of it, when it is raised or when its expiry is moved (cw-plus issue 909).
//! Here it is worth nothing: whatever changes it finds none there.

use cosmwasm_std::{Addr, DepsMut, Env, MessageInfo, Response, Storage, Uint128};
use cw20::Expiration;
use cw20_base::{
    allowances::{execute_decrease_allowance, execute_increase_allowance},
    state::{ALLOWANCES, ALLOWANCES_SPENDER},
};

use crate::{ContractError, events};

/// Lets `spender` use more of the sender's coins.
pub(crate) fn increase(
    deps: DepsMut,
    env: Env,
    info: MessageInfo,
    spender: String,
    amount: Uint128,
    expires: Option<Expiration>,
) -> Result<Response, ContractError> {
    let spender_addr = deps.api.addr_validate(&spender)?;
    if let Some(now) = ALLOWANCES.may_load(deps.storage, (&info.sender, &spender_addr))? {
        let room = Uint128::MAX.checked_sub(now.allowance)?;
        if now.expires.is_expired(&env.block) {
            forget(deps.storage, &info.sender, &spender_addr);
        } else if amount > room {
            return Err(ContractError::AllowanceTooLarge {
                has: now.allowance,
                amount,
                room,
            });
        }
    }
    Ok(execute_increase_allowance(
        deps, env, info, spender, amount, expires,
    )?)
}

/// Lets `spender` use fewer of the sender's coins. An allowance that has expired is
/// taken away, whatever the amount and the new expiry are.
pub(crate) fn decrease(
    deps: DepsMut,
    env: Env,
    info: MessageInfo,
    spender: String,
    amount: Uint128,
    expires: Option<Expiration>,
) -> Result<Response, ContractError> {
    let spender_addr = deps.api.addr_validate(&spender)?;
    let now = ALLOWANCES.may_load(deps.storage, (&info.sender, &spender_addr))?;
    let Some(now) = now else {
        return Err(ContractError::NoAllowance {
            owner: info.sender,
            spender: spender_addr,
        });
    };
    if now.expires.is_expired(&env.block) {
        forget(deps.storage, &info.sender, &spender_addr);
        return Ok(events::allowance_decreased(info.sender, spender, amount));
    }
    Ok(execute_decrease_allowance(
        deps, env, info, spender, amount, expires,
    )?)
}

/// Takes an allowance out of both of cw20-base's maps.
fn forget(storage: &mut dyn Storage, owner: &Addr, spender: &Addr) {
    ALLOWANCES.remove(storage, (owner, spender));
    ALLOWANCES_SPENDER.remove(storage, (spender, owner));
}
