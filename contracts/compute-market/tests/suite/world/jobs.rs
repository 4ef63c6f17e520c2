//! What is computed, and who signs.

pub(crate) use test_suite::{
    fixtures::public_key,
    market::{LIE, MATRIX, PIPELINE, SEEDED, SEEDED_AGAIN, TALL, registration},
};

use super::World;

impl World {
    /// Registers the programs of all jobs.
    pub(crate) fn register_all(&mut self) {
        let sender = self.stranger.clone();
        for job in [&*SEEDED, &*MATRIX, &*TALL, &*PIPELINE] {
            self.ok(&sender, &registration(job));
        }
    }
}
