//! In what a number of a message is counted. The schemas do not say so, the comments
//! in `compute-api` do; a golden file in the tests shows what is made of each.

/// In what a number is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    /// Micro-coins of the coin.
    Coins,
    /// The smallest unit of the bonds' denom.
    Bond,
    /// Ops per second.
    Rate,
    /// Ops.
    Ops,
    /// Seconds since 1970.
    Time,
    /// Seconds.
    Seconds,
    /// Parts of 10 000.
    Parts,
    /// Nothing but itself: a number, a height, shares.
    Plain,
}

/// The unit of a large number, which JSON carries as a string.
pub(super) fn of_large(name: &str, comment: &str) -> Unit {
    let says = |part: &str| comment.contains(part);
    let begins = |part: &str| comment.starts_with(part);
    if matches!(name, "shares" | "position") {
        Unit::Plain
    } else if says("bond's denom") || name == "leaving" {
        Unit::Bond
    } else if begins("Ops per second") || name == "effective" {
        Unit::Rate
    } else if begins("Ops ")
        || begins("In batches")
        || name == "authorised"
        || says("What the coins buy")
    {
        Unit::Ops
    } else {
        Unit::Coins
    }
}

/// The unit of a number that JSON carries as one.
pub(super) fn of_small(name: &str, comment: &str) -> Unit {
    const TIMES: [&str; 11] = [
        "When",
        "Time of",
        "Until when",
        "From when",
        "By when",
        "Up to which time",
        "The time",
        "The moment",
        "The nominal time",
        "The last moment",
        "The last second",
    ];
    let begins = |part: &str| comment.starts_with(part);
    if TIMES.iter().any(|part| begins(part)) || matches!(comment, "Minting." | "Redeeming.") {
        Unit::Time
    } else if name == "seconds" || begins("Seconds") {
        Unit::Seconds
    } else if name.ends_with("_bps") {
        Unit::Parts
    } else {
        Unit::Plain
    }
}
