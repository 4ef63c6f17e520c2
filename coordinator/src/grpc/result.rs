//! Checks a result before it is taken: the receipt is of this grant, costs what the
//! program costs, and names the bytes that were uploaded; and the last operation's output
//! is the trace's.

use std::time::Duration;

use compute_proofs::codec::Decode;
use compute_proofs::receipt::Receipt;
use compute_proofs::tensor::TensorSpec;
use compute_proofs::trace::TraceProof;
use compute_proofs::{Hash, ProofError};
use sealing::{sealed_result_bytes, sealed_spec};
use worker_api::MAX_INLINE_BYTES;
use worker_api::v1::{self, to_worker};

use super::session::fail;
use crate::core::{Core, Known, lock, now, now_ms};
use crate::id::{LeaseId, SessionId};
use crate::machine::board::{Cause, HandedIn, NotYours, Task};
use crate::objects::{Arrived, ObjectError, RootHasher};
use crate::store::{JobRow, JobState};

/// Why a result is not taken.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BadResult {
    #[error("there is no such lease any more: the task was cancelled, or is another's")]
    NoLease,
    #[error("the lease is another worker's")]
    AnotherWorkers,
    #[error("the output was not uploaded, or not under this lease")]
    NotUploaded,
    #[error("the receipt is no receipt: {0}")]
    Receipt(compute_proofs::codec::DecodeError),
    #[error("the trace proof is no trace proof: {0}")]
    TraceProof(compute_proofs::codec::DecodeError),
    #[error("the receipt's {0} is not the task's")]
    NotTheTasks(&'static str),
    #[error("the output is {actual}, and the program gives {expected}")]
    WrongOutput {
        expected: TensorSpec,
        actual: TensorSpec,
    },
    #[error("the receipt's output is not what was uploaded")]
    OtherOutput,
    #[error("the output is not in the trace: {0}")]
    NotInTrace(String),
    #[error("the output's bytes: {0}")]
    WrongBytes(ObjectError),
    #[error("it cannot be written down now: {0}")]
    NotWritten(String),
}

impl BadResult {
    /// A stable name, for the worker and for counters.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::NoLease => "BL-CRD-050",
            Self::AnotherWorkers => "BL-CRD-051",
            Self::NotUploaded => "BL-CRD-052",
            Self::Receipt(_) => "BL-CRD-053",
            Self::TraceProof(_) => "BL-CRD-054",
            Self::NotTheTasks(_) => "BL-CRD-055",
            Self::WrongOutput { .. } => "BL-CRD-056",
            Self::OtherOutput => "BL-CRD-057",
            Self::NotInTrace(_) => "BL-CRD-058",
            Self::NotWritten(_) => "BL-CRD-059",
            Self::WrongBytes(_) => "BL-CRD-068",
        }
    }
}

/// Takes a result, or says why not.
pub(super) async fn take(core: &Core, session: SessionId, worker: &str, handed_in: v1::Result) {
    let name = handed_in.lease.clone();
    let message = match try_take(core, worker, handed_in).await {
        Ok(signature) => to_worker::Message::Delivered(v1::Delivered {
            lease: name,
            signature: signature.to_vec(),
        }),
        Err(bad) => {
            core.metrics.results_refused.inc([bad.code()]);
            tracing::warn!(worker, code = bad.code(), error = %bad, "result not taken");
            let is_the_workers_fault = !matches!(
                bad,
                BadResult::NoLease | BadResult::AnotherWorkers | BadResult::NotWritten(_)
            );
            if is_the_workers_fault {
                fail(core, worker, &name, Cause::BadResult).await;
            } else if matches!(bad, BadResult::NotWritten(_)) {
                fail(core, worker, &name, Cause::Unreachable).await;
            }
            to_worker::Message::Rejected(v1::Rejected {
                lease: name,
                code: bad.code().to_owned(),
                detail: bad.to_string(),
            })
        }
    };
    core.tell(session, message);
}

