//! An element with everything that it was computed from.

use alloc::vec::Vec;

use super::{
    input::{OpenedInput, seeded_part},
    terms::check_grant,
};
use crate::{
    Hash, ProofError,
    codec::{Decode, DecodeError, Encode, Reader, codec_struct, encode_list},
    error::{same, same_count, same_root},
    num::count,
    program::{Header, MAX_INPUTS, MAX_SLOTS, OperationProof, Read, Source},
    receipt::{Batch, Receipt, ReceiptProof},
    task::{Grant, OrderContext, input_root, slot_root_of_seed},
    tensor::{OpenedRange, TensorSpec, element},
    trace::TraceProof,
};

/// What the chain knows of a committed batch.
#[derive(Clone, Copy, Debug)]
pub struct BatchContext<'a> {
    /// The order that it is charged to.
    pub order: OrderContext<'a>,
    /// The worker's operator address.
    pub worker: &'a str,
    /// The commitment.
    pub batch: Batch,
}

/// Which element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Which output of the operation.
    pub output: u8,
    /// Row, as committed.
    pub row: u32,
    /// Column, as committed.
    pub col: u32,
}

codec_struct!(Place { output, row, col });

/// An element under a batch's root, with everything that it was computed from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// The receipt, under the batch.
    pub receipt: ReceiptProof,
    /// The grant that the receipt names: it fixes program and input.
    pub grant: Grant,
    /// The operation, under the program.
    pub operation: OperationProof,
    /// Which element of it.
    pub place: Place,
    /// The leaf that holds the element.
    pub leaf: OpenedRange,
    /// The operation's output roots, under the receipt's trace.
    pub trace: TraceProof,
    /// The roots of the task's input slots; empty unless the operation reads one.
    pub slots: Vec<Hash>,
    /// What the element reads, in the operation's order.
    pub inputs: Vec<OpenedInput>,
}

impl Encode for Evidence {
    fn encode(&self, out: &mut Vec<u8>) {
        self.receipt.encode(out);
        self.grant.encode(out);
        self.operation.encode(out);
        self.place.encode(out);
        self.leaf.encode(out);
        self.trace.encode(out);
        encode_list(&self.slots, out);
        encode_list(&self.inputs, out);
    }
}

impl Decode for Evidence {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            receipt: Decode::decode(reader)?,
            grant: Decode::decode(reader)?,
            operation: Decode::decode(reader)?,
            place: Decode::decode(reader)?,
            leaf: Decode::decode(reader)?,
            trace: Decode::decode(reader)?,
            slots: reader.list("input slots", u32::from(MAX_SLOTS))?,
            inputs: reader.list("opened inputs", MAX_INPUTS)?,
        })
    }
}

/// What evidence says, once it is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Recomputed {
    /// The committed element.
    pub(super) committed: i32,
    /// The element as it follows from the committed inputs.
    pub(super) recomputed: i32,
    /// Where the receipt's ops start within the batch.
    pub(super) receipt_start: u128,
    /// Where the operation's cost starts within the program's, and how much it
    /// is.
    pub(super) operation_span: (u128, u128),
}

impl Evidence {
    /// The hash of the program that the evidence is about: what a contract loads
    /// the header by.
    #[must_use]
    pub fn program(&self) -> Hash {
        self.grant.authorisation.program
    }

    /// Checks every link and recomputes the element. Whether the two values
    /// agree is for the caller: an opening needs it, a fraud proof its opposite.
    ///
    /// # Errors
    /// [`ProofError`]: the first link that does not hold.
    pub(super) fn check(
        &self,
        context: &BatchContext<'_>,
        header: &Header,
    ) -> Result<Recomputed, ProofError> {
        let receipt_start = self.receipt.check(&context.batch)?;
        let receipt = &self.receipt.receipt;
        check_grant(receipt, &self.grant, context)?;
        same_root("program", self.grant.authorisation.program, header.hash())?;
        let operation_span = self.operation.check(header)?;
        let committed = self.committed(receipt, header)?;
        let recomputed = self.recompute(receipt, header)?;
        Ok(Recomputed {
            committed,
            recomputed,
            receipt_start,
            operation_span,
        })
    }

