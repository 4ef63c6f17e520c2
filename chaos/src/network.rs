//! A whole network that can be killed part by part: every process has a fixed place and
//! a home or a file that it finds again.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use chain_client::{Client, Config, keys::Key, signer::Signer, transport::Failover};
use compute_api::{
    market::Limit,
    oracle::{self, BeaconNetwork, Change},
};
use demo::{
    Tell, capacity,
    orders::{self, Orders},
    people::{self, People, RELAYER},
    services::{self, BOND_DENOM, CoordinatorPlaces, Places},
};
use deployment::{
    Deployment, Endpoints, Network, Profile,
    deploy::{Plan, deploy},
};
use localnet::{CHAIN_ID, Devnet, FEE_DENOM, MNEMONIC};
use processes::{Processes, free_ports};

use crate::{ChaosError, Victim};

/// Micro-coins that the app gets from each issuer.
const FOR_APP: u128 = 3_000_000;

/// Micro-coins of each order.
const ORDER: u128 = 2_000_000;

/// Seconds of a lease, beyond what the work takes at the worker's rate: shorter than the
/// default, so that a run of minutes sees leases run out.
const LEASE: u64 = 12;

/// Milliseconds that leases outlive their worker's session.
const GRACE: u64 = 6_000;

/// Seconds in which a census is answered and a batch proven. Devnet's own ten forgive no
/// outage; production's are hours.
const ANSWER: u64 = 45;

/// Seconds that an issuer has for what is called for, beyond the work itself.
const SLACK: u64 = 150;

/// The key of the auditors: the app's and the owner's, who do nothing else meanwhile.
const AUDITORS: [(&str, u32); 2] = [("app", 9), ("owner", 0)];

/// A network that runs.
pub(crate) struct Site {
    pub(crate) network: Network,
    pub(crate) people: People,
    pub(crate) orders: Orders,
    pub(crate) coordinator: CoordinatorPlaces,
    /// An API key for each order.
    pub(crate) keys: [String; 2],
    /// The account that the relayer sends from.
    pub(crate) relayer: String,
    /// Micro-coins that the app had before it opened its orders.
    pub(crate) app_had: u128,
    /// Micro-coins that there were then.
    pub(crate) supply: u128,
}

impl Site {
    /// The name of a victim's process.
    pub(crate) fn name(&self, victim: Victim) -> String {
        match victim {
            Victim::Chain => Devnet::NAME.to_owned(),
            Victim::Coordinator => "coordinator".to_owned(),
            Victim::Relayer => RELAYER.0.to_owned(),
            Victim::Worker(number) => {
                let worker = self.people.workers.get(number);
                worker.map_or_else(String::new, |worker| worker.person.name.to_owned())
            }
        }
    }
}

/// Devnet's parameters, with time to come back in.
fn profile() -> Profile {
    let mut profile = Profile::devnet(BOND_DENOM);
    let batches = &mut profile.market.batches;
    batches.prove_within.seconds = ANSWER;
    batches.window.seconds = ANSWER;
    profile.market.redemptions.slack = Limit {
        seconds: SLACK,
        ..profile.market.redemptions.slack
    };
    profile
}

/// Brings everything up, from the chain's first block to two open orders.
///
/// # Errors
/// [`ChaosError`], at the first step that fails.
pub(crate) async fn start(
    processes: &mut Processes,
    places: &Places,
    tell: &Tell,
) -> Result<Site, ChaosError> {
    tell.line("a chain with a state, a beacon, the four contracts");
    let devnet = Devnet {
        denoms: vec![BOND_DENOM.to_owned()],
        blocks: Some("500ms".to_owned()),
        state: Some(places.work.join("chain.redb")),
        ..Devnet::new(places.programs.join("ballast-devnet"))
    };
    let endpoints = devnet.start(processes).await?;
    let beacon = services::beacon(processes, places).await?;
    let deployment = contracts(places, &endpoints, beacon).await?;
    let network = Network::connect(deployment)?;
    let people = People::new(&network, &places.work)?;

    tell.line("two issuers with four workers, a coordinator, a relayer");
    let coordinator = configure(places)?;
    capacity::set_up(&network, &people, &coordinator.url).await?;
    services::relayer(processes, places)?;
    for worker in &people.workers {
        services::worker(processes, places, worker.person.name, false)?;
    }
    tell.line("the census measures the workers");
    capacity::measured(&network, &people, tell).await?;
    let change = announce(&network, &people).await?;
    capacity::mint_and_bond(&network, &people, FOR_APP).await?;
    processes.check()?;

    tell.line("two orders of the app, one to pay and one to redeem, and their auditors");
    let app_had = balance(&network, &people.app.address).await?;
    let supply = capacity::backing(&network).await?.supply.u128();
    let orders = orders::open(&network, &people, ORDER).await?;
    services::coordinator(processes, places, &coordinator).await?;
    let keys = [
        services::api_key(places, &coordinator, orders.pay).await?,
        services::api_key(places, &coordinator, orders.redeem).await?,
    ];
    apply(&network, &people, change).await?;
    for ((order, key), from) in crate::load::ORDERS.iter().zip(&keys).zip(AUDITORS) {
        services::auditor(processes, places, &coordinator, (order, key), from)?;
    }
    let relayer = Key::from_mnemonic(MNEMONIC, RELAYER.1)?
        .address()
        .to_owned();
    Ok(Site {
        network,
        people,
        orders,
        coordinator,
        keys,
        relayer,
        app_had,
        supply,
    })
}

