//! Keys of private tasks: their results are sealed with them, as often as they are handed in.

use rusqlite::{OptionalExtension, params};
use sealing::{OpeningKey, PublicKey};
use zeroize::Zeroizing;

use super::Journal;
use crate::ServiceError;

/// What a private task's result is sealed with.
#[derive(Clone, Debug)]
pub(crate) struct Sealing {
    /// The lease's key, which the app knows the worker by.
    pub(crate) key: OpeningKey,
    /// Whom it is sealed to.
    pub(crate) reply_key: PublicKey,
}

impl Journal {
    /// Keeps a private task's keys until its result is acknowledged or not wanted any
    /// more. Those of such tasks go.
    pub(crate) fn keep_sealing(
        &self,
        order: u64,
        nonce: u64,
        sealing: &Sealing,
    ) -> Result<(), ServiceError> {
        let (order, nonce) = (self.int(order)?, self.int(nonce)?);
        let secret = sealing.key.to_bytes();
        let connection = self.lock();
        let sql = "DELETE FROM sealings WHERE EXISTS (SELECT 1 FROM tasks \
                   WHERE tasks.job = sealings.job AND tasks.nonce = sealings.nonce \
                   AND (tasks.delivery IS NOT NULL OR tasks.dropped IS NOT NULL))";
        let gone = connection.execute(sql, []);
        gone.map_err(|error| self.error(error))?;
        let sql = "INSERT OR REPLACE INTO sealings (job, nonce, secret, reply_key) \
                   VALUES (?1, ?2, ?3, ?4)";
        let kept = connection.execute(sql, params![order, nonce, &secret[..], sealing.reply_key.0]);
        kept.map(|_| ()).map_err(|error| self.error(error))
    }

    /// A private task's keys; none if it is not private.
    pub(crate) fn sealing(&self, order: u64, nonce: u64) -> Result<Option<Sealing>, ServiceError> {
        let (order, nonce) = (self.int(order)?, self.int(nonce)?);
        let sql = "SELECT secret, reply_key FROM sealings WHERE job = ?1 AND nonce = ?2";
        let found: Option<([u8; 32], [u8; 32])> = self
            .lock()
            .query_row(sql, [order, nonce], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()
            .map_err(|error| self.error(error))?;
        let Some((secret, reply_key)) = found else {
            return Ok(None);
        };
        let key = OpeningKey::from_bytes(&Zeroizing::new(secret));
        Ok(Some(Sealing {
            key: key.map_err(|error| self.error(error))?,
            reply_key: PublicKey(reply_key),
        }))
    }
}
