//! The books of all contracts, rebuilt from events alone.

mod coin;
mod oracle;
mod votes;

pub use coin::{CoinBook, MarketCoins};
pub use oracle::{IssuerBook, OperatorBook, OracleBook};
pub use votes::{StakeBook, VotesBook};

use compute_api::{
    Contracts, events::attribute, oracle::events::OracleEvent, votes::events::VotesEvent,
};
use cosmwasm_std::{Addr, Event};

use crate::market::MarketBook;

/// What whoever follows events knows.
#[derive(Clone, Debug)]
pub struct Replay {
    contracts: Contracts<Addr>,
    /// What the coin's events tell.
    pub coin: CoinBook,
    /// What the oracle's events tell.
    pub oracle: OracleBook,
    /// What the votes contract's events tell.
    pub votes: VotesBook,
    /// What the market's events tell.
    pub market: MarketBook,
}

impl Replay {
    /// Begins before any event of these contracts.
    #[must_use]
    pub fn new(contracts: Contracts<Addr>) -> Self {
        Self {
            coin: CoinBook::new(&contracts),
            oracle: OracleBook::default(),
            votes: VotesBook::default(),
            market: MarketBook::default(),
            contracts,
        }
    }

    /// Takes in the events of one transaction, in their order. Events of other
    /// contracts, whatever they call themselves, say nothing.
    ///
    /// # Panics
    /// For an event that does not parse, or contradicts what was told before.
    pub fn hear(&mut self, events: &[Event]) {
        for event in events {
            let Some(from) = attribute(event, "_contract_address") else {
                continue;
            };
            if from == self.contracts.coin.as_str() {
                self.coin.hear(event);
            } else if from == self.contracts.oracle.as_str() {
                let event = OracleEvent::parse(event).expect("an event of the oracle");
                event.into_iter().for_each(|event| self.oracle.hear(event));
            } else if from == self.contracts.votes.as_str() {
                let event = VotesEvent::parse(event).expect("an event of votes");
                event.into_iter().for_each(|event| self.votes.hear(event));
            } else if from == self.contracts.market.as_str() && event.ty.starts_with("wasm-") {
                self.market.take(std::slice::from_ref(event));
            }
        }
    }
}
