//! A coordinator's HTTP API as far as an auditor asks for it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};

use audit::Coordinator;
use axum::{
    Router,
    body::Body,
    extract::State,
    http::{Request, StatusCode, header},
    response::{IntoResponse, Response},
};
use compute_proofs::{codec::Encode, program::TaskInput};
use serde_json::{Value, json};
use test_suite::market::Work;
use tls_client::Trust;
use worker::npy;

use super::{ORDER, receipts, tensor};

const KEY: &str = "the-key";

#[derive(Clone)]
struct Job {
    nonce: u64,
    status: &'static str,
}

#[derive(Default)]
pub struct Inner {
    jobs: Vec<Job>,
    /// What is at a path.
    files: HashMap<String, Vec<u8>>,
    /// What it says at a path in place of what it has.
    lies: HashMap<String, (u16, Vec<u8>)>,
    receipts: Vec<String>,
    /// How often each path was asked for.
    asked: HashMap<String, u32>,
}

/// The server; clones share it.
#[derive(Clone, Default)]
pub struct Served(Arc<Mutex<Inner>>);

impl Served {
    /// Serves, and an auditor's view of it.
    pub async fn start() -> (Self, Coordinator) {
        let served = Self::default();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let router = Router::new().fallback(answer).with_state(served.clone());
        tokio::spawn(axum::serve(listener, router).into_future());
        (served, Coordinator::new(&url, KEY, &Trust::System).unwrap())
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap()
    }

    /// A job that is not over.
    pub fn running(&self, nonce: u64) {
        let status = "running";
        self.lock().jobs.push(Job { nonce, status });
    }

    /// All tasks of a batch are done.
    pub fn done(&self, work: &Work) {
        for receipt in receipts(work) {
            self.lock().receipts.push(hex::encode(receipt.to_bytes()));
        }
        let mut inner = self.lock();
        for task in &work.tasks {
            let nonce = task.nonce;
            inner.jobs.retain(|job| job.nonce != nonce);
            inner.jobs.push(Job {
                nonce,
                status: "done",
            });
            let slots = task.job.inputs.iter().map(|input| match input {
                TaskInput::Seed(seed) => json!({ "seed": hex::encode(seed) }),
                TaskInput::Tensor(tensor) => json!({ "tensor": {
                    "root": tensor.root().to_hex(),
                    "dtype": worker_api::dtype::name(tensor.spec().dtype),
                    "rows": tensor.spec().shape.rows(),
                    "cols": tensor.spec().shape.cols(),
                }}),
            });
            let record = json!({
                "worker": work.worker,
                "grant": hex::encode(task.grant.to_bytes()),
                "receipt": hex::encode(work.named(nonce).receipt.receipt.to_bytes()),
                "program": hex::encode(task.job.program.to_bytes()),
                "inputs": slots.collect::<Vec<_>>(),
            });
            let mut put = |path: String, bytes| inner.files.insert(path, bytes);
            put(record_of(nonce), record.to_string().into_bytes());
            let result = tensor(task.job.run.result().unwrap());
            put(result_of(nonce), file(&result));
            for input in &task.job.inputs {
                if let TaskInput::Tensor(committed) = input {
                    let path = format!("/v1/objects/{}", committed.root().to_hex());
                    put(path, file(&tensor(committed)));
                }
            }
        }
    }

    /// Says this at a path from now on.
    pub fn lie(&self, path: &str, status: u16, body: impl Into<Vec<u8>>) {
        self.lock()
            .lies
            .insert(path.to_owned(), (status, body.into()));
    }

    /// Tells the truth again.
    pub fn repent(&self) {
        self.lock().lies.clear();
    }

    /// Receipts from now on are only these.
    pub fn withhold_receipts(&self) {
        self.lock().receipts.clear();
    }

    /// What it has at a path, changed.
    pub fn change(&self, path: &str, change: impl FnOnce(&mut Value)) {
        let mut inner = self.lock();
        let mut value: Value = serde_json::from_slice(&inner.files[path]).unwrap();
        change(&mut value);
        inner
            .files
            .insert(path.to_owned(), value.to_string().into_bytes());
    }

    /// How often a path was asked for.
    pub fn asked(&self, path: &str) -> u32 {
        self.lock().asked.get(path).copied().unwrap_or(0)
    }
}

pub fn record_of(nonce: u64) -> String {
    format!("/v1/jobs/job-{nonce}/record")
}

pub fn result_of(nonce: u64) -> String {
    format!("/v1/jobs/job-{nonce}/result")
}

/// As `.npy`.
pub fn file(tensor: &worker::task::Tensor) -> Vec<u8> {
    let mut bytes = Vec::new();
    npy::write(&mut bytes, tensor).unwrap();
    bytes
}

async fn answer(State(served): State<Served>, request: Request<Body>) -> Response {
    let key = request.headers().get(header::AUTHORIZATION);
    let expected = format!("Bearer {KEY}");
    if key.is_none_or(|key| key.as_bytes() != expected.as_bytes()) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let path = request.uri().path().to_owned();
    let query: HashMap<String, u64> = request
        .uri()
        .query()
        .unwrap_or("")
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .filter_map(|(name, value)| Some((name.to_owned(), value.parse().ok()?)))
        .collect();
    let mut inner = served.lock();
    *inner.asked.entry(path.clone()).or_default() += 1;
    if let Some((status, body)) = inner.lies.get(&path) {
        return (StatusCode::from_u16(*status).unwrap(), body.clone()).into_response();
    }
    let json = |value: Value| value.to_string().into_response();
    match path.as_str() {
        "/v1/usage" => json(json!({ "order": ORDER })),
        "/v1/receipts" => json(json!({ "receipts": inner.receipts, "next": null })),
        "/v1/jobs" => {
            let before = query.get("before").copied().unwrap_or(u64::MAX);
            let limit = usize::try_from(query["limit"]).unwrap();
            let mut jobs = inner.jobs.clone();
            jobs.retain(|job| job.nonce < before);
            jobs.sort_by_key(|job| u64::MAX - job.nonce);
            let lines = jobs.iter().take(limit).map(|job| {
                json!({
                    "id": format!("job-{}", job.nonce),
                    "status": job.status,
                    "nonce": job.nonce,
                })
            });
            json(json!({ "data": lines.collect::<Vec<_>>() }))
        }
        path => match inner.files.get(path) {
            Some(bytes) => bytes.clone().into_response(),
            None => StatusCode::NOT_FOUND.into_response(),
        },
    }
}
