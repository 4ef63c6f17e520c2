//! A private order on a real chain, between a real coordinator, a real worker and a real
//! app, all over TLS.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use app_client::{App, Trust};
use chain_client::keys::SigningKey;
use compute_api::market::{Authoriser, BatchState, Privacy};
use compute_proofs::codec::Decode;
use compute_proofs::crypto::Host;
use compute_proofs::task::{Grant, OrderContext};
use coordinator::config::{Config, TlsMode};
use coordinator::{ApiKey, OnChain, Running};
use cosmwasm_std::Uint128;
use sealing::{Bond, OpeningKey, Part, PublicKey, seal_inputs};
use serde_json::{Value, json};
use service_kit::Shutdown;
use test_suite::fixtures::{COORDINATOR, public_key};
use worker::Backend;
use worker::cpu::CpuBackend;
use worker::job::MatrixJob;
use worker::task::{SlotInput, Tensor};

use crate::world::{CHAIN_ID, World};

/// What the coordinator must not have.
const MARKER: &[u8] = b"only the worker may see this";

/// A product of matrices from files, as an app has it.
fn job() -> MatrixJob {
    let folder = tempfile::tempdir().unwrap();
    let matrix = |name: &str, rows: u32, cols: u32, bytes: Vec<u8>| {
        let dtype = exact_kernels::DType::I8;
        let spec = compute_proofs::tensor::TensorSpec::new(dtype, rows, cols).unwrap();
        let tensor = Tensor::new(spec, bytes).unwrap();
        let mut file = std::fs::File::create(folder.path().join(name)).unwrap();
        worker::npy::write(&mut file, &tensor).unwrap();
    };
    // The result is larger than what goes along with its receipt.
    let mut a: Vec<u8> = (0..=99).cycle().take(96 * 64).collect();
    a[64..64 + MARKER.len()].copy_from_slice(MARKER);
    matrix("a.npy", 96, 64, a);
    matrix("b.npy", 64, 80, (0..=88).cycle().take(64 * 80).collect());
    let text = json!({ "operands": { "files": { "a": "a.npy", "b": "b.npy" } } });
    let path = folder.path().join("job.json");
    std::fs::write(&path, text.to_string()).unwrap();
    MatrixJob::load(&path).unwrap()
}

/// A port that nobody has.
fn port() -> SocketAddr {
    let any = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    any.local_addr().unwrap()
}

struct Scene {
    world: World,
    coordinator: Running,
    url: String,
    key: String,
    http: reqwest::Client,
    trust: Trust,
}

impl Scene {
    async fn json(&self, request: reqwest::RequestBuilder) -> (u16, Value) {
        let answer = request.bearer_auth(&self.key).send().await.unwrap();
        let status = answer.status().as_u16();
        (status, answer.json().await.unwrap())
    }

    async fn get(&self, path: &str) -> Value {
        let request = self.http.get(format!("{}{path}", self.url));
        self.json(request).await.1
    }

    /// Submits the job with the app's key and waits until its worker awaits the input.
    async fn awaits(&self, job: &MatrixJob, reply_key: PublicKey) -> (String, Value) {
        let sealed = |slot: &SlotInput| match slot {
            SlotInput::Tensor(tensor) => json!({ "sealed": tensor.root().to_hex() }),
            SlotInput::Seed(_) => panic!("a seed"),
        };
        let body = json!({
            "program": { "gemm": { "m": 96, "n": 80, "k": 64 } },
            "inputs": { "a": sealed(&job.inputs[0]), "b": sealed(&job.inputs[1]) },
            "reply_key": hex::encode(reply_key.0),
        });
        let request = self.http.post(format!("{}/v1/jobs", self.url)).json(&body);
        let (status, accepted) = self.json(request).await;
        assert_eq!(status, 202, "{accepted}");
        let id = accepted["id"].as_str().unwrap().to_owned();
        let path = format!("/v1/jobs/{id}?wait=20");
        let found = World::until("its worker awaits the input", async || {
            let found = self.get(&path).await;
            (found["status"] == "awaiting_input").then_some(found)
        })
        .await;
        (id, found["seal"].clone())
    }

    /// Sends sealed bytes for the lease, and waits until the worker has refused them.
    async fn refused(&self, id: &str, seal: &Value, bytes: Vec<u8>, count: u32) {
        let lease = seal["lease"].as_str().unwrap();
        let url = format!("{}/v1/jobs/{id}/input?lease={lease}", self.url);
        let (status, answer) = self.json(self.http.put(url).body(bytes)).await;
        assert_eq!(status, 202, "{answer}");
        let line = format!("leases_ended_total{{cause=\"bad_input\"}} {count}");
        World::until("the worker has refused it", async || {
            self.coordinator.metrics().contains(&line).then_some(())
        })
        .await;
        let cancel = self.http.delete(format!("{}/v1/jobs/{id}", self.url));
        assert_eq!(self.json(cancel).await.0, 200);
    }

