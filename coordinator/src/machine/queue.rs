//! Tasks that wait: redemptions first, then one task of each order in turn, so that an
//! order with many tasks keeps none of another's waiting behind all of its own.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Bound;

use compute_proofs::Hash;

use super::board::{Priority, Task};
use crate::id::JobId;

type Line = BTreeMap<u64, JobId>;

/// Where waiting tasks stand.
#[derive(Debug, Default)]
pub(super) struct Queue {
    /// By priority and order, then by acceptance.
    lines: BTreeMap<(Priority, u64), Line>,
    /// Until when a task is left alone.
    delayed: BTreeSet<(u64, JobId)>,
    /// Tasks whose program the chain does not know yet.
    parked: HashMap<Hash, BTreeSet<JobId>>,
    /// The order that was served last, by priority.
    served: BTreeMap<Priority, u64>,
}

impl Queue {
    pub(super) fn push(&mut self, task: &Task) {
        let line = self.lines.entry((task.priority(), task.order)).or_default();
        line.insert(task.seq, task.job);
    }

    pub(super) fn delay(&mut self, job: JobId, until_ms: u64) {
        self.delayed.insert((until_ms, job));
    }

    pub(super) fn park(&mut self, program: Hash, job: JobId) {
        self.parked.entry(program).or_default().insert(job);
    }

    /// Tasks of a program that is registered by now.
    pub(super) fn unpark(&mut self, program: &Hash) -> BTreeSet<JobId> {
        self.parked.remove(program).unwrap_or_default()
    }

    /// Programs that tasks wait for.
    pub(super) fn parked(&self) -> impl Iterator<Item = &Hash> {
        self.parked.keys()
    }

    /// Tasks whose pause is over.
    pub(super) fn due(&mut self, now_ms: u64) -> Vec<JobId> {
        let mut due = Vec::new();
        while let Some(&(at, job)) = self.delayed.first()
            && at <= now_ms
        {
            self.delayed.pop_first();
            due.push(job);
        }
        due
    }

    /// Takes a task out, wherever it waits.
    pub(super) fn remove(&mut self, task: &Task) {
        let key = (task.priority(), task.order);
        if let Some(line) = self.lines.get_mut(&key) {
            line.remove(&task.seq);
            if line.is_empty() {
                self.lines.remove(&key);
            }
        }
        if let Some(at) = task.delayed_until {
            self.delayed.remove(&(at, task.job));
        }
        if let Some(parked) = self.parked.get_mut(&task.program) {
            parked.remove(&task.job);
            if parked.is_empty() {
                self.parked.remove(&task.program);
            }
        }
    }

    /// Orders of a priority that wait, beginning behind the one that was served last.
    pub(super) fn turns(&self, priority: Priority) -> Vec<u64> {
        let last = self.served.get(&priority).copied().unwrap_or(0);
        let behind = (
            Bound::Excluded((priority, last)),
            Bound::Included((priority, u64::MAX)),
        );
        let before = (priority, 0)..=(priority, last);
        let orders = self.lines.range(behind).chain(self.lines.range(before));
        orders.map(|((_, order), _)| *order).collect()
    }

    /// The first tasks of an order.
    pub(super) fn first(&self, priority: Priority, order: u64, count: usize) -> Vec<JobId> {
        let line = self.lines.get(&(priority, order));
        line.map(|line| line.values().take(count).copied().collect())
            .unwrap_or_default()
    }

    pub(super) fn note_served(&mut self, priority: Priority, order: u64) {
        self.served.insert(priority, order);
    }

    /// Whether anything could be leased now.
    pub(super) fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }
}
