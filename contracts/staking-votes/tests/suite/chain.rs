//! What tests do on a chain. After every message the books have to balance.

use compute_api::{
    Contracts, oracle,
    votes::{
        ExecuteMsg, Fault, Hook, Kind, Operator, Params, Payment, QueryMsg, events::VotesEvent,
    },
};
use cosmwasm_std::{Addr, StdResult, Uint128, to_json_binary};
use cw_multi_test::{App, AppResponse, Executor, error::AnyResult};
use serde::de::DeserializeOwned;
use staking_votes::state;

use crate::{
    books::Told,
    setup::{BOND, LOG, coins, params, registration},
};

/// Seconds of an unbonding period, and of the unbonding time.
pub(crate) const PERIOD: u64 = 100;
pub(crate) const UNBONDING: u64 = 2_100;
/// Seconds before a change is applied.
pub(crate) const TIMELOCK: u64 = 500;
/// Micro-coins that everyone begins with.
pub(crate) const PURSE: u128 = 1_000_000_000_000;

pub(crate) struct Chain {
    pub(crate) app: App,
    pub(crate) contracts: Contracts<Addr>,
    pub(crate) owner: Addr,
    /// What the events have said.
    pub(crate) told: Told,
}

impl Chain {
    /// Active.
    pub(crate) fn new() -> Self {
        Self::with(params())
    }

    /// Active, with other parameters.
    pub(crate) fn with(params: Params) -> Self {
        let mut chain = Self::set_up(params);
        chain.activate();
        chain
    }

    pub(crate) fn inactive() -> Self {
        Self::set_up(params())
    }

    pub(crate) fn activate(&mut self) {
        let contracts = self.peers();
        let owner = self.owner.clone();
        self.ok(&owner, &ExecuteMsg::Activate { contracts });
    }

    pub(crate) fn peers(&self) -> Contracts {
        let all = &self.contracts;
        Contracts {
            coin: all.coin.to_string(),
            oracle: all.oracle.to_string(),
            votes: all.votes.to_string(),
            market: all.market.to_string(),
        }
    }

    /// Somebody, with a purse.
    pub(crate) fn account(&mut self, name: &str) -> Addr {
        let address = self.app.api().addr_make(name);
        if self.balance(&address).is_zero() {
            self.give(&address, PURSE);
        }
        address
    }

    /// Somebody gets coins.
    pub(crate) fn give(&mut self, address: &Addr, amount: u128) {
        let bank = self.app.api().addr_make("bank");
        let msg = cw20::Cw20ExecuteMsg::Transfer {
            recipient: address.to_string(),
            amount: coins(amount),
        };
        let coin = self.contracts.coin.clone();
        self.app.execute_contract(bank, coin, &msg, &[]).unwrap();
    }

    /// A registered operator `name` with owner `name-owner`, bonded so much.
    pub(crate) fn operator(&mut self, name: &str, kind: Kind, bond: u128) -> (Addr, Addr) {
        let key = self.account(name);
        let owner = self.account(&format!("{name}-owner"));
        self.ok(&key, &registration(&owner, kind));
        if bond > 0 {
            self.bond(&owner, &key, bond);
        }
        (key, owner)
    }

    /// The same, a miner with one device, told about.
    pub(crate) fn miner(&mut self, name: &str, bond: u128) -> (Addr, Addr) {
        let (key, owner) = self.operator(name, Kind::Miner, bond);
        self.devices(&key, 1).unwrap();
        (key, owner)
    }

    pub(crate) fn devices(&mut self, key: &Addr, devices: u32) -> AnyResult<AppResponse> {
        let oracle = self.contracts.oracle.clone();
        let operator = key.to_string();
        self.try_(&oracle, &ExecuteMsg::SetDevices { operator, devices })
    }

    pub(crate) fn try_(&mut self, sender: &Addr, msg: &ExecuteMsg) -> AnyResult<AppResponse> {
        let votes = self.contracts.votes.clone();
        let done = self.app.execute_contract(sender.clone(), votes, msg, &[]);
        self.after(done)
    }

    pub(crate) fn ok(&mut self, sender: &Addr, msg: &ExecuteMsg) -> AppResponse {
        self.try_(sender, msg).unwrap()
    }

    /// Why it is refused.
    pub(crate) fn refused(&mut self, sender: &Addr, msg: &ExecuteMsg) -> String {
        self.try_(sender, msg).unwrap_err().root_cause().to_string()
    }

    pub(crate) fn send(
        &mut self,
        sender: &Addr,
        amount: u128,
        hook: &Hook,
    ) -> AnyResult<AppResponse> {
        let msg = cw20::Cw20ExecuteMsg::Send {
            contract: self.contracts.votes.to_string(),
            amount: coins(amount),
            msg: to_json_binary(hook)?,
        };
        let coin = self.contracts.coin.clone();
        let done = self.app.execute_contract(sender.clone(), coin, &msg, &[]);
        self.after(done)
    }

