//! A real chain with the real contracts, a beacon, a relayer, and people.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use chain_client::keys::{Key, SigningKey};
use chain_client::signer::Signer;
use chain_client::transport::Failover;
use chain_client::{Client, Config as ClientConfig, Included, Msg};
use compute_api::market::{self, Hook, Mode, NewOrder, Privacy};
use compute_api::oracle::{self, BeaconNetwork, Identity as Issuer, Trust};
use compute_api::votes::{self, Commission, Kind, Metadata};
use cosmrs::proto::cosmos::base::v1beta1::Coin;
use cosmwasm_std::{Decimal, HexBinary, Uint128};
use deployment::deploy::{Plan, deploy};
use deployment::{Contract, Endpoints, Network, Profile};
use devnet::genesis::MNEMONIC;
use devnet::node::{Blocks, Config as ChainConfig, Node};
use devnet::server::{Ports, Server, serve};
use outbox::Outbox;
use relayer::{Metrics, Relayer, beacon};
use service_kit::{Shutdown, metrics::Registry};
use test_suite::fixtures::{AUTHORISER, COORDINATOR, public_key};
use test_suite::workspace::artifact;
use worker::cpu::CpuBackend;
use worker_service::{Config, Identity, Running, start};

pub const CHAIN_ID: &str = "ballast-devnet-1";

/// The number of the worker's signing key.
pub const WORKER_KEY: u8 = 3;

/// Looks before a test gives up, 50 ms apart.
const PATIENCE: u32 = 6_000;

/// Who has which of devnet's keys.
const OWNER: u32 = 0;
const RELAYER: u32 = 1;
const WORKER: u32 = 2;
const ISSUER: u32 = 4;
const COORDINATOR_KEY: u32 = 6;

pub struct World {
    pub network: Network,
    pub shutdown: Shutdown,
    home: tempfile::TempDir,
    issuer: Signer,
    coordinator: Signer,
    _chain: Server,
}

fn key(index: u32) -> Key {
    Key::from_mnemonic(MNEMONIC, index).unwrap()
}

fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.unwrap().as_secs()
}

/// Devnet's rules, with shorter censuses and small bonds.
fn profile() -> Profile {
    let mut profile = Profile::devnet("ubond");
    let census = &mut profile.oracle.census;
    census.slot = 6;
    census.gap = 8;
    census.open_within = 5;
    census.answer_within = 6;
    census.draw_after = 2;
    census.samples = 4;
    census.missed_limit = 8;
    profile.votes.coordinator_bond = Uint128::new(1_000_000);
    profile.votes.miner_bond = Uint128::new(1_000_000);
    profile
}

impl World {
    pub async fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let node = Node::start(ChainConfig {
            blocks: Blocks::Every(Duration::from_millis(250)),
            denoms: vec!["ustake".to_owned(), "ubond".to_owned()],
            ..ChainConfig::default()
        })
        .unwrap();
        let chain = serve(Arc::new(node), Ports::free()).await.unwrap();
        let grpc = format!("http://{}", chain.grpc);
        let mut config = ClientConfig::new(CHAIN_ID, "ustake");
        config.poll = Duration::from_millis(50);
        let failover = Failover::grpc(CHAIN_ID, std::slice::from_ref(&grpc)).unwrap();
        let client = Client::new(config, failover);

        let secret = beacon::Secret::open(&home.path().join("beacon.key")).unwrap();
        let server = beacon::Server::new(secret, now() - 60, 1).unwrap();
        let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let listener = beacon::Server::listen(any).await.unwrap();
        let rounds = format!("http://{}", listener.local_addr().unwrap());
        let beacon = server.network();
        tokio::spawn(server.serve(listener, std::future::pending()));

        let plan = Plan {
            profile: profile(),
            owner: key(OWNER).address().to_owned(),
            guardian: key(5).address().to_owned(),
            admin: None,
            beacon: BeaconNetwork {
                public_key: beacon.public_key.into(),
                genesis: beacon.genesis,
                period: beacon.period,
                trust: Trust::Operator,
            },
            beacons: vec![rounds],
            endpoints: Endpoints {
                grpc: vec![grpc],
                rpc: String::new(),
                rest: String::new(),
            },
            salt: "test".to_owned(),
            artifacts: artifact("compute_market")
                .unwrap()
                .parent()
                .unwrap()
                .to_owned(),
            file: home.path().join("deployment.json"),
        };
        let owner = Signer::start(client.clone(), key(OWNER));
        let deployment = deploy(&client, &owner, &plan, |_| {}).await.unwrap();
        let beacons = deployment.beacons.clone();
        let network = Network::new(client.clone(), deployment);

