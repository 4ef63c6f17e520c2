//! CometBFT's JSON-RPC: over POST, over GET with the method as the path, and over the
//! websocket.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{Query, State, WebSocketUpgrade};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Map, Value, json};
use tower_http::cors::CorsLayer;

use super::{blocking, json, socket};
use crate::node::Node;
use crate::query::{query, search};
use crate::records::BlockRecord;
use crate::tx;

/// The largest request: `max_body_bytes` of CometBFT is 1 MB; contracts need more in
/// base64.
const MAX_REQUEST: usize = 4 << 20;

#[derive(Clone)]
pub(super) struct Rpc {
    pub(super) node: Arc<Node>,
    listening: String,
}

/// Code, message and what went wrong.
pub(super) struct RpcError(i32, &'static str, String);

impl RpcError {
    fn internal(text: impl ToString) -> Self {
        Self(-32_603, "Internal error", text.to_string())
    }

    fn params(text: impl ToString) -> Self {
        Self(-32_602, "Invalid params", text.to_string())
    }
}

impl From<anyhow::Error> for RpcError {
    fn from(error: anyhow::Error) -> Self {
        Self::internal(format!("{error:#}"))
    }
}

type Answer = Result<Value, RpcError>;

pub(super) fn router(node: Arc<Node>, address: SocketAddr) -> Router {
    let rpc = Rpc {
        node,
        listening: format!("tcp://{address}"),
    };
    Router::new()
        .route("/", post(over_post).get(index))
        .route("/websocket", get(over_websocket))
        .route("/{method}", get(over_get).post(over_post))
        .layer(CorsLayer::permissive())
        .layer(axum::extract::DefaultBodyLimit::max(MAX_REQUEST))
        .with_state(rpc)
}

async fn index() -> &'static str {
    "ballast-devnet: CometBFT's RPC, for development. Try /status.\n"
}

async fn over_websocket(State(rpc): State<Rpc>, upgrade: WebSocketUpgrade) -> Response {
    upgrade.on_upgrade(move |socket| socket::serve(rpc, socket))
}

async fn over_post(State(rpc): State<Rpc>, body: axum::body::Bytes) -> Response {
    let Ok(request) = serde_json::from_slice::<Value>(&body) else {
        let error = json!({ "code": -32_700, "message": "Parse error. Invalid JSON" });
        let answer = json!({ "jsonrpc": "2.0", "id": -1, "error": error });
        return (StatusCode::INTERNAL_SERVER_ERROR, Json(answer)).into_response();
    };
    match request {
        Value::Array(requests) => {
            let mut answers = Vec::new();
            for request in requests {
                answers.push(rpc.answer(&request).await);
            }
            Json(answers).into_response()
        }
        request => Json(rpc.answer(&request).await).into_response(),
    }
}

/// In a URL, text stands in quotes and bytes are in hex after `0x`.
async fn over_get(
    State(rpc): State<Rpc>,
    axum::extract::Path(method): axum::extract::Path<String>,
    Query(query): Query<Map<String, Value>>,
) -> Response {
    let plain = |(key, value): (String, Value)| {
        let text = value.as_str().unwrap_or_default();
        let plain = match (text.strip_prefix("0x"), text.strip_prefix('"')) {
            (Some(digits), _) if is_bytes(&key) => {
                Value::from(BASE64.encode(hex::decode(digits).unwrap_or_default()))
            }
            (Some(digits), _) => Value::from(digits),
            (_, Some(quoted)) if is_bytes(&key) => {
                Value::from(BASE64.encode(quoted.trim_end_matches('"')))
            }
            (_, Some(quoted)) => Value::from(quoted.trim_end_matches('"')),
            _ => value.clone(),
        };
        (key, plain)
    };
    let params: Map<String, Value> = query.into_iter().map(plain).collect();
    let request = json!({ "id": -1, "method": method, "params": params });
    let answer = rpc.answer(&request).await;
    let failed = answer.get("error").is_some();
    let status = if failed {
        StatusCode::INTERNAL_SERVER_ERROR
    } else {
        StatusCode::OK
    };
    (status, Json(answer)).into_response()
}

fn is_bytes(key: &str) -> bool {
    ["tx", "hash"].contains(&key)
}

