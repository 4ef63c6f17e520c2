//! Blocks and transactions as they are kept.

use cosmrs::proto::tendermint::v0_38::abci;
use sha2::{Digest, Sha256};

use crate::app::TxResult;

/// A block.
#[derive(Clone, PartialEq, prost::Message)]
pub struct BlockRecord {
    /// Height, from 1.
    #[prost(uint64, tag = "1")]
    pub height: u64,
    /// Time, in nanoseconds since 1970.
    #[prost(uint64, tag = "2")]
    pub time: u64,
    /// The app hash after the block before, as CometBFT's headers have it.
    #[prost(bytes = "vec", tag = "3")]
    pub app_hash: Vec<u8>,
    /// The app hash after this block.
    #[prost(bytes = "vec", tag = "4")]
    pub next_app_hash: Vec<u8>,
    /// The block's own hash.
    #[prost(bytes = "vec", tag = "5")]
    pub hash: Vec<u8>,
    /// The hash of the block before.
    #[prost(bytes = "vec", tag = "6")]
    pub last_hash: Vec<u8>,
    /// Hashes of its transactions, in order.
    #[prost(bytes = "vec", repeated, tag = "7")]
    pub tx_hashes: Vec<Vec<u8>>,
}

/// A transaction that is in a block.
#[derive(Clone, PartialEq, prost::Message)]
pub struct TxRecord {
    /// Its block.
    #[prost(uint64, tag = "1")]
    pub height: u64,
    /// Its place in it.
    #[prost(uint32, tag = "2")]
    pub index: u32,
    /// Its bytes.
    #[prost(bytes = "vec", tag = "3")]
    pub tx: Vec<u8>,
    /// What came of it.
    #[prost(message, required, tag = "4")]
    pub result: abci::ExecTxResult,
}

/// A block and its transactions.
#[derive(Clone, Debug)]
pub struct Committed {
    /// The block.
    pub block: BlockRecord,
    /// Its transactions, in order.
    pub txs: Vec<TxRecord>,
}

impl BlockRecord {
    /// The hash of its transactions' hashes.
    pub fn data_hash(&self) -> Vec<u8> {
        Sha256::digest(self.tx_hashes.concat()).to_vec()
    }

    /// The hash that names the block. It covers what CometBFT's does, in a way of its own.
    pub(crate) fn digest(&self, chain_id: &str) -> Vec<u8> {
        let mut hash = Sha256::new();
        hash.update(b"ballast-devnet/block/");
        hash.update(chain_id);
        hash.update(self.height.to_be_bytes());
        hash.update(self.time.to_be_bytes());
        hash.update(&self.app_hash);
        hash.update(&self.last_hash);
        hash.update(self.data_hash());
        hash.finalize().to_vec()
    }
}

impl From<TxResult> for abci::ExecTxResult {
    fn from(result: TxResult) -> Self {
        let signed = |gas: u64| i64::try_from(gas).unwrap_or(i64::MAX);
        Self {
            code: result.code,
            data: result.data.into(),
            log: result.log,
            info: String::new(),
            gas_wanted: signed(result.gas_wanted),
            gas_used: signed(result.gas_used),
            events: result.events.into_iter().map(Into::into).collect(),
            codespace: result.codespace,
        }
    }
}
