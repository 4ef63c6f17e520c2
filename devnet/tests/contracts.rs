//! Real contracts on the chain: what wasmd does around a call.

mod common;

use common::{Signer, any, artifact, config, cw20, response};
use cosmrs::proto::cosmos::bank::v1beta1::MsgSend;
use cosmrs::proto::cosmos::base::v1beta1::Coin;
use cosmrs::proto::cosmwasm::wasm::v1::{
    MsgClearAdmin, MsgExecuteContract, MsgExecuteContractResponse, MsgInstantiateContract2,
    MsgInstantiateContract2Response, MsgMigrateContract, MsgUpdateAdmin,
    QuerySmartContractStateRequest, QuerySmartContractStateResponse,
};
use cosmrs::proto::traits::Message;
use devnet::node::Node;
use devnet::query::query;
use devnet::records::TxRecord;
use serde_json::{Value, json};

struct World {
    node: Node,
    alice: Signer,
    code: u64,
    probe: String,
}

fn world() -> World {
    let node = Node::start(config()).unwrap();
    let mut alice = Signer::genesis(0);
    let code = alice.store(&node, artifact("devnet_probe"));
    let probe = alice.instantiate(&node, code, &json!({}));
    World {
        node,
        alice,
        code,
        probe,
    }
}

fn ask(node: &Node, contract: &str, msg: &Value) -> Result<Value, String> {
    let request = QuerySmartContractStateRequest {
        address: contract.to_owned(),
        query_data: msg.to_string().into_bytes(),
    };
    let path = "/cosmwasm.wasm.v1.Query/SmartContractState";
    let answer = query(node, path, &request.encode_to_vec()).map_err(|error| error.text)?;
    let answer = QuerySmartContractStateResponse::decode(answer.as_slice()).unwrap();
    Ok(serde_json::from_slice(&answer.data).unwrap())
}

fn base64(value: &Value) -> String {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.encode(value.to_string())
}

impl World {
    fn run(&mut self, sends: &Value) -> TxRecord {
        let msg = json!({ "run": { "sends": sends } });
        self.alice.execute(&self.node, &self.probe.clone(), &msg)
    }

    fn wasm(&self, msg: &Value) -> Value {
        let (to, msg) = (&self.probe, base64(msg));
        json!({ "wasm": { "execute": { "contract_addr": to, "msg": msg, "funds": [] } } })
    }

    fn count(&self) -> u64 {
        ask(&self.node, &self.probe, &json!({ "count": {} }))
            .unwrap()
            .as_u64()
            .unwrap()
    }

    fn replies(&self) -> Vec<String> {
        let replies = ask(&self.node, &self.probe, &json!({ "replies": {} })).unwrap();
        serde_json::from_value(replies).unwrap()
    }
}

fn send(msg: &Value, id: u64, reply_on: &str, gas_limit: Option<u64>) -> Value {
    json!({ "msg": msg, "id": id, "reply_on": reply_on, "gas_limit": gas_limit })
}

#[test]
fn a_failed_message_is_rolled_back_and_the_reply_is_redacted() {
    let mut world = world();
    let bank = json!({ "bank": { "send": {
        "to_address": world.alice.address, "amount": [{ "denom": "ustake", "amount": "5" }],
    }}});
    let fail = world.wasm(&json!({ "fail": {} }));
    let record = world.run(&json!([
        send(&fail, 1, "error", None),
        send(&bank, 2, "always", None)
    ]));
    assert_eq!(record.result.code, 0, "{}", record.result.log);
    // The failed call had counted too.
    assert_eq!(world.count(), 1);
    let expected = [
        "1 error Generic error: told to fail: execute wasm contract failed",
        "2 error codespace: sdk, code: 5",
    ];
    assert_eq!(world.replies(), expected);
    let response: MsgExecuteContractResponse = response(&record);
    assert_eq!(response.data, b"replied");
}

