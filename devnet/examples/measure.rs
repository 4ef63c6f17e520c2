//! Measures devnet and writes the numbers to a file:
//! `cargo run --release -p devnet --example measure -- docs/data/devnet.json`.
//!
//! Needs the contracts that `make wasm` builds.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use devnet::node::{Clock, Config, Node};
use test_suite::figures::{Figures, Row};

#[path = "../tests/common/mod.rs"]
mod common;

use common::{Signer, artifact, cw20};

const TRANSFERS: u64 = 1_000;
const BLOCKS: u64 = 100_000;
const STARTS: u32 = 5;

fn main() -> Result<()> {
    let out = std::env::args().nth(1).context("usage: measure FILE")?;
    let folder = tempfile::tempdir()?;
    let rows = vec![
        Row::new("cold start to first block", cold_start()?, "ms").at_most(1_000_u64),
        Row::new("cw20 transfers/in memory", transfers(None)?, "a second"),
        Row::new(
            "cw20 transfers/with --state",
            transfers(Some(folder.path()))?,
            "a second",
        ),
        Row::new("memory/after 100 000 empty blocks", memory()?, "KiB"),
    ];
    let command = format!("cargo run --release -p devnet --example measure -- {out}");
    let mut figures = Figures::new(command, test_suite::workspace::root())?;
    figures.rows = rows;
    figures.write(Path::new(&out))
}

/// Milliseconds from starting the binary to its first block, the mean of a few.
fn cold_start() -> Result<u64> {
    let example = std::env::current_exe()?;
    let folder = example.ancestors().nth(2).context("the target folder")?;
    let binary = folder.join("ballast-devnet");
    ensure!(
        binary.is_file(),
        "build ballast-devnet with the same profile first"
    );
    let mut total = 0;
    for _ in 0..STARTS {
        let begin = Instant::now();
        let mut child = Command::new(&binary)
            .args([
                "--json",
                "--grpc-port",
                "0",
                "--rpc-port",
                "0",
                "--rest-port",
                "0",
            ])
            .stdout(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        let stdout = child.stdout.take().context("its output")?;
        BufReader::new(stdout).read_line(&mut line)?;
        total += begin.elapsed().as_millis();
        child.kill()?;
        child.wait()?;
    }
    Ok(u64::try_from(total)? / u64::from(STARTS))
}

/// Transfers a second, each in a block of its own, signatures made beforehand.
fn transfers(folder: Option<&Path>) -> Result<u64> {
    let node = Node::start(Config {
        clock: Clock::System,
        state: folder.map(|folder| folder.join("state.redb")),
        ..Config::default()
    })?;
    let mut alice = Signer::genesis(0);
    let code = alice.store(&node, artifact("plain_cw20"));
    let coin = alice.instantiate(&node, code, &cw20(&alice.address));
    let to = Signer::genesis(1).address;
    let transfer = serde_json::json!({ "transfer": { "recipient": to, "amount": "1" } });
    let msg = alice.execute_msg(&coin, &transfer);
    let chain = node.config().chain_id.clone();
    let signed: Vec<_> = (0..TRANSFERS)
        .map(|_| alice.sign(&chain, vec![msg.clone()], 300_000))
        .collect();
    let begin = Instant::now();
    for bytes in &signed {
        let checked = node.broadcast(bytes)?;
        ensure!(checked.code == 0, "{}", checked.log);
    }
    let micros = u64::try_from(begin.elapsed().as_micros())?.max(1);
    Ok(TRANSFERS * 1_000_000 / micros)
}

/// Resident memory of this process with a chain of many empty blocks in it.
fn memory() -> Result<u64> {
    let node = Node::start(Config::default())?;
    node.mine(BLOCKS)?;
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line
        .and_then(|line| line.split_whitespace().next())
        .context("VmRSS")?;
    Ok(kib.parse()?)
}
