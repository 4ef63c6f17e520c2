//! Metrics in Prometheus' text format (OpenMetrics).
//!
//! ```
//! use service_kit::metrics::{Counters, Registry, render};
//!
//! let mut registry = Registry::with_prefix("ballast_relayer");
//! let cranks = Counters::register(&mut registry, "cranks", "Cranks turned, by kind", ["kind"]);
//! cranks.inc(["seal_slot"]);
//! assert!(render(&registry).contains("ballast_relayer_cranks_total{kind=\"seal_slot\"} 1"));
//! ```

pub use prometheus_client::metrics::{counter::Counter, gauge::Gauge, histogram::Histogram};
pub use prometheus_client::registry::Registry;

use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::family::Family;

/// What [`render`] answers is of this type.
pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// All metrics as text.
#[must_use]
pub fn render(registry: &Registry) -> String {
    let mut text = String::new();
    // Writing to a string does not fail.
    let _ = encode(&mut text, registry);
    text
}

/// Counters told apart by `N` labels. Clones share everything. Label values must come
/// from a small set: each combination is kept for ever.
#[derive(Clone, Debug)]
pub struct Counters<const N: usize> {
    names: [&'static str; N],
    family: Family<Vec<(&'static str, String)>, Counter>,
}

impl<const N: usize> Counters<N> {
    /// A family that `registry` shows.
    pub fn register(
        registry: &mut Registry,
        name: &str,
        help: &str,
        labels: [&'static str; N],
    ) -> Self {
        let family = Family::default();
        registry.register(name, help, family.clone());
        Self {
            names: labels,
            family,
        }
    }

    /// Adds one to the counter of these label values.
    pub fn inc(&self, labels: [&str; N]) {
        self.counter(labels).inc();
    }

    /// How much the counter of these label values is.
    #[must_use]
    pub fn get(&self, labels: [&str; N]) -> u64 {
        self.counter(labels).get()
    }

    fn counter(&self, labels: [&str; N]) -> Counter {
        let names = self.names.iter().copied();
        let labels = names.zip(labels.map(str::to_owned)).collect();
        self.family.get_or_create(&labels).clone()
    }
}

/// A counter that `registry` shows.
pub fn counter(registry: &mut Registry, name: &str, help: &str) -> Counter {
    let counter = Counter::default();
    registry.register(name, help, counter.clone());
    counter
}

/// A gauge that `registry` shows.
pub fn gauge(registry: &mut Registry, name: &str, help: &str) -> Gauge {
    let gauge = Gauge::default();
    registry.register(name, help, gauge.clone());
    gauge
}

/// A histogram of seconds, from a millisecond to about a minute, that `registry` shows.
pub fn seconds(registry: &mut Registry, name: &str, help: &str) -> Histogram {
    let buckets = [
        0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0,
    ];
    let histogram = Histogram::new(buckets);
    registry.register(name, help, histogram.clone());
    histogram
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_counted_is_shown() {
        let mut registry = Registry::with_prefix("x");
        let family = Counters::register(&mut registry, "refused", "Why", ["reason"]);
        let waiting = gauge(&mut registry, "waiting", "How many");
        let took = seconds(&mut registry, "took_seconds", "How long");
        family.inc(["late"]);
        family.inc(["late"]);
        waiting.set(3);
        took.observe(0.004);
        let text = render(&registry);
        assert!(
            text.contains("x_refused_total{reason=\"late\"} 2"),
            "{text}"
        );
        assert!(text.contains("x_waiting 3"), "{text}");
        assert!(
            text.contains("x_took_seconds_bucket{le=\"0.005\"} 1"),
            "{text}"
        );
        assert_eq!(family.get(["late"]), 2);
        assert_eq!(family.get(["early"]), 0);
    }
}
