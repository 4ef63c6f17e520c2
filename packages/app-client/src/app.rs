//! An order's jobs, from submission to a checked result.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use audit::{Delivered, Finding, check};
use compute_api::market::{Order, Privacy};
use compute_proofs::Hash;
use compute_proofs::codec::Decode;
use compute_proofs::program::Program;
use compute_proofs::receipt::Receipt;
use compute_proofs::task::{Grant, OrderContext};
use compute_proofs::tensor::TensorSpec;
use reqwest::Method;
use sealing::{OpeningKey, Part, open_result, sealed_result_bytes};
use serde::Deserialize;
use serde_json::{Value, json};
use tls_client::Trust;
use tokio::time::Instant;
use worker::cpu::CpuBackend;
use worker::job::MatrixJob;
use worker::npy;
use worker::task::{SlotInput, Tensor};

use crate::http::{Http, unreadable};
use crate::seal::{Seal, Sealed, Wanted};
use crate::{AppError, Chain, request};

/// Longest wait of one request.
const WAIT: u64 = 30;

/// From one look to the next where the coordinator does not wait by itself.
const REST: Duration = Duration::from_millis(200);

/// Most bytes of a `.npy` file's head.
const MAX_HEAD: u64 = 64 << 10;

/// One order at one coordinator, with an API key.
pub struct App {
    chain: Arc<dyn Chain>,
    http: Http,
    order: Order,
}

/// A job that the coordinator has. Of a private one it holds what opens the result: without
/// it that is lost.
#[derive(Clone, Debug)]
pub struct Submitted {
    /// The job's name.
    pub id: String,
    /// Which task of the order it is.
    pub nonce: u64,
    /// Of a private order: what the result is sealed to.
    key: Option<OpeningKey>,
    /// Leases that the input was sealed for, by their grants.
    leases: HashMap<Hash, Sealed>,
}

/// A result that was checked.
#[derive(Clone, Debug)]
pub struct Finished {
    /// The job's name.
    pub id: String,
    /// The matrix.
    pub output: Tensor,
    /// Who has done it.
    pub worker: String,
    /// What the worker says of it, and stands for on chain.
    pub receipt: Receipt,
    /// How many workers the input was sealed to; 0 where nothing is private.
    pub sealings: usize,
}

#[derive(Deserialize)]
struct Usage {
    order: u64,
}

#[derive(Deserialize)]
struct Uploaded {
    object: String,
}

#[derive(Deserialize)]
struct Accepted {
    id: String,
    nonce: u64,
}

#[derive(Deserialize)]
struct Job {
    status: String,
    failure: Option<String>,
    seal: Option<Seal>,
}

#[derive(Deserialize)]
struct Record {
    worker: String,
    grant: String,
    receipt: String,
    program: String,
}

fn decoded<T: Decode>(path: &str, text: &str) -> Result<T, AppError> {
    let bytes = hex::decode(text).map_err(|error| unreadable(path, error))?;
    T::from_bytes(&bytes).map_err(|error| unreadable(path, error))
}

impl App {
    /// For the order that the API key spends.
    ///
    /// # Errors
    /// [`AppError`]: the URL, the coordinator, the chain.
    pub async fn connect(
        chain: Arc<dyn Chain>,
        url: &str,
        api_key: &str,
        trust: &Trust,
    ) -> Result<Self, AppError> {
        let http = Http::new(url, api_key, trust)?;
        let usage: Usage = http.get("/v1/usage").await?;
        let order = chain.order(usage.order).await?;
        Ok(Self { chain, http, order })
    }

    /// The order, as it was when the app connected.
    #[must_use]
    pub fn order(&self) -> &Order {
        &self.order
    }

    /// Submits a job, and stays with it until its result is there and checked.
    ///
    /// # Errors
    /// [`AppError`].
    pub async fn run(&self, job: &MatrixJob, patience: Duration) -> Result<Finished, AppError> {
        let mut submitted = self.submit(job, patience).await?;
        self.finish(job, &mut submitted, patience).await
    }

