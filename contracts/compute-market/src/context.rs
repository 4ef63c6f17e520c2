//! What every action works with, and what it hands back.

use compute_api::{
    Contracts,
    market::{Params, events::MarketEvent},
};
use contract_kit::wiring;
use cosmwasm_std::{
    Addr, Api, BlockInfo, CosmosMsg, DepsMut, Env, MessageInfo, QuerierWrapper, Response, Storage,
    SubMsg,
};

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
}
