//! What one contract stores, within the chain's state.

use std::cell::RefCell;
use std::ops::Bound;
use std::rc::Rc;

use cosmwasm_vm::{BackendError, BackendResult, GasInfo, Storage};
use vm_std::{Order, Record};

use super::keys;
use crate::context::Context;
use crate::gas::{OutOfGas, VM_GAS_PER_SDK_GAS};
use crate::store::{Metered, Module, after_prefix};

/// The context of a call, which storage and querier of the contract share.
pub(super) type Shared = Rc<RefCell<Context>>;

/// A contract's own keys and values.
pub(super) struct ContractStorage {
    ctx: Shared,
    prefix: Vec<u8>,
    /// Open iterators; an ID is a place here, from 1.
    scans: Vec<Scan>,
}

#[derive(Clone)]
struct Scan {
    start: Bound<Vec<u8>>,
    end: Bound<Vec<u8>>,
    descending: bool,
}

impl ContractStorage {
    pub(super) fn new(ctx: Shared, address: &[u8]) -> Self {
        Self {
            ctx,
            prefix: keys::contract_store(address),
            scans: Vec::new(),
        }
    }

    /// Does something in the store and says what it cost.
    fn charged<T>(
        &self,
        work: impl FnOnce(&mut Metered<'_>) -> Result<T, OutOfGas>,
    ) -> BackendResult<T> {
        let mut ctx = self.ctx.borrow_mut();
        let before = ctx.gas.used;
        let done = work(&mut ctx.store(Module::Wasm));
        let used = ctx.gas.used.saturating_sub(before);
        let info = GasInfo::with_externally_used(used.saturating_mul(VM_GAS_PER_SDK_GAS));
        (done.map_err(|_| BackendError::out_of_gas()), info)
    }

    fn whole(&self, key: &[u8]) -> Vec<u8> {
        [&self.prefix, key].concat()
    }
}

fn find(store: &Metered<'_>, scan: &Scan) -> Option<Record> {
    let start = scan.start.as_ref().map(Vec::as_slice);
    let end = scan.end.as_ref().map(Vec::as_slice);
    store.state.first(store.module, start, end, scan.descending)
}

impl Storage for ContractStorage {
    fn get(&self, key: &[u8]) -> BackendResult<Option<Vec<u8>>> {
        self.charged(|store| store.get(&self.whole(key)))
    }

    fn scan(
        &mut self,
        start: Option<&[u8]>,
        end: Option<&[u8]>,
        order: Order,
    ) -> BackendResult<u32> {
        let end = end.map_or_else(|| after_prefix(&self.prefix), |key| self.whole(key));
        let scan = Scan {
            start: Bound::Included(self.whole(start.unwrap_or_default())),
            end: Bound::Excluded(end),
            descending: order == Order::Descending,
        };
        let (sought, info) = self.charged(|store| {
            let record = find(store, &scan);
            store.seek(record.as_ref())
        });
        self.scans.push(scan);
        let id = u32::try_from(self.scans.len());
        let id = id.map_err(|_| BackendError::unknown("too many iterators"));
        (sought.and(id), info)
    }

    fn next(&mut self, iterator_id: u32) -> BackendResult<Option<Record>> {
        let place = usize::try_from(iterator_id)
            .ok()
            .and_then(|id| id.checked_sub(1));
        let Some((place, scan)) = place.and_then(|place| Some((place, self.scans.get(place)?)))
        else {
            let error = BackendError::iterator_does_not_exist(iterator_id);
            return (Err(error), GasInfo::free());
        };
        // The SDK charges for the record it stands on when it steps off it; asking at
        // the end is free (wasmvm's `cNext` returns before it steps).
        let (record, info) = self.charged(|store| {
            let record = find(store, scan);
            if record.is_some() {
                store.seek(record.as_ref())?;
            }
            Ok(record)
        });
        let record = match record {
            Ok(Some(record)) => record,
            Ok(None) => return (Ok(None), info),
            Err(error) => return (Err(error), info),
        };
        let (key, value) = record;
        if let Some(scan) = self.scans.get_mut(place) {
            if scan.descending {
                scan.end = Bound::Excluded(key.clone());
            } else {
                scan.start = Bound::Excluded(key.clone());
            }
        }
        let own = key.get(self.prefix.len()..).unwrap_or_default().to_vec();
        (Ok(Some((own, value))), info)
    }

    fn set(&mut self, key: &[u8], value: &[u8]) -> BackendResult<()> {
        self.charged(|store| store.set(&self.whole(key), value.to_vec()))
    }

    fn remove(&mut self, key: &[u8]) -> BackendResult<()> {
        self.charged(|store| store.remove(&self.whole(key)))
    }
}
