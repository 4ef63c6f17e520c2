//! What no real chain has: faucet, time travel, blocks on demand, reset.
//!
//! Web pages may use the faucet. The others take JSON and send no CORS headers, so
//! that a browser asks first and a page of someone else gets no answer.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::json;

use super::blocking;
use crate::node::Node;
use crate::query::blocks::rfc3339;

/// What the faucet gives where the request says nothing.
const FAUCET_AMOUNT: u128 = 100_000_000;

/// Most blocks that one request makes.
const MOST_BLOCKS: u64 = 10_000;

pub(super) fn faucet(node: Arc<Node>) -> Router {
    Router::new().route("/faucet", post(give)).with_state(node)
}

pub(super) fn router(node: Arc<Node>) -> Router {
    Router::new()
        .route("/devnet/time", post(travel))
        .route("/devnet/blocks", post(mine))
        .route("/devnet/reset", post(reset))
        .with_state(node)
}

fn refused(text: impl ToString) -> Response {
    let answer = json!({ "code": 3, "message": text.to_string(), "details": [] });
    (StatusCode::BAD_REQUEST, Json(answer)).into_response()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Give {
    address: String,
    denom: Option<String>,
    amount: Option<String>,
}

async fn give(State(node): State<Arc<Node>>, Json(give): Json<Give>) -> Response {
    let amount = give.amount.as_deref().map(str::parse::<u128>).transpose();
    let Ok(amount) = amount else {
        return refused("amount is a whole number in quotes");
    };
    let amount = amount.unwrap_or(FAUCET_AMOUNT);
    let denom = give
        .denom
        .or_else(|| node.config().denoms.first().cloned())
        .unwrap_or_default();
    let answer = json!({ "address": give.address, "denom": denom, "amount": amount.to_string() });
    match blocking(move || node.faucet(&give.address, &denom, amount)).await {
        Ok(Ok(())) => Json(answer).into_response(),
        Ok(Err(error)) => refused(format!("{error:#}")),
        Err(error) => refused(error),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Travel {
    /// How far forward.
    seconds: u64,
}

async fn travel(State(node): State<Arc<Node>>, Json(travel): Json<Travel>) -> Response {
    let nanos = travel.seconds.saturating_mul(1_000_000_000);
    match blocking(move || node.travel(nanos)).await {
        Ok(Ok(time)) => Json(json!({ "time": rfc3339(time) })).into_response(),
        Ok(Err(error)) => refused(format!("{error:#}")),
        Err(error) => refused(error),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Mine {
    count: u64,
}

async fn mine(State(node): State<Arc<Node>>, Json(mine): Json<Mine>) -> Response {
    if mine.count > MOST_BLOCKS {
        return refused(format!(
            "count is {}; at most {MOST_BLOCKS} at once",
            mine.count
        ));
    }
    match blocking(move || node.mine(mine.count)).await {
        Ok(Ok(height)) => Json(json!({ "height": height.to_string() })).into_response(),
        Ok(Err(error)) => refused(format!("{error:#}")),
        Err(error) => refused(error),
    }
}

async fn reset(State(node): State<Arc<Node>>, Json(_): Json<serde_json::Value>) -> Response {
    match blocking(move || node.reset()).await {
        Ok(Ok(())) => Json(json!({})).into_response(),
        Ok(Err(error)) => refused(format!("{error:#}")),
        Err(error) => refused(error),
    }
}
