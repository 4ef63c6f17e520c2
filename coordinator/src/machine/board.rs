//! Tasks that wait, workers that are there, and the leases between them.
//!
//! | task | event | then |
//! |---|---|---|
//! | waits | a worker that is drawn for it can take it | leased: written down, then offered |
//! | leased, offered | accepted | leased, running |
//! | leased | refused, no answer, failed, too late, worker gone, result wrong | waits, for the next attempt |
//! | leased | its result is in and being checked | leased, handed in: nothing else ends it |
//! | leased, handed in | result is right and written down | done |
//! | waits, leased | cancelled, its deadline over, tried too often | ended |
//!
//! A task has one lease at a time, and no attempt is leased twice.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use compute_proofs::Hash;

use super::draw::Basis;
use super::fleet::Fleet;
use super::queue::Queue;
use crate::id::{JobId, LeaseId, SessionId};
use crate::job::Detail;

/// Draws for one task in one go; after that it waits for the next.
const MAX_DRAWS: u32 = 4_096;

/// Tasks of one order that are looked at behind one that nobody can take.
const LOOK_BEHIND: usize = 32;

/// Workers whose refusals of one task are kept.
const MAX_REFUSALS: usize = 32;

/// What goes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Priority {
    /// An issuer owes it.
    Redemption,
    /// It is paid for.
    Paid,
}

/// What the board knows of a task.
#[derive(Clone, Debug)]
pub struct Task {
    /// Its job.
    pub job: JobId,
    /// Its place in the order of acceptance.
    pub seq: u64,
    /// The order that it is charged to.
    pub order: u64,
    /// Its nonce there.
    pub nonce: u64,
    /// Whose workers it is for, if it is a redemption.
    pub issuer: Option<Arc<str>>,
    /// What its order pays, in parts of 10 000 of par.
    pub price_bps: u32,
    /// Ops that it costs.
    pub ops: u128,
    /// Bytes that operands and results take.
    pub memory: u64,
    /// Its program.
    pub program: Hash,
    /// What its worker is told, beyond what the board goes by.
    pub detail: Arc<Detail>,
    /// When nobody wants it any more, in milliseconds.
    pub deadline_ms: u64,
    /// The next attempt that was never leased.
    pub attempt: u32,
    /// Leases that have ended without a result.
    pub tries: u32,
    /// Who does not want it.
    pub refused_by: Vec<Arc<str>>,
    /// Until when it is left alone.
    pub delayed_until: Option<u64>,
}

impl Task {
    /// What it goes before.
    #[must_use]
    pub fn priority(&self) -> Priority {
        match self.issuer {
            Some(_) => Priority::Redemption,
            None => Priority::Paid,
        }
    }
}

/// What a worker says that it can do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Capabilities {
    /// Of its software.
    pub version: String,
    /// Highest version of programs.
    pub program_version: u32,
    /// What its device is called.
    pub device: String,
    /// Bytes for operands and results.
    pub memory_bytes: u64,
    /// Ops per second.
    pub rate: u64,
    /// Tasks at a time.
    pub slots: u32,
}

/// What the chain says of a worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    /// Whether it gets paid work.
    pub active: bool,
    /// The least that it takes, in parts of 10 000 of par.
    pub min_price_bps: u32,
    /// Ops per second that it has proven.
    pub rate: u128,
}

/// Why a drawn worker is passed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Skip {
    /// It has no session.
    NotConnected,
    /// It takes no more.
    Draining,
    /// It has failed or refused lately.
    BackingOff,
    /// All its slots are taken.
    Busy,
    /// The chain does not have it as active.
    NotActive,
    /// The order pays less than it takes.
    Terms,
    /// It does not fit its device, or its software is too old.
    TooLarge,
    /// It has refused the task or its order.
    Refused,
}

impl Skip {
    /// A stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::NotConnected => "not_connected",
            Self::Draining => "draining",
            Self::BackingOff => "backing_off",
            Self::Busy => "busy",
            Self::NotActive => "not_active",
            Self::Terms => "terms",
            Self::TooLarge => "too_large",
            Self::Refused => "refused",
        }
    }
}

