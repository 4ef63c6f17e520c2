//! The file: SQLite, every change on disk before it counts.

use std::path::{Path, PathBuf};
use std::time::Duration;

use chain_client::signer::Signed;
use deployment::Contract;
use rusqlite::{Connection, ErrorCode, OptionalExtension, Row, Transaction, params};

use crate::Error;
use crate::fate::{Head, State, Waiting};
use crate::message::{Message, Verdict};

/// One row for each message; one at most for the transaction that is on its way, whose
/// messages are those that are signed, in the order of their numbers.
const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL UNIQUE,
    lane TEXT NOT NULL,
    batched INTEGER NOT NULL,
    contract TEXT NOT NULL,
    msg BLOB NOT NULL,
    state INTEGER NOT NULL DEFAULT 0,
    tries INTEGER NOT NULL DEFAULT 0,
    not_before INTEGER NOT NULL DEFAULT 0,
    alone INTEGER NOT NULL DEFAULT 0,
    verdict TEXT,
    decided_at INTEGER
) STRICT;
CREATE INDEX IF NOT EXISTS undecided ON messages (lane, id) WHERE state < 2;
CREATE INDEX IF NOT EXISTS decided ON messages (decided_at) WHERE state = 2;
CREATE TABLE IF NOT EXISTS flight (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    hash TEXT NOT NULL,
    bytes BLOB NOT NULL,
    sequence INTEGER NOT NULL,
    valid_until INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS sender (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    name TEXT NOT NULL
) STRICT;
";

const WAITING: i64 = 0;
const SIGNED: i64 = 1;
const DECIDED: i64 = 2;

pub(crate) struct Store {
    path: PathBuf,
    db: Connection,
}

/// A message as it is kept.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    pub(crate) id: i64,
    pub(crate) contract: Contract,
    pub(crate) msg: Vec<u8>,
    pub(crate) batched: bool,
    pub(crate) state: State,
}

/// How many messages there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) waiting: u64,
    pub(crate) signed: u64,
    pub(crate) decided: u64,
}

