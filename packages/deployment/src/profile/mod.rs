//! What a network begins with: all parameters of the four contracts, as one set.
//!
//! | profile | for |
//! |---|---|
//! | [`Profile::production`] | a network that lasts: times of hours to weeks, tiers of GPUs |
//! | [`Profile::devnet`] | tests and demos: the same rules in seconds, tiers of CPUs |
//!
//! Both pass the contracts' own checks (a test runs those). [`table`] shows them side
//! by side.

mod devnet;
mod table;

pub use table::{Row, table};

use compute_api::oracle::{Params, Tier};
use compute_api::{market, votes};
use cosmwasm_std::Coin;

/// All parameters of the four contracts.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    /// Its name: `production` or `devnet`.
    pub name: &'static str,
    /// The coin's name for people, 3 to 50 bytes.
    pub coin_name: String,
    /// The coin's ticker, 3 to 12 letters.
    pub symbol: String,
    /// The oracle's.
    pub oracle: Params,
    /// The votes'.
    pub votes: votes::Params,
    /// The market's.
    pub market: market::Params,
    /// Tiers by rising rate.
    pub tiers: Vec<Tier>,
    /// Id of the tier that the peg starts at.
    pub mainstream: String,
}

impl Profile {
    /// What a network that lasts begins with. `bond_per_coin` is what an issuer puts up
    /// for each whole coin: it has a price in money, so there is no default.
    ///
    /// The peg starts at the lowest tier, since it can only rise.
    #[must_use]
    pub fn production(bond_per_coin: Coin) -> Self {
        Self {
            name: "production",
            coin_name: COIN_NAME.to_owned(),
            symbol: SYMBOL.to_owned(),
            oracle: Params::production(bond_per_coin),
            votes: votes::Params::production(),
            market: market::Params::production(),
            tiers: Tier::defaults(),
            mainstream: "rtx-3060".to_owned(),
        }
    }

    /// Tests and demos: a full life (census, mint, order, settled batch) in about a
    /// minute, on a machine without a GPU. `bond_denom` is what issuers' bonds are in.
    ///
    /// Times are seconds, amounts are small, work is of the size that two CPU cores do.
    /// The rules are production's. What is short is also weak: deadlines of seconds
    /// forgive no outage, and a small bond deters nobody.
    #[must_use]
    pub fn devnet(bond_denom: &str) -> Self {
        Self {
            name: "devnet",
            coin_name: COIN_NAME.to_owned(),
            symbol: SYMBOL.to_owned(),
            oracle: devnet::oracle(bond_denom),
            votes: devnet::votes(),
            market: devnet::market(),
            tiers: devnet::tiers(),
            mainstream: "cpu-small".to_owned(),
        }
    }

    /// The denom of issuers' bonds.
    #[must_use]
    pub fn bond_denom(&self) -> &str {
        &self.oracle.reserve.bond_per_coin.denom
    }
}

const COIN_NAME: &str = "Compute";
const SYMBOL: &str = "COMPUTE";
