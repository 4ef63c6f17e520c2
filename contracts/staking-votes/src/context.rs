//! What every action works with, and what it hands back.

use compute_api::{
    Contracts,
    coin::{self, Coin},
    oracle::{self, Oracle},
    votes::{Params, events::VotesEvent},
};
use contract_kit::wiring;
use cosmwasm_std::{
    Addr, Api, DepsMut, Env, MessageInfo, QuerierWrapper, Response, Storage, SubMsg, Uint128,
};

use crate::{ContractError, state};

/// One message under way.
pub(crate) struct Context<'a> {
    pub(crate) storage: &'a mut dyn Storage,
    pub(crate) api: &'a dyn Api,
    pub(crate) querier: QuerierWrapper<'a>,
    /// Block time in seconds.
    pub(crate) now: u64,
    pub(crate) sender: Addr,
    pub(crate) params: Params,
    pub(crate) contracts: Contracts<Addr>,
    out: Response,
}

impl<'a> Context<'a> {
    pub(crate) fn new(
        deps: DepsMut<'a>,
        env: &Env,
        info: MessageInfo,
    ) -> Result<Self, ContractError> {
        Ok(Self {
            params: state::PARAMS.load(deps.storage)?,
            contracts: wiring::contracts(deps.storage)?,
            storage: deps.storage,
            api: deps.api,
            querier: deps.querier,
            now: env.block.time.seconds(),
            sender: info.sender,
            out: Response::new(),
        })
    }

    pub(crate) fn done(self) -> Response {
        self.out
    }

    pub(crate) fn emit(&mut self, event: VotesEvent) {
        self.out.events.push(event.into());
    }

    /// Sends coins; none is no transfer, since the coin refuses it.
    pub(crate) fn pay(&mut self, recipient: &Addr, amount: Uint128) -> Result<(), ContractError> {
        if amount.is_zero() {
            return Ok(());
        }
        let coin = Coin::new(self.contracts.coin.clone());
        let transfer = coin.execute(&coin::ExecuteMsg::Transfer {
            recipient: recipient.to_string(),
            amount,
        })?;
        self.out.messages.push(SubMsg::new(transfer));
        Ok(())
    }

    /// Tells the oracle something.
    pub(crate) fn tell(&mut self, msg: &oracle::ExecuteMsg) -> Result<(), ContractError> {
        let msg = Oracle::new(self.contracts.oracle.clone()).execute(msg)?;
        self.out.messages.push(SubMsg::new(msg));
        Ok(())
    }

    /// Puts coins into the protection pool.
    pub(crate) fn protect(&mut self, cause: &str, amount: Uint128) -> Result<(), ContractError> {
        if amount.is_zero() {
            return Ok(());
        }
        let pool = state::PROTECTION.load(self.storage)?.checked_add(amount)?;
        state::PROTECTION.save(self.storage, &pool)?;
        self.emit(VotesEvent::ProtectionChanged {
            cause: cause.to_owned(),
            amount,
            pool,
        });
        Ok(())
    }
}
