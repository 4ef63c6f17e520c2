//! Four validators, one of which is killed and comes back. Real wasmd only: devnet has no
//! consensus. `make e2e-wasmd` runs it.

use std::time::Duration;

use chain_client::Client;
use e2e::{FEE_DENOM, Validators, until};

use crate::people::{coin, send, signer, stranger};

const CATCH_UP: Duration = Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread")]
#[ignore = "four nodes of real wasmd: make e2e-wasmd"]
async fn three_of_four_validators_go_on_and_the_fourth_catches_up() {
    let mut wasmd = Validators::start(4)
        .await
        .unwrap_or_else(|error| panic!("{error}"));
    // The client knows two nodes, and the first one dies.
    let client = wasmd.client(&[1, 0]).unwrap();
    let alice = signer(&client, 0);
    let coin = coin(&alice, alice.address()).await;
    let before = client.latest_block().await.unwrap().height;
    wasmd.kill(1).await.unwrap();
    wasmd.reach(0, before + 3).await.unwrap();
    // What is sent while the node is down gets in, once.
    for _ in 0..3 {
        alice.send(vec![send(&stranger(), 5)]).await.unwrap();
    }
    assert_eq!(client.balance(&stranger(), FEE_DENOM).await.unwrap(), 15);
    let height = client.latest_block().await.unwrap().height;
    wasmd.restart(1).await.unwrap();
    wasmd.reach(1, height).await.unwrap();
    // It has everything, from before and after.
    let restarted = wasmd.client(&[1]).unwrap();
    see(&restarted, 15).await;
    let balance = serde_json::json!({ "balance": { "address": alice.address() } });
    let answer: serde_json::Value = restarted.query(&coin, &balance).await.unwrap();
    assert_eq!(answer["balance"], "1000000");
    // And takes transactions again.
    let bob = signer(&restarted, 1);
    bob.send(vec![send(&stranger(), 1)]).await.unwrap();
    see(&client, 16).await;
}

/// Waits for what the stranger has: a node may be a block behind another.
async fn see(client: &Client, coins: u128) {
    let what = format!("{coins} coins");
    let seen = until(&what, CATCH_UP, async || {
        let seen = client.balance(&stranger(), FEE_DENOM).await?;
        Ok((seen == coins).then_some(()))
    });
    seen.await.unwrap();
}
