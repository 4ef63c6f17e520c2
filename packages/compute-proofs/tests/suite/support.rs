//! What several subjects need.

use compute_proofs::{
    Hash, ProofError,
    opening::{FraudProof, NamedReceipt, Opening, TraceEvidence},
    task::SignedAuthorisation,
};
use test_suite::{
    fixtures::{Job, Settled},
    scale::{Plan, Random},
};

/// The scale and seed of this run.
pub(crate) fn plan() -> Plan {
    Plan::from_env().unwrap()
}

/// A hash, different for every number, of no domain.
pub(crate) fn hash(number: u64) -> Hash {
    Hash(array(&mut Random::new(number)))
}

/// Random bytes.
pub(crate) fn array<const N: usize>(random: &mut Random) -> [u8; N] {
    let mut bytes = [0; N];
    random.fill(&mut bytes);
    bytes
}

/// Beacon number `round`.
pub(crate) fn beacon(round: u64) -> [u8; 32] {
    hash(round ^ 0xbeac_0000_0000).0
}

/// Jobs of every kind: 0 and 4 are pipelines, 1 a matrix job with rows of two
/// leaves, 2 a seeded one, 3 a small matrix job.
pub(crate) fn jobs() -> Vec<Job> {
    vec![
        Job::pipeline(11).unwrap(),
        Job::matrix(12, 3, 300, 1100).unwrap(),
        Job::seeded(13, 5, 4, 70).unwrap(),
        Job::matrix(14, 2, 2, 8).unwrap(),
        Job::pipeline(15).unwrap(),
    ]
}

/// The batch of [`jobs`].
pub(crate) fn settled() -> Settled {
    Settled::new(jobs()).unwrap()
}

/// The first beacon whose sample 0 lies in operation `operation` of job `job`,
/// with the honest answer to it.
pub(crate) fn drawn(settled: &Settled, job: u32, operation: u32) -> ([u8; 32], Opening) {
    let nonce = u64::from(job);
    (0..10_000)
        .map(beacon)
        .find_map(|beacon| {
            let opening = settled.answer(&beacon, 0).unwrap();
            let evidence = &opening.evidence;
            let found =
                evidence.receipt.receipt.nonce == nonce && evidence.operation.index == operation;
            found.then_some((beacon, opening))
        })
        .expect("every operation is drawn sooner or later")
}

/// Job `job`'s receipt with the authorisation that it names.
pub(crate) fn named(settled: &Settled, job: u32) -> NamedReceipt {
    NamedReceipt {
        receipt: settled.receipts.prove(job).unwrap(),
        authorisation: authorisation(settled, job),
    }
}

/// Job `job`'s authorisation.
pub(crate) fn authorisation(settled: &Settled, job: u32) -> SignedAuthorisation {
    settled.jobs[index(job)].authorisation(u64::from(job))
}

/// What job `job`'s trace says of one operation.
pub(crate) fn trace_evidence(settled: &Settled, job: u32, operation: u32) -> TraceEvidence {
    let task = &settled.jobs[index(job)];
    TraceEvidence {
        named: named(settled, job),
        operation: task.program.prove(operation).unwrap(),
        trace: task.run.trace.prove(operation).unwrap(),
    }
}

/// What the chain answers to a fraud proof about an honest batch: always that
/// there is none.
pub(crate) fn assert_no_fraud(settled: &Settled, job: u32, proof: &FraudProof) {
    let answer = settled.verify_fraud(u64::from(job), proof);
    assert_eq!(answer, Err(ProofError::NoFraud), "job {job}: {proof:?}");
}

/// A number as an index.
pub(crate) fn index(number: u32) -> usize {
    usize::try_from(number).unwrap()
}

/// Asserts that an expression is an error that matches a pattern.
macro_rules! assert_error {
    ($result:expr, $pattern:pat $(if $guard:expr)?) => {{
        let result = $result;
        assert!(
            matches!(result, Err($pattern) $(if $guard)?),
            "expected {}, got {result:?}",
            stringify!($pattern)
        );
    }};
}
pub(crate) use assert_error;
