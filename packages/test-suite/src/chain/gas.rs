//! The prices of wasmd v0.70.3 (SDK 0.54, store v2.0.0), and what a call adds
//! up to.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use serde_json::Value;

use crate::figures::Row;

/// `DefaultGasMultiplier` in wasmd, `x/wasm/types/gas_register.go`.
pub const VM_GAS_PER_SDK_GAS: u64 = 140_000;

/// What a transaction with one execute costs that does nothing, in SDK gas:
/// signature, sequence, fee, loading the contract. Measured on wasmd v0.70.3.
///
/// It holds the few hundred gas that the empty call itself takes in the VM,
/// so [`Gas::total`] counts those twice: it never says too little.
pub const BASE_SDK_GAS: u64 = 96_331;

/// `DefaultInstanceCost` in wasmd, `x/wasm/types/gas_register.go`: what it takes to
/// load a contract that is not pinned. [`BASE_SDK_GAS`] holds it for the first one.
const INSTANCE_SDK_GAS: u64 = 60_000;

/// `DefaultInstanceCostDiscount`, there: the same for code that the transaction has
/// loaded before.
const INSTANCE_AGAIN_SDK_GAS: u64 = 2_000;

/// What wasmd takes besides to call a contract from another: it reads the contract's
/// and the code's record. By `TestGasCostOnQuery` in `x/wasm/keeper/recurse_test.go`,
/// where a query that does nothing takes 64 197; its few instructions are in that, so
/// it never says too little.
const LOOKUP_SDK_GAS: u64 = 4_197;

/// Codes that a transaction has loaded, and so need not load again. All calls and
/// queries of the transaction share it.
#[derive(Clone, Debug, Default)]
pub(super) struct Loaded(Rc<RefCell<BTreeSet<[u8; 32]>>>);

impl Loaded {
    /// VM gas to call a contract with this code.
    pub(super) fn load(&self, code: [u8; 32]) -> u64 {
        let instance = if self.0.borrow_mut().insert(code) {
            INSTANCE_SDK_GAS
        } else {
            INSTANCE_AGAIN_SDK_GAS
        };
        (instance + LOOKUP_SDK_GAS) * VM_GAS_PER_SDK_GAS
    }
}

/// SDK gas for 100 bytes of message: 10 a byte (`TxSizeCostPerByte`) and what
/// length prefixes add. Measured on wasmd v0.70.3.
const SDK_GAS_PER_100_MESSAGE_BYTES: u64 = 1_007;

/// `DefaultDeserializationCostPerByte` in wasmd, `x/wasm/keeper/api.go`.
const SDK_GAS_PER_RESPONSE_BYTE: u64 = 1;

// `EventCosts` in wasmd, `x/wasm/types/gas_register.go`.
const SDK_GAS_PER_ATTRIBUTE: u64 = 10;
const SDK_GAS_PER_CUSTOM_EVENT: u64 = 20;
const SDK_GAS_PER_EVENT_BYTE: u64 = 1;
const FREE_ATTRIBUTE_BYTES: u64 = 100;

/// What one call cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Gas {
    /// VM gas of the call: its instructions and all host functions, storage
    /// and other contracts that it calls or asks included.
    pub vm: u64,
    /// The part of `vm` that storage took, in VM gas (the VM calls it
    /// "externally used": the chain's own gas meter charges it).
    pub storage: u64,
    /// Length of the JSON message, as it travels in the transaction.
    pub message_bytes: u64,
    /// SDK gas to parse the response and to store its events.
    pub response: u64,
}

impl Gas {
    /// SDK gas of the call in the VM, rounded up. wasmd rounds down, so this
    /// is at most one more.
    pub fn sdk(&self) -> u64 {
        self.vm.div_ceil(VM_GAS_PER_SDK_GAS)
    }

    /// SDK gas for carrying the message.
    pub fn message(&self) -> u64 {
        message_sdk_gas(self.message_bytes)
    }

    /// SDK gas of a transaction with this execute and nothing else.
    ///
    /// Says nothing about an instantiate (which stores the contract's record
    /// too), and for a query only [`Gas::sdk`] counts.
    pub fn total(&self) -> u64 {
        BASE_SDK_GAS + self.message() + self.sdk() + self.response
    }

    /// Adds a call that is made by a message of the first one, and what it takes to
    /// load its contract.
    pub(super) fn nested(&mut self, call: &Self, load: u64) {
        self.vm += call.vm + load;
        self.storage += call.storage;
        self.response += call.response;
    }

