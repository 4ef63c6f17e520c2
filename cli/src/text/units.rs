//! Numbers with their units. All round down: nobody is told of more than there is.

use time::OffsetDateTime;

/// Where nothing is to be said.
pub(super) const NONE: &str = "–";

/// A whole number, in groups of three digits.
pub(crate) fn whole(number: impl Into<u128>) -> String {
    let digits = number.into().to_string();
    let mut made = String::new();
    for (at, digit) in digits.chars().enumerate() {
        let left = digits.len().saturating_sub(at);
        if at > 0 && left.is_multiple_of(3) {
            made.push(' ');
        }
        made.push(digit);
    }
    made
}

/// Micro-coins as coins, without a unit: `20 000`, `12.5`.
pub(crate) fn coins(micro: impl Into<u128>) -> String {
    decimals(micro.into(), 1_000_000, 6)
}

/// Parts of 10 000 as `12.5 %`.
pub(crate) fn parts(bps: u32) -> String {
    format!("{} %", decimals(bps.into(), 100, 2))
}

/// `amount / unit` with up to `places` decimals, as many as it takes.
fn decimals(amount: u128, unit: u128, places: usize) -> String {
    let left = amount.checked_rem(unit).unwrap_or(0);
    let fraction = format!("{left:0>places$}");
    let fraction = fraction.trim_end_matches('0');
    let whole = whole(amount.checked_div(unit).unwrap_or(0));
    match fraction.is_empty() {
        true => whole,
        false => format!("{whole}.{fraction}"),
    }
}

/// Ops per second: `1.5 TOPS`.
pub(crate) fn rate(ops: impl Into<u128>) -> String {
    let (number, prefix) = prefixed(ops.into());
    format!("{number} {prefix}OPS")
}

/// Ops: `90 T ops`.
pub(crate) fn ops(ops: impl Into<u128>) -> String {
    let (number, prefix) = prefixed(ops.into());
    match prefix {
        "" => format!("{number} ops"),
        prefix => format!("{number} {prefix} ops"),
    }
}

/// With the largest prefix below it and two decimals.
fn prefixed(number: u128) -> (String, &'static str) {
    const PREFIXES: [(u128, &str); 6] = [
        (1_000_000_000_000_000_000, "E"),
        (1_000_000_000_000_000, "P"),
        (1_000_000_000_000, "T"),
        (1_000_000_000, "G"),
        (1_000_000, "M"),
        (1_000, "k"),
    ];
    let found = PREFIXES.iter().find(|(unit, _)| number >= *unit);
    let Some((unit, prefix)) = found else {
        return (number.to_string(), "");
    };
    let hundredths = number.saturating_mul(100).checked_div(*unit).unwrap_or(0);
    (decimals(hundredths, 100, 2), prefix)
}

/// Seconds in their two largest units: `2 d 3 h`, `90 s` as `1 min 30 s`.
pub(crate) fn duration(seconds: u64) -> String {
    const UNITS: [(u64, u64, &str, &str); 3] = [
        (86_400, 3_600, "d", "h"),
        (3_600, 60, "h", "min"),
        (60, 1, "min", "s"),
    ];
    let found = UNITS.iter().find(|(unit, ..)| seconds >= *unit);
    let Some((unit, lower, name, lower_name)) = found else {
        return format!("{seconds} s");
    };
    let first = seconds.checked_div(*unit).unwrap_or(0);
    let left = seconds.checked_rem(*unit).unwrap_or(0);
    match left.checked_div(*lower).unwrap_or(0) {
        0 => format!("{first} {name}"),
        second => format!("{first} {name} {second} {lower_name}"),
    }
}

/// A moment, and how far from `now` it is: `2026-01-31 12:00:00 UTC (in 3 min)`. The
/// moment alone where `now` is 0: not known.
pub(crate) fn time(moment: u64, now: u64) -> String {
    if now == 0 {
        return date(moment);
    }
    let distance = match (moment.checked_sub(now), now.checked_sub(moment)) {
        (Some(0), _) => "now".to_owned(),
        (Some(later), _) => format!("in {}", duration(later)),
        (_, earlier) => format!("{} ago", duration(earlier.unwrap_or(0))),
    };
    format!("{} ({distance})", date(moment))
}

fn date(moment: u64) -> String {
    let parsed = i64::try_from(moment).ok();
    let parsed = parsed.and_then(|moment| OffsetDateTime::from_unix_timestamp(moment).ok());
    // None beyond the year 9999.
    let Some(at) = parsed else {
        return format!("{moment} s");
    };
    let (year, month, day) = at.to_calendar_date();
    let (hour, minute, second) = at.to_hms();
    let month = u8::from(month);
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02} UTC")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_readable_and_never_too_large() {
        assert_eq!(whole(0_u64), "0");
        assert_eq!(whole(1_234_567_u64), "1 234 567");
        assert_eq!(coins(20_000_000_000_u128), "20 000");
        assert_eq!(coins(12_500_001_u128), "12.500001");
        assert_eq!(coins(1_u128), "0.000001");
        assert_eq!(parts(1_250), "12.5 %");
        assert_eq!(rate(43_339_999_999_999_u128), "43.33 TOPS");
        assert_eq!(rate(999_u128), "999 OPS");
        assert_eq!(ops(2_600_000_000_000_000_u128), "2.6 P ops");
        assert_eq!(ops(7_u128), "7 ops");
        assert!(rate(u128::MAX).ends_with("EOPS"));
        assert_eq!(duration(59), "59 s");
        assert_eq!(duration(90), "1 min 30 s");
        assert_eq!(duration(7_200), "2 h");
        assert_eq!(duration(700_000), "8 d 2 h");
    }

    #[test]
    fn moments_tell_their_distance() {
        let noon = 1_769_860_800;
        assert_eq!(time(noon, noon - 180), "2026-01-31 12:00:00 UTC (in 3 min)");
        assert_eq!(time(noon, noon + 1), "2026-01-31 12:00:00 UTC (1 s ago)");
        assert_eq!(time(noon, noon), "2026-01-31 12:00:00 UTC (now)");
        assert_eq!(time(noon, 0), "2026-01-31 12:00:00 UTC");
        assert!(time(u64::MAX, 1).starts_with("18446744073709551615 s"));
    }
}
