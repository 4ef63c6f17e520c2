//! What apps come to.

mod auth;
mod download;
mod error;
mod info;
mod jobs;
mod objects;
mod openapi;
mod private;
mod records;
mod refused;
mod submit;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header::CONTENT_LENGTH};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use tower_http::timeout::RequestBodyTimeoutLayer;

use crate::core::Core;
use crate::id;
use error::{ApiError, Code};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Longest request id that is taken over.
const MAX_REQUEST_ID: usize = 128;

/// All routes. `workers` is the URL that workers are told to dial.
pub(crate) fn router(core: Arc<Core>, workers: String) -> Router {
    let limits = &core.config.limits;
    let objects = usize::try_from(limits.object_bytes).unwrap_or(usize::MAX);
    // A .npy file is its elements and a head.
    let upload = post(objects::upload)
        .layer(DefaultBodyLimit::max(objects.saturating_add(64 * 1024)))
        .layer(from_fn_with_state(core.clone(), memory));
    let input = put(private::input)
        .layer(DefaultBodyLimit::max(objects.saturating_add(64 * 1024)))
        .layer(from_fn_with_state(core.clone(), memory));
    let submit = post(submit::submit)
        .get(jobs::list)
        .layer(DefaultBodyLimit::max(limits.body_bytes));
    let network = {
        let core = core.clone();
        get(move || {
            let answer = info::network(&core, &workers);
            async move { answer }
        })
    };
    let read = Duration::from_secs(core.config.http.read_seconds);
    Router::new()
        .route("/v1/models", get(info::models))
        .route("/v1/jobs", submit)
        .route("/v1/jobs/{id}", get(jobs::get).delete(jobs::cancel))
        .route("/v1/jobs/{id}/input", input)
        .route("/v1/jobs/{id}/events", get(jobs::events))
        .route("/v1/jobs/{id}/result", get(jobs::result))
        .route("/v1/jobs/{id}/record", get(records::record))
        .route("/v1/receipts", get(records::receipts))
        .route("/v1/objects", upload)
        .route("/v1/objects/{root}", get(records::object))
        .route("/v1/usage", get(info::usage))
        .route("/v1/workers", get(info::workers))
        .route("/v1/network", network)
        .route("/healthz", get(info::healthz))
        .route("/readyz", get(info::readyz))
        .route("/metrics", get(info::metrics))
        .route("/openapi.json", get(openapi::document))
        .fallback(missing)
        .method_not_allowed_fallback(wrong_method)
        .layer(RequestBodyTimeoutLayer::new(read))
        .layer(from_fn(own_errors))
        .layer(from_fn_with_state(core.clone(), observe))
        .with_state(core)
}

async fn missing() -> ApiError {
    ApiError::not_found("There is no such page; /openapi.json lists all.")
}

async fn wrong_method() -> ApiError {
    let status = StatusCode::METHOD_NOT_ALLOWED;
    ApiError::new(
        status,
        "method_not_allowed",
        "This page has other methods; see /openapi.json.",
    )
}

/// Names every request, and counts it.
async fn observe(State(core): State<Arc<Core>>, request: Request, next: Next) -> Response {
    let given = request.headers().get(REQUEST_ID).cloned();
    let given = given.filter(|id| id.len() <= MAX_REQUEST_ID && id.to_str().is_ok());
    let name = given.or_else(|| {
        let bytes = id::random::<12>().ok()?;
        HeaderValue::from_str(&format!("req_{}", hex::encode(bytes))).ok()
    });
    let route = request.extensions().get::<MatchedPath>().cloned();
    let method = request.method().clone();
    let mut response = next.run(request).await;
    let route = route.as_ref().map_or("none", MatchedPath::as_str);
    let status = response.status();
    core.metrics.requests.inc([route, status.as_str()]);
    if let Some(Code(code)) = response.extensions().get::<Code>() {
        core.metrics.refused.inc([code]);
        tracing::debug!(%method, route, %status, code, "refused");
    }
    if let Some(name) = name {
        response.headers_mut().insert(REQUEST_ID, name);
    }
    response
}

/// What the framework refuses by itself gets the shape of all other errors.
async fn own_errors(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let status = response.status();
    let is_ours = response.extensions().get::<Code>().is_some();
    if is_ours || !(status.is_client_error() || status.is_server_error()) || is_page(&response) {
        return response;
    }
    let (parts, body) = response.into_parts();
    let text = axum::body::to_bytes(body, 4_096).await.unwrap_or_default();
    let text = String::from_utf8_lossy(&text).into_owned();
    let code = match parts.status {
        StatusCode::PAYLOAD_TOO_LARGE => "body_too_large",
        StatusCode::REQUEST_TIMEOUT => "too_slow",
        _ => "invalid_request",
    };
    ApiError::new(parts.status, code, text).into_response()
}

/// `/readyz` says no without being an error of the API.
fn is_page(response: &Response) -> bool {
    response.status() == StatusCode::SERVICE_UNAVAILABLE
}

/// Lets uploads in as long as they fit into memory together.
async fn memory(State(core): State<Arc<Core>>, request: Request, next: Next) -> Response {
    let length = request.headers().get(CONTENT_LENGTH);
    let length = length.and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    let Some(length) = length else {
        let text = "Say how long it is: Content-Length.";
        return ApiError::new(StatusCode::LENGTH_REQUIRED, "length_required", text).into_response();
    };
    if length > core.config.limits.object_bytes.saturating_add(64 * 1024) {
        let most = core.config.limits.object_bytes;
        let text = format!("{length} bytes: at most {most} are taken for one object.");
        let status = StatusCode::PAYLOAD_TOO_LARGE;
        return ApiError::new(status, "body_too_large", text).into_response();
    }
    let permits = u32::try_from(length).unwrap_or(u32::MAX);
    let permits = permits.min(core.config.limits.upload_memory_bytes);
    let Ok(_held) = core.upload_memory.try_acquire_many(permits) else {
        let status = StatusCode::SERVICE_UNAVAILABLE;
        let text = "Too much is being uploaded; send it again later.";
        return ApiError::later(status, "overloaded", text, 1).into_response();
    };
    next.run(request).await
}
