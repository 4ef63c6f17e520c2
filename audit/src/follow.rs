//! Following one order: every finished task is checked once, and what is wrong is proven
//! as soon as its batch is on chain.
//!
//! Nothing is kept between two runs of the process: what is delivered is checked again,
//! and what was demanded before stands on chain, with its answer.

use std::collections::{BTreeMap, BTreeSet};

use compute_api::market::{DemandParams, Order, Target};
use compute_proofs::{ProofError, task::OrderContext};
use worker::{Backend, WorkerError};

use crate::{
    Chain, Coordinator, CoordinatorError, Delivered, Finding, Handed, Receipted, check,
    check_receipt,
    seen::Seen,
    settle::{Settling, Wrong},
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
    /// What was shown does not fit together.
    #[error("what was shown of a batch does not fit together: {0}; ask another node")]
    Proof(#[from] ProofError),
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
    /// A finished task cannot be checked, by the coordinator's fault: it withholds
    /// something, or shows what cannot be.
    Unchecked {
        /// Which task.
        nonce: u64,
        /// Why.
        reason: String,
        /// Whether it is given up.
        given_up: bool,
    },
    /// The worker has to show something on chain, or its batch fails.
    Demanded {
        /// Which task.
        nonce: u64,
        /// Of which batch.
        batch: u64,
        /// What.
        target: Target,
        /// Micro-coins that it cost, which the worker gets if it answers.
        bond: u128,
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
    /// The batch of a wrong result has failed: its worker has not shown what it had to.
    Failed {
        /// Which task.
        nonce: u64,
        /// Whose.
        worker: String,
        /// Which batch.
        batch: u64,
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
    /// Private ones of which only what is public was checked.
    pub private: u64,
    /// Those that were wrong.
    pub wrong: u64,
    /// Those that could not be checked and were given up.
    pub unchecked: u64,
    /// Demands that were made.
    pub demanded: u64,
    /// Batches that were overturned.
    pub proven: u64,
    /// Batches of wrong results that have failed by themselves.
    pub failed: u64,
}

/// Follows one order at one coordinator.
pub struct Auditor {
    chain: Box<dyn Chain>,
    coordinator: Coordinator,
    backend: Box<dyn Backend>,
    order: Order,
    /// What goes for demands, if they may be made.
    demands: Option<DemandParams>,
    seen: Seen,
    wrong: Vec<Wrong>,
    counts: Counts,
}

impl Auditor {
    /// For the order that the coordinator's key spends. With `demands` bonds are spent
    /// where a wrong result cannot be proven otherwise, if the sender owns the order.
    ///
    /// # Errors
    /// [`FollowError`].
    pub async fn new(
        chain: Box<dyn Chain>,
        coordinator: Coordinator,
        backend: Box<dyn Backend>,
        demands: bool,
    ) -> Result<Self, FollowError> {
        let order = chain.order(coordinator.order().await?).await?;
        let is_owner = order.owner.as_str() == chain.address();
        let demands = match demands && is_owner {
            true => Some(chain.demand_rules().await?),
            false => None,
        };
        Ok(Self {
            chain,
            coordinator,
            backend,
            order,
            demands,
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

    /// Whether it can make workers show what is missing.
    #[must_use]
    pub fn demands(&self) -> bool {
        self.demands.is_some()
    }

    /// Wrong tasks that nothing was decided about yet.
    #[must_use]
    pub fn open(&self) -> usize {
        self.wrong.len()
    }

    /// Checks what is new, and proves what can be. What was found is told even if the
    /// round then fails.
    ///
    /// # Errors
    /// [`FollowError`]; what was checked stays checked.
    pub async fn round(&mut self, told: &mut Vec<Told>) -> Result<(), FollowError> {
        let checked = self.check_new(told).await;
        // A coordinator that is away keeps nobody from proving what was found.
        let proven = self.settle(told).await;
        checked.and(proven)
    }

    async fn check_new(&mut self, told: &mut Vec<Told>) -> Result<(), FollowError> {
        self.seen.look();
        let (new, all_over_below) = self.new_jobs().await?;
        for job in new {
            let delivered = match self.coordinator.delivered(&job).await {
                Ok(Handed::Open(delivered)) => *delivered,
                Ok(Handed::Private(receipted)) => {
                    self.private(&receipted, told)?;
                    continue;
                }
                Err(error) if error.is_temporary() => return Err(error.into()),
                Err(error) => {
                    self.unchecked(job.nonce, error.to_string(), told);
                    continue;
                }
            };
            match self.check(&delivered) {
                Ok(finding) => self.found(delivered, finding, told)?,
                // It is not what its grant authorises, or no task at all.
                Err(FollowError::Worker(error @ WorkerError::Invalid { .. })) => {
                    self.unchecked(job.nonce, error.to_string(), told);
                }
                Err(error) => return Err(error),
            }
        }
        self.seen.all_over_below(all_over_below);
        Ok(())
    }

    /// A private task: what is public of it.
    fn private(&mut self, receipted: &Receipted, told: &mut Vec<Told>) -> Result<(), FollowError> {
        let nonce = receipted.receipt.nonce;
        let finding = match check_receipt(&context(&*self.chain, &self.order)?, receipted) {
            Ok(finding) => finding,
            Err(error) => {
                self.unchecked(nonce, error.to_string(), told);
                return Ok(());
            }
        };
        if finding != Finding::Right {
            self.counts.wrong = self.counts.wrong.saturating_add(1);
            told.push(Told::Found {
                nonce,
                worker: receipted.worker.clone(),
                finding,
            });
            told.push(Told::NotProven {
                nonce,
                reason: "the order is private: its owner proves it, with what the app has"
                    .to_owned(),
            });
        }
        self.seen.checked(nonce);
        self.counts.private = self.counts.private.saturating_add(1);
        Ok(())
    }

    fn unchecked(&mut self, nonce: u64, reason: String, told: &mut Vec<Told>) {
        let (tries, given_up) = self.seen.failed(nonce);
        if given_up {
            self.counts.unchecked = self.counts.unchecked.saturating_add(1);
        }
        if tries == 1 || given_up {
            told.push(Told::Unchecked {
                nonce,
                reason,
                given_up,
            });
        }
    }

    fn found(
        &mut self,
        delivered: Delivered,
        finding: Finding,
        told: &mut Vec<Told>,
    ) -> Result<(), FollowError> {
        let nonce = delivered.receipt.nonce;
        if finding != Finding::Right {
            let right = self.backend.run(&delivered.task())?.into_run()?;
            self.counts.wrong = self.counts.wrong.saturating_add(1);
            told.push(Told::Found {
                nonce,
                worker: delivered.worker.clone(),
                finding,
            });
            self.wrong.push(Wrong {
                delivered,
                right,
                looks: 0,
                shown: BTreeMap::new(),
            });
        }
        self.seen.checked(nonce);
        self.counts.checked = self.counts.checked.saturating_add(1);
        Ok(())
    }

    /// Finished jobs that were not checked; and the nonce below which all jobs are over.
    async fn new_jobs(&self) -> Result<(Vec<crate::JobLine>, u64), FollowError> {
        let mut found = Vec::new();
        let (mut end, mut oldest_open, mut before) = (0, None, None);
        loop {
            let page = self.coordinator.jobs(before).await?;
            for job in &page {
                end = end.max(job.nonce.saturating_add(1));
                if !job.is_over() {
                    oldest_open = Some(job.nonce);
                } else if job.status == "done" && self.seen.wants(job.nonce) {
                    found.push(job.clone());
                }
            }
            match page.last() {
                // One that is slow can be far behind those that came after it.
                Some(last) if !self.seen.is_below(last.nonce) => before = Some(last.nonce),
                _ => break,
            }
        }
        Ok((found, oldest_open.unwrap_or(end)))
    }

    fn check(&mut self, delivered: &Delivered) -> Result<Finding, FollowError> {
        let mut secret = [0; 32];
        getrandom::fill(&mut secret)?;
        let context = context(&*self.chain, &self.order)?;
        Ok(check(&mut *self.backend, &context, delivered, &secret)?)
    }

    /// Goes on with all that is wrong.
    async fn settle(&mut self, told: &mut Vec<Told>) -> Result<(), FollowError> {
        let mut busy = BTreeSet::new();
        let mut at = 0;
        while let Some(wrong) = self.wrong.get_mut(at) {
            let next = Settling {
                chain: &*self.chain,
                coordinator: &self.coordinator,
                order: &self.order,
                demands: self.demands.as_ref(),
                counts: &mut self.counts,
                busy: &mut busy,
                told,
            };
            match next.one(wrong).await {
                Ok(true) => drop(self.wrong.swap_remove(at)),
                Ok(false) => at = at.saturating_add(1),
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

/// The order, as every signature names it.
pub(crate) fn context<'a>(
    chain: &'a dyn Chain,
    order: &Order,
) -> Result<OrderContext<'a>, FollowError> {
    let key = |bytes: &[u8]| -> Result<[u8; 32], FollowError> {
        bytes.try_into().map_err(|_| FollowError::Key(order.order))
    };
    let (chain_id, market) = chain.names();
    Ok(OrderContext {
        chain_id,
        market,
        order: order.order,
        authoriser: key(&order.authoriser_key)?,
        coordinator: key(&order.coordinator_key)?,
    })
}
