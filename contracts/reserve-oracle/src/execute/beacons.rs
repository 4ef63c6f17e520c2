//! Rounds of the beacon.

use compute_api::oracle::{BeaconRound, events::OracleEvent};
use compute_proofs::{
    beacon::Network,
    crypto::{Chain, G1_BYTES},
};
use cosmwasm_std::{DepsMut, Env, Event, MessageInfo, Response, StdResult, Storage};

use crate::{
    ContractError, census,
    state::{BEACON_NETWORK, BEACONS, Beacon},
};

/// Stores a round that is not there yet.
pub(crate) fn post(
    deps: DepsMut,
    env: Env,
    _info: MessageInfo,
    beacon: BeaconRound,
) -> Result<Response, ContractError> {
    if BEACONS.has(deps.storage, beacon.round) {
        return Err(ContractError::Refused(format!(
            "round {} has been posted before: query it",
            beacon.round
        )));
    }
    let randomness = verify(&deps, &beacon)?;
    let event = store(deps.storage, &env, beacon.round, randomness)?;
    Ok(Response::new().add_events(event))
}

/// The network that the contract was made with.
pub(crate) fn network(storage: &dyn Storage) -> Result<Network, ContractError> {
    census::network(&BEACON_NETWORK.load(storage)?)
}

/// The randomness of a round, if its signature is the network's.
pub(crate) fn verify(deps: &DepsMut, beacon: &BeaconRound) -> Result<[u8; 32], ContractError> {
    let signature = <[u8; G1_BYTES]>::try_from(beacon.signature.as_slice()).map_err(|_| {
        ContractError::Refused(format!(
            "the signature of round {} has {} bytes: must be {G1_BYTES}",
            beacon.round,
            beacon.signature.len()
        ))
    })?;
    let network = network(deps.storage)?;
    Ok(network.verify(&Chain(deps.api), beacon.round, &signature)?)
}

/// Stores a verified round, unless it is stored: the first time it was posted counts.
pub(crate) fn store(
    storage: &mut dyn Storage,
    env: &Env,
    round: u64,
    randomness: [u8; 32],
) -> StdResult<Option<Event>> {
    if BEACONS.has(storage, round) {
        return Ok(None);
    }
    let beacon = Beacon {
        randomness: randomness.into(),
        posted_at: env.block.time.seconds(),
        height: env.block.height,
    };
    BEACONS.save(storage, round, &beacon)?;
    let event = OracleEvent::BeaconPosted {
        round,
        randomness: beacon.randomness,
    };
    Ok(Some(event.into()))
}
