use compute_api::oracle::{BeaconRound, events::OracleEvent};
use compute_proofs::census::fires;
use cosmwasm_std::{DepsMut, Env, Event, MessageInfo, Response, Uint128};

use crate::{
    ContractError, census as rules,
    execute::beacons,
    state::{CENSUS, CENSUS_RULES, Census, LAST_CENSUS, LAST_OPENED, PARAMS, TIERS},
};

/// Opens the census of a slot that fires.
pub(crate) fn open(
    deps: DepsMut,
    env: Env,
    _info: MessageInfo,
    beacon: BeaconRound,
) -> Result<Response, ContractError> {
    if let Some(census) = CENSUS.may_load(deps.storage)? {
        return Err(ContractError::Refused(format!(
            "census {} of slot {} is under way: close it first, when it is due",
            census.id, census.slot
        )));
    }
    let (_, events) = open_with(deps, &env, &beacon)?;
    Ok(Response::new().add_events(events))
}

/// The same where none is under way.
pub(super) fn open_with(
    deps: DepsMut,
    env: &Env,
    beacon: &BeaconRound,
) -> Result<(Census, Vec<Event>), ContractError> {
    let params = PARAMS.load(deps.storage)?.census;
    let network = beacons::network(deps.storage)?;
    let round = beacon.round;
    let slot = rules::slot_of(&network, &params, round).ok_or_else(|| {
        ContractError::Refused(format!("round {round} is not the first of its slot"))
    })?;
    let round_time = network.time_of(round);
    let from = rules::next_from(&params, LAST_OPENED.load(deps.storage)?);
    if round_time < from {
        return Err(ContractError::Refused(format!(
            "slot {slot} begins at {round_time}: the next census opens from {from} on"
        )));
    }
    let now = env.block.time.seconds();
    let open_by = round_time.saturating_add(params.open_within);
    if now > open_by {
        return Err(ContractError::Refused(format!(
            "it is {now}: slot {slot} could be opened until {open_by}"
        )));
    }
    let randomness = beacons::verify(&deps, beacon)?;
    if !fires(&randomness, params.one_in)? {
        return Err(ContractError::Refused(format!(
            "slot {slot} does not fire: wait for one that does"
        )));
    }
    let posted = beacons::store(deps.storage, env, round, randomness)?;
    let census = Census {
        id: LAST_CENSUS.load(deps.storage)?.saturating_add(1),
        slot,
        round,
        beacon: randomness.into(),
        round_time,
        height: env.block.height,
        last_commit: env.block.height,
        sampling_round: None,
        operators: 0,
        rate: Uint128::zero(),
        by_tier: vec![Uint128::zero(); TIERS.load(deps.storage)?.len()],
    };
    CENSUS.save(deps.storage, &census)?;
    CENSUS_RULES.save(deps.storage, &params)?;
    LAST_OPENED.save(deps.storage, &round_time)?;
    let opened = OracleEvent::CensusOpened {
        census: census.id,
        slot,
        round,
        beacon: census.beacon.clone(),
    };
    let events = posted.into_iter().chain([opened.into()]).collect();
    Ok((census, events))
}
