//! Names of jobs, leases and sessions.

use std::fmt;

/// The machine has no randomness to make names or keys of.
#[derive(Debug, thiserror::Error)]
#[error("[BL-CRD-001] the machine gives no random bytes: {0}")]
pub struct NoRandomness(pub getrandom::Error);

/// `N` random bytes.
///
/// # Errors
/// [`NoRandomness`].
pub fn random<const N: usize>() -> Result<[u8; N], NoRandomness> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(NoRandomness)?;
    Ok(bytes)
}

/// A name that nobody can guess and that sorts by time: 48 bits of milliseconds, then 80
/// random ones. So what is new stands together in the database's indices, and a commit of
/// many names touches few pages.
fn by_time() -> Result<[u8; 16], NoRandomness> {
    let mut name: [u8; 16] = random()?;
    let now = crate::core::now_ms().to_be_bytes();
    for (to, from) in name.iter_mut().zip(now.iter().skip(2)) {
        *to = *from;
    }
    Ok(name)
}

/// A job's name: random, so whoever has it was given it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JobId(pub [u8; 16]);

impl JobId {
    /// A new one.
    ///
    /// # Errors
    /// [`NoRandomness`].
    pub fn new() -> Result<Self, NoRandomness> {
        by_time().map(Self)
    }

    /// As in `job_0123…`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut bytes = [0; 16];
        hex::decode_to_slice(text.strip_prefix("job_")?, &mut bytes).ok()?;
        Some(Self(bytes))
    }
}

impl fmt::Display for JobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "job_{}", hex::encode(self.0))
    }
}

impl fmt::Debug for JobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A lease's name between worker and coordinator.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LeaseId(pub [u8; 16]);

impl LeaseId {
    /// A new one.
    ///
    /// # Errors
    /// [`NoRandomness`].
    pub fn new() -> Result<Self, NoRandomness> {
        by_time().map(Self)
    }

    /// From the wire.
    #[must_use]
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }
}

impl fmt::Display for LeaseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for LeaseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A session's name, which only its worker knows.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SessionId(pub [u8; 32]);

impl SessionId {
    /// From the wire.
    #[must_use]
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }
}

// It is a secret: it opens uploads and downloads.
impl fmt::Debug for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionId(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_sort_by_time_and_differ() {
        let first = JobId::new().unwrap();
        let more: Vec<_> = (0..100).map(|_| JobId::new().unwrap()).collect();
        let times: Vec<_> = more.iter().map(|name| &name.0[..6]).collect();
        assert!(times.is_sorted() && first.0[..6] <= *times[0]);
        let mut tails: Vec<_> = more.iter().map(|name| &name.0[6..]).collect();
        tails.sort();
        tails.dedup();
        assert_eq!(tails.len(), more.len());
        assert_eq!(JobId::parse(&first.to_string()), Some(first));
    }
}
