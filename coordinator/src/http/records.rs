//! What an auditor needs: what a job was, by whose leave it was done, and all receipts
//! that can stand in a worker's batch.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, header::CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use compute_proofs::Hash;
use compute_proofs::codec::Encode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::error::ApiError;
use super::{auth, download, jobs};
use crate::core::{Core, lock};
use crate::job::{Detail, read_inputs};
use crate::store::{JobState, StoreError};

/// Receipts of one page.
const PAGE: u32 = 1_000;

pub(crate) async fn record(
    State(core): State<Arc<Core>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Json<Value>, ApiError> {
    let row = jobs::visible(&core, &id, &headers).await?;
    auth::limit(&core, row.order)?;
    let (Some((_, worker, attempt, until)), Some(receipt), JobState::Done) =
        (&row.lease, row.receipt, row.state)
    else {
        return Err(ApiError::conflict(
            "not_done",
            "Only a job that is done has a record.",
        ));
    };
    let (slots, reply_key) = read_inputs(&row.inputs)?;
    let known = lock(&core.programs)
        .get(&row.authorisation.program)
        .cloned();
    let known = known.ok_or(StoreError::Damaged { what: "programs" })?;
    let detail = Detail {
        authorisation: row.authorisation,
        app: row.app,
        slots,
        reply_key,
    };
    let grant = core
        .signatory
        .grant(row.order, &detail, worker, *attempt, *until);
    Ok(Json(json!({
        "id": row.id.to_string(),
        "object": "record",
        "order": row.order,
        "nonce": row.authorisation.nonce,
        "worker": worker,
        "grant": hex::encode(grant.to_bytes()),
        "receipt": hex::encode(receipt.to_bytes()),
        "program": hex::encode(known.program.to_bytes()),
        "inputs": detail.slots,
        "output": row.output_root.map(|root| root.to_hex()),
        // Then inputs and output are roots of what only app and worker have seen.
        "reply_key": reply_key.map(|key| hex::encode(key.0)),
    })))
}

/// Whose receipts.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Range {
    worker: String,
    /// The first nonce.
    first: u64,
    /// The last one.
    last: u64,
}

pub(crate) async fn receipts(
    State(core): State<Arc<Core>>,
    Query(range): Query<Range>,
    headers: HeaderMap,
) -> Result<Json<Value>, ApiError> {
    let key = auth::need_key(&core, &headers).await?;
    auth::limit(&core, key.order)?;
    let Range {
        worker,
        first,
        last,
    } = range;
    let found = core
        .store
        .receipts_of(key.order, worker.clone(), (first, last), PAGE)
        .await?;
    // A page that is not full is the last one.
    let is_full = u32::try_from(found.len()).is_ok_and(|count| count == PAGE);
    let next = found.last().filter(|_| is_full);
    let next = next.map(|receipt| receipt.nonce.saturating_add(1));
    let receipts: Vec<_> = found
        .iter()
        .map(|receipt| hex::encode(receipt.to_bytes()))
        .collect();
    Ok(Json(json!({
        "object": "receipts",
        "order": key.order,
        "worker": worker,
        "receipts": receipts,
        "next": next,
    })))
}

pub(crate) async fn object(
    State(core): State<Arc<Core>>,
    Path(root): Path<String>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let key = auth::need_key(&core, &headers).await?;
    auth::limit(&core, key.order)?;
    let mut bytes = [0; 32];
    hex::decode_to_slice(&root, &mut bytes)
        .map_err(|_| ApiError::bad("root", format!("{root:?} is not 64 hexadecimal digits.")))?;
    let body = download::body(&core, Hash(bytes)).await?;
    Ok(([(CONTENT_TYPE, "application/octet-stream")], body).into_response())
}
