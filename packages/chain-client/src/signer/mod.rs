//! Sending transactions: one task per key.
//!
//! A signer sends one transaction at a time and keeps its bytes until there is a
//! verdict: included, refused, or past the height that it was valid until. It sends
//! the same bytes again as often as it takes, and signs others for the same purpose
//! only when it is certain that no node can have taken the first. So whatever gets
//! lost on the way, nothing happens twice.

mod build;
mod quote;
mod task;
mod verdict;

use async_trait::async_trait;
use tokio::sync::{mpsc, oneshot};

use crate::keys::Key;
use crate::{Client, Error, Included, Msg};

pub use quote::{Quote, quote};

/// Most transactions that wait for their turn.
const QUEUE: usize = 1_024;

/// A signed transaction. Whoever keeps it can find out later what became of it, also
/// after a crash: [`Signer::settle`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// Its hash, in upper-case hex.
    pub hash: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// The account's sequence that it uses up.
    pub sequence: u64,
    /// The last height at which it is valid.
    pub valid_until: u64,
}

/// Is told of a transaction between its signature and its first broadcast.
#[async_trait]
pub trait Witness: Send + 'static {
    /// Keeps it. Nothing is sent before this returns, and nothing at all if it fails.
    ///
    /// It is called again for the same messages only when no node can have taken the
    /// transaction before, which can be forgotten then.
    ///
    /// # Errors
    /// Why it could not be kept.
    async fn signed(&mut self, tx: &Signed) -> Result<(), String>;
}

pub(crate) enum Work {
    /// Sign and send.
    Send(Vec<Msg>, Option<Box<dyn Witness>>),
    /// Find out what became of one that was signed before.
    Settle(Signed),
}

pub(crate) struct Job {
    pub(crate) work: Work,
    pub(crate) answer: oneshot::Sender<Result<Included, Error>>,
}

/// Sends transactions of one key, in the order in which they come. Clones share the
/// task, which ends with the last of them.
#[derive(Clone)]
pub struct Signer {
    address: String,
    jobs: mpsc::Sender<Job>,
}

impl Signer {
    /// Starts the task. There must be no other for the same key: the two would take
    /// each other's sequences.
    pub fn start(client: Client, key: Key) -> Self {
        let (jobs, queue) = mpsc::channel(QUEUE);
        let address = key.address().to_owned();
        tokio::spawn(task::run(client, key, queue));
        Self { address, jobs }
    }

    /// The address that it signs for.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Sends one transaction with these messages and waits for its verdict.
    ///
    /// # Errors
    /// When it was refused, failed, ran out of gas or has no verdict in time.
    pub async fn send(&self, msgs: Vec<Msg>) -> Result<Included, Error> {
        self.send_with(msgs, None).await
    }

    /// The same, and `witness` keeps the transaction before any node gets it.
    ///
    /// # Errors
    /// As [`Self::send`]; [`Error::NotKept`] where the witness fails.
    pub async fn send_witnessed(
        &self,
        msgs: Vec<Msg>,
        witness: impl Witness,
    ) -> Result<Included, Error> {
        self.send_with(msgs, Some(Box::new(witness))).await
    }

    /// What became of a transaction that this key has signed before, perhaps in an
    /// earlier run: the same bytes are sent until they are included or cannot be any
    /// more.
    ///
    /// # Errors
    /// [`Error::Expired`] if it never was and never will be included,
    /// [`Error::TimedOut`] if that is not known yet, and as [`Self::send`].
    pub async fn settle(&self, tx: Signed) -> Result<Included, Error> {
        self.job(Work::Settle(tx)).await
    }

    async fn send_with(
        &self,
        msgs: Vec<Msg>,
        witness: Option<Box<dyn Witness>>,
    ) -> Result<Included, Error> {
        if msgs.is_empty() {
            return Err(Error::Invalid("a transaction needs a message".to_owned()));
        }
        self.job(Work::Send(msgs, witness)).await
    }

    async fn job(&self, work: Work) -> Result<Included, Error> {
        let (answer, verdict) = oneshot::channel();
        let sent = self.jobs.send(Job { work, answer }).await;
        sent.map_err(|_| Error::Stopped)?;
        verdict.await.map_err(|_| Error::Stopped)?
    }
}
