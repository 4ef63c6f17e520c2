//! Why a deployment stopped.

use std::io;
use std::path::PathBuf;

use crate::{Contract, FileError};

/// Why a deployment stopped. What was done is kept; the next run goes on.
#[derive(Debug, thiserror::Error)]
pub enum DeployError {
    /// A contract's file cannot be read.
    #[error("[BL-DEP-002] {}: {source}; `make wasm` builds the contracts", path.display())]
    Artifact {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Devnet's parameters protect nobody.
    #[error(
        "[BL-DEP-003] the devnet profile is for chains whose ID begins with \"ballast-devnet\", \
         not for {chain_id:?}; deploy the production profile there"
    )]
    NotDevnet {
        /// The chain.
        chain_id: String,
    },
    /// The salt is empty or too long.
    #[error("[BL-DEP-004] {0:?} is no salt; it takes 1 to 64 bytes")]
    Salt(String),
    /// An earlier, unfinished run had another plan.
    #[error(
        "[BL-DEP-005] {} is of a deployment with another {what}: finish that one as it was \
         begun, or remove the file", path.display()
    )]
    OtherPlan {
        /// The file.
        path: PathBuf,
        /// What differs.
        what: &'static str,
    },
    /// Another process deploys to the same file.
    #[error(
        "[BL-DEP-006] another process deploys to {}: wait until it ends", path.display()
    )]
    Busy {
        /// The file of what is done.
        path: PathBuf,
    },
    /// The file of what is done cannot be read or written.
    #[error("[BL-DEP-007] {}: {reason}", path.display())]
    Partial {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// The file names contracts that the chain does not have: it is of another chain of
    /// the same name, or of one that was reset.
    #[error(
        "[BL-DEP-008] {} names the {contract} at {address}, which the chain does not have; if \
         the chain has begun anew, remove the file and deploy again", path.display()
    )]
    Gone {
        /// The file.
        path: PathBuf,
        /// Which contract.
        contract: Contract,
        /// Its address.
        address: String,
    },
    /// An upload left no code id.
    #[error("[BL-DEP-009] {contract}: {hash} was included and names no code id; run again")]
    NoCodeId {
        /// Which contract.
        contract: Contract,
        /// The transaction.
        hash: String,
    },
    /// A contract is not what was planned.
    #[error("[BL-DEP-010] {contract} at {address} is not as planned: {reason}")]
    Unexpected {
        /// Which contract.
        contract: Contract,
        /// Its address.
        address: String,
        /// What differs.
        reason: String,
    },
    /// A file could not be written.
    #[error(transparent)]
    File(#[from] FileError),
    /// The chain.
    #[error(transparent)]
    Chain(#[from] chain_client::Error),
}
