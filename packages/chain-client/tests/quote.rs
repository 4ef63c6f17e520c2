//! What a transaction would cost, and sending without waiting.

mod common;

use std::time::Duration;

use chain_client::signer::{Signer, quote};
use chain_client::{Client, Config, Error, Stage};
use common::{
    BROADCAST, SIMULATE, Scripted, by_hand, client, config, instant, key, send, stranger,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_quote_tells_gas_and_fee_and_sends_nothing() {
    let node = Scripted::new(instant());
    let config = Config {
        gas_price_micro: 25_000,
        ..config()
    };
    let client = Client::new(config, std::sync::Arc::clone(&node));
    let quoted = quote(&client, &key(0), &send(&stranger(), 1))
        .await
        .unwrap();
    assert!(quoted.gas_used > 50_000, "{quoted:?}");
    assert_eq!(quoted.gas_wanted, (quoted.gas_used * 140).div_ceil(100));
    assert_eq!(
        quoted.fee,
        (u128::from(quoted.gas_wanted) * 25_000).div_ceil(1_000_000)
    );
    assert_eq!(node.count(BROADCAST), 0);
    let too_much = send(&stranger(), u64::MAX);
    let refused = quote(&client, &key(0), &too_much).await.unwrap_err();
    let in_simulation = matches!(
        &refused,
        Error::Rejected {
            stage: Stage::Simulation,
            ..
        }
    );
    assert!(in_simulation, "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gas_limit_takes_the_place_of_a_simulation() {
    let node = Scripted::new(instant());
    let config = Config {
        gas_limit: Some(200_000),
        ..config()
    };
    let client = Client::new(config, std::sync::Arc::clone(&node));
    let signer = Signer::start(client, key(0));
    let sent = signer.send(send(&stranger(), 7)).await.unwrap();
    assert_eq!(sent.gas_wanted, 200_000);
    assert_eq!(node.count(SIMULATE), 0);
    // What a simulation would have refused is refused by the chain, in a block.
    let failed = signer.send(send(&stranger(), u64::MAX)).await.unwrap_err();
    let delivered = matches!(
        &failed,
        Error::Rejected {
            stage: Stage::Delivery,
            ..
        }
    );
    assert!(delivered, "{failed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_patience_a_node_has_it_all_the_same() {
    let node = Scripted::new(by_hand());
    let config = Config {
        inclusion_timeout: Duration::ZERO,
        ..config()
    };
    let hasty = Client::new(config, std::sync::Arc::clone(&node));
    let sent = Signer::start(hasty, key(0))
        .send(send(&stranger(), 7))
        .await;
    assert!(matches!(sent, Err(Error::TimedOut { .. })), "{sent:?}");
    assert_eq!(node.count(BROADCAST), 1);
    node.node.mine(1).unwrap();
    let balance = client(&node).balance(&stranger(), "ustake").await.unwrap();
    assert_eq!(balance, 7);
}
