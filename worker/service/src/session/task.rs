//! One task: from its offer to its result.

use std::sync::Arc;

use compute_proofs::{
    Hash, ProofError,
    codec::{Decode, DecodeError, Encode},
    program::{Header, MAX_OPERATIONS, Operation, Program, Source},
    trace::TraceProof,
};
use sealing::SealError;
use tokio::sync::mpsc;
use tonic::transport::Channel;
use worker::{
    store::StoreError,
    task::{Outcome, SlotInput, Task, Tensor, Weights},
};
use worker_api::MAX_INLINE_BYTES;
use worker_api::v1::{
    self, Accept, Failed, FromWorker, Progress, Refuse, RefuseReason,
    coordinator_client::CoordinatorClient, from_worker::Message,
};

use super::{
    offer::{Facts, Offered, Refusal, Wanted, judge, tensor_ref},
    private::{self, Private, Waiting},
    transfer,
};
use crate::{ServiceError, journal::Done, service::Shared};

/// The other end of a session.
#[derive(Clone)]
pub(super) struct Link {
    pub(super) client: CoordinatorClient<Channel>,
    pub(super) session: Vec<u8>,
    pub(super) coordinator: String,
    pub(super) sender: mpsc::Sender<FromWorker>,
    /// Private tasks whose input is waited for.
    pub(super) waiting: Waiting,
}

/// Why a task that was accepted came to nothing.
pub(super) struct Broken {
    pub(super) code: String,
    pub(super) detail: String,
}

impl From<ServiceError> for Broken {
    fn from(error: ServiceError) -> Self {
        Self {
            code: error.code().to_owned(),
            detail: error.to_string(),
        }
    }
}

impl Broken {
    fn object(what: &str) -> impl FnOnce(String) -> Self + '_ {
        move |reason| Self {
            code: "BL-WSV-010".to_owned(),
            detail: format!("{what}: {reason}"),
        }
    }
}

/// Takes an offer or refuses it, and does what was taken.
pub(super) async fn offered(shared: Arc<Shared>, link: Link, task: v1::Task) {
    let lease = task.lease.clone();
    let taken = match Offered::decode(task) {
        Ok(offer) => take(&shared, &link, offer).await,
        Err(refusal) => Err(refusal),
    };
    let mut taken = match taken {
        Ok(taken) => taken,
        Err(refusal) => {
            tracing::debug!(reason = ?refusal.reason, detail = %refusal.detail, "an offer was refused");
            shared.counters.refused();
            let Refusal { reason, detail } = refusal;
            let reason = reason.into();
            return link
                .say(Message::Refuse(Refuse {
                    lease,
                    reason,
                    detail,
                }))
                .await;
        }
    };
    link.say(Message::Accept(Accept {
        lease: lease.clone(),
        sealing_key: taken.private.as_ref().map(|private| private.key(&shared)),
    }))
    .await;
    match work(&shared, &link, &mut taken).await {
        Ok(Some((done, result))) => {
            shared.counters.done();
            // It stayed in flight until it was in the journal.
            drop(taken);
            hand_in(shared, link, done, Some(result)).await;
        }
        // Cancelled.
        Ok(None) => {}
        Err(Broken { code, detail }) => {
            tracing::warn!(order = taken.offer.order, %code, %detail, "a task has failed");
            shared.counters.failed();
            link.say(Message::Failed(Failed {
                lease,
                code,
                detail,
            }))
            .await;
        }
    }
}

/// An offer that was taken; as long as it lives, its task is in flight.
struct Taken {
    offer: Offered,
    header: Header,
    charge: u64,
    /// If it is private.
    private: Option<Private>,
    _flight: crate::flight::Flight,
}

