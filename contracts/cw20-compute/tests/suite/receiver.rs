//! A contract that receives coins, and does with them what the hook says.

use cosmwasm_schema::cw_serde;
use cosmwasm_std::{
    Addr, Binary, Deps, DepsMut, Empty, Env, MessageInfo, Response, StdError, StdResult,
    to_json_binary,
};
use cw_multi_test::{Contract, ContractWrapper};
use cw_storage_plus::Item;
use cw20::Cw20ReceiveMsg;

use crate::world::transfer;

/// What the receiver does with coins.
#[cw_serde]
#[derive(Copy)]
pub(crate) enum Then {
    Keep,
    Refuse,
    /// Gives them to whoever the hook names as sender.
    Return,
}

#[cw_serde]
enum Hook {
    Receive(Cw20ReceiveMsg),
}

const LAST: Item<Cw20ReceiveMsg> = Item::new("last");

pub(crate) fn receiver() -> Box<dyn Contract<Empty>> {
    fn make(_: DepsMut, _: Env, _: MessageInfo, _: Empty) -> StdResult<Response> {
        Ok(Response::new())
    }
    fn receive(deps: DepsMut, _: Env, info: MessageInfo, msg: Hook) -> StdResult<Response> {
        let Hook::Receive(received) = msg;
        LAST.save(deps.storage, &received)?;
        match cosmwasm_std::from_json(&received.msg)? {
            Then::Keep => Ok(Response::new()),
            Then::Refuse => Err(StdError::generic_err("no coins, please")),
            Then::Return => {
                let coin = compute_api::coin::Coin::new(info.sender);
                let sender = Addr::unchecked(received.sender);
                let back = transfer(&sender, received.amount.u128());
                Ok(Response::new().add_message(coin.execute(&back)?))
            }
        }
    }
    fn last(deps: Deps, _: Env, _: Empty) -> StdResult<Binary> {
        to_json_binary(&LAST.load(deps.storage)?)
    }
    Box::new(ContractWrapper::new(receive, make, last))
}
