//! A worker: speaks worker.proto, and computes with the CPU backend.

use std::collections::VecDeque;
use std::time::Duration;

use chain_client::keys::SigningKey;
use compute_proofs::Hash;
use compute_proofs::codec::{Decode, Encode};
use compute_proofs::crypto::Host;
use compute_proofs::program::{Operation, Program};
use compute_proofs::receipt::Receipt;
use compute_proofs::task::{Delivery, Grant, OrderContext};
use compute_proofs::tensor::TensorSpec;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::transport::Channel;
use tonic::{Status, Streaming};
use worker::Backend;
use worker::task::{Outcome, SlotInput, Task, Tensor};
use worker_api::session_message;
use worker_api::v1::coordinator_client::CoordinatorClient;
use worker_api::v1::{self, FromWorker, ToWorker, from_worker, input, to_worker};

use super::chain::{CHAIN_ID, COORDINATOR, MARKET, key};

pub type Client = CoordinatorClient<Channel>;

pub async fn dial(at: std::net::SocketAddr) -> Client {
    CoordinatorClient::connect(format!("http://{at}"))
        .await
        .unwrap()
}

/// An open session.
pub struct Worker {
    pub name: String,
    pub client: Client,
    pub session: Vec<u8>,
    pub to: mpsc::Sender<FromWorker>,
    pub from: Streaming<ToWorker>,
    /// Offers that came while something else was waited for.
    offers: VecDeque<v1::Task>,
}

/// An `Open` that the coordinator takes.
pub async fn good_open(client: &mut Client, name: &str, signing: &SigningKey) -> v1::Open {
    let request = v1::ChallengeRequest {
        worker: name.to_owned(),
    };
    let challenge = client.challenge(request).await.unwrap().into_inner();
    assert_eq!(challenge.coordinator, COORDINATOR);
    let message = session_message(
        &challenge.chain_id,
        &challenge.market,
        &challenge.coordinator,
        name,
        &challenge.challenge,
    );
    v1::Open {
        worker: name.to_owned(),
        challenge: challenge.challenge,
        signature: signing.sign(&message).to_vec(),
        capabilities: Some(v1::Capabilities {
            version: "0.1.0".to_owned(),
            program_version: u32::from(compute_proofs::program::VERSION),
            device: "test".to_owned(),
            memory_bytes: 1 << 30,
            rate: 1_000_000_000,
            slots: 4,
        }),
    }
}

/// Opens a session with this `Open`.
pub async fn try_open(mut client: Client, open: v1::Open) -> Result<Worker, Status> {
    let name = open.worker.clone();
    let (to, requests) = mpsc::channel(64);
    let first = from_worker::Message::Open(open);
    to.send(FromWorker {
        message: Some(first),
    })
    .await
    .unwrap();
    let answers = client.session(ReceiverStream::new(requests)).await?;
    let mut from = answers.into_inner();
    let first = from.message().await?.and_then(|message| message.message);
    let Some(to_worker::Message::Opened(opened)) = first else {
        return Err(Status::internal("no Opened"));
    };
    Ok(Worker {
        name,
        client,
        session: opened.session,
        to,
        from,
        offers: VecDeque::new(),
    })
}

/// What came of an offer.
pub struct Computed {
    pub task: v1::Task,
    pub grant: Grant,
    pub outcome: Outcome,
}

impl Worker {
    pub async fn open(at: std::net::SocketAddr, name: &str) -> Self {
        let mut client = dial(at).await;
        let open = good_open(&mut client, name, &key(name)).await;
        try_open(client, open).await.unwrap()
    }

    pub async fn say(&mut self, message: from_worker::Message) {
        let message = FromWorker {
            message: Some(message),
        };
        self.to.send(message).await.unwrap();
    }

    async fn next(&mut self) -> Option<to_worker::Message> {
        let next = tokio::time::timeout(Duration::from_secs(30), self.from.message());
        let message = next.await.expect("a message within 30 s").ok()??;
        message.message
    }

