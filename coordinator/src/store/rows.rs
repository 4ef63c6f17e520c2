//! What the database is given of jobs, and what it gives back.

use compute_proofs::Hash;
use compute_proofs::receipt::Receipt;
use compute_proofs::task::Authorisation;

use super::StoreError;
use crate::id::{JobId, LeaseId};
use crate::job::AppSigned;
use crate::machine::cap::{Cap, Over, Period};

/// Where a job stands, as it is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobState {
    /// It waits.
    Queued,
    /// It has had a lease, which may be over.
    Leased,
    /// Its result is there.
    Done,
    /// It was given up.
    Failed,
    /// Its owner did not want it any more.
    Cancelled,
}

impl JobState {
    pub(super) fn code(self) -> i64 {
        match self {
            Self::Queued => 0,
            Self::Leased => 1,
            Self::Done => 2,
            Self::Failed => 3,
            Self::Cancelled => 4,
        }
    }

    pub(super) fn of(code: i64) -> Result<Self, StoreError> {
        Ok(match code {
            0 => Self::Queued,
            1 => Self::Leased,
            2 => Self::Done,
            3 => Self::Failed,
            4 => Self::Cancelled,
            _ => return Err(StoreError::Damaged { what: "jobs.state" }),
        })
    }

    /// Whether nothing more will happen to it.
    #[must_use]
    pub fn is_over(self) -> bool {
        self.code() > 1
    }
}

/// A job that is to be accepted.
#[derive(Clone, Debug)]
pub struct NewJob {
    /// Its name.
    pub id: JobId,
    /// The order that it is charged to.
    pub order: u64,
    /// Hash of the API key that it came with.
    pub api_key: Option<[u8; 32]>,
    /// Its program.
    pub program: Hash,
    /// Its input.
    pub input_root: Hash,
    /// What its program costs.
    pub ops: u128,
    /// When its authorisation expires, if the coordinator makes it.
    pub expires: u64,
    /// The app's own authorisation, with its key and its signature.
    pub app: Option<(Authorisation, AppSigned)>,
    /// What fills its slots, as JSON.
    pub inputs: String,
    /// Objects among those.
    pub objects: Vec<Hash>,
    /// Whose workers it is for, if it is a redemption.
    pub issuer: Option<String>,
    /// What its order pays.
    pub price_bps: u32,
    /// Bytes of operands and results.
    pub memory: u64,
    /// When it was accepted.
    pub created: u64,
    /// When nobody wants it any more.
    pub deadline: u64,
    /// Scope, name and hash of the request, if it is to be accepted only once.
    pub idempotency: Option<([u8; 32], String, [u8; 32])>,
    /// Ops that the order can still bring, with what its live jobs cost.
    pub total_ops: u128,
    /// The highest `cum_ops` that the chain has seen of the order.
    pub chain_cum_ops: u128,
    /// Most jobs of the order that may be live.
    pub max_live: u64,
    /// The order's daily cap, if its tasks are authorised here.
    pub cap: Option<Cap>,
}

/// What became of a [`NewJob`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Submitted {
    /// It is written down.
    Accepted {
        /// Its place.
        seq: u64,
        /// What is authorised with it.
        authorisation: Authorisation,
    },
    /// It was accepted before, under this name.
    Repeated(JobId),
    /// The idempotency key stands for another request.
    Conflict,
    /// The order's ops do not suffice.
    NoOps {
        /// What is left.
        left: u128,
    },
    /// The app's authorisation is not the order's next.
    NotNext {
        /// The next nonce.
        nonce: u64,
        /// `cum_ops` before it.
        cum_ops: u128,
    },
    /// The order was served from another database: which nonces are used is not known.
    Foreign,
    /// Too many jobs of the order are live.
    TooMany,
    /// The order's daily cap does not allow it.
    OverCap(Over),
}

/// What the coordinator has of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderBook {
    /// The next task's nonce.
    pub next_nonce: u64,
    /// `cum_ops` of the last task.
    pub cum_ops: u128,
    /// Ops of all jobs that can be charged.
    pub charged_ops: u128,
    /// Ops of those that are done.
    pub done_ops: u128,
    /// How many were accepted.
    pub accepted: u64,
    /// How many are done.
    pub done: u64,
    /// How many have failed.
    pub failed: u64,
    /// How many were cancelled.
    pub cancelled: u64,
    /// What its daily cap has let pass.
    pub period: Period,
}

/// The same, for whoever pays.
pub type Usage = OrderBook;

impl OrderBook {
    /// Of an order without tasks. Nonces begin with 1.
    pub const NEW: Self = Self {
        next_nonce: 1,
        cum_ops: 0,
        charged_ops: 0,
        done_ops: 0,
        accepted: 0,
        done: 0,
        failed: 0,
        cancelled: 0,
        period: Period { coins: 0, ends: 0 },
    };

    /// Jobs that are not over.
    #[must_use]
    pub fn live(&self) -> u64 {
        let over = self.done.saturating_add(self.failed);
        self.accepted
            .saturating_sub(over.saturating_add(self.cancelled))
    }
}

/// A lease to be written down.
#[derive(Clone, Debug)]
pub struct LeaseRow {
    /// Its name.
    pub lease: LeaseId,
    /// Of which job.
    pub job: JobId,
    /// To whom.
    pub worker: String,
    /// Which attempt.
    pub attempt: u32,
    /// Until when, in seconds.
    pub until: u64,
    /// The census whose beacon drew it.
    pub census: u32,
    /// Who was passed over, as JSON.
    pub skipped: String,
}

/// A job as it is written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobRow {
    /// Its place in the order of acceptance.
    pub seq: u64,
    /// Its name.
    pub id: JobId,
    /// The order that it is charged to.
    pub order: u64,
    /// Hash of the API key that it came with.
    pub api_key: Option<[u8; 32]>,
    /// What is authorised.
    pub authorisation: Authorisation,
    /// The app's key and signature, where the app authorises.
    pub app: Option<AppSigned>,
    /// What fills its slots, as JSON.
    pub inputs: String,
    /// Whose workers it is for, if it is a redemption.
    pub issuer: Option<String>,
    /// What its order pays.
    pub price_bps: u32,
    /// Bytes of operands and results.
    pub memory: u64,
    /// Where it stands.
    pub state: JobState,
    /// When it was accepted.
    pub created: u64,
    /// When nobody wants it any more.
    pub deadline: u64,
    /// When it was over.
    pub ended: Option<u64>,
    /// Its last lease: name, worker, attempt, until.
    pub lease: Option<(LeaseId, String, u32, u64)>,
    /// Leases that it has had.
    pub tries: u32,
    /// Root of its result.
    pub output_root: Option<Hash>,
    /// Root of the sealed result of a private job.
    pub sealed_root: Option<Hash>,
    /// The worker's receipt.
    pub receipt: Option<Receipt>,
    /// Why it was given up.
    pub failure: Option<String>,
}
