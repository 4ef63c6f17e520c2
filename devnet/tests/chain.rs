//! The chain around its transactions: what is refused, blocks, time, determinism, and
//! what a file keeps.

mod common;

use std::path::Path;
use std::time::Duration;

use common::{Signer, any, artifact, config, cw20};
use cosmrs::Any;
use cosmrs::proto::cosmos::bank::v1beta1::MsgSend;
use cosmrs::proto::cosmos::base::v1beta1::Coin;
use devnet::node::{Blocks, Config, Node};
use devnet::tx;
use serde_json::json;

fn send(signer: &Signer, amount: u64) -> Any {
    any(&MsgSend {
        from_address: signer.address.clone(),
        to_address: Signer::genesis(7).address,
        amount: vec![Coin {
            denom: "ustake".into(),
            amount: amount.to_string(),
        }],
    })
}

/// A chain that makes blocks when told to.
fn by_hand() -> Config {
    Config {
        blocks: Blocks::Every(Duration::from_secs(3_600)),
        ..config()
    }
}

fn in_file(path: &Path, config: Config) -> Config {
    Config {
        state: Some(path.to_owned()),
        ..config
    }
}

/// A little of everything; the app hash after it.
fn story(node: &Node) -> Vec<u8> {
    let mut alice = Signer::genesis(0);
    let code = alice.store(node, artifact("plain_cw20"));
    let coin = alice.instantiate(node, code, &cw20(&alice.address));
    let to = Signer::genesis(3).address;
    alice.execute(
        node,
        &coin,
        &json!({ "transfer": { "recipient": to, "amount": "9" } }),
    );
    alice.execute(
        node,
        &coin,
        &json!({ "transfer": { "recipient": to, "amount": "9000000" } }),
    );
    node.travel(86_400_000_000_000).unwrap();
    alice.execute(node, &coin, &json!({ "burn": { "amount": "1" } }));
    node.latest().block.next_app_hash.clone()
}

#[test]
fn the_same_transactions_give_the_same_app_hash() {
    let first = story(&Node::start(config()).unwrap());
    assert_eq!(story(&Node::start(config()).unwrap()), first);
    let other = Config {
        chain_id: "ballast-devnet-2".to_owned(),
        ..config()
    };
    assert_ne!(story(&Node::start(other).unwrap()), first);
}

#[test]
fn signatures_sequences_and_chain_ids_are_checked() {
    let node = Node::start(config()).unwrap();
    let chain = node.config().chain_id.clone();
    let mut alice = Signer::genesis(0);
    let msg = send(&alice, 1);
    let refused = |bytes: &[u8]| {
        let result = node.broadcast(bytes).unwrap();
        (result.codespace, result.code, result.log)
    };
    let (space, code, log) = refused(&alice.sign("another-chain", vec![msg.clone()], 200_000));
    assert_eq!((space.as_str(), code), ("sdk", 4));
    let expected = format!("please verify account number (0) and chain-id ({chain})");
    assert!(log.contains(&expected), "{log}");
    // The sequence was not used up.
    let (_, code, log) = refused(&alice.sign(&chain, vec![msg.clone()], 200_000));
    assert_eq!(code, 32);
    assert!(
        log.starts_with("account sequence mismatch, expected 0, got 1"),
        "{log}"
    );
    alice.sequence = 0;
    alice.number = 5;
    assert_eq!(
        refused(&alice.sign(&chain, vec![msg.clone()], 200_000)).1,
        4
    );
    (alice.sequence, alice.number) = (0, 0);
    let mut bytes = alice.sign(&chain, vec![msg.clone()], 200_000);
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    assert_eq!(refused(&bytes).1, 4);
    bytes[last] ^= 1;
    assert_eq!(refused(&bytes).1, 0);
    // The same bytes again.
    assert_eq!(refused(&bytes).1, 19);
    // Somebody else's coins.
    let mut bob = Signer::genesis(1);
    assert_eq!(refused(&bob.sign(&chain, vec![msg.clone()], 200_000)).1, 8);
    assert_eq!(refused(b"no transaction").1, 2);
    assert_eq!(refused(&vec![0; 2_000_000]).1, 21);
    assert_eq!(refused(&alice.sign(&chain, vec![msg], 20_000)).1, 11);
}

#[test]
fn fees_below_the_price_do_not_get_in() {
    let config = Config {
        min_gas_price_micro: 25_000,
        ..config()
    };
    let node = Node::start(config).unwrap();
    let mut alice = Signer::genesis(0);
    let bytes = alice.sign(&node.config().chain_id, vec![send(&alice, 1)], 200_000);
    let result = node.broadcast(&bytes).unwrap();
    assert_eq!((result.codespace.as_str(), result.code), ("sdk", 13));
    let expected = "insufficient fees; got:  required: 5000ustake: insufficient fee";
    assert_eq!(result.log, expected);
}

