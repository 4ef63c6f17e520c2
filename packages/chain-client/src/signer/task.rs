//! The task of a signer.

use std::time::Instant;

use tokio::sync::mpsc;

use super::build::{self, Terms};
use super::verdict::{self, Verdict};
use super::{Job, Signed, Witness, Work};
use crate::keys::Key;
use crate::{Account, Client, Error, Included, Msg, Stage};

/// Questions for a transaction between two broadcasts of one that a node has taken: a
/// node that restarts forgets its mempool.
const POLLS_PER_BROADCAST: u32 = 10;

/// How often a transaction must be missing before it counts as never included, once
/// it cannot be any more: nodes index a little late.
const MISSES: u32 = 5;

/// Bytes without a verdict.
struct Pending {
    tx: Signed,
    /// Whether a node may have taken them.
    maybe_taken: bool,
}

/// What came of sending bytes.
enum Sent {
    Included(Included),
    /// They can never be included.
    Dead(Error),
    /// No node has taken them and the account is at another sequence.
    Stale(Error),
    /// No verdict in time.
    Open(Pending, Error),
}

struct Task {
    client: Client,
    key: Key,
    /// Number and next sequence, as far as they are known.
    account: Option<Account>,
    pending: Option<Pending>,
}

pub(super) async fn run(client: Client, key: Key, mut jobs: mpsc::Receiver<Job>) {
    let mut task = Task {
        client,
        key,
        account: None,
        pending: None,
    };
    while let Some(job) = jobs.recv().await {
        let verdict = match job.work {
            Work::Send(msgs, mut witness) => task.job(&msgs, &mut witness).await,
            Work::Settle(tx) => task.settle_signed(tx).await,
        };
        // Whoever asked may have gone; the transaction is sent all the same.
        let _ = job.answer.send(verdict);
    }
}

impl Task {
    async fn job(
        &mut self,
        msgs: &[Msg],
        witness: &mut Option<Box<dyn Witness>>,
    ) -> Result<Included, Error> {
        if let Some(pending) = self.pending.take() {
            self.settle(pending).await?;
        }
        match self.attempt(msgs, witness).await {
            // The one refresh: somebody else has used the key.
            Err((true, _)) => {
                self.account = None;
                let again = self.attempt(msgs, witness).await;
                again.map_err(|(_, error)| error)
            }
            verdict => verdict.map_err(|(_, error)| error),
        }
    }

    /// Finds out what became of one that somebody has kept.
    async fn settle_signed(&mut self, tx: Signed) -> Result<Included, Error> {
        if let Some(pending) = self.pending.take_if(|pending| pending.tx != tx) {
            self.settle(pending).await?;
        }
        self.pending = None;
        self.account = None;
        // It may have been sent before the one who kept it was killed.
        let pending = Pending {
            tx,
            maybe_taken: true,
        };
        match self.deliver(pending).await {
            Sent::Included(included) => outcome(included),
            Sent::Dead(error) | Sent::Stale(error) => Err(error),
            Sent::Open(pending, error) => {
                self.pending = Some(pending);
                Err(error)
            }
        }
    }

    /// Finds out what became of a transaction from before.
    async fn settle(&mut self, pending: Pending) -> Result<(), Error> {
        self.account = None;
        match self.deliver(pending).await {
            Sent::Open(pending, error) => {
                self.pending = Some(pending);
                Err(error)
            }
            Sent::Included(_) | Sent::Dead(_) | Sent::Stale(_) => Ok(()),
        }
    }

    /// Simulates, signs and sends. The flag of an error says that nothing was taken
    /// because the sequence was not the right one.
    async fn attempt(
        &mut self,
        msgs: &[Msg],
        witness: &mut Option<Box<dyn Witness>>,
    ) -> Result<Included, (bool, Error)> {
        let fatal = |error| (false, error);
        let account = match self.account {
            Some(account) => account,
            None => self
                .client
                .account(self.key.address())
                .await
                .map_err(fatal)?,
        };
        self.account = Some(account);
        let config = self.client.config().clone();
        let mut terms = Terms {
            account,
            gas: 0,
            valid_until: 0,
        };
        terms.gas = match config.gas_limit {
            Some(limit) => limit,
            None => {
                let unsigned = build::tx(&config, &self.key, msgs, &terms, false).map_err(fatal)?;
                let simulated = self.client.simulate(&unsigned).await;
                build::gas_limit(&config, simulated.map_err(refused_simulation)?.gas)
            }
        };
        let block = self.client.latest_block().await.map_err(fatal)?;
        terms.valid_until = block.height.saturating_add(config.valid_blocks);
        let bytes = build::tx(&config, &self.key, msgs, &terms, true).map_err(fatal)?;
        let tx = Signed {
            hash: build::hash(&bytes),
            bytes,
            sequence: account.sequence,
            valid_until: terms.valid_until,
        };
        if let Some(witness) = witness {
            let kept = witness.signed(&tx).await;
            kept.map_err(|reason| fatal(Error::NotKept { reason }))?;
        }
        let pending = Pending {
            tx,
            maybe_taken: false,
        };
        match self.deliver(pending).await {
            Sent::Included(included) => {
                self.account = Some(Account {
                    sequence: account.sequence.saturating_add(1),
                    ..account
                });
                outcome(included).map_err(fatal)
            }
            Sent::Stale(error) => Err((true, error)),
            Sent::Dead(error) => {
                self.account = None;
                Err(fatal(error))
            }
            Sent::Open(pending, error) => {
                self.account = None;
                self.pending = Some(pending);
                Err(fatal(error))
            }
        }
    }

