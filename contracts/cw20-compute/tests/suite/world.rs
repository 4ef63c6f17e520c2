//! A chain with the coin and a contract that receives coins.

use compute_api::{
    Contracts,
    coin::{ExecuteMsg, InstantiateMsg, Marketing, QueryMsg, SupplyResponse},
};
use cosmwasm_std::{Addr, BlockInfo, Empty, StdResult, Storage, Uint128, to_json_binary};
use cw_multi_test::{App, AppResponse, Contract, ContractWrapper, Executor, error::AnyResult};
use cw20::{Cw20ReceiveMsg, Expiration};
use cw20_base::state::ALLOWANCES;
use cw20_compute::{ContractError, contract};
use serde::de::DeserializeOwned;

pub(crate) use crate::receiver::Then;
use crate::{books::Told, receiver::receiver};

/// Seconds of a block.
pub(crate) const BLOCK: u64 = 6;

pub(crate) struct World {
    pub(crate) app: App,
    pub(crate) contracts: Contracts<Addr>,
    pub(crate) owner: Addr,
    /// A contract that does with coins what `msg` says.
    pub(crate) receiver: Addr,
    /// What the events have said.
    pub(crate) told: Told,
}

pub(crate) fn coins(amount: u128) -> Uint128 {
    Uint128::new(amount)
}

pub(crate) fn code() -> Box<dyn Contract<Empty>> {
    let wrapper = ContractWrapper::new(contract::execute, contract::instantiate, contract::query);
    Box::new(wrapper.with_migrate(contract::migrate))
}

pub(crate) fn instantiation(owner: &Addr) -> InstantiateMsg {
    InstantiateMsg {
        name: "Minute of compute".into(),
        symbol: "MIN".into(),
        owner: owner.to_string(),
        marketing: Some(Marketing {
            project: Some("https://example.org".into()),
            description: None,
            marketing: Some(owner.to_string()),
            logo: None,
        }),
        contracts: None,
    }
}

impl World {
    /// Active.
    pub(crate) fn new() -> Self {
        let mut world = Self::inactive();
        let owner = world.owner.clone();
        let contracts = world.peers();
        world.ok(&owner, &ExecuteMsg::Activate { contracts });
        world
    }

    /// Not active yet.
    pub(crate) fn inactive() -> Self {
        let mut app = App::default();
        let owner = app.api().addr_make("owner");
        let coin_code = app.store_code(code());
        let receiver_code = app.store_code(receiver());
        let coin = app
            .instantiate_contract(
                coin_code,
                owner.clone(),
                &instantiation(&owner),
                &[],
                "coin",
                Some(owner.to_string()),
            )
            .unwrap();
        let receiver = app
            .instantiate_contract(
                receiver_code,
                owner.clone(),
                &Empty {},
                &[],
                "receiver",
                None,
            )
            .unwrap();
        let contracts = Contracts {
            coin,
            oracle: app.api().addr_make("oracle"),
            votes: app.api().addr_make("votes"),
            market: app.api().addr_make("market"),
        };
        Self {
            app,
            contracts,
            owner,
            receiver,
            told: Told::default(),
        }
    }

    /// What `activate` carries.
    pub(crate) fn peers(&self) -> Contracts {
        Contracts {
            coin: self.contracts.coin.to_string(),
            oracle: self.contracts.oracle.to_string(),
            votes: self.contracts.votes.to_string(),
            market: self.contracts.market.to_string(),
        }
    }

    pub(crate) fn account(&self, name: &str) -> Addr {
        self.app.api().addr_make(name)
    }

    pub(crate) fn block(&self) -> BlockInfo {
        self.app.block_info()
    }

    pub(crate) fn wait(&mut self, blocks: u64) {
        self.app.update_block(|block| {
            block.height += blocks;
            block.time = block.time.plus_seconds(blocks * BLOCK);
        });
    }

    /// Sends a message, follows what is told of it, and looks at the books.
    pub(crate) fn try_(&mut self, sender: &Addr, msg: &ExecuteMsg) -> AnyResult<AppResponse> {
        if let ExecuteMsg::IncreaseAllowance { spender, .. }
        | ExecuteMsg::DecreaseAllowance { spender, .. } = msg
        {
            self.note_lapsed(sender, &Addr::unchecked(spender));
        }
        let coin = self.contracts.coin.clone();
        let outcome = self.app.execute_contract(sender.clone(), coin, msg, &[]);
        if let Ok(response) = &outcome {
            self.told.follow(&self.contracts.coin, &response.events);
        }
        self.check();
        outcome
    }

    /// No event says that an allowance has expired.
    fn note_lapsed(&mut self, owner: &Addr, spender: &Addr) {
        let found = ALLOWANCES.may_load(&*self.storage(), (owner, spender));
        let found = found.unwrap();
        if found.is_some_and(|allowance| allowance.expires.is_expired(&self.block())) {
            self.told.lapsed.insert((owner.clone(), spender.clone()));
        }
    }