/// Checks an offer against the chain and takes a slot for it.
async fn take(shared: &Arc<Shared>, link: &Link, offer: Offered) -> Result<Taken, Refusal> {
    if shared.shutdown.is_requested() {
        return Err(Refusal::new(
            RefuseReason::Draining,
            "this worker goes away",
        ));
    }
    let busy = || Refusal::new(RefuseReason::Busy, "no slot is free");
    if shared.free_slots() == 0 {
        return Err(busy());
    }
    let unasked = |error: ServiceError| Refusal::new(RefuseReason::Busy, error.to_string());
    let order = shared.view.order(offer.order).await.map_err(unasked)?;
    let keys = shared.view.keys_of(&order).map_err(unasked)?;
    let program = offer.grant.authorisation.program;
    let header = shared.view.program(program).await.map_err(unasked)?;
    let exposure = shared.view.exposure().await.map_err(unasked)?;
    let (journal, nonce) = (&shared.journal, offer.grant.authorisation.nonce);
    let (uncommitted, _) = journal.uncommitted().map_err(unasked)?;
    let room = u64::try_from(exposure.room.u128()).unwrap_or(u64::MAX);
    let held = uncommitted.saturating_add(shared.in_flight.charge());
    let issuer = shared.issuer();
    let facts = Facts {
        order: &order,
        keys: &keys,
        coordinator: &link.coordinator,
        worker: &shared.me.address,
        issuer: issuer.as_deref(),
        header: header.as_ref(),
        now: shared.now_seconds(),
        room: room.saturating_sub(held),
        claimable: journal.can_take(offer.order, nonce).map_err(unasked)?,
        unacknowledged: journal.unacknowledged(offer.order).map_err(unasked)?,
        rate: shared.rate,
    };
    let charge = judge(&offer, &facts, &shared.config.terms)?;
    let header = header.ok_or_else(busy)?;
    // No batch is signed between this look and the take-off.
    let _claims = shared.claims.lock().await;
    if !journal.can_take(offer.order, nonce).map_err(unasked)? {
        return Err(busy());
    }
    let flight = shared
        .in_flight
        .take(
            shared.config.slots,
            offer.order,
            nonce,
            charge,
            &offer.lease,
        )
        .ok_or_else(busy)?;
    let private = match offer.reply_key {
        None => None,
        Some(key) => {
            let grant = offer.grant.hash(&keys.context(), &shared.me.address);
            let unsealed = |error: SealError| Refusal::new(RefuseReason::Busy, error.to_string());
            Some(Private::begin(link, &offer, grant, key).map_err(unsealed)?)
        }
    };
    Ok(Taken {
        offer,
        header,
        charge,
        private,
        _flight: flight,
    })
}

/// Fetches, runs, keeps; nothing if it was cancelled meanwhile.
async fn work(
    shared: &Arc<Shared>,
    link: &Link,
    taken: &mut Taken,
) -> Result<Option<(Done, Tensor)>, Broken> {
    let mut client = link.client.clone();
    let program = program(&mut client, link, taken).await?;
    let sealed = match &mut taken.private {
        None => None,
        Some(private) => match private.inputs(shared, link, &taken.offer).await? {
            None => return Ok(None),
            inputs => inputs,
        },
    };
    let offer = &taken.offer;
    let inputs = match sealed {
        Some(inputs) => inputs,
        None => inputs(&mut client, link, offer).await?,
    };
    let mut weights: Vec<Weights> = Vec::new();
    for input in program
        .operations
        .iter()
        .flat_map(|operation| &operation.inputs)
    {
        if let Source::Weights { root } = input.source
            && !weights.iter().any(|found| found.root == root)
        {
            let tensor = tensor(&mut client, link, root, input.spec).await?;
            weights.push(Weights { root, tensor });
        }
    }
    let progress = |done_bps| {
        let lease = offer.lease.clone();
        Message::Progress(Progress { lease, done_bps })
    };
    link.say(progress(2_000)).await;
    let name = format!("{}/{}", offer.order, offer.grant.authorisation.nonce);
    let until = shared.keep_until();
    let (store, spoil) = (shared.store.clone(), shared.spoil());
    let outcome = shared.engine.task(move |backend| {
        let task = Task {
            name: &name,
            program: &program,
            inputs: &inputs,
            weights: &weights,
        };
        let outcome = spoil.spoil(backend.run(&task)?);
        // Trees and disk beside the device: it is ours until this ends.
        Ok(store.keep(&task, &outcome, until).map(|()| outcome))
    });
    let outcome: Result<Outcome, StoreError> = outcome.await?;
    let mut outcome = outcome.map_err(ServiceError::from)?;
    if shared.in_flight.is_cancelled(&offer.lease) {
        return Ok(None);
    }
    link.say(progress(9_000)).await;
    let done = done(shared, link, taken, &outcome).await?;
    if let Some(private) = &taken.private {
        let (journal, order) = (&shared.journal, done.order);
        journal.keep_sealing(order, done.nonce(), private.sealing())?;
    }
    shared.journal.finished(&done)?;
    let result = outcome.outputs.pop().unwrap_or_default().into_iter().next();
    let missing = ServiceError::proof("the result");
    let missing = missing(ProofError::Missing { what: "output" });
    let result = result.ok_or(missing)?;
    Ok(Some((done, result.tensor)))
}

