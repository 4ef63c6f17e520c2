//! Private orders: an app and its drawn worker, with a coordinator between them that must
//! not be able to read, swap, change or replay anything.

mod common;

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use app_client::{App, AppError, Trust};
use async_trait::async_trait;
use common::chain::{CHAIN_ID, MARKET, Script, key};
use common::private::{Meddler, accept, first_offer};
use common::worker::{Worker, run};
use common::{Network, answer, seeded};
use compute_api::market::Order;
use compute_proofs::tensor::TensorSpec;
use coordinator::config::Config;
use exact_kernels::DType;
use reqwest::StatusCode;
use sealing::{OpeningKey, PublicKey, sealed_spec};
use serde_json::{Value, json};
use worker::job::MatrixJob;
use worker::task::Tensor;
use worker_api::BAD_INPUT;
use worker_api::v1::{self, from_worker, to_worker};

/// What no file of the coordinator's may hold.
const MARKER: &[u8] = b"this must be nowhere on the coordinator's disk";

/// All that is logged in this process, the app's words too.
struct Log(Mutex<Vec<u8>>);

static LOG: Log = Log(Mutex::new(Vec::new()));

impl std::io::Write for &Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Keeps everything that is logged.
fn keep_log() {
    let log = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_ansi(false)
        .with_writer(|| &LOG);
    // Another test may have begun with it.
    let _ = log.try_init();
}

/// The scripted chain, as an app asks it.
struct Asked(Arc<Script>);

#[async_trait]
impl app_client::Chain for Asked {
    fn names(&self) -> (&str, &str) {
        (CHAIN_ID, MARKET)
    }

    async fn order(&self, order: u64) -> Result<Order, chain_client::Error> {
        let state = self.0.0.lock().unwrap();
        let found = state.orders.iter().find(|found| found.order == order);
        Ok(found.unwrap().clone())
    }

    async fn miner_key(&self, operator: &str) -> Result<Option<Vec<u8>>, chain_client::Error> {
        let state = self.0.0.lock().unwrap();
        let found = state.miners.iter().find(|found| found.address == operator);
        Ok(found.map(|found| found.signing_key.to_vec()))
    }
}

/// A×B with the marker in A, 64 columns wide.
fn job() -> MatrixJob {
    let folder = tempfile::tempdir().unwrap();
    let matrix = |name: &str, rows: u32, cols: u32, bytes: Vec<u8>| {
        let spec = TensorSpec::new(DType::I8, rows, cols).unwrap();
        let tensor = Tensor::new(spec, bytes).unwrap();
        let mut file = std::fs::File::create(folder.path().join(name)).unwrap();
        worker::npy::write(&mut file, &tensor).unwrap();
    };
    let mut a = vec![1; 8 * 64];
    a[64..64 + MARKER.len()].copy_from_slice(MARKER);
    matrix("a.npy", 8, 64, a);
    matrix("b.npy", 64, 5, (0..=99).cycle().take(64 * 5).collect());
    let path = folder.path().join("job.json");
    let text = json!({ "operands": { "files": { "a": "a.npy", "b": "b.npy" } } });
    std::fs::write(&path, text.to_string()).unwrap();
    MatrixJob::load(&path).unwrap()
}

fn expected(job: &MatrixJob) -> Tensor {
    let outcome = run(&job.program, &job.inputs);
    outcome.result().unwrap().tensor.clone()
}

struct Scene {
    network: Network,
    key: String,
}

impl Scene {
    async fn start(miners: &[&str], change: impl FnOnce(&mut Config)) -> Self {
        keep_log();
        let network = Network::start(miners, change).await;
        let key = Network::add_key(&network.running, 4).await;
        Self { network, key }
    }

    async fn app(&self, url: &str) -> App {
        let chain = Arc::new(Asked(self.network.chain.clone()));
        App::connect(chain, url, &self.key, &Trust::System)
            .await
            .unwrap()
    }

