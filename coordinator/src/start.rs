//! Starting and ending a coordinator.

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use chain_client::keys::SigningKey;
use service_kit::Shutdown;
use service_kit::config::ConfigError;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use worker_api::v1::{self, to_worker};

use crate::chain::{Chain, ChainError};
use crate::config::{Config, TlsMode};
use crate::core::{Core, Known, lock, now_ms};
use crate::job::{Signatory, task_of};
use crate::listen::{Listen, Speaks, serve};
use crate::objects::Objects;
use crate::store::{JobState, Store, StoreError};
use crate::tls::{self, Certified, TlsError};
use crate::{dispatch, grpc, http, keeper};

/// The database's name in the data folder.
pub const DATABASE: &str = "coordinator.sqlite";

/// How often the chain is asked at the start before that is given up.
const TRIES: u32 = 30;

/// Why a coordinator does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Its configuration.
    #[error("{0}")]
    Config(#[from] ConfigError),
    /// Its database.
    #[error("{0}")]
    Store(#[from] StoreError),
    /// The chain.
    #[error("{0}")]
    Chain(#[from] ChainError),
    /// TLS.
    #[error("{0}")]
    Tls(#[from] TlsError),
    /// A folder or a port.
    #[error("[BL-CRD-002] {what}: {source}")]
    Io {
        /// Which folder or address.
        what: String,
        /// Why.
        source: io::Error,
    },
    /// The chain has no such coordinator.
    #[error(
        "[BL-CRD-003] {address} is not registered as a coordinator: register it, with the public \
         key {key}"
    )]
    NotRegistered {
        /// Its address.
        address: String,
        /// Its key.
        key: String,
    },
    /// The chain has another key of it.
    #[error(
        "[BL-CRD-004] {address} is registered with the signing key {registered}, and {ours} is in \
         use here: use the file that was registered"
    )]
    OtherKey {
        /// Its address.
        address: String,
        /// As registered.
        registered: String,
        /// As loaded.
        ours: String,
    },
}

/// A coordinator that runs.
pub struct Running {
    core: Arc<Core>,
    asked: Shutdown,
    tasks: JoinSet<()>,
    http: SocketAddr,
    workers: SocketAddr,
}

/// Opens the database of a data folder, which is made if it is missing. A running
/// coordinator may have it open too: keys that are added are known to it at once.
///
/// # Errors
/// [`StartError::Io`], [`StartError::Store`].
pub fn open_store(data: &Path) -> Result<Store, StartError> {
    std::fs::create_dir_all(data).map_err(io_error(data))?;
    Ok(Store::open(&data.join(DATABASE))?)
}

fn io_error(path: &Path) -> impl FnOnce(io::Error) -> StartError {
    let what = path.display().to_string();
    move |source| StartError::Io { what, source }
}

/// Starts a coordinator: when this returns, it listens. [`Running::run`] ends it with
/// `shutdown`.
///
/// # Errors
/// [`StartError`].
pub async fn start(
    config: Config,
    key: SigningKey,
    chain: Arc<dyn Chain>,
    shutdown: Shutdown,
) -> Result<Running, StartError> {
    config.check()?;
    check_registration(chain.as_ref(), &key).await?;
    let order_rules = patiently(|| chain.order_rules()).await?;
    let store = open_store(&config.data)?;
    let folder: PathBuf = config.data.join("objects");
    let objects = Objects::open(&folder, config.limits.object_bytes).map_err(io_error(&folder))?;
    let (chain_id, market) = chain.names();
    let signatory = Signatory::new(key, chain_id, market);
    let certified = Certified::load(&config.tls, &config.data, &config.certificate_names())?;
    if config.tls.mode == TlsMode::Development {
        let file = config.data.join(tls::DEVELOPMENT);
        tracing::warn!(file = %file.display(),
            "a development certificate: workers and apps trust it with --trust and this file");
    }
    let acceptor = |protocol: &[u8]| certified.as_ref().map(|found| found.acceptor(protocol));
    let (http_tls, workers_tls) = (acceptor(b"http/1.1"), acceptor(b"h2"));
    let (http_listener, http_at) = bind(config.http.listen).await?;
    let (workers_listener, workers_at) = bind(config.workers.listen).await?;
    // Being asked to end is not yet the end: leases are waited for in between.
    let ended = Shutdown::new();
    let core = Arc::new(Core::new(
        config,
        chain,
        signatory,
        store,
        objects,
        order_rules,
        ended.clone(),
    ));
    restore(&core).await?;
    let scheme = if workers_tls.is_some() {
        "https"
    } else {
        "http"
    };
    let url = core.config.workers.public_url.clone();
    let url = url.unwrap_or_else(|| format!("{scheme}://{workers_at}"));
    let patience = Duration::from_secs(core.config.http.read_seconds);
    let mut tasks = JoinSet::new();
    let apps = Listen {
        speaks: Speaks::Http1,
        tls: http_tls,
        max_connections: core.config.http.max_connections,
        patience,
    };
    let router = http::router(core.clone(), url);
    tasks.spawn(serve(http_listener, router, apps, ended.clone()));
    let service = grpc::Service::new(core.clone());
    let router = tonic::service::Routes::new(service).into_axum_router();
    let workers = Listen {
        speaks: Speaks::Http2,
        tls: workers_tls,
        // A worker has its session and a few transfers on one connection.
        max_connections: core.config.workers.max_sessions,
        patience,
    };
    tasks.spawn(serve(workers_listener, router, workers, ended.clone()));
    tasks.spawn(dispatch::run(core.clone()));
    tasks.spawn(keeper::read(core.clone()));
    tasks.spawn(keeper::tell(core.clone()));
    tasks.spawn(keeper::prune(core.clone()));
    tracing::info!(http = %http_at, workers = %workers_at, "coordinator listens");
    Ok(Running {
        core,
        asked: shutdown,
        tasks,
        http: http_at,
        workers: workers_at,
    })
}

