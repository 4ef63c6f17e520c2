//! What a worker was made to show, and what is in it.

use compute_api::market::{Answer, Target, Tree as Under};
use compute_proofs::{
    Hash, ProofError,
    codec::Decode,
    opening::{NamedReceipt, TraceEvidence},
};

/// What a worker was made to show.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    /// What was demanded.
    pub target: Target,
    /// What was answered; the chain has checked that it is an answer to that.
    pub answer: Answer,
}

pub(crate) const NO_ANSWER: ProofError = ProofError::Missing {
    what: "an answer to what was demanded",
};

pub(crate) fn nonce_of(target: &Target) -> u64 {
    match *target {
        Target::Receipt { nonce }
        | Target::Outputs { nonce, .. }
        | Target::Element { nonce, .. }
        | Target::Leaf { nonce, .. }
        | Target::Nodes { nonce, .. } => nonce,
    }
}

/// The receipt that an answer shows on its way.
pub(crate) fn receipt_in(
    target: &Target,
    answer: &Answer,
) -> Result<Option<NamedReceipt>, ProofError> {
    if let Some(traced) = traced_in(target, answer)? {
        return Ok(Some(traced.named));
    }
    match answer {
        Answer::Receipt { receipt }
        | Answer::OutOfRange { receipt, .. }
        | Answer::Nodes { under: receipt, .. } => Ok(Some(NamedReceipt::from_bytes(receipt)?)),
        _ => Ok(None),
    }
}

/// The output roots that an answer shows on its way.
pub(crate) fn traced_in(
    target: &Target,
    answer: &Answer,
) -> Result<Option<TraceEvidence>, ProofError> {
    let is_of_output = matches!(
        target,
        Target::Nodes {
            tree: Under::Output { .. },
            ..
        }
    );
    match answer {
        Answer::Outputs { outputs } | Answer::Leaf { outputs, .. } => {
            Ok(Some(TraceEvidence::from_bytes(outputs)?))
        }
        Answer::Nodes { under, .. } if is_of_output => Ok(Some(TraceEvidence::from_bytes(under)?)),
        _ => Ok(None),
    }
}

/// The nodes that this demand was answered with.
pub(crate) fn nodes_in(shown: &[Shown], target: &Target) -> Result<Option<Vec<Hash>>, ProofError> {
    let Some(one) = shown.iter().find(|one| one.target == *target) else {
        return Ok(None);
    };
    let Answer::Nodes { nodes, .. } = &one.answer else {
        return Err(NO_ANSWER);
    };
    let nodes = nodes.chunks(32).map(|node| node.try_into().map(Hash));
    let nodes: Result<Vec<Hash>, _> = nodes.collect();
    nodes.map(Some).map_err(|_| NO_ANSWER)
}
