//! The chain's state: one ordered map, cheap to copy.
//!
//! A copy is what a failed message or transaction falls back to, and what queries
//! read while blocks go on. Keys begin with one byte for the module's store, which
//! costs no gas, as the SDK keeps stores apart.

use std::ops::Bound;

use rpds::{RedBlackTreeMapSync, RedBlackTreeSetSync};

use crate::gas::{
    DELETE_FLAT, HAS_FLAT, ITERATE_FLAT, Meter, OutOfGas, READ_FLAT, READ_PER_BYTE, WRITE_FLAT,
    WRITE_PER_BYTE,
};

/// A module's store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Module {
    /// Accounts.
    Auth,
    /// Balances and supply.
    Bank,
    /// Contracts, their records and what they store.
    Wasm,
    /// Code by checksum, beside wasmd's own store (there it is a folder of files).
    Code,
}

impl Module {
    /// The key in the whole state.
    pub(crate) fn key(self, key: &[u8]) -> Vec<u8> {
        let byte = match self {
            Self::Auth => b'a',
            Self::Bank => b'b',
            Self::Wasm => b'w',
            Self::Code => b'c',
        };
        [&[byte], key].concat()
    }
}

/// All that is stored.
#[derive(Clone, Debug, Default)]
pub struct State {
    map: RedBlackTreeMapSync<Vec<u8>, Vec<u8>>,
    /// Keys written or removed since the last block.
    touched: RedBlackTreeSetSync<Vec<u8>>,
}

/// A key, and its value or that it is gone.
pub(crate) type Change = (Vec<u8>, Option<Vec<u8>>);

impl State {
    /// The value under `key`, free of charge.
    pub fn get(&self, module: Module, key: &[u8]) -> Option<&[u8]> {
        self.map.get(&module.key(key)).map(Vec::as_slice)
    }

    /// Sets a value, free of charge.
    pub(crate) fn set(&mut self, module: Module, key: &[u8], value: Vec<u8>) {
        self.set_whole(module.key(key), value);
    }

    /// The same by the key in the whole state.
    pub(crate) fn set_whole(&mut self, key: Vec<u8>, value: Vec<u8>) {
        self.touched.insert_mut(key.clone());
        self.map.insert_mut(key, value);
    }

    /// Removes a value, free of charge.
    pub(crate) fn remove(&mut self, module: Module, key: &[u8]) {
        let key = module.key(key);
        self.map.remove_mut(&key);
        self.touched.insert_mut(key);
    }

    /// The first record within the bounds, or the last. Keys are without the store's byte.
    pub(crate) fn first(
        &self,
        module: Module,
        start: Bound<&[u8]>,
        end: Bound<&[u8]>,
        descending: bool,
    ) -> Option<(Vec<u8>, Vec<u8>)> {
        let whole = |bound: Bound<&[u8]>| bound.map(|key| module.key(key));
        let start = match whole(start) {
            Bound::Unbounded => Bound::Included(module.key(&[])),
            bound => bound,
        };
        let end = match whole(end) {
            Bound::Unbounded => Bound::Excluded(after_prefix(&module.key(&[]))),
            bound => bound,
        };
        // A range from after its end is a panic in some maps.
        match (&start, &end) {
            (Bound::Included(from) | Bound::Excluded(from), Bound::Excluded(to)) if from >= to => {
                return None;
            }
            _ => {}
        }
        let mut range = self.map.range((start, end));
        let found = if descending {
            range.next_back()
        } else {
            range.next()
        };
        found.map(|(key, value)| (key.get(1..).unwrap_or_default().to_vec(), value.clone()))
    }

    /// Records whose keys begin with `prefix`, which is left out of the keys given: those
    /// after the key `after`, not more than `limit`.
    pub(crate) fn prefixed_after(
        &self,
        module: Module,
        prefix: &[u8],
        after: Option<&[u8]>,
        limit: usize,
    ) -> Vec<(Vec<u8>, Vec<u8>)> {
        let whole = module.key(prefix);
        let start = match after {
            None => Bound::Included(whole.clone()),
            Some(after) => Bound::Excluded([&whole, after].concat()),
        };
        let range = self
            .map
            .range((start, Bound::Excluded(after_prefix(&whole))));
        let strip = |(key, value): (&Vec<u8>, &Vec<u8>)| {
            (
                key.get(whole.len()..).unwrap_or_default().to_vec(),
                value.clone(),
            )
        };
        range.take(limit).map(strip).collect()
    }

    /// What has changed since the last call, in the order of the keys.
    pub(crate) fn take_changes(&mut self) -> Vec<Change> {
        let touched = std::mem::take(&mut self.touched);
        let change = |key: &Vec<u8>| (key.clone(), self.map.get(key).cloned());
        touched.iter().map(change).collect()
    }

    /// Number of records.
    pub fn len(&self) -> usize {
        self.map.size()
    }

    /// Whether nothing is stored.
    pub fn is_empty(&self) -> bool {
        self.map.is_empty()
    }
}

