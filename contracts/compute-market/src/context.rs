//! What every action works with, and what it hands back.

use compute_api::{
    Contracts,
    coin::{self, Coin},
    market::{Params, events::MarketEvent},
};
use contract_kit::wiring;
use cosmwasm_std::{
    Addr, Api, BlockInfo, CosmosMsg, DepsMut, Env, MessageInfo, QuerierWrapper, Response, Storage,
    SubMsg, Uint128, to_json_binary,
};
use serde::Serialize;

use crate::{ContractError, state::PARAMS};

/// One message under way.
pub(crate) struct Context<'a> {
    pub(crate) storage: &'a mut dyn Storage,
    pub(crate) api: &'a dyn Api,
    pub(crate) querier: QuerierWrapper<'a>,
    pub(crate) block: BlockInfo,
    /// This contract.
    pub(crate) market: Addr,
    pub(crate) sender: Addr,
    pub(crate) params: Params,
    pub(crate) contracts: Contracts<Addr>,
    out: Response,
}

impl<'a> Context<'a> {
    pub(crate) fn new(
        deps: DepsMut<'a>,
        env: Env,
        info: MessageInfo,
    ) -> Result<Self, ContractError> {
        Ok(Self {
            params: PARAMS.load(deps.storage)?,
            contracts: wiring::contracts(deps.storage)?,
            storage: deps.storage,
            api: deps.api,
            querier: deps.querier,
            block: env.block,
            market: env.contract.address,
            sender: info.sender,
            out: Response::new(),
        })
    }

    pub(crate) fn done(self) -> Response {
        self.out
    }

    /// Block time in seconds.
    pub(crate) fn now(&self) -> u64 {
        self.block.time.seconds()
    }

    pub(crate) fn emit(&mut self, event: impl Into<MarketEvent>) {
        self.out.events.push(event.into().into());
    }

    pub(crate) fn send(&mut self, msg: CosmosMsg) {
        self.out.messages.push(SubMsg::new(msg));
    }

    /// Pays coins to an account; none is no transfer, since the coin refuses it.
    pub(crate) fn pay(&mut self, recipient: &Addr, amount: Uint128) -> Result<(), ContractError> {
        if amount.is_zero() {
            return Ok(());
        }
        self.coin(&coin::ExecuteMsg::Transfer {
            recipient: recipient.to_string(),
            amount,
        })
    }

    /// Sends coins to another contract's hook.
    pub(crate) fn hand(
        &mut self,
        contract: &Addr,
        amount: Uint128,
        hook: &impl Serialize,
    ) -> Result<(), ContractError> {
        if amount.is_zero() {
            return Ok(());
        }
        self.coin(&coin::ExecuteMsg::Send {
            contract: contract.to_string(),
            amount,
            msg: to_json_binary(hook)?,
        })
    }

    fn coin(&mut self, msg: &coin::ExecuteMsg) -> Result<(), ContractError> {
        let msg = Coin::new(self.contracts.coin.clone()).execute(msg)?;
        self.send(msg);
        Ok(())
    }
}
