//! What can stop a run.

use chain_client::keys::KeyError;
use demo::DemoError;
use localnet::ChainError;
use processes::{ProcessError, TooLong};

/// Why a run did not come to a good end.
#[derive(Debug, thiserror::Error)]
pub enum ChaosError {
    /// A step of bringing the network up.
    #[error(transparent)]
    Demo(#[from] DemoError),
    /// A process could not be started or killed.
    #[error(transparent)]
    Process(#[from] ProcessError),
    /// The chain did not start.
    #[error(transparent)]
    Start(#[from] ChainError),
    /// The chain did not answer.
    #[error(transparent)]
    Chain(#[from] chain_client::Error),
    /// A key could not be made.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// Something took longer than it ever should.
    #[error(transparent)]
    TooLong(#[from] TooLong),
    /// The coordinator cannot be asked.
    #[error("coordinator: {0}")]
    Http(#[from] reqwest::Error),
    /// The coordinator's records cannot be read.
    #[error(transparent)]
    Records(#[from] audit::CoordinatorError),
    /// A file.
    #[error("{path}: {source}")]
    File {
        /// Which.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// What must hold does not.
    #[error("{0}")]
    Wrong(String),
}

/// An error that says what does not hold.
pub(crate) fn wrong<T>(what: impl Into<String>) -> Result<T, ChaosError> {
    Err(ChaosError::Wrong(what.into()))
}
