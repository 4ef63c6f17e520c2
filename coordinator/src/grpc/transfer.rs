//! Objects between workers and the coordinator, chunk by chunk.

use std::time::Duration;

use compute_proofs::Hash;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Response, Status, Streaming};
use worker_api::MAX_CHUNK_BYTES;
use worker_api::v1::{
    Chunk, DownloadRequest, TensorRef, UploadRequest, UploadResponse, upload_request::Message,
};

use super::{Answers, Service, result};
use crate::core::{Core, lock, now};
use crate::id::LeaseId;
use crate::machine::board::NotYours;
use crate::objects::{Arrived, ObjectError};
use crate::program::spec_of;
use crate::store::JobState;

/// How long the next chunk is waited for.
const NEXT_WITHIN: Duration = Duration::from_secs(30);

/// Chunks that wait for the network.
const AHEAD: usize = 4;

pub(super) async fn upload(
    service: &Service,
    mut from: Streaming<UploadRequest>,
) -> Result<UploadResponse, Status> {
    let core = &service.core;
    let refuse = |reason: &'static str, status: Status| {
        core.metrics.transfers_refused.inc([reason]);
        status
    };
    let malformed = || {
        refuse(
            "malformed",
            Status::invalid_argument("[BL-CRD-060] header first, then chunks"),
        )
    };
    let Some(Message::Header(header)) = next(service, &mut from).await? else {
        return Err(malformed());
    };
    let session = service.session(&header.session)?;
    let lease = LeaseId::from_slice(&header.lease).ok_or_else(malformed)?;
    let (root, spec) = header
        .tensor
        .as_ref()
        .and_then(tensor)
        .ok_or_else(malformed)?;
    let program = {
        let board = lock(&core.board);
        board
            .leased_task(lease, &session.worker)
            .map(|task| (task.program, task.detail.reply_key.is_some()))
    };
    match program {
        Ok((program, is_private)) => {
            let known = lock(&core.programs).get(&program).cloned();
            let expected = known.and_then(|known| result::comes_as(&known, is_private));
            if expected != Some(spec) {
                let text = "[BL-CRD-061] the task's program does not give such a tensor";
                return Err(refuse("wrong_shape", Status::invalid_argument(text)));
            }
        }
        Err(NotYours::AnotherWorkers) => {
            let text = "[BL-CRD-051] the lease is another worker's";
            return Err(refuse("another_workers", Status::permission_denied(text)));
        }
        Err(NotYours::NoLease) => {
            // Handed in before, and the answer got lost: nothing is needed again.
            let row = core.store.job_of_lease(lease).await;
            let row = row.map_err(|error| Status::unavailable(error.to_string()))?;
            let is_done = row.is_some_and(|row| {
                row.state == JobState::Done
                    && row.sealed_root.or(row.output_root) == Some(root)
                    && row
                        .lease
                        .is_some_and(|(_, whose, _, _)| *whose == *session.worker)
            });
            if is_done {
                return Ok(UploadResponse { bytes: 0 });
            }
            let text = "[BL-CRD-050] there is no such lease any more";
            return Err(refuse("no_lease", Status::failed_precondition(text)));
        }
    }
    let failed = |error: ObjectError| {
        let reason = match &error {
            ObjectError::TooLarge { .. } => "too_large",
            ObjectError::WrongRoot { .. } => "wrong_root",
            ObjectError::Length { .. } => "wrong_length",
            _ => "disk",
        };
        let text = error.to_string();
        let status = match error {
            ObjectError::Disk(_) | ObjectError::Random(_) => Status::unavailable(text),
            ObjectError::TooLarge { .. } => Status::resource_exhausted(text),
            _ => Status::invalid_argument(text),
        };
        refuse(reason, status)
    };
    let mut incoming = core
        .objects
        .receive(spec, Some(root))
        .await
        .map_err(failed)?;
    while let Some(message) = next(service, &mut from).await? {
        let Message::Chunk(chunk) = message else {
            return Err(malformed());
        };
        if chunk.bytes.len() > MAX_CHUNK_BYTES || chunk.bytes.is_empty() {
            let text = "[BL-CRD-062] a chunk has 1 to 262144 bytes";
            return Err(refuse("bad_chunk", Status::invalid_argument(text)));
        }
        if chunk.offset != incoming.len() || chunk.total != spec.bytes() {
            return Err(failed(ObjectError::Length {
                expected: incoming.len(),
                actual: chunk.offset,
            }));
        }
        incoming.write(&chunk.bytes).await.map_err(failed)?;
    }
    let bytes = incoming.len();
    let arrived: Arrived = incoming.finish().await.map_err(failed)?;
    if arrived.bytes.is_none() {
        // Its file is forgotten in time, whatever becomes of the result.
        let kept = core.store.put_object(root, spec, None, now()).await;
        kept.map_err(|error| Status::unavailable(error.to_string()))?;
    }
    let board = lock(&core.board);
    if board.leased_task(lease, &session.worker).is_err() {
        let text = "[BL-CRD-050] the lease has ended meanwhile";
        return Err(refuse("no_lease", Status::failed_precondition(text)));
    }
    lock(&core.uploaded).insert(lease, arrived);
    drop(board);
    Ok(UploadResponse { bytes })
}

