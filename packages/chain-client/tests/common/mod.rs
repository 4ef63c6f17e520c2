//! A devnet in this process, with faults on the way to it.

// Each test uses a part of it.
#![allow(dead_code, unreachable_pub)]

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use chain_client::keys::Key;
use chain_client::transport::{Failure, Transport};
use chain_client::{Client, Config, Msg};
use cosmrs::proto::cosmos::base::v1beta1::Coin;
use devnet::genesis::MNEMONIC;
use devnet::node::{Blocks, Config as ChainConfig, Node};
use devnet::query::query;

pub const BROADCAST: &str = "/cosmos.tx.v1beta1.Service/BroadcastTx";
pub const LATEST: &str = "/cosmos.base.tendermint.v1beta1.Service/GetLatestBlock";
pub const SIMULATE: &str = "/cosmos.tx.v1beta1.Service/Simulate";

/// What happens to one request.
#[derive(Clone, Debug)]
pub enum Fault {
    /// It never arrives.
    LoseRequest,
    /// It arrives, and the answer is lost.
    LoseAnswer,
    /// It arrives, and half of the answer comes.
    HalfAnswer,
    /// It never arrives, and this is answered.
    Pretend(Vec<u8>),
    /// It waits this long first.
    Wait(Duration),
}

/// A node, and what will happen to requests to it.
pub struct Scripted {
    pub node: Arc<Node>,
    faults: Mutex<VecDeque<(&'static str, Fault)>>,
    /// Requests that arrived, by path.
    pub arrived: Mutex<Vec<String>>,
}

impl Scripted {
    pub fn new(node: Node) -> Arc<Self> {
        Self::of(Arc::new(node))
    }

    /// Another way to the same node.
    pub fn of(node: Arc<Node>) -> Arc<Self> {
        Arc::new(Self {
            node,
            faults: Mutex::default(),
            arrived: Mutex::default(),
        })
    }

    /// The next request to `path` meets this.
    pub fn plan(&self, path: &'static str, fault: Fault) {
        self.faults.lock().unwrap().push_back((path, fault));
    }

    fn next(&self, path: &str) -> Option<Fault> {
        let mut faults = self.faults.lock().unwrap();
        let place = faults.iter().position(|(planned, _)| *planned == path)?;
        faults.remove(place).map(|(_, fault)| fault)
    }

    fn answer(&self, path: &str, request: &[u8]) -> Result<Vec<u8>, Failure> {
        self.arrived.lock().unwrap().push(path.to_owned());
        query(&self.node, path, request).map_err(|error| Failure::Status {
            code: error.status as i32,
            text: error.text,
        })
    }

    pub fn count(&self, path: &str) -> usize {
        self.arrived
            .lock()
            .unwrap()
            .iter()
            .filter(|arrived| *arrived == path)
            .count()
    }
}

#[async_trait]
impl Transport for Scripted {
    async fn ask(&self, path: &str, request: Vec<u8>) -> Result<Vec<u8>, Failure> {
        let lost = || Failure::Lost("lost on the way".to_owned());
        match self.next(path) {
            None => self.answer(path, &request),
            Some(Fault::LoseRequest) => Err(lost()),
            Some(Fault::LoseAnswer) => {
                self.answer(path, &request)?;
                Err(lost())
            }
            Some(Fault::HalfAnswer) => {
                let mut answer = self.answer(path, &request)?;
                answer.truncate(answer.len() / 2);
                Ok(answer)
            }
            Some(Fault::Pretend(answer)) => Ok(answer),
            Some(Fault::Wait(time)) => {
                tokio::time::sleep(time).await;
                self.answer(path, &request)
            }
        }
    }
}

/// Quick enough for tests.
pub fn config() -> Config {
    Config {
        inclusion_timeout: Duration::from_millis(400),
        poll: Duration::from_millis(10),
        ..Config::new("ballast-devnet-1", "ustake")
    }
}

pub fn instant() -> Node {
    Node::start(ChainConfig::default()).unwrap()
}

/// A chain whose blocks come when the test says so.
pub fn by_hand() -> Node {
    Node::start(ChainConfig {
        blocks: Blocks::Every(Duration::from_secs(3_600)),
        ..ChainConfig::default()
    })
    .unwrap()
}

pub fn client(node: &Arc<Scripted>) -> Client {
    Client::new(config(), Arc::clone(node))
}

pub fn key(index: u32) -> Key {
    Key::from_mnemonic(MNEMONIC, index).unwrap()
}

/// Someone who has nothing yet.
pub fn stranger() -> String {
    let words = "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon \
                 abandon about";
    Key::from_mnemonic(words, 0).unwrap().address().to_owned()
}

pub fn send(to: &str, amount: u64) -> Vec<Msg> {
    vec![Msg::Send {
        to: to.to_owned(),
        coins: vec![Coin {
            denom: "ustake".to_owned(),
            amount: amount.to_string(),
        }],
    }]
}