/// What SQLite and its numbers can answer.
#[derive(Debug)]
pub(crate) enum Fault {
    Sqlite(rusqlite::Error),
    Text(String),
    Ours(Error),
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl Store {
    /// Opens the file, or makes it, and keeps others out.
    pub(crate) fn open(path: &Path) -> Result<Self, Error> {
        match connect(path) {
            Ok(db) => Ok(Self {
                path: path.to_owned(),
                db,
            }),
            Err(error) => Err(fault(path, error.into())),
        }
    }

    /// Runs `work` in one transaction.
    fn change<T>(
        &mut self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, Fault>,
    ) -> Result<T, Error> {
        let path = &self.path;
        let done = self.db.transaction().map_err(Fault::from).and_then(|tx| {
            let value = work(&tx)?;
            tx.commit()?;
            Ok(value)
        });
        done.map_err(|error| fault(path, error))
    }

    fn read<T>(&self, work: impl FnOnce(&Connection) -> Result<T, Fault>) -> Result<T, Error> {
        work(&self.db).map_err(|error| fault(&self.path, error))
    }

    /// Refuses to send for anybody but the first that it sent for.
    pub(crate) fn belongs_to(&mut self, name: &str) -> Result<(), Error> {
        let path = self.path.clone();
        self.change(|tx| {
            let known: Option<String> = tx
                .query_row("SELECT name FROM sender", [], |row| row.get(0))
                .optional()?;
            match known {
                Some(theirs) if theirs != name => Err(Fault::Ours(Error::OtherSender {
                    path,
                    theirs,
                    ours: name.to_owned(),
                })),
                Some(_) => Ok(()),
                None => {
                    tx.execute("INSERT INTO sender (one, name) VALUES (1, ?1)", [name])?;
                    Ok(())
                }
            }
        })
    }

    /// Adds all that are new, or none; how many those are.
    pub(crate) fn put(&mut self, messages: &[Message]) -> Result<usize, Error> {
        self.change(|tx| {
            let mut new = 0;
            for message in messages {
                let contract = contract_name(message.contract)?;
                let mut known = tx.prepare_cached("SELECT contract, msg FROM messages WHERE key = ?1")?;
                let known: Option<(String, Vec<u8>)> = known
                    .query_row([&message.key], |row| Ok((row.get(0)?, row.get(1)?)))
                    .optional()?;
                if let Some(known) = known {
                    if known == (contract, message.msg.clone()) {
                        continue;
                    }
                    let key = message.key.clone();
                    return Err(Fault::Ours(Error::OtherMessage { key }));
                }
                let mut insert = tx.prepare_cached(
                    "INSERT INTO messages (key, lane, batched, contract, msg) VALUES (?1, ?2, ?3, ?4, ?5)",
                )?;
                insert.execute(params![
                    message.key,
                    message.lane,
                    message.batched,
                    contract,
                    message.msg
                ])?;
                new += 1;
            }
            Ok(new)
        })
    }

    /// The verdict on a message; none if there is none yet.
    pub(crate) fn verdict(&self, key: &str) -> Result<Option<Verdict>, Error> {
        self.read(|db| {
            let mut found = db.prepare_cached("SELECT verdict FROM messages WHERE key = ?1")?;
            let found: Option<Option<String>> =
                found.query_row([key], |row| row.get(0)).optional()?;
            let verdict = found.ok_or_else(|| {
                Fault::Ours(Error::Unknown {
                    key: key.to_owned(),
                })
            })?;
            verdict.map(|text| parse(&text)).transpose()
        })
    }

    /// Keys without a verdict that begin with `prefix`, in the order in which they were put.
    pub(crate) fn undecided(&self, prefix: &str) -> Result<Vec<String>, Error> {
        self.read(|db| {
            let mut found = db.prepare_cached(
                "SELECT key FROM messages WHERE state < 2 AND substr(key, 1, length(?1)) = ?1 ORDER BY id",
            )?;
            let keys = found.query_map([prefix], |row| row.get(0))?;
            Ok(keys.collect::<Result<_, _>>()?)
        })
    }

    /// All verdicts on keys that begin with `prefix`, the oldest message first.
    pub(crate) fn verdicts(&self, prefix: &str) -> Result<Vec<(String, Verdict)>, Error> {
        self.read(|db| {
            let mut found = db.prepare_cached(
                "SELECT key, verdict FROM messages WHERE state = 2 AND substr(key, 1, length(?1)) = ?1 ORDER BY id",
            )?;
            let rows = found.query_map([prefix], |row| {
                Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
            })?;
            let rows = rows.collect::<Result<Vec<_>, _>>()?;
            let parsed = rows
                .into_iter()
                .map(|(key, text)| Ok((key, parse(&text)?)));
            parsed.collect()
        })
    }

    /// Forgets messages that have a verdict; how many those are.
    pub(crate) fn forget(&mut self, keys: &[String]) -> Result<usize, Error> {
        self.change(|tx| {
            let mut gone = 0;
            for key in keys {
                gone += tx.execute("DELETE FROM messages WHERE key = ?1 AND state = 2", [key])?;
            }
            Ok(gone)
        })
    }

    /// Forgets verdicts from before `time`, in milliseconds since 1970.
    pub(crate) fn prune(&mut self, time: u64) -> Result<usize, Error> {
        self.change(|tx| {
            let sql = "DELETE FROM messages WHERE state = 2 AND decided_at < ?1";
            Ok(tx.execute(sql, [number(time)?])?)
        })
    }

    pub(crate) fn counts(&self) -> Result<Counts, Error> {
        self.read(|db| {
            let mut found =
                db.prepare_cached("SELECT state, count(*) FROM messages GROUP BY state")?;
            let rows =
                found.query_map([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)))?;
            let mut counts = Counts::default();
            for row in rows {
                let (state, count) = row?;
                let count = unsigned(count)?;
                match state {
                    WAITING => counts.waiting = count,
                    SIGNED => counts.signed = count,
                    _ => counts.decided = count,
                }
            }
            Ok(counts)
        })
    }

