use compute_api::{
    market::{
        Batch, BatchState, BatchesResponse, DemandsResponse, DrawnSample, ExposureResponse,
        OpeningsResponse, Privacy, Slot, SlotStage, SlotsResponse, VoidsResponse,
    },
    page,
};
use compute_proofs::opening::sample;
use contract_kit::wiring;
use cosmwasm_std::{Deps, Env, Order as Sort, StdResult, Uint128};
use cw_storage_plus::Bound;

use super::orders::MAX_SCAN;
use crate::{
    ContractError,
    execute::commit::exposure_room,
    peers,
    signed::bytes,
    standing::Standing,
    state::{
        self, BATCHES, BATCHES_BY_ORDER, BATCHES_BY_WORKER, DEMANDS, EXPOSURES, PARAMS, SLOTS,
        SlotRecord, VOIDS,
    },
};

/// What batches have to fit.
pub(super) struct Named {
    pub(super) order: Option<u64>,
    pub(super) worker: Option<String>,
    pub(super) state: Option<BatchState>,
}

/// One batch.
pub(super) fn one(deps: Deps<'_>, env: &Env, number: u64) -> Result<Batch, ContractError> {
    Ok(describe(number, load(deps, env, number)?))
}

fn load(deps: Deps<'_>, env: &Env, number: u64) -> Result<Standing, ContractError> {
    let market = &env.contract.address;
    Standing::load(deps.storage, &env.block.chain_id, market, number)
}

fn describe(number: u64, standing: Standing) -> Batch {
    let (open_until, prove_by) = (standing.open_until(), standing.prove_by());
    let batch = standing.batch;
    Batch {
        batch: number,
        order: batch.order,
        worker: batch.worker,
        commitment: batch.commitment,
        committed_at: batch.committed_at,
        height: batch.height,
        slot: batch.slot,
        state: standing.state,
        charge: batch.charge,
        opened: batch.opened.count_ones(),
        prove_by,
        open_until,
        demands: batch.demands,
        open_demands: batch.open_demands,
        void_ops: batch.void_ops,
        pending_voids: batch.pending_voids,
        ended_at: batch.end.map(|end| end.time),
    }
}

/// Batches by number, by whichever index is named first.
pub(super) fn batches(
    deps: Deps<'_>,
    env: &Env,
    named: &Named,
    start_after: Option<u64>,
    limit: Option<u32>,
) -> Result<BatchesResponse, ContractError> {
    let start = start_after.map(Bound::exclusive);
    let ascending = Sort::Ascending;
    let numbers: Vec<u64> = match (named.order, &named.worker) {
        (Some(order), _) => BATCHES_BY_ORDER
            .prefix(order)
            .keys(deps.storage, start, None, ascending)
            .take(MAX_SCAN)
            .collect::<StdResult<_>>()?,
        (None, Some(worker)) => BATCHES_BY_WORKER
            .prefix(&deps.api.addr_validate(worker)?)
            .keys(deps.storage, start, None, ascending)
            .take(MAX_SCAN)
            .collect::<StdResult<_>>()?,
        (None, None) => BATCHES
            .index()
            .keys(deps.storage, start, None, ascending)
            .take(MAX_SCAN)
            .collect::<StdResult<_>>()?,
    };
    let (limit, seen) = (page::limit(limit), numbers.len());
    let mut batches = Vec::new();
    let mut next = None;
    for number in numbers {
        if batches.len() >= limit {
            return Ok(BatchesResponse { batches, next });
        }
        let batch = one(deps, env, number)?;
        next = Some(number);
        let worker = named.worker.as_deref().unwrap_or(batch.worker.as_str());
        let state = named.state.unwrap_or(batch.state);
        if (batch.worker.as_str() == worker) & (batch.state == state) {
            batches.push(batch);
        }
    }
    let next = next.filter(|_| seen >= MAX_SCAN);
    Ok(BatchesResponse { batches, next })
}

/// One slot.
pub(super) fn slot(deps: Deps<'_>, number: u64) -> Result<Slot, ContractError> {
    Ok(describe_slot(number, state::slot(deps.storage, number)?))
}

