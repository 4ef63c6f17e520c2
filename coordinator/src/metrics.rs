//! What the coordinator counts. All names begin with `ballast_coordinator_`.

use service_kit::metrics::{Counters, Gauge, Histogram, Registry, counter, gauge, render, seconds};

/// Counters, gauges and histograms.
pub(crate) struct Metrics {
    registry: Registry,
    /// Requests by route and status.
    pub(crate) requests: Counters<2>,
    /// Requests refused, by error code.
    pub(crate) refused: Counters<1>,
    /// Jobs by what became of them.
    pub(crate) jobs: Counters<1>,
    /// Leases that ended without a result, by cause.
    pub(crate) leases_ended: Counters<1>,
    /// Leases given.
    pub(crate) leases: service_kit::metrics::Counter,
    /// Results that were not taken, by code.
    pub(crate) results_refused: Counters<1>,
    /// Sessions that were not opened, by reason.
    pub(crate) sessions_refused: Counters<1>,
    /// Uploads and downloads of workers that were refused, by reason.
    pub(crate) transfers_refused: Counters<1>,
    /// Questions to the chain that failed, by what was asked.
    pub(crate) chain_failures: Counters<1>,
    /// Jobs that are not over.
    pub(crate) live: Gauge,
    /// Those that a worker has.
    pub(crate) leased: Gauge,
    /// Workers with a session.
    pub(crate) connected: Gauge,
    /// From a request to its job on disk.
    pub(crate) accept_seconds: Histogram,
    /// From a job's acceptance to its result.
    pub(crate) job_seconds: Histogram,
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl Metrics {
    /// All at zero.
    #[must_use]
    pub(crate) fn new() -> Self {
        let mut registry = Registry::with_prefix("ballast_coordinator");
        let r = &mut registry;
        Self {
            requests: Counters::register(
                r,
                "requests",
                "Requests by route and status",
                ["route", "status"],
            ),
            refused: Counters::register(
                r,
                "requests_refused",
                "Requests refused, by code",
                ["code"],
            ),
            jobs: Counters::register(r, "jobs", "Jobs by what became of them", ["outcome"]),
            leases_ended: Counters::register(
                r,
                "leases_ended",
                "Leases ended without a result",
                ["cause"],
            ),
            leases: counter(r, "leases", "Leases given"),
            results_refused: Counters::register(
                r,
                "results_refused",
                "Results not taken, by code",
                ["code"],
            ),
            sessions_refused: Counters::register(
                r,
                "sessions_refused",
                "Sessions not opened",
                ["reason"],
            ),
            transfers_refused: Counters::register(
                r,
                "transfers_refused",
                "Uploads and downloads refused",
                ["reason"],
            ),
            chain_failures: Counters::register(
                r,
                "chain_failures",
                "Questions to the chain that failed",
                ["what"],
            ),
            live: gauge(r, "jobs_live", "Jobs that are not over"),
            leased: gauge(r, "jobs_leased", "Jobs that a worker has"),
            connected: gauge(r, "workers_connected", "Workers with a session"),
            accept_seconds: seconds(r, "accept_seconds", "From a request to its job on disk"),
            job_seconds: seconds(r, "job_seconds", "From a job's acceptance to its result"),
            registry,
        }
    }

    /// As Prometheus reads it.
    #[must_use]
    pub(crate) fn text(&self) -> String {
        render(&self.registry)
    }
}
