//! What a coordinator tells whoever has the order's API key.
//!
//! It is not believed: what does not fit together is refused, and no answer is read
//! beyond what it can be long.

use std::time::Duration;

use compute_proofs::{
    Hash,
    codec::Decode,
    program::Program,
    receipt::Receipt,
    task::{Grant, input_root, slot_root_of_seed},
    tensor::{Committed, TensorSpec},
};
use reqwest::{Client, Response};
use serde::{Deserialize, de::DeserializeOwned};
use tls_client::{Trust, TrustError};
use worker::{
    npy,
    task::{SlotInput, Tensor},
};

use crate::{Delivered, Handed, Receipted};

/// How long one answer may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// Most bytes of an answer in JSON; the longest is a record with its program.
const MAX_JSON: u64 = 16 << 20;

/// Most bytes of a `.npy` file's head.
const MAX_HEAD: u64 = 64 << 10;

/// Jobs of a page.
const PAGE: usize = 100;

/// Why a coordinator's answer cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CoordinatorError {
    /// It does not answer.
    #[error("coordinator: {}", tls_client::explain(.0, "--trust FILE"))]
    Http(#[from] reqwest::Error),
    /// It cannot be dialled so.
    #[error("coordinator: {0}")]
    Trust(#[from] TrustError),
    /// It refuses.
    #[error("coordinator, {path}: {status}: {body}")]
    Refused {
        /// What was asked.
        path: String,
        /// The status.
        status: u16,
        /// What it said.
        body: String,
    },
    /// It answers with something that cannot be.
    #[error("coordinator, {path}: {reason}")]
    Unreadable {
        /// What was asked.
        path: String,
        /// What is wrong with it.
        reason: String,
    },
}

impl CoordinatorError {
    /// Whether the coordinator is away or busy, rather than wrong about one job.
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        match self {
            Self::Http(error) => !error.is_decode() && !error.is_builder(),
            Self::Refused { status, .. } => {
                matches!(status, 401 | 403 | 408 | 429 | 502 | 503 | 504)
            }
            Self::Unreadable { .. } | Self::Trust(_) => false,
        }
    }
}

/// A coordinator's HTTP API, with one order's key.
#[derive(Clone)]
pub struct Coordinator {
    http: Client,
    url: String,
    key: String,
}

/// A job of the order.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct JobLine {
    /// Its name.
    pub id: String,
    /// `queued`, `running`, `done`, `failed` or `cancelled`.
    pub status: String,
    /// Which task of the order.
    pub nonce: u64,
}

impl JobLine {
    /// Whether nothing more will happen to it.
    #[must_use]
    pub fn is_over(&self) -> bool {
        matches!(self.status.as_str(), "done" | "failed" | "cancelled")
    }
}

#[derive(Deserialize)]
struct List<T> {
    data: Vec<T>,
}

/// All that a finished job was and what came of it, but for the tensors.
#[derive(Deserialize)]
struct Record {
    worker: String,
    grant: String,
    receipt: String,
    program: String,
    inputs: Vec<Slot>,
    /// Of a private job: whom the result is sealed to.
    #[serde(default)]
    reply_key: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Slot {
    Seed(String),
    Tensor(TensorName),
}

impl Slot {
    /// The root of what fills it.
    fn root(&self) -> Result<Hash, String> {
        match self {
            Self::Seed(seed) => Ok(slot_root_of_seed(&bytes32(seed)?)),
            Self::Tensor(tensor) => Ok(Hash(bytes32(&tensor.root)?)),
        }
    }
}

#[derive(Deserialize)]
struct TensorName {
    root: String,
    dtype: String,
    rows: u32,
    cols: u32,
}

#[derive(Deserialize)]
struct Receipts {
    receipts: Vec<String>,
    next: Option<u64>,
}

#[derive(Deserialize)]
struct Usage {
    order: u64,
}

impl Coordinator {
    /// At this URL, with this key, trusted by these certificates. Without TLS on loopback
    /// alone: the key would be read on the way.
    ///
    /// # Errors
    /// [`CoordinatorError::Trust`].
    pub fn new(url: &str, key: &str, trust: &Trust) -> Result<Self, CoordinatorError> {
        tls_client::private(url)?;
        let http = trust.http()?.timeout(PATIENCE).build()?;
        Ok(Self {
            http,
            url: url.trim_end_matches('/').to_owned(),
            key: key.to_owned(),
        })
    }

