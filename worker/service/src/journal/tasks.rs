//! Finished tasks.

use compute_proofs::{
    Hash,
    codec::{Decode, Encode},
    receipt::Receipt,
    task::Grant,
};
use rusqlite::{OptionalExtension, Row, params};
use worker::store::TaskId;

use super::{Journal, hash, uint};
use crate::ServiceError;

/// A finished task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Done {
    /// Whose order it is charged to.
    pub(crate) order: u64,
    /// The coordinator that has leased it.
    pub(crate) coordinator: String,
    /// Its name for it.
    pub(crate) lease: Vec<u8>,
    /// By whose leave.
    pub(crate) grant: Grant,
    /// What is claimed.
    pub(crate) receipt: Receipt,
    /// The last operation's `TraceProof`, encoded.
    pub(crate) trace_proof: Vec<u8>,
    /// The program's hash.
    pub(crate) program: Hash,
    /// The input's root.
    pub(crate) input: Hash,
    /// Micro-coins that it will be charged at, rounded up.
    pub(crate) charge: u64,
    /// When it was done.
    pub(crate) done_at: u64,
    /// The coordinator's signature over the delivery.
    pub(crate) delivery: Option<Vec<u8>>,
}

impl Done {
    /// Its name in the store of runs.
    pub(crate) fn id(&self) -> TaskId {
        TaskId {
            program: self.program,
            input: self.input,
            trace: self.receipt.trace_root,
        }
    }

    /// Its place in the order.
    pub(crate) fn nonce(&self) -> u64 {
        self.receipt.nonce
    }
}

/// A receipt that waits for a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ready {
    /// Which task.
    pub(crate) nonce: u64,
    /// After when no batch that holds it may be committed.
    pub(crate) expires: u64,
    /// When it was done.
    pub(crate) done_at: u64,
    /// Whether it may be claimed: it is delivered; or its lease has run out without a word,
    /// and there is no time left to wait for one.
    pub(crate) claimable: bool,
}

const COLUMNS: &str = "job, nonce, coordinator, lease, grant_bytes, receipt, trace_proof, \
                       program, input, charge, done_at, delivery";

impl Journal {
    /// Writes a finished task down. Only then may anyone hear of it.
    ///
    /// A task that was dropped before can be done again under another lease.
    pub(crate) fn finished(&self, done: &Done) -> Result<(), ServiceError> {
        let authorisation = &done.grant.authorisation;
        let sql = "INSERT INTO tasks (job, nonce, coordinator, lease, grant_bytes, receipt, \
                   trace_proof, program, input, ops, charge, expires, leased_until, done_at) \
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14) \
                   ON CONFLICT (job, nonce) DO UPDATE SET coordinator = excluded.coordinator, \
                   lease = excluded.lease, grant_bytes = excluded.grant_bytes, \
                   receipt = excluded.receipt, trace_proof = excluded.trace_proof, \
                   program = excluded.program, input = excluded.input, ops = excluded.ops, \
                   charge = excluded.charge, expires = excluded.expires, \
                   leased_until = excluded.leased_until, done_at = excluded.done_at, \
                   delivery = NULL, dropped = NULL \
                   WHERE tasks.batch IS NULL AND tasks.dropped IS NOT NULL";
        let written = self.lock().execute(
            sql,
            params![
                self.int(done.order)?,
                self.int(done.nonce())?,
                done.coordinator,
                done.lease,
                done.grant.to_bytes(),
                done.receipt.to_bytes(),
                done.trace_proof,
                done.program.0,
                done.input.0,
                done.receipt.ops.to_string(),
                self.int(done.charge)?,
                self.int(authorisation.expires.min(i64::MAX.unsigned_abs()))?,
                self.int(done.grant.lease.until.min(i64::MAX.unsigned_abs()))?,
                self.int(done.done_at)?,
            ],
        );
        match written.map_err(|error| self.error(error))? {
            1 => Ok(()),
            _ => Err(ServiceError::Contradiction(format!(
                "task {} of order {} was done before: a worker has one receipt of a task",
                done.nonce(),
                done.order
            ))),
        }
    }

