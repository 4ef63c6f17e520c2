//! A relayer on a real chain with the real contracts: censuses are opened, sealed, drawn
//! and closed, and who does not answer is reported.

#[path = "../../packages/chain-client/tests/common/mod.rs"]
mod chain;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use chain::key;
use chain_client::signer::Signer;
use chain_client::transport::Failover;
use chain_client::{Client, Config};
use compute_api::oracle::{
    BeaconNetwork, CensusRecord, CensusResponse, CensusStage, CensusesResponse, ExecuteMsg,
    Identity, OperatorResponse, QueryMsg, Trust,
};
use compute_api::votes::{self, Commission, Kind, Metadata, Standing};
use compute_proofs::census::{Entry, Work};
use cosmwasm_std::{Decimal, HexBinary};
use deployment::deploy::{Plan, deploy};
use deployment::{Deployment, Endpoints, Network, Profile};
use devnet::node::{Blocks, Config as ChainConfig, Node};
use devnet::server::{Ports, serve};
use outbox::Outbox;
use relayer::beacon::{Secret, Server};
use relayer::{Metrics, Relayer};
use service_kit::Shutdown;
use service_kit::metrics::Registry;
use test_suite::fixtures::{Capacity, public_key};
use test_suite::workspace::artifact;

/// Looks at the chain before a test gives up.
const PATIENCE: u32 = 3_000;

/// Units of work that the operator proves.
const UNITS: u32 = 3;

fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.unwrap().as_secs()
}

/// Devnet's rules, with less work and more censuses.
fn profile() -> Profile {
    let mut profile = Profile::devnet("ubond");
    let census = &mut profile.oracle.census;
    census.slot = 4;
    census.gap = 5;
    census.open_within = 4;
    census.answer_within = 4;
    census.answer_blocks = 4;
    census.draw_after = 2;
    census.matrix = 16;
    census.samples = 4;
    census.missed_limit = 8;
    profile
}

struct World {
    network: Network,
    operator: Signer,
    profile: Profile,
}

impl World {
    async fn send(&self, by: u32, msg: &ExecuteMsg) {
        let signer = Signer::start(self.network.client().clone(), key(by));
        signer
            .send(vec![self.network.to_oracle(msg).unwrap()])
            .await
            .unwrap();
    }

    async fn census(&self) -> CensusResponse {
        self.network.oracle(&QueryMsg::Census {}).await.unwrap()
    }

    async fn operator(&self) -> OperatorResponse {
        let operator = self.operator.address().to_owned();
        let query = QueryMsg::Operator { operator };
        self.network.oracle(&query).await.unwrap()
    }

    /// An issuer's operator.
    async fn people(&self) {
        let (issuer, operator) = (
            key(4).address().to_owned(),
            self.operator.address().to_owned(),
        );
        let text = |name: &str| name.to_owned();
        let admit = ExecuteMsg::AdmitIssuer {
            issuer: issuer.clone(),
            identity: Identity {
                name: text("issuer"),
                jurisdiction: text("Nowhere"),
                url: text("https://example.org"),
                contact: text("mail@example.org"),
            },
        };
        self.send(0, &admit).await;
        let register = votes::ExecuteMsg::Register {
            owner: key(3).address().to_owned(),
            kind: Kind::Miner,
            signing_key: HexBinary::from(public_key(1)),
            commission: Commission {
                rate: Decimal::percent(1),
                max_rate: Decimal::percent(2),
                max_change: Decimal::percent(1),
            },
            metadata: Metadata {
                name: text("operator"),
                url: String::new(),
                contact: String::new(),
            },
        };
        let register = self.network.to_votes(&register).unwrap();
        self.operator.send(vec![register]).await.unwrap();
        let declare = ExecuteMsg::DeclareDevices { devices: 1 };
        let declare = self.network.to_oracle(&declare).unwrap();
        self.operator.send(vec![declare]).await.unwrap();
        self.send(4, &ExecuteMsg::InviteOperator { operator }).await;
        let join = self
            .network
            .to_oracle(&ExecuteMsg::JoinIssuer { issuer })
            .unwrap();
        self.operator.send(vec![join]).await.unwrap();
    }

    /// Commits to the census that is open, waits for its draw, and answers if asked to;
    /// its slot.
    async fn take_part(&self, answers: bool) -> u64 {
        let params = &self.profile.oracle.census;
        loop {
            let open = self
                .wait(|census| {
                    let open = census.current?;
                    matches!(open.stage, CensusStage::Committing { .. }).then_some(open)
                })
                .await;
            let operator = self.operator.address().to_owned();
            let entry = Entry {
                work: Work::new(params.matrix, params.tile).unwrap(),
                chain_id: "ballast-devnet-1",
                contract: &self.network.deployment().contracts.oracle,
                beacon: open.beacon.as_slice().try_into().unwrap(),
                operator: &operator,
            };
            let work = Capacity::new(&entry, UNITS).unwrap();
            let commitment = work.commitment();
            let commit = ExecuteMsg::CommitCensus {
                slot: open.slot,
                units: commitment.units,
                root: commitment.root.0.into(),
                open: None,
            };
            let commit = self.network.to_oracle(&commit).unwrap();
            // A slow machine is late: the next one then.
            if self.operator.send(vec![commit]).await.is_err() {
                continue;
            }
            let drawn = self
                .wait(|census| match census.current {
                    Some(current) if current.slot == open.slot => match current.stage {
                        CensusStage::Answering { round, .. } => Some(Some(round)),
                        _ => None,
                    },
                    _ => Some(None),
                })
                .await;
            let Some(round) = drawn else { continue };
            if answers {
                let beacon: Option<compute_api::oracle::BeaconResponse> = self
                    .network
                    .oracle(&QueryMsg::Beacon { round })
                    .await
                    .unwrap();
                let sampling = beacon.unwrap().randomness;
                let sampling = sampling.as_slice().try_into().unwrap();
                let answer = work.answer(&sampling, params.samples).unwrap();
                let answer = ExecuteMsg::AnswerCensus {
                    operator,
                    answer: answer.into(),
                };
                let answer = self.network.to_oracle(&answer).unwrap();
                if self.operator.send(vec![answer]).await.is_err() {
                    continue;
                }
            }
            return open.slot;
        }
    }

