//! One session: what the worker says goes to the board, what the board says goes to the
//! worker.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use compute_proofs::crypto::{Crypto, Host};
use sealing::{Bond, PublicKey, check_key};
use tokio::sync::{Notify, Semaphore, mpsc};
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Response, Status, Streaming};
use worker_api::v1::{self, FromWorker, RefuseReason, ToWorker, from_worker, to_worker};
use worker_api::{BAD_INPUT, session_message};

use super::challenge::Refused;
use super::{Answers, Service, result};
use crate::chain::ChainError;
use crate::core::{Core, PrivateLease, SESSION_QUEUE, Session, lock, now_ms};
use crate::dispatch::{give_up, lease_ended};
use crate::id::{self, LeaseId, SessionId};
use crate::machine::board::{Capabilities, Cause, Refusal};

/// How long the first message is waited for.
const OPEN_WITHIN: Duration = Duration::from_secs(10);

/// Results of one session that are checked at a time.
const MAX_CHECKING: usize = 64;

/// Longest text of a worker's that is kept.
const MAX_TEXT: usize = 200;

pub(super) async fn open(
    service: &Service,
    mut from: Streaming<FromWorker>,
) -> Result<Response<Answers<ToWorker>>, Status> {
    let core = service.core.clone();
    let refuse = |refused: Refused| {
        core.metrics.sessions_refused.inc([refused.name()]);
        Status::from(refused)
    };
    if core.is_draining() {
        return Err(refuse(Refused::Draining));
    }
    let first = tokio::time::timeout(OPEN_WITHIN, from.message()).await;
    let open = match first {
        Ok(Ok(Some(FromWorker {
            message: Some(from_worker::Message::Open(open)),
        }))) => open,
        _ => return Err(refuse(Refused::NotOpened)),
    };
    service
        .challenges
        .take(&open.challenge, &open.worker)
        .map_err(refuse)?;
    let key = match signing_key(&core, &open.worker).await {
        Ok(key) => key.ok_or_else(|| refuse(Refused::Unknown))?,
        Err(error) => return Err(Status::unavailable(error.to_string())),
    };
    let (chain_id, market) = core.signatory.names();
    let message = session_message(
        chain_id,
        market,
        core.chain.address(),
        &open.worker,
        &open.challenge,
    );
    let signature: Result<[u8; 64], _> = open.signature.as_slice().try_into();
    let is_signed = signature
        .is_ok_and(|signature| Host.ed25519_verify(&message, &signature, &key) == Ok(true));
    if !is_signed {
        return Err(refuse(Refused::BadSignature));
    }
    let session = SessionId(id::random().map_err(|_| refuse(Refused::NoRandomness))?);
    let worker: Arc<str> = Arc::from(open.worker.as_str());
    let (to, answers) = mpsc::channel(SESSION_QUEUE);
    let end = Arc::new(Notify::new());
    {
        let mut sessions = lock(&core.sessions);
        let most = usize::try_from(core.config.workers.max_sessions).unwrap_or(usize::MAX);
        if sessions.len() >= most {
            return Err(refuse(Refused::TooMany));
        }
        sessions.insert(
            session,
            Session {
                worker: worker.clone(),
                to: to.clone(),
                end: end.clone(),
            },
        );
    }
    let opened = to_worker::Message::Opened(v1::Opened {
        session: session.0.to_vec(),
        heartbeat_seconds: core.config.workers.heartbeat_seconds,
    });
    // It is the first message, so there is room.
    let _ = to.try_send(Ok(ToWorker {
        message: Some(opened),
    }));
    let capabilities = capabilities(open.capabilities.unwrap_or_default());
    let before = lock(&core.board).open(&worker, session, capabilities, now_ms());
    if let Some(before) = before {
        // A worker has one session: the older one is most likely a dead connection.
        core.end_session(before);
    }
    core.wake.notify_one();
    tracing::info!(%worker, "session opened");
    tokio::spawn(listen(core, session, worker, from, to, end));
    Ok(Response::new(Box::pin(ReceiverStream::new(answers))))
}

