//! What is measured.

use service_kit::metrics::{Gauge, Registry, gauge};

use crate::Auditor;

/// What an auditor has done, for Prometheus.
#[derive(Clone, Debug)]
pub struct Metrics {
    checked: Gauge,
    private: Gauge,
    wrong: Gauge,
    unchecked: Gauge,
    demanded: Gauge,
    proven: Gauge,
    failed: Gauge,
    open: Gauge,
    failing: Gauge,
}

impl Metrics {
    /// Metrics that `registry` shows.
    pub fn register(registry: &mut Registry) -> Self {
        let mut gauge = |name: &str, help: &str| gauge(registry, name, help);
        Self {
            checked: gauge("checked", "Tasks that were checked"),
            private: gauge("private", "Private tasks whose receipts were checked"),
            wrong: gauge("wrong", "Tasks that were wrong"),
            unchecked: gauge("unchecked", "Tasks that could not be checked"),
            demanded: gauge("demanded", "Demands that were made"),
            proven: gauge("proven", "Batches that were overturned"),
            failed: gauge("failed", "Batches of wrong tasks that have failed"),
            open: gauge("open", "Wrong tasks that nothing is decided about"),
            failing: gauge("failing", "1 if the last look failed"),
        }
    }

    /// Takes note of a look.
    pub fn note(&self, auditor: &Auditor, is_well: bool) {
        let counts = auditor.counts();
        let open = u64::try_from(auditor.open()).unwrap_or(u64::MAX);
        for (gauge, value) in [
            (&self.checked, counts.checked),
            (&self.private, counts.private),
            (&self.wrong, counts.wrong),
            (&self.unchecked, counts.unchecked),
            (&self.demanded, counts.demanded),
            (&self.proven, counts.proven),
            (&self.failed, counts.failed),
            (&self.open, open),
            (&self.failing, u64::from(!is_well)),
        ] {
            gauge.set(i64::try_from(value).unwrap_or(i64::MAX));
        }
    }
}
