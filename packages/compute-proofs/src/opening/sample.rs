//! What a draw asks of a worker, and how its answer is checked.

use super::{BatchContext, Evidence, Place, evidence::Recomputed, terms::check_terms};
use crate::{
    ProofError,
    crypto::Crypto,
    draw::Draw,
    error::{same, same_root},
    program::{Header, Operation},
};

/// One sample of a batch: a position among its ops, which draws a receipt; then
/// an operation of that; then an element of that.
#[derive(Debug)]
pub struct Sample {
    position: u128,
    by_cost: bool,
    draw: Draw,
}

/// Sample `d` of a batch. Receipts are drawn by their ops. Operations are drawn by
/// their cost for even `d` and uniformly for odd ones, so that a cheap operation
/// is no blind spot. Elements are drawn uniformly.
///
/// # Errors
/// [`ProofError::OutOfRange`] for a batch without ops.
pub fn sample(context: &BatchContext<'_>, beacon: &[u8; 32], d: u32) -> Result<Sample, ProofError> {
    let mut draw = Draw::new(beacon, context.worker, &context.batch.root, d);
    let position = draw.below(context.batch.ops)?;
    let by_cost = d & 1 == 0;
    Ok(Sample {
        position,
        by_cost,
        draw,
    })
}

impl Sample {
    /// The drawn position among the batch's ops.
    #[must_use]
    pub fn position(&self) -> u128 {
        self.position
    }

    /// Whether it draws its operation by cost; else uniformly.
    #[must_use]
    pub fn is_by_cost(&self) -> bool {
        self.by_cost
    }

    /// The drawn operation of a program; `None` if the sample draws it by cost:
    /// then it is the one at the position's offset within the receipt.
    ///
    /// # Errors
    /// [`ProofError::OutOfRange`] for a program without operations.
    pub fn operation(&mut self, header: &Header) -> Result<Option<u32>, ProofError> {
        if self.by_cost {
            return Ok(None);
        }
        let drawn = self.draw.below(u128::from(header.operations))?;
        Ok(u32::try_from(drawn).ok())
    }

    /// The drawn element of the drawn operation; to be asked for after
    /// [`Self::operation`].
    ///
    /// # Errors
    /// [`ProofError`] if the operation is not valid.
    pub fn place(&mut self, operation: &Operation) -> Result<Place, ProofError> {
        let specs = operation.outputs()?;
        let elements = specs.iter().map(|spec| u128::from(spec.shape.elements()));
        let mut at = self.draw.below(elements.fold(0, u128::saturating_add))?;
        for (output, spec) in (0u8..).zip(&specs) {
            let cols = u128::from(spec.shape.cols());
            match at.checked_sub(u128::from(spec.shape.elements())) {
                Some(rest) => at = rest,
                None => {
                    let narrow = |x: Option<u128>| x.and_then(|x| u32::try_from(x).ok());
                    return Ok(Place {
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

    /// The position lies within the receipt's ops, and the operation is the drawn
    /// one.
    fn check_operation(
        &mut self,
        evidence: &Evidence,
        header: &Header,
        found: &Recomputed,
    ) -> Result<(), ProofError> {
        let outside = |what| ProofError::Mismatch {
            what,
            expected: self.position,
            actual: found.receipt_start,
        };
        let offset = self
            .position
            .checked_sub(found.receipt_start)
            .filter(|&offset| offset < evidence.receipt.receipt.ops)
            .ok_or(outside("receipt of the drawn position"))?;
        let (start, cost) = found.operation_span;
        let within = offset.checked_sub(start).is_some_and(|rest| rest < cost);
        let by_cost = outside("operation of the drawn position");
        match self.operation(header)? {
            Some(drawn) => same("drawn operation", drawn, evidence.operation.index),
            None if within => Ok(()),
            None => Err(by_cost),
        }
    }
}

/// Whether a beacon challenges a batch at all: one batch in `one_in` is.
///
/// # Errors
/// [`ProofError::OutOfRange`] for a rate of 0.
pub fn is_challenged(
    context: &BatchContext<'_>,
    beacon: &[u8; 32],
    one_in: u32,
) -> Result<bool, ProofError> {
    // No sample has this number.
    let mut draw = Draw::new(beacon, context.worker, &context.batch.root, u32::MAX);
    Ok(draw.below(u128::from(one_in))? == 0)
}

/// Checks a worker's answer to sample `d`: the drawn element of the drawn
/// operation of the drawn receipt, granted to this worker, and right.
///
/// What the contract checks besides, because only it knows: that the batch was
/// committed by its `commit_by`, and that its highest authorisation fits the
/// order's caps.
///
/// # Errors
/// [`ProofError`]: the first thing that does not hold.
pub fn verify_opening(
    crypto: &impl Crypto,
    context: &BatchContext<'_>,
    header: &Header,
    beacon: &[u8; 32],
    d: u32,
    evidence: &Evidence,
) -> Result<(), ProofError> {
    let mut sample = sample(context, beacon, d)?;
    let found = evidence.check(context, header)?;
    sample.check_operation(evidence, header, &found)?;
    let drawn = sample.place(&evidence.operation.operation)?;
    same_place(&drawn, &evidence.place)?;
    check_answer(crypto, context, header, evidence, &found)
}

/// Checks a worker's answer to a demand: the element at `place` of operation
/// `operation` of task `nonce`, granted to this worker, and right. Where the worker
/// never claimed the task, [`EmptyPlace`](crate::receipt::EmptyPlace) is the answer.
///
/// # Errors
/// [`ProofError`]: the first thing that does not hold.
pub fn verify_demanded(
    crypto: &impl Crypto,
    context: &BatchContext<'_>,
    header: &Header,
    (nonce, operation, place): (u64, u32, &Place),
    evidence: &Evidence,
) -> Result<(), ProofError> {
    same("demanded task", nonce, evidence.receipt.receipt.nonce)?;
    same("demanded operation", operation, evidence.operation.index)?;
    same_place(place, &evidence.place)?;
    let found = evidence.check(context, header)?;
    check_answer(crypto, context, header, evidence, &found)
}

fn same_place(expected: &Place, opened: &Place) -> Result<(), ProofError> {
    same("opened output", expected.output, opened.output)?;
    same("opened row", expected.row, opened.row)?;
    same("opened column", expected.col, opened.col)
}

/// What every answer must show besides being the one that was asked for.
fn check_answer(
    crypto: &impl Crypto,
    context: &BatchContext<'_>,
    header: &Header,
    evidence: &Evidence,
    found: &Recomputed,
) -> Result<(), ProofError> {
    let receipt = &evidence.receipt.receipt;
    let grant = &evidence.grant;
    let commit_by = context.batch.commit_by;
    check_terms(grant, receipt.nonce, receipt.ops, commit_by, header)?;
    if evidence.operation.index.checked_add(1) == Some(header.operations) {
        let result = evidence.trace.output(0)?;
        same_root("result", receipt.output_root, result)?;
    }
    grant.verify(crypto, &context.order, context.worker)?;
    if found.committed == found.recomputed {
        Ok(())
    } else {
        Err(ProofError::WrongElement {
            operation: evidence.operation.index,
            row: evidence.place.row,
            col: evidence.place.col,
            committed: found.committed,
            recomputed: found.recomputed,
        })
    }
}
