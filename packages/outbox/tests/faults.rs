//! Whatever goes wrong on the way: each message is executed once, and its verdict kept.

mod common;

use std::time::Duration;

use chain_client::signer::Signer;
use common::*;
use outbox::{Error, Outbox, Verdict};

fn done(verdict: Verdict) -> outbox::Done {
    match verdict {
        Verdict::Done(done) => done,
        Verdict::Refused(refused) => panic!("refused: {}", refused.reason),
    }
}

#[tokio::test]
async fn a_key_stands_for_one_message_and_its_verdict() {
    let (_node, network) = network().await;
    let home = tempfile::tempdir().unwrap();
    let outbox = open(home.path()).await;
    assert!(outbox.put(transfer("a", 5)).await.unwrap());
    assert!(!outbox.put(transfer("a", 5)).await.unwrap());
    let error = outbox.put(transfer("a", 6)).await.unwrap_err();
    assert!(matches!(error, Error::OtherMessage { .. }), "{error}");
    let error = outbox.verdict("b").await.unwrap_err();
    assert!(matches!(error, Error::Unknown { .. }), "{error}");
    assert_eq!(outbox.peek("a").await.unwrap(), None);
    assert_eq!(outbox.undecided("").await.unwrap(), ["a"]);
    let running = start(&outbox, &network);
    let verdict = done(outbox.verdict("a").await.unwrap());
    assert_eq!(verdict.attribute("wasm", "amount"), Some("5"));
    // The same again, after the verdict: nothing happens.
    assert!(!outbox.put(transfer("a", 5)).await.unwrap());
    assert_eq!(moved(&network).await, 5);
    // Who has forgotten it can put it again.
    let keys = vec!["a".to_owned()];
    assert_eq!(outbox.forget(keys).await.unwrap(), 1);
    outbox.put(transfer("a", 6)).await.unwrap();
    done(outbox.verdict("a").await.unwrap());
    assert_eq!(moved(&network).await, 11);
    assert_eq!(outbox.prune(Duration::from_secs(60)).await.unwrap(), 0);
    let summary = outbox.summary().await.unwrap();
    assert_eq!(
        (summary.waiting, summary.signed, summary.decided),
        (0, 0, 1)
    );
    assert_eq!(outbox.prune(Duration::ZERO).await.unwrap(), 1);
    running.abort();
}

#[tokio::test]
async fn what_gets_lost_is_neither_lost_nor_sent_twice() {
    let (node, network) = network().await;
    let home = tempfile::tempdir().unwrap();
    let outbox = open(home.path()).await;
    let running = start(&outbox, &network);
    let faults = [
        (BROADCAST, Fault::LoseAnswer),
        (BROADCAST, Fault::LoseRequest),
        (BROADCAST, Fault::HalfAnswer),
        (SIMULATE, Fault::LoseAnswer),
        (SIMULATE, Fault::HalfAnswer),
        (LATEST, Fault::LoseRequest),
    ];
    for (place, (path, fault)) in faults.into_iter().enumerate() {
        node.plan(path, fault.clone());
        let key = format!("transfer/{place}");
        outbox.put(transfer(&key, 1)).await.unwrap();
        done(outbox.verdict(&key).await.unwrap());
        assert_eq!(moved(&network).await, place as u64 + 1, "{fault:?}");
    }
    running.abort();
}

#[tokio::test]
async fn one_that_is_refused_does_not_take_its_neighbours_along() {
    let (node, network) = network().await;
    let home = tempfile::tempdir().unwrap();
    let outbox = open(home.path()).await;
    let amounts = [1, 2, u64::from(FUNDS) * 2, 4, 8];
    let messages = amounts
        .iter()
        .enumerate()
        .map(|(place, amount)| transfer(&format!("t/{place}"), *amount).batched());
    outbox.put_all(messages.collect()).await.unwrap();
    let before = node.count(BROADCAST);
    let running = start(&outbox, &network);
    let mut transactions = Vec::new();
    for (place, amount) in amounts.iter().enumerate() {
        match outbox.verdict(&format!("t/{place}")).await.unwrap() {
            Verdict::Done(done) => {
                // Each has its own events, although they share the transaction.
                let moved = done.attribute("wasm", "amount").unwrap();
                assert_eq!(moved, amount.to_string());
                assert_eq!(done.messages, 4);
                transactions.push(done.hash);
            }
            Verdict::Refused(refused) => {
                assert_eq!(place, 2);
                assert!(refused.reason.contains("Overflow"), "{}", refused.reason);
                assert_eq!(refused.hash, None);
            }
        }
    }
    transactions.dedup();
    assert_eq!(transactions.len(), 1);
    assert_eq!(node.count(BROADCAST) - before, 1);
    assert_eq!(moved(&network).await, 15);
    running.abort();
}

#[tokio::test]
async fn lanes_keep_their_order() {
    let (_node, network) = network().await;
    let home = tempfile::tempdir().unwrap();
    let outbox = open(home.path()).await;
    let mut messages = Vec::new();
    for place in 0..4 {
        for lane in ["x", "y"] {
            messages.push(transfer(&format!("{lane}/{place}"), 1).on_lane(lane));
        }
    }
    outbox.put_all(messages).await.unwrap();
    let running = start(&outbox, &network);
    let mut heights = Vec::new();
    for lane in ["x", "y"] {
        let mut of_lane = Vec::new();
        for place in 0..4 {
            let key = format!("{lane}/{place}");
            of_lane.push(done(outbox.verdict(&key).await.unwrap()).height);
        }
        assert!(of_lane.is_sorted(), "{of_lane:?}");
        heights.push(of_lane);
    }
    // They take turns.
    assert!(heights[0][3] > heights[1][0] && heights[1][3] > heights[0][0]);
    running.abort();
}

#[tokio::test]
async fn an_outbox_has_one_process_one_sender_and_one_run() {
    let (_node, network) = network().await;
    let home = tempfile::tempdir().unwrap();
    let outbox = open(home.path()).await;
    let path = home.path().join("outbox.sqlite");
    let error = Outbox::open(&path).await.err().unwrap();
    assert!(matches!(error, Error::InUse { .. }), "{error}");
    outbox.put(transfer("a", 1)).await.unwrap();
    let running = start(&outbox, &network);
    outbox.verdict("a").await.unwrap();
    let error = start(&outbox, &network).await.unwrap().unwrap_err();
    assert!(matches!(error, Error::Running), "{error}");
    running.abort();
    let _ = running.await;
    drop(outbox);
    // The file can be opened as soon as nobody uses it.
    let mut tries = 0;
    let outbox = loop {
        match Outbox::open(&path).await {
            Ok(outbox) => break outbox,
            Err(Error::InUse { .. }) if tries < 100 => {
                tries += 1;
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            Err(error) => panic!("{error}"),
        }
    };
    let other = Signer::start(network.client().clone(), key(2));
    let error = outbox
        .run(network, other, std::future::pending())
        .await
        .unwrap_err();
    assert!(matches!(error, Error::OtherSender { .. }), "{error}");
}