    async fn ask(&self, path: &str) -> Result<Response, CoordinatorError> {
        let request = self.http.get(format!("{}{path}", self.url));
        let answer = request.bearer_auth(&self.key).send().await?;
        let status = answer.status();
        if status.is_success() {
            return Ok(answer);
        }
        Err(CoordinatorError::Refused {
            path: path.to_owned(),
            status: status.as_u16(),
            // Its words are for people: as many as one reads.
            body: said(answer).await,
        })
    }

    /// An answer of so many bytes, at most.
    async fn bytes(&self, path: &str, most: u64) -> Result<Vec<u8>, CoordinatorError> {
        let mut answer = self.ask(path).await?;
        let mut bytes: Vec<u8> = Vec::new();
        while let Some(chunk) = answer.chunk().await? {
            bytes.extend_from_slice(&chunk);
            if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > most {
                return Err(unreadable(path, format!("it is longer than {most} bytes")));
            }
        }
        Ok(bytes)
    }

    async fn json<T: DeserializeOwned>(&self, path: &str) -> Result<T, CoordinatorError> {
        let bytes = self.bytes(path, MAX_JSON).await?;
        serde_json::from_slice(&bytes).map_err(|error| unreadable(path, error.to_string()))
    }

    /// The order that the key spends.
    ///
    /// # Errors
    /// [`CoordinatorError`].
    pub async fn order(&self) -> Result<u64, CoordinatorError> {
        let usage: Usage = self.json("/v1/usage").await?;
        Ok(usage.order)
    }

    /// The order's jobs, the newest first, before this nonce.
    ///
    /// # Errors
    /// [`CoordinatorError`].
    pub async fn jobs(&self, before: Option<u64>) -> Result<Vec<JobLine>, CoordinatorError> {
        let path = match before {
            Some(before) => format!("/v1/jobs?limit={PAGE}&before={before}"),
            None => format!("/v1/jobs?limit={PAGE}"),
        };
        let list: List<JobLine> = self.json(&path).await?;
        let nonces = list.data.iter().map(|job| job.nonce);
        // Else whoever reads page after page would never come to an end.
        if !before.into_iter().chain(nonces).is_sorted_by(|a, b| a > b) {
            return Err(unreadable(&path, "its nonces do not fall".to_owned()));
        }
        Ok(list.data)
    }

    /// A finished job, with its operands and its result; of a private one what is public.
    ///
    /// # Errors
    /// [`CoordinatorError`]; operands that are not those of their roots are refused, and a
    /// record of another task.
    pub async fn delivered(&self, job: &JobLine) -> Result<Handed, CoordinatorError> {
        let (id, nonce) = (&job.id, job.nonce);
        let path = format!("/v1/jobs/{id}/record");
        let record: Record = self.json(&path).await?;
        let unreadable = |reason: String| unreadable(&path, reason);
        let grant = decoded::<Grant>(&record.grant).map_err(unreadable)?;
        let receipt = decoded::<Receipt>(&record.receipt).map_err(unreadable)?;
        let program = decoded::<Program>(&record.program).map_err(unreadable)?;
        for named in [grant.authorisation.nonce, receipt.nonce] {
            if named != nonce {
                return Err(unreadable(format!("it is of task {named}, not {nonce}")));
            }
        }
        if record.reply_key.is_some() {
            let roots = record.inputs.iter().map(Slot::root);
            let roots = roots.collect::<Result<Vec<_>, _>>().map_err(unreadable)?;
            return Ok(Handed::Private(Box::new(Receipted {
                worker: record.worker,
                grant,
                receipt,
                program,
                input_root: input_root(&roots),
            })));
        }
        // Its cost is checked by whoever runs it; what it can put out is known here.
        let outputs = program.operations.last().map(|last| last.outputs());
        let result = match outputs {
            Some(Ok(outputs)) => outputs.first().copied(),
            _ => None,
        };
        let result = result.ok_or_else(|| unreadable("its program has no result".to_owned()))?;
        let mut inputs = Vec::new();
        for slot in &record.inputs {
            inputs.push(match slot {
                Slot::Seed(seed) => SlotInput::Seed(bytes32(seed).map_err(unreadable)?),
                Slot::Tensor(name) => SlotInput::Tensor(self.tensor(name).await?),
            });
        }
        let at = format!("/v1/jobs/{id}/result");
        let output = self.npy(&at, &result).await?;
        Ok(Handed::Open(Box::new(Delivered {
            worker: record.worker,
            grant,
            receipt,
            program,
            inputs,
            weights: Vec::new(),
            output,
        })))
    }

