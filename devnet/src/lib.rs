//! An embedded CosmWasm chain, for development, tests and the demo.
//!
//! One node, no consensus, no validators: whoever holds the process holds the chain.
//! What clients see (codes, events, gas, errors) follows wasmd v0.70.3;
//! `docs/devnet.md` lists what does not.
//!
//! - [`app`] runs a transaction on a [`store::State`]
//! - [`genesis`] is the state before the first block
//! - [`node`] is a running chain

pub mod address;
pub mod ante;
pub mod app;
mod auth;
mod bank;
mod coins;
mod config;
pub mod context;
mod db;
pub mod error;
pub mod event;
pub mod gas;
pub mod genesis;
pub mod node;
pub mod query;
pub mod records;
mod router;
pub mod server;
pub mod store;
#[cfg(test)]
mod testing;
pub mod tx;
mod wasm;
