//! Tests from end to end: real processes on free ports, on either chain, gone when the
//! test is, with their logs shown where it fails.
//!
//! - [`Chain`] is a chain of the test's own, devnet or wasmd as `BALLAST_E2E_CHAIN` says
//! - [`Validators`] are several nodes of wasmd
//! - [`processes::Process`] is any other program
//! - [`until`] waits, never longer than said
//! - [`cosmjs`] runs the CosmJS script of `devnet/tests/cosmjs`
//!
//! ```no_run
//! # async fn example() -> Result<(), e2e::E2eError> {
//! let chain = e2e::Chain::start(e2e::kind()?).await?;
//! let client = chain.client()?;
//! let alice = chain_client::signer::Signer::start(client, e2e::Chain::key(0)?);
//! # let _ = alice; Ok(()) }
//! ```
#![forbid(unsafe_code)]

mod chain;
pub mod cosmjs;
mod error;
pub mod places;
mod validators;

use std::time::Duration;

pub use chain::{Chain, kind};
pub use error::E2eError;
pub use localnet::{CHAIN_ID, FEE_DENOM, Kind};
pub use validators::Validators;

/// [`processes::until`] with this crate's errors.
///
/// # Errors
/// [`E2eError::TooLong`]; what `ask` fails with, at once.
pub async fn until<T>(
    what: &str,
    limit: Duration,
    ask: impl AsyncFnMut() -> Result<Option<T>, E2eError>,
) -> Result<T, E2eError> {
    processes::until(what, limit, ask).await
}
