use cosmwasm_schema::cw_serde;
use cosmwasm_std::{Addr, Binary, Uint128};

use super::Deadline;

/// A tree under a receipt.
#[cw_serde]
#[derive(Copy, Eq)]
pub enum Tree {
    /// The trace: one leaf for each operation's output roots.
    Trace {},
    /// A tensor that an operation has output.
    Output {
        /// Which operation.
        operation: u32,
        /// Which of its outputs.
        output: u8,
    },
}

/// What a worker can be made to show. Whoever has re-run a task finds the operation
/// that differs by [`Self::Nodes`] of the trace, the leaf by [`Self::Nodes`] of the
/// output, and proves fraud with [`Self::Leaf`]: with 1 024 nodes a time that is four
/// demands for programs up to 1 024 operations and tensors up to 2^20 leaves.
#[cw_serde]
#[derive(Copy, Eq)]
pub enum Target {
    /// The receipt of a task, and the grant that it names.
    Receipt {
        /// Which task; within the batch's run.
        nonce: u64,
    },
    /// The output roots of one operation.
    Outputs {
        /// Of which task.
        nonce: u64,
        /// Which operation.
        operation: u32,
    },
    /// One element, with all that it was computed from. Only a right one is an
    /// answer.
    Element {
        /// Of which task.
        nonce: u64,
        /// Of which operation.
        operation: u32,
        /// Which of its outputs.
        output: u8,
        /// Row, as committed.
        row: u32,
        /// Column, as committed.
        col: u32,
    },
    /// One leaf of a tensor, right or wrong.
    Leaf {
        /// Of which task.
        nonce: u64,
        /// Of which operation.
        operation: u32,
        /// Which of its outputs.
        output: u8,
        /// Which leaf, as `compute_proofs::tensor::TensorSpec` counts them.
        leaf: u64,
    },
    /// Adjacent nodes of one level of a tree.
    Nodes {
        /// Of which task.
        nonce: u64,
        /// Which tree.
        tree: Tree,
        /// Which level; 0 are the leaves' hashes.
        level: u8,
        /// The first node.
        first: u64,
        /// How many; fewer where the level ends.
        count: u32,
    },
}

/// What answers a demand. The first two answer any.
#[cw_serde]
pub enum Answer {
    /// The worker has not claimed the task.
    Unclaimed {
        /// `compute_proofs::receipt::EmptyPlace`.
        place: Binary,
    },
    /// There is no such operation in the task's program, or no such output, element,
    /// leaf or node of it.
    OutOfRange {
        /// `compute_proofs::opening::NamedReceipt`.
        receipt: Binary,
        /// `compute_proofs::program::OperationProof`, if there is the operation.
        operation: Option<Binary>,
    },
    /// To [`Target::Receipt`].
    Receipt {
        /// `compute_proofs::opening::NamedReceipt`.
        receipt: Binary,
    },
    /// To [`Target::Outputs`].
    Outputs {
        /// `compute_proofs::opening::TraceEvidence`.
        outputs: Binary,
    },
    /// To [`Target::Element`].
    Element {
        /// `compute_proofs::opening::Evidence`.
        evidence: Binary,
    },
    /// To [`Target::Leaf`].
    Leaf {
        /// `compute_proofs::opening::TraceEvidence` of the operation.
        outputs: Binary,
        /// `compute_proofs::tensor::OpenedRange` of the leaf.
        leaf: Binary,
    },
    /// To [`Target::Nodes`].
    Nodes {
        /// What the tree stands under. A trace: `compute_proofs::opening::NamedReceipt`.
        /// An output: `compute_proofs::opening::TraceEvidence`.
        under: Binary,
        /// The nodes' hashes, 32 bytes each.
        nodes: Binary,
        /// `compute_proofs::tree::Siblings` of the nodes.
        siblings: Binary,
    },
}

/// Where a demand stands.
#[cw_serde]
#[derive(Copy, Eq)]
pub enum DemandState {
    /// It waits for an answer.
    Open,
    /// It was answered, and the worker has the bond.
    Answered,
    /// The batch has ended before, and the bond went back.
    Returned,
}

/// One demand.
#[cw_serde]
pub struct Demand {
    /// Its number, from 1 for each batch.
    pub demand: u32,
    /// What for.
    pub target: Target,
    /// Micro-coins that came with it.
    pub bond: Uint128,
    /// When it was made.
    pub made_at: u64,
    /// By when it must be answered, or the batch fails.
    pub answer_by: Deadline,
    /// Where it stands.
    pub state: DemandState,
    /// Who has carried the answer.
    pub answered_by: Option<Addr>,
}

/// Answer to `demands`: all of a batch.
#[cw_serde]
pub struct DemandsResponse {
    /// One page. What was answered is in the message that answered it.
    pub demands: Vec<Demand>,
}
