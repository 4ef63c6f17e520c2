//! A matrix job as `POST /v1/jobs` takes it.

use compute_proofs::Hash;
use compute_proofs::program::{Epilogue, Kind};
use compute_proofs::task::{input_root, slot_root_of_seed};
use exact_kernels::requantise::Range;
use serde_json::{Map, Value, json};
use worker::job::MatrixJob;
use worker::task::SlotInput;

use crate::AppError;

/// The job's program in JSON.
pub(crate) fn program(job: &MatrixJob) -> Result<Value, AppError> {
    let wrong = |reason: &str| AppError::Job(format!("{}: {reason}", job.name));
    let [operation] = job.program.operations.as_slice() else {
        return Err(wrong(
            "it has several operations, and coordinators take one",
        ));
    };
    let (Kind::Gemm { epilogue, .. }, [a, b, ..]) = (&operation.kind, operation.inputs.as_slice())
    else {
        return Err(wrong("it is no product of two matrices"));
    };
    let mut gemm = Map::new();
    gemm.insert("m".to_owned(), json!(a.spec.shape.rows()));
    gemm.insert("n".to_owned(), json!(b.spec.shape.rows()));
    gemm.insert("k".to_owned(), json!(a.spec.shape.cols()));
    match epilogue {
        Epilogue::None => {}
        Epilogue::Bias => {
            gemm.insert("bias".to_owned(), json!(true));
        }
        Epilogue::Requantise(shifts) => {
            let range = match shifts.range() {
                Range::Symmetric => "symmetric",
                Range::Full => "full",
                Range::Unsigned => "unsigned",
            };
            let shifts = json!({ "p": shifts.p(), "s": shifts.s(), "range": range });
            gemm.insert("requantise".to_owned(), shifts);
        }
    }
    Ok(json!({ "gemm": gemm }))
}

/// What fills the job's slots, under the names that the coordinator has for them:
/// `given` is what it is told of each tensor.
pub(crate) fn inputs(
    job: &MatrixJob,
    given: impl IntoIterator<Item = Option<Value>>,
) -> Result<Value, AppError> {
    let mut names = ["a", "b", "params"].into_iter();
    let mut inputs = Map::new();
    for (slot, given) in job.inputs.iter().zip(given) {
        let (name, value) = match (slot, given) {
            (SlotInput::Seed(seed), _) => {
                // A and B follow from it.
                names.nth(1);
                ("seed", json!(hex::encode(seed)))
            }
            (SlotInput::Tensor(_), Some(given)) => {
                let too_many = || AppError::Job(format!("{}: too many inputs", job.name));
                (names.next().ok_or_else(too_many)?, given)
            }
            (SlotInput::Tensor(_), None) => continue,
        };
        inputs.insert(name.to_owned(), value);
    }
    Ok(Value::Object(inputs))
}

/// Root of the job's input.
pub(crate) fn root(job: &MatrixJob) -> Hash {
    let slots: Vec<Hash> = job
        .inputs
        .iter()
        .map(|slot| match slot {
            SlotInput::Tensor(tensor) => tensor.root(),
            SlotInput::Seed(seed) => slot_root_of_seed(seed),
        })
        .collect();
    input_root(&slots)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seeded_job_is_written_as_coordinators_read_it() {
        let job = MatrixJob::seeded("job", [7; 32], 2, 3, 4).unwrap();
        assert_eq!(
            program(&job).unwrap(),
            json!({ "gemm": { "m": 2, "n": 3, "k": 4 } })
        );
        let written = inputs(&job, [None]).unwrap();
        assert_eq!(written, json!({ "seed": "07".repeat(32) }));
    }
}
