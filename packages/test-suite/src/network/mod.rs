//! All four contracts together on a simulated chain. The suite can also speak in the
//! market's name, to see what the others make of whatever a market could do.
//!
//! After every message the suite checks all that always has to hold ([`check`](
//! Network::check)) and that a [`Replay`] of the events alone comes to the same books
//! as the contracts.
//!
//! - [`Builder`]: how networks differ; [`defaults`]: the numbers of the default one
//! - [`rules`]: gate, backing and glide, written apart from the contracts
//! - [`Replay`]: all books, from events alone
//! - [`Kinds`]: which kinds of messages have succeeded

mod ask;
mod builder;
mod census;
mod check;
mod check_market;
mod gate;
mod kinds;
mod market;
mod money;
mod moves;
mod people;
mod replay;
pub mod rules;
mod send;
mod time;

use std::collections::BTreeMap;

use compute_api::Contracts;
use cosmwasm_std::{Addr, Event, Uint128};
use cw_multi_test::App;

use crate::fixtures::{Capacity, Signer};

pub use crate::defaults;
pub use builder::Builder;
pub use kinds::{Kinds, all_kinds, kind_of};
pub use market::app_key;
pub use money::Money;
pub use replay::{
    CoinBook, IssuerBook, MarketCoins, OperatorBook, OracleBook, Replay, StakeBook, VotesBook,
};
pub use send::{Done, Refused};

/// The chain, the contracts and everybody who uses them.
pub struct Network {
    /// The simulated chain.
    pub app: App,
    /// Who the contracts are.
    pub contracts: Contracts<Addr>,
    /// Owns all contracts.
    pub owner: Addr,
    /// Can veto and pause.
    pub guardian: Addr,
    /// Has no role at all.
    pub stranger: Addr,
    /// Admitted issuers.
    pub issuers: Vec<Addr>,
    /// Registered miners with declared devices.
    pub miners: Vec<Operator>,
    /// Registered coordinators.
    pub coordinators: Vec<Operator>,
    /// Signs the beacon's rounds.
    pub signer: Signer,
    /// All events so far.
    pub events: Vec<Event>,
    /// What they say.
    pub replay: Replay,
    /// Which kinds of messages have succeeded, and how often.
    pub kinds: Kinds,
    /// How many signing keys are given out.
    keys: u64,
    /// What operators have committed to last.
    work: BTreeMap<Addr, (u64, Capacity)>,
    /// The bond's denom that was sent to the oracle without any message.
    stray_bond: Uint128,
    /// Issuer → when it has defaulted last.
    defaulted: BTreeMap<String, u64>,
    minted: rules::Bucket,
}

/// A registered operator.
#[derive(Clone, Debug)]
pub struct Operator {
    /// Its hot key, which is its name.
    pub key: Addr,
    /// The number of the key that it signs batches or leases with.
    pub signer: u8,
    /// Who owns it.
    pub owner: Addr,
}

impl Network {
    /// The default network: two issuers, and four miners of one device each, of
    /// which two count for each issuer.
    ///
    /// # Panics
    /// If it cannot be made.
    #[must_use]
    pub fn new() -> Self {
        Builder::default().build()
    }
}

impl Default for Network {
    fn default() -> Self {
        Self::new()
    }
}