impl Rpc {
    pub(super) async fn answer(&self, request: &Value) -> Value {
        let id = request.get("id").cloned().unwrap_or(json!(-1));
        let method = request["method"].as_str().unwrap_or_default().to_owned();
        let params = request.get("params").cloned().unwrap_or_default();
        let rpc = self.clone();
        let answer = blocking(move || rpc.call(&method, &params)).await;
        match answer.map_err(RpcError::from).and_then(|answer| answer) {
            Ok(result) => json!({ "jsonrpc": "2.0", "id": id, "result": result }),
            Err(RpcError(code, message, data)) => {
                let mut error = json!({ "code": code, "message": message });
                if !data.is_empty() {
                    error["data"] = Value::from(data);
                }
                json!({ "jsonrpc": "2.0", "id": id, "error": error })
            }
        }
    }

    fn call(&self, method: &str, params: &Value) -> Answer {
        let node = &self.node;
        match method {
            "health" => Ok(json!({})),
            "status" => Ok(json::status(node, &self.listening)),
            "abci_info" => {
                let latest = node.latest();
                Ok(json!({ "response": {
                    "data": "ballast-devnet",
                    "version": env!("CARGO_PKG_VERSION"),
                    "last_block_height": latest.block.height.to_string(),
                    "last_block_app_hash": BASE64.encode(&latest.block.next_app_hash),
                }}))
            }
            "abci_query" => self.abci_query(params),
            "block" => {
                let record = self.at(params)?;
                Ok(json::with_id(
                    &record,
                    &json::block(node, &record, &self.txs(&record)?),
                ))
            }
            "header" => Ok(json!({ "header": json::header(node, &self.at(params)?) })),
            "block_results" => self.block_results(params),
            "tx" => self.tx(params),
            "tx_search" => self.tx_search(params),
            "broadcast_tx_sync" | "broadcast_tx_async" => self.broadcast(params),
            "broadcast_tx_commit" => Err(RpcError::internal(
                "devnet has not implemented broadcast_tx_commit; use broadcast_tx_sync and tx",
            )),
            "validators" => Ok(json!({
                "block_height": node.latest().block.height.to_string(),
                "validators": [json::validator()], "count": "1", "total": "1",
            })),
            "net_info" => {
                Ok(json!({ "listening": true, "listeners": [], "n_peers": "0", "peers": [] }))
            }
            "num_unconfirmed_txs" => {
                let waiting = node.waiting().to_string();
                Ok(json!({ "n_txs": waiting, "total": waiting, "total_bytes": "0", "txs": null }))
            }
            "genesis"
            | "genesis_chunked"
            | "commit"
            | "block_search"
            | "block_by_hash"
            | "blockchain"
            | "consensus_params"
            | "consensus_state"
            | "dump_consensus_state"
            | "unconfirmed_txs"
            | "check_tx"
            | "broadcast_evidence" => Err(RpcError::internal(format!(
                "devnet has not implemented {method}"
            ))),
            _ => Err(RpcError(-32_601, "Method not found", String::new())),
        }
    }

    fn at(&self, params: &Value) -> Result<BlockRecord, RpcError> {
        let latest = self.node.latest();
        let Some(height) = number(params, "height")? else {
            return Ok(latest.block.clone());
        };
        let last = latest.block.height;
        if height == 0 || height > last {
            let text = format!(
                "height {height} must be less than or equal to the current blockchain height {last}"
            );
            return Err(RpcError::internal(text));
        }
        let found = self.node.block(height)?;
        found.ok_or_else(|| RpcError::internal(format!("no block at height {height}")))
    }

    fn txs(&self, record: &BlockRecord) -> Result<Vec<Vec<u8>>, RpcError> {
        let mut txs = Vec::new();
        for hash in &record.tx_hashes {
            txs.extend(self.node.tx(hash)?.map(|found| found.tx));
        }
        Ok(txs)
    }

    fn abci_query(&self, params: &Value) -> Answer {
        let path = params["path"].as_str().unwrap_or_default();
        let data = hex::decode(params["data"].as_str().unwrap_or_default());
        let data = data.map_err(|error| RpcError::params(format!("data: {error}")))?;
        let height = self.node.latest().block.height;
        let asked = number(params, "height")?.filter(|asked| *asked != 0 && *asked != height);
        if let Some(asked) = asked {
            let text =
                format!("devnet keeps the state of the last block alone, {height}, not of {asked}");
            return Ok(response(
                json!({ "code": 26, "codespace": "sdk", "log": text }),
                height,
            ));
        }
        let answer = match query(&self.node, path, &data) {
            Ok(value) => json!({ "code": 0, "log": "", "value": BASE64.encode(value) }),
            Err(error) => {
                let failure = error.as_abci();
                json!({ "code": failure.code, "codespace": failure.codespace, "log": failure.text })
            }
        };
        Ok(response(answer, height))
    }

