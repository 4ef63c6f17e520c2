//! Tensors on their way out, as `.npy` files.

use axum::body::Body;
use axum::http::StatusCode;
use compute_proofs::Hash;
use compute_proofs::tensor::TensorSpec;
use tokio::io::AsyncReadExt;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use worker::{npy, task::Tensor};

use super::error::ApiError;
use crate::core::Core;

/// Bytes that are read at a time.
const PIECE: usize = 64 * 1024;

/// The tensor of this root, read as it is sent.
pub(super) async fn body(core: &Core, root: Hash) -> Result<Body, ApiError> {
    let gone = || {
        let text = format!("Object {root} is not here, or not kept any more.");
        ApiError::new(StatusCode::GONE, "object_gone", text)
    };
    let found = core.store.object(root).await?.ok_or_else(gone)?;
    if let Some(bytes) = found.bytes {
        return Ok(Body::from(file(&found.spec, bytes)?));
    }
    let mut file = core.objects.read(&root).await.map_err(|_| gone())?;
    let mut piece = head(&found.spec)?;
    let (to, from) = mpsc::channel::<std::io::Result<Vec<u8>>>(4);
    tokio::spawn(async move {
        loop {
            if to.send(Ok(piece)).await.is_err() {
                return;
            }
            piece = vec![0; PIECE];
            match file.read(&mut piece).await {
                Ok(0) => return,
                Ok(count) => piece.truncate(count),
                Err(error) => {
                    // Whoever reads has gone, or hears it now.
                    let _ = to.send(Err(error)).await;
                    return;
                }
            }
        }
    });
    Ok(Body::from_stream(ReceiverStream::new(from)))
}

fn damaged(error: impl std::fmt::Display) -> ApiError {
    let status = StatusCode::INTERNAL_SERVER_ERROR;
    ApiError::new(status, "damaged", error.to_string())
}

/// A whole `.npy` file.
fn file(spec: &TensorSpec, bytes: Vec<u8>) -> Result<Vec<u8>, ApiError> {
    let tensor = Tensor::new(*spec, bytes).map_err(damaged)?;
    let mut file = Vec::new();
    npy::write(&mut file, &tensor).map_err(damaged)?;
    Ok(file)
}

/// What stands before the elements.
fn head(spec: &TensorSpec) -> Result<Vec<u8>, ApiError> {
    let mut head = Vec::new();
    npy::write_head(&mut head, *spec).map_err(damaged)?;
    Ok(head)
}
