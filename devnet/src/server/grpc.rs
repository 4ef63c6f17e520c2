//! gRPC: every unary method goes to the dispatcher of queries as it came.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request as HttpRequest, State};
use axum::response::Response as HttpResponse;
use prost::bytes::{Buf, BufMut, Bytes};
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::server::{Grpc, UnaryService};
use tonic::{Code, Request, Response, Status};

use super::blocking;
use crate::node::Node;
use crate::query::{self, query};

/// The largest request: a contract and what wraps it.
const MAX_REQUEST: usize = 10 << 20;

pub(super) fn router(node: Arc<Node>) -> Router {
    Router::new().fallback(handle).with_state(node)
}

async fn handle(State(node): State<Arc<Node>>, request: HttpRequest) -> HttpResponse {
    let path = request.uri().path().to_owned();
    let mut grpc = Grpc::new(Raw).max_decoding_message_size(MAX_REQUEST);
    grpc.unary(Dispatch { node, path }, request)
        .await
        .map(Body::new)
}

struct Dispatch {
    node: Arc<Node>,
    path: String,
}

impl UnaryService<Bytes> for Dispatch {
    type Response = Bytes;
    type Future = std::pin::Pin<
        Box<dyn std::future::Future<Output = Result<Response<Bytes>, Status>> + Send>,
    >;

    fn call(&mut self, request: Request<Bytes>) -> Self::Future {
        let (node, path) = (Arc::clone(&self.node), self.path.clone());
        let height = node.latest().block.height;
        Box::pin(async move {
            let data = request.into_inner();
            let answer = blocking(move || query(&node, &path, &data)).await;
            let answer = answer.map_err(|error| Status::internal(error.to_string()))?;
            let bytes = answer.map_err(|error| Status::new(code(error.status), error.text))?;
            let mut response = Response::new(Bytes::from(bytes));
            if let Ok(height) = height.to_string().parse() {
                response
                    .metadata_mut()
                    .insert("x-cosmos-block-height", height);
            }
            Ok(response)
        })
    }
}

fn code(status: query::Status) -> Code {
    match status {
        query::Status::Unknown => Code::Unknown,
        query::Status::InvalidArgument => Code::InvalidArgument,
        query::Status::NotFound => Code::NotFound,
        query::Status::Unimplemented => Code::Unimplemented,
        query::Status::Internal => Code::Internal,
    }
}

/// Messages as the bytes that they are.
#[derive(Clone, Copy, Default)]
struct Raw;

impl Codec for Raw {
    type Encode = Bytes;
    type Decode = Bytes;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for Raw {
    type Item = Bytes;
    type Error = Status;

    fn encode(&mut self, item: Bytes, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        buffer.put(item);
        Ok(())
    }
}

impl Decoder for Raw {
    type Item = Bytes;
    type Error = Status;

    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<Bytes>, Status> {
        Ok(Some(buffer.copy_to_bytes(buffer.remaining())))
    }
}
