//! The REST routes that wallets use (`grpc-gateway` of the SDK), each over the gRPC
//! method behind it.

use std::sync::Arc;

use axum::body;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD as BASE64, URL_SAFE};
use cosmrs::Any;
use cosmrs::proto::cosmos::auth::v1beta1::{
    BaseAccount, ModuleAccount, QueryAccountRequest, QueryAccountResponse,
};
use cosmrs::proto::cosmos::bank::v1beta1::{
    QueryAllBalancesRequest, QueryAllBalancesResponse, QueryBalanceRequest, QueryBalanceResponse,
    QuerySupplyOfRequest, QuerySupplyOfResponse,
};
use cosmrs::proto::cosmos::base::abci::v1beta1::TxResponse;
use cosmrs::proto::cosmos::base::v1beta1::Coin;
use cosmrs::proto::cosmos::crypto::secp256k1::PubKey;
use cosmrs::proto::cosmos::tx::v1beta1::{
    BroadcastTxRequest, BroadcastTxResponse, GetTxRequest, GetTxResponse, SimulateRequest,
    SimulateResponse,
};
use cosmrs::proto::cosmwasm::wasm::v1::{
    QueryContractInfoRequest, QueryContractsByCodeRequest, QueryContractsByCodeResponse,
    QuerySmartContractStateRequest, QuerySmartContractStateResponse,
};
use cosmrs::proto::traits::{Message, Name};
use serde::Deserialize;
use serde_json::{Value, json};
use tower_http::cors::CorsLayer;

use super::{blocking, control, json as shapes};
use crate::node::Node;
use crate::query::{QueryError, Status, query};

/// The largest request: a contract in base64.
const MAX_REQUEST: usize = 4 << 20;

type Chain = State<Arc<Node>>;

pub(super) fn router(node: Arc<Node>) -> Router {
    let open = Router::new()
        .route("/cosmos/auth/v1beta1/accounts/{address}", get(account))
        .route("/cosmos/bank/v1beta1/balances/{address}", get(balances))
        .route(
            "/cosmos/bank/v1beta1/spendable_balances/{address}",
            get(spendable),
        )
        .route(
            "/cosmos/bank/v1beta1/balances/{address}/by_denom",
            get(balance),
        )
        .route("/cosmos/bank/v1beta1/supply/by_denom", get(supply))
        .route("/cosmos/tx/v1beta1/txs", post(broadcast))
        .route("/cosmos/tx/v1beta1/txs/{hash}", get(tx))
        .route("/cosmos/tx/v1beta1/simulate", post(simulate))
        .route("/cosmwasm/wasm/v1/contract/{address}", get(contract))
        .route(
            "/cosmwasm/wasm/v1/contract/{address}/smart/{query}",
            get(smart),
        )
        .route("/cosmwasm/wasm/v1/code/{id}/contracts", get(contracts))
        .route("/cosmos/base/tendermint/v1beta1/node_info", get(node_info))
        .route("/cosmos/base/tendermint/v1beta1/syncing", get(syncing))
        .route(
            "/cosmos/base/tendermint/v1beta1/blocks/{height}",
            get(block),
        )
        // Wallets ask for these of every chain. There is no staking and no IBC here.
        .route(
            "/cosmos/staking/v1beta1/delegations/{address}",
            get(no_delegations),
        )
        .route(
            "/cosmos/staking/v1beta1/delegators/{address}/unbonding_delegations",
            get(no_unbondings),
        )
        .route("/cosmos/staking/v1beta1/validators", get(no_validators))
        .route(
            "/cosmos/distribution/v1beta1/delegators/{address}/rewards",
            get(no_rewards),
        )
        .route("/ibc/apps/transfer/v1/params", get(no_transfers))
        .with_state(Arc::clone(&node))
        .merge(control::faucet(Arc::clone(&node)))
        .fallback(unknown)
        .layer(axum::extract::DefaultBodyLimit::max(MAX_REQUEST))
        .layer(CorsLayer::permissive());
    control::router(node).merge(open)
}

struct Refusal(QueryError);

