//! The trace of a run: the roots of every operation's outputs, in one tree.
//!
//! Leaf `i` is operation `i` with the roots of all its outputs, so an operation
//! has one place and one set of roots; the root seals the operation count. Every
//! input that is opened is proven under the root of the operation that the
//! program's edge names: zeros or skipped operations cannot be linked in.

use alloc::{vec, vec::Vec};
use core::ops::Range;

use crate::{
    Hash, ProofError,
    codec::{Decode, DecodeError, Encode, Reader, encode_list},
    hash::{TRACE, TRACE_LEAF},
    num::index,
    program::MAX_OUTPUTS,
    tree::{Siblings, Tree, fold},
};

const NAME: &str = "trace";

/// The roots of one operation's outputs, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutputRoots(pub Vec<Hash>);

impl Encode for OutputRoots {
    fn encode(&self, out: &mut Vec<u8>) {
        encode_list(&self.0, out);
    }
}

impl Decode for OutputRoots {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.list("output roots", MAX_OUTPUTS).map(Self)
    }
}

impl OutputRoots {
    fn leaf(&self, operation: u32) -> Hash {
        TRACE_LEAF.hash(&[&operation.to_le_bytes(), &self.to_bytes()])
    }
}

/// A whole trace, kept to prove operations of it.
#[derive(Clone, Debug)]
pub struct Trace {
    outputs: Vec<OutputRoots>,
    tree: Tree,
}

impl Trace {
    /// The trace of a run with these outputs, one entry per operation.
    ///
    /// # Errors
    /// [`ProofError::EmptyTree`].
    pub fn new(outputs: Vec<OutputRoots>) -> Result<Self, ProofError> {
        let leaves = (0..).zip(&outputs).map(|(at, roots)| roots.leaf(at));
        let tree = Tree::new(NAME, leaves.collect())?;
        Ok(Self { outputs, tree })
    }

    /// The root that commits to every output of every operation.
    #[must_use]
    pub fn root(&self) -> Hash {
        let operations = u32::try_from(self.outputs.len()).unwrap_or(u32::MAX);
        seal(operations, &self.tree.top())
    }

    /// Shows one operation's output roots.
    ///
    /// # Errors
    /// [`ProofError::OutOfTree`].
    pub fn prove(&self, operation: u32) -> Result<TraceProof, ProofError> {
        let first = u64::from(operation);
        let siblings = self.tree.prove(first..first.saturating_add(1))?;
        let at = index(operation);
        let outputs = self.outputs.get(at).cloned();
        Ok(TraceProof {
            outputs: outputs.unwrap_or(OutputRoots(Vec::new())),
            siblings,
        })
    }

    /// Nodes of one level of the tree, 0 being the leaves, with the siblings that lead
    /// to the top: what answers a demand of nodes.
    ///
    /// # Errors
    /// [`ProofError::OutOfTree`].
    pub fn open_nodes(
        &self,
        level: u8,
        range: Range<u64>,
    ) -> Result<(Vec<Hash>, Siblings), ProofError> {
        self.tree.open_level(level, range)
    }
}

/// One operation's output roots with the path to the trace root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraceProof {
    /// The roots of all its outputs.
    pub outputs: OutputRoots,
    /// From the operation to the trace's top.
    pub siblings: Siblings,
}

crate::codec::codec_struct!(TraceProof { outputs, siblings });

impl TraceProof {
    /// The root of the trace of `operations` operations in which this one is
    /// number `operation`.
    ///
    /// # Errors
    /// [`ProofError::WrongCount`], [`ProofError::OutOfTree`].
    pub fn root(&self, operations: u32, operation: u32) -> Result<Hash, ProofError> {
        let leaf = vec![self.outputs.leaf(operation)];
        let (len, at) = (u64::from(operations), u64::from(operation));
        let top = fold(NAME, len, at, leaf, &self.siblings)?;
        Ok(seal(operations, &top))
    }

    /// The root of output `output`.
    ///
    /// # Errors
    /// [`ProofError::OutOfRange`] if the operation committed no such output.
    pub fn output(&self, output: u8) -> Result<Hash, ProofError> {
        let root = self.outputs.0.get(usize::from(output)).copied();
        root.ok_or_else(|| ProofError::OutOfRange {
            what: "output of an operation",
            value: u128::from(output),
            min: 0,
            max: u128::try_from(self.outputs.0.len().saturating_sub(1)).unwrap_or(0),
        })
    }
}

/// The root of a trace of `operations` operations whose tree has this top.
#[must_use]
pub fn seal(operations: u32, top: &Hash) -> Hash {
    TRACE.hash(&[&operations.to_le_bytes(), &top.0])
}
