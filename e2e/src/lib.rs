//! Tests from end to end: real processes on free ports, on either chain, gone when the
//! test is, with their logs shown where it fails.
//!
//! - [`Chain`] is devnet, or wasmd from `localnet/`, as `BALLAST_E2E_CHAIN` says
//! - [`Process`] is any other program
//! - [`until`] waits, never longer than said
//! - [`cosmjs`] runs the CosmJS script of `devnet/tests/cosmjs`
//!
//! ```no_run
//! # async fn example() -> Result<(), e2e::E2eError> {
//! let chain = e2e::Chain::start(e2e::Kind::from_env()?).await?;
//! let client = chain.client()?;
//! let alice = chain_client::signer::Signer::start(client, e2e::Chain::key(0)?);
//! # let _ = alice; Ok(()) }
//! ```
#![forbid(unsafe_code)]

mod chain;
pub mod cosmjs;
mod error;
pub mod places;
mod ports;
mod process;
mod wait;
mod wasmd;

pub use chain::{CHAIN_ID, Chain, FEE_DENOM, Kind, MNEMONIC};
pub use error::E2eError;
pub use ports::free_ports;
pub use process::Process;
pub use wait::until;
pub use wasmd::Wasmd;
