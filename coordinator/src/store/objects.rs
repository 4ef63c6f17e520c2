//! Rows of objects and programs.

use compute_proofs::Hash;
use compute_proofs::codec::{Decode, Encode};
use compute_proofs::program::Program;
use compute_proofs::tensor::TensorSpec;
use rusqlite::{Connection, OptionalExtension, params};

use super::{Store, StoreError, signed};

/// What the database has of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredObject {
    /// Type and shape.
    pub spec: TensorSpec,
    /// Its bytes, if it is small; else they are in a file.
    pub bytes: Option<Vec<u8>>,
}

/// Writes an object's row. Objects never change, so a second one is the same.
pub(super) fn put(
    db: &Connection,
    root: &Hash,
    spec: &TensorSpec,
    bytes: Option<&[u8]>,
    now: u64,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO objects (root, spec, bytes, used) VALUES (?, ?, ?, ?)
        ON CONFLICT (root) DO UPDATE SET used = excluded.used";
    db.prepare_cached(sql)?
        .execute(params![root.0, spec.to_bytes(), bytes, signed(now)])?;
    Ok(())
}

impl Store {
    /// Keeps an object, or its row if its bytes are in a file.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn put_object(
        &self,
        root: Hash,
        spec: TensorSpec,
        bytes: Option<Vec<u8>>,
        now: u64,
    ) -> Result<(), StoreError> {
        self.write(move |db| put(db, &root, &spec, bytes.as_deref(), now))
            .await
    }

    /// An object.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn object(&self, root: Hash) -> Result<Option<StoredObject>, StoreError> {
        self.read(move |db| {
            let sql = "SELECT spec, bytes FROM objects WHERE root = ?";
            let mut statement = db.prepare_cached(sql)?;
            let found: Option<(Vec<u8>, Option<Vec<u8>>)> = statement
                .query_row([&root.0[..]], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()?;
            let Some((spec, bytes)) = found else {
                return Ok(None);
            };
            let spec = TensorSpec::from_bytes(&spec);
            let spec = spec.map_err(|_| StoreError::Damaged {
                what: "objects.spec",
            })?;
            Ok(Some(StoredObject { spec, bytes }))
        })
        .await
    }

    /// Forgets objects that no live job needs and nobody has used since `before`; those
    /// whose files can go.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn prune_objects(&self, before: u64) -> Result<Vec<Hash>, StoreError> {
        self.write(move |db| {
            // A live job's inputs were used when it was accepted, and its deadline is
            // shorter than what objects are kept for.
            let sql = "DELETE FROM objects WHERE used < ? RETURNING root, bytes IS NULL";
            let mut statement = db.prepare_cached(sql)?;
            let rows = statement.query_map([signed(before)], |row| {
                Ok((row.get::<_, [u8; 32]>(0)?, row.get::<_, bool>(1)?))
            })?;
            let mut files = Vec::new();
            for found in rows {
                let (root, in_file) = found?;
                if in_file {
                    files.push(Hash(root));
                }
            }
            Ok(files)
        })
        .await
    }

    /// Keeps a program.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn put_program(&self, hash: Hash, program: &Program) -> Result<(), StoreError> {
        let bytes = program.to_bytes();
        self.write(move |db| {
            let sql = "INSERT OR IGNORE INTO programs (hash, program, registered) VALUES (?, ?, 0)";
            db.prepare_cached(sql)?.execute(params![hash.0, bytes])?;
            Ok(())
        })
        .await
    }

    /// Notes that the chain knows a program.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn program_registered(&self, hash: Hash) -> Result<(), StoreError> {
        self.write(move |db| {
            let sql = "UPDATE programs SET registered = 1 WHERE hash = ?";
            db.prepare_cached(sql)?.execute(params![hash.0])?;
            Ok(())
        })
        .await
    }

    /// All programs, and whether the chain knows them.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn programs(&self) -> Result<Vec<(Program, bool)>, StoreError> {
        self.read(|db| {
            let mut statement = db.prepare("SELECT program, registered FROM programs")?;
            let rows = statement.query_map([], |row| {
                Ok((row.get::<_, Vec<u8>>(0)?, row.get::<_, bool>(1)?))
            })?;
            rows.map(|found| {
                let (bytes, registered) = found?;
                let program = Program::from_bytes(&bytes);
                let what = "programs.program";
                Ok((
                    program.map_err(|_| StoreError::Damaged { what })?,
                    registered,
                ))
            })
            .collect()
        })
        .await
    }
}
