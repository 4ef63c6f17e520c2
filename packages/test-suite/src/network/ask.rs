//! Questions to the contracts.

use compute_api::{
    coin,
    market::{self, Batch, Due, Order, Slot},
    oracle::{
        BackingResponse, CensusResponse, IssuerBacking, IssuersResponse, OperatorResponse,
        OperatorsResponse, Params, PegResponse, QueryMsg,
    },
    votes,
};
use cosmwasm_std::{Addr, StdResult, Uint128};
use serde::de::DeserializeOwned;

use super::{Network, defaults::BOND_DENOM};

impl Network {
    /// Asks the oracle.
    ///
    /// # Errors
    /// Its own.
    pub fn try_ask<T: DeserializeOwned>(&self, query: &QueryMsg) -> StdResult<T> {
        let oracle = self.contracts.oracle.clone();
        self.app.wrap().query_wasm_smart(oracle, query)
    }

    /// Asks the oracle something that it answers.
    ///
    /// # Panics
    /// Where it does not.
    pub fn ask<T: DeserializeOwned>(&self, query: &QueryMsg) -> T {
        self.try_ask(query).expect("the oracle answers")
    }

    /// Asks votes something that it answers.
    ///
    /// # Panics
    /// Where it does not.
    pub fn ask_votes<T: DeserializeOwned>(&self, query: &votes::QueryMsg) -> T {
        let votes = self.contracts.votes.clone();
        let answer = self.app.wrap().query_wasm_smart(votes, query);
        answer.expect("votes answers")
    }

    /// Asks the market something that it answers.
    ///
    /// # Panics
    /// Where it does not.
    pub fn ask_market<T: DeserializeOwned>(&self, query: &market::QueryMsg) -> T {
        let market = self.contracts.market.clone();
        let answer = self.app.wrap().query_wasm_smart(market, query);
        answer.expect("the market answers")
    }

    /// An order.
    #[must_use]
    pub fn order(&self, order: u64) -> Order {
        self.ask_market(&market::QueryMsg::Order { order })
    }

    /// A batch.
    #[must_use]
    pub fn batch(&self, batch: u64) -> Batch {
        self.ask_market(&market::QueryMsg::Batch { batch })
    }

    /// A slot of batches.
    #[must_use]
    pub fn slot(&self, slot: u64) -> Slot {
        self.ask_market(&market::QueryMsg::Slot { slot })
    }

    /// All that the market lists as due up to a time, now if left out; all pages in
    /// one.
    #[must_use]
    pub fn due(&self, until: Option<u64>) -> Vec<Due> {
        let mut all: Vec<Due> = Vec::new();
        let mut start_after = None;
        loop {
            let query = market::QueryMsg::Deadlines {
                until,
                start_after,
                limit: Some(30),
            };
            let page: market::DeadlinesResponse = self.ask_market(&query);
            all.extend(page.deadlines);
            start_after = page.next;
            if start_after.is_none() {
                return all;
            }
        }
    }

    /// Asks the coin something that it answers.
    ///
    /// # Panics
    /// Where it does not.
    pub fn ask_coin<T: DeserializeOwned>(&self, query: &coin::QueryMsg) -> T {
        let coin = self.contracts.coin.clone();
        let answer = self.app.wrap().query_wasm_smart(coin, query);
        answer.expect("the coin answers")
    }

    /// The oracle's parameters.
    #[must_use]
    pub fn params(&self) -> Params {
        self.ask(&QueryMsg::Params {})
    }

    /// The peg.
    #[must_use]
    pub fn peg(&self) -> PegResponse {
        self.ask(&QueryMsg::Peg {})
    }

    /// Ops in a coin, now.
    #[must_use]
    pub fn opc(&self) -> u128 {
        self.peg().opc.u128()
    }

    /// The census.
    #[must_use]
    pub fn census(&self) -> CensusResponse {
        self.ask(&QueryMsg::Census {})
    }

