//! An app: hands matrix jobs to the coordinator over HTTP and compares what comes back.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::STANDARD};
use compute_proofs::tensor::TensorSpec;
use exact_kernels::{DType, seeded};
use reqwest::{Client, Response};
use serde::Deserialize;
use serde_json::json;
use worker::{npy, task::Tensor};

use crate::{
    DemoError,
    numpy::{Numpy, Part},
    product::product,
    wait::until,
};

/// Rows and columns of the jobs' matrices.
pub(crate) const ROWS: u32 = 256;

/// Inner dimension.
pub(crate) const INNER: u32 = 1_024;

/// An app with one API key.
pub(crate) struct App<'a> {
    http: Client,
    url: String,
    key: String,
    /// Where all matrices are kept for a second opinion, if there is one.
    numpy: Option<&'a Numpy>,
}

/// A job that was handed in, with what must come of it.
pub(crate) struct Job {
    /// The coordinator's name for it.
    pub(crate) id: String,
    /// Its product, computed plainly.
    expected: Vec<i32>,
}

/// What came of a job.
pub(crate) struct Done {
    /// Who has done it.
    pub(crate) worker: String,
    /// Ops that it cost.
    pub(crate) ops: u128,
    /// Whether every byte is as it must be.
    pub(crate) is_right: bool,
}

#[derive(Deserialize)]
struct Accepted {
    id: String,
}

#[derive(Deserialize)]
struct State {
    status: String,
    ops: String,
    worker: Option<String>,
    failure: Option<String>,
}

impl<'a> App<'a> {
    /// At this coordinator, with this key.
    #[must_use]
    pub(crate) fn new(url: &str, key: &str, numpy: Option<&'a Numpy>) -> Self {
        Self {
            http: Client::new(),
            url: url.to_owned(),
            key: key.to_owned(),
            numpy,
        }
    }

    /// Hands in a product of two matrices that follow from a seed.
    ///
    /// # Errors
    /// [`DemoError`].
    pub(crate) async fn submit_seeded(&self, seed: [u8; 32]) -> Result<Job, DemoError> {
        let fill = |tag| {
            let len = usize::try_from(ROWS * INNER).unwrap_or(usize::MAX);
            let mut all = vec![0_i8; 0];
            let stream = seeded::Stream { tag, index: 0 };
            for row in 0..ROWS {
                let mut bytes = vec![0; len / usize::try_from(ROWS).unwrap_or(1)];
                seeded::fill_row_from(&seed, stream, row, 0, &mut bytes);
                all.extend(bytes.into_iter().map(|byte: u8| byte.cast_signed()));
            }
            all
        };
        let inputs = json!({ "seed": hex::encode(seed) });
        // The seed gives B as its columns.
        let (a, b) = (fill(b'A'), transposed(&fill(b'B')));
        let job = self.submit(&inputs, &a, &b).await?;
        if self.numpy.is_some() {
            let files = [file(ROWS, INNER, &a)?, file(INNER, ROWS, &b)?];
            self.keep(&job, &files)?;
        }
        Ok(job)
    }

