//! Why a test cannot go on.

use std::io;
use std::path::PathBuf;

use localnet::ChainError;
use processes::{ProcessError, TooLong};

/// Why a test cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum E2eError {
    /// A program is not there.
    #[error("{} is not there: {cure}", path.display())]
    NotBuilt {
        /// Where it should be.
        path: PathBuf,
        /// What to do about it.
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
    /// A program failed at what it was to do.
    #[error("{what} failed:\n{reason}")]
    Failed {
        /// What.
        what: String,
        /// What it said.
        reason: String,
    },
    /// A process.
    #[error(transparent)]
    Process(#[from] ProcessError),
    /// It was waited for in vain.
    #[error(transparent)]
    TooLong(#[from] TooLong),
    /// A node has no such number.
    #[error("there is no node {index}; there are {count}")]
    NoNode {
        /// Which.
        index: usize,
        /// How many there are.
        count: usize,
    },
    /// A chain that does not start.
    #[error(transparent)]
    Start(#[from] ChainError),
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
