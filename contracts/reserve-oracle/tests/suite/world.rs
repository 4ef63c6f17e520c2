//! A chain with the oracle, stand-ins for its peers, issuers and operators.

mod beacon;
mod builder;
mod defaults;
mod peers;
mod reserve;
mod work;

use compute_api::{
    Contracts,
    oracle::{
        CensusResponse, CensusStage, ExecuteMsg, OperatorResponse, Params, QueryMsg,
        events::OracleEvent,
    },
    votes::{self, Standing},
};
use cosmwasm_std::{Addr, Binary, Coin, Empty, StdError, StdResult, Timestamp};
use cw_multi_test::{App, AppResponse, BankSudo, Executor, SudoMsg};
use reserve_oracle::{ContractError, state::ISSUERS};
use serde::de::DeserializeOwned;

pub(crate) use beacon::{beacon, beacon_network, forged, network, randomness};
pub(crate) use builder::Builder;
pub(crate) use defaults::{BOND_DENOM, START, identity, params, tiers};
pub(crate) use peers::oracle_code;
pub(crate) use work::Done;

/// The chain and everybody on it.
pub(crate) struct World {
    pub(crate) app: App,
    pub(crate) owner: Addr,
    pub(crate) guardian: Addr,
    pub(crate) coin: Addr,
    pub(crate) oracle: Addr,
    pub(crate) votes: Addr,
    pub(crate) market: Addr,
    /// Two, admitted.
    pub(crate) issuers: Vec<Addr>,
    pub(crate) operators: Vec<Addr>,
    /// As the oracle was made with.
    pub(crate) params: Params,
}

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

    pub(crate) fn activate(&mut self) {
        let contracts = self.contracts();
        let activate = ExecuteMsg::Activate { contracts };
        self.execute(&self.owner.clone(), &activate).unwrap();
    }

    // --- time ---

    pub(crate) fn now(&self) -> u64 {
        self.app.block_info().time.seconds()
    }

    pub(crate) fn height(&self) -> u64 {
        self.app.block_info().height
    }

    /// The next block, at `time`.
    pub(crate) fn at(&mut self, time: u64) {
        assert!(time >= self.now(), "time goes forward");
        self.app.update_block(|block| {
            block.time = Timestamp::from_seconds(time);
            block.height += 1;
        });
    }

    /// The next block, `seconds` later.
    pub(crate) fn after(&mut self, seconds: u64) {
        self.at(self.now() + seconds);
    }

    /// The same block, `seconds` later: as if the height had not risen.
    pub(crate) fn same_height_after(&mut self, seconds: u64) {
        self.app
            .update_block(|block| block.time = block.time.plus_seconds(seconds));
    }

    /// Blocks that take no time.
    pub(crate) fn blocks(&mut self, count: u64) {
        self.app.update_block(|block| block.height += count);
    }

    // --- messages ---

    pub(crate) fn execute(
        &mut self,
        sender: &Addr,
        msg: &ExecuteMsg,
    ) -> Result<AppResponse, ContractError> {
        self.execute_with(sender, msg, &[])
    }

    pub(crate) fn execute_with(
        &mut self,
        sender: &Addr,
        msg: &ExecuteMsg,
        funds: &[Coin],
    ) -> Result<AppResponse, ContractError> {
        let oracle = self.oracle.clone();
        let done = self
            .app
            .execute_contract(sender.clone(), oracle, msg, funds);
        done.map_err(|error| match error.downcast() {
            Ok(refused) => refused,
            Err(other) => StdError::generic_err(format!("{other:#}")).into(),
        })
    }

    /// From somebody without any role.
    pub(crate) fn anyone(&mut self, msg: &ExecuteMsg) -> Result<AppResponse, ContractError> {
        self.execute(&self.stranger(), msg)
    }

    pub(crate) fn stranger(&self) -> Addr {
        self.app.api().addr_make("stranger")
    }

    pub(crate) fn query<T: DeserializeOwned>(&self, query: &QueryMsg) -> StdResult<T> {
        self.app.wrap().query_wasm_smart(self.oracle.clone(), query)
    }

    /// Gives an account funds.
    pub(crate) fn fund(&mut self, account: &Addr, funds: Coin) {
        let mint = BankSudo::Mint {
            to_address: account.to_string(),
            amount: vec![funds],
        };
        self.app.sudo(SudoMsg::Bank(mint)).unwrap();
    }

    /// What votes has been sent, and forgets it.
    pub(crate) fn told_votes(&mut self) -> Vec<votes::ExecuteMsg> {
        let told = self
            .app
            .wrap()
            .query_wasm_smart(self.votes.clone(), &Empty {});
        self.app
            .execute_contract(
                self.owner.clone(),
                self.votes.clone(),
                &votes::ExecuteMsg::Apply { id: 0 },
                &[],
            )
            .unwrap();
        told.unwrap()
    }

    // --- operators ---

    pub(crate) fn declare(
        &mut self,
        operator: &Addr,
        devices: u32,
    ) -> Result<AppResponse, ContractError> {
        self.execute(operator, &ExecuteMsg::DeclareDevices { devices })
    }

    pub(crate) fn set_standing(&mut self, at: usize, standing: Standing) -> AppResponse {
        let operator = self.operators[at].to_string();
        let msg = ExecuteMsg::SetStanding { operator, standing };
        self.execute(&self.votes.clone(), &msg).unwrap()
    }

    pub(crate) fn invite(
        &mut self,
        issuer: usize,
        at: usize,
    ) -> Result<AppResponse, ContractError> {
        let operator = self.operators[at].to_string();
        let invite = ExecuteMsg::InviteOperator { operator };
        self.execute(&self.issuers[issuer].clone(), &invite)
    }

    /// An operator accepts.
    pub(crate) fn accept(
        &mut self,
        issuer: usize,
        at: usize,
    ) -> Result<AppResponse, ContractError> {
        let issuer = self.issuers[issuer].to_string();
        let join = ExecuteMsg::JoinIssuer { issuer };
        self.execute(&self.operators[at].clone(), &join)
    }

    /// Invites an operator, which joins.
    pub(crate) fn join(&mut self, issuer: usize, at: usize) {
        self.invite(issuer, at).unwrap();
        self.accept(issuer, at).unwrap();
    }

    pub(crate) fn leave(&mut self, at: usize) -> Result<AppResponse, ContractError> {
        self.execute(&self.operators[at].clone(), &ExecuteMsg::LeaveIssuer {})
    }

    pub(crate) fn operator(&self, at: usize) -> OperatorResponse {
        let operator = self.operators[at].to_string();
        self.query(&QueryMsg::Operator { operator }).unwrap()
    }

    /// What an issuer's operators have proven in a census.
    pub(crate) fn proven(&self, issuer: usize, census: u32) -> u128 {
        let storage = self.app.contract_storage(&self.oracle);
        let issuer = ISSUERS.load(&*storage, &self.issuers[issuer]).unwrap();
        issuer.proven.of(census).u128()
    }

    // --- the census ---

    pub(crate) fn census(&self) -> CensusResponse {
        self.query(&QueryMsg::Census {}).unwrap()
    }

    pub(crate) fn stage(&self) -> CensusStage {
        self.census().current.unwrap().stage
    }

    /// The first slot that can be opened, from the present on.
    pub(crate) fn next_slot(&self) -> u64 {
        let from = self.census().next_from.max(self.now());
        (from / self.params.census.slot..)
            .find(|slot| self.round_time(*slot) >= from)
            .unwrap()
    }

    /// The first round of a slot.
    pub(crate) fn round(&self, slot: u64) -> u64 {
        network().round_at_or_after(slot * self.params.census.slot)
    }

    pub(crate) fn round_time(&self, slot: u64) -> u64 {
        network().time_of(self.round(slot))
    }

    pub(crate) fn open_slot(&mut self, slot: u64) -> Result<AppResponse, ContractError> {
        let beacon = beacon(self.round(slot));
        self.anyone(&ExecuteMsg::OpenCensus { beacon })
    }

    /// Goes to the next slot and opens it.
    pub(crate) fn open(&mut self) -> u64 {
        let slot = self.next_slot();
        self.at(self.round_time(slot));
        self.open_slot(slot).unwrap();
        slot
    }

    /// What an operator can do in the census under way.
    pub(crate) fn work(&self, at: usize, units: u32) -> Done {
        let census = self.census().current.unwrap();
        Done::new(self, &self.operators[at], &census.beacon, units)
    }

    pub(crate) fn commit(&mut self, at: usize, units: u32) -> Result<AppResponse, ContractError> {
        let slot = self.census().current.unwrap().slot;
        let commit = self.work(at, units).commit(slot);
        self.execute(&self.operators[at].clone(), &commit)
    }

    pub(crate) fn seal(&mut self) -> Result<AppResponse, ContractError> {
        self.anyone(&ExecuteMsg::SealCensus {})
    }

    /// Goes to the first moment at which the census can be sealed, and seals it.
    pub(crate) fn seal_in_time(&mut self) {
        let CensusStage::Committing { until, .. } = self.stage() else {
            panic!("sealed before");
        };
        self.at(until + 1);
        self.seal().unwrap();
    }

    pub(crate) fn post(&mut self, round: u64) -> Result<AppResponse, ContractError> {
        let beacon = beacon(round);
        self.anyone(&ExecuteMsg::PostBeacon { beacon })
    }

    /// Goes to the sampling round's time and posts it.
    pub(crate) fn post_draw(&mut self) -> u64 {
        let CensusStage::Sealed { round, .. } = self.stage() else {
            panic!("nothing to post");
        };
        self.at(network().time_of(round).max(self.now()));
        self.post(round).unwrap();
        round
    }

    /// An operator's answer to the draw, with that many units committed.
    pub(crate) fn right_answer(&self, at: usize, units: u32) -> Binary {
        let CensusStage::Answering { round, .. } = self.stage() else {
            panic!("nothing is drawn");
        };
        self.work(at, units).answer(self, &randomness(round))
    }

    pub(crate) fn send_answer(
        &mut self,
        at: usize,
        answer: Binary,
    ) -> Result<AppResponse, ContractError> {
        let operator = self.operators[at].to_string();
        self.anyone(&ExecuteMsg::AnswerCensus { operator, answer })
    }

    pub(crate) fn answer(&mut self, at: usize, units: u32) -> Result<AppResponse, ContractError> {
        self.send_answer(at, self.right_answer(at, units))
    }

    pub(crate) fn close(&mut self) -> Result<AppResponse, ContractError> {
        self.anyone(&ExecuteMsg::CloseCensus {})
    }

    /// Goes to the first block at which the census can be closed, and closes it.
    pub(crate) fn close_in_time(&mut self) -> AppResponse {
        let CensusStage::Answering {
            until,
            until_height,
            ..
        } = self.stage()
        else {
            panic!("nothing is drawn");
        };
        self.at(until + 1);
        self.blocks((until_height + 1).saturating_sub(self.height()));
        self.close().unwrap()
    }

    /// Opens a census, to which these commit: operator, units.
    pub(crate) fn begin(&mut self, parts: &[(usize, u32)]) -> u64 {
        let slot = self.open();
        for (at, units) in parts {
            self.commit(*at, *units).unwrap();
        }
        slot
    }

    /// Seals the census and posts its draw.
    pub(crate) fn draw(&mut self) {
        self.seal_in_time();
        self.post_draw();
    }

    /// A whole census, of which these take part: operator, units.
    pub(crate) fn whole_census(&mut self, parts: &[(usize, u32)]) -> AppResponse {
        self.begin(parts);
        self.draw();
        for (at, units) in parts {
            self.answer(*at, *units).unwrap();
        }
        self.close_in_time()
    }
}

/// What the oracle says in a response.
pub(crate) fn events(response: &AppResponse) -> Vec<OracleEvent> {
    let parsed = response
        .events
        .iter()
        .map(|event| OracleEvent::parse(event).unwrap());
    parsed.flatten().collect()
}

/// Asserts that a message is refused in words that contain `words`.
#[track_caller]
pub(crate) fn assert_refused(done: Result<AppResponse, ContractError>, words: &str) {
    let error = done.expect_err(words).to_string();
    assert!(error.contains(words), "{error:?} does not say {words:?}");
}
