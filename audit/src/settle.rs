//! One wrong task, from its batch's commit to its end. What is to be done says [`Case`];
//! here it is done.

use std::collections::{BTreeMap, BTreeSet};

use compute_api::market::{BatchState, Demand, DemandParams, DemandState, Order, Target};
use compute_proofs::{opening::BatchContext, program::Run, receipt::Receipt};

use crate::{
    Case, Chain, Committed, Coordinator, Counts, Delivered, FollowError, Shown, Step, Told,
    batch_of, follow::context,
};

/// Looks that a batch may be on chain before receipts that do not make its root are taken
/// for withheld.
const LATE: u32 = 3;

/// A wrong task that is not settled yet.
pub(crate) struct Wrong {
    pub(crate) delivered: Delivered,
    pub(crate) right: Run,
    /// Looks since its batch was seen.
    pub(crate) looks: u32,
    /// What was shown of it, by demand.
    pub(crate) shown: BTreeMap<u32, Shown>,
}

/// One step of one wrong task.
pub(crate) struct Settling<'a> {
    pub(crate) chain: &'a dyn Chain,
    pub(crate) coordinator: &'a Coordinator,
    pub(crate) order: &'a Order,
    pub(crate) demands: Option<&'a DemandParams>,
    pub(crate) counts: &'a mut Counts,
    /// Batches that something was demanded of: one task at a time, since few demands are
    /// taken and one proof overturns the batch.
    pub(crate) busy: &'a mut BTreeSet<u64>,
    pub(crate) told: &'a mut Vec<Told>,
}

impl Settling<'_> {
    /// Whether it is over.
    pub(crate) async fn one(mut self, wrong: &mut Wrong) -> Result<bool, FollowError> {
        let worker = wrong.delivered.worker.clone();
        let nonce = wrong.delivered.receipt.nonce;
        let batches = self.chain.batches(self.order.order, &worker).await?;
        let Some(found) = batch_of(&batches, &worker, nonce) else {
            return Ok(false);
        };
        match found.state {
            BatchState::Failed => {
                self.counts.failed = self.counts.failed.saturating_add(1);
                self.told.push(Told::Failed {
                    nonce,
                    worker,
                    batch: found.number,
                });
                return Ok(true);
            }
            BatchState::Overturned => return Ok(self.not_proven(nonce, "it is overturned already")),
            BatchState::Settled => return Ok(self.not_proven(nonce, "its batch has settled")),
            _ => {}
        }
        wrong.looks = wrong.looks.saturating_add(1);
        let demands = self.chain.demands(found.number).await?;
        self.learn(wrong, found.number, &demands).await?;
        let receipts = self.receipts(&worker, found, wrong.looks).await?;
        let case = Case {
            batch: BatchContext {
                order: context(self.chain, self.order)?,
                worker: &worker,
                batch: found.batch,
            },
            delivered: &wrong.delivered,
            right: &wrong.right,
            receipts: &receipts,
            max_nodes: self.demands.map_or(1_024, |rules| rules.max_nodes),
        };
        let shown: Vec<Shown> = wrong.shown.values().cloned().collect();
        match case.next(&shown)? {
            Step::Nothing(why) => Ok(self.not_proven(nonce, &why.to_string())),
            Step::Demand(target) => {
                let is_late = wrong.looks >= LATE || !matches!(target, Target::Receipt { .. });
                self.demand(nonce, found.number, target, &demands, is_late)
                    .await
            }
            Step::Prove(proof) => match self.chain.prove(found.number, &proof).await {
                Ok(tx) => {
                    self.counts.proven = self.counts.proven.saturating_add(1);
                    self.told.push(Told::Proven {
                        nonce,
                        worker,
                        batch: found.number,
                        tx,
                    });
                    Ok(true)
                }
                Err(error) if error.is_temporary() => Ok(false),
                // Another proof was faster, or the batch has ended.
                Err(error) => Ok(self.not_proven(nonce, &error.to_string())),
            },
        }
    }

    fn not_proven(&mut self, nonce: u64, reason: &str) -> bool {
        let reason = reason.to_owned();
        self.told.push(Told::NotProven { nonce, reason });
        true
    }

    /// Takes note of what the worker was made to show.
    async fn learn(
        &self,
        wrong: &mut Wrong,
        batch: u64,
        demands: &[Demand],
    ) -> Result<(), FollowError> {
        for demand in demands {
            let is_new = !wrong.shown.contains_key(&demand.demand);
            if demand.state == DemandState::Answered
                && is_new
                && let Some(answer) = self.chain.answer(batch, demand.demand).await?
            {
                let target = demand.target;
                let shown = Shown { target, answer };
                wrong.shown.insert(demand.demand, shown);
            }
        }
        Ok(())
    }

    /// The worker's receipts that the coordinator shows. One that shows none for long is
    /// gone around.
    async fn receipts(
        &self,
        worker: &str,
        found: &Committed,
        looks: u32,
    ) -> Result<Vec<Receipt>, FollowError> {
        let (first, span) = (found.batch.first_nonce, u64::from(found.batch.span));
        let last = first.saturating_add(span).saturating_sub(1);
        match self.coordinator.receipts(worker, first, last).await {
            Ok(receipts) => Ok(receipts),
            Err(error) if error.is_temporary() && looks < LATE => Err(error.into()),
            Err(_) => Ok(Vec::new()),
        }
    }

    /// Demands what is missing, unless it was demanded before.
    async fn demand(
        &mut self,
        nonce: u64,
        batch: u64,
        target: Target,
        demands: &[Demand],
        is_late: bool,
    ) -> Result<bool, FollowError> {
        if demands.iter().any(|demand| demand.target == target) {
            // It waits for its answer, or the node's index is a block behind.
            self.busy.insert(batch);
            return Ok(false);
        }
        if !is_late || self.busy.contains(&batch) {
            return Ok(false);
        }
        let Some(rules) = self.demands else {
            let reason = format!(
                "it takes a demand of {target:?}: `ballast audit --demand` with the key of the \
                 order's owner makes it"
            );
            return Ok(self.not_proven(nonce, &reason));
        };
        let made = u32::try_from(demands.len()).unwrap_or(u32::MAX);
        if made >= rules.per_batch {
            let reason = format!("batch {batch} takes no more than {made} demands");
            return Ok(self.not_proven(nonce, &reason));
        }
        let bond = rules.bond.u128();
        match self.chain.demand(batch, target, bond).await {
            Ok(_) => {
                self.busy.insert(batch);
                self.counts.demanded = self.counts.demanded.saturating_add(1);
                self.told.push(Told::Demanded {
                    nonce,
                    batch,
                    target,
                    bond,
                });
                Ok(false)
            }
            Err(error) if error.is_temporary() => Ok(false),
            Err(error) => Ok(self.not_proven(nonce, &error.to_string())),
        }
    }
}
