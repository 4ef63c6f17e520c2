//! Private jobs: the app learns who has the lease, seals the input to that worker alone, and
//! opens the result itself. Only roots, sizes and sealed bytes are ever here.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use compute_api::market::{Order, Privacy};
use compute_proofs::Hash;
use compute_proofs::codec::Encode;
use compute_proofs::tensor::TensorSpec;
use sealing::{PublicKey, sealed_inputs_bytes, sealed_result_bytes, sealed_spec};
use serde::Deserialize;
use serde_json::{Value, json};
use worker_api::v1::{self, to_worker};

use super::error::ApiError;
use super::submit::{Given, Inputs};
use super::{auth, jobs, objects};
use crate::core::{Core, lock, now};
use crate::id::LeaseId;
use crate::job::{Detail, read_inputs};
use crate::machine::board::Position;
use crate::program::{Built, Operands, ProgramSpec, Slot, spec_of};
use crate::store::JobRow;

/// The key that a job's result is sealed to: there is one if, and only if, its order is
/// private.
pub(super) fn reply_key(order: &Order, given: Option<&str>) -> Result<Option<PublicKey>, ApiError> {
    let number = order.order;
    match (order.privacy, given) {
        (Privacy::Sampled, None) => Ok(None),
        (Privacy::Sampled, Some(_)) => {
            let text = format!("Order {number} is not private: leave out `reply_key`.");
            Err(ApiError::bad("reply_key", text))
        }
        (Privacy::Private, None) => {
            let text = format!(
                "Order {number} is private: name your X25519 key, and each input by the root of \
                 what you will seal: `{{\"sealed\": ROOT}}`."
            );
            Err(ApiError::bad("reply_key", text))
        }
        (Privacy::Private, Some(text)) => {
            let mut key = [0; 32];
            hex::decode_to_slice(text, &mut key).map_err(|_| {
                ApiError::bad("reply_key", "An X25519 key has 64 hexadecimal digits.")
            })?;
            Ok(Some(PublicKey(key)))
        }
    }
}

/// What a private job reads: tensors by root alone.
pub(super) fn operands(program: &ProgramSpec, inputs: &Inputs) -> Result<Operands, ApiError> {
    if inputs.seed.is_some() {
        let text = "A seed would tell everything: seal the matrices themselves.";
        return Err(ApiError::bad("inputs.seed", text));
    }
    let [a, b, params] = program
        .operands()
        .map_err(|error| ApiError::bad("program", error.to_string()))?;
    Ok(Operands {
        seed: None,
        a: operand("inputs.a", inputs.a.as_ref(), a)?,
        b: operand("inputs.b", inputs.b.as_ref(), b)?,
        params: operand("inputs.params", inputs.params.as_ref(), params)?,
    })
}

fn operand(
    name: &'static str,
    given: Option<&Given>,
    spec: Option<TensorSpec>,
) -> Result<Option<(Hash, TensorSpec)>, ApiError> {
    let (given, spec) = match (given, spec) {
        (None, _) => return Ok(None),
        (Some(_), None) => {
            let text = "This program does not read it: leave it out.";
            return Err(ApiError::bad(name, text));
        }
        (Some(given), Some(spec)) => (given, spec),
    };
    match &given.sealed {
        Some(root) if given.object.is_none() && given.npy.is_none() && !given.transpose => {
            Ok(Some((objects::root(name, root)?, spec)))
        }
        _ => {
            let text = "The order is private: give nothing but `sealed`, the root of what you \
                        will seal to the worker.";
            Err(ApiError::bad(name, text))
        }
    }
}

/// Bytes of a private job's input once it is sealed.
fn input_bytes(slots: &[Slot]) -> Option<u64> {
    let lengths = slots.iter().map(|slot| {
        let tensor = slot.tensor()?;
        Some(spec_of(&tensor.dtype, tensor.rows, tensor.cols)?.bytes())
    });
    sealed_inputs_bytes(lengths.collect::<Option<Vec<_>>>()?)
}

/// Refuses what is too large to be passed on.
pub(super) fn fits(core: &Core, built: &Built) -> Result<(), ApiError> {
    let most = core.config.limits.object_bytes;
    let sealed = [
        ("input", input_bytes(&built.slots)),
        ("result", sealed_result_bytes(built.output.bytes())),
    ];
    for (what, bytes) in sealed {
        if bytes
            .and_then(sealed_spec)
            .is_none_or(|spec| spec.bytes() > most)
        {
            let bytes = bytes.unwrap_or(u64::MAX);
            let text =
                format!("The sealed {what} has {bytes} bytes, {most} at most: split the job.");
            return Err(ApiError::bad("program", text));
        }
    }
    Ok(())
}

