//! Starting a worker, and ending it.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use compute_api::votes::{Kind, Standing};
use compute_proofs::census::Work;
use deployment::{Contract, Network};
use serde::Serialize;
use service_kit::Shutdown;
use tokio::{net::TcpListener, task::JoinHandle};
use worker::{Backend, bench, store::Store};

use crate::{
    Carrier, Config, Identity, Report, ServiceError, census,
    chain::View,
    engine::Engine,
    flight::InFlight,
    journal::Journal,
    ledger,
    metrics::Metrics,
    session::{self, Links},
    spoil::Spoil,
    status,
    status::Status,
};

/// How long the rate is measured for that capabilities name.
const MEASURE: Duration = Duration::from_millis(500);

/// Seconds that one kept run is asked to be kept beyond its time, so that not every
/// look writes it anew.
const HOUR: u64 = 3_600;

/// What all parts of a worker share.
pub(crate) struct Shared {
    pub(crate) config: Config,
    pub(crate) me: Identity,
    pub(crate) view: Arc<View>,
    pub(crate) journal: Journal,
    pub(crate) store: Store,
    pub(crate) engine: Engine,
    pub(crate) carrier: Arc<dyn Carrier>,
    pub(crate) in_flight: InFlight,
    pub(crate) links: Links,
    pub(crate) status: Status,
    pub(crate) counters: Metrics,
    pub(crate) shutdown: Shutdown,
    /// Ops per second that the device has measured.
    pub(crate) rate: u64,
    /// Held while batches are signed and while a task is taken.
    pub(crate) claims: tokio::sync::Mutex<()>,
    issuer: Mutex<Option<String>>,
    spoil: Spoil,
}

impl Shared {
    /// Waits so long; whether the worker goes on after that.
    pub(crate) async fn wait(&self, time: Duration) -> bool {
        if self.shutdown.is_requested() {
            return false;
        }
        tokio::select! {
            () = tokio::time::sleep(time) => true,
            () = self.shutdown.requested() => false,
        }
    }

    /// Seconds since 1970, by the chain's clock.
    pub(crate) fn now_seconds(&self) -> u64 {
        self.view.now().as_secs()
    }

    /// Until when a run that is kept now is kept.
    pub(crate) fn keep_until(&self) -> u64 {
        let until = self.now_seconds().saturating_add(self.config.keep_for);
        (until / HOUR).saturating_add(1).saturating_mul(HOUR)
    }

    /// Tasks that it could take now.
    pub(crate) fn free_slots(&self) -> u32 {
        if self.status.is_measuring() || self.shutdown.is_requested() {
            return 0;
        }
        let taken = u32::try_from(self.in_flight.len()).unwrap_or(u32::MAX);
        self.config.slots.saturating_sub(taken)
    }

    /// The issuer that it counts for.
    pub(crate) fn issuer(&self) -> Option<String> {
        self.issuer
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Asks the oracle for it.
    pub(crate) async fn refresh_issuer(&self) -> Result<(), ServiceError> {
        let issuer = self.view.capacity().await?.issuer;
        let mut known = self.issuer.lock().unwrap_or_else(PoisonError::into_inner);
        *known = issuer.map(String::from);
        Ok(())
    }

    /// What spoils results in demos; nothing else ever does.
    pub(crate) fn spoil(&self) -> Spoil {
        self.spoil.clone()
    }

    /// Puts a message on its way to a contract.
    pub(crate) async fn put(
        &self,
        key: &str,
        contract: Contract,
        msg: &impl Serialize,
    ) -> Result<(), ServiceError> {
        let bytes = serde_json::to_vec(msg).map_err(|error| ServiceError::Carrier {
            key: key.to_owned(),
            reason: error.to_string(),
        })?;
        self.carrier.put(key, contract, bytes).await
    }
}

/// A worker that runs.
pub struct Running {
    shared: Arc<Shared>,
    sessions: JoinHandle<()>,
    others: Vec<JoinHandle<()>>,
    /// Where its status is served.
    pub status_address: Option<SocketAddr>,
}

/// Starts a worker: checks that `me` may work on this network, measures the device
/// (which has passed its self-test: [`worker::devices::open`]), opens what is kept in the
/// home, and joins. It ends with [`Running::ended`], once `shutdown` is given.
///
/// # Errors
/// [`ServiceError`], naming what has to be mended first.
pub async fn start(
    mut config: Config,
    network: Network,
    me: Identity,
    backend: Box<dyn Backend>,
    carrier: Arc<dyn Carrier>,
    shutdown: Shutdown,
) -> Result<Running, ServiceError> {
    let view = Arc::new(View::new(network, &me.address));
    check(&view, &me).await?;
    view.watch_clock().await?;
    let local = |what: &std::path::Path, error: &std::io::Error| ServiceError::Local {
        what: what.display().to_string(),
        reason: format!("{error}; name another home"),
    };
    std::fs::create_dir_all(&config.home).map_err(|error| local(&config.home, &error))?;
    let journal = Journal::open(&config.home.join("journal.sqlite"))?;
    let store = Store::open(&config.home.join("runs"))?;
    let engine = Engine::start(backend)?;
    let census = view.census_params().await?;
    let work = Work::new(census.matrix, census.tile);
    let work = work.map_err(ServiceError::proof("work of the census"))?;
    let measured = engine.task(move |backend| bench::census(backend, work, MEASURE, |_| ()));
    let rate = whole(measured.await?.ops_per_second);
    // A task must not outlast what a census can spare.
    config.terms.max_seconds = config.terms.max_seconds.min((census.slot / 3).max(1));
    // Nor does a receipt wait for longer than the market gathers batches.
    let market = view.market_params().await?;
    config.batches.max_age = config.batches.max_age.min(market.batches.slot);
    #[cfg(feature = "cheat")]
    let spoil = config.cheat.map_or_else(Spoil::default, Spoil::every);
    #[cfg(not(feature = "cheat"))]
    let spoil = Spoil::default();
    let listen = config.status_listen;
    let shared = Arc::new(Shared {
        config,
        me,
        view,
        journal,
        store,
        engine,
        carrier,
        in_flight: InFlight::default(),
        links: Links::default(),
        status: Status::default(),
        counters: Metrics::default(),
        shutdown,
        rate,
        claims: tokio::sync::Mutex::new(()),
        issuer: Mutex::default(),
        spoil,
    });
    shared.refresh_issuer().await?;
    let mut others = vec![
        tokio::spawn(census::run(Arc::clone(&shared))),
        tokio::spawn(ledger::run(Arc::clone(&shared))),
    ];
    let mut status_address = None;
    if let Some(listen) = listen {
        let (address, server) = serve(&shared, listen).await?;
        status_address = Some(address);
        others.push(server);
    }
    let sessions = tokio::spawn(session::run(Arc::clone(&shared)));
    tracing::info!(
        worker = %shared.me.address,
        device = %shared.engine.device(),
        rate,
        "the worker has joined"
    );
    Ok(Running {
        shared,
        sessions,
        others,
        status_address,
    })
}

impl Running {
    /// What it is doing.
    ///
    /// # Errors
    /// [`ServiceError::Journal`].
    pub fn report(&self) -> Result<Report, ServiceError> {
        status::report(&self.shared)
    }

