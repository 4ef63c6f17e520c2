use compute_api::oracle::{BeaconRound, events::OracleEvent};
use compute_proofs::census::MAX_UNITS;
use cosmwasm_std::{DepsMut, Env, HexBinary, MessageInfo, Response, Uint128};

use super::open::open_with;
use crate::{
    ContractError, census as rules,
    execute::{faults, operators},
    state::{CENSUS, CENSUS_RULES, Commitment, OPERATORS},
};

/// Commits the sender to what it has computed.
pub(crate) fn commit(
    mut deps: DepsMut,
    env: Env,
    info: MessageInfo,
    slot: u64,
    units: u32,
    root: HexBinary,
    open: Option<BeaconRound>,
) -> Result<Response, ContractError> {
    let (mut census, events) = match (CENSUS.may_load(deps.storage)?, open) {
        (Some(census), _) => (census, Vec::new()),
        (None, Some(beacon)) => open_with(deps.branch(), &env, &beacon)?,
        (None, None) => {
            return Err(ContractError::Refused(
                "no census is under way: open it with the commitment, if its slot fires".to_owned(),
            ));
        }
    };
    if census.slot != slot {
        return Err(ContractError::Refused(format!(
            "the commitment is for slot {slot}: the census under way is slot {}'s",
            census.slot
        )));
    }
    let until = rules::window_end(&CENSUS_RULES.load(deps.storage)?, &census);
    let now = env.block.time.seconds();
    if (now > until) | census.sampling_round.is_some() {
        return Err(ContractError::Refused(format!(
            "it is {now}: slot {slot} took commitments until {until}"
        )));
    }
    if !(1..=MAX_UNITS).contains(&units) {
        return Err(ContractError::OutOfBounds {
            what: "units",
            value: units.into(),
            min: Uint128::one(),
            max: MAX_UNITS.into(),
        });
    }
    if root.len() != 32 {
        return Err(ContractError::Refused(format!(
            "the root has {} bytes: must be 32",
            root.len()
        )));
    }
    let mut operator = OPERATORS.load(deps.storage, &info.sender)?;
    if !operators::is_obliged(&operator) {
        return Err(ContractError::Refused(format!(
            "{} is {} and counts for {}: it takes an issuer or a full bond, and no jail",
            info.sender,
            operator.standing,
            operator.issuer.as_ref().map_or("nobody", |x| x.as_str()),
        )));
    }
    // It would be forgotten otherwise.
    let fault = faults::unanswered(deps.storage, &info.sender, &operator, None)?;
    operator.commitment = Some(Commitment {
        census: census.id,
        slot,
        units,
        root: root.clone(),
        answered: false,
        reported: false,
    });
    OPERATORS.save(deps.storage, &info.sender, &operator)?;
    census.last_commit = env.block.height;
    CENSUS.save(deps.storage, &census)?;
    let committed = OracleEvent::CensusCommitted {
        census: census.id,
        operator: info.sender.into(),
        units,
        root,
    };
    Ok(Response::new()
        .add_messages(fault)
        .add_events(events)
        .add_event(committed))
}
