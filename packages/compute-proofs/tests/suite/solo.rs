//! The batch of one receipt, with a grant and a receipt of one's own making.

use compute_proofs::{
    ProofError,
    crypto::{Crypto, Host},
    opening::{
        BatchContext, Evidence, Fraud, FraudProof, NamedReceipt, TaskRecord, sample, verify_fraud,
        verify_opening,
    },
    receipt::{Receipt, Receipts},
    task::Grant,
};
use test_suite::fixtures::{COMMIT_BY, Job, Settled, WORKER, order};

use super::support::beacon;

/// A finished task in a batch of its own.
pub(crate) struct Solo {
    pub(crate) job: Job,
    pub(crate) grant: Grant,
    pub(crate) receipts: Receipts,
}

impl Solo {
    /// The honest batch of the first task of the order.
    pub(crate) fn honest(job: Job) -> Self {
        Self::with(job, |_| (), |_| ())
    }

    /// The batch whose grant and then whose receipt have been changed.
    pub(crate) fn with(
        job: Job,
        change_grant: impl Fn(&mut Grant),
        change_receipt: impl Fn(&mut Receipt),
    ) -> Self {
        let nonce = Settled::nonce(0);
        let mut grant = job.grant(nonce);
        change_grant(&mut grant);
        let mut receipt = Receipt {
            grant: grant.hash(&order(), WORKER),
            ..job.receipt(nonce)
        };
        change_receipt(&mut receipt);
        let receipts = Receipts::new(vec![receipt], COMMIT_BY).unwrap();
        Self {
            job,
            grant,
            receipts,
        }
    }

    pub(crate) fn context(&self) -> BatchContext<'static> {
        BatchContext {
            order: order(),
            worker: WORKER,
            batch: self.receipts.batch(),
        }
    }

    /// The receipt with its grant.
    pub(crate) fn named(&self) -> NamedReceipt {
        let nonce = self.receipts.batch().first_nonce;
        NamedReceipt {
            receipt: self.receipts.prove(nonce).unwrap(),
            grant: self.grant,
        }
    }

    /// The answer to sample 0 of a beacon; `None` if it draws what is not there.
    pub(crate) fn answer(&self, beacon: &[u8; 32]) -> Option<Evidence> {
        let mut sample = sample(&self.context(), beacon, 0).unwrap();
        let record = TaskRecord {
            grant: self.grant,
            ..self.job.record(Settled::nonce(0))
        };
        let operation = record.operation_at(sample.position()).unwrap()?;
        let program = &self.job.program;
        let place = sample.place(&program.operations[usize::try_from(operation).unwrap()]);
        let receipt = self.named().receipt;
        Some(record.evidence(receipt, operation, place.unwrap()).unwrap())
    }

    /// What the chain says to the answer for `operation`, when that is drawn.
    pub(crate) fn opening(&self, operation: u32) -> Result<(), ProofError> {
        self.opening_with(&Host, operation)
    }

    /// The same on another host.
    pub(crate) fn opening_with(
        &self,
        crypto: &impl Crypto,
        operation: u32,
    ) -> Result<(), ProofError> {
        let (beacon, evidence) = (0..10_000)
            .map(beacon)
            .find_map(|beacon| {
                let evidence = self.answer(&beacon)?;
                (evidence.operation.index == operation).then_some((beacon, evidence))
            })
            .expect("every operation is drawn sooner or later");
        self.verify(crypto, &beacon, &evidence)
    }

    /// What the chain says to an answer to sample 0.
    pub(crate) fn verify(
        &self,
        crypto: &impl Crypto,
        beacon: &[u8; 32],
        evidence: &Evidence,
    ) -> Result<(), ProofError> {
        let header = &self.job.run.header;
        verify_opening(crypto, &self.context(), header, beacon, 0, evidence)
    }

    /// What the chain says to a fraud proof about the receipt.
    pub(crate) fn receipt_fraud(&self) -> Result<Fraud, ProofError> {
        self.receipt_fraud_with(&Host)
    }

    /// The same on another host.
    pub(crate) fn receipt_fraud_with(&self, crypto: &impl Crypto) -> Result<Fraud, ProofError> {
        let proof = FraudProof::Receipt(self.named());
        let header = Some(&self.job.run.header);
        verify_fraud(crypto, &self.context(), header, &proof)
    }
}
