//! Waiting.

use std::time::{Duration, Instant};

use crate::E2eError;

/// Time from one question to the next.
const POLL: Duration = Duration::from_millis(50);

/// Asks until there is an answer, and for no longer than `limit`.
///
/// # Errors
/// [`E2eError::TooLong`]; what `ask` fails with, at once.
pub async fn until<T>(
    what: &str,
    limit: Duration,
    mut ask: impl AsyncFnMut() -> Result<Option<T>, E2eError>,
) -> Result<T, E2eError> {
    let started = Instant::now();
    loop {
        if let Some(answer) = ask().await? {
            return Ok(answer);
        }
        if started.elapsed() > limit {
            return Err(E2eError::TooLong {
                what: what.to_owned(),
                seconds: limit.as_secs(),
            });
        }
        tokio::time::sleep(POLL).await;
    }
}
