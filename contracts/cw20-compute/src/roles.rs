//! Who may send what: [`ExecuteMsg::role`], checked before a message does anything.

use compute_api::coin::ExecuteMsg;
use cosmwasm_std::{Addr, Storage};

use crate::ContractError;

/// Checks that the contract is active and that `sender` may send `msg`.
///
/// What moves coins loads nothing for it: before activation there are no coins, nor
/// allowances of any. So a transfer costs what it costs in cw20-base.
pub(crate) fn check(
    storage: &dyn Storage,
    sender: &Addr,
    msg: &ExecuteMsg,
) -> Result<(), ContractError> {
    let before_activation = match msg {
        ExecuteMsg::Transfer { .. }
        | ExecuteMsg::Send { .. }
        | ExecuteMsg::TransferFrom { .. }
        | ExecuteMsg::SendFrom { .. } => return Ok(()),
        ExecuteMsg::Activate { .. } | ExecuteMsg::UpdateOwnership(_) => true,
        ExecuteMsg::Retire { .. }
        | ExecuteMsg::Burn { .. }
        | ExecuteMsg::Mint { .. }
        | ExecuteMsg::IncreaseAllowance { .. }
        | ExecuteMsg::DecreaseAllowance { .. }
        | ExecuteMsg::BurnFrom { .. }
        | ExecuteMsg::UpdateMinter { .. }
        | ExecuteMsg::UpdateMarketing { .. }
        | ExecuteMsg::UploadLogo(_) => false,
    };
    // The coin knows no role but the owner and its peers.
    let own = || Ok(false);
    let checked = contract_kit::roles::check(storage, sender, msg.role(), before_activation, own);
    Ok(checked?)
}
