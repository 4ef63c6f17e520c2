//! Running a program on the host, plainly: what its operations mean when they
//! are put together. Auditors re-run with it and compare roots; workers have
//! faster ways and are tested against it.

use alloc::{vec, vec::Vec};

use exact_kernels::{gemm::Gemm, seeded};

use super::{Header, Input, Kind, Operation, Program, Source};
use crate::{
    Hash, ProofError,
    num::index,
    task::slot_root_of_seed,
    tensor::{Committed, TensorSpec, push_element},
    trace::{OutputRoots, Trace},
};

/// What fills one slot of a task's input.
#[derive(Clone, Debug)]
pub enum TaskInput {
    /// A tensor.
    Tensor(Committed),
    /// A seed that operands follow from.
    Seed([u8; 32]),
}

impl TaskInput {
    /// The slot's root, as the task's input root commits to it.
    #[must_use]
    pub fn root(&self) -> Hash {
        match self {
            Self::Tensor(tensor) => tensor.root(),
            Self::Seed(seed) => slot_root_of_seed(seed),
        }
    }
}

/// Where a run finds registered weights.
pub trait WeightStore {
    /// The tensor of this root.
    fn get(&self, root: &Hash) -> Option<&Committed>;
}

impl WeightStore for [Committed] {
    fn get(&self, root: &Hash) -> Option<&Committed> {
        self.iter().find(|tensor| tensor.root() == *root)
    }
}

/// A finished run: every output of every operation.
#[derive(Clone, Debug)]
pub struct Run {
    /// The program's header.
    pub header: Header,
    /// Output tensors, by operation and output.
    pub outputs: Vec<Vec<Committed>>,
    /// Their trace.
    pub trace: Trace,
}

impl Run {
    /// The trace over these outputs, whoever computed them.
    ///
    /// # Errors
    /// [`ProofError::EmptyTree`].
    pub fn new(header: Header, outputs: Vec<Vec<Committed>>) -> Result<Self, ProofError> {
        let roots = outputs
            .iter()
            .map(|outputs| OutputRoots(outputs.iter().map(Committed::root).collect()));
        let trace = Trace::new(roots.collect())?;
        Ok(Self {
            header,
            outputs,
            trace,
        })
    }

    /// The result: the last operation's first output.
    #[must_use]
    pub fn result(&self) -> Option<&Committed> {
        self.outputs.last().and_then(|outputs| outputs.first())
    }
}

/// Runs `program` on a task's `inputs`.
///
/// # Errors
/// [`ProofError`] if the program is not valid, an input does not fit its slot,
/// or weights are missing.
pub fn run(
    program: &Program,
    inputs: &[TaskInput],
    weights: &(impl WeightStore + ?Sized),
) -> Result<Run, ProofError> {
    let header = program.header()?;
    let mut outputs: Vec<Vec<Committed>> = Vec::new();
    for operation in &program.operations {
        let operands = operation
            .inputs
            .iter()
            .map(|input| load(input, &outputs, inputs, weights))
            .collect::<Result<Vec<_>, _>>()?;
        outputs.push(execute(operation, &operands)?);
    }
    Run::new(header, outputs)
}

/// An operand's bytes.
fn load(
    input: &Input,
    outputs: &[Vec<Committed>],
    inputs: &[TaskInput],
    weights: &(impl WeightStore + ?Sized),
) -> Result<Vec<u8>, ProofError> {
    let spec = input.spec;
    let found = match input.source {
        Source::Output { operation, output } => usize::try_from(operation)
            .ok()
            .and_then(|at| outputs.get(at)?.get(usize::from(output))),
        Source::Weights { root } => weights.get(&root),
        Source::Slot { slot } => match inputs.get(usize::from(slot)) {
            Some(TaskInput::Tensor(tensor)) => Some(tensor),
            _ => None,
        },
        Source::Seed { slot, stream } => {
            let Some(TaskInput::Seed(seed)) = inputs.get(usize::from(slot)) else {
                return Err(ProofError::Missing { what: "task input" });
            };
            let len = usize::try_from(spec.bytes()).unwrap_or(usize::MAX);
            let mut elements = vec![0; len];
            seeded::run(seed, stream, spec.shape, &mut elements)?;
            return Ok(elements);
        }
    };
    let tensor = found.ok_or(ProofError::Missing {
        what: match input.source {
            Source::Weights { .. } => "weights",
            _ => "task input",
        },
    })?;
    if *tensor.spec() != spec {
        return Err(ProofError::WrongSpec {
            expected: spec,
            actual: *tensor.spec(),
        });
    }
    Ok(tensor.bytes().to_vec())
}

/// One operation over whole tensors.
fn execute(operation: &Operation, operands: &[Vec<u8>]) -> Result<Vec<Committed>, ProofError> {
    let specs = operation.outputs()?;
    let mut outputs = Vec::new();
    for spec in specs {
        let bytes = match (operation.kind, operands) {
            (Kind::Gemm { .. }, [a, b, params @ ..]) => {
                let params = params.first().map_or(&[][..], Vec::as_slice);
                gemm(operation, spec, a, b, params)?
            }
            _ => element_by_element(operation, spec, operands)?,
        };
        outputs.push(Committed::new(spec, bytes)?);
    }
    Ok(outputs)
}

/// The product with the whole-tensor kernel, then the epilogue per element.
fn gemm(
    operation: &Operation,
    spec: TensorSpec,
    a: &[u8],
    b: &[u8],
    params: &[u8],
) -> Result<Vec<u8>, ProofError> {
    let Kind::Gemm {
        epilogue,
        transposed,
    } = operation.kind
    else {
        return Err(ProofError::Missing { what: "product" });
    };
    let shape = super::kind::gemm_shape(&operation.inputs)?;
    let len = usize::try_from(spec.shape.elements()).unwrap_or(usize::MAX);
    let mut sums = vec![0i32; len];
    // (A·B)ᵀ = Bᵀ·Aᵀ, and the operands are given as A and Bᵀ: swapping them
    // writes the transposed result in place.
    if transposed {
        Gemm::new(shape.n(), shape.m(), shape.k())?.run(b, a, &mut sums)?;
    } else {
        shape.run(a, b, &mut sums)?;
    }
    let mut bytes = Vec::new();
    let cols = index(spec.shape.cols());
    for (row, sums) in sums.chunks(cols).enumerate() {
        for (col, &sum) in sums.iter().enumerate() {
            let channel = if transposed { row } else { col };
            let value = epilogue.apply(sum, epilogue.channel(params, channel))?;
            push_element(spec.dtype, value, &mut bytes);
        }
    }
    Ok(bytes)
}

/// Every element by its own reads: for operations that only move or map.
fn element_by_element(
    operation: &Operation,
    spec: TensorSpec,
    operands: &[Vec<u8>],
) -> Result<Vec<u8>, ProofError> {
    let mut bytes = Vec::new();
    for row in 0..spec.shape.rows() {
        for col in 0..spec.shape.cols() {
            let reads = operation.reads(0, row, col)?;
            let parts: Vec<_> = reads
                .iter()
                .zip(operands)
                .map(|(read, operand)| {
                    let part = read.input.spec.slice(operand, read.leaves());
                    (*read, part.unwrap_or(&[]))
                })
                .collect();
            push_element(spec.dtype, operation.recompute(&parts)?, &mut bytes);
        }
    }
    Ok(bytes)
}
