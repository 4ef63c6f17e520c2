//! A network as its users know it: which chain, where its nodes are, what the four
//! contracts' addresses are. `ballast deploy` writes it to a file; every other command
//! reads that.
//!
//! - [`Deployment`] is the file
//! - [`Network`] talks to the contracts it names
//! - [`Profile`] is what a network begins with, [`deploy`] puts one on a chain
//! - [`keplr`] is its entry for wallets
#![forbid(unsafe_code)]

pub mod deploy;
mod file;
pub mod keplr;
mod network;
pub mod profile;

pub use file::{Deployment, Endpoints, FileError};
pub use network::{Contract, Network};
pub use profile::Profile;
