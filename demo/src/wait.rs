//! Waiting for the chain, never longer than said.

use std::time::Duration;

use crate::DemoError;

/// [`processes::until`] with this crate's errors.
pub(crate) async fn until<T>(
    what: &str,
    limit: Duration,
    ask: impl AsyncFnMut() -> Result<Option<T>, DemoError>,
) -> Result<T, DemoError> {
    processes::until(what, limit, ask).await
}
