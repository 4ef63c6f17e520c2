//! The worker's and the auditor's side: evidence from a finished run.

use alloc::vec::Vec;

use super::{Evidence, OpenedInput, Place, Sample};
use crate::{
    Hash, ProofError,
    num::index,
    program::{Program, Read, Run, Source, TaskInput, WeightStore},
    receipt::ReceiptProof,
    task::{Grant, input_root},
};

/// A finished task with everything that evidence is made of.
#[derive(Clone, Copy, Debug)]
pub struct TaskRecord<'a, W: WeightStore + ?Sized> {
    /// What was run.
    pub program: &'a Program,
    /// On what.
    pub inputs: &'a [TaskInput],
    /// With which weights.
    pub weights: &'a W,
    /// What came of it.
    pub run: &'a Run,
    /// By whose leave.
    pub grant: Grant,
}

impl<W: WeightStore + ?Sized> TaskRecord<'_, W> {
    /// The roots of the input's slots.
    #[must_use]
    pub fn slots(&self) -> Vec<Hash> {
        self.inputs.iter().map(TaskInput::root).collect()
    }

    /// The root of the task's input.
    #[must_use]
    pub fn input_root(&self) -> Hash {
        input_root(&self.slots())
    }

    /// The operation that a sample draws from this task's receipt, `offset` ops
    /// into it.
    ///
    /// # Errors
    /// [`ProofError`] if the program is not valid or the offset beyond its cost.
    pub fn drawn_operation(&self, sample: &mut Sample, offset: u128) -> Result<u32, ProofError> {
        match sample.operation(&self.run.header)? {
            Some(operation) => Ok(operation),
            None => self.operation_at(offset)?.ok_or(ProofError::Missing {
                what: "the drawn position",
            }),
        }
    }

    /// The operation whose cost holds `offset` ops of the program; `None` beyond
    /// its cost.
    ///
    /// # Errors
    /// [`ProofError`] if the program is not valid.
    pub fn operation_at(&self, offset: u128) -> Result<Option<u32>, ProofError> {
        let mut rest = offset;
        for (index, operation) in (0..).zip(&self.program.operations) {
            match rest.checked_sub(operation.cost()?) {
                Some(left) => rest = left,
                None => return Ok(Some(index)),
            }
        }
        Ok(None)
    }

    /// Evidence for one element.
    ///
    /// # Errors
    /// [`ProofError`] if there is no such element.
    pub fn evidence(
        &self,
        receipt: ReceiptProof,
        operation: u32,
        place: Place,
    ) -> Result<Evidence, ProofError> {
        let proof = self.program.prove(operation)?;
        let reads = proof.operation.reads(place.output, place.row, place.col)?;
        let tensor = self.output(operation, place.output)?;
        let leaf = tensor.open(tensor.spec().element_leaf(place.row, place.col))?;
        let inputs = reads.iter().map(|read| self.open(read));
        let reads_input = reads
            .iter()
            .any(|read| matches!(read.input.source, Source::Slot { .. } | Source::Seed { .. }));
        Ok(Evidence {
            receipt,
            grant: self.grant,
            operation: proof,
            place,
            leaf,
            trace: self.run.trace.prove(operation)?,
            slots: if reads_input {
                self.slots()
            } else {
                Vec::new()
            },
            inputs: inputs.collect::<Result<_, _>>()?,
        })
    }

    fn output(&self, operation: u32, output: u8) -> Result<&crate::tensor::Committed, ProofError> {
        let at = index(operation);
        let outputs = self.run.outputs.get(at);
        let tensor = outputs.and_then(|outputs| outputs.get(usize::from(output)));
        tensor.ok_or(ProofError::Missing {
            what: "output of the run",
        })
    }

    fn open(&self, read: &Read) -> Result<OpenedInput, ProofError> {
        let missing = ProofError::Missing {
            what: "input of the task",
        };
        Ok(match read.input.source {
            Source::Output { operation, output } => OpenedInput::Output {
                range: self.output(operation, output)?.open(read.leaves())?,
                trace: self.run.trace.prove(operation)?,
            },
            Source::Weights { root } => {
                let tensor = self.weights.get(&root).ok_or(missing)?;
                OpenedInput::Tensor(tensor.open(read.leaves())?)
            }
            Source::Slot { slot } => match self.inputs.get(usize::from(slot)) {
                Some(TaskInput::Tensor(tensor)) => OpenedInput::Tensor(tensor.open(read.leaves())?),
                _ => return Err(missing),
            },
            Source::Seed { slot, .. } => match self.inputs.get(usize::from(slot)) {
                Some(TaskInput::Seed(seed)) => OpenedInput::Seed(*seed),
                _ => return Err(missing),
            },
        })
    }
}
