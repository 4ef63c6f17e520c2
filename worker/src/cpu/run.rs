//! A program on the CPU.

use std::borrow::Cow;

use compute_proofs::{
    Hash, ProofError,
    program::{Epilogue, Header, Kind, Operation, Source},
    task::slot_root_of_seed,
    tensor::TensorSpec,
};
use exact_kernels::gemm::Gemm;
use rayon::prelude::*;

use super::{
    epilogue::Finish,
    fill,
    gemm::{self, Sink},
    hash,
    simd::Isa,
};
use crate::task::{Operand, Outcome, Rooted, SlotInput, Task, Tensor};

/// Bytes that a task allocates besides what it was given: all outputs, and the
/// seeded operands of one operation.
pub(super) fn needed(task: &Task<'_>) -> u64 {
    let mut outputs = 0u64;
    let mut seeded = 0u64;
    for operation in &task.program.operations {
        let specs = operation.outputs().unwrap_or_default();
        let bytes = specs.iter().map(TensorSpec::bytes);
        outputs = bytes.fold(outputs, u64::saturating_add);
        let operands = operation.inputs.iter();
        let here = operands
            .filter(|input| matches!(input.source, Source::Seed { .. }))
            .map(|input| input.spec.bytes());
        seeded = seeded.max(here.fold(0, u64::saturating_add));
    }
    outputs.saturating_add(seeded)
}

/// Runs a task that has been checked.
pub(super) fn run(isa: Isa, task: &Task<'_>, header: Header) -> Result<Outcome, ProofError> {
    let slots = task.inputs.iter().map(|input| slot_root(isa, input));
    let slots = slots.collect();
    let mut outputs: Vec<Vec<Rooted>> = Vec::new();
    for operation in &task.program.operations {
        let operands = operation.inputs.iter();
        let operands = operands
            .map(|input| load(isa, task.operand(input)?, input.spec, &outputs))
            .collect::<Result<Vec<_>, ProofError>>()?;
        let output = execute(isa, operation, &operands)?;
        drop(operands);
        outputs.push(vec![output]);
    }
    Outcome::new(header, slots, outputs)
}

fn slot_root(isa: Isa, input: &SlotInput) -> Hash {
    match input {
        SlotInput::Tensor(tensor) => hash::root(isa, &tensor.spec(), tensor.bytes()),
        SlotInput::Seed(seed) => slot_root_of_seed(seed),
    }
}

/// An operand's bytes: borrowed where they exist, made where they follow from a
/// seed.
fn load<'a>(
    isa: Isa,
    operand: Operand<'a>,
    spec: TensorSpec,
    outputs: &'a [Vec<Rooted>],
) -> Result<Cow<'a, [u8]>, ProofError> {
    Ok(match operand {
        Operand::Tensor(tensor) => Cow::Borrowed(tensor.bytes()),
        Operand::Output { operation, output } => {
            let found = outputs.get(operation).and_then(|found| found.get(output));
            let found = found.ok_or(ProofError::Missing {
                what: "output of an earlier operation",
            })?;
            Cow::Borrowed(found.tensor.bytes())
        }
        Operand::Seed { seed, stream } => {
            let mut bytes = vec![0; super::length(spec.bytes())];
            fill::seeded(isa, seed, stream, spec.shape, &mut bytes);
            Cow::Owned(bytes)
        }
    })
}

/// One operation over whole tensors; every kind has one output.
fn execute(
    isa: Isa,
    operation: &Operation,
    operands: &[Cow<'_, [u8]>],
) -> Result<Rooted, ProofError> {
    let specs = operation.outputs()?;
    let spec = *specs.first().ok_or(ProofError::Missing {
        what: "output of an operation",
    })?;
    let operand = |at: usize| operands.get(at).map_or(&[][..], Cow::as_ref);
    let mut out = vec![0; super::length(spec.bytes())];
    match operation.kind {
        Kind::Gemm {
            epilogue,
            transposed,
        } => {
            let (a, b) = (operand(0), operand(1));
            let finish = Finish::new(epilogue, operand(2), transposed);
            let k = operation.inputs.first().map_or(0, |a| a.spec.shape.cols());
            let shape = Gemm::new(spec.shape.rows(), spec.shape.cols(), k)?;
            // (A·B)ᵀ = Bᵀ·Aᵀ: the operands exchanged write the transposed result.
            let (a, b) = if transposed { (b, a) } else { (a, b) };
            gemm::run(isa, shape, a, b, &finish, &mut out);
        }
        Kind::Bias => map(spec, Epilogue::Bias, operand(0), operand(1), &mut out),
        Kind::Requantise(requantise) => {
            let epilogue = Epilogue::Requantise(requantise);
            map(spec, epilogue, operand(0), operand(1), &mut out);
        }
        Kind::Transpose => {
            let size = super::index(spec.dtype.bytes());
            fill::transpose(spec.shape.transposed(), size, operand(0), &mut out);
        }
    }
    let root = hash::root(isa, &spec, &out);
    let tensor = Tensor::new(spec, out)?;
    Ok(Rooted { tensor, root })
}

/// An epilogue alone, over int32 `x`.
fn map(spec: TensorSpec, epilogue: Epilogue, x: &[u8], params: &[u8], out: &mut [u8]) {
    /// Elements that are widened at a time.
    const RUN: usize = 256;
    let finish = Finish::new(epilogue, params, false);
    let cols = super::index(spec.shape.cols());
    let rows = x.par_chunks_exact(4 * cols);
    let rows = rows.zip(out.par_chunks_exact_mut(finish.size() * cols));
    rows.enumerate().for_each(|(row, (x, out))| {
        let mut sums = [0; RUN];
        let runs = x.chunks(4 * RUN).zip(out.chunks_mut(finish.size() * RUN));
        for (at, (x, out)) in runs.enumerate() {
            let words = x.as_chunks::<4>().0;
            for (sum, word) in sums.iter_mut().zip(words) {
                *sum = i32::from_le_bytes(*word);
            }
            finish.write(row, at * RUN, &sums[..words.len()], out);
        }
    });
}
