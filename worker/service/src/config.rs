//! How a worker behaves, and who it is.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use chain_client::keys::SigningKey;

use crate::{Policy, Terms};

/// How a worker behaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// Where its journal and its runs are kept.
    pub home: PathBuf,
    /// The one coordinator to work for, by its URL; all that are on chain if left out.
    pub coordinator: Option<String>,
    /// Tasks that it takes at a time. The device does one; others move their data.
    pub slots: u32,
    /// What it takes.
    pub terms: Terms,
    /// When it makes batches.
    pub batches: Policy,
    /// Seconds that runs are kept, at least. Those in open batches are kept longer.
    pub keep_for: u64,
    /// From one look at its batches to the next.
    pub look: Duration,
    /// Seconds by which the chain's clock may be behind: a batch that was not committed
    /// by then is looked for once more before its receipts are free.
    pub settled_after: u64,
    /// How long it takes to go away, at most.
    pub drain: Duration,
    /// Certificates in PEM that coordinators' sessions are trusted by, in place of the
    /// system's.
    pub trust: Option<String>,
    /// Where it answers what it is doing: a loopback address.
    pub status_listen: Option<SocketAddr>,
    /// Spoils every so many results. For demos of how a cheater is caught.
    #[cfg(feature = "cheat")]
    pub cheat: Option<std::num::NonZeroU32>,
}

impl Config {
    /// Defaults, with this home.
    #[must_use]
    pub fn new(home: PathBuf) -> Self {
        Self {
            home,
            coordinator: None,
            slots: 2,
            terms: Terms::default(),
            batches: Policy::default(),
            // The market's day, a proof's hours and a demand's, and some.
            keep_for: 28 * 3_600,
            look: Duration::from_secs(2),
            settled_after: 30,
            drain: Duration::from_secs(60),
            trust: None,
            status_listen: None,
            #[cfg(feature = "cheat")]
            cheat: None,
        }
    }
}

/// Who a worker is: an operator's address, and the ed25519 key registered with it.
#[derive(Clone)]
pub struct Identity {
    /// The operator's address.
    pub address: String,
    /// Signs sessions and batches.
    pub signing: Arc<SigningKey>,
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}
