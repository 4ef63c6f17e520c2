//! An open session: what comes and what is done about it.

use std::{sync::Arc, time::Duration};

use compute_proofs::{crypto::Host, task::Delivery};
use tokio::{task::JoinSet, time::MissedTickBehavior};
use worker_api::v1::{
    Delivered, Draining, FromWorker, Heartbeat, Offer, from_worker, to_worker::Message,
};

use super::{dial::Session, private::Waiting, task};
use crate::{ServiceError, service::Shared};

/// Offers and results of a session that are looked at, at a time.
const MOST: usize = 256;

/// How long the coordinator has to end a session that the worker has ended.
const LAST_WORD: Duration = Duration::from_millis(500);

/// Serves a session until it ends: because the coordinator ends it, or because the
/// worker drains and all is handed in.
pub(super) async fn serve(
    shared: &Arc<Shared>,
    mut session: Session,
    url: &str,
) -> Result<(), ServiceError> {
    let mut tasks = JoinSet::new();
    let link = task::Link {
        client: session.client.clone(),
        session: session.id.clone(),
        coordinator: session.coordinator.clone(),
        sender: session.sender.clone(),
        waiting: Waiting::default(),
    };
    // What an earlier session has left.
    let left = shared.journal.undelivered(&session.coordinator)?;
    for done in left {
        tasks.spawn(task::hand_in(Arc::clone(shared), link.clone(), done, None));
    }
    let mut beat = tokio::time::interval(session.heartbeat);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut draining = false;
    loop {
        // Results that are handed in wait for their acknowledgement.
        if draining
            && tasks.is_empty()
            && shared.in_flight.is_empty()
            && shared.journal.undelivered(&session.coordinator)?.is_empty()
        {
            // What was said last is still on its way; a stream that is dropped takes it
            // along.
            drop(link);
            drop(session.sender);
            let end = session.receiver.message();
            let _ = tokio::time::timeout(LAST_WORD, end).await;
            return Ok(());
        }
        tokio::select! {
            _ = beat.tick() => {
                let free_slots = shared.free_slots();
                link.say(from_worker::Message::Heartbeat(Heartbeat { free_slots })).await;
            }
            () = shared.shutdown.requested(), if !draining => {
                draining = true;
                link.say(from_worker::Message::Draining(Draining {})).await;
            }
            ended = tasks.join_next(), if !tasks.is_empty() => {
                if let Some(Err(error)) = ended {
                    tracing::error!(%error, "a task of a session has panicked");
                }
            }
            message = session.receiver.message() => {
                let message = message.map_err(|status| ServiceError::Coordinator {
                    coordinator: session.coordinator.clone(),
                    reason: status.message().to_owned(),
                })?;
                let Some(message) = message else {
                    return Ok(());
                };
                match message.message {
                    // Whoever floods is not answered, which is a refusal too.
                    Some(Message::Offer(Offer { task: Some(_), .. })) if tasks.len() >= MOST => {}
                    Some(Message::Offer(Offer { task: Some(offered), .. })) => {
                        tasks.spawn(task::offered(Arc::clone(shared), link.clone(), offered));
                    }
                    Some(Message::Delivered(delivered)) => {
                        acknowledged(shared, &session.coordinator, &delivered).await?;
                    }
                    Some(Message::Rejected(rejected)) => {
                        let reason = format!("{}: {}", rejected.code, rejected.detail);
                        give_up(shared, &session.coordinator, &rejected.lease, &reason)?;
                    }
                    Some(Message::Sealed(sealed)) => link.waiting.came(sealed),
                    Some(Message::Cancel(cancel)) => {
                        shared.in_flight.cancel(&cancel.lease);
                        link.waiting.cancel(&cancel.lease);
                        give_up(shared, &session.coordinator, &cancel.lease, &cancel.reason)?;
                    }
                    Some(Message::Idle(idle)) => shared.status.idle(url, &idle.reason),
                    Some(Message::Draining(_)) => {
                        shared.status.idle(url, "the coordinator goes away");
                    }
                    // Words of a later version, or out of place: no reason to end.
                    Some(Message::Opened(_) | Message::Offer(_)) | None => {}
                }
            }
        }
    }
}

/// The coordinator has the result: its word is kept, if it is its own.
async fn acknowledged(
    shared: &Shared,
    coordinator: &str,
    delivered: &Delivered,
) -> Result<(), ServiceError> {
    let Some(done) = shared.journal.by_lease(coordinator, &delivered.lease)? else {
        return Ok(());
    };
    let keys = shared.view.keys(done.order).await?;
    let delivery = Delivery {
        nonce: done.nonce(),
        output_root: done.receipt.output_root,
    };
    let signed = match <[u8; 64]>::try_from(delivered.signature.as_slice()) {
        Ok(signature) => delivery
            .is_signed(&Host, &keys.context(), &shared.me.address, &signature)
            .map_err(ServiceError::proof("a delivery"))?,
        Err(_) => false,
    };
    if !signed {
        tracing::warn!(
            order = done.order,
            nonce = done.nonce(),
            "an acknowledgement is not signed"
        );
        return Ok(());
    }
    shared
        .journal
        .delivered(done.order, done.nonce(), &delivered.signature)?;
    shared.counters.delivered();
    Ok(())
}

/// A task is nobody's any more: nothing is claimed for it.
fn give_up(
    shared: &Shared,
    coordinator: &str,
    lease: &[u8],
    reason: &str,
) -> Result<(), ServiceError> {
    if let Some(done) = shared.journal.by_lease(coordinator, lease)?
        && shared.journal.drop_task(done.order, done.nonce(), reason)?
    {
        shared.counters.dropped();
        tracing::warn!(order = done.order, nonce = done.nonce(), %reason, "a result was not taken");
    }
    Ok(())
}

impl task::Link {
    /// Sends a word. A session that is gone is noticed where it is read from.
    pub(super) async fn say(&self, message: from_worker::Message) {
        let message = FromWorker {
            message: Some(message),
        };
        let _ = self.sender.send(message).await;
    }
}