    /// What the app binds to a lease.
    fn bond(&self, order: u64, seal: &Value, reply_key: PublicKey) -> Bond {
        let grant = hex::decode(seal["grant"].as_str().unwrap()).unwrap();
        let grant = Grant::from_bytes(&grant).unwrap();
        let market = self.world.network.deployment().contracts.market.clone();
        let context = OrderContext {
            chain_id: CHAIN_ID,
            market: &market,
            order,
            authoriser: public_key(COORDINATOR),
            coordinator: public_key(COORDINATOR),
        };
        let worker = World::worker();
        grant.verify(&Host, &context, &worker).unwrap();
        Bond {
            grant: grant.hash(&context, &worker),
            reply_key,
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_private_task_is_seen_by_its_app_and_its_worker_alone() {
    let world = World::new().await;
    let (http_at, folder) = (port(), tempfile::tempdir().unwrap());
    let url = format!("https://localhost:{}", http_at.port());
    world.operators(&url).await;
    let chain = OnChain::new(
        world.network.clone(),
        world.coordinator_outbox().await,
        World::coordinator(),
    );
    let mut config = Config::new(folder.path().to_owned());
    config.http.listen = http_at;
    config.workers.listen = (Ipv4Addr::LOCALHOST, 0).into();
    config.tls.mode = TlsMode::Development;
    config.chain.refresh_ms = 200;
    let signing = SigningKey::from_bytes(&[COORDINATOR; 32]);
    let coordinator = coordinator::start(config, signing, Arc::new(chain), Shutdown::new());
    let coordinator = coordinator.await.unwrap();
    let pem = std::fs::read_to_string(folder.path().join("tls/development.pem")).unwrap();
    let running = world
        .start_with(|config| config.trust = Some(pem.clone()))
        .await;

    World::until("two censuses have counted", async || {
        let capacity = world.capacity().await;
        (capacity.results.len() >= 2 && !capacity.rate.is_zero()).then_some(())
    })
    .await;
    world.mint().await;
    // From the next census on it is drawn.
    world.bond_worker().await;
    let authoriser = Authoriser::Coordinator {
        daily_cap: Uint128::new(10_000_000),
    };
    let order = world
        .order_of(1_000_000, authoriser, Privacy::Private)
        .await;
    let key = ApiKey::new().unwrap();
    let store = coordinator.store();
    store
        .add_key(&key, order, "app".to_owned(), 1)
        .await
        .unwrap();
    let trust = Trust::Pem(pem);
    let scene = Scene {
        http: trust.http().unwrap().build().unwrap(),
        key: key.reveal(),
        world,
        coordinator,
        url,
        trust,
    };

    // From an app's matrices to a checked result.
    let chain = Arc::new(scene.world.network.clone());
    let app = App::connect(chain, &scene.url, &scene.key, &scene.trust).await;
    let app = app.unwrap();
    let job = job();
    let done = app.run(&job, Duration::from_secs(120)).await.unwrap();
    let outcome = CpuBackend::default().run(&job.task()).unwrap();
    let expected = outcome.result().unwrap().tensor.clone();
    assert!(expected.bytes().len() > worker_api::MAX_INLINE_BYTES);
    assert_eq!(done.output, expected);
    assert_eq!((done.worker, done.sealings), (World::worker(), 1));

    // What was changed, and what was sealed for another lease, the worker refuses.
    let app_key = OpeningKey::generate().unwrap();
    let (id, seal) = scene.awaits(&job, app_key.public()).await;
    let parts: Vec<Part<&[u8]>> = job
        .inputs
        .iter()
        .map(|slot| match slot {
            SlotInput::Tensor(tensor) => Part {
                root: tensor.root(),
                content: tensor.bytes(),
            },
            SlotInput::Seed(_) => panic!("a seed"),
        })
        .collect();
    let bond = scene.bond(order, &seal, app_key.public());
    let to = hex::decode(seal["public_key"].as_str().unwrap()).unwrap();
    let to = PublicKey::from_slice(&to).unwrap();
    let sealed = seal_inputs(&bond, &to, &parts).unwrap();
    let mut changed = sealed.clone();
    changed[100] ^= 1;
    scene.refused(&id, &seal, changed, 1).await;
    let (id, seal) = scene.awaits(&job, app_key.public()).await;
    scene.refused(&id, &seal, sealed, 2).await;
    // And what opens but is not what was authorised.
    let (id, seal) = scene.awaits(&job, app_key.public()).await;
    let bond = scene.bond(order, &seal, app_key.public());
    let to = hex::decode(seal["public_key"].as_str().unwrap()).unwrap();
    let other = vec![7; parts[0].content.len()];
    let parts = [
        Part {
            content: &other[..],
            ..parts[0]
        },
        parts[1],
    ];
    let to = PublicKey::from_slice(&to).unwrap();
    let sealed = seal_inputs(&bond, &to, &parts).unwrap();
    scene.refused(&id, &seal, sealed, 3).await;

    // It is paid like any other, without a sample.
    let batch = World::until("its batch settles", async || {
        let batches = scene.world.batches().await;
        batches.into_iter().find(|batch| batch.ended_at.is_some())
    })
    .await;
    assert_eq!((batch.state, batch.opened), (BatchState::Settled, 0));

    scene.world.shutdown.trigger();
    running.ended().await;
    scene.coordinator.stop().await;
    for secret in [MARKER, expected.bytes()] {
        assert_eq!(holding(folder.path(), secret), [""; 0]);
    }
}

/// Files in a folder that hold these bytes.
fn holding(folder: &std::path::Path, secret: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(holding(&path, secret));
            continue;
        }
        let bytes = std::fs::read(&path).unwrap();
        if bytes.windows(secret.len()).any(|window| window == secret) {
            found.push(path.display().to_string());
        }
    }
    found
}
