use compute_api::{
    market::{
        Deadline, Mode, Order, OrdersResponse, QueuedCall, QuoteResponse, RedemptionQueueResponse,
        RedemptionQuote, RedemptionRecord,
    },
    page,
};
use contract_kit::wiring;
use cosmwasm_std::{Addr, Deps, Env, Order as Sort, StdResult, Uint128};
use cw_storage_plus::{Bound, Map};

use crate::{
    ContractError, book,
    clock::after,
    execute::{open::pace, orders::seconds_for},
    money::{BPS, Price},
    peers,
    state::{
        ISSUERS, ORDERS, ORDERS_BY_COORDINATOR, ORDERS_BY_ISSUER, ORDERS_BY_OWNER, PARAMS, QUEUE,
    },
};

/// The most entries that one query looks at: within the 3 million gas that nodes give a
/// query, also where each is a batch with all the demands it can have (`docs/gas.md`).
pub(super) const MAX_SCAN: usize = 150;

/// What orders have to fit.
pub(super) struct Named {
    pub(super) owner: Option<String>,
    pub(super) coordinator: Option<String>,
    pub(super) issuer: Option<String>,
}

impl Named {
    fn fits(&self, order: &Order) -> bool {
        let issuer = book::redemption(order).map(|(issuer, _)| issuer);
        let same = |asked: &Option<String>, has: &str| match asked {
            None => true,
            Some(asked) => asked == has,
        };
        same(&self.owner, order.owner.as_str())
            && same(&self.coordinator, order.coordinator.as_str())
            && (self.issuer.is_none() || self.issuer.as_deref() == issuer)
    }
}

/// Orders by number, by whichever index is named first.
pub(super) fn orders(
    deps: Deps<'_>,
    named: &Named,
    start_after: Option<u64>,
    limit: Option<u32>,
) -> StdResult<OrdersResponse> {
    let by = |index: Map<(&Addr, u64), ()>, key: &str| -> StdResult<Vec<u64>> {
        let key = deps.api.addr_validate(key)?;
        index
            .prefix(&key)
            .keys(
                deps.storage,
                start_after.map(Bound::exclusive),
                None,
                Sort::Ascending,
            )
            .take(MAX_SCAN)
            .collect()
    };
    let numbers = match (&named.owner, &named.issuer, &named.coordinator) {
        (Some(owner), _, _) => by(ORDERS_BY_OWNER, owner)?,
        (_, Some(issuer), _) => by(ORDERS_BY_ISSUER, issuer)?,
        (_, _, Some(coordinator)) => by(ORDERS_BY_COORDINATOR, coordinator)?,
        (None, None, None) => ORDERS
            .index()
            .keys(
                deps.storage,
                start_after.map(Bound::exclusive),
                None,
                Sort::Ascending,
            )
            .take(MAX_SCAN)
            .collect::<StdResult<_>>()?,
    };
    let (limit, seen) = (page::limit(limit), numbers.len());
    let mut orders = Vec::new();
    let mut next = None;
    for number in numbers {
        if orders.len() >= limit {
            return Ok(OrdersResponse { orders, next });
        }
        let order = ORDERS.load(deps.storage, number)?;
        next = Some(number);
        if named.fits(&order) {
            orders.push(order);
        }
    }
    // At the end of what is there, and not of what one query looks at.
    let next = next.filter(|_| seen >= MAX_SCAN);
    Ok(OrdersResponse { orders, next })
}

/// What an order would be if it was opened now.
pub(super) fn quote(
    deps: Deps<'_>,
    env: &Env,
    amount: Uint128,
    mode: Mode,
) -> Result<QuoteResponse, ContractError> {
    let contracts = wiring::contracts(deps.storage)?;
    let opc = peers::opc(deps.querier, &contracts.oracle)?;
    let (coins, price_bps, issuer) = match mode {
        Mode::Pay { price_bps } => (amount, price_bps, None),
        Mode::Redeem { issuer, fee } => {
            let par = u32::try_from(BPS).unwrap_or(u32::MAX);
            (amount.saturating_sub(fee), par, Some(issuer))
        }
    };
    contract_kit::bounds::within("price_bps", price_bps, 1u32, u32::MAX)?;
    let ops = Price { opc, price_bps }.ops(coins)?;
    let redemption = issuer.map(|issuer| redemption(deps, env, &contracts.oracle, &issuer, ops));
    Ok(QuoteResponse {
        opc,
        ops,
        redemption: redemption.transpose()?,
    })
}

fn redemption(
    deps: Deps<'_>,
    env: &Env,
    oracle: &Addr,
    issuer: &str,
    ops: Uint128,
) -> Result<RedemptionQuote, ContractError> {
    let issuer = deps.api.addr_validate(issuer)?;
    let known = peers::issuer(deps.querier, oracle, issuer.as_str())?;
    let rules = PARAMS.load(deps.storage)?.redemptions;
    let rate = pace(&rules, known.effective)?;
    let queue = ISSUERS.may_load(deps.storage, &issuer)?.unwrap_or_default();
    let serve_by = match rate.is_zero() {
        true => None,
        false => {
            let now = env.block.time.seconds();
            let by = after(now, env.block.height, rules.slack);
            let seconds = seconds_for(queue.queued_ops.checked_add(ops)?, rate)?;
            Some(Deadline {
                time: by.time.saturating_add(seconds),
                height: by.height,
            })
        }
    };
    Ok(RedemptionQuote {
        rate,
        room: known.outstanding.saturating_sub(queue.open),
        queued_ops: queue.queued_ops,
        serve_by,
    })
}

/// What an issuer has to serve, and how it has served.
pub(super) fn queue(
    deps: Deps<'_>,
    issuer: &str,
    start_after: Option<u64>,
    limit: Option<u32>,
) -> StdResult<RedemptionQueueResponse> {
    let issuer = deps.api.addr_validate(issuer)?;
    let queue = ISSUERS.may_load(deps.storage, &issuer)?.unwrap_or_default();
    let places: Vec<(u64, u64)> = QUEUE
        .prefix(&issuer)
        .range(
            deps.storage,
            start_after.map(Bound::exclusive),
            None,
            Sort::Ascending,
        )
        .take(page::limit(limit))
        .collect::<StdResult<_>>()?;
    let mut calls = Vec::new();
    for (_, number) in places {
        let order = ORDERS.load(deps.storage, number)?;
        let ops = book::unserved(&order)?;
        if let Some(call) = order.redemption.and_then(|redemption| redemption.call) {
            calls.push(QueuedCall {
                call,
                order: number,
                ops,
            });
        }
    }
    Ok(RedemptionQueueResponse {
        record: RedemptionRecord {
            issuer,
            open: queue.open,
            queued_ops: queue.queued_ops,
            served_calls: queue.served_calls,
            late_calls: queue.late_calls,
            late_ops: queue.late_ops,
        },
        queue: calls,
    })
}
