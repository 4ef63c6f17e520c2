//! The contract's key-value store, priced like the SDK's.

use std::collections::BTreeMap;
use std::iter;
use std::ops::Bound;
use std::sync::Arc;

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

/// What the contract has stored: key to value, in the order of the keys. A copy of it
/// shares what was there at the last [`settle`](ChainStorage::settle), so that copies
/// of a contract with a million keys cost nothing.
#[derive(Clone, Debug, Default)]
pub struct ChainStorage {
    settled: Arc<BTreeMap<Vec<u8>, Vec<u8>>>,
    /// What has changed since, with nothing where a key was removed.
    changes: BTreeMap<Vec<u8>, Option<Vec<u8>>>,
    /// Open iterators; an ID is a place here, from 1.
    iterators: Vec<Scan>,
}

/// What an iterator has still to give.
#[derive(Clone, Debug)]
struct Scan {
    start: Bound<Vec<u8>>,
    end: Bound<Vec<u8>>,
    order: Order,
}

impl ChainStorage {
    /// The value under `key`, free of charge.
    pub fn peek(&self, key: &[u8]) -> Option<&[u8]> {
        match self.changes.get(key) {
            Some(change) => change.as_deref(),
            None => self.settled.get(key).map(Vec::as_slice),
        }
    }

    /// Sets a value, free of charge.
    pub fn put(&mut self, key: &[u8], value: &[u8]) {
        self.changes.insert(key.to_vec(), Some(value.to_vec()));
    }

    /// Removes a value, free of charge.
    pub fn delete(&mut self, key: &[u8]) {
        self.changes.insert(key.to_vec(), None);
    }

    /// The records from `start` (inclusive) to `end` (exclusive), free of charge.
    pub fn records(
        &self,
        start: Option<&[u8]>,
        end: Option<&[u8]>,
        order: Order,
    ) -> impl Iterator<Item = Record> + use<'_> {
        let mut scan = Scan::new(start, end, order);
        iter::from_fn(move || scan.next(self))
    }

    /// How many keys there are.
    pub fn len(&self) -> usize {
        self.records(None, None, Order::Ascending).count()
    }

    /// Whether nothing is stored.
    pub fn is_empty(&self) -> bool {
        self.records(None, None, Order::Ascending).next().is_none()
    }

    /// Makes what is stored the part that copies share.
    pub fn settle(&mut self) {
        let settled = Arc::make_mut(&mut self.settled);
        for (key, change) in std::mem::take(&mut self.changes) {
            match change {
                Some(value) => settled.insert(key, value),
                None => settled.remove(&key),
            };
        }
    }

    /// The first key whose value is not the same in `other`, if there is one.
    pub fn difference(&self, other: &Self) -> Option<Vec<u8>> {
        let differs = |key: &&Vec<u8>| self.peek(key) != other.peek(key);
        let mut changed = self.changes.keys().chain(other.changes.keys());
        if Arc::ptr_eq(&self.settled, &other.settled) {
            return changed.find(differs).cloned();
        }
        let mut settled = self.settled.keys().chain(other.settled.keys());
        changed
            .find(differs)
            .or_else(|| settled.find(differs))
            .cloned()
    }

    /// Ends all iterators, as the chain does after each call.
    pub(super) fn close_iterators(&mut self) {
        self.iterators.clear();
    }
}

impl Scan {
    fn new(start: Option<&[u8]>, end: Option<&[u8]>, order: Order) -> Self {
        let bound = |key: Option<&[u8]>, of: fn(Vec<u8>) -> Bound<Vec<u8>>| {
            key.map_or(Bound::Unbounded, |key| of(key.to_vec()))
        };
        Self {
            start: bound(start, Bound::Included),
            end: bound(end, Bound::Excluded),
            order,
        }
    }

