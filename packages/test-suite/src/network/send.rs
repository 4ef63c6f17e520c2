//! Messages, and what is checked around each.

use std::fmt;

use compute_api::{
    coin, market,
    oracle::{self, events::OracleEvent},
    votes,
};
use cosmwasm_std::{
    Addr, BankMsg, Binary, Coin, CosmosMsg, Event, Uint128, WasmMsg, coin as coin_of,
    to_json_binary,
};
use cw_multi_test::{AppResponse, BankSudo, Executor, SudoMsg};
use serde::Serialize;

use super::{Network, defaults::BOND_DENOM, kinds, replay::MarketCoins};

/// Why a message was refused, in the words of whoever refused it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused(pub String);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Refused {}

/// What a message has done.
pub type Done = Result<AppResponse, Refused>;

/// What the chain says when [`Network::would`] undoes a message.
const UNDONE: &str = "Cannot transfer empty coins amount";

impl Network {
    /// Sends a message to the oracle.
    ///
    /// # Errors
    /// [`Refused`].
    pub fn oracle(&mut self, sender: &Addr, msg: &oracle::ExecuteMsg) -> Done {
        self.oracle_with(sender, msg, &[])
    }

    /// The same with funds.
    ///
    /// # Errors
    /// [`Refused`].
    pub fn oracle_with(&mut self, sender: &Addr, msg: &oracle::ExecuteMsg, funds: &[Coin]) -> Done {
        let oracle = self.contracts.oracle.clone();
        let expected = self.expect(sender, msg);
        let before = self.before(sender, msg);
        let done = self.deliver(sender, call(&oracle, msg, funds));
        self.compare(sender, msg, expected, &done);
        let done = self.after(sender, "oracle", msg, done)?;
        if let Some(before) = before {
            self.moved(msg, &before);
        }
        Ok(done)
    }

    /// Sends a message to votes.
    ///
    /// # Errors
    /// [`Refused`].
    pub fn votes(&mut self, sender: &Addr, msg: &votes::ExecuteMsg) -> Done {
        let votes = self.contracts.votes.clone();
        let done = self.deliver(sender, call(&votes, msg, &[]));
        self.after(sender, "votes", msg, done)
    }

    /// Sends a message to the market.
    ///
    /// # Errors
    /// [`Refused`].
    pub fn market(&mut self, sender: &Addr, msg: &market::ExecuteMsg) -> Done {
        let market = self.contracts.market.clone();
        let done = self.deliver(sender, call(&market, msg, &[]));
        self.after(sender, "market", msg, done)
    }

    /// Sends a message to the coin.
    ///
    /// # Errors
    /// [`Refused`].
    pub fn coin(&mut self, sender: &Addr, msg: &coin::ExecuteMsg) -> Done {
        let coin = self.contracts.coin.clone();
        let done = self.deliver(sender, call(&coin, msg, &[]));
        self.after(sender, "coin", msg, done)
    }

    /// Sends coins to votes, with a hook.
    ///
    /// # Errors
    /// [`Refused`].
    pub fn pay_votes(&mut self, sender: &Addr, amount: u128, hook: &votes::Hook) -> Done {
        let votes = self.contracts.votes.clone();
        let done = self.pay(sender, &votes, amount, hook);
        self.kinds.hook("votes", hook, done.is_ok());
        done
    }

    /// Sends coins to the oracle, with a hook.
    ///
    /// # Errors
    /// [`Refused`].
    pub fn pay_oracle(&mut self, sender: &Addr, amount: u128, hook: &oracle::Hook) -> Done {
        let oracle = self.contracts.oracle.clone();
        let before = self.before_hook(sender, hook);
        let done = self.pay(sender, &oracle, amount, hook);
        self.kinds.hook("oracle", hook, done.is_ok());
        if let (Ok(_), Some(before)) = (&done, before) {
            self.burnt(hook, amount, &before);
        }
        done
    }

    /// Sends coins to the market, with a hook.
    ///
    /// # Errors
    /// [`Refused`].
    pub fn pay_market(&mut self, sender: &Addr, amount: u128, hook: &market::Hook) -> Done {
        let market = self.contracts.market.clone();
        let done = self.pay(sender, &market, amount, hook);
        self.kinds.hook("market", hook, done.is_ok());
        done
    }

