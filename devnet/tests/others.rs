//! Contracts of someone else, built from their published crates: a multisig that holds
//! a cw20's coins and spends them when enough of its members agree.

mod common;

use common::{Signer, artifact, config, cw20};
use cosmrs::proto::cosmwasm::wasm::v1::{
    QuerySmartContractStateRequest, QuerySmartContractStateResponse,
};
use cosmrs::proto::traits::Message;
use devnet::node::Node;
use devnet::query::query;
use serde_json::{Value, json};

fn ask(node: &Node, contract: &str, msg: &Value) -> Value {
    let request = QuerySmartContractStateRequest {
        address: contract.to_owned(),
        query_data: msg.to_string().into_bytes(),
    };
    let path = "/cosmwasm.wasm.v1.Query/SmartContractState";
    let answer = query(node, path, &request.encode_to_vec()).unwrap();
    let answer = QuerySmartContractStateResponse::decode(answer.as_slice()).unwrap();
    serde_json::from_slice(&answer.data).unwrap()
}

#[test]
fn a_multisig_spends_a_cw20_when_enough_agree() {
    let node = Node::start(config()).unwrap();
    let (mut alice, mut bob) = (Signer::genesis(0), Signer::genesis(1));
    let code = alice.store(&node, artifact("plain_multisig"));
    let members = json!({
        "voters": [{ "addr": alice.address, "weight": 1 }, { "addr": bob.address, "weight": 1 }],
        "threshold": { "absolute_count": { "weight": 2 } },
        "max_voting_period": { "time": 3600 },
    });
    let multisig = alice.instantiate(&node, code, &members);
    let code = alice.store(&node, artifact("plain_cw20"));
    let coin = alice.instantiate(&node, code, &cw20(&multisig));
    let transfer = json!({ "transfer": { "recipient": bob.address, "amount": "77" } });
    let spend = {
        use base64::Engine;
        base64::engine::general_purpose::STANDARD.encode(transfer.to_string())
    };
    let msgs =
        json!([{ "wasm": { "execute": { "contract_addr": coin, "msg": spend, "funds": [] } } }]);
    let propose = json!({ "propose": { "title": "pay", "description": "pay bob", "msgs": msgs } });
    assert_eq!(alice.execute(&node, &multisig, &propose).result.code, 0);
    let execute = json!({ "execute": { "proposal_id": 1 } });
    let early = alice.execute(&node, &multisig, &execute);
    assert_eq!(
        (early.result.code, early.result.codespace.as_str()),
        (5, "wasm")
    );
    let vote = json!({ "vote": { "proposal_id": 1, "vote": "yes" } });
    assert_eq!(bob.execute(&node, &multisig, &vote).result.code, 0);
    assert_eq!(alice.execute(&node, &multisig, &execute).result.code, 0);
    let balance = json!({ "balance": { "address": bob.address } });
    assert_eq!(ask(&node, &coin, &balance)["balance"], "77");
    // A proposal that nobody votes on in time is gone after the hour.
    assert_eq!(alice.execute(&node, &multisig, &propose).result.code, 0);
    node.travel(3_601_000_000_000).unwrap();
    let vote = json!({ "vote": { "proposal_id": 2, "vote": "yes" } });
    let late = bob.execute(&node, &multisig, &vote);
    assert!(late.result.log.contains("expired"), "{}", late.result.log);
}
