//! Type and shape, and how rows are cut into leaves.

use alloc::vec::Vec;
use core::{fmt, ops::Range};

use exact_kernels::{DType, Shape};

use super::{LEAF_BYTES, NAME};
use crate::{
    Hash, ProofError,
    codec::{Decode, DecodeError, Encode, Reader},
    error::same_len,
    hash::{TENSOR, TENSOR_LEAF},
};

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
    pub(super) fn hash_leaves(
        &self,
        leaves: Range<u64>,
        bytes: &[u8],
    ) -> Result<Vec<Hash>, ProofError> {
        let expected = self.range_bytes(leaves.clone());
        same_len(NAME, expected, bytes.len())?;
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