async fn contracts(
    places: &Places,
    endpoints: &Endpoints,
    (beacon, network): (String, BeaconNetwork),
) -> Result<Deployment, ChaosError> {
    let node = Failover::grpc(CHAIN_ID, &endpoints.grpc)?;
    let client = Client::new(Config::new(CHAIN_ID, FEE_DENOM), node);
    let owner = Key::from_mnemonic(MNEMONIC, 0)?;
    let address = owner.address().to_owned();
    let signer = Signer::start(client.clone(), owner);
    let plan = Plan {
        profile: profile(),
        owner: address.clone(),
        guardian: address.clone(),
        admin: Some(address),
        beacon: network,
        beacons: vec![beacon],
        endpoints: endpoints.clone(),
        salt: "chaos".to_owned(),
        artifacts: places.artifacts.clone(),
        file: places.deployment(),
    };
    let deployed = deploy(&client, &signer, &plan, |_| ()).await;
    deployed.map_err(|error| ChaosError::Wrong(format!("deploying: {error}")))
}

/// Writes the coordinator's configuration.
fn configure(places: &Places) -> Result<CoordinatorPlaces, ChaosError> {
    let home = people::home(&places.work, "coordinator");
    let ports = free_ports(2)?;
    let [http, workers] = ports.as_slice() else {
        return Err(ChaosError::Wrong(format!("two ports, not {ports:?}")));
    };
    let data = home.join("data");
    let text = format!(
        "data = {data:?}\n[http]\nlisten = \"127.0.0.1:{http}\"\n\
         [workers]\nlisten = \"127.0.0.1:{workers}\"\n[tls]\nmode = \"off\"\n\
         [leases]\nseconds = {LEASE}\ngrace_ms = {GRACE}\n"
    );
    let config = home.join("coordinator.toml");
    write(&home, &config, &text)?;
    Ok(CoordinatorPlaces {
        config,
        url: format!("http://127.0.0.1:{http}"),
    })
}

fn write(folder: &Path, file: &PathBuf, text: &str) -> Result<(), ChaosError> {
    let written = fs::create_dir_all(folder).and_then(|()| fs::write(file, text));
    written.map_err(|source| ChaosError::File {
        path: file.display().to_string(),
        source,
    })
}

/// Announces that censuses give more time from now on: the first ones were quick, so that
/// coins could be minted soon. Under which number.
async fn announce(network: &Network, people: &People) -> Result<u64, ChaosError> {
    let mut params: oracle::Params = network.oracle(&oracle::QueryMsg::Params {}).await?;
    params.census.answer_within = ANSWER;
    let change = Change::Params(params);
    let msg = network.to_oracle(&oracle::ExecuteMsg::Announce { change })?;
    let sent = people.owner.send("announces longer censuses", vec![msg]);
    let included = sent.await?;
    let number = included.attribute("wasm-oracle_announced", "id");
    let number = number.and_then(|number| number.parse().ok());
    number.ok_or_else(|| ChaosError::Wrong(format!("no change in {}", included.hash)))
}

/// Applies it when its time has come.
async fn apply(network: &Network, people: &People, id: u64) -> Result<(), ChaosError> {
    let msg = network.to_oracle(&oracle::ExecuteMsg::Apply { id })?;
    let limit = Duration::from_secs(60);
    processes::until("the change is applied", limit, async || {
        let sent = people.owner.send("applies the change", vec![msg.clone()]);
        match sent.await {
            Ok(_) => Ok(Some(())),
            // The timelock.
            Err(demo::DemoError::Step { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    })
    .await
}

/// Micro-coins of an account.
pub(crate) async fn balance(network: &Network, address: &str) -> Result<u128, ChaosError> {
    let address = address.to_owned();
    let query = compute_api::coin::QueryMsg::Balance { address };
    let found: Balance = network.coin(&query).await?;
    Ok(found.balance.u128())
}

#[derive(serde::Deserialize)]
struct Balance {
    balance: cosmwasm_std::Uint128,
}
