//! Checking a result that someone else claims.

use compute_proofs::{
    ProofError, freivalds,
    program::{Epilogue, Kind},
};
use exact_kernels::gemm::Gemm;

use crate::{
    Backend, WorkerError, cpu,
    job::MatrixJob,
    task::{Operand, Tensor},
};

/// What a check found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The result is right: surely after a re-run, else with probability
    /// 1 − 1/(2^61 − 1).
    Right,
    /// It is wrong, surely.
    Wrong,
}

/// Runs the job again and compares every byte.
///
/// # Errors
/// [`WorkerError::Invalid`] if the result has another type or shape; what the
/// device fails with.
pub fn rerun(
    backend: &mut dyn Backend,
    job: &MatrixJob,
    claimed: &Tensor,
) -> Result<Verdict, WorkerError> {
    check_spec(job, claimed)?;
    let outcome = backend.run(&job.task())?;
    let result = outcome.result().map(|result| &result.tensor);
    Ok(verdict(result == Some(claimed)))
}

/// Whether [`freivalds()`] can check the job: it has to end in the sums
/// themselves.
#[must_use]
pub fn can_be_checked_cheaply(job: &MatrixJob) -> bool {
    job.program.operations.iter().all(|operation| {
        matches!(
            operation.kind,
            Kind::Gemm {
                epilogue: Epilogue::None,
                transposed: false,
            }
        )
    })
}

/// Freivalds' check: M·K + K·N + M·N products in place of M·N·K. `secret` is
/// fresh randomness that whoever made the result could not know.
///
/// # Errors
/// [`WorkerError::Invalid`] if the result has another type or shape, or the job
/// is not one that [`can_be_checked_cheaply`].
pub fn freivalds(
    job: &MatrixJob,
    claimed: &Tensor,
    secret: &[u8; 32],
) -> Result<Verdict, WorkerError> {
    check_spec(job, claimed)?;
    let invalid = WorkerError::invalid(&job.name);
    let missing = || ProofError::Missing {
        what: "a product without epilogue; re-run the job instead",
    };
    if !can_be_checked_cheaply(job) {
        return Err(invalid(missing()));
    }
    let task = job.task();
    let operation = job.program.operations.first();
    let inputs = operation.map_or(&[][..], |operation| operation.inputs.as_slice());
    let [a, b] = inputs else {
        return Err(invalid(missing()));
    };
    let load = |input| -> Result<Vec<u8>, WorkerError> {
        match task.operand(input).map_err(&invalid)? {
            Operand::Tensor(tensor) => Ok(tensor.bytes().to_vec()),
            Operand::Seed { seed, stream } => Ok(cpu::seeded(seed, stream, input.spec)),
            Operand::Output { .. } => Err(invalid(missing())),
        }
    };
    let (a_bytes, b_bytes) = (load(a)?, load(b)?);
    let shape = Gemm::new(
        a.spec.shape.rows(),
        b.spec.shape.rows(),
        a.spec.shape.cols(),
    );
    let shape = shape.map_err(|error| invalid(error.into()))?;
    let words = claimed.bytes().as_chunks::<4>().0.iter();
    let c: Vec<i32> = words.map(|word| i32::from_le_bytes(*word)).collect();
    let holds = freivalds::check(shape, &a_bytes, &b_bytes, &c, secret);
    Ok(verdict(holds.map_err(invalid)?))
}

fn verdict(is_right: bool) -> Verdict {
    if is_right {
        Verdict::Right
    } else {
        Verdict::Wrong
    }
}

fn check_spec(job: &MatrixJob, claimed: &Tensor) -> Result<(), WorkerError> {
    let invalid = WorkerError::invalid(&job.name);
    let operation = job.program.operations.last();
    let outputs = operation.map(|operation| operation.outputs());
    let outputs = outputs.transpose().map_err(&invalid)?.unwrap_or_default();
    match outputs.first() {
        Some(expected) if *expected == claimed.spec() => Ok(()),
        Some(expected) => Err(invalid(ProofError::WrongSpec {
            expected: *expected,
            actual: claimed.spec(),
        })),
        None => Err(invalid(ProofError::Missing { what: "operation" })),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cpu::CpuBackend;
    use compute_proofs::tensor::TensorSpec;
    use exact_kernels::DType;

    #[test]
    fn right_results_pass_and_any_wrong_bit_is_found_either_way() {
        let job = MatrixJob::seeded("job", [5; 32], 9, 8, 33).unwrap();
        let mut cpu = CpuBackend::default();
        let outcome = cpu.run(&job.task()).unwrap();
        let right = outcome.result().unwrap().tensor.clone();
        assert_eq!(rerun(&mut cpu, &job, &right).unwrap(), Verdict::Right);
        assert_eq!(freivalds(&job, &right, &[1; 32]).unwrap(), Verdict::Right);
        for byte in 0..right.bytes().len() {
            let mut bytes = right.bytes().to_vec();
            bytes[byte] ^= 0x80;
            let wrong = Tensor::new(right.spec(), bytes).unwrap();
            assert_eq!(rerun(&mut cpu, &job, &wrong).unwrap(), Verdict::Wrong);
            assert_eq!(freivalds(&job, &wrong, &[1; 32]).unwrap(), Verdict::Wrong);
        }
    }

    #[test]
    fn a_result_of_another_shape_is_refused() {
        let job = MatrixJob::seeded("job", [5; 32], 2, 3, 4).unwrap();
        let other = TensorSpec::new(DType::I32, 3, 2).unwrap();
        let other = Tensor::new(other, vec![0; 24]).unwrap();
        for error in [
            rerun(&mut CpuBackend::default(), &job, &other).unwrap_err(),
            freivalds(&job, &other, &[1; 32]).unwrap_err(),
        ] {
            assert!(error.to_string().contains("int32 2x3"), "{error}");
        }
    }
}
