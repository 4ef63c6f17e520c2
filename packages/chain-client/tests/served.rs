//! Against a devnet that is served: gRPC, real contracts, cursors.

mod common;

use std::sync::Arc;

use chain_client::signer::Signer;
use chain_client::transport::Failover;
use chain_client::{Client, Cursor, Error, Msg, Stage};
use common::{config, instant, key, send, stranger};
use devnet::server::{Ports, Server, serve};
use serde_json::{Value, json};

async fn served() -> (Server, Client) {
    let server = serve(Arc::new(instant()), Ports::free()).await.unwrap();
    // A port on which nobody listens comes first.
    let urls = [
        "http://127.0.0.1:9".to_owned(),
        format!("http://{}", server.grpc),
    ];
    let node = Failover::grpc("ballast-devnet-1", &urls).unwrap();
    (server, Client::new(config(), node))
}

fn wasm(name: &str) -> Vec<u8> {
    std::fs::read(test_suite::workspace::artifact(name).unwrap()).unwrap()
}

async fn upload(signer: &Signer, name: &str) -> u64 {
    let included = signer
        .send(vec![Msg::StoreCode { code: wasm(name) }])
        .await
        .unwrap();
    included
        .attribute("store_code", "code_id")
        .unwrap()
        .parse()
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn contracts_are_uploaded_made_called_and_asked() {
    let (_server, client) = served().await;
    let signer = Signer::start(client.clone(), key(0));
    let code = upload(&signer, "plain_cw20").await;
    let mine = signer.address().to_owned();
    let balances: Vec<_> = (1..=25_u8)
        .map(|n| json!({ "address": address(n), "amount": "1" }))
        .chain([json!({ "address": mine, "amount": "1000" })])
        .collect();
    let new = json!({
        "name": "Coin", "symbol": "COIN", "decimals": 6, "initial_balances": balances,
    });
    let made = signer
        .send(vec![Msg::instantiate(code, "coin", &mine, &new).unwrap()])
        .await
        .unwrap();
    let coin = made
        .attribute("instantiate", "_contract_address")
        .unwrap()
        .to_owned();
    // Several messages in one transaction.
    let transfer = json!({ "transfer": { "recipient": stranger(), "amount": "3" } });
    let msg = Msg::execute(&coin, &transfer).unwrap();
    let included = signer
        .send(vec![msg.clone(), msg.clone(), msg])
        .await
        .unwrap();
    assert_eq!(included.attribute("wasm", "amount"), Some("3"));
    let balance = json!({ "balance": { "address": stranger() } });
    let answer: Value = client.query(&coin, &balance).await.unwrap();
    assert_eq!(answer["balance"], "9");
    // A list, page by page, and later what has come since.
    let query =
        |after: Option<String>| json!({ "all_accounts": { "start_after": after, "limit": 10 } });
    let mut cursor = Cursor::new(client.clone(), &coin, query);
    let mut pages = Vec::new();
    let accounts =
        |answer: Value| serde_json::from_value::<Vec<String>>(answer["accounts"].clone()).unwrap();
    loop {
        let page = cursor.next(accounts, String::clone).await.unwrap();
        if page.is_empty() {
            break;
        }
        pages.push(page.len());
    }
    assert_eq!(pages, [10, 10, 7]);
    assert!(cursor.position().is_some());
    // Refusals of the contract.
    let greedy = json!({ "transfer": { "recipient": stranger(), "amount": "100000" } });
    let error = signer
        .send(vec![Msg::execute(&coin, &greedy).unwrap()])
        .await
        .unwrap_err();
    let refused = matches!(&error, Error::Rejected { stage: Stage::Simulation, log, .. } if log.contains("Overflow"));
    assert!(refused, "{error}");
    let nosuch = client
        .query::<Value>(&coin, &json!({ "nosuch": {} }))
        .await
        .unwrap_err();
    assert!(
        matches!(&nosuch, Error::Query { status: 2, .. }),
        "{nosuch}"
    );
}

fn address(n: u8) -> String {
    devnet::address::humanize(&[n; 20]).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn our_own_contracts_fit_on_the_chain() {
    let (_server, client) = served().await;
    let signer = Signer::start(client, key(0));
    for (place, name) in ["cw20_compute", "reserve_oracle", "staking_votes"]
        .iter()
        .enumerate()
    {
        assert_eq!(upload(&signer, name).await, place as u64 + 1, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_senders_at_once() {
    let (_server, client) = served().await;
    let mut sending = Vec::new();
    for index in 0..8 {
        let signer = Signer::start(client.clone(), key(index));
        for _ in 0..5 {
            let signer = signer.clone();
            sending.push(tokio::spawn(async move {
                signer.send(send(&stranger(), 1)).await
            }));
        }
    }
    for sent in sending {
        sent.await.unwrap().unwrap();
    }
    assert_eq!(client.balance(&stranger(), "ustake").await.unwrap(), 40);
}
