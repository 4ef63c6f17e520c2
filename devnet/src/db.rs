//! What is on disk with `--state FILE`, and in memory without.
//!
//! Each block is one database transaction with all that it changed, so that a process
//! killed at any moment leaves the block or nothing of it.

use std::path::Path;

use anyhow::{Context as _, Result};
use cosmrs::proto::traits::Message;
use redb::backends::InMemoryBackend;
use redb::{Database, ReadableDatabase, ReadableTable, TableDefinition};

use crate::records::{BlockRecord, Committed, TxRecord};
use crate::store::{Change, State};
use crate::tx;

/// Key in the whole state to value.
const STATE: TableDefinition<&[u8], &[u8]> = TableDefinition::new("state");
/// Height to block.
const BLOCKS: TableDefinition<u64, &[u8]> = TableDefinition::new("blocks");
/// Hash to transaction.
const TXS: TableDefinition<&[u8], &[u8]> = TableDefinition::new("txs");
/// `TYPE.ATTRIBUTE=VALUE`, a zero, height and place, to the transaction's hash.
const EVENTS: TableDefinition<&[u8], &[u8]> = TableDefinition::new("events");
/// Order of arrival to a transaction that was accepted and is in no block yet.
const PENDING: TableDefinition<u64, &[u8]> = TableDefinition::new("pending");
/// Name to setting.
const SETTINGS: TableDefinition<&str, &[u8]> = TableDefinition::new("settings");

/// The database.
pub(crate) struct Db(Database);

/// What was there when it was opened.
pub(crate) struct Opened {
    pub(crate) db: Db,
    pub(crate) state: State,
    pub(crate) last: Option<BlockRecord>,
    pub(crate) pending: Vec<(u64, Vec<u8>)>,
}

impl Db {
    /// Opens `path`, or makes a database in memory.
    pub(crate) fn open(path: Option<&Path>) -> Result<Opened> {
        let database = match path {
            Some(path) => Database::create(path).with_context(|| {
                let path = path.display();
                format!(
                    "opening {path}: another devnet may be running on it, or it is another file"
                )
            })?,
            None => Database::builder().create_with_backend(InMemoryBackend::new())?,
        };
        let db = Self(database);
        let write = db.0.begin_write()?;
        write.open_table(STATE)?;
        write.open_table(BLOCKS)?;
        write.open_table(TXS)?;
        write.open_table(EVENTS)?;
        write.open_table(PENDING)?;
        write.open_table(SETTINGS)?;
        write.commit()?;
        let read = db.0.begin_read()?;
        let mut state = State::default();
        for record in read.open_table(STATE)?.iter()? {
            let (key, value) = record?;
            state.set_whole(key.value().to_vec(), value.value().to_vec());
        }
        state.take_changes();
        let last = match read.open_table(BLOCKS)?.last()? {
            Some((_, bytes)) => Some(BlockRecord::decode(bytes.value())?),
            None => None,
        };
        let mut pending = Vec::new();
        for record in read.open_table(PENDING)?.iter()? {
            let (order, bytes) = record?;
            pending.push((order.value(), bytes.value().to_vec()));
        }
        drop(read);
        Ok(Opened {
            db,
            state,
            last,
            pending,
        })
    }

    pub(crate) fn setting(&self, name: &str) -> Result<Option<Vec<u8>>> {
        let read = self.0.begin_read()?;
        let value = read.open_table(SETTINGS)?.get(name)?;
        Ok(value.map(|value| value.value().to_vec()))
    }

    pub(crate) fn set_setting(&self, name: &str, value: &[u8]) -> Result<()> {
        let write = self.0.begin_write()?;
        write.open_table(SETTINGS)?.insert(name, value)?;
        Ok(write.commit()?)
    }

    /// Keeps a transaction that was accepted, until it is in a block.
    pub(crate) fn add_pending(&self, order: u64, bytes: &[u8]) -> Result<()> {
        let write = self.0.begin_write()?;
        write.open_table(PENDING)?.insert(order, bytes)?;
        Ok(write.commit()?)
    }