/// A lease that is to be written down and then offered.
#[derive(Clone, Debug)]
pub struct Assignment {
    /// Its name.
    pub lease: LeaseId,
    /// Of which job.
    pub job: JobId,
    /// To whom.
    pub worker: Arc<str>,
    /// Over which session.
    pub session: SessionId,
    /// Which attempt.
    pub attempt: u32,
    /// Until when it runs, in seconds.
    pub until: u64,
    /// Who was drawn before, and why it was passed over.
    pub skipped: Vec<(u32, Arc<str>, Skip)>,
}

/// Why a lease ends without a result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The worker refused: its reason.
    Refused(Refusal),
    /// No answer to the offer.
    Unanswered,
    /// The session could not take the offer.
    Unreachable,
    /// The worker failed.
    Failed,
    /// The worker's session ended and none came in its place.
    Gone,
    /// Its time was over.
    Late,
    /// The result was wrong.
    BadResult,
    /// The job was cancelled.
    Cancelled,
    /// The job's deadline was over.
    Expired,
}

/// Why a worker refuses an offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// No slot is free.
    Busy,
    /// It goes away.
    Draining,
    /// The order is not to its liking.
    Terms,
    /// This task is not.
    Task,
}

impl Cause {
    /// A stable name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Refused(_) => "refused",
            Self::Unanswered => "unanswered",
            Self::Unreachable => "unreachable",
            Self::Failed => "failed",
            Self::Gone => "gone",
            Self::Late => "late",
            Self::BadResult => "bad_result",
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
        }
    }
}

/// A lease that has ended without a result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// Which.
    pub lease: LeaseId,
    /// Of which job.
    pub job: JobId,
    /// Whose.
    pub worker: Arc<str>,
    /// Its session, where it still has one.
    pub session: Option<SessionId>,
    /// Why.
    pub cause: Cause,
}

/// What time has brought.
#[derive(Debug, Default)]
pub struct Ticked {
    /// Leases that have ended.
    pub ended: Vec<Ended>,
    /// Jobs that will not be done, and why.
    pub dead: Vec<(JobId, &'static str)>,
}

/// Why something of a worker's is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotYours {
    /// There is no such lease any more.
    NoLease,
    /// It is another worker's.
    AnotherWorkers,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// Being written down.
    Drawn,
    Offered,
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
}

/// How the board behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// Milliseconds to answer an offer.
    pub answer_ms: u64,
    /// Milliseconds that a worker's leases outlive its session.
    pub grace_ms: u64,
    /// Milliseconds that a lease lasts beyond what the work takes.
    pub lease_ms: u64,
    /// How many times what the work takes at the worker's rate a lease lasts.
    pub lease_factor: u64,
    /// Leases after which a job has failed.
    pub max_tries: u32,
    /// Most tasks at a time that one worker is given.
    pub max_slots: u32,
}

/// Where a task stands, for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Position {
    /// It waits.
    Waiting {
        /// Leases that it has had.
        tries: u32,
    },
    /// A worker has it.
    Leased {
        /// Which one.
        worker: Arc<str>,
        /// Which attempt.
        attempt: u32,
        /// Parts of 10 000.
        progress_bps: u32,
    },
}

