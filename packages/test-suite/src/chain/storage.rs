//! The contract's key-value store, priced like the SDK's.

use std::collections::{BTreeMap, VecDeque};

use cosmwasm_vm::{BackendError, BackendResult, GasInfo, Storage};
use vm_std::{Order, Record};

use super::gas::VM_GAS_PER_SDK_GAS;

// `KVGasConfig` in cosmos-sdk, `store/types/gas.go`.
const READ_FLAT: u64 = 1_000;
const READ_PER_BYTE: u64 = 3;
const WRITE_FLAT: u64 = 2_000;
const WRITE_PER_BYTE: u64 = 30;
const DELETE_FLAT: u64 = 1_000;
const ITERATE_FLAT: u64 = 30;

/// wasmd keeps each contract's keys under 0x03 and the contract's address of
/// 32 bytes, below the gas meter, so every key costs that much more
/// (`GetContractStorePrefix` in `x/wasm/types/keys.go`).
const PREFIX_BYTES: u64 = 33;

/// What the contract has stored: key to value, in the order of the keys.
#[derive(Clone, Debug, Default)]
pub struct ChainStorage {
    data: BTreeMap<Vec<u8>, Vec<u8>>,
    /// What each open iterator has still to give; its ID is its place, from 1.
    iterators: Vec<VecDeque<Record>>,
}

impl ChainStorage {
    /// The value under `key`, free of charge.
    pub fn peek(&self, key: &[u8]) -> Option<&[u8]> {
        self.data.get(key).map(Vec::as_slice)
    }

    /// How many keys there are.
    pub fn len(&self) -> usize {
        self.data.len()
    }

    /// Whether nothing is stored.
    pub fn is_empty(&self) -> bool {
        self.data.is_empty()
    }

    /// Ends all iterators, as the chain does after each call.
    pub(super) fn close_iterators(&mut self) {
        self.iterators.clear();
    }
}

/// Storage is metered by the chain, outside the VM.
fn charge(sdk_gas: u64) -> GasInfo {
    GasInfo::with_externally_used(sdk_gas * VM_GAS_PER_SDK_GAS)
}

fn key_bytes(key: &[u8]) -> u64 {
    PREFIX_BYTES + key.len() as u64
}

/// What `consumeSeekGas` in the SDK's `store/gaskv/store.go` takes at `record`,
/// or past the end.
fn seek_cost(record: Option<&Record>) -> u64 {
    let bytes = record.map_or(0, |(key, value)| key_bytes(key) + value.len() as u64);
    ITERATE_FLAT + READ_PER_BYTE * bytes
}

impl Storage for ChainStorage {
    fn get(&self, key: &[u8]) -> BackendResult<Option<Vec<u8>>> {
        let value = self.data.get(key).cloned();
        let bytes = key_bytes(key) + value.as_ref().map_or(0, Vec::len) as u64;
        (Ok(value), charge(READ_FLAT + READ_PER_BYTE * bytes))
    }

    fn scan(
        &mut self,
        start: Option<&[u8]>,
        end: Option<&[u8]>,
        order: Order,
    ) -> BackendResult<u32> {
        let inside = self.data.iter().filter(|(key, _)| {
            start.is_none_or(|start| key.as_slice() >= start)
                && end.is_none_or(|end| key.as_slice() < end)
        });
        let mut records: VecDeque<Record> = inside.map(|(k, v)| (k.clone(), v.clone())).collect();
        if order == Order::Descending {
            records.make_contiguous().reverse();
        }
        let cost = charge(seek_cost(records.front()));
        self.iterators.push(records);
        let id = u32::try_from(self.iterators.len());
        (
            id.map_err(|_| BackendError::unknown("too many iterators")),
            cost,
        )
    }

    fn next(&mut self, iterator_id: u32) -> BackendResult<Option<Record>> {
        let place = usize::try_from(iterator_id)
            .ok()
            .and_then(|id| id.checked_sub(1));
        let Some(records) = place.and_then(|place| self.iterators.get_mut(place)) else {
            let error = BackendError::iterator_does_not_exist(iterator_id);
            return (Err(error), GasInfo::free());
        };
        // The SDK charges for the record it stands on when it steps off it;
        // asking at the end is free (wasmvm's `cNext` returns before it steps).
        match records.pop_front() {
            Some(record) => {
                let cost = charge(seek_cost(Some(&record)));
                (Ok(Some(record)), cost)
            }
            None => (Ok(None), GasInfo::free()),
        }
    }

