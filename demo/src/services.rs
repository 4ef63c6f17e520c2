//! The processes, in the order in which they need each other.

use std::{
    fs,
    net::{Ipv4Addr, TcpListener},
    path::{Path, PathBuf},
    time::Duration,
};

use chain_client::{Client, Config, signer::Signer, transport::Failover};
use compute_api::oracle::{BeaconNetwork, Trust};
use deployment::{
    Deployment, Endpoints, Profile,
    deploy::{Plan, deploy},
};
use serde::Deserialize;

use crate::{
    DemoError, Tell,
    people::{self, MNEMONIC, RELAYER},
    processes::Processes,
    wait::until,
};

/// The chain's id: one whose keys everybody may know.
pub(crate) const CHAIN_ID: &str = "ballast-devnet-1";

/// What fees are paid in.
pub(crate) const FEE_DENOM: &str = "ustake";

/// What issuers' bonds are in.
pub(crate) const BOND_DENOM: &str = "ubond";

/// From one block to the next.
const BLOCKS: &str = "500ms";

/// Where things are.
pub(crate) struct Places {
    /// Folder of the programs.
    pub(crate) programs: PathBuf,
    /// Folder of the contracts.
    pub(crate) artifacts: PathBuf,
    /// Folder of all homes, logs and the deployment.
    pub(crate) work: PathBuf,
}

impl Places {
    /// The one binary.
    pub(crate) fn ballast(&self) -> PathBuf {
        self.programs.join("ballast")
    }

    /// What `ballast deploy` would have written.
    pub(crate) fn deployment(&self) -> PathBuf {
        self.work.join("deployment.json")
    }
}

/// As an argument.
fn text(path: &Path) -> Result<&str, DemoError> {
    path.to_str()
        .ok_or_else(|| DemoError::Unexpected(format!("{} is no text", path.display())))
}

/// Ports that nobody listens on now.
pub(crate) fn free_port() -> Result<u16, DemoError> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0));
    let address = listener.and_then(|listener| listener.local_addr());
    let address = address.map_err(|source| DemoError::File {
        path: "127.0.0.1".into(),
        source,
    })?;
    Ok(address.port())
}

#[derive(Deserialize)]
struct DevnetReady {
    grpc: String,
    rpc: String,
    rest: String,
}

/// Starts the embedded chain.
pub(crate) async fn devnet(
    processes: &mut Processes,
    places: &Places,
) -> Result<Endpoints, DemoError> {
    let program = places.programs.join("ballast-devnet");
    let state = places.work.join("devnet.redb");
    let arguments = [
        "--json",
        "--chain-id",
        CHAIN_ID,
        "--denom",
        FEE_DENOM,
        "--denom",
        BOND_DENOM,
        "--blocks",
        BLOCKS,
        "--state",
        text(&state)?,
        "--grpc-port",
        "0",
        "--rpc-port",
        "0",
        "--rest-port",
        "0",
    ];
    let line = processes
        .start_and_read("devnet", &program, &arguments)
        .await?;
    let ready: DevnetReady = serde_json::from_str(&line)
        .map_err(|error| DemoError::Unexpected(format!("devnet said {line:?}: {error}")))?;
    Ok(Endpoints {
        grpc: vec![ready.grpc],
        rpc: ready.rpc,
        rest: ready.rest,
    })
}

/// What drand's HTTP API says of a network.
#[derive(Deserialize)]
struct BeaconInfo {
    public_key: String,
    genesis_time: u64,
    period: u64,
}

/// Starts the beacon; its URL and what contracts have to know of it.
pub(crate) async fn beacon(
    processes: &mut Processes,
    places: &Places,
) -> Result<(String, BeaconNetwork), DemoError> {
    let home = people::home(&places.work, "beacon");
    let listen = format!("127.0.0.1:{}", free_port()?);
    let url = format!("http://{listen}");
    let arguments = ["beacon", "--home", text(&home)?, "--listen", &listen];
    processes.start("beacon", &places.ballast(), &arguments)?;
    let http = reqwest::Client::new();
    let info_url = format!("{url}/info");
    let info: BeaconInfo = until("the beacon answers", Duration::from_secs(20), async || {
        processes.check()?;
        match http.get(&info_url).send().await {
            Ok(answer) => Ok(answer.json().await.ok()),
            Err(_) => Ok(None),
        }
    })
    .await?;
    let key = hex::decode(&info.public_key)
        .map_err(|error| DemoError::Unexpected(format!("the beacon's key: {error}")))?;
    let network = BeaconNetwork {
        public_key: key.into(),
        genesis: info.genesis_time,
        period: info.period,
        trust: Trust::Operator,
    };
    Ok((url, network))
}

/// Deploys the four contracts.
pub(crate) async fn contracts(
    places: &Places,
    endpoints: &Endpoints,
    beacon: (String, BeaconNetwork),
    tell: &Tell,
) -> Result<Deployment, DemoError> {
    let node = Failover::grpc(CHAIN_ID, &endpoints.grpc)?;
    let client = Client::new(Config::new(CHAIN_ID, FEE_DENOM), node);
    let owner = chain_client::keys::Key::from_mnemonic(MNEMONIC, 0)?;
    let address = owner.address().to_owned();
    let signer = Signer::start(client.clone(), owner);
    let plan = Plan {
        profile: Profile::devnet(BOND_DENOM),
        owner: address.clone(),
        guardian: address.clone(),
        admin: Some(address),
        beacon: beacon.1,
        beacons: vec![beacon.0],
        endpoints: endpoints.clone(),
        salt: "demo".to_owned(),
        artifacts: places.artifacts.clone(),
        file: places.deployment(),
    };
    deploy(&client, &signer, &plan, |step| {
        tell.line(&format!("  {step}"))
    })
    .await
    .map_err(|error| DemoError::Deploy(error.to_string()))
}

