//! A worker that cheats, for demos: feature `cheat`, which no release has. Without the
//! feature there is nothing here that changes a result.

use worker::task::Outcome;

/// Spoils every so many results, before they are committed to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Spoil {
    #[cfg(feature = "cheat")]
    every: Option<std::num::NonZeroU32>,
    #[cfg(feature = "cheat")]
    done: std::sync::Arc<std::sync::atomic::AtomicU32>,
}

#[cfg(not(feature = "cheat"))]
impl Spoil {
    /// The result, as it is.
    #[allow(clippy::unused_self)]
    pub(crate) fn spoil(&self, outcome: Outcome) -> Outcome {
        outcome
    }
}

#[cfg(feature = "cheat")]
impl Spoil {
    /// Spoils each result whose number is a multiple of this.
    pub(crate) fn every(every: std::num::NonZeroU32) -> Self {
        Self {
            every: Some(every),
            done: std::sync::Arc::default(),
        }
    }

    /// The result, or one whose first element is off by one, committed to as if it was
    /// right. Of a program of several operations that is inside: the end stays right.
    pub(crate) fn spoil(&self, outcome: Outcome) -> Outcome {
        use std::sync::atomic::Ordering;
        let number = self.done.fetch_add(1, Ordering::Relaxed).wrapping_add(1);
        match self.every {
            Some(every) if number % every == 0 => {
                tracing::warn!("cheat: a result is spoilt");
                spoilt(&outcome).unwrap_or(outcome)
            }
            _ => outcome,
        }
    }
}

#[cfg(feature = "cheat")]
fn spoilt(outcome: &Outcome) -> Option<Outcome> {
    use worker::task::{Rooted, Tensor};
    let mut outputs = outcome.outputs.clone();
    let result = outputs.first_mut()?.first_mut()?;
    let spec = result.tensor.spec();
    let mut bytes = result.tensor.bytes().to_vec();
    let first = bytes.first_mut()?;
    *first ^= 1;
    let tensor = Tensor::new(spec, bytes).ok()?;
    *result = Rooted {
        root: tensor.root(),
        tensor,
    };
    Outcome::new(outcome.header, outcome.slots.clone(), outputs).ok()
}

#[cfg(all(test, feature = "cheat"))]
mod tests {
    use worker::{Backend, cpu::CpuBackend, job::MatrixJob};

    use super::*;

    #[test]
    fn every_second_result_is_off_by_one_and_committed_to_as_if_right() {
        let job = MatrixJob::seeded("job", [1; 32], 3, 4, 5).unwrap();
        let spoil = Spoil::every(2.try_into().unwrap());
        let honest = CpuBackend::default().run(&job.task()).unwrap();
        let result = |outcome: &Outcome| outcome.result().unwrap().clone();
        assert_eq!(result(&spoil.spoil(honest.clone())), result(&honest));
        let spoilt = spoil.spoil(honest.clone());
        let (lie, truth) = (result(&spoilt), result(&honest));
        assert_eq!(lie.tensor.root(), lie.root);
        assert_ne!(lie.root, truth.root);
        assert_ne!(spoilt.trace.root(), honest.trace.root());
        assert_eq!(lie.tensor.bytes()[1..], truth.tensor.bytes()[1..]);
    }
}