/// The least key above all that begin with `prefix`. Prefixes here never consist of
/// 0xff alone.
pub(crate) fn after_prefix(prefix: &[u8]) -> Vec<u8> {
    let mut end = prefix.to_vec();
    while let Some(last) = end.pop() {
        if let Some(next) = last.checked_add(1) {
            end.push(next);
            break;
        }
    }
    end
}

/// A view on one module's store that charges what the SDK charges.
pub(crate) struct Metered<'a> {
    pub(crate) state: &'a mut State,
    pub(crate) gas: &'a mut Meter,
    pub(crate) module: Module,
}

impl Metered<'_> {
    pub(crate) fn get(&mut self, key: &[u8]) -> Result<Option<Vec<u8>>, OutOfGas> {
        self.gas.consume(READ_FLAT, "ReadFlat")?;
        let value = self.state.get(self.module, key).map(<[u8]>::to_vec);
        let bytes = length(key) + value.as_deref().map_or(0, length);
        self.gas.consume(READ_PER_BYTE * bytes, "ReadPerByte")?;
        Ok(value)
    }

    pub(crate) fn has(&mut self, key: &[u8]) -> Result<bool, OutOfGas> {
        self.gas.consume(HAS_FLAT, "Has")?;
        Ok(self.state.get(self.module, key).is_some())
    }

    pub(crate) fn set(&mut self, key: &[u8], value: Vec<u8>) -> Result<(), OutOfGas> {
        self.gas.consume(WRITE_FLAT, "WriteFlat")?;
        self.gas.consume(
            WRITE_PER_BYTE * (length(key) + length(&value)),
            "WritePerByte",
        )?;
        self.state.set(self.module, key, value);
        Ok(())
    }

    pub(crate) fn remove(&mut self, key: &[u8]) -> Result<(), OutOfGas> {
        self.gas.consume(DELETE_FLAT, "Delete")?;
        self.state.remove(self.module, key);
        Ok(())
    }

    /// What standing on `record` costs an iterator, or past the end.
    pub(crate) fn seek(&mut self, record: Option<&(Vec<u8>, Vec<u8>)>) -> Result<(), OutOfGas> {
        if let Some((key, value)) = record {
            let bytes = length(key) + length(value);
            self.gas.consume(READ_PER_BYTE * bytes, "ValuePerByte")?;
        }
        self.gas.consume(ITERATE_FLAT, "IterNextFlat")
    }
}

fn length(bytes: &[u8]) -> u64 {
    bytes.len() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_do_not_see_later_changes_and_changes_are_listed_once() {
        let mut state = State::default();
        state.set(Module::Bank, b"x", vec![1]);
        let copy = state.clone();
        state.set(Module::Bank, b"x", vec![2]);
        state.set(Module::Bank, b"y", vec![3]);
        state.remove(Module::Bank, b"y");
        assert_eq!(copy.get(Module::Bank, b"x"), Some(&[1][..]));
        assert_eq!(state.get(Module::Auth, b"x"), None);
        let changes = state.take_changes();
        assert_eq!(
            changes,
            [(b"bx".to_vec(), Some(vec![2])), (b"by".to_vec(), None)]
        );
        assert!(state.take_changes().is_empty());
        assert_eq!((state.len(), copy.is_empty()), (1, false));
    }

    #[test]
    fn ranges_stay_within_the_store_and_their_prefix() {
        let mut state = State::default();
        for key in [&b"a1"[..], b"a2", b"a\xff", b"b"] {
            state.set(Module::Bank, key, key.to_vec());
        }
        state.set(Module::Auth, b"z", vec![]);
        state.set(Module::Code, b"0", vec![]);
        let first = |descending| {
            let found = state.first(Module::Bank, Bound::Unbounded, Bound::Unbounded, descending);
            found.unwrap().0
        };
        assert_eq!((first(false), first(true)), (b"a1".to_vec(), b"b".to_vec()));
        let keys: Vec<_> = state
            .prefixed_after(Module::Bank, b"a", None, 9)
            .into_iter()
            .map(|r| r.0)
            .collect();
        assert_eq!(keys, [b"1", b"2", &[0xff][..]]);
        let page = state.prefixed_after(Module::Bank, b"a", Some(b"1"), 1);
        assert_eq!(page, [(b"2".to_vec(), b"a2".to_vec())]);
        let none = state.first(
            Module::Bank,
            Bound::Included(b"b"),
            Bound::Excluded(b"a"),
            false,
        );
        assert_eq!(none, None);
    }

    #[test]
    fn the_store_charges_what_the_sdk_charges() {
        let (mut state, mut gas) = (State::default(), Meter::new(u64::MAX));
        let mut store = Metered {
            state: &mut state,
            gas: &mut gas,
            module: Module::Bank,
        };
        store.set(b"key", b"value".to_vec()).unwrap();
        store.get(b"key").unwrap();
        store.get(b"none").unwrap();
        assert!(store.has(b"key").unwrap());
        store.remove(b"key").unwrap();
        store.seek(Some(&(b"k".to_vec(), b"v".to_vec()))).unwrap();
        store.seek(None).unwrap();
        let expected = (2_000 + 30 * 8) + (1_000 + 3 * 8) + (1_000 + 12) + 1_000 + 1_000 + 36 + 30;
        assert_eq!(gas.used, expected);
    }
}
