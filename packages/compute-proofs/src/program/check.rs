//! Registration: every rule that makes each later proof of a program possible.

use alloc::vec::Vec;

use super::{
    Header, Input, MAX_FAN_IN_BYTES, MAX_INPUTS, MAX_OPERATIONS, MAX_OUTPUTS, MAX_SLOTS, Operation,
    Source, VERSION, header::leaf,
};
use crate::{
    ProofError,
    error::in_range,
    tensor::{MAX_TENSOR_BYTES, TensorSpec},
    tree::{SumNode, Tree},
};
use exact_kernels::{DType, gemm::MAX_K};

/// How a slot of the task's input is used, once an operation has named it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Slot {
    Unused,
    Seed,
    Tensor(TensorSpec),
}

/// Takes a program operation by operation and refuses the first that breaks a
/// rule:
///
/// - inputs fit the operation's kind (types, shapes, bounds of its kernel);
/// - an edge names an *earlier* operation and states exactly what that outputs;
/// - a slot is used for one thing only, every slot is used, seeds give int8 in rows
///   no longer than those of a product;
/// - no tensor is larger than [`MAX_TENSOR_BYTES`];
/// - what one element reads fits a transaction ([`MAX_FAN_IN_BYTES`]).
#[derive(Clone, Debug)]
pub struct Checker {
    slots: Vec<Slot>,
    outputs: Vec<Vec<TensorSpec>>,
    leaves: Vec<SumNode>,
}

impl Checker {
    /// A program whose tasks have `slots` inputs.
    ///
    /// # Errors
    /// [`ProofError::OutOfRange`] above [`MAX_SLOTS`].
    pub fn new(slots: u8) -> Result<Self, ProofError> {
        in_range("slots", slots, 0u8, MAX_SLOTS)?;
        Ok(Self {
            slots: alloc::vec![Slot::Unused; usize::from(slots)],
            outputs: Vec::new(),
            leaves: Vec::new(),
        })
    }

    /// Adds the next operation.
    ///
    /// # Errors
    /// The first rule that does not hold; the checker is then spent.
    pub fn push(&mut self, operation: &Operation) -> Result<(), ProofError> {
        let wide = |len| u64::try_from(len).unwrap_or(u64::MAX);
        let index = wide(self.outputs.len());
        let last = MAX_OPERATIONS.saturating_sub(1);
        in_range("operations", index, 0u32, last)?;
        let inputs = wide(operation.inputs.len());
        in_range("inputs", inputs, 1u32, MAX_INPUTS)?;
        for input in &operation.inputs {
            check_size(&input.spec)?;
            self.check_input(input)?;
        }
        let outputs = operation.outputs()?;
        for output in &outputs {
            check_size(output)?;
        }
        in_range("outputs", wide(outputs.len()), 1u32, MAX_OUTPUTS)?;
        let fan_in = operation.fan_in_bytes()?;
        in_range("fan-in bytes", fan_in, 0u32, MAX_FAN_IN_BYTES)?;
        self.leaves.push(leaf(operation)?);
        self.outputs.push(outputs);
        Ok(())
    }

    /// The header of a complete program.
    ///
    /// # Errors
    /// [`ProofError::EmptyTree`] without operations;
    /// [`ProofError::OutOfRange`] for a slot that nothing uses.
    pub fn finish(self) -> Result<Header, ProofError> {
        let count = |len: usize| u32::try_from(len).unwrap_or(u32::MAX);
        let used = self.slots.iter().filter(|&&slot| slot != Slot::Unused);
        let slots = count(self.slots.len());
        in_range("used slots", count(used.count()), slots, slots)?;
        let operations = count(self.leaves.len());
        let top = Tree::new("program", self.leaves)?.top();
        Ok(Header {
            version: VERSION,
            slots: u8::try_from(slots).unwrap_or(u8::MAX),
            operations,
            cost: top.sum,
            top: top.hash,
        })
    }

    fn check_input(&mut self, input: &Input) -> Result<(), ProofError> {
        match input.source {
            Source::Output { operation, output } => {
                let at = usize::try_from(operation).unwrap_or(usize::MAX);
                let outputs = self.outputs.get(at);
                let Some(outputs) = outputs else {
                    return Err(ProofError::OutOfTree {
                        tree: "program, earlier operations",
                        first: u64::from(operation),
                        count: 1,
                        leaves: u64::try_from(self.outputs.len()).unwrap_or(u64::MAX),
                    });
                };
                match outputs.get(usize::from(output)) {
                    Some(spec) => same_spec(*spec, input.spec),
                    None => in_range("output of an edge", output, 0u8, 0u8),
                }
            }
            Source::Weights { .. } => Ok(()),
            Source::Slot { slot } => self.use_slot(slot, Slot::Tensor(input.spec)),
            Source::Seed { slot, .. } => {
                same_spec(
                    TensorSpec {
                        dtype: DType::I8,
                        shape: input.spec.shape,
                    },
                    input.spec,
                )?;
                // Verification makes a whole row, and fan-in does not count it.
                in_range(
                    "columns of a seeded matrix",
                    input.spec.shape.cols(),
                    1u32,
                    MAX_K,
                )?;
                self.use_slot(slot, Slot::Seed)
            }
        }
    }

    fn use_slot(&mut self, slot: u8, used: Slot) -> Result<(), ProofError> {
        let last = u8::try_from(self.slots.len().saturating_sub(1)).unwrap_or(u8::MAX);
        let known = self.slots.get_mut(usize::from(slot));
        let Some(known) = known else {
            return Err(ProofError::OutOfRange {
                what: "slot of an input",
                value: u128::from(slot),
                min: 0,
                max: u128::from(last),
            });
        };
        match (*known, used) {
            (Slot::Unused, _) => *known = used,
            (Slot::Tensor(first), Slot::Tensor(second)) => same_spec(first, second)?,
            (first, second) if first == second => {}
            _ => {
                return Err(ProofError::Conflict {
                    what: "slot used as a seed and as a tensor",
                    value: u128::from(slot),
                });
            }
        }
        Ok(())
    }
}

fn check_size(spec: &TensorSpec) -> Result<(), ProofError> {
    in_range("bytes of a tensor", spec.bytes(), 1u32, MAX_TENSOR_BYTES)
}

fn same_spec(expected: TensorSpec, actual: TensorSpec) -> Result<(), ProofError> {
    if expected == actual {
        Ok(())
    } else {
        Err(ProofError::WrongSpec { expected, actual })
    }
}
