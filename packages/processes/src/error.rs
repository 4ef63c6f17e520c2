//! What can go wrong with a process.

use std::{io, path::PathBuf};

/// What can go wrong with a process.
#[derive(Debug, thiserror::Error)]
pub enum ProcessError {
    /// A program, a file or a port cannot be used.
    #[error("{}: {source}", path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A process ended that should not have.
    #[error("{name} has ended ({status}); the last lines of {}:\n{tail}", log.display())]
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
    /// It did not happen in time.
    #[error(transparent)]
    TooLong(#[from] TooLong),
    /// Nobody has started a process of this name.
    #[error("there is no process {name:?}; there are {there}")]
    NoProcess {
        /// The name.
        name: String,
        /// The names that there are.
        there: String,
    },
}

/// Something was waited for in vain.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("waited {seconds} s in vain until {what}")]
pub struct TooLong {
    /// What was waited for.
    pub what: String,
    /// For how long.
    pub seconds: u64,
}

impl ProcessError {
    /// Names the file that an error is about.
    pub(crate) fn io(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        |source| Self::Io { path, source }
    }
}
