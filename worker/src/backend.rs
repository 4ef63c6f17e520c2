//! The one interface that every device has.

use std::ops::Range;

use compute_proofs::{Hash, census::Work};

use crate::{
    Device, WorkerError,
    task::{Outcome, Task, Tensor},
};

/// A device that does consensus work. Whatever it is, it gives the same bits.
pub trait Backend: Send {
    /// What it is.
    fn device(&self) -> &Device;

    /// Runs a program and commits to every output and input of it.
    ///
    /// # Errors
    /// [`WorkerError::Invalid`] if no device would run it;
    /// [`WorkerError::TooLarge`] before anything is allocated;
    /// [`WorkerError::Device`].
    fn run(&mut self, task: &Task<'_>) -> Result<Outcome, WorkerError>;

    /// The bare int32 product of `a`, M×K, and `b`, given transposed as N×K.
    /// Nobody commits to anything: this is what is compared with other libraries.
    ///
    /// # Errors
    /// As [`Self::run`].
    fn product(&mut self, a: &Tensor, b: &Tensor) -> Result<Tensor, WorkerError>;

    /// The most int8 operations in a second that the device can do with its operands in
    /// registers: what rates are a share of. None if this cannot be measured.
    ///
    /// # Errors
    /// [`WorkerError::Device`].
    fn dot_limit(&mut self) -> Result<Option<f64>, WorkerError> {
        Ok(None)
    }

    /// The roots of census units, in order.
    ///
    /// # Errors
    /// [`WorkerError::Invalid`], [`WorkerError::TooLarge`],
    /// [`WorkerError::Device`].
    fn census_roots(
        &mut self,
        work: Work,
        challenge: &[u8; 32],
        units: Range<u32>,
    ) -> Result<Vec<Hash>, WorkerError>;

    /// The whole product of one census unit, row-major: what an opening of it
    /// is made of.
    ///
    /// # Errors
    /// As [`Self::census_roots`].
    fn census_product(
        &mut self,
        work: Work,
        challenge: &[u8; 32],
        unit: u32,
    ) -> Result<Vec<i32>, WorkerError>;
}
