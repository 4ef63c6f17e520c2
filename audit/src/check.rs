//! Whether a delivered result is right.

use compute_proofs::{
    Hash, ProofError,
    crypto::Host,
    opening::Place,
    program::Program,
    receipt::Receipt,
    task::{Grant, OrderContext, input_root, slot_root_of_seed},
    tensor::{Committed, element},
    trace::{OutputRoots, Trace},
};
use worker::{
    Backend, WorkerError,
    job::MatrixJob,
    task::{Outcome, SlotInput, Task, Tensor, Weights},
    verify::{self, Verdict},
};

/// A finished task: what it was, who has done it by whose leave, and what came of it.
#[derive(Clone, Debug)]
pub struct Delivered {
    /// The operator that has done it.
    pub worker: String,
    /// By whose leave.
    pub grant: Grant,
    /// What the worker says of it.
    pub receipt: Receipt,
    /// What was run.
    pub program: Program,
    /// On what.
    pub inputs: Vec<SlotInput>,
    /// With which registered weights.
    pub weights: Vec<Weights>,
    /// The result, as delivered.
    pub output: Tensor,
}

/// What a check has found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// All of it is as it should be.
    Right,
    /// The delivered bytes are not what the receipt commits to. The chain cannot be shown
    /// that.
    NotAsCommitted {
        /// Root in the receipt.
        committed: Hash,
        /// Root of the delivered bytes.
        delivered: Hash,
    },
    /// The receipt names another grant than the one that was handed over, so it is of
    /// another task. The chain cannot be shown that either.
    OtherGrant {
        /// What the receipt names.
        named: Hash,
        /// What was handed over.
        given: Hash,
    },
    /// The receipt breaks its grant's terms or has other ops than the program costs. The
    /// receipt alone proves that.
    Receipt(ProofError),
    /// The receipt's trace is not that of its result. To be proven it has to be opened,
    /// which the order's owner can demand.
    Trace {
        /// Root in the receipt.
        committed: Hash,
        /// Root that follows from the result.
        expected: Hash,
    },
    /// An element is wrong.
    Element {
        /// Of which operation.
        operation: u32,
        /// Which one.
        place: Place,
        /// The value delivered.
        delivered: i32,
        /// The value that follows from the inputs.
        right: i32,
    },
    /// A program of several operations went wrong somewhere, and only its end was
    /// delivered: the owner has to demand what the worker has committed to inside.
    Inside,
}

impl Delivered {
    /// The task, as a device takes it.
    pub(crate) fn task(&self) -> Task<'_> {
        Task {
            name: "audited task",
            program: &self.program,
            inputs: &self.inputs,
            weights: &self.weights,
        }
    }

    /// Root of the task's input.
    fn input_root(&self) -> Hash {
        let slots = self.inputs.iter().map(|slot| match slot {
            SlotInput::Tensor(tensor) => tensor.root(),
            SlotInput::Seed(seed) => slot_root_of_seed(seed),
        });
        input_root(&slots.collect::<Vec<_>>())
    }

    /// Root of the delivered bytes.
    fn output_root(&self) -> Result<Hash, ProofError> {
        let committed = Committed::new(self.output.spec(), self.output.bytes().to_vec())?;
        Ok(committed.root())
    }
}

/// Checks a delivered task. `secret` is fresh randomness that whoever made the result
/// could not know.
///
/// # Errors
/// [`WorkerError::Invalid`] if the task is not what its grant authorises, the grant was
/// never given, or the result has another shape; what the device fails with.
pub fn check(
    backend: &mut dyn Backend,
    order: &OrderContext<'_>,
    delivered: &Delivered,
    secret: &[u8; 32],
) -> Result<Finding, WorkerError> {
    let task = delivered.task();
    let invalid = |error: ProofError| WorkerError::Invalid {
        task: task.name.to_owned(),
        source: Box::new(error),
    };
    let header = task.check().map_err(invalid)?;
    let authorised = delivered.grant.authorisation;
    if authorised.program != header.hash() {
        return Err(invalid(ProofError::RootMismatch {
            what: "program",
            expected: authorised.program,
            actual: header.hash(),
        }));
    }
    let input = delivered.input_root();
    if authorised.input_root != input {
        return Err(invalid(ProofError::RootMismatch {
            what: "task input",
            expected: authorised.input_root,
            actual: input,
        }));
    }
    let worker = &delivered.worker;
    let given = delivered.grant.verify(&Host, order, worker);
    given.map_err(invalid)?;
    let root = delivered.output_root().map_err(invalid)?;
    let receipt = &delivered.receipt;
    if root != receipt.output_root {
        return Ok(Finding::NotAsCommitted {
            committed: receipt.output_root,
            delivered: root,
        });
    }
    let (grant, program) = (&delivered.grant, &delivered.program);
    let found = stands_for(order, worker, grant, receipt, program).map_err(invalid)?;
    match found {
        Some(finding) => Ok(finding),
        None => result(backend, delivered, secret),
    }
}

