//! The contracts' own code on a chain's storage, without the VM: years of use in
//! seconds, so that one call in the VM can be measured on top of them.

use std::{borrow::Cow, mem};

use anyhow::{Context, Result, anyhow, bail};
use cosmwasm_std::{
    Addr, BankMsg, Binary, BlockInfo, Coin, ContractInfo, CosmosMsg, Deps, DepsMut, Empty, Env,
    MessageInfo, Order, Querier, QuerierResult, QuerierWrapper, QueryRequest, Record, Response,
    Storage, SystemError, SystemResult, Timestamp, TransactionInfo, WasmMsg, WasmQuery, from_json,
    testing::MockApi,
};
use serde::de::DeserializeOwned;

use crate::chain::{Block, Chain, ChainStorage};

/// Which contract's code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Code {
    Coin,
    Oracle,
    Votes,
    Market,
}

/// What one contract is called with.
struct Call<'a> {
    instantiate: bool,
    sender: &'a str,
    funds: Vec<Coin>,
    msg: &'a [u8],
}

/// Who runs which code.
pub(super) trait Codes {
    /// The code at `address`.
    fn code(&self, address: &str) -> Result<Code>;
}

/// Instantiates the contract at `address`.
pub(super) fn instantiate(
    chain: &mut Chain,
    codes: &dyn Codes,
    sender: &str,
    address: &str,
    msg: &[u8],
) -> Result<()> {
    let call = Call {
        instantiate: true,
        sender,
        funds: Vec::new(),
        msg,
    };
    run(chain, codes, address, call)
}

/// Executes a message and all that follow from it. Unlike on a chain, a failure leaves
/// behind what was done before it: it ends the measurement.
pub(super) fn execute(
    chain: &mut Chain,
    codes: &dyn Codes,
    sender: &str,
    address: &str,
    funds: Vec<Coin>,
    msg: &[u8],
) -> Result<()> {
    let call = Call {
        instantiate: false,
        sender,
        funds,
        msg,
    };
    run(chain, codes, address, call)
}

/// Asks the contract at `address`.
pub(super) fn query(chain: &Chain, codes: &dyn Codes, address: &str, msg: &[u8]) -> Result<Binary> {
    let contract = chain.contract(address);
    let contract = contract.with_context(|| format!("there is no contract at {address}"))?;
    let storage = Native(Cow::Borrowed(contract.storage()));
    let querier = Others { chain, codes };
    let deps = Deps {
        storage: &storage,
        api: &api(),
        querier: QuerierWrapper::new(&querier),
    };
    let answer = codes
        .code(address)?
        .query(deps, env(&chain.block, address), msg);
    answer.map_err(|error| anyhow!(error))
}

fn run(chain: &mut Chain, codes: &dyn Codes, address: &str, call: Call<'_>) -> Result<()> {
    let code = codes.code(address)?;
    // Taken out, so that the querier can look at all else.
    let contract = chain.contract_mut(address);
    let contract = contract.with_context(|| format!("there is no contract at {address}"))?;
    let mut own = Native(Cow::Owned(mem::take(contract.storage_mut())));
    let env = env(&chain.block, address);
    let querier = Others { chain, codes };
    let done = code.call(&mut own, &querier, env, call);
    if let Some(contract) = chain.contract_mut(address) {
        *contract.storage_mut() = own.0.into_owned();
    }
    for message in done?.messages {
        match message.msg {
            CosmosMsg::Wasm(WasmMsg::Execute {
                contract_addr,
                msg,
                funds,
            }) => execute(chain, codes, address, &contract_addr, funds, &msg)?,
            CosmosMsg::Bank(BankMsg::Send { .. }) => {}
            other => bail!("a message that is not known here: {other:?}"),
        }
    }
    Ok(())
}

fn env(block: &Block, address: &str) -> Env {
    Env {
        block: BlockInfo {
            height: block.height,
            time: Timestamp::from_nanos(block.time),
            chain_id: block.chain_id.clone(),
        },
        transaction: Some(TransactionInfo { index: 0 }),
        contract: ContractInfo {
            address: Addr::unchecked(address),
        },
    }
}

fn api() -> MockApi {
    MockApi::default().with_prefix("wasm")
}

