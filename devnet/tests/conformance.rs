//! The same signed transactions as a wasmd v0.70.3 has run, byte for byte, on devnet:
//! codes, texts, data, events and gas must be what wasmd gave. `data/README.md` says
//! how they were recorded.

mod common;

use std::io::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use common::{Signer, artifact, config};
use devnet::node::Node;
use devnet::tx;
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
struct Recorded {
    name: String,
    #[serde(default)]
    tx: String,
    code: u32,
    #[serde(default)]
    codespace: String,
    #[serde(default)]
    log: String,
    #[serde(default)]
    data: String,
    gas_used: String,
    #[serde(default)]
    events: Vec<Vec<Value>>,
}

fn recorded() -> Vec<Recorded> {
    serde_json::from_str(include_str!("data/wasmd-v0.70.3.json")).unwrap()
}

impl Recorded {
    /// Puts the address that devnet gave in the place of the recorded one. That devnet
    /// derives it as wasmd does has a test with fixed vectors (`address.rs`).
    fn follow_address(&mut self, record: &devnet::records::TxRecord) {
        let made = |events: &[Vec<Value>]| {
            let made = events.iter().find(|event| event[0] == "instantiate");
            made.unwrap()[1][1].as_str().unwrap().to_owned()
        };
        let (theirs, ours) = (made(&self.events), made(&shape(record)));
        let events = serde_json::to_string(&self.events)
            .unwrap()
            .replace(&theirs, &ours);
        self.events = serde_json::from_str(&events).unwrap();
        let data = BASE64.decode(&self.data).unwrap();
        let data = String::from_utf8(data).unwrap().replace(&theirs, &ours);
        self.data = BASE64.encode(data);
    }
}

/// Events as the file has them: the type, then key and value of each attribute.
fn shape(record: &devnet::records::TxRecord) -> Vec<Vec<Value>> {
    let event = |event: &cosmrs::proto::tendermint::v0_38::abci::Event| {
        let attributes = event
            .attributes
            .iter()
            .map(|a| serde_json::json!([a.key, a.value]));
        std::iter::once(Value::from(event.r#type.clone()))
            .chain(attributes)
            .collect()
    };
    record.result.events.iter().map(event).collect()
}

/// Texts that name the gas used differ where the gas does.
fn without_gas(log: &str) -> &str {
    log.split("gasUsed").next().unwrap_or(log)
}

#[test]
fn devnet_answers_as_wasmd_did() {
    let node = Node::start(config()).unwrap();
    let mut worst = 0.0_f64;
    let mut wrong = Vec::new();
    for mut expected in recorded() {
        let record = if expected.tx.is_empty() {
            // The code itself is not in the file. wasmd's client had compressed it.
            let mut uploader = Signer::genesis(9);
            let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
            gzip.write_all(&artifact("plain_cw20")).unwrap();
            assert_eq!(uploader.store(&node, gzip.finish().unwrap()), 1);
            continue;
        } else {
            let bytes = BASE64.decode(&expected.tx).unwrap();
            let checked = node.broadcast(&bytes).unwrap();
            assert_eq!(checked.code, 0, "{}: {}", expected.name, checked.log);
            node.tx(&tx::hash(&bytes)).unwrap().unwrap()
        };
        if expected.name == "inst2" {
            // This address depends on the code, which is built anew now and then.
            expected.follow_address(&record);
        }
        let (name, result) = (&expected.name, &record.result);
        if (result.code, &result.codespace) != (expected.code, &expected.codespace) {
            wrong.push(format!(
                "{name}: code {} {}: {}",
                result.codespace, result.code, result.log
            ));
        }
        if without_gas(&result.log) != without_gas(&expected.log) {
            wrong.push(format!("{name}: log\n  {}\n  {}", result.log, expected.log));
        }
        if BASE64.encode(&result.data) != expected.data {
            wrong.push(format!("{name}: data {}", BASE64.encode(&result.data)));
        }
        let events = shape(&record);
        if events != expected.events {
            wrong.push(format!(
                "{name}: events\n  {events:?}\n  {:?}",
                expected.events
            ));
        }
        let gas: f64 = expected.gas_used.parse().unwrap();
        let off = (result.gas_used as f64 - gas) / gas * 100.0;
        println!(
            "{name}: {} gas, wasmd {}: {off:+.3} %",
            result.gas_used, expected.gas_used
        );
        worst = worst.max(off.abs());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(worst < 0.5, "gas is up to {worst} % off");
}
