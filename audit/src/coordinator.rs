//! What a coordinator tells whoever has the order's API key.

use compute_proofs::{
    Hash,
    codec::Decode,
    program::Program,
    receipt::Receipt,
    task::Grant,
    tensor::{Committed, TensorSpec},
};
use exact_kernels::DType;
use reqwest::{Client, Response};
use serde::{Deserialize, de::DeserializeOwned};
use worker::{
    npy,
    task::{SlotInput, Tensor},
};

use crate::Delivered;

/// Why a coordinator's answer cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CoordinatorError {
    /// It does not answer.
    #[error("coordinator: {0}")]
    Http(#[from] reqwest::Error),
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
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Slot {
    Seed(String),
    Tensor(TensorName),
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
    /// At this URL, with this key.
    #[must_use]
    pub fn new(url: &str, key: &str) -> Self {
        Self {
            http: Client::new(),
            url: url.trim_end_matches('/').to_owned(),
            key: key.to_owned(),
        }
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
            body: answer.text().await.unwrap_or_default(),
        })
    }

    async fn json<T: DeserializeOwned>(&self, path: &str) -> Result<T, CoordinatorError> {
        Ok(self.ask(path).await?.json().await?)
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
            Some(before) => format!("/v1/jobs?limit=100&before={before}"),
            None => "/v1/jobs?limit=100".to_owned(),
        };
        let list: List<JobLine> = self.json(&path).await?;
        Ok(list.data)
    }

    /// A finished job, with its operands and its result.
    ///
    /// # Errors
    /// [`CoordinatorError`]; operands that are not those of their roots are refused.
    pub async fn delivered(&self, job: &str) -> Result<Delivered, CoordinatorError> {
        let path = format!("/v1/jobs/{job}/record");
        let record: Record = self.json(&path).await?;
        let unreadable = |reason: String| CoordinatorError::Unreadable {
            path: path.clone(),
            reason,
        };
        let mut inputs = Vec::new();
        for slot in &record.inputs {
            inputs.push(match slot {
                Slot::Seed(seed) => SlotInput::Seed(bytes32(seed).map_err(&unreadable)?),
                Slot::Tensor(name) => SlotInput::Tensor(self.tensor(name).await?),
            });
        }
        let output = self.npy(&format!("/v1/jobs/{job}/result")).await?;
        Ok(Delivered {
            worker: record.worker,
            grant: decoded::<Grant>(&record.grant).map_err(&unreadable)?,
            receipt: decoded::<Receipt>(&record.receipt).map_err(&unreadable)?,
            program: decoded::<Program>(&record.program).map_err(&unreadable)?,
            inputs,
            weights: Vec::new(),
            output,
        })
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
                all.push(receipt.map_err(|reason| CoordinatorError::Unreadable {
                    path: path.clone(),
                    reason,
                })?);
            }
            from = page.next.filter(|next| *next > first && *next <= last);
        }
        Ok(all)
    }

    /// A tensor by its name.
    async fn tensor(&self, name: &TensorName) -> Result<Tensor, CoordinatorError> {
        let path = format!("/v1/objects/{}", name.root);
        let tensor = self.npy(&path).await?;
        let unreadable = |reason: String| CoordinatorError::Unreadable {
            path: path.clone(),
            reason,
        };
        let spec = spec(name).ok_or_else(|| unreadable(format!("no type {:?}", name.dtype)))?;
        if tensor.spec() != spec {
            return Err(unreadable(format!("it is {}, not {spec}", tensor.spec())));
        }
        let committed = Committed::new(spec, tensor.bytes().to_vec());
        let committed = committed.map_err(|error| unreadable(error.to_string()))?;
        let root = Hash(bytes32(&name.root).map_err(&unreadable)?);
        if committed.root() != root {
            return Err(unreadable(format!("its root is {}", committed.root())));
        }
        Ok(tensor)
    }

    async fn npy(&self, path: &str) -> Result<Tensor, CoordinatorError> {
        let file = self.ask(path).await?.bytes().await?;
        let total = u64::try_from(file.len()).unwrap_or(u64::MAX);
        npy::read_from(&mut &file[..], total).map_err(|error| CoordinatorError::Unreadable {
            path: path.to_owned(),
            reason: error.to_string(),
        })
    }
}

fn spec(name: &TensorName) -> Option<TensorSpec> {
    let dtype = match name.dtype.as_str() {
        "i8" => DType::I8,
        "u8" => DType::U8,
        "i32" => DType::I32,
        _ => return None,
    };
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
