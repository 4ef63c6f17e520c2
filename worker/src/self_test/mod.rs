//! No device serves before it has given the right bits.
//!
//! Every kernel runs on small, awkward shapes and is compared with the portable
//! definition, element by element, then root by root. Shader compilers have
//! bugs, and one wrong element costs a worker its bond.

mod cases;

use compute_proofs::{
    Hash, ProofError,
    census::{UnitTree, Work, product},
    program::{self, TaskInput},
    tensor::{Committed, TensorSpec, element},
};

use crate::{
    Backend, WorkerError,
    task::{Outcome, SlotInput, Task, Weights},
};

pub(crate) use cases::{Case, cases};
#[cfg(test)]
pub(crate) use cases::{params, tensor};

/// Runs every kernel of a device against its definition.
///
/// # Errors
/// [`WorkerError::WrongBits`] naming the first kernel and element that differ;
/// whatever the device fails with.
pub fn run(backend: &mut dyn Backend) -> Result<(), WorkerError> {
    let cases = cases().map_err(WorkerError::invalid("self-test"))?;
    for case in &cases {
        check(backend, case)?;
    }
    check_census(backend)
}

/// One case against its definition.
pub(crate) fn check(backend: &mut dyn Backend, case: &Case) -> Result<(), WorkerError> {
    let expected = reference(case).map_err(WorkerError::invalid(case.kernel))?;
    let task = Task {
        name: case.kernel,
        program: &case.program,
        inputs: &case.inputs,
        weights: &case.weights,
    };
    let actual = backend.run(&task)?;
    let wrong = |kernel, element, expected: String, actual: String| WorkerError::WrongBits {
        device: backend.device().to_string(),
        kernel,
        element,
        expected,
        actual,
    };
    match difference(&expected, &actual) {
        None => Ok(()),
        Some(Difference::Element(at, a, b)) => {
            Err(wrong(case.kernel, at, a.to_string(), b.to_string()))
        }
        Some(Difference::Root(at, a, b)) => {
            Err(wrong("leaf and node hash", at, a.to_hex(), b.to_hex()))
        }
    }
}

/// The tile hash, which only the census uses.
fn check_census(backend: &mut dyn Backend) -> Result<(), WorkerError> {
    let challenge = [7; 32];
    for (n, tile) in [(16, 8), (48, 8), (36, 3)] {
        let work = Work::new(n, tile).map_err(WorkerError::invalid("census"))?;
        let roots = backend.census_roots(work, &challenge, 1..3)?;
        for (unit, actual) in (1..).zip(roots) {
            let expected = product(work, &challenge, unit)
                .and_then(|c| UnitTree::new(work, unit, &c))
                .map_err(WorkerError::invalid("census"))?
                .root();
            if expected != actual {
                return Err(WorkerError::WrongBits {
                    device: backend.device().to_string(),
                    kernel: "census tile hash",
                    element: 0,
                    expected: expected.to_hex(),
                    actual: actual.to_hex(),
                });
            }
        }
    }
    Ok(())
}

/// What the definition gives: the inputs' roots and the run.
struct Reference {
    slots: Vec<Hash>,
    run: program::Run,
}

fn reference(case: &Case) -> Result<Reference, ProofError> {
    let inputs = case.inputs.iter().map(|input| match input {
        SlotInput::Tensor(tensor) => Ok(TaskInput::Tensor(committed(tensor)?)),
        SlotInput::Seed(seed) => Ok(TaskInput::Seed(*seed)),
    });
    let inputs = inputs.collect::<Result<Vec<_>, ProofError>>()?;
    let weights = case.weights.iter();
    let weights = weights
        .map(|Weights { tensor, .. }| committed(tensor))
        .collect::<Result<Vec<_>, _>>()?;
    let run = program::run(&case.program, &inputs, weights.as_slice())?;
    let slots = inputs.iter().map(TaskInput::root).collect();
    Ok(Reference { slots, run })
}

fn committed(tensor: &crate::task::Tensor) -> Result<Committed, ProofError> {
    Committed::new(tensor.spec(), tensor.bytes().to_vec())
}

/// The first thing that differs.
enum Difference {
    Element(usize, i32, i32),
    Root(usize, Hash, Hash),
}

