//! What a chain is started with.

use std::path::PathBuf;
use std::time::Duration;

/// When blocks are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blocks {
    /// One for each transaction, at once.
    Instant,
    /// One each so often, also without transactions.
    Every(Duration),
}

/// Where block times come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    /// The machine's clock, plus the time travelled.
    System,
    /// `start`, then a `step` more with each block (nanoseconds): the same transactions
    /// give the same hashes.
    Steps {
        /// Time of the first block.
        start: u64,
        /// From block to block.
        step: u64,
    },
}

/// What a chain is started with.
#[derive(Clone, Debug)]
pub struct Config {
    /// The chain's ID.
    pub chain_id: String,
    /// Denoms that the accounts of the genesis have; the first pays fees.
    pub denoms: Vec<String>,
    /// Least gas price, in millionths of a unit.
    pub min_gas_price_micro: u64,
    /// Most gas of a block, and of a transaction.
    pub max_gas: u64,
    /// When blocks are made.
    pub blocks: Blocks,
    /// Where their times come from.
    pub clock: Clock,
    /// The file that keeps the chain; none for memory.
    pub state: Option<PathBuf>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            chain_id: "ballast-devnet-1".to_owned(),
            denoms: vec!["ustake".to_owned()],
            min_gas_price_micro: 0,
            max_gas: 100_000_000,
            blocks: Blocks::Instant,
            clock: Clock::System,
            state: None,
        }
    }
}
