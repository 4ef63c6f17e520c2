use compute_api::{
    oracle::{PegAtResponse, PegHistoryResponse, PegResponse, PegStatus, TiersResponse, Trust},
    page,
};
use cosmwasm_std::{Deps, Env, Order, StdError, StdResult};
use cw_storage_plus::Bound;

use crate::{
    execute::mint::Ground,
    peg,
    state::{BEACON_NETWORK, CENSUSES, HELD, PAUSES, PEG, PEG_BY_TIME, PEG_STEPS, REINDEX, TIERS},
};

/// The compute in one coin, now.
pub(crate) fn peg(deps: Deps, env: &Env) -> StdResult<PegResponse> {
    let ground = Ground::load(deps.storage, env)?;
    let step = PEG.load(deps.storage)?;
    let (status, reason) = status(deps, &ground)?;
    let ends_at = peg::reached_at(&step)?.filter(|end| *end > ground.now);
    Ok(PegResponse {
        tier: step.tier,
        opc: ground.opc,
        target: ground.target,
        glide_ends_at: ends_at,
        reindex: REINDEX.may_load(deps.storage)?,
        last_census: CENSUSES.may_load(deps.storage, ground.census)?,
        status,
        reason,
    })
}

/// The worst that applies, and why.
fn status(deps: Deps, ground: &Ground) -> StdResult<(PegStatus, String)> {
    let pauses = PAUSES.load(deps.storage)?;
    let paused: Vec<String> = [("minting", pauses.mint), ("redeeming", pauses.redeem)]
        .into_iter()
        .filter(|(_, until)| *until > ground.now)
        .map(|(what, until)| format!("{what} is paused until {until}"))
        .collect();
    if !paused.is_empty() {
        return Ok((PegStatus::Halted, paused.join(", ")));
    }
    if ground.is_stale(deps.storage)? {
        let reason = match CENSUSES.may_load(deps.storage, ground.census)? {
            None => "there has been no census yet".to_owned(),
            Some(last) => format!(
                "the last census is of {}, more than {} s ago: nothing is minted by it",
                last.round_time, ground.params.reserve.census_max_age
            ),
        };
        return Ok((PegStatus::Stale, reason));
    }
    Ok(match BEACON_NETWORK.load(deps.storage)?.trust {
        Trust::Operator => (
            PegStatus::TrustedBeacon,
            "measured lately, by a beacon whose key one operator holds".to_owned(),
        ),
        Trust::Public => (
            PegStatus::Ok,
            "measured lately, by a public beacon".to_owned(),
        ),
    })
}

/// The compute in one coin at a moment between the contract's beginning and now.
pub(crate) fn peg_at(deps: Deps, env: &Env, time: u64) -> StdResult<PegAtResponse> {
    let now = env.block.time.seconds();
    if time > now {
        return Err(StdError::generic_err(format!(
            "{time} is in the future: it is {now}, and a re-index may come; query peg for the \
             glide under way"
        )));
    }
    let step = PEG_BY_TIME
        .range(
            deps.storage,
            None,
            Some(Bound::inclusive(time)),
            Order::Descending,
        )
        .next()
        .transpose()?;
    let (_, number) = step.ok_or_else(|| {
        StdError::generic_err(format!(
            "{time} is before the contract began: query peg_history"
        ))
    })?;
    let step = PEG_STEPS.load(deps.storage, number)?;
    Ok(PegAtResponse {
        time,
        opc: peg::opc_at(&step, time)?,
        tier: step.tier,
        target: step.target,
    })
}

/// Every re-index, the oldest first.
pub(crate) fn peg_history(
    deps: Deps,
    start_after: Option<u64>,
    limit: Option<u32>,
) -> StdResult<PegHistoryResponse> {
    let start = start_after.map(Bound::exclusive);
    let steps = PEG_STEPS
        .range(deps.storage, start, None, Order::Ascending)
        .take(page::limit(limit))
        .map(|entry| entry.map(|(_, step)| step));
    Ok(PegHistoryResponse {
        steps: steps.collect::<StdResult<_>>()?,
    })
}

/// All tiers, and which holds.
pub(crate) fn tiers(deps: Deps) -> StdResult<TiersResponse> {
    let held = HELD.load(deps.storage)?;
    Ok(TiersResponse {
        tiers: TIERS.load(deps.storage)?,
        held: held.tier,
        held_for: held.censuses,
    })
}
