//! What all parts of a running coordinator share.

use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use compute_api::market::Order;
use compute_proofs::Hash;
use compute_proofs::program::{Header, Program};
use compute_proofs::tensor::TensorSpec;
use sealing::PublicKey;
use service_kit::Shutdown;
use tokio::sync::{Notify, Semaphore, mpsc, watch};
use tonic::Status;
use worker_api::v1::ToWorker;

use crate::chain::{Chain, ChainError, OrderRules};
use crate::config::Config;
use crate::id::{JobId, LeaseId, SessionId};
use crate::job::Signatory;
use crate::machine::board::Board;
use crate::machine::bucket::Bucket;
use crate::metrics::Metrics;
use crate::objects::{Arrived, Objects};
use crate::store::{KeyRow, Store};

/// Messages that wait for a worker to read them; one that reads no more is cut off.
pub(crate) const SESSION_QUEUE: usize = 256;

/// Entries of a cache, at most.
const MAX_CACHED: usize = 10_000;

pub(crate) type ToSession = mpsc::Sender<Result<ToWorker, Status>>;

/// A session as others reach it.
#[derive(Clone)]
pub(crate) struct Session {
    pub(crate) worker: Arc<str>,
    pub(crate) to: ToSession,
    /// Rung when the session is to end.
    pub(crate) end: Arc<Notify>,
}

/// What a worker has said of a private task that it has taken, and what its app has sent.
#[derive(Clone, Copy)]
pub(crate) struct PrivateLease {
    /// What the input is to be sealed to.
    pub(crate) key: PublicKey,
    /// By the worker's operator key.
    pub(crate) signature: [u8; 64],
    /// The sealed input, as it is kept here.
    pub(crate) input: Option<(Hash, TensorSpec)>,
}

/// A program that jobs have named.
#[derive(Clone)]
pub(crate) struct Known {
    pub(crate) program: Arc<Program>,
    pub(crate) header: Header,
}

/// What was looked up, or found missing, and when in milliseconds.
type Cache<K, V> = HashMap<K, (u64, Option<V>)>;

pub(crate) struct Core {
    pub(crate) config: Config,
    pub(crate) chain: Arc<dyn Chain>,
    pub(crate) signatory: Signatory,
    pub(crate) store: Store,
    pub(crate) objects: Objects,
    pub(crate) metrics: Metrics,
    pub(crate) shutdown: Shutdown,
    pub(crate) draining: AtomicBool,
    pub(crate) order_rules: OrderRules,
    pub(crate) board: Mutex<Board>,
    pub(crate) sessions: Mutex<HashMap<SessionId, Session>>,
    /// Signing keys of workers.
    pub(crate) keys: Mutex<HashMap<String, [u8; 32]>>,
    /// Outputs that were uploaded and not handed in yet.
    pub(crate) uploaded: Mutex<HashMap<LeaseId, Arrived>>,
    /// Leases of private tasks that a worker has taken.
    pub(crate) private: Mutex<HashMap<LeaseId, PrivateLease>>,
    pub(crate) programs: Mutex<HashMap<Hash, Known>>,
    pub(crate) orders: Mutex<Cache<u64, Arc<Order>>>,
    pub(crate) api_keys: Mutex<Cache<[u8; 32], KeyRow>>,
    pub(crate) buckets: Mutex<HashMap<u64, Bucket>>,
    watchers: Mutex<HashMap<JobId, watch::Sender<u64>>>,
    /// Orders to redeem whose calls are looked after.
    pub(crate) calls: Mutex<BTreeSet<u64>>,
    /// Wakes the dispatcher.
    pub(crate) wake: Notify,
    /// Wakes whoever registers programs and calls orders.
    pub(crate) wake_chain: Notify,
    /// Bytes of uploads that may be in memory.
    pub(crate) upload_memory: Arc<Semaphore>,
    /// When the chain was asked last for a worker that nobody knew, in milliseconds.
    pub(crate) asked_ms: AtomicU64,
    /// When the chain was read last, in milliseconds; 0 before that.
    pub(crate) chain_read_ms: AtomicU64,
}

/// Milliseconds since 1970.
pub(crate) fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| {
        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
    })
}

/// Seconds since 1970.
pub(crate) fn now() -> u64 {
    now_ms().checked_div(1_000).unwrap_or(0)
}

