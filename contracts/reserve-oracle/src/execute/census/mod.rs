//! The census, one at a time: opened, committed to, sealed, answered, closed.

mod answer;
mod close;
mod commit;
mod open;
pub(crate) mod sums;

pub(crate) use answer::answer;
pub(crate) use close::{close, seal};
pub(crate) use commit::commit;
pub(crate) use open::open;

use compute_api::oracle::CensusStage;
use cosmwasm_std::{StdResult, Storage};

use super::beacons;
use crate::{
    ContractError, census as rules,
    state::{BEACONS, CENSUS, CENSUS_RULES, Census, LAST_CENSUS},
};

/// The census under way.
fn under_way(storage: &dyn Storage) -> Result<Census, ContractError> {
    CENSUS.may_load(storage)?.ok_or_else(|| {
        ContractError::Refused("no census is under way: open one when a slot fires".to_owned())
    })
}

/// The number of the next census to open, if the one under way counts.
pub(crate) fn next_id(storage: &dyn Storage) -> StdResult<u32> {
    let last = LAST_CENSUS.load(storage)?;
    let under_way = u32::from(CENSUS.exists(storage));
    Ok(last.saturating_add(1).saturating_add(under_way))
}

/// Where a census stands.
pub(crate) fn stage(storage: &dyn Storage, census: &Census) -> Result<CensusStage, ContractError> {
    let sampling = match census.sampling_round {
        None => None,
        Some(round) => BEACONS.may_load(storage, round)?,
    };
    let params = CENSUS_RULES.load(storage)?;
    let network = beacons::network(storage)?;
    Ok(rules::stage(&params, &network, census, sampling.as_ref()))
}