    fn pay(&mut self, sender: &Addr, to: &Addr, amount: u128, hook: &impl Serialize) -> Done {
        let send = coin::ExecuteMsg::Send {
            contract: to.to_string(),
            amount: Uint128::new(amount),
            msg: json(hook),
        };
        self.coin(sender, &send)
    }

    /// Whether a message would succeed now; it leaves nothing behind.
    ///
    /// # Errors
    /// [`Refused`], where it would not.
    pub fn would(&mut self, sender: &Addr, to: &Addr, msg: &impl Serialize) -> Result<(), Refused> {
        self.would_with(sender, to, msg, &[])
    }

    /// The same with funds.
    ///
    /// # Errors
    /// [`Refused`], where it would not.
    ///
    /// # Panics
    /// Never.
    pub fn would_with(
        &mut self,
        sender: &Addr,
        to: &Addr,
        msg: &impl Serialize,
        funds: &[Coin],
    ) -> Result<(), Refused> {
        // The chain refuses this whoever asks, and undoes the first with it.
        let undo = BankMsg::Send {
            to_address: to.to_string(),
            amount: Vec::new(),
        };
        let both = vec![call(to, msg, funds), undo.into()];
        let error = self.app.execute_multi(sender.clone(), both);
        let error = error.expect_err("the second is always refused");
        let text = error.root_cause().to_string();
        if text == UNDONE {
            Ok(())
        } else {
            Err(Refused(text))
        }
    }

    /// Gives an account units of the bond's denom out of nothing.
    ///
    /// # Panics
    /// Never.
    pub fn fund(&mut self, account: &Addr, amount: u128) {
        let mint = BankSudo::Mint {
            to_address: account.to_string(),
            amount: vec![coin_of(amount, BOND_DENOM)],
        };
        self.app.sudo(SudoMsg::Bank(mint)).expect("a mint");
    }

    /// Transfers units of the bond's denom to the oracle without any message.
    ///
    /// # Errors
    /// [`Refused`].
    pub fn stray_bond(&mut self, sender: &Addr, amount: u128) -> Done {
        let send = BankMsg::Send {
            to_address: self.contracts.oracle.to_string(),
            amount: vec![coin_of(amount, BOND_DENOM)],
        };
        let done = self.deliver(sender, send.into());
        if done.is_ok() {
            self.stray_bond += Uint128::new(amount);
        }
        self.check();
        done
    }

    fn deliver(&mut self, sender: &Addr, msg: CosmosMsg) -> Done {
        let done = self.app.execute(sender.clone(), msg);
        done.map_err(|error| Refused(error.root_cause().to_string()))
    }

    fn after(&mut self, sender: &Addr, contract: &str, msg: &impl Serialize, done: Done) -> Done {
        let kind = kinds::kind_of(contract, msg);
        self.kinds.count(&kind, done.is_ok());
        if let Ok(response) = &done {
            self.kinds.hear(&response.events);
            let before = self.replay.coin.market;
            self.replay.hear(&response.events);
            if *sender == self.contracts.market {
                // The suite has spoken in its name: these are coins of nobody's.
                let spent = self.replay.coin.market.out() - before.out();
                let strays = before.strays.checked_sub(spent);
                self.replay.coin.market = MarketCoins {
                    strays: strays.expect("only what strayed is spent in the market's name"),
                    ..before
                };
            }
            self.remember_defaults(&response.events);
            self.events.extend(response.events.iter().cloned());
        }
        self.check();
        done
    }

    fn remember_defaults(&mut self, events: &[Event]) {
        let parsed = events
            .iter()
            .filter_map(|event| OracleEvent::parse(event).ok()?);
        for event in parsed {
            if let OracleEvent::Defaulted { issuer, .. } = event {
                self.defaulted.insert(issuer, self.now());
            }
        }
    }
}

fn call(to: &Addr, msg: &impl Serialize, funds: &[Coin]) -> CosmosMsg {
    WasmMsg::Execute {
        contract_addr: to.to_string(),
        msg: json(msg),
        funds: funds.to_vec(),
    }
    .into()
}

fn json(msg: &impl Serialize) -> Binary {
    to_json_binary(msg).expect("messages are JSON")
}
