//! Binary trees and range proofs, over plain hashes and over sums.
//!
//! A tree over `n` leaves is as deep as the next power of two needs; where it
//! has no leaf stands [`Node::EMPTY`]. The path binds a leaf's index; whoever
//! commits to a tree seals its top together with `n` in a domain of its own,
//! which binds the length.
//!
//! A range proof shows any run of adjacent leaves at once. It carries only the
//! siblings that the verifier cannot know: none inside the range, none in the
//! padding. So there is exactly one proof of a range, in one order: level by
//! level from the leaves, left before right.

use alloc::vec::Vec;
use core::ops::Range;

use crate::{
    ProofError,
    codec::{Decode, DecodeError, Encode, Reader, codec_struct, encode_list},
    error::same_count,
    hash::{Hash, NODE, SUM_NODE},
    num::count,
};

/// The most siblings that a proof can need: both sides, 64 levels.
const MAX_SIBLINGS: u32 = 128;

/// A node of a tree.
pub trait Node: Copy + Encode + Decode {
    /// What stands where a tree has no leaf.
    const EMPTY: Self;

    /// The parent of two nodes.
    ///
    /// # Errors
    /// [`ProofError::SumOverflow`] where nodes carry sums.
    fn parent(left: &Self, right: &Self) -> Result<Self, ProofError>;
}

impl Node for Hash {
    const EMPTY: Self = Self::ZERO;

    /// One BLAKE3 compression.
    fn parent(left: &Self, right: &Self) -> Result<Self, ProofError> {
        Ok(NODE.hash(&[&left.0, &right.0]))
    }
}

/// A node of a sum tree: it commits to both children's hashes *and* sums, so a
/// path shows how much lies to the left of a leaf, and a position drawn below
/// the total draws a leaf in proportion to its sum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SumNode {
    /// What the node commits to.
    pub hash: Hash,
    /// The sum of all leaves below it.
    pub sum: u128,
}

codec_struct!(SumNode { hash, sum });

impl Node for SumNode {
    const EMPTY: Self = Self {
        hash: Hash::ZERO,
        sum: 0,
    };

    fn parent(left: &Self, right: &Self) -> Result<Self, ProofError> {
        let sum = left
            .sum
            .checked_add(right.sum)
            .ok_or(ProofError::SumOverflow)?;
        let hash = SUM_NODE.hash(&[
            &left.hash.0,
            &left.sum.to_le_bytes(),
            &right.hash.0,
            &right.sum.to_le_bytes(),
        ]);
        Ok(Self { hash, sum })
    }
}

/// Siblings of a range, in the order that folding takes them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Siblings<N = Hash>(pub Vec<N>);

impl<N: Node> Encode for Siblings<N> {
    fn encode(&self, out: &mut Vec<u8>) {
        encode_list(&self.0, out);
    }
}

impl<N: Node> Decode for Siblings<N> {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.list("siblings", MAX_SIBLINGS).map(Self)
    }
}

/// A whole tree, kept to prove ranges of it.
#[derive(Clone, Debug)]
pub struct Tree<N = Hash> {
    name: &'static str,
    /// Real nodes only, leaves first; the last level is the top alone.
    levels: Vec<Vec<N>>,
}

impl<N: Node> Tree<N> {
    /// The tree over `leaves`; `name` is what errors call it.
    ///
    /// # Errors
    /// [`ProofError::EmptyTree`]; [`ProofError::SumOverflow`].
    pub fn new(name: &'static str, leaves: Vec<N>) -> Result<Self, ProofError> {
        if leaves.is_empty() {
            return Err(ProofError::EmptyTree { tree: name });
        }
        let mut levels = Vec::new();
        let (mut level, mut padding) = (leaves, N::EMPTY);
        while level.len() > 1 {
            let parents = parents(None, &level, padding)?;
            padding = N::parent(&padding, &padding)?;
            levels.push(core::mem::replace(&mut level, parents));
        }
        levels.push(level);
        Ok(Self { name, levels })
    }

    /// The top node.
    #[must_use]
    pub fn top(&self) -> N {
        let top = self.levels.last().and_then(|level| level.first());
        top.copied().unwrap_or(N::EMPTY)
    }

    /// The leaves.
    #[must_use]
    pub fn leaves(&self) -> &[N] {
        self.levels.first().map_or(&[], Vec::as_slice)
    }

    /// The siblings that prove the leaves of `range`.
    ///
    /// # Errors
    /// [`ProofError::OutOfTree`] for a range that is empty or not within.
    pub fn prove(&self, range: Range<u64>) -> Result<Siblings<N>, ProofError> {
        self.prove_level(0, range)
    }

    /// The nodes of `range` on a level, 0 being the leaves, and the siblings that
    /// prove them: for [`fold_level`].
    ///
    /// # Errors
    /// As [`Self::prove`]; also for a level above the top.
    pub fn open_level(
        &self,
        level: u8,
        range: Range<u64>,
    ) -> Result<(Vec<N>, Siblings<N>), ProofError> {
        let siblings = self.prove_level(level, range.clone())?;
        let nodes = self.levels.get(usize::from(level));
        let at = |index: u64| {
            usize::try_from(index)
                .ok()
                .and_then(|i| nodes?.get(i).copied())
        };
        Ok((range.filter_map(at).collect(), siblings))
    }

