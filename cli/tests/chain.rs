//! `ballast query`, `tx` and `issuer` on a devnet with all contracts, as its users run
//! them: results, exit codes, and the same answers as a plain smart query gives.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;

use chain_client::transport::Failover;
use chain_client::{Client, Config};
use devnet::node::{Config as ChainConfig, Node};
use devnet::server::{Ports, Server, serve};
use serde_json::{Value, json};
use tempfile::TempDir;

const CHAIN: &str = "ballast-devnet-1";

/// A devnet in this process, with the contracts on it.
struct Net {
    _server: Server,
    url: String,
    home: TempDir,
}

impl Net {
    async fn start() -> Self {
        let node = Node::start(ChainConfig::default()).unwrap();
        let server = serve(Arc::new(node), Ports::free()).await.unwrap();
        let net = Self {
            url: format!("http://{}", server.grpc),
            _server: server,
            home: tempfile::tempdir().unwrap(),
        };
        for (name, account) in [("alice", "0"), ("bob", "1")] {
            net.run(&["keys", "import", name, "--devnet-account", account])
                .ok();
        }
        let artifacts = root().join("artifacts");
        let artifacts = artifacts.to_str().unwrap();
        let deploy = [
            "deploy",
            "--beacon",
            "quicknet",
            "--artifacts",
            artifacts,
            "--from",
            "alice",
            "--yes",
        ];
        net.run(&deploy).ok();
        net
    }

    fn run(&self, words: &[&str]) -> Ran {
        self.run_at(&self.url, words)
    }

    fn run_at(&self, url: &str, words: &[&str]) -> Ran {
        let output = Command::new(env!("CARGO_BIN_EXE_ballast"))
            .args(words)
            .env("BALLAST_HOME", self.home.path())
            .env("BALLAST_NODE", url)
            .env_remove("BALLAST_FROM")
            .stdin(std::process::Stdio::null())
            .output()
            .unwrap();
        Ran {
            words: words.join(" "),
            output,
        }
    }

