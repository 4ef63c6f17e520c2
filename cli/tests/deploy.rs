//! Real processes: `ballast-devnet`, and `ballast deploy` that is killed midway and
//! run again.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

/// Quicknet's key, as drand's `/info` gives it.
const QUICKNET: &str = "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a\
                        0a6c3ac6a5776a2d1064510d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd27\
                        4ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a";

fn root() -> &'static Path {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().unwrap()
}

/// `ballast-devnet` with a block every half second, killed when it is dropped.
struct Devnet {
    child: Child,
    told: Value,
}

impl Devnet {
    fn start() -> Self {
        let binary: PathBuf =
            Path::new(env!("CARGO_BIN_EXE_ballast")).with_file_name("ballast-devnet");
        assert!(
            binary.is_file(),
            "cargo build -p devnet makes {}",
            binary.display()
        );
        // Through `ballast devnet`, which finds the binary beside itself.
        let mut child = Command::new(env!("CARGO_BIN_EXE_ballast"))
            .args(["devnet", "--", "--json", "--blocks", "500ms"])
            .args(["--grpc-port", "0", "--rpc-port", "0", "--rest-port", "0"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let told = serde_json::from_str(&line).unwrap();
        Self { child, told }
    }

    fn url(&self, name: &str) -> &str {
        self.told[name].as_str().unwrap()
    }
}

impl Drop for Devnet {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A home folder, and `ballast` in it.
struct Home {
    folder: TempDir,
}

impl Home {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let info = json!({
            "public_key": QUICKNET,
            "period": 3,
            "genesis_time": 1_692_803_367,
            "schemeID": "bls-unchained-g1-rfc9380",
        });
        std::fs::write(folder.path().join("beacon.json"), info.to_string()).unwrap();
        Self { folder }
    }

    fn ballast(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ballast"));
        command
            .args(arguments)
            .env("BALLAST_HOME", self.folder.path())
            .env_remove("BALLAST_NODE")
            .env_remove("BALLAST_DEPLOYMENT")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.ballast(arguments).output().unwrap()
    }

    /// What it prints with `--output json`.
    fn json(&self, arguments: &[&str]) -> Value {
        let output = self.run(&[arguments, &["--output", "json"]].concat());
        let text = String::from_utf8(output.stdout).unwrap();
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{arguments:?}: {text}{error}");
        let mut told: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(told["version"], 1);
        told["result"].take()
    }

    fn deploy(&self, devnet: &Devnet) -> Vec<String> {
        let artifacts = root().join("artifacts");
        let beacon = self.folder.path().join("beacon.json");
        [
            "deploy",
            "--yes",
            "--from",
            "owner",
            "--node",
            devnet.url("grpc"),
            "--rest",
            devnet.url("rest"),
            "--artifacts",
            artifacts.to_str().unwrap(),
            "--beacon",
            beacon.to_str().unwrap(),
            "--beacon-url",
            "http://127.0.0.1:9",
        ]
        .map(str::to_owned)
        .into()
    }
}

#[test]
fn a_killed_deployment_goes_on() {
    let devnet = Devnet::start();
    let home = Home::new();
    home.json(&["keys", "import", "owner", "--devnet-account", "0"]);
    let arguments = home.deploy(&devnet);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();

    let mut killed = home.ballast(&arguments).spawn().unwrap();
    let steps = BufReader::new(killed.stderr.take().unwrap());
    let reached = steps
        .lines()
        .map_while(Result::ok)
        .any(|line| line.starts_with("votes: uploading"));
    killed.kill().unwrap();
    killed.wait().unwrap();
    assert!(reached, "it ended before");
    assert!(home.folder.path().join("deployment.json.partial").exists());

    let deployed = home.json(&arguments);
    // Nothing was uploaded twice.
    let codes = json!({ "coin": 1, "oracle": 2, "votes": 3, "market": 4 });
    assert_eq!(deployed["codes"], codes);
    assert!(!home.folder.path().join("deployment.json.partial").exists());

    let status = home.json(&["status"]);
    assert_eq!(status["chain_id"], "ballast-devnet-1");
    let peg = &status["network"]["peg"];
    assert_eq!(peg["tier"], "cpu-small");
    assert_eq!(peg["opc"], "60000000000");
    assert_eq!(status["network"]["beacon"]["trust"], "public");
    let text = home.run(&["status"]);
    let text = String::from_utf8(text.stdout).unwrap();
    assert!(text.contains("1 coin = 60 G ops"), "{text}");

    // The faucet, asked at the address that the deployment names.
    home.json(&["keys", "add", "bob"]);
    let given = home.json(&["faucet", "bob", "--amount", "5"]);
    assert_eq!(given["amount"], "5");
}

#[test]
fn what_cannot_be_done_says_so_with_its_exit_code() {
    let home = Home::new();
    let nobody = "http://127.0.0.1:9";
    let code = |arguments: &[&str]| {
        let output = home.run(arguments);
        let said = String::from_utf8(output.stderr).unwrap();
        (output.status.code(), said)
    };
    let (exit, said) = code(&["status", "--node", nobody]);
    assert_eq!(exit, Some(3), "{said}");
    assert!(said.contains("BL-CHN-006"), "{said}");
    let (exit, said) = code(&["deploy", "--from", "owner", "--yes"]);
    assert_eq!(exit, Some(1), "{said}");
    assert!(said.contains("BL-KEY-004"), "{said}");
    home.json(&["keys", "import", "owner", "--devnet-account", "0"]);
    let (exit, said) = code(&["deploy", "--from", "owner", "--beacon", "quicknet"]);
    assert_eq!(exit, Some(1), "{said}");
    assert!(said.contains("--yes"), "{said}");
    let (exit, said) = code(&[
        "deploy",
        "--from",
        "owner",
        "--chain-id",
        "other-1",
        "--yes",
    ]);
    assert_eq!(exit, Some(1), "{said}");
    let (exit, said) = code(&["deploy", "--show", "--profile", "production"]);
    assert_eq!(exit, Some(1), "{said}");
    assert!(said.contains("--bond-per-coin"), "{said}");
    let rest = ["faucet", "owner", "--rest", nobody];
    assert_eq!(code(&rest).0, Some(3));
}

#[test]
fn keys_are_made_listed_and_deleted() {
    let home = Home::new();
    let made = home.json(&["keys", "add", "alice"]);
    let words = made["mnemonic"].as_str().unwrap().to_owned();
    assert_eq!(words.split(' ').count(), 24);
    // The same words under another name, from stdin.
    let mut import = home.ballast(&["keys", "import", "again"]);
    let mut import = import.stdin(Stdio::piped()).spawn().unwrap();
    {
        use std::io::Write;
        let mut stdin = import.stdin.take().unwrap();
        stdin.write_all(words.as_bytes()).unwrap();
    }
    assert!(import.wait().unwrap().success());
    let mut text = String::new();
    import.stdout.unwrap().read_to_string(&mut text).unwrap();
    assert_eq!(
        text.trim(),
        format!("again  {}", made["address"].as_str().unwrap())
    );
    let names = |listed: &Value| -> Vec<String> {
        let all = listed.as_array().unwrap().iter();
        all.map(|key| key["name"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(names(&home.json(&["keys", "list"])), ["again", "alice"]);
    assert_eq!(
        home.run(&["keys", "delete", "again"]).status.code(),
        Some(1)
    );
    home.json(&["keys", "delete", "again", "--yes"]);
    assert_eq!(names(&home.json(&["keys", "list"])), ["alice"]);

    assert_eq!(home.run(&["keys", "signing"]).status.code(), Some(1));
    let signing = home.json(&["keys", "signing", "--create"]);
    assert_eq!(signing["public_key"].as_str().unwrap().len(), 64);
    assert_eq!(home.json(&["keys", "signing"]), signing);
}

#[test]
fn parameters_and_completions_are_printed() {
    let home = Home::new();
    let shown = home.run(&["deploy", "--show"]);
    let text = String::from_utf8(shown.stdout).unwrap();
    let row = text
        .lines()
        .find(|line| line.starts_with("oracle.census.matrix "))
        .unwrap();
    let cells: Vec<&str> = row.split_whitespace().collect();
    assert_eq!(cells, ["oracle.census.matrix", "256", "4096"]);
    for shell in ["bash", "zsh", "fish"] {
        let script = home.run(&["completions", shell]);
        let text = String::from_utf8(script.stdout).unwrap();
        assert!(text.contains("keyring-backend"), "{shell}");
    }
}