/// A worker, for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkerView {
    /// Its address.
    pub address: Arc<str>,
    /// Whether it has a session.
    pub connected: bool,
    /// What it can do.
    pub capabilities: Capabilities,
    /// Leases that it has.
    pub leases: usize,
    /// Results that were taken.
    pub done: u64,
    /// Leases that ended without one.
    pub failed: u64,
    /// What it weighs in the draw by stake.
    pub weight: u128,
    /// Why it has nothing to do; empty while it has.
    pub why_idle: String,
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
    programs: BTreeMap<Hash, ()>,
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
            programs: BTreeMap::new(),
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
        workers.filter(|(_, worker)| worker.session.is_some()).count()
    }

    /// What the chain says: all workers, and what draws depend on.
    pub fn set_chain(
        &mut self,
        facts: HashMap<Arc<str>, Facts>,
        basis: Option<Basis>,
    ) {
        self.facts = facts;
        self.basis = basis;
    }

    /// The chain knows this program.
    pub fn program_registered(&mut self, program: Hash) {
        self.programs.insert(program, ());
        for job in self.queue.unpark(&program) {
            if let Some(task) = self.tasks.get(&job) {
                self.queue.push(task);
            }
        }
    }

    /// Whether the chain is known to know this program.
    #[must_use]
    pub fn is_registered(&self, program: &Hash) -> bool {
        self.programs.contains_key(program)
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
    pub fn restore(&mut self, task: Task, lease: LeaseId, worker: Arc<str>, until: u64, now_ms: u64) {
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
        if !self.programs.contains_key(&task.program) {
            self.queue.park(task.program, job);
        } else if let Some(until) = task.delayed_until {
            self.queue.delay(job, until);
        } else {
            self.queue.push(task);
        }
    }

    // --- workers ---

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

    /// The worker lives.
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

    // --- leases ---

    /// Leases tasks to workers, `most` at once. Each must be written down before it is
    /// offered.
    pub fn assign(
        &mut self,
        now_ms: u64,
        most: usize,
        mut name: impl FnMut() -> Option<LeaseId>,
    ) -> Vec<Assignment> {
        let mut assigned = Vec::new();
        for priority in [Priority::Redemption, Priority::Paid] {
            let mut progress = true;
            while progress && assigned.len() < most && !self.fleet.nobody_is_free() {
                progress = false;
                for order in self.queue.turns(priority) {
                    if assigned.len() >= most || self.fleet.nobody_is_free() {
                        break;
                    }
                    let Some(assignment) = self.assign_one(priority, order, now_ms, &mut name)
                    else {
                        continue;
                    };
                    self.queue.note_served(priority, order);
                    assigned.push(assignment);
                    progress = true;
                }
            }
        }
        assigned
    }

    /// The first task of an order that a drawn worker can take.
    fn assign_one(
        &mut self,
        priority: Priority,
        order: u64,
        now_ms: u64,
        name: &mut impl FnMut() -> Option<LeaseId>,
    ) -> Option<Assignment> {
        for job in self.queue.first(priority, order, LOOK_BEHIND) {
            let task = self.tasks.get(&job)?;
            let Some((attempt, worker, session, skipped)) = self.draw(task, now_ms) else {
                // Nobody for this one: the next may be smaller, or refused by fewer.
                continue;
            };
            let lease = name()?;
            return Some(self.lease(job, lease, attempt, worker, session, skipped, now_ms));
        }
        None
    }

    /// Draws until somebody can take the task.
    #[allow(clippy::type_complexity)]
    fn draw(
        &self,
        task: &Task,
        now_ms: u64,
    ) -> Option<(u32, Arc<str>, SessionId, Vec<(u32, Arc<str>, Skip)>)> {
        let basis = self.basis.as_ref()?;
        let issuer = task.issuer.as_deref();
        let lottery = basis.lottery(issuer)?;
        let fits = |address: &str| self.fleet.fits(address, task, &self.facts, now_ms);
        // Draws end only if somebody who can be drawn can take it.
        let possible = match issuer {
            Some(_) => lottery
                .holders()
                .any(|worker| self.fleet.is_free(worker) && fits(worker).is_ok()),
            None => self
                .fleet
                .free()
                .any(|worker| lottery.weight(worker) > 0 && fits(worker).is_ok()),
        };
        if !possible {
            return None;
        }
        let mut skipped = Vec::new();
        for attempt in task.attempt..task.attempt.saturating_add(MAX_DRAWS) {
            let drawn = basis.draw(issuer, task.order, task.nonce, attempt)?;
            match fits(drawn) {
                Ok(session) => return Some((attempt, drawn.clone(), session, skipped)),
                Err(reason) => skipped.push((attempt, drawn.clone(), reason)),
            }
        }
        None
    }

    #[allow(clippy::too_many_arguments)]
    fn lease(
        &mut self,
        job: JobId,
        lease: LeaseId,
        attempt: u32,
        worker: Arc<str>,
        session: SessionId,
        skipped: Vec<(u32, Arc<str>, Skip)>,
        now_ms: u64,
    ) -> Assignment {
        // What it says of itself, and at least what it has proven: nobody keeps a task for
        // long by calling itself slow.
        let said = self.fleet.get(&worker).map_or(1, |w| w.capabilities.rate.max(1));
        let proven = self.facts.get(&worker).map_or(1, |facts| facts.rate);
        let rate = u128::from(said).max(proven);
        let mut work_ms = 0;
        if let Some(task) = self.tasks.get_mut(&job) {
            task.attempt = attempt.saturating_add(1);
            let ms = task.ops.saturating_mul(1_000).div_ceil(rate);
            work_ms = u64::try_from(ms).unwrap_or(u64::MAX);
            let task = task.clone();
            self.queue.remove(&task);
        }
        let lasts = work_ms
            .saturating_mul(self.rules.lease_factor)
            .saturating_add(self.rules.lease_ms);
        // Rounded up: the lease names whole seconds.
        let until = now_ms.saturating_add(lasts).div_ceil(1_000);
        let until_ms = until.saturating_mul(1_000);
        self.by_task.insert(job, lease);
        self.lease_ends.insert((until_ms, lease));
        self.leases.insert(
            lease,
            Lease {
                job,
                worker: worker.clone(),
                attempt,
                stage: Stage::Drawn,
                until_ms,
                progress_bps: 0,
            },
        );
        self.fleet.change(&worker, now_ms, |worker| {
            worker.leases.insert(lease);
            worker.free_slots = worker.free_slots.saturating_sub(1);
        });
        Assignment {
            lease,
            job,
            worker,
            session,
            attempt,
            until,
            skipped,
        }
    }

    /// The lease is written down and the offer on its way.
    pub fn offered(&mut self, lease: LeaseId, now_ms: u64) {
        let answer_by = now_ms.saturating_add(self.rules.answer_ms);
        if let Some(found) = self.leases.get_mut(&lease)
            && found.stage == Stage::Drawn
        {
            found.stage = Stage::Offered;
            self.lease_ends.insert((answer_by, lease));
        }
    }

    /// The worker takes the task.
    ///
    /// # Errors
    /// [`NotYours`].
    pub fn accept(&mut self, lease: LeaseId, worker: &str) -> Result<(), NotYours> {
        let found = self.owned(lease, worker)?;
        if matches!(found.stage, Stage::Drawn | Stage::Offered) {
            found.stage = Stage::Running;
        }
        Ok(())
    }

    /// The worker says how far it is.
    ///
    /// # Errors
    /// [`NotYours`].
    pub fn progress(
        &mut self,
        lease: LeaseId,
        worker: &str,
        done_bps: u32,
    ) -> Result<JobId, NotYours> {
        let found = self.owned(lease, worker)?;
        found.progress_bps = done_bps.min(10_000);
        Ok(found.job)
    }

    /// The worker hands in a result, which will be checked: until then time does not end
    /// the lease. The task and which attempt it was.
    ///
    /// # Errors
    /// [`NotYours`].
    pub fn hand_in(&mut self, lease: LeaseId, worker: &str) -> Result<(Task, u32), NotYours> {
        let found = self.owned(lease, worker)?;
        // One that is being checked is not checked twice.
        if found.stage == Stage::HandedIn {
            return Err(NotYours::NoLease);
        }
        found.stage = Stage::HandedIn;
        let (job, attempt) = (found.job, found.attempt);
        let task = self.tasks.get(&job).cloned();
        Ok((task.ok_or(NotYours::NoLease)?, attempt))
    }

    /// Until when a job's lease runs, in seconds, as it was signed.
    #[must_use]
    pub fn lease_until(&self, job: JobId) -> Option<u64> {
        let lease = self.leases.get(self.by_task.get(&job)?)?;
        lease.until_ms.checked_div(1_000)
    }

    /// The task that a lease of `worker`'s is for.
    ///
    /// # Errors
    /// [`NotYours`].
    pub fn leased_task(&self, lease: LeaseId, worker: &str) -> Result<&Task, NotYours> {
        let found = self.leases.get(&lease).ok_or(NotYours::NoLease)?;
        if found.worker.as_ref() != worker {
            return Err(NotYours::AnotherWorkers);
        }
        self.tasks.get(&found.job).ok_or(NotYours::NoLease)
    }

    /// Whether a task that is leased to `worker` names the object.
    #[must_use]
    pub fn may_download(&self, worker: &str, object: &Hash) -> bool {
        let leases = self.fleet.get(worker).map(|worker| &worker.leases);
        let tasks = leases.into_iter().flatten().filter_map(|lease| {
            let lease = self.leases.get(lease)?;
            self.tasks.get(&lease.job)
        });
        tasks.into_iter().any(|task| task.detail.names(object))
    }

    /// The result is right and written down.
    pub fn done(&mut self, lease: LeaseId, now_ms: u64) {
        let Some(found) = self.end(lease, now_ms) else {
            return;
        };
        self.fleet.change(&found.worker, now_ms, |worker| {
            worker.done = worker.done.saturating_add(1);
            worker.backoff.succeeded();
        });
        self.forget(found.job);
    }

    /// Ends a lease without a result: its task waits for the next attempt. `None` if
    /// there is no such lease of that worker's.
    pub fn fail(
        &mut self,
        lease: LeaseId,
        worker: &str,
        cause: Cause,
        now_ms: u64,
    ) -> Option<(Ended, Option<(JobId, &'static str)>)> {
        if self.leases.get(&lease)?.worker.as_ref() != worker {
            return None;
        }
        let found = self.end(lease, now_ms)?;
        let address = found.worker.clone();
        let order = self.tasks.get(&found.job).map_or(0, |task| task.order);
        let session = self.fleet.change(&address, now_ms, |worker| {
            worker.failed = worker.failed.saturating_add(1);
            match &cause {
                Cause::Refused(Refusal::Busy) => worker.backoff.pause(now_ms, 500),
                Cause::Refused(Refusal::Draining) => worker.draining = true,
                Cause::Refused(Refusal::Terms) => worker.hold(order, now_ms),
                Cause::Refused(Refusal::Task) | Cause::Cancelled | Cause::Expired => {}
                _ => worker.backoff.failed(now_ms),
            }
            worker.session
        });
        let mut dead = None;
        if let Some(task) = self.tasks.get_mut(&found.job) {
            let counts = !matches!(cause, Cause::Refused(Refusal::Busy | Refusal::Draining));
            if counts {
                task.tries = task.tries.saturating_add(1);
            }
            if matches!(cause, Cause::Refused(Refusal::Task) | Cause::BadResult | Cause::Failed)
                && task.refused_by.len() < MAX_REFUSALS
            {
                task.refused_by.push(address.clone());
            }
            if task.tries >= self.rules.max_tries {
                dead = Some((found.job, "tried too often without a result"));
            }
        }
        match dead {
            Some((job, _)) => self.forget(job),
            None => self.wait(found.job),
        }
        let ended = Ended {
            lease,
            job: found.job,
            worker: address,
            session,
            cause,
        };
        Some((ended, dead))
    }

    /// Takes a job off the board. If it was leased, that lease.
    pub fn cancel(&mut self, job: JobId, cause: Cause, now_ms: u64) -> Option<Ended> {
        let lease = self.by_task.get(&job).copied();
        let ended = lease.and_then(|lease| {
            let found = self.end(lease, now_ms)?;
            let session = self.fleet.get(&found.worker).and_then(|w| w.session);
            Some(Ended {
                lease,
                job,
                worker: found.worker,
                session,
                cause,
            })
        });
        self.forget(job);
        ended
    }

    /// Whether the job's result is being checked: then it cannot be cancelled any more.
    #[must_use]
    pub fn is_handed_in(&self, job: JobId) -> bool {
        let lease = self.by_task.get(&job);
        let found = lease.and_then(|lease| self.leases.get(lease));
        found.is_some_and(|lease| lease.stage == Stage::HandedIn)
    }

    /// What time brings. `heartbeat_ms` is how long a worker may be silent.
    pub fn tick(&mut self, now_ms: u64) -> Ticked {
        let mut ticked = Ticked::default();
        for job in self.queue.due(now_ms) {
            if let Some(task) = self.tasks.get_mut(&job) {
                task.delayed_until = None;
            }
            self.wait(job);
        }
        while let Some(&(at, lease)) = self.lease_ends.first()
            && at <= now_ms
        {
            self.lease_ends.pop_first();
            let Some(found) = self.leases.get(&lease) else {
                continue;
            };
            let cause = match found.stage {
                Stage::HandedIn => continue,
                Stage::Offered if now_ms < found.until_ms => Cause::Unanswered,
                // The entry was for the answer, which has come.
                Stage::Running | Stage::Drawn if now_ms < found.until_ms => continue,
                _ => Cause::Late,
            };
            let worker = found.worker.clone();
            self.note(lease, &worker, cause, now_ms, &mut ticked);
        }
        while let Some((at, address)) = self.gone.first().cloned()
            && at.saturating_add(self.rules.grace_ms) <= now_ms
        {
            self.gone.pop_first();
            let leases = self.fleet.get(&address).map(|worker| worker.leases.clone());
            for lease in leases.unwrap_or_default() {
                let handed_in = |lease: &Lease| lease.stage == Stage::HandedIn;
                if !self.leases.get(&lease).is_some_and(handed_in) {
                    self.note(lease, &address, Cause::Gone, now_ms, &mut ticked);
                }
            }
        }
        while let Some(&(at, job)) = self.deadlines.first()
            && at <= now_ms
        {
            self.deadlines.pop_first();
            if self.tasks.contains_key(&job) && !self.is_handed_in(job) {
                ticked.ended.extend(self.cancel(job, Cause::Expired, now_ms));
                ticked.dead.push((job, "not done by its deadline"));
            }
        }
        self.fleet.tick(now_ms, 3_600_000);
        ticked
    }

    fn note(&mut self, lease: LeaseId, worker: &str, cause: Cause, now_ms: u64, to: &mut Ticked) {
        if let Some((ended, dead)) = self.fail(lease, worker, cause, now_ms) {
            to.ended.push(ended);
            to.dead.extend(dead);
        }
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
        if let Some(task) = self.tasks.remove(&job) {
            self.deadlines.remove(&(task.deadline_ms, job));
            self.queue.remove(&task);
        }
    }

    // --- for people ---

    /// Where a task stands; `None` if it is not on the board.
    #[must_use]
    pub fn position(&self, job: JobId) -> Option<Position> {
        let task = self.tasks.get(&job)?;
        let lease = self.by_task.get(&job).and_then(|name| self.leases.get(name));
        Some(match lease {
            Some(lease) => Position::Leased {
                worker: lease.worker.clone(),
                attempt: lease.attempt,
                progress_bps: lease.progress_bps,
            },
            None => Position::Waiting { tries: task.tries },
        })
    }

    /// All workers that were seen lately, by address.
    #[must_use]
    pub fn workers(&self, now_ms: u64) -> Vec<WorkerView> {
        let mut views: Vec<_> = self
            .fleet
            .iter()
            .map(|(address, worker)| WorkerView {
                address: address.clone(),
                connected: worker.session.is_some(),
                capabilities: worker.capabilities.clone(),
                leases: worker.leases.len(),
                done: worker.done,
                failed: worker.failed,
                weight: self.weight(address).unwrap_or(0),
                why_idle: self.why_idle(address, now_ms),
            })
            .collect();
        views.sort_by(|a, b| a.address.cmp(&b.address));
        views
    }

    fn weight(&self, address: &str) -> Option<u128> {
        let basis = self.basis.as_ref()?;
        let issuers = basis.issuers.values().map(|lottery| lottery.weight(address));
        let most = issuers.fold(basis.stakes.weight(address), u128::max);
        Some(most)
    }

    fn why_idle(&self, address: &str, now_ms: u64) -> String {
        let waiting = !self.queue.is_empty();
        let facts = self.facts.get(address);
        self.fleet
            .why_idle(address, facts, self.weight(address), waiting, now_ms)
    }

    /// Sessions whose worker should be told why it is idle: those where that has changed.
    pub fn idle_news(&mut self, now_ms: u64) -> Vec<(SessionId, String)> {
        let connected = self.fleet.iter().filter_map(|(address, worker)| {
            let session = worker.session?;
            let reason = self.why_idle(address, now_ms);
            // A pause is counted down; that is no news.
            let news = reason != worker.told && !(worker.told.starts_with("left alone") && reason.starts_with("left alone"));
            news.then(|| (address.clone(), session, reason))
        });
        let news: Vec<_> = connected.collect();
        for (address, _, reason) in &news {
            self.fleet
                .change(address, now_ms, |worker| worker.told.clone_from(reason));
        }
        news.into_iter()
            .filter(|(_, _, reason)| !reason.is_empty())
            .map(|(_, session, reason)| (session, reason))
            .collect()
    }

    /// Sessions that have been silent for longer than `silent_ms`.
    #[must_use]
    pub fn silent(&self, now_ms: u64, silent_ms: u64) -> Vec<SessionId> {
        let workers = self.fleet.iter();
        workers
            .filter(|(_, worker)| now_ms.saturating_sub(worker.seen_ms) > silent_ms)
            .filter_map(|(_, worker)| worker.session)
            .collect()
    }
}

#[cfg(test)]
#[path = "board_tests.rs"]
mod tests;
