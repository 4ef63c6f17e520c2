//! A chain with the market, the real coin, stand-ins for oracle and votes, and
//! everybody who takes part. After every message [`World::check`] holds.

mod actions;
mod builder;
mod check;
mod jobs;
mod peers;
mod replay;
mod work;

use compute_api::{
    Contracts, coin,
    market::{
        Batch, DeadlinesResponse, Due, ExecuteMsg, HoldingsResponse, Order, Params, QueryMsg, Slot,
        SlotStage,
    },
    oracle::BeaconResponse,
};
use compute_market::ContractError;
use cosmwasm_std::{Addr, Event, HexBinary, StdResult, Timestamp, Uint128, to_json_binary};
use cw_multi_test::{App, AppResponse, Executor};
use cw20::{BalanceResponse, Cw20ExecuteMsg, Cw20QueryMsg};
use serde::de::DeserializeOwned;
use test_suite::scale::Random;

pub(crate) use actions::{app_key, new_order, pay, redeem};
pub(crate) use builder::{Builder, limit, params};
pub(crate) use jobs::{
    LIE, MATRIX, PIPELINE, SEEDED, SEEDED_AGAIN, TALL, public_key, registration,
};
pub(crate) use peers::{Issuer, Operator, Told, market_code};
pub(crate) use work::{Plan, Work};

use replay::Replay;

/// When the contract is made, and round 1.
pub(crate) const START: u64 = 1_700_000_000;
/// Seconds between rounds.
pub(crate) const PERIOD: u64 = 3;
/// Seconds of a block.
pub(crate) const BLOCK: u64 = 6;
/// Ops in one coin: a micro-coin buys one at par.
pub(crate) const OPC: u128 = 1_000_000;
/// What can be slashed of everybody.
pub(crate) const SLASHABLE: u128 = 1_000_000_000_000;
/// Numbers of keys.
pub(crate) const AUTHORISER: u8 = 1;
pub(crate) const COORDINATOR: u8 = 2;

/// The number of a worker's key.
pub(crate) fn worker_key(at: usize) -> u8 {
    10 + u8::try_from(at).unwrap()
}

/// The chain and everybody on it.
pub(crate) struct World {
    pub(crate) app: App,
    pub(crate) owner: Addr,
    /// Opens orders.
    pub(crate) app_owner: Addr,
    pub(crate) coordinator: Addr,
    pub(crate) stranger: Addr,
    pub(crate) issuers: Vec<Addr>,
    /// The first issuer's.
    pub(crate) workers: Vec<Addr>,
    pub(crate) coin: Addr,
    pub(crate) oracle: Addr,
    pub(crate) votes: Addr,
    pub(crate) market: Addr,
    pub(crate) market_code: u64,
    /// Coins that were transferred to the market without a hook.
    pub(crate) stray: u128,
    pub(crate) minted: u128,
    pub(crate) replay: Replay,
}

/// How a message to the market ends.
pub(crate) type Outcome = Result<AppResponse, ContractError>;

impl World {
    /// The default world.
    pub(crate) fn new() -> Self {
        Builder::default().build()
    }

    pub(crate) fn contracts(&self) -> Contracts {
        Contracts {
            coin: self.coin.to_string(),
            oracle: self.oracle.to_string(),
            votes: self.votes.to_string(),
            market: self.market.to_string(),
        }
    }

    pub(crate) fn account(&self, name: &str) -> Addr {
        self.app.api().addr_make(name)
    }

    // --- time ---

    pub(crate) fn now(&self) -> u64 {
        self.app.block_info().time.seconds()
    }

    pub(crate) fn height(&self) -> u64 {
        self.app.block_info().height
    }

    /// So many blocks later, in so many seconds.
    pub(crate) fn pass(&mut self, seconds: u64, blocks: u64) {
        self.app.update_block(|block| {
            block.time = Timestamp::from_seconds(block.time.seconds() + seconds);
            block.height += blocks;
        });
    }

    /// The next block.
    pub(crate) fn next(&mut self) {
        self.pass(BLOCK, 1);
    }

    /// So many seconds later, with blocks as usual.
    pub(crate) fn later(&mut self, seconds: u64) {
        self.pass(seconds, seconds.div_ceil(BLOCK));
    }

    /// To a time, with blocks as usual.
    pub(crate) fn until(&mut self, time: u64) {
        let seconds = time.checked_sub(self.now()).expect("time goes forward");
        self.later(seconds);
    }

    // --- messages ---

    /// A message to the market, and what must hold after it.
    pub(crate) fn execute(&mut self, sender: &Addr, msg: &ExecuteMsg) -> Outcome {
        let market = self.market.clone();
        let outcome = self.app.execute_contract(sender.clone(), market, msg, &[]);
        self.after(outcome)
    }

