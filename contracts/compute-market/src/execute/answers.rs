//! Answers to demands.

use compute_api::market::{Answer, Demand, DemandState, Target, Tree};
use compute_proofs::{
    Hash, ProofError,
    codec::Decode,
    opening::{BatchContext, Evidence, NamedReceipt, Place, TraceEvidence, verify_demanded},
    program::{Header, Operation, OperationProof},
    receipt::EmptyPlace,
    tensor::{OpenedRange, TensorSpec},
    trace,
    tree::{Siblings, fold_level, nodes_on},
};
use cosmwasm_std::{Binary, Storage};

use super::{demands::close, prove::not_ended};
use crate::{
    ContractError,
    context::Context,
    error::{not_found, refused},
    signed::header_of,
    standing::Standing,
    state::DEMANDS,
};

/// Answers a demand, whoever carries the answer.
pub(crate) fn answer(
    ctx: &mut Context<'_>,
    number: u64,
    demand: u32,
    answer: Answer,
) -> Result<(), ContractError> {
    let mut standing = Standing::load(ctx.storage, &ctx.block.chain_id, &ctx.market, number)?;
    not_ended(number, &standing)?;
    let found = DEMANDS.may_load(ctx.storage, (number, demand))?;
    let found = found.ok_or_else(|| not_found("demand of this batch", demand))?;
    if found.state != DemandState::Open {
        return Err(refused(format!(
            "demand {demand} of batch {number} is answered already"
        )));
    }
    let unclaimed = matches!(answer, Answer::Unclaimed { .. });
    check(ctx, &standing, &found, &answer)?;
    close(ctx, number, &mut standing, found, unclaimed)
}

fn check(
    ctx: &Context<'_>,
    standing: &Standing,
    demand: &Demand,
    answer: &Answer,
) -> Result<(), ContractError> {
    let context = standing.signed.batch(&standing.batch)?;
    let asked = Asked {
        storage: ctx.storage,
        standing,
        context,
    };
    match (demand.target, answer) {
        (target, Answer::Unclaimed { place }) => {
            let place = EmptyPlace::from_bytes(place)?;
            same("task", nonce_of(&target), place.nonce)?;
            Ok(place.check(&asked.context.batch)?)
        }
        (target, Answer::OutOfRange { receipt, operation }) => {
            asked.out_of_range(&target, receipt, operation.as_ref())
        }
        (Target::Receipt { nonce }, Answer::Receipt { receipt }) => {
            asked.receipt(nonce, receipt).map(|_| ())
        }
        (Target::Outputs { nonce, operation }, Answer::Outputs { outputs }) => {
            asked.outputs(nonce, operation, outputs).map(|_| ())
        }
        (
            Target::Element {
                nonce,
                operation,
                output,
                row,
                col,
            },
            Answer::Element { evidence },
        ) => {
            let evidence = Evidence::from_bytes(evidence)?;
            let header = header_of(ctx.storage, &evidence.program(), &standing.batch)?;
            let place = Place { output, row, col };
            let crypto = standing.signed.crypto(ctx);
            let asked_for = (nonce, operation, &place);
            Ok(verify_demanded(
                &crypto,
                &asked.context,
                &header,
                asked_for,
                &evidence,
            )?)
        }
        (
            Target::Leaf {
                nonce,
                operation,
                output,
                leaf,
            },
            Answer::Leaf {
                outputs,
                leaf: opened,
            },
        ) => {
            let shown = asked.outputs(nonce, operation, outputs)?;
            let spec = output_of(&shown.operation.operation, output)?;
            let opened = OpenedRange::from_bytes(opened)?;
            let root = opened.root(&spec, leaf..leaf.saturating_add(1))?;
            same_root(shown.trace.output(output)?, root)
        }
        (
            Target::Nodes {
                nonce,
                tree,
                level,
                first,
                count,
            },
            Answer::Nodes {
                under,
                nodes,
                siblings,
            },
        ) => {
            let run = Run {
                level,
                first,
                count,
                nodes: hashes(nodes)?,
                siblings: Siblings::from_bytes(siblings)?,
            };
            asked.nodes(nonce, tree, under, run)
        }
        (target, _) => Err(refused(format!(
            "this is no answer to {target:?}: send the one of the same name"
        ))),
    }
}

/// What was demanded, of which batch.
struct Asked<'a> {
    storage: &'a dyn Storage,
    standing: &'a Standing,
    context: BatchContext<'a>,
}

/// Adjacent nodes of a level, as they were answered.
struct Run {
    level: u8,
    first: u64,
    count: u32,
    nodes: Vec<Hash>,
    siblings: Siblings,
}