    /// The record that [`Self::next`] would give.
    fn peek(&self, storage: &ChainStorage) -> Option<Record> {
        let mut from = self.clone();
        loop {
            let settled = from.first(&storage.settled);
            let changed = from.first(&storage.changes);
            let settled_first = match (&settled, &changed) {
                (None, None) => return None,
                (Some(_), None) => true,
                (None, Some(_)) => false,
                (Some((settled, _)), Some((changed, _))) => match self.order {
                    Order::Ascending => settled < changed,
                    Order::Descending => settled > changed,
                },
            };
            if settled_first {
                return settled.map(|(key, value)| (key.clone(), value.clone()));
            }
            let (key, change) = changed?;
            if let Some(value) = change {
                return Some((key.clone(), value.clone()));
            }
            from.pass(key);
        }
    }

    fn next(&mut self, storage: &ChainStorage) -> Option<Record> {
        let record = self.peek(storage)?;
        self.pass(&record.0);
        Some(record)
    }

    fn first<'a, V>(&self, map: &'a BTreeMap<Vec<u8>, V>) -> Option<(&'a Vec<u8>, &'a V)> {
        // A range from after its end is empty here, and a panic in BTreeMap.
        let empty = match (&self.start, &self.end) {
            (Bound::Included(start) | Bound::Excluded(start), Bound::Excluded(end)) => start >= end,
            _ => false,
        };
        if empty {
            return None;
        }
        let mut range = map.range((self.start.clone(), self.end.clone()));
        match self.order {
            Order::Ascending => range.next(),
            Order::Descending => range.next_back(),
        }
    }

    fn pass(&mut self, key: &[u8]) {
        match self.order {
            Order::Ascending => self.start = Bound::Excluded(key.to_vec()),
            Order::Descending => self.end = Bound::Excluded(key.to_vec()),
        }
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
        let value = self.peek(key).map(<[u8]>::to_vec);
        let bytes = key_bytes(key) + value.as_ref().map_or(0, Vec::len) as u64;
        (Ok(value), charge(READ_FLAT + READ_PER_BYTE * bytes))
    }

    fn scan(
        &mut self,
        start: Option<&[u8]>,
        end: Option<&[u8]>,
        order: Order,
    ) -> BackendResult<u32> {
        let scan = Scan::new(start, end, order);
        let cost = charge(seek_cost(scan.peek(self).as_ref()));
        self.iterators.push(scan);
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
        let Some(mut scan) = place.and_then(|place| self.iterators.get(place).cloned()) else {
            let error = BackendError::iterator_does_not_exist(iterator_id);
            return (Err(error), GasInfo::free());
        };
        let record = scan.next(self);
        if let Some(open) = place.and_then(|place| self.iterators.get_mut(place)) {
            *open = scan;
        }
        // The SDK charges for the record it stands on when it steps off it;
        // asking at the end is free (wasmvm's `cNext` returns before it steps).
        let cost = match &record {
            Some(record) => charge(seek_cost(Some(record))),
            None => GasInfo::free(),
        };
        (Ok(record), cost)
    }

    fn set(&mut self, key: &[u8], value: &[u8]) -> BackendResult<()> {
        self.put(key, value);
        let bytes = key_bytes(key) + value.len() as u64;
        (Ok(()), charge(WRITE_FLAT + WRITE_PER_BYTE * bytes))
    }

    fn remove(&mut self, key: &[u8]) -> BackendResult<()> {
        self.delete(key);
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
    fn changes_hide_what_copies_share() {
        let mut storage = sample();
        storage.settle();
        let before = storage.clone();
        storage.delete(b"a");
        storage.put(b"b", b"new");
        storage.put(b"bb", b"between");
        storage.delete(b"missing");
        for order in [Order::Ascending, Order::Descending] {
            let mut found: Vec<String> = storage
                .records(None, None, order)
                .map(|(key, value)| String::from_utf8([key, value].concat()).unwrap())
                .collect();
            if order == Order::Descending {
                found.reverse();
            }
            assert_eq!(found, ["bnew", "bbbetween", "cthree"]);
        }
        assert_eq!((storage.len(), before.len()), (3, 3));
        assert_eq!(before.peek(b"a"), Some(&b"one"[..]));
        assert_eq!(storage.difference(&before), Some(b"a".to_vec()));
        let changed = storage.clone();
        storage.settle();
        assert_eq!(storage.difference(&changed), None);
        assert_eq!(storage.len(), 3);
        storage.delete(b"c");
        assert_eq!(changed.difference(&storage), Some(b"c".to_vec()));
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