/// Fetches what fills a task's slots.
async fn inputs(
    client: &mut CoordinatorClient<Channel>,
    link: &Link,
    offer: &Offered,
) -> Result<Vec<SlotInput>, Broken> {
    let mut inputs = Vec::new();
    for wanted in &offer.inputs {
        inputs.push(match wanted {
            Wanted::Seed(seed) => SlotInput::Seed(*seed),
            Wanted::Tensor { root, spec } => {
                SlotInput::Tensor(tensor(client, link, *root, *spec).await?)
            }
        });
    }
    Ok(inputs)
}

/// What goes into the journal.
async fn done(
    shared: &Shared,
    link: &Link,
    taken: &Taken,
    outcome: &Outcome,
) -> Result<Done, ServiceError> {
    let offer = &taken.offer;
    let keys = shared.view.keys(offer.order).await?;
    let grant = offer.grant.hash(&keys.context(), &shared.me.address);
    let nonce = offer.grant.authorisation.nonce;
    let last = outcome.header.operations.saturating_sub(1);
    let proof: TraceProof = outcome
        .trace
        .prove(last)
        .map_err(ServiceError::proof("the result's trace"))?;
    Ok(Done {
        order: offer.order,
        coordinator: link.coordinator.clone(),
        lease: offer.lease.clone(),
        grant: offer.grant,
        receipt: outcome.receipt(nonce, grant),
        trace_proof: proof.to_bytes(),
        program: outcome.header.hash(),
        input: outcome.input_root(),
        charge: taken.charge,
        done_at: shared.now_seconds(),
        delivery: None,
    })
}

/// Bytes of a program's operations, at most.
const MAX_PROGRAM_BYTES: u64 = 64 << 20;

/// The program: as it came, or downloaded by its hash.
async fn program(
    client: &mut CoordinatorClient<Channel>,
    link: &Link,
    taken: &Taken,
) -> Result<Program, Broken> {
    if let Some(program) = &taken.offer.program {
        return Ok(program.clone());
    }
    let hash = taken.header.hash();
    let what = format!("program {hash}");
    let encoded = transfer::download_up_to(client, &link.session, &hash.0, MAX_PROGRAM_BYTES).await;
    let encoded = encoded.map_err(Broken::object(&what))?;
    let program = read_program(&encoded, taken.header.slots)
        .filter(|program| program.header().map(|header| header.hash()) == Ok(hash));
    let wrong = || Broken::object(&what)("what came is another program".to_owned());
    program.ok_or_else(wrong)
}

/// Operations, encoded one after the other.
fn read_program(bytes: &[u8], slots: u8) -> Option<Program> {
    let mut operations: Vec<Operation> = Vec::new();
    let mut rest = bytes;
    while !rest.is_empty() {
        if u32::try_from(operations.len()).ok()? >= MAX_OPERATIONS {
            return None;
        }
        // What follows an operation tells where it ends.
        let operation = Operation::from_bytes(rest).or_else(|error| match error {
            DecodeError::Trailing { extra } => {
                let end = rest.len().saturating_sub(extra);
                Operation::from_bytes(rest.get(..end).unwrap_or_default())
            }
            other => Err(other),
        });
        let operation = operation.ok()?;
        rest = rest.get(operation.to_bytes().len()..)?;
        operations.push(operation);
    }
    Some(Program { slots, operations })
}

