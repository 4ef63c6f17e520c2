//! What can go wrong, each with a stable code for logs and scripts.

use std::fmt;

use thiserror::Error;

/// Where a transaction was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Nothing was sent.
    Simulation,
    /// Not taken into the mempool: it is in no block and will be in none.
    Check,
    /// In a block, where it failed: the fee is paid, nothing else happened.
    Delivery,
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Simulation => "in the simulation",
            Self::Check => "by the node",
            Self::Delivery => "in its block",
        })
    }
}

/// What can go wrong.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum Error {
    /// The chain said no.
    #[error("[BL-CHN-001] refused {stage}: {log} (codespace {codespace:?}, code {code})")]
    Rejected {
        /// Where.
        stage: Stage,
        /// Whose code it is.
        codespace: String,
        /// The code; 0 where a simulation gives none.
        code: u32,
        /// The chain's words.
        log: String,
        /// The transaction; empty if none was sent.
        hash: String,
    },
    /// The gas limit did not suffice.
    #[error("[BL-CHN-002] out of gas: {used} used of {wanted} in {hash}; raise the gas adjustment")]
    OutOfGas {
        /// Gas asked for.
        wanted: u64,
        /// Gas used.
        used: u64,
        /// The transaction.
        hash: String,
    },
    /// No verdict in time. The transaction may still get into a block; the signer goes
    /// on asking for it before it sends another.
    #[error(
        "[BL-CHN-003] {hash} has no verdict after {seconds} s; it may still be included, and the \
         same signer settles it before it sends anything else"
    )]
    TimedOut {
        /// The transaction.
        hash: String,
        /// How long it was waited for.
        seconds: u64,
    },
    /// The transaction cannot get into a block any more, and did not.
    #[error(
        "[BL-CHN-004] {hash} was never included and cannot be any more: {reason}; send it anew"
    )]
    Expired {
        /// The transaction.
        hash: String,
        /// Why.
        reason: String,
    },
    /// The node does not have the last blocks.
    #[error(
        "[BL-CHN-005] the node is behind: at height {height}, {seen} was seen before; ask another"
    )]
    NodeBehind {
        /// The node's height.
        height: u64,
        /// The greatest height that was seen.
        seen: u64,
    },
    /// No endpoint answered.
    #[error("[BL-CHN-006] no endpoint answers: {reasons}")]
    Unreachable {
        /// Each endpoint with its reason.
        reasons: String,
    },
    /// An endpoint is of another chain.
    #[error("[BL-CHN-007] {endpoint} is of the chain {got:?}, not {expected:?}; name that chain's")]
    WrongChain {
        /// The endpoint.
        endpoint: String,
        /// Its chain.
        got: String,
        /// The chain that was asked for.
        expected: String,
    },
    /// A node answered a query with an error.
    #[error("[BL-CHN-008] query failed: {text} (gRPC status {status})")]
    Query {
        /// gRPC's status.
        status: i32,
        /// The node's words.
        text: String,
    },
    /// An answer could not be read.
    #[error("[BL-CHN-009] an answer to {what} could not be read: {reason}")]
    Unreadable {
        /// What was asked.
        what: String,
        /// Why.
        reason: String,
    },
    /// What was to be sent is not valid.
    #[error("[BL-CHN-010] {0}")]
    Invalid(String),
    /// The signer's task has ended.
    #[error("[BL-CHN-011] the signer has stopped")]
    Stopped,
    /// Whoever was to keep the transaction could not; it was not sent.
    #[error("[BL-CHN-012] nothing was sent, since it could not be written down: {reason}")]
    NotKept {
        /// Why.
        reason: String,
    },
}

impl Error {
    /// Whether to ask again later can help.
    pub fn is_temporary(&self) -> bool {
        matches!(
            self,
            Self::TimedOut { .. } | Self::NodeBehind { .. } | Self::Unreachable { .. }
        )
    }
}
