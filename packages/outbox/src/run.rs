//! Sending until there is a verdict.

use std::future::Future;
use std::time::Duration;

use async_trait::async_trait;
use chain_client::signer::{Signed, Signer, Witness};
use chain_client::{Error as ChainError, Included, Msg};
use deployment::Network;

use crate::fate::{self, Fate, Size, State, Step};
use crate::handle::{lock, now};
use crate::store::Kept;
use crate::{Error, Outbox};

/// Messages of a lane that are looked at together.
const LOOK: u32 = 32;

/// How long one that finds nothing to do sleeps, at most, should a ring get lost.
const NAP: Duration = Duration::from_secs(5);

/// How long it waits before it asks again for what has no verdict in time.
const PAUSE: Duration = Duration::from_millis(500);

/// Writes down what is signed.
struct Note {
    outbox: Outbox,
    ids: Vec<i64>,
}

#[async_trait]
impl Witness for Note {
    async fn signed(&mut self, tx: &Signed) -> Result<(), String> {
        let (ids, tx) = (self.ids.clone(), tx.clone());
        let noted = self.outbox.on_disk(move |store| store.sign(&ids, &tx));
        noted.await.map_err(|error| error.to_string())
    }
}

impl Outbox {
    /// Sends what is in it, and what comes, until `shutdown` is over. What is on its
    /// way then is settled by the next run. `signer` signs for this outbox alone: others
    /// may use it at the same time, but no other signer may have its key.
    ///
    /// # Errors
    /// [`Error::Running`] where it runs already, [`Error::OtherSender`] where it was
    /// filled for another key or chain, [`Error::SignerStopped`], [`Error::Store`].
    pub async fn run(
        &self,
        network: Network,
        signer: Signer,
        shutdown: impl Future<Output = ()>,
    ) -> Result<(), Error> {
        let _only = self.inner.running.try_lock().map_err(|_| Error::Running)?;
        let sender = format!("{} on {}", signer.address(), network.deployment().chain_id);
        self.on_disk(move |store| store.belongs_to(&sender)).await?;
        tokio::select! {
            () = shutdown => Ok(()),
            ended = self.send_all(&network, &signer) => ended,
        }
    }

    async fn send_all(&self, network: &Network, signer: &Signer) -> Result<(), Error> {
        let mut served = String::new();
        loop {
            // First of all what may have been sent before.
            if let Some((tx, kept)) = self.on_disk(|store| store.flight()).await? {
                let result = signer.settle(tx).await;
                self.land(&kept, &result).await?;
                continue;
            }
            let heads = self.on_disk(|store| store.heads()).await?;
            match fate::next(&heads, &served, now()) {
                Step::Send(lane) => {
                    served.clone_from(&lane);
                    self.send_first(network, signer, lane).await?;
                }
                Step::Wait(time) => {
                    let wait = Duration::from_millis(time.saturating_sub(now()));
                    self.nap(wait.min(NAP)).await;
                }
                Step::Idle => self.nap(NAP).await,
            }
        }
    }

    async fn nap(&self, wait: Duration) {
        // Woken early or not, it looks again.
        let _ = tokio::time::timeout(wait, self.inner.work.notified()).await;
    }

    async fn send_first(
        &self,
        network: &Network,
        signer: &Signer,
        lane: String,
    ) -> Result<(), Error> {
        let mut kept = self.on_disk(move |store| store.first(&lane, LOOK)).await?;
        let sizes: Vec<Size> = kept.iter().map(size).collect();
        kept.truncate(fate::batch(&sizes, now()));
        let msgs = kept.iter().map(|kept| Msg::Execute {
            contract: network.address(kept.contract).to_owned(),
            msg: kept.msg.clone(),
            funds: Vec::new(),
        });
        let note = Note {
            outbox: self.clone(),
            ids: kept.iter().map(|kept| kept.id).collect(),
        };
        let result = signer.send_witnessed(msgs.collect(), note).await;
        self.land(&kept, &result).await
    }

    /// Writes down what an attempt means.
    async fn land(
        &self,
        kept: &[Kept],
        result: &Result<Included, ChainError>,
    ) -> Result<(), Error> {
        if let Err(ChainError::Stopped) = result {
            return Err(Error::SignerStopped);
        }
        let count = kept.len();
        let tries = kept.first().map_or(0, |kept| size(kept).waiting.tries);
        let fate = fate::of(result, count, tries);
        *lock(&self.inner.trouble) = match (&fate, result) {
            (Fate::Again { reason }, _) => Some(reason.clone()),
            (Fate::Unknown, Err(error)) => Some(error.to_string()),
            _ => None,
        };
        if fate == Fate::Unknown {
            tokio::time::sleep(PAUSE).await;
            return Ok(());
        }
        let time = now();
        let states: Vec<(i64, State)> = kept
            .iter()
            .enumerate()
            .map(|(place, kept)| {
                let at = (place, count);
                let state = fate::after(kept.state.clone(), &fate, result, at, time);
                (kept.id, state)
            })
            .collect();
        let decided = states
            .iter()
            .any(|(_, state)| matches!(state, State::Decided(_)));
        self.on_disk(move |store| store.settle(&states, true, time))
            .await?;
        if decided {
            self.inner.decided.send_modify(|count| {
                *count = count.wrapping_add(1);
            });
        }
        Ok(())
    }
}

fn size(kept: &Kept) -> Size {
    let waiting = match kept.state {
        State::Waiting(waiting) | State::Signed(waiting) => waiting,
        State::Decided(_) => fate::Waiting::default(),
    };
    Size {
        bytes: kept.msg.len(),
        batched: kept.batched,
        waiting,
    }
}
