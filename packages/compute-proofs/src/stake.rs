//! The stake-weighted draw of a task's worker, the same on chain and off.
//!
//! Active stakes stand in a Fenwick tree: 1-based, node `i` holds the sum of the
//! `lowbit(i)` stakes that end at `i` (Fenwick 1994, "A new data structure for
//! cumulative frequency tables"). A draw is a position below the total; finding
//! who holds it, and changing one stake, take `log2(n)` reads. The nodes sit
//! behind [`Nodes`], so that a contract keeps them in its storage.

use alloc::{vec, vec::Vec};

use crate::{Hash, ProofError, draw::Draw, error::in_range, hash::TASK_DRAW, num};

/// The most slots of a tree.
pub const MAX_SLOTS: u32 = 1 << 31;

/// A Fenwick tree's nodes, `1..=slots`, to read.
pub trait Nodes {
    /// What can go wrong with the storage.
    type Error: From<ProofError>;

    /// Slots of the tree.
    ///
    /// # Errors
    /// Of the storage.
    fn slots(&self) -> Result<u32, Self::Error>;

    /// Node `index`.
    ///
    /// # Errors
    /// Of the storage.
    fn get(&self, index: u32) -> Result<u128, Self::Error>;
}

/// A Fenwick tree's nodes, to change.
pub trait NodesMut: Nodes {
    /// Sets node `index`.
    ///
    /// # Errors
    /// Of the storage.
    fn set(&mut self, index: u32, sum: u128) -> Result<(), Self::Error>;

    /// Adds node `slots + 1`, which [`append`] has worked out.
    ///
    /// # Errors
    /// Of the storage.
    fn push(&mut self, sum: u128) -> Result<(), Self::Error>;
}

/// Adds a slot with this stake and returns its number (0-based).
///
/// # Errors
/// [`ProofError::OutOfRange`] above [`MAX_SLOTS`]; [`ProofError::SumOverflow`] if
/// a sum would leave 128 bits; of the storage.
pub fn append<N: NodesMut>(nodes: &mut N, stake: u128) -> Result<u32, N::Error> {
    let slot = nodes.slots()?;
    in_range("slot", slot, 0u32, MAX_SLOTS.saturating_sub(1))?;
    // The new node ends at itself and reaches back over the nodes below it.
    let index = slot.saturating_add(1);
    let reach = index.saturating_sub(lowest_bit(index));
    let (mut at, mut sum) = (slot, stake);
    while at > reach {
        let node = nodes.get(at)?;
        sum = sum.checked_add(node).ok_or(ProofError::SumOverflow)?;
        at = at.saturating_sub(lowest_bit(at));
    }
    nodes.push(sum)?;
    Ok(slot)
}

/// Changes the stake of slot `slot` (0-based) from `old` to `new`.
///
/// # Errors
/// [`ProofError::OutOfRange`] for a slot beyond the tree;
/// [`ProofError::SumOverflow`] if a sum would leave 128 bits, in either direction:
/// the stakes are too large, or `old` was not the slot's. Nodes may then be half
/// changed; a contract's transaction undoes that.
pub fn change<N: NodesMut>(nodes: &mut N, slot: u32, old: u128, new: u128) -> Result<(), N::Error> {
    let slots = nodes.slots()?;
    check_slot(slots, slot)?;
    let mut at = slot.saturating_add(1);
    while at <= slots {
        let sum = nodes.get(at)?;
        let changed = sum
            .checked_sub(old)
            .and_then(|rest| rest.checked_add(new))
            .ok_or(ProofError::SumOverflow)?;
        nodes.set(at, changed)?;
        at = at.saturating_add(lowest_bit(at));
    }
    Ok(())
}

/// The sum of the first `count` stakes; all of them with `nodes.slots()`.
///
/// # Errors
/// Of the storage; [`ProofError::SumOverflow`].
pub fn sum_of_first<N: Nodes>(nodes: &N, count: u32) -> Result<u128, N::Error> {
    let mut at = count.min(nodes.slots()?);
    let mut sum = 0u128;
    while at > 0 {
        let node = nodes.get(at)?;
        sum = sum.checked_add(node).ok_or(ProofError::SumOverflow)?;
        at = at.saturating_sub(lowest_bit(at));
    }
    Ok(sum)
}

