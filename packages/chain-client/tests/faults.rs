//! Whatever goes wrong on the way: nothing is done twice, nothing fails silently.

mod common;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use chain_client::signer::{Signed, Signer, Witness};
use chain_client::transport::{Failover, Failure, Transport};
use chain_client::{Client, Config, Error, Stage};
use common::*;
use cosmrs::proto::cosmos::base::abci::v1beta1::TxResponse;
use cosmrs::proto::cosmos::base::tendermint::v1beta1::GetLatestBlockResponse;
use cosmrs::proto::cosmos::tx::v1beta1::BroadcastTxResponse;
use cosmrs::proto::tendermint::types::{Block, Header};
use prost::Message;

async fn balance(client: &Client) -> u128 {
    client.balance(&stranger(), "ustake").await.unwrap()
}

#[tokio::test]
async fn an_answer_lost_after_inclusion_is_found_and_not_sent_anew() {
    for fault in [Fault::LoseAnswer, Fault::HalfAnswer, Fault::LoseRequest] {
        let node = Scripted::new(instant());
        let client = client(&node);
        let signer = Signer::start(client.clone(), key(0));
        node.plan(BROADCAST, fault.clone());
        let included = signer.send(send(&stranger(), 5)).await.unwrap();
        assert_eq!(included.code, 0, "{fault:?}");
        assert_eq!(balance(&client).await, 5, "{fault:?}");
        // The signer knows where the sequence is.
        signer.send(send(&stranger(), 1)).await.unwrap();
        assert_eq!(balance(&client).await, 6, "{fault:?}");
    }
}

#[tokio::test]
async fn a_sequence_that_somebody_else_used_is_refreshed_once() {
    let node = Scripted::new(instant());
    let client = client(&node);
    let (first, second) = (
        Signer::start(client.clone(), key(0)),
        Signer::start(client.clone(), key(0)),
    );
    first.send(send(&stranger(), 1)).await.unwrap();
    second.send(send(&stranger(), 10)).await.unwrap();
    // What `first` remembers is stale now.
    first.send(send(&stranger(), 100)).await.unwrap();
    assert_eq!(balance(&client).await, 111);
}

