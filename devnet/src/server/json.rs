//! Blocks and transactions as CometBFT's RPC writes them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use cosmrs::proto::tendermint::v0_38::abci::{Event, ExecTxResult};
use serde_json::{Value, json};

use crate::node::Node;
use crate::query::blocks::{COMET_VERSION, PROPOSER, rfc3339};
use crate::records::{BlockRecord, TxRecord};
use crate::tx;

/// The hash of nothing.
const EMPTY_HASH: &str = "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855";

fn hex(bytes: &[u8]) -> String {
    hex::encode_upper(bytes)
}

fn block_id(hash: &[u8]) -> Value {
    let hash = hex(hash);
    json!({ "hash": hash, "parts": { "total": u8::from(!hash.is_empty()), "hash": hash } })
}

pub(super) fn header(node: &Node, record: &BlockRecord) -> Value {
    json!({
        "version": { "block": "11" },
        "chain_id": node.config().chain_id,
        "height": record.height.to_string(),
        "time": rfc3339(record.time),
        "last_block_id": block_id(&record.last_hash),
        "last_commit_hash": EMPTY_HASH,
        "data_hash": hex(&record.data_hash()),
        "validators_hash": EMPTY_HASH,
        "next_validators_hash": EMPTY_HASH,
        "consensus_hash": EMPTY_HASH,
        "app_hash": hex(&record.app_hash),
        "last_results_hash": EMPTY_HASH,
        "evidence_hash": EMPTY_HASH,
        "proposer_address": hex(&PROPOSER),
    })
}

pub(super) fn block(node: &Node, record: &BlockRecord, txs: &[Vec<u8>]) -> Value {
    let txs: Vec<_> = txs.iter().map(|tx| BASE64.encode(tx)).collect();
    json!({
        "header": header(node, record),
        "data": { "txs": txs },
        "evidence": { "evidence": [] },
        "last_commit": {
            "height": record.height.saturating_sub(1).to_string(),
            "round": 0,
            "block_id": block_id(&record.last_hash),
            "signatures": [],
        },
    })
}

pub(super) fn with_id(record: &BlockRecord, block: &Value) -> Value {
    json!({ "block_id": block_id(&record.hash), "block": block })
}

pub(super) fn event(event: &Event) -> Value {
    let attribute = |a: &cosmrs::proto::tendermint::v0_38::abci::EventAttribute| json!({ "key": a.key, "value": a.value, "index": a.index });
    let attributes: Vec<_> = event.attributes.iter().map(attribute).collect();
    json!({ "type": event.r#type, "attributes": attributes })
}

pub(super) fn result(result: &ExecTxResult) -> Value {
    let data = (!result.data.is_empty()).then(|| BASE64.encode(&result.data));
    json!({
        "code": result.code,
        "data": data,
        "log": result.log,
        "info": result.info,
        "gas_wanted": result.gas_wanted.to_string(),
        "gas_used": result.gas_used.to_string(),
        "events": result.events.iter().map(event).collect::<Vec<_>>(),
        "codespace": result.codespace,
    })
}

pub(super) fn tx(record: &TxRecord) -> Value {
    json!({
        "hash": hex(&tx::hash(&record.tx)),
        "height": record.height.to_string(),
        "index": record.index,
        "tx_result": result(&record.result),
        "tx": BASE64.encode(&record.tx),
    })
}

pub(super) fn status(node: &Node, listening: &str) -> Value {
    let latest = node.latest();
    let last = &latest.block;
    let first = node.block(1).ok().flatten().unwrap_or_default();
    json!({
        "node_info": {
            "protocol_version": { "p2p": "8", "block": "11", "app": "0" },
            "id": hex::encode(PROPOSER),
            "listen_addr": listening,
            "network": node.config().chain_id,
            "version": COMET_VERSION,
            "channels": "",
            "moniker": "ballast-devnet",
            "other": { "tx_index": "on", "rpc_address": listening },
        },
        "sync_info": {
            "latest_block_hash": hex(&last.hash),
            "latest_app_hash": hex(&last.app_hash),
            "latest_block_height": last.height.to_string(),
            "latest_block_time": rfc3339(last.time),
            "earliest_block_hash": hex(&first.hash),
            "earliest_app_hash": hex(&first.app_hash),
            "earliest_block_height": "1",
            "earliest_block_time": rfc3339(first.time),
            "catching_up": false,
        },
        "validator_info": validator(),
    })
}

/// There is none, but clients want one.
pub(super) fn validator() -> Value {
    json!({
        "address": hex(&PROPOSER),
        "pub_key": {
            "type": "tendermint/PubKeyEd25519",
            "value": "3t7e3t7e3t7e3t7e3t7e3t7e3t7e3t7e3t7e3t7e3t4=",
        },
        "voting_power": "1",
    })
}