    /// Hands in a product of two matrices as `.npy` files.
    ///
    /// # Errors
    /// [`DemoError`].
    pub(crate) async fn submit_files(&self, seed: u64) -> Result<Job, DemoError> {
        let mut state = seed;
        let mut random = |count: u32| -> Vec<i8> {
            let numbers = (0..count).map(|_| {
                // Knuth's linear congruential generator: any numbers will do.
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963_407);
                let [.., high] = state.to_le_bytes();
                high.cast_signed()
            });
            numbers.collect()
        };
        let (a, b) = (random(ROWS * INNER), random(INNER * ROWS));
        let files = [file(ROWS, INNER, &a)?, file(INNER, ROWS, &b)?];
        let [left, right] = files.each_ref().map(|file| STANDARD.encode(file));
        let inputs = json!({
            "a": { "npy": left },
            "b": { "npy": right, "transpose": true },
        });
        let job = self.submit(&inputs, &a, &b).await?;
        self.keep(&job, &files)?;
        Ok(job)
    }

    fn keep(&self, job: &Job, [a, b]: &[Vec<u8>; 2]) -> Result<(), DemoError> {
        if let Some(numpy) = self.numpy {
            numpy.keep(&job.id, Part::A, a)?;
            numpy.keep(&job.id, Part::B, b)?;
        }
        Ok(())
    }

    async fn submit(
        &self,
        inputs: &serde_json::Value,
        a: &[i8],
        b: &[i8],
    ) -> Result<Job, DemoError> {
        let body = json!({
            "program": { "gemm": { "m": ROWS, "n": ROWS, "k": INNER } },
            "inputs": inputs,
        });
        let request = self.http.post(format!("{}/v1/jobs", self.url));
        let answer = request.bearer_auth(&self.key).json(&body).send().await?;
        let accepted: Accepted = checked("a job", answer).await?.json().await?;
        let [m, k] = [ROWS, INNER].map(|size| usize::try_from(size).unwrap_or(usize::MAX));
        Ok(Job {
            id: accepted.id,
            expected: product(a, b, m, m, k),
        })
    }

    /// Waits for a job, and compares its result.
    ///
    /// # Errors
    /// [`DemoError::TooLong`]; [`DemoError::Unexpected`] for one that has failed.
    pub(crate) async fn finish(&self, job: &Job) -> Result<Done, DemoError> {
        let url = format!("{}/v1/jobs/{}", self.url, job.id);
        let limit = Duration::from_secs(120);
        let state = until("a job is done", limit, async || {
            let answer = self.http.get(&url).bearer_auth(&self.key).send().await?;
            let state: State = checked("a job's state", answer).await?.json().await?;
            match state.status.as_str() {
                "done" => Ok(Some(state)),
                "failed" | "cancelled" => {
                    let why = state.failure.unwrap_or_default();
                    Err(DemoError::Unexpected(format!("job {}: {why}", job.id)))
                }
                _ => Ok(None),
            }
        })
        .await?;
        let answer = self.http.get(format!("{url}/result"));
        let answer = answer.bearer_auth(&self.key).send().await?;
        let file = checked("a result", answer).await?.bytes().await?;
        if let Some(numpy) = self.numpy {
            numpy.keep(&job.id, Part::C, &file)?;
        }
        let total = u64::try_from(file.len()).unwrap_or(u64::MAX);
        let tensor = npy::read_from(&mut &file[..], total).map_err(unexpected)?;
        let expected = job.expected.iter().flat_map(|sum| sum.to_le_bytes());
        Ok(Done {
            worker: state.worker.unwrap_or_default(),
            ops: state.ops.parse().map_err(unexpected)?,
            is_right: expected.eq(tensor.bytes().iter().copied()),
        })
    }
}

/// The `.npy` file of a matrix.
fn file(rows: u32, cols: u32, elements: &[i8]) -> Result<Vec<u8>, DemoError> {
    let spec = TensorSpec::new(DType::I8, rows, cols).map_err(unexpected)?;
    let bytes = elements.iter().map(|at| at.cast_unsigned()).collect();
    let tensor = Tensor::new(spec, bytes).map_err(unexpected)?;
    let mut file = Vec::new();
    npy::write(&mut file, &tensor).map_err(unexpected)?;
    Ok(file)
}

/// B as K×N from its columns, N×K.
fn transposed(columns: &[i8]) -> Vec<i8> {
    let k = usize::try_from(INNER).unwrap_or(1);
    let rows = (0..k).flat_map(|row| columns.iter().skip(row).step_by(k));
    rows.copied().collect()
}

fn unexpected(error: impl std::fmt::Display) -> DemoError {
    DemoError::Unexpected(error.to_string())
}

async fn checked(what: &str, answer: Response) -> Result<Response, DemoError> {
    let status = answer.status();
    if status.is_success() {
        return Ok(answer);
    }
    Err(DemoError::Refused {
        what: what.to_owned(),
        status: status.as_u16(),
        body: answer.text().await.unwrap_or_default(),
    })
}