#[tokio::test]
async fn a_mempool_that_is_stuck_times_out_and_is_settled_before_anything_else() {
    let node = Scripted::new(by_hand());
    let client = client(&node);
    let signer = Signer::start(client.clone(), key(0));
    let error = signer.send(send(&stranger(), 5)).await.unwrap_err();
    assert!(
        matches!(error, Error::TimedOut { .. }) && error.is_temporary(),
        "{error}"
    );
    // Still stuck: the second is not sent while the first has no verdict.
    let broadcasts = node.count(BROADCAST);
    let error = signer.send(send(&stranger(), 7)).await.unwrap_err();
    assert!(matches!(error, Error::TimedOut { .. }), "{error}");
    assert_eq!(node.node.waiting(), 1);
    assert!(
        node.count(BROADCAST) > broadcasts,
        "the first is sent again"
    );
    let miner = Arc::clone(&node);
    let sending = tokio::spawn(async move { signer.send(send(&stranger(), 7)).await });
    while !sending.is_finished() {
        miner.node.mine(1).unwrap();
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    sending.await.unwrap().unwrap();
    assert_eq!(balance(&client).await, 12);
}

#[tokio::test]
async fn a_node_that_forgets_is_given_the_same_bytes_again() {
    let node = Scripted::new(by_hand());
    let client = client(&node);
    let signer = Signer::start(client.clone(), key(0));
    // It says that it has taken the transaction, and has not.
    let taken = BroadcastTxResponse {
        tx_response: Some(TxResponse::default()),
    };
    node.plan(BROADCAST, Fault::Pretend(taken.encode_to_vec()));
    let miner = Arc::clone(&node);
    let sending = tokio::spawn(async move { signer.send(send(&stranger(), 5)).await });
    while !sending.is_finished() {
        if miner.node.waiting() > 0 {
            miner.node.mine(1).unwrap();
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    sending.await.unwrap().unwrap();
    assert_eq!(balance(&client).await, 5);
}

#[tokio::test]
async fn a_node_that_counts_its_mempool_does_not_make_a_transaction_look_lost() {
    let node = Scripted::new(by_hand());
    let client = client(&node);
    let signer = Signer::start(client.clone(), key(0));
    // The answer to the first broadcast is lost; asked again, the node has forgotten the
    // bytes but not what they did to the sequence it checks against.
    node.plan(BROADCAST, Fault::LoseAnswer);
    let used = BroadcastTxResponse {
        tx_response: Some(TxResponse {
            codespace: "sdk".to_owned(),
            code: 32,
            raw_log: "account sequence mismatch, expected 1, got 0".to_owned(),
            ..TxResponse::default()
        }),
    };
    for _ in 0..12 {
        node.plan(BROADCAST, Fault::Pretend(used.encode_to_vec()));
    }
    let miner = Arc::clone(&node);
    let sending = tokio::spawn(async move { signer.send(send(&stranger(), 5)).await });
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(!sending.is_finished());
    miner.node.mine(1).unwrap();
    sending.await.unwrap().unwrap();
    assert_eq!(balance(&client).await, 5);
}

#[tokio::test]
async fn what_is_past_its_time_is_never_included_and_said_to_be() {
    let node = Scripted::new(by_hand());
    let mut config = config();
    config.valid_blocks = 1;
    let client = Client::new(config, Arc::clone(&node));
    let signer = Signer::start(client.clone(), key(0));
    // The node takes nothing, whatever it says.
    let taken = BroadcastTxResponse {
        tx_response: Some(TxResponse::default()),
    };
    for _ in 0..50 {
        node.plan(BROADCAST, Fault::Pretend(taken.encode_to_vec()));
    }
    let miner = Arc::clone(&node);
    let sending = tokio::spawn(async move { signer.send(send(&stranger(), 5)).await });
    while !sending.is_finished() {
        miner.node.mine(1).unwrap();
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let error = sending.await.unwrap().unwrap_err();
    assert!(matches!(error, Error::Expired { .. }), "{error}");
    assert_eq!(balance(&client).await, 0);
}

#[tokio::test]
async fn a_full_mempool_is_tried_again() {
    let node = Scripted::new(instant());
    let client = client(&node);
    let full = BroadcastTxResponse {
        tx_response: Some(TxResponse {
            codespace: "sdk".to_owned(),
            code: 20,
            ..TxResponse::default()
        }),
    };
    node.plan(BROADCAST, Fault::Pretend(full.encode_to_vec()));
    let signer = Signer::start(client.clone(), key(0));
    signer.send(send(&stranger(), 5)).await.unwrap();
    assert_eq!(balance(&client).await, 5);
}

#[tokio::test]
async fn refusals_say_where() {
    let node = Scripted::new(instant());
    let client = client(&node);
    let signer = Signer::start(client.clone(), key(0));
    let error = signer.send(send(&stranger(), u64::MAX)).await.unwrap_err();
    let Error::Rejected { stage, log, .. } = &error else {
        panic!("{error}");
    };
    assert_eq!(*stage, Stage::Simulation);
    assert!(log.contains("insufficient funds"), "{log}");
    assert_eq!(node.count(BROADCAST), 0);
    // An account that does not exist cannot sign.
    let words = "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon \
                 abandon about";
    let nobody = chain_client::keys::Key::from_mnemonic(words, 0).unwrap();
    let error = Signer::start(client.clone(), nobody)
        .send(send(&stranger(), 1))
        .await;
    assert!(
        matches!(error, Err(Error::Query { status: 5, .. })),
        "{error:?}"
    );
    let error = signer.send(Vec::new()).await.unwrap_err();
    assert!(matches!(error, Error::Invalid(_)), "{error}");
}

#[tokio::test]
async fn too_little_gas_is_its_own_outcome() {
    let node = Scripted::new(instant());
    let mut config = config();
    config.gas_adjustment_percent = 80;
    let client = Client::new(config, Arc::clone(&node));
    let signer = Signer::start(client.clone(), key(0));
    let error = signer.send(send(&stranger(), 5)).await.unwrap_err();
    let Error::OutOfGas { wanted, used, .. } = error else {
        panic!("{error}");
    };
    assert!(used > wanted, "{used} of {wanted}");
    assert_eq!(balance(&client).await, 0);
}

#[tokio::test]
async fn a_node_that_is_behind_is_noticed() {
    let node = Scripted::new(instant());
    let client = client(&node);
    node.node.mine(20).unwrap();
    assert!(client.latest_block().await.unwrap().height > 20);
    let old = GetLatestBlockResponse {
        block: Some(Block {
            header: Some(Header {
                height: 3,
                ..Header::default()
            }),
            ..Block::default()
        }),
        ..GetLatestBlockResponse::default()
    };
    node.plan(LATEST, Fault::Pretend(old.encode_to_vec()));
    let signer = Signer::start(client.clone(), key(0));
    let error = signer.send(send(&stranger(), 5)).await.unwrap_err();
    assert!(
        matches!(error, Error::NodeBehind { height: 3, .. }),
        "{error}"
    );
    assert_eq!(node.count(BROADCAST), 0);
}

#[tokio::test]
async fn half_an_answer_to_a_query_is_an_error() {
    let node = Scripted::new(instant());
    node.plan(SIMULATE, Fault::HalfAnswer);
    let signer = Signer::start(client(&node), key(0));
    let error = signer.send(send(&stranger(), 5)).await.unwrap_err();
    assert!(matches!(error, Error::Unreadable { .. }), "{error}");
    assert_eq!(node.count(BROADCAST), 0);
}

struct Dead;

#[async_trait]
impl Transport for Dead {
    async fn ask(&self, _: &str, _: Vec<u8>) -> Result<Vec<u8>, Failure> {
        Err(Failure::Lost("connection refused".to_owned()))
    }
}

fn failover(chain: &str, nodes: Vec<Arc<dyn Transport>>) -> Failover {
    let named = nodes
        .into_iter()
        .enumerate()
        .map(|(i, node)| (format!("node{i}"), node));
    Failover::new(chain, named.collect(), Duration::from_millis(100)).unwrap()
}

#[tokio::test]
async fn dead_and_slow_endpoints_are_passed_over() {
    let (slow, good) = (Scripted::new(instant()), Scripted::new(instant()));
    let info = "/cosmos.base.tendermint.v1beta1.Service/GetNodeInfo";
    slow.plan(info, Fault::Wait(Duration::from_secs(30)));
    let nodes: Vec<Arc<dyn Transport>> = vec![Arc::new(Dead), slow.clone(), good.clone()];
    let client = Client::new(config(), failover("ballast-devnet-1", nodes));
    let signer = Signer::start(client.clone(), key(0));
    signer.send(send(&stranger(), 5)).await.unwrap();
    assert_eq!((slow.count(BROADCAST), good.count(BROADCAST)), (0, 1));
    let client = Client::new(
        config(),
        failover("c", vec![Arc::new(Dead), Arc::new(Dead)]),
    );
    let error = client.latest_block().await.unwrap_err();
    let text = error.to_string();
    assert!(
        text.contains("node0: connection refused; node1: connection refused"),
        "{text}"
    );
}

#[tokio::test]
async fn a_broadcast_that_one_endpoint_may_have_is_not_signed_anew_for_another() {
    // Two doors to one chain. The first loses its answer; the second has heard of the
    // transaction and counts it.
    let first = Scripted::new(by_hand());
    let second = Scripted::of(Arc::clone(&first.node));
    first.plan(BROADCAST, Fault::LoseAnswer);
    let used = BroadcastTxResponse {
        tx_response: Some(TxResponse {
            codespace: "sdk".to_owned(),
            code: 32,
            raw_log: "account sequence mismatch, expected 1, got 0".to_owned(),
            ..TxResponse::default()
        }),
    };
    for _ in 0..12 {
        second.plan(BROADCAST, Fault::Pretend(used.encode_to_vec()));
    }
    let nodes: Vec<Arc<dyn Transport>> = vec![first.clone(), second.clone()];
    let client = Client::new(config(), failover("ballast-devnet-1", nodes));
    let signer = Signer::start(client.clone(), key(0));
    let sending = tokio::spawn(async move { signer.send(send(&stranger(), 5)).await });
    while !sending.is_finished() {
        if first.node.waiting() > 0 {
            first.node.mine(1).unwrap();
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    sending.await.unwrap().unwrap();
    assert_eq!(balance(&client).await, 5);
    assert_eq!(first.count(BROADCAST), 1);
}

/// Keeps what is signed, or refuses to.
struct Notes(
    tokio::sync::mpsc::UnboundedSender<Signed>,
    Result<(), String>,
);

#[async_trait]
impl Witness for Notes {
    async fn signed(&mut self, tx: &Signed) -> Result<(), String> {
        self.0.send(tx.clone()).unwrap();
        self.1.clone()
    }
}

#[tokio::test]
async fn what_cannot_be_written_down_is_not_sent() {
    let node = Scripted::new(instant());
    let client = client(&node);
    let signer = Signer::start(client.clone(), key(0));
    let (notes, _kept) = tokio::sync::mpsc::unbounded_channel();
    let full = Notes(notes, Err("disk full".to_owned()));
    let error = signer
        .send_witnessed(send(&stranger(), 5), full)
        .await
        .unwrap_err();
    assert!(matches!(error, Error::NotKept { .. }), "{error}");
    assert_eq!(node.count(BROADCAST), 0);
    // The sequence is still free.
    signer.send(send(&stranger(), 1)).await.unwrap();
    assert_eq!(balance(&client).await, 1);
}

#[tokio::test]
async fn what_was_signed_in_an_earlier_run_is_settled() {
    for fault in [Fault::LoseRequest, Fault::LoseAnswer] {
        let node = Scripted::new(by_hand());
        let first = client(&node);
        let (notes, mut kept) = tokio::sync::mpsc::unbounded_channel();
        node.plan(BROADCAST, fault);
        let signer = Signer::start(first, key(0));
        let msgs = send(&stranger(), 5);
        let sending =
            tokio::spawn(async move { signer.send_witnessed(msgs, Notes(notes, Ok(()))).await });
        let tx = kept.recv().await.unwrap();
        // Killed: its task may have sent it or not.
        sending.abort();
        let second = client(&node);
        let signer = Signer::start(second.clone(), key(0));
        let kept = tx.clone();
        let settling = tokio::spawn(async move {
            let settled = signer.settle(kept).await;
            // The same again: nothing happens twice.
            let sent = signer.send(send(&stranger(), 1)).await;
            (settled, sent)
        });
        while !settling.is_finished() {
            if node.node.waiting() > 0 {
                node.node.mine(1).unwrap();
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let (settled, sent) = settling.await.unwrap();
        assert_eq!(settled.unwrap().hash, tx.hash);
        sent.unwrap();
        assert_eq!(balance(&second).await, 6);
    }
}

#[tokio::test]
async fn what_was_signed_and_is_past_its_time_is_said_to_be() {
    let node = Scripted::new(by_hand());
    let client = client(&node);
    let (notes, mut kept) = tokio::sync::mpsc::unbounded_channel();
    let signer = Signer::start(client.clone(), key(0));
    let full = Notes(notes, Err("stops here".to_owned()));
    signer
        .send_witnessed(send(&stranger(), 5), full)
        .await
        .unwrap_err();
    let tx = kept.recv().await.unwrap();
    let blocks = tx.valid_until;
    node.node.mine(blocks + 1).unwrap();
    let error = signer.settle(tx).await.unwrap_err();
    assert!(matches!(error, Error::Expired { .. }), "{error}");
    assert_eq!(balance(&client).await, 0);
}

#[tokio::test]
async fn endpoints_of_another_chain_are_told_nothing() {
    let other = Scripted::new(instant());
    let config = Config::new("ballast-1", "ustake");
    let client = Client::new(config, failover("ballast-1", vec![other.clone()]));
    let error = Signer::start(client, key(0))
        .send(send(&stranger(), 5))
        .await
        .unwrap_err();
    assert!(matches!(error, Error::WrongChain { .. }), "{error}");
    let info = "/cosmos.base.tendermint.v1beta1.Service/GetNodeInfo";
    assert_eq!(
        other
            .arrived
            .lock()
            .unwrap()
            .iter()
            .filter(|path| *path != info)
            .count(),
        0
    );
}
