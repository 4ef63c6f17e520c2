use compute_api::{
    Contracts,
    oracle::{BeaconNetwork, BeaconResponse, Change, Params, PausesResponse},
    timelock::AnnouncedResponse,
};
use contract_kit::wiring;
use cosmwasm_std::{Addr, Deps, Env, StdError, StdResult};

use crate::state::{BEACON_NETWORK, BEACONS, GUARDIAN, PARAMS, PAUSES, TIMELOCK};

/// Who the four contracts are.
pub(crate) fn contracts(deps: Deps) -> StdResult<Contracts<Addr>> {
    wiring::contracts(deps.storage).map_err(|error| StdError::generic_err(error.to_string()))
}

/// All parameters.
pub(crate) fn params(deps: Deps) -> StdResult<Params> {
    PARAMS.load(deps.storage)
}

/// The guardian.
pub(crate) fn guardian(deps: Deps) -> StdResult<Addr> {
    GUARDIAN.load(deps.storage)
}

/// Changes that have been announced.
pub(crate) fn announced(
    deps: Deps,
    start_after: Option<u64>,
    limit: Option<u32>,
) -> StdResult<AnnouncedResponse<Change>> {
    TIMELOCK.list(deps.storage, start_after, limit)
}

/// What is paused.
pub(crate) fn pauses(deps: Deps, env: &Env) -> StdResult<PausesResponse> {
    let pauses = PAUSES.load(deps.storage)?;
    let now = env.block.time.seconds();
    let live = |until: u64| (until > now).then_some(until);
    Ok(PausesResponse {
        mint: live(pauses.mint),
        redeem: live(pauses.redeem),
        next_redeem_pause: pauses.next_redeem,
    })
}

/// The beacon's network.
pub(crate) fn beacon_network(deps: Deps) -> StdResult<BeaconNetwork> {
    BEACON_NETWORK.load(deps.storage)
}

/// A round that has been posted.
pub(crate) fn beacon(deps: Deps, round: u64) -> StdResult<Option<BeaconResponse>> {
    let found = BEACONS.may_load(deps.storage, round)?;
    Ok(found.map(|beacon| BeaconResponse {
        randomness: beacon.randomness,
        posted_at: beacon.posted_at,
        height: beacon.height,
    }))
}
