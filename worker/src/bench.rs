//! How fast a device is, as the census and as matrix jobs see it.

use std::time::{Duration, Instant};

use compute_proofs::census::Work;
use serde::Serialize;

use crate::{
    Backend, WorkerError,
    census::Lane,
    job::{JobError, MatrixJob},
};

/// A measured rate.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Rate {
    /// What was measured.
    pub what: String,
    /// How many units or runs.
    pub count: u32,
    /// In how many seconds.
    pub seconds: f64,
    /// Operations per second in all, operands and commitments included.
    pub ops_per_second: f64,
}

impl Rate {
    /// `count` times `ops` operations in this time.
    #[must_use]
    pub fn new(what: String, count: u32, ops: u128, took: Duration) -> Self {
        let seconds = took.as_secs_f64();
        // A figure to look at: rounding it to 53 bits is fine.
        #[allow(clippy::cast_precision_loss)]
        let ops = ops as f64 * f64::from(count);
        Self {
            what,
            count,
            seconds,
            ops_per_second: ops / seconds.max(f64::MIN_POSITIVE),
        }
    }
}

/// The census rate: units of this work done in about `window`.
///
/// # Errors
/// What the device fails with.
pub fn census(
    backend: &mut dyn Backend,
    work: Work,
    window: Duration,
    progress: impl FnMut(u32),
) -> Result<Rate, WorkerError> {
    // The first unit compiles kernels and takes memory.
    backend.census_roots(work, &[0; 32], 0..1)?;
    let mut lane = Lane::new(work, [1; 32]);
    let start = Instant::now();
    lane.run_until(backend, || start.elapsed(), window, progress)?;
    let what = format!("census {}", work.n());
    Ok(Rate::new(what, lane.units(), work.ops(), start.elapsed()))
}

/// The rate of N×N×N matrix jobs from a seed, int32 result read back and all
/// commitments made.
///
/// # Errors
/// [`JobError`] for an N that there is not, as a [`WorkerError::Invalid`]; what
/// the device fails with.
pub fn matrix(backend: &mut dyn Backend, n: u32, window: Duration) -> Result<Rate, WorkerError> {
    let name = format!("matrix {n}");
    let job = MatrixJob::seeded(&name, [1; 32], n, n, n).map_err(|error| match error {
        JobError::Invalid(source) => WorkerError::invalid(&name)(source),
        // From a seed, nothing else can be wrong.
        _ => WorkerError::invalid(&name)(compute_proofs::ProofError::Missing { what: "job" }),
    })?;
    backend.run(&job.task())?;
    let start = Instant::now();
    let mut count = 0;
    while count == 0 || start.elapsed() < window {
        backend.run(&job.task())?;
        count += 1;
    }
    let ops = 2 * u128::from(n).pow(3);
    Ok(Rate::new(name, count, ops, start.elapsed()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cpu::CpuBackend;

    #[test]
    fn a_rate_is_work_over_time() {
        let rate = Rate::new("x".to_owned(), 3, 1_000, Duration::from_millis(1_500));
        assert!((rate.ops_per_second - 2_000.0).abs() < 1e-6);
    }

    #[test]
    fn both_measures_do_at_least_one_piece_of_work() {
        let mut cpu = CpuBackend::default();
        let rate = matrix(&mut cpu, 16, Duration::ZERO).unwrap();
        assert_eq!((rate.what.as_str(), rate.count), ("matrix 16", 1));
        let work = Work::new(16, 8).unwrap();
        let rate = census(&mut cpu, work, Duration::from_millis(1), |_| ()).unwrap();
        assert!(rate.count >= 1);
        assert!(matrix(&mut cpu, 0, Duration::ZERO).is_err());
    }
}