    /// Looks at the census until it shows what is looked for.
    async fn wait<T>(&self, find: impl Fn(CensusResponse) -> Option<T>) -> T {
        for _ in 0..PATIENCE {
            if let Some(found) = find(self.census().await) {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
        panic!("waited in vain: {:?}", self.census().await);
    }

    /// The closed census of this slot.
    async fn closed(&self, slot: u64) -> CensusRecord {
        self.wait(|census| census.last.filter(|last| last.slot >= slot))
            .await;
        let query = QueryMsg::Censuses {
            start_after: None,
            limit: None,
        };
        let all: CensusesResponse = self.network.oracle(&query).await.unwrap();
        let mut all = all.censuses.into_iter();
        all.find(|census| census.slot == slot).expect("a record")
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn censuses_run_by_themselves_and_who_stays_silent_is_reported() {
    let home = tempfile::tempdir().unwrap();
    let node = Node::start(ChainConfig {
        blocks: Blocks::Every(Duration::from_millis(250)),
        denoms: vec!["ustake".to_owned(), "ubond".to_owned()],
        ..ChainConfig::default()
    })
    .unwrap();
    let chain = serve(Arc::new(node), Ports::free()).await.unwrap();
    let grpc = format!("http://{}", chain.grpc);
    let mut config = Config::new("ballast-devnet-1", "ustake");
    config.poll = Duration::from_millis(50);
    let failover = Failover::grpc("ballast-devnet-1", std::slice::from_ref(&grpc)).unwrap();
    let client = Client::new(config, failover);

    let secret = Secret::open(&home.path().join("beacon.key")).unwrap();
    let beacon = Server::new(secret, now() - 60, 1).unwrap();
    let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let listener = Server::listen(any).await.unwrap();
    let rounds = format!("http://{}", listener.local_addr().unwrap());
    let network = beacon.network();
    let shutdown = Shutdown::new();
    let ending = shutdown.clone();
    let serving = tokio::spawn(beacon.serve(listener, async move { ending.requested().await }));

    let plan = Plan {
        profile: profile(),
        owner: key(0).address().to_owned(),
        guardian: key(5).address().to_owned(),
        admin: None,
        beacon: BeaconNetwork {
            public_key: network.public_key.into(),
            genesis: network.genesis,
            period: network.period,
            trust: Trust::Operator,
        },
        beacons: vec![rounds],
        endpoints: Endpoints {
            grpc: vec![grpc],
            rpc: String::new(),
            rest: String::new(),
        },
        salt: "test".to_owned(),
        artifacts: artifact("reserve_oracle")
            .unwrap()
            .parent()
            .unwrap()
            .to_owned(),
        file: home.path().join("deployment.json"),
    };
    let deployer = Signer::start(client.clone(), key(0));
    let deployment: Deployment = deploy(&client, &deployer, &plan, |_| {}).await.unwrap();
    let beacons = deployment.beacons.clone();
    let network = Network::new(client.clone(), deployment);
    let world = World {
        operator: Signer::start(client.clone(), key(2)),
        network: network.clone(),
        profile: plan.profile,
    };
    world.people().await;

    let outbox = Outbox::open(&home.path().join("relayer.sqlite"))
        .await
        .unwrap();
    let metrics = Metrics::register(&mut Registry::default());
    let config = relayer::Config {
        poll: Duration::from_millis(500),
        ..relayer::Config::default()
    };
    let relayer = Relayer::new(network, &beacons, outbox, config, metrics.clone());
    let relayer = relayer.await.unwrap();
    let relaying = tokio::spawn(relayer.run(Signer::start(client, key(1)), shutdown.clone()));

    // Two that are answered make a rate.
    let mut last = 0;
    for _ in 0..2 {
        let slot = world.take_part(true).await;
        let record = world.closed(slot).await;
        assert_eq!(record.operators, 1);
        assert!(record.id > last);
        last = record.id;
    }
    // One that is committed to and not answered is a fault.
    let slot = world.take_part(false).await;
    assert_eq!(world.closed(slot).await.operators, 0);
    let mut standing = world.operator().await.standing;
    for _ in 0..PATIENCE {
        if standing == Standing::Jailed {
            break;
        }
        tokio::time::sleep(Duration::from_millis(30)).await;
        standing = world.operator().await.standing;
    }
    assert_eq!(standing, Standing::Jailed);

    shutdown.trigger();
    relaying.await.unwrap().unwrap();
    serving.await.unwrap().unwrap();
    for kind in ["open_census", "seal_census", "post_beacon", "close_census"] {
        assert!(metrics.cranks.get([kind, "done"]) >= 3, "{kind}");
    }
    assert_eq!(metrics.cranks.get(["tick", "done"]), 1);
}
