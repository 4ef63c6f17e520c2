//! What every service shares.
//!
//! - [`config`]: one TOML file, overridden by the environment; errors name the line and
//!   the cure
//! - [`exporter`]: metrics and health over HTTP
//! - [`logs`]: `tracing` to stderr, filtered by a directive
//! - [`metrics`]: counters, gauges and histograms in Prometheus' text format
//! - [`shutdown`]: one signal that all tasks of a service wait for
#![forbid(unsafe_code)]
#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic)
)]

pub mod config;
pub mod exporter;
pub mod logs;
pub mod metrics;
pub mod shutdown;

pub use shutdown::Shutdown;