    /// The columns of a gas table. All are in SDK gas but `bytes`, and all but
    /// `bytes` add up to `total`.
    pub fn columns(&self) -> [(&'static str, u64); 6] {
        [
            ("bytes", self.message_bytes),
            ("base", BASE_SDK_GAS),
            ("message", self.message()),
            ("vm", self.sdk()),
            ("response", self.response),
            ("total", self.total()),
        ]
    }

    /// [`Gas::columns`] as measured numbers, called `CASE/COLUMN`; `at_most` is
    /// the target of the total. A table shows them with
    /// `by bytes, base, message, vm, response, total`.
    pub fn rows(&self, case: &str, at_most: Option<u64>) -> Vec<Row> {
        let row = |(column, value)| {
            let unit = if column == "bytes" {
                "bytes"
            } else {
                "SDK gas"
            };
            let row = Row::new(format!("{case}/{column}"), value, unit);
            match at_most {
                Some(bound) if column == "total" => row.at_most(bound),
                _ => row,
            }
        };
        self.columns().map(row).to_vec()
    }
}

/// SDK gas for a message of this many bytes, rounded up.
pub fn message_sdk_gas(bytes: u64) -> u64 {
    bytes
        .saturating_mul(SDK_GAS_PER_100_MESSAGE_BYTES)
        .div_ceil(100)
}

/// SDK gas that wasmd charges for a response of `bytes` bytes: parsing it and,
/// where the contract succeeded with `response`, storing its events.
pub(super) fn response_sdk_gas(bytes: u64, response: Option<&Value>) -> u64 {
    let mut gas = bytes * SDK_GAS_PER_RESPONSE_BYTE;
    let Some(response) = response else {
        return gas;
    };
    let mut attribute_bytes = 0;
    let mut add_attributes = |owner: &Value| {
        for attribute in list(owner, "attributes") {
            gas += SDK_GAS_PER_ATTRIBUTE;
            attribute_bytes += text_length(attribute, "key") + text_length(attribute, "value");
        }
    };
    add_attributes(response);
    let events = list(response, "events");
    events.iter().for_each(&mut add_attributes);
    for event in events {
        gas += SDK_GAS_PER_CUSTOM_EVENT + text_length(event, "type") * SDK_GAS_PER_EVENT_BYTE;
    }
    gas + attribute_bytes.saturating_sub(FREE_ATTRIBUTE_BYTES) * SDK_GAS_PER_EVENT_BYTE
}

fn list<'a>(owner: &'a Value, field: &str) -> &'a [Value] {
    owner[field].as_array().map_or(&[], Vec::as_slice)
}

fn text_length(owner: &Value, field: &str) -> u64 {
    owner[field].as_str().map_or(0, |text| text.len() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_message_costs_ten_gas_and_a_bit_a_byte() {
        assert_eq!(message_sdk_gas(0), 0);
        assert_eq!(message_sdk_gas(1), 11);
        assert_eq!(message_sdk_gas(100), 1_007);
        assert_eq!(message_sdk_gas(u64::MAX), u64::MAX.div_ceil(100));
    }

    #[test]
    fn code_that_a_transaction_has_loaded_is_cheaper() {
        let loaded = Loaded::default();
        let sdk = |code| loaded.load([code; 32]) / VM_GAS_PER_SDK_GAS;
        assert_eq!([sdk(1), sdk(1), sdk(2)], [64_197, 6_197, 64_197]);
        let shared = loaded.clone();
        assert_eq!(shared.load([2; 32]) / VM_GAS_PER_SDK_GAS, 6_197);
    }

    #[test]
    fn the_columns_add_up() {
        let gas = Gas {
            vm: 140_001,
            storage: 0,
            message_bytes: 100,
            response: 7,
        };
        assert_eq!(gas.sdk(), 2);
        assert_eq!(gas.total(), 96_331 + 1_007 + 2 + 7);
        let columns = gas.columns();
        let parts: u64 = columns[1..5].iter().map(|(_, value)| value).sum();
        assert_eq!(columns[5], ("total", parts));
        let rows = gas.rows("case", Some(5));
        assert_eq!(rows[0], Row::new("case/bytes", 100_u64, "bytes"));
        let total = Row::new("case/total", gas.total(), "SDK gas").at_most(5_u64);
        assert_eq!(rows[5], total);
    }

    #[test]
    fn events_cost_what_event_costs_says() {
        let attributes = |bytes: usize| json!([{ "key": "k", "value": "v".repeat(bytes - 1) }]);
        let of = |response: Value| response_sdk_gas(0, Some(&response));
        assert_eq!(response_sdk_gas(62, None), 62);
        assert_eq!(of(json!({ "attributes": [], "events": [] })), 0);
        // The first 100 bytes are free, the attribute itself is not.
        assert_eq!(of(json!({ "attributes": attributes(100) })), 10);
        assert_eq!(of(json!({ "attributes": attributes(101) })), 11);
        // The free bytes are shared among all events of a response.
        let event = json!({ "type": "paid", "attributes": attributes(60) });
        let both = json!({ "attributes": attributes(60), "events": [event] });
        assert_eq!(of(both), 10 + 20 + 20 + 4 + 10);
    }
}
