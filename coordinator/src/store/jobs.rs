//! Rows of jobs and of the orders that they are charged to.

use compute_proofs::Hash;
use compute_proofs::codec::{Decode, Encode};
use compute_proofs::receipt::Receipt;
use compute_proofs::task::Authorisation;
use compute_proofs::tensor::TensorSpec;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::rows::{JobRow, JobState, LeaseRow, NewJob, OrderBook, Submitted};
use super::{Store, StoreError, array, big, number, objects, signed, unsigned};
use crate::id::{JobId, LeaseId};
use crate::job::AppSigned;
use crate::machine::cap::Period;

const COLUMNS: &str = "seq, id, order_number, api_key, authorisation, app_signature, inputs, \
    issuer, price_bps, memory, state, created, deadline, ended, lease, worker, attempt, \
    lease_until, tries, output_root, receipt, failure, app_key, sealed_root";

fn job(row: &Row<'_>) -> Result<JobRow, StoreError> {
    let bytes = |at: usize| row.get::<_, Vec<u8>>(at);
    let maybe = |at: usize| row.get::<_, Option<Vec<u8>>>(at);
    let narrow = |number: i64| u32::try_from(number).unwrap_or(0);
    let damaged = |what| move |_| StoreError::Damaged { what };
    let key = maybe(3)?
        .map(|key| array(&key, "jobs.api_key"))
        .transpose()?;
    let app = match (maybe(5)?, maybe(22)?) {
        (Some(signature), Some(key)) => Some(AppSigned {
            key: array(&key, "jobs.app_key")?,
            signature: array(&signature, "jobs.app_signature")?,
        }),
        _ => None,
    };
    let lease = match (maybe(14)?, row.get::<_, Option<String>>(15)?) {
        (Some(lease), Some(worker)) => Some((
            LeaseId(array(&lease, "jobs.lease")?),
            worker,
            narrow(row.get(16)?),
            unsigned(row.get::<_, Option<i64>>(17)?.unwrap_or(0)),
        )),
        _ => None,
    };
    let output = maybe(19)?
        .map(|root| array(&root, "jobs.output_root"))
        .transpose()?;
    let sealed = maybe(23)?
        .map(|root| array(&root, "jobs.sealed_root"))
        .transpose()?;
    let receipt = maybe(20)?
        .map(|bytes| Receipt::from_bytes(&bytes).map_err(damaged("jobs.receipt")))
        .transpose()?;
    let authorisation = Authorisation::from_bytes(&bytes(4)?);
    Ok(JobRow {
        seq: unsigned(row.get(0)?),
        id: JobId(array(&bytes(1)?, "jobs.id")?),
        order: unsigned(row.get(2)?),
        api_key: key,
        authorisation: authorisation.map_err(damaged("jobs.authorisation"))?,
        app,
        inputs: row.get(6)?,
        issuer: row.get(7)?,
        price_bps: narrow(row.get(8)?),
        memory: unsigned(row.get(9)?),
        state: JobState::of(row.get(10)?)?,
        created: unsigned(row.get(11)?),
        deadline: unsigned(row.get(12)?),
        ended: row.get::<_, Option<i64>>(13)?.map(unsigned),
        lease,
        tries: narrow(row.get(18)?),
        output_root: output.map(Hash),
        sealed_root: sealed.map(Hash),
        receipt,
        failure: row.get(21)?,
    })
}

fn book(db: &Connection, order: u64) -> Result<Option<OrderBook>, StoreError> {
    let sql = "SELECT next_nonce, cum_ops, charged_ops, done_ops, accepted, done, failed, \
        cancelled, period_coins, period_ends FROM orders WHERE number = ?";
    let mut statement = db.prepare_cached(sql)?;
    let mut rows = statement.query([signed(order)])?;
    let Some(row) = rows.next()? else {
        return Ok(None);
    };
    let ops = |at: usize| number(&row.get::<_, Vec<u8>>(at)?, "orders");
    Ok(Some(OrderBook {
        next_nonce: unsigned(row.get(0)?),
        cum_ops: ops(1)?,
        charged_ops: ops(2)?,
        done_ops: ops(3)?,
        accepted: unsigned(row.get(4)?),
        done: unsigned(row.get(5)?),
        failed: unsigned(row.get(6)?),
        cancelled: unsigned(row.get(7)?),
        period: Period {
            coins: ops(8)?,
            ends: unsigned(row.get(9)?),
        },
    }))
}

