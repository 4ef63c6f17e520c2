//! Which owner or peer a sender is.

use compute_api::{Contracts, Role};
use cosmwasm_std::{Addr, Storage};

use crate::{Error, wiring};

/// Checks the sender of a message that takes `role`.
///
/// Nothing but what is `before_activation` works until the contract is active. Roles
/// that only one contract knows are `own`'s to decide.
///
/// # Errors
/// [`Error::NotActive`]; [`Error::Unauthorized`]; those of `own`.
pub fn check(
    storage: &dyn Storage,
    sender: &Addr,
    role: Role,
    before_activation: bool,
    own: impl FnOnce() -> Result<bool, Error>,
) -> Result<(), Error> {
    let contracts = wiring::CONTRACTS.may_load(storage)?;
    if contracts.is_none() & !before_activation {
        return Err(Error::NotActive);
    }
    let peer = |of: fn(&Contracts<Addr>) -> &Addr| {
        contracts
            .as_ref()
            .is_some_and(|contracts| of(contracts) == sender)
    };
    let allowed = match role {
        Role::Anyone => true,
        Role::Owner => cw_ownable::is_owner(storage, sender)?,
        Role::Coin => peer(|of| &of.coin),
        Role::Oracle => peer(|of| &of.oracle),
        Role::Votes => peer(|of| &of.votes),
        Role::Market => peer(|of| &of.market),
        Role::MarketOrOracle => peer(|of| &of.market) || peer(|of| &of.oracle),
        Role::Guardian
        | Role::OwnerOrGuardian
        | Role::Issuer
        | Role::Operator
        | Role::OperatorOwner => own()?,
    };
    if allowed {
        return Ok(());
    }
    Err(Error::Unauthorized {
        sender: sender.clone(),
        role,
    })
}
