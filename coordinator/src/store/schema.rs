//! What the tables hold.

use std::time::Duration;

use rusqlite::Connection;

use super::StoreError;

/// Written to the file's `user_version`.
const VERSION: i64 = 2;

/// How long another process's write is waited for.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

const TABLES: &str = "
-- An order's next task: nonce and cum_ops are never given out twice.
CREATE TABLE IF NOT EXISTS orders (
    number INTEGER PRIMARY KEY,
    next_nonce INTEGER NOT NULL,
    cum_ops BLOB NOT NULL,
    -- Ops of all its jobs, without those that were given up before anyone had a lease.
    charged_ops BLOB NOT NULL,
    done_ops BLOB NOT NULL,
    accepted INTEGER NOT NULL,
    done INTEGER NOT NULL,
    failed INTEGER NOT NULL,
    cancelled INTEGER NOT NULL,
    -- Micro-coins that the daily cap has let pass in the period that ends then.
    period_coins BLOB NOT NULL,
    period_ends INTEGER NOT NULL
) STRICT;
-- One job each, from its acceptance on.
CREATE TABLE IF NOT EXISTS jobs (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id BLOB NOT NULL UNIQUE,
    order_number INTEGER NOT NULL,
    nonce INTEGER NOT NULL,
    -- Hash of the API key, if it came with one.
    api_key BLOB,
    -- compute_proofs::task::Authorisation, and whose it is where it is not ours.
    authorisation BLOB NOT NULL,
    app_key BLOB,
    app_signature BLOB,
    -- What fills its slots, as JSON.
    inputs TEXT NOT NULL,
    issuer TEXT,
    price_bps INTEGER NOT NULL,
    memory INTEGER NOT NULL,
    state INTEGER NOT NULL,
    created INTEGER NOT NULL,
    deadline INTEGER NOT NULL,
    ended INTEGER,
    -- The lease that it has, or had last.
    lease BLOB,
    worker TEXT,
    attempt INTEGER NOT NULL DEFAULT 0,
    lease_until INTEGER,
    tries INTEGER NOT NULL DEFAULT 0,
    -- Of a job that is done.
    output_root BLOB,
    -- Of the sealed result of a private one.
    sealed_root BLOB,
    receipt BLOB,
    failure TEXT,
    UNIQUE (order_number, nonce)
) STRICT;
CREATE INDEX IF NOT EXISTS jobs_live ON jobs (state) WHERE state < 2;
CREATE UNIQUE INDEX IF NOT EXISTS jobs_lease ON jobs (lease) WHERE lease IS NOT NULL;
CREATE INDEX IF NOT EXISTS jobs_ended ON jobs (ended) WHERE ended IS NOT NULL;
-- Who was passed over in a draw, for audits: one row a lease.
CREATE TABLE IF NOT EXISTS draws (
    lease BLOB PRIMARY KEY,
    job BLOB NOT NULL,
    census INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    worker TEXT NOT NULL,
    skipped TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS draws_at ON draws (at);
-- Programs by hash: compute_proofs::program::Program.
CREATE TABLE IF NOT EXISTS programs (
    hash BLOB PRIMARY KEY,
    program BLOB NOT NULL,
    registered INTEGER NOT NULL
) STRICT;
-- Tensors by root. Small ones lie here, others in files.
CREATE TABLE IF NOT EXISTS objects (
    root BLOB PRIMARY KEY,
    spec BLOB NOT NULL,
    bytes BLOB,
    used INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS objects_used ON objects (used);
-- API keys by the SHA-256 of their 32 random bytes.
CREATE TABLE IF NOT EXISTS api_keys (
    hash BLOB PRIMARY KEY,
    order_number INTEGER NOT NULL,
    label TEXT NOT NULL,
    created INTEGER NOT NULL,
    revoked INTEGER
) STRICT;
-- What a key has asked for under an idempotency key.
CREATE TABLE IF NOT EXISTS idempotency (
    scope BLOB NOT NULL,
    name TEXT NOT NULL,
    request BLOB NOT NULL,
    job BLOB NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (scope, name)
) STRICT, WITHOUT ROWID;
";

/// What version 1 lacked. Of orders that it has counted nothing for, the period begins
/// with their next task.
const FROM_1: &str = "
ALTER TABLE orders ADD COLUMN period_coins BLOB NOT NULL
    DEFAULT x'00000000000000000000000000000000';
ALTER TABLE orders ADD COLUMN period_ends INTEGER NOT NULL DEFAULT 0;
ALTER TABLE jobs ADD COLUMN sealed_root BLOB;
";

/// Sets a connection up and makes the tables that are missing.
pub(super) fn prepare(connection: &Connection) -> Result<(), StoreError> {
    connection.busy_timeout(PATIENCE)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.set_prepared_statement_cache_capacity(64);
    let found: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if found > VERSION {
        let known = VERSION;
        return Err(StoreError::Version { found, known });
    }
    // All or nothing: a step that was cut off is made again.
    let step = if found == 1 { FROM_1 } else { "" };
    let version = format!("PRAGMA user_version = {VERSION};");
    let batch = ["BEGIN IMMEDIATE;", TABLES, step, &version, "COMMIT;"].concat();
    let done = connection.execute_batch(&batch);
    if done.is_err() {
        let _ = connection.execute_batch("ROLLBACK");
    }
    Ok(done?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_version_1_goes_on() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("old.sqlite");
        let old = Connection::open(&path).unwrap();
        old.execute_batch(
            "CREATE TABLE orders (number INTEGER PRIMARY KEY, next_nonce INTEGER NOT NULL,
                cum_ops BLOB NOT NULL, charged_ops BLOB NOT NULL, done_ops BLOB NOT NULL,
                accepted INTEGER NOT NULL, done INTEGER NOT NULL, failed INTEGER NOT NULL,
                cancelled INTEGER NOT NULL) STRICT;
             CREATE TABLE jobs (seq INTEGER PRIMARY KEY, state INTEGER NOT NULL, lease BLOB,
                ended INTEGER) STRICT;
             INSERT INTO orders VALUES (7, 2, x'01', x'01', x'01', 1, 1, 0, 0);
             PRAGMA user_version = 1;",
        )
        .unwrap();
        drop(old);
        for _ in 0..2 {
            let connection = Connection::open(&path).unwrap();
            prepare(&connection).unwrap();
            let sql = "SELECT length(period_coins), period_ends FROM orders WHERE number = 7";
            let found = connection.query_row(sql, [], |row| {
                Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?))
            });
            assert_eq!(found.unwrap(), (16, 0));
        }
    }

    #[test]
    fn a_file_of_a_later_version_is_refused() {
        let connection = Connection::open_in_memory().unwrap();
        connection.pragma_update(None, "user_version", 99).unwrap();
        let refused = prepare(&connection);
        assert!(matches!(
            refused,
            Err(StoreError::Version { found: 99, .. })
        ));
    }
}