    /// The next message that is no offer, why-idle left out; `None` when the session has
    /// ended.
    pub async fn hear(&mut self) -> Option<to_worker::Message> {
        loop {
            match self.next().await? {
                to_worker::Message::Idle(_) => {}
                to_worker::Message::Offer(offer) => self.offers.push_back(offer.task.unwrap()),
                message => return Some(message),
            }
        }
    }

    /// The next offer.
    pub async fn offer(&mut self) -> v1::Task {
        if let Some(task) = self.offers.pop_front() {
            return task;
        }
        loop {
            match self.next().await {
                Some(to_worker::Message::Offer(offer)) => return offer.task.unwrap(),
                // The end of an earlier one is no news to whoever waits for the next.
                Some(to_worker::Message::Idle(_) | to_worker::Message::Cancel(_)) => {}
                other => panic!("an offer, not {other:?}"),
            }
        }
    }

    pub async fn accept(&mut self, task: &v1::Task) {
        let lease = task.lease.clone();
        self.say(from_worker::Message::Accept(v1::Accept {
            lease,
            sealing_key: None,
        }))
        .await;
    }

    pub fn context<'a>(task: &v1::Task) -> OrderContext<'a> {
        OrderContext {
            chain_id: CHAIN_ID,
            market: MARKET,
            order: task.order,
            authoriser: task.authoriser_key.as_slice().try_into().unwrap(),
            coordinator: task.coordinator_key.as_slice().try_into().unwrap(),
        }
    }

    /// Checks the grant, fetches the inputs and runs the task.
    pub async fn compute(&mut self, task: v1::Task) -> Computed {
        let grant = Grant::from_bytes(&task.grant).unwrap();
        grant
            .verify(&Host, &Self::context(&task), &self.name)
            .expect("a good grant");
        let operations = task.operations.iter();
        let program = Program {
            slots: u8::try_from(task.slots).unwrap(),
            operations: operations
                .map(|bytes| Operation::from_bytes(bytes).unwrap())
                .collect(),
        };
        assert_eq!(
            program.header().unwrap().hash(),
            grant.authorisation.program
        );
        let mut inputs = Vec::new();
        for given in &task.inputs {
            inputs.push(match given.input.clone().unwrap() {
                input::Input::Seed(seed) => SlotInput::Seed(seed.try_into().unwrap()),
                input::Input::Tensor(tensor) => {
                    let bytes = self.download(tensor.root.clone()).await.unwrap();
                    SlotInput::Tensor(Tensor::new(spec(&tensor), bytes).unwrap())
                }
            });
        }
        let outcome = run(&program, &inputs);
        assert_eq!(outcome.input_root(), grant.authorisation.input_root);
        Computed {
            task,
            grant,
            outcome,
        }
    }

    pub async fn download(&mut self, root: Vec<u8>) -> Result<Vec<u8>, Status> {
        let session = self.session.clone();
        let request = v1::DownloadRequest { session, root };
        let mut chunks = self.client.download(request).await?.into_inner();
        let mut bytes = Vec::new();
        while let Some(chunk) = chunks.message().await? {
            bytes.extend(chunk.bytes);
        }
        Ok(bytes)
    }

    pub async fn upload(&mut self, computed: &Computed) -> Result<(), Status> {
        let header = self.header(computed);
        let bytes = computed.outcome.result().unwrap().tensor.bytes();
        let total = u64::try_from(bytes.len()).unwrap();
        let mut offset = 0;
        let chunks = bytes.chunks(1_000).map(|piece| {
            let chunk = v1::Chunk {
                offset,
                bytes: piece.to_vec(),
                total,
            };
            offset += u64::try_from(piece.len()).unwrap();
            chunk
        });
        let chunks = chunks.collect();
        self.upload_as(header, chunks).await
    }

    pub fn header(&self, computed: &Computed) -> v1::UploadHeader {
        v1::UploadHeader {
            session: self.session.clone(),
            lease: computed.task.lease.clone(),
            tensor: Some(output(&computed.outcome)),
        }
    }

