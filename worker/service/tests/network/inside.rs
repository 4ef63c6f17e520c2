//! A worker that cheats inside of a program of two operations, whose end is right: found
//! by an auditor, demanded on chain, and proven.

use std::sync::Arc;
use std::time::Duration;

use audit::{Auditor, Finding, Told};
use axum::{Router, extract::State, http::Uri};
use chain_client::transport::Trust;
use compute_api::market::BatchState;
use compute_api::votes::{self, Standing};
use compute_proofs::{codec::Encode, program::TaskInput};
use serde_json::json;
use test_suite::fixtures::Job;
use worker::{cpu::CpuBackend, npy, task::Tensor};
use worker_api::v1::from_worker::Message;

use crate::world::World;
use crate::{Scene, register};

/// What the coordinator tells of the order's one task.
struct Server {
    order: u64,
    receipt: Vec<u8>,
    grant: Vec<u8>,
    job: Job,
}

impl Server {
    fn record(&self) -> serde_json::Value {
        let inputs = self.job.inputs.iter().map(|input| match input {
            TaskInput::Seed(seed) => json!({ "seed": hex::encode(seed) }),
            TaskInput::Tensor(tensor) => json!({ "tensor": {
                "root": tensor.root().to_hex(),
                "dtype": worker_api::dtype::name(tensor.spec().dtype),
                "rows": tensor.spec().shape.rows(),
                "cols": tensor.spec().shape.cols(),
            }}),
        });
        json!({
            "worker": World::worker(),
            "grant": hex::encode(&self.grant),
            "receipt": hex::encode(&self.receipt),
            "program": hex::encode(self.job.program.to_bytes()),
            "inputs": inputs.collect::<Vec<_>>(),
        })
    }

    fn tensor(&self, path: &str) -> Vec<u8> {
        let of = |input: &TaskInput| match input {
            TaskInput::Tensor(tensor) if path.ends_with(&tensor.root().to_hex()) => {
                Some(tensor.clone())
            }
            _ => None,
        };
        let operand = self.job.inputs.iter().find_map(of);
        let found = operand.unwrap_or_else(|| self.job.run.result().unwrap().clone());
        let tensor = Tensor::new(*found.spec(), found.bytes().to_vec()).unwrap();
        let mut file = Vec::new();
        npy::write(&mut file, &tensor).unwrap();
        file
    }
}

async fn tell(State(told): State<Arc<Server>>, uri: Uri) -> Vec<u8> {
    let json = |value: serde_json::Value| value.to_string().into_bytes();
    match uri.path() {
        "/v1/usage" => json(json!({ "order": told.order })),
        "/v1/jobs" if uri.query().is_some_and(|query| query.contains("before")) => {
            json(json!({ "data": [] }))
        }
        "/v1/jobs" => json(json!({ "data": [{ "id": "1", "status": "done", "nonce": 1 }] })),
        "/v1/jobs/1/record" => json(told.record()),
        "/v1/receipts" => json(json!({ "receipts": [hex::encode(&told.receipt)], "next": null })),
        path => told.tensor(path),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_inside_of_a_program_is_demanded_and_proven_on_chain() {
    let (mut scene, running) = Scene::new(|config| config.cheat = 1.try_into().ok()).await;
    // Large enough that no sample finds one wrong element.
    let job = Job::transposed(3, 96, 80, 64).unwrap();
    scene.world.market(&register(&job)).await;
    let task = scene.offer(&job, 1, &World::worker());
    let answer = scene.ask(&task).await;
    assert!(matches!(answer, Message::Accept(_)), "{answer:?}");
    let result = scene.result().await;
    let told = Arc::new(Server {
        order: scene.order,
        receipt: result.receipt.clone(),
        grant: task.grant.clone(),
        job: job.clone(),
    });
    scene.deliver(result).await;

    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let router = Router::new().fallback(tell).with_state(told);
    tokio::spawn(axum::serve(listener, router).into_future());
    let coordinator = audit::Coordinator::new(&url, "key", &Trust::System).unwrap();
    let chain = Box::new(scene.world.owner());
    let backend = Box::new(CpuBackend::default());
    let mut auditor = Auditor::new(chain, coordinator, backend, true)
        .await
        .unwrap();
    assert!(auditor.demands(), "it acts for the order's owner");
    let mut told = Vec::new();
    let is_over = |told: &Told| matches!(told, Told::Proven { .. } | Told::NotProven { .. });
    for _ in 0..600 {
        auditor.round(&mut told).await.unwrap();
        if told.iter().any(is_over) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let batches = scene.world.batches().await;
    let last = told.last();
    assert!(
        matches!(last, Some(Told::Proven { .. })),
        "{told:?} {batches:?}"
    );
    let found = told.first().unwrap();
    assert!(
        matches!(
            found,
            Told::Found {
                nonce: 1,
                finding: Finding::Inside,
                ..
            }
        ),
        "{found:?}"
    );
    let demanded = told
        .iter()
        .filter(|told| matches!(told, Told::Demanded { .. }));
    assert_eq!(demanded.count(), 3, "{told:?}");

    assert_eq!(batches[0].state, BatchState::Overturned);
    assert_eq!((batches[0].demands, batches[0].open_demands), (3, 0));
    let query = votes::QueryMsg::Operator {
        operator: World::worker(),
    };
    let operator: votes::Operator = scene.world.network.votes(&query).await.unwrap();
    assert_eq!(operator.standing, Standing::Tombstoned);

    // What it says of itself.
    let status = running.status_address.unwrap();
    let report = World::until("the worker knows", async || {
        let report = running.report().unwrap();
        (report.coins.lost_batches == 1).then_some(report)
    })
    .await;
    assert_eq!(report.coins.settled_charge, 0);
    let get = async |path: &str| {
        let answer = reqwest::get(format!("http://{status}{path}"))
            .await
            .unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    let (code, metrics) = get("/metrics").await;
    assert_eq!(code, 200);
    for line in [
        "ballast_worker_lost_batches 1",
        "ballast_worker_tasks_total{outcome=\"delivered\"} 1",
    ] {
        assert!(metrics.contains(line), "{line}: {metrics}");
    }
    assert_eq!(get("/healthz").await, (200, "ok".to_owned()));
    let (_, report) = get("/").await;
    assert!(report.contains("\"lost_batches\":1"), "{report}");
    scene.world.shutdown.trigger();
    running.ended().await;
}
