//! The processes, in the order in which they need each other.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use chain_client::{Client, Config, signer::Signer, transport::Failover};
use compute_api::oracle::{BeaconNetwork, Trust};
use deployment::{
    Deployment, Endpoints, Profile,
    deploy::{Plan, deploy},
};
use processes::{Processes, free_port, free_ports};
use serde::Deserialize;

use crate::{
    DemoError, Tell,
    people::{self, MNEMONIC, RELAYER},
    wait::until,
};

pub use localnet::{CHAIN_ID, FEE_DENOM};

/// What issuers' bonds are in.
pub const BOND_DENOM: &str = "ubond";

/// Where things are.
pub struct Places {
    /// Folder of the programs.
    pub programs: PathBuf,
    /// Folder of the contracts.
    pub artifacts: PathBuf,
    /// Folder of all homes, logs and the deployment.
    pub work: PathBuf,
}

impl Places {
    /// The one binary.
    #[must_use]
    pub fn ballast(&self) -> PathBuf {
        self.programs.join("ballast")
    }

    /// What `ballast deploy` would have written.
    #[must_use]
    pub fn deployment(&self) -> PathBuf {
        self.work.join("deployment.json")
    }
}

/// As an argument.
fn text(path: &Path) -> Result<&str, DemoError> {
    path.to_str()
        .ok_or_else(|| DemoError::Unexpected(format!("{} is no text", path.display())))
}

/// What drand's HTTP API says of a network.
#[derive(Deserialize)]
struct BeaconInfo {
    public_key: String,
    genesis_time: u64,
    period: u64,
}

/// Starts the beacon; its URL and what contracts have to know of it.
pub async fn beacon(
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
pub async fn contracts(
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
pub fn relayer(processes: &mut Processes, places: &Places) -> Result<(), DemoError> {
    let home = people::make_home(&places.work, CHAIN_ID, RELAYER)?;
    let deployment = places.deployment();
    let common = service(text(&home)?, text(&deployment)?, RELAYER.0);
    let arguments = [&["relayer", "--poll", "500"][..], &common].concat();
    Ok(processes.start("relayer", &places.ballast(), &arguments)?)
}

/// Starts a worker on the CPU. `cheats` spoils results: only programs built for the demo
/// can.
pub fn worker(
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
    Ok(processes.start(name, &places.ballast(), &arguments)?)
}

/// Where the coordinator will listen, before it runs: the chain is told.
pub struct CoordinatorPlaces {
    /// Its configuration.
    pub config: PathBuf,
    /// Where apps come to.
    pub url: String,
}

/// Writes the coordinator's configuration.
pub fn configure_coordinator(places: &Places) -> Result<CoordinatorPlaces, DemoError> {
    let home = people::home(&places.work, "coordinator");
    let ports = free_ports(2)?;
    let [http, workers] = ports.as_slice() else {
        return Err(DemoError::Unexpected(format!("two ports, not {ports:?}")));
    };
    let data = home.join("data");
    let text = format!(
        "data = {data:?}\n[http]\nlisten = \"127.0.0.1:{http}\"\n\
         [workers]\nlisten = \"127.0.0.1:{workers}\"\n\
         [tls]\nmode = \"off\"\n"
    );
    let config = home.join("coordinator.toml");
    fs::create_dir_all(&home)
        .and_then(|()| fs::write(&config, text))
        .map_err(DemoError::file(&config))?;
    Ok(CoordinatorPlaces {
        config,
        url: format!("http://127.0.0.1:{http}"),
    })
}

/// Starts the coordinator, and waits until it knows the chain.
pub async fn coordinator(
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
pub async fn api_key(
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
        .map_err(DemoError::file(&ballast))?;
    let envelope: Envelope = serde_json::from_slice(&output.stdout).map_err(|error| {
        let said = String::from_utf8_lossy(&output.stderr);
        DemoError::Unexpected(format!("making an API key: {error}: {said}"))
    })?;
    Ok(envelope.result.key)
}

/// Starts the auditor of an order: it acts for the app.
pub fn auditor(
    processes: &mut Processes,
    places: &Places,
    at: &CoordinatorPlaces,
    (order, api_key): (&str, &str),
    from: (&str, u32),
) -> Result<(), DemoError> {
    let name = format!("auditor-{order}");
    let home = people::make_home(&places.work.join(&name), CHAIN_ID, from)?;
    let file = home.join("api-key");
    fs::write(&file, api_key).map_err(DemoError::file(&file))?;
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
    Ok(processes.start(&name, &places.ballast(), &arguments)?)
}