    fn block_results(&self, params: &Value) -> Answer {
        let record = self.at(params)?;
        let mut results = Vec::new();
        for hash in &record.tx_hashes {
            results.extend(self.node.tx(hash)?.map(|found| json::result(&found.result)));
        }
        let results = (!results.is_empty()).then_some(results);
        Ok(json!({
            "height": record.height.to_string(),
            "txs_results": results,
            "finalize_block_events": [],
            "validator_updates": null,
            "consensus_param_updates": null,
            "app_hash": BASE64.encode(&record.next_app_hash),
        }))
    }

    fn tx(&self, params: &Value) -> Answer {
        let hash = bytes(params, "hash")?;
        match self.node.tx(&hash)? {
            Some(found) => Ok(json::tx(&found)),
            None => Err(RpcError::internal(format!(
                "tx ({}) not found",
                hex::encode_upper(hash)
            ))),
        }
    }

    fn tx_search(&self, params: &Value) -> Answer {
        let text = params["query"].as_str().unwrap_or_default();
        let mut found =
            search::search(&self.node, text).map_err(|error| RpcError::internal(error.text))?;
        if params["order_by"] == "desc" {
            found.reverse();
        }
        let total = found.len();
        let per_page = number(params, "per_page")?.unwrap_or(30).clamp(1, 100);
        let page = number(params, "page")?.unwrap_or(1);
        let pages = (total as u64).div_ceil(per_page).max(1);
        if page == 0 || page > pages {
            let text = format!("page should be within [1, {pages}] range, given {page}");
            return Err(RpcError::internal(text));
        }
        let skip = usize::try_from((page - 1).saturating_mul(per_page)).unwrap_or(usize::MAX);
        let take = usize::try_from(per_page).unwrap_or(usize::MAX);
        let mut txs = Vec::new();
        for hash in found.into_iter().skip(skip).take(take) {
            txs.extend(self.node.tx(&hash)?.as_ref().map(json::tx));
        }
        Ok(json!({ "txs": txs, "total_count": total.to_string() }))
    }

    fn broadcast(&self, params: &Value) -> Answer {
        let bytes = bytes(params, "tx")?;
        let hash = hex::encode_upper(tx::hash(&bytes));
        let result = self.node.broadcast(&bytes)?;
        // CometBFT itself refuses these, before the application is asked.
        match (result.codespace.as_str(), result.code) {
            ("sdk", 19) => return Err(RpcError::internal("tx already exists in cache")),
            ("sdk", 20) => return Err(RpcError::internal("mempool is full")),
            ("sdk", 21) => return Err(RpcError::internal(format!("Tx too large. {}", result.log))),
            _ => {}
        }
        Ok(json!({
            "code": result.code, "data": "", "log": result.log,
            "codespace": result.codespace, "hash": hash,
        }))
    }
}

fn response(mut answer: Value, height: u64) -> Value {
    let defaults = [
        ("info", json!("")),
        ("index", json!("0")),
        ("key", Value::Null),
        ("value", Value::Null),
        ("proofOps", Value::Null),
        ("height", json!(height.to_string())),
        ("codespace", json!("")),
    ];
    for (key, value) in defaults {
        if answer.get(key).is_none() {
            answer[key] = value;
        }
    }
    json!({ "response": answer })
}

/// A number, which may stand in quotes.
fn number(params: &Value, key: &str) -> Result<Option<u64>, RpcError> {
    let number = match &params[key] {
        Value::Null => return Ok(None),
        Value::String(text) if text.is_empty() => return Ok(None),
        Value::String(text) => text.parse().ok(),
        value => value.as_u64(),
    };
    match number {
        Some(number) => Ok(Some(number)),
        None => Err(RpcError::params(format!(
            "{key} is a number, not {}",
            params[key]
        ))),
    }
}

fn bytes(params: &Value, key: &str) -> Result<Vec<u8>, RpcError> {
    let text = params[key].as_str();
    let text = text.ok_or_else(|| RpcError::params(format!("{key} is missing")))?;
    BASE64
        .decode(text)
        .map_err(|error| RpcError::params(format!("{key} is base64: {error}")))
}
