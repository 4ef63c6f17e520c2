//! What was measured, as lines for people and as `docs/data/faults.json`.

use std::{collections::BTreeMap, fmt::Write, path::Path, time::Duration};

use anyhow::Result;
use test_suite::figures::{Figures, Row};

use crate::{How, Victim};

/// How one kind of outage went.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outages {
    /// How often.
    pub kills: u64,
    /// From each start until it served, sorted.
    pub served_after: Vec<Duration>,
}

/// A run that came to a good end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// The seed.
    pub seed: u64,
    /// Tasks, all accepted, done, right, and paid once.
    pub tasks: u64,
    /// What was killed, and how.
    pub outages: BTreeMap<(Kind, How), Outages>,
    /// What has ended by itself and was started again, and how often.
    pub ended: BTreeMap<String, u32>,
    /// Requests that nobody answered, and that were sent again.
    pub broken: u64,
    /// Answers that asked to come again later.
    pub later: u64,
    /// Tasks that were leased more than once.
    pub leased_again: u64,
    /// From each task's submission to its end, sorted.
    pub took: Vec<Duration>,
    /// Batches, all settled.
    pub batches: u64,
    /// Micro-coins that were paid.
    pub paid: u128,
    /// Micro-coins that were burnt.
    pub burnt: u128,
    /// From the first task to the last.
    pub load: Duration,
    /// All of it, from the chain's first block to the last check.
    pub all: Duration,
}

/// What a victim is, whichever worker it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The chain's node.
    Chain,
    /// The coordinator.
    Coordinator,
    /// The relayer.
    Relayer,
    /// A worker.
    Worker,
}

impl From<Victim> for Kind {
    fn from(victim: Victim) -> Self {
        match victim {
            Victim::Chain => Self::Chain,
            Victim::Coordinator => Self::Coordinator,
            Victim::Relayer => Self::Relayer,
            Victim::Worker(_) => Self::Worker,
        }
    }
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Self::Chain => "chain node",
            Self::Coordinator => "coordinator",
            Self::Relayer => "relayer",
            Self::Worker => "worker",
        }
    }
}

/// Of sorted times the one that so many percent are not above; zero if there are none.
fn percentile(sorted: &[Duration], percent: usize) -> Duration {
    let place = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
    sorted.get(place).copied().unwrap_or_default()
}

/// Seconds, to two decimals.
fn seconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 100.0).round() / 100.0
}

impl Report {
    /// For people.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        // Writing to a string does not fail.
        let _ = writeln!(
            text,
            "  killed                      times  served again after: median  longest"
        );
        for ((kind, how), outages) in &self.outages {
            let name = format!("{}, {how}", kind.name());
            let _ = writeln!(
                text,
                "  {name:<26}  {:>5}  {:>25.2} s  {:>5.2} s",
                outages.kills,
                percentile(&outages.served_after, 50).as_secs_f64(),
                percentile(&outages.served_after, 100).as_secs_f64()
            );
        }
        text.push('\n');
        for row in self.totals() {
            let name = row.name.trim_start_matches("run/");
            let _ = writeln!(text, "  {name:<42}  {} {}", row.value, row.unit);
        }
        for (name, count) in &self.ended {
            let _ = writeln!(text, "  {name} ended by itself {count} times");
        }
        text
    }

    fn totals(&self) -> Vec<Row> {
        let count =
            |name: &str, value: u64, unit: &str| Row::new(format!("run/{name}"), value, unit);
        let time = |name: &str, time: Duration| Row::new(format!("run/{name}"), seconds(time), "s");
        let ended = self.ended.values().copied().map(u64::from).sum();
        vec![
            count("accepted, done once, right, paid once", self.tasks, "tasks"),
            count("leased more than once", self.leased_again, "tasks"),
            count("sent again, since nobody answered", self.broken, "requests"),
            count(
                "sent again, since the answer asked for it",
                self.later,
                "requests",
            ),
            count("ended by itself, started again", ended, "processes"),
            count("settled", self.batches, "batches"),
            time("a task, median", percentile(&self.took, 50)),
            time("a task, 99 of 100", percentile(&self.took, 99)),
            time("a task, longest", percentile(&self.took, 100)),
            time("first task to last", self.load),
            time("all of it", self.all),
        ]
    }

    /// Writes the figures of `command` to a file.
    ///
    /// # Errors
    /// When that is not possible.
    pub fn write(&self, command: &str, workspace: &Path, file: &Path) -> Result<()> {
        let mut figures = Figures::new(command, workspace)?;
        for ((kind, how), outages) in &self.outages {
            let row = |column: &str| format!("killed/{}, {how}/{column}", kind.name());
            let time = |percent| seconds(percentile(&outages.served_after, percent));
            figures.rows.extend([
                Row::new(row("times"), outages.kills, "kills"),
                Row::new(row("median"), time(50), "s"),
                Row::new(row("longest"), time(100), "s"),
            ]);
        }
        figures.rows.extend(self.totals());
        figures.write(file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_of_what_was_measured() {
        let sorted: Vec<_> = (1..=10).map(Duration::from_secs).collect();
        assert_eq!(percentile(&sorted, 50), Duration::from_secs(5));
        assert_eq!(percentile(&sorted, 99), Duration::from_secs(10));
        assert_eq!(percentile(&sorted, 100), Duration::from_secs(10));
        assert_eq!(percentile(&[], 50), Duration::ZERO);
        assert!((seconds(Duration::from_millis(1_234)) - 1.23).abs() < 1e-9);
    }

    #[test]
    fn the_text_names_what_was_killed() {
        let outages = Outages {
            kills: 2,
            served_after: vec![Duration::from_secs(1), Duration::from_secs(3)],
        };
        let report = Report {
            outages: BTreeMap::from([((Kind::Worker, How::ForLong), outages)]),
            ..Report::default()
        };
        let text = report.to_text();
        assert!(text.contains("worker, for long"), "{text}");
        assert!(text.contains("3.00 s"), "{text}");
    }
}
