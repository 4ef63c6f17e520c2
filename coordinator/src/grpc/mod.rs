//! What workers come to: `schema/proto/ballast/worker/v1/worker.proto`.
#![allow(clippy::result_large_err, reason = "tonic's own status is that large")]

mod challenge;
mod result;
mod session;
mod transfer;

use std::pin::Pin;
use std::sync::Arc;

use tokio_stream::Stream;
use tonic::{Request, Response, Status, Streaming};
use worker_api::MAX_MESSAGE_BYTES;
use worker_api::v1::coordinator_server::{Coordinator, CoordinatorServer};
use worker_api::v1::{
    ChallengeRequest, ChallengeResponse, Chunk, DownloadRequest, FromWorker, ToWorker,
    UnfinishedRequest, UnfinishedResponse, UploadRequest, UploadResponse,
};

use crate::core::{Core, Session, lock};
use crate::id::SessionId;
use challenge::Challenges;

/// Nonces of an answer, at most.
const MAX_UNFINISHED: usize = 65_536;

type Answers<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

/// The service.
#[derive(Clone)]
pub(crate) struct Service {
    core: Arc<Core>,
    challenges: Arc<Challenges>,
}

impl Service {
    pub(crate) fn new(core: Arc<Core>) -> CoordinatorServer<Self> {
        let service = Self {
            core,
            challenges: Arc::default(),
        };
        CoordinatorServer::new(service)
            .max_decoding_message_size(MAX_MESSAGE_BYTES)
            .max_encoding_message_size(MAX_MESSAGE_BYTES)
    }

    /// The session of this name.
    fn session(&self, name: &[u8]) -> Result<Session, Status> {
        let found = SessionId::from_slice(name)
            .and_then(|session| lock(&self.core.sessions).get(&session).cloned());
        found.ok_or_else(|| {
            self.core.metrics.transfers_refused.inc(["no_session"]);
            Status::unauthenticated("[BL-CRD-040] no such session: open one, and use its name")
        })
    }
}

#[tonic::async_trait]
impl Coordinator for Service {
    async fn challenge(
        &self,
        request: Request<ChallengeRequest>,
    ) -> Result<Response<ChallengeResponse>, Status> {
        let worker = request.into_inner().worker;
        let challenge = self.challenges.make(&worker).map_err(|refused| {
            self.core.metrics.sessions_refused.inc([refused.name()]);
            Status::from(refused)
        })?;
        let (chain_id, market) = self.core.signatory.names();
        Ok(Response::new(ChallengeResponse {
            challenge: challenge.to_vec(),
            coordinator: self.core.chain.address().to_owned(),
            chain_id: chain_id.to_owned(),
            market: market.to_owned(),
        }))
    }

    type SessionStream = Answers<ToWorker>;

    async fn session(
        &self,
        request: Request<Streaming<FromWorker>>,
    ) -> Result<Response<Self::SessionStream>, Status> {
        session::open(self, request.into_inner()).await
    }

    type DownloadStream = Answers<Chunk>;

    async fn download(
        &self,
        request: Request<DownloadRequest>,
    ) -> Result<Response<Self::DownloadStream>, Status> {
        transfer::download(self, request.into_inner()).await
    }

    async fn upload(
        &self,
        request: Request<Streaming<UploadRequest>>,
    ) -> Result<Response<UploadResponse>, Status> {
        transfer::upload(self, request.into_inner())
            .await
            .map(Response::new)
    }

    async fn unfinished(
        &self,
        request: Request<UnfinishedRequest>,
    ) -> Result<Response<UnfinishedResponse>, Status> {
        let asked = request.into_inner();
        self.session(&asked.session)?;
        let limit = u32::try_from(MAX_UNFINISHED).unwrap_or(u32::MAX);
        let range = (asked.first, asked.last);
        let store = &self.core.store;
        let found = store.unfinished(asked.order, range, limit.saturating_add(1));
        let nonces = found
            .await
            .map_err(|error| Status::unavailable(error.to_string()))?;
        if nonces.len() > MAX_UNFINISHED {
            let text = "[BL-CRD-079] more than 65536 tasks are unfinished: ask for a shorter range";
            return Err(Status::resource_exhausted(text));
        }
        Ok(Response::new(UnfinishedResponse { nonces }))
    }
}
