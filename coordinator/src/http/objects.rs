//! `POST /v1/objects`: a `.npy` file becomes a tensor that jobs name by its root.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use compute_api::market::Privacy;
use compute_proofs::Hash;
use compute_proofs::tensor::TensorSpec;
use exact_kernels::{DType, Shape, transpose};
use serde::Deserialize;
use serde_json::{Value, json};
use worker::npy;

use super::auth;
use super::error::ApiError;
use crate::core::{Core, now};

/// How an upload is taken.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct How {
    /// Keep the transposed matrix: B is read as N×K.
    #[serde(default)]
    transpose: bool,
}

pub(crate) async fn upload(
    State(core): State<Arc<Core>>,
    Query(how): Query<How>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    let key = auth::need_key(&core, &headers).await?;
    auth::limit(&core, key.order)?;
    let order = core.order(key.order).await?;
    if order.is_some_and(|order| order.privacy == Privacy::Private) {
        let text = "The order is private, and an object would be kept here in the open: seal it \
                    to the worker instead, as in docs/privacy.md.";
        return Err(ApiError::conflict("private_order", text));
    }
    let (root, spec) = keep(&core, "object", body.into(), how.transpose).await?;
    let answer = json!({
        "object": root.to_hex(),
        "dtype": worker_api::dtype::name(spec.dtype),
        "rows": spec.shape.rows(),
        "cols": spec.shape.cols(),
        "bytes": spec.bytes(),
    });
    Ok((StatusCode::CREATED, Json(answer)))
}

/// Reads a `.npy` file and keeps its tensor.
pub(crate) async fn keep(
    core: &Core,
    name: &'static str,
    file: Vec<u8>,
    transposed: bool,
) -> Result<(Hash, TensorSpec), ApiError> {
    let read = tokio::task::spawn_blocking(move || {
        let total = u64::try_from(file.len()).unwrap_or(u64::MAX);
        let tensor = npy::read_from(&mut file.as_slice(), total).map_err(|e| e.to_string())?;
        let spec = tensor.spec();
        if transposed {
            let bytes = transpose_bytes(spec, tensor.bytes())?;
            let shape = spec.shape.transposed();
            Ok((TensorSpec { shape, ..spec }, bytes))
        } else {
            Ok((spec, tensor.into_bytes()))
        }
    });
    let read = read.await.map_err(|error| error.to_string());
    let (spec, bytes) = read
        .and_then(|read| read)
        .map_err(|error: String| ApiError::bad(name, format!("Not a matrix: {error}.")))?;
    let mut incoming = core.objects.receive(spec, None).await?;
    incoming.write(&bytes).await?;
    let arrived = incoming.finish().await?;
    core.store
        .put_object(arrived.root, spec, arrived.bytes, now())
        .await?;
    Ok((arrived.root, spec))
}

fn transpose_bytes(spec: TensorSpec, bytes: &[u8]) -> Result<Vec<u8>, String> {
    match spec.dtype {
        DType::I8 | DType::U8 => transpose_elements(spec.shape, bytes),
        DType::I32 => {
            let elements: Vec<[u8; 4]> = bytes.as_chunks::<4>().0.to_vec();
            transpose_elements(spec.shape, &elements).map(|all| all.concat())
        }
    }
}

fn transpose_elements<T: Copy + Default>(shape: Shape, from: &[T]) -> Result<Vec<T>, String> {
    let mut to = vec![T::default(); from.len()];
    transpose::run(shape, from, &mut to).map_err(|error| error.to_string())?;
    Ok(to)
}

/// A root as it is written in requests.
pub(crate) fn root(param: &'static str, text: &str) -> Result<Hash, ApiError> {
    let mut root = [0; 32];
    hex::decode_to_slice(text, &mut root)
        .map_err(|_| ApiError::bad(param, "A root has 64 hexadecimal digits."))?;
    Ok(Hash(root))
}
