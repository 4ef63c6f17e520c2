//! Why a chain does not start.

use std::path::PathBuf;

use processes::{ProcessError, TooLong};

/// Why a chain does not start.
#[derive(Debug, thiserror::Error)]
pub enum ChainError {
    /// A name that is neither chain's.
    #[error("{0:?} is no chain; it can be \"devnet\" or \"wasmd\"")]
    Kind(String),
    /// A process.
    #[error(transparent)]
    Process(#[from] ProcessError),
    /// It was waited for in vain.
    #[error(transparent)]
    TooLong(#[from] TooLong),
    /// The chain's client.
    #[error(transparent)]
    Client(#[from] chain_client::Error),
    /// A script failed.
    #[error("{what} failed:\n{reason}")]
    Failed {
        /// Which.
        what: String,
        /// What it said.
        reason: String,
    },
    /// What a program printed is not what it should.
    #[error("{name} has printed {text:?}: {reason}")]
    Unreadable {
        /// Which program.
        name: String,
        /// What it printed.
        text: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A path that is not UTF-8.
    #[error("{}: paths have to be UTF-8", path.display())]
    NotText {
        /// Which.
        path: PathBuf,
    },
    /// wasmd needs one node at least, nine at most.
    #[error("{0} validators; it can be 1 to 9")]
    Validators(usize),
}
