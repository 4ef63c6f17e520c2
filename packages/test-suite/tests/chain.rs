//! The harness against real contracts: `artifacts/proof_verifier.wasm`, of which only
//! what every contract does is asked, and coin, oracle and votes on one chain.

use std::collections::BTreeMap;

use compute_api::{
    Contracts, coin,
    oracle::{self, Trust},
    votes::{self, Fault, Hook, Kind},
};
use cosmwasm_std::{Uint128, to_json_binary};
use serde_json::json;
use test_suite::{
    chain::{
        CallError, Chain, Contract, Gas, Outcome, Transaction, VM_GAS_PER_SDK_GAS, address,
        contract_address,
    },
    fixtures::Signer,
    network::defaults,
};

fn verifier() -> Contract {
    Contract::artifact("proof_verifier").unwrap()
}

fn instantiate(contract: &mut Contract) -> Outcome {
    contract.instantiate(&address("owner"), &json!({})).unwrap()
}

fn execute_unknown(contract: &mut Contract) -> Outcome {
    let msg = json!({ "no_such_message": {} });
    contract.execute(&address("owner"), &msg).unwrap()
}

#[test]
fn a_call_is_answered_and_priced() {
    let outcome = instantiate(&mut verifier());
    assert!(outcome.value().unwrap()["messages"].is_array());
    let Gas {
        vm,
        storage,
        message_bytes,
        response,
    } = outcome.gas;
    assert_eq!(message_bytes, "{}".len() as u64);
    // Even an empty response, `{"ok":{…}}` with four fields, is parsed and paid.
    assert!(response >= 60, "{response}");
    assert!(vm > storage, "instructions are paid for");
    assert!(vm < 1_000_000 * VM_GAS_PER_SDK_GAS, "{vm}");
}

#[test]
fn the_same_call_costs_the_same() {
    let gas = instantiate(&mut verifier()).gas;
    assert_eq!(instantiate(&mut verifier()).gas, gas);
    let again = std::thread::spawn(|| instantiate(&mut verifier()).gas);
    assert_eq!(again.join().unwrap(), gas);
}

#[test]
fn a_refusal_comes_back_as_text_and_is_paid_for() {
    let mut contract = verifier();
    let outcome = execute_unknown(&mut contract);
    let Err(CallError::Contract(text)) = &outcome.result else {
        panic!("{outcome:?}");
    };
    assert!(text.contains("unknown variant `no_such_message`"), "{text}");
    assert!(outcome.value().is_err());
    assert!(outcome.gas.vm > 0);
    assert!(contract.storage().is_empty());
}

#[test]
fn a_call_beyond_its_gas_says_so_and_has_used_it_all() {
    let mut contract = verifier();
    let needed = instantiate(&mut contract).gas.vm;
    contract = verifier();
    contract.gas_limit = needed / 2;
    let outcome = instantiate(&mut contract);
    assert_eq!(outcome.result, Err(CallError::OutOfGas));
    assert_eq!(outcome.gas.vm, contract.gas_limit);
    assert_eq!(outcome.value().unwrap_err().to_string(), "out of gas");
}

/// Coin, oracle and votes, active, with a market that is no contract.
fn chain() -> (Chain, Contracts) {
    let mut chain = Chain::default();
    let contracts = Contracts {
        coin: chain.add("coin", "cw20_compute").unwrap(),
        oracle: chain.add("oracle", "reserve_oracle").unwrap(),
        votes: chain.add("votes", "staking_votes").unwrap(),
        market: contract_address("market"),
    };
    let owner = address("owner");
    let beacon = Signer::new(7, 1_600_000_000, 3).unwrap();
    let tiers = defaults::tiers();
    let coin = coin::InstantiateMsg {
        name: "Compute".to_owned(),
        symbol: "COMPUTE".to_owned(),
        owner: owner.clone(),
        marketing: None,
        contracts: Some(contracts.clone()),
    };
    let oracle = oracle::InstantiateMsg {
        owner: owner.clone(),
        guardian: address("guardian"),
        beacon: beacon.config(Trust::Public),
        params: defaults::oracle_params(),
        mainstream: tiers[0].id.clone(),
        tiers,
        contracts: Some(contracts.clone()),
    };
    let votes = votes::InstantiateMsg {
        owner: owner.clone(),
        params: defaults::votes_params(),
        contracts: Some(contracts.clone()),
    };
    let made = [
        chain.instantiate(&owner, &contracts.coin, &coin),
        chain.instantiate(&owner, &contracts.oracle, &oracle),
        chain.instantiate(&owner, &contracts.votes, &votes),
    ];
    for made in made {
        made.unwrap().responses().unwrap();
    }
    (chain, contracts)
}

fn ok(transaction: anyhow::Result<Transaction>) -> Transaction {
    let transaction = transaction.unwrap();
    transaction.responses().unwrap();
    transaction
}

/// Who has answered, in the order of the calls.
fn callees(transaction: &Transaction, contracts: &Contracts) -> Vec<&'static str> {
    let names = BTreeMap::from([
        (contracts.coin.as_str(), "coin"),
        (contracts.oracle.as_str(), "oracle"),
        (contracts.votes.as_str(), "votes"),
    ]);
    let responses = transaction.responses().unwrap();
    responses.iter().map(|(at, _)| names[at.as_str()]).collect()
}

