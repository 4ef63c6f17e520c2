//! Receipts, and the batches that workers are paid in.
//!
//! A batch is a sum tree over a run of an order's nonces: the leaf of task
//! `first_nonce + i` stands at index `i`, and where the worker did not do a task
//! stands nothing, which weighs nothing. So a worker has at most one place for a
//! task within a batch; contracts take a worker's batches of an order only if their
//! runs are disjoint, in any order of time, so it has at most one in all. A position
//! drawn below the total draws a receipt in proportion to its ops.
//!
//! A worker therefore signs no two overlapping batches before the first one's
//! `commit_by` has passed: whichever is committed first excludes the other.

use alloc::{vec, vec::Vec};

use crate::{
    Hash, ProofError,
    codec::{Encode, codec_struct, encode_bytes},
    crypto::Crypto,
    error::{in_range, same, same_root},
    hash::{BATCH, RECEIPT},
    num::count,
    task::OrderContext,
    tree::{Node, Siblings, SumNode, Tree, fold, sum_before},
};

const NAME: &str = "batch";

/// The most nonces that one batch can span.
pub const MAX_SPAN: u32 = 1 << 20;

/// What a worker says that it did.
///
/// It names its grant by hash, and so the program, the input and the lease: there
/// is one source of each, and nobody can be framed with an authorisation or a
/// lease that it never saw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Which task of the order; the grant's.
    pub nonce: u64,
    /// Hash of the grant.
    pub grant: Hash,
    /// Root of the result.
    pub output_root: Hash,
    /// Root of the trace.
    pub trace_root: Hash,
    /// The program's cost.
    pub ops: u128,
}