impl From<QueryError> for Refusal {
    fn from(error: QueryError) -> Self {
        Self(error)
    }
}

impl IntoResponse for Refusal {
    /// The HTTP statuses of grpc-gateway.
    fn into_response(self) -> Response {
        let Self(error) = self;
        let status = match error.status {
            Status::InvalidArgument => StatusCode::BAD_REQUEST,
            Status::NotFound => StatusCode::NOT_FOUND,
            Status::Unimplemented => StatusCode::NOT_IMPLEMENTED,
            Status::Unknown | Status::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        };
        let code = error.status as u8;
        let body = json!({ "code": code, "message": error.text, "details": [] });
        (status, Json(body)).into_response()
    }
}

type Answer = Result<Json<Value>, Refusal>;

async fn unknown(request: Request) -> Refusal {
    QueryError::not_implemented(request.uri().path()).into()
}

/// Asks the gRPC method `path`.
async fn ask<Q: Message, A: Message + Default>(
    node: Arc<Node>,
    path: &'static str,
    request: &Q,
) -> Result<A, Refusal> {
    let data = request.encode_to_vec();
    let answer = blocking(move || query(&node, path, &data)).await;
    let bytes = answer.map_err(QueryError::from)??;
    A::decode(bytes.as_slice())
        .map_err(|error| QueryError::new(Status::Internal, error.to_string()).into())
}

fn coin(coin: &Coin) -> Value {
    json!({ "denom": coin.denom, "amount": coin.amount })
}

fn key(any: Option<Any>) -> Value {
    let Some(any) = any else {
        return Value::Null;
    };
    let key = PubKey::decode(any.value.as_slice()).unwrap_or_default().key;
    json!({ "@type": any.type_url, "key": BASE64.encode(key) })
}

fn base_account(account: BaseAccount) -> Value {
    json!({
        "address": account.address,
        "pub_key": key(account.pub_key),
        "account_number": account.account_number.to_string(),
        "sequence": account.sequence.to_string(),
    })
}

async fn account(State(node): Chain, Path(address): Path<String>) -> Answer {
    let request = QueryAccountRequest { address };
    let path = "/cosmos.auth.v1beta1.Query/Account";
    let found: QueryAccountResponse = ask(node, path, &request).await?;
    let any = found.account.unwrap_or_default();
    let account = if any.type_url.ends_with(ModuleAccount::NAME) {
        let module = ModuleAccount::decode(any.value.as_slice()).unwrap_or_default();
        json!({
            "@type": any.type_url,
            "base_account": base_account(module.base_account.unwrap_or_default()),
            "name": module.name,
            "permissions": module.permissions,
        })
    } else {
        let base = BaseAccount::decode(any.value.as_slice()).unwrap_or_default();
        let mut account = base_account(base);
        account["@type"] = Value::from(any.type_url);
        account
    };
    Ok(Json(json!({ "account": account })))
}

fn no_more(total: usize) -> Value {
    json!({ "next_key": null, "total": total.to_string() })
}

async fn balances(State(node): Chain, Path(address): Path<String>) -> Answer {
    let request = QueryAllBalancesRequest {
        address,
        ..Default::default()
    };
    let path = "/cosmos.bank.v1beta1.Query/AllBalances";
    let found: QueryAllBalancesResponse = ask(node, path, &request).await?;
    let coins: Vec<_> = found.balances.iter().map(coin).collect();
    let pagination = no_more(coins.len());
    Ok(Json(json!({ "balances": coins, "pagination": pagination })))
}

async fn spendable(chain: Chain, path: Path<String>) -> Answer {
    balances(chain, path).await
}

#[derive(Deserialize)]
struct Denom {
    #[serde(default)]
    denom: String,
}

async fn balance(
    State(node): Chain,
    Path(address): Path<String>,
    axum::extract::Query(Denom { denom }): axum::extract::Query<Denom>,
) -> Answer {
    let path = "/cosmos.bank.v1beta1.Query/Balance";
    let found: QueryBalanceResponse =
        ask(node, path, &QueryBalanceRequest { address, denom }).await?;
    Ok(Json(json!({ "balance": found.balance.as_ref().map(coin) })))
}

