//! What to do next about a task that is wrong: prove it, or have the worker show what is
//! missing for that. Pure.
//!
//! Whoever has run a task again knows what its trace should be, and learns by demand what
//! the worker has committed to: the trace's leaves tell the first operation that differs,
//! whose inputs are then what they should be; the nodes of its output tell the leaf; the
//! leaf tells the element. Nothing is demanded that follows from what was delivered.

use compute_api::market::{Answer, Target, Tree as Under};
use compute_proofs::{
    Hash, ProofError,
    codec::Decode,
    crypto::Host,
    opening::{
        BatchContext, FraudProof, NamedReceipt, OpenedInput, Place, TaskRecord, TraceEvidence,
        verify_fraud,
    },
    program::{Operation, Run, Source, TaskInput},
    receipt::{Receipt, Receipts},
    tensor::{Committed, OpenedRange, TensorSpec},
    trace::{OutputRoots, Trace, TraceProof},
    tree::{Tree, nodes_on},
};
use worker::task::{SlotInput, Tensor};

use crate::{
    Delivered,
    place::{NO_DIFFERENCE, first_differing, leaf_of_byte, place_in},
    shown::{NO_ANSWER, Shown, nodes_in, nonce_of, receipt_in, traced_in},
};

/// A task that is wrong, in a committed batch.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    /// The batch, as the chain knows it.
    pub batch: BatchContext<'a>,
    /// The task, as it was delivered.
    pub delivered: &'a Delivered,
    /// The same task, run again.
    pub right: &'a Run,
    /// The worker's receipts, as far as they are known.
    pub receipts: &'a [Receipt],
    /// Nodes of one demand, at most.
    pub max_nodes: u32,
}

/// What to do next.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// Demand this.
    Demand(Target),
    /// Prove this: it holds.
    Prove(Box<FraudProof>),
    /// There is nothing to prove to the chain.
    Nothing(Nothing),
}

/// Why there is nothing to prove.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Nothing {
    /// The worker claims nothing for the task.
    #[error("the worker has not claimed the task")]
    Unclaimed,
    /// The worker's commitment is right.
    #[error(
        "what the worker has committed to is right: the coordinator hands out something else; \
         take another coordinator"
    )]
    Right,
    /// The coordinator's record is of another task than the worker's receipt.
    #[error("the worker's receipt is of another task than the coordinator's record says")]
    OtherTask,
    /// The program is too long to find the operation with few demands.
    #[error("its program has {operations} operations: more than {most} are not looked through")]
    TooLong {
        /// How many it has.
        operations: u32,
        /// How many can be looked through.
        most: u32,
    },
}

/// What one question has come to: an answer, or the demand that brings it.
enum Found<T> {
    Known(T),
    Ask(Target),
    Nothing(Nothing),
}

/// As `?`, for what is not known yet.
macro_rules! known {
    ($found:expr) => {
        match $found {
            Found::Known(found) => found,
            Found::Ask(target) => return Ok(Step::Demand(target)),
            Found::Nothing(nothing) => return Ok(Step::Nothing(nothing)),
        }
    };
}

/// The worker's trace, as far as it is known.
struct Theirs {
    /// The first operation that differs.
    operation: u32,
    /// All leaves; those of a single operation need not be known.
    leaves: Vec<Hash>,
    /// Where that operation's roots follow from what was delivered.
    proof: Option<TraceProof>,
}

