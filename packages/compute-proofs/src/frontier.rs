//! The right edge of a growing tree: enough to add leaves and to know the top,
//! in `log2(n)` nodes. A contract keeps it between transactions.

use alloc::vec::Vec;

use crate::{
    ProofError,
    codec::{Decode, DecodeError, Encode, Reader},
    tree::Node,
};

/// The whole subtrees that a tree of `len` leaves ends in: one for each bit of
/// `len`, by level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frontier<N> {
    len: u64,
    subtrees: Vec<Option<N>>,
}

impl<N: Node> Default for Frontier<N> {
    fn default() -> Self {
        Self {
            len: 0,
            subtrees: Vec::new(),
        }
    }
}

impl<N: Node> Frontier<N> {
    /// Number of leaves so far.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Adds a leaf: as in counting, whole subtrees carry into the next level.
    ///
    /// # Errors
    /// [`ProofError::SumOverflow`]; the frontier is then as it was.
    pub fn push(&mut self, leaf: N) -> Result<(), ProofError> {
        let whole = self.subtrees.iter().map_while(|subtree| *subtree);
        let (mut carry, mut carried) = (leaf, 0usize);
        for left in whole {
            carry = N::parent(&left, &carry)?;
            carried = carried.saturating_add(1);
        }
        for subtree in self.subtrees.iter_mut().take(carried) {
            *subtree = None;
        }
        match self.subtrees.get_mut(carried) {
            Some(subtree) => *subtree = Some(carry),
            None => self.subtrees.push(Some(carry)),
        }
        self.len = self.len.saturating_add(1);
        Ok(())
    }

    /// The top of the tree over all leaves so far, the same as
    /// [`Tree`](crate::tree::Tree)'s; `None` without leaves.
    ///
    /// # Errors
    /// [`ProofError::SumOverflow`].
    pub fn top(&self) -> Result<Option<N>, ProofError> {
        let Some((highest, lower)) = self.subtrees.split_last() else {
            return Ok(None);
        };
        let (mut right, mut padding) = (None, N::EMPTY);
        for subtree in lower {
            right = match (subtree, right) {
                (Some(left), Some(right)) => Some(N::parent(left, &right)?),
                (Some(node), None) => Some(N::parent(node, &padding)?),
                (None, Some(node)) => Some(N::parent(&node, &padding)?),
                (None, None) => None,
            };
            padding = N::parent(&padding, &padding)?;
        }
        match (highest, right) {
            (Some(left), Some(right)) => Ok(Some(N::parent(left, &right)?)),
            (top, right) => Ok(top.or(right)),
        }
    }
}

impl<N: Node> Encode for Frontier<N> {
    fn encode(&self, out: &mut Vec<u8>) {
        self.len.encode(out);
        for subtree in self.subtrees.iter().flatten() {
            subtree.encode(out);
        }
    }
}

impl<N: Node> Decode for Frontier<N> {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let len = u64::decode(reader)?;
        let mut subtrees = Vec::new();
        let mut bits = len;
        while bits > 0 {
            let whole = bits & 1 == 1;
            subtrees.push(if whole {
                Some(N::decode(reader)?)
            } else {
                None
            });
            bits >>= 1;
        }
        Ok(Self { len, subtrees })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::{SumNode, Tree};
    use crate::{Hash, hash::RECEIPT};

    #[test]
    fn its_top_is_the_trees_at_every_length() {
        let mut frontier = Frontier::default();
        assert_eq!(frontier.top(), Ok(None));
        let mut leaves = Vec::new();
        for at in 0..70u32 {
            let leaf = SumNode {
                hash: RECEIPT.hash(&[&at.to_le_bytes()]),
                sum: u128::from(at),
            };
            leaves.push(leaf);
            frontier.push(leaf).unwrap();
            let tree = Tree::new("test", leaves.clone()).unwrap();
            assert_eq!(frontier.top(), Ok(Some(tree.top())), "{at}");
            assert_eq!(frontier.len(), u64::from(at) + 1);
            let bytes = frontier.to_bytes();
            assert_eq!(Frontier::from_bytes(&bytes), Ok(frontier.clone()));
            assert!(Frontier::<SumNode>::from_bytes(&bytes[1..]).is_err());
        }
    }

    #[test]
    fn sums_that_overflow_are_refused_and_change_nothing() {
        let mut frontier = Frontier::default();
        let leaf = SumNode {
            hash: Hash::ZERO,
            sum: u128::MAX,
        };
        frontier.push(leaf).unwrap();
        let before = frontier.clone();
        assert_eq!(frontier.push(leaf), Err(ProofError::SumOverflow));
        assert_eq!(frontier, before);
    }
}