/// A tensor, downloaded by its root.
pub(super) async fn tensor(
    client: &mut CoordinatorClient<Channel>,
    link: &Link,
    root: Hash,
    spec: compute_proofs::tensor::TensorSpec,
) -> Result<Tensor, Broken> {
    let what = format!("tensor {root}");
    let bytes = transfer::download(client, &link.session, &root.0, spec.bytes()).await;
    let bytes = bytes.map_err(Broken::object(&what))?;
    // Hashing is work: not on the threads that answer.
    let checked = tokio::task::spawn_blocking(move || {
        let tensor = Tensor::new(spec, bytes).ok()?;
        (tensor.root() == root).then_some(tensor)
    });
    let wrong = || Broken::object(&what)("its bytes have another root".to_owned());
    checked.await.ok().flatten().ok_or_else(wrong)
}

/// Uploads a finished task's output and hands its receipt in. What does not arrive is
/// handed in by the next session.
pub(super) async fn hand_in(shared: Arc<Shared>, link: Link, done: Done, result: Option<Tensor>) {
    let (order, nonce) = (done.order, done.nonce());
    let found = match result {
        Some(result) => Ok(result),
        None => result_of(&shared, &done).await,
    };
    let result = match found {
        Ok(result) => result,
        Err(error) => {
            tracing::error!(order, nonce, %error, "a result cannot be handed in");
            shared.status.trouble("store", &error);
            return;
        }
    };
    let spec = result.spec();
    let travels = match shared.journal.sealing(order, nonce) {
        Ok(None) => Ok((done.receipt.output_root, result)),
        Ok(Some(sealing)) => {
            let names = (done.receipt.grant, done.receipt.output_root);
            let sealed = private::seal(sealing, names, result).await;
            sealed.map(|sealed| (sealed.root(), sealed))
        }
        Err(error) => Err(error),
    };
    let (root, travels) = match travels {
        Ok(travels) => travels,
        Err(error) => {
            tracing::error!(order, nonce, %error, "a result cannot be handed in");
            shared.status.trouble("store", &error);
            return;
        }
    };
    let (travels_as, mut bytes) = (travels.spec(), travels.into_bytes());
    // A small one goes with its receipt.
    if bytes.len() > MAX_INLINE_BYTES {
        let named = (root, travels_as);
        let whole = std::mem::take(&mut bytes);
        let mut client = link.client.clone();
        let upload = transfer::upload(&mut client, &link.session, &done.lease, named, whole);
        match upload.await {
            Ok(()) => {}
            // The lease is gone. The receipt is handed in all the same: the coordinator says
            // whether it has the result, or rejects it.
            Err(status) if status.code() == tonic::Code::FailedPrecondition => {}
            Err(status) => {
                let reason = status.message();
                tracing::warn!(order, nonce, %reason, "a result was not uploaded");
                return;
            }
        }
    }
    let result = v1::Result {
        lease: done.lease,
        receipt: done.receipt.to_bytes(),
        trace_proof: done.trace_proof,
        output: Some(tensor_ref(done.receipt.output_root, spec)),
        bytes,
    };
    link.say(Message::Result(result)).await;
}

/// A kept task's result.
async fn result_of(shared: &Shared, done: &Done) -> Result<Tensor, ServiceError> {
    let (store, id) = (shared.store.clone(), done.id());
    let kept = tokio::task::spawn_blocking(move || store.load(id)).await;
    // Only a panic ends it early.
    let kept = kept.map_err(|_| ServiceError::Stopped)??;
    let result = kept.run.result().ok_or(StoreError::Unknown(id))?;
    Tensor::new(*result.spec(), result.bytes().to_vec())
        .map_err(ServiceError::proof("a kept result"))
}
