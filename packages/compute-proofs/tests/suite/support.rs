//! What several subjects need.

use compute_proofs::{
    Hash, ProofError,
    crypto::{Crypto, G1_BYTES, G2_BYTES},
    opening::{Evidence, FraudProof, NamedReceipt, TraceEvidence, sample},
    task::Grant,
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

/// A number as an index.
pub(crate) fn index(number: u32) -> usize {
    usize::try_from(number).unwrap()
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
pub(crate) fn drawn(settled: &Settled, job: u32, operation: u32) -> ([u8; 32], Evidence) {
    let context = settled.context();
    let record = settled.jobs[index(job)].record(Settled::nonce(job));
    let beacon = (0..100_000)
        .map(beacon)
        .find(|beacon| {
            let position = sample(&context, beacon, 0).unwrap().position();
            let (nonce, offset) = settled.receipts.locate(position).unwrap();
            nonce == Settled::nonce(job) && record.operation_at(offset) == Ok(Some(operation))
        })
        .expect("every operation is drawn sooner or later");
    let answer = settled.answer(&beacon, 0).unwrap();
    assert_eq!(answer.operation.index, operation);
    (beacon, answer)
}

/// Job `job`'s receipt with the grant that it names.
pub(crate) fn named(settled: &Settled, job: u32) -> NamedReceipt {
    NamedReceipt {
        receipt: settled.receipts.prove(Settled::nonce(job)).unwrap(),
        grant: grant_of(settled, job),
    }
}

/// Job `job`'s grant.
pub(crate) fn grant_of(settled: &Settled, job: u32) -> Grant {
    settled.jobs[index(job)].grant(Settled::nonce(job))
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

/// Asserts that a proof about an honest batch shows that there is nothing.
pub(crate) fn assert_no_fraud(settled: &Settled, proof: &FraudProof) {
    let answer = settled.verify_fraud(proof);
    assert_eq!(answer, Err(ProofError::NoFraud), "{proof:?}");
}

/// A host whose functions give no answer.
pub(crate) struct NoHost;

/// What [`NoHost`] says.
pub(crate) const NO_ANSWER: ProofError = ProofError::HostFailed { what: "no host" };

impl Crypto for NoHost {
    fn ed25519_verify(&self, _: &[u8], _: &[u8; 64], _: &[u8; 32]) -> Result<bool, ProofError> {
        Err(NO_ANSWER)
    }

    fn hash_to_g1(&self, _: &[u8], _: &[u8]) -> Option<[u8; G1_BYTES]> {
        None
    }

    fn pairing_equality(
        &self,
        _: &[u8; G1_BYTES],
        _: &[u8; G2_BYTES],
        _: &[u8; G1_BYTES],
        _: &[u8; G2_BYTES],
    ) -> bool {
        false
    }
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
