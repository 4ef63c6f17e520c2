//! What the worker shows of its batches: openings of drawn samples, answers to demands.
//! Pure, but for the runs, which come from the store.

mod claims;
mod demand;
mod openings;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use compute_proofs::{
    ProofError,
    opening::{BatchContext, NamedReceipt, TaskRecord},
    receipt::Receipts,
    tensor::Committed,
};
use worker::store::{Kept, Store};

pub(crate) use claims::acknowledged;
pub(crate) use demand::answer;
pub(crate) use openings::{chunks, openings};

use crate::{ServiceError, chain::OrderKeys, journal::Done};

/// A committed batch with all that was done for it.
pub(crate) struct Proven<'a> {
    keys: &'a OrderKeys,
    worker: &'a str,
    tasks: Vec<Done>,
    receipts: Receipts,
    store: &'a Store,
    /// Runs that were loaded, by nonce. One at a time: they are large.
    loaded: HashMap<u64, Kept>,
}

impl<'a> Proven<'a> {
    /// The batch of these tasks, as it was signed.
    pub(crate) fn new(
        keys: &'a OrderKeys,
        worker: &'a str,
        tasks: Vec<Done>,
        commit_by: u64,
        store: &'a Store,
    ) -> Result<Self, ServiceError> {
        let receipts = tasks.iter().map(|task| task.receipt).collect();
        let receipts = Receipts::new(receipts, commit_by);
        Ok(Self {
            keys,
            worker,
            receipts: receipts.map_err(ServiceError::proof("receipts of a batch"))?,
            tasks,
            store,
            loaded: HashMap::new(),
        })
    }

    /// What the chain knows of it.
    pub(crate) fn context(&self) -> BatchContext<'_> {
        BatchContext {
            order: self.keys.context(),
            worker: self.worker,
            batch: self.receipts.batch(),
        }
    }

    fn done(&self, nonce: u64) -> Option<&Done> {
        self.tasks.iter().find(|task| task.nonce() == nonce)
    }

    /// A task's receipt with its path and grant.
    fn named(&self, nonce: u64) -> Result<NamedReceipt, ProofError> {
        let missing = ProofError::Missing { what: "receipt" };
        let grant = self.done(nonce).ok_or(missing)?.grant;
        let receipt = self.receipts.prove(nonce)?;
        Ok(NamedReceipt { receipt, grant })
    }

    /// Loads the run of a task, in place of the last one.
    fn load(&mut self, nonce: u64) -> Result<(), ServiceError> {
        if self.loaded.contains_key(&nonce) {
            return Ok(());
        }
        let missing = ServiceError::proof(format!("task {nonce}"));
        let Some(done) = self.done(nonce) else {
            return Err(missing(ProofError::Missing { what: "receipt" }));
        };
        let kept = self.store.load(done.id())?;
        self.loaded.clear();
        self.loaded.insert(nonce, kept);
        Ok(())
    }

    /// The run that was loaded last.
    fn record(&self, nonce: u64) -> Result<TaskRecord<'_, [Committed]>, ProofError> {
        let missing = ProofError::Missing { what: "run" };
        let (Some(kept), Some(done)) = (self.loaded.get(&nonce), self.done(nonce)) else {
            return Err(missing);
        };
        Ok(TaskRecord {
            program: &kept.program,
            inputs: &kept.inputs,
            weights: kept.weights.as_slice(),
            run: &kept.run,
            grant: done.grant,
        })
    }
}
