//! The websocket: the same methods as over POST, and subscriptions to events.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::ws::{Message, WebSocket};
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use cosmrs::proto::tendermint::v0_38::abci::Event;
use serde_json::{Value, json};
use tokio::sync::broadcast::error::RecvError;

use super::json as shapes;
use super::rpc::Rpc;
use crate::query::search::{Condition, meets, parse};
use crate::records::{Committed, TxRecord};
use crate::tx;

/// Most subscriptions of one client (CometBFT's default).
const MOST: usize = 5;

struct Subscription {
    id: Value,
    query: String,
    conditions: Vec<Condition>,
}

/// Serves one client until it leaves or falls too far behind.
pub(super) async fn serve(rpc: Rpc, mut socket: WebSocket) {
    let mut blocks = rpc.node.subscribe();
    let mut subscriptions: Vec<Subscription> = Vec::new();
    loop {
        let answers = tokio::select! {
            received = socket.recv() => match received {
                Some(Ok(Message::Text(text))) => {
                    vec![handle(&rpc, &mut subscriptions, &text).await]
                }
                Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                Some(Ok(_)) => continue,
            },
            block = blocks.recv() => match block {
                Ok(block) => notices(&rpc, &subscriptions, &block),
                Err(RecvError::Lagged(missed)) => {
                    let text = format!("client was too slow: {missed} blocks were missed");
                    subscriptions.drain(..).map(|s| refusal(&s.id, &text)).collect()
                }
                Err(RecvError::Closed) => return,
            },
        };
        for answer in answers {
            if socket
                .send(Message::Text(answer.to_string().into()))
                .await
                .is_err()
            {
                return;
            }
        }
    }
}

fn refusal(id: &Value, text: &str) -> Value {
    let error = json!({ "code": -32_603, "message": "Internal error", "data": text });
    json!({ "jsonrpc": "2.0", "id": id, "error": error })
}

async fn handle(rpc: &Rpc, subscriptions: &mut Vec<Subscription>, text: &str) -> Value {
    let Ok(request) = serde_json::from_str::<Value>(text) else {
        let error = json!({ "code": -32_700, "message": "Parse error. Invalid JSON" });
        return json!({ "jsonrpc": "2.0", "id": -1, "error": error });
    };
    let id = request["id"].clone();
    let query = request["params"]["query"].as_str().unwrap_or_default();
    let done = json!({ "jsonrpc": "2.0", "id": id, "result": {} });
    match request["method"].as_str() {
        Some("subscribe") => {
            if subscriptions.len() >= MOST {
                return refusal(&id, &format!("max_subscriptions_per_client {MOST} reached"));
            }
            if subscriptions.iter().any(|one| one.query == query) {
                return refusal(&id, "already subscribed");
            }
            match parse(query) {
                Ok(conditions) => subscriptions.push(Subscription {
                    id,
                    query: query.to_owned(),
                    conditions,
                }),
                Err(error) => return refusal(&id, &error.text),
            }
            done
        }
        Some("unsubscribe") => {
            subscriptions.retain(|one| one.query != query);
            done
        }
        Some("unsubscribe_all") => {
            subscriptions.clear();
            done
        }
        _ => rpc.answer(&request).await,
    }
}

type Attributes = BTreeMap<String, Vec<String>>;

fn attributes(kind: &str, events: &[Event]) -> Attributes {
    let mut attributes = Attributes::new();
    attributes.insert("tm.event".to_owned(), vec![kind.to_owned()]);
    for event in events {
        for attribute in &event.attributes {
            let key = format!("{}.{}", event.r#type, attribute.key);
            attributes
                .entry(key)
                .or_default()
                .push(attribute.value.clone());
        }
    }
    attributes
}

fn notices(rpc: &Rpc, subscriptions: &[Subscription], new: &Arc<Committed>) -> Vec<Value> {
    if subscriptions.is_empty() {
        return Vec::new();
    }
    let mut notices = Vec::new();
    let mut tell = |attributes: &Attributes, data: &dyn Fn() -> Value| {
        for one in subscriptions
            .iter()
            .filter(|one| meets(&one.conditions, attributes))
        {
            let result = json!({ "query": one.query, "data": data(), "events": attributes });
            notices.push(json!({ "jsonrpc": "2.0", "id": one.id, "result": result }));
        }
    };
    for record in &new.txs {
        let mut found = attributes("Tx", &record.result.events);
        let hash = hex::encode_upper(tx::hash(&record.tx));
        found.insert("tx.hash".to_owned(), vec![hash]);
        found.insert("tx.height".to_owned(), vec![record.height.to_string()]);
        tell(&found, &|| tx_notice(record));
    }
    let found = attributes("NewBlock", &[]);
    let txs: Vec<_> = new.txs.iter().map(|record| record.tx.clone()).collect();
    tell(&found, &|| {
        let block = shapes::block(&rpc.node, &new.block, &txs);
        let value = json!({
            "block": block,
            "block_id": shapes::with_id(&new.block, &Value::Null)["block_id"],
            "result_finalize_block": {
                "events": [],
                "tx_results": new.txs.iter().map(|r| shapes::result(&r.result)).collect::<Vec<_>>(),
                "validator_updates": [],
                "app_hash": BASE64.encode(&new.block.next_app_hash),
            },
        });
        json!({ "type": "tendermint/event/NewBlock", "value": value })
    });
    let found = attributes("NewBlockHeader", &[]);
    tell(&found, &|| {
        let value = json!({ "header": shapes::header(&rpc.node, &new.block) });
        json!({ "type": "tendermint/event/NewBlockHeader", "value": value })
    });
    notices
}

fn tx_notice(record: &TxRecord) -> Value {
    let value = json!({ "TxResult": {
        "height": record.height.to_string(),
        "index": record.index,
        "tx": BASE64.encode(&record.tx),
        "result": shapes::result(&record.result),
    }});
    json!({ "type": "tendermint/event/Tx", "value": value })
}