    /// The first undecided message of each lane.
    pub(crate) fn heads(&self) -> Result<Vec<Head>, Error> {
        self.read(|db| {
            let mut found = db.prepare_cached(
                "SELECT lane, not_before, min(id) FROM messages WHERE state < 2 GROUP BY lane",
            )?;
            let rows = found.query_map([], |row| {
                Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?))
            })?;
            let mut heads = Vec::new();
            for row in rows {
                let (lane, not_before) = row?;
                let not_before = unsigned(not_before)?;
                heads.push(Head { lane, not_before });
            }
            Ok(heads)
        })
    }

    /// The first messages of a lane that have no verdict, at most this many.
    pub(crate) fn first(&self, lane: &str, limit: u32) -> Result<Vec<Kept>, Error> {
        self.read(|db| {
            let mut found = db.prepare_cached(
                "SELECT id, contract, msg, batched, state, tries, not_before, alone
                 FROM messages WHERE state < 2 AND lane = ?1 ORDER BY id LIMIT ?2",
            )?;
            let mut rows = found.query(params![lane, limit])?;
            let mut kept = Vec::new();
            while let Some(row) = rows.next()? {
                kept.push(read_kept(row)?);
            }
            Ok(kept)
        })
    }

    /// The transaction that is on its way, with its messages.
    pub(crate) fn flight(&self) -> Result<Option<(Signed, Vec<Kept>)>, Error> {
        self.read(|db| {
            let tx = db
                .query_row(
                    "SELECT hash, bytes, sequence, valid_until FROM flight",
                    [],
                    |row| {
                        Ok((
                            row.get(0)?,
                            row.get(1)?,
                            row.get::<_, i64>(2)?,
                            row.get::<_, i64>(3)?,
                        ))
                    },
                )
                .optional()?;
            let Some((hash, bytes, sequence, valid_until)) = tx else {
                return Ok(None);
            };
            let mut found = db.prepare_cached(
                "SELECT id, contract, msg, batched, state, tries, not_before, alone
                 FROM messages WHERE state = 1 ORDER BY id",
            )?;
            let mut rows = found.query([])?;
            let mut kept = Vec::new();
            while let Some(row) = rows.next()? {
                kept.push(read_kept(row)?);
            }
            let tx = Signed {
                hash,
                bytes,
                sequence: unsigned(sequence)?,
                valid_until: unsigned(valid_until)?,
            };
            Ok(Some((tx, kept)))
        })
    }

    /// Notes that these messages are in this transaction, in place of the one that was
    /// noted for them before.
    pub(crate) fn sign(&mut self, ids: &[i64], signed: &Signed) -> Result<(), Error> {
        self.change(|tx| {
            tx.execute("UPDATE messages SET state = 0 WHERE state = 1 AND id IN (SELECT value FROM json_each(?1))", [json(ids)?])?;
            let others: i64 =
                tx.query_row("SELECT count(*) FROM messages WHERE state = 1", [], |row| {
                    row.get(0)
                })?;
            if others > 0 {
                return Err(Fault::Text(format!(
                    "{others} messages are on their way in another transaction"
                )));
            }
            let set = "UPDATE messages SET state = 1 WHERE state = 0 AND id IN (SELECT value FROM json_each(?1))";
            let changed = tx.execute(set, [json(ids)?])?;
            if changed != ids.len() {
                return Err(Fault::Text(format!(
                    "{changed} of {} messages wait to be signed",
                    ids.len()
                )));
            }
            tx.execute(
                "INSERT OR REPLACE INTO flight (one, hash, bytes, sequence, valid_until) VALUES (1, ?1, ?2, ?3, ?4)",
                params![
                    signed.hash,
                    signed.bytes,
                    number(signed.sequence)?,
                    number(signed.valid_until)?
                ],
            )?;
            Ok(())
        })
    }

    /// Writes where messages stand after an attempt; `landed` where nothing is on its
    /// way any more.
    pub(crate) fn settle(
        &mut self,
        states: &[(i64, State)],
        landed: bool,
        now: u64,
    ) -> Result<(), Error> {
        self.change(|tx| {
            for (id, state) in states {
                let (code, waiting, verdict) = match state {
                    State::Waiting(waiting) => (WAITING, *waiting, None),
                    State::Signed(waiting) => (SIGNED, *waiting, None),
                    State::Decided(verdict) => {
                        let text = serde_json::to_string(verdict);
                        let text = text.map_err(|error| Fault::Text(error.to_string()))?;
                        (DECIDED, Waiting::default(), Some(text))
                    }
                };
                let decided_at = verdict.as_ref().map(|_| number(now)).transpose()?;
                tx.execute(
                    "UPDATE messages SET state = ?2, tries = ?3, not_before = ?4, alone = ?5, verdict = ?6, decided_at = ?7 WHERE id = ?1",
                    params![
                        id,
                        code,
                        waiting.tries,
                        number(waiting.not_before)?,
                        waiting.alone,
                        verdict,
                        decided_at
                    ],
                )?;
            }
            if landed {
                tx.execute("DELETE FROM flight", [])?;
            }
            Ok(())
        })
    }
}