/// Whoever panicked while holding a lock left whole values behind: each is changed in one
/// step.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Core {
    #[allow(clippy::too_many_arguments)]
    pub(crate) fn new(
        config: Config,
        chain: Arc<dyn Chain>,
        signatory: Signatory,
        store: Store,
        objects: Objects,
        order_rules: OrderRules,
        shutdown: Shutdown,
    ) -> Self {
        let memory = usize::try_from(config.limits.upload_memory_bytes).unwrap_or(usize::MAX);
        Self {
            board: Mutex::new(Board::new(config.rules())),
            upload_memory: Arc::new(Semaphore::new(memory.min(Semaphore::MAX_PERMITS))),
            config,
            chain,
            signatory,
            store,
            objects,
            order_rules,
            shutdown,
            metrics: Metrics::new(),
            draining: AtomicBool::new(false),
            sessions: Mutex::default(),
            keys: Mutex::default(),
            uploaded: Mutex::default(),
            private: Mutex::default(),
            programs: Mutex::default(),
            orders: Mutex::default(),
            api_keys: Mutex::default(),
            buckets: Mutex::default(),
            watchers: Mutex::default(),
            calls: Mutex::default(),
            wake: Notify::new(),
            wake_chain: Notify::new(),
            asked_ms: AtomicU64::new(0),
            chain_read_ms: AtomicU64::new(0),
        }
    }

    pub(crate) fn is_draining(&self) -> bool {
        self.draining.load(Ordering::Relaxed)
    }

    /// Sends to a session. One that does not read is ended: its worker dials again and
    /// hands in what it has.
    pub(crate) fn tell(
        &self,
        session: SessionId,
        message: worker_api::v1::to_worker::Message,
    ) -> bool {
        let found = lock(&self.sessions).get(&session).cloned();
        let Some(found) = found else {
            return false;
        };
        let message = ToWorker {
            message: Some(message),
        };
        let sent = found.to.try_send(Ok(message)).is_ok();
        if !sent {
            self.end_session(session);
        }
        sent
    }

    /// Ends a session.
    pub(crate) fn end_session(&self, session: SessionId) {
        let removed = lock(&self.sessions).remove(&session);
        if let Some(removed) = removed {
            removed.end.notify_one();
            lock(&self.board).close(&removed.worker, session, now_ms());
            self.wake.notify_one();
        }
    }

    /// One order, as the chain had it lately.
    pub(crate) async fn order(&self, number: u64) -> Result<Option<Arc<Order>>, ChainError> {
        let now = now_ms();
        if let Some((at, order)) = lock(&self.orders).get(&number)
            && now.saturating_sub(*at) < self.config.chain.order_ms
        {
            return Ok(order.clone());
        }
        let order = self.chain.order(number).await;
        let order = order.inspect_err(|_| self.metrics.chain_failures.inc(["order"]))?;
        let order = order.map(Arc::new);
        let mut cached = lock(&self.orders);
        if cached.len() >= MAX_CACHED {
            cached.clear();
        }
        cached.insert(number, (now, order.clone()));
        Ok(order)
    }

    /// Learns of every change of a job.
    pub(crate) fn watch(&self, job: JobId) -> watch::Receiver<u64> {
        let mut watchers = lock(&self.watchers);
        if watchers.len() >= MAX_CACHED {
            watchers.retain(|_, sender| sender.receiver_count() > 0);
        }
        let sender = watchers.entry(job).or_insert_with(|| watch::channel(0).0);
        sender.subscribe()
    }

    /// Tells whoever watches a job that it has changed.
    pub(crate) fn changed(&self, job: JobId) {
        let mut watchers = lock(&self.watchers);
        if let Some(sender) = watchers.get(&job) {
            if sender.receiver_count() == 0 {
                watchers.remove(&job);
            } else {
                sender.send_modify(|version| *version = version.wrapping_add(1));
            }
        }
    }

    /// Whether the chain was read lately, so that draws are up to date.
    pub(crate) fn knows_chain(&self) -> bool {
        let read = self.chain_read_ms.load(Ordering::Relaxed);
        let patience = Duration::from_secs(120);
        let patience = u64::try_from(patience.as_millis()).unwrap_or(u64::MAX);
        read > 0 && now_ms().saturating_sub(read) < patience
    }
}
