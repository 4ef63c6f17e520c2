//! Moving objects: verified chunks, in order, never more than was named.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::transport::Channel;
use worker_api::{
    MAX_CHUNK_BYTES,
    v1::{
        Chunk, DownloadRequest, UploadHeader, UploadRequest, coordinator_client::CoordinatorClient,
        upload_request::Message,
    },
};

use super::offer::tensor_ref;

/// Between two chunks, at most.
const CHUNK_WITHIN: Duration = Duration::from_secs(30);

/// What an object failed by, for people.
pub(super) type Failed = String;

/// Downloads the object of this name, of exactly so many bytes. Whether they are what
/// the name says is for the caller: it knows what the name commits to.
pub(super) async fn download(
    client: &mut CoordinatorClient<Channel>,
    session: &[u8],
    root: &[u8],
    bytes: u64,
) -> Result<Vec<u8>, Failed> {
    fetch(client, session, root, |_| Ok(bytes)).await
}

/// Downloads an object of at most so many bytes, where its name does not say how many.
pub(super) async fn download_up_to(
    client: &mut CoordinatorClient<Channel>,
    session: &[u8],
    root: &[u8],
    most: u64,
) -> Result<Vec<u8>, Failed> {
    fetch(client, session, root, |total| match total {
        total if total <= most => Ok(total),
        _ => Err(format!("it has {total} bytes, {most} at most are taken")),
    })
    .await
}

/// Downloads an object. `expected` says, by what the first chunk claims, how many bytes
/// it must have.
async fn fetch(
    client: &mut CoordinatorClient<Channel>,
    session: &[u8],
    root: &[u8],
    expected: impl Fn(u64) -> Result<u64, Failed>,
) -> Result<Vec<u8>, Failed> {
    let request = DownloadRequest {
        session: session.to_vec(),
        root: root.to_vec(),
    };
    let answer = client.download(request).await;
    let mut chunks = answer
        .map_err(|status| status.message().to_owned())?
        .into_inner();
    let (mut object, mut bytes) = (Vec::new(), None);
    loop {
        let next = tokio::time::timeout(CHUNK_WITHIN, chunks.message()).await;
        let next = next.map_err(|_| "no chunk came in time".to_owned())?;
        let Some(chunk) = next.map_err(|status| status.message().to_owned())? else {
            break;
        };
        let bytes = match bytes {
            Some(bytes) => bytes,
            None => *bytes.insert(expected(chunk.total)?),
        };
        take(&mut object, &chunk, bytes)?;
    }
    let bytes = bytes.unwrap_or_default();
    match u64::try_from(object.len()) {
        Ok(length) if length == bytes && bytes > 0 => Ok(object),
        _ => Err(format!(
            "{} bytes came, {bytes} were expected",
            object.len()
        )),
    }
}

/// Adds a chunk. Nothing is kept beyond what was expected.
fn take(object: &mut Vec<u8>, chunk: &Chunk, bytes: u64) -> Result<(), Failed> {
    let have = u64::try_from(object.len()).unwrap_or(u64::MAX);
    let adds = u64::try_from(chunk.bytes.len()).unwrap_or(u64::MAX);
    if chunk.total != bytes || chunk.offset != have || adds == 0 {
        return Err(format!(
            "a chunk of {adds} bytes at {} of {} came; {have} of {bytes} were there",
            chunk.offset, chunk.total
        ));
    }
    if have.saturating_add(adds) > bytes {
        return Err(format!("more than {bytes} bytes came"));
    }
    object.extend_from_slice(&chunk.bytes);
    Ok(())
}

/// Uploads a task's output.
pub(super) async fn upload(
    client: &mut CoordinatorClient<Channel>,
    session: &[u8],
    lease: &[u8],
    (root, spec): (compute_proofs::Hash, compute_proofs::tensor::TensorSpec),
    bytes: Vec<u8>,
) -> Result<(), tonic::Status> {
    let (sender, receiver) = mpsc::channel(4);
    let header = UploadHeader {
        session: session.to_vec(),
        lease: lease.to_vec(),
        tensor: Some(tensor_ref(root, spec)),
    };
    let total = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    tokio::spawn(async move {
        let first = UploadRequest {
            message: Some(Message::Header(header)),
        };
        if sender.send(first).await.is_err() {
            return;
        }
        let mut offset = 0u64;
        for chunk in bytes.chunks(MAX_CHUNK_BYTES) {
            let message = Message::Chunk(Chunk {
                offset,
                bytes: chunk.to_vec(),
                total,
            });
            offset = offset.saturating_add(u64::try_from(chunk.len()).unwrap_or(0));
            let request = UploadRequest {
                message: Some(message),
            };
            // The other side has ended it; its status says why.
            if sender.send(request).await.is_err() {
                return;
            }
        }
    });
    let answer = client.upload(ReceiverStream::new(receiver)).await;
    answer.map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_come_in_order_and_end_where_they_should() {
        let chunk = |offset, bytes: &[u8], total| Chunk {
            offset,
            bytes: bytes.to_vec(),
            total,
        };
        let mut object = Vec::new();
        take(&mut object, &chunk(0, &[1, 2], 3), 3).unwrap();
        for wrong in [
            chunk(0, &[3], 3),
            chunk(3, &[3], 3),
            chunk(2, &[3], 4),
            chunk(2, &[], 3),
            chunk(2, &[3, 4], 3),
        ] {
            assert!(take(&mut object, &wrong, 3).is_err(), "{wrong:?}");
        }
        take(&mut object, &chunk(2, &[3], 3), 3).unwrap();
        assert_eq!(object, [1, 2, 3]);
    }
}
