//! `POST /v1/jobs`: a job is checked, given the next nonce of its order, written down,
//! and only then answered.

use std::sync::Arc;
use std::time::Instant;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use compute_api::market::{Authoriser, Mode, Order, OrderState};
use compute_proofs::Hash;
use compute_proofs::codec::Decode;
use compute_proofs::crypto::{Crypto, Host};
use compute_proofs::task::Authorisation;
use compute_proofs::tensor::TensorSpec;
use sealing::PublicKey;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::error::ApiError;
use super::refused::refused;
use super::{auth, jobs, objects, private};
use crate::core::{Core, Known, lock, now};
use crate::id::JobId;
use crate::job::{AppSigned, Detail, write_inputs};
use crate::machine::board::Task;
use crate::machine::cap::{Cap, Period};
use crate::program::{Built, Operands, ProgramSpec};
use crate::store::{KeyRow, NewJob, Submitted};

/// Longest idempotency key.
const MAX_NAME: usize = 255;

/// A job as an app writes it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    /// The order that is charged; an API key has its own.
    order: Option<u64>,
    program: ProgramSpec,
    inputs: Inputs,
    /// Of an order whose app authorises: `compute_proofs::task::Authorisation` in hex.
    authorisation: Option<String>,
    /// The authoriser's signature over it, in hex.
    signature: Option<String>,
    /// Seconds until nobody wants the result any more.
    deadline_seconds: Option<u64>,
    /// Of a private order: the app's X25519 key in hex, that the result is sealed to.
    reply_key: Option<String>,
}

/// What the program reads.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Inputs {
    /// 32 bytes in hex that A and B follow from.
    pub(super) seed: Option<String>,
    pub(super) a: Option<Given>,
    pub(super) b: Option<Given>,
    pub(super) params: Option<Given>,
}

/// One matrix.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Given {
    /// Root of an object that is there, in hex.
    pub(super) object: Option<String>,
    /// A `.npy` file in base64.
    pub(super) npy: Option<String>,
    /// Of a private order: root of a tensor that will be sealed to the worker, in hex.
    pub(super) sealed: Option<String>,
    /// Whether the matrix is to be transposed first: B is read as N×K.
    #[serde(default)]
    pub(super) transpose: bool,
}

