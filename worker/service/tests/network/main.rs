//! A worker on a real chain with the real contracts: it answers censuses, does tasks of a
//! scripted coordinator, commits, proves, answers demands and is paid.
#![allow(unreachable_pub, missing_docs)]

mod coordinator;
#[cfg(feature = "cheat")]
mod inside;
mod private;
mod world;

use std::time::Duration;

use compute_api::market::{
    BatchState, DemandState, DemandsResponse, ExecuteMsg, Hook, Order, QueryMsg, Target, Tree,
};
use compute_proofs::{
    codec::{Decode, Encode},
    program::TaskInput,
    receipt::Receipt,
    task::{Authorisation, Delivery, Grant, Lease, OrderContext, input_root},
};
use cosmwasm_std::HexBinary;
use test_suite::fixtures::{AUTHORISER, COORDINATOR, Job, public_key, sign};
use tokio::net::TcpListener;
use worker_api::v1::{
    self, Delivered, Input, Offer, RefuseReason, TensorRef, from_worker::Message, input, to_worker,
};

use self::coordinator::{Heard, Scripted};
use worker_service::{Config, Running};
use world::{CHAIN_ID, WORKER_KEY, World};

/// Micro-coins of the order.
const AMOUNT: u128 = 1_000_000;

struct Scene {
    world: World,
    coordinator: Scripted,
    heard: Heard,
    order: u64,
    cum_ops: u128,
    until: u64,
}

impl Scene {
    /// A worker that is measured and in session, and an order.
    async fn new(change: impl FnOnce(&mut Config)) -> (Self, Running) {
        let world = World::new().await;
        let http = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", http.local_addr().unwrap());
        world.operators(&url).await;
        let market = world.network.deployment().contracts.market.clone();
        let address = World::coordinator();
        let (coordinator, heard) =
            Scripted::serve(CHAIN_ID, &market, &address, public_key(WORKER_KEY), http).await;
        let running = world.start_with(change).await;

        // Two censuses that it answers make a rate, and coins.
        let capacity = World::until("two censuses have counted", async || {
            let capacity = world.capacity().await;
            (capacity.results.len() >= 2 && !capacity.rate.is_zero()).then_some(capacity)
        })
        .await;
        assert_eq!(capacity.issuer.as_ref().map(|a| a.as_str().len()), Some(43));
        world.mint().await;
        let order = world.order(AMOUNT).await;
        let block = world.network.client().latest_block().await.unwrap();
        let mut scene = Scene {
            world,
            coordinator,
            heard,
            order,
            cum_ops: 0,
            // Far enough that batches wait, and close enough to their order's end.
            until: block.time + 3_000,
        };
        // It is found on chain once it is active, by the URL there.
        let opened = scene.hear().await;
        assert!(matches!(opened, Message::Open(_)), "{opened:?}");
        (scene, running)
    }

