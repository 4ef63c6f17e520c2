use std::collections::BTreeMap;

use compute_api::{Contracts, events::attribute};
use cosmwasm_std::{Addr, Event, Uint128};

/// Who has how many coins.
#[derive(Clone, Debug)]
pub struct CoinBook {
    oracle: String,
    votes: String,
    market_addr: String,
    /// Account → micro-coins, none left out that has some.
    pub balances: BTreeMap<String, Uint128>,
    /// Micro-coins burnt that somebody still owed.
    pub forgiven: Uint128,
    /// Micro-coins that were just transferred or minted to votes: nobody's.
    pub strays_at_votes: Uint128,
    /// The same with the oracle.
    pub strays_at_oracle: Uint128,
    /// The market's coins.
    pub market: MarketCoins,
}

/// Micro-coins that have come to the market and left it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MarketCoins {
    /// Sent to its hooks.
    pub sent: Uint128,
    /// Just transferred: nobody's.
    pub strays: Uint128,
    /// Handed to votes.
    pub to_votes: Uint128,
    /// Handed to the oracle, to burn.
    pub to_oracle: Uint128,
    /// Paid to anybody else.
    pub to_others: Uint128,
}

impl MarketCoins {
    /// All that have left it.
    #[must_use]
    pub fn out(&self) -> Uint128 {
        self.to_votes + self.to_oracle + self.to_others
    }
}

impl CoinBook {
    pub(super) fn new(contracts: &Contracts<Addr>) -> Self {
        Self {
            oracle: contracts.oracle.to_string(),
            votes: contracts.votes.to_string(),
            market_addr: contracts.market.to_string(),
            balances: BTreeMap::new(),
            forgiven: Uint128::zero(),
            strays_at_votes: Uint128::zero(),
            strays_at_oracle: Uint128::zero(),
            market: MarketCoins::default(),
        }
    }

    /// Micro-coins of all together.
    #[must_use]
    pub fn supply(&self) -> Uint128 {
        self.balances.values().sum()
    }

    /// Micro-coins of one account.
    #[must_use]
    pub fn balance(&self, account: &Addr) -> Uint128 {
        let found = self.balances.get(account.as_str());
        found.copied().unwrap_or_default()
    }

    pub(super) fn hear(&mut self, event: &Event) {
        let Some(action) = attribute(event, "action").filter(|_| event.ty == "wasm") else {
            return;
        };
        let (from, to) = match action {
            "mint" => (None, attribute(event, "to")),
            "burn" | "burn_from" => (attribute(event, "from"), None),
            "retire" => (Some(self.oracle.as_str()), None),
            "transfer" | "transfer_from" | "send" | "send_from" => {
                (attribute(event, "from"), attribute(event, "to"))
            }
            _ => return,
        };
        let amount: Uint128 = number(event, "amount");
        let from = from.map(str::to_owned);
        if let Some(from) = &from {
            let balance = self.balances.entry(from.clone()).or_default();
            *balance = balance.checked_sub(amount).expect("coins that were there");
            if balance.is_zero() {
                self.balances.remove(from);
            }
        }
        self.hear_market(action, from.as_deref(), to, amount);
        if let Some(to) = to.filter(|_| !amount.is_zero()) {
            *self.balances.entry(to.to_owned()).or_default() += amount;
            // What is sent to a contract has a hook that says what for.
            let stray = !action.starts_with("send");
            if stray && to == self.votes {
                self.strays_at_votes += amount;
            }
            if stray && to == self.oracle {
                self.strays_at_oracle += amount;
            }
        }
        if action.starts_with("burn") || action == "retire" {
            self.forgiven = number(event, "forgiven");
            assert_eq!(self.supply(), number(event, "supply"), "supply by {action}");
        }
    }
}

impl CoinBook {
    fn hear_market(&mut self, action: &str, from: Option<&str>, to: Option<&str>, amount: Uint128) {
        let ours = |who: Option<&str>| who == Some(self.market_addr.as_str());
        let (leaves, comes) = (ours(from), ours(to));
        let coins = &mut self.market;
        if comes {
            match action.starts_with("send") {
                true => coins.sent += amount,
                false => coins.strays += amount,
            }
        }
        if leaves {
            match to {
                Some(to) if to == self.votes => coins.to_votes += amount,
                Some(to) if to == self.oracle => coins.to_oracle += amount,
                _ => coins.to_others += amount,
            }
        }
    }
}

fn number(event: &Event, key: &str) -> Uint128 {
    let text = attribute(event, key).unwrap_or_else(|| panic!("{key} of {event:?}"));
    text.parse().expect("a number")
}