pub(crate) async fn submit(
    State(core): State<Arc<Core>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, ApiError> {
    let started = Instant::now();
    let key = auth::key(&core, &headers).await?;
    let request: Request = serde_json::from_slice(&body)
        .map_err(|error| ApiError::bad("body", format!("The request is not a job: {error}.")))?;
    let number = order_number(key.as_ref(), request.order)?;
    // Without a key it may be anyone, until the signature is checked.
    if key.is_some() {
        auth::limit(&core, number)?;
    }
    has_room(&core)?;
    let order = open_order(&core, number).await?;
    let reply_key = private::reply_key(&order, request.reply_key.as_deref())?;
    let app = match &key {
        Some(_) => {
            if !matches!(order.authoriser, Authoriser::Coordinator { .. }) {
                return Err(ApiError::bad(
                    "order",
                    "This order's tasks are authorised by its app: send `authorisation` and \
                     `signature`, and no API key.",
                ));
            }
            None
        }
        None => {
            let signed = app_signed(&core, &order, &request)?;
            auth::limit(&core, number)?;
            Some(signed)
        }
    };
    let operands = match reply_key {
        None => operands(&core, &request.inputs).await?,
        Some(_) => private::operands(&request.program, &request.inputs)?,
    };
    let mut built = request
        .program
        .build(&operands)
        .map_err(|error| ApiError::bad("program", error.to_string()))?;
    if reply_key.is_some() {
        // None of them is ever kept here.
        built.objects.clear();
        private::fits(&core, &built)?;
    }
    if built.output.bytes() > core.config.limits.object_bytes {
        return Err(ApiError::bad(
            "program",
            format!(
                "The result has {} bytes; at most {} are kept: split the job.",
                built.output.bytes(),
                core.config.limits.object_bytes
            ),
        ));
    }
    if let Some((authorisation, _)) = &app {
        fits_task(authorisation, &built)?;
    }
    let name = headers.get("idempotency-key");
    let name = name.map(|name| name.to_str().unwrap_or_default());
    if name.is_some_and(|name| name.is_empty() || name.len() > MAX_NAME) {
        return Err(ApiError::bad(
            "Idempotency-Key",
            "It has 1 to 255 characters of ASCII.",
        ));
    }
    let scope = key.as_ref().map_or_else(
        || Sha256::digest(number.to_le_bytes()).into(),
        |key| key.hash,
    );
    let idempotency = name.map(|name| (scope, name.to_owned(), Sha256::digest(&body).into()));
    know(&core, &built).await?;
    let new = new_job(
        &core,
        &order,
        &request,
        key.as_ref(),
        app,
        (&built, reply_key.as_ref()),
        idempotency,
    )?;
    let (id, app) = (new.id, new.app.as_ref().map(|(_, app)| *app));
    let (deadline, price_bps, issuer) = (new.deadline, new.price_bps, new.issuer.clone());
    let submitted = core.store.submit(new).await?;
    let (seq, authorisation) = match submitted {
        Submitted::Accepted { seq, authorisation } => (seq, authorisation),
        Submitted::Repeated(before) => {
            let row = jobs::row(&core, before).await?;
            return Ok(jobs::answer(&core, StatusCode::OK, &row));
        }
        other => return Err(refused(&other, number)),
    };
    core.metrics.jobs.inc(["accepted"]);
    core.metrics
        .accept_seconds
        .observe(started.elapsed().as_secs_f64());
    let is_redemption = issuer.is_some();
    let task = Task {
        job: id,
        seq,
        order: number,
        nonce: authorisation.nonce,
        issuer: issuer.map(Arc::from),
        price_bps,
        ops: built.header.cost,
        memory: built.memory,
        program: built.header.hash(),
        detail: Arc::new(Detail {
            authorisation,
            app,
            slots: built.slots,
            reply_key,
        }),
        deadline_ms: deadline.saturating_mul(1_000),
        attempt: 0,
        tries: 0,
        refused_by: Vec::new(),
        delayed_until: None,
    };
    let is_registered = {
        let mut board = lock(&core.board);
        board.add(task);
        board.is_registered(&built.header.hash())
    };
    if is_redemption {
        lock(&core.calls).insert(number);
    }
    if is_redemption || !is_registered {
        core.wake_chain.notify_one();
    }
    core.wake.notify_one();
    let body = serde_json::json!({
        "id": id.to_string(),
        "object": "job",
        "status": "queued",
        "order": number,
        "nonce": authorisation.nonce,
        "ops": built.header.cost.to_string(),
        "program": built.header.hash().to_hex(),
        "input_root": built.input_root.to_hex(),
        "deadline": deadline,
    });
    Ok((StatusCode::ACCEPTED, axum::Json(body)).into_response())
}

fn order_number(key: Option<&KeyRow>, given: Option<u64>) -> Result<u64, ApiError> {
    match (key, given) {
        (Some(key), Some(given)) if key.order != given => Err(ApiError::new(
            StatusCode::FORBIDDEN,
            "another_order",
            format!("This API key spends order {}, not {given}.", key.order),
        )),
        (Some(key), _) => Ok(key.order),
        (None, Some(given)) => Ok(given),
        (None, None) => Err(ApiError::unauthorized(
            "Give an API key (`Authorization: Bearer blst_…`), or `order`, `authorisation` and \
             `signature`.",
        )),
    }
}

/// Refuses before anything is looked at, rather than to grow without bound.
fn has_room(core: &Core) -> Result<(), ApiError> {
    let unavailable = StatusCode::SERVICE_UNAVAILABLE;
    if core.is_draining() {
        let text = "The coordinator goes away; send it to another one, or again later.";
        return Err(ApiError::later(unavailable, "draining", text, 10));
    }
    if lock(&core.board).len() >= core.config.limits.jobs {
        let text = "Too many jobs wait here; send it again later.";
        return Err(ApiError::later(unavailable, "overloaded", text, 1));
    }
    Ok(())
}

/// The order, if it can be charged through this coordinator now.
async fn open_order(core: &Core, number: u64) -> Result<Arc<Order>, ApiError> {
    let order = core.order(number).await?;
    let order = order.ok_or_else(|| ApiError::not_found(format!("There is no order {number}.")))?;
    let bad = |message: String| Err(ApiError::bad("order", message));
    if order.coordinator.as_str() != core.chain.address() {
        return bad(format!(
            "Order {number} is served by {}.",
            order.coordinator
        ));
    }
    if order.coordinator_key.as_slice() != core.signatory.public() {
        return bad(format!(
            "Order {number} names a key that this coordinator does not sign with any more: open \
             another one."
        ));
    }
    if order.state != OrderState::Open || order.expires <= now() {
        return bad(format!("Order {number} has ended: open another one."));
    }
    Ok(order)
}

/// The app's own authorisation, with a signature that verifies.
fn app_signed(
    core: &Core,
    order: &Order,
    request: &Request,
) -> Result<(Authorisation, AppSigned), ApiError> {
    let Authoriser::App { .. } = order.authoriser else {
        return Err(ApiError::unauthorized(
            "This order's tasks need an API key: `Authorization: Bearer blst_…`.",
        ));
    };
    let bytes = |param: &'static str, text: &Option<String>| {
        let text = text.as_deref().ok_or_else(|| {
            ApiError::bad(
                param,
                format!("`{param}` is missing: this order's app authorises."),
            )
        })?;
        hex::decode(text).map_err(|_| ApiError::bad(param, format!("`{param}` is not hex.")))
    };
    let authorisation = bytes("authorisation", &request.authorisation)?;
    let authorisation = Authorisation::from_bytes(&authorisation)
        .map_err(|error| ApiError::bad("authorisation", error.to_string()))?;
    let signature: [u8; 64] = bytes("signature", &request.signature)?
        .try_into()
        .map_err(|_| ApiError::bad("signature", "A signature has 64 bytes."))?;
    let key: [u8; 32] = order
        .authoriser_key
        .to_array()
        .map_err(|_| ApiError::bad("order", "The order's authoriser key has not 32 bytes."))?;
    let app = AppSigned { key, signature };
    let message = authorisation.message(&core.signatory.context(order.order, Some(&app)));
    if Host.ed25519_verify(&message, &signature, &key) != Ok(true) {
        return Err(ApiError::new(
            StatusCode::UNAUTHORIZED,
            "bad_signature",
            "The signature is not by the order's authoriser over this authorisation.",
        ));
    }
    if authorisation.expires <= now() {
        return Err(ApiError::bad("authorisation", "It has expired."));
    }
    Ok((authorisation, app))
}

