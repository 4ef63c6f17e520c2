//! How long a page of a list is.

/// Entries of a page when the query names no limit.
pub const DEFAULT_LIMIT: u32 = 30;

/// The most entries of a page; a larger limit is cut to it.
pub const MAX_LIMIT: u32 = 100;

/// The entries that a page has, by what the query asks for.
#[must_use]
pub fn limit(asked: Option<u32>) -> usize {
    let limit = asked.unwrap_or(DEFAULT_LIMIT).min(MAX_LIMIT);
    usize::try_from(limit).unwrap_or(0)
}
