//! The entry points.

use compute_proofs::{
    Hash, ProofError,
    beacon::QUICKNET,
    census::{self, Answer, Commitment, Entry, TilePosition, Work},
    codec::Decode,
    crypto::Chain,
    opening::{BatchContext, Evidence, FraudProof, verify_fraud, verify_opening},
    program::Header,
    receipt,
    task::OrderContext,
};
use cosmwasm_std::{
    Binary, Deps, DepsMut, Env, MessageInfo, Response, StdError, StdResult, entry_point, from_json,
    to_json_vec,
};
use serde::{Serialize, de::DeserializeOwned};

use crate::msg::{Batch, Census, ExecuteMsg, InstantiateMsg, TileAt};

/// The census that answers are for.
const CENSUS: &[u8] = b"census";
/// The batch that openings and fraud proofs are for.
const BATCH: &[u8] = b"batch";
/// Programs' headers, by hash behind this prefix.
const PROGRAM: &[u8] = b"program/";

/// Accepts anything.
#[entry_point]
pub fn instantiate(
    _deps: DepsMut<'_>,
    _env: Env,
    _info: MessageInfo,
    _msg: InstantiateMsg,
) -> StdResult<Response> {
    Ok(Response::new())
}

/// Answers `action` with what was verified, or refuses with the library's error.
#[entry_point]
pub fn execute(
    deps: DepsMut<'_>,
    env: Env,
    _info: MessageInfo,
    msg: ExecuteMsg,
) -> StdResult<Response> {
    let response = Response::new();
    match msg {
        ExecuteMsg::Noop {} => Ok(response),
        ExecuteMsg::Compute(compute) => {
            Ok(response.add_attribute("result", crate::compute::compute(compute)?))
        }
        ExecuteMsg::OpenCensus(census) => {
            save(deps, CENSUS, &census)?;
            Ok(response)
        }
        ExecuteMsg::CommitBatch(batch) => {
            save(deps, BATCH, &batch)?;
            Ok(response)
        }
        ExecuteMsg::RegisterProgram { header } => {
            let hash = Header::from_bytes(&header).map_err(refused)?.hash();
            deps.storage.set(&program_key(&hash), &header);
            Ok(response.add_attribute("program", hash.to_hex()))
        }
        ExecuteMsg::BeaconRound { round, signature } => {
            let crypto = Chain(deps.api);
            let randomness = QUICKNET
                .verify(&crypto, round.u64(), &array("signature", &signature)?)
                .map_err(refused)?;
            Ok(response.add_attribute("randomness", Hash(randomness).to_hex()))
        }
        ExecuteMsg::CensusAnswer { answer, positions } => {
            let drawn = census_answer(deps.as_ref(), &env, &answer, positions)?;
            Ok(response.add_attribute("tiles", drawn.to_string()))
        }
        ExecuteMsg::Openings { openings } => {
            verify_openings(deps.as_ref(), &env, &openings)?;
            Ok(response.add_attribute("openings", openings.len().to_string()))
        }
        ExecuteMsg::Fraud { proof } => {
            let fraud = fraud(deps.as_ref(), &env, &proof)?;
            Ok(response.add_attribute("fraud", fraud))
        }
    }
}

fn census_answer(
    deps: Deps<'_>,
    env: &Env,
    answer: &Binary,
    positions: Option<Vec<TileAt>>,
) -> StdResult<usize> {
    let census: Census = load(deps, CENSUS)?;
    let answer = Answer::from_bytes(answer).map_err(refused)?;
    let work = Work::new(census.n, census.tile).map_err(refused)?;
    let commitment = Commitment::from_bytes(&census.commitment).map_err(refused)?;
    let entry = Entry {
        work,
        chain_id: &env.block.chain_id,
        contract: &census.contract,
        beacon: array("beacon", &census.beacon)?,
        operator: &census.operator,
    };
    let sampling_beacon = array("sampling beacon", &census.sampling_beacon)?;
    let drawn = census::positions(&entry, &commitment, &sampling_beacon, census.samples)
        .map_err(refused)?;
    let tiles: Vec<TilePosition> = match positions {
        Some(given) => given
            .into_iter()
            .map(|TileAt { unit, tile }| TilePosition { unit, tile })
            .collect(),
        None => drawn,
    };
    census::verify_at(&entry, &commitment, &tiles, &answer).map_err(refused)?;
    Ok(tiles.len())
}

fn verify_openings(deps: Deps<'_>, env: &Env, openings: &[Binary]) -> StdResult<()> {
    let batch: Batch = load(deps, BATCH)?;
    let context = context(&batch, env)?;
    let beacon = array("beacon", &batch.beacon)?;
    for (d, opening) in (0u32..).zip(openings) {
        let opening = Evidence::from_bytes(opening).map_err(refused)?;
        let header = program(deps, &opening.program())?;
        let crypto = Chain(deps.api);
        verify_opening(&crypto, &context, &header, &beacon, d, &opening).map_err(refused)?;
    }
    Ok(())
}

fn fraud(deps: Deps<'_>, env: &Env, proof: &Binary) -> StdResult<String> {
    let batch: Batch = load(deps, BATCH)?;
    let context = context(&batch, env)?;
    let proof = FraudProof::from_bytes(proof).map_err(refused)?;
    let header = program(deps, &proof.program()).ok();
    let fraud =
        verify_fraud(&Chain(deps.api), &context, header.as_ref(), &proof).map_err(refused)?;
    Ok(format!("{fraud:?}"))
}

fn context<'a>(batch: &'a Batch, env: &'a Env) -> StdResult<BatchContext<'a>> {
    Ok(BatchContext {
        order: OrderContext {
            chain_id: &env.block.chain_id,
            market: &batch.market,
            order: batch.order.u64(),
            authoriser: array("authoriser", &batch.authoriser)?,
            coordinator: array("coordinator", &batch.coordinator)?,
        },
        worker: &batch.worker,
        batch: receipt::Batch::from_bytes(&batch.batch).map_err(refused)?,
    })
}

fn program_key(hash: &Hash) -> Vec<u8> {
    [PROGRAM, &hash.0].concat()
}

fn program(deps: Deps<'_>, hash: &Hash) -> StdResult<Header> {
    let header = deps.storage.get(&program_key(hash));
    let header = header.ok_or_else(|| StdError::not_found(format!("program {hash}")))?;
    Header::from_bytes(&header).map_err(refused)
}

fn save(deps: DepsMut<'_>, key: &[u8], value: &impl Serialize) -> StdResult<()> {
    deps.storage.set(key, &to_json_vec(value)?);
    Ok(())
}

fn load<T: DeserializeOwned>(deps: Deps<'_>, key: &[u8]) -> StdResult<T> {
    let missing = || StdError::not_found(String::from_utf8_lossy(key));
    from_json(deps.storage.get(key).ok_or_else(missing)?)
}

pub(crate) fn array<const N: usize>(what: &str, bytes: &Binary) -> StdResult<[u8; N]> {
    <[u8; N]>::try_from(bytes.as_slice()).map_err(|_| {
        StdError::generic_err(format!("{what} has {} bytes: must be {N}", bytes.len()))
    })
}

pub(crate) fn refused(error: impl Into<ProofError>) -> StdError {
    StdError::generic_err(error.into().to_string())
}