    #[track_caller]
    pub(crate) fn ok(&mut self, sender: &Addr, msg: &ExecuteMsg) -> AppResponse {
        self.try_(sender, msg).unwrap()
    }

    /// Why a message is refused.
    #[track_caller]
    pub(crate) fn refused(&mut self, sender: &Addr, msg: &ExecuteMsg) -> ContractError {
        let before = self.app.dump_wasm_raw(&self.contracts.coin);
        let error = self.try_(sender, msg).unwrap_err();
        assert_eq!(before, self.app.dump_wasm_raw(&self.contracts.coin));
        error.downcast().unwrap()
    }

    #[track_caller]
    pub(crate) fn mint(&mut self, recipient: &Addr, amount: u128) {
        let oracle = self.contracts.oracle.clone();
        self.ok(&oracle, &mint(recipient, amount));
    }

    pub(crate) fn ask<T: DeserializeOwned>(&self, query: &QueryMsg) -> T {
        self.try_ask(query).unwrap()
    }

    pub(crate) fn try_ask<T: DeserializeOwned>(&self, query: &QueryMsg) -> StdResult<T> {
        let coin = &self.contracts.coin;
        self.app.wrap().query_wasm_smart(coin, query)
    }

    pub(crate) fn balance(&self, account: &Addr) -> u128 {
        let address = account.to_string();
        let response: cw20::BalanceResponse = self.ask(&QueryMsg::Balance { address });
        response.balance.u128()
    }

    /// What exists, and what was forgiven.
    pub(crate) fn supply(&self) -> (u128, u128) {
        let response: SupplyResponse = self.ask(&QueryMsg::Supply {});
        (response.supply.u128(), response.forgiven.u128())
    }

    /// An allowance, as the query tells it.
    pub(crate) fn allowance(&self, owner: &Addr, spender: &Addr) -> (u128, Expiration) {
        let response: cw20::AllowanceResponse = self.ask(&QueryMsg::Allowance {
            owner: owner.to_string(),
            spender: spender.to_string(),
        });
        (response.allowance.u128(), response.expires)
    }

    /// What the receiver was told last.
    pub(crate) fn received(&self) -> Cw20ReceiveMsg {
        let query = self.app.wrap().query_wasm_smart(&self.receiver, &Empty {});
        query.unwrap()
    }

    pub(crate) fn storage(&self) -> Box<dyn Storage + '_> {
        self.app.contract_storage(&self.contracts.coin)
    }
}

pub(crate) fn mint(recipient: &Addr, amount: u128) -> ExecuteMsg {
    ExecuteMsg::Mint {
        recipient: recipient.to_string(),
        amount: coins(amount),
    }
}

pub(crate) fn transfer(recipient: &Addr, amount: u128) -> ExecuteMsg {
    ExecuteMsg::Transfer {
        recipient: recipient.to_string(),
        amount: coins(amount),
    }
}

pub(crate) fn burn(amount: u128) -> ExecuteMsg {
    ExecuteMsg::Burn {
        amount: coins(amount),
    }
}

pub(crate) fn retire(amount: u128) -> ExecuteMsg {
    ExecuteMsg::Retire {
        amount: coins(amount),
    }
}

pub(crate) fn send(contract: &Addr, amount: u128, then: Then) -> ExecuteMsg {
    ExecuteMsg::Send {
        contract: contract.to_string(),
        amount: coins(amount),
        msg: to_json_binary(&then).unwrap(),
    }
}

pub(crate) fn increase(spender: &Addr, amount: u128, expires: Option<Expiration>) -> ExecuteMsg {
    ExecuteMsg::IncreaseAllowance {
        spender: spender.to_string(),
        amount: coins(amount),
        expires,
    }
}

pub(crate) fn decrease(spender: &Addr, amount: u128, expires: Option<Expiration>) -> ExecuteMsg {
    ExecuteMsg::DecreaseAllowance {
        spender: spender.to_string(),
        amount: coins(amount),
        expires,
    }
}

pub(crate) fn transfer_from(owner: &Addr, recipient: &Addr, amount: u128) -> ExecuteMsg {
    ExecuteMsg::TransferFrom {
        owner: owner.to_string(),
        recipient: recipient.to_string(),
        amount: coins(amount),
    }
}

pub(crate) fn burn_from(owner: &Addr, amount: u128) -> ExecuteMsg {
    ExecuteMsg::BurnFrom {
        owner: owner.to_string(),
        amount: coins(amount),
    }
}

pub(crate) fn send_from(owner: &Addr, contract: &Addr, amount: u128, then: Then) -> ExecuteMsg {
    ExecuteMsg::SendFrom {
        owner: owner.to_string(),
        contract: contract.to_string(),
        amount: coins(amount),
        msg: to_json_binary(&then).unwrap(),
    }
}