/// The slot (0-based) whose share of the total holds `position`.
///
/// # Errors
/// [`ProofError::OutOfRange`] for a position at or beyond the total.
pub fn find<N: Nodes>(nodes: &N, position: u128) -> Result<u32, N::Error> {
    let slots = nodes.slots()?;
    let mut below = 0u32;
    let mut rest = position;
    let mut step = slots.checked_ilog2().map_or(0, |log| 1u32 << log);
    while step > 0 {
        let at = below.saturating_add(step);
        if at <= slots {
            if let Some(left) = rest.checked_sub(nodes.get(at)?) {
                (below, rest) = (at, left);
            }
        }
        step >>= 1;
    }
    if below < slots {
        return Ok(below);
    }
    let total = sum_of_first(nodes, slots)?;
    Err(ProofError::OutOfRange {
        what: "position of a draw",
        value: position,
        min: 0,
        max: total.saturating_sub(1),
    }
    .into())
}

/// The stake of one slot: two sums, so `log2(n)` reads.
///
/// # Errors
/// [`ProofError::OutOfRange`] for a slot beyond the tree; of the storage.
pub fn stake_of<N: Nodes>(nodes: &N, slot: u32) -> Result<u128, N::Error> {
    check_slot(nodes.slots()?, slot)?;
    let through = sum_of_first(nodes, slot.saturating_add(1))?;
    let before = sum_of_first(nodes, slot)?;
    Ok(through.checked_sub(before).ok_or(ProofError::SumOverflow)?)
}

/// The seed that draws attempt `attempt` of task `nonce` of an order, by the last
/// census beacon.
#[must_use]
pub fn task_seed(beacon: &[u8; 32], order: u64, nonce: u64, attempt: u32) -> [u8; 32] {
    TASK_DRAW
        .hash(&[
            beacon,
            &order.to_le_bytes(),
            &nonce.to_le_bytes(),
            &attempt.to_le_bytes(),
        ])
        .0
}

/// Draws `count` slots in proportion to stake, with repetition.
///
/// # Errors
/// [`ProofError::OutOfRange`] if nobody has stake; of the storage.
pub fn sample<N: Nodes>(nodes: &N, seed: &[u8; 32], count: u32) -> Result<Vec<u32>, N::Error> {
    let total = sum_of_first(nodes, nodes.slots()?)?;
    (0..count)
        .map(|d| {
            let mut draw = Draw::new(seed, "", &Hash::ZERO, d);
            find(nodes, draw.below(total)?)
        })
        .collect()
}

/// A tree in memory, as coordinators and auditors rebuild it from a snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// Nodes 1…; index 0 is unused.
    nodes: Vec<u128>,
}

impl Snapshot {
    /// The tree over `stakes`, slot by slot.
    ///
    /// # Errors
    /// [`ProofError::OutOfRange`] above [`MAX_SLOTS`];
    /// [`ProofError::SumOverflow`].
    pub fn new(stakes: &[u128]) -> Result<Self, ProofError> {
        let count = num::count(stakes.len());
        in_range("slots", count, 0u32, MAX_SLOTS)?;
        let mut snapshot = Self { nodes: vec![0] };
        for &stake in stakes {
            append(&mut snapshot, stake)?;
        }
        Ok(snapshot)
    }

    fn last(&self) -> u32 {
        u32::try_from(self.nodes.len().saturating_sub(1)).unwrap_or(u32::MAX)
    }
}

impl Nodes for Snapshot {
    type Error = ProofError;

    fn slots(&self) -> Result<u32, ProofError> {
        Ok(self.last())
    }

    fn get(&self, index: u32) -> Result<u128, ProofError> {
        let at = num::index(index);
        let node = self.nodes.get(at).copied();
        node.ok_or_else(|| out_of_slots(self.last(), index))
    }
}

impl NodesMut for Snapshot {
    fn set(&mut self, index: u32, sum: u128) -> Result<(), ProofError> {
        let at = num::index(index);
        let slots = self.last();
        let node = self.nodes.get_mut(at);
        *node.ok_or_else(|| out_of_slots(slots, index))? = sum;
        Ok(())
    }

    fn push(&mut self, sum: u128) -> Result<(), ProofError> {
        self.nodes.push(sum);
        Ok(())
    }
}

fn check_slot(slots: u32, slot: u32) -> Result<(), ProofError> {
    if slot < slots && slots <= MAX_SLOTS {
        Ok(())
    } else {
        Err(out_of_slots(slots, slot))
    }
}

fn out_of_slots(slots: u32, slot: u32) -> ProofError {
    ProofError::OutOfRange {
        what: "slot",
        value: u128::from(slot),
        min: 0,
        max: u128::from(slots.saturating_sub(1)),
    }
}

const fn lowest_bit(x: u32) -> u32 {
    x & x.wrapping_neg()
}
