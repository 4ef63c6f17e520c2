//! Registration: every rule that makes each later proof of a program possible.

use alloc::vec::Vec;

use super::{
    Header, Input, MAX_FAN_IN_BYTES, MAX_INPUTS, MAX_OPERATIONS, MAX_OUTPUTS, MAX_SLOTS, Operation,
    Source, VERSION, header::leaf,
};
use crate::{
    ProofError,
    codec::{Decode, DecodeError, Encode, Reader, encode_list},
    error::in_range,
    frontier::Frontier,
    num::{count, index},
    tensor::{MAX_TENSOR_BYTES, TensorSpec},
    tree::SumNode,
};
use exact_kernels::{DType, gemm::MAX_K};

/// How a slot of the task's input is used, once an operation has named it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Slot {
    Unused,
    Seed,
    Tensor(TensorSpec),
}

/// Where registration keeps what earlier operations output: a contract's storage,
/// or a list in memory.
pub trait Outputs {
    /// What can go wrong with the storage.
    type Error: From<ProofError>;

    /// The outputs of operation `operation`; `None` if it has not been added.
    ///
    /// # Errors
    /// Of the storage.
    fn get(&self, operation: u32) -> Result<Option<Vec<TensorSpec>>, Self::Error>;

    /// Adds the outputs of operation `operation`, the next one.
    ///
    /// # Errors
    /// Of the storage.
    fn push(&mut self, operation: u32, outputs: Vec<TensorSpec>) -> Result<(), Self::Error>;
}

impl Outputs for Vec<Vec<TensorSpec>> {
    type Error = ProofError;

    fn get(&self, operation: u32) -> Result<Option<Vec<TensorSpec>>, ProofError> {
        let at = index(operation);
        Ok(<[_]>::get(self, at).cloned())
    }

    fn push(&mut self, _: u32, outputs: Vec<TensorSpec>) -> Result<(), ProofError> {
        Self::push(self, outputs);
        Ok(())
    }
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
///
/// It has an encoding, and earlier outputs lie outside it, so a long program can be
/// registered over several transactions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checker {
    slots: Vec<Slot>,
    operations: Frontier<SumNode>,
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
            operations: Frontier::default(),
        })
    }

    /// Number of operations so far.
    #[must_use]
    pub fn operations(&self) -> u32 {
        u32::try_from(self.operations.len()).unwrap_or(u32::MAX)
    }

    /// Ops that the operations so far cost.
    ///
    /// # Errors
    /// [`ProofError::SumOverflow`].
    pub fn cost(&self) -> Result<u128, ProofError> {
        Ok(self.operations.top()?.map_or(0, |top| top.sum))
    }

    /// Adds the next operation.
    ///
    /// # Errors
    /// The first rule that does not hold; the checker is then spent.
    pub fn push<O: Outputs>(
        &mut self,
        operation: &Operation,
        earlier: &mut O,
    ) -> Result<(), O::Error> {
        let index = self.operations();
        let last = MAX_OPERATIONS.saturating_sub(1);
        in_range("operations", index, 0u32, last)?;
        let inputs = count(operation.inputs.len());
        in_range("inputs", inputs, 1u32, MAX_INPUTS)?;
        for input in &operation.inputs {
            check_size(&input.spec)?;
            self.check_input(input, earlier)?;
        }
        let outputs = operation.outputs()?;
        for output in &outputs {
            check_size(output)?;
        }
        in_range("outputs", count(outputs.len()), 1u32, MAX_OUTPUTS)?;
        let fan_in = operation.fan_in_bytes()?;
        in_range("fan-in bytes", fan_in, 0u32, MAX_FAN_IN_BYTES)?;
        self.operations.push(leaf(operation)?)?;
        earlier.push(index, outputs)
    }

    /// The header of a complete program.
    ///
    /// # Errors
    /// [`ProofError::EmptyTree`] without operations;
    /// [`ProofError::OutOfRange`] for a slot that nothing uses.
    pub fn finish(&self) -> Result<Header, ProofError> {
        let count = |len: usize| u32::try_from(len).unwrap_or(u32::MAX);
        let used = self.slots.iter().filter(|&&slot| slot != Slot::Unused);
        let slots = count(self.slots.len());
        in_range("used slots", count(used.count()), slots, slots)?;
        let top = self.operations.top()?;
        let top = top.ok_or(ProofError::EmptyTree { tree: "program" })?;
        Ok(Header {
            version: VERSION,
            slots: u8::try_from(slots).unwrap_or(u8::MAX),
            operations: self.operations(),
            cost: top.sum,
            top: top.hash,
        })
    }

    fn check_input<O: Outputs>(&mut self, input: &Input, earlier: &O) -> Result<(), O::Error> {
        match input.source {
            Source::Output { operation, output } => {
                let beyond = ProofError::OutOfTree {
                    tree: "program, earlier operations",
                    first: u64::from(operation),
                    count: 1,
                    leaves: self.operations.len(),
                };
                // Not the store's word alone: it may hold what an abandoned
                // registration has left.
                if u64::from(operation) >= self.operations.len() {
                    return Err(beyond.into());
                }
                let outputs = earlier.get(operation)?.ok_or(beyond)?;
                let spec = outputs.get(usize::from(output));
                let spec = spec.ok_or(ProofError::Missing {
                    what: "the output that an edge names",
                })?;
                same_spec(*spec, input.spec)?;
            }
            Source::Weights { .. } => {}
            Source::Slot { slot } => self.use_slot(slot, Slot::Tensor(input.spec))?,
            Source::Seed { slot, .. } => {
                let shape = input.spec.shape;
                let dtype = DType::I8;
                same_spec(TensorSpec { dtype, shape }, input.spec)?;
                // Verification makes a whole row, and fan-in does not count it.
                in_range("columns of a seeded matrix", shape.cols(), 1u32, MAX_K)?;
                self.use_slot(slot, Slot::Seed)?;
            }
        }
        Ok(())
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

impl Encode for Slot {
    fn encode(&self, out: &mut Vec<u8>) {
        match self {
            Self::Unused => 0u8.encode(out),
            Self::Seed => 1u8.encode(out),
            Self::Tensor(spec) => {
                2u8.encode(out);
                spec.encode(out);
            }
        }
    }
}

impl Decode for Slot {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(match u8::decode(reader)? {
            0 => Self::Unused,
            1 => Self::Seed,
            2 => Self::Tensor(TensorSpec::decode(reader)?),
            tag => {
                return Err(DecodeError::UnknownTag {
                    what: "use of a slot",
                    tag,
                });
            }
        })
    }
}

impl Encode for Checker {
    fn encode(&self, out: &mut Vec<u8>) {
        encode_list(&self.slots, out);
        self.operations.encode(out);
    }
}

impl Decode for Checker {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            slots: reader.list("slots", u32::from(MAX_SLOTS))?,
            operations: Decode::decode(reader)?,
        })
    }
}
