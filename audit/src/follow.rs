//! Following one order: every finished task is checked once, and what is wrong is proven
//! as soon as its batch is on chain.

use std::collections::BTreeSet;

use chain_client::signer::Signer;
use compute_api::market::{ExecuteMsg, Order, QueryMsg};
use compute_proofs::{codec::Encode, task::OrderContext};
use deployment::{Contract, Network};
use worker::{Backend, WorkerError};

use crate::{
    AuditError, Coordinator, CoordinatorError, Delivered, Finding, batch_of, check, fraud_proof,
    open_batches,
};

/// Why an audit could not go on. The next round tries again.
#[derive(Debug, thiserror::Error)]
pub enum FollowError {
    /// The coordinator.
    #[error(transparent)]
    Coordinator(#[from] CoordinatorError),
    /// The chain.
    #[error(transparent)]
    Chain(#[from] chain_client::Error),
    /// The device that checks, or a task that is none.
    #[error(transparent)]
    Worker(#[from] WorkerError),
    /// The system has no randomness.
    #[error("no randomness: {0}")]
    Random(#[from] getrandom::Error),
    /// The order's keys are not those of an order.
    #[error("order {0} has a key that is not 32 bytes")]
    Key(u64),
}

/// Something to tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// A result is not what it should be.
    Found {
        /// Which task.
        nonce: u64,
        /// Whose.
        worker: String,
        /// What is wrong.
        finding: Finding,
    },
    /// The batch of a wrong result is overturned.
    Proven {
        /// Which task.
        nonce: u64,
        /// Whose.
        worker: String,
        /// Which batch.
        batch: u64,
        /// The transaction.
        tx: String,
    },
    /// A finding cannot be proven, or was not taken.
    NotProven {
        /// Which task.
        nonce: u64,
        /// Why.
        reason: String,
    },
}

/// What an auditor has done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Tasks that were checked.
    pub checked: u64,
    /// Those that were wrong.
    pub wrong: u64,
    /// Batches that were overturned.
    pub proven: u64,
}

/// Which tasks are done with.
#[derive(Debug, Default)]
struct Seen {
    /// All up to this nonce are over, and checked where they were done.
    all_to: u64,
    /// Those beyond it that were checked.
    checked: BTreeSet<u64>,
}

impl Seen {
    /// All up to this nonce are over and checked: forgets them one by one.
    fn all_over(&mut self, nonce: u64) {
        self.all_to = self.all_to.max(nonce);
        self.checked = self.checked.split_off(&self.all_to.saturating_add(1));
    }
}

/// Follows one order at one coordinator.
pub struct Auditor {
    network: Network,
    coordinator: Coordinator,
    signer: Signer,
    backend: Box<dyn Backend>,
    order: Order,
    seen: Seen,
    /// Wrong ones whose batch is not overturned yet.
    wrong: Vec<(Delivered, Finding)>,
    counts: Counts,
}

impl Auditor {
    /// For the order that the coordinator's key spends.
    ///
    /// # Errors
    /// [`FollowError`].
    pub async fn new(
        network: Network,
        coordinator: Coordinator,
        signer: Signer,
        backend: Box<dyn Backend>,
    ) -> Result<Self, FollowError> {
        let order = coordinator.order().await?;
        let order: Order = network.market(&QueryMsg::Order { order }).await?;
        Ok(Self {
            network,
            coordinator,
            signer,
            backend,
            order,
            seen: Seen::default(),
            wrong: Vec::new(),
            counts: Counts::default(),
        })
    }

    /// What has been done.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// The order's number.
    #[must_use]
    pub fn order(&self) -> u64 {
        self.order.order
    }

    /// Checks what is new, and proves what can be.
    ///
    /// # Errors
    /// [`FollowError`]; what was checked stays checked.
    pub async fn round(&mut self) -> Result<Vec<Told>, FollowError> {
        let mut told = Vec::new();
        let (unseen, all_over_to) = self.unseen().await?;
        for (id, nonce) in unseen {
            let delivered = self.coordinator.delivered(&id).await?;
            let finding = self.check(&delivered)?;
            self.seen.checked.insert(nonce);
            self.counts.checked = self.counts.checked.saturating_add(1);
            if finding == Finding::Right {
                continue;
            }
            self.counts.wrong = self.counts.wrong.saturating_add(1);
            told.push(Told::Found {
                nonce,
                worker: delivered.worker.clone(),
                finding: finding.clone(),
            });
            self.wrong.push((delivered, finding));
        }
        self.seen.all_over(all_over_to);
        self.prove(&mut told).await?;
        Ok(told)
    }

    /// Finished jobs that were not checked, with their nonces; and the nonce up to which
    /// all jobs are over.
    async fn unseen(&self) -> Result<(Vec<(String, u64)>, u64), FollowError> {
        let mut found = Vec::new();
        let (mut newest, mut oldest_open, mut before) = (self.seen.all_to, None, None);
        loop {
            let page = self.coordinator.jobs(before).await?;
            for job in page.iter().filter(|job| job.nonce > self.seen.all_to) {
                newest = newest.max(job.nonce);
                if !job.is_over() {
                    oldest_open = Some(job.nonce);
                } else if job.status == "done" && !self.seen.checked.contains(&job.nonce) {
                    found.push((job.id.clone(), job.nonce));
                }
            }
            match page.last() {
                // One that is slow can be far behind those that came after it.
                Some(last) if last.nonce > self.seen.all_to => before = Some(last.nonce),
                _ => break,
            }
        }
        let all_over_to = oldest_open.map_or(newest, |nonce: u64| nonce.saturating_sub(1));
        Ok((found, all_over_to))
    }

    fn check(&mut self, delivered: &Delivered) -> Result<Finding, FollowError> {
        let mut secret = [0; 32];
        getrandom::fill(&mut secret)?;
        let Self {
            network,
            order,
            backend,
            ..
        } = self;
        let key = |bytes: &[u8]| -> Result<[u8; 32], FollowError> {
            bytes.try_into().map_err(|_| FollowError::Key(order.order))
        };
        let context = OrderContext {
            chain_id: &network.deployment().chain_id,
            market: network.address(Contract::Market),
            order: order.order,
            authoriser: key(&order.authoriser_key)?,
            coordinator: key(&order.coordinator_key)?,
        };
        Ok(check(&mut **backend, &context, delivered, &secret)?)
    }

    /// Proves what is wrong, where its batch is on chain and has not ended.
    async fn prove(&mut self, told: &mut Vec<Told>) -> Result<(), FollowError> {
        if self.wrong.is_empty() {
            return Ok(());
        }
        let batches = open_batches(&self.network, self.order.order).await?;
        let mut waiting = Vec::new();
        for (delivered, finding) in core::mem::take(&mut self.wrong) {
            let nonce = delivered.receipt.nonce;
            let Some(found) = batch_of(&batches, &delivered.worker, nonce) else {
                waiting.push((delivered, finding));
                continue;
            };
            let (first, span) = (found.batch.first_nonce, u64::from(found.batch.span));
            let last = first.saturating_add(span).saturating_sub(1);
            let receipts = self
                .coordinator
                .receipts(&delivered.worker, first, last)
                .await?;
            let proof = match fraud_proof(&finding, &delivered, &found.batch, &receipts) {
                Ok(proof) => proof,
                // The worker may have another batch with room for this task.
                Err(AuditError::OtherReceipts { .. }) => {
                    waiting.push((delivered, finding));
                    continue;
                }
                Err(error) => {
                    let reason = error.to_string();
                    told.push(Told::NotProven { nonce, reason });
                    continue;
                }
            };
            let msg = self.network.to_market(&ExecuteMsg::ProveFraud {
                batch: found.number,
                proof: proof.to_bytes().into(),
            })?;
            match self.signer.send(vec![msg]).await {
                Ok(included) => {
                    self.counts.proven = self.counts.proven.saturating_add(1);
                    told.push(Told::Proven {
                        nonce,
                        worker: delivered.worker.clone(),
                        batch: found.number,
                        tx: included.hash,
                    });
                }
                Err(error) if error.is_temporary() => waiting.push((delivered, finding)),
                // Another proof was faster, or the batch has ended.
                Err(error) => {
                    let reason = error.to_string();
                    told.push(Told::NotProven { nonce, reason });
                }
            }
        }
        self.wrong = waiting;
        Ok(())
    }
}