        let outbox = Outbox::open(&home.path().join("relayer.sqlite"))
            .await
            .unwrap();
        let metrics = Metrics::register(&mut Registry::default());
        let config = relayer::Config {
            poll: Duration::from_millis(300),
            ..relayer::Config::default()
        };
        let relayer = Relayer::new(network.clone(), &beacons, outbox, config, metrics);
        let relayer = relayer.await.unwrap();
        let signer = Signer::start(client.clone(), key(RELAYER));
        tokio::spawn(relayer.run(signer, Shutdown::new()));

        let world = Self {
            shutdown: Shutdown::new(),
            home,
            issuer: Signer::start(client.clone(), key(ISSUER)),
            coordinator: Signer::start(client.clone(), key(COORDINATOR_KEY)),
            network,
            _chain: chain,
        };
        world.admit(&owner).await;
        world
    }

    pub fn worker() -> String {
        key(WORKER).address().to_owned()
    }

    pub fn coordinator() -> String {
        key(COORDINATOR_KEY).address().to_owned()
    }

    /// An issuer with a bond, who commits far more than is there.
    async fn admit(&self, owner: &Signer) {
        let issuer = self.issuer.address().to_owned();
        let admit = oracle::ExecuteMsg::AdmitIssuer {
            issuer,
            identity: Issuer {
                name: "issuer".to_owned(),
                jurisdiction: "Nowhere".to_owned(),
                url: "https://example.org".to_owned(),
                contact: "mail@example.org".to_owned(),
            },
        };
        owner
            .send(vec![self.network.to_oracle(&admit).unwrap()])
            .await
            .unwrap();
        let post = oracle::ExecuteMsg::PostBond { issuer: None };
        let Msg::Execute { contract, msg, .. } = self.network.to_oracle(&post).unwrap() else {
            panic!("not a message to a contract");
        };
        let funds = vec![Coin {
            denom: "ubond".to_owned(),
            amount: "100000000000".to_owned(),
        }];
        let bond = Msg::Execute {
            contract,
            msg,
            funds,
        };
        let commit = self.network.to_oracle(&oracle::ExecuteMsg::Commit {
            rate: Uint128::new(1_000_000_000_000_000),
            until: now() + 10_000,
        });
        self.issuer.send(vec![bond, commit.unwrap()]).await.unwrap();
    }

    fn register(&self, kind: Kind, signing_key: u8, url: &str) -> Msg {
        let register = votes::ExecuteMsg::Register {
            owner: self.issuer.address().to_owned(),
            kind,
            signing_key: HexBinary::from(public_key(signing_key)),
            commission: Commission {
                rate: Decimal::percent(1),
                max_rate: Decimal::percent(2),
                max_change: Decimal::percent(1),
            },
            metadata: Metadata {
                name: kind.to_string(),
                url: url.to_owned(),
                contact: String::new(),
            },
        };
        self.network.to_votes(&register).unwrap()
    }

    /// Registers the worker, as an operator of the issuer, and the coordinator.
    pub async fn operators(&self, url: &str) {
        let register = self.register(Kind::Coordinator, COORDINATOR, url);
        self.coordinator.send(vec![register]).await.unwrap();
        let worker = Signer::start(self.network.client().clone(), key(WORKER));
        let declare = oracle::ExecuteMsg::DeclareDevices { devices: 1 };
        let declare = self.network.to_oracle(&declare).unwrap();
        let register = self.register(Kind::Miner, WORKER_KEY, "");
        worker.send(vec![register, declare]).await.unwrap();
        let invite = oracle::ExecuteMsg::InviteOperator {
            operator: Self::worker(),
        };
        self.issuer
            .send(vec![self.network.to_oracle(&invite).unwrap()])
            .await
            .unwrap();
        let join = oracle::ExecuteMsg::JoinIssuer {
            issuer: self.issuer.address().to_owned(),
        };
        worker
            .send(vec![self.network.to_oracle(&join).unwrap()])
            .await
            .unwrap();
    }

    /// The chain as an auditor tells it that acts for whoever opens orders here.
    pub fn owner(&self) -> audit::OnChain {
        audit::OnChain::new(self.network.clone(), self.issuer.clone())
    }

    /// The outbox of a coordinator, which runs.
    pub async fn coordinator_outbox(&self) -> Outbox {
        let path = self.home.path().join("coordinator-outbox.sqlite");
        let outbox = Outbox::open(&path).await.unwrap();
        let (running, network) = (outbox.clone(), self.network.clone());
        let signer = self.coordinator.clone();
        tokio::spawn(async move { running.run(network, signer, std::future::pending()).await });
        outbox
    }

    /// Starts the worker, on the CPU, with a durable outbox and what the test changes.
    pub async fn start_with(&self, change: impl FnOnce(&mut Config)) -> Running {
        let outbox = Outbox::open(&self.home.path().join("worker-outbox.sqlite"))
            .await
            .unwrap();
        let signer = Signer::start(self.network.client().clone(), key(WORKER));
        let (running, network) = (outbox.clone(), self.network.clone());
        tokio::spawn(async move { running.run(network, signer, std::future::pending()).await });
        let mut config = Config::new(self.home.path().join("worker"));
        config.look = Duration::from_millis(200);
        config.terms.commit_needs = 10;
        config.status_listen = Some(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)));
        change(&mut config);
        let me = Identity {
            address: Self::worker(),
            signing: Arc::new(SigningKey::from_bytes(&[WORKER_KEY; 32])),
        };
        let backend = Box::new(CpuBackend::default());
        let shutdown = self.shutdown.clone();
        start(
            config,
            self.network.clone(),
            me,
            backend,
            Arc::new(outbox),
            shutdown,
        )
        .await
        .unwrap()
    }

    /// Asks until there is an answer.
    pub async fn until<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
        for _ in 0..PATIENCE {
            if let Some(answer) = ask().await {
                return answer;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("waited in vain until {what}");
    }

    /// What the oracle knows of the worker.
    pub async fn capacity(&self) -> oracle::OperatorResponse {
        let query = oracle::QueryMsg::Operator {
            operator: Self::worker(),
        };
        self.network.oracle(&query).await.unwrap()
    }

    /// The issuer mints what it can, and bonds for the coordinator.
    pub async fn mint(&self) {
        let issuer = self.issuer.address().to_owned();
        let amount = Self::until("the issuer can mint", async || {
            let issuer = issuer.clone();
            let query = oracle::QueryMsg::MintAllowance { issuer };
            let found: oracle::MintAllowanceResponse = self.network.oracle(&query).await.unwrap();
            (found.amount.u128() > 6_000_000).then_some(found.amount)
        })
        .await;
        let mint = oracle::ExecuteMsg::Mint {
            recipient: issuer.clone(),
            // What is measured next may be less.
            amount: Uint128::new(amount.u128() / 2),
        };
        let bond = |operator| {
            let hook = votes::Hook::Bond { operator };
            let amount = Uint128::new(1_000_000);
            self.network
                .send_coins(Contract::Votes, amount, &hook)
                .unwrap()
        };
        let msgs = vec![
            self.network.to_oracle(&mint).unwrap(),
            bond(Self::coordinator()),
        ];
        self.issuer.send(msgs).await.unwrap();
    }

    /// The issuer bonds for the worker, so that it is drawn for what is paid.
    pub async fn bond_worker(&self) {
        let hook = votes::Hook::Bond {
            operator: Self::worker(),
        };
        let amount = Uint128::new(1_000_000);
        let bond = self.network.send_coins(Contract::Votes, amount, &hook);
        self.issuer.send(vec![bond.unwrap()]).await.unwrap();
    }

    /// An order to pay, whose tasks the app authorises; its number.
    pub async fn order(&self, amount: u128) -> u64 {
        let app = market::Authoriser::App {
            public_key: public_key(AUTHORISER).into(),
        };
        self.order_of(amount, app, Privacy::Sampled).await
    }

    /// An order to pay, whose tasks somebody authorises; its number.
    pub async fn order_of(
        &self,
        amount: u128,
        authoriser: market::Authoriser,
        privacy: Privacy,
    ) -> u64 {
        let hook = Hook::OpenOrder(NewOrder {
            mode: Mode::Pay { price_bps: 10_000 },
            coordinator: Self::coordinator(),
            authoriser,
            privacy,
            samples: None,
            expires: now() + 3_600,
        });
        let included = self.coins_to_market(amount, &hook).await;
        let number = included.attribute("wasm-order_opened", "order").unwrap();
        number.parse().unwrap()
    }

    /// Sends the issuer's coins to the market.
    pub async fn coins_to_market(&self, amount: u128, hook: &Hook) -> Included {
        let amount = Uint128::new(amount);
        let msg = self
            .network
            .send_coins(Contract::Market, amount, hook)
            .unwrap();
        self.issuer.send(vec![msg]).await.unwrap()
    }

    /// Sends the market a message, by the issuer.
    pub async fn market(&self, msg: &market::ExecuteMsg) {
        let msg = self.network.to_market(msg).unwrap();
        self.issuer.send(vec![msg]).await.unwrap();
    }

    /// The worker's batches.
    pub async fn batches(&self) -> Vec<market::Batch> {
        let query = market::QueryMsg::Batches {
            order: None,
            worker: Some(Self::worker()),
            state: None,
            start_after: None,
            limit: None,
        };
        let page: market::BatchesResponse = self.network.market(&query).await.unwrap();
        page.batches
    }
}
