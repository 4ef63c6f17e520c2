//! A worker's answer to a draw.

use super::{BatchContext, Evidence, evidence::Recomputed};
use crate::{
    ProofError,
    codec::codec_struct,
    crypto::Crypto,
    draw::Draw,
    error::{in_range, same},
    program::{Header, Operation},
    task::SignedLease,
};

/// What a worker opens for one sample.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    /// The drawn element.
    pub evidence: Evidence,
    /// The coordinator's lease of the receipt's task to this worker.
    pub lease: SignedLease,
}

codec_struct!(Opening { evidence, lease });

/// One sample of a batch: a position among its ops, and then an element of the
/// operation found there.
#[derive(Debug)]
pub struct Sample {
    position: u128,
    draw: Draw,
}

/// Sample `d` of a batch: a receipt by its ops, an operation of it by its cost,
/// an element of that.
///
/// # Errors
/// [`ProofError::OutOfRange`] for a batch without ops.
pub fn sample(context: &BatchContext<'_>, beacon: &[u8; 32], d: u32) -> Result<Sample, ProofError> {
    let mut draw = Draw::new(beacon, context.worker, &context.batch.root, d);
    let position = draw.below(context.batch.ops)?;
    Ok(Sample { position, draw })
}

impl Sample {
    /// The drawn position among the batch's ops.
    #[must_use]
    pub fn position(&self) -> u128 {
        self.position
    }

    /// The drawn element of the operation at the position.
    ///
    /// # Errors
    /// [`ProofError`] if the operation is not valid.
    pub fn place(&mut self, operation: &Operation) -> Result<super::Place, ProofError> {
        let specs = operation.outputs()?;
        let elements = specs.iter().map(|spec| u128::from(spec.shape.elements()));
        let mut at = self.draw.below(elements.fold(0, u128::saturating_add))?;
        for (output, spec) in (0u8..).zip(&specs) {
            let cols = u128::from(spec.shape.cols());
            match at.checked_sub(u128::from(spec.shape.elements())) {
                Some(rest) => at = rest,
                None => {
                    let narrow = |x: Option<u128>| x.and_then(|x| u32::try_from(x).ok());
                    return Ok(super::Place {
                        output,
                        row: narrow(at.checked_div(cols)).unwrap_or(0),
                        col: narrow(at.checked_rem(cols)).unwrap_or(0),
                    });
                }
            }
        }
        Err(ProofError::Missing {
            what: "the drawn element",
        })
    }
}

/// Checks a worker's answer to sample `d`: the drawn element of the drawn
/// operation of the drawn receipt, authorised, leased, and right.
///
/// What the contract checks besides, because only it knows: that the
/// authorisation had not expired and fits the order's sequence and caps.
///
/// # Errors
/// [`ProofError`]: the first thing that does not hold.
pub fn verify_opening(
    crypto: &impl Crypto,
    context: &BatchContext<'_>,
    header: &Header,
    beacon: &[u8; 32],
    d: u32,
    opening: &Opening,
) -> Result<(), ProofError> {
    let Opening { evidence, lease } = opening;
    let mut sample = sample(context, beacon, d)?;
    let found = evidence.check(context, header)?;
    check_position(&sample, evidence, &found)?;
    let operation = &evidence.operation;
    let drawn = sample.place(&operation.operation)?;
    for (what, expected, actual) in [
        (
            "opened output",
            u32::from(drawn.output),
            u32::from(evidence.place.output),
        ),
        ("opened row", drawn.row, evidence.place.row),
        ("opened column", drawn.col, evidence.place.col),
    ] {
        same(what, expected, actual)?;
    }

    let receipt = &evidence.receipt.receipt;
    let authorisation = &evidence.authorisation.authorisation;
    same("nonce of the receipt", authorisation.nonce, receipt.nonce)?;
    same("ops of the receipt", header.cost, receipt.ops)?;
    in_range(
        "ops of the receipt",
        receipt.ops,
        0u32,
        authorisation.max_ops,
    )?;
    if operation.index.checked_add(1) == Some(header.operations) {
        let result = evidence.trace.output(0)?;
        crate::error::same_root("result", receipt.output_root, result)?;
    }
    same("nonce of the lease", receipt.nonce, lease.lease.nonce)?;
    same("lane of the lease", receipt.lane, lease.lease.lane)?;
    lease.verify(crypto, &context.order, context.worker)?;
    evidence.authorisation.verify(crypto, &context.order)?;

    if found.committed == found.recomputed {
        Ok(())
    } else {
        Err(ProofError::WrongElement {
            operation: operation.index,
            row: evidence.place.row,
            col: evidence.place.col,
            committed: found.committed,
            recomputed: found.recomputed,
        })
    }
}

/// The position lies within the operation's cost within the receipt's ops.
fn check_position(
    sample: &Sample,
    evidence: &Evidence,
    found: &Recomputed,
) -> Result<(), ProofError> {
    let (start, cost) = found.operation_span;
    let outside = ProofError::Mismatch {
        what: "receipt and operation of the drawn position",
        expected: sample.position,
        actual: found.receipt_start.saturating_add(start),
    };
    let within_receipt = sample
        .position
        .checked_sub(found.receipt_start)
        .filter(|&offset| offset < evidence.receipt.receipt.ops);
    let within_operation = within_receipt
        .and_then(|offset| offset.checked_sub(start))
        .filter(|&offset| offset < cost);
    within_operation.map(|_| ()).ok_or(outside)
}