/// The worker's registered key. One that the last look at the chain did not show yet may
/// be new.
async fn signing_key(core: &Core, worker: &str) -> Result<Option<[u8; 32]>, ChainError> {
    let known = lock(&core.keys).get(worker).copied();
    if known.is_some() {
        return Ok(known);
    }
    // Anyone can come with an address that nobody knows: the chain is asked once a second.
    let now = now_ms();
    let asked = core.asked_ms.fetch_max(now, Ordering::Relaxed);
    if now.saturating_sub(asked) < 1_000 {
        return Ok(None);
    }
    let miners = core.chain.miners().await?;
    let found = miners.iter().find(|miner| miner.address == worker);
    Ok(found.map(|miner| miner.signing_key))
}

fn capabilities(given: v1::Capabilities) -> Capabilities {
    let short = |text: String| text.chars().take(MAX_TEXT).collect();
    Capabilities {
        version: short(given.version),
        program_version: given.program_version,
        device: short(given.device),
        memory_bytes: given.memory_bytes,
        rate: given.rate,
        slots: given.slots,
    }
}

/// Until the worker's stream ends, or its session was ended here.
async fn listen(
    core: Arc<Core>,
    session: SessionId,
    worker: Arc<str>,
    mut from: Streaming<FromWorker>,
    to: mpsc::Sender<Result<ToWorker, Status>>,
    end: Arc<Notify>,
) {
    let checking = Arc::new(Semaphore::new(MAX_CHECKING));
    loop {
        let message = tokio::select! {
            () = core.shutdown.requested() => break,
            // The receiver goes with the connection.
            () = to.closed() => break,
            // By silence, by a newer session, or since it does not read.
            () = end.notified() => break,
            message = from.message() => message,
        };
        lock(&core.board).seen(&worker, now_ms());
        match message {
            Ok(Some(FromWorker {
                message: Some(message),
            })) => {
                if let from_worker::Message::Result(handed_in) = message {
                    // Results are checked side by side, so that their commits are grouped;
                    // a worker that hands in too many is read no further for a while.
                    let Ok(permit) = checking.clone().acquire_owned().await else {
                        break;
                    };
                    let (core, worker) = (core.clone(), worker.clone());
                    tokio::spawn(async move {
                        result::take(&core, session, &worker, handed_in).await;
                        drop(permit);
                    });
                } else {
                    hear(&core, session, &worker, message).await;
                }
            }
            Ok(Some(FromWorker { message: None })) => {}
            Ok(None) | Err(_) => break,
        }
    }
    lock(&core.sessions).remove(&session);
    lock(&core.board).close(&worker, session, now_ms());
    core.wake.notify_one();
    tracing::info!(%worker, "session ended");
}

async fn hear(core: &Core, session: SessionId, worker: &Arc<str>, message: from_worker::Message) {
    use from_worker::Message;

    match message {
        Message::Heartbeat(beat) => {
            lock(&core.board).heartbeat(worker, beat.free_slots, now_ms());
            core.wake.notify_one();
        }
        Message::Accept(accept) => accepted(core, session, worker, accept).await,
        Message::Refuse(refuse) => {
            let cause = Cause::Refused(refusal(refuse.reason()));
            tracing::info!(%worker, reason = ?refuse.reason(),
                detail = %refuse.detail.chars().take(MAX_TEXT).collect::<String>(),
                "offer refused");
            fail(core, worker, &refuse.lease, cause).await;
        }
        Message::Progress(progress) => {
            let Some(lease) = LeaseId::from_slice(&progress.lease) else {
                return;
            };
            let job = lock(&core.board).progress(lease, worker, progress.done_bps);
            match job {
                Ok(job) => core.changed(job),
                Err(_) => {
                    core.tell(session, no_lease(progress.lease));
                }
            }
        }
        // They have a place of their own, above.
        Message::Result(_) => {}
        Message::Failed(failed) => {
            tracing::warn!(%worker, code = %failed.code.chars().take(MAX_TEXT).collect::<String>(),
                detail = %failed.detail.chars().take(MAX_TEXT).collect::<String>(),
                "worker failed");
            // What its app has sealed badly is not the worker's fault.
            let cause = match failed.code.as_str() {
                BAD_INPUT if is_private(core, &failed.lease) => Cause::BadInput,
                _ => Cause::Failed,
            };
            fail(core, worker, &failed.lease, cause).await;
        }
        Message::Draining(_) => lock(&core.board).drain(worker, now_ms()),
        // A session is opened once.
        Message::Open(_) => {
            core.metrics.sessions_refused.inc(["opened_twice"]);
            core.end_session(session);
        }
    }
}