fn fits_task(authorisation: &Authorisation, built: &Built) -> Result<(), ApiError> {
    let bad = |message: String| Err(ApiError::bad("authorisation", message));
    if authorisation.program != built.header.hash() {
        return bad(format!(
            "It is for another program; this is {}.",
            built.header.hash()
        ));
    }
    if authorisation.input_root != built.input_root {
        return bad(format!(
            "It is for another input; this is {}.",
            built.input_root
        ));
    }
    if authorisation.max_ops < built.header.cost {
        return bad(format!(
            "The task costs {} ops, and `max_ops` is less.",
            built.header.cost
        ));
    }
    Ok(())
}

async fn operands(core: &Core, inputs: &Inputs) -> Result<Operands, ApiError> {
    let seed = match &inputs.seed {
        None => None,
        Some(text) => {
            let mut seed = [0; 32];
            hex::decode_to_slice(text, &mut seed)
                .map_err(|_| ApiError::bad("inputs.seed", "A seed has 64 hexadecimal digits."))?;
            Some(seed)
        }
    };
    Ok(Operands {
        seed,
        a: operand(core, "inputs.a", inputs.a.as_ref()).await?,
        b: operand(core, "inputs.b", inputs.b.as_ref()).await?,
        params: operand(core, "inputs.params", inputs.params.as_ref()).await?,
    })
}

