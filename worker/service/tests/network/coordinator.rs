//! A coordinator that does what the test says.

use std::collections::{BTreeSet, HashMap};
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use compute_proofs::crypto::{Crypto, Host};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio_stream::wrappers::{ReceiverStream, TcpListenerStream};
use tokio_stream::{Stream, StreamExt};
use tonic::{Request, Response, Status, Streaming};
use worker_api::v1::coordinator_server::{Coordinator, CoordinatorServer};
use worker_api::v1::{
    ChallengeRequest, ChallengeResponse, Chunk, DownloadRequest, FromWorker, Opened, ToWorker,
    UnfinishedRequest, UnfinishedResponse, UploadRequest, UploadResponse, from_worker, to_worker,
    upload_request::Message,
};
use worker_api::{NetworkInfo, session_message};

const CHALLENGE: &[u8] = b"a challenge";
const SESSION: &[u8] = b"a session";

pub struct Inner {
    pub chain_id: String,
    pub market: String,
    pub address: String,
    pub worker_key: [u8; 32],
    /// By root.
    pub objects: Mutex<HashMap<Vec<u8>, Vec<u8>>>,
    /// Tasks that it says are open, of whatever order.
    pub unfinished: Mutex<BTreeSet<u64>>,
    /// By lease.
    pub uploads: Mutex<HashMap<Vec<u8>, Vec<u8>>>,
    to: Mutex<Option<mpsc::Sender<Result<ToWorker, Status>>>>,
    heard: mpsc::UnboundedSender<from_worker::Message>,
}

#[derive(Clone)]
pub struct Scripted(pub Arc<Inner>);

/// What it hears.
pub type Heard = mpsc::UnboundedReceiver<from_worker::Message>;

impl Scripted {
    /// Serves; where its HTTP is.
    pub async fn serve(
        chain_id: &str,
        market: &str,
        address: &str,
        worker_key: [u8; 32],
        listener: TcpListener,
    ) -> (Self, Heard) {
        let (heard, hear) = mpsc::unbounded_channel();
        let coordinator = Self(Arc::new(Inner {
            chain_id: chain_id.to_owned(),
            market: market.to_owned(),
            address: address.to_owned(),
            worker_key,
            objects: Mutex::default(),
            unfinished: Mutex::default(),
            uploads: Mutex::default(),
            to: Mutex::default(),
            heard,
        }));
        let grpc = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let info = NetworkInfo {
            chain_id: chain_id.to_owned(),
            market: market.to_owned(),
            coordinator: address.to_owned(),
            workers: format!("http://{}", grpc.local_addr().unwrap()),
        };
        let server = tonic::transport::Server::builder()
            .add_service(CoordinatorServer::new(coordinator.clone()))
            .serve_with_incoming(TcpListenerStream::new(grpc));
        tokio::spawn(server);
        let answer = move || async move { axum::Json(info) };
        let http = axum::Router::new().route("/v1/network", axum::routing::get(answer));
        tokio::spawn(axum::serve(listener, http).into_future());
        (coordinator, hear)
    }

    pub async fn say(&self, message: to_worker::Message) {
        let sender = self.0.to.lock().unwrap().clone().expect("a session");
        let message = ToWorker {
            message: Some(message),
        };
        sender.send(Ok(message)).await.expect("an open session");
    }

    /// Ends the session, as a crash would.
    pub fn hang_up(&self) {
        self.0.to.lock().unwrap().take();
    }
}

type Answers<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

#[tonic::async_trait]
impl Coordinator for Scripted {
    async fn challenge(
        &self,
        _: Request<ChallengeRequest>,
    ) -> Result<Response<ChallengeResponse>, Status> {
        Ok(Response::new(ChallengeResponse {
            challenge: CHALLENGE.to_vec(),
            coordinator: self.0.address.clone(),
            chain_id: self.0.chain_id.clone(),
            market: self.0.market.clone(),
        }))
    }

    type SessionStream = Answers<ToWorker>;

