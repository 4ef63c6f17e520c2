//! Devices of a miner.

use compute_api::votes::{Kind, events::VotesEvent};
use contract_kit::{Error, bounds::within};
use cosmwasm_std::Addr;

use crate::{ContractError, context::Context, standing::refresh, state};

/// Sets how many devices a miner has, which its bond has to suffice for. Of a
/// tombstoned one too: an answer to a census that began before must not fail by it.
pub(crate) fn set(ctx: &mut Context<'_>, key: String, devices: u32) -> Result<(), ContractError> {
    let key = Addr::unchecked(key);
    let mut operator = state::operator(ctx.storage, &key)?;
    if operator.kind != Kind::Miner {
        return Err(Error::Refused(format!(
            "operator {key} is a {}: only a miner has devices",
            operator.kind
        ))
        .into());
    }
    within("devices", devices, 1u32, u32::MAX)?;
    operator.devices = devices;
    ctx.emit(VotesEvent::DevicesSet {
        operator: key.to_string(),
        devices,
    });
    refresh(ctx, &key, operator)
}