impl Asked<'_> {
    /// The receipt of a task, in this batch.
    fn receipt(&self, nonce: u64, receipt: &Binary) -> Result<NamedReceipt, ContractError> {
        let named = NamedReceipt::from_bytes(receipt)?;
        same("task", nonce, named.receipt.receipt.nonce)?;
        named.check(&self.context)?;
        Ok(named)
    }

    /// The output roots of an operation of a task.
    fn outputs(
        &self,
        nonce: u64,
        operation: u32,
        outputs: &Binary,
    ) -> Result<TraceEvidence, ContractError> {
        let shown = TraceEvidence::from_bytes(outputs)?;
        same("task", nonce, shown.named.receipt.receipt.nonce)?;
        same(
            "operation",
            u64::from(operation),
            shown.operation.index.into(),
        )?;
        let header = self.header(&shown.named)?;
        shown.check(&self.context, &header)?;
        Ok(shown)
    }

    fn header(&self, named: &NamedReceipt) -> Result<Header, ContractError> {
        let program = named.grant.authorisation.program;
        header_of(self.storage, &program, &self.standing.batch)
    }

    /// Nodes of a tree under a receipt.
    fn nodes(&self, nonce: u64, tree: Tree, under: &Binary, run: Run) -> Result<(), ContractError> {
        match tree {
            Tree::Trace {} => {
                let named = self.receipt(nonce, under)?;
                let operations = self.header(&named)?.operations;
                let top = run.top("trace", operations.into())?;
                let root = trace::seal(operations, &top);
                same_root(named.receipt.receipt.trace_root, root)
            }
            Tree::Output { operation, output } => {
                let shown = self.outputs(nonce, operation, under)?;
                let spec = output_of(&shown.operation.operation, output)?;
                let top = run.top("output tensor", spec.leaves())?;
                same_root(shown.trace.output(output)?, spec.seal(&top))
            }
        }
    }

    /// There is nothing of the kind in the task's program.
    fn out_of_range(
        &self,
        target: &Target,
        receipt: &Binary,
        operation: Option<&Binary>,
    ) -> Result<(), ContractError> {
        let named = self.receipt(nonce_of(target), receipt)?;
        let header = self.header(&named)?;
        let is = || refused(format!("there is what {target:?} asks for: show it"));
        let asked = match *target {
            Target::Receipt { .. } => return Err(is()),
            Target::Nodes {
                tree: Tree::Trace {},
                level,
                first,
                ..
            } => {
                let there = nodes_on(header.operations.into(), level);
                return if first < there { Err(is()) } else { Ok(()) };
            }
            Target::Outputs { operation, .. }
            | Target::Element { operation, .. }
            | Target::Leaf { operation, .. }
            | Target::Nodes {
                tree: Tree::Output { operation, .. },
                ..
            } => operation,
        };
        if asked >= header.operations {
            return Ok(());
        }
        let operation = operation.ok_or_else(|| {
            refused(format!(
                "the program has operation {asked}: show it, and that it lacks what was asked for"
            ))
        })?;
        let shown = OperationProof::from_bytes(operation)?;
        same("operation", asked.into(), shown.index.into())?;
        shown.check(&header)?;
        let lacks = match *target {
            Target::Element {
                output, row, col, ..
            } => output_of(&shown.operation, output)
                .is_ok_and(|spec| (row < spec.shape.rows()) & (col < spec.shape.cols())),
            Target::Leaf { output, leaf, .. } => {
                output_of(&shown.operation, output).is_ok_and(|spec| leaf < spec.leaves())
            }
            Target::Nodes {
                tree: Tree::Output { output, .. },
                level,
                first,
                ..
            } => output_of(&shown.operation, output)
                .is_ok_and(|spec| first < nodes_on(spec.leaves(), level)),
            // It has outputs.
            _ => true,
        };
        if lacks { Err(is()) } else { Ok(()) }
    }
}

impl Run {
    /// The top of a tree of `leaves` that holds these nodes: as many as were asked
    /// for, or as the level has from there on.
    fn top(self, name: &'static str, leaves: u64) -> Result<Hash, ContractError> {
        let rest = nodes_on(leaves, self.level).saturating_sub(self.first);
        let due = rest.min(self.count.into());
        let given = u64::try_from(self.nodes.len()).unwrap_or(u64::MAX);
        same("number of nodes", due, given)?;
        let Self {
            level,
            first,
            nodes,
            siblings,
            ..
        } = self;
        Ok(fold_level(name, leaves, level, first, nodes, &siblings)?)
    }
}

const fn nonce_of(target: &Target) -> u64 {
    match *target {
        Target::Receipt { nonce }
        | Target::Outputs { nonce, .. }
        | Target::Element { nonce, .. }
        | Target::Leaf { nonce, .. }
        | Target::Nodes { nonce, .. } => nonce,
    }
}

fn output_of(operation: &Operation, output: u8) -> Result<TensorSpec, ContractError> {
    let outputs = operation.outputs()?;
    let spec = outputs.get(usize::from(output)).copied();
    Ok(spec.ok_or(ProofError::Missing {
        what: "the operation's output",
    })?)
}

fn hashes(bytes: &Binary) -> Result<Vec<Hash>, ContractError> {
    let chunks = bytes.chunks(32).map(<[u8; 32]>::try_from);
    let hashes: Result<Vec<[u8; 32]>, _> = chunks.collect();
    if let Ok(hashes) = hashes {
        return Ok(hashes.into_iter().map(Hash).collect());
    }
    Err(refused(format!(
        "the nodes are {} bytes: must be 32 for each",
        bytes.len()
    )))
}

fn same(what: &'static str, asked: u64, shown: u64) -> Result<(), ContractError> {
    if asked == shown {
        return Ok(());
    }
    Err(refused(format!(
        "the {what} is {shown}: {asked} was demanded"
    )))
}

fn same_root(committed: Hash, shown: Hash) -> Result<(), ContractError> {
    if committed == shown {
        return Ok(());
    }
    Err(refused(
        "what is shown is not under the root that the worker has committed to",
    ))
}