impl Code {
    fn call(
        self,
        storage: &mut Native<'_>,
        querier: &dyn Querier,
        env: Env,
        call: Call<'_>,
    ) -> Result<Response> {
        let deps = DepsMut {
            storage,
            api: &api(),
            querier: QuerierWrapper::new(querier),
        };
        let info = MessageInfo {
            sender: Addr::unchecked(call.sender),
            funds: call.funds,
        };
        let msg = call.msg;
        let done = match (self, call.instantiate) {
            (Self::Coin, true) => {
                cw20_compute::contract::instantiate(deps, env, info, read(msg)?).map_err(text)
            }
            (Self::Coin, false) => {
                cw20_compute::contract::execute(deps, env, info, read(msg)?).map_err(text)
            }
            (Self::Oracle, true) => {
                reserve_oracle::contract::instantiate(deps, env, info, read(msg)?).map_err(text)
            }
            (Self::Oracle, false) => {
                reserve_oracle::contract::execute(deps, env, info, read(msg)?).map_err(text)
            }
            (Self::Votes, true) => {
                staking_votes::contract::instantiate(deps, env, info, read(msg)?).map_err(text)
            }
            (Self::Votes, false) => {
                staking_votes::contract::execute(deps, env, info, read(msg)?).map_err(text)
            }
            (Self::Market, true) => {
                compute_market::contract::instantiate(deps, env, info, read(msg)?).map_err(text)
            }
            (Self::Market, false) => {
                compute_market::contract::execute(deps, env, info, read(msg)?).map_err(text)
            }
        };
        done.map_err(|error| anyhow!("{self:?} refused {}: {error}", String::from_utf8_lossy(msg)))
    }

    fn query(self, deps: Deps<'_>, env: Env, msg: &[u8]) -> Result<Binary, String> {
        let read_error = |error: anyhow::Error| error.to_string();
        match self {
            Self::Coin => {
                let msg = read(msg).map_err(read_error)?;
                cw20_compute::contract::query(deps, env, msg).map_err(text)
            }
            Self::Oracle => {
                let msg = read(msg).map_err(read_error)?;
                reserve_oracle::contract::query(deps, env, msg).map_err(text)
            }
            Self::Votes => {
                let msg = read(msg).map_err(read_error)?;
                staking_votes::contract::query(deps, env, msg).map_err(text)
            }
            Self::Market => {
                let msg = read(msg).map_err(read_error)?;
                compute_market::contract::query(deps, env, msg).map_err(text)
            }
        }
    }
}

fn read<T: DeserializeOwned>(msg: &[u8]) -> Result<T> {
    from_json(msg).with_context(|| String::from_utf8_lossy(msg).into_owned())
}

fn text(error: impl ToString) -> String {
    error.to_string()
}

/// A contract's storage, as its code sees it.
struct Native<'a>(Cow<'a, ChainStorage>);

impl Storage for Native<'_> {
    fn get(&self, key: &[u8]) -> Option<Vec<u8>> {
        self.0.peek(key).map(<[u8]>::to_vec)
    }

    fn set(&mut self, key: &[u8], value: &[u8]) {
        self.0.to_mut().put(key, value);
    }

    fn remove(&mut self, key: &[u8]) {
        self.0.to_mut().delete(key);
    }

    fn range<'a>(
        &'a self,
        start: Option<&[u8]>,
        end: Option<&[u8]>,
        order: Order,
    ) -> Box<dyn Iterator<Item = Record> + 'a> {
        let order = match order {
            Order::Ascending => vm_std::Order::Ascending,
            Order::Descending => vm_std::Order::Descending,
        };
        Box::new(self.0.records(start, end, order))
    }
}

/// Answers smart queries to the other contracts.
struct Others<'a> {
    chain: &'a Chain,
    codes: &'a dyn Codes,
}

impl Querier for Others<'_> {
    fn raw_query(&self, request: &[u8]) -> QuerierResult {
        let refused = |error: String| {
            let request = Binary::from(request);
            SystemResult::Err(SystemError::InvalidRequest { error, request })
        };
        let parsed: QueryRequest<Empty> = match from_json(request) {
            Ok(parsed) => parsed,
            Err(error) => return refused(error.to_string()),
        };
        let QueryRequest::Wasm(WasmQuery::Smart { contract_addr, msg }) = parsed else {
            return refused("only smart queries are answered here".to_owned());
        };
        let answer = query(self.chain, self.codes, &contract_addr, &msg);
        SystemResult::Ok(answer.map_err(text).into())
    }
}