fn difference(expected: &Reference, actual: &Outcome) -> Option<Difference> {
    let wanted = expected.run.outputs.iter().flatten();
    let given = actual.outputs.iter().flatten();
    for (wanted, given) in wanted.zip(given) {
        let (a, b) = (wanted.bytes(), given.tensor.bytes());
        if a != b {
            return Some(first_element(*wanted.spec(), a, b));
        }
        if wanted.root() != given.root {
            return Some(Difference::Root(0, wanted.root(), given.root));
        }
    }
    for (at, (wanted, given)) in expected.slots.iter().zip(&actual.slots).enumerate() {
        if wanted != given {
            return Some(Difference::Root(at, *wanted, *given));
        }
    }
    let (wanted, given) = (expected.run.trace.root(), actual.trace.root());
    (wanted != given).then_some(Difference::Root(0, wanted, given))
}

fn first_element(spec: TensorSpec, a: &[u8], b: &[u8]) -> Difference {
    let at = a.iter().zip(b).position(|(a, b)| a != b);
    let size = usize::try_from(spec.dtype.bytes()).unwrap_or(1);
    let at = at.unwrap_or(a.len().min(b.len())) / size;
    let value = |bytes| {
        let at = u32::try_from(at).unwrap_or(u32::MAX);
        element(spec.dtype, bytes, at).unwrap_or(0)
    };
    Difference::Element(at, value(a), value(b))
}

#[cfg(test)]
mod tests {
    use std::ops::Range;

    use super::*;
    use crate::{Device, cpu::CpuBackend, task::Tensor};

    /// A device that gives one wrong bit in one kernel's output.
    struct Broken {
        cpu: CpuBackend,
        kernel: &'static str,
        element: usize,
    }

    impl Backend for Broken {
        fn device(&self) -> &Device {
            self.cpu.device()
        }

        fn run(&mut self, task: &Task<'_>) -> Result<Outcome, WorkerError> {
            let mut outcome = self.cpu.run(task)?;
            if task.name == self.kernel {
                let tensor = &mut outcome.outputs[0][0].tensor;
                let size = usize::try_from(tensor.spec().dtype.bytes()).unwrap();
                let mut bytes = tensor.bytes().to_vec();
                bytes[self.element * size] ^= 1;
                *tensor = Tensor::new(tensor.spec(), bytes).unwrap();
            }
            Ok(outcome)
        }

        fn product(&mut self, a: &Tensor, b: &Tensor) -> Result<Tensor, WorkerError> {
            self.cpu.product(a, b)
        }

        fn census_roots(
            &mut self,
            work: Work,
            challenge: &[u8; 32],
            units: Range<u32>,
        ) -> Result<Vec<Hash>, WorkerError> {
            let mut roots = self.cpu.census_roots(work, challenge, units)?;
            if self.kernel == "census tile hash" {
                roots[1].0[0] ^= 1;
            }
            Ok(roots)
        }

        fn census_product(
            &mut self,
            work: Work,
            challenge: &[u8; 32],
            unit: u32,
        ) -> Result<Vec<i32>, WorkerError> {
            self.cpu.census_product(work, challenge, unit)
        }
    }

    #[test]
    fn a_wrong_bit_is_found_in_every_kernel_and_named() {
        let mut kernels: Vec<_> = cases().unwrap().iter().map(|case| case.kernel).collect();
        kernels.dedup();
        assert!(kernels.len() >= 6, "{kernels:?}");
        for kernel in kernels {
            let mut broken = Broken {
                cpu: CpuBackend::default(),
                kernel,
                element: 0,
            };
            let error = run(&mut broken).unwrap_err();
            assert!(
                matches!(error, WorkerError::WrongBits { kernel: named, element: 0, .. } if named == kernel),
                "{kernel}: {error}"
            );
            assert!(error.to_string().contains(kernel), "{error}");
        }
    }

    #[test]
    fn a_wrong_census_root_is_found() {
        let mut broken = Broken {
            cpu: CpuBackend::default(),
            kernel: "census tile hash",
            element: 0,
        };
        let error = run(&mut broken).unwrap_err();
        assert!(error.to_string().contains("census tile hash"), "{error}");
    }
}
