//! Measures devnet, beside wasmd where there is something to compare, and writes the
//! numbers to a file. `make devnet-figures` runs it.
//!
//! Needs the contracts that `make wasm` builds, and wasmd (`localnet/build.sh`).

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use chain_client::{Client, Msg, signer};
use cosmrs::proto::cosmos::tx::v1beta1::{BroadcastMode, BroadcastTxRequest, BroadcastTxResponse};
use devnet::node::{Config, Node};
use devnet::tx;
use e2e::{Chain, Kind, places};
use processes::{Launch, Process};
use serde_json::{Value, json};
use test_suite::figures::{Figures, Row};

#[path = "../tests/common/mod.rs"]
mod common;

use common::{Signer, artifact, cw20};

const TRANSFERS: u64 = 1_000;
const BLOCKS: u64 = 100_000;
const STARTS: u32 = 5;

#[tokio::main]
async fn main() -> Result<()> {
    let out = std::env::args().nth(1).context("usage: measure FILE")?;
    let folder = tempfile::tempdir()?;
    let start = cold_start(folder.path()).await?;
    let ours = transfers(&Chain::start(Kind::Devnet).await?.client()?).await?;
    let theirs = transfers(&Chain::start(Kind::Wasmd).await?.client()?).await?;
    let kept = kept(folder.path()).await?;
    let (before, after) = memory()?;
    let rows = vec![
        Row::new("start/to the first block, mean of 5", start, "ms").at_most(1_000_u64),
        Row::new("cw20 transfers/devnet", ours, "a second"),
        Row::new("cw20 transfers/devnet with --state", kept, "a second"),
        Row::new("cw20 transfers/wasmd v0.70.3", theirs, "a second"),
        Row::new(
            "cw20 transfers/devnet to wasmd",
            ratio(ours, theirs)?,
            "times",
        ),
        Row::new("memory/at start", before, "KiB"),
        Row::new("memory/after 100 000 empty blocks", after, "KiB"),
    ];
    let mut figures = Figures::new("make devnet-figures", test_suite::workspace::root())?;
    figures.rows = rows;
    figures.write(Path::new(&out))
}

/// To two digits behind the point.
fn ratio(ours: u64, theirs: u64) -> Result<f64> {
    let hundredths = ours * 100 / theirs.max(1);
    Ok(f64::from(u32::try_from(hundredths)?) / 100.0)
}

async fn devnet(folder: &Path, more: &[&str]) -> Result<(Process, Value)> {
    let program = places::binary("ballast-devnet")?;
    let ports = ["--grpc-port", "0", "--rpc-port", "0", "--rest-port", "0"];
    let arguments = [&["--json"][..], &ports, more].concat();
    let launch = Launch::new("devnet", &program, &arguments, folder);
    let (process, line) = Process::start_and_read(launch).await?;
    Ok((process, serde_json::from_str(&line)?))
}

/// Milliseconds from starting the binary to its first block, the mean of a few.
async fn cold_start(folder: &Path) -> Result<u64> {
    let mut total = 0;
    for _ in 0..STARTS {
        let begin = Instant::now();
        let (mut process, ready) = devnet(folder, &[]).await?;
        total += begin.elapsed().as_millis();
        ensure!(ready["height"] != "0", "no block yet: {ready}");
        process.kill().await?;
    }
    Ok(u64::try_from(total)? / u64::from(STARTS))
}

/// Transfers a second of a devnet that keeps its state in a file.
async fn kept(folder: &Path) -> Result<u64> {
    let state = folder.join("state.redb").display().to_string();
    let (_process, ready) = devnet(folder, &["--state", &state]).await?;
    let grpc = ready["grpc"].as_str().context("where it listens")?;
    let config = chain_client::Config::new(e2e::CHAIN_ID, e2e::FEE_DENOM);
    let node = chain_client::transport::Failover::grpc(e2e::CHAIN_ID, &[grpc])?;
    transfers(&Client::new(config, node)).await
}

/// Transfers a second, from the first broadcast until the last is in a block: one
/// sender, signatures made beforehand, over gRPC one after the other.
async fn transfers(client: &Client) -> Result<u64> {
    let mut alice = Signer::genesis(0);
    let sending = signer::Signer::start(client.clone(), Chain::key(0)?);
    let code = artifact("plain_cw20");
    let stored = sending.send(vec![Msg::StoreCode { code }]).await?;
    let code_id = stored
        .attribute("store_code", "code_id")
        .context("no code")?;
    let new = cw20(&alice.address);
    let new = Msg::instantiate(code_id.parse()?, "coin", &alice.address, &new)?;
    let made = sending.send(vec![new]).await?;
    let coin = made.attribute("instantiate", "_contract_address");
    let coin = coin.context("no contract")?.to_owned();
    drop(sending);

    let account = client.account(&alice.address).await?;
    (alice.number, alice.sequence) = (account.number, account.sequence);
    let to = Signer::genesis(1).address;
    let transfer = json!({ "transfer": { "recipient": to, "amount": "1" } });
    let msg = alice.execute_msg(&coin, &transfer);
    let signed: Vec<_> = (0..TRANSFERS)
        .map(|_| alice.sign(e2e::CHAIN_ID, vec![msg.clone()], 300_000))
        .collect();
    let last = signed.last().context("no transfer")?;
    let last = hex::encode_upper(tx::hash(last));
    let begin = Instant::now();
    for tx_bytes in signed {
        let request = BroadcastTxRequest {
            tx_bytes,
            mode: BroadcastMode::Sync.into(),
        };
        let path = "/cosmos.tx.v1beta1.Service/BroadcastTx";
        let answer: BroadcastTxResponse = client.ask(path, &request).await?;
        let checked = answer.tx_response.context("no verdict")?;
        ensure!(checked.code == 0, "{}", checked.raw_log);
    }
    let limit = Duration::from_secs(300);
    e2e::until("the last transfer", limit, async || {
        Ok(client.tx(&last).await?)
    })
    .await?;
    let micros = u64::try_from(begin.elapsed().as_micros())?.max(1);
    // All of them count only if all of them worked.
    let balance = json!({ "balance": { "address": to } });
    let balance: Value = client.query(&coin, &balance).await?;
    let expected = json!({ "balance": TRANSFERS.to_string() });
    ensure!(balance == expected, "{balance}");
    Ok(TRANSFERS * 1_000_000 / micros)
}

/// Resident memory of this process with a chain in it, before and after many empty
/// blocks.
fn memory() -> Result<(u64, u64)> {
    let node = Node::start(Config::default())?;
    let before = resident()?;
    node.mine(BLOCKS)?;
    Ok((before, resident()?))
}

fn resident() -> Result<u64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line
        .and_then(|line| line.split_whitespace().next())
        .context("VmRSS")?;
    Ok(kib.parse()?)
}
