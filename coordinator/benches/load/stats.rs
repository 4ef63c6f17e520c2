//! Percentiles.

use std::time::Duration;

use test_suite::figures::{Number, Row};

/// The value that `part` of all are at or below.
pub(crate) fn percentile(sorted: &[Duration], part: f64) -> Duration {
    let last = sorted.len().saturating_sub(1);
    let at = (last as f64 * part).round() as usize;
    sorted.get(at).copied().unwrap_or_default()
}

/// Milliseconds to a hundredth.
pub(crate) fn ms(duration: Duration) -> Number {
    Number::Decimal((duration.as_secs_f64() * 1e5).round() / 100.0)
}

/// Rows NAME/p50, NAME/p99 and NAME/longest, in milliseconds.
pub(crate) fn rows(name: &str, mut took: Vec<Duration>) -> Vec<Row> {
    took.sort_unstable();
    let row = |column: &str, value: Duration| Row::new(format!("{name}/{column}"), ms(value), "ms");
    vec![
        row("p50", percentile(&took, 0.5)),
        row("p99", percentile(&took, 0.99)),
        row("longest", took.last().copied().unwrap_or_default()),
    ]
}

/// So many in so long, to a whole number a second.
pub(crate) fn rate(count: usize, took: Duration) -> u64 {
    (count as f64 / took.as_secs_f64().max(1e-9)).round() as u64
}