/// Whether the object is the sealed input of a lease of this worker's.
fn is_sealed_for(core: &Core, worker: &str, root: &Hash) -> bool {
    let leases: Vec<LeaseId> = {
        let private = lock(&core.private);
        let of_root = private
            .iter()
            .filter(|(_, lease)| lease.input.is_some_and(|(found, _)| found == *root));
        of_root.map(|(lease, _)| *lease).collect()
    };
    let board = lock(&core.board);
    leases
        .iter()
        .any(|lease| board.leased_task(*lease, worker).is_ok())
}

async fn next(
    service: &Service,
    from: &mut Streaming<UploadRequest>,
) -> Result<Option<Message>, Status> {
    let next = tokio::time::timeout(NEXT_WITHIN, from.message()).await;
    let next = next.map_err(|_| {
        service.core.metrics.transfers_refused.inc(["too_slow"]);
        Status::deadline_exceeded("[BL-CRD-063] no chunk came in 30 s")
    })?;
    Ok(next?.and_then(|request| request.message))
}

fn tensor(tensor: &TensorRef) -> Option<(Hash, compute_proofs::tensor::TensorSpec)> {
    let root = tensor.root.as_slice().try_into().ok()?;
    let spec = spec_of(&tensor.dtype, tensor.rows, tensor.cols)?;
    Some((Hash(root), spec))
}

pub(super) async fn download(
    service: &Service,
    request: DownloadRequest,
) -> Result<Response<Answers<Chunk>>, Status> {
    let core = &service.core;
    let session = service.session(&request.session)?;
    let refuse = |reason: &'static str, status: Status| {
        core.metrics.transfers_refused.inc([reason]);
        status
    };
    let root = request.root.as_slice().try_into().map(Hash);
    let root = root.map_err(|_| {
        let text = "[BL-CRD-064] a root has 32 bytes";
        refuse("malformed", Status::invalid_argument(text))
    })?;
    if !lock(&core.board).may_download(&session.worker, &root)
        && !is_sealed_for(core, &session.worker, &root)
    {
        let text = "[BL-CRD-065] no task that this worker has names the object";
        return Err(refuse("not_offered", Status::permission_denied(text)));
    }
    let found = core.store.object(root).await;
    let found = found.map_err(|error| Status::unavailable(error.to_string()))?;
    let found = found.ok_or_else(|| {
        let text = "[BL-CRD-066] the object is gone";
        refuse("gone", Status::not_found(text))
    })?;
    let total = found.spec.bytes();
    let (to, chunks) = mpsc::channel(AHEAD);
    match found.bytes {
        Some(bytes) => {
            tokio::spawn(send(std::io::Cursor::new(bytes), total, to));
        }
        None => {
            let file = core.objects.read(&root).await;
            let file = file.map_err(|error| Status::unavailable(error.to_string()))?;
            tokio::spawn(send(file, total, to));
        }
    }
    Ok(Response::new(Box::pin(ReceiverStream::new(chunks))))
}

async fn send(
    mut from: impl AsyncRead + Unpin,
    total: u64,
    to: mpsc::Sender<Result<Chunk, Status>>,
) {
    let mut offset = 0u64;
    while offset < total {
        let mut bytes = vec![0; MAX_CHUNK_BYTES];
        let chunk = match from.read(&mut bytes).await {
            Ok(0) => Err(Status::data_loss(
                "[BL-CRD-067] the object's file is too short",
            )),
            Ok(count) => {
                bytes.truncate(count);
                let at = offset;
                offset = offset.saturating_add(u64::try_from(count).unwrap_or(u64::MAX));
                Ok(Chunk {
                    offset: at,
                    bytes,
                    total,
                })
            }
            Err(error) => Err(Status::unavailable(error.to_string())),
        };
        let is_last = chunk.is_err();
        // A worker that has hung up needs no more.
        if to.send(chunk).await.is_err() || is_last {
            return;
        }
    }
}
