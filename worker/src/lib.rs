//! The engine of a Ballast worker: exact integer work on whatever computes.
//!
//! - [`Backend`]: one device that runs tasks, a CPU ([`cpu`]) or a GPU ([`gpu`])
//! - [`task`]: what goes in (a program, its inputs) and what comes out (tensors,
//!   their roots, the trace)
//! - [`devices`]: which devices there are, and opening one
//! - [`self_test`]: no device serves before it has given the right bits
//! - [`npy`], [`job`]: matrix jobs from files or from a seed
//! - [`store`]: what openings need, on disk, by content
//! - [`census`]: the capacity measurement
//! - [`verify`]: checking a result that someone else claims
//! - [`mod@bench`]: how fast a device is
//!
//! What an operation means is `exact-kernels`' to say, what a commitment is
//! `compute-proofs`'. Everything here is a faster way to the same bits, and is
//! tested against them.
#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic)
)]

mod backend;
pub mod bench;
pub mod census;
pub mod cpu;
mod device;
pub mod devices;
mod error;
pub mod gpu;
pub mod job;
mod kernels;
pub mod npy;
pub mod self_test;
pub mod store;
pub mod task;
#[cfg(test)]
mod testing;
pub mod verify;

pub use backend::Backend;
pub use device::{BackendKind, Class, Device, Limits};
pub use error::{DeviceFault, WorkerError};
