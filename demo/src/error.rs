//! What can stop the demo.

use std::{
    io,
    path::{Path, PathBuf},
};

use chain_client::keys::KeyError;
use localnet::ChainError;
use processes::{ProcessError, TooLong};

/// Why the demo did not come to its end.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// A process ended that should not have, or could not be started.
    #[error(transparent)]
    Process(#[from] ProcessError),
    /// The chain did not start.
    #[error(transparent)]
    Start(#[from] ChainError),
    /// A transaction was refused.
    #[error("{what}: {source}")]
    Step {
        /// Who wanted what.
        what: String,
        /// Why not.
        source: Box<chain_client::Error>,
    },
    /// The chain did not answer, or not so.
    #[error(transparent)]
    Chain(#[from] chain_client::Error),
    /// A key could not be made or kept.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The contracts could not be deployed.
    #[error("deploying: {0}")]
    Deploy(String),
    /// The coordinator did not answer, or not so.
    #[error("coordinator: {0}")]
    Http(#[from] reqwest::Error),
    /// The coordinator refused.
    #[error("coordinator, {what}: {status}: {body}")]
    Refused {
        /// What was asked.
        what: String,
        /// The status.
        status: u16,
        /// What it said.
        body: String,
    },
    /// A file or program is not there or not usable.
    #[error("{}: {source}", path.display())]
    File {
        /// Which one.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Something took longer than it ever should.
    #[error(transparent)]
    TooLong(#[from] TooLong),
    /// Something came out otherwise than it must: the demo checks what it shows.
    #[error("{0}")]
    Unexpected(String),
    /// Ctrl-C.
    #[error("stopped")]
    Stopped,
}

impl DemoError {
    /// Names the file that an error is about.
    pub(crate) fn file(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        |source| Self::File { path, source }
    }
}
