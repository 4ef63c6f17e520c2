//! Deployments to a devnet in this process: whole, interrupted at every step, refused.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};

use chain_client::keys::{DEVNET_MNEMONIC, Key};
use chain_client::signer::Signer;
use chain_client::transport::Failover;
use chain_client::{Client, Config};
use compute_api::oracle::{BeaconNetwork, PegResponse, QueryMsg, Trust};
use cosmrs::proto::cosmwasm::wasm::v1::{QueryCodesRequest, QueryCodesResponse};
use cosmwasm_std::coin;
use deployment::deploy::{DeployError, Plan, Step, deploy};
use deployment::{Deployment, Endpoints, Network, Profile, keplr};
use devnet::node::{Config as ChainConfig, Node};
use devnet::server::{Ports, Server, serve};
use tempfile::TempDir;

const CHAIN: &str = "ballast-devnet-1";

/// A chain, and a folder for files.
struct Place {
    runtime: tokio::runtime::Runtime,
    server: Server,
    chain_id: &'static str,
    folder: TempDir,
}

impl Place {
    fn new(chain_id: &'static str) -> Self {
        let config = ChainConfig {
            chain_id: chain_id.to_owned(),
            ..ChainConfig::default()
        };
        let node = Arc::new(Node::start(config).unwrap());
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let server = runtime.block_on(serve(node, Ports::free())).unwrap();
        Self {
            runtime,
            server,
            chain_id,
            folder: tempfile::tempdir().unwrap(),
        }
    }

    /// A client whose connection lives in `runtime`.
    fn client_in(&self, runtime: &tokio::runtime::Runtime) -> Client {
        let _within = runtime.enter();
        let urls = [format!("http://{}", self.server.grpc)];
        let mut config = Config::new(self.chain_id, "ustake");
        config.poll = std::time::Duration::from_millis(20);
        Client::new(config, Failover::grpc(self.chain_id, &urls).unwrap())
    }

    fn client(&self) -> Client {
        self.client_in(&self.runtime)
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("deployment.json")
    }

    fn plan(&self, profile: Profile) -> Plan {
        let address = |index| Key::from_mnemonic(DEVNET_MNEMONIC, index).unwrap();
        Plan {
            profile,
            owner: address(1).address().to_owned(),
            guardian: address(2).address().to_owned(),
            admin: Some(address(1).address().to_owned()),
            beacon: quicknet(),
            beacons: vec!["http://127.0.0.1:9".to_owned()],
            endpoints: Endpoints {
                grpc: vec![format!("http://{}", self.server.grpc)],
                rpc: format!("http://{}", self.server.rpc),
                rest: format!("http://{}", self.server.rest),
            },
            salt: "ballast".to_owned(),
            artifacts: root().join("artifacts"),
            file: self.file(),
        }
    }

    /// Deploys to the end; the steps it took.
    fn deploy(&self, plan: &Plan) -> (Result<Deployment, DeployError>, Vec<Step>) {
        let steps = Mutex::new(Vec::new());
        let client = self.client();
        let done = self.runtime.block_on(async {
            let key = Key::from_mnemonic(DEVNET_MNEMONIC, 0).unwrap();
            let signer = Signer::start(client.clone(), key);
            let tell = |step: &Step| steps.lock().unwrap().push(step.clone());
            deploy(&client, &signer, plan, tell).await
        });
        (done, steps.into_inner().unwrap())
    }

    /// Deploys and is gone at the `last` step, with whatever is on its way by then.
    /// Whether it came so far.
    fn interrupted(&self, plan: &Plan, last: usize) -> bool {
        // A runtime of its own, so that nothing of it lives on.
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let plan = plan.clone();
        let client = self.client_in(&runtime);
        let (told, steps) = std::sync::mpsc::channel();
        runtime.spawn(async move {
            let key = Key::from_mnemonic(DEVNET_MNEMONIC, 0).unwrap();
            let signer = Signer::start(client.clone(), key);
            let tell = |_: &Step| {
                let _ = told.send(());
            };
            deploy(&client, &signer, &plan, tell).await.map(|_| ())
        });
        let came = steps.iter().take(last).count();
        // Its tasks end where they wait next.
        drop(runtime);
        came == last
    }

    fn codes(&self) -> usize {
        let client = self.client();
        let path = "/cosmwasm.wasm.v1.Query/Codes";
        let request = QueryCodesRequest::default();
        let asked = client.ask::<_, QueryCodesResponse>(path, &request);
        self.runtime.block_on(asked).unwrap().code_infos.len()
    }
}

fn root() -> &'static Path {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.ancestors().nth(2).unwrap()
}

fn quicknet() -> BeaconNetwork {
    let network = compute_proofs::beacon::QUICKNET;
    BeaconNetwork {
        public_key: network.public_key.into(),
        genesis: network.genesis,
        period: network.period,
        trust: Trust::Public,
    }
}

