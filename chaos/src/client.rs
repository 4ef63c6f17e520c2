//! The app's side of the API, as a good client is: it sends a task under a key of its
//! own until it has an answer, waits as long as it is told, and never gives up what was
//! accepted.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use reqwest::{Client, RequestBuilder, Response, StatusCode, header::RETRY_AFTER};
use serde::Deserialize;
use serde_json::Value;
use worker::npy;

use crate::ChaosError;

/// How long one request may go without an answer within all of its tries.
const PATIENCE: Duration = Duration::from_secs(180);

/// From one try to the next where the answer does not say: doubles from the first to the
/// second.
const PAUSE: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(2));

/// The longest that an answer is heard that asks for a pause.
const MAX_TOLD: Duration = Duration::from_secs(10);

/// Seconds that the coordinator may hold a question for a job's end.
const WAIT: u64 = 20;

/// What did not go well at once.
#[derive(Debug, Default)]
pub(crate) struct Tries {
    /// Nobody listened, or the connection broke before the answer was there.
    pub(crate) broken: AtomicU64,
    /// The coordinator asked to come again later.
    pub(crate) later: AtomicU64,
}

/// An app with one API key.
#[derive(Clone)]
pub(crate) struct App {
    http: Client,
    url: String,
    key: String,
    pub(crate) tries: Arc<Tries>,
}

/// A job that was accepted.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct Accepted {
    /// The coordinator's name for it.
    pub(crate) id: String,
    /// Its place in its order.
    pub(crate) nonce: u64,
}

/// How a job stands.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct State {
    /// `queued`, `running`, `done`, `failed` or `cancelled`.
    pub(crate) status: String,
    /// Ops that it costs.
    pub(crate) ops: String,
    /// How often it was leased.
    pub(crate) leases: u64,
    /// Why it has failed.
    pub(crate) failure: Option<String>,
}

impl App {
    /// At this coordinator, with this key.
    pub(crate) fn new(http: &Client, url: &str, key: &str, tries: &Arc<Tries>) -> Self {
        Self {
            http: http.clone(),
            url: url.to_owned(),
            key: key.to_owned(),
            tries: Arc::clone(tries),
        }
    }

    /// Hands a task in under this key, as often as it takes.
    pub(crate) async fn submit(&self, key: &str, body: &Value) -> Result<Accepted, ChaosError> {
        let request = || {
            let request = self.http.post(format!("{}/v1/jobs", self.url));
            request.header("idempotency-key", key).json(body)
        };
        self.patiently(key, request, async |answer| answer.json().await)
            .await
    }

    /// Waits until a job is over.
    pub(crate) async fn over(&self, id: &str, within: Duration) -> Result<State, ChaosError> {
        let started = Instant::now();
        let url = format!("{}/v1/jobs/{id}", self.url);
        loop {
            let request = || self.http.get(&url).query(&[("wait", WAIT)]);
            let read = async |answer: Response| answer.json::<State>().await;
            let state = self.patiently(id, request, read).await?;
            match state.status.as_str() {
                "done" => return Ok(state),
                "failed" | "cancelled" => {
                    let why = state.failure.unwrap_or_default();
                    let text = format!("accepted job {id} is lost: {}: {why}", state.status);
                    return Err(ChaosError::Wrong(text));
                }
                _ if started.elapsed() > within => {
                    let text = format!(
                        "accepted job {id} is still {} after {within:?}",
                        state.status
                    );
                    return Err(ChaosError::Wrong(text));
                }
                _ => {}
            }
        }
    }

    /// A job's result: the elements of its `.npy` file.
    pub(crate) async fn result(&self, id: &str) -> Result<Vec<u8>, ChaosError> {
        let url = format!("{}/v1/jobs/{id}/result", self.url);
        let request = || self.http.get(&url);
        let file = self
            .patiently(id, request, async |answer| answer.bytes().await)
            .await?;
        let total = u64::try_from(file.len()).unwrap_or(u64::MAX);
        let tensor = npy::read_from(&mut &file[..], total)
            .map_err(|error| ChaosError::Wrong(format!("result of {id}: {error}")))?;
        Ok(tensor.bytes().to_vec())
    }

    /// Sends a request until it is answered with a success.
    async fn patiently<T>(
        &self,
        what: &str,
        request: impl Fn() -> RequestBuilder,
        read: impl AsyncFn(Response) -> Result<T, reqwest::Error>,
    ) -> Result<T, ChaosError> {
        let started = Instant::now();
        let mut pause = PAUSE.0;
        loop {
            let answer = request().bearer_auth(&self.key).send().await;
            let told = match answer {
                Ok(answer) if answer.status().is_success() => match read(answer).await {
                    Ok(read) => return Ok(read),
                    // It broke off: the answer is asked for again.
                    Err(error) if error.is_decode() && !is_cut(&error) => {
                        return Err(error.into());
                    }
                    Err(_) => None,
                },
                Ok(answer) if asks_for_later(answer.status()) => Some(retry_after(&answer)),
                Ok(answer) => {
                    let status = answer.status();
                    let body = answer.text().await.unwrap_or_default();
                    return Err(ChaosError::Wrong(format!("{what}: {status}: {body}")));
                }
                Err(_) => None,
            };
            if started.elapsed() > PATIENCE {
                let text = format!("{what}: no answer in {PATIENCE:?}");
                return Err(ChaosError::Wrong(text));
            }
            let wait = match told {
                Some(told) => {
                    self.tries.later.fetch_add(1, Ordering::Relaxed);
                    told.unwrap_or(pause)
                }
                None => {
                    self.tries.broken.fetch_add(1, Ordering::Relaxed);
                    pause
                }
            };
            tokio::time::sleep(wait).await;
            pause = (pause * 2).min(PAUSE.1);
        }
    }
}

/// Whether a body could not be decoded since it ended too early.
fn is_cut(error: &reqwest::Error) -> bool {
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        if let Some(json) = cause.downcast_ref::<serde_json::Error>() {
            return json.is_eof() || json.is_io();
        }
        source = cause.source();
    }
    // Not the JSON but what carries it.
    true
}

fn asks_for_later(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE
    )
}

fn retry_after(answer: &Response) -> Option<Duration> {
    let told = answer.headers().get(RETRY_AFTER)?.to_str().ok()?;
    let seconds = told.parse().ok()?;
    Some(Duration::from_secs(seconds).min(MAX_TOLD))
}
