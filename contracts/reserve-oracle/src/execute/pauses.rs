//! Stops that end by themselves.

use compute_api::oracle::{Pausable, events::OracleEvent};
use contract_kit::bounds::within;
use cosmwasm_std::{DepsMut, Env, Event, MessageInfo, Response, Storage};

use crate::{
    ContractError,
    state::{PARAMS, PAUSES},
};

/// Stops something. Redeeming can be stopped only once in a while, so that nobody can
/// keep coins from being redeemed.
pub(crate) fn pause(
    deps: DepsMut,
    env: Env,
    _info: MessageInfo,
    what: Pausable,
    seconds: u64,
) -> Result<Response, ContractError> {
    let limits = PARAMS.load(deps.storage)?.pauses;
    let now = env.block.time.seconds();
    let until = now.saturating_add(seconds);
    let mut pauses = PAUSES.load(deps.storage)?;
    match what {
        Pausable::Mint => {
            within("seconds", seconds, 1u64, limits.mint_max)?;
            pauses.mint = until;
        }
        Pausable::Redeem => {
            within("seconds", seconds, 1u64, limits.redeem_max)?;
            if now < pauses.next_redeem {
                return Err(ContractError::TooEarly {
                    what: "another pause of redeeming",
                    ready_at: pauses.next_redeem,
                    now,
                });
            }
            pauses.redeem = until;
            pauses.next_redeem = now.saturating_add(limits.redeem_every);
        }
    }
    PAUSES.save(deps.storage, &pauses)?;
    Ok(Response::new().add_event(paused(what, until)))
}

/// Lets something go on before its time.
pub(crate) fn resume(
    deps: DepsMut,
    env: Env,
    _info: MessageInfo,
    what: Pausable,
) -> Result<Response, ContractError> {
    let now = env.block.time.seconds();
    let mut pauses = PAUSES.load(deps.storage)?;
    let until = match what {
        Pausable::Mint => &mut pauses.mint,
        Pausable::Redeem => &mut pauses.redeem,
    };
    if *until <= now {
        return Err(ContractError::Refused(format!(
            "{} is not paused",
            name(what)
        )));
    }
    *until = now;
    PAUSES.save(deps.storage, &pauses)?;
    Ok(Response::new().add_event(paused(what, now)))
}

/// Refuses what is paused.
pub(super) fn not_paused(
    storage: &dyn Storage,
    now: u64,
    what: Pausable,
) -> Result<(), ContractError> {
    let pauses = PAUSES.load(storage)?;
    let until = match what {
        Pausable::Mint => pauses.mint,
        Pausable::Redeem => pauses.redeem,
    };
    if until <= now {
        return Ok(());
    }
    Err(ContractError::Refused(format!(
        "{} is paused until {until}; it is {now}",
        name(what)
    )))
}

fn paused(what: Pausable, until: u64) -> Event {
    OracleEvent::Paused {
        what: name(what).to_owned(),
        until,
    }
    .into()
}

const fn name(what: Pausable) -> &'static str {
    match what {
        Pausable::Mint => "mint",
        Pausable::Redeem => "redeem",
    }
}