    /// Submits a job that has to be done within `deadline`.
    ///
    /// # Errors
    /// [`AppError`].
    pub async fn submit(&self, job: &MatrixJob, deadline: Duration) -> Result<Submitted, AppError> {
        let is_private = self.order.privacy == Privacy::Private;
        let mut given = Vec::new();
        for slot in &job.inputs {
            given.push(match slot {
                SlotInput::Seed(_) if is_private => {
                    return Err(AppError::Job(format!(
                        "{}: a seed would tell a private job's input; name matrices",
                        job.name
                    )));
                }
                SlotInput::Seed(_) => None,
                SlotInput::Tensor(tensor) if is_private => {
                    Some(json!({ "sealed": tensor.root().to_hex() }))
                }
                SlotInput::Tensor(tensor) => Some(json!({ "object": self.upload(tensor).await? })),
            });
        }
        let mut body = json!({
            "program": request::program(job)?,
            "inputs": request::inputs(job, given)?,
            "deadline_seconds": deadline.as_secs().max(1),
        });
        let key = match is_private {
            true => Some(OpeningKey::generate().map_err(AppError::seal("the app's key"))?),
            false => None,
        };
        if let (Some(key), Some(body)) = (&key, body.as_object_mut()) {
            let key = hex::encode(key.public().0);
            body.insert("reply_key".to_owned(), Value::String(key));
        }
        let path = "/v1/jobs";
        let request = self.http.request(Method::POST, path).json(&body);
        let accepted: Accepted = self.http.json(path, request).await?;
        Ok(Submitted {
            id: accepted.id,
            nonce: accepted.nonce,
            key,
            leases: HashMap::new(),
        })
    }

    async fn upload(&self, tensor: &Tensor) -> Result<String, AppError> {
        let mut file = Vec::new();
        npy::write(&mut file, tensor).map_err(|error| AppError::Job(error.to_string()))?;
        let path = "/v1/objects";
        let request = self.http.request(Method::POST, path).body(file);
        let uploaded: Uploaded = self.http.json(path, request).await?;
        let root = tensor.root().to_hex();
        if uploaded.object != root {
            let reason = format!("it has kept {}, not {root}", uploaded.object);
            return Err(unreadable(path, reason));
        }
        Ok(root)
    }

