//! The chain itself: mempool, blocks, time.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Result, bail};
use sha2::{Digest, Sha256};
use tokio::sync::broadcast;

use crate::ante::Mode;
use crate::app::{Rules, TxResult, run_tx};
pub use crate::config::{Blocks, Clock, Config};
use crate::context::Block;
use crate::db::Db;
use crate::error::{Failure, INSUFFICIENT_FUNDS, MEMPOOL_FULL, TX_IN_MEMPOOL, TX_TOO_LARGE};
use crate::genesis;
use crate::records::{BlockRecord, Committed, TxRecord};
use crate::store::{Change, State};
use crate::tx::{self, MAX_TX_BYTES, Tx};
use crate::{address, auth, bank};

/// Most transactions that wait for a block (CometBFT's default).
const MEMPOOL_SIZE: usize = 5_000;

/// How many of the last transactions are known by their hash, so that they are not
/// taken twice (CometBFT's default).
const CACHE_SIZE: usize = 10_000;

/// A running chain.
pub struct Node {
    config: Config,
    rules: Rules,
    db: Db,
    inner: Mutex<Inner>,
    latest: RwLock<Arc<Latest>>,
    committed: broadcast::Sender<Arc<Committed>>,
}

/// The chain after its last block.
#[derive(Debug)]
pub struct Latest {
    /// The state.
    pub state: State,
    /// The block.
    pub block: BlockRecord,
}

struct Inner {
    state: State,
    /// What transactions are checked against: the state after those in the mempool.
    check: State,
    last: BlockRecord,
    mempool: VecDeque<(u64, Vec<u8>)>,
    arrivals: u64,
    known: BTreeSet<[u8; 32]>,
    known_order: VecDeque<[u8; 32]>,
    /// Time travelled, in nanoseconds.
    ahead: u64,
}

impl Node {
    /// Starts a chain, or goes on with the one in the file.
    ///
    /// # Errors
    /// When the file cannot be used or holds another chain.
    pub fn start(config: Config) -> Result<Self> {
        let Some(fee_denom) = config.denoms.first().cloned() else {
            bail!("a chain needs a denom");
        };
        let opened = Db::open(config.state.as_deref())?;
        let db = opened.db;
        if let Some(stored) = db.setting("chain_id")?
            && stored != config.chain_id.as_bytes()
        {
            let stored = String::from_utf8_lossy(&stored);
            let asked = &config.chain_id;
            bail!(
                "the state file holds the chain {stored}, not {asked}; name that or another file"
            );
        }
        let ahead = db.setting("ahead")?.and_then(|bytes| bytes.try_into().ok());
        let (committed, _) = broadcast::channel(1_024);
        let node = Self {
            rules: Rules {
                fee_denom,
                min_gas_price_micro: config.min_gas_price_micro,
                max_gas: config.max_gas,
            },
            inner: Mutex::new(Inner {
                check: opened.state.clone(),
                state: opened.state,
                last: BlockRecord::default(),
                mempool: VecDeque::new(),
                arrivals: 0,
                known: BTreeSet::new(),
                known_order: VecDeque::new(),
                ahead: ahead.map_or(0, u64::from_be_bytes),
            }),
            latest: RwLock::new(Arc::new(Latest {
                state: State::default(),
                block: BlockRecord::default(),
            })),
            committed,
            db,
            config,
        };
        match opened.last {
            None => node.begin()?,
            Some(last) => {
                let mut inner = node.lock();
                inner.last = last;
                node.publish(&inner);
                for (order, bytes) in opened.pending {
                    inner.arrivals = inner.arrivals.max(order.saturating_add(1));
                    node.check(&mut inner, &bytes);
                    remember(&mut inner, tx::hash(&bytes));
                    inner.mempool.push_back((order, bytes));
                }
                if node.config.blocks == Blocks::Instant && !inner.mempool.is_empty() {
                    node.make_block(&mut inner)?;
                }
            }
        }
        Ok(node)
    }

