//! Services are started with their chain, or while it is away for a moment.

use std::time::{Duration, Instant};

use deployment::Network;
use service_kit::Shutdown;

use crate::output::{Failure, Output};

/// How long a chain may be away when a service starts.
const PATIENCE: Duration = Duration::from_secs(60);

/// From one question to the next.
const PAUSE: Duration = Duration::from_millis(500);

/// Waits until the chain answers.
///
/// # Errors
/// What it was not reached by, after a minute or when `shutdown` is requested.
pub(crate) async fn until_there(
    network: &Network,
    shutdown: &Shutdown,
    output: &Output,
) -> Result<(), Failure> {
    let started = Instant::now();
    loop {
        let Err(error) = network.client().latest_block().await else {
            return Ok(());
        };
        let is_over = started.elapsed() > PATIENCE || shutdown.is_requested();
        if is_over || !error.is_temporary() {
            return Err(error.into());
        }
        output.say(&format!("waiting for the chain: {error}"));
        tokio::select! {
            () = tokio::time::sleep(PAUSE) => {}
            () = shutdown.requested() => {}
        }
    }
}
