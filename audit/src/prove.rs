//! Fraud proofs from what was delivered.

use compute_proofs::{
    ProofError,
    opening::{FraudProof, NamedReceipt, TaskRecord},
    program::{Run, TaskInput},
    receipt::{Batch, Receipt, Receipts},
    tensor::Committed,
};
use worker::task::{SlotInput, Tensor};

use crate::{Delivered, Finding};

/// Why a finding cannot be proven yet.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// The receipts at hand are not those of the batch.
    #[error(
        "the {known} receipts at hand do not make the batch's root {expected}: demand the \
         receipt of task {nonce}, or ask the coordinator for all of this worker's"
    )]
    OtherReceipts {
        /// How many are at hand within the batch's run.
        known: usize,
        /// The batch's root.
        expected: compute_proofs::Hash,
        /// Which task is to be proven.
        nonce: u64,
    },
    /// The finding is none that the chain can be shown from what was delivered.
    #[error("{finding:?} cannot be proven from what was delivered: demand what is missing")]
    NotShown {
        /// What was found.
        finding: Box<Finding>,
    },
    /// What was delivered does not fit together.
    #[error(transparent)]
    Proof(#[from] ProofError),
}

/// The proof of what was found in a task of `batch`. `receipts` are the worker's of that
/// order, as far as they are known: those in the batch's run must be all of its.
///
/// # Errors
/// [`AuditError`].
pub fn fraud_proof(
    finding: &Finding,
    delivered: &Delivered,
    batch: &Batch,
    receipts: &[Receipt],
) -> Result<FraudProof, AuditError> {
    let nonce = delivered.receipt.nonce;
    let end = batch.first_nonce.saturating_add(u64::from(batch.span));
    let mut within: Vec<Receipt> = receipts.to_vec();
    within.retain(|receipt| (batch.first_nonce..end).contains(&receipt.nonce));
    within.sort_by_key(|receipt| receipt.nonce);
    within.dedup();
    let known = within.len();
    let tree = Receipts::new(within, batch.commit_by)
        .ok()
        .filter(|tree| tree.batch() == *batch);
    let tree = tree.ok_or(AuditError::OtherReceipts {
        known,
        expected: batch.root,
        nonce,
    })?;
    let receipt = tree.prove(nonce)?;
    match finding {
        Finding::Receipt(_) => Ok(FraudProof::Receipt(NamedReceipt {
            receipt,
            grant: delivered.grant,
        })),
        Finding::Element {
            operation, place, ..
        } => {
            let inputs = delivered.inputs.iter().map(input);
            let inputs = inputs.collect::<Result<Vec<_>, _>>()?;
            let weights = delivered.weights.iter().map(|at| committed(&at.tensor));
            let weights = weights.collect::<Result<Vec<_>, _>>()?;
            // What the worker has committed to is the wrong output, not the right one.
            let outputs = vec![vec![committed(&delivered.output)?]];
            let run = Run::new(delivered.program.header()?, outputs)?;
            let record = TaskRecord {
                program: &delivered.program,
                inputs: &inputs,
                weights: weights.as_slice(),
                run: &run,
                grant: delivered.grant,
            };
            let evidence = record.evidence(receipt, *operation, *place)?;
            Ok(FraudProof::Element(evidence))
        }
        Finding::Right
        | Finding::NotAsCommitted { .. }
        | Finding::OtherGrant { .. }
        | Finding::Trace { .. }
        | Finding::Inside => Err(AuditError::NotShown {
            finding: Box::new(finding.clone()),
        }),
    }
}

fn committed(tensor: &Tensor) -> Result<Committed, ProofError> {
    Committed::new(tensor.spec(), tensor.bytes().to_vec())
}

fn input(slot: &SlotInput) -> Result<TaskInput, ProofError> {
    Ok(match slot {
        SlotInput::Tensor(tensor) => TaskInput::Tensor(committed(tensor)?),
        SlotInput::Seed(seed) => TaskInput::Seed(*seed),
    })
}