    /// Waits until the worker is asked to end, then for what it has begun: results are
    /// handed in, a census that waits is answered, receipts are committed. All of that
    /// within the configured time; what is left is in the journal and goes on with the
    /// next start.
    pub async fn ended(self) {
        let Self {
            shared,
            mut sessions,
            others,
            ..
        } = self;
        shared.shutdown.requested().await;
        let within = shared.config.drain;
        let end = tokio::time::Instant::now() + within;
        tracing::info!(seconds = within.as_secs(), "the worker goes away");
        if tokio::time::timeout_at(end, &mut sessions).await.is_err() {
            tracing::warn!("a session did not end in time; what is done is handed in next time");
            sessions.abort();
        }
        if let Err(error) = census::last_word(&shared).await {
            tracing::warn!(%error, "census");
        }
        for other in others {
            let _ = tokio::time::timeout_at(end, other).await;
        }
        let left = end.saturating_duration_since(tokio::time::Instant::now());
        ledger::flush(&shared, left).await;
    }
}

/// Checks who the worker is on chain.
async fn check(view: &View, me: &Identity) -> Result<(), ServiceError> {
    let not = |reason: String| ServiceError::NotAMiner {
        address: me.address.clone(),
        reason,
    };
    let operator = match view.operator(&me.address).await {
        Ok(operator) => operator,
        Err(ServiceError::Chain(chain_client::Error::Query { text, .. })) => return Err(not(text)),
        Err(error) => return Err(error),
    };
    if operator.kind != Kind::Miner {
        return Err(not(format!("it is a {}", operator.kind)));
    }
    match operator.standing {
        Standing::Tombstoned => return Err(not("it is tombstoned".to_owned())),
        Standing::Jailed | Standing::Unbonded => {
            let standing = operator.standing;
            tracing::warn!(%standing, "the worker gets no paid work until its owner mends that");
        }
        Standing::Active => {}
    }
    let here = me.signing.public();
    if operator.signing_key.as_slice() == here {
        return Ok(());
    }
    Err(ServiceError::OtherKey {
        address: me.address.clone(),
        here: cosmwasm_std::HexBinary::from(here).to_hex(),
        registered: operator.signing_key.to_hex(),
    })
}

/// Serves the status on a loopback address: it is nobody else's business.
async fn serve(
    shared: &Arc<Shared>,
    listen: SocketAddr,
) -> Result<(SocketAddr, JoinHandle<()>), ServiceError> {
    let fail = |reason: String| ServiceError::Local {
        what: format!("status on {listen}"),
        reason,
    };
    if !listen.ip().is_loopback() {
        return Err(fail(
            "take a loopback address, as in 127.0.0.1:9600".to_owned(),
        ));
    }
    let listener = TcpListener::bind(listen).await;
    let listener = listener.map_err(|error| fail(format!("{error}; name another port")))?;
    let address = listener
        .local_addr()
        .map_err(|error| fail(error.to_string()))?;
    let router = status::router(Arc::clone(shared));
    let shutdown = shared.shutdown.clone();
    let server = axum::serve(listener, router)
        .with_graceful_shutdown(async move { shutdown.requested().await });
    let server = tokio::spawn(async move {
        if let Err(error) = server.await {
            tracing::warn!(%error, "status is not served any more");
        }
    });
    Ok((address, server))
}

/// Whole ops per second.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn whole(rate: f64) -> u64 {
    // Rates are far below 2^53, and never negative.
    rate.clamp(0.0, 9e15) as u64
}