impl Case<'_> {
    /// The next step, by what was shown so far.
    ///
    /// # Errors
    /// [`ProofError`] when what was shown does not fit together, which is a node's fault.
    pub fn next(&self, shown: &[Shown]) -> Result<Step, ProofError> {
        let named = known!(self.named(shown)?);
        let receipt = named.receipt.receipt;
        if !self.is_of_this_task(&named) {
            return Ok(Step::Nothing(Nothing::OtherTask));
        }
        if self.breaks_terms(&named) {
            return self.proves(FraudProof::Receipt(named));
        }
        let ours = &self.right.trace;
        let last = self.right.header.operations.saturating_sub(1);
        if receipt.trace_root == ours.root() {
            let result = self.right.result().map(Committed::root);
            if result == Some(receipt.output_root) {
                return Ok(Step::Nothing(Nothing::Right));
            }
            let evidence = self.traced(named, last, ours.prove(last)?)?;
            return self.proves(FraudProof::Result(evidence));
        }
        let theirs = known!(self.first_difference(&receipt, shown)?);
        let operation = self.operation(theirs.operation)?;
        let declared = operation.outputs()?;
        let proof = match theirs.proof.clone() {
            Some(proof) => proof,
            None => known!(self.roots(theirs.operation, &declared, shown)?),
        };
        if proof.outputs.0.len() != declared.len() {
            let evidence = self.traced(named, theirs.operation, proof)?;
            return self.proves(FraudProof::OutputCount(evidence));
        }
        if theirs.operation == last && proof.output(0)? != receipt.output_root {
            let evidence = self.traced(named, last, proof)?;
            return self.proves(FraudProof::Result(evidence));
        }
        let output = self.differing_output(theirs.operation, &proof)?;
        let (place, leaf) = known!(self.element(&theirs, output, &proof, shown)?);
        let evidence = self.evidence(named, &theirs, place, leaf, proof)?;
        self.proves(evidence)
    }

    fn nonce(&self) -> u64 {
        self.delivered.receipt.nonce
    }

    /// A proof that holds: none is sent that does not.
    fn proves(&self, proof: FraudProof) -> Result<Step, ProofError> {
        verify_fraud(&Host, &self.batch, Some(&self.right.header), &proof)?;
        Ok(Step::Prove(Box::new(proof)))
    }

    /// The receipt that the worker has committed to for the task.
    fn named(&self, shown: &[Shown]) -> Result<Found<NamedReceipt>, ProofError> {
        let nonce = self.nonce();
        let of_task = shown.iter().filter(|one| nonce_of(&one.target) == nonce);
        for Shown { target, answer } in of_task {
            if matches!(answer, Answer::Unclaimed { .. }) {
                return Ok(Found::Nothing(Nothing::Unclaimed));
            }
            if let Some(named) = receipt_in(target, answer)? {
                named.check(&self.batch)?;
                return Ok(Found::Known(named));
            }
        }
        let batch = &self.batch.batch;
        let end = batch.first_nonce.saturating_add(u64::from(batch.span));
        let mut within = self.receipts.to_vec();
        within.retain(|receipt| (batch.first_nonce..end).contains(&receipt.nonce));
        within.sort_by_key(|receipt| receipt.nonce);
        within.dedup();
        let tree = Receipts::new(within, batch.commit_by).ok();
        if let Some(tree) = tree.filter(|tree| tree.batch() == *batch) {
            let Ok(receipt) = tree.prove(nonce) else {
                return Ok(Found::Nothing(Nothing::Unclaimed));
            };
            let grant = self.delivered.grant;
            let named = NamedReceipt { receipt, grant };
            // Else it names another grant than the one that was handed over.
            if named.check(&self.batch).is_ok() {
                return Ok(Found::Known(named));
            }
        }
        // What comes next shows the receipt as well.
        let operations = self.right.header.operations;
        let is_long = operations > 1 && operations <= self.max_nodes;
        Ok(Found::Ask(
            match self.only_the_last(&self.delivered.receipt)? {
                None if is_long => self.trace_nodes(),
                _ => Target::Receipt { nonce },
            },
        ))
    }

    /// Whether the receipt is of the program and the inputs that were run again.
    fn is_of_this_task(&self, named: &NamedReceipt) -> bool {
        let authorised = &named.grant.authorisation;
        let given = &self.delivered.grant.authorisation;
        let program = self.right.header.hash();
        (authorised.program, authorised.input_root) == (program, given.input_root)
    }

    /// Whether the receipt breaks its grant's terms, or the grant was never given.
    fn breaks_terms(&self, named: &NamedReceipt) -> bool {
        let (receipt, grant) = (&named.receipt.receipt, &named.grant);
        let authorised = &grant.authorisation;
        let worker = self.batch.worker;
        receipt.nonce != authorised.nonce
            || receipt.ops != self.right.header.cost
            || receipt.ops > authorised.max_ops
            || authorised.expires < self.batch.batch.commit_by
            || grant.verify(&Host, &self.batch.order, worker).is_err()
    }

    /// The worker's trace if it differs from ours in the receipt's result only.
    fn only_the_last(&self, receipt: &Receipt) -> Result<Option<Trace>, ProofError> {
        let roots = self.right.outputs.iter();
        let roots = roots.map(|outputs| outputs.iter().map(Committed::root).collect());
        let mut roots: Vec<OutputRoots> = roots.map(OutputRoots).collect();
        if let Some(result) = roots.last_mut().and_then(|last| last.0.first_mut()) {
            *result = receipt.output_root;
        }
        let trace = Trace::new(roots)?;
        Ok((trace.root() == receipt.trace_root).then_some(trace))
    }

    fn trace_nodes(&self) -> Target {
        Target::Nodes {
            nonce: self.nonce(),
            tree: Under::Trace {},
            level: 0,
            first: 0,
            count: self.right.header.operations,
        }
    }

    /// The first operation whose outputs differ from ours.
    fn first_difference(
        &self,
        receipt: &Receipt,
        shown: &[Shown],
    ) -> Result<Found<Theirs>, ProofError> {
        let operations = self.right.header.operations;
        let all = 0..u64::from(operations);
        if let Some(trace) = self.only_the_last(receipt)? {
            let operation = operations.saturating_sub(1);
            return Ok(Found::Known(Theirs {
                operation,
                leaves: trace.open_nodes(0, all)?.0,
                proof: Some(trace.prove(operation)?),
            }));
        }
        let (ours, _) = self.right.trace.open_nodes(0, all)?;
        if operations == 1 {
            return Ok(Found::Known(Theirs {
                operation: 0,
                leaves: ours,
                proof: None,
            }));
        }
        if operations > self.max_nodes {
            return Ok(Found::Nothing(Nothing::TooLong {
                operations,
                most: self.max_nodes,
            }));
        }
        let target = self.trace_nodes();
        let Some(leaves) = nodes_in(shown, &target)? else {
            return Ok(Found::Ask(target));
        };
        Ok(Found::Known(Theirs {
            operation: u32::try_from(first_differing(&ours, &leaves)?).unwrap_or(u32::MAX),
            leaves,
            proof: None,
        }))
    }

    /// The output roots of an operation that differs.
    fn roots(
        &self,
        operation: u32,
        declared: &[TensorSpec],
        shown: &[Shown],
    ) -> Result<Found<TraceProof>, ProofError> {
        let nonce = self.nonce();
        for one in shown.iter().filter(|one| nonce_of(&one.target) == nonce) {
            if let Some(traced) = traced_in(&one.target, &one.answer)?
                && traced.operation.index == operation
            {
                traced.check(&self.batch, &self.right.header)?;
                return Ok(Found::Known(traced.trace));
            }
        }
        let last = self.right.header.operations.saturating_sub(1);
        Ok(Found::Ask(match declared {
            // What is asked for next of a single output shows its root as well.
            [spec] if operation != last => match self.leaf(operation, 0, spec, shown)? {
                Found::Known(leaf) => self.leaf_target(operation, 0, leaf),
                Found::Ask(target) => target,
                Found::Nothing(nothing) => return Ok(Found::Nothing(nothing)),
            },
            _ => Target::Outputs { nonce, operation },
        }))
    }

    fn leaf_target(&self, operation: u32, output: u8, leaf: u64) -> Target {
        Target::Leaf {
            nonce: self.nonce(),
            operation,
            output,
            leaf,
        }
    }

    fn operation(&self, at: u32) -> Result<&Operation, ProofError> {
        let operations = &self.delivered.program.operations;
        let found = usize::try_from(at).ok().and_then(|at| operations.get(at));
        found.ok_or(ProofError::Missing { what: "operation" })
    }

    fn ours(&self, operation: u32, output: u8) -> Result<&Committed, ProofError> {
        let at = usize::try_from(operation).unwrap_or(usize::MAX);
        let outputs = self.right.outputs.get(at);
        let found = outputs.and_then(|outputs| outputs.get(usize::from(output)));
        found.ok_or(ProofError::Missing { what: "output" })
    }

    fn differing_output(&self, operation: u32, proof: &TraceProof) -> Result<u8, ProofError> {
        for output in 0..=u8::MAX {
            if proof.output(output)? != self.ours(operation, output)?.root() {
                return Ok(output);
            }
        }
        Err(NO_DIFFERENCE)
    }

    /// The first element of an output that differs, with its leaf as committed.
    fn element(
        &self,
        theirs: &Theirs,
        output: u8,
        proof: &TraceProof,
        shown: &[Shown],
    ) -> Result<Found<(Place, OpenedRange)>, ProofError> {
        let ours = self.ours(theirs.operation, output)?;
        let spec = *ours.spec();
        let delivered = committed(&self.delivered.output)?;
        let is_delivered = *delivered.spec() == spec && delivered.root() == proof.output(output)?;
        let leaf = if is_delivered {
            let at = ours.bytes().iter().zip(delivered.bytes());
            let at = at.take_while(|(ours, theirs)| ours == theirs).count();
            leaf_of_byte(&spec, at)
        } else {
            match self.leaf(theirs.operation, output, &spec, shown)? {
                Found::Known(leaf) => leaf,
                Found::Ask(target) => return Ok(Found::Ask(target)),
                Found::Nothing(nothing) => return Ok(Found::Nothing(nothing)),
            }
        };
        let range = leaf..leaf.saturating_add(1);
        let opened = if is_delivered {
            delivered.open(range.clone())?
        } else {
            let target = self.leaf_target(theirs.operation, output, leaf);
            let found = shown.iter().find(|one| one.target == target);
            match found.map(|one| &one.answer) {
                None => return Ok(Found::Ask(target)),
                Some(Answer::Leaf { leaf, .. }) => OpenedRange::from_bytes(leaf)?,
                Some(_) => return Err(NO_ANSWER),
            }
        };
        let right = ours.open(range)?;
        let place = place_in(&spec, output, leaf, &right.bytes, &opened.bytes)?;
        Ok(Found::Known((place, opened)))
    }

    /// The first leaf of an output that differs.
    fn leaf(
        &self,
        operation: u32,
        output: u8,
        spec: &TensorSpec,
        shown: &[Shown],
    ) -> Result<Found<u64>, ProofError> {
        let (leaves, most) = (spec.leaves(), self.max_nodes.max(1));
        if leaves == 1 {
            return Ok(Found::Known(0));
        }
        let ours = self.ours(operation, output)?;
        let mut level = 0_u8;
        while nodes_on(leaves, level) > u64::from(most) {
            level = level.saturating_add(1);
        }
        let mut first = 0_u64;
        // Levels that one demand can go down.
        let stride = u8::try_from(most.ilog2()).unwrap_or(u8::MAX);
        let mut width = u64::from(most);
        loop {
            let end = first.saturating_add(width).min(nodes_on(leaves, level));
            let count = u32::try_from(end.saturating_sub(first)).unwrap_or(most);
            let target = Target::Nodes {
                nonce: self.nonce(),
                tree: Under::Output { operation, output },
                level,
                first,
                count,
            };
            let Some(theirs) = nodes_in(shown, &target)? else {
                return Ok(Found::Ask(target));
            };
            let (ours, _) = ours.open_nodes(level, first..end)?;
            first = first.saturating_add(first_differing(&ours, &theirs)?);
            if level == 0 || stride == 0 {
                return Ok(Found::Known(first));
            }
            let down = level.min(stride);
            level = level.saturating_sub(down);
            width = 1_u64.checked_shl(down.into()).unwrap_or(u64::MAX);
            first = first.saturating_mul(width);
        }
    }

    fn traced(
        &self,
        named: NamedReceipt,
        operation: u32,
        trace: TraceProof,
    ) -> Result<TraceEvidence, ProofError> {
        Ok(TraceEvidence {
            named,
            operation: self.delivered.program.prove(operation)?,
            trace,
        })
    }

    /// Evidence of an element that differs: what it was computed from is the same in the
    /// worker's trace and in ours, but its place in the trace is shown in the worker's.
    fn evidence(
        &self,
        named: NamedReceipt,
        theirs: &Theirs,
        place: Place,
        leaf: OpenedRange,
        proof: TraceProof,
    ) -> Result<FraudProof, ProofError> {
        let inputs = self.delivered.inputs.iter().map(input);
        let inputs = inputs.collect::<Result<Vec<_>, _>>()?;
        let weights = self.delivered.weights.iter();
        let weights = weights.map(|at| committed(&at.tensor));
        let weights = weights.collect::<Result<Vec<_>, _>>()?;
        let record = TaskRecord {
            program: &self.delivered.program,
            inputs: &inputs,
            weights: weights.as_slice(),
            run: self.right,
            grant: named.grant,
        };
        let mut evidence = record.evidence(named.receipt, theirs.operation, place)?;
        evidence.leaf = leaf;
        evidence.trace = proof;
        let tree = Tree::new("trace", theirs.leaves.clone())?;
        let operation = self.operation(theirs.operation)?;
        let reads = operation.reads(place.output, place.row, place.col)?;
        for (read, opened) in reads.iter().zip(&mut evidence.inputs) {
            if let (Source::Output { operation, .. }, OpenedInput::Output { trace, .. }) =
                (read.input.source, opened)
            {
                let at = u64::from(operation);
                trace.siblings = tree.prove(at..at.saturating_add(1))?;
            }
        }
        Ok(FraudProof::Element(evidence))
    }
}

fn committed(tensor: &Tensor) -> Result<Committed, ProofError> {
    Committed::new(tensor.spec(), tensor.bytes().to_vec())
}

fn input(slot: &SlotInput) -> Result<TaskInput, ProofError> {
    Ok(match slot {
        SlotInput::Tensor(tensor) => TaskInput::Tensor(committed(tensor)?),
        SlotInput::Seed(seed) => TaskInput::Seed(*seed),
    })
}
