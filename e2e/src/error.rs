//! Why a test cannot go on.

use std::io;
use std::path::PathBuf;

/// Why a test cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum E2eError {
    /// `BALLAST_E2E_CHAIN` is neither chain.
    #[error("BALLAST_E2E_CHAIN is {0:?}; it can be \"devnet\" or \"wasmd\"")]
    Kind(String),
    /// A program is not there.
    #[error("{} is not built: run `{cure}`", path.display())]
    NotBuilt {
        /// Where it should be.
        path: PathBuf,
        /// What builds it.
        cure: String,
    },
    /// A file or a program cannot be used.
    #[error("{}: {source}", path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A process ended that should not have.
    #[error("{name} has ended ({status}); the end of its log:\n{log}")]
    Ended {
        /// Which.
        name: String,
        /// How.
        status: String,
        /// The last lines of its log.
        log: String,
    },
    /// A program failed at what it was to do.
    #[error("{what} failed:\n{reason}")]
    Failed {
        /// What.
        what: String,
        /// What it said.
        reason: String,
    },
    /// It did not happen in time.
    #[error("{what} has not happened within {seconds} s")]
    TooLong {
        /// What was waited for.
        what: String,
        /// For how long.
        seconds: u64,
    },
    /// A node has no such number.
    #[error("there is no node {index}; there are {count}")]
    NoNode {
        /// Which.
        index: usize,
        /// How many there are.
        count: usize,
    },
    /// The chain's client.
    #[error(transparent)]
    Chain(#[from] chain_client::Error),
    /// A key.
    #[error(transparent)]
    Key(#[from] chain_client::keys::KeyError),
}

impl E2eError {
    /// Names the file that an error is about.
    pub(crate) fn io(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        |source| Self::Io { path, source }
    }
}
