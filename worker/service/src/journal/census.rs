//! What was measured in a census, to answer its draw also after a restart.

use compute_proofs::Hash;
use rusqlite::params;

use super::{Journal, hash};
use crate::ServiceError;

/// One census's work.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Measured {
    /// Its slot.
    pub(crate) slot: u64,
    /// The challenge that the work follows from.
    pub(crate) challenge: [u8; 32],
    /// Roots of all units that are done.
    pub(crate) roots: Vec<Hash>,
    /// Commitments that were put on their way.
    pub(crate) commits: u32,
}

/// Censuses that are kept: the one under way, and a few to look back at.
const KEPT: u64 = 4;

impl Journal {
    /// What was measured in a slot's census.
    pub(crate) fn measured(&self, slot: u64) -> Result<Option<Measured>, ServiceError> {
        let sql = "SELECT challenge, roots, commits FROM censuses WHERE slot = ?1";
        let key = self.int(slot)?;
        let found = self.many(sql, [key], |row| {
            let roots: Vec<u8> = row.get(1)?;
            Ok(Measured {
                slot,
                challenge: hash(&row.get::<_, Vec<u8>>(0)?).0,
                roots: roots.chunks_exact(32).map(hash).collect(),
                commits: row.get(2)?,
            })
        })?;
        Ok(found.into_iter().next())
    }

    /// Writes down what was measured, before it is committed to.
    pub(crate) fn measure(&self, measured: &Measured) -> Result<(), ServiceError> {
        let roots: Vec<u8> = measured.roots.iter().flat_map(|root| root.0).collect();
        let slot = self.int(measured.slot)?;
        let sql = "INSERT INTO censuses (slot, challenge, roots, commits) VALUES (?1, ?2, ?3, ?4) \
                   ON CONFLICT (slot) DO UPDATE SET challenge = excluded.challenge, \
                   roots = excluded.roots, commits = excluded.commits";
        self.write(
            sql,
            params![slot, measured.challenge, roots, measured.commits],
        )?;
        let sql = "DELETE FROM censuses WHERE slot NOT IN \
                   (SELECT slot FROM censuses ORDER BY slot DESC LIMIT ?1)";
        self.write(sql, [self.int(KEPT)?])
    }
}