    /// Whether a transaction with this sequence is in a block.
    async fn used_in_block(&self, sequence: u64) -> bool {
        let account = self.client.account(self.key.address()).await;
        account.is_ok_and(|account| account.sequence > sequence)
    }

    /// Sends the same bytes until there is a verdict or the time is over.
    async fn deliver(&self, mut pending: Pending) -> Sent {
        let config = self.client.config();
        let started = Instant::now();
        let (mut polls, mut misses, mut taken) = (0_u32, 0_u32, false);
        loop {
            // What cannot be included any more, and why.
            let mut past = None;
            if !taken || polls % POLLS_PER_BROADCAST == 0 {
                match self.client.broadcast(&pending.tx.bytes).await {
                    Ok(answer) => match verdict::of(&answer) {
                        Verdict::Taken => {
                            taken = true;
                            pending.maybe_taken = true;
                        }
                        Verdict::Full => {}
                        _ if !pending.maybe_taken => return refused(&pending, &answer),
                        Verdict::TooLate => past = Some("its time is over"),
                        Verdict::Sequence { expected } => {
                            // The node may count what waits in its mempool, these very
                            // bytes among it; only blocks are proof.
                            if expected.is_some_and(|expected| expected > pending.tx.sequence)
                                && self.used_in_block(pending.tx.sequence).await
                            {
                                past = Some("its sequence was used");
                            }
                        }
                        // A node refuses what it has in a block already, too.
                        Verdict::Refused => {}
                    },
                    Err(error @ Error::WrongChain { .. }) if !pending.maybe_taken => {
                        return Sent::Dead(error);
                    }
                    // Lost on the way, there or back.
                    Err(_) => pending.maybe_taken = true,
                }
            }
            polls = polls.wrapping_add(1);
            let found = self.client.tx(&pending.tx.hash).await;
            if let Ok(Some(included)) = found {
                return Sent::Included(included);
            }
            if past.is_none()
                && let Ok(block) = self.client.latest_block().await
                && block.height > pending.tx.valid_until
            {
                past = Some("its time is over");
            }
            misses = match (past, &found) {
                (Some(_), Ok(None)) => misses.saturating_add(1),
                _ => 0,
            };
            if let (Some(reason), true) = (past, misses >= MISSES) {
                return Sent::Dead(Error::Expired {
                    hash: pending.tx.hash,
                    reason: reason.to_owned(),
                });
            }
            if past.is_some() {
                // Ask the node's view of the sequence again with the next question.
                taken = false;
            }
            let waited = started.elapsed();
            if waited >= config.inclusion_timeout {
                let error = Error::TimedOut {
                    hash: pending.tx.hash.clone(),
                    seconds: waited.as_secs(),
                };
                return Sent::Open(pending, error);
            }
            tokio::time::sleep(config.poll).await;
        }
    }
}

/// A refusal of bytes that no node has taken.
fn refused(
    pending: &Pending,
    answer: &cosmrs::proto::cosmos::base::abci::v1beta1::TxResponse,
) -> Sent {
    let error = Error::Rejected {
        stage: Stage::Check,
        codespace: answer.codespace.clone(),
        code: answer.code,
        log: answer.raw_log.clone(),
        hash: pending.tx.hash.clone(),
    };
    match verdict::of(answer) {
        Verdict::Sequence { .. } => Sent::Stale(error),
        _ => Sent::Dead(error),
    }
}

pub(super) fn refused_simulation(error: Error) -> (bool, Error) {
    match error {
        Error::Query { text, .. } => {
            let stale = verdict::expected_sequence(&text).is_some();
            let error = Error::Rejected {
                stage: Stage::Simulation,
                codespace: String::new(),
                code: 0,
                log: text,
                hash: String::new(),
            };
            (stale, error)
        }
        error => (false, error),
    }
}

/// A transaction in a block may have failed there.
fn outcome(included: Included) -> Result<Included, Error> {
    match (included.codespace.as_str(), included.code) {
        (_, 0) => Ok(included),
        ("sdk", 11) => Err(Error::OutOfGas {
            wanted: included.gas_wanted,
            used: included.gas_used,
            hash: included.hash,
        }),
        _ => Err(Error::Rejected {
            stage: Stage::Delivery,
            codespace: included.codespace,
            code: included.code,
            log: included.log,
            hash: included.hash,
        }),
    }
}
