use compute_api::{
    oracle::{CensusResponse, CensusesResponse, OpenCensus},
    page,
};
use cosmwasm_std::{Deps, Env, Order, StdError, StdResult};
use cw_storage_plus::Bound;

use crate::{
    census,
    execute::census::stage,
    state::{CENSUS, CENSUSES, LAST_CENSUS, LAST_OPENED, PARAMS},
};

/// The census under way, and the last one that counts.
pub(crate) fn census(deps: Deps, _env: &Env) -> StdResult<CensusResponse> {
    let current = match CENSUS.may_load(deps.storage)? {
        None => None,
        Some(census) => {
            let stage = stage(deps.storage, &census);
            Some(OpenCensus {
                stage: stage.map_err(|error| StdError::generic_err(error.to_string()))?,
                id: census.id,
                slot: census.slot,
                round: census.round,
                beacon: census.beacon,
                round_time: census.round_time,
                height: census.height,
            })
        }
    };
    let last = LAST_CENSUS.load(deps.storage)?;
    let params = PARAMS.load(deps.storage)?.census;
    Ok(CensusResponse {
        current,
        last: CENSUSES.may_load(deps.storage, last)?,
        next_from: census::next_from(&params, LAST_OPENED.load(deps.storage)?),
    })
}

/// Closed censuses, the newest first.
pub(crate) fn censuses(
    deps: Deps,
    _env: &Env,
    start_after: Option<u32>,
    limit: Option<u32>,
) -> StdResult<CensusesResponse> {
    let before = start_after.map(Bound::exclusive);
    let censuses = CENSUSES
        .range(deps.storage, None, before, Order::Descending)
        .take(page::limit(limit))
        .map(|entry| entry.map(|(_, record)| record));
    Ok(CensusesResponse {
        censuses: censuses.collect::<StdResult<_>>()?,
    })
}
