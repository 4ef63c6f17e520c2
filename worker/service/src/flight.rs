//! Tasks that are taken and not done.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

#[derive(Debug)]
struct Entry {
    order: u64,
    nonce: u64,
    charge: u64,
    cancelled: bool,
}

/// The tasks in flight, by their lease.
#[derive(Clone, Debug, Default)]
pub(crate) struct InFlight {
    entries: Arc<Mutex<HashMap<Vec<u8>, Entry>>>,
}

/// One task in flight; it lands when this is dropped.
#[derive(Debug)]
pub(crate) struct Flight {
    all: InFlight,
    lease: Vec<u8>,
}

impl InFlight {
    fn lock(&self) -> MutexGuard<'_, HashMap<Vec<u8>, Entry>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a slot for a task, if fewer than `slots` are taken and neither the lease
    /// nor the task is in flight.
    pub(crate) fn take(
        &self,
        slots: u32,
        order: u64,
        nonce: u64,
        charge: u64,
        lease: &[u8],
    ) -> Option<Flight> {
        let mut entries = self.lock();
        let full = entries.len() >= usize::try_from(slots).unwrap_or(usize::MAX);
        let mut known = entries.values();
        if full
            || entries.contains_key(lease)
            || known.any(|entry| (entry.order, entry.nonce) == (order, nonce))
        {
            return None;
        }
        let entry = Entry {
            order,
            nonce,
            charge,
            cancelled: false,
        };
        entries.insert(lease.to_vec(), entry);
        Some(Flight {
            all: self.clone(),
            lease: lease.to_vec(),
        })
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.lock().len()
    }

    /// Whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }

    /// Micro-coins that they will be charged.
    pub(crate) fn charge(&self) -> u64 {
        let entries = self.lock();
        entries
            .values()
            .fold(0, |sum, entry| sum.saturating_add(entry.charge))
    }

    /// Those of an order.
    pub(crate) fn nonces(&self, order: u64) -> BTreeSet<u64> {
        let entries = self.lock();
        let of_order = entries.values().filter(|entry| entry.order == order);
        of_order.map(|entry| entry.nonce).collect()
    }

    /// Notes that a task's result is wanted no more.
    pub(crate) fn cancel(&self, lease: &[u8]) {
        if let Some(entry) = self.lock().get_mut(lease) {
            entry.cancelled = true;
        }
    }

    /// Whether that was noted.
    pub(crate) fn is_cancelled(&self, lease: &[u8]) -> bool {
        self.lock().get(lease).is_none_or(|entry| entry.cancelled)
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        self.all.lock().remove(&self.lease);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_are_taken_once_and_given_back() {
        let all = InFlight::default();
        let one = all.take(2, 1, 7, 100, b"a").unwrap();
        assert!(all.take(2, 1, 8, 1, b"a").is_none(), "the lease is known");
        assert!(all.take(2, 1, 7, 1, b"b").is_none(), "the task is known");
        let _two = all.take(2, 2, 7, 50, b"b").unwrap();
        assert!(all.take(2, 1, 9, 1, b"c").is_none(), "no slot is free");
        assert_eq!((all.len(), all.charge()), (2, 150));
        assert_eq!(all.nonces(1), BTreeSet::from([7]));
        all.cancel(b"a");
        assert!(all.is_cancelled(b"a") && !all.is_cancelled(b"b"));
        drop(one);
        assert_eq!(all.charge(), 50);
        assert!(all.take(2, 1, 7, 1, b"a").is_some());
    }
}
