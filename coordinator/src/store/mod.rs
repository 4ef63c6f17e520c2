//! The coordinator's database: SQLite, one thread that writes, any that read.
//!
//! Writes that arrive together are committed together, and each is answered after its
//! commit: what somebody was told is on disk. `synchronous=FULL`, so that holds for a
//! power cut too. Another database can take this one's place behind [`Store`]'s methods;
//! what they promise stands at each.

mod jobs;
mod keys;
mod objects;
mod rows;
mod schema;
mod unfinished;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::{Connection, OpenFlags};

pub use keys::{ApiKey, KeyRow};
pub use objects::StoredObject;
pub use rows::{JobRow, JobState, LeaseRow, NewJob, OrderBook, Submitted, Usage};
use writer::Writer;

/// Why the database does not do it.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// SQLite says no.
    #[error("[BL-CRD-010] database: {0}; check the disk and the file's owner")]
    Sql(String),
    /// A row is not what this version writes.
    #[error("[BL-CRD-011] database: {what} is damaged; restore the file from a copy")]
    Damaged {
        /// Which column.
        what: &'static str,
    },
    /// The file was made by a later version.
    #[error(
        "[BL-CRD-012] the database has version {found} and this program writes {known}; use the \
         program that made it"
    )]
    Version {
        /// Of the file.
        found: i64,
        /// Of this program.
        known: i64,
    },
    /// Too many writes wait.
    #[error("[BL-CRD-013] the database is behind; try again in a second")]
    Behind,
    /// The writer has ended.
    #[error("[BL-CRD-014] the database is closed")]
    Closed,
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sql(error.to_string())
    }
}

/// The database. Clones share it.
#[derive(Clone)]
pub struct Store {
    writer: Writer,
    readers: Arc<Readers>,
}

struct Readers {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
}

/// Connections for reading that are kept.
const MAX_IDLE: usize = 4;

impl Store {
    /// Opens or makes the database at `path`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let connection = Connection::open(path)?;
        schema::prepare(&connection)?;
        let readers = Readers {
            path: path.to_owned(),
            idle: Mutex::new(Vec::new()),
        };
        Ok(Self {
            writer: Writer::start(connection)?,
            readers: Arc::new(readers),
        })
    }

    /// Writes; the answer comes after the commit.
    async fn write<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        self.writer.write(work).await
    }

    /// Reads, on a thread that may wait.
    async fn read<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        let readers = self.readers.clone();
        let read = tokio::task::spawn_blocking(move || {
            let connection = readers.take()?;
            let answer = work(&connection);
            readers.give(connection);
            answer
        });
        read.await.map_err(|_| StoreError::Closed)?
    }
}

impl Readers {
    fn take(&self) -> Result<Connection, StoreError> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(connection) = idle.pop() {
            return Ok(connection);
        }
        drop(idle);
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.path, flags)?;
        connection.busy_timeout(schema::PATIENCE)?;
        Ok(connection)
    }

    fn give(&self, connection: Connection) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < MAX_IDLE {
            idle.push(connection);
        }
    }
}

/// 128-bit numbers as 16 bytes, most significant first, so that they sort as numbers.
fn big(number: u128) -> [u8; 16] {
    number.to_be_bytes()
}

fn number(bytes: &[u8], what: &'static str) -> Result<u128, StoreError> {
    let bytes = bytes.try_into().map_err(|_| StoreError::Damaged { what })?;
    Ok(u128::from_be_bytes(bytes))
}

fn array<const N: usize>(bytes: &[u8], what: &'static str) -> Result<[u8; N], StoreError> {
    bytes.try_into().map_err(|_| StoreError::Damaged { what })
}

/// SQLite's integers have a sign. Times and counts are far below 2^63.
fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}
