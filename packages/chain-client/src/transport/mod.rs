//! How requests get to a node.

mod failover;
mod grpc;

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;

pub use failover::Failover;
pub use grpc::Grpc;
pub use tls_client::Trust;

/// Why a request was not answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The node may or may not have got it: no connection, no answer in time, half an
    /// answer.
    Lost(String),
    /// The node refused it.
    Status {
        /// gRPC's status.
        code: i32,
        /// The node's words.
        text: String,
    },
    /// Endpoints of another chain.
    WrongChain {
        /// The endpoint.
        endpoint: String,
        /// Its chain.
        got: String,
    },
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lost(reason) => f.write_str(reason),
            Self::Status { code, text } => write!(f, "{text} (gRPC status {code})"),
            Self::WrongChain { endpoint, got } => write!(f, "{endpoint} is of the chain {got:?}"),
        }
    }
}

/// Carries one request to the gRPC method at `path` and brings the answer.
#[async_trait]
pub trait Transport: Send + Sync + 'static {
    /// Asks.
    ///
    /// # Errors
    /// When it was not answered.
    async fn ask(&self, path: &str, request: Vec<u8>) -> Result<Vec<u8>, Failure>;
}

#[async_trait]
impl<T: Transport + ?Sized> Transport for Arc<T> {
    async fn ask(&self, path: &str, request: Vec<u8>) -> Result<Vec<u8>, Failure> {
        self.as_ref().ask(path, request).await
    }
}
