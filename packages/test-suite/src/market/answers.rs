//! Answers to demands.

use compute_api::market::{Answer, Target};
use compute_proofs::{codec::Encode, opening::Place};
use cosmwasm_std::Binary;

use super::Work;

/// The right answer, where there is one that the job's record has.
///
/// # Panics
/// Never.
#[must_use]
pub fn answer_to(work: &Work, target: &Target) -> Answer {
    let bin = |value: Vec<u8>| Binary::from(value);
    let nonce = match *target {
        Target::Receipt { nonce }
        | Target::Outputs { nonce, .. }
        | Target::Element { nonce, .. }
        | Target::Leaf { nonce, .. }
        | Target::Nodes { nonce, .. } => nonce,
    };
    if !work.tasks.iter().any(|task| task.nonce == nonce) {
        return work.unclaimed(nonce);
    }
    let job = work.task(nonce).job;
    let operations = u32::try_from(job.program.operations.len()).expect("it is there");
    let missing = |operation: u32| Answer::OutOfRange {
        receipt: bin(work.named(nonce).to_bytes()),
        operation: (operation < operations).then(|| {
            bin(job
                .program
                .prove(operation)
                .expect("it is there")
                .to_bytes())
        }),
    };
    let tensor =
        |operation: u32| &job.run.outputs[usize::try_from(operation).expect("it is there")][0];
    match *target {
        Target::Receipt { .. } => Answer::Receipt {
            receipt: bin(work.named(nonce).to_bytes()),
        },
        Target::Outputs { operation, .. } if operation < operations => Answer::Outputs {
            outputs: bin(work.traced(nonce, operation).to_bytes()),
        },
        Target::Element {
            operation,
            output,
            row,
            col,
            ..
        } if operation < operations
            && row < tensor(operation).spec().shape.rows()
            && col < tensor(operation).spec().shape.cols() =>
        {
            let place = Place { output, row, col };
            Answer::Element {
                evidence: bin(work.evidence(nonce, operation, place).to_bytes()),
            }
        }
        Target::Leaf {
            operation, leaf, ..
        } if operation < operations && leaf < tensor(operation).spec().leaves() => Answer::Leaf {
            outputs: bin(work.traced(nonce, operation).to_bytes()),
            leaf: bin(tensor(operation)
                .open(leaf..leaf + 1)
                .expect("it is there")
                .to_bytes()),
        },
        Target::Outputs { operation, .. }
        | Target::Element { operation, .. }
        | Target::Leaf { operation, .. } => missing(operation),
        Target::Nodes { .. } => missing(u32::MAX),
    }
}