/// What the app needs to seal a job's input, as long as its worker waits for that.
pub(super) fn seal_of(core: &Core, row: &JobRow, position: Option<&Position>) -> Option<Value> {
    let Some(Position::Leased {
        worker,
        attempt,
        lease,
        until,
        awaits_input: true,
        ..
    }) = position
    else {
        return None;
    };
    let private = lock(&core.private).get(lease).copied()?;
    let (slots, reply_key) = read_inputs(&row.inputs).ok()?;
    let bytes = input_bytes(&slots)?;
    let detail = Detail {
        authorisation: row.authorisation,
        app: row.app,
        slots,
        reply_key,
    };
    let grant = core
        .signatory
        .grant(row.order, &detail, worker, *attempt, *until);
    Some(json!({
        "lease": hex::encode(lease.0),
        "worker": worker.as_ref(),
        "attempt": attempt,
        "until": until,
        "grant": hex::encode(grant.to_bytes()),
        "public_key": hex::encode(private.key.0),
        "signature": hex::encode(private.signature),
        "bytes": bytes,
    }))
}

/// For which lease.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct For {
    /// In hex, as in the job's `seal`.
    lease: String,
}

/// `PUT /v1/jobs/{id}/input`: a sealed input, for one lease. One that has ended meanwhile
/// is answered by `lease_ended`: the job shows the next one in its time.
pub(crate) async fn input(
    State(core): State<Arc<Core>>,
    Path(id): Path<String>,
    Query(wanted): Query<For>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    let row = jobs::visible(&core, &id, &headers).await?;
    auth::limit(&core, row.order)?;
    let mut lease = [0; 16];
    hex::decode_to_slice(&wanted.lease, &mut lease)
        .map_err(|_| ApiError::bad("lease", "A lease has 32 hexadecimal digits."))?;
    let lease = LeaseId(lease);
    let (slots, reply_key) = read_inputs(&row.inputs)?;
    if reply_key.is_none() {
        let text = "The job is not private: its inputs came with it.";
        return Err(ApiError::conflict("not_private", text));
    }
    let answer = |core: &Core| (StatusCode::ACCEPTED, Json(jobs::json_of(core, &row)));
    let position = lock(&core.board).position(row.id);
    match position {
        Some(Position::Leased {
            lease: current,
            awaits_input,
            ..
        }) if current == lease => {
            // It was taken before, and the answer got lost.
            if !awaits_input {
                return Ok(answer(&core));
            }
        }
        _ => return Err(lease_ended()),
    }
    let expected = input_bytes(&slots).unwrap_or(u64::MAX);
    let actual = u64::try_from(body.len()).unwrap_or(u64::MAX);
    let spec = sealed_spec(expected).filter(|_| expected == actual);
    let spec = spec.ok_or_else(|| {
        let text = format!("{actual} bytes came, and the sealed input has {expected}.");
        ApiError::bad("body", text)
    })?;
    let mut incoming = core.objects.receive(spec, None).await?;
    incoming.write(&body).await?;
    let arrived = incoming.finish().await?;
    let (root, bytes) = (arrived.root, arrived.bytes);
    core.store.put_object(root, spec, bytes, now()).await?;
    // Of two that come at once, one is the input.
    let came = lock(&core.board).input_came(lease);
    let session = came.ok_or_else(lease_ended)?;
    if let Some(private) = lock(&core.private).get_mut(&lease) {
        private.input = Some((root, spec));
    }
    let sealed = to_worker::Message::Sealed(v1::Sealed {
        lease: lease.0.to_vec(),
        object: Some(v1::TensorRef {
            root: root.0.to_vec(),
            dtype: "u8".to_owned(),
            rows: spec.shape.rows(),
            cols: spec.shape.cols(),
        }),
    });
    // A worker that has gone meanwhile loses the lease by its time.
    if let Some(session) = session {
        core.tell(session, sealed);
    }
    core.changed(row.id);
    Ok(answer(&core))
}

fn lease_ended() -> ApiError {
    ApiError::conflict(
        "lease_ended",
        "This lease waits for no input any more: ask for the job, and seal the input anew to the \
         worker that its `seal` names by then.",
    )
}
