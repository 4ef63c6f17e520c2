//! Several endpoints of one chain: the next one is asked where one does not answer.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use cosmrs::proto::cosmos::base::tendermint::v1beta1::{GetNodeInfoRequest, GetNodeInfoResponse};
use prost::Message;
use tls_client::Trust;

use super::{Failure, Grpc, Transport};
use crate::Error;

const NODE_INFO: &str = "/cosmos.base.tendermint.v1beta1.Service/GetNodeInfo";

/// What is not asked of a second endpoint when the first may have got it: the second
/// would refuse what it has heard from the first, and look as if nobody had taken it.
const BROADCAST: &str = "/cosmos.tx.v1beta1.Service/BroadcastTx";

struct Endpoint {
    name: String,
    node: Arc<dyn Transport>,
    /// Whether it has named the right chain.
    known: AtomicBool,
}

/// Endpoints in order of preference. Each must name the chain before it is asked
/// anything else. The one that answered last is asked first.
pub struct Failover {
    chain_id: String,
    endpoints: Vec<Endpoint>,
    first: AtomicUsize,
    patience: Duration,
}

impl Failover {
    /// gRPC endpoints, those of https trusted by the system's certificates.
    ///
    /// # Errors
    /// When there is none or one is no URL.
    pub fn grpc(chain_id: &str, urls: &[impl AsRef<str>]) -> Result<Self, Error> {
        Self::grpc_trusting(chain_id, urls, &Trust::System)
    }

    /// The same, and by whose certificates those of https are trusted.
    ///
    /// # Errors
    /// When there is none, one is no URL, or TLS cannot be set up.
    pub fn grpc_trusting(
        chain_id: &str,
        urls: &[impl AsRef<str>],
        trust: &Trust,
    ) -> Result<Self, Error> {
        let mut endpoints: Vec<(String, Arc<dyn Transport>)> = Vec::new();
        for url in urls {
            let url = url.as_ref();
            endpoints.push((url.to_owned(), Arc::new(Grpc::trusting(url, trust)?)));
        }
        Self::new(chain_id, endpoints, Duration::from_secs(20))
    }

    /// Any endpoints, each with its name, and how long one may take to answer.
    ///
    /// # Errors
    /// When there is none.
    pub fn new(
        chain_id: &str,
        endpoints: Vec<(String, Arc<dyn Transport>)>,
        patience: Duration,
    ) -> Result<Self, Error> {
        if endpoints.is_empty() {
            return Err(Error::Invalid(
                "name at least one node to talk to".to_owned(),
            ));
        }
        let endpoint = |(name, node)| Endpoint {
            name,
            node,
            known: AtomicBool::new(false),
        };
        Ok(Self {
            chain_id: chain_id.to_owned(),
            endpoints: endpoints.into_iter().map(endpoint).collect(),
            first: AtomicUsize::new(0),
            patience,
        })
    }

    /// Has an endpoint name its chain, unless it has before.
    async fn know(&self, endpoint: &Endpoint) -> Result<(), Failure> {
        if endpoint.known.load(Ordering::Relaxed) {
            return Ok(());
        }
        let asked = self.in_time(endpoint, NODE_INFO, GetNodeInfoRequest {}.encode_to_vec());
        let answer = GetNodeInfoResponse::decode(asked.await?.as_slice());
        let answer = answer.map_err(|error| Failure::Lost(format!("node info: {error}")))?;
        let got = answer.default_node_info.unwrap_or_default().network;
        if got != self.chain_id {
            let endpoint = endpoint.name.clone();
            return Err(Failure::WrongChain { endpoint, got });
        }
        endpoint.known.store(true, Ordering::Relaxed);
        Ok(())
    }

    async fn in_time(
        &self,
        endpoint: &Endpoint,
        path: &str,
        request: Vec<u8>,
    ) -> Result<Vec<u8>, Failure> {
        let asked = tokio::time::timeout(self.patience, endpoint.node.ask(path, request)).await;
        asked.unwrap_or_else(|_| {
            let seconds = self.patience.as_secs_f32();
            Err(Failure::Lost(format!("no answer in {seconds} s")))
        })
    }
}

#[async_trait]
impl Transport for Failover {
    async fn ask(&self, path: &str, request: Vec<u8>) -> Result<Vec<u8>, Failure> {
        let count = self.endpoints.len();
        let first = self.first.load(Ordering::Relaxed);
        let mut reasons = Vec::new();
        let mut wrong = None;
        for step in 0..count {
            let place = first.wrapping_add(step) % count;
            let Some(endpoint) = self.endpoints.get(place) else {
                continue;
            };
            let (sent, answer) = match self.know(endpoint).await {
                Ok(()) => (true, self.in_time(endpoint, path, request.clone()).await),
                Err(failure) => (false, Err(failure)),
            };
            match answer {
                Err(Failure::Lost(reason)) => {
                    // Ask for its name again when it is back: it may be another then.
                    endpoint.known.store(false, Ordering::Relaxed);
                    reasons.push(format!("{}: {reason}", endpoint.name));
                    if sent && path == BROADCAST {
                        // The next time another one comes first.
                        self.first.store(place.wrapping_add(1), Ordering::Relaxed);
                        break;
                    }
                }
                Err(failure @ Failure::WrongChain { .. }) => wrong = Some(failure),
                answer => {
                    self.first.store(place, Ordering::Relaxed);
                    return answer;
                }
            }
        }
        match wrong {
            Some(failure) if reasons.is_empty() => Err(failure),
            _ => Err(Failure::Lost(reasons.join("; "))),
        }
    }
}