    /// One that does what it says.
    #[track_caller]
    pub(crate) fn ok(&mut self, sender: &Addr, msg: &ExecuteMsg) -> AppResponse {
        self.execute(sender, msg)
            .unwrap_or_else(|error| panic!("{msg:?}: {error}"))
    }

    /// One from anybody.
    pub(crate) fn anyone(&mut self, msg: &ExecuteMsg) -> Outcome {
        self.execute(&self.stranger.clone(), msg)
    }

    /// Coins sent to the market's hook.
    pub(crate) fn send(
        &mut self,
        sender: &Addr,
        amount: u128,
        hook: &compute_api::market::Hook,
    ) -> Outcome {
        let msg = Cw20ExecuteMsg::Send {
            contract: self.market.to_string(),
            amount: amount.into(),
            msg: to_json_binary(hook).unwrap(),
        };
        let coin = self.coin.clone();
        let outcome = self.app.execute_contract(sender.clone(), coin, &msg, &[]);
        self.after(outcome)
    }

    fn after(&mut self, outcome: anyhow::Result<AppResponse>) -> Outcome {
        let outcome = outcome.map_err(|error| {
            let found = error.chain().find_map(|inner| {
                inner
                    .downcast_ref::<ContractError>()
                    .map(ToString::to_string)
            });
            let text = format!("{error:?}");
            match error.downcast::<ContractError>() {
                Ok(error) => error,
                // What a hook refuses comes out of the coin, in words.
                Err(_) => contract_kit::Error::Refused(found.unwrap_or(text)).into(),
            }
        });
        if let Ok(response) = &outcome {
            let events = self.events(response);
            self.replay.take(&events);
        }
        self.check();
        outcome
    }

    /// The market's own events.
    pub(crate) fn events(&self, response: &AppResponse) -> Vec<Event> {
        let own = |event: &&Event| {
            event.ty.starts_with("wasm-")
                && event
                    .attributes
                    .iter()
                    .any(|x| x.key == "_contract_address" && x.value == self.market.as_str())
        };
        response.events.iter().filter(own).cloned().collect()
    }

    /// Coins for an account, out of nothing.
    pub(crate) fn mint(&mut self, recipient: &Addr, amount: u128) {
        let mint = coin::ExecuteMsg::Mint {
            recipient: recipient.to_string(),
            amount: amount.into(),
        };
        let (oracle, coin) = (self.oracle.clone(), self.coin.clone());
        self.app.execute_contract(oracle, coin, &mint, &[]).unwrap();
        self.minted += amount;
    }

    /// Coins for the market that no hook comes with.
    pub(crate) fn stray(&mut self, amount: u128) {
        let msg = Cw20ExecuteMsg::Transfer {
            recipient: self.market.to_string(),
            amount: amount.into(),
        };
        let (sender, coin) = (self.stranger.clone(), self.coin.clone());
        self.app.execute_contract(sender, coin, &msg, &[]).unwrap();
        self.stray += amount;
    }

    // --- what peers answer and were told ---

    pub(crate) fn set_operator(&mut self, operator: &Addr, known: Operator) {
        let votes = self.votes.clone();
        let mut storage = self.app.contract_storage_mut(&votes);
        peers::OPERATORS
            .save(&mut *storage, operator, &known)
            .unwrap();
    }

    pub(crate) fn change_operator(&mut self, operator: &Addr, change: impl FnOnce(&mut Operator)) {
        let mut known = {
            let storage = self.app.contract_storage(&self.votes);
            peers::OPERATORS.load(&*storage, operator).unwrap()
        };
        change(&mut known);
        self.set_operator(operator, known);
    }

    pub(crate) fn set_issuer(&mut self, issuer: &Addr, known: Issuer) {
        let oracle = self.oracle.clone();
        let mut storage = self.app.contract_storage_mut(&oracle);
        peers::ISSUERS.save(&mut *storage, issuer, &known).unwrap();
    }

    pub(crate) fn set_issuer_of(&mut self, worker: &Addr, issuer: &Addr) {
        let oracle = self.oracle.clone();
        let mut storage = self.app.contract_storage_mut(&oracle);
        peers::ISSUER_OF
            .save(&mut *storage, worker, issuer)
            .unwrap();
    }

    pub(crate) fn set_opc(&mut self, opc: u128) {
        let oracle = self.oracle.clone();
        let mut storage = self.app.contract_storage_mut(&oracle);
        peers::PEG.save(&mut *storage, &opc.into()).unwrap();
    }

    pub(crate) fn pause_redeeming(&mut self, until: Option<u64>) {
        let oracle = self.oracle.clone();
        let mut storage = self.app.contract_storage_mut(&oracle);
        peers::REDEEM_PAUSED.save(&mut *storage, &until).unwrap();
    }

