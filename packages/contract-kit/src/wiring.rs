//! Who the four contracts are to each other.

use compute_api::Contracts;
use cosmwasm_std::{Addr, Api, Storage};
use cw_storage_plus::Item;

use crate::Error;

/// Who the four contracts are; nothing before activation.
pub const CONTRACTS: Item<Contracts<Addr>> = Item::new("contracts");

/// Sets, once, who the contracts are. `own` picks this contract's place, where its
/// address `this` has to be.
///
/// # Errors
/// [`Error::AlreadyActive`]; [`Error::Contracts`] for a set in which this contract
/// does not find itself, or two are one; for what is no address.
pub fn activate(
    storage: &mut dyn Storage,
    api: &dyn Api,
    this: &Addr,
    own: fn(&Contracts<Addr>) -> &Addr,
    contracts: Contracts,
) -> Result<(), Error> {
    if CONTRACTS.exists(storage) {
        return Err(Error::AlreadyActive);
    }
    let contracts = Contracts {
        coin: api.addr_validate(&contracts.coin)?,
        oracle: api.addr_validate(&contracts.oracle)?,
        votes: api.addr_validate(&contracts.votes)?,
        market: api.addr_validate(&contracts.market)?,
    };
    if own(&contracts) != this {
        return Err(Error::Contracts(format!(
            "{} is in the place of this contract, {this}",
            own(&contracts)
        )));
    }
    let Contracts {
        coin,
        oracle,
        votes,
        market,
    } = &contracts;
    let mut all = [coin, oracle, votes, market];
    all.sort_unstable();
    if let Some([twice, _]) = all.windows(2).find(|pair| pair.first() == pair.last()) {
        return Err(Error::Contracts(format!("{twice} is there twice")));
    }
    Ok(CONTRACTS.save(storage, &contracts)?)
}

/// Who the contracts are.
///
/// # Errors
/// [`Error::NotActive`] before activation.
pub fn contracts(storage: &dyn Storage) -> Result<Contracts<Addr>, Error> {
    CONTRACTS.may_load(storage)?.ok_or(Error::NotActive)
}
