//! What the suites of the market share: jobs, finished work, answers, and the books
//! that its events tell.
//!
//! - [`Plan`] and [`Work`]: a worker's batch, right or wrong in one respect
//! - [`answer_to`]: the answer to a demand
//! - [`MarketBook`]: orders, slots and batches from events alone

mod answers;
mod book;
mod jobs;
mod work;

pub use answers::answer_to;
pub use book::MarketBook;
pub use jobs::{LIE, MATRIX, PIPELINE, SEEDED, SEEDED_AGAIN, TALL, record, registration};
pub use work::{Plan, Signed, Task, Work};
