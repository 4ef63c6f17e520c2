//! Receipts, and the batches that workers are paid in.
//!
//! A batch is a sum tree of receipts over ops: a position drawn below its total
//! draws a receipt in proportion to its ops. The leaf's index is fixed by the
//! receipt's lane, so nothing counts twice within it.

use alloc::{vec, vec::Vec};

use crate::{
    Hash, ProofError,
    codec::{Encode, codec_struct},
    error::{in_range, same, same_root},
    hash::{BATCH, RECEIPT},
    task::OrderContext,
    tree::{Siblings, SumNode, Tree, fold, sum_before},
};

const NAME: &str = "batch";

/// The most receipts of one batch.
pub const MAX_RECEIPTS: u32 = 1 << 20;

/// What a worker says that it did.
///
/// It names the signed authorisation by hash, and so the program and the input:
/// there is one source of both, and nobody can be framed with a second
/// authorisation that it never saw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Which task of the order; the authorisation's.
    pub nonce: u64,
    /// Place in the worker's sequence for this order.
    pub lane: u64,
    /// Hash of the signed authorisation.
    pub authorisation: Hash,
    /// Root of the result.
    pub output_root: Hash,
    /// Root of the trace.
    pub trace_root: Hash,
    /// The program's cost.
    pub ops: u128,
}

codec_struct!(Receipt {
    nonce,
    lane,
    authorisation,
    output_root,
    trace_root,
    ops,
});

impl Receipt {
    fn leaf(&self) -> SumNode {
        SumNode {
            hash: RECEIPT.hash(&[&self.to_bytes()]),
            sum: self.ops,
        }
    }
}

/// What a worker signs and a relayer commits: one worker's receipts of one
/// order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Batch {
    /// Lane of the first receipt.
    pub first_lane: u64,
    /// Number of receipts, 1 to [`MAX_RECEIPTS`].
    pub receipts: u32,
    /// Ops of all of them.
    pub ops: u128,
    /// The root over them.
    pub root: Hash,
}

codec_struct!(Batch {
    first_lane,
    receipts,
    ops,
    root,
});

impl Batch {
    /// The bytes that the worker signs.
    #[must_use]
    pub fn message(&self, order: &OrderContext<'_>, worker: &str) -> Vec<u8> {
        let mut message = order.message("ballast/batch/1");
        crate::codec::encode_bytes(worker.as_bytes(), &mut message);
        self.encode(&mut message);
        message
    }
}

/// The root over a sum tree's top; binds the count and the total.
fn seal(receipts: u32, top: &SumNode) -> Hash {
    BATCH.hash(&[&receipts.to_le_bytes(), &top.sum.to_le_bytes(), &top.hash.0])
}

/// A batch with its receipts, kept to prove them.
#[derive(Clone, Debug)]
pub struct Receipts {
    receipts: Vec<Receipt>,
    tree: Tree<SumNode>,
    first_lane: u64,
}

impl Receipts {
    /// A batch of receipts whose lanes follow on each other.
    ///
    /// # Errors
    /// [`ProofError::EmptyTree`]; [`ProofError::OutOfRange`] above
    /// [`MAX_RECEIPTS`] or for lanes beyond 64 bits; [`ProofError::Mismatch`] for
    /// a gap between lanes; [`ProofError::SumOverflow`].
    pub fn new(receipts: Vec<Receipt>) -> Result<Self, ProofError> {
        let count = u64::try_from(receipts.len()).unwrap_or(u64::MAX);
        in_range("receipts of a batch", count, 0u32, MAX_RECEIPTS)?;
        let first_lane = receipts.first().map_or(0, |receipt| receipt.lane);
        for (at, receipt) in (0u64..).zip(&receipts) {
            in_range(
                "place of a receipt",
                at,
                0u32,
                u64::MAX.saturating_sub(first_lane),
            )?;
            let lane = first_lane.saturating_add(at);
            same("lane of a receipt", lane, receipt.lane)?;
        }
        let tree = Tree::new(NAME, receipts.iter().map(Receipt::leaf).collect())?;
        Ok(Self {
            receipts,
            tree,
            first_lane,
        })
    }

    /// What is committed.
    #[must_use]
    pub fn batch(&self) -> Batch {
        let receipts = u32::try_from(self.receipts.len()).unwrap_or(u32::MAX);
        let top = self.tree.top();
        Batch {
            first_lane: self.first_lane,
            receipts,
            ops: top.sum,
            root: seal(receipts, &top),
        }
    }

    /// Shows receipt `index`.
    ///
    /// # Errors
    /// [`ProofError::OutOfTree`].
    pub fn prove(&self, index: u32) -> Result<ReceiptProof, ProofError> {
        let first = u64::from(index);
        let siblings = self.tree.prove(first..first.saturating_add(1))?;
        let at = usize::try_from(index).unwrap_or(usize::MAX);
        let receipt = self.receipts.get(at).copied();
        let receipt = receipt.ok_or(ProofError::EmptyTree { tree: NAME })?;
        Ok(ReceiptProof { receipt, siblings })
    }

    /// The receipt whose share of the ops holds `position`, and how far into it
    /// the position lies; `None` beyond the total.
    #[must_use]
    pub fn locate(&self, position: u128) -> Option<(u32, u128)> {
        let mut offset = position;
        for (index, receipt) in (0..).zip(&self.receipts) {
            match offset.checked_sub(receipt.ops) {
                Some(rest) => offset = rest,
                None => return Some((index, offset)),
            }
        }
        None
    }
}

/// One receipt with its path to the batch's root. Its place is its lane's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiptProof {
    /// The receipt.
    pub receipt: Receipt,
    /// From the receipt to the top.
    pub siblings: Siblings<SumNode>,
}

codec_struct!(ReceiptProof { receipt, siblings });

impl ReceiptProof {
    /// Checks that the receipt is in the batch at its lane's place, and returns
    /// the ops of all receipts before it.
    ///
    /// # Errors
    /// [`ProofError::RootMismatch`], [`ProofError::OutOfTree`],
    /// [`ProofError::WrongCount`], [`ProofError::Mismatch`].
    pub fn check(&self, batch: &Batch) -> Result<u128, ProofError> {
        let index = self.receipt.lane.checked_sub(batch.first_lane);
        let index = index.ok_or(ProofError::OutOfRange {
            what: "lane of a receipt",
            value: u128::from(self.receipt.lane),
            min: u128::from(batch.first_lane),
            max: u128::MAX,
        })?;
        let len = u64::from(batch.receipts);
        let top = fold(NAME, len, index, vec![self.receipt.leaf()], &self.siblings)?;
        same_root(NAME, batch.root, seal(batch.receipts, &top))?;
        same("ops of a batch", batch.ops, top.sum)?;
        sum_before(NAME, len, index, &self.siblings)
    }
}