    fn context(&self) -> OrderContext<'_> {
        OrderContext {
            chain_id: CHAIN_ID,
            market: &self.coordinator.0.market,
            order: self.order,
            authoriser: public_key(AUTHORISER),
            coordinator: public_key(COORDINATOR),
        }
    }

    /// An offer of a job as the order's next task; `worker` is whom it is leased to.
    fn offer(&mut self, job: &Job, nonce: u64, worker: &str) -> v1::Task {
        let slots: Vec<_> = job.inputs.iter().map(TaskInput::root).collect();
        let cost = job.run.header.cost;
        self.cum_ops += cost;
        let authorisation = Authorisation {
            nonce,
            program: job.run.header.hash(),
            input_root: input_root(&slots),
            max_ops: cost,
            cum_ops: self.cum_ops,
            expires: self.until,
        };
        let lease = Lease {
            nonce,
            attempt: 0,
            until: self.until,
        };
        let grant = Grant {
            authorisation,
            authorisation_signature: sign(AUTHORISER, &authorisation.message(&self.context())),
            lease,
            lease_signature: sign(COORDINATOR, &lease.message(&self.context(), worker)),
        };
        let inputs = job.inputs.iter().map(|input| {
            let input = match input {
                TaskInput::Seed(seed) => input::Input::Seed(seed.to_vec()),
                TaskInput::Tensor(tensor) => {
                    let root = tensor.root().0.to_vec();
                    let mut objects = self.coordinator.0.objects.lock().unwrap();
                    objects.insert(root.clone(), tensor.bytes().to_vec());
                    input::Input::Tensor(TensorRef {
                        root,
                        dtype: "i8".to_owned(),
                        rows: tensor.spec().shape.rows(),
                        cols: tensor.spec().shape.cols(),
                    })
                }
            };
            Input { input: Some(input) }
        });
        v1::Task {
            lease: nonce.to_le_bytes().to_vec(),
            order: self.order,
            authoriser_key: public_key(AUTHORISER).to_vec(),
            coordinator_key: public_key(COORDINATOR).to_vec(),
            grant: grant.to_bytes(),
            operations: job
                .program
                .operations
                .iter()
                .map(Encode::to_bytes)
                .collect(),
            slots: job.program.slots.into(),
            inputs: inputs.collect(),
            reply_key: Vec::new(),
        }
    }

    /// Offers until the worker answers otherwise than that it is busy, as with a census.
    async fn ask(&mut self, task: &v1::Task) -> Message {
        loop {
            let offer = Offer {
                task: Some(task.clone()),
                answer_within_ms: 5_000,
            };
            self.coordinator.say(to_worker::Message::Offer(offer)).await;
            match self.hear().await {
                Message::Refuse(refuse) if refuse.reason() == RefuseReason::Busy => {
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
                message => return message,
            }
        }
    }

    /// The next word that is no sign of life.
    async fn hear(&mut self) -> Message {
        loop {
            let heard = tokio::time::timeout(Duration::from_secs(60), self.heard.recv()).await;
            match heard.expect("a word in time").expect("a session") {
                Message::Heartbeat(_) | Message::Progress(_) => {}
                message => return message,
            }
        }
    }

    async fn result(&mut self) -> v1::Result {
        match self.hear().await {
            Message::Result(result) => result,
            other => panic!("{other:?}"),
        }
    }

    /// Checks a result and acknowledges it.
    async fn acknowledge(&mut self, job: &Job, result: v1::Result) {
        let receipt = Receipt::from_bytes(&result.receipt).unwrap();
        let expected = job.run.result().unwrap();
        assert_eq!(receipt.output_root, expected.root());
        assert_eq!(receipt.trace_root, job.run.trace.root());
        let uploads = self.coordinator.0.uploads.lock().unwrap().clone();
        assert_eq!(uploads[&result.lease], expected.bytes());
        self.deliver(result).await;
    }

    /// Acknowledges a result, whatever it is.
    async fn deliver(&mut self, result: v1::Result) {
        let receipt = Receipt::from_bytes(&result.receipt).unwrap();
        let delivery = Delivery {
            nonce: receipt.nonce,
            output_root: receipt.output_root,
        };
        let message = delivery.message(&self.context(), &World::worker());
        let delivered = Delivered {
            lease: result.lease,
            signature: sign(COORDINATOR, &message).to_vec(),
        };
        self.coordinator
            .say(to_worker::Message::Delivered(delivered))
            .await;
    }

    /// Demands something of a batch and waits for its answer.
    async fn demand(&self, batch: u64, target: Target) {
        self.world
            .coins_to_market(1_000, &Hook::Demand { batch, target })
            .await;
        World::until("the demand is answered", async || {
            let query = QueryMsg::Demands {
                batch,
                start_after: None,
                limit: None,
            };
            let all: DemandsResponse = self.world.network.market(&query).await.unwrap();
            let of_target = all.demands.iter().filter(|demand| demand.target == target);
            let mut states = of_target.map(|demand| demand.state);
            states
                .next()
                .filter(|state| *state == DemandState::Answered)
        })
        .await;
    }
}

