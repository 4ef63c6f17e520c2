//! The auditor: checks results that were delivered, and proves on chain the ones that
//! are wrong.
//!
//! - [`Delivered`] is one task as its owner or its coordinator knows it
//! - [`check()`] finds out whether it is right: by Freivalds where the program allows it,
//!   else by a second run
//! - [`Auditor`] does both for every task of an order, as a [`Coordinator`] tells them
//! - [`fraud_proof()`] makes the transaction that overturns the batch, from the receipts
//!   that are in it; [`batch_of`] finds the batch on chain
//!
//! What the chain can be shown is what the worker has committed to. Delivered bytes that
//! are not what its receipt commits to prove nothing ([`Finding::NotAsCommitted`]): the
//! app compares, and stops paying that coordinator.
#![forbid(unsafe_code)]

mod chain;
mod check;
mod coordinator;
mod follow;
mod prove;

pub use chain::{Committed, batch_of, open_batches};
pub use check::{Delivered, Finding, check};
pub use coordinator::{Coordinator, CoordinatorError, JobLine};
pub use follow::{Auditor, Counts, FollowError, Told};
pub use prove::{AuditError, fraud_proof};
