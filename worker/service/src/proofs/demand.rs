//! Answers to demands.

use std::ops::Range;

use compute_api::market::{Answer, Target, Tree};
use compute_proofs::{
    ProofError,
    codec::Encode,
    opening::{Place, TaskRecord, TraceEvidence},
    program::Operation,
    tensor::{Committed, TensorSpec},
    tree::nodes_on,
};

use super::Proven;
use crate::ServiceError;

type Record<'a> = TaskRecord<'a, [Committed]>;

/// The answer to a demand of this batch.
///
/// # Errors
/// [`ServiceError::Proof`]; [`ServiceError::Store`] if the run is gone.
pub(crate) fn answer(batch: &mut Proven<'_>, target: &Target) -> Result<Answer, ServiceError> {
    let nonce = match *target {
        Target::Receipt { nonce }
        | Target::Outputs { nonce, .. }
        | Target::Element { nonce, .. }
        | Target::Leaf { nonce, .. }
        | Target::Nodes { nonce, .. } => nonce,
    };
    let proof = |error| ServiceError::proof(format!("demand of task {nonce}"))(error);
    if batch.done(nonce).is_none() {
        let place = batch.receipts.prove_empty(nonce).map_err(proof)?;
        return Ok(Answer::Unclaimed {
            place: place.to_bytes().into(),
        });
    }
    if matches!(target, Target::Receipt { .. }) {
        let receipt = batch.named(nonce).map_err(proof)?;
        return Ok(Answer::Receipt {
            receipt: receipt.to_bytes().into(),
        });
    }
    batch.load(nonce)?;
    shown(batch, nonce, target).map_err(proof)
}

/// What needs the run.
fn shown(batch: &Proven<'_>, nonce: u64, target: &Target) -> Result<Answer, ProofError> {
    let record = batch.record(nonce)?;
    match *target {
        Target::Receipt { .. } => Ok(Answer::Receipt {
            receipt: batch.named(nonce)?.to_bytes().into(),
        }),
        Target::Outputs { operation, .. } => match find(&record, operation) {
            Some(_) => Ok(Answer::Outputs {
                outputs: traced(batch, &record, nonce, operation)?.to_bytes().into(),
            }),
            None => out_of_range(batch, &record, nonce, operation),
        },
        Target::Element {
            operation,
            output,
            row,
            col,
            ..
        } => {
            let inside = |spec: &TensorSpec| row < spec.shape.rows() && col < spec.shape.cols();
            if output_of(&record, operation, output).is_none_or(|spec| !inside(&spec)) {
                return out_of_range(batch, &record, nonce, operation);
            }
            let receipt = batch.receipts.prove(nonce)?;
            let evidence = record.evidence(receipt, operation, Place { output, row, col })?;
            Ok(Answer::Element {
                evidence: evidence.to_bytes().into(),
            })
        }
        Target::Leaf {
            operation,
            output,
            leaf,
            ..
        } => {
            if output_of(&record, operation, output).is_none_or(|spec| leaf >= spec.leaves()) {
                return out_of_range(batch, &record, nonce, operation);
            }
            let opened = tensor(&record, operation, output)?.open(leaf..leaf.saturating_add(1))?;
            Ok(Answer::Leaf {
                outputs: traced(batch, &record, nonce, operation)?.to_bytes().into(),
                leaf: opened.to_bytes().into(),
            })
        }
        Target::Nodes {
            tree: Tree::Trace {},
            level,
            first,
            count,
            ..
        } => {
            let leaves = u64::from(record.run.header.operations);
            let Some(range) = run(leaves, level, first, count) else {
                return out_of_range(batch, &record, nonce, u32::MAX);
            };
            let under = batch.named(nonce)?.to_bytes();
            nodes(under, record.run.trace.open_nodes(level, range)?)
        }
        Target::Nodes {
            tree: Tree::Output { operation, output },
            level,
            first,
            count,
            ..
        } => {
            let spec = output_of(&record, operation, output);
            let range = spec.and_then(|spec| run(spec.leaves(), level, first, count));
            let Some(range) = range else {
                return out_of_range(batch, &record, nonce, operation);
            };
            let under = traced(batch, &record, nonce, operation)?.to_bytes();
            nodes(
                under,
                tensor(&record, operation, output)?.open_nodes(level, range)?,
            )
        }
    }
}

/// The nodes that a demand means: fewer where the level ends, none where it has none.
fn run(leaves: u64, level: u8, first: u64, count: u32) -> Option<Range<u64>> {
    let there = nodes_on(leaves, level);
    (first < there).then(|| first..first.saturating_add(count.into()).min(there))
}

fn nodes(
    under: Vec<u8>,
    (nodes, siblings): (Vec<compute_proofs::Hash>, compute_proofs::tree::Siblings),
) -> Result<Answer, ProofError> {
    let nodes: Vec<u8> = nodes.into_iter().flat_map(|node| node.0).collect();
    Ok(Answer::Nodes {
        under: under.into(),
        nodes: nodes.into(),
        siblings: siblings.to_bytes().into(),
    })
}

fn find<'a>(record: &Record<'a>, operation: u32) -> Option<&'a Operation> {
    let at = usize::try_from(operation).ok()?;
    record.program.operations.get(at)
}

fn output_of(record: &Record<'_>, operation: u32, output: u8) -> Option<TensorSpec> {
    let outputs = find(record, operation)?.outputs().ok()?;
    outputs.get(usize::from(output)).copied()
}

fn tensor<'a>(
    record: &Record<'a>,
    operation: u32,
    output: u8,
) -> Result<&'a Committed, ProofError> {
    let at = usize::try_from(operation).unwrap_or(usize::MAX);
    let outputs = record.run.outputs.get(at);
    let found = outputs.and_then(|outputs| outputs.get(usize::from(output)));
    found.ok_or(ProofError::Missing {
        what: "output of the run",
    })
}

/// An operation's output roots, under the receipt's trace.
fn traced(
    batch: &Proven<'_>,
    record: &Record<'_>,
    nonce: u64,
    operation: u32,
) -> Result<TraceEvidence, ProofError> {
    Ok(TraceEvidence {
        named: batch.named(nonce)?,
        operation: record.program.prove(operation)?,
        trace: record.run.trace.prove(operation)?,
    })
}

/// There is nothing of the kind; shown by the operation, if there is that.
fn out_of_range(
    batch: &Proven<'_>,
    record: &Record<'_>,
    nonce: u64,
    operation: u32,
) -> Result<Answer, ProofError> {
    let shown = match find(record, operation) {
        Some(_) => Some(record.program.prove(operation)?.to_bytes().into()),
        None => None,
    };
    Ok(Answer::OutOfRange {
        receipt: batch.named(nonce)?.to_bytes().into(),
        operation: shown,
    })
}
