//! Tensors: rows cut into leaves, a tree over the leaves, a root that also binds
//! type and shape.
//!
//! A leaf is at most [`LEAF_BYTES`] of one row (one BLAKE3 chunk); a row starts a
//! new leaf, so a row is one range of leaves and so are adjacent rows. Operations
//! declare their output so that what a consumer reads is a row.

use alloc::vec::Vec;
use core::{fmt, ops::Range};

use exact_kernels::{DType, Shape};

use crate::{
    Hash, ProofError,
    codec::{Decode, DecodeError, Encode, Reader, codec_struct, encode_bytes},
    hash::{TENSOR, TENSOR_LEAF},
    tree::{Siblings, Tree, fold},
};

/// The longest leaf, in bytes: one BLAKE3 chunk.
pub const LEAF_BYTES: u32 = 1024;

/// The largest tensor that a program may read or write, in bytes.
pub const MAX_TENSOR_BYTES: u64 = 1 << 36;

/// The most bytes that one opened range can carry; registration bounds what an
/// element reads well below it.
pub const MAX_OPENED_BYTES: u32 = 64 * 1024;

const NAME: &str = "tensor";

/// Type and shape of a committed tensor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TensorSpec {
    /// Type of every element.
    pub dtype: DType,
    /// Rows and columns, as committed.
    pub shape: Shape,
}

impl TensorSpec {
    /// A tensor of `rows` by `cols` elements.
    ///
    /// # Errors
    /// [`ProofError::Kernel`] for a zero dimension.
    pub fn new(dtype: DType, rows: u32, cols: u32) -> Result<Self, ProofError> {
        let shape = Shape::new(rows, cols)?;
        Ok(Self { dtype, shape })
    }

    /// Bytes of one row.
    #[must_use]
    pub fn row_bytes(&self) -> u64 {
        u64::from(self.shape.cols()).saturating_mul(u64::from(self.dtype.bytes()))
    }

    /// Bytes of the whole tensor.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.row_bytes()
            .saturating_mul(u64::from(self.shape.rows()))
    }

    /// Leaves of one row.
    #[must_use]
    pub fn leaves_per_row(&self) -> u64 {
        self.row_bytes().div_ceil(u64::from(LEAF_BYTES))
    }

    /// Leaves of the whole tensor.
    #[must_use]
    pub fn leaves(&self) -> u64 {
        self.leaves_per_row()
            .saturating_mul(u64::from(self.shape.rows()))
    }

    /// The leaves of one row.
    #[must_use]
    pub fn row_leaves(&self, row: u32) -> Range<u64> {
        let first = self.leaves_per_row().saturating_mul(u64::from(row));
        first..first.saturating_add(self.leaves_per_row())
    }

    /// The leaf that holds one element.
    #[must_use]
    pub fn element_leaf(&self, row: u32, col: u32) -> Range<u64> {
        let within = self.leaf_in_row(col);
        let leaf = self.row_leaves(row).start.saturating_add(within);
        leaf..leaf.saturating_add(1)
    }

    fn leaf_in_row(&self, col: u32) -> u64 {
        u64::from(col.checked_div(self.elements_per_leaf()).unwrap_or(0))
    }

    /// Where an element of column `col` stands within its leaf.
    #[must_use]
    pub fn index_in_leaf(&self, col: u32) -> u32 {
        col.checked_rem(self.elements_per_leaf()).unwrap_or(0)
    }

    /// [`LEAF_BYTES`] is a multiple of every element's size.
    fn elements_per_leaf(&self) -> u32 {
        LEAF_BYTES.checked_div(self.dtype.bytes()).unwrap_or(1)
    }

    /// Where a leaf's bytes start within the tensor's.
    fn offset(&self, leaf: u64) -> u64 {
        let per_row = self.leaves_per_row();
        let row = leaf.checked_div(per_row).unwrap_or(0);
        let within = leaf.checked_rem(per_row).unwrap_or(0);
        let row_start = row.saturating_mul(self.row_bytes());
        row_start.saturating_add(within.saturating_mul(u64::from(LEAF_BYTES)))
    }

    /// Bytes of a range of leaves.
    #[must_use]
    pub fn range_bytes(&self, leaves: Range<u64>) -> u64 {
        self.offset(leaves.end)
            .saturating_sub(self.offset(leaves.start))
    }

    /// A range of leaves within the whole tensor's bytes; `None` if they are not
    /// there or lie beyond what this machine can address.
    pub(crate) fn slice<'a>(&self, bytes: &'a [u8], leaves: Range<u64>) -> Option<&'a [u8]> {
        let start = usize::try_from(self.offset(leaves.start)).ok()?;
        let end = usize::try_from(self.offset(leaves.end)).ok()?;
        bytes.get(start..end)
    }

    /// The first column that a leaf of `row` holds.
    pub(crate) fn first_col(&self, row: u32, leaf: u64) -> u32 {
        let within = leaf.saturating_sub(self.row_leaves(row).start);
        let col = within.saturating_mul(u64::from(self.elements_per_leaf()));
        u32::try_from(col).unwrap_or(u32::MAX)
    }

    /// The root over a tree's top.
    #[must_use]
    pub fn seal(&self, top: &Hash) -> Hash {
        TENSOR.hash(&[&self.to_bytes(), &top.0])
    }

    /// Hashes the leaves of a range, given its bytes.
    fn hash_leaves(&self, leaves: Range<u64>, bytes: &[u8]) -> Result<Vec<Hash>, ProofError> {
        let expected = self.range_bytes(leaves.clone());
        let actual = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        if expected != actual {
            return Err(ProofError::WrongLength {
                what: NAME,
                expected,
                actual,
            });
        }
        let mut rest = bytes;
        let mut hashes = Vec::new();
        for leaf in leaves {
            let len = self.range_bytes(leaf..leaf.saturating_add(1));
            let len = usize::try_from(len).unwrap_or(usize::MAX);
            let (leaf, behind) = rest.split_at_checked(len).unwrap_or((rest, &[]));
            hashes.push(TENSOR_LEAF.hash(&[leaf]));
            rest = behind;
        }
        Ok(hashes)
    }
}

