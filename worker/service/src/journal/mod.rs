//! The worker's journal: what it has done, for whom, and how far that is on its way to
//! being paid. In SQLite; what a method has returned from survives `kill -9`.
//!
//! | a task is | it becomes | by |
//! |---|---|---|
//! | – | done | [`Journal::finished`], before anyone hears of it |
//! | done | delivered | the coordinator's signed acknowledgement |
//! | done | dropped | a cancellation, a rejection; nothing is claimed |
//! | done, delivered | batched | [`Journal::seal`], before the batch leaves the machine |
//! | batched | done, delivered | [`Journal::release`]: the batch's time is over and it is not on chain |
//!
//! | a batch is | it becomes | by |
//! |---|---|---|
//! | – | signed | [`Journal::seal`] |
//! | signed | committed | it is found on chain, by its root |
//! | signed | released | its `commit_by` is over, and it is not on chain |
//! | committed | ended | it has settled, failed or been overturned |

mod batches;
mod census;
mod sealings;
mod tasks;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;

pub(crate) use batches::Kept;
pub use batches::Sums;
pub(crate) use census::Measured;
pub(crate) use sealings::Sealing;
pub(crate) use tasks::{Done, Ready};

use crate::ServiceError;

const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS tasks (
    job INTEGER NOT NULL,
    nonce INTEGER NOT NULL,
    coordinator TEXT NOT NULL,
    lease BLOB NOT NULL,
    grant_bytes BLOB NOT NULL,
    receipt BLOB NOT NULL,
    trace_proof BLOB NOT NULL,
    program BLOB NOT NULL,
    input BLOB NOT NULL,
    ops TEXT NOT NULL,
    charge INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    leased_until INTEGER NOT NULL,
    done_at INTEGER NOT NULL,
    delivery BLOB,
    dropped TEXT,
    batch INTEGER,
    PRIMARY KEY (job, nonce)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS tasks_by_lease ON tasks (coordinator, lease);
CREATE INDEX IF NOT EXISTS tasks_by_batch ON tasks (batch);
CREATE INDEX IF NOT EXISTS tasks_open ON tasks (job, nonce) WHERE batch IS NULL AND dropped IS NULL;
CREATE TABLE IF NOT EXISTS batches (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    job INTEGER NOT NULL,
    first_nonce INTEGER NOT NULL,
    last_nonce INTEGER NOT NULL,
    commit_by INTEGER NOT NULL,
    root BLOB NOT NULL,
    signature BLOB NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    number INTEGER,
    state TEXT NOT NULL,
    charge INTEGER NOT NULL DEFAULT 0,
    ended INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS batches_by_job ON batches (job, first_nonce);
CREATE INDEX IF NOT EXISTS batches_open ON batches (id) WHERE ended = 0;
CREATE TABLE IF NOT EXISTS censuses (
    slot INTEGER PRIMARY KEY,
    challenge BLOB NOT NULL,
    roots BLOB NOT NULL,
    commits INTEGER NOT NULL
);
-- Of private tasks that are not delivered yet: the lease's key, and the app's.
CREATE TABLE IF NOT EXISTS sealings (
    job INTEGER NOT NULL,
    nonce INTEGER NOT NULL,
    secret BLOB NOT NULL,
    reply_key BLOB NOT NULL,
    PRIMARY KEY (job, nonce)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
";

/// The journal in one file. One process uses it at a time.
pub(crate) struct Journal {
    path: PathBuf,
    connection: Mutex<Connection>,
}

impl Journal {
    /// Opens the file, which is made if it is not there.
    pub(crate) fn open(path: &Path) -> Result<Self, ServiceError> {
        let fail = |reason: String| ServiceError::Journal {
            path: path.display().to_string(),
            reason,
        };
        let connection = Connection::open(path).map_err(|error| fail(error.to_string()))?;
        let journal = Self {
            path: path.to_owned(),
            connection: Mutex::new(connection),
        };
        {
            let connection = journal.lock();
            // A crash of the machine, too, loses nothing that was answered.
            let set = connection.execute_batch(
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
                 PRAGMA locking_mode = EXCLUSIVE; PRAGMA foreign_keys = ON;",
            );
            let set = set.and_then(|()| connection.execute_batch(SCHEMA));
            set.map_err(|error| {
                fail(format!(
                    "{error}; if another worker runs with this home, stop one of them"
                ))
            })?;
        }
        Ok(journal)
    }

    fn lock(&self) -> MutexGuard<'_, Connection> {
        // A panic between two statements of a transaction has rolled it back.
        self.connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn error(&self, error: impl ToString) -> ServiceError {
        ServiceError::Journal {
            path: self.path.display().to_string(),
            reason: error.to_string(),
        }
    }

    /// Numbers as SQLite keeps them.
    fn int(&self, value: u64) -> Result<i64, ServiceError> {
        i64::try_from(value).map_err(|_| self.error(format!("{value} is beyond 2^63")))
    }
}

/// A number that [`Journal::int`] has written.
fn uint(value: i64) -> u64 {
    u64::try_from(value).unwrap_or_default()
}

/// 32 bytes that were written as such; zeros if the file was tampered with, which
/// then match nothing.
fn hash(bytes: &[u8]) -> compute_proofs::Hash {
    bytes
        .try_into()
        .map_or(compute_proofs::Hash::ZERO, compute_proofs::Hash)
}