    /// The task that a coordinator calls by this name.
    pub(crate) fn by_lease(
        &self,
        coordinator: &str,
        lease: &[u8],
    ) -> Result<Option<Done>, ServiceError> {
        let sql = format!("SELECT {COLUMNS} FROM tasks WHERE coordinator = ?1 AND lease = ?2");
        let found = self
            .lock()
            .query_row(&sql, params![coordinator, lease], read)
            .optional();
        found.map_err(|error| self.error(error))
    }

    /// Notes a coordinator's acknowledgement.
    pub(crate) fn delivered(
        &self,
        order: u64,
        nonce: u64,
        signature: &[u8],
    ) -> Result<(), ServiceError> {
        let sql = "UPDATE tasks SET delivery = ?3 WHERE job = ?1 AND nonce = ?2";
        let written = self
            .lock()
            .execute(sql, params![self.int(order)?, self.int(nonce)?, signature]);
        written.map(|_| ()).map_err(|error| self.error(error))
    }

    /// Gives a task up that is not delivered: nothing is claimed for it. Whether it was
    /// not too late for that.
    pub(crate) fn drop_task(
        &self,
        order: u64,
        nonce: u64,
        reason: &str,
    ) -> Result<bool, ServiceError> {
        let sql = "UPDATE tasks SET dropped = ?3 WHERE job = ?1 AND nonce = ?2 \
                   AND batch IS NULL AND delivery IS NULL";
        let written = self
            .lock()
            .execute(sql, params![self.int(order)?, self.int(nonce)?, reason]);
        written
            .map(|rows| rows > 0)
            .map_err(|error| self.error(error))
    }