    /// Stays with a job until its result is there, and checks that. The input of a private
    /// one is sealed to each worker that is drawn for it.
    ///
    /// # Errors
    /// [`AppError`]; after [`AppError::Late`] it can be called again.
    pub async fn finish(
        &self,
        job: &MatrixJob,
        submitted: &mut Submitted,
        patience: Duration,
    ) -> Result<Finished, AppError> {
        let end = Instant::now() + patience;
        let path = format!("/v1/jobs/{}", submitted.id);
        loop {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(AppError::Late {
                    job: submitted.id.clone(),
                    seconds: patience.as_secs(),
                });
            }
            let wait = left.as_secs().clamp(1, WAIT);
            let found: Job = self.http.get(&format!("{path}?wait={wait}")).await?;
            match found.status.as_str() {
                "done" => return self.take(job, submitted).await,
                "failed" | "cancelled" => {
                    return Err(AppError::Ended {
                        status: found.status,
                        reason: found.failure.unwrap_or_default(),
                    });
                }
                _ => {}
            }
            match (&found.seal, &submitted.key) {
                (Some(seal), Some(key)) => {
                    if let Some(sealed) = self.seal(job, key, &path, seal).await? {
                        submitted.leases.insert(sealed.grant, sealed);
                    }
                }
                _ => tokio::time::sleep(REST).await,
            }
        }
    }

    /// Seals a job's input for one lease; nothing if that has ended meanwhile.
    async fn seal(
        &self,
        job: &MatrixJob,
        key: &OpeningKey,
        path: &str,
        seal: &Seal,
    ) -> Result<Option<Sealed>, AppError> {
        let wanted = Wanted {
            order: self.context()?,
            program: job.program.header()?.hash(),
            input_root: request::root(job),
            reply_key: key.public(),
        };
        let miner_key = self.chain.miner_key(&seal.worker).await?;
        let sealed = seal.check(&wanted, miner_key.as_deref())?;
        let input = sealed.input(job, key.public())?;
        tracing::info!(worker = %seal.worker, bytes = input.len(), "the input is sealed");
        let path = format!("{path}/input?lease={}", seal.lease);
        let request = self.http.request(Method::PUT, &path).body(input);
        match self.http.json::<Job>(&path, request).await {
            Ok(_) => Ok(Some(sealed)),
            // Another worker is drawn: for that one it is sealed anew.
            Err(error) if error.refused_by() == Some("lease_ended") => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The order as every signature names it.
    fn context(&self) -> Result<OrderContext<'_>, AppError> {
        let (chain_id, market) = self.chain.names();
        let key = |bytes: &[u8]| -> Result<[u8; 32], AppError> {
            let wrong = |_| AppError::Job(format!("order {} has no keys", self.order.order));
            bytes.try_into().map_err(wrong)
        };
        Ok(OrderContext {
            chain_id,
            market,
            order: self.order.order,
            authoriser: key(&self.order.authoriser_key)?,
            coordinator: key(&self.order.coordinator_key)?,
        })
    }

    /// Fetches a result, opens it, and checks it against what the worker stands for.
    async fn take(&self, job: &MatrixJob, submitted: &Submitted) -> Result<Finished, AppError> {
        let path = format!("/v1/jobs/{}/record", submitted.id);
        let record: Record = self.http.get(&path).await?;
        let receipt: Receipt = decoded(&path, &record.receipt)?;
        let program: Program = decoded(&path, &record.program)?;
        if program != job.program {
            return Err(unreadable(&path, "it is of another program"));
        }
        let outputs = program.operations.last().map(|last| last.outputs());
        let outputs = outputs.transpose()?.unwrap_or_default();
        let spec = outputs.first().copied();
        let spec = spec.ok_or_else(|| unreadable(&path, "its program gives nothing"))?;
        let output = self.output(submitted, &receipt, spec).await?;
        let delivered = Delivered {
            worker: record.worker,
            grant: decoded::<Grant>(&path, &record.grant)?,
            receipt,
            program,
            inputs: job.inputs.clone(),
            weights: Vec::new(),
            output,
        };
        let mut secret = [0; 32];
        getrandom::fill(&mut secret).map_err(AppError::Random)?;
        let OrderContext {
            order,
            authoriser,
            coordinator,
            ..
        } = self.context()?;
        let (chain_id, market) = self.chain.names();
        let (chain_id, market) = (chain_id.to_owned(), market.to_owned());
        // It is work: not on the threads that answer.
        let checked = tokio::task::spawn_blocking(move || {
            let context = OrderContext {
                chain_id: &chain_id,
                market: &market,
                order,
                authoriser,
                coordinator,
            };
            let found = check(&mut CpuBackend::default(), &context, &delivered, &secret);
            found.map(|found| (found, delivered))
        });
        let checked = checked
            .await
            .map_err(|error| AppError::Job(error.to_string()))?;
        let (finding, delivered) = checked?;
        let (worker, receipt) = (delivered.worker, delivered.receipt);
        match finding {
            Finding::Right => Ok(Finished {
                id: submitted.id.clone(),
                output: delivered.output,
                worker,
                receipt,
                sealings: submitted.leases.len(),
            }),
            finding => Err(AppError::Wrong {
                worker,
                nonce: receipt.nonce,
                finding: Box::new(finding),
            }),
        }
    }

    async fn output(
        &self,
        submitted: &Submitted,
        receipt: &Receipt,
        spec: TensorSpec,
    ) -> Result<Tensor, AppError> {
        let path = format!("/v1/jobs/{}/result", submitted.id);
        let Some(key) = &submitted.key else {
            let file = self
                .http
                .bytes(&path, spec.bytes().saturating_add(MAX_HEAD));
            let file = file.await?;
            let total = u64::try_from(file.len()).unwrap_or(u64::MAX);
            let read = npy::read_from(&mut file.as_slice(), total);
            return read.map_err(|error| unreadable(&path, error));
        };
        // By the grant that the receipt names: one that the input was sealed for.
        let sealed = submitted.leases.get(&receipt.grant).ok_or_else(|| {
            unreadable(
                &path,
                "it is of a lease that the input was not sealed for here",
            )
        })?;
        let most = sealed_result_bytes(spec.bytes()).unwrap_or(u64::MAX);
        let bytes = self.http.bytes(&path, most).await?;
        let part = Part {
            root: receipt.output_root,
            content: spec.bytes(),
        };
        let bond = sealed.bond(key.public());
        let opened = open_result(&bond, key, &sealed.worker_key, part, &bytes);
        let mut opened = opened.map_err(AppError::seal("the result"))?;
        Ok(Tensor::new(spec, std::mem::take(&mut *opened))?)
    }
}