#[test]
fn several_of_one_account_wait_for_one_block_in_order() {
    let node = Node::start(by_hand()).unwrap();
    let mut alice = Signer::genesis(0);
    let chain = node.config().chain_id.clone();
    let txs: Vec<_> = (1..=3)
        .map(|n| alice.sign(&chain, vec![send(&Signer::genesis(0), n)], 200_000))
        .collect();
    for bytes in &txs {
        assert_eq!(node.broadcast(bytes).unwrap().code, 0);
    }
    assert!(node.tx(&tx::hash(&txs[0])).unwrap().is_none());
    assert_eq!(node.waiting(), 3);
    node.mine(1).unwrap();
    let places: Vec<_> = txs
        .iter()
        .map(|bytes| {
            let record = node.tx(&tx::hash(bytes)).unwrap().unwrap();
            (record.height, record.index, record.result.code)
        })
        .collect();
    assert_eq!(places, [(2, 0, 0), (2, 1, 0), (2, 2, 0)]);
    assert_eq!(node.waiting(), 0);
}

#[test]
fn blocks_hold_no_more_than_their_gas() {
    let config = Config {
        max_gas: 500_000,
        ..by_hand()
    };
    let node = Node::start(config).unwrap();
    let chain = node.config().chain_id.clone();
    let mut alice = Signer::genesis(0);
    for n in 1..=5 {
        let bytes = alice.sign(&chain, vec![send(&Signer::genesis(0), n)], 200_000);
        assert_eq!(node.broadcast(&bytes).unwrap().code, 0);
    }
    node.mine(1).unwrap();
    assert_eq!(node.waiting(), 3);
    node.mine(2).unwrap();
    assert_eq!(node.waiting(), 0);
    let greedy = alice.sign(&chain, vec![send(&Signer::genesis(0), 1)], 500_001);
    assert_eq!(node.broadcast(&greedy).unwrap().code, 41);
}

#[test]
fn time_only_moves_forward() {
    let node = Node::start(config()).unwrap();
    let first = node.latest().block.time;
    assert_eq!(
        node.travel(3_600_000_000_000).unwrap(),
        first + 3_600_000_000_000
    );
    node.mine(1).unwrap();
    assert_eq!(node.latest().block.time, first + 3_601_000_000_000);
    assert_eq!(node.latest().block.height, 3);
}

#[test]
fn the_faucet_gives_what_exists_to_anybody() {
    let node = Node::start(config()).unwrap();
    let stranger = devnet::address::humanize(&[9; 20]).unwrap();
    node.faucet(&stranger, "ustake", 12).unwrap();
    node.faucet(&stranger, "ustake", 1).unwrap();
    let error = node.faucet(&stranger, "gold", 1).unwrap_err();
    assert!(error.to_string().contains("it has ustake"), "{error}");
    assert!(node.faucet("nobody", "ustake", 1).is_err());
    assert_eq!(node.latest().block.height, 3);
}

#[test]
fn a_file_keeps_everything_and_belongs_to_one_chain() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.redb");
    let hash = {
        let node = Node::start(in_file(&path, config())).unwrap();
        story(&node);
        let mut bob = Signer::genesis(1);
        bob.send(&node, vec![send(&Signer::genesis(1), 5)], 200_000);
        node.latest().block.clone()
    };
    let node = Node::start(in_file(&path, config())).unwrap();
    assert_eq!(node.latest().block, hash);
    // Contracts are compiled from what is stored, and time goes on where it was.
    let mut alice = Signer::genesis(0);
    alice.sequence = 5;
    let coin = "wasm14hj2tavq8fpesdwxxcu44rty3hh90vhujrvcmstl4zr3txmfvw9s0phg4d";
    let record = alice.execute(&node, coin, &json!({ "burn": { "amount": "1" } }));
    assert_eq!(record.result.code, 0, "{}", record.result.log);
    assert!(node.latest().block.time > hash.time);
    drop(node);
    let other = Config {
        chain_id: "other-1".to_owned(),
        ..config()
    };
    let error = Node::start(in_file(&path, other)).err().unwrap();
    assert!(
        error
            .to_string()
            .contains("holds the chain ballast-devnet-1"),
        "{error}"
    );
    let node = Node::start(in_file(&path, config())).unwrap();
    node.reset().unwrap();
    assert_eq!(node.latest().block.height, 1);
    let fresh = Node::start(config()).unwrap();
    assert_eq!(node.latest().block, fresh.latest().block);
}

#[test]
fn what_was_accepted_is_in_a_block_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.redb");
    let bytes = {
        let node = Node::start(in_file(&path, by_hand())).unwrap();
        let mut alice = Signer::genesis(0);
        let bytes = alice.sign(&node.config().chain_id, vec![send(&alice, 5)], 200_000);
        assert_eq!(node.broadcast(&bytes).unwrap().code, 0);
        bytes
    };
    let node = Node::start(in_file(&path, by_hand())).unwrap();
    assert_eq!(node.waiting(), 1);
    assert_eq!(
        node.broadcast(&bytes).unwrap().code,
        19,
        "it knows them still"
    );
    node.mine(1).unwrap();
    assert_eq!(node.tx(&tx::hash(&bytes)).unwrap().unwrap().result.code, 0);
}
