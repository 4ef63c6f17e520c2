//! What is public, and what operators read.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header::CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use compute_api::market::{Authoriser, Order};
use serde_json::{Value, json};
use service_kit::metrics::CONTENT_TYPE as METRICS_TYPE;
use worker_api::NetworkInfo;

use super::auth;
use super::error::ApiError;
use crate::core::{Core, lock, now, now_ms};
use crate::machine::cap::Period;

pub(crate) async fn models() -> Json<Value> {
    Json(json!({ "object": "list", "data": [] }))
}

pub(crate) fn network(core: &Core, workers: &str) -> Json<NetworkInfo> {
    let (chain_id, market) = core.signatory.names();
    Json(NetworkInfo {
        chain_id: chain_id.to_owned(),
        market: market.to_owned(),
        coordinator: core.chain.address().to_owned(),
        workers: workers.to_owned(),
    })
}

pub(crate) async fn workers(State(core): State<Arc<Core>>) -> Json<Value> {
    let workers = lock(&core.board).workers(now_ms());
    let workers: Vec<_> = workers
        .into_iter()
        .map(|worker| {
            json!({
                "address": worker.address.as_ref(),
                "connected": worker.connected,
                "device": worker.capabilities.device,
                "version": worker.capabilities.version,
                "memory_bytes": worker.capabilities.memory_bytes,
                "rate": worker.capabilities.rate.to_string(),
                "slots": worker.capabilities.slots,
                "leases": worker.leases,
                "done": worker.done,
                "failed": worker.failed,
                "weight": worker.weight.to_string(),
                "why_idle": worker.why_idle,
            })
        })
        .collect();
    Json(json!({ "object": "list", "data": workers }))
}

pub(crate) async fn usage(
    State(core): State<Arc<Core>>,
    headers: HeaderMap,
) -> Result<Json<Value>, ApiError> {
    let key = auth::need_key(&core, &headers).await?;
    auth::limit(&core, key.order)?;
    let book = core.store.order_book(key.order).await?;
    let order = core.order(key.order).await?;
    let order = order.ok_or_else(|| ApiError::not_found("The key's order is not there."))?;
    let total = order.ops.total.u128();
    Ok(Json(json!({
        "object": "usage",
        "order": key.order,
        "jobs": {
            "accepted": book.accepted,
            "done": book.done,
            "failed": book.failed,
            "cancelled": book.cancelled,
            "live": book.live(),
        },
        "ops": {
            "total": total.to_string(),
            "charged": book.charged_ops.to_string(),
            "done": book.done_ops.to_string(),
            "left": total.saturating_sub(book.charged_ops).to_string(),
            "settled_on_chain": order.ops.used.to_string(),
            "reserved_on_chain": order.ops.reserved.to_string(),
        },
        "coins": {
            "put_in": order.coins.put_in.to_string(),
            "spent": order.coins.spent.to_string(),
            "reserved": order.coins.reserved.to_string(),
            "free": order.coins.free.to_string(),
        },
        "daily_cap": daily_cap(&order, book.period),
        "expires": order.expires,
    })))
}

/// Micro-coins; null where the app authorises.
fn daily_cap(order: &Order, period: Period) -> Value {
    let Authoriser::Coordinator { daily_cap } = &order.authoriser else {
        return Value::Null;
    };
    let is_running = period.ends > now();
    let used = if is_running { period.coins } else { 0 };
    json!({
        "cap": daily_cap.to_string(),
        "used": used.to_string(),
        "resets": is_running.then_some(period.ends),
    })
}

pub(crate) async fn healthz() -> &'static str {
    "ok\n"
}

pub(crate) async fn readyz(State(core): State<Arc<Core>>) -> Response {
    let (status, text) = if core.is_draining() {
        (StatusCode::SERVICE_UNAVAILABLE, "draining\n")
    } else if core.knows_chain() {
        (StatusCode::OK, "ready\n")
    } else {
        let text = "the chain was not read in the last two minutes\n";
        (StatusCode::SERVICE_UNAVAILABLE, text)
    };
    (status, text).into_response()
}

pub(crate) async fn metrics(State(core): State<Arc<Core>>) -> Response {
    ([(CONTENT_TYPE, METRICS_TYPE)], core.metrics.text()).into_response()
}
