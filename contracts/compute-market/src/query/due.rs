use compute_api::{
    market::{Crank, Deadline, DeadlinesResponse, Due, OrderState, SlotStage},
    page,
};
use cosmwasm_std::{Deps, Env, Order as Sort, StdResult};
use cw_storage_plus::Bound;

use super::orders::MAX_SCAN;
use crate::{
    ContractError,
    book::Timed,
    clock::passed,
    peers,
    standing::{Next, Standing},
    state::{self, DUE, DUE_AT},
};

/// What time brings, the earliest first.
pub(super) fn deadlines(
    deps: Deps<'_>,
    env: &Env,
    until: Option<u64>,
    start_after: Option<(u64, Crank)>,
    limit: Option<u32>,
) -> Result<DeadlinesResponse, ContractError> {
    let until = until.unwrap_or_else(|| env.block.time.seconds());
    let start = match start_after {
        None => None,
        Some((time, crank)) => {
            let (kind, number) = entry(crank);
            // Where it stands may be sooner than when it comes, and may have moved since.
            let stands = DUE_AT.may_load(deps.storage, (kind, number))?;
            let stood = stands.map_or(time, |stands| stands.min(time));
            Some(Bound::exclusive((stood, kind, number)))
        }
    };
    let end = Bound::exclusive((until.saturating_add(1), 0, 0));
    let entries: Vec<(u64, u8, u64)> = DUE
        .keys(deps.storage, start, Some(end), Sort::Ascending)
        .take(MAX_SCAN)
        .collect::<StdResult<_>>()?;
    let (limit, seen) = (page::limit(limit), entries.len());
    let mut deadlines = Vec::new();
    let mut next = None;
    for (stands, kind, number) in entries {
        if deadlines.len() >= limit {
            return Ok(DeadlinesResponse { deadlines, next });
        }
        next = Some((stands, named(kind, number)));
        // Stands under the soonest that anything can come of it; what does come may
        // be later, or wait for another crank.
        if let Some((crank, after)) = due(deps, env, kind, number)? {
            if after.time <= until {
                deadlines.push(Due { crank, after });
            }
        }
    }
    let next = next.filter(|_| seen >= MAX_SCAN);
    Ok(DeadlinesResponse { deadlines, next })
}

/// An entry by a crank of its kind.
const fn named(kind: u8, number: u64) -> Crank {
    if kind == Timed::Order.key() {
        Crank::EndOrder { order: number }
    } else if kind == Timed::Slot.key() {
        Crank::SealSlot { slot: number }
    } else {
        Crank::SettleBatch { batch: number }
    }
}

const fn entry(crank: Crank) -> (u8, u64) {
    match crank {
        Crank::EndOrder { order } | Crank::CloseOrder { order } => (Timed::Order.key(), order),
        Crank::SealSlot { slot } | Crank::DrawSlot { slot } => (Timed::Slot.key(), slot),
        Crank::FailBatch { batch } | Crank::SettleBatch { batch } => (Timed::Batch.key(), batch),
    }
}

fn due(
    deps: Deps<'_>,
    env: &Env,
    kind: u8,
    number: u64,
) -> Result<Option<(Crank, Deadline)>, ContractError> {
    if kind == Timed::Order.key() {
        return of_order(deps, env, number);
    }
    if kind == Timed::Slot.key() {
        return of_slot(deps, env, number);
    }
    let market = &env.contract.address;
    let standing = Standing::load(deps.storage, &env.block.chain_id, market, number)?;
    // One that has passed waits for no other's height.
    let mut fails = standing.fails(deps.storage, number)?.into_iter();
    if let Some(after) = fails.find(|after| passed(&env.block, *after)) {
        return Ok(Some((Crank::FailBatch { batch: number }, after)));
    }
    Ok(standing.next(deps.storage, number)?.map(|next| match next {
        Next::Fail(after) => (Crank::FailBatch { batch: number }, after),
        Next::Settle(after) => (Crank::SettleBatch { batch: number }, after),
    }))
}

fn of_order(
    deps: Deps<'_>,
    env: &Env,
    number: u64,
) -> Result<Option<(Crank, Deadline)>, ContractError> {
    let order = state::order(deps.storage, number)?;
    Ok(match (order.state, order.closes) {
        (OrderState::Open, _) => {
            let expiry = Deadline {
                time: order.expires,
                height: 0,
            };
            let call = order.redemption.and_then(|redemption| redemption.call);
            let sooner = call.map(|call| call.serve_by);
            // Once it has expired no height is waited for.
            let sooner = sooner
                .filter(|serve_by| serve_by.time < expiry.time && !passed(&env.block, expiry));
            Some((Crank::EndOrder { order: number }, sooner.unwrap_or(expiry)))
        }
        (OrderState::Ending, Some(closes)) => Some((Crank::CloseOrder { order: number }, closes)),
        _ => None,
    })
}

fn of_slot(
    deps: Deps<'_>,
    env: &Env,
    number: u64,
) -> Result<Option<(Crank, Deadline)>, ContractError> {
    let slot = state::slot(deps.storage, number)?;
    Ok(match slot.stage {
        SlotStage::Open { late_at } => {
            let after = Deadline {
                time: slot.ends_at,
                height: late_at.unwrap_or(slot.last_height),
            };
            Some((Crank::SealSlot { slot: number }, after))
        }
        SlotStage::Sealed { round, post_by, .. } => {
            let network = state::BEACON_NETWORK.load(deps.storage)?;
            let oracle = contract_kit::wiring::contracts(deps.storage)?.oracle;
            let posted = peers::beacon(deps.querier, &oracle, round)?.is_some();
            let time = network
                .genesis
                .saturating_add(round.saturating_sub(1).saturating_mul(network.period));
            let out = Deadline { time, height: 0 };
            // Too late to wait for it any longer: sealed anew, unless it is there.
            match posted | !passed(&env.block, post_by) {
                true => Some((Crank::DrawSlot { slot: number }, out)),
                false => Some((Crank::SealSlot { slot: number }, post_by)),
            }
        }
        SlotStage::Drawn { .. } | SlotStage::Void {} => None,
    })
}