#[test]
fn a_success_is_kept_and_its_events_reach_the_reply_sorted() {
    let mut world = world();
    let nest = world.wasm(&json!({ "nest": { "left": 0 } }));
    let record = world.run(&json!([
        send(&nest, 3, "success", None),
        send(&nest, 4, "never", None)
    ]));
    assert_eq!(world.count(), 3);
    assert_eq!(world.replies(), ["3 ok execute,wasm"]);
    let kinds: Vec<_> = record
        .result
        .events
        .iter()
        .map(|event| event.r#type.as_str())
        .collect();
    let expected = [
        "message", "execute", "wasm", "wasm-run", "execute", "wasm", "reply", "execute", "wasm",
    ];
    assert_eq!(kinds[kinds.len() - expected.len()..], expected);
}

#[test]
fn errors_without_a_reply_fail_the_transaction_and_leave_only_what_the_ante_handler_did() {
    let mut world = world();
    let fail = world.wasm(&json!({ "fail": {} }));
    for reply_on in ["never", "success"] {
        let record = world.run(&json!([send(&fail, 1, reply_on, None)]));
        assert_eq!(
            (record.result.code, record.result.codespace.as_str()),
            (5, "wasm")
        );
        assert!(
            record
                .result
                .events
                .iter()
                .all(|event| event.r#type == "tx"),
            "ante events alone"
        );
    }
    let fail = json!({ "bank": { "burn": { "amount": [{ "denom": "ustake", "amount": "1" }] } } });
    let refused = world.run(&json!([send(&fail, 666, "error", None)]));
    let text = "failed to execute message; message index: 0: reply: Generic error: reply refused: \
                execute wasm contract failed";
    assert_eq!(refused.result.log, text);
    assert_eq!(world.count(), 0);
    // Sequences went up all the same.
    assert_eq!(world.run(&json!([])).result.code, 0);
}

#[test]
fn a_gas_limit_of_a_message_is_caught_and_the_transactions_own_is_not() {
    let mut world = world();
    let spin = world.wasm(&json!({ "spin": {} }));
    let record = world.run(&json!([send(&spin, 5, "error", Some(200_000))]));
    assert_eq!(record.result.code, 0, "{}", record.result.log);
    assert_eq!(world.replies(), ["5 error codespace: sdk, code: 11"]);
    let record = world.run(&json!([send(&spin, 5, "always", None)]));
    assert_eq!(
        (record.result.code, record.result.codespace.as_str()),
        (11, "sdk")
    );
    assert!(
        record.result.log.contains("out of gas in location"),
        "{}",
        record.result.log
    );
    assert!(record.result.gas_used >= record.result.gas_wanted);
    assert_eq!(world.count(), 1);
}

#[test]
fn calls_nest() {
    let mut world = world();
    let probe = world.probe.clone();
    let record = world
        .alice
        .execute(&world.node, &probe, &json!({ "nest": { "left": 20 } }));
    assert_eq!(record.result.code, 0, "{}", record.result.log);
    assert_eq!(world.count(), 21);
}

#[test]
fn contracts_query_contracts_and_balances() {
    let mut world = world();
    let funded = any(&MsgSend {
        from_address: world.alice.address.clone(),
        to_address: world.probe.clone(),
        amount: vec![Coin {
            denom: "ustake".into(),
            amount: "77".into(),
        }],
    });
    world.alice.send(&world.node, vec![funded], 300_000);
    let chain = |request: Value| {
        let answer = ask(
            &world.node,
            &world.probe,
            &json!({ "chain": { "request": request } }),
        );
        let text = match &answer {
            Ok(answer) => answer["ok"].as_str().unwrap_or_default().to_owned(),
            Err(error) => return Err(error.clone()),
        };
        use base64::Engine;
        let bytes = base64::engine::general_purpose::STANDARD
            .decode(text)
            .unwrap();
        Ok(serde_json::from_slice::<Value>(&bytes).unwrap())
    };
    let probe = &world.probe;
    let balance = json!({ "bank": { "balance": { "address": probe, "denom": "ustake" } } });
    assert_eq!(chain(balance).unwrap()["amount"]["amount"], "77");
    let count = base64(&json!({ "count": {} }));
    let smart = json!({ "wasm": { "smart": { "contract_addr": probe, "msg": count } } });
    assert_eq!(chain(smart).unwrap(), 0);
    let info = json!({ "wasm": { "contract_info": { "contract_addr": probe } } });
    assert_eq!(chain(info).unwrap()["code_id"], world.code);
    let nobody =
        json!({ "wasm": { "smart": { "contract_addr": world.alice.address, "msg": count } } });
    let error = chain(nobody).unwrap_err();
    assert!(
        error.contains(&format!("No such contract: {}", world.alice.address)),
        "{error}"
    );
    let custom = json!({ "custom": {} });
    assert!(chain(custom).unwrap_err().contains("nsupported"));
}

#[test]
fn admins_migrate_and_nobody_else() {
    let mut world = world();
    let mut bob = Signer::genesis(1);
    let migrate = |sender: &Signer, code_id| {
        any(&MsgMigrateContract {
            sender: sender.address.clone(),
            contract: world.probe.clone(),
            code_id,
            msg: b"{}".to_vec(),
        })
    };
    let (code, node) = (world.code, &world.node);
    let by_bob = migrate(&bob, code);
    let record = bob.send(node, vec![by_bob.clone()], 500_000);
    assert_eq!(
        (record.result.code, record.result.codespace.as_str()),
        (4, "sdk")
    );
    let by_alice = migrate(&world.alice, code);
    assert_eq!(
        world
            .alice
            .send(node, vec![by_alice.clone()], 500_000)
            .result
            .code,
        0
    );
    let hand_over = any(&MsgUpdateAdmin {
        sender: world.alice.address.clone(),
        new_admin: bob.address.clone(),
        contract: world.probe.clone(),
    });
    assert_eq!(
        world.alice.send(node, vec![hand_over], 500_000).result.code,
        0
    );
    assert_eq!(
        world.alice.send(node, vec![by_alice], 500_000).result.code,
        4
    );
    assert_eq!(bob.send(node, vec![by_bob.clone()], 500_000).result.code, 0);
    let clear = any(&MsgClearAdmin {
        sender: bob.address.clone(),
        contract: world.probe.clone(),
    });
    assert_eq!(bob.send(node, vec![clear], 500_000).result.code, 0);
    assert_eq!(bob.send(node, vec![by_bob], 500_000).result.code, 4);
    assert_eq!(world.count(), 2);
}

#[test]
fn predictable_addresses_come_from_code_creator_and_salt() {
    let mut world = world();
    let make = |salt: &[u8]| {
        any(&MsgInstantiateContract2 {
            sender: world.alice.address.clone(),
            admin: String::new(),
            code_id: world.code,
            label: "probe".to_owned(),
            msg: b"{}".to_vec(),
            funds: Vec::new(),
            salt: salt.to_vec(),
            fix_msg: false,
        })
    };
    let (first, second) = (make(b"a"), make(b"b"));
    let record = world.alice.send(&world.node, vec![first.clone()], 500_000);
    let made: MsgInstantiateContract2Response = response(&record);
    assert_eq!(made.data, b"made");
    let again = world.alice.send(&world.node, vec![first], 500_000);
    assert_eq!(
        (again.result.code, again.result.codespace.as_str()),
        (15, "wasm")
    );
    let record = world.alice.send(&world.node, vec![second], 500_000);
    assert_ne!(
        response::<MsgInstantiateContract2Response>(&record).address,
        made.address
    );
}

#[test]
fn several_messages_succeed_or_fail_together() {
    let mut world = world();
    let probe = world.probe.clone();
    let good = world
        .alice
        .execute_msg(&probe, &json!({ "nest": { "left": 0 } }));
    let bad = world.alice.execute_msg(&probe, &json!({ "fail": {} }));
    let record = world
        .alice
        .send(&world.node, vec![good.clone(), bad], 1_000_000);
    let text = "failed to execute message; message index: 1: Generic error: told to fail";
    assert!(record.result.log.starts_with(text), "{}", record.result.log);
    assert_eq!(world.count(), 0);
    let record = world
        .alice
        .send(&world.node, vec![good.clone(), good], 1_000_000);
    assert_eq!(record.result.code, 0);
    assert_eq!(world.count(), 2);
    let index = |event: &cosmrs::proto::tendermint::v0_38::abci::Event| {
        let found = event.attributes.iter().find(|a| a.key == "msg_index");
        found.map(|a| a.value.clone())
    };
    let indices: Vec<_> = record.result.events.iter().filter_map(index).collect();
    assert_eq!(
        (
            indices.first().unwrap().as_str(),
            indices.last().unwrap().as_str()
        ),
        ("0", "1")
    );
}

#[test]
fn simulation_says_what_delivery_costs() {
    let mut world = world();
    let code = world.alice.store(&world.node, artifact("cw20_compute"));
    assert_eq!(code, world.code + 1);
    let plain = world.alice.store(&world.node, artifact("plain_cw20"));
    let coin = world
        .alice
        .instantiate(&world.node, plain, &cw20(&world.alice.address));
    let transfer = json!({ "transfer": { "recipient": world.probe, "amount": "5" } });
    let msg = world.alice.execute_msg(&coin, &transfer);
    let chain = &world.node.config().chain_id;
    let bytes = world.alice.sign(chain, vec![msg], 200_000);
    let simulated = world.node.simulate(&bytes);
    assert_eq!(simulated.code, 0, "{}", simulated.log);
    world.node.broadcast(&bytes).unwrap();
    let delivered = world.node.tx(&devnet::tx::hash(&bytes)).unwrap().unwrap();
    let (simulated, used) = (
        simulated.gas_used,
        u64::try_from(delivered.result.gas_used).unwrap(),
    );
    // The counter of transactions, which a simulation leaves alone, costs 3 421.
    let difference = used.abs_diff(simulated);
    assert!(difference < 5_000, "simulated {simulated}, used {used}");
}

#[test]
fn funds_travel_with_the_message() {
    let mut world = world();
    let msg = any(&MsgExecuteContract {
        sender: world.alice.address.clone(),
        contract: world.probe.clone(),
        msg: json!({ "nest": { "left": 0 } }).to_string().into_bytes(),
        funds: vec![Coin {
            denom: "ustake".into(),
            amount: "9".into(),
        }],
    });
    assert_eq!(
        world
            .alice
            .send(&world.node, vec![msg], 500_000)
            .result
            .code,
        0
    );
    let bank = json!({ "bank": { "send": {
        "to_address": Signer::genesis(5).address, "amount": [{ "denom": "ustake", "amount": "9" }],
    }}});
    let record = world.run(&json!([send(&bank, 8, "success", None)]));
    assert_eq!(record.result.code, 0, "{}", record.result.log);
    assert_eq!(world.replies(), ["8 ok "]);
}