    fn set(&mut self, key: &[u8], value: &[u8]) -> BackendResult<()> {
        self.data.insert(key.to_vec(), value.to_vec());
        let bytes = key_bytes(key) + value.len() as u64;
        (Ok(()), charge(WRITE_FLAT + WRITE_PER_BYTE * bytes))
    }

    fn remove(&mut self, key: &[u8]) -> BackendResult<()> {
        self.data.remove(key);
        (Ok(()), charge(DELETE_FLAT))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sdk_gas(info: GasInfo) -> u64 {
        assert_eq!(info.cost, 0, "storage is metered outside the VM");
        assert_eq!(info.externally_used % VM_GAS_PER_SDK_GAS, 0);
        info.externally_used / VM_GAS_PER_SDK_GAS
    }

    fn sample() -> ChainStorage {
        let mut storage = ChainStorage::default();
        for (key, value) in [("a", "one"), ("b", "two"), ("c", "three")] {
            storage.set(key.as_bytes(), value.as_bytes()).0.unwrap();
        }
        storage
    }

    fn drain(storage: &mut ChainStorage, id: u32) -> (Vec<String>, u64) {
        let (mut keys, mut gas) = (Vec::new(), 0);
        loop {
            let (record, info) = storage.next(id);
            gas += sdk_gas(info);
            match record.unwrap() {
                Some((key, _)) => keys.push(String::from_utf8(key).unwrap()),
                None => return (keys, gas),
            }
        }
    }

    #[test]
    fn a_read_costs_1000_and_3_a_byte_of_prefix_key_and_value() {
        let storage = sample();
        let (value, info) = storage.get(b"c");
        assert_eq!(value.unwrap().unwrap(), b"three");
        assert_eq!(sdk_gas(info), 1_000 + 3 * (33 + 1 + 5));
        let (value, info) = storage.get(b"missing");
        assert_eq!(value.unwrap(), None);
        assert_eq!(sdk_gas(info), 1_000 + 3 * (33 + 7));
    }

    #[test]
    fn a_write_costs_2000_and_30_a_byte_and_a_delete_1000() {
        let mut storage = sample();
        let (_, info) = storage.set(b"key", b"value");
        assert_eq!(sdk_gas(info), 2_000 + 30 * (33 + 3 + 5));
        let (_, info) = storage.remove(b"key");
        assert_eq!(sdk_gas(info), 1_000);
        assert_eq!(storage.peek(b"key"), None);
    }

    #[test]
    fn iterating_pays_for_the_first_record_twice_and_nothing_for_the_end() {
        let mut storage = sample();
        let (id, info) = storage.scan(None, None, Order::Ascending);
        let (one, three) = (30 + 3 * (33 + 1 + 3), 30 + 3 * (33 + 1 + 5));
        assert_eq!(sdk_gas(info), one);
        let (keys, gas) = drain(&mut storage, id.unwrap());
        assert_eq!(keys, ["a", "b", "c"]);
        assert_eq!(gas, one + one + three);
    }

    #[test]
    fn bounds_are_inclusive_and_exclusive_and_may_be_empty() {
        let mut storage = sample();
        let mut keys = |start: Option<&str>, end: Option<&str>, order| {
            let (id, _) = storage.scan(start.map(str::as_bytes), end.map(str::as_bytes), order);
            drain(&mut storage, id.unwrap()).0.concat()
        };
        assert_eq!(keys(Some("a"), Some("c"), Order::Ascending), "ab");
        assert_eq!(keys(Some("b"), None, Order::Descending), "cb");
        assert_eq!(keys(Some("c"), Some("a"), Order::Ascending), "");
        let (_, info) = storage.scan(Some(b"x"), None, Order::Ascending);
        assert_eq!(sdk_gas(info), 30);
    }

    #[test]
    fn an_unknown_iterator_is_an_error() {
        let mut storage = sample();
        for id in [0, 1, u32::MAX] {
            let error = storage.next(id).0.unwrap_err();
            assert_eq!(error, BackendError::iterator_does_not_exist(id));
        }
    }
}
