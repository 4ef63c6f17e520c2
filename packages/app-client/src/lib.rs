//! An AI app's side of a coordinator.
//!
//! ```no_run
//! # async fn run(network: deployment::Network) -> Result<(), Box<dyn std::error::Error>> {
//! use std::{path::Path, sync::Arc, time::Duration};
//! use app_client::{App, Trust};
//! use worker::job::MatrixJob;
//!
//! let (url, key) = ("https://api.example.org", "blst_…");
//! let app = App::connect(Arc::new(network), url, key, &Trust::System).await?;
//! let job = MatrixJob::load(Path::new("job.json"))?;
//! let done = app.run(&job, Duration::from_secs(600)).await?;
//! worker::npy::write(&mut std::fs::File::create("c.npy")?, &done.output)?;
//! # Ok(())
//! # }
//! ```
//!
//! [`App::run`] does the same for any order. What differs is what the coordinator sees: of
//! a private order no input and no result, but their roots and sizes. The app waits until
//! a worker has the lease, checks by the chain that the key it is shown is that operator's,
//! seals the input to it, and opens the result itself; if the task goes to another worker,
//! it seals anew. Nothing that the coordinator says is believed where the chain, or
//! arithmetic, can tell.
#![forbid(unsafe_code)]
#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing
    )
)]

mod app;
mod chain;
mod error;
mod http;
mod request;
mod seal;

pub use app::{App, Finished, Submitted};
pub use chain::Chain;
pub use error::AppError;
pub use tls_client::Trust;