    /// Tasks that a coordinator leased and has said nothing about. Also where the lease has
    /// run out meanwhile: it may have the result, or have drawn another worker.
    pub(crate) fn undelivered(&self, coordinator: &str) -> Result<Vec<Done>, ServiceError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM tasks WHERE coordinator = ?1 \
             AND batch IS NULL AND dropped IS NULL AND delivery IS NULL ORDER BY done_at"
        );
        self.many(&sql, params![coordinator], read)
    }

    /// Tasks of an order that are done and not acknowledged.
    pub(crate) fn unacknowledged(&self, order: u64) -> Result<u32, ServiceError> {
        let sql = "SELECT COUNT(*) FROM tasks WHERE job = ?1 AND batch IS NULL \
                   AND dropped IS NULL AND delivery IS NULL";
        let order = self.int(order)?;
        let found = self.lock().query_row(sql, [order], |row| row.get(0));
        found.map_err(|error| self.error(error))
    }

    /// Whether the worker can still claim this task: it has no receipt of it, and no
    /// batch of its own spans it.
    pub(crate) fn can_take(&self, order: u64, nonce: u64) -> Result<bool, ServiceError> {
        let (order, nonce) = (self.int(order)?, self.int(nonce)?);
        let sql = "SELECT EXISTS (SELECT 1 FROM tasks WHERE job = ?1 AND nonce = ?2 \
                   AND dropped IS NULL) OR EXISTS (SELECT 1 FROM batches WHERE job = ?1 \
                   AND first_nonce <= ?2 AND last_nonce >= ?2 AND state != 'released')";
        let found = self
            .lock()
            .query_row(sql, [order, nonce], |row| row.get::<_, bool>(0));
        found.map(|taken| !taken).map_err(|error| self.error(error))
    }

    /// Orders that have receipts outside batches.
    pub(crate) fn orders_waiting(&self) -> Result<Vec<u64>, ServiceError> {
        let sql = "SELECT DISTINCT job FROM tasks WHERE batch IS NULL AND dropped IS NULL";
        self.many(sql, [], |row| row.get(0).map(uint))
    }

    /// Receipts of an order outside batches, by nonce. Those that expire before `late` are
    /// claimed without the coordinator's word once their lease is over. Until then another
    /// worker may have the task, whose claim would stand against this one.
    pub(crate) fn waiting(
        &self,
        order: u64,
        now: u64,
        late: u64,
    ) -> Result<Vec<Ready>, ServiceError> {
        let sql = "SELECT nonce, expires, done_at, \
                   delivery IS NOT NULL OR (leased_until < ?2 AND expires < ?3) \
                   FROM tasks WHERE job = ?1 AND batch IS NULL AND dropped IS NULL ORDER BY nonce";
        let (order, now, late) = (self.int(order)?, self.int(now)?, self.int(late)?);
        self.many(sql, [order, now, late], |row| {
            Ok(Ready {
                nonce: uint(row.get(0)?),
                expires: uint(row.get(1)?),
                done_at: uint(row.get(2)?),
                claimable: row.get(3)?,
            })
        })
    }

    /// Tasks of an order by nonce, as long as they are not in a batch.
    pub(crate) fn tasks(&self, order: u64, nonces: &[u64]) -> Result<Vec<Done>, ServiceError> {
        let sql =
            format!("SELECT {COLUMNS} FROM tasks WHERE job = ?1 AND nonce = ?2 AND batch IS NULL");
        let mut found = Vec::new();
        for nonce in nonces {
            let (order, nonce) = (self.int(order)?, self.int(*nonce)?);
            found.extend(self.many(&sql, [order, nonce], read)?);
        }
        Ok(found)
    }

    /// Gives up receipts that no batch can hold any more; how many.
    pub(crate) fn expire(&self, now: u64) -> Result<usize, ServiceError> {
        let sql = "UPDATE tasks SET dropped = 'expired' \
                   WHERE batch IS NULL AND dropped IS NULL AND expires < ?1";
        let now = self.int(now)?;
        let written = self.lock().execute(sql, [now]);
        written.map_err(|error| self.error(error))
    }

    /// Micro-coins of receipts that are not on chain yet, and how many receipts.
    pub(crate) fn uncommitted(&self) -> Result<(u64, u64), ServiceError> {
        let sql = "SELECT COALESCE(SUM(tasks.charge), 0), COUNT(*) FROM tasks \
                   LEFT JOIN batches ON batches.id = tasks.batch \
                   WHERE tasks.dropped IS NULL AND batches.number IS NULL";
        let found = self
            .lock()
            .query_row(sql, [], |row| Ok((uint(row.get(0)?), uint(row.get(1)?))));
        found.map_err(|error| self.error(error))
    }

    /// Rows of a query.
    pub(super) fn many<T>(
        &self,
        sql: &str,
        values: impl rusqlite::Params,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, ServiceError> {
        let connection = self.lock();
        let rows = connection.prepare_cached(sql).and_then(|mut statement| {
            let rows = statement.query_map(values, read)?;
            rows.collect()
        });
        rows.map_err(|error| self.error(error))
    }
}

/// One row of [`COLUMNS`].
pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Done> {
    let decoded = |at: usize, error: compute_proofs::codec::DecodeError| {
        rusqlite::Error::FromSqlConversionFailure(at, rusqlite::types::Type::Blob, Box::new(error))
    };
    let grant: Vec<u8> = row.get(4)?;
    let receipt: Vec<u8> = row.get(5)?;
    Ok(Done {
        order: uint(row.get(0)?),
        coordinator: row.get(2)?,
        lease: row.get(3)?,
        grant: Grant::from_bytes(&grant).map_err(|error| decoded(4, error))?,
        receipt: Receipt::from_bytes(&receipt).map_err(|error| decoded(5, error))?,
        trace_proof: row.get(6)?,
        program: hash(&row.get::<_, Vec<u8>>(7)?),
        input: hash(&row.get::<_, Vec<u8>>(8)?),
        charge: uint(row.get(9)?),
        done_at: uint(row.get(10)?),
        delivery: row.get(11)?,
    })
}

pub(super) const fn columns() -> &'static str {
    COLUMNS
}