    /// The committed element, under the receipt's trace.
    fn committed(&self, receipt: &Receipt, header: &Header) -> Result<i32, ProofError> {
        let Place { output, row, col } = self.place;
        let spec = self.output_spec()?;
        let root = self.leaf.root(&spec, spec.element_leaf(row, col))?;
        same_root("output tensor", self.trace.output(output)?, root)?;
        let trace = self.trace.root(header.operations, self.operation.index)?;
        same_root("trace", receipt.trace_root, trace)?;
        element(spec.dtype, &self.leaf.bytes, spec.index_in_leaf(col))
    }

    fn output_spec(&self) -> Result<TensorSpec, ProofError> {
        let outputs = self.operation.operation.outputs()?;
        let spec = outputs.get(usize::from(self.place.output)).copied();
        spec.ok_or(ProofError::Missing {
            what: "the operation's output",
        })
    }

    /// The element, from inputs whose every link is checked.
    fn recompute(&self, receipt: &Receipt, header: &Header) -> Result<i32, ProofError> {
        let Place { output, row, col } = self.place;
        let operation = &self.operation.operation;
        let reads = operation.reads(output, row, col)?;
        same_count("opened inputs", count(reads.len()), self.inputs.len())?;
        self.check_slots(&reads, header)?;
        let parts = reads
            .iter()
            .zip(&self.inputs)
            .map(|(read, opened)| self.part(read, opened, receipt, header))
            .collect::<Result<Vec<_>, _>>()?;
        let parts: Vec<_> = reads
            .iter()
            .copied()
            .zip(parts.iter().map(Vec::as_slice))
            .collect();
        operation.recompute(&parts)
    }

    /// Slot roots are there exactly where an input needs them, and are the
    /// authorised input's.
    fn check_slots(&self, reads: &[Read], header: &Header) -> Result<(), ProofError> {
        let needed = reads
            .iter()
            .any(|read| matches!(read.input.source, Source::Slot { .. } | Source::Seed { .. }));
        let given = u32::try_from(self.slots.len()).unwrap_or(u32::MAX);
        if needed {
            same("input slots", header.slots, given)?;
            let root = input_root(&self.slots);
            same_root("task input", self.grant.authorisation.input_root, root)
        } else {
            same("input slots", 0u32, given)
        }
    }

    /// The bytes of one read, proven to be what the program's edge names.
    fn part(
        &self,
        read: &Read,
        opened: &OpenedInput,
        receipt: &Receipt,
        header: &Header,
    ) -> Result<Vec<u8>, ProofError> {
        let spec = &read.input.spec;
        let slot = |slot: u8| {
            let root = self.slots.get(usize::from(slot)).copied();
            root.ok_or(ProofError::Missing { what: "input slot" })
        };
        match (read.input.source, opened) {
            (Source::Output { operation, output }, OpenedInput::Output { range, trace }) => {
                let root = range.root(spec, read.leaves())?;
                same_root("input tensor", trace.output(output)?, root)?;
                let link = trace.root(header.operations, operation)?;
                same_root("trace of an input", receipt.trace_root, link)?;
                Ok(range.bytes.clone())
            }
            (Source::Weights { root }, OpenedInput::Tensor(range)) => {
                same_root("weights", root, range.root(spec, read.leaves())?)?;
                Ok(range.bytes.clone())
            }
            (Source::Slot { slot: at }, OpenedInput::Tensor(range)) => {
                let root = range.root(spec, read.leaves())?;
                same_root("input slot", slot(at)?, root)?;
                Ok(range.bytes.clone())
            }
            (Source::Seed { slot: at, stream }, OpenedInput::Seed(seed)) => {
                same_root("seed", slot(at)?, slot_root_of_seed(seed))?;
                seeded_part(seed, stream, read)
            }
            _ => Err(ProofError::Missing {
                what: "an opened input of the kind that its source needs",
            }),
        }
    }
}
