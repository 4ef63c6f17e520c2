//! Batches.

use compute_proofs::{Hash, receipt::Batch};
use rusqlite::params;

use super::{Journal, hash, tasks, tasks::Done, uint};
use crate::ServiceError;

/// A batch that has not ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Kept {
    /// Its number here.
    pub(crate) id: u64,
    /// The order that it is charged to.
    pub(crate) order: u64,
    /// After when it may not be committed.
    pub(crate) commit_by: u64,
    /// Its root.
    pub(crate) root: Hash,
    /// The worker's signature.
    pub(crate) signature: Vec<u8>,
    /// How often it was sent.
    pub(crate) tries: u32,
    /// Its number on chain, once it is there.
    pub(crate) number: Option<u64>,
}

/// Micro-coins and tasks, by where they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Sums {
    /// Tasks that are done and in no batch.
    pub waiting_tasks: u64,
    /// What those will be charged, at most.
    pub waiting_charge: u64,
    /// Batches that are signed and not on chain.
    pub signed_batches: u64,
    /// Batches on chain that have not ended.
    pub open_batches: u64,
    /// What those are charged.
    pub pending_charge: u64,
    /// Batches that have settled.
    pub settled_batches: u64,
    /// What those were charged. The worker's pool has the market's share of it.
    pub settled_charge: u64,
    /// Batches that have failed or been overturned.
    pub lost_batches: u64,
}

const SETTLED: &str = "settled";

impl Journal {
    /// Writes a signed batch down, and that these tasks are in it. All or nothing: a
    /// receipt is in one batch at most, and no two batches' runs touch.
    pub(crate) fn seal(
        &self,
        order: u64,
        nonces: &[u64],
        batch: &Batch,
        signature: &[u8],
    ) -> Result<u64, ServiceError> {
        let job = self.int(order)?;
        let first = self.int(batch.first_nonce)?;
        let last = batch
            .first_nonce
            .saturating_add(u64::from(batch.span.saturating_sub(1)));
        let last = self.int(last)?;
        let commit_by = self.int(batch.commit_by)?;
        let mut connection = self.lock();
        let mut write = || -> rusqlite::Result<Option<i64>> {
            let transaction = connection.transaction()?;
            let touches: bool = transaction.query_row(
                "SELECT EXISTS (SELECT 1 FROM batches WHERE job = ?1 AND first_nonce <= ?3 \
                 AND last_nonce >= ?2 AND state != 'released')",
                params![job, first, last],
                |row| row.get(0),
            )?;
            if touches {
                return Ok(None);
            }
            transaction.execute(
                "INSERT INTO batches (job, first_nonce, last_nonce, commit_by, root, signature, \
                 state) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'signed')",
                params![job, first, last, commit_by, batch.root.0, signature],
            )?;
            let id = transaction.last_insert_rowid();
            for nonce in nonces {
                let Ok(nonce) = i64::try_from(*nonce) else {
                    return Ok(None);
                };
                let taken = transaction.execute(
                    "UPDATE tasks SET batch = ?3 WHERE job = ?1 AND nonce = ?2 \
                     AND batch IS NULL AND dropped IS NULL",
                    params![job, nonce, id],
                )?;
                if taken != 1 {
                    return Ok(None);
                }
            }
            transaction.commit()?;
            Ok(Some(id))
        };
        let sealed = write();
        drop(connection);
        match sealed.map_err(|error| self.error(error))? {
            Some(id) => Ok(uint(id)),
            None => Err(ServiceError::Contradiction(format!(
                "tasks {} to {} of order {order} are not all free: no second batch is signed",
                uint(first),
                uint(last)
            ))),
        }
    }

    /// Batches that have not ended, the oldest first.
    pub(crate) fn open_batches(&self) -> Result<Vec<Kept>, ServiceError> {
        let sql = "SELECT id, job, commit_by, root, signature, tries, number FROM batches \
                   WHERE ended = 0 ORDER BY id";
        self.many(sql, [], |row| {
            Ok(Kept {
                id: uint(row.get(0)?),
                order: uint(row.get(1)?),
                commit_by: uint(row.get(2)?),
                root: hash(&row.get::<_, Vec<u8>>(3)?),
                signature: row.get(4)?,
                tries: row.get(5)?,
                number: row.get::<_, Option<i64>>(6)?.map(uint),
            })
        })
    }

    /// A batch's tasks, by nonce.
    pub(crate) fn batch_tasks(&self, id: u64) -> Result<Vec<Done>, ServiceError> {
        let sql = format!(
            "SELECT {} FROM tasks WHERE batch = ?1 ORDER BY nonce",
            tasks::columns()
        );
        let id = self.int(id)?;
        self.many(&sql, [id], tasks::read)
    }

