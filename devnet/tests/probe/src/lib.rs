//! Sends what it is told, counts, and remembers the replies.
#![forbid(unsafe_code)]

use cosmwasm_std::{
    Binary, CosmosMsg, Deps, DepsMut, Empty, Env, Event, MessageInfo, QueryRequest, Reply, ReplyOn,
    Response, StdError, StdResult, SubMsg, SubMsgResult, WasmMsg, entry_point, from_json,
    to_json_binary,
};
use serde::{Deserialize, Serialize};

const COUNT: &[u8] = b"count";
const REPLIES: &[u8] = b"replies";

/// One message to send on.
#[derive(Serialize, Deserialize, Clone, Debug)]
pub struct Send {
    /// What.
    pub msg: CosmosMsg,
    /// Its number, in the reply.
    pub id: u64,
    /// When to reply.
    pub reply_on: ReplyOn,
    /// Gas that it may use.
    pub gas_limit: Option<u64>,
}

/// What it does.
#[derive(Serialize, Deserialize, Clone, Debug)]
#[serde(rename_all = "snake_case")]
pub enum ExecuteMsg {
    /// Counts one, then sends these.
    Run {
        /// The messages, in order.
        sends: Vec<Send>,
    },
    /// Counts one, then fails.
    Fail {},
    /// Counts until the gas is gone.
    Spin {},
    /// Calls itself, `left` times.
    Nest {
        /// How often.
        left: u32,
    },
}

/// What it answers.
#[derive(Serialize, Deserialize, Clone, Debug)]
#[serde(rename_all = "snake_case")]
pub enum QueryMsg {
    /// How often it has counted.
    Count {},
    /// The replies it has got, each `ID ok EVENTS` or `ID error TEXT`.
    Replies {},
    /// What the chain answers.
    Chain {
        /// The query.
        request: QueryRequest<Empty>,
    },
    /// Height, time and chain ID of the block.
    Block {},
}

fn stored<T: for<'a> Deserialize<'a> + Default>(deps: Deps<'_>, key: &[u8]) -> StdResult<T> {
    deps.storage.get(key).map_or(Ok(T::default()), from_json)
}

fn count(deps: DepsMut<'_>) -> StdResult<u64> {
    let count: u64 = stored(deps.as_ref(), COUNT)?;
    let count = count.saturating_add(1);
    deps.storage.set(COUNT, &to_json_binary(&count)?);
    Ok(count)
}

/// Starts at nothing.
///
/// # Errors
/// Never.
#[entry_point]
pub fn instantiate(_: DepsMut<'_>, _: Env, _: MessageInfo, _: Empty) -> StdResult<Response> {
    Ok(Response::new().set_data(b"made"))
}

/// Does as told.
///
/// # Errors
/// When told to fail.
#[entry_point]
pub fn execute(
    mut deps: DepsMut<'_>,
    env: Env,
    _: MessageInfo,
    msg: ExecuteMsg,
) -> StdResult<Response> {
    let now = count(deps.branch())?;
    let response = Response::new().add_attribute("count", now.to_string());
    match msg {
        ExecuteMsg::Run { sends } => {
            let event = Event::new("run").add_attribute("sends", sends.len().to_string());
            let send = |send: Send| SubMsg {
                id: send.id,
                payload: Binary::new(vec![7]),
                msg: send.msg,
                gas_limit: send.gas_limit,
                reply_on: send.reply_on,
            };
            let sends = sends.into_iter().map(send);
            Ok(response
                .add_event(event)
                .add_submessages(sends)
                .set_data(b"ran"))
        }
        ExecuteMsg::Fail {} => Err(StdError::generic_err("told to fail")),
        ExecuteMsg::Spin {} => loop {
            count(deps.branch())?;
        },
        ExecuteMsg::Nest { left: 0 } => Ok(response),
        ExecuteMsg::Nest { left } => Ok(response.add_message(WasmMsg::Execute {
            contract_addr: env.contract.address.into(),
            msg: to_json_binary(&ExecuteMsg::Nest {
                left: left.saturating_sub(1),
            })?,
            funds: Vec::new(),
        })),
    }
}

/// Remembers what came of a message.
///
/// # Errors
/// When the number is 666.
#[entry_point]
pub fn reply(deps: DepsMut<'_>, _: Env, reply: Reply) -> StdResult<Response> {
    if reply.id == 666 {
        return Err(StdError::generic_err("reply refused"));
    }
    let told = match reply.result {
        SubMsgResult::Ok(ok) => {
            let kinds: Vec<_> = ok.events.iter().map(|event| event.ty.as_str()).collect();
            format!("{} ok {}", reply.id, kinds.join(","))
        }
        SubMsgResult::Err(text) => format!("{} error {text}", reply.id),
    };
    let mut replies: Vec<String> = stored(deps.as_ref(), REPLIES)?;
    replies.push(told);
    deps.storage.set(REPLIES, &to_json_binary(&replies)?);
    Ok(Response::new().set_data(b"replied"))
}

/// Counts one.
///
/// # Errors
/// Never.
#[entry_point]
pub fn migrate(deps: DepsMut<'_>, _: Env, _: Empty) -> StdResult<Response> {
    let now = count(deps)?;
    Ok(Response::new().add_attribute("migrated", now.to_string()))
}

/// Answers.
///
/// # Errors
/// When the chain does not.
#[entry_point]
pub fn query(deps: Deps<'_>, env: Env, msg: QueryMsg) -> StdResult<Binary> {
    match msg {
        QueryMsg::Count {} => to_json_binary(&stored::<u64>(deps, COUNT)?),
        QueryMsg::Replies {} => to_json_binary(&stored::<Vec<String>>(deps, REPLIES)?),
        QueryMsg::Chain { request } => {
            let raw = cosmwasm_std::to_json_vec(&request)?;
            let answer = deps.querier.raw_query(&raw);
            let answer = answer
                .into_result()
                .map_err(|error| StdError::generic_err(error.to_string()))?;
            to_json_binary(&answer)
        }
        QueryMsg::Block {} => to_json_binary(&env.block),
    }
}
