//! The two ends of a private task, and somebody between them who meddles.

use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use compute_proofs::Hash;
use compute_proofs::codec::{Decode, Encode};
use compute_proofs::program::{Operation, Program};
use compute_proofs::task::Grant;
use compute_proofs::tensor::TensorSpec;
use exact_kernels::DType;
use sealing::{Bond, OpeningKey, Part, PublicKey, open_inputs, seal_result};
use serde_json::Value;
use worker::task::{SlotInput, Tensor};
use worker_api::v1::{self, from_worker, input, to_worker};

use super::chain::key;
use super::worker::{Worker, run};

/// A private task that a scripted worker has taken.
pub struct Taken {
    pub task: v1::Task,
    pub grant: Grant,
    pub bond: Bond,
    pub key: OpeningKey,
}

pub async fn accept(worker: &mut Worker) -> Taken {
    let task = worker.offer().await;
    let grant = Grant::from_bytes(&task.grant).unwrap();
    let bond = Bond {
        grant: grant.hash(&Worker::context(&task), &worker.name),
        reply_key: PublicKey::from_slice(&task.reply_key).unwrap(),
    };
    let lease_key = OpeningKey::generate().unwrap();
    let signed = key(&worker.name).sign(&bond.key_message(&lease_key.public()));
    let accept = v1::Accept {
        lease: task.lease.clone(),
        sealing_key: Some(v1::SealingKey {
            public_key: lease_key.public().0.to_vec(),
            signature: signed.to_vec(),
        }),
    };
    worker.say(from_worker::Message::Accept(accept)).await;
    Taken {
        task,
        grant,
        bond,
        key: lease_key,
    }
}

impl Taken {
    fn wanted(&self) -> Vec<(Hash, TensorSpec)> {
        let tensors = self.task.inputs.iter().map(|given| {
            let Some(input::Input::Tensor(tensor)) = &given.input else {
                panic!("not a tensor");
            };
            let root = Hash(tensor.root.clone().try_into().unwrap());
            (
                root,
                TensorSpec::new(DType::I8, tensor.rows, tensor.cols).unwrap(),
            )
        });
        tensors.collect()
    }

    /// Waits for the sealed input and opens it.
    pub async fn input(&self, worker: &mut Worker) -> Result<Vec<SlotInput>, sealing::SealError> {
        let sealed = match worker.hear().await {
            Some(to_worker::Message::Sealed(sealed)) => sealed,
            other => panic!("a sealed input, not {other:?}"),
        };
        assert_eq!(sealed.lease, self.task.lease);
        let bytes = worker.download(sealed.object.unwrap().root).await.unwrap();
        let wanted = self.wanted();
        let parts = wanted.iter().map(|(root, spec)| Part {
            root: *root,
            content: spec.bytes(),
        });
        let opened = open_inputs(&self.bond, &self.key, &parts.collect::<Vec<_>>(), &bytes)?;
        let inputs = opened.iter().zip(wanted).map(|(bytes, (root, spec))| {
            let tensor = Tensor::new(spec, bytes.to_vec()).unwrap();
            assert_eq!(tensor.root(), root);
            SlotInput::Tensor(tensor)
        });
        Ok(inputs.collect())
    }

    /// Does the task and hands the result in, sealed.
    pub async fn finish(self, worker: &mut Worker, inputs: &[SlotInput]) {
        let operations = self.task.operations.iter();
        let program = Program {
            slots: u8::try_from(self.task.slots).unwrap(),
            operations: operations
                .map(|bytes| Operation::from_bytes(bytes).unwrap())
                .collect(),
        };
        let outcome = run(&program, inputs);
        let result = outcome.result().unwrap();
        let part = Part {
            root: result.root,
            content: result.tensor.bytes(),
        };
        let sealed = seal_result(&self.bond, &self.key, part).unwrap();
        let nonce = self.grant.authorisation.nonce;
        let handed_in = v1::Result {
            lease: self.task.lease.clone(),
            receipt: outcome.receipt(nonce, self.bond.grant).to_bytes(),
            trace_proof: outcome.trace.prove(0).unwrap().to_bytes(),
            output: None,
            bytes: sealed,
        };
        let answer = worker.hand_in(handed_in).await;
        assert!(
            matches!(answer, to_worker::Message::Delivered(_)),
            "{answer:?}"
        );
    }
}

/// Whoever of them is offered the task next, once it is accepted.
pub async fn first_offer(workers: &mut [Worker]) -> (Taken, &mut Worker) {
    let mut offers = Vec::new();
    for (at, worker) in workers.iter_mut().enumerate() {
        offers.push(Box::pin(async move { (at, accept(worker).await) }));
    }
    let (at, taken) = first_of(offers).await;
    (taken, &mut workers[at])
}

/// The first of some futures that is ready.
async fn first_of<T>(mut all: Vec<std::pin::Pin<Box<impl Future<Output = T>>>>) -> T {
    std::future::poll_fn(move |context| {
        for one in &mut all {
            if let std::task::Poll::Ready(done) = one.as_mut().poll(context) {
                return std::task::Poll::Ready(done);
            }
        }
        std::task::Poll::Pending
    })
    .await
}

/// What a coordinator that lies would do: it stands before an honest one.
pub type ChangeInput = fn(usize, &mut Vec<u8>, &mut Vec<u8>);
pub type ChangeSeal = Box<dyn Fn(&mut Value) + Send + Sync>;

#[derive(Default)]
pub struct Meddler {
    pub change_input: Option<ChangeInput>,
    pub change_seal: Option<ChangeSeal>,
    inputs: Mutex<(usize, Vec<u8>)>,
    to: String,
    http: reqwest::Client,
}

impl Meddler {
    /// Serves before the coordinator at `to`; where.
    pub async fn before(to: String, change: impl FnOnce(&mut Self)) -> String {
        let mut meddler = Self {
            to,
            ..Self::default()
        };
        change(&mut meddler);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        let router = axum::Router::new()
            .fallback(pass)
            .with_state(Arc::new(meddler));
        tokio::spawn(axum::serve(listener, router).into_future());
        format!("http://{at}")
    }
}

async fn pass(State(meddler): State<Arc<Meddler>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let mut body = axum::body::to_bytes(body, 1 << 20).await.unwrap().to_vec();
    let path = head.uri.path_and_query().unwrap().as_str();
    if let (true, Some(change)) = (path.contains("/input"), meddler.change_input) {
        let mut inputs = meddler.inputs.lock().unwrap();
        let (number, seen) = &mut *inputs;
        change(*number, &mut body, seen);
        *number += 1;
    }
    let url = format!("{}{path}", meddler.to);
    let mut asked = meddler.http.request(head.method, url);
    for name in ["authorization", "content-type"] {
        if let Some(value) = head.headers.get(name) {
            asked = asked.header(name, value);
        }
    }
    let answer = asked.body(body).send().await.unwrap();
    let status = answer.status();
    let mut bytes = answer.bytes().await.unwrap().to_vec();
    if let Some(change) = &meddler.change_seal
        && let Ok(mut job) = serde_json::from_slice::<Value>(&bytes)
        && job["seal"].is_object()
    {
        change(&mut job["seal"]);
        bytes = job.to_string().into_bytes();
    }
    Response::builder()
        .status(status)
        .body(Body::from(bytes))
        .unwrap()
}