    /// Runs of nonces of an order that batches of the worker take up.
    pub(crate) fn runs(&self, order: u64) -> Result<Vec<(u64, u64)>, ServiceError> {
        let sql = "SELECT first_nonce, last_nonce FROM batches WHERE job = ?1 \
                   AND state != 'released' ORDER BY first_nonce";
        let order = self.int(order)?;
        self.many(sql, [order], |row| {
            Ok((uint(row.get(0)?), uint(row.get(1)?)))
        })
    }

    /// A batch is sent once more.
    pub(crate) fn tried(&self, id: u64) -> Result<(), ServiceError> {
        let sql = "UPDATE batches SET tries = tries + 1 WHERE id = ?1";
        self.write(sql, params![self.int(id)?])
    }

    /// A batch is on chain: its number there, where it stands and what it is charged.
    pub(crate) fn found(
        &self,
        id: u64,
        number: u64,
        state: &str,
        charge: u64,
        ended: bool,
    ) -> Result<(), ServiceError> {
        let sql =
            "UPDATE batches SET number = ?2, state = ?3, charge = ?4, ended = ?5 WHERE id = ?1";
        let values = params![
            self.int(id)?,
            self.int(number)?,
            state,
            self.int(charge)?,
            ended
        ];
        self.write(sql, values)
    }

    /// A batch cannot be committed any more and is not on chain: its tasks are free for
    /// another one.
    pub(crate) fn release(&self, id: u64) -> Result<(), ServiceError> {
        let id = self.int(id)?;
        let mut connection = self.lock();
        let mut write = || -> rusqlite::Result<()> {
            let transaction = connection.transaction()?;
            let released = transaction.execute(
                "UPDATE batches SET state = 'released', ended = 1 WHERE id = ?1 AND number IS NULL",
                [id],
            )?;
            if released == 1 {
                transaction.execute("UPDATE tasks SET batch = NULL WHERE batch = ?1", [id])?;
            }
            transaction.commit()
        };
        let written = write();
        drop(connection);
        written.map_err(|error| self.error(error))
    }

    /// The number on chain up to which all of the worker's batches have ended.
    pub(crate) fn ended_up_to(&self) -> Result<Option<u64>, ServiceError> {
        let sql = "SELECT value FROM settings WHERE name = 'ended_up_to'";
        let found = self.many(sql, [], |row| row.get(0).map(uint))?;
        Ok(found.first().copied())
    }

    /// Moves that on.
    pub(crate) fn set_ended_up_to(&self, number: u64) -> Result<(), ServiceError> {
        let sql = "INSERT INTO settings (name, value) VALUES ('ended_up_to', ?1) \
                   ON CONFLICT (name) DO UPDATE SET value = excluded.value";
        self.write(sql, params![self.int(number)?])
    }

    /// Where everything is.
    pub(crate) fn sums(&self) -> Result<Sums, ServiceError> {
        let sql = "SELECT state, ended, number IS NOT NULL, COUNT(*), COALESCE(SUM(charge), 0) \
                   FROM batches GROUP BY 1, 2, 3";
        let rows = self.many(sql, [], |row| {
            let state: String = row.get(0)?;
            let (ended, known): (bool, bool) = (row.get(1)?, row.get(2)?);
            Ok((state, ended, known, uint(row.get(3)?), uint(row.get(4)?)))
        })?;
        let mut sums = Sums::default();
        for (state, ended, known, count, charge) in rows {
            match (state.as_str(), ended, known) {
                (SETTLED, ..) => {
                    sums.settled_batches = sums.settled_batches.saturating_add(count);
                    sums.settled_charge = sums.settled_charge.saturating_add(charge);
                }
                (_, true, true) => sums.lost_batches = sums.lost_batches.saturating_add(count),
                (_, false, true) => {
                    sums.open_batches = sums.open_batches.saturating_add(count);
                    sums.pending_charge = sums.pending_charge.saturating_add(charge);
                }
                (_, false, false) => {
                    sums.signed_batches = sums.signed_batches.saturating_add(count)
                }
                (_, true, false) => {}
            }
        }
        let sql = "SELECT COUNT(*), COALESCE(SUM(charge), 0) FROM tasks \
                   WHERE batch IS NULL AND dropped IS NULL";
        let waiting = self.many(sql, [], |row| Ok((uint(row.get(0)?), uint(row.get(1)?))))?;
        if let Some((tasks, charge)) = waiting.first() {
            sums.waiting_tasks = *tasks;
            sums.waiting_charge = *charge;
        }
        Ok(sums)
    }

    pub(super) fn write(
        &self,
        sql: &str,
        values: impl rusqlite::Params,
    ) -> Result<(), ServiceError> {
        let written = self.lock().execute(sql, values);
        written.map(|_| ()).map_err(|error| self.error(error))
    }
}
