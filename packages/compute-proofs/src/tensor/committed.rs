//! Commitments to whole tensors, and ranges opened from them.

use alloc::vec::Vec;
use core::ops::Range;

use super::{MAX_OPENED_BYTES, NAME, TensorSpec};
use crate::{
    Hash, ProofError,
    codec::{Decode, DecodeError, Encode, Reader, codec_struct, encode_bytes},
    error::same_len,
    tree::{Siblings, Tree, fold},
};

/// A tensor with its tree, kept to prove ranges of it.
#[derive(Clone, Debug)]
pub struct Committed {
    spec: TensorSpec,
    bytes: Vec<u8>,
    tree: Tree,
}

impl Committed {
    /// Commits to a tensor's bytes, row-major, little-endian.
    ///
    /// # Errors
    /// [`ProofError::WrongLength`] unless `bytes` are exactly the tensor.
    pub fn new(spec: TensorSpec, bytes: Vec<u8>) -> Result<Self, ProofError> {
        same_len(NAME, spec.bytes(), bytes.len())?;
        let row_bytes = usize::try_from(spec.row_bytes()).unwrap_or(usize::MAX);
        let mut leaves = Vec::new();
        for (row, bytes) in (0..spec.shape.rows()).zip(bytes.chunks(row_bytes)) {
            leaves.extend(spec.hash_leaves(spec.row_leaves(row), bytes)?);
        }
        let tree = Tree::new(NAME, leaves)?;
        Ok(Self { spec, bytes, tree })
    }

    /// Type and shape.
    #[must_use]
    pub fn spec(&self) -> &TensorSpec {
        &self.spec
    }

    /// The elements' bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The root that commits to type, shape and every byte.
    #[must_use]
    pub fn root(&self) -> Hash {
        self.spec.seal(&self.tree.top())
    }

    /// The tree's top, which the root seals.
    #[must_use]
    pub fn top(&self) -> Hash {
        self.tree.top()
    }

    /// Opens a range of leaves within one row, or of whole rows.
    ///
    /// # Errors
    /// [`ProofError::OutOfTree`].
    pub fn open(&self, leaves: Range<u64>) -> Result<OpenedRange, ProofError> {
        let siblings = self.tree.prove(leaves.clone())?;
        let bytes = self.spec.slice(&self.bytes, leaves);
        let bytes = bytes.ok_or(ProofError::Missing { what: "leaves" })?;
        Ok(OpenedRange {
            bytes: bytes.to_vec(),
            siblings,
        })
    }

    /// Nodes of one level of the tree, 0 being the leaves' hashes, with the siblings
    /// that lead to the top: what answers a demand of nodes.
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

/// Bytes of a range of leaves, with the siblings that lead to the root.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OpenedRange {
    /// The leaves' bytes.
    pub bytes: Vec<u8>,
    /// Siblings of the range.
    pub siblings: Siblings,
}

impl Encode for OpenedRange {
    fn encode(&self, out: &mut Vec<u8>) {
        encode_bytes(&self.bytes, out);
        self.siblings.encode(out);
    }
}

impl Decode for OpenedRange {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            bytes: reader.bytes("opened bytes", MAX_OPENED_BYTES)?,
            siblings: Decode::decode(reader)?,
        })
    }
}

impl OpenedRange {
    /// The root of the tensor of this spec in which these bytes are `leaves`.
    ///
    /// # Errors
    /// [`ProofError::WrongLength`], [`ProofError::WrongCount`],
    /// [`ProofError::OutOfTree`].
    pub fn root(&self, spec: &TensorSpec, leaves: Range<u64>) -> Result<Hash, ProofError> {
        let first = leaves.start;
        let hashes = spec.hash_leaves(leaves, &self.bytes)?;
        let top = fold(NAME, spec.leaves(), first, hashes, &self.siblings)?;
        Ok(spec.seal(&top))
    }
}

codec_struct!(SealPreimage { spec, top });

/// What a tensor's root is the hash of: shown to prove that a committed root
/// stands for another type or shape than its operation declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SealPreimage {
    /// Type and shape that the root binds.
    pub spec: TensorSpec,
    /// The top of its tree.
    pub top: Hash,
}
