//! Jobs after they are accepted: poll, wait, stream, result, cancel.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use compute_proofs::codec::Encode;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use super::error::ApiError;
use super::{auth, download, private};
use crate::core::{Core, lock, now, now_ms};
use crate::dispatch::lease_ended;
use crate::id::JobId;
use crate::machine::board::{Cause, Position};
use crate::store::{JobRow, JobState};

/// Longest wait of one request.
const MAX_WAIT: u64 = 60;

pub(super) async fn row(core: &Core, id: JobId) -> Result<JobRow, ApiError> {
    let row = core.store.job(id).await?;
    row.ok_or_else(|| ApiError::not_found(format!("There is no job {id}.")))
}

/// A job that whoever asks may see: with a key of its order; or, where the app
/// authorises, by its name alone, which only the app was told.
pub(super) async fn visible(
    core: &Core,
    id: &str,
    headers: &HeaderMap,
) -> Result<JobRow, ApiError> {
    let missing = || ApiError::not_found(format!("There is no job {id}."));
    let parsed = JobId::parse(id).ok_or_else(missing)?;
    let key = auth::key(core, headers).await?;
    let row = row(core, parsed).await?;
    let is_visible = match &key {
        Some(key) => key.order == row.order,
        None if row.app.is_some() => true,
        None => {
            return Err(ApiError::unauthorized(
                "Give the API key of the job's order.",
            ));
        }
    };
    // Whether another's job exists is nobody's business.
    if is_visible { Ok(row) } else { Err(missing()) }
}

/// A job in JSON.
pub(super) fn json_of(core: &Core, row: &JobRow) -> Value {
    let position = lock(&core.board).position(row.id);
    let seal = private::seal_of(core, row, position.as_ref());
    let (status, worker, attempt, progress) = match (row.state, position) {
        (JobState::Done, _) => ("done", None, None, 10_000),
        (JobState::Failed, _) => ("failed", None, None, 0),
        (JobState::Cancelled, _) => ("cancelled", None, None, 0),
        (
            _,
            Some(Position::Leased {
                worker,
                attempt,
                progress_bps,
                awaits_input,
                ..
            }),
        ) => (
            if awaits_input {
                "awaiting_input"
            } else {
                "running"
            },
            Some(worker.to_string()),
            Some(attempt),
            progress_bps,
        ),
        _ => ("queued", None, None, 0),
    };
    let leased = row.lease.as_ref();
    let (worker, attempt) = match row.state {
        JobState::Done => (
            leased.map(|(_, worker, _, _)| worker.clone()),
            leased.map(|(_, _, attempt, _)| *attempt),
        ),
        _ => (worker, attempt),
    };
    let known = lock(&core.programs)
        .get(&row.authorisation.program)
        .cloned();
    let output = known.and_then(|known| {
        let last = known.program.operations.last()?.outputs().ok()?;
        last.first().copied()
    });
    let output = output.map(|spec| {
        json!({
            "dtype": worker_api::dtype::name(spec.dtype),
            "rows": spec.shape.rows(),
            "cols": spec.shape.cols(),
            "root": row.output_root.map(|root| root.to_hex()),
        })
    });
    json!({
        "id": row.id.to_string(),
        "object": "job",
        "status": status,
        "order": row.order,
        "nonce": row.authorisation.nonce,
        "ops": row.authorisation.max_ops.to_string(),
        "program": row.authorisation.program.to_hex(),
        "input_root": row.authorisation.input_root.to_hex(),
        "created": row.created,
        "deadline": row.deadline,
        "ended": row.ended,
        "worker": worker,
        "attempt": attempt,
        "leases": row.tries,
        "progress_bps": progress,
        "output": output,
        "receipt": row.receipt.map(|receipt| hex::encode(receipt.to_bytes())),
        "failure": row.failure,
        "seal": seal,
    })
}

pub(super) fn answer(core: &Core, status: StatusCode, row: &JobRow) -> Response {
    (status, Json(json_of(core, row))).into_response()
}

/// How a job is polled.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wait {
    /// Seconds to wait for its end.
    #[serde(default)]
    wait: u64,
}

pub(crate) async fn get(
    State(core): State<Arc<Core>>,
    Path(id): Path<String>,
    Query(wait): Query<Wait>,
    headers: HeaderMap,
) -> Result<Json<Value>, ApiError> {
    let row = visible(&core, &id, &headers).await?;
    auth::limit(&core, row.order)?;
    let row = until_over(&core, row, wait.wait.min(MAX_WAIT)).await?;
    Ok(Json(json_of(&core, &row)))
}

/// Waits until a job is over or its app has to seal its input, or for so many seconds.
async fn until_over(core: &Core, first: JobRow, seconds: u64) -> Result<JobRow, ApiError> {
    if first.state.is_over() || seconds == 0 {
        return Ok(first);
    }
    let mut changes = core.watch(first.id);
    let end = tokio::time::Instant::now() + Duration::from_secs(seconds);
    loop {
        // Looked at after the watch began, so nothing is missed between.
        changes.mark_unchanged();
        // A job leaves the board when it is written down that it is over. As long as it
        // stands there, the database need not be asked.
        let position = lock(&core.board).position(first.id);
        let has_left = position.is_none();
        if has_left || awaits_input(position.as_ref()) {
            let row = row(core, first.id).await?;
            if row.state.is_over() || !has_left {
                return Ok(row);
            }
        }
        let goes_on = tokio::select! {
            changed = changes.changed() => changed.is_ok(),
            () = tokio::time::sleep_until(end) => false,
            () = core.shutdown.requested() => false,
        };
        if !goes_on {
            return row(core, first.id).await;
        }
    }
}