/// Slots, the newest first.
pub(super) fn slots(
    deps: Deps<'_>,
    start_after: Option<u64>,
    limit: Option<u32>,
) -> StdResult<SlotsResponse> {
    let before = start_after.map(Bound::exclusive);
    let slots = SLOTS
        .range(deps.storage, None, before, Sort::Descending)
        .take(page::limit(limit))
        .map(|entry| entry.map(|(number, slot)| describe_slot(number, slot)));
    Ok(SlotsResponse {
        slots: slots.collect::<StdResult<_>>()?,
    })
}

fn describe_slot(number: u64, slot: SlotRecord) -> Slot {
    Slot {
        slot: number,
        opened_at: slot.opened_at,
        ends_at: slot.ends_at,
        last_height: slot.last_height,
        first_batch: slot.first_batch,
        batches: slot.batches,
        stage: slot.stage,
    }
}

/// What a batch has to open.
pub(super) fn openings(
    deps: Deps<'_>,
    env: &Env,
    number: u64,
) -> Result<OpeningsResponse, ContractError> {
    let standing = load(deps, env, number)?;
    let randomness = match &standing.slot.stage {
        SlotStage::Drawn { randomness, .. } => Some(randomness.clone()),
        _ => None,
    };
    let mut samples = Vec::new();
    let drawn = (standing.order.privacy == Privacy::Sampled)
        & (standing.state != BatchState::Cleared)
        & randomness.is_some();
    if let (true, Some(randomness)) = (drawn, &randomness) {
        let beacon = bytes(randomness)?;
        let context = standing.signed.batch(&standing.batch)?;
        for number in 0..standing.order.samples {
            let sample = sample(&context, &beacon, number)?;
            let bit = 1u64.checked_shl(number).unwrap_or_default();
            samples.push(DrawnSample {
                sample: number,
                position: sample.position().into(),
                by_cost: sample.is_by_cost(),
                opened: standing.batch.opened & bit != 0,
            });
        }
    }
    Ok(OpeningsResponse {
        batch: number,
        state: standing.state,
        randomness,
        prove_by: standing.prove_by(),
        samples,
    })
}

/// What was demanded of a batch.
pub(super) fn demands(
    deps: Deps<'_>,
    batch: u64,
    start_after: Option<u32>,
    limit: Option<u32>,
) -> Result<DemandsResponse, ContractError> {
    state::batch(deps.storage, batch)?;
    let start = start_after.map(Bound::exclusive);
    let demands = DEMANDS
        .index()
        .prefix(batch)
        .keys(deps.storage, start, None, Sort::Ascending)
        .take(page::limit(limit))
        .map(|demand| DEMANDS.load(deps.storage, (batch, demand?)));
    Ok(DemandsResponse {
        demands: demands.collect::<StdResult<_>>()?,
    })
}

/// Claims of a batch that another worker's stand against.
pub(super) fn voids(
    deps: Deps<'_>,
    batch: u64,
    start_after: Option<u64>,
    limit: Option<u32>,
) -> Result<VoidsResponse, ContractError> {
    state::batch(deps.storage, batch)?;
    let start = start_after.map(Bound::exclusive);
    let voids = VOIDS
        .index()
        .prefix(batch)
        .keys(deps.storage, start, None, Sort::Ascending)
        .take(page::limit(limit))
        .map(|nonce| VOIDS.load(deps.storage, (batch, nonce?)));
    Ok(VoidsResponse {
        voids: voids.collect::<StdResult<_>>()?,
    })
}

/// What a worker has unsettled, and how much it may have.
pub(super) fn exposure(deps: Deps<'_>, worker: &str) -> Result<ExposureResponse, ContractError> {
    let worker = deps.api.addr_validate(worker)?;
    let votes = wiring::contracts(deps.storage)?.votes;
    let slashable: Uint128 = peers::slashable(deps.querier, &votes, &worker)?;
    let exposure = EXPOSURES.may_load(deps.storage, &worker)?;
    let exposure = exposure.unwrap_or_default();
    let factor = PARAMS.load(deps.storage)?.batches.exposure_factor;
    Ok(ExposureResponse {
        worker,
        unsettled: exposure.unsettled,
        open_batches: exposure.open_batches,
        slashable,
        room: exposure_room(slashable, factor).saturating_sub(exposure.unsettled),
    })
}
