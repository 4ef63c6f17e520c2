//! Workers that are there, and why one of them gets nothing.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use super::backoff::Backoff;
use super::board::{Capabilities, Facts, Skip, Task};
use crate::id::{LeaseId, SessionId};

/// How long an order is not offered to a worker that has refused its terms.
const HOLD_MS: u64 = 15_000;

/// How often is looked for workers that are to be forgotten.
const LOOK_MS: u64 = 60_000;

/// Holds of one worker that are kept.
const MAX_HOLDS: usize = 256;

#[derive(Debug, Default)]
pub(super) struct Worker {
    pub(super) session: Option<SessionId>,
    pub(super) capabilities: Capabilities,
    /// What it said last that it could take.
    pub(super) free_slots: u32,
    pub(super) draining: bool,
    pub(super) seen_ms: u64,
    pub(super) gone_ms: u64,
    pub(super) leases: BTreeSet<LeaseId>,
    pub(super) backoff: Backoff,
    holds: BTreeMap<u64, u64>,
    pub(super) done: u64,
    pub(super) failed: u64,
    pub(super) told: String,
}

impl Worker {
    /// Whether it can take anything at all.
    fn can_work(&self, now_ms: u64) -> Result<(), Skip> {
        if self.session.is_none() {
            return Err(Skip::NotConnected);
        }
        if self.draining {
            return Err(Skip::Draining);
        }
        if self.backoff.until(now_ms).is_some() {
            return Err(Skip::BackingOff);
        }
        let leased = u32::try_from(self.leases.len()).unwrap_or(u32::MAX);
        // It may also work for others: then it says so, and only without a lease of ours
        // can that not be the answer to what we have just offered.
        let busy_elsewhere = self.free_slots == 0 && leased == 0;
        if leased >= self.capabilities.slots || busy_elsewhere {
            return Err(Skip::Busy);
        }
        Ok(())
    }

    pub(super) fn hold(&mut self, order: u64, now_ms: u64) {
        self.holds.retain(|_, until| *until > now_ms);
        if self.holds.len() < MAX_HOLDS {
            self.holds.insert(order, now_ms.saturating_add(HOLD_MS));
        }
    }
}

/// All workers that were seen, and which of them could take a task now.
#[derive(Debug, Default)]
pub(super) struct Fleet {
    workers: HashMap<Arc<str>, Worker>,
    available: HashSet<Arc<str>>,
    /// When a pause of a worker ends.
    resting: BTreeSet<(u64, Arc<str>)>,
    /// When workers were looked through last for those that are to be forgotten.
    looked_ms: u64,
}

impl Fleet {
    pub(super) fn get(&self, address: &str) -> Option<&Worker> {
        self.workers.get(address)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&Arc<str>, &Worker)> {
        self.workers.iter()
    }

    pub(super) fn nobody_is_free(&self) -> bool {
        self.available.is_empty()
    }

    pub(super) fn is_free(&self, address: &str) -> bool {
        self.available.contains(address)
    }

    pub(super) fn free(&self) -> impl Iterator<Item = &Arc<str>> {
        self.available.iter()
    }

    /// Changes a worker, which is made if it is new, and notes whether it is free.
    pub(super) fn change<T>(
        &mut self,
        address: &Arc<str>,
        now_ms: u64,
        change: impl FnOnce(&mut Worker) -> T,
    ) -> T {
        let worker = self.workers.entry(address.clone()).or_default();
        let answer = change(worker);
        match worker.can_work(now_ms) {
            Ok(()) => {
                self.available.insert(address.clone());
            }
            Err(skip) => {
                self.available.remove(address);
                if skip == Skip::BackingOff
                    && let Some(until) = worker.backoff.until(now_ms)
                {
                    self.resting.insert((until, address.clone()));
                }
            }
        }
        answer
    }

    /// Notes whose pauses are over, and forgets who has been gone for `forget_ms`.
    pub(super) fn tick(&mut self, now_ms: u64, forget_ms: u64) {
        while let Some((at, _)) = self.resting.first()
            && *at <= now_ms
        {
            if let Some((_, address)) = self.resting.pop_first() {
                self.change(&address, now_ms, |_| ());
            }
        }
        // All of them are looked at for it, and there may be ten thousand.
        if now_ms.saturating_sub(self.looked_ms) < LOOK_MS {
            return;
        }
        self.looked_ms = now_ms;
        self.workers.retain(|_, worker| {
            worker.session.is_some()
                || !worker.leases.is_empty()
                || now_ms.saturating_sub(worker.gone_ms) < forget_ms
        });
    }

    /// Whether `address` can take `task` now.
    pub(super) fn fits(
        &self,
        address: &str,
        task: &Task,
        facts: &HashMap<Arc<str>, Facts>,
        now_ms: u64,
    ) -> Result<SessionId, Skip> {
        let worker = self.workers.get(address).ok_or(Skip::NotConnected)?;
        let session = worker.session.ok_or(Skip::NotConnected)?;
        worker.can_work(now_ms)?;
        let facts = facts.get(address).ok_or(Skip::NotActive)?;
        if !facts.active {
            return Err(Skip::NotActive);
        }
        if task.issuer.is_none() && task.price_bps < facts.min_price_bps {
            return Err(Skip::Terms);
        }
        if worker.capabilities.memory_bytes < task.memory
            || worker.capabilities.program_version < u32::from(compute_proofs::program::VERSION)
        {
            return Err(Skip::TooLarge);
        }
        let held = worker.holds.get(&task.order);
        if held.is_some_and(|until| *until > now_ms)
            || task.refused_by.iter().any(|by| by.as_ref() == address)
        {
            return Err(Skip::Refused);
        }
        Ok(session)
    }

    /// Why a worker has nothing to do, in words for people; empty while it has.
    pub(super) fn why_idle(
        &self,
        address: &str,
        facts: Option<&Facts>,
        weight: Option<u128>,
        waiting: bool,
        now_ms: u64,
    ) -> String {
        let Some(worker) = self.workers.get(address) else {
            return "not connected".to_owned();
        };
        if worker.session.is_none() {
            return "not connected".to_owned();
        }
        if !worker.leases.is_empty() {
            return String::new();
        }
        if worker.draining {
            return "draining".to_owned();
        }
        if let Some(until) = worker.backoff.until(now_ms) {
            let seconds = until.saturating_sub(now_ms).div_ceil(1_000);
            return format!("left alone for {seconds} s, since it has failed or refused a task");
        }
        match facts {
            None => return "no operator on chain: register it".to_owned(),
            Some(facts) if !facts.active => {
                return "not active on chain: bond enough, or unjail it".to_owned();
            }
            Some(_) => {}
        }
        match weight {
            None => return "no census has closed yet: nobody can be drawn".to_owned(),
            Some(0) => {
                return "not in the draw: it had no active stake when the last census opened"
                    .to_owned();
            }
            Some(_) => {}
        }
        if worker.free_slots == 0 {
            return "it says that it has no free slot".to_owned();
        }
        if waiting {
            "tasks wait, but none that it may and can take".to_owned()
        } else {
            "no task waits".to_owned()
        }
    }
}