    pub(crate) fn bond(&mut self, sender: &Addr, key: &Addr, amount: u128) {
        let operator = key.to_string();
        self.send(sender, amount, &Hook::Bond { operator }).unwrap();
    }

    pub(crate) fn vote(&mut self, sender: &Addr, key: &Addr, amount: u128) {
        let operator = key.to_string();
        self.send(sender, amount, &Hook::Vote { operator }).unwrap();
    }

    pub(crate) fn distribute(&mut self, payments: &[(&Addr, u128)], extra: u128) {
        let market = self.account("market");
        let sum: u128 = payments.iter().map(|(_, amount)| amount).sum();
        let payments = payments.iter().map(|(key, amount)| Payment {
            operator: key.to_string(),
            amount: coins(*amount),
        });
        let payments = payments.collect();
        self.send(&market, sum + extra, &Hook::Distribute { payments })
            .unwrap();
    }

    pub(crate) fn fault(
        &mut self,
        key: &Addr,
        fault: Fault,
        reporter: Option<&Addr>,
    ) -> AppResponse {
        let sender = match fault {
            Fault::Missed { .. } | Fault::Unanswered { .. } => self.contracts.oracle.clone(),
            _ => self.contracts.market.clone(),
        };
        let msg = ExecuteMsg::ReportFault {
            operator: key.to_string(),
            fault,
            reporter: reporter.map(Addr::to_string),
        };
        self.ok(&sender, &msg)
    }

    /// All coins of somebody out of an operator, after the wait that takes.
    pub(crate) fn leave(&mut self, who: &Addr, keys: &[&Addr]) {
        for key in keys {
            let operator = key.to_string();
            let amount = None;
            let msg = match self.show(key).owner == *who {
                true => ExecuteMsg::Unbond { operator, amount },
                false => ExecuteMsg::Unvote { operator, amount },
            };
            // There may be none.
            let _ = self.try_(who, &msg);
        }
        self.wait(UNBONDING + PERIOD);
        let _ = self.try_(who, &ExecuteMsg::Claim { limit: None });
    }

    pub(crate) fn wait(&mut self, seconds: u64) {
        self.app.update_block(|block| {
            block.time = block.time.plus_seconds(seconds);
            block.height += 1;
        });
    }

    pub(crate) fn now(&self) -> u64 {
        self.app.block_info().time.seconds()
    }

    pub(crate) fn ask<T: DeserializeOwned>(&self, query: &QueryMsg) -> T {
        self.try_ask(query).unwrap()
    }

    pub(crate) fn try_ask<T: DeserializeOwned>(&self, query: &QueryMsg) -> StdResult<T> {
        let votes = self.contracts.votes.clone();
        self.app.wrap().query_wasm_smart(votes, query)
    }

    pub(crate) fn show(&self, key: &Addr) -> Operator {
        let operator = key.to_string();
        self.ask(&QueryMsg::Operator { operator })
    }

    pub(crate) fn balance(&self, address: &Addr) -> Uint128 {
        let query = cw20::Cw20QueryMsg::Balance {
            address: address.to_string(),
        };
        let coin = self.contracts.coin.clone();
        let wrap = self.app.wrap();
        let answer: cw20::BalanceResponse = wrap.query_wasm_smart(coin, &query).unwrap();
        answer.balance
    }

    /// What a voter has in an operator, in coins.
    pub(crate) fn worth(&self, voter: &Addr, key: &Addr) -> u128 {
        let storage = self.app.contract_storage(&self.contracts.votes);
        let position = state::POSITIONS.may_load(&*storage, (voter, key)).unwrap();
        let shares = position.unwrap_or_default().shares;
        let operator = state::operator(&*storage, key).unwrap();
        operator.pool.worth(shares).unwrap().u128()
    }

    pub(crate) fn protection(&self) -> u128 {
        let storage = self.app.contract_storage(&self.contracts.votes);
        state::PROTECTION.load(&*storage).unwrap().u128()
    }

    pub(crate) fn set_issuer_bond(&mut self, amount: u128) {
        let oracle = self.contracts.oracle.clone();
        let mut storage = self.app.contract_storage_mut(&oracle);
        BOND.save(&mut *storage, &coins(amount)).unwrap();
    }

    /// What the oracle has been told since the last time.
    pub(crate) fn oracle_heard(&mut self) -> Vec<oracle::ExecuteMsg> {
        let oracle = self.contracts.oracle.clone();
        let mut storage = self.app.contract_storage_mut(&oracle);
        let log = LOG.may_load(&*storage).unwrap().unwrap_or_default();
        LOG.remove(&mut *storage);
        log
    }

    fn after(&mut self, done: AnyResult<AppResponse>) -> AnyResult<AppResponse> {
        if let Ok(response) = &done {
            for event in &response.events {
                if let Some(event) = VotesEvent::parse(event).unwrap() {
                    self.told.hear(event);
                }
            }
        }
        self.check();
        done
    }
}