    /// The genesis and the first block.
    fn begin(&self) -> Result<()> {
        self.db
            .set_setting("chain_id", self.config.chain_id.as_bytes())?;
        let mut inner = self.lock();
        inner.state = genesis::state(&self.config.denoms)?;
        inner.last = BlockRecord {
            next_app_hash: Sha256::digest(&self.config.chain_id).to_vec(),
            ..BlockRecord::default()
        };
        self.make_block(&mut inner)
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What it was started with.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The chain after its last block.
    pub fn latest(&self) -> Arc<Latest> {
        Arc::clone(&self.latest.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The block that a query runs in: the last one.
    pub fn query_block(&self, latest: &Latest) -> Block {
        Block {
            chain_id: self.config.chain_id.clone(),
            height: latest.block.height,
            time: latest.block.time,
            app_hash: latest.block.app_hash.clone(),
        }
    }

    /// Blocks from now on.
    pub fn subscribe(&self) -> broadcast::Receiver<Arc<Committed>> {
        self.committed.subscribe()
    }

    /// The block at `height`.
    ///
    /// # Errors
    /// When the database fails.
    pub fn block(&self, height: u64) -> Result<Option<BlockRecord>> {
        self.db.block(height)
    }

    /// The transaction with this hash, if it is in a block.
    ///
    /// # Errors
    /// When the database fails.
    pub fn tx(&self, hash: &[u8]) -> Result<Option<TxRecord>> {
        self.db.tx(hash)
    }

    pub(crate) fn db(&self) -> &Db {
        &self.db
    }

    /// Number of transactions that wait for a block.
    pub fn waiting(&self) -> usize {
        self.lock().mempool.len()
    }

    /// Checks a transaction and takes it, as a SYNC broadcast does. It will be in the
    /// next block if the code is 0, also if the process is killed now.
    ///
    /// # Errors
    /// When it cannot be kept.
    pub fn broadcast(&self, bytes: &[u8]) -> Result<TxResult> {
        let mut inner = self.lock();
        let refused = |kind, text: &str| {
            let failure = Failure::new(kind, text);
            TxResult {
                code: failure.code,
                codespace: failure.codespace.to_owned(),
                log: failure.text,
                ..TxResult::default()
            }
        };
        if bytes.len() > MAX_TX_BYTES {
            let text = format!("max size is {MAX_TX_BYTES}, but got {}", bytes.len());
            return Ok(refused(TX_TOO_LARGE, &text));
        }
        let hash = tx::hash(bytes);
        if inner.known.contains(&hash) {
            return Ok(refused(TX_IN_MEMPOOL, ""));
        }
        if inner.mempool.len() >= MEMPOOL_SIZE {
            return Ok(refused(MEMPOOL_FULL, ""));
        }
        let before = inner.check.clone();
        let result = self.check(&mut inner, bytes);
        if result.code != 0 {
            return Ok(result);
        }
        let order = inner.arrivals;
        if self.config.blocks != Blocks::Instant
            && let Err(error) = self.db.add_pending(order, bytes)
        {
            inner.check = before;
            return Err(error);
        }
        inner.arrivals = order.saturating_add(1);
        inner.mempool.push_back((order, bytes.to_vec()));
        remember(&mut inner, hash);
        if self.config.blocks == Blocks::Instant
            && let Err(error) = self.make_block(&mut inner)
        {
            inner.mempool.clear();
            inner.known.remove(&hash);
            inner.check = before;
            return Err(error);
        }
        Ok(result)
    }

    fn check(&self, inner: &mut Inner, bytes: &[u8]) -> TxResult {
        let block = self.next_block(inner);
        run_tx(&mut inner.check, &block, &self.rules, bytes, Mode::Check)
    }

    /// What a transaction would do in the next block.
    pub fn simulate(&self, bytes: &[u8]) -> TxResult {
        let (mut state, block) = {
            let inner = self.lock();
            // Against what is in the mempool too, so that several can be on their way.
            (inner.check.clone(), self.next_block(&inner))
        };
        run_tx(&mut state, &block, &self.rules, bytes, Mode::Simulate)
    }

    fn next_block(&self, inner: &Inner) -> Block {
        let last = &inner.last;
        let now = match self.config.clock {
            Clock::System => now().saturating_add(inner.ahead),
            Clock::Steps { start, step } => {
                let next = last.time.saturating_add(step);
                let next = if last.height == 0 { start } else { next };
                next.max(start.saturating_add(inner.ahead))
            }
        };
        Block {
            chain_id: self.config.chain_id.clone(),
            height: last.height.saturating_add(1),
            // Never back, whatever the machine's clock does.
            time: now.max(last.time.saturating_add(1)),
            app_hash: last.next_app_hash.clone(),
        }
    }

    /// Makes this many blocks now.
    ///
    /// # Errors
    /// When they cannot be kept.
    pub fn mine(&self, count: u64) -> Result<u64> {
        let mut inner = self.lock();
        for _ in 0..count {
            self.make_block(&mut inner)?;
        }
        Ok(inner.last.height)
    }

    /// Moves the chain's clock forward and makes a block there; returns its time.
    ///
    /// # Errors
    /// When it cannot be kept.
    pub fn travel(&self, nanos: u64) -> Result<u64> {
        let mut inner = self.lock();
        let ahead = match self.config.clock {
            Clock::System => inner.ahead.saturating_add(nanos),
            Clock::Steps { start, .. } => {
                let there = inner.last.time.saturating_add(nanos);
                there.saturating_sub(start).max(inner.ahead)
            }
        };
        self.db.set_setting("ahead", &ahead.to_be_bytes())?;
        inner.ahead = ahead;
        self.make_block(&mut inner)?;
        Ok(inner.last.time)
    }

    /// Gives coins to an account, in a block of its own.
    ///
    /// # Errors
    /// When the address or denom is not valid, or it cannot be kept.
    pub fn faucet(&self, address: &str, denom: &str, amount: u128) -> Result<()> {
        let to = address::canonicalize(address)?;
        if !self.config.denoms.iter().any(|known| known == denom) {
            let known = self.config.denoms.join(", ");
            let text = format!("the faucet has no {denom:?}; it has {known}");
            bail!(Failure::new(INSUFFICIENT_FUNDS, text));
        }
        let mut inner = self.lock();
        let before = inner.state.clone();
        bank::mint(&mut inner.state, &to, denom, amount)?;
        if auth::peek(&inner.state, &to).is_none() {
            let block = self.next_block(&inner);
            let mut ctx = crate::context::Context::new(inner.state.clone(), block, u64::MAX);
            let account = auth::new(&ctx, &to)?;
            auth::set(&mut ctx, &to, &account)?;
            inner.state = ctx.state;
        }
        self.make_block(&mut inner)
            .inspect_err(|_| inner.state = before)
    }

    /// Forgets all blocks and begins anew.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn reset(&self) -> Result<()> {
        {
            let mut inner = self.lock();
            self.db.clear()?;
            self.db.set_setting("ahead", &0_u64.to_be_bytes())?;
            inner.mempool.clear();
            inner.known.clear();
            inner.known_order.clear();
            inner.ahead = 0;
        }
        self.begin()
    }

    /// Makes a block of what waits, up to the block's gas.
    fn make_block(&self, inner: &mut Inner) -> Result<()> {
        let block = self.next_block(inner);
        let mut state = inner.state.clone();
        let (mut txs, mut done, mut gas) = (Vec::new(), Vec::new(), 0_u64);
        for (order, bytes) in &inner.mempool {
            let wanted = Tx::decode(bytes).map_or(0, |tx| tx.fee.gas_limit);
            gas = gas.saturating_add(wanted);
            if gas > self.config.max_gas && !txs.is_empty() {
                break;
            }
            let result = run_tx(&mut state, &block, &self.rules, bytes, Mode::Deliver);
            txs.push(TxRecord {
                height: block.height,
                index: u32::try_from(txs.len()).unwrap_or(u32::MAX),
                tx: bytes.clone(),
                result: result.into(),
            });
            done.push(*order);
        }
        let changes = state.take_changes();
        let mut record = BlockRecord {
            height: block.height,
            time: block.time,
            next_app_hash: app_hash(&block.app_hash, &changes),
            app_hash: block.app_hash,
            hash: Vec::new(),
            last_hash: inner.last.hash.clone(),
            tx_hashes: txs
                .iter()
                .map(|record| tx::hash(&record.tx).to_vec())
                .collect(),
        };
        record.hash = record.digest(&self.config.chain_id);
        let new = Committed { block: record, txs };
        self.db.commit(&new, &changes, &done)?;
        inner.last = new.block.clone();
        inner.state = state;
        inner.mempool.drain(..done.len());
        inner.check = inner.state.clone();
        let waiting: Vec<_> = inner
            .mempool
            .iter()
            .map(|(_, bytes)| bytes.clone())
            .collect();
        for bytes in waiting {
            self.check(inner, &bytes);
        }
        self.publish(inner);
        // Nobody may be listening.
        let _ = self.committed.send(Arc::new(new));
        Ok(())
    }

    fn publish(&self, inner: &Inner) {
        let new = Arc::new(Latest {
            state: inner.state.clone(),
            block: inner.last.clone(),
        });
        *self.latest.write().unwrap_or_else(PoisonError::into_inner) = new;
    }
}

fn remember(inner: &mut Inner, hash: [u8; 32]) {
    inner.known.insert(hash);
    inner.known_order.push_back(hash);
    if inner.known_order.len() > CACHE_SIZE
        && let Some(oldest) = inner.known_order.pop_front()
    {
        inner.known.remove(&oldest);
    }
}

/// The app hash after `changes`: each depends on all before it.
fn app_hash(last: &[u8], changes: &[Change]) -> Vec<u8> {
    let mut hash = Sha256::new();
    hash.update(last);
    for (key, value) in changes {
        hash.update((key.len() as u64).to_be_bytes());
        hash.update(key);
        hash.update([u8::from(value.is_some())]);
        let value = value.as_deref().unwrap_or_default();
        hash.update((value.len() as u64).to_be_bytes());
        hash.update(value);
    }
    hash.finalize().to_vec()
}

fn now() -> u64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}