fn register(job: &Job) -> ExecuteMsg {
    let operations = &job.program.operations;
    ExecuteMsg::RegisterProgram {
        program: HexBinary::from(job.run.header.hash().0),
        slots: job.program.slots,
        first: 0,
        operations: operations.iter().map(|x| x.to_bytes().into()).collect(),
        last: true,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_is_measured_works_proves_and_is_paid() {
    let (mut scene, running) = Scene::new(|_| ()).await;
    let order = scene.order;
    let jobs = [
        Job::seeded(1, 128, 128, 512).unwrap(),
        Job::matrix(5, 11, 64, 512).unwrap(),
        Job::seeded(2, 128, 128, 512).unwrap(),
    ];
    for job in &jobs[..2] {
        scene.world.market(&register(job)).await;
    }

    // Another worker's lease is refused, with the reason.
    let stolen = scene.offer(&jobs[0], 0, "wasm1another");
    match scene.ask(&stolen).await {
        Message::Refuse(refuse) => {
            assert_eq!(refuse.reason(), RefuseReason::BadGrant, "{}", refuse.detail);
        }
        other => panic!("{other:?}"),
    }

    let worker = World::worker();
    let tasks = (1..).zip(&jobs).map(|(nonce, job)| {
        let task = scene.offer(job, nonce, &worker);
        (nonce, job, task)
    });
    let mut tasks: Vec<_> = tasks.collect();
    // Task 2 is another's at first.
    tasks.swap(1, 2);
    scene.coordinator.0.unfinished.lock().unwrap().insert(2);
    for (nonce, job, task) in tasks {
        if nonce == 2 {
            // That one has lost it. Batches that are there by then have left room.
            World::until("task 3 is on chain", async || {
                let batches = scene.world.batches().await;
                batches
                    .into_iter()
                    .find(|batch| batch.commitment.first_nonce == 3)
            })
            .await;
            scene.coordinator.0.unfinished.lock().unwrap().clear();
        }
        let answer = scene.ask(&task).await;
        assert!(matches!(answer, Message::Accept(_)), "{answer:?}");
        let mut result = scene.result().await;
        if nonce == 2 {
            // The coordinator crashes before it has said that it has the result: the
            // worker dials again and hands it in again.
            scene.coordinator.hang_up();
            let opened = scene.hear().await;
            assert!(matches!(opened, Message::Open(_)), "{opened:?}");
            let again = scene.result().await;
            assert_eq!(again, result);
            result = again;
        }
        scene.acknowledge(job, result).await;
        // The same task again: there is one receipt of it.
        if nonce == 1 {
            let answer = scene.ask(&task).await;
            assert!(matches!(answer, Message::Refuse(_)), "{answer:?}");
        }
    }

    // Demanded while it is open, from a batch with task 2.
    let batch = World::until("task 2 is on chain", async || {
        let batches = scene.world.batches().await;
        batches.into_iter().find(|batch| {
            let first = batch.commitment.first_nonce;
            (first..first + u64::from(batch.commitment.span)).contains(&2)
        })
    })
    .await;
    let tree = Tree::Output {
        operation: 0,
        output: 0,
    };
    let nodes = Target::Nodes {
        nonce: 2,
        tree,
        level: 1,
        first: 2,
        count: 8,
    };
    scene.demand(batch.batch, nodes).await;
    let element = Target::Element {
        nonce: 2,
        operation: 0,
        output: 0,
        row: 10,
        col: 3,
    };
    scene.demand(batch.batch, element).await;

    // All of it settles: proven in the drawn samples, once.
    let cost: u128 = jobs.iter().map(|job| job.run.header.cost).sum();
    let batches = World::until("all is settled", async || {
        let batches = scene.world.batches().await;
        let ended = batches.iter().all(|batch| batch.ended_at.is_some());
        let ops: u128 = batches
            .iter()
            .map(|batch| batch.commitment.ops.u128())
            .sum();
        (ended && ops == cost).then_some(batches)
    })
    .await;
    for batch in &batches {
        assert_eq!(batch.state, BatchState::Settled);
        assert_eq!(batch.opened, 16, "every sample");
    }
    let query = QueryMsg::Order { order };
    let found: Order = scene.world.network.market(&query).await.unwrap();
    assert_eq!(found.ops.used.u128(), cost);
    let charge: u128 = batches.iter().map(|batch| batch.charge.u128()).sum();
    let report = World::until("the worker knows", async || {
        let report = running.report().unwrap();
        (report.coins.settled_batches == batches.len() as u64).then_some(report)
    })
    .await;
    assert_eq!(u128::from(report.coins.settled_charge), charge);
    assert_eq!((report.tasks.done, report.tasks.delivered), (3, 3));
    assert_eq!(
        (report.coins.lost_batches, report.coins.waiting_tasks),
        (0, 0)
    );

    // It says goodbye, and ends.
    scene.world.shutdown.trigger();
    let ended = tokio::spawn(running.ended());
    while !matches!(scene.hear().await, Message::Draining(_)) {}
    ended.await.unwrap();
}