    /// Keeps a block, what it changed, and forgets the pending transactions `done`.
    pub(crate) fn commit(&self, new: &Committed, changes: &[Change], done: &[u64]) -> Result<()> {
        let write = self.0.begin_write()?;
        {
            let mut state = write.open_table(STATE)?;
            for (key, value) in changes {
                match value {
                    Some(value) => state.insert(key.as_slice(), value.as_slice())?,
                    None => state.remove(key.as_slice())?,
                };
            }
            let block = new.block.encode_to_vec();
            write
                .open_table(BLOCKS)?
                .insert(new.block.height, block.as_slice())?;
            let mut txs = write.open_table(TXS)?;
            let mut events = write.open_table(EVENTS)?;
            for record in &new.txs {
                let hash = tx::hash(&record.tx);
                txs.insert(&hash[..], record.encode_to_vec().as_slice())?;
                for key in index_keys(record, &hash) {
                    events.insert(key.as_slice(), &hash[..])?;
                }
            }
            let mut pending = write.open_table(PENDING)?;
            for order in done {
                pending.remove(order)?;
            }
        }
        Ok(write.commit()?)
    }

    /// Forgets everything.
    pub(crate) fn clear(&self) -> Result<()> {
        let write = self.0.begin_write()?;
        write.delete_table(STATE)?;
        write.delete_table(BLOCKS)?;
        write.delete_table(TXS)?;
        write.delete_table(EVENTS)?;
        write.delete_table(PENDING)?;
        write.open_table(STATE)?;
        write.open_table(BLOCKS)?;
        write.open_table(TXS)?;
        write.open_table(EVENTS)?;
        write.open_table(PENDING)?;
        Ok(write.commit()?)
    }

    pub(crate) fn block(&self, height: u64) -> Result<Option<BlockRecord>> {
        let read = self.0.begin_read()?;
        let found = read.open_table(BLOCKS)?.get(height)?;
        Ok(found
            .map(|bytes| BlockRecord::decode(bytes.value()))
            .transpose()?)
    }

    pub(crate) fn tx(&self, hash: &[u8]) -> Result<Option<TxRecord>> {
        let read = self.0.begin_read()?;
        let found = read.open_table(TXS)?.get(hash)?;
        Ok(found
            .map(|bytes| TxRecord::decode(bytes.value()))
            .transpose()?)
    }

    /// Places (height, place in the block) and hashes of the transactions that have
    /// the event attribute `NAME=VALUE`, oldest first.
    pub(crate) fn with_event(&self, name_value: &str) -> Result<Vec<(Place, Vec<u8>)>> {
        let prefix = [name_value.as_bytes(), &[0]].concat();
        let end = [name_value.as_bytes(), &[1]].concat();
        self.indexed(&prefix, &end)
    }

    /// The same for all transactions in blocks from height `from` to `to`.
    pub(crate) fn in_blocks(&self, from: u64, to: u64) -> Result<Vec<(Place, Vec<u8>)>> {
        let bound = |height: u64| [ALL, &height.to_be_bytes()].concat();
        self.indexed(&bound(from), &bound(to.saturating_add(1)))
    }

    fn indexed(&self, start: &[u8], end: &[u8]) -> Result<Vec<(Place, Vec<u8>)>> {
        let read = self.0.begin_read()?;
        let mut found = Vec::new();
        for record in read.open_table(EVENTS)?.range(start..end)? {
            let (key, hash) = record?;
            if let Some(place) = place(key.value()) {
                found.push((place, hash.value().to_vec()));
            }
        }
        Ok(found)
    }
}

/// Height and place in the block.
pub(crate) type Place = (u64, u32);

/// What the index of all transactions begins with: no event is called that.
const ALL: &[u8] = b"\0all\0";

fn place(key: &[u8]) -> Option<Place> {
    let start = key.len().checked_sub(12)?;
    let (height, index) = key.get(start..)?.split_at(8);
    let height = u64::from_be_bytes(height.try_into().ok()?);
    Some((height, u32::from_be_bytes(index.try_into().ok()?)))
}

fn index_keys(record: &TxRecord, hash: &[u8]) -> Vec<Vec<u8>> {
    let place = [
        &record.height.to_be_bytes()[..],
        &record.index.to_be_bytes(),
    ]
    .concat();
    let mut keys = vec![[ALL, &place].concat()];
    let mut add = |name_value: String| {
        keys.push([name_value.as_bytes(), &[0], &place].concat());
    };
    add(format!("tx.hash={}", hex::encode_upper(hash)));
    for event in &record.result.events {
        for attribute in &event.attributes {
            add(format!(
                "{}.{}={}",
                event.r#type, attribute.key, attribute.value
            ));
        }
    }
    keys.sort();
    keys.dedup();
    keys
}
