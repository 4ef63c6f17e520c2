//! What can stop the demo.

use std::{io, path::PathBuf};

use chain_client::keys::KeyError;

/// Why the demo did not come to its end.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// A process ended that should not have.
    #[error("{name} ended ({status}); the last lines of {}:\n{tail}", log.display())]
    Ended {
        /// Which one.
        name: String,
        /// How.
        status: String,
        /// Its log.
        log: PathBuf,
        /// The end of that.
        tail: String,
    },
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
    #[error("waited {seconds} s in vain until {what}")]
    TooLong {
        /// What was waited for.
        what: String,
        /// How long.
        seconds: u64,
    },
    /// Something came out otherwise than it must: the demo checks what it shows.
    #[error("{0}")]
    Unexpected(String),
    /// Ctrl-C.
    #[error("stopped")]
    Stopped,
}
