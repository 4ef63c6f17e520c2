//! A network as its users know it: which chain, where its nodes are, what the four
//! contracts' addresses are. `ballast deploy` writes it to a file; every other command
//! reads that.
//!
//! - [`Deployment`] is the file
//! - [`Network`] talks to the contracts it names
#![forbid(unsafe_code)]

mod file;
mod network;

pub use file::{Deployment, Endpoints, FileError};
pub use network::{Contract, Network};
