//! What is computed.

use std::sync::LazyLock;

use crate::fixtures::Job;
use compute_api::market::ExecuteMsg;
use compute_proofs::{codec::Encode, opening::TaskRecord, task::Grant, tensor::Committed};
use cosmwasm_std::HexBinary;

/// One operation on operands from a seed.
pub static SEEDED: LazyLock<Job> = LazyLock::new(|| Job::seeded(1, 3, 4, 5).expect("a job"));
/// The same program on another seed.
pub static SEEDED_AGAIN: LazyLock<Job> = LazyLock::new(|| Job::seeded(2, 3, 4, 5).expect("a job"));
/// One operation on committed operands.
pub static MATRIX: LazyLock<Job> = LazyLock::new(|| Job::matrix(3, 3, 4, 5).expect("a job"));
/// One operation whose result has three leaves of hash trees.
pub static TALL: LazyLock<Job> = LazyLock::new(|| Job::matrix(5, 11, 4, 5).expect("a job"));
/// Five operations, every kind of input.
pub static PIPELINE: LazyLock<Job> = LazyLock::new(|| Job::pipeline(4).expect("a job"));
/// [`MATRIX`] with a result that nobody has computed.
pub static LIE: LazyLock<Job> =
    LazyLock::new(|| Job::matrix_claiming(3, 3, 4, 5, vec![1; 48]).expect("a job"));

/// All that evidence of a job is made of.
#[must_use]
pub fn record(job: &Job, grant: Grant) -> TaskRecord<'_, [Committed]> {
    TaskRecord {
        program: &job.program,
        inputs: &job.inputs,
        weights: &job.weights,
        run: &job.run,
        grant,
    }
}

/// A job's program, as one message.
#[must_use]
pub fn registration(job: &Job) -> ExecuteMsg {
    let operations = &job.program.operations;
    ExecuteMsg::RegisterProgram {
        program: HexBinary::from(job.run.header.hash().0),
        slots: job.program.slots,
        first: 0,
        operations: operations.iter().map(|x| x.to_bytes().into()).collect(),
        last: true,
    }
}
