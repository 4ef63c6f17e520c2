//! What the tests share: a chain whose times are fixed, and someone who signs.

// Each test uses a part of it.
#![allow(dead_code, unreachable_pub)]

use std::fs;

use cosmrs::Any;
use cosmrs::crypto::secp256k1::SigningKey;
use cosmrs::proto::cosmos::base::abci::v1beta1::TxMsgData;
use cosmrs::proto::cosmwasm::wasm::v1::{
    MsgExecuteContract, MsgInstantiateContract, MsgInstantiateContractResponse, MsgStoreCode,
    MsgStoreCodeResponse,
};
use cosmrs::proto::traits::{Message, Name};
use cosmrs::tx::{BodyBuilder, Fee, SignDoc, SignerInfo};
use devnet::genesis;
use devnet::node::{Clock, Config, Node};
use devnet::records::TxRecord;
use devnet::tx;
use serde_json::Value;

/// A config whose chain always comes out the same.
pub fn config() -> Config {
    Config {
        clock: Clock::Steps {
            start: 1_700_000_000_000_000_000,
            step: 1_000_000_000,
        },
        ..Config::default()
    }
}

/// A funded account and its place in line.
pub struct Signer {
    pub address: String,
    pub key: SigningKey,
    pub number: u64,
    pub sequence: u64,
}

impl Signer {
    /// The account at `index` of the genesis.
    pub fn genesis(index: usize) -> Self {
        let account = genesis::accounts().unwrap().swap_remove(index);
        Self {
            address: account.address,
            key: account.key,
            number: u64::from(account.index),
            sequence: 0,
        }
    }

    /// A signed transaction; the sequence goes up.
    pub fn sign(&mut self, chain_id: &str, msgs: Vec<Any>, gas: u64) -> Vec<u8> {
        let body = BodyBuilder::new().msgs(msgs).finish();
        let coin = cosmrs::Coin::new(0, "ustake").unwrap();
        let mut fee = Fee::from_amount_and_gas(coin, gas);
        fee.amount.clear();
        let key = Some(self.key.public_key());
        let auth = SignerInfo::single_direct(key, self.sequence).auth_info(fee);
        let doc = SignDoc::new(&body, &auth, &chain_id.parse().unwrap(), self.number).unwrap();
        self.sequence += 1;
        doc.sign(&self.key).unwrap().to_bytes().unwrap()
    }

    /// Signs, broadcasts, and gives the transaction as it is in its block.
    pub fn send(&mut self, node: &Node, msgs: Vec<Any>, gas: u64) -> TxRecord {
        let bytes = self.sign(&node.config().chain_id, msgs, gas);
        let checked = node.broadcast(&bytes).unwrap();
        assert_eq!(checked.code, 0, "{}", checked.log);
        node.tx(&tx::hash(&bytes))
            .unwrap()
            .expect("blocks are instant")
    }

    /// Uploads code and returns its ID.
    pub fn store(&mut self, node: &Node, code: Vec<u8>) -> u64 {
        let msg = MsgStoreCode {
            sender: self.address.clone(),
            wasm_byte_code: code,
            instantiate_permission: None,
        };
        response::<MsgStoreCodeResponse>(&self.send(node, vec![any(&msg)], 10_000_000)).code_id
    }

    /// Makes a contract and returns its address.
    pub fn instantiate(&mut self, node: &Node, code_id: u64, msg: &Value) -> String {
        let msg = MsgInstantiateContract {
            sender: self.address.clone(),
            admin: self.address.clone(),
            code_id,
            label: "test".to_owned(),
            msg: msg.to_string().into_bytes(),
            funds: Vec::new(),
        };
        let record = self.send(node, vec![any(&msg)], 5_000_000);
        response::<MsgInstantiateContractResponse>(&record).address
    }

    /// Executes a contract.
    pub fn execute(&mut self, node: &Node, contract: &str, msg: &Value) -> TxRecord {
        self.send(node, vec![self.execute_msg(contract, msg)], 5_000_000)
    }

    pub fn execute_msg(&self, contract: &str, msg: &Value) -> Any {
        any(&MsgExecuteContract {
            sender: self.address.clone(),
            contract: contract.to_owned(),
            msg: msg.to_string().into_bytes(),
            funds: Vec::new(),
        })
    }
}

pub fn any<M: Message + Name>(msg: &M) -> Any {
    Any {
        type_url: format!("/{}", M::full_name()),
        value: msg.encode_to_vec(),
    }
}

/// The first message's response.
pub fn response<M: Message + Default>(record: &TxRecord) -> M {
    assert_eq!(record.result.code, 0, "{}", record.result.log);
    let data = TxMsgData::decode(record.result.data.clone()).unwrap();
    M::decode(data.msg_responses[0].value.as_slice()).unwrap()
}

/// A contract that `make wasm` has built.
pub fn artifact(name: &str) -> Vec<u8> {
    fs::read(test_suite::workspace::artifact(name).unwrap()).unwrap()
}

/// What instantiates a CW20 of which `address` has a million.
pub fn cw20(address: &str) -> Value {
    serde_json::json!({
        "name": "Coin", "symbol": "COIN", "decimals": 6,
        "initial_balances": [{ "address": address, "amount": "1000000" }],
    })
}
