//! A coordinator in this process, a scripted chain, workers that compute on the CPU.
#![allow(dead_code, unreachable_pub, reason = "each test uses some of it")]

pub mod chain;
pub mod private;
pub mod worker;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use chain::{COORDINATOR, Script, key};
use coordinator::config::TlsMode;
use coordinator::{ApiKey, Config, Running};
use reqwest::StatusCode;
use serde_json::{Value, json};
use service_kit::Shutdown;

pub struct Network {
    pub running: Running,
    pub chain: Arc<Script>,
    pub http: reqwest::Client,
    pub key: String,
    pub folder: Arc<tempfile::TempDir>,
}

pub fn config(data: &Path) -> Config {
    let mut config = Config::new(data.to_owned());
    config.http.listen = ([127, 0, 0, 1], 0).into();
    config.workers.listen = ([127, 0, 0, 1], 0).into();
    config.tls.mode = TlsMode::Off;
    config.chain.refresh_ms = 50;
    config.chain.order_ms = 0;
    config.leases.grace_ms = 200;
    config
}

impl Network {
    /// With these workers registered, and an API key of order 1.
    pub async fn start(miners: &[&str], change: impl FnOnce(&mut Config)) -> Self {
        let chain = Arc::new(Script::with_miners(miners));
        let folder = Arc::new(tempfile::tempdir().unwrap());
        Self::on(folder, chain, change).await
    }

    pub async fn on(
        folder: Arc<tempfile::TempDir>,
        chain: Arc<Script>,
        change: impl FnOnce(&mut Config),
    ) -> Self {
        let mut config = config(folder.path());
        change(&mut config);
        let running = coordinator::start(config, key(COORDINATOR), chain.clone(), Shutdown::new())
            .await
            .unwrap();
        let key = Self::add_key(&running, 1).await;
        Self {
            running,
            chain,
            http: reqwest::Client::new(),
            key,
            folder,
        }
    }

    /// Ends it without draining and starts it on the same data.
    pub async fn again(self) -> Self {
        let (folder, chain) = (self.folder.clone(), self.chain.clone());
        self.running.stop().await;
        Self::on(folder, chain, |_| ()).await
    }

    pub async fn add_key(running: &Running, order: u64) -> String {
        let key = ApiKey::new().unwrap();
        running
            .store()
            .add_key(&key, order, "test".to_owned(), 1)
            .await
            .unwrap();
        key.reveal()
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.running.http())
    }

    pub async fn post(&self, path: &str, body: &Value) -> (StatusCode, Value) {
        let request = self.http.post(self.url(path)).bearer_auth(&self.key);
        answer(request.json(body)).await
    }

    pub async fn get(&self, path: &str) -> (StatusCode, Value) {
        answer(self.http.get(self.url(path)).bearer_auth(&self.key)).await
    }

    /// Submits a seeded product; the job's id.
    pub async fn submit(&self, seed: u8) -> String {
        let (status, job) = self.post("/v1/jobs", &seeded(seed)).await;
        assert_eq!(status, StatusCode::ACCEPTED, "{job}");
        job["id"].as_str().unwrap().to_owned()
    }

    pub async fn result(&self, id: &str) -> Vec<u8> {
        let url = self.url(&format!("/v1/jobs/{id}/result?wait=30"));
        let answer = self
            .http
            .get(url)
            .bearer_auth(&self.key)
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        answer.bytes().await.unwrap().to_vec()
    }

    /// Polls until the answer is as it should be.
    pub async fn until(&self, path: &str, is_right: impl Fn(&Value) -> bool) -> Value {
        for _ in 0..600 {
            let (_, answer) = self.get(path).await;
            if is_right(&answer) {
                return answer;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!(
            "{path} did not become right in 30 s: {}",
            self.get(path).await.1
        );
    }

    pub fn counts(&self, line: &str) -> bool {
        self.running.metrics().lines().any(|found| found == line)
    }
}

pub async fn answer(request: reqwest::RequestBuilder) -> (StatusCode, Value) {
    let answer = request.send().await.unwrap();
    let status = answer.status();
    assert!(answer.headers().contains_key("x-request-id"));
    // What is left of a body is not read, and the client is told.
    let ends = answer.headers().get("connection");
    let ends = ends.is_some_and(|value| value == "close");
    assert_eq!(ends, status == StatusCode::PAYLOAD_TOO_LARGE, "{status}");
    let text = answer.text().await.unwrap();
    (
        status,
        serde_json::from_str(&text).unwrap_or(Value::String(text)),
    )
}

pub fn seeded(seed: u8) -> Value {
    json!({
        "program": { "gemm": { "m": 16, "n": 8, "k": 32 } },
        "inputs": { "seed": hex::encode([seed; 32]) },
    })
}