/// What does not fit between a receipt and its grant, or its own result and trace.
pub(crate) fn stands_for(
    order: &OrderContext<'_>,
    worker: &str,
    grant: &Grant,
    receipt: &Receipt,
    program: &Program,
) -> Result<Option<Finding>, ProofError> {
    let given = grant.hash(order, worker);
    if receipt.grant != given {
        return Ok(Some(Finding::OtherGrant {
            named: receipt.grant,
            given,
        }));
    }
    if let Err(error) = terms(receipt, grant, program.header()?.cost) {
        return Ok(Some(Finding::Receipt(error)));
    }
    if let [_] = program.operations.as_slice() {
        let trace = Trace::new(vec![OutputRoots(vec![receipt.output_root])])?;
        if trace.root() != receipt.trace_root {
            return Ok(Some(Finding::Trace {
                committed: receipt.trace_root,
                expected: trace.root(),
            }));
        }
    }
    Ok(None)
}

/// That a receipt keeps its grant's terms.
fn terms(receipt: &Receipt, grant: &Grant, cost: u128) -> Result<(), ProofError> {
    let authorised = &grant.authorisation;
    let mismatch = |what, expected, actual| ProofError::Mismatch {
        what,
        expected,
        actual,
    };
    if receipt.nonce != authorised.nonce {
        let (expected, actual) = (authorised.nonce.into(), receipt.nonce.into());
        return Err(mismatch("nonce of a receipt", expected, actual));
    }
    if receipt.ops != cost {
        return Err(mismatch("ops of a receipt", cost, receipt.ops));
    }
    if receipt.ops > authorised.max_ops {
        let most = authorised.max_ops;
        return Err(mismatch("ops of a receipt, at most", most, receipt.ops));
    }
    Ok(())
}

fn result(
    backend: &mut dyn Backend,
    delivered: &Delivered,
    secret: &[u8; 32],
) -> Result<Finding, WorkerError> {
    let job = MatrixJob {
        name: delivered.task().name.to_owned(),
        program: delivered.program.clone(),
        inputs: delivered.inputs.clone(),
    };
    if let [_] = job.program.operations.as_slice()
        && verify::can_be_checked_cheaply(&job)
        && verify::freivalds(&job, &delivered.output, secret)? == Verdict::Right
    {
        return Ok(Finding::Right);
    }
    let outcome = backend.run(&delivered.task())?;
    Ok(difference(&outcome, delivered))
}

/// The first element that differs from a run's.
fn difference(outcome: &Outcome, delivered: &Delivered) -> Finding {
    let Some(right) = outcome.result() else {
        return Finding::Inside;
    };
    if delivered.program.operations.len() > 1 {
        // The end can be right and what it is said to follow from wrong.
        let is_right = right.tensor == delivered.output
            && outcome.trace.root() == delivered.receipt.trace_root;
        return if is_right {
            Finding::Right
        } else {
            Finding::Inside
        };
    }
    if right.tensor == delivered.output {
        return Finding::Right;
    }
    let spec = delivered.output.spec();
    let (rows, cols) = (spec.shape.rows(), spec.shape.cols());
    let value = |tensor: &Tensor, index: u32| element(spec.dtype, tensor.bytes(), index).ok();
    let all = u64::from(rows).saturating_mul(u64::from(cols));
    let differs = (0..u32::try_from(all).unwrap_or(u32::MAX)).find_map(|index| {
        let pair = (
            value(&delivered.output, index)?,
            value(&right.tensor, index)?,
        );
        (pair.0 != pair.1).then_some((index, pair))
    });
    match (differs, cols) {
        (Some((index, (delivered, right))), 1..) => Finding::Element {
            operation: 0,
            place: Place {
                output: 0,
                row: index / cols,
                col: index % cols,
            },
            delivered,
            right,
        },
        _ => Finding::Inside,
    }
}
