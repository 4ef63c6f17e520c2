//! What a grant obliges a worker to, and what settles two claims to one task.

use super::{BatchContext, NamedReceipt};
use crate::{
    Hash, ProofError,
    crypto::Crypto,
    error::{in_range, same, same_root},
    program::Header,
    receipt::Receipt,
    task::{Delivery, Grant, OrderContext},
};

/// The receipt names this grant.
pub(super) fn check_grant(
    receipt: &Receipt,
    grant: &Grant,
    context: &BatchContext<'_>,
) -> Result<(), ProofError> {
    let hash = grant.hash(&context.order, context.worker);
    same_root("grant", receipt.grant, hash)
}

/// Work of this nonce and cost, in a batch to be committed by `commit_by`, is the
/// program's and keeps to the grant.
///
/// # Errors
/// [`ProofError::RootMismatch`] for another program; [`ProofError::Mismatch`] or
/// [`ProofError::OutOfRange`], naming the term.
pub(super) fn check_terms(
    grant: &Grant,
    nonce: u64,
    ops: u128,
    commit_by: u64,
    header: &Header,
) -> Result<(), ProofError> {
    same_root("program", grant.authorisation.program, header.hash())?;
    same("ops of the receipt", header.cost, ops)?;
    check_limits(grant, nonce, ops, commit_by)
}

/// The part of [`check_terms`] that needs no program.
fn check_limits(grant: &Grant, nonce: u64, ops: u128, commit_by: u64) -> Result<(), ProofError> {
    let authorisation = &grant.authorisation;
    same("nonce of the receipt", authorisation.nonce, nonce)?;
    in_range("ops of the receipt", ops, 0u32, authorisation.max_ops)?;
    in_range(
        "expiry of the authorisation",
        authorisation.expires,
        commit_by,
        u64::MAX,
    )
}

/// What a worker checks before it starts: that a receipt for this grant, in a
/// batch to be committed by `commit_by`, will hold. `header` is the registered
/// program's, `input_root` that of the input it was sent. It is the very check
/// that a worker is judged by.
///
/// # Errors
/// Those of [`Grant::verify`]; [`ProofError::RootMismatch`] for another program or
/// input; [`ProofError::OutOfRange`] if the maximum is below the cost or the
/// authorisation expires too early.
pub fn check_offer(
    crypto: &impl Crypto,
    order: &OrderContext<'_>,
    worker: &str,
    grant: &Grant,
    header: &Header,
    input_root: &Hash,
    commit_by: u64,
) -> Result<(), ProofError> {
    grant.verify(crypto, order, worker)?;
    let nonce = grant.authorisation.nonce;
    check_terms(grant, nonce, header.cost, commit_by, header)?;
    same_root("task input", grant.authorisation.input_root, *input_root)
}

/// A worker's claim to a task: its receipt in a committed batch, and the
/// coordinator's word that it delivered, where it has that.
#[derive(Clone, Copy, Debug)]
pub struct Claim<'a> {
    /// The batch.
    pub context: BatchContext<'a>,
    /// When it was committed: the height, or the time in seconds since 1970; the
    /// same for both claims.
    pub committed: u64,
    /// The receipt in it.
    pub named: &'a NamedReceipt,
    /// The coordinator's signature over the [`Delivery`] of the receipt's result.
    pub delivery_signature: Option<[u8; 64]>,
}

/// What two workers' claims to one task come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resolution {
    /// Whether the first claim stands; else the second one does. The other one's
    /// receipt is void; no worker is slashed.
    pub first_stands: bool,
    /// Whether the coordinator has contradicted itself: it leased one attempt
    /// twice, or acknowledged two deliveries.
    pub coordinator_at_fault: bool,
}

impl Claim<'_> {
    /// Which came first: as committed, and by address where that is the same, so
    /// that it does not matter who names which claim first.
    fn precedence(&self) -> (u64, &str) {
        (self.committed, self.context.worker)
    }

    /// Checks that the claim is one, and returns whether its delivery has been
    /// acknowledged.
    fn check(&self, crypto: &impl Crypto) -> Result<bool, ProofError> {
        let BatchContext { order, worker, .. } = &self.context;
        self.named.check(&self.context)?;
        self.named.grant.verify(crypto, order, worker)?;
        let receipt = &self.named.receipt.receipt;
        // Leave for another task, or for less, is no claim to this one.
        let commit_by = self.context.batch.commit_by;
        check_limits(&self.named.grant, receipt.nonce, receipt.ops, commit_by)?;
        let delivery = Delivery {
            nonce: receipt.nonce,
            output_root: receipt.output_root,
        };
        match &self.delivery_signature {
            Some(signature) => delivery.is_signed(crypto, order, worker, signature),
            None => Ok(false),
        }
    }
}

/// Settles two workers' claims to one task of an order.
///
/// A delivery that the coordinator has acknowledged stands against one that it has
/// not: neither a later lease nor one that is dated back takes a task from a worker
/// that holds an acknowledgement. Without one the later attempt stands, as the
/// earlier one timed out. Where the coordinator contradicts itself, it is at fault
/// and the claim that was committed first stands (of the lower address, if both were
/// at once). Contracts let a void take effect only once the standing claim's batch
/// has been proven.
///
/// # Errors
/// [`ProofError::NoFraud`] for one worker twice; [`ProofError::Missing`] for two
/// orders; [`ProofError::Mismatch`] for two tasks; [`ProofError::Mismatch`] or
/// [`ProofError::OutOfRange`] for a receipt beyond its grant; those of
/// [`Grant::verify`] and of the receipts' paths.
pub fn resolve(
    crypto: &impl Crypto,
    first: &Claim<'_>,
    second: &Claim<'_>,
) -> Result<Resolution, ProofError> {
    if first.context.order != second.context.order {
        return Err(ProofError::Missing {
            what: "one order of both claims",
        });
    }
    if first.context.worker == second.context.worker {
        return Err(ProofError::NoFraud);
    }
    let delivered = (first.check(crypto)?, second.check(crypto)?);
    let (a, b) = (&first.named.grant.lease, &second.named.grant.lease);
    same("nonce of the second claim", a.nonce, b.nonce)?;

    let same_attempt = a.attempt == b.attempt;
    let coordinator_at_fault = same_attempt || delivered == (true, true);
    let first_stands = match delivered {
        (true, false) => true,
        (false, true) => false,
        _ if coordinator_at_fault => first.precedence() < second.precedence(),
        _ => a.attempt > b.attempt,
    };
    Ok(Resolution {
        first_stands,
        coordinator_at_fault,
    })
}