async fn bind(at: SocketAddr) -> Result<(TcpListener, SocketAddr), StartError> {
    let failed = |source| StartError::Io {
        what: format!("listening on {at}"),
        source,
    };
    let listener = TcpListener::bind(at).await.map_err(failed)?;
    let at = listener.local_addr().map_err(failed)?;
    Ok((listener, at))
}

/// Asks again while the chain is away: it may be starting too.
async fn patiently<T, F>(ask: impl Fn() -> F) -> Result<T, ChainError>
where
    F: Future<Output = Result<T, ChainError>>,
{
    let mut tries = 0;
    loop {
        match ask().await {
            Err(ChainError::Away(reason)) if tries < TRIES => {
                tries += 1;
                tracing::warn!(reason, "waiting for the chain");
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
            answer => return answer,
        }
    }
}

async fn check_registration(chain: &dyn Chain, key: &SigningKey) -> Result<(), StartError> {
    let address = chain.address().to_owned();
    let ours = hex::encode(key.public());
    let Some(registered) = patiently(|| chain.myself()).await? else {
        return Err(StartError::NotRegistered { address, key: ours });
    };
    if registered.signing_key != key.public() {
        return Err(StartError::OtherKey {
            address,
            registered: hex::encode(registered.signing_key),
            ours,
        });
    }
    if !registered.active {
        tracing::warn!("the coordinator is not active on chain: no order can name it until it is");
    }
    Ok(())
}

/// Puts everything back that was accepted before.
async fn restore(core: &Core) -> Result<(), StoreError> {
    for (program, is_registered) in core.store.programs().await? {
        let what = "programs.program";
        let header = program.header().map_err(|_| StoreError::Damaged { what })?;
        let hash = header.hash();
        let known = Known {
            program: Arc::new(program),
            header,
        };
        lock(&core.programs).insert(hash, known);
        if is_registered {
            lock(&core.board).program_registered(hash);
        }
    }
    let now = now_ms();
    let rows = core.store.live_jobs().await?;
    let count = rows.len();
    for row in rows {
        let task = task_of(&row)?;
        if row.issuer.is_some() {
            lock(&core.calls).insert(row.order);
        }
        match (row.state, row.lease) {
            (JobState::Leased, Some((lease, worker, _, until))) => {
                lock(&core.board).restore(task, lease, Arc::from(worker), until, now);
            }
            _ => lock(&core.board).add(task),
        }
    }
    if count > 0 {
        tracing::info!(count, "jobs from before go on");
    }
    Ok(())
}

impl Running {
    /// Where apps come to.
    #[must_use]
    pub fn http(&self) -> SocketAddr {
        self.http
    }

    /// Where workers come to.
    #[must_use]
    pub fn workers(&self) -> SocketAddr {
        self.workers
    }

    /// The database, to add keys to.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.core.store
    }

    /// All metrics as text.
    #[must_use]
    pub fn metrics(&self) -> String {
        self.core.metrics.text()
    }

    /// Takes no more jobs and gives no more leases; waits up to `patience` until workers
    /// have handed in what they have; then ends.
    pub async fn drain(mut self, patience: Duration) {
        self.core.draining.store(true, Ordering::Relaxed);
        let sessions: Vec<_> = lock(&self.core.sessions).keys().copied().collect();
        for session in sessions {
            self.core
                .tell(session, to_worker::Message::Draining(v1::Draining {}));
        }
        let end = tokio::time::Instant::now() + patience;
        while lock(&self.core.board).leased() > 0 && tokio::time::Instant::now() < end {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        self.end().await;
    }

    /// Ends now. What is accepted goes on when it is started anew.
    pub async fn stop(mut self) {
        self.end().await;
    }

    async fn end(&mut self) {
        self.core.shutdown.trigger();
        while self.tasks.join_next().await.is_some() {}
    }

    /// Waits until its signal is given, then drains.
    pub async fn run(self, patience: Duration) {
        self.asked.requested().await;
        self.drain(patience).await;
    }
}
