//! A beacon of one's own, served as drand serves its networks.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use compute_proofs::beacon::Network;
use serde_json::json;
use thiserror::Error;
use tokio::net::TcpListener;

use super::wire::{Info, Round};
use super::{Secret, SecretError};

/// Why a beacon cannot be served.
#[derive(Debug, Error)]
pub enum ServerError {
    /// The key.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// The period is 0.
    #[error("[BL-BCN-005] a beacon's period is at least 1 s, not {0}")]
    Period(u64),
    /// The address cannot be listened on.
    #[error("[BL-BCN-006] listening on {address}: {source}; choose another with --listen")]
    Listen {
        /// Which address.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
}

/// A beacon, before it is served. Clones share everything.
#[derive(Clone, Debug)]
pub struct Server {
    secret: Arc<Secret>,
    network: Network,
    info: Arc<Info>,
}

impl Server {
    /// A beacon with this key, whose round 1 is at `genesis` (seconds since 1970), and a
    /// round each `period` seconds.
    ///
    /// # Errors
    /// [`ServerError::Period`].
    pub fn new(secret: Secret, genesis: u64, period: u64) -> Result<Self, ServerError> {
        let network = Network {
            public_key: secret.public()?,
            genesis,
            period,
        };
        network
            .validate()
            .map_err(|_| ServerError::Period(period))?;
        Ok(Self {
            secret: Arc::new(secret),
            network,
            info: Arc::new(Info::new(&network, "ballast")),
        })
    }

    /// The network that contracts are told of.
    #[must_use]
    pub const fn network(&self) -> Network {
        self.network
    }

    /// What `/info` answers.
    #[must_use]
    pub fn info(&self) -> &Info {
        &self.info
    }

    /// Serves on `listener` until `shutdown` is over.
    ///
    /// # Errors
    /// When the listener fails.
    pub async fn serve(
        self,
        listener: TcpListener,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> io::Result<()> {
        axum::serve(listener, self.router())
            .with_graceful_shutdown(shutdown)
            .await
    }

    fn router(self) -> Router {
        let hash = self.info.hash.clone();
        let chain = Router::new()
            .route("/info", get(info))
            .route("/public/latest", get(latest))
            .route("/public/{round}", get(public));
        Router::new()
            .route("/chains", get(chains))
            .route("/health", get(health))
            .nest(&format!("/{hash}"), chain.clone())
            .merge(chain)
            .with_state(self)
    }

    /// The last round that is out at `now`; none before the genesis.
    fn last(&self, now: u64) -> Option<u64> {
        let since = now.checked_sub(self.network.genesis)?;
        since.checked_div(self.network.period)?.checked_add(1)
    }

    fn sign(&self, round: u64) -> Result<Round, SecretError> {
        Ok(Round::new(round, &self.secret.sign(round)?))
    }
}

impl Server {
    /// Listens on `address`, port 0 for any that is free.
    ///
    /// # Errors
    /// [`ServerError::Listen`].
    pub async fn listen(address: SocketAddr) -> Result<TcpListener, ServerError> {
        let listener = TcpListener::bind(address).await;
        listener.map_err(|source| ServerError::Listen { address, source })
    }
}

async fn info(State(server): State<Server>) -> Response {
    Json(server.info()).into_response()
}

async fn chains(State(server): State<Server>) -> Response {
    Json([&server.info().hash]).into_response()
}

async fn health(State(server): State<Server>) -> Response {
    let last = server.last(now()).unwrap_or(0);
    Json(json!({ "current": last, "expected": last })).into_response()
}

async fn latest(State(server): State<Server>) -> Response {
    match server.last(now()) {
        Some(round) => answer(&server, round, "no-cache"),
        None => missing("the beacon's first round is still to come"),
    }
}

async fn public(State(server): State<Server>, Path(round): Path<String>) -> Response {
    let Ok(round) = round.parse::<u64>() else {
        let error = json!({ "error": format!("{round:?} is no round") });
        return (StatusCode::BAD_REQUEST, Json(error)).into_response();
    };
    // Nobody learns a round before its time: that is all a beacon is for.
    if round == 0 || server.last(now()).is_none_or(|last| round > last) {
        return missing(&format!("round {round} is still to come"));
    }
    answer(&server, round, "public, max-age=604800, immutable")
}

fn answer(server: &Server, round: u64, cache: &'static str) -> Response {
    match server.sign(round) {
        Ok(round) => ([(header::CACHE_CONTROL, cache)], Json(round)).into_response(),
        Err(error) => {
            let error = json!({ "error": error.to_string() });
            (StatusCode::INTERNAL_SERVER_ERROR, Json(error)).into_response()
        }
    }
}

fn missing(why: &str) -> Response {
    let cache = [(header::CACHE_CONTROL, "no-cache")];
    (StatusCode::NOT_FOUND, cache, Json(json!({ "error": why }))).into_response()
}

/// Seconds since 1970.
fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| since.as_secs())
}
