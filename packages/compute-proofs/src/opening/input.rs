//! What is shown of an element's inputs.

use alloc::vec::Vec;

use exact_kernels::seeded;

use crate::{
    ProofError,
    codec::{Decode, DecodeError, Encode, Reader},
    program::{Part, Read},
    tensor::OpenedRange,
    trace::TraceProof,
};

/// What one read of an element's recomputation shows, by the input's source:
/// a range of leaves, for an operation's output also where its root stands in
/// the trace, for a seed the seed itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OpenedInput {
    /// A part of an earlier operation's output.
    Output {
        /// The part.
        range: OpenedRange,
        /// The producer's output roots in the trace.
        trace: TraceProof,
    },
    /// A part of registered weights or of the task's input.
    Tensor(OpenedRange),
    /// The seed that the part follows from.
    Seed([u8; 32]),
}

impl Encode for OpenedInput {
    fn encode(&self, out: &mut Vec<u8>) {
        match self {
            Self::Output { range, trace } => {
                0u8.encode(out);
                range.encode(out);
                trace.encode(out);
            }
            Self::Tensor(range) => {
                1u8.encode(out);
                range.encode(out);
            }
            Self::Seed(seed) => {
                2u8.encode(out);
                seed.encode(out);
            }
        }
    }
}

impl Decode for OpenedInput {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(match u8::decode(reader)? {
            0 => Self::Output {
                range: Decode::decode(reader)?,
                trace: Decode::decode(reader)?,
            },
            1 => Self::Tensor(Decode::decode(reader)?),
            2 => Self::Seed(Decode::decode(reader)?),
            tag => {
                return Err(DecodeError::UnknownTag {
                    what: "opened input",
                    tag,
                });
            }
        })
    }
}

/// The bytes of the leaves that a read of a seeded matrix names. Only offsets
/// within the row matter, so this is the same on 32 and on 64 bits however large
/// the matrix is.
pub(super) fn seeded_part(
    seed: &[u8; 32],
    stream: seeded::Stream,
    read: &Read,
) -> Result<Vec<u8>, ProofError> {
    let spec = &read.input.spec;
    let (Part::Row(row) | Part::Element(row, _)) = read.part;
    let leaves = read.leaves();
    let first = spec.first_col(row, leaves.start);
    let bytes = spec.range_bytes(leaves);
    let len = usize::try_from(bytes).map_err(|_| ProofError::OutOfRange {
        what: "bytes of a seeded row",
        value: u128::from(bytes),
        min: 0,
        max: u128::from(u32::MAX),
    })?;
    let mut elements = alloc::vec![0; len];
    seeded::fill_row_from(seed, stream, row, first, &mut elements);
    Ok(elements)
}
