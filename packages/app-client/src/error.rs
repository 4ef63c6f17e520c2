//! What can go wrong, each with a stable code.

use audit::Finding;
use compute_proofs::ProofError;
use sealing::SealError;
use tls_client::TrustError;
use worker::WorkerError;

/// Why a job came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The coordinator was not reached.
    #[error("[BL-APP-001] coordinator: {0}")]
    Unreachable(String),
    /// The coordinator refuses.
    #[error("[BL-APP-002] coordinator, {path}: {message} ({status}, {code})")]
    Refused {
        /// What was asked.
        path: String,
        /// The status.
        status: u16,
        /// Its stable code, as in `lease_ended`.
        code: String,
        /// Its words.
        message: String,
    },
    /// An answer that cannot be.
    #[error("[BL-APP-003] coordinator, {path}: {reason}")]
    Unreadable {
        /// What was asked.
        path: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The chain was not reached, or refused.
    #[error(transparent)]
    Chain(#[from] chain_client::Error),
    /// The URL or the trusted certificates.
    #[error(transparent)]
    Trust(#[from] TrustError),
    /// The job is none that this order can take.
    #[error("[BL-APP-004] {0}")]
    Job(String),
    /// The key to seal to is not that of the worker, by the chain. The coordinator, or
    /// somebody on the way, wants to read along: nothing was sealed.
    #[error(
        "[BL-APP-005] the key for lease {lease} is not signed by {worker}, as the chain knows it: \
         nothing was sealed; use another coordinator"
    )]
    KeySwapped {
        /// Whose it should be.
        worker: String,
        /// For which lease.
        lease: String,
    },
    /// The lease is not of this task, or not signed.
    #[error("[BL-APP-006] the lease of {worker} is not one of this task: {reason}")]
    BadLease {
        /// Whose.
        worker: String,
        /// Why.
        reason: String,
    },
    /// Something cannot be sealed or opened.
    #[error("{what}: {source}")]
    Seal {
        /// What.
        what: &'static str,
        /// Why.
        source: SealError,
    },
    /// The job has ended without a result.
    #[error("[BL-APP-007] the job is {status}: {reason}")]
    Ended {
        /// `failed` or `cancelled`.
        status: String,
        /// Why.
        reason: String,
    },
    /// No result in time. It may still come: `finish` waits for it again.
    #[error("[BL-APP-008] no result of {job} after {seconds} s; it may still come")]
    Late {
        /// Which job.
        job: String,
        /// How long it was waited for.
        seconds: u64,
    },
    /// The result is wrong. `finding` says how, and what it takes to prove it.
    #[error(
        "[BL-APP-009] task {nonce} of {worker} is wrong: {finding:?}; prove it with `ballast audit`, \
         as the order's owner"
    )]
    Wrong {
        /// Who has done it.
        worker: String,
        /// Which task of the order.
        nonce: u64,
        /// What is wrong.
        finding: Box<Finding>,
    },
    /// The result cannot be checked.
    #[error("[{code}] the check: {0}", code = .0.code())]
    Check(#[from] WorkerError),
    /// A rule of programs or tensors does not hold.
    #[error("[BL-APP-010] {0}")]
    Proof(#[from] ProofError),
    /// The machine gives no random bytes.
    #[error("[BL-APP-011] the machine gives no random bytes: {0}")]
    Random(getrandom::Error),
}

impl AppError {
    /// `map_err` for what cannot be sealed or opened.
    pub(crate) fn seal(what: &'static str) -> impl FnOnce(SealError) -> Self {
        move |source| Self::Seal { what, source }
    }

    /// The coordinator's stable code, if it has refused.
    #[must_use]
    pub fn refused_by(&self) -> Option<&str> {
        match self {
            Self::Refused { code, .. } => Some(code),
            _ => None,
        }
    }
}
