//! `kill -9` at random moments: the file never holds half a block, and nothing that
//! was acknowledged is lost.

mod common;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use common::{Signer, any};
use cosmrs::proto::cosmos::bank::v1beta1::MsgSend;
use cosmrs::proto::cosmos::base::v1beta1::Coin;
use devnet::tx;
use serde_json::{Value, json};
use test_suite::scale::Plan;

struct Process {
    child: Child,
    rpc: String,
    started: Duration,
}

impl Process {
    fn start(state: &Path, blocks: &str) -> Self {
        let begin = Instant::now();
        let mut child = Command::new(env!("CARGO_BIN_EXE_ballast-devnet"))
            .args([
                "--json",
                "--grpc-port",
                "0",
                "--rpc-port",
                "0",
                "--rest-port",
                "0",
            ])
            .args(["--blocks", blocks, "--state"])
            .arg(state)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let told: Value = serde_json::from_str(&line).unwrap();
        let rpc = told["rpc"]
            .as_str()
            .unwrap()
            .trim_start_matches("http://")
            .to_owned();
        Self {
            child,
            rpc,
            started: begin.elapsed(),
        }
    }

    /// `kill -9`.
    fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    fn call(&self, method: &str, params: Value) -> Option<Value> {
        call(&self.rpc, method, params)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The result, or nothing where the process is gone.
fn call(rpc: &str, method: &str, params: Value) -> Option<Value> {
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
    let body = body.to_string();
    let mut stream = TcpStream::connect(rpc).ok()?;
    let length = body.len();
    write!(
        stream,
        "POST / HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\n\
         content-length: {length}\r\n\r\n{body}"
    )
    .ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    let (_, body) = answer.split_once("\r\n\r\n")?;
    let answer: Value = serde_json::from_str(body).ok()?;
    Some(answer["result"].clone())
}

fn payment(alice: &mut Signer) -> Vec<u8> {
    let msg = any(&MsgSend {
        from_address: alice.address.clone(),
        to_address: Signer::genesis(7).address,
        amount: vec![Coin {
            denom: "ustake".into(),
            amount: "1".into(),
        }],
    });
    alice.sign("ballast-devnet-1", vec![msg], 200_000)
}

#[test]
fn nothing_acknowledged_is_lost() {
    let plan = Plan::from_env().unwrap();
    let mut random = plan.random("killed");
    let kills = plan.pick(5, 50);
    for (blocks, kills) in [("instant", kills), ("20ms", kills)] {
        let folder = tempfile::tempdir().unwrap();
        let state = folder.path().join("state.redb");
        let mut alice = Signer::genesis(0);
        let mut acknowledged: Vec<String> = Vec::new();
        for round in 0..kills {
            let mut process = Process::start(&state, blocks);
            println!("{blocks}, round {round}: started in {:?}", process.started);
            let until = Instant::now() + Duration::from_millis(20 + random.below(150));
            while Instant::now() < until {
                let bytes = payment(&mut alice);
                let params = json!({ "tx": BASE64.encode(&bytes) });
                let answer = process.call("broadcast_tx_sync", params).unwrap();
                assert_eq!(answer["code"], 0, "{answer}");
                acknowledged.push(hex::encode_upper(tx::hash(&bytes)));
            }
            // One more is on its way when the process is killed.
            let bytes = payment(&mut alice);
            let last = hex::encode_upper(tx::hash(&bytes));
            let rpc = process.rpc.clone();
            let params = json!({ "tx": BASE64.encode(&bytes) });
            let sending = std::thread::spawn(move || call(&rpc, "broadcast_tx_sync", params));
            std::thread::sleep(Duration::from_micros(random.below(3_000)));
            process.kill();
            let known = sending
                .join()
                .unwrap()
                .is_some_and(|answer| answer["code"] == 0);
            let process = Process::start(&state, blocks);
            let found = |hash: &str| find(&process, hash);
            for hash in &acknowledged {
                assert!(found(hash), "{hash} was acknowledged and is gone");
            }
            if found(&last) {
                acknowledged.push(last);
            } else {
                assert!(!known, "{last} was acknowledged and is gone");
                alice.sequence -= 1;
            }
            // The chain goes on from where it was.
            let status = process.call("status", json!({})).unwrap();
            let height = status["sync_info"]["latest_block_height"].as_str().unwrap();
            assert!(height.parse::<u64>().unwrap() >= 1);
        }
        assert!(acknowledged.len() as u64 >= kills, "{}", plan.describe());
    }
}

/// Whether the transaction is in a block, where the next one may be on its way.
fn find(process: &Process, hash: &str) -> bool {
    let bytes = hex::decode(hash).unwrap();
    for _ in 0..20 {
        let answer = process
            .call("tx", json!({ "hash": BASE64.encode(&bytes) }))
            .unwrap();
        if answer["height"].is_string() {
            assert_eq!(answer["tx_result"]["code"], 0, "{answer}");
            return true;
        }
        let waiting = process.call("num_unconfirmed_txs", json!({})).unwrap();
        if waiting["total"] == "0" {
            let answer = process
                .call("tx", json!({ "hash": BASE64.encode(&bytes) }))
                .unwrap();
            return answer["height"].is_string();
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    false
}