fn save(db: &Connection, order: u64, book: &OrderBook) -> Result<(), StoreError> {
    let sql = "INSERT OR REPLACE INTO orders
        (number, next_nonce, cum_ops, charged_ops, done_ops, accepted, done, failed, cancelled,
         period_coins, period_ends)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    db.prepare_cached(sql)?.execute(params![
        signed(order),
        signed(book.next_nonce),
        big(book.cum_ops),
        big(book.charged_ops),
        big(book.done_ops),
        signed(book.accepted),
        signed(book.done),
        signed(book.failed),
        signed(book.cancelled),
        big(book.period.coins),
        signed(book.period.ends),
    ])?;
    Ok(())
}

fn repeated(
    db: &Connection,
    (scope, name, request): &([u8; 32], String, [u8; 32]),
) -> Result<Option<Submitted>, StoreError> {
    let sql = "SELECT request, job FROM idempotency WHERE scope = ? AND name = ?";
    let mut statement = db.prepare_cached(sql)?;
    let found: Option<([u8; 32], [u8; 16])> = statement
        .query_row(params![scope, name], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    Ok(found.map(|(before, job)| {
        if before == *request {
            Submitted::Repeated(JobId(job))
        } else {
            Submitted::Conflict
        }
    }))
}

fn submit(db: &Connection, new: &NewJob) -> Result<Submitted, StoreError> {
    if let Some(key) = &new.idempotency
        && let Some(before) = repeated(db, key)?
    {
        return Ok(before);
    }
    let mut book = match book(db, new.order)? {
        Some(book) => book,
        None if new.chain_cum_ops > 0 => return Ok(Submitted::Foreign),
        None => OrderBook::NEW,
    };
    if book.live() >= new.max_live {
        return Ok(Submitted::TooMany);
    }
    let left = new.total_ops.saturating_sub(book.charged_ops);
    if new.ops > left {
        return Ok(Submitted::NoOps { left });
    }
    let authorisation = match &new.app {
        None => Authorisation {
            nonce: book.next_nonce,
            program: new.program,
            input_root: new.input_root,
            max_ops: new.ops,
            cum_ops: book.cum_ops.saturating_add(new.ops),
            expires: new.expires,
        },
        Some((given, _)) => {
            let cum_ops = book.cum_ops.checked_add(given.max_ops);
            if given.nonce != book.next_nonce || Some(given.cum_ops) != cum_ops {
                return Ok(Submitted::NotNext {
                    nonce: book.next_nonce,
                    cum_ops: book.cum_ops,
                });
            }
            *given
        }
    };
    if let Some(cap) = &new.cap {
        match cap.take(book.period, book.cum_ops, new.ops, new.created) {
            Ok(period) => book.period = period,
            Err(over) => return Ok(Submitted::OverCap(over)),
        }
    }
    book.next_nonce = book.next_nonce.saturating_add(1);
    book.cum_ops = authorisation.cum_ops;
    book.charged_ops = book.charged_ops.saturating_add(new.ops);
    book.accepted = book.accepted.saturating_add(1);
    save(db, new.order, &book)?;
    let sql = "INSERT INTO jobs (id, order_number, nonce, api_key, authorisation, app_key, \
        app_signature, inputs, issuer, price_bps, memory, state, created, deadline)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?)";
    db.prepare_cached(sql)?.execute(params![
        new.id.0,
        signed(new.order),
        signed(authorisation.nonce),
        new.api_key,
        authorisation.to_bytes(),
        new.app.as_ref().map(|(_, app)| app.key.to_vec()),
        new.app.as_ref().map(|(_, app)| app.signature.to_vec()),
        new.inputs,
        new.issuer,
        new.price_bps,
        signed(new.memory),
        signed(new.created),
        signed(new.deadline),
    ])?;
    let seq = unsigned(db.last_insert_rowid());
    for root in &new.objects {
        let sql = "UPDATE objects SET used = ? WHERE root = ?";
        db.prepare_cached(sql)?
            .execute(params![signed(new.created), root.0])?;
    }
    if let Some((scope, name, request)) = &new.idempotency {
        let sql = "INSERT INTO idempotency (scope, name, request, job, at) VALUES (?, ?, ?, ?, ?)";
        db.prepare_cached(sql)?.execute(params![
            scope,
            name,
            request,
            new.id.0,
            signed(new.created)
        ])?;
    }
    Ok(Submitted::Accepted { seq, authorisation })
}

impl Store {
    /// Accepts a job: gives it the next nonce of its order and writes it down, all or
    /// nothing.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn submit(&self, new: NewJob) -> Result<Submitted, StoreError> {
        self.write(move |db| submit(db, &new)).await
    }

    /// Writes leases down. A job that is over keeps its state: those leases are not in the
    /// answer, and must not be offered.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn lease(&self, rows: Vec<LeaseRow>, now: u64) -> Result<Vec<LeaseId>, StoreError> {
        self.write(move |db| {
            let mut written = Vec::new();
            for row in &rows {
                let sql = "UPDATE jobs SET state = 1, lease = ?, worker = ?, attempt = ?, \
                    lease_until = ?, tries = tries + 1 WHERE id = ? AND state < 2";
                let changed = db.prepare_cached(sql)?.execute(params![
                    row.lease.0,
                    row.worker,
                    row.attempt,
                    signed(row.until),
                    row.job.0,
                ])?;
                if changed == 0 {
                    continue;
                }
                let sql = "INSERT INTO draws (lease, job, census, attempt, worker, skipped, at)
                    VALUES (?, ?, ?, ?, ?, ?, ?)";
                db.prepare_cached(sql)?.execute(params![
                    row.lease.0,
                    row.job.0,
                    row.census,
                    row.attempt,
                    row.worker,
                    row.skipped,
                    signed(now),
                ])?;
                written.push(row.lease);
            }
            Ok(written)
        })
        .await
    }

    /// Writes a result down, with its bytes if it is small. Its root is the receipt's,
    /// unless it came sealed. When the job was accepted;
    /// `None` if its result was not wanted any more.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn done(
        &self,
        job: JobId,
        lease: LeaseId,
        receipt: Receipt,
        output: (Hash, TensorSpec, Option<Vec<u8>>),
        now: u64,
    ) -> Result<Option<u64>, StoreError> {
        self.write(move |db| {
            let (root, spec, bytes) = output;
            let sealed = (root != receipt.output_root).then_some(root.0);
            let sql = "UPDATE jobs SET state = 2, ended = ?, output_root = ?, receipt = ?, \
                sealed_root = ? WHERE id = ? AND lease = ? AND state = 1 \
                RETURNING order_number, created";
            let found: Option<(i64, i64)> = db
                .prepare_cached(sql)?
                .query_row(
                    params![
                        signed(now),
                        receipt.output_root.0,
                        receipt.to_bytes(),
                        sealed,
                        job.0,
                        lease.0
                    ],
                    |row| Ok((row.get(0)?, row.get(1)?)),
                )
                .optional()?;
            let Some((order, created)) = found else {
                return Ok(None);
            };
            let order = unsigned(order);
            objects::put(db, &root, &spec, bytes.as_deref(), now)?;
            if let Some(mut book) = book(db, order)? {
                book.done = book.done.saturating_add(1);
                book.done_ops = book.done_ops.saturating_add(receipt.ops);
                save(db, order, &book)?;
            }
            Ok(Some(unsigned(created)))
        })
        .await
    }

    /// Ends a job without a result. Whether it was live. What nobody was leased comes free
    /// again; a worker that has a lease may still be paid by the chain, so that stays.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn give_up(
        &self,
        job: JobId,
        state: JobState,
        failure: String,
        now: u64,
    ) -> Result<bool, StoreError> {
        self.write(move |db| {
            let sql = "UPDATE jobs SET state = ?, failure = ?, ended = ? WHERE id = ? AND state < 2
                RETURNING order_number, lease IS NULL, authorisation";
            let ended: Option<(i64, bool, Vec<u8>)> = db
                .prepare_cached(sql)?
                .query_row(params![state.code(), failure, signed(now), job.0], |row| {
                    Ok((row.get(0)?, row.get(1)?, row.get(2)?))
                })
                .optional()?;
            let Some((order, is_free, authorisation)) = ended else {
                return Ok(false);
            };
            let order = unsigned(order);
            let what = "jobs.authorisation";
            let authorisation = Authorisation::from_bytes(&authorisation)
                .map_err(|_| StoreError::Damaged { what })?;
            if let Some(mut book) = book(db, order)? {
                if is_free {
                    book.charged_ops = book.charged_ops.saturating_sub(authorisation.max_ops);
                }
                match state {
                    JobState::Cancelled => book.cancelled = book.cancelled.saturating_add(1),
                    _ => book.failed = book.failed.saturating_add(1),
                }
                save(db, order, &book)?;
            }
            Ok(true)
        })
        .await
    }

    /// A job.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn job(&self, id: JobId) -> Result<Option<JobRow>, StoreError> {
        self.one_job("id", id.0.to_vec()).await
    }

    /// The job that a lease was for, if it was its last one.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn job_of_lease(&self, lease: LeaseId) -> Result<Option<JobRow>, StoreError> {
        self.one_job("lease", lease.0.to_vec()).await
    }

    async fn one_job(&self, by: &'static str, key: Vec<u8>) -> Result<Option<JobRow>, StoreError> {
        self.read(move |db| {
            let sql = format!("SELECT {COLUMNS} FROM jobs WHERE {by} = ?");
            let mut statement = db.prepare_cached(&sql)?;
            let mut rows = statement.query([key])?;
            rows.next()?.map(job).transpose()
        })
        .await
    }

    /// All jobs that are not over, the oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn live_jobs(&self) -> Result<Vec<JobRow>, StoreError> {
        self.read(|db| {
            let sql = format!("SELECT {COLUMNS} FROM jobs WHERE state < 2 ORDER BY seq");
            let mut statement = db.prepare(&sql)?;
            let mut rows = statement.query([])?;
            let mut jobs = Vec::new();
            while let Some(row) = rows.next()? {
                jobs.push(job(row)?);
            }
            Ok(jobs)
        })
        .await
    }

    /// Jobs of an order, the newest first: `limit` of them from below `before` on.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn jobs_of(
        &self,
        order: u64,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<JobRow>, StoreError> {
        self.read(move |db| {
            let sql = format!(
                "SELECT {COLUMNS} FROM jobs WHERE order_number = ? AND nonce < ?
                 ORDER BY nonce DESC LIMIT ?"
            );
            let mut statement = db.prepare_cached(&sql)?;
            let before = signed(before.unwrap_or(u64::MAX));
            let mut rows = statement.query(params![signed(order), before, limit])?;
            let mut jobs = Vec::new();
            while let Some(row) = rows.next()? {
                jobs.push(job(row)?);
            }
            Ok(jobs)
        })
        .await
    }

    /// Receipts of an order's jobs that this worker has done, with nonces in a range,
    /// by nonce, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn receipts_of(
        &self,
        order: u64,
        worker: String,
        (first, last): (u64, u64),
        limit: u32,
    ) -> Result<Vec<Receipt>, StoreError> {
        self.read(move |db| {
            let sql = format!(
                "SELECT {COLUMNS} FROM jobs WHERE order_number = ? AND nonce BETWEEN ? AND ?
                 AND worker = ? AND receipt IS NOT NULL ORDER BY nonce LIMIT ?"
            );
            let mut statement = db.prepare_cached(&sql)?;
            let (order, first, last) = (signed(order), signed(first), signed(last));
            let mut rows = statement.query(params![order, first, last, worker, limit])?;
            let mut receipts = Vec::new();
            while let Some(row) = rows.next()? {
                receipts.extend(job(row)?.receipt);
            }
            Ok(receipts)
        })
        .await
    }

    /// The last task of an order that was authorised.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn last_job_of(&self, order: u64) -> Result<Option<JobRow>, StoreError> {
        Ok(self.jobs_of(order, None, 1).await?.pop())
    }

    /// What the coordinator has of an order.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn order_book(&self, order: u64) -> Result<OrderBook, StoreError> {
        self.read(move |db| Ok(book(db, order)?.unwrap_or(OrderBook::NEW)))
            .await
    }

    /// Forgets jobs that were over before `before`, and what belongs to them; how many.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn prune_jobs(&self, before: u64) -> Result<usize, StoreError> {
        self.write(move |db| {
            let before = signed(before);
            db.execute("DELETE FROM idempotency WHERE at < ?", [before])?;
            db.execute("DELETE FROM draws WHERE at < ?", [before])?;
            Ok(db.execute("DELETE FROM jobs WHERE ended < ?", [before])?)
        })
        .await
    }
}
