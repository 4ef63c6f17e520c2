//! Who asks: whoever has an API key, which spends one order.

use axum::http::{HeaderMap, StatusCode, header::AUTHORIZATION};

use super::error::ApiError;
use crate::core::{Core, lock, now_ms};
use crate::machine::bucket::Bucket;
use crate::store::{ApiKey, KeyRow};

/// Milliseconds that a key is believed: a revoked one works no longer than that.
const BELIEVED_MS: u64 = 3_000;

/// Keys that are remembered, at most.
const MAX_CACHED: usize = 10_000;

/// Orders with a bucket of requests, at most.
const MAX_BUCKETS: usize = 100_000;

/// The API key that a request comes with, if it has one.
pub(crate) async fn key(core: &Core, headers: &HeaderMap) -> Result<Option<KeyRow>, ApiError> {
    let Some(header) = headers.get(AUTHORIZATION) else {
        return Ok(None);
    };
    let text = header.to_str().unwrap_or_default();
    let key = text.strip_prefix("Bearer ").map(str::trim);
    let hash = key.and_then(ApiKey::parse).map(|key| key.hash());
    let unknown = || {
        ApiError::unauthorized(
            "This API key is not known or was revoked; `ballast coordinator keys add` makes one.",
        )
    };
    let hash = hash.ok_or_else(unknown)?;
    let now = now_ms();
    let cached = lock(&core.api_keys).get(&hash).cloned();
    let row = match cached {
        Some((at, row)) if now.saturating_sub(at) < BELIEVED_MS => row,
        _ => {
            let row = core.store.key(hash).await?;
            let mut cached = lock(&core.api_keys);
            if cached.len() >= MAX_CACHED {
                cached.clear();
            }
            cached.insert(hash, (now, row.clone()));
            row
        }
    };
    match row {
        Some(row) if row.revoked.is_none() => Ok(Some(row)),
        _ => Err(unknown()),
    }
}

/// The API key that a request must come with.
pub(crate) async fn need_key(core: &Core, headers: &HeaderMap) -> Result<KeyRow, ApiError> {
    let key = key(core, headers).await?;
    key.ok_or_else(|| ApiError::unauthorized("Give an API key: `Authorization: Bearer blst_…`."))
}

/// Counts a request against its order's rate.
pub(crate) fn limit(core: &Core, order: u64) -> Result<(), ApiError> {
    let (rate, now) = (core.config.rate(), now_ms());
    let mut buckets = lock(&core.buckets);
    if buckets.len() >= MAX_BUCKETS {
        buckets.retain(|_, bucket| !bucket.is_full(rate, now));
    }
    let bucket = buckets
        .entry(order)
        .or_insert_with(|| Bucket::new(rate, now));
    bucket.take(rate, now).map_err(|wait_ms| {
        ApiError::later(
            StatusCode::TOO_MANY_REQUESTS,
            "rate_limit_exceeded",
            format!(
                "More than {} requests a second for order {order}; wait {wait_ms} ms.",
                rate.per_second
            ),
            wait_ms.div_ceil(1_000).max(1),
        )
    })
}