    fn json(&self, words: &[&str]) -> Ran {
        let words: Vec<&str> = words.iter().copied().chain(["--output", "json"]).collect();
        self.run(&words)
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

struct Ran {
    words: String,
    output: Output,
}

impl Ran {
    /// Ended with this code.
    #[track_caller]
    fn code(self, code: i32) -> Self {
        let stdout = self.stdout();
        let stderr = String::from_utf8_lossy(&self.output.stderr);
        let ended = self.output.status.code();
        assert_eq!(ended, Some(code), "{}\n{stdout}\n{stderr}", self.words);
        self
    }

    #[track_caller]
    fn ok(self) -> Self {
        self.code(0)
    }

    fn stdout(&self) -> String {
        String::from_utf8_lossy(&self.output.stdout).into_owned()
    }

    fn stderr(&self) -> String {
        String::from_utf8_lossy(&self.output.stderr).into_owned()
    }

    /// A part of the envelope.
    #[track_caller]
    fn part(&self, name: &str) -> Value {
        let envelope: Value = serde_json::from_str(&self.stdout()).unwrap();
        assert_eq!(envelope["version"], 1);
        envelope[name].clone()
    }
}

/// All in one: putting the contracts on a chain takes longer than the rest.
#[tokio::test(flavor = "multi_thread")]
async fn the_contracts_are_asked_and_told() {
    let net = Net::start().await;
    questions(&net).await;
    an_issuers_life(&net);
    ways_to_send(&net);
    mistakes(&net);
}

async fn questions(net: &Net) {
    let text = net.run(&["query", "peg"]).ok().stdout();
    assert!(
        text.contains("1 coin ") && text.contains("status "),
        "{text}"
    );
    // The same answer as `wasmd query wasm contract-state smart ADDR '{"peg":{}}'`.
    let file = net.home.path().join("deployment.json");
    let deployment: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    let node = Failover::grpc(CHAIN, std::slice::from_ref(&net.url)).unwrap();
    let client = Client::new(Config::new(CHAIN, "ustake"), node);
    let oracle = deployment["contracts"]["oracle"].as_str().unwrap();
    let smart: Value = client.query(oracle, &json!({ "peg": {} })).await.unwrap();
    let ran = net.json(&["query", "peg"]).ok();
    assert_eq!(ran.part("command"), "query oracle peg");
    let (peg, tier) = (ran.part("result"), smart["tier"].clone());
    assert_eq!((&peg["tier"], &peg["target"]), (&tier, &smart["target"]));
    // Each question that takes nothing is answered, in both forms.
    for (module, verbs) in [
        (
            "coin",
            ["supply", "token-info", "minter", "contracts", "ownership"].as_slice(),
        ),
        (
            "oracle",
            &[
                "params",
                "tiers",
                "backing",
                "issuers",
                "census",
                "censuses",
                "operators",
                "peg-history",
                "pauses",
                "beacon-network",
                "guardian",
                "announced",
            ],
        ),
        (
            "votes",
            &["params", "operators", "protection-pool", "announced"],
        ),
        (
            "market",
            &[
                "params",
                "orders",
                "batches",
                "slots",
                "holdings",
                "deadlines",
                "programs",
                "all-terms",
                "last-halt",
            ],
        ),
    ] {
        for verb in verbs {
            net.run(&["query", module, verb]).ok();
            net.json(&["query", module, verb]).ok();
        }
    }
    let votes = net
        .run(&["query", "votes", "--from", "alice"])
        .ok()
        .stdout();
    assert_eq!(votes.trim(), "no votes");
}

fn an_issuers_life(net: &Net) {
    let bob = net.json(&["keys", "show", "bob"]).ok().part("result")["address"].clone();
    let identity = [
        "--identity-name",
        "Acme",
        "--identity-jurisdiction",
        "NL",
        "--identity-url",
        "https://acme.example",
        "--identity-contact",
        "ops@acme.example",
    ];
    let apply = [["issuer", "apply", "bob"].as_slice(), &identity].concat();
    let applied = net.json(&apply).ok().part("result");
    assert_eq!(applied["msg"]["admit_issuer"]["issuer"], bob);
    let admit = [
        "tx",
        "oracle",
        "admit-issuer",
        "bob",
        "--from",
        "alice",
        "--yes",
    ];
    let admitted = net
        .run(&[admit.as_slice(), &identity].concat())
        .ok()
        .stdout();
    assert!(admitted.starts_with("included in block "), "{admitted}");
    assert!(admitted.contains("issuer"), "{admitted}");
    net.run(&["issuer", "bond", "5000000", "--from", "bob", "--yes"])
        .ok();
    net.run(&[
        "issuer", "commit", "1.5TOPS", "+1h", "--from", "bob", "--yes",
    ])
    .ok();
    let status = net
        .json(&["issuer", "status", "--from", "bob"])
        .ok()
        .part("result");
    assert_eq!(status["issuer"]["backing"]["committed"], "1500000000000");
    assert_eq!(status["issuer"]["backing"]["bond"], "5000000");
    let text = net.run(&["issuer", "status", "bob"]).ok().stdout();
    assert!(text.contains("1.5 TOPS") && text.contains("Acme"), "{text}");
    let backing = net.run(&["query", "backing"]).ok().stdout();
    assert!(
        backing.contains(bob.as_str().unwrap()) && backing.contains("1.5 TOPS"),
        "{backing}"
    );
    // Nothing is measured yet, so the gate is closed: the chain says no.
    let mint = net
        .json(&["issuer", "mint", "bob", "1", "--from", "bob", "--yes"])
        .code(2);
    assert!(
        mint.part("error")["code"]
            .as_str()
            .unwrap()
            .starts_with("BL-")
    );
}

fn ways_to_send(net: &Net) {
    let pause = ["tx", "oracle", "pause", "mint", "10s", "--from", "alice"];
    let with = |more: &[&'static str]| [pause.as_slice(), more].concat();
    let dry = net.json(&with(&["--dry-run"])).ok().part("result");
    assert_eq!(dry["state"], "simulated");
    let unsigned = net.json(&with(&["--generate-only"])).ok().part("result");
    let msg = &unsigned["tx"]["body"]["messages"][0]["msg"];
    assert_eq!(*msg, json!({ "pause": { "what": "mint", "seconds": 10 } }));
    // Neither has sent anything, and without an answer nothing is sent.
    let asked = net.run(&pause).code(1);
    assert!(asked.stderr().contains("--yes"), "{}", asked.stderr());
    assert_eq!(
        net.json(&["query", "oracle", "pauses"]).part("result")["mint"],
        Value::Null
    );
    net.run(&with(&["--yes"])).ok();
    assert_ne!(
        net.json(&["query", "oracle", "pauses"]).part("result")["mint"],
        Value::Null
    );
    // A hook goes by way of the coin.
    let vote = [
        "tx",
        "votes",
        "vote",
        "bob",
        "2.5",
        "--from",
        "alice",
        "--generate-only",
    ];
    let unsigned = net.json(&vote).ok().part("result");
    let send = &unsigned["tx"]["body"]["messages"][0]["msg"]["send"];
    assert_eq!(send["amount"], "2500000");
}

fn mistakes(net: &Net) {
    // The contract says no: alice has no coins.
    let poor = [
        "tx", "coin", "transfer", "bob", "1", "--from", "alice", "--yes",
    ];
    net.run(&poor).code(2);
    net.run(&["query", "market", "order", "7"]).code(2);
    // Wrong words.
    net.run(&["query", "pegs"]).code(1);
    let amount = [
        "tx",
        "coin",
        "transfer",
        "bob",
        "0.1234567",
        "--from",
        "alice",
        "--yes",
    ];
    let amount = net.run(&amount).code(1);
    assert!(
        amount.stderr().contains("six decimals"),
        "{}",
        amount.stderr()
    );
    let nobody = net.run(&["query", "votes", "opertor"]).code(1);
    assert!(
        nobody.stderr().contains("query votes operator"),
        "{}",
        nobody.stderr()
    );
    net.run(&["query", "rewards"]).code(1);
    // Nobody listens there.
    net.run_at("http://127.0.0.1:9", &["query", "peg"]).code(3);
    // No deployment.
    let empty = tempfile::tempdir().unwrap();
    let home = empty.path().to_str().unwrap();
    let lost = net.run(&["query", "peg", "--home", home]).code(1);
    assert!(
        lost.stderr().contains("ballast deploy"),
        "{}",
        lost.stderr()
    );
}