codec_struct!(Receipt {
    nonce,
    grant,
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

/// What a worker signs and a relayer commits: its receipts of one order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Batch {
    /// The first nonce that the batch has a place for.
    pub first_nonce: u64,
    /// How many it has places for, 1 to [`MAX_SPAN`].
    pub span: u32,
    /// Ops of all receipts.
    pub ops: u128,
    /// Seconds since 1970 after which the batch may not be committed: no later
    /// than any of its authorisations expires. It is the worker's own word, so a
    /// slow relayer cannot make it a liar.
    pub commit_by: u64,
    /// The root over the receipts, the run of nonces and the ops.
    pub root: Hash,
}

codec_struct!(Batch {
    first_nonce,
    span,
    ops,
    commit_by,
    root,
});

impl Batch {
    /// Checks what a contract must not accept at commit.
    ///
    /// # Errors
    /// [`ProofError::OutOfRange`] for a span outside `1..=MAX_SPAN`, nonces
    /// beyond 64 bits, or no ops, of which nothing could be drawn.
    pub fn validate(&self) -> Result<(), ProofError> {
        in_range("ops of a batch", self.ops, 1u32, u128::MAX)?;
        in_range("span of a batch", self.span, 1u32, MAX_SPAN)?;
        let last_first = u64::MAX.saturating_sub(u64::from(self.span.saturating_sub(1)));
        in_range("first nonce", self.first_nonce, 0u32, last_first)
    }

    /// The place of task `nonce`.
    fn index_of(&self, nonce: u64) -> Result<u64, ProofError> {
        let last = u64::from(self.span.saturating_sub(1));
        let last = self.first_nonce.saturating_add(last);
        in_range("nonce of a receipt", nonce, self.first_nonce, last)?;
        Ok(nonce.saturating_sub(self.first_nonce))
    }

    /// Checks that `leaf` is at the place of task `nonce`, and returns the ops
    /// before it.
    fn check_leaf(
        &self,
        nonce: u64,
        leaf: SumNode,
        siblings: &Siblings<SumNode>,
    ) -> Result<u128, ProofError> {
        self.validate()?;
        let (index, len) = (self.index_of(nonce)?, u64::from(self.span));
        let top = fold(NAME, len, index, vec![leaf], siblings)?;
        let root = seal(self.first_nonce, self.span, &top);
        same_root(NAME, self.root, root)?;
        same("ops of a batch", self.ops, top.sum)?;
        sum_before(NAME, len, index, siblings)
    }

    /// The bytes that the worker signs.
    #[must_use]
    pub fn message(&self, order: &OrderContext<'_>, worker: &str) -> Vec<u8> {
        let mut message = order.message("ballast/batch/1");
        encode_bytes(worker.as_bytes(), &mut message);
        self.encode(&mut message);
        message
    }

    /// Checks the worker's signature.
    ///
    /// # Errors
    /// [`ProofError::BadSignature`]; [`ProofError::HostFailed`].
    pub fn verify(
        &self,
        crypto: &impl Crypto,
        order: &OrderContext<'_>,
        worker: &str,
        key: &[u8; 32],
        signature: &[u8; 64],
    ) -> Result<(), ProofError> {
        let message = self.message(order, worker);
        if crypto.ed25519_verify(&message, signature, key)? {
            Ok(())
        } else {
            Err(ProofError::BadSignature { what: NAME })
        }
    }
}

/// The root over a sum tree's top; binds the run of nonces and the total.
fn seal(first_nonce: u64, span: u32, top: &SumNode) -> Hash {
    BATCH.hash(&[
        &first_nonce.to_le_bytes(),
        &span.to_le_bytes(),
        &top.sum.to_le_bytes(),
        &top.hash.0,
    ])
}

/// A batch with its receipts, kept to prove them.
#[derive(Clone, Debug)]
pub struct Receipts {
    receipts: Vec<Receipt>,
    tree: Tree<SumNode>,
    batch: Batch,
}

impl Receipts {
    /// The batch of these receipts, to be committed by `commit_by`.
    ///
    /// # Errors
    /// [`ProofError::EmptyTree`] without receipts; [`ProofError::OutOfRange`]
    /// unless nonces rise strictly and span at most [`MAX_SPAN`];
    /// [`ProofError::SumOverflow`].
    pub fn new(receipts: Vec<Receipt>, commit_by: u64) -> Result<Self, ProofError> {
        let first_nonce = match receipts.first() {
            Some(first) => first.nonce,
            None => return Err(ProofError::EmptyTree { tree: NAME }),
        };
        let mut leaves = Vec::new();
        let last_nonce = first_nonce.saturating_add(u64::from(MAX_SPAN).saturating_sub(1));
        for receipt in &receipts {
            let places = count(leaves.len());
            let left = u64::MAX.saturating_sub(first_nonce);
            in_range("places of a batch", places, 0u32, left)?;
            let next = first_nonce.saturating_add(places);
            in_range("nonce of a receipt", receipt.nonce, next, last_nonce)?;
            let gap = receipt.nonce.saturating_sub(next);
            leaves.extend((0..gap).map(|_| SumNode::EMPTY));
            leaves.push(receipt.leaf());
        }
        let span = u32::try_from(leaves.len()).unwrap_or(u32::MAX);
        let tree = Tree::new(NAME, leaves)?;
        let top = tree.top();
        let batch = Batch {
            first_nonce,
            span,
            ops: top.sum,
            commit_by,
            root: seal(first_nonce, span, &top),
        };
        Ok(Self {
            receipts,
            tree,
            batch,
        })
    }

    /// What is committed.
    #[must_use]
    pub fn batch(&self) -> Batch {
        self.batch
    }

    /// Shows the receipt of task `nonce`.
    ///
    /// # Errors
    /// [`ProofError::Missing`] if the batch has none.
    pub fn prove(&self, nonce: u64) -> Result<ReceiptProof, ProofError> {
        let found = self.receipts.iter().find(|receipt| receipt.nonce == nonce);
        let receipt = *found.ok_or(ProofError::Missing { what: "receipt" })?;
        let at = self.batch.index_of(nonce)?;
        let siblings = self.tree.prove(at..at.saturating_add(1))?;
        Ok(ReceiptProof { receipt, siblings })
    }

    /// Shows that the batch has no receipt of task `nonce`.
    ///
    /// # Errors
    /// [`ProofError::Missing`] if it has one; [`ProofError::OutOfRange`] beyond its
    /// run.
    pub fn prove_empty(&self, nonce: u64) -> Result<EmptyPlace, ProofError> {
        if self.receipts.iter().any(|receipt| receipt.nonce == nonce) {
            return Err(ProofError::Missing {
                what: "empty place",
            });
        }
        let at = self.batch.index_of(nonce)?;
        let siblings = self.tree.prove(at..at.saturating_add(1))?;
        Ok(EmptyPlace { nonce, siblings })
    }

    /// The nonce of the receipt whose share of the ops holds `position`, and how
    /// far into it the position lies; `None` beyond the total.
    #[must_use]
    pub fn locate(&self, position: u128) -> Option<(u64, u128)> {
        let mut offset = position;
        for receipt in &self.receipts {
            match offset.checked_sub(receipt.ops) {
                Some(rest) => offset = rest,
                None => return Some((receipt.nonce, offset)),
            }
        }
        None
    }
}

/// One receipt with its path to the batch's root. Its place is its nonce's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiptProof {
    /// The receipt.
    pub receipt: Receipt,
    /// From the receipt to the top.
    pub siblings: Siblings<SumNode>,
}

codec_struct!(ReceiptProof { receipt, siblings });

impl ReceiptProof {
    /// Checks that the receipt is in the batch at its nonce's place, and returns
    /// the ops of all receipts before it.
    ///
    /// # Errors
    /// [`ProofError::OutOfRange`], [`ProofError::RootMismatch`],
    /// [`ProofError::WrongCount`], [`ProofError::Mismatch`].
    pub fn check(&self, batch: &Batch) -> Result<u128, ProofError> {
        batch.check_leaf(self.receipt.nonce, self.receipt.leaf(), &self.siblings)
    }
}

/// The path of a place without a receipt: the answer to whoever demands one that
/// the worker never claimed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmptyPlace {
    /// Which task was not done.
    pub nonce: u64,
    /// From its place to the top.
    pub siblings: Siblings<SumNode>,
}

codec_struct!(EmptyPlace { nonce, siblings });

impl EmptyPlace {
    /// Checks that the batch has no receipt of this task.
    ///
    /// # Errors
    /// As [`ReceiptProof::check`].
    pub fn check(&self, batch: &Batch) -> Result<(), ProofError> {
        batch
            .check_leaf(self.nonce, SumNode::EMPTY, &self.siblings)
            .map(|_| ())
    }
}
