//! Who is killed when, from a seed. Pure: neither clock nor processes.
//!
//! A run is one or more cycles, each with the same parts and other moments:
//!
//! | part of a cycle | what is killed |
//! |---|---|
//! | 2 to 51 % | each process alone, in an order that is drawn |
//! | 56 to 59 % | all of them at the same moment |
//! | 66 to 70 % | the coordinator, and then, before it can be told of what it has done, one worker, which stays away for longer than its leases last |
//! | 78 and 88 % | two of the others at the same moment |

use std::{fmt, time::Duration};

use test_suite::scale::Random;

/// How long a cycle is.
pub const CYCLE: Duration = Duration::from_secs(75);

/// How long the worker stays away that misses its leases.
pub const LONG: Duration = Duration::from_secs(16);

/// How long after the coordinator that worker is killed: it has done then what it had, and
/// the coordinator is still down.
const THEN: (u64, u64) = (200, 400);

/// How long others are down: from the first to the second.
const SHORT: (u64, u64) = (500, 2_500);

/// What is killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Victim {
    /// The chain's node.
    Chain,
    /// The coordinator.
    Coordinator,
    /// The relayer.
    Relayer,
    /// A worker, from 0.
    Worker(usize),
}

/// In which part of a cycle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum How {
    /// Everything else runs.
    Alone,
    /// One other is killed at the same moment.
    WithAnother,
    /// All are killed at the same moment.
    Together,
    /// Just after the coordinator, for longer than its leases last.
    ForLong,
}

impl fmt::Display for How {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Alone => "alone",
            Self::WithAnother => "with another",
            Self::Together => "all together",
            Self::ForLong => "for long",
        })
    }
}

/// One process, killed once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outage {
    /// Which.
    pub victim: Victim,
    /// In which part of the cycle.
    pub how: How,
    /// When it is killed, from the beginning of the load.
    pub at: Duration,
    /// How long after that it is started again.
    pub down: Duration,
}

/// The outages of `cycles` cycles with so many workers, in the order of their time.
#[must_use]
pub fn outages(random: &mut Random, workers: usize, cycles: u32) -> Vec<Outage> {
    let mut all: Vec<_> = (0..cycles)
        .flat_map(|number| cycle(random, workers, CYCLE.saturating_mul(number)))
        .collect();
    all.sort_by_key(|outage| outage.at);
    all
}

fn cycle(random: &mut Random, workers: usize, begin: Duration) -> Vec<Outage> {
    let mut victims = vec![Victim::Chain, Victim::Coordinator, Victim::Relayer];
    victims.extend((0..workers).map(Victim::Worker));
    shuffle(random, &mut victims);
    let mut outages = Vec::new();
    // Each has a stretch of its own, and is back within it.
    let count = u32::try_from(victims.len()).unwrap_or(u32::MAX).max(1);
    let stretch = part(490) / count;
    for (victim, number) in victims.iter().zip(0..) {
        let from = part(20) + stretch * number;
        let spare = stretch.saturating_sub(Duration::from_millis(SHORT.1));
        outages.push(Outage {
            victim: *victim,
            how: How::Alone,
            at: begin + from + within(random, spare),
            down: short(random),
        });
    }
    let at = begin + part(560) + within(random, part(30));
    outages.extend(victims.iter().map(|victim| Outage {
        victim: *victim,
        how: How::Together,
        at,
        down: short(random),
    }));
    // Of the first issuer's workers, the first half: they serve redemptions too, and so
    // have work in hand.
    let away = draw(random, workers.div_ceil(2)).map(Victim::Worker);
    if let Some(victim) = away {
        let at = begin + part(660) + within(random, part(40));
        outages.push(Outage {
            victim: Victim::Coordinator,
            how: How::WithAnother,
            at,
            down: short(random),
        });
        outages.push(Outage {
            victim,
            how: How::ForLong,
            at: at + between(random, THEN),
            down: LONG,
        });
    }
    for from in [780, 880] {
        let mut others: Vec<_> = victims.iter().filter(|at| Some(**at) != away).collect();
        shuffle(random, &mut others);
        let at = begin + part(from) + within(random, part(50));
        outages.extend(others.into_iter().take(2).map(|victim| Outage {
            victim: *victim,
            how: How::WithAnother,
            at,
            down: short(random),
        }));
    }
    outages
}

/// So many thousandths of a cycle.
fn part(permille: u32) -> Duration {
    CYCLE * permille / 1_000
}

fn short(random: &mut Random) -> Duration {
    between(random, SHORT)
}

/// From the first number of milliseconds to the second.
fn between(random: &mut Random, (from, to): (u64, u64)) -> Duration {
    Duration::from_millis(from + random.below(to.saturating_sub(from)))
}

fn within(random: &mut Random, time: Duration) -> Duration {
    let millis = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    Duration::from_millis(random.below(millis))
}

/// One out of `0..count`.
fn draw(random: &mut Random, count: usize) -> Option<usize> {
    let count = u64::try_from(count).unwrap_or(u64::MAX);
    let drawn = usize::try_from(random.below(count)).ok();
    drawn.filter(|_| count > 0)
}

/// Fisher and Yates.
fn shuffle<T>(random: &mut Random, items: &mut [T]) {
    for last in (1..items.len()).rev() {
        if let Some(other) = draw(random, last + 1) {
            items.swap(last, other);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

    fn plan(seed: u64) -> Vec<Outage> {
        outages(&mut Random::new(seed), 4, 2)
    }

    #[test]
    fn a_seed_is_a_plan() {
        assert_eq!(plan(7), plan(7));
        assert_ne!(plan(7), plan(8));
    }

    #[test]
    fn everything_is_killed_alone_and_together_in_every_cycle() {
        for seed in 0..200 {
            for number in 0..2 {
                let begin = CYCLE * number;
                let own = plan(seed);
                let own = own
                    .iter()
                    .filter(|at| at.at >= begin && at.at < begin + CYCLE);
                let mut by_how: BTreeMap<How, BTreeSet<Victim>> = BTreeMap::new();
                for outage in own {
                    by_how.entry(outage.how).or_default().insert(outage.victim);
                }
                assert_eq!(by_how[&How::Alone].len(), 7);
                assert_eq!(by_how[&How::Together].len(), 7);
                assert_eq!(by_how[&How::ForLong].len(), 1);
                assert!(by_how[&How::WithAnother].len() >= 2);
            }
        }
    }

    #[test]
    fn nothing_is_killed_while_it_is_down_and_one_alone_means_alone() {
        for seed in 0..200 {
            let all = plan(seed);
            for (place, one) in all.iter().enumerate() {
                let end = one.at + one.down;
                for other in &all[place + 1..] {
                    let overlaps = other.at < end;
                    assert!(!overlaps || one.victim != other.victim, "{one:?} {other:?}");
                    let alone = one.how == How::Alone || other.how == How::Alone;
                    assert!(!overlaps || !alone, "{one:?} {other:?}");
                }
            }
        }
    }
}