/// A worker takes a task. Of a private one it says what the input is to be sealed to.
async fn accepted(core: &Core, session: SessionId, worker: &Arc<str>, accept: v1::Accept) {
    let found = LeaseId::from_slice(&accept.lease).and_then(|lease| {
        let board = lock(&core.board);
        let task = board.leased_task(lease, worker).ok()?;
        Some((lease, task.detail.reply_key, board.grant_of(lease)))
    });
    let taken = match found {
        None => false,
        Some((lease, None, _)) => lock(&core.board).accept(lease, worker).is_ok(),
        Some((lease, Some(reply_key), grant)) => {
            let bond = grant.map(|grant| Bond { grant, reply_key });
            let operator = lock(&core.keys).get(worker.as_ref()).copied();
            let key = accept.sealing_key.unwrap_or_default();
            let Some(private) = sealing_key(bond, &key, operator) else {
                tracing::warn!(%worker, "a private task was taken without a signed key");
                return fail(core, worker, &accept.lease, Cause::Failed).await;
            };
            // Before the app can hear of it.
            lock(&core.private).entry(lease).or_insert(private);
            let awaits = lock(&core.board).await_input(lease, worker, now_ms());
            if let Ok(job) = awaits {
                core.changed(job);
            }
            awaits.is_ok()
        }
    };
    if !taken {
        core.tell(session, no_lease(accept.lease));
    }
}

/// The key of a lease, if the worker's operator has signed it. The app checks that by
/// itself, too.
fn sealing_key(
    bond: Option<Bond>,
    key: &v1::SealingKey,
    operator: Option<[u8; 32]>,
) -> Option<PrivateLease> {
    let signature = key.signature.as_slice().try_into().ok()?;
    let key = PublicKey::from_slice(&key.public_key).ok()?;
    let is_signed = check_key(&bond?, &key, &signature, &operator?);
    is_signed.then_some(PrivateLease {
        key,
        signature,
        input: None,
    })
}

/// Whether the lease is of a private task whose input is here.
fn is_private(core: &Core, lease: &[u8]) -> bool {
    LeaseId::from_slice(lease).is_some_and(|lease| lock(&core.private).contains_key(&lease))
}

/// Ends a lease of the worker's.
pub(super) async fn fail(core: &Core, worker: &str, lease: &[u8], cause: Cause) {
    let Some(lease) = LeaseId::from_slice(lease) else {
        return;
    };
    let ended = lock(&core.board).fail(lease, worker, cause, now_ms());
    if let Some((ended, dead)) = ended {
        lease_ended(core, &ended);
        if let Some((job, why)) = dead {
            give_up(core, job, why).await;
        }
    }
}

fn refusal(reason: RefuseReason) -> Refusal {
    match reason {
        RefuseReason::Busy => Refusal::Busy,
        RefuseReason::Draining => Refusal::Draining,
        RefuseReason::Terms | RefuseReason::BadGrant => Refusal::Terms,
        RefuseReason::TooLarge | RefuseReason::Object | RefuseReason::Unspecified => Refusal::Task,
    }
}

/// The task is not this worker's any more.
fn no_lease(lease: Vec<u8>) -> to_worker::Message {
    to_worker::Message::Cancel(v1::Cancel {
        lease,
        reason: "no such lease".to_owned(),
    })
}
