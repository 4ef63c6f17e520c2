//! API keys. Only their hashes are kept.

use std::fmt;

use rusqlite::{OptionalExtension, params};
use sha2::{Digest, Sha256};

use super::{Store, StoreError, signed, unsigned};
use crate::id::{self, NoRandomness};

/// What every key begins with, so that scanners for leaked keys know it.
const PREFIX: &str = "blst_";

/// A key, as its owner has it.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKey([u8; 32]);

impl ApiKey {
    /// A new one.
    ///
    /// # Errors
    /// [`NoRandomness`].
    pub fn new() -> Result<Self, NoRandomness> {
        id::random().map(Self)
    }

    /// As in `blst_0123…`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(text.strip_prefix(PREFIX)?, &mut bytes).ok()?;
        Some(Self(bytes))
    }

    /// The key in words. It is shown once, when it is made.
    #[must_use]
    pub fn reveal(&self) -> String {
        format!("{PREFIX}{}", hex::encode(self.0))
    }

    /// What is kept of it. Its 32 bytes are random, so nothing slow is needed.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0).into()
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey(…)")
    }
}

/// What is known of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRow {
    /// Its hash.
    pub hash: [u8; 32],
    /// The order that it may spend.
    pub order: u64,
    /// What its owner calls it.
    pub label: String,
    /// When it was made.
    pub created: u64,
    /// When it was revoked.
    pub revoked: Option<u64>,
}

const COLUMNS: &str = "hash, order_number, label, created, revoked";

fn row(row: &rusqlite::Row<'_>) -> rusqlite::Result<KeyRow> {
    Ok(KeyRow {
        hash: row.get(0)?,
        order: unsigned(row.get(1)?),
        label: row.get(2)?,
        created: unsigned(row.get(3)?),
        revoked: row.get::<_, Option<i64>>(4)?.map(unsigned),
    })
}

impl Store {
    /// Keeps a key.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn add_key(
        &self,
        key: &ApiKey,
        order: u64,
        label: String,
        now: u64,
    ) -> Result<(), StoreError> {
        let hash = key.hash();
        self.write(move |db| {
            let sql =
                "INSERT INTO api_keys (hash, order_number, label, created) VALUES (?, ?, ?, ?)";
            db.prepare_cached(sql)?
                .execute(params![hash, signed(order), label, signed(now)])?;
            Ok(())
        })
        .await
    }

    /// Revokes the keys whose hash begins with `hash` in hex; how many.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn revoke_keys(&self, hash: String, now: u64) -> Result<usize, StoreError> {
        self.write(move |db| {
            let sql = "UPDATE api_keys SET revoked = ?1
                WHERE revoked IS NULL AND substr(lower(hex(hash)), 1, length(?2)) = lower(?2)";
            Ok(db.execute(sql, params![signed(now), hash])?)
        })
        .await
    }

    /// All keys, the newest last.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn keys(&self) -> Result<Vec<KeyRow>, StoreError> {
        self.read(|db| {
            let sql = format!("SELECT {COLUMNS} FROM api_keys ORDER BY created, hash");
            let mut statement = db.prepare_cached(&sql)?;
            let rows = statement.query_map([], row)?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }

    /// The key with this hash.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn key(&self, hash: [u8; 32]) -> Result<Option<KeyRow>, StoreError> {
        self.read(move |db| {
            let sql = format!("SELECT {COLUMNS} FROM api_keys WHERE hash = ?");
            let mut statement = db.prepare_cached(&sql)?;
            Ok(statement.query_row([&hash[..]], row).optional()?)
        })
        .await
    }
}
