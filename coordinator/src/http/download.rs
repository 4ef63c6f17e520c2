//! Tensors on their way out, as `.npy` files.

use axum::body::Body;
use axum::http::StatusCode;
use compute_proofs::Hash;
use compute_proofs::tensor::TensorSpec;
use tokio::io::AsyncReadExt;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use worker::npy;

use super::error::ApiError;
use crate::core::Core;

/// Bytes that are read at a time.
const PIECE: usize = 64 * 1024;

/// The tensor of this root as a `.npy` file, read as it is sent.
pub(super) async fn body(core: &Core, root: Hash) -> Result<Body, ApiError> {
    read(core, root, head).await
}

/// The bytes of the tensor of this root: what was sealed is no matrix to anyone here.
pub(super) async fn bytes(core: &Core, root: Hash) -> Result<Body, ApiError> {
    read(core, root, |_| Ok(Vec::new())).await
}

/// The tensor of this root, behind what `head` makes of its type and shape.
async fn read(
    core: &Core,
    root: Hash,
    head: impl Fn(&TensorSpec) -> Result<Vec<u8>, ApiError>,
) -> Result<Body, ApiError> {
    let gone = || {
        let text = format!("Object {root} is not here, or not kept any more.");
        ApiError::new(StatusCode::GONE, "object_gone", text)
    };
    let found = core.store.object(root).await?.ok_or_else(gone)?;
    if let Some(bytes) = found.bytes {
        return Ok(Body::from([head(&found.spec)?, bytes].concat()));
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

/// What stands before the elements.
fn head(spec: &TensorSpec) -> Result<Vec<u8>, ApiError> {
    let mut head = Vec::new();
    npy::write_head(&mut head, *spec).map_err(damaged)?;
    Ok(head)
}
