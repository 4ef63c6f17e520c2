//! The harness against a real contract, `artifacts/proof_verifier.wasm`. Only
//! what every contract does is asked of it.

use serde_json::json;
use test_suite::chain::{CallError, Contract, Gas, Outcome, VM_GAS_PER_SDK_GAS, address};

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