/// A registered miner with one device and no bond.
fn miner(chain: &mut Chain, contracts: &Contracts) -> (String, Transaction) {
    let key = address("miner");
    let register = votes::ExecuteMsg::Register {
        owner: address("owner of the miner"),
        kind: Kind::Miner,
        signing_key: [7; 32].into(),
        commission: defaults::commission(),
        metadata: defaults::metadata("miner"),
    };
    ok(chain.execute(&key, &contracts.votes, &register, &[]));
    let declare = oracle::ExecuteMsg::DeclareDevices { devices: 1 };
    let declared = ok(chain.execute(&key, &contracts.oracle, &declare, &[]));
    (key, declared)
}

fn send(contracts: &Contracts, hook: &Hook) -> coin::ExecuteMsg {
    coin::ExecuteMsg::Send {
        contract: contracts.votes.clone(),
        amount: Uint128::new(600),
        msg: to_json_binary(hook).unwrap(),
    }
}

fn balance(chain: &Chain, contracts: &Contracts, account: &str) -> String {
    let query = json!({ "balance": { "address": account } });
    let outcome = chain.query(&contracts.coin, &query).unwrap();
    outcome.value().unwrap()["balance"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[test]
fn messages_follow_one_another_and_pay_for_every_contract_once() {
    let (mut chain, contracts) = chain();
    let (_, declared) = miner(&mut chain, &contracts);
    assert_eq!(
        callees(&declared, &contracts),
        ["oracle", "votes", "oracle"]
    );
    let sdk = declared.gas.vm / VM_GAS_PER_SDK_GAS;
    let loading = 64_197 + 6_197;
    assert!(sdk > loading && sdk < loading + 100_000, "{sdk}");
}

#[test]
fn a_message_is_carried_out_with_all_that_follows_before_the_next() {
    let (mut chain, contracts) = chain();
    let (operator, _) = miner(&mut chain, &contracts);
    let mint = coin::ExecuteMsg::Mint {
        recipient: address("voter"),
        amount: Uint128::new(1_000),
    };
    ok(chain.execute(&contracts.oracle, &contracts.coin, &mint, &[]));
    let vote = send(
        &contracts,
        &Hook::Vote {
            operator: operator.clone(),
        },
    );
    let voted = ok(chain.execute(&address("voter"), &contracts.coin, &vote, &[]));
    assert_eq!(callees(&voted, &contracts), ["coin", "votes"]);
    assert_eq!(balance(&chain, &contracts, &contracts.votes), "600");
    let fraud = votes::ExecuteMsg::ReportFault {
        operator,
        fault: Fault::Fraud { batch: 1 },
        reporter: Some(address("reporter")),
    };
    // To the oracle: slash its issuer, and how it stands; to the coin: the bounty.
    let reported = ok(chain.execute(&contracts.market, &contracts.votes, &fraud, &[]));
    let expected = ["votes", "oracle", "oracle", "coin"];
    assert_eq!(callees(&reported, &contracts), expected);
    assert_ne!(balance(&chain, &contracts, &address("reporter")), "0");
}

#[test]
fn a_failure_undoes_the_whole_transaction() {
    let (mut chain, contracts) = chain();
    let mint = coin::ExecuteMsg::Mint {
        recipient: address("voter"),
        amount: Uint128::new(1_000),
    };
    ok(chain.execute(&contracts.oracle, &contracts.coin, &mint, &[]));
    let operator = address("nobody");
    let vote = send(&contracts, &Hook::Vote { operator });
    let refused = chain.execute(&address("voter"), &contracts.coin, &vote, &[]);
    let refused = refused.unwrap();
    let Err(CallError::Contract(text)) = &refused.result else {
        panic!("{refused:?}");
    };
    assert!(text.contains("operator"), "{text}");
    assert!(refused.responses().is_err());
    assert!(refused.gas.vm > 64_197 * VM_GAS_PER_SDK_GAS);
    // The coin had moved them already.
    assert_eq!(balance(&chain, &contracts, &address("voter")), "1000");
}

#[test]
fn a_query_asks_other_contracts_and_pays_for_it() {
    let (mut chain, contracts) = chain();
    let key = address("coordinator");
    let register = votes::ExecuteMsg::Register {
        owner: address("owner of the coordinator"),
        kind: Kind::Coordinator,
        signing_key: [7; 32].into(),
        commission: defaults::commission(),
        metadata: defaults::metadata("coordinator"),
    };
    ok(chain.execute(&key, &contracts.votes, &register, &[]));
    let (miner, _) = miner(&mut chain, &contracts);
    let slashable = |operator: &str| {
        let query = votes::QueryMsg::Slashable {
            operator: operator.to_owned(),
        };
        let outcome = chain.query(&contracts.votes, &query).unwrap();
        assert_eq!(outcome.value().unwrap()["total"], "0");
        outcome.gas.sdk()
    };
    // Of a miner it is the oracle that knows its share of a bond.
    let (alone, both) = (slashable(&key), slashable(&miner));
    assert!(both > alone + 64_197, "{alone}, {both}");
}
