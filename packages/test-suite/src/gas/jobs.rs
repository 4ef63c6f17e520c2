//! Openings and fraud proofs of matrix jobs, out of a batch of 1 000 receipts.

use anyhow::{Context, Result};
use compute_proofs::{
    opening::{BatchContext, Evidence, FraudProof, Place, sample},
    receipt::Receipts,
};

use super::{
    Verifier,
    verifier::{fraud_msg, openings_msg},
};
use crate::{
    chain::Gas,
    figures::Row,
    fixtures::{CHAIN_ID, COMMIT_BY, Job, WORKER, order},
    scale::Random,
};

const RECEIPTS: u64 = 1_000;
const BEACON: [u8; 32] = [9; 32];

/// The bound of a fraud proof of a dot product of this length.
const FRAUD_K: u32 = 4096;
const FRAUD_TARGET: u64 = 300_000;

/// One job, 1 000 times over.
struct Batch {
    job: Job,
    receipts: Receipts,
}

impl Batch {
    fn of(job: Job) -> Result<Self> {
        let receipts = (0..RECEIPTS).map(|nonce| job.receipt(nonce));
        let receipts = Receipts::new(receipts.collect(), COMMIT_BY)?;
        Ok(Self { job, receipts })
    }

    fn context(&self) -> BatchContext<'static> {
        BatchContext {
            order: order(),
            worker: WORKER,
            batch: self.receipts.batch(),
        }
    }

    fn verifier(&self) -> Result<Verifier> {
        let mut verifier = Verifier::new(CHAIN_ID)?;
        verifier.commit(&self.context(), &BEACON, &[self.job.run.header])?;
        Ok(verifier)
    }

    /// The answer to sample `d`.
    fn answer(&self, d: u32) -> Result<Evidence> {
        let mut sample = sample(&self.context(), &BEACON, d)?;
        let located = self.receipts.locate(sample.position());
        let (nonce, offset) = located.context("a position within the batch")?;
        let record = self.job.record(nonce);
        let operation = record.drawn_operation(&mut sample, offset)?;
        let place = sample.place(&self.job.program.operations[usize::try_from(operation)?])?;
        let receipt = self.receipts.prove(nonce)?;
        Ok(record.evidence(receipt, operation, place)?)
    }

    fn open(&self, samples: u32) -> Result<Gas> {
        let openings = (0..samples).map(|d| self.answer(d));
        let openings = openings.collect::<Result<Vec<_>>>()?;
        let outcome = self.verifier()?.accepted(&openings_msg(&openings))?;
        Ok(outcome.gas)
    }
}

/// One wrong element of a square product of committed operands, by length.
pub(super) fn fraud_proofs() -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for k in [384, 1536, FRAUD_K] {
        // Nobody did the work: the result is random, and so is every element.
        let len = usize::try_from(u64::from(k) * u64::from(k) * 4)?;
        let result = Random::new(u64::from(k)).bytes(len);
        let batch = Batch::of(Job::matrix_claiming(1, k, k, k, result)?)?;
        let place = Place {
            output: 0,
            row: k / 3,
            col: k / 2,
        };
        let receipt = batch.receipts.prove(333)?;
        let evidence = batch.job.record(333).evidence(receipt, 0, place)?;
        let proof = FraudProof::Element(evidence);
        let outcome = batch.verifier()?.accepted(&fraud_msg(&proof))?;
        let target = (k == FRAUD_K).then_some(FRAUD_TARGET);
        let case = format!("fraud/wrong element, K = {k}");
        rows.extend(outcome.gas.rows(&case, target));
    }
    Ok(rows)
}

/// All samples of a batch of honest jobs, by kind of operand.
pub(super) fn openings() -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for k in [384, 4096] {
        let seeded = Batch::of(Job::seeded(2, 64, 256, k)?)?;
        let case = format!("openings/16 of seeded work, K = {k}");
        rows.extend(seeded.open(16)?.rows(&case, None));
        let committed = Batch::of(Job::matrix(3, 64, 256, k)?)?;
        let case = format!("openings/6 of committed operands, K = {k}");
        rows.extend(committed.open(6)?.rows(&case, None));
    }
    Ok(rows)
}
