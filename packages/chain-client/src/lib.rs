//! The one way that Ballast's services talk to a chain. devnet and wasmd differ by
//! their address only.
//!
//! - [`keys`] are mnemonics, keys and the files that keep them
//! - [`transport`] carries requests: gRPC with failover, or a node in a test
//! - [`Client`] asks: accounts, transactions, contracts
//! - [`Cursor`] goes through a contract's list page by page
//! - [`signer`] sends: one task per key, which never sends anything twice
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use chain_client::{Client, Config, Msg, keys, signer::Signer, transport::Failover};
//!
//! let config = Config::new("ballast-devnet-1", "ustake");
//! let node = Failover::grpc(&config.chain_id, &["http://127.0.0.1:9090"])?;
//! let client = Client::new(config, node);
//! let key = keys::Key::from_mnemonic("test test test …", 0)?;
//! let signer = Signer::start(client.clone(), key);
//! let vote = serde_json::json!({ "vote": { "operator": "wasm1…" } });
//! let included = signer.send(vec![Msg::execute("wasm1…", &vote)?]).await?;
//! # let _ = included; Ok(()) }
//! ```
#![forbid(unsafe_code)]

mod client;
mod cursor;
mod error;
pub mod keys;
mod msg;
pub mod signer;
pub mod transport;
mod txs;

pub use cosmrs::proto::cosmos::base::v1beta1::Coin;

pub use client::{Account, Block, Client, Config, Included, Simulated};
pub use cursor::Cursor;
pub use error::{Error, Stage};
pub use msg::Msg;
pub use txs::SEARCH_LIMIT;
