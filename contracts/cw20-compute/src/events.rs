//! What is told beyond cw20-base: attributes of the same event of type `wasm`.

use compute_api::{Contracts, coin::SupplyResponse};
use cosmwasm_std::{Addr, Response, Uint128};
use cw_ownable::Ownership;

/// The contract is active, and the oracle its minter.
pub(crate) fn activated(contracts: Contracts<Addr>) -> Response {
    Response::new()
        .add_attribute("action", "activate")
        .add_attribute("coin", contracts.coin)
        .add_attribute("oracle", contracts.oracle)
        .add_attribute("votes", contracts.votes)
        .add_attribute("market", contracts.market)
}

/// The owner, or who is to be, has changed.
pub(crate) fn ownership_updated(ownership: Ownership<Addr>) -> Response {
    Response::new()
        .add_attribute("action", "update_ownership")
        .add_attributes(ownership.into_attributes())
}

/// Coins were burnt that nobody owes any more.
pub(crate) fn retired(from: Addr, amount: Uint128) -> Response {
    Response::new()
        .add_attribute("action", "retire")
        .add_attribute("from", from)
        .add_attribute("amount", amount)
}

/// An allowance was lowered, as cw20-base tells it.
pub(crate) fn allowance_decreased(owner: Addr, spender: String, amount: Uint128) -> Response {
    Response::new()
        .add_attribute("action", "decrease_allowance")
        .add_attribute("owner", owner)
        .add_attribute("spender", spender)
        .add_attribute("amount", amount)
}

/// Adds what stands after a burn of any kind.
pub(crate) fn after_burn(response: Response, after: SupplyResponse) -> Response {
    response
        .add_attribute("forgiven", after.forgiven)
        .add_attribute("supply", after.supply)
}