#[test]
fn it_deploys_once_and_says_what_the_peg_is() {
    let place = Place::new(CHAIN);
    let plan = place.plan(Profile::devnet("ustake"));
    let (done, steps) = place.deploy(&plan);
    let deployment = done.unwrap();
    assert!(matches!(
        steps.as_slice(),
        [.., Step::Making, Step::Made { .. }, Step::Checking]
    ));
    assert_eq!(Deployment::load(&plan.file).unwrap(), deployment);
    assert!(!place.folder.path().join("deployment.json.partial").exists());
    let network = Network::new(place.client(), deployment.clone());
    let asked = network.oracle::<PegResponse>(&QueryMsg::Peg {});
    let peg = place.runtime.block_on(asked).unwrap();
    assert_eq!(
        (peg.tier.as_str(), peg.opc.u128()),
        ("cpu-small", 60_000_000_000)
    );

    // Again: nothing is done.
    let (again, steps) = place.deploy(&plan);
    assert_eq!(again.unwrap(), deployment);
    assert_eq!(steps, [Step::There]);
    // A second network of the same code, elsewhere.
    let second = Plan {
        salt: "second".to_owned(),
        file: place.folder.path().join("second.json"),
        ..plan.clone()
    };
    let (second, _) = place.deploy(&second);
    let second = second.unwrap();
    assert_eq!(second.codes, deployment.codes);
    assert_ne!(second.contracts, deployment.contracts);
    assert_eq!(place.codes(), 4);

    // The file of a chain that is no more.
    let other = Place::new(CHAIN);
    let (gone, _) = other.deploy(&plan);
    assert!(matches!(gone, Err(DeployError::Gone { .. })), "{gone:?}");

    keplr_takes_it(&keplr::path(&plan.file));
}

#[test]
fn interrupted_anywhere_it_goes_on_and_does_nothing_twice() {
    let place = Place::new(CHAIN);
    let plan = place.plan(Profile::devnet("ustake"));
    // Each run is gone one step later than the one before.
    let runs = (1..=20)
        .take_while(|last| place.interrupted(&plan, *last))
        .count();
    assert!(runs >= 5, "only {runs} runs were interrupted");
    let (done, _) = place.deploy(&plan);
    done.unwrap();
    assert_eq!(place.codes(), 4);
    assert!(!place.folder.path().join("deployment.json.partial").exists());
}

#[test]
fn production_is_taken_and_what_does_not_fit_is_refused() {
    let place = Place::new("ballast-1");
    let production = Profile::production(coin(1_000_000, "ustake"));
    let devnet = place.plan(Profile::devnet("ustake"));
    let (refused, _) = place.deploy(&devnet);
    assert!(matches!(refused, Err(DeployError::NotDevnet { .. })));
    let plan = place.plan(production);
    let salt = Plan {
        salt: String::new(),
        ..plan.clone()
    };
    assert!(matches!(place.deploy(&salt).0, Err(DeployError::Salt(_))));
    let lost = Plan {
        artifacts: place.folder.path().to_owned(),
        ..plan.clone()
    };
    let error = place.deploy(&lost).0.unwrap_err();
    assert!(error.to_string().contains("make wasm"), "{error}");

    assert!(place.interrupted(&plan, 2));
    let other = Plan {
        admin: None,
        ..plan.clone()
    };
    let (refused, _) = place.deploy(&other);
    let differs = matches!(&refused, Err(DeployError::OtherPlan { what: "admin", .. }));
    assert!(differs, "{refused:?}");
    let (done, _) = place.deploy(&plan);
    assert_eq!(done.unwrap().bond_denom, "ustake");
}

/// Keplr's own rules (`tests/keplr`). Without Node it is a visible skip, but in CI.
#[allow(clippy::print_stderr)]
fn keplr_takes_it(entry: &Path) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/keplr");
    let run = |program: &str, arguments: &[&str]| {
        let mut command = Command::new(program);
        command.args(arguments).current_dir(&folder).output()
    };
    if !run("node", &["--version"]).is_ok_and(|output| output.status.success()) {
        assert!(std::env::var_os("CI").is_none(), "CI needs Node 20");
        eprintln!("SKIPPED: Keplr's rules; install Node 20");
        return;
    }
    let lock = fs::read(folder.join("package-lock.json")).unwrap();
    let stamp = folder.join("node_modules/.installed-lock.json");
    if fs::read(&stamp).ok().as_ref() != Some(&lock) {
        let installed = run("npm", &["ci", "--ignore-scripts", "--loglevel=error"]).unwrap();
        let error = String::from_utf8_lossy(&installed.stderr).into_owned();
        assert!(installed.status.success(), "npm ci: {error}");
        fs::write(&stamp, lock).unwrap();
    }
    let checked = run("node", &["check.mjs", entry.to_str().unwrap()]).unwrap();
    let error = String::from_utf8_lossy(&checked.stderr).into_owned();
    assert!(checked.status.success(), "{error}");
}
