//! Apps and workers that misbehave: each is refused with a typed error, and counted.

mod common;

use std::time::Duration;

use common::chain::key;
use common::worker::{NOTHING, Worker, dial, forged, good_open, try_open};
use common::{Network, answer, seeded};
use reqwest::StatusCode;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tonic::Code;
use worker_api::MAX_INLINE_BYTES;
use worker_api::v1::{self, from_worker, to_worker};

/// A counter of the coordinator's, with one label.
fn counts(network: &Network, name: &str, label: &str, value: &str) -> bool {
    network.counts(&format!(
        "ballast_coordinator_{name}_total{{{label}=\"{value}\"}} 1"
    ))
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_open_once_by_the_registered_key() {
    let network = Network::start(&["alice", "bob"], |_| ()).await;
    let at = network.running.workers();
    let mut client = dial(at).await;
    let refused = |open: v1::Open, client| async move {
        let status = try_open(client, open).await.err().expect("refused");
        (status.code(), status.message().to_owned())
    };
    let open = good_open(&mut client, "alice", &key("alice")).await;
    let alice = try_open(client.clone(), open.clone()).await.unwrap();
    // The same again: the challenge is used up.
    let (code, text) = refused(open, client.clone()).await;
    assert_eq!(code, Code::Unauthenticated);
    assert!(text.starts_with("[BL-CRD-043]"), "{text}");
    // Another's key.
    let open = good_open(&mut client, "alice", &key("bob")).await;
    let (_, text) = refused(open, client.clone()).await;
    assert!(text.starts_with("[BL-CRD-045]"), "{text}");
    // A challenge that was made for another.
    let mut open = good_open(&mut client, "alice", &key("alice")).await;
    open.worker = "bob".to_owned();
    let (_, text) = refused(open, client.clone()).await;
    assert!(text.starts_with("[BL-CRD-043]"), "{text}");
    // Nobody that the chain knows.
    let open = good_open(&mut client, "mallory", &key("mallory")).await;
    let (_, text) = refused(open, client.clone()).await;
    assert!(text.starts_with("[BL-CRD-044]"), "{text}");
    for reason in ["bad_signature", "unknown_worker"] {
        assert!(
            counts(&network, "sessions_refused", "reason", reason),
            "{reason}"
        );
    }
    assert!(
        network.counts("ballast_coordinator_sessions_refused_total{reason=\"no_challenge\"} 2")
    );
    drop(alice);
}

#[tokio::test(flavor = "multi_thread")]
async fn forged_receipts_are_refused_and_the_task_goes_on() {
    let names = ["a", "b", "c", "d", "e", "f", "g", "h"];
    let network = Network::start(&names, |_| ()).await;
    let id = network.submit(1).await;
    type Forge = fn(&v1::Result) -> v1::Result;
    let forgeries: [(&str, Forge); 7] = [
        ("BL-CRD-055", |r| forged(r, |receipt| receipt.ops += 1)),
        ("BL-CRD-055", |r| {
            forged(r, |receipt| receipt.grant = NOTHING)
        }),
        ("BL-CRD-057", |r| {
            forged(r, |receipt| receipt.output_root = NOTHING)
        }),
        ("BL-CRD-058", |r| {
            forged(r, |receipt| receipt.trace_root = NOTHING)
        }),
        ("BL-CRD-054", |r| v1::Result {
            trace_proof: vec![1, 2, 3],
            ..r.clone()
        }),
        // Outputs that come along.
        ("BL-CRD-057", |r| v1::Result {
            bytes: vec![9; 16 * 8 * 4],
            ..r.clone()
        }),
        ("BL-CRD-068", |r| v1::Result {
            bytes: vec![0; MAX_INLINE_BYTES + 1],
            ..r.clone()
        }),
    ];
    for (name, (code, forge)) in names.iter().zip(forgeries) {
        let mut cheat = Worker::open(network.running.workers(), name).await;
        let task = cheat.offer().await;
        cheat.accept(&task).await;
        let computed = cheat.compute(task).await;
        cheat.upload(&computed).await.unwrap();
        let result = forge(&Worker::result(&computed, name));
        match cheat.hand_in(result).await {
            to_worker::Message::Rejected(rejected) => {
                assert_eq!(rejected.code, code, "{rejected:?}")
            }
            other => panic!("rejected with {code}, not {other:?}"),
        }
    }
    // Whoever is honest gets it in the end.
    let mut honest = Worker::open(network.running.workers(), "h").await;
    honest.work().await;
    network.result(&id).await;
    assert!(network.counts("ballast_coordinator_results_refused_total{code=\"BL-CRD-055\"} 2"));
    assert!(network.counts("ballast_coordinator_leases_ended_total{cause=\"bad_result\"} 7"));
}

#[tokio::test(flavor = "multi_thread")]
async fn another_workers_lease_opens_nothing() {
    let network = Network::start(&["alice", "bob"], |_| ()).await;
    let mut alice = Worker::open(network.running.workers(), "alice").await;
    network.submit(1).await;
    let task = alice.offer().await;
    alice.accept(&task).await;
    let computed = alice.compute(task).await;
    let mut bob = Worker::open(network.running.workers(), "bob").await;
    let status = bob.upload(&computed).await.unwrap_err();
    assert_eq!(status.code(), Code::PermissionDenied);
    match bob.hand_in(Worker::result(&computed, "bob")).await {
        to_worker::Message::Rejected(rejected) => assert_eq!(rejected.code, "BL-CRD-051"),
        other => panic!("rejected, not {other:?}"),
    }
    // Objects of others' tasks, and sessions that are not there.
    let status = bob.download(vec![1; 32]).await.unwrap_err();
    assert_eq!(status.code(), Code::PermissionDenied);
    bob.session = vec![0; 32];
    let status = bob.download(vec![1; 32]).await.unwrap_err();
    assert_eq!(status.code(), Code::Unauthenticated);
    assert!(counts(
        &network,
        "transfers_refused",
        "reason",
        "another_workers"
    ));
    assert!(counts(
        &network,
        "transfers_refused",
        "reason",
        "not_offered"
    ));
    assert!(counts(
        &network,
        "transfers_refused",
        "reason",
        "no_session"
    ));
    // Alice is not harmed by any of it.
    alice.upload(&computed).await.unwrap();
    let result = Worker::result(&computed, "alice");
    let answer = alice.hand_in(result).await;
    common::worker::assert_delivered(&computed, "alice", answer);
}

#[tokio::test(flavor = "multi_thread")]
async fn malformed_uploads_are_refused() {
    let network = Network::start(&["alice"], |_| ()).await;
    let mut alice = Worker::open(network.running.workers(), "alice").await;
    network.submit(1).await;
    let task = alice.offer().await;
    alice.accept(&task).await;
    let computed = alice.compute(task).await;
    let bytes = computed.outcome.result().unwrap().tensor.bytes().to_vec();
    let total = u64::try_from(bytes.len()).unwrap();
    let header = alice.header(&computed);
    let chunk = |offset: u64, bytes: Vec<u8>| v1::Chunk {
        offset,
        bytes,
        total,
    };
    let mut flipped = bytes.clone();
    flipped[0] ^= 1;
    let wrong_shape = {
        let mut header = header.clone();
        header.tensor.as_mut().unwrap().rows = 1 << 30;
        header
    };
    let cases = [
        ("wrong_shape", wrong_shape, vec![chunk(0, bytes.clone())]),
        ("wrong_root", header.clone(), vec![chunk(0, flipped)]),
        (
            "wrong_length",
            header.clone(),
            vec![chunk(7, bytes.clone())],
        ),
        ("bad_chunk", header.clone(), vec![chunk(0, Vec::new())]),
    ];
    for (reason, header, chunks) in cases {
        let status = alice.upload_as(header, chunks).await.unwrap_err();
        assert_eq!(status.code(), Code::InvalidArgument, "{reason}: {status}");
        assert!(
            counts(&network, "transfers_refused", "reason", reason),
            "{reason}"
        );
    }
    // A result without its output.
    match alice.hand_in(Worker::result(&computed, "alice")).await {
        to_worker::Message::Rejected(rejected) => assert_eq!(rejected.code, "BL-CRD-052"),
        other => panic!("rejected, not {other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn results_of_cancelled_jobs_are_not_taken() {
    let network = Network::start(&["alice"], |_| ()).await;
    let mut alice = Worker::open(network.running.workers(), "alice").await;
    let id = network.submit(1).await;
    let task = alice.offer().await;
    alice.accept(&task).await;
    let computed = alice.compute(task).await;
    let request = network.http.delete(network.url(&format!("/v1/jobs/{id}")));
    let (status, _) = answer(request.bearer_auth(&network.key)).await;
    assert_eq!(status, StatusCode::OK);
    let Some(to_worker::Message::Cancel(cancel)) = alice.hear().await else {
        panic!("the worker is told");
    };
    assert_eq!(cancel.lease, computed.task.lease);
    let status = alice.upload(&computed).await.unwrap_err();
    assert_eq!(status.code(), Code::FailedPrecondition);
    match alice.hand_in(Worker::result(&computed, "alice")).await {
        to_worker::Message::Rejected(rejected) => assert_eq!(rejected.code, "BL-CRD-050"),
        other => panic!("rejected, not {other:?}"),
    }
    // The nonce is used, and so is what it may cost: the chain may still pay for it.
    let (_, usage) = network.get("/v1/usage").await;
    assert_ne!(usage["ops"]["charged"], "0");
}

#[tokio::test(flavor = "multi_thread")]
async fn apps_are_kept_within_bounds() {
    let network = Network::start(&[], |config| {
        config.limits.body_bytes = 4_096;
        config.limits.requests_per_second = 1;
        config.limits.burst = 4;
        config.limits.object_bytes = 70_000;
        config.http.read_seconds = 1;
    })
    .await;
    let code = |answer: &serde_json::Value| answer["error"]["code"].as_str().unwrap().to_owned();
    // Without a key, with one that is none.
    let (status, error) = answer(network.http.get(network.url("/v1/usage"))).await;
    assert_eq!(
        (status, code(&error).as_str()),
        (StatusCode::UNAUTHORIZED, "invalid_api_key")
    );
    let request = network
        .http
        .get(network.url("/v1/usage"))
        .bearer_auth("blst_00");
    assert_eq!(answer(request).await.0, StatusCode::UNAUTHORIZED);
    // Too large: a job, an object.
    let mut large = seeded(1);
    large["inputs"]["a"] = json!({ "npy": "A".repeat(5_000) });
    let (status, error) = network.post("/v1/jobs", &large).await;
    assert_eq!(
        (status, code(&error).as_str()),
        (StatusCode::PAYLOAD_TOO_LARGE, "body_too_large")
    );
    let upload = network
        .http
        .post(network.url("/v1/objects"))
        .bearer_auth(&network.key);
    let (status, error) = answer(upload.body(vec![0; 200_000])).await;
    assert_eq!(
        (status, code(&error).as_str()),
        (StatusCode::PAYLOAD_TOO_LARGE, "body_too_large")
    );
    // No matrix, a misspelt field, an unknown page.
    let upload = network
        .http
        .post(network.url("/v1/objects"))
        .bearer_auth(&network.key);
    let (status, error) = answer(upload.body(vec![0; 10])).await;
    assert_eq!(status, StatusCode::BAD_REQUEST, "{error}");
    let mut misspelt = seeded(1);
    misspelt["deadline"] = json!(3);
    let (status, error) = network.post("/v1/jobs", &misspelt).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(
        error["error"]["message"]
            .as_str()
            .unwrap()
            .contains("deadline"),
        "{error}"
    );
    let (status, error) = network.get("/v2/jobs").await;
    assert_eq!(
        (status, code(&error).as_str()),
        (StatusCode::NOT_FOUND, "not_found")
    );
    // Too often.
    let mut last = (StatusCode::OK, json!(null));
    for _ in 0..8 {
        last = network.get("/v1/usage").await;
    }
    assert_eq!(
        (last.0, code(&last.1).as_str()),
        (StatusCode::TOO_MANY_REQUESTS, "rate_limit_exceeded")
    );
    // Too slow: a head that never ends, and a connection that says nothing.
    for start in ["POST /v1/jobs HTTP/1.1\r\nhost: x\r\nx-slow: ", ""] {
        let mut slow = TcpStream::connect(network.running.http()).await.unwrap();
        slow.write_all(start.as_bytes()).await.unwrap();
        let mut rest = Vec::new();
        let ended = tokio::time::timeout(Duration::from_secs(30), slow.read_to_end(&mut rest));
        assert!(ended.await.is_ok(), "{start:?} is cut off");
    }
    // A body that never comes.
    let mut slow = TcpStream::connect(network.running.http()).await.unwrap();
    let head = format!(
        "POST /v1/jobs HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\ncontent-length: 100\r\n\r\n{{",
        network.key
    );
    slow.write_all(head.as_bytes()).await.unwrap();
    let mut text = vec![0; 4_096];
    let read = tokio::time::timeout(Duration::from_secs(30), slow.read(&mut text));
    let count = read.await.expect("an answer").unwrap();
    let text = String::from_utf8_lossy(&text[..count]).into_owned();
    assert!(text.starts_with("HTTP/1.1 4"), "{text}");
    for refused in ["body_too_large", "rate_limit_exceeded", "invalid_api_key"] {
        let line = format!("ballast_coordinator_requests_refused_total{{code=\"{refused}\"}}");
        assert!(network.running.metrics().contains(&line), "{refused}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_queue_says_when_to_come_again() {
    let network = Network::start(&[], |config| config.limits.jobs = 2).await;
    network.submit(1).await;
    network.submit(2).await;
    let request = network.http.post(network.url("/v1/jobs"));
    let request = request.bearer_auth(&network.key).json(&seeded(3));
    let refused = request.send().await.unwrap();
    assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(refused.headers()["retry-after"], "1");
    let (status, error) = {
        let mut job = seeded(3);
        job["program"]["gemm"]["m"] = json!(0);
        network.post("/v1/jobs", &job).await
    };
    assert_eq!(
        status,
        StatusCode::SERVICE_UNAVAILABLE,
        "nothing is looked at: {error}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_open_ends_the_session() {
    let network = Network::start(&["alice"], |_| ()).await;
    let mut alice = Worker::open(network.running.workers(), "alice").await;
    let open = v1::Open::default();
    alice.say(from_worker::Message::Open(open)).await;
    assert!(alice.hear().await.is_none());
    assert!(counts(
        &network,
        "sessions_refused",
        "reason",
        "opened_twice"
    ));
}