    /// All that stands behind the coin, all pages in one.
    #[must_use]
    pub fn backing(&self) -> BackingResponse {
        let mut all: BackingResponse = self.ask(&QueryMsg::Backing {
            start_after: None,
            limit: Some(2),
        });
        while let Some(last) = all.issuers.last() {
            let page: BackingResponse = self.ask(&QueryMsg::Backing {
                start_after: Some(last.issuer.to_string()),
                limit: None,
            });
            if page.issuers.is_empty() {
                break;
            }
            all.issuers.extend(page.issuers);
        }
        all
    }

    /// All issuers, all pages in one.
    #[must_use]
    pub fn all_issuers(&self) -> IssuersResponse {
        let mut all = IssuersResponse {
            issuers: Vec::new(),
        };
        loop {
            let last = all.issuers.last();
            let page: IssuersResponse = self.ask(&QueryMsg::Issuers {
                start_after: last.map(|last| last.backing.issuer.to_string()),
                limit: Some(2),
            });
            if page.issuers.is_empty() {
                return all;
            }
            all.issuers.extend(page.issuers);
        }
    }

    /// All operators that the oracle knows, all pages in one.
    #[must_use]
    pub fn all_operators(&self) -> Vec<OperatorResponse> {
        let mut all: Vec<OperatorResponse> = Vec::new();
        loop {
            let page: OperatorsResponse = self.ask(&QueryMsg::Operators {
                issuer: None,
                start_after: all.last().map(|last| last.operator.to_string()),
                limit: None,
            });
            if page.operators.is_empty() {
                return all;
            }
            all.extend(page.operators);
        }
    }

    /// What issuer number `at` owes and has.
    #[must_use]
    pub fn issuer(&self, at: usize) -> IssuerBacking {
        let issuer = self.issuers[at].to_string();
        let answer: compute_api::oracle::IssuerResponse = self.ask(&QueryMsg::Issuer { issuer });
        answer.backing
    }

    /// Miner number `at`, as the oracle knows it.
    #[must_use]
    pub fn measured(&self, at: usize) -> OperatorResponse {
        let operator = self.miners[at].key.to_string();
        self.ask(&QueryMsg::Operator { operator })
    }

    /// An operator, as votes knows it.
    #[must_use]
    pub fn staked(&self, key: &Addr) -> votes::Operator {
        let operator = key.to_string();
        self.ask_votes(&votes::QueryMsg::Operator { operator })
    }

    /// Micro-coins of an account.
    #[must_use]
    pub fn balance(&self, account: &Addr) -> u128 {
        let address = account.to_string();
        let answer: cw20::BalanceResponse = self.ask_coin(&coin::QueryMsg::Balance { address });
        answer.balance.u128()
    }

    /// What exists and what was forgiven.
    #[must_use]
    pub fn supply(&self) -> coin::SupplyResponse {
        self.ask_coin(&coin::QueryMsg::Supply {})
    }

    /// Units of the bond's denom of an account.
    ///
    /// # Panics
    /// Never.
    #[must_use]
    pub fn bank(&self, account: &Addr) -> u128 {
        let balance = self.app.wrap().query_balance(account, BOND_DENOM);
        balance.expect("a balance").amount.u128()
    }

    /// Micro-coins in the protection pool.
    #[must_use]
    pub fn protection(&self) -> u128 {
        let pool: votes::PoolResponse = self.ask_votes(&votes::QueryMsg::ProtectionPool {});
        pool.amount.u128()
    }

    /// What a voter's votes for an operator are worth, in micro-coins.
    #[must_use]
    pub fn worth(&self, voter: &Addr, key: &Addr) -> u128 {
        let answer: votes::VotesResponse = self.ask_votes(&votes::QueryMsg::Votes {
            voter: voter.to_string(),
            start_after: None,
            limit: Some(100),
        });
        let mut votes = answer.votes.into_iter();
        let vote = votes.find(|vote| vote.operator == *key);
        vote.map_or(Uint128::zero(), |vote| vote.amount).u128()
    }
}
