//! What goes in and what comes out.

use std::sync::Arc;

use compute_proofs::Hash;

use crate::id::{JobId, LeaseId, SessionId};
use crate::job::Detail;

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
    /// The census whose beacon drew it.
    pub census: u32,
    /// Who was drawn before, and why it was passed over.
    pub skipped: Passed,
}

/// Who was drawn for a task and passed over, since its last lease.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Passed {
    /// How many.
    pub count: u32,
    /// The first of them: by which attempt, who, why.
    pub first: Vec<(u32, Arc<str>, Skip)>,
}

/// Those of one task that are named; more are counted.
const MAX_NAMED: usize = 64;

impl Passed {
    pub(super) fn note(&mut self, attempt: u32, worker: &Arc<str>, reason: Skip) {
        self.count = self.count.saturating_add(1);
        if self.first.len() < MAX_NAMED {
            self.first.push((attempt, worker.clone(), reason));
        }
    }
}

/// A lease whose result is being checked.
#[derive(Clone, Debug)]
pub struct HandedIn {
    /// What it is of.
    pub task: Task,
    /// Which attempt.
    pub attempt: u32,
    /// Until when it runs, in seconds, as it was signed.
    pub until: u64,
    /// Hash of its grant, unless the lease was given before the coordinator was started
    /// anew.
    pub grant: Option<Hash>,
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
    /// The app did not seal the input of a private task in time.
    NoInput,
    /// The app sealed what the worker cannot open, or something else than was authorised.
    BadInput,
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
            Self::NoInput => "no_input",
            Self::BadInput => "bad_input",
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
    /// Milliseconds that an app has to seal the input of a private task.
    pub input_ms: u64,
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
        /// Its lease.
        lease: LeaseId,
        /// Until when that runs, in seconds, as it was signed.
        until: u64,
        /// Whether the worker waits for the app to seal the input of a private task.
        awaits_input: bool,
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
