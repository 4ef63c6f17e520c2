//! gRPC over one connection, which is made when it is needed.

use std::time::Duration;

use async_trait::async_trait;
use prost::bytes::{Buf, BufMut, Bytes};
use tls_client::{Trust, explain};
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::transport::Channel;
use tonic::{Code, Request, Status};

use super::{Failure, Transport};
use crate::Error;

/// How long a connection may take to come about.
const CONNECT: Duration = Duration::from_secs(5);

/// How long an answer may take.
const ANSWER: Duration = Duration::from_secs(15);

/// The largest answer: a page of anything, or a contract.
const MAX_ANSWER: usize = 16 << 20;

/// One gRPC endpoint.
#[derive(Clone, Debug)]
pub struct Grpc {
    channel: Channel,
}

/// Where whom to trust is named.
const TRUST: &str = "--node-trust FILE";

impl Grpc {
    /// The endpoint at `url`, as in `http://127.0.0.1:9090` or `https://grpc.example.org`,
    /// trusted by the system's certificates.
    ///
    /// # Errors
    /// When it is no URL.
    pub fn new(url: &str) -> Result<Self, Error> {
        Self::trusting(url, &Trust::System)
    }

    /// The same, and by whose certificates one of https is trusted.
    ///
    /// # Errors
    /// When it is no URL, or TLS cannot be set up.
    pub fn trusting(url: &str, trust: &Trust) -> Result<Self, Error> {
        let endpoint = trust
            .endpoint(url)
            .map_err(|error| Error::Invalid(error.to_string()))?;
        let endpoint = endpoint.connect_timeout(CONNECT).timeout(ANSWER);
        Ok(Self {
            channel: endpoint.connect_lazy(),
        })
    }
}

#[async_trait]
impl Transport for Grpc {
    async fn ask(&self, path: &str, request: Vec<u8>) -> Result<Vec<u8>, Failure> {
        let path = path.parse().map_err(|_| Failure::Status {
            code: Code::InvalidArgument as i32,
            text: format!("{path:?} is no path"),
        })?;
        let mut client = tonic::client::Grpc::new(self.channel.clone());
        client = client.max_decoding_message_size(MAX_ANSWER);
        let ready = client.ready().await;
        ready
            .map_err(|error| Failure::Lost(format!("no connection: {}", explain(&error, TRUST))))?;
        let asked = client
            .unary(Request::new(Bytes::from(request)), path, Raw)
            .await;
        match asked {
            Ok(answer) => Ok(answer.into_inner().to_vec()),
            Err(status) => Err(failure(&status)),
        }
    }
}

/// What went wrong on the way has a source or one of these codes; what a node said on
/// purpose has not.
fn failure(status: &Status) -> Failure {
    let on_the_way = matches!(
        status.code(),
        Code::Unavailable | Code::DeadlineExceeded | Code::Cancelled | Code::ResourceExhausted
    );
    let broken = std::error::Error::source(status).is_some();
    let half = status.code() == Code::Internal && status.message().contains("protocol error");
    if on_the_way || broken || half {
        return Failure::Lost(explain(status, TRUST));
    }
    Failure::Status {
        code: status.code() as i32,
        text: status.message().to_owned(),
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
