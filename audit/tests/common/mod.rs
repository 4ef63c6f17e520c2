//! A worker's batch, a coordinator over HTTP and a chain, each of which does what the
//! test says.
#![allow(unreachable_pub, missing_docs, dead_code, unused_imports)]

mod chain;
mod coordinator;

use audit::Delivered;
use compute_api::market::{Answer, Target, Tree};
use compute_proofs::{
    Hash, codec::Encode, program::TaskInput, receipt::Receipt, tensor::Committed, tree::nodes_on,
};
use cosmwasm_std::Addr;
use test_suite::{
    fixtures::{AUTHORISER, COORDINATOR, Job, public_key},
    market::{Plan, Signed, Work, answer_to},
};
use worker::task::{SlotInput, Tensor, Weights};

pub use chain::Script;
pub use coordinator::{Served, file, record_of, result_of};

pub const CHAIN_ID: &str = "ballast-devnet-1";
pub const MARKET: &str = "wasm1market";
pub const OWNER: &str = "wasm1owner";
pub const WORKER: &str = "wasm1worker";
pub const ORDER: u64 = 7;

/// A worker's batch of these jobs, as tasks with these nonces, with receipts that `lie`
/// has been at.
pub fn work(jobs: Vec<Job>, nonces: &[u64], lie: Option<fn(&mut Receipt)>) -> Work {
    let signed = Signed {
        chain_id: CHAIN_ID.to_owned(),
        market: MARKET.to_owned(),
        order: ORDER,
        authoriser: public_key(AUTHORISER),
        coordinator: public_key(COORDINATOR),
    };
    let leak = |job| -> &'static Job { Box::leak(Box::new(job)) };
    let plan = Plan {
        jobs: jobs.into_iter().map(leak).collect(),
        lie,
        ..Plan::honest(1_000, 3)
    };
    Work::new(signed, Addr::unchecked(WORKER), nonces, &plan)
}

pub fn tensor(tensor: &Committed) -> Tensor {
    Tensor::new(*tensor.spec(), tensor.bytes().to_vec()).unwrap()
}

pub fn receipts(work: &Work) -> Vec<Receipt> {
    let named = work.tasks.iter().map(|task| work.named(task.nonce));
    named.map(|named| named.receipt.receipt).collect()
}

/// A task of it, as the coordinator has it.
pub fn delivered(work: &Work, nonce: u64) -> Delivered {
    let task = work.task(nonce);
    let inputs = task.job.inputs.iter().map(|input| match input {
        TaskInput::Tensor(committed) => SlotInput::Tensor(tensor(committed)),
        TaskInput::Seed(seed) => SlotInput::Seed(*seed),
    });
    let weights = task.job.weights.iter().map(|committed| Weights {
        root: committed.root(),
        tensor: tensor(committed),
    });
    Delivered {
        worker: work.worker.to_string(),
        grant: task.grant,
        receipt: work.named(nonce).receipt.receipt,
        program: task.job.program.clone(),
        inputs: inputs.collect(),
        weights: weights.collect(),
        output: tensor(task.job.run.result().unwrap()),
    }
}

/// The worker's answer to a demand: true to what it has committed to.
pub fn answer(work: &Work, target: &Target) -> Answer {
    let Target::Nodes {
        nonce,
        tree,
        level,
        first,
        count,
    } = *target
    else {
        return answer_to(work, target);
    };
    let run = &work.task(nonce).job.run;
    let within = |leaves: u64| first..(first + u64::from(count)).min(nodes_on(leaves, level));
    let (under, (nodes, siblings)) = match tree {
        Tree::Trace {} => {
            let range = within(u64::from(run.header.operations));
            let nodes = run.trace.open_nodes(level, range).unwrap();
            (work.named(nonce).to_bytes(), nodes)
        }
        Tree::Output { operation, output } => {
            let at = usize::try_from(operation).unwrap();
            let tensor = &run.outputs[at][usize::from(output)];
            let nodes = tensor.open_nodes(level, within(tensor.spec().leaves()));
            (work.traced(nonce, operation).to_bytes(), nodes.unwrap())
        }
    };
    let nodes: Vec<u8> = nodes.iter().flat_map(|Hash(node)| *node).collect();
    Answer::Nodes {
        under: under.into(),
        nodes: nodes.into(),
        siblings: siblings.to_bytes().into(),
    }
}
