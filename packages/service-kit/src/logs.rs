//! Logs: `tracing` events as lines on stderr.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

/// Why logs cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The filter is no directive.
    #[error(
        "[BL-LOG-001] log filter {filter:?}: {reason}; try \"info\" or \"info,coordinator=debug\""
    )]
    Filter {
        /// What was given.
        filter: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Somebody has set up logs before.
    #[error("[BL-LOG-002] logs are set up already: {0}")]
    Twice(String),
}

/// Sends events to stderr that `filter` lets through; the variable `RUST_LOG` goes over
/// it. Once per process.
///
/// # Errors
/// [`LogError`].
pub fn init(filter: &str) -> Result<(), LogError> {
    let filter = std::env::var("RUST_LOG").unwrap_or_else(|_| filter.to_owned());
    let parsed = EnvFilter::try_new(&filter).map_err(|error| LogError::Filter {
        reason: error.to_string(),
        filter,
    })?;
    tracing_subscriber::fmt()
        .with_env_filter(parsed)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .try_init()
        .map_err(|error| LogError::Twice(error.to_string()))
}
