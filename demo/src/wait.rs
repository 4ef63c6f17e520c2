//! Waiting for the chain, never longer than said.

use std::time::{Duration, Instant};

use crate::DemoError;

/// Time from one question to the next.
const POLL: Duration = Duration::from_millis(400);

/// Asks until there is an answer.
///
/// # Errors
/// [`DemoError::TooLong`] after `limit`; what `ask` fails with.
pub(crate) async fn until<T>(
    what: &str,
    limit: Duration,
    mut ask: impl AsyncFnMut() -> Result<Option<T>, DemoError>,
) -> Result<T, DemoError> {
    let started = Instant::now();
    loop {
        if let Some(answer) = ask().await? {
            return Ok(answer);
        }
        if started.elapsed() > limit {
            return Err(DemoError::TooLong {
                what: what.to_owned(),
                seconds: limit.as_secs(),
            });
        }
        tokio::time::sleep(POLL).await;
    }
}
