//! What is computed, and who signs.

use std::sync::LazyLock;

use compute_api::market::ExecuteMsg;
use compute_proofs::{codec::Encode, opening::TaskRecord, task::Grant, tensor::Committed};
use cosmwasm_std::HexBinary;
use ed25519_zebra::{SigningKey, VerificationKeyBytes};
use test_suite::fixtures::Job;

use super::World;

/// One operation on operands from a seed.
pub(crate) static SEEDED: LazyLock<Job> = LazyLock::new(|| Job::seeded(1, 3, 4, 5).unwrap());
/// The same program on another seed.
pub(crate) static SEEDED_AGAIN: LazyLock<Job> = LazyLock::new(|| Job::seeded(2, 3, 4, 5).unwrap());
/// One operation on committed operands.
pub(crate) static MATRIX: LazyLock<Job> = LazyLock::new(|| Job::matrix(3, 3, 4, 5).unwrap());
/// One operation whose result has three leaves of hash trees.
pub(crate) static TALL: LazyLock<Job> = LazyLock::new(|| Job::matrix(5, 11, 4, 5).unwrap());
/// Five operations, every kind of input.
pub(crate) static PIPELINE: LazyLock<Job> = LazyLock::new(|| Job::pipeline(4).unwrap());
/// [`MATRIX`] with a result that nobody has computed.
pub(crate) static LIE: LazyLock<Job> =
    LazyLock::new(|| Job::matrix_claiming(3, 3, 4, 5, vec![1; 48]).unwrap());

fn key(who: u8) -> SigningKey {
    SigningKey::from([who; 32])
}

/// The public key number `who`.
pub(crate) fn public_key(who: u8) -> [u8; 32] {
    VerificationKeyBytes::from(&key(who)).into()
}

/// A signature by key number `who`.
pub(crate) fn sign(who: u8, message: &[u8]) -> [u8; 64] {
    key(who).sign(message).into()
}

/// All that evidence of a job is made of.
pub(crate) fn record(job: &Job, grant: Grant) -> TaskRecord<'_, [Committed]> {
    TaskRecord {
        program: &job.program,
        inputs: &job.inputs,
        weights: &job.weights,
        run: &job.run,
        grant,
    }
}

/// A job's program, as one message.
pub(crate) fn registration(job: &Job) -> ExecuteMsg {
    let operations = &job.program.operations;
    ExecuteMsg::RegisterProgram {
        program: HexBinary::from(job.run.header.hash().0),
        slots: job.program.slots,
        first: 0,
        operations: operations.iter().map(|x| x.to_bytes().into()).collect(),
        last: true,
    }
}

impl World {
    /// Registers the programs of all jobs.
    pub(crate) fn register_all(&mut self) {
        let sender = self.stranger.clone();
        for job in [&*SEEDED, &*MATRIX, &*TALL, &*PIPELINE] {
            self.ok(&sender, &registration(job));
        }
    }
}
