//! Who may send what: [`ExecuteMsg::role`], checked before a message does anything.

use compute_api::{Role, oracle::ExecuteMsg};
use contract_kit::{Error, funds, roles};
use cosmwasm_std::{Deps, MessageInfo};

use crate::state::{GUARDIAN, ISSUERS, OPERATORS};

/// Checks that the contract is active, that the sender may send `msg`, and that only
/// a bond comes with funds.
///
/// # Errors
/// Those of [`roles::check`]; [`Error::Funds`].
pub fn check(deps: Deps, info: &MessageInfo, msg: &ExecuteMsg) -> Result<(), Error> {
    let sender = &info.sender;
    let guardian = || Ok::<_, Error>(GUARDIAN.load(deps.storage)? == *sender);
    let role = msg.role();
    roles::check(deps.storage, sender, role, works_inactive(msg), || {
        match role {
            Role::Guardian => guardian(),
            Role::OwnerOrGuardian => Ok(cw_ownable::is_owner(deps.storage, sender)? || guardian()?),
            Role::Issuer => Ok(ISSUERS.has(deps.storage, sender)),
            Role::Operator => Ok(OPERATORS.has(deps.storage, sender)),
            // No message of this contract has another.
            _ => Ok(false),
        }
    })?;
    match msg {
        ExecuteMsg::PostBond { .. } => Ok(()),
        _ => funds::none(info),
    }
}

/// What the owner needs before activation.
const fn works_inactive(msg: &ExecuteMsg) -> bool {
    matches!(
        msg,
        ExecuteMsg::Activate { .. }
            | ExecuteMsg::UpdateOwnership(_)
            | ExecuteMsg::Announce { .. }
            | ExecuteMsg::Apply { .. }
            | ExecuteMsg::Cancel { .. }
    )
}