/// Arguments that every service takes.
fn service<'a>(home: &'a str, deployment: &'a str, from: &'a str) -> [&'a str; 6] {
    ["--home", home, "--deployment", deployment, "--from", from]
}

/// Starts the relayer.
pub(crate) fn relayer(processes: &mut Processes, places: &Places) -> Result<(), DemoError> {
    let home = people::make_home(&places.work, CHAIN_ID, RELAYER)?;
    let deployment = places.deployment();
    let common = service(text(&home)?, text(&deployment)?, RELAYER.0);
    let arguments = [&["relayer", "--poll", "500"][..], &common].concat();
    processes.start("relayer", &places.ballast(), &arguments)
}

/// Starts a worker on the CPU. `cheats` spoils results: only programs built for the demo
/// can.
pub(crate) fn worker(
    processes: &mut Processes,
    places: &Places,
    name: &str,
    cheats: bool,
) -> Result<(), DemoError> {
    let home = people::home(&places.work, name);
    let deployment = places.deployment();
    let common = service(text(&home)?, text(&deployment)?, name);
    // Batches of seconds, as all of devnet is.
    let start = [
        "worker",
        "start",
        "--backend",
        "cpu",
        "--batch-after",
        "4",
        "--look",
        "500",
        "--keep-for",
        "3600",
    ];
    let cheat: &[&str] = if cheats { &["--cheat", "1"] } else { &[] };
    let arguments = [&start[..], &common, cheat].concat();
    processes.start(name, &places.ballast(), &arguments)
}

/// Where the coordinator will listen, before it runs: the chain is told.
pub(crate) struct CoordinatorPlaces {
    /// Its configuration.
    pub(crate) config: PathBuf,
    /// Where apps come to.
    pub(crate) url: String,
}

/// Writes the coordinator's configuration.
pub(crate) fn configure_coordinator(places: &Places) -> Result<CoordinatorPlaces, DemoError> {
    let home = people::home(&places.work, "coordinator");
    let http = format!("127.0.0.1:{}", free_port()?);
    let workers = format!("127.0.0.1:{}", free_port()?);
    let data = home.join("data");
    let text = format!(
        "data = {data:?}\n[http]\nlisten = \"{http}\"\n[workers]\nlisten = \"{workers}\"\n\
         [tls]\nmode = \"off\"\n"
    );
    let config = home.join("coordinator.toml");
    fs::create_dir_all(&home)
        .and_then(|()| fs::write(&config, text))
        .map_err(|source| DemoError::File {
            path: config.clone(),
            source,
        })?;
    Ok(CoordinatorPlaces {
        config,
        url: format!("http://{http}"),
    })
}

/// Starts the coordinator, and waits until it knows the chain.
pub(crate) async fn coordinator(
    processes: &mut Processes,
    places: &Places,
    at: &CoordinatorPlaces,
) -> Result<(), DemoError> {
    let home = people::home(&places.work, "coordinator");
    let deployment = places.deployment();
    let common = service(text(&home)?, text(&deployment)?, "coordinator");
    let start = ["coordinator", "start", "--config", text(&at.config)?];
    let arguments = [&start[..], &common].concat();
    processes.start("coordinator", &places.ballast(), &arguments)?;
    let http = reqwest::Client::new();
    let ready = format!("{}/readyz", at.url);
    until(
        "the coordinator is ready",
        Duration::from_secs(60),
        async || {
            processes.check()?;
            match http.get(&ready).send().await {
                Ok(answer) if answer.status().is_success() => Ok(Some(())),
                _ => Ok(None),
            }
        },
    )
    .await
}

#[derive(Deserialize)]
struct Envelope {
    result: Key,
}

#[derive(Deserialize)]
struct Key {
    key: String,
}

/// Makes an API key for an order.
pub(crate) async fn api_key(
    places: &Places,
    at: &CoordinatorPlaces,
    order: u64,
) -> Result<String, DemoError> {
    let ballast = places.ballast();
    let output = tokio::process::Command::new(&ballast)
        .args(["--output", "json", "coordinator", "keys", "add"])
        .args(["--order", &order.to_string(), "--config"])
        .arg(&at.config)
        .output()
        .await
        .map_err(|source| DemoError::File {
            path: ballast,
            source,
        })?;
    let envelope: Envelope = serde_json::from_slice(&output.stdout).map_err(|error| {
        let said = String::from_utf8_lossy(&output.stderr);
        DemoError::Unexpected(format!("making an API key: {error}: {said}"))
    })?;
    Ok(envelope.result.key)
}

/// Starts the auditor of an order: it acts for the app.
pub(crate) fn auditor(
    processes: &mut Processes,
    places: &Places,
    at: &CoordinatorPlaces,
    (order, api_key): (&str, &str),
    from: (&str, u32),
) -> Result<(), DemoError> {
    let name = format!("auditor-{order}");
    let home = people::make_home(&places.work.join(&name), CHAIN_ID, from)?;
    let file = home.join("api-key");
    fs::write(&file, api_key).map_err(|source| DemoError::File {
        path: file.clone(),
        source,
    })?;
    let deployment = places.deployment();
    let common = service(text(&home)?, text(&deployment)?, from.0);
    let audit = [
        "audit",
        "--backend",
        "cpu",
        "--poll",
        "1000",
        "--coordinator",
        &at.url,
        "--api-key-file",
        text(&file)?,
    ];
    let arguments = [&audit[..], &common].concat();
    processes.start(&name, &places.ballast(), &arguments)
}
