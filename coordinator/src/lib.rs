//! A coordinator: takes jobs from AI apps over HTTP, draws a worker for each by stake,
//! leases the job to it over gRPC, checks the result and hands it to the app.
//!
//! - [`start`] runs one; [`Running`] says where it listens and ends it
//! - [`Config`]: everything that can be set
//! - [`chain`]: what it needs of the chain
//! - [`machine`]: what decides, apart from I/O
//! - [`store`]: what is on disk; a job is there before its app has an answer
//! - [`job`], [`program`], [`objects`]: what jobs are made of
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

pub mod chain;
pub mod config;
mod core;
mod dispatch;
mod grpc;
mod http;
pub mod id;
pub mod job;
mod keeper;
mod listen;
pub mod machine;
mod metrics;
pub mod objects;
pub mod program;
mod start;
pub mod store;
mod tls;

pub use chain::{Chain, ChainError, OnChain};
pub use config::Config;
pub use start::{DATABASE, Running, StartError, open_store, start};
pub use store::{ApiKey, KeyRow, Store};
pub use tls::TlsError;
