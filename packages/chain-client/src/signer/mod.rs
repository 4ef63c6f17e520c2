//! Sending transactions: one task per key.
//!
//! A signer sends one transaction at a time and keeps its bytes until there is a
//! verdict: included, refused, or past the height that it was valid until. It sends
//! the same bytes again as often as it takes, and signs others for the same purpose
//! only when it is certain that no node can have taken the first. So whatever gets
//! lost on the way, nothing happens twice.

mod build;
mod task;
mod verdict;

use tokio::sync::{mpsc, oneshot};

use crate::keys::Key;
use crate::{Client, Error, Included, Msg};

/// Most transactions that wait for their turn.
const QUEUE: usize = 1_024;

pub(crate) struct Job {
    pub(crate) msgs: Vec<Msg>,
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
        if msgs.is_empty() {
            return Err(Error::Invalid("a transaction needs a message".to_owned()));
        }
        let (answer, verdict) = oneshot::channel();
        let sent = self.jobs.send(Job { msgs, answer }).await;
        sent.map_err(|_| Error::Stopped)?;
        verdict.await.map_err(|_| Error::Stopped)?
    }
}