    /// An app at work, in the background.
    async fn works(
        &self,
        url: &str,
    ) -> tokio::task::JoinHandle<Result<app_client::Finished, AppError>> {
        let app = self.app(url).await;
        tokio::spawn(async move { app.run(&job(), Duration::from_secs(60)).await })
    }

    fn counts(&self, line: &str) -> bool {
        self.network.counts(line)
    }
}

fn files_with(folder: &Path, marker: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_with(&path, marker));
        } else {
            let bytes = std::fs::read(&path).unwrap();
            if bytes.windows(marker.len()).any(|window| window == marker) {
                found.push(path.display().to_string());
            }
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_and_its_worker_alone_see_what_is_computed() {
    let scene = Scene::start(&["alice"], |_| ()).await;
    let mut alice = Worker::open(scene.network.running.workers(), "alice").await;
    let works = scene.works(&scene.network.url("")).await;
    let taken = accept(&mut alice).await;
    let inputs = taken.input(&mut alice).await.unwrap();
    assert_eq!(inputs, job().inputs);
    taken.finish(&mut alice, &inputs).await;
    let finished = works.await.unwrap().unwrap();
    assert_eq!(finished.output, expected(&job()));
    assert_eq!((finished.worker.as_str(), finished.sealings), ("alice", 1));

    // An auditor with the order's key sees roots, and gets nothing behind them.
    let get = |path: String| {
        let request = scene.network.http.get(scene.network.url(&path));
        answer(request.bearer_auth(&scene.key))
    };
    let (status, record) = get(format!("/v1/jobs/{}/record", finished.id)).await;
    assert_eq!(status, StatusCode::OK);
    assert!(record["reply_key"].is_string(), "{record}");
    let root = record["inputs"][0]["tensor"]["root"].as_str().unwrap();
    let (status, _) = get(format!("/v1/objects/{root}")).await;
    assert_eq!(status, StatusCode::GONE);

    // Nothing of it is in the log, whatever is logged.
    let log = LOG.0.lock().unwrap().clone();
    assert!(log.len() > 1_000, "it logs");
    for written in [
        MARKER.to_vec(),
        hex::encode(MARKER).into_bytes(),
        format!("{MARKER:?}")
            .trim_matches(['[', ']'])
            .as_bytes()
            .to_vec(),
    ] {
        assert!(!log.windows(written.len()).any(|window| window == written));
    }

    // Nothing of it is on the coordinator's disk, with the journal of the database.
    let folder = scene.network.folder.clone();
    let result = expected(&job()).bytes().to_vec();
    scene.network.running.stop().await;
    assert_eq!(files_with(folder.path(), MARKER), [""; 0]);
    assert_eq!(files_with(folder.path(), &result), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_opened_is_not_the_workers_fault_and_a_redraw_seals_anew() {
    let scene = Scene::start(&["a", "b", "c"], |_| ()).await;
    let url = Meddler::before(scene.network.url(""), |meddler| {
        // The first sealed input is changed on its way; the second is the first one again.
        meddler.change_input = Some(|number, body, seen| match number {
            0 => {
                seen.clone_from(body);
                body[40] ^= 1;
            }
            1 => body.clone_from(seen),
            _ => {}
        });
    })
    .await;
    let mut workers = Vec::new();
    for name in ["a", "b", "c"] {
        workers.push(Worker::open(scene.network.running.workers(), name).await);
    }
    let works = scene.works(&url).await;
    let mut refused = Vec::new();
    for _ in 0..2 {
        let (taken, worker) = first_offer(&mut workers).await;
        let error = taken.input(worker).await.unwrap_err();
        assert_eq!(error, sealing::SealError::Closed { part: 0 });
        refused.push(worker.name.clone());
        let failed = v1::Failed {
            lease: taken.task.lease,
            code: BAD_INPUT.to_owned(),
            detail: error.to_string(),
        };
        worker.say(from_worker::Message::Failed(failed)).await;
    }
    let (taken, worker) = first_offer(&mut workers).await;
    assert!(!refused.contains(&worker.name), "the next draw");
    let inputs = taken.input(worker).await.unwrap();
    taken.finish(worker, &inputs).await;
    let finished = works.await.unwrap().unwrap();
    assert_eq!((finished.output, finished.sealings), (expected(&job()), 3));
    assert!(scene.counts("ballast_coordinator_leases_ended_total{cause=\"bad_input\"} 2"));
    // Their sessions are as good as before: nobody is left alone for it.
    let (_, all) = scene.network.get("/v1/workers").await;
    let failed: u64 = (0..3)
        .map(|at| all["data"][at]["failed"].as_u64().unwrap())
        .sum();
    assert_eq!(failed, 0, "{all}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_coordinator_that_swaps_the_key_gets_nothing() {
    let scene = Scene::start(&["alice"], |_| ()).await;
    let own = OpeningKey::generate().unwrap().public();
    let swaps: [fn(&mut Value, PublicKey); 3] = [
        |seal, own| seal["public_key"] = hex::encode(own.0).into(),
        // With a signature of somebody else's.
        |seal, own| {
            let message = [&b"ballast/sealing-key/1"[..], &own.0].concat();
            seal["public_key"] = hex::encode(own.0).into();
            seal["signature"] = hex::encode(key("mallory").sign(&message)).into();
        },
        // Another task's lease.
        |seal, _| {
            let mut grant = hex::decode(seal["grant"].as_str().unwrap()).unwrap();
            grant[8] ^= 1;
            seal["grant"] = hex::encode(grant).into();
        },
    ];
    let mut alice = Worker::open(scene.network.running.workers(), "alice").await;
    for (number, swap) in swaps.into_iter().enumerate() {
        let url = Meddler::before(scene.network.url(""), |meddler| {
            meddler.change_seal = Some(Box::new(move |seal| swap(seal, own)));
        })
        .await;
        let works = scene.works(&url).await;
        let _taken = accept(&mut alice).await;
        let error = works.await.unwrap().unwrap_err();
        match (number, &error) {
            (0 | 1, AppError::KeySwapped { worker, .. }) => assert_eq!(worker, "alice"),
            (2, AppError::BadLease { .. }) => {}
            _ => panic!("{number}: {error}"),
        }
    }
    assert!(files_with(scene.network.folder.path(), MARKER).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_that_seals_nothing_keeps_no_worker_for_long() {
    let scene = Scene::start(&["alice", "bob"], |config| {
        config.leases.input_seconds = 1;
        config.leases.max_tries = 2;
        config.limits.private_jobs_per_order = 2;
    })
    .await;
    let mut workers = Vec::new();
    for name in ["alice", "bob"] {
        workers.push(Worker::open(scene.network.running.workers(), name).await);
    }
    let app = scene.app(&scene.network.url("")).await;
    let submitted = app.submit(&job(), Duration::from_secs(60)).await.unwrap();
    let path = format!("/v1/jobs/{}", submitted.id);
    let url = scene.network.url(&path);
    let ask = || {
        let wait = format!("{url}?wait=20");
        answer(scene.network.http.get(wait).bearer_auth(&scene.key))
    };
    let put = |lease: String, bytes: Vec<u8>| {
        let url = format!("{url}/input?lease={lease}");
        answer(
            scene
                .network
                .http
                .put(url)
                .bearer_auth(&scene.key)
                .body(bytes),
        )
    };
    let (first, _) = first_offer(&mut workers).await;
    let (_, job_then) = ask().await;
    assert_eq!(job_then["status"], "awaiting_input", "{job_then}");
    let seal = &job_then["seal"];
    assert_eq!(seal["lease"], hex::encode(&first.task.lease));
    let bytes = seal["bytes"].as_u64().unwrap();
    // Another length, no lease, somebody else's key.
    let lease = seal["lease"].as_str().unwrap().to_owned();
    let (status, error) = put(lease.clone(), vec![0; 7]).await;
    assert_eq!(status, StatusCode::BAD_REQUEST, "{error}");
    let (status, _) = put("00".repeat(16), vec![0; usize::try_from(bytes).unwrap()]).await;
    assert_eq!(status, StatusCode::CONFLICT);
    let stranger = format!("{url}/input?lease={lease}");
    let stranger = scene
        .network
        .http
        .put(stranger)
        .bearer_auth(&scene.network.key);
    let (status, _) = answer(stranger.body(vec![0; 7])).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    // Too late: the next worker is drawn, and after that nobody any more.
    let (second, _) = first_offer(&mut workers).await;
    assert_ne!(first.task.lease, second.task.lease);
    let late = vec![0; usize::try_from(bytes).unwrap()];
    let (status, error) = put(lease, late).await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert_eq!(error["error"]["code"], "lease_ended", "{error}");
    let failed = loop {
        let (_, found) = ask().await;
        if found["status"] == "failed" {
            break found;
        }
    };
    assert_eq!(failed["leases"], 2, "{failed}");
    assert!(scene.counts("ballast_coordinator_leases_ended_total{cause=\"no_input\"} 2"));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_a_private_order_is_taken_in_the_open() {
    let scene = Scene::start(&["alice"], |_| ()).await;
    let post = |body: Value| {
        let request = scene.network.http.post(scene.network.url("/v1/jobs"));
        answer(request.bearer_auth(&scene.key).json(&body))
    };
    let gemm = json!({ "gemm": { "m": 8, "n": 5, "k": 64 } });
    let sealed = json!({ "sealed": "07".repeat(32) });
    let reply_key = hex::encode([9; 32]);
    let refusals = [
        (seeded(1), "reply_key"),
        (
            json!({ "program": gemm, "reply_key": reply_key, "inputs": { "seed": "07".repeat(32) } }),
            "inputs.seed",
        ),
        (
            json!({ "program": gemm, "reply_key": reply_key,
                "inputs": { "a": { "npy": "AAAA" }, "b": sealed } }),
            "inputs.a",
        ),
        (
            json!({ "program": gemm, "reply_key": reply_key,
                "inputs": { "a": sealed, "b": { "object": "07".repeat(32) } } }),
            "inputs.b",
        ),
        (
            json!({ "program": gemm, "reply_key": "07", "inputs": { "a": sealed, "b": sealed } }),
            "reply_key",
        ),
    ];
    for (body, param) in refusals {
        let (status, error) = post(body).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{error}");
        assert_eq!(error["error"]["param"], param, "{error}");
    }
    let upload = scene.network.http.post(scene.network.url("/v1/objects"));
    let (status, error) = answer(upload.bearer_auth(&scene.key).body(MARKER.to_vec())).await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert_eq!(error["error"]["code"], "private_order", "{error}");
    // And nothing is sealed of an order that is not private.
    let body = json!({ "program": gemm, "reply_key": reply_key,
        "inputs": { "a": sealed, "b": sealed } });
    let (status, error) = scene.network.post("/v1/jobs", &body).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert_eq!(error["error"]["param"], "reply_key", "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_has_to_sign_the_key_and_only_its_own_input_is_handed_out() {
    let scene = Scene::start(&["alice", "bob"], |_| ()).await;
    let mut alice = Worker::open(scene.network.running.workers(), "alice").await;
    let works = scene.works(&scene.network.url("")).await;
    // Accepted without a key, the lease is gone; the other worker gets the task.
    let task = alice.offer().await;
    alice.accept(&task).await;
    let mut bob = Worker::open(scene.network.running.workers(), "bob").await;
    let taken = accept(&mut bob).await;
    assert_ne!(taken.task.lease, task.lease);
    let sealed = match bob.hear().await {
        Some(to_worker::Message::Sealed(sealed)) => sealed.object.unwrap(),
        other => panic!("a sealed input, not {other:?}"),
    };
    let refused = alice.download(sealed.root.clone()).await.unwrap_err();
    assert_eq!(refused.code(), tonic::Code::PermissionDenied);
    let bytes = bob.download(sealed.root).await.unwrap();
    let spec = sealed_spec(u64::try_from(bytes.len()).unwrap()).unwrap();
    assert_eq!(
        (spec.shape.rows(), spec.shape.cols()),
        (sealed.rows, sealed.cols)
    );
    works.abort();
}
