//! The parts that decide, without a clock, a disk or a network: whoever calls says what
//! time it is (milliseconds since 1970) and does what they answer.
//!
//! - [`draw`]: whom the beacon draws for a task
//! - [`board`]: tasks that wait, workers that are there, leases between them
//! - [`backoff`]: how long a worker that fails is left alone
//! - [`bucket`]: how often a key may ask
//! - [`cap`]: how many coins of work an order may bring in a day

pub mod backoff;
pub mod board;
pub mod bucket;
pub mod cap;
pub mod draw;
mod fleet;
mod queue;
