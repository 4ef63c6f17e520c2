//! The auditor: checks results that were delivered, and proves on chain the ones that
//! are wrong.
//!
//! - [`Delivered`] is one task as its owner or its coordinator knows it
//! - [`check()`] finds out whether it is right: by Freivalds where the program allows it,
//!   else by a second run
//! - [`Case`] says what to do about a wrong one: the proof that overturns its batch, or
//!   what the worker has to be made to show for that
//! - [`Auditor`] does all of it for every task of an order, as a [`Coordinator`] tells
//!   them, on a [`Chain`]
//! - [`Settings`]: its configuration, as `audit.example.toml` has it
//!
//! What the chain can be shown is what the worker has committed to. Delivered bytes that
//! are not what its receipt commits to prove nothing ([`Finding::NotAsCommitted`]): the
//! app compares, and stops paying that coordinator.
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

mod case;
mod chain;
mod check;
mod coordinator;
mod follow;
mod metrics;
mod place;
mod private;
mod seen;
mod settings;
mod settle;
mod shown;

pub use case::{Case, Nothing, Step};
pub use chain::{Chain, Committed, OnChain, batch_of};
pub use check::{Delivered, Finding, check};
pub use coordinator::{Coordinator, CoordinatorError, JobLine};
pub use follow::{Auditor, Counts, FollowError, Told};
pub use metrics::Metrics;
pub use private::{Handed, Receipted, check_receipt};
pub use settings::Settings;
pub use shown::Shown;
