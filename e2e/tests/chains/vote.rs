//! A vote for a miner: the coin tells the votes, in one transaction.

use std::time::Duration;

use chain_client::Msg;
use compute_api::Contracts;
use compute_api::votes::{
    Commission, ExecuteMsg, Hook, InstantiateMsg, Kind, Metadata, Params, QueryMsg, VotesResponse,
};
use cosmwasm_std::{Decimal, HexBinary, Uint128, to_json_binary};
use serde_json::json;

use crate::people::{chain, coin, instantiate, signer};

#[tokio::test(flavor = "multi_thread")]
async fn a_vote_is_coins_sent_with_a_word() {
    let chain = chain().await;
    // Blocks of wasmd take their time on a busy machine.
    let client = chain
        .client_with(|config| config.inclusion_timeout = Duration::from_secs(120))
        .unwrap();
    let (owner, miner, voter) = (signer(&client, 2), signer(&client, 3), signer(&client, 4));
    let coin = coin(&owner, voter.address()).await;
    let params = Params::production();
    let new = InstantiateMsg {
        owner: owner.address().to_owned(),
        params,
        contracts: None,
    };
    let votes = instantiate(&owner, "staking_votes", &new).await;
    // Only the coin has a part in a vote: accounts stand in for the two others.
    let contracts = Contracts {
        coin: coin.clone(),
        oracle: owner.address().to_owned(),
        votes: votes.clone(),
        market: miner.address().to_owned(),
    };
    let activate = Msg::execute(&votes, &ExecuteMsg::Activate { contracts }).unwrap();
    owner.send(vec![activate]).await.unwrap();
    let register = ExecuteMsg::Register {
        owner: owner.address().to_owned(),
        kind: Kind::Miner,
        signing_key: HexBinary::from([7; 32]),
        commission: Commission {
            rate: Decimal::percent(10),
            max_rate: Decimal::percent(20),
            max_change: Decimal::percent(1),
        },
        metadata: Metadata {
            name: "miner".to_owned(),
            url: "https://miner.example".to_owned(),
            contact: "miner@miner.example".to_owned(),
        },
    };
    let register = Msg::execute(&votes, &register).unwrap();
    miner.send(vec![register]).await.unwrap();

    let send = |operator: &str| {
        let hook = Hook::Vote {
            operator: operator.to_owned(),
        };
        let send = json!({ "send": {
            "contract": votes, "amount": "30", "msg": to_json_binary(&hook).unwrap(),
        } });
        Msg::execute(&coin, &send).unwrap()
    };
    let voted = voter.send(vec![send(miner.address())]).await.unwrap();
    let said = |key| voted.attribute("wasm-vote_changed", key);
    assert_eq!(said("operator"), Some(miner.address()));
    assert_eq!(
        (said("voter"), said("amount")),
        (Some(voter.address()), Some("30"))
    );
    let query = QueryMsg::Votes {
        voter: voter.address().to_owned(),
        start_after: None,
        limit: None,
    };
    let listed: VotesResponse = client.query(&votes, &query).await.unwrap();
    let [vote] = &listed.votes[..] else {
        panic!("{listed:?}")
    };
    assert_eq!(
        (vote.operator.as_str(), vote.amount),
        (miner.address(), Uint128::new(30))
    );
    // For nobody: the coins stay where they were.
    let error = voter.send(vec![send(voter.address())]).await.unwrap_err();
    let words = format!("there is no operator {}", voter.address());
    assert!(error.to_string().contains(&words), "{error}");
    let balance = json!({ "balance": { "address": voter.address() } });
    let balance: serde_json::Value = client.query(&coin, &balance).await.unwrap();
    assert_eq!(balance["balance"], "999970");
}
