//! Tasks that wait, workers that are there, and the leases between them.
//!
//! | task | event | then |
//! |---|---|---|
//! | waits | a worker that is drawn for it can take it | leased: written down, then offered |
//! | leased, offered | accepted | leased, running; of a private task awaiting its input |
//! | leased, awaiting its input | the app has sealed it | leased, running |
//! | leased | refused, no answer, no input, failed, too late, worker gone, result wrong | waits, for the next attempt |
//! | leased | its result is in and being checked | leased, handed in: nothing else ends it |
//! | leased, handed in | result is right and written down | done |
//! | waits, leased | cancelled, its deadline over, tried too often | ended |
//!
//! A task has one lease at a time, and no attempt is leased twice.

mod assign;
mod leases;
mod people;
mod private;
#[cfg(test)]
mod tests;
mod time;
mod types;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use compute_proofs::Hash;

use super::draw::Basis;
use super::fleet::Fleet;
use super::queue::Queue;
use crate::id::{JobId, LeaseId, SessionId};
pub use types::{
    Assignment, Capabilities, Cause, Ended, Facts, HandedIn, NotYours, Passed, Position, Priority,
    Refusal, Rules, Skip, Task, Ticked, WorkerView,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// Being written down.
    Drawn,
    Offered,
    /// Of a private task: taken, and its app has until then to seal the input.
    AwaitingInput {
        by_ms: u64,
    },
    Running,
    HandedIn,
}

#[derive(Clone, Debug)]
struct Lease {
    job: JobId,
    worker: Arc<str>,
    attempt: u32,
    stage: Stage,
    until_ms: u64,
    progress_bps: u32,
    /// Hash of its grant, once that is signed.
    grant: Option<Hash>,
}

/// See the module.
#[derive(Debug)]
pub struct Board {
    rules: Rules,
    tasks: HashMap<JobId, Task>,
    by_task: HashMap<JobId, LeaseId>,
    leases: HashMap<LeaseId, Lease>,
    /// What time ends: leases by when they must be answered or done, tasks by deadline.
    lease_ends: BTreeSet<(u64, LeaseId)>,
    deadlines: BTreeSet<(u64, JobId)>,
    gone: BTreeSet<(u64, Arc<str>)>,
    queue: Queue,
    fleet: Fleet,
    facts: HashMap<Arc<str>, Facts>,
    basis: Option<Basis>,
    /// Tasks whose draws were cut off, or came to nobody.
    passed: HashMap<JobId, Passed>,
    is_cut_off: bool,
    programs: HashSet<Hash>,
}

impl Board {
    /// Without tasks and workers.
    #[must_use]
    pub fn new(rules: Rules) -> Self {
        Self {
            rules,
            tasks: HashMap::new(),
            by_task: HashMap::new(),
            leases: HashMap::new(),
            lease_ends: BTreeSet::new(),
            deadlines: BTreeSet::new(),
            gone: BTreeSet::new(),
            queue: Queue::default(),
            fleet: Fleet::default(),
            facts: HashMap::new(),
            basis: None,
            passed: HashMap::new(),
            is_cut_off: false,
            programs: HashSet::new(),
        }
    }

    /// Tasks that are not done.
    #[must_use]
    pub fn len(&self) -> usize {
        self.tasks.len()
    }