    /// Posts a round to the oracle; its randomness.
    pub(crate) fn post(&mut self, round: u64) -> [u8; 32] {
        let bytes = Random::new(round).bytes(32);
        let beacon = BeaconResponse {
            randomness: HexBinary::from(bytes.as_slice()),
            posted_at: self.now(),
            height: self.height(),
        };
        let oracle = self.oracle.clone();
        let mut storage = self.app.contract_storage_mut(&oracle);
        peers::ROUNDS.save(&mut *storage, round, &beacon).unwrap();
        bytes.try_into().unwrap()
    }

    pub(crate) fn is_posted(&self, round: u64) -> bool {
        let storage = self.app.contract_storage(&self.oracle);
        peers::ROUNDS.has(&*storage, round)
    }

    /// What votes was told, in all.
    pub(crate) fn told(&self) -> Vec<Told> {
        let storage = self.app.contract_storage(&self.votes);
        peers::TOLD.load(&*storage).unwrap()
    }

    /// What votes was told last.
    pub(crate) fn last_told(&self) -> Told {
        self.told().pop().expect("votes was told something")
    }

    /// Micro-coins that have come to votes.
    pub(crate) fn distributed(&self) -> u128 {
        let storage = self.app.contract_storage(&self.votes);
        peers::DISTRIBUTED.load(&*storage).unwrap().u128()
    }

    /// Micro-coins that were burnt for an issuer.
    pub(crate) fn redeemed(&self, issuer: &Addr) -> u128 {
        let storage = self.app.contract_storage(&self.oracle);
        let all = peers::REDEEMED.load(&*storage).unwrap();
        let of = all.iter().filter(|(of, _)| of == issuer.as_str());
        of.map(|(_, amount)| amount.u128()).sum()
    }

    // --- what stands ---

    pub(crate) fn query<T: DeserializeOwned>(&self, query: &QueryMsg) -> StdResult<T> {
        self.app.wrap().query_wasm_smart(self.market.clone(), query)
    }

    pub(crate) fn order(&self, order: u64) -> Order {
        self.query(&QueryMsg::Order { order }).unwrap()
    }

    pub(crate) fn batch(&self, batch: u64) -> Batch {
        self.query(&QueryMsg::Batch { batch }).unwrap()
    }

    pub(crate) fn slot(&self, slot: u64) -> Slot {
        self.query(&QueryMsg::Slot { slot }).unwrap()
    }

    pub(crate) fn params(&self) -> Params {
        self.query(&QueryMsg::Params {}).unwrap()
    }

    pub(crate) fn holdings(&self) -> HoldingsResponse {
        self.query(&QueryMsg::Holdings {}).unwrap()
    }

    /// All that is listed up to a time.
    pub(crate) fn deadlines(&self, until: Option<u64>) -> Vec<Due> {
        let (mut all, mut start_after): (Vec<Due>, _) = (Vec::new(), None);
        loop {
            let page: DeadlinesResponse = self
                .query(&QueryMsg::Deadlines {
                    until,
                    start_after,
                    limit: Some(7),
                })
                .unwrap();
            for due in &page.deadlines {
                assert!(!all.contains(due), "listed twice: {due:?}");
            }
            all.extend(page.deadlines);
            if page.next.is_none() {
                return all;
            }
            assert_ne!(page.next, start_after, "goes on");
            start_after = page.next;
        }
    }

    pub(crate) fn balance(&self, account: &Addr) -> u128 {
        let query = Cw20QueryMsg::Balance {
            address: account.to_string(),
        };
        let answer: StdResult<BalanceResponse> =
            self.app.wrap().query_wasm_smart(self.coin.clone(), &query);
        answer.unwrap().balance.u128()
    }

    /// As if a slot had been sealed at another rate of challenges.
    pub(crate) fn rate_of(&mut self, slot: u64, one_in: u32) {
        let market = self.market.clone();
        let mut storage = self.app.contract_storage_mut(&market);
        let mut record = compute_market::state::SLOTS.load(&*storage, slot).unwrap();
        if let SlotStage::Sealed {
            challenge_one_in, ..
        } = &mut record.stage
        {
            *challenge_one_in = one_in;
        }
        compute_market::state::SLOTS.save(&mut *storage, slot, &record);
        self.replay.rate_of(slot, one_in);
    }

    /// As if a change of parameters had been applied.
    pub(crate) fn set_params(&mut self, change: impl FnOnce(&mut Params)) {
        let mut params = self.params();
        change(&mut params);
        let market = self.market.clone();
        let mut storage = self.app.contract_storage_mut(&market);
        compute_market::state::PARAMS
            .save(&mut *storage, &params)
            .unwrap();
    }
}

/// Micro-coins as they stand in messages.
pub(crate) fn coins(amount: u128) -> Uint128 {
    Uint128::new(amount)
}

/// Refused, and why.
#[track_caller]
pub(crate) fn refused(outcome: Outcome, why: &str) {
    match outcome {
        Ok(_) => panic!("not refused: {why}"),
        Err(error) => {
            let error = error.to_string();
            assert!(error.contains(why), "refused, but not by {why:?}: {error}");
        }
    }
}
