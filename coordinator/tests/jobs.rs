//! Jobs from an app's request to its `.npy`.

mod common;

use base64::Engine;
use common::chain::key;
use common::worker::{Worker, assert_delivered, run};
use common::{Network, answer, seeded};
use compute_proofs::codec::Encode;
use compute_proofs::task::{Authorisation, OrderContext, input_root, slot_root_of_seed};
use reqwest::StatusCode;
use serde_json::{Value, json};
use worker::job::MatrixJob;
use worker::npy;
use worker_api::v1::{self, from_worker, to_worker};

/// What the job must give: computed here.
fn expected(seed: u8) -> Vec<u8> {
    let job = MatrixJob::seeded("expected", [seed; 32], 16, 8, 32).unwrap();
    let outcome = run(&job.program, &job.inputs);
    let mut file = Vec::new();
    npy::write(&mut file, &outcome.result().unwrap().tensor).unwrap();
    file
}

#[tokio::test(flavor = "multi_thread")]
async fn a_seeded_job_is_drawn_done_checked_and_fetched() {
    let network = Network::start(&["alice"], |_| ()).await;
    let mut alice = Worker::open(network.running.workers(), "alice").await;
    let id = network.submit(1).await;
    let computed = alice.work().await;
    assert_eq!(computed.grant.authorisation.nonce, 1);
    assert_eq!(
        computed.grant.authorisation.cum_ops,
        computed.grant.authorisation.max_ops
    );
    assert_eq!(network.result(&id).await, expected(1));
    let (_, job) = network.get(&format!("/v1/jobs/{id}")).await;
    assert_eq!(job["status"], "done");
    assert_eq!(job["worker"], "alice");
    let root = computed.outcome.result().unwrap().root.to_hex();
    assert_eq!(job["output"]["root"], root);
    // The second task of the order follows the first.
    let second = network.submit(2).await;
    let next = alice.work().await;
    assert_eq!(next.grant.authorisation.nonce, 2);
    assert_eq!(
        next.grant.authorisation.cum_ops,
        2 * computed.grant.authorisation.max_ops
    );
    assert_eq!(network.result(&second).await, expected(2));
    let (_, usage) = network.get("/v1/usage").await;
    assert_eq!(usage["jobs"]["done"], 2);
    assert!(network.counts("ballast_coordinator_jobs_total{outcome=\"done\"} 2"));
    let (_, workers) = network.get("/v1/workers").await;
    assert_eq!(workers["data"][0]["done"], 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn matrices_travel_by_upload_and_inline_with_an_epilogue() {
    let network = Network::start(&["alice"], |_| ()).await;
    let mut alice = Worker::open(network.running.workers(), "alice").await;
    let matrix = |rows: u32, cols: u32, dtype: &str, bytes: Vec<u8>| {
        let spec = match dtype {
            "i8" => compute_proofs::tensor::TensorSpec::new(exact_kernels::DType::I8, rows, cols),
            _ => compute_proofs::tensor::TensorSpec::new(exact_kernels::DType::I32, rows, cols),
        };
        let tensor = worker::task::Tensor::new(spec.unwrap(), bytes).unwrap();
        let mut file = Vec::new();
        npy::write(&mut file, &tensor).unwrap();
        file
    };
    // A is large enough to lie in a file.
    let (m, n, k) = (300u32, 3u32, 400u32);
    let count = |rows: u32, cols: u32| usize::try_from(rows * cols).unwrap();
    let a: Vec<u8> = (0..7).cycle().take(count(m, k)).collect();
    let b: Vec<u8> = (0..5).cycle().take(count(k, n)).collect();
    let upload = |file: Vec<u8>| {
        let request = network.http.post(network.url("/v1/objects"));
        answer(request.bearer_auth(&network.key).body(file))
    };
    let (status, object) = upload(matrix(m, k, "i8", a.clone())).await;
    assert_eq!(status, StatusCode::CREATED, "{object}");
    let biases: Vec<u8> = (0..n).flat_map(|j| (1_000 * j).to_le_bytes()).collect();
    let inline = |file: Vec<u8>, transpose: bool| {
        let npy = base64::engine::general_purpose::STANDARD.encode(file);
        json!({ "npy": npy, "transpose": transpose })
    };
    let job = json!({
        "program": { "gemm": { "m": m, "n": n, "k": k, "bias": true } },
        "inputs": {
            "a": { "object": object["object"] },
            "b": inline(matrix(k, n, "i8", b.clone()), true),
            "params": inline(matrix(n, 1, "i32", biases), false),
        },
    });
    let (status, job) = network.post("/v1/jobs", &job).await;
    assert_eq!(status, StatusCode::ACCEPTED, "{job}");
    alice.work().await;
    let file = network.result(job["id"].as_str().unwrap()).await;
    let total = u64::try_from(file.len()).unwrap();
    let tensor = npy::read_from(&mut file.as_slice(), total).unwrap();
    let (n, k) = (usize::try_from(n).unwrap(), usize::try_from(k).unwrap());
    for (at, element) in tensor.bytes().as_chunks::<4>().0.iter().enumerate() {
        let (row, col) = (at / n, at % n);
        let sum: i32 = (0..k)
            .map(|i| i32::from(a[row * k + i]) * i32::from(b[i * n + col]))
            .sum();
        let bias = 1_000 * i32::try_from(col).unwrap();
        assert_eq!(i32::from_le_bytes(*element), sum + bias, "{row} {col}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_small_output_comes_with_its_receipt_and_that_accepts_the_task() {
    let network = Network::start(&["alice"], |_| ()).await;
    let mut alice = Worker::open(network.running.workers(), "alice").await;
    let id = network.submit(4).await;
    let task = alice.offer().await;
    let computed = alice.compute(task).await;
    let result = Worker::inline(&computed, "alice");
    let answer = alice.hand_in(result.clone()).await;
    assert_delivered(&computed, "alice", answer);
    assert_eq!(network.result(&id).await, expected(4));
    // Once more, since the answer may have been lost.
    let answer = alice.hand_in(result).await;
    assert_delivered(&computed, "alice", answer);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_authorises_its_own_order() {
    let network = Network::start(&["alice"], |_| ()).await;
    let mut alice = Worker::open(network.running.workers(), "alice").await;
    let app = key("app");
    let job = MatrixJob::seeded("job", [9; 32], 16, 8, 32).unwrap();
    let header = job.program.header().unwrap();
    let context = OrderContext {
        chain_id: common::chain::CHAIN_ID,
        market: common::chain::MARKET,
        order: 2,
        authoriser: app.public(),
        coordinator: key(common::chain::COORDINATOR).public(),
    };
    let authorise = |nonce: u64, cum_ops: u128| {
        let authorisation = Authorisation {
            nonce,
            program: header.hash(),
            input_root: input_root(&[slot_root_of_seed(&[9; 32])]),
            max_ops: header.cost,
            cum_ops,
            expires: 4_000_000_000,
        };
        let signature = app.sign(&authorisation.message(&context));
        let mut request = seeded(9);
        request["order"] = json!(2);
        request["authorisation"] = json!(hex::encode(authorisation.to_bytes()));
        request["signature"] = json!(hex::encode(signature));
        request
    };
    let post = |body: Value| answer(network.http.post(network.url("/v1/jobs")).json(&body));
    let (status, error) = post(authorise(2, 2 * header.cost)).await;
    assert_eq!(
        (status, &error["error"]["code"]),
        (StatusCode::CONFLICT, &json!("not_the_next_task"))
    );
    let mut forged = authorise(1, header.cost);
    forged["signature"] = json!("00".repeat(64));
    let (status, error) = post(forged).await;
    assert_eq!(
        (status, &error["error"]["code"]),
        (StatusCode::UNAUTHORIZED, &json!("bad_signature"))
    );
    let (status, accepted) = post(authorise(1, header.cost)).await;
    assert_eq!(status, StatusCode::ACCEPTED, "{accepted}");
    let computed = alice.work().await;
    assert_eq!(computed.task.authoriser_key, app.public());
    // The same authorisation again is no second task.
    let (status, _) = post(authorise(1, header.cost)).await;
    assert_eq!(status, StatusCode::CONFLICT);
    let path = format!("/v1/jobs/{}", accepted["id"].as_str().unwrap());
    let (status, job) = answer(network.http.get(network.url(&path))).await;
    assert_eq!((status, &job["status"]), (StatusCode::OK, &json!("done")));
}

#[tokio::test(flavor = "multi_thread")]
async fn redemptions_go_first_to_their_issuers_workers_and_are_called_for() {
    let network = Network::start(&["alice", "issuers-bob"], |_| ()).await;
    let redeem = Network::add_key(&network.running, 3).await;
    let paid = network.submit(1).await;
    let request = network
        .http
        .post(network.url("/v1/jobs"))
        .bearer_auth(&redeem);
    let (status, job) = answer(request.json(&seeded(3))).await;
    assert_eq!(status, StatusCode::ACCEPTED, "{job}");
    let mut bob = Worker::open(network.running.workers(), "issuers-bob").await;
    let first = bob.work().await;
    assert_eq!(first.task.order, 3, "the redemption goes first");
    // Paid work goes to whoever is drawn and there.
    let second = bob.work().await;
    assert_eq!(second.task.order, 1);
    assert_eq!(network.result(&paid).await, expected(1));
    for _ in 0..600 {
        if !network.chain.0.lock().unwrap().calls.is_empty() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let calls = network.chain.0.lock().unwrap().calls.clone();
    assert_eq!(calls, [(3, first.grant.authorisation.cum_ops)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_failures_and_silence_go_to_the_next_attempt() {
    let network = Network::start(&["alice"], |config| config.leases.answer_ms = 300).await;
    let mut alice = Worker::open(network.running.workers(), "alice").await;
    let id = network.submit(5).await;
    let first = alice.offer().await;
    // No answer: the lease is taken back, and the task comes again, as another attempt.
    let Some(to_worker::Message::Cancel(cancel)) = alice.hear().await else {
        panic!("the offer is taken back");
    };
    assert_eq!(cancel.lease, first.lease);
    let second = alice.offer().await;
    assert_ne!(first.lease, second.lease);
    let refuse = v1::Refuse {
        lease: second.lease.clone(),
        reason: v1::RefuseReason::Busy.into(),
        detail: String::new(),
    };
    alice.say(from_worker::Message::Refuse(refuse)).await;
    let third = alice.offer().await;
    alice.accept(&third).await;
    let attempts = [&first, &second, &third].map(|task| {
        use compute_proofs::{codec::Decode, task::Grant};
        Grant::from_bytes(&task.grant).unwrap().lease.attempt
    });
    assert!(attempts.is_sorted_by(|a, b| a < b), "{attempts:?}");
    let computed = alice.compute(third).await;
    alice.upload(&computed).await.unwrap();
    let result = Worker::result(&computed, "alice");
    alice.hand_in(result).await;
    assert_eq!(network.result(&id).await, expected(5));
    assert!(network.counts("ballast_coordinator_leases_ended_total{cause=\"unanswered\"} 1"));
    assert!(network.counts("ballast_coordinator_leases_ended_total{cause=\"refused\"} 1"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_goes_is_replaced() {
    let network = Network::start(&["alice", "bob"], |_| ()).await;
    let alice = {
        let mut alice = Worker::open(network.running.workers(), "alice").await;
        network.submit(6).await;
        let task = alice.offer().await;
        alice.accept(&task).await;
        alice
    };
    drop(alice);
    let mut bob = Worker::open(network.running.workers(), "bob").await;
    bob.work().await;
    assert!(network.counts("ballast_coordinator_leases_ended_total{cause=\"gone\"} 1"));
}

#[tokio::test(flavor = "multi_thread")]
async fn jobs_are_cancelled_listed_streamed_and_submitted_once() {
    let network = Network::start(&["alice"], |_| ()).await;
    let id = network.submit(7).await;
    let events = network
        .http
        .get(network.url(&format!("/v1/jobs/{id}/events")));
    let mut events = events.bearer_auth(&network.key).send().await.unwrap();
    let first = events.chunk().await.unwrap().unwrap();
    let cancel = || {
        let request = network.http.delete(network.url(&format!("/v1/jobs/{id}")));
        answer(request.bearer_auth(&network.key))
    };
    let (status, job) = cancel().await;
    assert_eq!(
        (status, &job["status"]),
        (StatusCode::OK, &json!("cancelled"))
    );
    assert_eq!(cancel().await.0, StatusCode::OK, "once more is the same");
    let first = String::from_utf8_lossy(&first).into_owned();
    assert!(first.contains("\"status\":\"queued\""), "{first}");
    let stream = events.text().await.unwrap();
    assert!(stream.contains("\"status\":\"cancelled\""), "{stream}");
    // What nobody was leased comes free again.
    let (_, usage) = network.get("/v1/usage").await;
    assert_eq!(usage["ops"]["charged"], "0");
    let once = |seed: u8| {
        let request = network.http.post(network.url("/v1/jobs"));
        let request = request.header("idempotency-key", "one");
        answer(request.bearer_auth(&network.key).json(&seeded(seed)))
    };
    let (first, job) = once(8).await;
    let (second, same) = once(8).await;
    assert_eq!((first, second), (StatusCode::ACCEPTED, StatusCode::OK));
    assert_eq!(job["id"], same["id"]);
    let (status, error) = once(9).await;
    assert_eq!(
        (status, &error["error"]["code"]),
        (StatusCode::CONFLICT, &json!("idempotency_conflict"))
    );
    let (_, list) = network.get("/v1/jobs").await;
    let states: Vec<_> = list["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|job| &job["status"])
        .collect();
    assert_eq!(states, ["queued", "cancelled"]);
}
