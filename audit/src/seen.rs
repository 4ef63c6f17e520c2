//! Which tasks are done with. Pure.

use std::collections::{BTreeMap, BTreeSet};

/// Looks that pass, at most, before a job that could not be read is tried again.
const MAX_PAUSE: u64 = 64;

/// How often that is tried.
const MAX_TRIES: u32 = 8;

/// A job that could not be checked.
#[derive(Clone, Copy, Debug)]
struct Failing {
    tries: u32,
    again: u64,
}

/// Which tasks were checked, and which could not be.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// All below are over, and checked where they were done.
    below: u64,
    /// Those from there on that were checked or given up.
    done_with: BTreeSet<u64>,
    failing: BTreeMap<u64, Failing>,
    /// Looks so far.
    looks: u64,
}

impl Seen {
    /// Another look begins.
    pub(crate) fn look(&mut self) {
        self.looks = self.looks.saturating_add(1);
    }

    /// Whether all up to this task is done with, so that nobody need look further back.
    pub(crate) fn is_below(&self, nonce: u64) -> bool {
        nonce < self.below
    }

    /// Whether to check it in this look.
    pub(crate) fn wants(&self, nonce: u64) -> bool {
        let waits = self.failing.get(&nonce);
        let waits = waits.is_some_and(|failing| failing.again > self.looks);
        !self.is_below(nonce) && !self.done_with.contains(&nonce) && !waits
    }

    pub(crate) fn checked(&mut self, nonce: u64) {
        self.failing.remove(&nonce);
        self.done_with.insert(nonce);
    }

    /// It could not be checked: how often by now, and whether it is given up. It is tried
    /// again after twice as many looks each time.
    pub(crate) fn failed(&mut self, nonce: u64) -> (u32, bool) {
        let looks = self.looks;
        let entry = self.failing.entry(nonce).or_insert(Failing {
            tries: 0,
            again: looks,
        });
        let pause = 2_u64.saturating_pow(entry.tries).min(MAX_PAUSE);
        entry.tries = entry.tries.saturating_add(1);
        entry.again = looks.saturating_add(pause);
        let tries = entry.tries;
        let is_given_up = tries >= MAX_TRIES;
        if is_given_up {
            self.checked(nonce);
        }
        (tries, is_given_up)
    }

    /// All jobs below this one are over: those that were checked need not be remembered
    /// one by one.
    pub(crate) fn all_over_below(&mut self, nonce: u64) {
        let waiting = self.failing.keys().next().copied();
        let below = waiting.map_or(nonce, |waiting| waiting.min(nonce));
        self.below = self.below.max(below);
        self.done_with = self.done_with.split_off(&self.below);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_late_is_not_forgotten() {
        let mut seen = Seen::default();
        seen.look();
        assert!(seen.wants(0));
        seen.checked(0);
        seen.checked(2);
        // 1 still runs.
        seen.all_over_below(1);
        assert!(!seen.wants(0) && seen.wants(1) && !seen.wants(2));
        seen.checked(1);
        seen.all_over_below(3);
        assert!(seen.is_below(2) && !seen.is_below(3));
        assert!(seen.done_with.is_empty());
    }

    #[test]
    fn what_cannot_be_read_is_tried_less_and_less_often_and_holds_nothing_up() {
        let mut seen = Seen::default();
        let mut tried = Vec::new();
        for look in 0..400 {
            seen.look();
            if seen.wants(5) {
                tried.push(look);
                seen.failed(5);
            }
            seen.all_over_below(10);
        }
        assert_eq!(tried, [0, 1, 3, 7, 15, 31, 63, 127]);
        assert!(seen.is_below(9), "it is given up");
    }
}
