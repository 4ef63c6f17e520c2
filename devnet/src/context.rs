//! What a message runs in: state, gas, events, the block and the transaction.

use std::collections::BTreeSet;

use crate::event::Event;
use crate::gas::Meter;
use crate::store::{Metered, Module, State};

/// The block that something runs in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Block {
    /// The chain's ID.
    pub chain_id: String,
    /// Height, from 1.
    pub height: u64,
    /// Time, in nanoseconds since 1970.
    pub time: u64,
    /// The app hash after the block before.
    pub app_hash: Vec<u8>,
}

/// The transaction that something runs in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TxPlace {
    /// Its place among the block's transactions that came to their messages.
    pub index: u32,
    /// Its hash.
    pub hash: [u8; 32],
}

/// What a message runs in. A copy is cheap; to keep what was before is to copy it.
#[derive(Clone, Debug, Default)]
pub struct Context {
    /// All that is stored.
    pub state: State,
    /// Gas.
    pub gas: Meter,
    /// Events so far.
    pub events: Vec<Event>,
    /// The block.
    pub block: Block,
    /// The transaction; none in queries and simulations, as in wasmd.
    pub tx: Option<TxPlace>,
    /// Code that the transaction has loaded, which is cheaper to load again; none
    /// in queries from outside, which get no discount.
    pub(crate) loaded: Option<BTreeSet<Vec<u8>>>,
    pub(crate) query_depth: u32,
    pub(crate) call_depth: u32,
}

impl Context {
    /// A context in which nothing has happened yet.
    pub fn new(state: State, block: Block, gas_limit: u64) -> Self {
        Self {
            state,
            gas: Meter::new(gas_limit),
            events: Vec::new(),
            block,
            tx: None,
            loaded: None,
            query_depth: 0,
            call_depth: 0,
        }
    }

    /// A module's store, charged.
    pub(crate) fn store(&mut self, module: Module) -> Metered<'_> {
        Metered {
            state: &mut self.state,
            gas: &mut self.gas,
            module,
        }
    }

    pub(crate) fn emit(&mut self, event: Event) {
        self.events.push(event);
    }

    /// Where the transaction stands (`NewAbsoluteTxPosition` in wasmd).
    pub(crate) fn position(&self) -> (u64, u64) {
        let index = self.tx.as_ref().map_or(0, |tx| u64::from(tx.index));
        (self.block.height, index)
    }
}
