//! What the census's rules compute, without storage.

use compute_api::oracle::{BeaconNetwork, CensusParams, CensusResult, CensusStage, Tier};
use compute_proofs::{ProofError, beacon::Network, census::Work};
use cosmwasm_std::{Uint128, Uint256};

use crate::{
    ContractError,
    state::{Beacon, Census, HISTORY},
};

/// The network that `config` describes.
///
/// # Errors
/// [`ContractError::Refused`] for a key of another length; [`ContractError::Proof`]
/// for one that anybody can sign for, and for a period of 0.
pub fn network(config: &BeaconNetwork) -> Result<Network, ContractError> {
    let public_key = config.public_key.as_slice().try_into().map_err(|_| {
        ContractError::Refused(format!(
            "the beacon's key has {} bytes: must be 96, a compressed point of G2",
            config.public_key.len()
        ))
    })?;
    let network = Network {
        public_key,
        genesis: config.genesis,
        period: config.period,
    };
    network.validate()?;
    Ok(network)
}

/// What a unit of work is.
///
/// # Errors
/// [`ProofError::OutOfRange`]; never for parameters that were validated.
pub fn work(params: &CensusParams) -> Result<Work, ProofError> {
    Work::new(params.matrix, params.tile)
}

/// The slot whose first round `round` is; nothing for every other round.
#[must_use]
pub fn slot_of(network: &Network, params: &CensusParams, round: u64) -> Option<u64> {
    let slot = network.time_of(round).checked_div(params.slot)?;
    let first = network.round_at_or_after(slot.checked_mul(params.slot)?);
    (first == round).then_some(slot)
}

/// When the next census can open: the time of its round.
#[must_use]
pub const fn next_from(params: &CensusParams, last_opened: u64) -> u64 {
    match last_opened {
        0 => 0,
        opened => opened.saturating_add(params.gap),
    }
}

/// The last moment at which a commitment counts.
#[must_use]
pub const fn window_end(params: &CensusParams, census: &Census) -> u64 {
    census.round_time.saturating_add(params.slot)
}

/// Where a census stands. `sampling` is its sampling round's, if that was posted;
/// posted too late it is as if it were not.
#[must_use]
pub fn stage(
    params: &CensusParams,
    network: &Network,
    census: &Census,
    sampling: Option<&Beacon>,
) -> CensusStage {
    let Some(round) = census.sampling_round else {
        let until = window_end(params, census);
        return CensusStage::Committing {
            until,
            seal_by: until.saturating_add(params.seal_within),
        };
    };
    let post_by = network.time_of(round).saturating_add(params.draw_within);
    match sampling {
        Some(beacon) if beacon.posted_at <= post_by => CensusStage::Answering {
            round,
            until: beacon.posted_at.saturating_add(params.answer_within),
            until_height: beacon.height.saturating_add(params.answer_blocks),
        },
        _ => CensusStage::Sealed { round, post_by },
    }
}

/// The rate of an operator in census `id`: the least of what it has proven in it and
/// the second lowest of the last [`HISTORY`] censuses, where one that it has not
/// answered counts as 0. So one bad census is forgiven in what is kept, none in what
/// is new. 0 in the first census, which has none to compare with.
#[must_use]
pub fn rate(results: &[CensusResult], id: u32) -> Uint128 {
    let censuses = id.min(HISTORY);
    let before = id.saturating_sub(HISTORY);
    let counts = results
        .iter()
        .filter(|result| (before < result.id) & (result.id <= id));
    let mut rates: Vec<Uint128> = counts.map(|result| result.rate).collect();
    rates.resize(usize::try_from(censuses).unwrap_or(0), Uint128::zero());
    rates.sort_unstable();
    let latest = results.iter().find(|result| result.id == id);
    match (latest, rates.get(1)) {
        (Some(latest), Some(second_lowest)) => latest.rate.min(*second_lowest),
        _ => Uint128::zero(),
    }
}

/// Censuses of the last [`HISTORY`] up to `last`, from `answerable_from` on, that
/// have no result.
#[must_use]
pub fn missed(results: &[CensusResult], last: u32, answerable_from: u32) -> u32 {
    let first = last.saturating_sub(HISTORY).saturating_add(1);
    let first = first.max(answerable_from).max(1);
    let due = last.saturating_add(1).saturating_sub(first);
    let answered = results.iter().filter(|x| (first..=last).contains(&x.id));
    due.saturating_sub(u32::try_from(answered.count()).unwrap_or(u32::MAX))
}

/// The tier of an operator's devices, as its place in `tiers`, which are by rising
/// rate: the highest that `rate` over `devices`, rounded down, meets.
#[must_use]
pub fn tier_of(tiers: &[Tier], rate: Uint128, devices: u32) -> Option<usize> {
    let device = rate.checked_div(Uint128::from(devices)).ok()?;
    tiers.iter().rposition(|tier| tier.rate <= device)
}

/// The tier of the median device, weighted by rate: the highest that at least half
/// of `rate` meets, as its place in `by_tier`; nothing where nothing was proven or
/// more than half of it is below all tiers.
#[must_use]
pub fn mainstream(by_tier: &[Uint128], rate: Uint128) -> Option<usize> {
    if rate.is_zero() {
        return None;
    }
    let mut at_least = Uint256::zero();
    by_tier.iter().rposition(|tier| {
        at_least = at_least.saturating_add(Uint256::from(*tier));
        at_least.saturating_add(at_least) >= Uint256::from(rate)
    })
}
