//! Who may send what: one check, before anything else.

use compute_api::votes::ExecuteMsg;
use cosmwasm_std::{Addr, Storage};

use crate::{ContractError, state};

/// Refuses a sender that has not the role of `msg`, and everything but wiring and
/// announcements before activation.
///
/// # Errors
/// As [`contract_kit::roles::check`]; [`contract_kit::Error::NotFound`] for an
/// operator that the message names and nobody has registered.
pub fn check(storage: &dyn Storage, sender: &Addr, msg: &ExecuteMsg) -> Result<(), ContractError> {
    let wiring = matches!(
        msg,
        ExecuteMsg::Activate { .. }
            | ExecuteMsg::Announce { .. }
            | ExecuteMsg::Apply { .. }
            | ExecuteMsg::Cancel { .. }
            | ExecuteMsg::UpdateOwnership(_)
    );
    contract_kit::roles::check(storage, sender, msg.role(), wiring, || {
        let key = named(msg).unwrap_or_default();
        // Only looked up: a text that is no address is no operator's.
        let operator = state::operator(storage, &Addr::unchecked(key))?;
        Ok(operator.owner == *sender)
    })?;
    Ok(())
}

/// The operator whose owner has to send this.
fn named(msg: &ExecuteMsg) -> Option<&str> {
    match msg {
        ExecuteMsg::UpdateOperator { operator, .. }
        | ExecuteMsg::UpdateCommission { operator, .. }
        | ExecuteMsg::Unjail { operator }
        | ExecuteMsg::ClaimCommission { operator }
        | ExecuteMsg::Unbond { operator, .. } => Some(operator),
        _ => None,
    }
}
