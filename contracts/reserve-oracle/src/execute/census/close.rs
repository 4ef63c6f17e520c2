use compute_api::oracle::{CensusRecord, CensusStage, TierCapacity, events::OracleEvent};
use cosmwasm_std::{DepsMut, Env, Event, MessageInfo, Response, StdResult, Storage};

use super::{stage, under_way};
use crate::{
    ContractError, census as rules,
    execute::beacons,
    state::{CENSUS, CENSUS_RULES, CENSUSES, Census, HELD, Held, LAST_CENSUS, PARAMS, TIERS},
};

/// Ends the window and fixes the sampling round; too late, it voids the census.
pub(crate) fn seal(deps: DepsMut, env: Env, _info: MessageInfo) -> Result<Response, ContractError> {
    let mut census = under_way(deps.storage)?;
    let CensusStage::Committing { until, seal_by } = stage(deps.storage, &census)? else {
        return Err(ContractError::Refused(format!(
            "census {} has been sealed before",
            census.id
        )));
    };
    let (now, height) = (env.block.time.seconds(), env.block.height);
    if (now <= until) | (height <= census.last_commit) {
        return Err(ContractError::Refused(format!(
            "census {} is sealed after {until} and above height {}: it is {now} at {height}",
            census.id, census.last_commit
        )));
    }
    if now > seal_by {
        return Ok(Response::new().add_event(void(deps.storage, &census, "not sealed in time")));
    }
    let params = CENSUS_RULES.load(deps.storage)?;
    let network = beacons::network(deps.storage)?;
    let round = network.round_at_or_after(now.saturating_add(params.draw_after));
    census.sampling_round = Some(round);
    CENSUS.save(deps.storage, &census)?;
    Ok(Response::new().add_event(OracleEvent::CensusSealed {
        census: census.id,
        round,
    }))
}

/// Ends a census whose time is over: it counts, or it is void.
pub(crate) fn close(
    deps: DepsMut,
    env: Env,
    _info: MessageInfo,
) -> Result<Response, ContractError> {
    let census = under_way(deps.storage)?;
    let (now, height) = (env.block.time.seconds(), env.block.height);
    let due = |after: u64| {
        ContractError::Refused(format!(
            "it is {now}: census {} is closed after {after}",
            census.id
        ))
    };
    let event = match stage(deps.storage, &census)? {
        CensusStage::Committing { seal_by, .. } if now <= seal_by => return Err(due(seal_by)),
        CensusStage::Committing { .. } => void(deps.storage, &census, "not sealed in time"),
        CensusStage::Sealed { post_by, .. } if now <= post_by => return Err(due(post_by)),
        CensusStage::Sealed { .. } => void(deps.storage, &census, "no sampling round in time"),
        CensusStage::Answering {
            until,
            until_height,
            ..
        } => {
            if (now <= until) | (height <= until_height) {
                return Err(ContractError::Refused(format!(
                    "it is {now} at {height}: census {} is closed after {until} and above \
                     height {until_height}",
                    census.id
                )));
            }
            record(deps.storage, now, census)?
        }
    };
    Ok(Response::new().add_event(event))
}

/// Ends a census as if it had not been, but for the gap to the next.
fn void(storage: &mut dyn Storage, census: &Census, reason: &str) -> Event {
    CENSUS.remove(storage);
    OracleEvent::CensusVoid {
        census: census.id,
        reason: reason.to_owned(),
    }
    .into()
}

/// Keeps what a census has shown, and which tier is the mainstream one.
fn record(storage: &mut dyn Storage, now: u64, census: Census) -> StdResult<Event> {
    let tiers = TIERS.load(storage)?;
    let mainstream = rules::mainstream(&census.by_tier, census.rate);
    let mainstream = mainstream
        .and_then(|at| tiers.get(at))
        .map(|tier| tier.id.clone());

    let before = HELD.load(storage)?;
    let enough = census.operators >= PARAMS.load(storage)?.peg.min_operators;
    let censuses = match &mainstream {
        Some(_) if enough && before.tier == mainstream => before.censuses.saturating_add(1),
        Some(_) if enough => 1,
        _ => 0,
    };
    let held = Held {
        tier: mainstream.clone(),
        censuses,
    };
    HELD.save(storage, &held)?;

    let by_tier = tiers.into_iter().zip(census.by_tier);
    let record = CensusRecord {
        id: census.id,
        slot: census.slot,
        beacon: census.beacon,
        height: census.height,
        round_time: census.round_time,
        closed_at: now,
        operators: census.operators,
        rate: census.rate,
        by_tier: by_tier
            .map(|(tier, rate)| TierCapacity {
                tier: tier.id,
                rate,
            })
            .collect(),
        mainstream,
    };
    CENSUSES.save(storage, record.id, &record)?;
    LAST_CENSUS.save(storage, &record.id)?;
    CENSUS.remove(storage);
    Ok(OracleEvent::CensusClosed {
        census: record.id,
        operators: record.operators,
        rate: record.rate,
        mainstream: record.mainstream,
        held_for: censuses,
    }
    .into())
}