    async fn session(
        &self,
        request: Request<Streaming<FromWorker>>,
    ) -> Result<Response<Self::SessionStream>, Status> {
        let mut from = request.into_inner();
        let first = from.message().await?.and_then(|message| message.message);
        let Some(from_worker::Message::Open(open)) = first else {
            return Err(Status::invalid_argument("no Open"));
        };
        let inner = &self.0;
        let message = session_message(
            &inner.chain_id,
            &inner.market,
            &inner.address,
            &open.worker,
            CHALLENGE,
        );
        let signature = open.signature.as_slice().try_into().unwrap();
        if !Host
            .ed25519_verify(&message, &signature, &inner.worker_key)
            .unwrap()
        {
            return Err(Status::unauthenticated("a wrong signature"));
        }
        let (to, receiver) = mpsc::channel(64);
        let opened = to_worker::Message::Opened(Opened {
            session: SESSION.to_vec(),
            heartbeat_seconds: 1,
        });
        let opened = ToWorker {
            message: Some(opened),
        };
        to.send(Ok(opened)).await.unwrap();
        *inner.to.lock().unwrap() = Some(to);
        let heard = inner.heard.clone();
        let inner = self.0.clone();
        heard.send(from_worker::Message::Open(open)).unwrap();
        tokio::spawn(async move {
            while let Ok(Some(message)) = from.message().await {
                if let Some(message) = message.message {
                    // A small output comes with its receipt.
                    if let from_worker::Message::Result(result) = &message
                        && !result.bytes.is_empty()
                    {
                        let (lease, bytes) = (result.lease.clone(), result.bytes.clone());
                        inner.uploads.lock().unwrap().insert(lease, bytes);
                    }
                    // The test may be over.
                    let _ = heard.send(message);
                }
            }
        });
        Ok(Response::new(Box::pin(ReceiverStream::new(receiver))))
    }

    type DownloadStream = Answers<Chunk>;

    async fn download(
        &self,
        request: Request<DownloadRequest>,
    ) -> Result<Response<Self::DownloadStream>, Status> {
        let request = request.into_inner();
        assert_eq!(request.session, SESSION);
        let object = self.0.objects.lock().unwrap().get(&request.root).cloned();
        let Some(object) = object else {
            return Err(Status::not_found("no such object"));
        };
        let total = u64::try_from(object.len()).unwrap();
        // Small chunks, so that there are several.
        let chunks: Vec<Vec<u8>> = object.chunks(7).map(<[u8]>::to_vec).collect();
        let mut offset = 0;
        let chunks = chunks.into_iter().map(move |bytes| {
            let chunk = Chunk {
                offset,
                bytes,
                total,
            };
            offset += u64::try_from(chunk.bytes.len()).unwrap();
            chunk
        });
        let chunks: Vec<Chunk> = chunks.collect();
        Ok(Response::new(Box::pin(tokio_stream::iter(
            chunks.into_iter().map(Ok),
        ))))
    }

    async fn upload(
        &self,
        request: Request<Streaming<UploadRequest>>,
    ) -> Result<Response<UploadResponse>, Status> {
        let mut requests = request.into_inner();
        let (mut lease, mut bytes) = (Vec::new(), Vec::new());
        while let Some(request) = requests.next().await {
            match request?.message {
                Some(Message::Header(header)) => {
                    assert_eq!(header.session, SESSION);
                    lease = header.lease;
                }
                Some(Message::Chunk(chunk)) => bytes.extend(chunk.bytes),
                None => {}
            }
        }
        let length = u64::try_from(bytes.len()).unwrap();
        self.0.uploads.lock().unwrap().insert(lease, bytes);
        Ok(Response::new(UploadResponse { bytes: length }))
    }

    async fn unfinished(
        &self,
        request: Request<UnfinishedRequest>,
    ) -> Result<Response<UnfinishedResponse>, Status> {
        let asked = request.into_inner();
        assert_eq!(asked.session, SESSION);
        let open = self.0.unfinished.lock().unwrap();
        let nonces = open.range(asked.first..=asked.last).copied().collect();
        Ok(Response::new(UnfinishedResponse { nonces }))
    }
}