    /// What a worker has handed in of this order, with nonces from `first` to `last`.
    ///
    /// # Errors
    /// [`CoordinatorError`].
    pub async fn receipts(
        &self,
        worker: &str,
        first: u64,
        last: u64,
    ) -> Result<Vec<Receipt>, CoordinatorError> {
        let mut all = Vec::new();
        let mut from = Some(first);
        while let Some(first) = from {
            let path = format!("/v1/receipts?worker={worker}&first={first}&last={last}");
            let page: Receipts = self.json(&path).await?;
            for receipt in &page.receipts {
                let receipt = decoded::<Receipt>(receipt);
                all.push(receipt.map_err(|reason| unreadable(&path, reason))?);
            }
            // A batch has one for each place, at most.
            let most = last.saturating_sub(first).saturating_add(1);
            if u64::try_from(page.receipts.len()).unwrap_or(u64::MAX) > most {
                return Err(unreadable(
                    &path,
                    "it has more receipts than tasks".to_owned(),
                ));
            }
            from = page.next.filter(|next| *next > first && *next <= last);
        }
        Ok(all)
    }

    /// A tensor by its name.
    async fn tensor(&self, name: &TensorName) -> Result<Tensor, CoordinatorError> {
        let path = format!("/v1/objects/{}", name.root);
        let unreadable = |reason: String| unreadable(&path, reason);
        let spec = spec(name).ok_or_else(|| unreadable(format!("no type {:?}", name.dtype)))?;
        let tensor = self.npy(&path, &spec).await?;
        let committed = Committed::new(spec, tensor.bytes().to_vec());
        let committed = committed.map_err(|error| unreadable(error.to_string()))?;
        let root = Hash(bytes32(&name.root).map_err(unreadable)?);
        if committed.root() != root {
            return Err(unreadable(format!("its root is {}", committed.root())));
        }
        Ok(tensor)
    }

    async fn npy(&self, path: &str, spec: &TensorSpec) -> Result<Tensor, CoordinatorError> {
        let most = spec.bytes().saturating_add(MAX_HEAD);
        let file = self.bytes(path, most).await?;
        let total = u64::try_from(file.len()).unwrap_or(u64::MAX);
        let read = npy::read_from(&mut &file[..], total);
        let tensor = read.map_err(|error| unreadable(path, error.to_string()))?;
        if tensor.spec() != *spec {
            let reason = format!("it is {}, not {spec}", tensor.spec());
            return Err(unreadable(path, reason));
        }
        Ok(tensor)
    }
}

fn unreadable(path: &str, reason: String) -> CoordinatorError {
    CoordinatorError::Unreadable {
        path: path.to_owned(),
        reason,
    }
}

/// The first words of a refusal.
async fn said(mut answer: Response) -> String {
    let first = answer.chunk().await.ok().flatten().unwrap_or_default();
    String::from_utf8_lossy(&first).chars().take(500).collect()
}

fn spec(name: &TensorName) -> Option<TensorSpec> {
    let dtype = worker_api::dtype::parse(&name.dtype)?;
    TensorSpec::new(dtype, name.rows, name.cols).ok()
}

fn bytes32(text: &str) -> Result<[u8; 32], String> {
    let mut bytes = [0; 32];
    hex::decode_to_slice(text, &mut bytes).map_err(|error| format!("{text:?}: {error}"))?;
    Ok(bytes)
}

fn decoded<T: Decode>(text: &str) -> Result<T, String> {
    let bytes = hex::decode(text).map_err(|error| error.to_string())?;
    T::from_bytes(&bytes).map_err(|error| error.to_string())
}
