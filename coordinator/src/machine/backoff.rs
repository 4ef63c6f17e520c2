//! How long a worker that fails is left alone: twice as long each time, until it
//! succeeds.

/// The first pause, in milliseconds.
const FIRST_MS: u64 = 500;

/// The longest one.
const LONGEST_MS: u64 = 60_000;

/// A worker's failures in a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Backoff {
    failures: u32,
    until_ms: u64,
}

impl Backoff {
    /// Something failed at `now_ms`.
    pub fn failed(&mut self, now_ms: u64) {
        let doubled = 1u64.checked_shl(self.failures).unwrap_or(u64::MAX);
        let pause = FIRST_MS.saturating_mul(doubled).min(LONGEST_MS);
        self.failures = self.failures.saturating_add(1).min(32);
        self.until_ms = self.until_ms.max(now_ms.saturating_add(pause));
    }

    /// Nothing failed, but the worker asks to be left alone for so long.
    pub fn pause(&mut self, now_ms: u64, pause_ms: u64) {
        self.until_ms = self.until_ms.max(now_ms.saturating_add(pause_ms));
    }

    /// Something succeeded.
    pub fn succeeded(&mut self) {
        *self = Self::default();
    }

    /// When it may be asked again, unless that is now.
    #[must_use]
    pub fn until(&self, now_ms: u64) -> Option<u64> {
        (self.until_ms > now_ms).then_some(self.until_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_a_minute_and_end_with_a_success() {
        let mut backoff = Backoff::default();
        assert_eq!(backoff.until(0), None);
        let pauses: Vec<_> = (0..10)
            .map(|_| {
                let now = 1_000_000;
                backoff.until_ms = 0;
                backoff.failed(now);
                backoff.until(now).unwrap() - now
            })
            .collect();
        assert_eq!(pauses[..4], [500, 1_000, 2_000, 4_000]);
        assert_eq!(pauses[9], LONGEST_MS);
        backoff.succeeded();
        assert_eq!(backoff.until(0), None);
    }
}
