//! Heads: splitting columns into heads and joining them. Nothing is computed, so
//! nothing overflows.
//!
//! `rows × heads·depth` becomes `heads·rows × depth`, one head behind the other, and
//! back. Attention reads its heads in place; this is for programs that need them
//! as tensors of their own, such as grouped queries.

use crate::{
    KernelError, Shape,
    cost::{self, Moved},
    shape::index,
};

#[cfg(test)]
mod tests;

/// How a tensor's columns are cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Heads {
    heads: u32,
    joined: Shape,
    split: Shape,
}

impl Heads {
    /// Cuts `joined` into `heads` heads.
    ///
    /// # Errors
    /// [`KernelError::ZeroDimension`]; [`KernelError::LengthMismatch`] unless its
    /// columns are a multiple of `heads`; [`KernelError::TooManyElements`].
    pub fn new(joined: Shape, heads: u32) -> Result<Self, KernelError> {
        let Some(depth) = joined.cols().checked_div(heads) else {
            return Err(KernelError::ZeroDimension { name: "heads" });
        };
        let cut = depth.saturating_mul(heads);
        if cut != joined.cols() {
            return Err(KernelError::LengthMismatch {
                name: "heads",
                expected: index(cut),
                actual: index(joined.cols()),
            });
        }
        let rows = joined.rows().checked_mul(heads);
        let rows = rows.ok_or(KernelError::TooManyElements {
            rows: joined.rows(),
            cols: joined.cols(),
        })?;
        Ok(Self {
            heads,
            joined,
            split: Shape::new(rows, depth)?,
        })
    }

    /// The shape with all heads side by side.
    #[must_use]
    pub const fn joined(self) -> Shape {
        self.joined
    }

    /// The shape with the heads one behind the other.
    #[must_use]
    pub const fn split_shape(self) -> Shape {
        self.split
    }

    /// Where element `(row, col)` of the split tensor stands in the joined one.
    #[must_use]
    pub fn in_joined(self, row: u32, col: u32) -> (u32, u32) {
        let rows = self.joined.rows();
        let head = row.checked_div(rows).unwrap_or(0);
        let row = row.checked_rem(rows).unwrap_or(0);
        let before = head.saturating_mul(self.split.cols());
        (row, before.saturating_add(col))
    }

    /// Where element `(row, col)` of the joined tensor stands in the split one.
    #[must_use]
    pub fn in_split(self, row: u32, col: u32) -> (u32, u32) {
        let depth = self.split.cols();
        let head = col.checked_div(depth).unwrap_or(0);
        let col = col.checked_rem(depth).unwrap_or(0);
        let before = head.saturating_mul(self.joined.rows());
        (before.saturating_add(row), col)
    }

    /// The whole tensor, joined to split.
    ///
    /// # Errors
    /// [`KernelError::LengthMismatch`] naming the slice.
    pub fn split<T: Copy>(self, joined: &[T], out: &mut [T]) -> Result<(), KernelError> {
        self.joined.check_len("joined", joined.len())?;
        self.split.check_len("split", out.len())?;
        let (width, depth) = (index(self.joined.cols()), index(self.split.cols()));
        let heads = out.chunks_exact_mut(index(self.joined.rows()).saturating_mul(depth));
        for (head, out) in heads.enumerate() {
            let rows = joined.chunks_exact(width);
            for (row, out) in rows.zip(out.chunks_exact_mut(depth)) {
                let part = row.chunks_exact(depth).nth(head).unwrap_or(&[]);
                for (out, &x) in out.iter_mut().zip(part) {
                    *out = x;
                }
            }
        }
        Ok(())
    }

    /// The whole tensor, split to joined.
    ///
    /// # Errors
    /// [`KernelError::LengthMismatch`] naming the slice.
    pub fn join<T: Copy>(self, split: &[T], out: &mut [T]) -> Result<(), KernelError> {
        self.split.check_len("split", split.len())?;
        self.joined.check_len("joined", out.len())?;
        let (width, depth) = (index(self.joined.cols()), index(self.split.cols()));
        let heads = split.chunks_exact(index(self.joined.rows()).saturating_mul(depth));
        for (head, rows) in heads.enumerate() {
            let outs = out.chunks_exact_mut(width);
            for (row, out) in rows.chunks_exact(depth).zip(outs) {
                let part = out.chunks_exact_mut(depth).nth(head);
                for (out, &x) in part.into_iter().flatten().zip(row) {
                    *out = x;
                }
            }
        }
        Ok(())
    }

    /// Number of heads.
    #[must_use]
    pub const fn heads(self) -> u32 {
        self.heads
    }
}

/// Cost in ops: no arithmetic, the tensors moved.
#[must_use]
pub fn cost(tensors: impl IntoIterator<Item = Moved>) -> u128 {
    cost::cost(0, tensors)
}