async fn operand(
    core: &Core,
    name: &'static str,
    given: Option<&Given>,
) -> Result<Option<(Hash, TensorSpec)>, ApiError> {
    let Some(given) = given else {
        return Ok(None);
    };
    if given.sealed.is_some() {
        let text = "Nothing is sealed of an order that is not private: give `object` or `npy`.";
        return Err(ApiError::bad(name, text));
    }
    let found = match (&given.object, &given.npy) {
        (Some(object), None) if !given.transpose => {
            let root = objects::root(name, object)?;
            let found = core.store.object(root).await?;
            let found = found.ok_or_else(|| {
                ApiError::bad(name, format!("There is no object {root}: upload it again."))
            })?;
            (root, found.spec)
        }
        (Some(_), None) => {
            let text = "An object is used as it is: transpose it as it is uploaded.";
            return Err(ApiError::bad(name, text));
        }
        (None, Some(npy)) => {
            let bytes = STANDARD
                .decode(npy)
                .map_err(|error| ApiError::bad(name, format!("It is not base64: {error}.")))?;
            objects::keep(core, name, bytes, given.transpose).await?
        }
        _ => return Err(ApiError::bad(name, "Give either `object` or `npy`.")),
    };
    Ok(Some(found))
}

/// Makes a program known, on disk first.
async fn know(core: &Core, built: &Built) -> Result<(), ApiError> {
    let hash = built.header.hash();
    if lock(&core.programs).contains_key(&hash) {
        return Ok(());
    }
    core.store.put_program(hash, &built.program).await?;
    let known = Known {
        program: Arc::new(built.program.clone()),
        header: built.header,
    };
    lock(&core.programs).insert(hash, known);
    Ok(())
}

fn new_job(
    core: &Core,
    order: &Order,
    request: &Request,
    key: Option<&KeyRow>,
    app: Option<(Authorisation, AppSigned)>,
    (built, reply_key): (&Built, Option<&PublicKey>),
    idempotency: Option<([u8; 32], String, [u8; 32])>,
) -> Result<NewJob, ApiError> {
    let limits = &core.config.limits;
    let seconds = request.deadline_seconds.unwrap_or(limits.deadline_seconds);
    if seconds == 0 || seconds > limits.max_deadline_seconds {
        return Err(ApiError::bad(
            "deadline_seconds",
            format!("It is 1 to {}.", limits.max_deadline_seconds),
        ));
    }
    let (issuer, price_bps) = match &order.mode {
        Mode::Pay { price_bps } => (None, *price_bps),
        Mode::Redeem { issuer, .. } => (Some(issuer.clone()), 0),
    };
    let id = JobId::new().map_err(|error| {
        ApiError::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "no_randomness",
            error.to_string(),
        )
    })?;
    let inputs = write_inputs(&built.slots, reply_key);
    let inputs = inputs.map_err(|error| ApiError::bad("inputs", error.to_string()))?;
    let created = now();
    Ok(NewJob {
        id,
        order: order.order,
        api_key: key.map(|key| key.hash),
        program: built.header.hash(),
        input_root: built.input_root,
        ops: built.header.cost,
        expires: order.expires.saturating_add(core.order_rules.commit_within),
        app,
        inputs,
        objects: built.objects.clone(),
        issuer,
        price_bps,
        memory: built.memory,
        created,
        deadline: created.saturating_add(seconds).min(order.expires),
        idempotency,
        total_ops: order.ops.total.u128(),
        chain_cum_ops: order.ops.authorised.u128(),
        max_live: match reply_key {
            None => limits.jobs_per_order,
            Some(_) => limits.private_jobs_per_order,
        },
        cap: cap(core, order, price_bps),
    })
}

/// The daily cap of an order whose tasks are authorised here.
fn cap(core: &Core, order: &Order, price_bps: u32) -> Option<Cap> {
    let Authoriser::Coordinator { daily_cap } = &order.authoriser else {
        return None;
    };
    let on_chain = order.cap.map_or(Period::default(), |used| Period {
        coins: used.reserved.u128(),
        ends: used.resets_at,
    });
    Some(Cap {
        coins: daily_cap.u128(),
        seconds: core.order_rules.cap_period,
        opc: order.opc.u128(),
        // A redemption's ops cost par.
        price_bps: match &order.mode {
            Mode::Pay { .. } => price_bps,
            Mode::Redeem { .. } => 10_000,
        },
        on_chain,
    })
}
