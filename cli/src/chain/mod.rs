//! What every command that talks to a chain shares: where the network is, whose key
//! signs, how a transaction is sent and what is printed of it.
//!
//! A command gets a [`Context`]. It asks with [`Context::network`], sends with
//! [`Context::send`], and runs either with [`run`].

mod context;
mod exit;
mod options;
mod send;
mod unsigned;
mod wait;

pub(crate) use context::{Context, DEFAULT_CHAIN};
pub(crate) use exit::{FAILED, NOT_REACHABLE, REJECTED, USAGE, failure, named, usage};
pub(crate) use options::ChainOptions;
pub(crate) use send::{Event, Sent};
pub(crate) use wait::until_there;

use std::future::Future;
use std::sync::OnceLock;

use tokio::runtime::Runtime;

use crate::output::Failure;

/// The one runtime of this process: connections live in it, so each command uses the
/// same.
static RUNTIME: OnceLock<Runtime> = OnceLock::new();

fn runtime() -> Result<&'static Runtime, Failure> {
    if let Some(runtime) = RUNTIME.get() {
        return Ok(runtime);
    }
    let made = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    let made = made.map_err(|error| failure(FAILED, "BL-CLI-004", error))?;
    // Whoever came first has made it.
    Ok(RUNTIME.get_or_init(|| made))
}

/// Runs what talks to a chain to its end. Not within itself.
///
/// # Errors
/// Its own, and where this process may not have threads.
pub(crate) fn run<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    runtime()?.block_on(work)
}