async fn supply(
    State(node): Chain,
    axum::extract::Query(Denom { denom }): axum::extract::Query<Denom>,
) -> Answer {
    let path = "/cosmos.bank.v1beta1.Query/SupplyOf";
    let found: QuerySupplyOfResponse = ask(node, path, &QuerySupplyOfRequest { denom }).await?;
    Ok(Json(json!({ "amount": found.amount.as_ref().map(coin) })))
}

/// `tx_bytes` in base64, and a mode by name or number.
#[derive(Deserialize)]
struct Bytes {
    #[serde(default)]
    tx_bytes: String,
    #[serde(default)]
    mode: Value,
}

impl Bytes {
    /// Reads JSON whatever the content type says, as grpc-gateway does.
    fn read(body: &[u8]) -> Result<Self, Refusal> {
        let read = serde_json::from_slice(body);
        read.map_err(|error| QueryError::invalid(format!("the body is JSON: {error}")).into())
    }
}

fn decoded(bytes: &str) -> Result<Vec<u8>, Refusal> {
    let decoded = BASE64.decode(bytes);
    decoded.map_err(|error| QueryError::invalid(format!("tx_bytes is base64: {error}")).into())
}

fn tx_response(response: &TxResponse) -> Value {
    json!({
        "height": response.height.to_string(),
        "txhash": response.txhash,
        "codespace": response.codespace,
        "code": response.code,
        "data": response.data,
        "raw_log": response.raw_log,
        "logs": [],
        "info": response.info,
        "gas_wanted": response.gas_wanted.to_string(),
        "gas_used": response.gas_used.to_string(),
        "tx": null,
        "timestamp": response.timestamp,
        "events": response.events.iter().map(shapes::event).collect::<Vec<_>>(),
    })
}

async fn broadcast(State(node): Chain, body: body::Bytes) -> Answer {
    let body = Bytes::read(&body)?;
    let mode = match body.mode.as_str() {
        Some("BROADCAST_MODE_SYNC" | "BROADCAST_MODE_ASYNC") => 2,
        Some(_) => 0,
        None => i32::try_from(body.mode.as_i64().unwrap_or_default()).unwrap_or_default(),
    };
    let request = BroadcastTxRequest {
        tx_bytes: decoded(&body.tx_bytes)?,
        mode,
    };
    let path = "/cosmos.tx.v1beta1.Service/BroadcastTx";
    let found: BroadcastTxResponse = ask(node, path, &request).await?;
    Ok(Json(
        json!({ "tx_response": found.tx_response.as_ref().map(tx_response) }),
    ))
}

async fn tx(State(node): Chain, Path(hash): Path<String>) -> Answer {
    let path = "/cosmos.tx.v1beta1.Service/GetTx";
    let found: GetTxResponse = ask(node, path, &GetTxRequest { hash }).await?;
    Ok(Json(
        json!({ "tx_response": found.tx_response.as_ref().map(tx_response) }),
    ))
}

#[allow(deprecated)]
async fn simulate(State(node): Chain, body: body::Bytes) -> Answer {
    let body = Bytes::read(&body)?;
    let request = SimulateRequest {
        tx: None,
        tx_bytes: decoded(&body.tx_bytes)?,
    };
    let path = "/cosmos.tx.v1beta1.Service/Simulate";
    let found: SimulateResponse = ask(node, path, &request).await?;
    let gas = found.gas_info.unwrap_or_default();
    let result = found.result.unwrap_or_default();
    Ok(Json(json!({
        "gas_info": {
            "gas_wanted": gas.gas_wanted.to_string(),
            "gas_used": gas.gas_used.to_string(),
        },
        "result": {
            "data": "",
            "log": result.log,
            "events": result.events.iter().map(shapes::event).collect::<Vec<_>>(),
        },
    })))
}