impl fmt::Display for TensorSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let dtype = match self.dtype {
            DType::I8 => "int8",
            DType::U8 => "uint8",
            DType::I32 => "int32",
        };
        write!(f, "{dtype} {}x{}", self.shape.rows(), self.shape.cols())
    }
}

impl Encode for TensorSpec {
    fn encode(&self, out: &mut Vec<u8>) {
        let tag: u8 = match self.dtype {
            DType::I8 => 0,
            DType::U8 => 1,
            DType::I32 => 2,
        };
        tag.encode(out);
        self.shape.rows().encode(out);
        self.shape.cols().encode(out);
    }
}

impl Decode for TensorSpec {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let dtype = match u8::decode(reader)? {
            0 => DType::I8,
            1 => DType::U8,
            2 => DType::I32,
            tag => {
                return Err(DecodeError::UnknownTag {
                    what: "element type",
                    tag,
                });
            }
        };
        let (rows, cols) = (u32::decode(reader)?, u32::decode(reader)?);
        let shape = Shape::new(rows, cols).map_err(|_| DecodeError::Invalid {
            what: "a dimension of 0",
        })?;
        Ok(Self { dtype, shape })
    }
}

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
        check_len(&spec, bytes.len())?;
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
}

fn check_len(spec: &TensorSpec, len: usize) -> Result<(), ProofError> {
    let (expected, actual) = (spec.bytes(), u64::try_from(len).unwrap_or(u64::MAX));
    if expected == actual {
        Ok(())
    } else {
        Err(ProofError::WrongLength {
            what: NAME,
            expected,
            actual,
        })
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

/// The element `index` places into `bytes`, as a number.
///
/// # Errors
/// [`ProofError::WrongLength`] beyond the end.
pub fn element(dtype: DType, bytes: &[u8], index: u32) -> Result<i32, ProofError> {
    let size = dtype.bytes();
    let start = u64::from(index).saturating_mul(u64::from(size));
    let end = start.saturating_add(u64::from(size));
    let as_index = |at: u64| usize::try_from(at).unwrap_or(usize::MAX);
    let found = bytes.get(as_index(start)..as_index(end));
    match (dtype, found) {
        (DType::I8, Some(&[byte])) => Ok(i32::from(i8::from_le_bytes([byte]))),
        (DType::U8, Some(&[byte])) => Ok(i32::from(byte)),
        (DType::I32, Some(&[a, b, c, d])) => Ok(i32::from_le_bytes([a, b, c, d])),
        _ => Err(ProofError::WrongLength {
            what: "element",
            expected: end,
            actual: u64::try_from(bytes.len()).unwrap_or(u64::MAX),
        }),
    }
}

/// A number as an element's bytes; values outside an 8-bit type keep their low
/// byte.
pub fn push_element(dtype: DType, value: i32, out: &mut Vec<u8>) {
    match dtype {
        DType::I8 | DType::U8 => out.push(exact_kernels::requantise::low_byte(value)),
        DType::I32 => out.extend_from_slice(&value.to_le_bytes()),
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
