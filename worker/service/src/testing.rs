//! What the unit tests share: finished tasks of the fixtures' order.

use compute_proofs::{
    codec::Encode,
    program::TaskInput,
    task::{Authorisation, Grant, Lease},
};
use test_suite::fixtures::{self, Job, ORDER, WORKER};
use worker::{
    Backend,
    cpu::CpuBackend,
    store::Store,
    task::{Outcome, SlotInput, Task, Tensor, Weights},
};

use crate::{chain::OrderKeys, journal::Done};

/// When every authorisation of these tests expires.
pub(crate) const EXPIRES: u64 = 2_000_000_000;

/// The fixtures' order.
pub(crate) fn keys() -> OrderKeys {
    let order = fixtures::order();
    OrderKeys {
        chain_id: order.chain_id.to_owned(),
        market: order.market.to_owned(),
        order: order.order,
        authoriser: order.authoriser,
        coordinator: order.coordinator,
    }
}

/// Runs a job as task `nonce` and keeps it.
pub(crate) fn done(job: &Job, nonce: u64, store: &Store) -> Done {
    let plain = |tensor: &compute_proofs::tensor::Committed| {
        Tensor::new(*tensor.spec(), tensor.bytes().to_vec()).unwrap()
    };
    let inputs: Vec<_> = job
        .inputs
        .iter()
        .map(|input| match input {
            TaskInput::Tensor(tensor) => SlotInput::Tensor(plain(tensor)),
            TaskInput::Seed(seed) => SlotInput::Seed(*seed),
        })
        .collect();
    let weights = job.weights.iter().map(|tensor| Weights {
        root: tensor.root(),
        tensor: plain(tensor),
    });
    let weights: Vec<_> = weights.collect();
    let task = Task {
        name: "test",
        program: &job.program,
        inputs: &inputs,
        weights: &weights,
    };
    let outcome = CpuBackend::default().run(&task).unwrap();
    store.keep(&task, &outcome, EXPIRES).unwrap();
    finished(&outcome, nonce)
}

fn finished(outcome: &Outcome, nonce: u64) -> Done {
    let cost = outcome.header.cost;
    let authorisation = Authorisation {
        nonce,
        program: outcome.header.hash(),
        input_root: outcome.input_root(),
        max_ops: cost,
        cum_ops: cost * u128::from(nonce + 1),
        expires: EXPIRES,
    };
    let lease = Lease {
        nonce,
        attempt: 0,
        until: EXPIRES - 1_000,
    };
    let grant: Grant = fixtures::grant(authorisation, lease);
    let hash = grant.hash(&fixtures::order(), WORKER);
    let last = outcome.header.operations - 1;
    Done {
        order: ORDER,
        coordinator: "wasm1coordinator".to_owned(),
        lease: nonce.to_le_bytes().to_vec(),
        grant,
        receipt: outcome.receipt(nonce, hash),
        trace_proof: outcome.trace.prove(last).unwrap().to_bytes(),
        program: outcome.header.hash(),
        input: outcome.input_root(),
        charge: 10,
        done_at: 1_000,
        delivery: None,
    }
}