async fn contract(State(node): Chain, Path(address): Path<String>) -> Answer {
    let path = "/cosmwasm.wasm.v1.Query/ContractInfo";
    let found: crate::query::ContractInfoResponse =
        ask(node, path, &QueryContractInfoRequest { address }).await?;
    let info = found.contract_info.unwrap_or_default();
    let created = info.created.unwrap_or_default();
    Ok(Json(json!({
        "address": found.address,
        "contract_info": {
            "code_id": info.code_id.to_string(),
            "creator": info.creator,
            "admin": info.admin,
            "label": info.label,
            "created": {
                "block_height": created.block_height.to_string(),
                "tx_index": created.tx_index.to_string(),
            },
            "ibc_port_id": info.ibc_port_id,
            "extension": null,
            "ibc2_port_id": info.ibc2_port_id,
        },
    })))
}

async fn smart(State(node): Chain, Path((address, text)): Path<(String, String)>) -> Answer {
    let data = BASE64.decode(&text).or_else(|_| URL_SAFE.decode(&text));
    let request = QuerySmartContractStateRequest {
        address,
        query_data: data.unwrap_or_default(),
    };
    let path = "/cosmwasm.wasm.v1.Query/SmartContractState";
    let found: QuerySmartContractStateResponse = ask(node, path, &request).await?;
    let data: Value = serde_json::from_slice(&found.data)
        .map_err(|error| QueryError::new(Status::Internal, error.to_string()))?;
    Ok(Json(json!({ "data": data })))
}

async fn contracts(State(node): Chain, Path(code_id): Path<u64>) -> Answer {
    let request = QueryContractsByCodeRequest {
        code_id,
        pagination: None,
    };
    let path = "/cosmwasm.wasm.v1.Query/ContractsByCode";
    let found: QueryContractsByCodeResponse = ask(node, path, &request).await?;
    let pagination = no_more(found.contracts.len());
    Ok(Json(
        json!({ "contracts": found.contracts, "pagination": pagination }),
    ))
}

async fn node_info(State(node): Chain) -> Answer {
    let status = shapes::status(&node, "");
    let info = &status["node_info"];
    Ok(Json(json!({
        "default_node_info": {
            "protocol_version": info["protocol_version"],
            "default_node_id": info["id"],
            "listen_addr": "",
            "network": info["network"],
            "version": info["version"],
            "channels": "",
            "moniker": info["moniker"],
            "other": info["other"],
        },
        "application_version": {
            "name": "ballast-devnet",
            "app_name": "ballast-devnet",
            "version": env!("CARGO_PKG_VERSION"),
            "git_commit": "", "build_tags": "", "go_version": "", "build_deps": [],
            "cosmos_sdk_version": "v0.54.0",
        },
    })))
}

async fn syncing() -> Answer {
    Ok(Json(json!({ "syncing": false })))
}

async fn block(State(node): Chain, Path(height): Path<String>) -> Answer {
    let record = match height.as_str() {
        "latest" => node.latest().block.clone(),
        text => {
            let height = text.parse();
            let height =
                height.map_err(|_| QueryError::invalid(format!("{text:?} is no height")))?;
            crate::query::blocks::find(&node, height)?
        }
    };
    let mut txs = Vec::new();
    for hash in &record.tx_hashes {
        txs.extend(
            node.tx(hash)
                .map_err(QueryError::from)?
                .map(|found| found.tx),
        );
    }
    let block = shapes::block(&node, &record, &txs);
    Ok(Json(shapes::with_id(&record, &block)))
}

async fn no_delegations() -> Answer {
    Ok(Json(
        json!({ "delegation_responses": [], "pagination": no_more(0) }),
    ))
}

async fn no_unbondings() -> Answer {
    Ok(Json(
        json!({ "unbonding_responses": [], "pagination": no_more(0) }),
    ))
}

async fn no_validators() -> Answer {
    Ok(Json(json!({ "validators": [], "pagination": no_more(0) })))
}

async fn no_rewards() -> Answer {
    Ok(Json(json!({ "rewards": [], "total": [] })))
}

async fn no_transfers() -> Answer {
    Ok(Json(
        json!({ "params": { "send_enabled": false, "receive_enabled": false } }),
    ))
}