/// A connection that nobody else can have as long as it is open.
fn connect(path: &Path) -> Result<Connection, rusqlite::Error> {
    let db = Connection::open(path)?;
    db.busy_timeout(Duration::from_millis(500))?;
    // A second process would send everything a second time.
    db.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
    db.pragma_update(None, "journal_mode", "WAL")?;
    db.pragma_update(None, "synchronous", "FULL")?;
    db.execute_batch("BEGIN EXCLUSIVE; COMMIT;")?;
    db.execute_batch(SCHEMA)?;
    Ok(db)
}

fn read_kept(row: &Row<'_>) -> Result<Kept, Fault> {
    let contract: String = row.get(1)?;
    let waiting = Waiting {
        tries: row.get(5)?,
        not_before: unsigned(row.get(6)?)?,
        alone: row.get(7)?,
    };
    let state = match row.get::<_, i64>(4)? {
        SIGNED => State::Signed(waiting),
        _ => State::Waiting(waiting),
    };
    Ok(Kept {
        id: row.get(0)?,
        contract: parse(&contract)?,
        msg: row.get(2)?,
        batched: row.get(3)?,
        state,
    })
}

fn contract_name(contract: Contract) -> Result<String, Fault> {
    serde_json::to_string(&contract).map_err(|error| Fault::Text(error.to_string()))
}

fn parse<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, Fault> {
    serde_json::from_str(text).map_err(|error| Fault::Text(error.to_string()))
}

fn json(ids: &[i64]) -> Result<String, Fault> {
    serde_json::to_string(ids).map_err(|error| Fault::Text(error.to_string()))
}

/// SQLite's numbers have a sign.
fn number(value: u64) -> Result<i64, Fault> {
    i64::try_from(value).map_err(|error| Fault::Text(format!("{value}: {error}")))
}

fn unsigned(value: i64) -> Result<u64, Fault> {
    u64::try_from(value).map_err(|error| Fault::Text(format!("{value}: {error}")))
}

fn fault(path: &Path, fault: Fault) -> Error {
    let path = path.to_owned();
    let reason = match fault {
        Fault::Ours(error) => return error,
        Fault::Text(reason) => reason,
        Fault::Sqlite(error) => match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
                return Error::InUse { path };
            }
            _ => error.to_string(),
        },
    };
    Error::Store { path, reason }
}
