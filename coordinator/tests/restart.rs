//! What is accepted survives the coordinator.

mod common;

use common::worker::{Worker, assert_delivered};
use common::{Network, answer, seeded};
use reqwest::StatusCode;
use serde_json::json;
use worker_api::v1::UnfinishedRequest;

#[tokio::test(flavor = "multi_thread")]
async fn jobs_and_leases_go_on_where_they_were() {
    let network = Network::start(&["alice", "bob"], |_| ()).await;
    let mut alice = Worker::open(network.running.workers(), "alice").await;
    let leased = network.submit(1).await;
    let task = alice.offer().await;
    alice.accept(&task).await;
    let computed = alice.compute(task).await;
    drop(alice);
    // Without alice nobody is there: this one waits.
    let key = network.key.clone();
    let network = network.again().await;
    let waiting = network.submit(2).await;
    let path = format!("/v1/jobs/{leased}");
    let (_, job) = network.get(&path).await;
    assert_eq!(
        (&job["status"], &job["worker"]),
        (&json!("running"), &json!("alice"))
    );
    // Keys are kept too.
    let request = network.http.get(network.url("/v1/usage")).bearer_auth(&key);
    let (status, usage) = answer(request).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(usage["jobs"]["live"], 2);
    // The lease is still alice's: she comes back and hands it in.
    let mut alice = Worker::open(network.running.workers(), "alice").await;
    alice.upload(&computed).await.unwrap();
    let result = Worker::result(&computed, "alice");
    let message = alice.hand_in(result.clone()).await;
    assert_delivered(&computed, "alice", message);
    let offered = alice.offer().await;
    alice.accept(&offered).await;
    let second = alice.compute(offered).await;
    assert_eq!(second.grant.authorisation.nonce, 2, "nonces go on");
    alice.upload(&second).await.unwrap();
    let answer = alice.hand_in(Worker::result(&second, "alice")).await;
    assert_delivered(&second, "alice", answer);
    for id in [&leased, &waiting] {
        network
            .until(&format!("/v1/jobs/{id}"), |job| job["status"] == "done")
            .await;
    }
    // Handed in once more, since the answer may have been lost: the same answer.
    alice.upload(&computed).await.unwrap();
    let answer = alice.hand_in(result).await;
    assert_delivered(&computed, "alice", answer);
    let (_, usage) = network.get("/v1/usage").await;
    assert_eq!(usage["jobs"]["done"], 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lease_whose_worker_stays_away_goes_to_another() {
    let network = Network::start(&["alice", "bob"], |config| config.leases.seconds = 1).await;
    let mut alice = Worker::open(network.running.workers(), "alice").await;
    let id = network.submit(1).await;
    let task = alice.offer().await;
    alice.accept(&task).await;
    drop(alice);
    let network = network.again().await;
    let mut bob = Worker::open(network.running.workers(), "bob").await;
    let computed = bob.work().await;
    use compute_proofs::{codec::Decode, task::Grant};
    let before = Grant::from_bytes(&task.grant).unwrap().lease.attempt;
    assert!(
        computed.grant.lease.attempt > before,
        "no attempt is leased twice"
    );
    assert_eq!(computed.grant.authorisation.nonce, 1);
    network.result(&id).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_learns_which_tasks_its_batch_must_not_span() {
    let network = Network::start(&["alice"], |_| ()).await;
    for seed in 1..=3 {
        network.submit(seed).await;
    }
    let mut alice = Worker::open(network.running.workers(), "alice").await;
    let done = alice.work().await;
    let nonce = done.grant.authorisation.nonce;
    let mut request = UnfinishedRequest {
        session: alice.session.clone(),
        order: done.task.order,
        first: 1,
        last: 3,
    };
    let mut client = alice.client.clone();
    let answer = client.unfinished(request.clone()).await.unwrap();
    let others: Vec<u64> = (1..=3).filter(|other| *other != nonce).collect();
    assert_eq!(answer.into_inner().nonces, others);
    request.last = 1;
    let answer = client.unfinished(request.clone()).await.unwrap();
    assert!(answer.into_inner().nonces.iter().all(|nonce| *nonce == 1));
    request.session = vec![7; 16];
    let refused = client.unfinished(request).await.unwrap_err();
    assert_eq!(refused.code(), tonic::Code::Unauthenticated, "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_was_served_elsewhere_is_refused() {
    let network = Network::start(&["alice"], |_| ()).await;
    network.chain.0.lock().unwrap().orders[0].ops.authorised = 5u128.into();
    let (status, error) = network.post("/v1/jobs", &seeded(1)).await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert_eq!(error["error"]["code"], "order_served_elsewhere");
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_chain_is_away_nothing_is_lost() {
    let network = Network::start(&["alice"], |_| ()).await;
    let mut alice = Worker::open(network.running.workers(), "alice").await;
    let id = network.submit(1).await;
    network.chain.0.lock().unwrap().is_away = true;
    let (status, error) = network.post("/v1/jobs", &seeded(2)).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(error["error"]["code"], "chain_unavailable");
    // Its program may not be registered yet: then it waits for the chain.
    network.chain.0.lock().unwrap().is_away = false;
    alice.work().await;
    network.result(&id).await;
}
