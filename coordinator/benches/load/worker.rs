//! Workers that speak `worker.proto` and compute nothing: an output of the right shape,
//! and a receipt that fits it. They do not check the coordinator's signatures.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use compute_proofs::codec::{Decode, Encode};
use compute_proofs::receipt::Receipt;
use compute_proofs::task::{Grant, OrderContext};
use compute_proofs::tensor::{Committed, TensorSpec};
use compute_proofs::trace::{OutputRoots, Trace};
use exact_kernels::DType;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::Streaming;
use tonic::transport::Channel;
use worker_api::session_message;
use worker_api::v1::coordinator_client::CoordinatorClient;
use worker_api::v1::{self, FromWorker, ToWorker, from_worker, to_worker};

use crate::chain::{CHAIN_ID, MARKET, key};

/// Tasks that each takes at a time.
pub(crate) const SLOTS: u32 = 16;

/// What is called when a result was taken: with its nonce.
pub(crate) type Taken = Arc<dyn Fn() + Send + Sync>;

/// The name of worker `number`.
pub(crate) fn name(number: usize) -> String {
    format!("wasm1worker{number:05}")
}

/// The job that all of them get: the product of a column and a row.
pub(crate) fn job(seed: u128) -> String {
    format!(
        "{{\"program\":{{\"gemm\":{{\"m\":1,\"n\":4,\"k\":1}}}},\
         \"inputs\":{{\"seed\":\"{seed:064x}\"}}}}"
    )
}

/// An open session.
pub(crate) struct Worker {
    name: String,
    to: mpsc::Sender<FromWorker>,
    from: Streaming<ToWorker>,
    _client: CoordinatorClient<Channel>,
}

impl Worker {
    /// Dials and opens, over a connection of its own.
    pub(crate) async fn open(at: SocketAddr, name: String) -> Result<Self> {
        let mut client = CoordinatorClient::connect(format!("http://{at}")).await?;
        let request = v1::ChallengeRequest {
            worker: name.clone(),
        };
        let challenge = client.challenge(request).await?.into_inner();
        let message = session_message(
            &challenge.chain_id,
            &challenge.market,
            &challenge.coordinator,
            &name,
            &challenge.challenge,
        );
        let open = v1::Open {
            worker: name.clone(),
            challenge: challenge.challenge,
            signature: key(&name).sign(&message).to_vec(),
            capabilities: Some(v1::Capabilities {
                version: "0.1.0".to_owned(),
                program_version: u32::from(compute_proofs::program::VERSION),
                device: "none".to_owned(),
                memory_bytes: 1 << 30,
                rate: 1_000_000_000,
                slots: SLOTS,
            }),
        };
        let (to, requests) = mpsc::channel(64);
        to.send(FromWorker {
            message: Some(from_worker::Message::Open(open)),
        })
        .await?;
        let mut from = client
            .session(ReceiverStream::new(requests))
            .await?
            .into_inner();
        match from.message().await?.and_then(|message| message.message) {
            Some(to_worker::Message::Opened(_)) => {}
            other => bail!("Opened, not {other:?}"),
        }
        Ok(Self {
            name,
            to,
            from,
            _client: client,
        })
    }

    /// Answers offers until the session ends.
    pub(crate) async fn serve(mut self, taken: Taken) -> Result<()> {
        let beat = v1::Heartbeat { free_slots: SLOTS };
        let beat = || FromWorker {
            message: Some(from_worker::Message::Heartbeat(beat)),
        };
        let mut beats = tokio::time::interval(std::time::Duration::from_secs(5));
        loop {
            let message = tokio::select! {
                _ = beats.tick() => {
                    self.to.send(beat()).await?;
                    continue;
                }
                message = self.from.message() => message?,
            };
            let Some(message) = message else {
                return Ok(());
            };
            match message.message {
                Some(to_worker::Message::Offer(offer)) => {
                    let task = offer.task.context("an offer without a task")?;
                    let message = Some(from_worker::Message::Result(self.result(task)?));
                    self.to.send(FromWorker { message }).await?;
                }
                Some(to_worker::Message::Delivered(_)) => taken(),
                Some(to_worker::Message::Idle(_)) => {}
                Some(to_worker::Message::Draining(_)) | None => return Ok(()),
                Some(other) => bail!("{} hears {other:?}", self.name),
            }
        }
    }

    fn result(&self, task: v1::Task) -> Result<v1::Result> {
        let grant = Grant::from_bytes(&task.grant)?;
        let context = OrderContext {
            chain_id: CHAIN_ID,
            market: MARKET,
            order: task.order,
            authoriser: task.authoriser_key.as_slice().try_into()?,
            coordinator: task.coordinator_key.as_slice().try_into()?,
        };
        let spec = TensorSpec::new(DType::I32, 1, 4)?;
        // One that no other task has.
        let bytes = u128::from(grant.authorisation.nonce).to_le_bytes().to_vec();
        let output_root = Committed::new(spec, bytes.clone())?.root();
        let trace = Trace::new(vec![OutputRoots(vec![output_root])])?;
        let receipt = Receipt {
            nonce: grant.authorisation.nonce,
            grant: grant.hash(&context, &self.name),
            output_root,
            trace_root: trace.root(),
            ops: grant.authorisation.max_ops,
        };
        Ok(v1::Result {
            lease: task.lease,
            receipt: receipt.to_bytes(),
            trace_proof: trace.prove(0)?.to_bytes(),
            output: Some(v1::TensorRef {
                root: output_root.0.to_vec(),
                dtype: "i32".to_owned(),
                rows: 1,
                cols: 4,
            }),
            bytes,
        })
    }
}

/// Opens so many workers and serves in the background.
pub(crate) async fn fleet(at: SocketAddr, count: usize, taken: &Taken) -> Result<()> {
    // Not all at the same moment: the listener's queue is short.
    let gate = Arc::new(tokio::sync::Semaphore::new(32));
    let mut opening = tokio::task::JoinSet::new();
    for number in 0..count {
        let gate = gate.clone();
        opening.spawn(async move {
            let _permit = gate.acquire_owned().await?;
            Worker::open(at, name(number)).await
        });
    }
    while let Some(opened) = opening.join_next().await {
        let (worker, taken) = (opened??, taken.clone());
        tokio::spawn(async move {
            if let Err(error) = worker.serve(taken).await {
                // When the coordinator ends, its sessions do.
                let is_end = error.downcast_ref::<tonic::Status>().is_some();
                if !is_end {
                    eprintln!("a worker has ended: {error:#}");
                }
            }
        });
    }
    Ok(())
}
