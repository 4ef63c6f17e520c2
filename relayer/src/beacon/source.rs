//! Rounds, fetched and checked.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use compute_api::oracle::BeaconRound;
use compute_proofs::beacon::Network;
use compute_proofs::crypto::{G1_BYTES, Host};
use reqwest::{Client, StatusCode};
use thiserror::Error;

use super::wire::Round;

/// Bytes of an answer, at most. A round has about 300.
const MAX_ANSWER: usize = 16 * 1024;

/// Why a round cannot be had.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum SourceError {
    /// No URL was named.
    #[error("[BL-BCN-010] name at least one URL of drand's HTTP API to fetch rounds from")]
    NoUrl,
    /// The HTTP client cannot be made.
    #[error("[BL-BCN-011] HTTP is not available: {0}")]
    Client(String),
    /// No endpoint has it.
    #[error("[BL-BCN-012] round {round} cannot be had: {reasons}")]
    Missing {
        /// Which round.
        round: u64,
        /// Each endpoint with its reason.
        reasons: String,
    },
}

/// Fetches rounds of one network from several endpoints. A round is used only if its
/// signature is the network's, so no endpoint has to be trusted.
#[derive(Debug)]
pub struct Source {
    network: Network,
    urls: Vec<String>,
    client: Client,
    /// The endpoint that answered last is asked first.
    first: AtomicUsize,
}

impl Source {
    /// Rounds of `network` from base URLs of drand's HTTP API, with or without a chain
    /// hash at the end; each may take `patience` to answer.
    ///
    /// # Errors
    /// [`SourceError::NoUrl`], [`SourceError::Client`].
    pub fn new(network: Network, urls: &[String], patience: Duration) -> Result<Self, SourceError> {
        if urls.is_empty() {
            return Err(SourceError::NoUrl);
        }
        let client = Client::builder()
            .timeout(patience)
            .redirect(reqwest::redirect::Policy::limited(2))
            .build();
        let trimmed = urls.iter().map(|url| url.trim_end_matches('/').to_owned());
        Ok(Self {
            network,
            urls: trimmed.collect(),
            client: client.map_err(|error| SourceError::Client(error.to_string()))?,
            first: AtomicUsize::new(0),
        })
    }

    /// The network.
    #[must_use]
    pub const fn network(&self) -> Network {
        self.network
    }

    /// A round, with its randomness.
    ///
    /// # Errors
    /// [`SourceError::Missing`] with every endpoint's reason.
    pub async fn round(&self, round: u64) -> Result<(BeaconRound, [u8; 32]), SourceError> {
        let first = self.first.load(Ordering::Relaxed);
        let mut reasons = Vec::new();
        for step in 0..self.urls.len() {
            let place = first.wrapping_add(step) % self.urls.len().max(1);
            let Some(url) = self.urls.get(place) else {
                continue;
            };
            match self.ask(url, round).await {
                Ok(found) => {
                    self.first.store(place, Ordering::Relaxed);
                    return Ok(found);
                }
                Err(reason) => reasons.push(format!("{url}: {reason}")),
            }
        }
        Err(SourceError::Missing {
            round,
            reasons: reasons.join("; "),
        })
    }

    async fn ask(&self, url: &str, round: u64) -> Result<(BeaconRound, [u8; 32]), String> {
        let asked = self.client.get(format!("{url}/public/{round}")).send();
        let mut answer = asked.await.map_err(|error| root(&error))?;
        match answer.status() {
            StatusCode::OK => {}
            StatusCode::NOT_FOUND => return Err("it does not have it (yet)".to_owned()),
            status => return Err(format!("HTTP status {status}")),
        }
        let mut bytes = Vec::new();
        while let Some(part) = answer.chunk().await.map_err(|error| root(&error))? {
            if bytes.len().saturating_add(part.len()) > MAX_ANSWER {
                return Err(format!("its answer is longer than {MAX_ANSWER} bytes"));
            }
            bytes.extend_from_slice(&part);
        }
        let found: Round = serde_json::from_slice(&bytes).map_err(|error| error.to_string())?;
        if found.round != round {
            return Err(format!("it has answered round {}", found.round));
        }
        let signature = hex::decode(&found.signature).map_err(|error| error.to_string())?;
        let signature: [u8; G1_BYTES] = signature
            .try_into()
            .map_err(|_| format!("its signature has not {G1_BYTES} bytes"))?;
        let randomness = self.network.verify(&Host, round, &signature);
        let randomness = randomness.map_err(|_| "its signature is not the network's".to_owned())?;
        let beacon = BeaconRound {
            round,
            signature: signature.into(),
        };
        Ok((beacon, randomness))
    }
}

/// What lies at the bottom of an HTTP error: the top only names the URL.
fn root(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(below) = cause.source() {
        cause = below;
    }
    cause.to_string()
}