async fn try_take(core: &Core, worker: &str, handed_in: v1::Result) -> Result<[u8; 64], BadResult> {
    let lease = LeaseId::from_slice(&handed_in.lease).ok_or(BadResult::NoLease)?;
    let receipt = Receipt::from_bytes(&handed_in.receipt).map_err(BadResult::Receipt)?;
    let handed = lock(&core.board).hand_in(lease, worker);
    let HandedIn {
        task,
        attempt,
        until,
        grant,
    } = match handed {
        Ok(handed) => handed,
        Err(NotYours::AnotherWorkers) => return Err(BadResult::AnotherWorkers),
        // It may have been taken before, and the answer got lost.
        Err(NotYours::NoLease) => return again(core, worker, lease, &receipt).await,
    };
    let proof = TraceProof::from_bytes(&handed_in.trace_proof).map_err(BadResult::TraceProof)?;
    let grant = grant.unwrap_or_else(|| {
        let context = core.signatory.context(task.order, task.detail.app.as_ref());
        core.signatory
            .grant(task.order, &task.detail, worker, attempt, until)
            .hash(&context, worker)
    });
    if receipt.grant != grant {
        return Err(BadResult::NotTheTasks("grant"));
    }
    let known = lock(&core.programs).get(&task.program).cloned();
    let known = known.ok_or_else(|| BadResult::NotWritten("the program is gone".to_owned()))?;
    let uploaded = lock(&core.uploaded).remove(&lease);
    let arrived = match handed_in.bytes.is_empty() {
        true => uploaded.ok_or(BadResult::NotUploaded)?,
        false => inline(&known, &task, handed_in.bytes)?,
    };
    check(&receipt, &proof, &known, &task, &arrived)?;
    let (nonce, output_root) = (receipt.nonce, receipt.output_root);
    let output = (arrived.root, arrived.spec, arrived.bytes);
    // Signed while it is written down, and sent after.
    let (written, signature) = tokio::join!(
        core.store.done(task.job, lease, receipt, output, now()),
        async {
            let app = task.detail.app.as_ref();
            core.signatory
                .deliver(task.order, app, worker, nonce, output_root)
        }
    );
    let created = match written {
        Ok(Some(created)) => created,
        // It was cancelled while it was looked at.
        Ok(None) => return Err(BadResult::NoLease),
        Err(error) => return Err(BadResult::NotWritten(error.to_string())),
    };
    let took = now_ms().saturating_sub(created.saturating_mul(1_000));
    core.metrics
        .job_seconds
        .observe(Duration::from_millis(took).as_secs_f64());
    lock(&core.board).done(lease, now_ms());
    if task.detail.reply_key.is_some() {
        lock(&core.private).remove(&lease);
    }
    core.metrics.jobs.inc(["done"]);
    core.changed(task.job);
    core.wake.notify_one();
    Ok(signature)
}

/// An output that came with its receipt.
fn inline(known: &Known, task: &Task, bytes: Vec<u8>) -> Result<Arrived, BadResult> {
    let spec = comes_as(known, task.detail.reply_key.is_some());
    let spec = spec.ok_or(BadResult::NotTheTasks("output"))?;
    if bytes.len() > MAX_INLINE_BYTES {
        return Err(BadResult::WrongBytes(ObjectError::TooLarge {
            bytes: u64::try_from(bytes.len()).unwrap_or(u64::MAX),
            most: u64::try_from(MAX_INLINE_BYTES).unwrap_or(u64::MAX),
        }));
    }
    let mut hasher = RootHasher::new(spec);
    let root = hasher.update(&bytes).and_then(|()| hasher.finish());
    Ok(Arrived {
        root: root.map_err(BadResult::WrongBytes)?,
        spec,
        bytes: Some(bytes),
    })
}

fn check(
    receipt: &Receipt,
    proof: &TraceProof,
    known: &Known,
    task: &Task,
    arrived: &Arrived,
) -> Result<(), BadResult> {
    if receipt.nonce != task.nonce {
        return Err(BadResult::NotTheTasks("nonce"));
    }
    if receipt.ops != known.header.cost {
        return Err(BadResult::NotTheTasks("ops"));
    }
    let is_private = task.detail.reply_key.is_some();
    let expected = comes_as(known, is_private).ok_or(BadResult::NotTheTasks("output"))?;
    if arrived.spec != expected {
        return Err(BadResult::WrongOutput {
            expected,
            actual: arrived.spec,
        });
    }
    // What is sealed only its app can compare.
    if !is_private && arrived.root != receipt.output_root {
        return Err(BadResult::OtherOutput);
    }
    let operations = known.header.operations;
    let not_in_trace = |error: ProofError| BadResult::NotInTrace(error.to_string());
    let root: Hash = proof
        .root(operations, operations.saturating_sub(1))
        .map_err(not_in_trace)?;
    if root != receipt.trace_root {
        return Err(BadResult::NotInTrace("its root is another".to_owned()));
    }
    if proof.output(0).map_err(not_in_trace)? != receipt.output_root {
        return Err(BadResult::NotInTrace("it shows another output".to_owned()));
    }
    Ok(())
}

/// Type and shape of a program's result.
fn output_of(known: &Known) -> Option<TensorSpec> {
    let last = known.program.operations.last()?;
    last.outputs().ok()?.first().copied()
}

/// Type and shape in which a program's result comes: its own, or that of its sealed bytes.
pub(super) fn comes_as(known: &Known, is_private: bool) -> Option<TensorSpec> {
    let output = output_of(known)?;
    if is_private {
        sealed_spec(sealed_result_bytes(output.bytes())?)
    } else {
        Some(output)
    }
}

/// A result that was taken before: the same signature again.
async fn again(
    core: &Core,
    worker: &str,
    lease: LeaseId,
    receipt: &Receipt,
) -> Result<[u8; 64], BadResult> {
    let row = core.store.job_of_lease(lease).await;
    let row = row.map_err(|error| BadResult::NotWritten(error.to_string()))?;
    let row = row.ok_or(BadResult::NoLease)?;
    match &row {
        JobRow {
            state: JobState::Done,
            lease: Some((_, whose, _, _)),
            receipt: Some(taken),
            ..
        } if whose == worker && taken == receipt => Ok(core.signatory.deliver(
            row.order,
            row.app.as_ref(),
            worker,
            receipt.nonce,
            receipt.output_root,
        )),
        _ => Err(BadResult::NoLease),
    }
}
