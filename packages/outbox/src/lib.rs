//! Messages for the chain that survive `kill -9`.
//!
//! A message is put into the outbox under a key, once; it is sent until the chain has
//! said yes or no, and the verdict is kept under that key. What is signed is on disk
//! before any node gets it, so after a crash the very same transaction is sent again,
//! and another one only when it is certain that the first was never included and never
//! will be. So nothing is done twice, which for a worker's batch would be fraud.
//!
//! One outbox belongs to one key on one chain, and one process at a time.
//!
//! ```no_run
//! # async fn example(network: deployment::Network, key: chain_client::keys::Key)
//! # -> Result<(), Box<dyn std::error::Error>> {
//! use chain_client::signer::Signer;
//! use deployment::Contract;
//! use outbox::{Message, Outbox, Verdict};
//!
//! let outbox = Outbox::open("home/outbox.sqlite".as_ref()).await?;
//! let signer = Signer::start(network.client().clone(), key);
//! let running = outbox.clone();
//! tokio::spawn(async move { running.run(network, signer, std::future::pending()).await });
//!
//! let tick = compute_api::market::ExecuteMsg::Tick {};
//! outbox.put(Message::new("tick/1", Contract::Market, &tick)?).await?;
//! match outbox.verdict("tick/1").await? {
//!     Verdict::Done(done) => assert!(done.height > 0),
//!     Verdict::Refused(refused) => return Err(refused.reason.into()),
//! }
//! # Ok(()) }
//! ```
#![forbid(unsafe_code)]
#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic
    )
)]

mod error;
mod fate;
mod handle;
mod message;
mod run;
mod store;

pub use error::Error;
pub use handle::{Outbox, Summary};
pub use message::{Done, Message, Refused, Verdict};
