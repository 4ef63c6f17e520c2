//! Who may send what: [`ExecuteMsg::role`], checked before a message does anything.

use compute_api::{Role, market::ExecuteMsg};
use contract_kit::{funds, roles, wiring};
use cosmwasm_std::{Deps, MessageInfo};

use crate::peers;

/// Checks that the contract is active and that the sender may send `msg`, which takes
/// no funds. What an order's owner alone may is checked by the order.
///
/// # Errors
/// Those of [`roles::check`]; [`contract_kit::Error::Funds`].
pub fn check(deps: Deps, info: &MessageInfo, msg: &ExecuteMsg) -> Result<(), contract_kit::Error> {
    let wires = matches!(
        msg,
        ExecuteMsg::Activate { .. }
            | ExecuteMsg::UpdateOwnership(_)
            | ExecuteMsg::Announce { .. }
            | ExecuteMsg::Apply { .. }
            | ExecuteMsg::Cancel { .. }
    );
    let role = msg.role();
    roles::check(deps.storage, &info.sender, role, wires, || match role {
        Role::Operator => {
            let votes = wiring::contracts(deps.storage)?.votes;
            // Whom votes does not know is none.
            Ok(peers::operator(deps.querier, &votes, info.sender.as_str()).is_ok())
        }
        // No message of this contract has another.
        _ => Ok(false),
    })?;
    funds::none(info)
}