    pub async fn upload_as(
        &mut self,
        header: v1::UploadHeader,
        chunks: Vec<v1::Chunk>,
    ) -> Result<(), Status> {
        use v1::upload_request::Message;
        let first = v1::UploadRequest {
            message: Some(Message::Header(header)),
        };
        let rest = chunks.into_iter().map(|chunk| v1::UploadRequest {
            message: Some(Message::Chunk(chunk)),
        });
        let all: Vec<_> = std::iter::once(first).chain(rest).collect();
        self.client.upload(tokio_stream::iter(all)).await?;
        Ok(())
    }

    pub fn result(computed: &Computed, name: &str) -> v1::Result {
        let hash = computed.grant.hash(&Self::context(&computed.task), name);
        let receipt = computed
            .outcome
            .receipt(computed.grant.authorisation.nonce, hash);
        let operations = u32::try_from(computed.outcome.outputs.len()).unwrap();
        let proof = computed.outcome.trace.prove(operations - 1).unwrap();
        v1::Result {
            lease: computed.task.lease.clone(),
            receipt: receipt.to_bytes(),
            trace_proof: proof.to_bytes(),
            output: Some(output(&computed.outcome)),
            bytes: Vec::new(),
        }
    }

    /// A result that brings its output along.
    pub fn inline(computed: &Computed, name: &str) -> v1::Result {
        v1::Result {
            bytes: computed.outcome.result().unwrap().tensor.bytes().to_vec(),
            ..Self::result(computed, name)
        }
    }

    /// Hands a result in; the answer.
    pub async fn hand_in(&mut self, result: v1::Result) -> to_worker::Message {
        self.say(from_worker::Message::Result(result)).await;
        self.hear().await.unwrap()
    }

    /// Does the next task as it should be done.
    pub async fn work(&mut self) -> Computed {
        let task = self.offer().await;
        self.accept(&task).await;
        let computed = self.compute(task).await;
        self.upload(&computed).await.unwrap();
        let result = Self::result(&computed, &self.name);
        let answer = self.hand_in(result).await;
        assert_delivered(&computed, &self.name, answer);
        computed
    }
}

pub fn assert_delivered(computed: &Computed, name: &str, answer: to_worker::Message) {
    let to_worker::Message::Delivered(delivered) = answer else {
        panic!("delivered, not {answer:?}");
    };
    let delivery = Delivery {
        nonce: computed.grant.authorisation.nonce,
        output_root: computed.outcome.result().unwrap().root,
    };
    let signature = delivered.signature.try_into().unwrap();
    let context = Worker::context(&computed.task);
    assert_eq!(
        delivery.is_signed(&Host, &context, name, &signature),
        Ok(true)
    );
}

pub fn run(program: &Program, inputs: &[SlotInput]) -> Outcome {
    let task = Task {
        name: "test",
        program,
        inputs,
        weights: &[],
    };
    worker::cpu::CpuBackend::default().run(&task).unwrap()
}

fn spec(tensor: &v1::TensorRef) -> TensorSpec {
    let dtype = worker_api::dtype::parse(&tensor.dtype).expect("a type");
    TensorSpec::new(dtype, tensor.rows, tensor.cols).unwrap()
}

fn output(outcome: &Outcome) -> v1::TensorRef {
    let result = outcome.result().unwrap();
    let spec = result.tensor.spec();
    v1::TensorRef {
        root: result.root.0.to_vec(),
        dtype: worker_api::dtype::name(spec.dtype).to_owned(),
        rows: spec.shape.rows(),
        cols: spec.shape.cols(),
    }
}

/// A receipt with one field changed.
pub fn forged(result: &v1::Result, change: impl FnOnce(&mut Receipt)) -> v1::Result {
    let mut receipt = Receipt::from_bytes(&result.receipt).unwrap();
    change(&mut receipt);
    v1::Result {
        receipt: receipt.to_bytes(),
        ..result.clone()
    }
}

/// A root that nothing has.
pub const NOTHING: Hash = Hash([0xee; 32]);
