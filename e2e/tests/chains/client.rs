//! What the client sees is the same from both chains.

use std::time::Duration;

use chain_client::transport::Failover;
use chain_client::{Client, Config, Error, Msg, Stage};
use e2e::{FEE_DENOM, until};
use serde_json::{Value, json};

use crate::people::{chain, coin, send, signer, stranger};

const INDEX: Duration = Duration::from_secs(20);

#[tokio::test(flavor = "multi_thread")]
async fn coins_are_sent_and_the_sequence_goes_on() {
    let chain = chain().await;
    let client = chain.client().unwrap();
    let alice = signer(&client, 0);
    let before = client.account(alice.address()).await.unwrap();
    let block = client.latest_block().await.unwrap();
    // Two messages in one transaction.
    let msgs = vec![send(&stranger(), 7), send(&stranger(), 4)];
    let included = alice.send(msgs).await.unwrap();
    assert_eq!((included.code, included.log.as_str()), (0, ""));
    assert!(included.height > block.height, "{included:?}");
    assert_eq!(included.attribute("transfer", "amount"), Some("7ustake"));
    assert_eq!(
        included.attribute("tx", "acc_seq"),
        Some(&*format!("{}/0", alice.address()))
    );
    // The simulation and the 140 % of it that were asked for.
    let percent = included.gas_wanted * 100 / included.gas_used;
    assert!((135..=145).contains(&percent), "{included:?}");
    assert_eq!(client.balance(&stranger(), FEE_DENOM).await.unwrap(), 11);
    let after = client.account(alice.address()).await.unwrap();
    assert_eq!(
        (after.number, after.sequence),
        (before.number, before.sequence + 1)
    );
    let found = client.tx(&included.hash).await.unwrap();
    assert_eq!(found.as_ref(), Some(&included));
    assert_eq!(client.tx(&"00".repeat(32)).await.unwrap(), None);
    // Searches answer from an index, which wasmd writes after the block.
    let query = format!("transfer.recipient='{}'", stranger());
    let searched = until("the transaction in the index", INDEX, async || {
        let found = client.search(&query, 1).await?;
        Ok((!found.is_empty()).then_some(found))
    });
    assert_eq!(searched.await.unwrap(), [included]);
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_accounts_are_funded_and_send_at_once() {
    let chain = chain().await;
    let client = chain.client().unwrap();
    let mut sending = Vec::new();
    // wasmd's validators have the last accounts; one is enough to pay from it too.
    for index in 0..10 {
        let signer = signer(&client, index);
        let funds = client.balance(signer.address(), FEE_DENOM).await.unwrap();
        assert!(funds > 900_000_000_000_000, "{index}: {funds}");
        for _ in 0..3 {
            let signer = signer.clone();
            sending.push(tokio::spawn(async move {
                signer.send(vec![send(&stranger(), 1)]).await
            }));
        }
    }
    for sent in sending {
        sent.await.unwrap().unwrap();
    }
    assert_eq!(client.balance(&stranger(), FEE_DENOM).await.unwrap(), 30);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sequence_that_somebody_else_has_used_is_asked_for_anew() {
    let chain = chain().await;
    let client = chain.client().unwrap();
    // Two programs with the same key, which is not how it should be.
    let (one, other) = (signer(&client, 1), signer(&client, 1));
    for amount in 1..=3 {
        one.send(vec![send(&stranger(), amount)]).await.unwrap();
        other.send(vec![send(&stranger(), amount)]).await.unwrap();
    }
    assert_eq!(client.balance(&stranger(), FEE_DENOM).await.unwrap(), 12);
    assert_eq!(client.account(one.address()).await.unwrap().sequence, 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_are_told_by_where_they_happen() {
    let chain = chain().await;
    let client = chain.client().unwrap();
    let alice = signer(&client, 0);
    let coin = coin(&alice, alice.address()).await;
    // In the simulation, before anything is paid.
    let transfer = |amount: &str| {
        let msg = json!({ "transfer": { "recipient": stranger(), "amount": amount } });
        Msg::execute(&coin, &msg).unwrap()
    };
    let greedy = alice.send(vec![transfer("1000001")]).await.unwrap_err();
    let Error::Rejected {
        stage, log, hash, ..
    } = greedy
    else {
        panic!("{greedy}")
    };
    assert_eq!((stage, hash.as_str()), (Stage::Simulation, ""));
    let words = "message index: 0: Overflow: Cannot Sub with given operands: execute wasm \
                 contract failed";
    assert!(log.contains(words), "{log}");
    // In its block, for want of gas: the fee is gone, the coins are not.
    let tight = chain
        .client_with(|config| config.gas_adjustment_percent = 90)
        .unwrap();
    let bob = signer(&tight, 1);
    let sequence = client.account(bob.address()).await.unwrap().sequence;
    let error = bob.send(vec![send(&stranger(), 5)]).await.unwrap_err();
    assert!(
        matches!(error, Error::OutOfGas { wanted, used, .. } if used > wanted),
        "{error}"
    );
    assert_eq!(
        client.account(bob.address()).await.unwrap().sequence,
        sequence + 1
    );
    assert_eq!(client.balance(&stranger(), FEE_DENOM).await.unwrap(), 0);
    // What nobody can afford.
    let poor = alice
        .send(vec![send(&stranger(), u64::MAX)])
        .await
        .unwrap_err();
    let funds = matches!(&poor, Error::Rejected { stage: Stage::Simulation, log, .. } if log.contains("insufficient funds"));
    assert!(funds, "{poor}");
    // And the signer goes on.
    alice.send(vec![transfer("1")]).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn queries_answer_or_say_why_not() {
    let chain = chain().await;
    let client = chain.client().unwrap();
    let alice = signer(&client, 0);
    let coin = coin(&alice, alice.address()).await;
    let balance = json!({ "balance": { "address": alice.address() } });
    let answer: Value = client.query(&coin, &balance).await.unwrap();
    assert_eq!(answer, json!({ "balance": "1000000" }));
    let refusal =
        async |contract: &str, query: Value| match client.query::<Value>(contract, &query).await {
            Err(Error::Query { status, text }) => (status, text),
            other => panic!("{other:?}"),
        };
    let (status, text) = refusal(&coin, json!({ "nosuch": {} })).await;
    assert_eq!(status, 2, "{text}");
    assert!(
        text.contains("unknown variant `nosuch`, expected one of `balance`"),
        "{text}"
    );
    let (status, text) = refusal(alice.address(), balance).await;
    assert_eq!(status, 2, "{text}");
    assert!(text.contains("no such contract"), "{text}");
    let nobody = client.account(&stranger()).await.unwrap_err();
    assert!(matches!(nobody, Error::Query { status: 5, .. }), "{nobody}");
    assert_eq!(client.balance(&stranger(), FEE_DENOM).await.unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_of_another_chain_sends_nothing() {
    let chain = chain().await;
    let other = Config::new("ballast-devnet-other", FEE_DENOM);
    let node = Failover::grpc(&other.chain_id, &chain.endpoints().grpc).unwrap();
    let stray = signer(&Client::new(other, node), 0);
    let error = stray.send(vec![send(&stranger(), 1)]).await.unwrap_err();
    let wrong = matches!(&error, Error::WrongChain { got, .. } if got == e2e::CHAIN_ID);
    assert!(wrong, "{error}");
    let client = chain.client().unwrap();
    assert_eq!(client.balance(&stranger(), FEE_DENOM).await.unwrap(), 0);
}