    /// Whether there is no task.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.tasks.is_empty()
    }

    /// Leases that run.
    #[must_use]
    pub fn leased(&self) -> usize {
        self.leases.len()
    }

    /// Workers with a session.
    #[must_use]
    pub fn connected(&self) -> usize {
        let workers = self.fleet.iter();
        workers
            .filter(|(_, worker)| worker.session.is_some())
            .count()
    }

    /// What the chain says: all workers, and what draws depend on.
    pub fn set_chain(&mut self, facts: HashMap<Arc<str>, Facts>, basis: Option<Basis>) {
        let census = |basis: &Option<Basis>| basis.as_ref().map(|basis| basis.census);
        if census(&self.basis) != census(&basis) {
            // Whoever was passed over was drawn by another beacon.
            self.passed.clear();
        }
        self.facts = facts;
        self.basis = basis;
    }

    /// The chain knows this program.
    pub fn program_registered(&mut self, program: Hash) {
        self.programs.insert(program);
        for job in self.queue.unpark(&program) {
            if let Some(task) = self.tasks.get(&job) {
                self.queue.push(task);
            }
        }
    }

    /// Whether the chain is known to know this program.
    #[must_use]
    pub fn is_registered(&self, program: &Hash) -> bool {
        self.programs.contains(program)
    }

    /// Programs that tasks wait for.
    #[must_use]
    pub fn programs_wanted(&self) -> Vec<Hash> {
        self.queue.parked().copied().collect()
    }

    /// Adds a task that is written down.
    pub fn add(&mut self, task: Task) {
        self.deadlines.insert((task.deadline_ms, task.job));
        let job = task.job;
        self.tasks.insert(job, task);
        self.wait(job);
    }

    /// Adds a task whose lease was given before the coordinator was started anew.
    pub fn restore(
        &mut self,
        task: Task,
        lease: LeaseId,
        worker: Arc<str>,
        until: u64,
        now_ms: u64,
    ) {
        self.deadlines.insert((task.deadline_ms, task.job));
        let attempt = task.attempt;
        let mut task = task;
        task.attempt = attempt.saturating_add(1);
        let until_ms = until.saturating_mul(1_000);
        self.by_task.insert(task.job, lease);
        self.lease_ends.insert((until_ms, lease));
        self.leases.insert(
            lease,
            Lease {
                job: task.job,
                worker: worker.clone(),
                attempt,
                stage: Stage::Running,
                until_ms,
                progress_bps: 0,
                grant: None,
            },
        );
        self.tasks.insert(task.job, task);
        self.fleet.change(&worker, now_ms, |worker| {
            worker.leases.insert(lease);
            worker.gone_ms = now_ms;
        });
    }

    fn wait(&mut self, job: JobId) {
        let Some(task) = self.tasks.get(&job) else {
            return;
        };
        if !self.programs.contains(&task.program) {
            self.queue.park(task.program, job);
        } else if let Some(until) = task.delayed_until {
            self.queue.delay(job, until);
        } else {
            self.queue.push(task);
        }
    }

    /// A worker has opened a session. One that it had before is over: its name is
    /// returned.
    pub fn open(
        &mut self,
        address: &Arc<str>,
        session: SessionId,
        capabilities: Capabilities,
        now_ms: u64,
    ) -> Option<SessionId> {
        let most = self.rules.max_slots;
        let (before, gone_ms) = self.fleet.change(address, now_ms, |worker| {
            let before = worker.session.replace(session);
            worker.capabilities = capabilities;
            worker.capabilities.slots = worker.capabilities.slots.min(most);
            worker.free_slots = worker.capabilities.slots;
            worker.draining = false;
            worker.seen_ms = now_ms;
            worker.told.clear();
            (before, worker.gone_ms)
        });
        self.gone.remove(&(gone_ms, address.clone()));
        before
    }

    /// A session is over. Its worker's leases go on for a while.
    pub fn close(&mut self, address: &Arc<str>, session: SessionId, now_ms: u64) {
        let closed = self.fleet.change(address, now_ms, |worker| {
            let is_current = worker.session == Some(session);
            if is_current {
                worker.session = None;
                worker.gone_ms = now_ms;
            }
            is_current
        });
        if closed {
            self.gone.insert((now_ms, address.clone()));
        }
    }

    /// The worker has said something.
    pub fn seen(&mut self, address: &Arc<str>, now_ms: u64) {
        self.fleet
            .change(address, now_ms, |worker| worker.seen_ms = now_ms);
    }

    /// The worker lives, and could take so many tasks.
    pub fn heartbeat(&mut self, address: &Arc<str>, free_slots: u32, now_ms: u64) {
        self.fleet.change(address, now_ms, |worker| {
            worker.seen_ms = now_ms;
            worker.free_slots = free_slots;
        });
    }

    /// The worker takes no more.
    pub fn drain(&mut self, address: &Arc<str>, now_ms: u64) {
        self.fleet
            .change(address, now_ms, |worker| worker.draining = true);
    }

    fn owned(&mut self, lease: LeaseId, worker: &str) -> Result<&mut Lease, NotYours> {
        let found = self.leases.get_mut(&lease).ok_or(NotYours::NoLease)?;
        if found.worker.as_ref() == worker {
            Ok(found)
        } else {
            Err(NotYours::AnotherWorkers)
        }
    }

    fn end(&mut self, lease: LeaseId, now_ms: u64) -> Option<Lease> {
        let found = self.leases.remove(&lease)?;
        self.by_task.remove(&found.job);
        self.lease_ends.remove(&(found.until_ms, lease));
        self.fleet.change(&found.worker, now_ms, |worker| {
            worker.leases.remove(&lease);
            // What it said last was before this.
            let free = worker.free_slots.saturating_add(1);
            worker.free_slots = free.min(worker.capabilities.slots);
        });
        Some(found)
    }

    fn forget(&mut self, job: JobId) {
        self.passed.remove(&job);
        if let Some(task) = self.tasks.remove(&job) {
            self.deadlines.remove(&(task.deadline_ms, job));
            self.queue.remove(&task);
        }
    }
}