    fn prove_level(&self, level: u8, range: Range<u64>) -> Result<Siblings<N>, ProofError> {
        let levels = self.levels.get(usize::from(level)..).unwrap_or_default();
        let nodes = levels.first().map_or(0, |level| count(level.len()));
        let mut walk = Walk::new(self.name, nodes, range)?;
        let mut siblings = Vec::new();
        for level in levels {
            let at = |index: u64| usize::try_from(index).ok().and_then(|i| level.get(i));
            siblings.extend(walk.left_sibling().and_then(at));
            siblings.extend(walk.right_sibling().and_then(at));
            walk.rise();
        }
        Ok(Siblings(siblings))
    }
}

/// The top of the tree of `len` leaves in which `leaves` stand from `first` on.
///
/// # Errors
/// [`ProofError::OutOfTree`]; [`ProofError::WrongCount`] unless `siblings` are
/// exactly as many as the range needs; [`ProofError::SumOverflow`].
pub fn fold<N: Node>(
    name: &'static str,
    len: u64,
    first: u64,
    leaves: Vec<N>,
    siblings: &Siblings<N>,
) -> Result<N, ProofError> {
    fold_level(name, len, 0, first, leaves, siblings)
}

/// Nodes on a level of a tree of `len` leaves, 0 being the leaves; none above the top.
#[must_use]
pub fn nodes_on(len: u64, level: u8) -> u64 {
    let mut nodes = len;
    for _ in 0..level {
        if nodes <= 1 {
            return 0;
        }
        nodes = nodes.div_ceil(2);
    }
    nodes
}

/// The same from adjacent nodes of any level, 0 being the leaves: which of two trees
/// differs where can be found out level by level.
///
/// # Errors
/// As [`fold`].
pub fn fold_level<N: Node>(
    name: &'static str,
    len: u64,
    level: u8,
    first: u64,
    nodes: Vec<N>,
    siblings: &Siblings<N>,
) -> Result<N, ProofError> {
    let end = first.saturating_add(count(nodes.len()));
    let mut walk = Walk::new(name, nodes_on(len, level), first..end)?;
    same_count(name, walk.clone().sibling_count(), siblings.0.len())?;
    let mut given = siblings.0.iter().copied();
    let mut padding = N::EMPTY;
    if !len.is_power_of_two() {
        for _ in 0..level {
            padding = N::parent(&padding, &padding)?;
        }
    }
    let mut level = nodes;
    while !walk.at_top() {
        let left = walk.left_sibling().and_then(|_| given.next());
        let right = walk.right_sibling().and_then(|_| given.next());
        level = parents(left, &level, right.unwrap_or(padding))?;
        // A full tree has no padding, and on chain every hash is paid for.
        if !len.is_power_of_two() {
            padding = N::parent(&padding, &padding)?;
        }
        walk.rise();
    }
    Ok(level.first().copied().unwrap_or(N::EMPTY))
}

/// What lies to the left of leaf `index` in a sum tree of `len` leaves, given
/// siblings that [`fold`] has accepted for it.
///
/// # Errors
/// [`ProofError::OutOfTree`]; [`ProofError::SumOverflow`].
pub fn sum_before(
    name: &'static str,
    len: u64,
    index: u64,
    siblings: &Siblings<SumNode>,
) -> Result<u128, ProofError> {
    let mut walk = Walk::new(name, len, index..index.saturating_add(1))?;
    let mut given = siblings.0.iter();
    let mut before = 0u128;
    while !walk.at_top() {
        if let Some(left) = walk.left_sibling().and_then(|_| given.next()) {
            before = before
                .checked_add(left.sum)
                .ok_or(ProofError::SumOverflow)?;
        } else if walk.right_sibling().is_some() {
            given.next();
        }
        walk.rise();
    }
    Ok(before)
}

/// The parents of a run of nodes between its siblings; `right` pairs with the
/// last one where it has no partner in the run.
fn parents<N: Node>(left: Option<N>, run: &[N], right: N) -> Result<Vec<N>, ProofError> {
    let mut nodes = left.iter().chain(run);
    let mut parents = Vec::with_capacity(run.len().div_ceil(2).saturating_add(1));
    while let Some(first) = nodes.next() {
        parents.push(N::parent(first, nodes.next().unwrap_or(&right))?);
    }
    Ok(parents)
}

/// A range of leaves on its way to the top.
#[derive(Clone, Debug)]
struct Walk {
    first: u64,
    /// Index of the last node, inclusive.
    last: u64,
    /// Real nodes on this level.
    nodes: u64,
}

impl Walk {
    fn new(tree: &'static str, leaves: u64, range: Range<u64>) -> Result<Self, ProofError> {
        match range.end.checked_sub(1) {
            Some(last) if range.start <= last && last < leaves => Ok(Self {
                first: range.start,
                last,
                nodes: leaves,
            }),
            _ => Err(ProofError::OutOfTree {
                tree,
                first: range.start,
                count: range.end.saturating_sub(range.start),
                leaves,
            }),
        }
    }

    fn at_top(&self) -> bool {
        self.nodes == 1
    }

    /// The node left of the range that its parent needs.
    fn left_sibling(&self) -> Option<u64> {
        (self.first & 1 == 1).then_some(self.first ^ 1)
    }

    /// The real node right of the range that its parent needs; `None` where
    /// there is none or it is padding.
    fn right_sibling(&self) -> Option<u64> {
        let right = self.last ^ 1;
        (self.last & 1 == 0 && right < self.nodes).then_some(right)
    }

    fn rise(&mut self) {
        self.first >>= 1;
        self.last >>= 1;
        self.nodes = self.nodes.div_ceil(2);
    }

    fn sibling_count(mut self) -> u64 {
        let mut siblings = 0u64;
        while !self.at_top() {
            for side in [self.left_sibling(), self.right_sibling()] {
                siblings = siblings.saturating_add(u64::from(side.is_some()));
            }
            self.rise();
        }
        siblings
    }
}
