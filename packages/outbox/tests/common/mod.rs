//! A coin on a devnet, and an outbox that moves it.

#![allow(dead_code, unreachable_pub)]

#[path = "../../../chain-client/tests/common/mod.rs"]
mod chain;

pub use chain::*;

use std::path::Path;
use std::sync::Arc;

use chain_client::signer::Signer;
use chain_client::{Client, Msg};
use compute_api::Contracts;
use deployment::{Contract, Deployment, Endpoints, Network};
use outbox::Message;
use serde_json::{Value, json};
use test_suite::workspace::artifact;

/// What the outbox's account has at first.
pub const FUNDS: u32 = 1_000_000;

/// A plain CW20 in the place of all contracts; the account of key 1 has all of it.
pub async fn deploy(client: &Client, grpc: &str) -> Deployment {
    let signer = Signer::start(client.clone(), key(0));
    let code = std::fs::read(artifact("plain_cw20").unwrap()).unwrap();
    let stored = signer.send(vec![Msg::StoreCode { code }]).await.unwrap();
    let code = stored.attribute("store_code", "code_id").unwrap();
    let new = json!({
        "name": "Coin", "symbol": "COIN", "decimals": 6,
        "initial_balances": [{ "address": key(1).address(), "amount": FUNDS.to_string() }],
    });
    let code = code.parse().unwrap();
    let make = Msg::instantiate(code, "coin", signer.address(), &new).unwrap();
    let made = signer.send(vec![make]).await.unwrap();
    let coin = made.attribute("instantiate", "_contract_address").unwrap();
    let all = |value: &str| Contracts {
        coin: value.to_owned(),
        oracle: value.to_owned(),
        votes: value.to_owned(),
        market: value.to_owned(),
    };
    Deployment {
        version: Deployment::current_version(),
        chain_id: "ballast-devnet-1".to_owned(),
        fee_denom: "ustake".to_owned(),
        gas_price_micro: 0,
        bond_denom: "ustake".to_owned(),
        endpoints: Endpoints {
            grpc: vec![grpc.to_owned()],
            rpc: String::new(),
            rest: String::new(),
        },
        contracts: all(coin),
        codes: Contracts {
            coin: code,
            oracle: code,
            votes: code,
            market: code,
        },
        beacons: Vec::new(),
    }
}

/// A devnet in this process with the coin, and the way to it.
pub async fn network() -> (Arc<Scripted>, Network) {
    let node = Scripted::new(instant());
    let client = client(&node);
    let deployment = deploy(&client, "http://127.0.0.1:9").await;
    (node, Network::new(client, deployment))
}

/// A transfer of `amount` to the stranger.
pub fn transfer(key: &str, amount: u64) -> Message {
    let msg = json!({ "transfer": { "recipient": stranger(), "amount": amount.to_string() } });
    Message::new(key, Contract::Coin, &msg).unwrap()
}

/// What the stranger has.
pub async fn moved(network: &Network) -> u64 {
    let query = json!({ "balance": { "address": stranger() } });
    let coin = network.address(Contract::Coin);
    let answer: Value = network.client().query(coin, &query).await.unwrap();
    answer["balance"].as_str().unwrap().parse().unwrap()
}

/// Sends what is in the outbox, as key 1, until the task is aborted.
pub fn start(
    outbox: &outbox::Outbox,
    network: &Network,
) -> tokio::task::JoinHandle<Result<(), outbox::Error>> {
    let signer = Signer::start(network.client().clone(), key(1));
    let (outbox, network) = (outbox.clone(), network.clone());
    tokio::spawn(async move { outbox.run(network, signer, std::future::pending()).await })
}

pub async fn open(folder: &Path) -> outbox::Outbox {
    outbox::Outbox::open(&folder.join("outbox.sqlite"))
        .await
        .unwrap()
}
