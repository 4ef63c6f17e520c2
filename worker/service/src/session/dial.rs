//! Opening a session: the coordinator's challenge, signed.

use std::time::Duration;

use compute_api::votes::Kind;
use tls_client::explain;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Streaming, transport::Channel};
use worker_api::{
    MAX_MESSAGE_BYTES, NetworkInfo, session_message,
    v1::{
        Capabilities, ChallengeRequest, FromWorker, Open, ToWorker,
        coordinator_client::CoordinatorClient, from_worker, to_worker,
    },
};

use super::TRUST;
use crate::{ServiceError, service::Shared};

/// Messages to a coordinator that wait.
const OUTGOING: usize = 64;

/// How long an answer may take while a session is opened.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);

/// An open session.
pub(super) struct Session {
    /// For objects.
    pub(super) client: CoordinatorClient<Channel>,
    /// Names it in those calls.
    pub(super) id: Vec<u8>,
    /// The coordinator's address.
    pub(super) coordinator: String,
    /// How often to give a sign of life.
    pub(super) heartbeat: Duration,
    /// To the coordinator.
    pub(super) sender: mpsc::Sender<FromWorker>,
    /// From it.
    pub(super) receiver: Streaming<ToWorker>,
}

/// Dials a coordinator.
///
/// # Errors
/// [`ServiceError::Coordinator`] if it is not who it says, is of another network or does
/// not take the worker.
pub(super) async fn dial(shared: &Shared, info: &NetworkInfo) -> Result<Session, ServiceError> {
    let fail = |reason: String| ServiceError::Coordinator {
        coordinator: info.coordinator.clone(),
        reason,
    };
    let (chain_id, market) = (shared.view.chain_id(), shared.view.market_address());
    let (worker, coordinator) = (&shared.me.address, &info.coordinator);
    if info.chain_id != chain_id || info.market != market {
        return Err(fail(format!(
            "it serves market {} on {}, not {market} on {chain_id}",
            info.market, info.chain_id
        )));
    }
    let operator = shared.view.operator(coordinator).await?;
    if operator.kind != Kind::Coordinator {
        return Err(fail(format!("it is a {} on chain", operator.kind)));
    }
    tls_client::private(&info.workers).map_err(|error| fail(error.to_string()))?;
    let endpoint = super::trust(shared).endpoint(&info.workers);
    let channel = endpoint
        .map_err(|error| fail(error.to_string()))?
        .connect_timeout(ANSWER_WITHIN)
        .tcp_nodelay(true)
        .http2_keep_alive_interval(ANSWER_WITHIN)
        .keep_alive_while_idle(true)
        .connect()
        .await
        .map_err(|error| fail(format!("{}: {}", info.workers, explain(&error, TRUST))))?;
    let mut client = CoordinatorClient::new(channel)
        .max_decoding_message_size(MAX_MESSAGE_BYTES)
        .max_encoding_message_size(MAX_MESSAGE_BYTES);
    let request = ChallengeRequest {
        worker: worker.clone(),
    };
    let asked = tokio::time::timeout(ANSWER_WITHIN, client.challenge(request)).await;
    let asked = asked.map_err(|_| fail("it sends no challenge".to_owned()))?;
    let challenge = asked
        .map_err(|status| fail(status.message().to_owned()))?
        .into_inner();
    // All that is signed is what we know, not what we are told.
    let message = session_message(chain_id, market, coordinator, worker, &challenge.challenge);
    let signature = shared.me.signing.sign(&message);
    let open = Open {
        worker: worker.clone(),
        challenge: challenge.challenge,
        signature: signature.to_vec(),
        capabilities: Some(capabilities(shared)),
    };
    let (sender, outgoing) = mpsc::channel(OUTGOING);
    let first = FromWorker {
        message: Some(from_worker::Message::Open(open)),
    };
    // There is room: it is the first.
    let _ = sender.send(first).await;
    let opening = async {
        let stream = client.session(ReceiverStream::new(outgoing)).await;
        let mut receiver = stream
            .map_err(|status| status.message().to_owned())?
            .into_inner();
        let answer = receiver
            .message()
            .await
            .map_err(|status| status.message().to_owned())?;
        match answer.and_then(|answer| answer.message) {
            Some(to_worker::Message::Opened(opened)) => Ok((opened, receiver)),
            _ => Err("its first word is not that the session is open".to_owned()),
        }
    };
    let opened = tokio::time::timeout(ANSWER_WITHIN, opening).await;
    let opened = opened.map_err(|_| fail("it does not open the session".to_owned()))?;
    let (opened, receiver) = opened.map_err(fail)?;
    Ok(Session {
        client,
        id: opened.session,
        coordinator: coordinator.clone(),
        heartbeat: Duration::from_secs(opened.heartbeat_seconds.clamp(1, 60).into()),
        sender,
        receiver,
    })
}

fn capabilities(shared: &Shared) -> Capabilities {
    let device = shared.engine.device();
    Capabilities {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        program_version: compute_proofs::program::VERSION.into(),
        device: device.name.clone(),
        memory_bytes: device.limits.memory.unwrap_or(0),
        rate: shared.rate,
        slots: shared.config.slots,
    }
}
