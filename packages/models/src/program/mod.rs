//! Programs of neural networks: the operation list of `compute_proofs::program`
//! with more kinds of operation.
//!
//! What there is of matrix jobs is taken as it is: tensors, sources, edges, headers
//! and traces are the same types, and the matrix kinds have the same encoding, so
//! a program of matrix kinds alone has one hash in both. The new kinds continue
//! the tags. See `docs/operations.md` for what each computes and
//! `docs/adr/0011-operations-of-a-transformer.md` for how they get on chain.
//!
//! Rows are *packed*: a task is a tensor of `T` tokens, `(id, first, len)` each,
//! in which sentences stand one behind the other (`exact_kernels::span`). One
//! program serves sentences of every length up to its longest, and no row is
//! padding.

mod codec;
mod element;
mod kind;
mod run;

pub use element::{Part, Place, Read};
pub use kind::{Attention, Kind};
pub use run::{Outputs, Tensor, commit, run};

use compute_proofs::{
    ProofError,
    codec::{Encode, encode_list},
    hash::{OPERATION, PROGRAM},
    program::{Header, Input, MAX_FAN_IN_BYTES, MAX_OPERATIONS, Source},
    tensor::{MAX_TENSOR_BYTES, TensorSpec},
    tree::{SumNode, Tree},
};
use exact_kernels::cost::Moved;

/// The version of the encoding. Matrix programs are version 1 and stay it.
pub const VERSION: u8 = 1;

/// The most inputs of an operation.
pub const MAX_INPUTS: u32 = 8;

/// One operation of a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operation {
    /// What it computes.
    pub kind: Kind,
    /// What from, in the order that the kind documents.
    pub inputs: Vec<Input>,
}

/// A whole program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    /// Slots of a task's input.
    pub slots: u8,
    /// Its operations, in an order in which they can run.
    pub operations: Vec<Operation>,
}

impl Operation {
    /// Type and shape of every output.
    ///
    /// # Errors
    /// [`ProofError`] if the inputs do not fit the kind.
    pub fn outputs(&self) -> Result<Vec<TensorSpec>, ProofError> {
        self.kind.outputs(&self.inputs)
    }

    /// Cost in ops, from shapes alone.
    ///
    /// # Errors
    /// As [`Self::outputs`].
    pub fn cost(&self) -> Result<u128, ProofError> {
        let outputs = self.outputs()?;
        let outputs = outputs.iter();
        let outputs = outputs.map(|spec| Moved::Hashed(spec.dtype, spec.shape));
        self.kind.cost(&self.inputs, &outputs.collect::<Vec<_>>())
    }

    fn leaf(&self) -> Result<SumNode, ProofError> {
        Ok(SumNode {
            hash: OPERATION.hash(&[&self.to_bytes()]),
            sum: self.cost()?,
        })
    }
}

impl Program {
    /// Checks every operation and returns the header that names the program.
    ///
    /// # Errors
    /// [`ProofError`]: an operation that does not fit its inputs, an edge to what is
    /// not there or has another shape, a tensor that is too large, an element that
    /// reads more than a transaction carries.
    pub fn header(&self) -> Result<Header, ProofError> {
        let count = |len: usize| u32::try_from(len).unwrap_or(u32::MAX);
        let operations = count(self.operations.len());
        in_range("operations", operations.into(), 1, MAX_OPERATIONS.into())?;
        let mut outputs: Vec<Vec<TensorSpec>> = Vec::new();
        let mut leaves = Vec::new();
        for operation in &self.operations {
            let inputs = count(operation.inputs.len());
            in_range("inputs", inputs.into(), 1, MAX_INPUTS.into())?;
            for input in &operation.inputs {
                self.check_input(input, &outputs)?;
            }
            let specs = operation.outputs()?;
            for spec in &specs {
                in_range("bytes of a tensor", spec.bytes().into(), 1, MAX_TENSOR_BYTES.into())?;
            }
            let fan_in = operation.fan_in_bytes()?;
            in_range("fan-in bytes", fan_in.into(), 0, MAX_FAN_IN_BYTES.into())?;
            leaves.push(operation.leaf()?);
            outputs.push(specs);
        }
        let top = Tree::new("program", leaves)?.top();
        Ok(Header {
            version: VERSION,
            slots: self.slots,
            operations,
            cost: top.sum,
            top: top.hash,
        })
    }

    /// The hash that names the program.
    ///
    /// # Errors
    /// As [`Self::header`].
    pub fn hash(&self) -> Result<compute_proofs::Hash, ProofError> {
        Ok(PROGRAM.hash(&[&self.header()?.to_bytes()]))
    }

    fn check_input(&self, input: &Input, earlier: &[Vec<TensorSpec>]) -> Result<(), ProofError> {
        let bytes = input.spec.bytes();
        in_range("bytes of a tensor", bytes.into(), 1, MAX_TENSOR_BYTES.into())?;
        match input.source {
            Source::Output { operation, output } => {
                let found = usize::try_from(operation)
                    .ok()
                    .and_then(|at| earlier.get(at)?.get(usize::from(output)));
                let expected = *found.ok_or(ProofError::Missing {
                    what: "the output that an edge names",
                })?;
                if expected != input.spec {
                    let actual = input.spec;
                    return Err(ProofError::WrongSpec { expected, actual });
                }
                Ok(())
            }
            Source::Weights { .. } => Ok(()),
            Source::Slot { slot } | Source::Seed { slot, .. } => {
                let last = self.slots.saturating_sub(1);
                in_range("slot of an input", slot.into(), 0, last.into())
            }
        }
    }
}

impl Encode for Program {
    fn encode(&self, out: &mut Vec<u8>) {
        VERSION.encode(out);
        self.slots.encode(out);
        encode_list(&self.operations, out);
    }
}

fn in_range(what: &'static str, value: u128, min: u128, max: u128) -> Result<(), ProofError> {
    if (min..=max).contains(&value) {
        return Ok(());
    }
    Err(ProofError::OutOfRange {
        what,
        value,
        min,
        max,
    })
}
