use compute_api::oracle::{CensusResult, CensusStage, events::OracleEvent};
use compute_proofs::{
    Hash, ProofError,
    census::{self as proofs, Answer, Entry},
    codec::Decode,
};
use cosmwasm_std::{Addr, Binary, Deps, DepsMut, Env, MessageInfo, Response, StdError, Uint128};

use super::{stage, sums, under_way};
use crate::{
    ContractError, census as rules,
    execute::operators,
    state::{
        BEACONS, CENSUS, CENSUS_RULES, Census, Commitment, HISTORY, OPERATORS, Operator, TIERS,
    },
};

/// Takes an operator's answer to its draw.
pub(crate) fn answer(
    deps: DepsMut,
    env: Env,
    _info: MessageInfo,
    operator: String,
    answer: Binary,
) -> Result<Response, ContractError> {
    let key = deps.api.addr_validate(&operator)?;
    let mut operator = operators::load(deps.storage, &key)?;
    let mut census = under_way(deps.storage)?;
    let round = answerable(deps.as_ref(), &env, &census)?;
    let commitment = open_commitment(&key, &operator, &census)?;
    verify(
        deps.as_ref(),
        &env,
        &key,
        &census,
        round,
        &commitment,
        &answer,
    )?;

    let params = CENSUS_RULES.load(deps.storage)?;
    let seconds = params.slot.saturating_add(params.rate_margin);
    let proven = Uint128::new(rules::work(&params)?.rate(commitment.units, seconds)?);
    operator.commitment = Some(Commitment {
        answered: true,
        ..commitment
    });
    operator.results.push(CensusResult {
        id: census.id,
        rate: proven,
    });
    let before = census.id.saturating_sub(HISTORY);
    operator.results.retain(|result| result.id > before);

    let mut response = Response::new();
    let due = |at: u32| at <= census.id;
    if operator
        .pending_devices
        .as_ref()
        .is_some_and(|x| due(x.from_census))
    {
        let pending = operator.pending_devices.take();
        operator.devices = pending.map_or(operator.devices, |pending| pending.devices);
        response = response
            .add_message(operators::tell_devices(
                deps.storage,
                &key,
                operator.devices,
            )?)
            .add_event(OracleEvent::DevicesDeclared {
                operator: key.to_string(),
                devices: operator.devices,
                from_census: 0,
            });
    }

    census.operators = census.operators.saturating_add(1);
    let mut answered = OracleEvent::CensusAnswered {
        census: census.id,
        operator: key.to_string(),
        proven,
        rate: Uint128::zero(),
        tier: None,
    };
    if !operators::is_out(operator.standing) {
        let rate = rules::rate(&operator.results, census.id);
        let tiers = TIERS.load(deps.storage)?;
        let at = rules::tier_of(&tiers, rate, operator.devices);
        let changed = sums::add(deps.storage, &key, &mut operator, &mut census, rate, at)?;
        response = response.add_events(changed);
        answered = OracleEvent::CensusAnswered {
            census: census.id,
            operator: key.to_string(),
            proven,
            rate,
            tier: at.and_then(|at| tiers.get(at)).map(|tier| tier.id.clone()),
        };
    }
    OPERATORS.save(deps.storage, &key, &operator)?;
    CENSUS.save(deps.storage, &census)?;
    Ok(response.add_event(answered))
}

/// The sampling round of a census that takes answers.
fn answerable(deps: Deps, env: &Env, census: &Census) -> Result<u64, ContractError> {
    let (now, height) = (env.block.time.seconds(), env.block.height);
    match stage(deps.storage, census)? {
        CensusStage::Committing { .. } => Err(ContractError::Refused(format!(
            "census {} has not been sealed: nothing is drawn yet",
            census.id
        ))),
        CensusStage::Sealed { round, post_by } => Err(ContractError::Refused(format!(
            "census {} waits for round {round}: post it until {post_by}",
            census.id
        ))),
        CensusStage::Answering {
            until,
            until_height,
            ..
        } if (now > until) & (height > until_height) => Err(ContractError::Refused(format!(
            "it is {now} at {height}: census {} was answered until {until} or height \
             {until_height}",
            census.id
        ))),
        CensusStage::Answering { round, .. } => Ok(round),
    }
}

/// The commitment that is to be answered.
fn open_commitment(
    key: &Addr,
    operator: &Operator,
    census: &Census,
) -> Result<Commitment, ContractError> {
    match &operator.commitment {
        Some(commitment) if (commitment.census == census.id) & (commitment.slot == census.slot) => {
            if commitment.answered {
                return Err(ContractError::Refused(format!(
                    "{key} has answered census {} before",
                    census.id
                )));
            }
            Ok(commitment.clone())
        }
        _ => Err(ContractError::NotFound {
            what: "commitment in this census of",
            key: key.to_string(),
        }),
    }
}

fn verify(
    deps: Deps,
    env: &Env,
    key: &Addr,
    census: &Census,
    round: u64,
    commitment: &Commitment,
    answer: &Binary,
) -> Result<(), ContractError> {
    let params = CENSUS_RULES.load(deps.storage)?;
    let drawn_by = BEACONS.load(deps.storage, round)?.randomness;
    let entry = Entry {
        work: rules::work(&params)?,
        chain_id: &env.block.chain_id,
        contract: env.contract.address.as_str(),
        beacon: bytes(census.beacon.as_slice())?,
        operator: key.as_str(),
    };
    let commitment = proofs::Commitment {
        units: commitment.units,
        root: Hash(bytes(commitment.root.as_slice())?),
    };
    let answer = Answer::from_bytes(answer).map_err(ProofError::from)?;
    let sampling = bytes(drawn_by.as_slice())?;
    proofs::verify(&entry, &commitment, &sampling, params.samples, &answer)?;
    Ok(())
}

/// Stored hashes were checked when they came in.
fn bytes(stored: &[u8]) -> Result<[u8; 32], StdError> {
    stored
        .try_into()
        .map_err(|_| StdError::invalid_data_size(32, stored.len()))
}