fn awaits_input(position: Option<&Position>) -> bool {
    matches!(
        position,
        Some(Position::Leased {
            awaits_input: true,
            ..
        })
    )
}

/// How jobs are listed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Page {
    /// The nonce of the last one that one has.
    before: Option<u64>,
    /// 1 to 100.
    limit: Option<u32>,
}

pub(crate) async fn list(
    State(core): State<Arc<Core>>,
    Query(page): Query<Page>,
    headers: HeaderMap,
) -> Result<Json<Value>, ApiError> {
    let key = auth::need_key(&core, &headers).await?;
    auth::limit(&core, key.order)?;
    let limit = page.limit.unwrap_or(20).clamp(1, 100);
    let rows = core.store.jobs_of(key.order, page.before, limit).await?;
    let jobs: Vec<_> = rows.iter().map(|row| json_of(&core, row)).collect();
    Ok(Json(json!({ "object": "list", "data": jobs })))
}

pub(crate) async fn events(
    State(core): State<Arc<Core>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let first = visible(&core, &id, &headers).await?;
    auth::limit(&core, first.order)?;
    let (to, from) = mpsc::channel(16);
    tokio::spawn(stream(core, first.id, to));
    let events = Sse::new(ReceiverStream::new(from)).keep_alive(KeepAlive::default());
    Ok(events.into_response())
}

/// One event for each change; the last one when the job is over.
async fn stream(
    core: Arc<Core>,
    id: JobId,
    to: mpsc::Sender<Result<Event, std::convert::Infallible>>,
) {
    let mut changes = core.watch(id);
    let mut told = String::new();
    loop {
        changes.mark_unchanged();
        let Ok(row) = row(&core, id).await else {
            return;
        };
        let data = json_of(&core, &row).to_string();
        if data != told {
            let event = Event::default().event("job").data(&data);
            if to.send(Ok(event)).await.is_err() {
                return;
            }
            told = data;
        }
        if row.state.is_over() {
            return;
        }
        tokio::select! {
            changed = changes.changed() => {
                if changed.is_err() {
                    return;
                }
            }
            () = to.closed() => return,
            () = core.shutdown.requested() => return,
        }
    }
}

pub(crate) async fn result(
    State(core): State<Arc<Core>>,
    Path(id): Path<String>,
    Query(wait): Query<Wait>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let row = visible(&core, &id, &headers).await?;
    auth::limit(&core, row.order)?;
    let row = until_over(&core, row, wait.wait.min(MAX_WAIT)).await?;
    let root = match (row.state, row.output_root) {
        (JobState::Done, Some(root)) => root,
        (JobState::Failed | JobState::Cancelled, _) => {
            let why = row.failure.unwrap_or_default();
            return Err(ApiError::conflict(
                "no_result",
                format!("The job has ended: {why}."),
            ));
        }
        _ => {
            let text = "The job is not done yet: add `?wait=60`, or ask again later.";
            return Err(ApiError {
                retry_after: Some(1),
                ..ApiError::conflict("not_done", text)
            });
        }
    };
    let (body, end) = match row.sealed_root {
        None => (download::body(&core, root).await?, "npy"),
        Some(sealed) => (download::bytes(&core, sealed).await?, "sealed"),
    };
    let kind = (header::CONTENT_TYPE, "application/octet-stream".to_owned());
    let name = format!("attachment; filename=\"{}.{end}\"", row.id);
    let root = ("x-ballast-root", root.to_hex());
    let disposition = (header::CONTENT_DISPOSITION, name);
    Ok(([kind, disposition], [root], body).into_response())
}

pub(crate) async fn cancel(
    State(core): State<Arc<Core>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Json<Value>, ApiError> {
    let found = visible(&core, &id, &headers).await?;
    auth::limit(&core, found.order)?;
    let over = |row: &JobRow| {
        let state = format!("{:?}", row.state).to_lowercase();
        ApiError::conflict("job_is_over", format!("The job is {state} already."))
    };
    if found.state == JobState::Cancelled {
        return Ok(Json(json_of(&core, &found)));
    }
    if found.state.is_over() {
        return Err(over(&found));
    }
    let why = "cancelled by its owner".to_owned();
    let was_live = core
        .store
        .give_up(found.id, JobState::Cancelled, why, now())
        .await?;
    let row = row(&core, found.id).await?;
    if !was_live {
        return Err(over(&row));
    }
    let ended = lock(&core.board).cancel(found.id, Cause::Cancelled, now_ms());
    if let Some(ended) = ended {
        lease_ended(&core, &ended);
    }
    core.metrics.jobs.inc(["cancelled"]);
    core.changed(found.id);
    Ok(Json(json_of(&core, &row)))
}
