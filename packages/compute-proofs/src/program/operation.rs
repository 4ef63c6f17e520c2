//! One operation, its inputs, and what one element of it reads.

use alloc::vec::Vec;

use exact_kernels::{cost::Moved, seeded::Stream};

use super::{Kind, MAX_INPUTS};
use crate::{
    Hash, ProofError,
    codec::{Decode, DecodeError, Encode, Reader, codec_struct, encode_list},
    error::same_len,
    tensor::TensorSpec,
};

/// Where an input comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// Output `output` of the earlier operation `operation`.
    Output {
        /// Index of the operation within the program.
        operation: u32,
        /// Which of its outputs.
        output: u8,
    },
    /// A registered tensor.
    Weights {
        /// Its root.
        root: Hash,
    },
    /// A tensor of the task's input.
    Slot {
        /// Which slot.
        slot: u8,
    },
    /// An int8 matrix that follows from a seed of the task's input
    /// (`exact_kernels::seeded`): it never travels.
    Seed {
        /// Which slot holds the seed.
        slot: u8,
        /// Which matrix of the seed.
        stream: Stream,
    },
}

impl Encode for Source {
    fn encode(&self, out: &mut Vec<u8>) {
        match self {
            Self::Output { operation, output } => {
                0u8.encode(out);
                operation.encode(out);
                output.encode(out);
            }
            Self::Weights { root } => {
                1u8.encode(out);
                root.encode(out);
            }
            Self::Slot { slot } => {
                2u8.encode(out);
                slot.encode(out);
            }
            Self::Seed { slot, stream } => {
                3u8.encode(out);
                slot.encode(out);
                stream.tag.encode(out);
                stream.index.encode(out);
            }
        }
    }
}

impl Decode for Source {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(match u8::decode(reader)? {
            0 => Self::Output {
                operation: u32::decode(reader)?,
                output: u8::decode(reader)?,
            },
            1 => Self::Weights {
                root: Hash::decode(reader)?,
            },
            2 => Self::Slot {
                slot: u8::decode(reader)?,
            },
            3 => Self::Seed {
                slot: u8::decode(reader)?,
                stream: Stream {
                    tag: u8::decode(reader)?,
                    index: u32::decode(reader)?,
                },
            },
            tag => {
                return Err(DecodeError::UnknownTag {
                    what: "input source",
                    tag,
                });
            }
        })
    }
}

/// One input of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Input {
    /// Where it comes from.
    pub source: Source,
    /// Type and shape, as committed there.
    pub spec: TensorSpec,
}

codec_struct!(Input { source, spec });

/// One operation of a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operation {
    /// What it computes.
    pub kind: Kind,
    /// What from, in the order that the kind documents.
    pub inputs: Vec<Input>,
}

impl Encode for Operation {
    fn encode(&self, out: &mut Vec<u8>) {
        self.kind.encode(out);
        encode_list(&self.inputs, out);
    }
}

impl Decode for Operation {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            kind: Kind::decode(reader)?,
            inputs: reader.list("inputs", MAX_INPUTS)?,
        })
    }
}

/// The part of an input that one output element depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// A whole row.
    Row(u32),
    /// One element, by row and column.
    Element(u32, u32),
}

/// One read of an element's recomputation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Read {
    /// Which input of the operation.
    pub input: Input,
    /// Which part of it.
    pub part: Part,
}

impl Read {
    /// The leaves that hold the part.
    #[must_use]
    pub fn leaves(&self) -> core::ops::Range<u64> {
        match self.part {
            Part::Row(row) => self.input.spec.row_leaves(row),
            Part::Element(row, col) => self.input.spec.element_leaf(row, col),
        }
    }

    /// Committed bytes that an opening of the part carries.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        match self.input.source {
            Source::Seed { .. } => 0,
            _ => self.input.spec.range_bytes(self.leaves()),
        }
    }
}

impl Operation {
    /// Type and shape of every output, as committed.
    ///
    /// # Errors
    /// [`ProofError`] if the inputs do not fit the kind.
    pub fn outputs(&self) -> Result<Vec<TensorSpec>, ProofError> {
        self.kind.outputs(&self.inputs)
    }

    /// Cost in ops, over all inputs and outputs.
    ///
    /// # Errors
    /// As [`Self::outputs`].
    pub fn cost(&self) -> Result<u128, ProofError> {
        let outputs = self.outputs()?;
        let inputs = self.inputs.iter().map(|input| {
            let TensorSpec { dtype, shape } = input.spec;
            match input.source {
                Source::Seed { .. } => Moved::Hashed(dtype, shape),
                _ => Moved::Read(dtype, shape),
            }
        });
        let outputs = outputs
            .iter()
            .map(|spec| Moved::Hashed(spec.dtype, spec.shape));
        self.kind.cost(&self.inputs, inputs.chain(outputs))
    }

    /// What one element of one output depends on, in the order that
    /// [`Self::recompute`] takes it.
    ///
    /// # Errors
    /// [`ProofError::OutOfRange`] for an output or element that there is not.
    pub fn reads(&self, output: u8, row: u32, col: u32) -> Result<Vec<Read>, ProofError> {
        let outputs = self.outputs()?;
        let Some(spec) = outputs.get(usize::from(output)) else {
            let last = outputs.len().saturating_sub(1);
            return Err(ProofError::OutOfRange {
                what: "output of an operation",
                value: u128::from(output),
                min: 0,
                max: u128::try_from(last).unwrap_or(0),
            });
        };
        let bounds = [
            ("row of an element", row, spec.shape.rows()),
            ("column of an element", col, spec.shape.cols()),
        ];
        for (what, at, len) in bounds {
            crate::error::in_range(what, at, 0u32, len.saturating_sub(1))?;
        }
        self.kind.reads(&self.inputs, row, col)
    }

    /// The value of an element from the parts that [`Self::reads`] names, each as
    /// the bytes of its leaves (a seeded part: the row's bytes).
    ///
    /// # Errors
    /// [`ProofError::WrongLength`] unless each part is exactly what its read
    /// names; [`ProofError::Kernel`].
    pub fn recompute(&self, reads: &[(Read, &[u8])]) -> Result<i32, ProofError> {
        for (read, bytes) in reads {
            let expected = read.input.spec.range_bytes(read.leaves());
            same_len("part of an input", expected, bytes.len())?;
        }
        self.kind.recompute(reads)
    }

    /// The most committed bytes that an element of any output reads: rows are
    /// equally long, so the first element's tell.
    ///
    /// # Errors
    /// As [`Self::outputs`].
    pub fn fan_in_bytes(&self) -> Result<u64, ProofError> {
        let reads = self.reads(0, 0, 0)?;
        Ok(reads.iter().map(Read::bytes).fold(0, u64::saturating_add))
    }
}
