//! How many jobs a second go through, with work that is next to nothing. Ignored: it
//! measures. `cargo test --release -p coordinator --test throughput -- --ignored
//! --nocapture`

mod common;

use std::sync::Arc;
use std::time::Instant;

use common::Network;
use common::worker::Worker;
use serde_json::json;

const JOBS: usize = 3_200;
const APPS: usize = 64;
const WORKERS: [&str; 16] = [
    "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p",
];

#[tokio::test(flavor = "multi_thread")]
#[ignore = "measures, and asserts no rate: docs/PLAN.md has the command"]
async fn jobs_per_second() {
    let network = Network::start(&WORKERS, |config| {
        config.limits.requests_per_second = 1_000_000;
        config.limits.burst = 1_000_000;
        config.chain.order_ms = 2_000;
    })
    .await;
    let network = Arc::new(network);
    let start = Instant::now();
    let apps: Vec<_> = (0..APPS)
        .map(|app| {
            let network = network.clone();
            tokio::spawn(async move {
                let mut took = Vec::new();
                for number in 0..JOBS / APPS {
                    let mut seed = [0; 32];
                    seed[..8].copy_from_slice(&(app * JOBS + number).to_le_bytes());
                    let job = json!({
                        "program": { "gemm": { "m": 1, "n": 1, "k": 1 } },
                        "inputs": { "seed": hex::encode(seed) },
                    });
                    let asked = Instant::now();
                    let (status, answer) = network.post("/v1/jobs", &job).await;
                    assert_eq!(status, 202, "{answer}");
                    took.push(asked.elapsed());
                }
                took
            })
        })
        .collect();
    let mut took = Vec::new();
    for app in apps {
        took.extend(app.await.unwrap());
    }
    let accepted = start.elapsed();
    took.sort();
    println!(
        "accepted {JOBS} in {accepted:?}: {:.0} a second; p50 {:?}, p99 {:?}",
        JOBS as f64 / accepted.as_secs_f64(),
        took[JOBS / 2],
        took[JOBS * 99 / 100]
    );
    let start = Instant::now();
    for name in WORKERS {
        let at = network.running.workers();
        tokio::spawn(async move {
            let mut worker = Worker::open(at, name).await;
            loop {
                worker.work().await;
            }
        });
    }
    network
        .until("/v1/usage", |usage| usage["jobs"]["done"] == JOBS)
        .await;
    let done = start.elapsed();
    println!(
        "done in {done:?}: {:.0} a second with {} workers, one result at a time each",
        JOBS as f64 / done.as_secs_f64(),
        WORKERS.len()
    );
}
