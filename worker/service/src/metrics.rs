//! What is measured, for Prometheus.

use service_kit::metrics::{Counters, Gauge, Registry, gauge, render};

use crate::{Report, Tasks};

/// What becomes of tasks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Refused,
    Done,
    Delivered,
    Failed,
    Dropped,
}

impl Outcome {
    const fn name(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::Done => "done",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
            Self::Dropped => "dropped",
        }
    }
}

/// All that is measured. What is counted is counted here; the rest is taken from a report
/// when it is asked for.
#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    tasks: Counters<1>,
    rate: Gauge,
    in_flight: Gauge,
    sessions: Gauge,
    idle: Gauge,
    measuring: Gauge,
    troubles: Gauge,
    waiting_tasks: Gauge,
    signed_batches: Gauge,
    open_batches: Gauge,
    settled_batches: Gauge,
    lost_batches: Gauge,
    waiting_coins: Gauge,
    pending_coins: Gauge,
    settled_coins: Gauge,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("ballast_worker");
        let help = "Offers and tasks, by what became of them";
        let tasks = Counters::register(&mut registry, "tasks", help, ["outcome"]);
        let mut gauge = |name: &str, help: &str| gauge(&mut registry, name, help);
        Self {
            tasks,
            rate: gauge("rate", "Ops per second that the device has measured"),
            in_flight: gauge("in_flight", "Tasks that it works on"),
            sessions: gauge("sessions", "Open sessions with coordinators"),
            idle: gauge("idle", "1 if it has nothing to do"),
            measuring: gauge("measuring", "1 while it works for a census"),
            troubles: gauge("troubles", "Parts whose last look failed"),
            waiting_tasks: gauge("waiting_tasks", "Tasks that are done and in no batch"),
            signed_batches: gauge("signed_batches", "Batches that are not on chain yet"),
            open_batches: gauge("open_batches", "Batches on chain that have not ended"),
            settled_batches: gauge("settled_batches", "Batches that have settled"),
            lost_batches: gauge(
                "lost_batches",
                "Batches that have failed or been overturned",
            ),
            waiting_coins: gauge("waiting_micro_coins", "What tasks in no batch are charged"),
            pending_coins: gauge("pending_micro_coins", "What open batches are charged"),
            settled_coins: gauge("settled_micro_coins", "What settled batches were charged"),
            registry,
        }
    }
}

impl Metrics {
    pub(crate) fn refused(&self) {
        self.tasks.inc([Outcome::Refused.name()]);
    }

    pub(crate) fn done(&self) {
        self.tasks.inc([Outcome::Done.name()]);
    }

    pub(crate) fn delivered(&self) {
        self.tasks.inc([Outcome::Delivered.name()]);
    }

    pub(crate) fn failed(&self) {
        self.tasks.inc([Outcome::Failed.name()]);
    }

    pub(crate) fn dropped(&self) {
        self.tasks.inc([Outcome::Dropped.name()]);
    }

    /// Tasks since the start.
    pub(crate) fn tasks(&self) -> Tasks {
        let read = |outcome: Outcome| self.tasks.get([outcome.name()]);
        Tasks {
            refused: read(Outcome::Refused),
            done: read(Outcome::Done),
            delivered: read(Outcome::Delivered),
            failed: read(Outcome::Failed),
            dropped: read(Outcome::Dropped),
        }
    }

    /// All of it as text.
    pub(crate) fn text(&self, report: &Report) -> String {
        let open = report.sessions.values();
        let open = open.filter(|session| session.coordinator.is_some()).count();
        let count = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
        let coins = &report.coins;
        for (gauge, value) in [
            (&self.rate, report.rate),
            (&self.in_flight, count(report.in_flight)),
            (&self.sessions, count(open)),
            (&self.idle, u64::from(report.idle_because.is_some())),
            (&self.measuring, u64::from(report.census.is_some())),
            (&self.troubles, count(report.troubles.len())),
            (&self.waiting_tasks, coins.waiting_tasks),
            (&self.signed_batches, coins.signed_batches),
            (&self.open_batches, coins.open_batches),
            (&self.settled_batches, coins.settled_batches),
            (&self.lost_batches, coins.lost_batches),
            (&self.waiting_coins, coins.waiting_charge),
            (&self.pending_coins, coins.pending_charge),
            (&self.settled_coins, coins.settled_charge),
        ] {
            gauge.set(i64::try_from(value).unwrap_or(i64::MAX));
        }
        render(&self.registry)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_counted_and_what_is_reported_is_shown() {
        let metrics = Metrics::default();
        metrics.done();
        metrics.done();
        metrics.refused();
        let report = Report {
            idle_because: Some("no session is open".to_owned()),
            rate: 7,
            ..Report::default()
        };
        let text = metrics.text(&report);
        for line in [
            "ballast_worker_tasks_total{outcome=\"done\"} 2",
            "ballast_worker_tasks_total{outcome=\"refused\"} 1",
            "ballast_worker_idle 1",
            "ballast_worker_rate 7",
        ] {
            assert!(text.contains(line), "{line}: {text}");
        }
        assert_eq!((metrics.tasks().done, metrics.tasks().failed), (2, 0));
    }
}
