//! `cosmos.tx.v1beta1.Service`.

use cosmrs::Any;
use cosmrs::proto::cosmos::base::abci::v1beta1::{
    GasInfo, Result as MsgResult, TxMsgData, TxResponse,
};
use cosmrs::proto::cosmos::tx::v1beta1::{
    BroadcastMode, BroadcastTxRequest, BroadcastTxResponse, GetTxRequest, GetTxResponse,
    GetTxsEventRequest, GetTxsEventResponse, SimulateRequest, SimulateResponse, Tx as ProtoTx,
    TxDecodeRequest, TxDecodeResponse, TxEncodeRequest, TxEncodeResponse,
};
use cosmrs::proto::traits::Message;

use super::blocks::rfc3339;
use super::{Answer, QueryError, Status, read, search, some};
use crate::app::TxResult;
use crate::node::Node;
use crate::records::TxRecord;
use crate::tx;

pub(super) fn query(node: &Node, method: &str, data: &[u8]) -> Answer<Option<Vec<u8>>> {
    match method {
        "Simulate" => simulate(node, read(data)?),
        "BroadcastTx" => {
            let request: BroadcastTxRequest = read(data)?;
            if request.mode == i32::from(BroadcastMode::Unspecified) {
                return Err(QueryError::invalid("unspecified mode is not supported"));
            }
            let result = node.broadcast(&request.tx_bytes)?;
            some(&BroadcastTxResponse {
                tx_response: Some(broadcast_response(&request.tx_bytes, result)),
            })
        }
        "GetTx" => {
            let request: GetTxRequest = read(data)?;
            if request.hash.is_empty() {
                return Err(QueryError::invalid("tx hash cannot be empty"));
            }
            let hash = hex::decode(&request.hash)
                .map_err(|error| QueryError::new(Status::Unknown, error.to_string()))?;
            let found = node.tx(&hash)?;
            let record = found
                .ok_or_else(|| QueryError::not_found(format!("tx not found: {}", request.hash)))?;
            some(&GetTxResponse {
                tx: Some(decode(&record.tx)?),
                tx_response: Some(response(node, &record)?),
            })
        }
        "GetTxsEvent" => txs_event(node, read(data)?),
        "TxDecode" => {
            let request: TxDecodeRequest = read(data)?;
            some(&TxDecodeResponse {
                tx: Some(decode(&request.tx_bytes)?),
            })
        }
        "TxEncode" => {
            let request: TxEncodeRequest = read(data)?;
            let tx = request
                .tx
                .ok_or_else(|| QueryError::invalid("invalid empty tx"))?;
            some(&TxEncodeResponse {
                tx_bytes: tx.encode_to_vec(),
            })
        }
        _ => Ok(None),
    }
}

fn decode(bytes: &[u8]) -> Answer<ProtoTx> {
    // The two have the same shape on the wire: body and auth info as they came.
    ProtoTx::decode(bytes).map_err(|error| QueryError::invalid(error.to_string()))
}

/// What a SYNC broadcast answers.
pub(crate) fn broadcast_response(bytes: &[u8], result: TxResult) -> TxResponse {
    TxResponse {
        txhash: hex::encode_upper(tx::hash(bytes)),
        codespace: result.codespace,
        code: result.code,
        raw_log: result.log,
        ..TxResponse::default()
    }
}

/// A transaction that is in a block.
pub(crate) fn response(node: &Node, record: &TxRecord) -> Answer<TxResponse> {
    let result = record.result.clone();
    let block = node.block(record.height)?;
    Ok(TxResponse {
        height: i64::try_from(record.height).unwrap_or(i64::MAX),
        txhash: hex::encode_upper(tx::hash(&record.tx)),
        codespace: result.codespace,
        code: result.code,
        data: hex::encode_upper(&result.data),
        raw_log: result.log,
        logs: Vec::new(),
        info: result.info,
        gas_wanted: result.gas_wanted,
        gas_used: result.gas_used,
        tx: Some(Any {
            type_url: "/cosmos.tx.v1beta1.Tx".to_owned(),
            value: record.tx.clone(),
        }),
        timestamp: block.map_or_else(String::new, |block| {
            rfc3339(block.time / 1_000_000_000 * 1_000_000_000)
        }),
        events: result.events,
    })
}

#[allow(deprecated)]
fn simulate(node: &Node, request: SimulateRequest) -> Answer<Option<Vec<u8>>> {
    let bytes = match request.tx {
        Some(tx) if request.tx_bytes.is_empty() => tx.encode_to_vec(),
        _ => request.tx_bytes,
    };
    if bytes.is_empty() {
        return Err(QueryError::invalid("empty txBytes is not allowed"));
    }
    let result = node.simulate(&bytes);
    if result.code != 0 {
        let used = result.gas_used;
        let text = format!("{} with gas used: '{used}'", result.log);
        return Err(QueryError::named(Status::Unknown, text));
    }
    let data = TxMsgData::decode(result.data.as_slice());
    let msg_responses = data.map(|data| data.msg_responses).unwrap_or_default();
    some(&SimulateResponse {
        gas_info: Some(GasInfo {
            gas_wanted: result.gas_wanted,
            gas_used: result.gas_used,
        }),
        result: Some(MsgResult {
            data: Vec::new(),
            log: String::new(),
            events: result.events.into_iter().map(Into::into).collect(),
            msg_responses,
        }),
    })
}

#[allow(deprecated)]
fn txs_event(node: &Node, request: GetTxsEventRequest) -> Answer<Option<Vec<u8>>> {
    let query = match request.query.as_str() {
        "" => request.events.join(" AND "),
        query => query.to_owned(),
    };
    let found = search::search(node, &query)?;
    let limit = if request.limit == 0 {
        100
    } else {
        request.limit.min(100)
    };
    let skip = request.page.max(1).saturating_sub(1).saturating_mul(limit);
    let total = found.len() as u64;
    let descending = request.order_by == 2;
    let hashes: Vec<_> = if descending {
        found.into_iter().rev().collect()
    } else {
        found
    };
    let (skip, limit) = (usize::try_from(skip), usize::try_from(limit));
    let (skip, limit) = (skip.unwrap_or(usize::MAX), limit.unwrap_or(usize::MAX));
    let (mut txs, mut tx_responses) = (Vec::new(), Vec::new());
    for hash in hashes.into_iter().skip(skip).take(limit) {
        if let Some(record) = node.tx(&hash)? {
            txs.push(decode(&record.tx)?);
            tx_responses.push(response(node, &record)?);
        }
    }
    some(&GetTxsEventResponse {
        txs,
        tx_responses,
        pagination: None,
        total,
    })
}
