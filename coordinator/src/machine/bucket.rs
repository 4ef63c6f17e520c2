//! How often a key may ask: a bucket of tokens that fills at a rate.

/// Thousandths of a token, so that slow rates fill too.
const TOKEN: u64 = 1_000;

/// One key's bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bucket {
    /// Thousandths of a token that are there.
    level: u64,
    filled_ms: u64,
}

/// How buckets fill.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Tokens a second.
    pub per_second: u32,
    /// Tokens that a bucket holds.
    pub burst: u32,
}

impl Bucket {
    /// A full one.
    #[must_use]
    pub fn new(rate: Rate, now_ms: u64) -> Self {
        Self {
            level: u64::from(rate.burst).saturating_mul(TOKEN),
            filled_ms: now_ms,
        }
    }

    /// Takes a token, or says in how many milliseconds there is one.
    ///
    /// # Errors
    /// The milliseconds to wait, at least 1.
    pub fn take(&mut self, rate: Rate, now_ms: u64) -> Result<(), u64> {
        let passed = now_ms.saturating_sub(self.filled_ms);
        // A token a second is a thousandth of one a millisecond.
        let more = passed.saturating_mul(u64::from(rate.per_second));
        let most = u64::from(rate.burst).saturating_mul(TOKEN);
        self.level = self.level.saturating_add(more).min(most);
        self.filled_ms = self.filled_ms.max(now_ms);
        match self.level.checked_sub(TOKEN) {
            Some(level) => {
                self.level = level;
                Ok(())
            }
            None => {
                let missing = TOKEN.saturating_sub(self.level);
                Err(missing.div_ceil(u64::from(rate.per_second).max(1)).max(1))
            }
        }
    }

    /// Whether it is as good as a new one, so that it need not be kept.
    #[must_use]
    pub fn is_full(&self, rate: Rate, now_ms: u64) -> bool {
        let passed = now_ms.saturating_sub(self.filled_ms);
        let more = passed.saturating_mul(u64::from(rate.per_second));
        self.level.saturating_add(more) >= u64::from(rate.burst).saturating_mul(TOKEN)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_then_the_rate() {
        let rate = Rate {
            per_second: 2,
            burst: 3,
        };
        let mut bucket = Bucket::new(rate, 0);
        for _ in 0..3 {
            assert_eq!(bucket.take(rate, 0), Ok(()));
        }
        assert_eq!(bucket.take(rate, 0), Err(500));
        assert_eq!(bucket.take(rate, 499), Err(1));
        assert_eq!(bucket.take(rate, 500), Ok(()));
        assert!(!bucket.is_full(rate, 500));
        assert!(bucket.is_full(rate, 10_000));
    }

    #[test]
    fn a_clock_that_goes_back_gives_nothing_away() {
        let rate = Rate {
            per_second: 1,
            burst: 1,
        };
        let mut bucket = Bucket::new(rate, 5_000);
        assert_eq!(bucket.take(rate, 5_000), Ok(()));
        assert!(bucket.take(rate, 1_000).is_err());
        assert!(bucket.take(rate, 5_500).is_err());
        assert_eq!(bucket.take(rate, 6_000), Ok(()));
    }
}
