//! Which messages take funds: hardly any.

use cosmwasm_std::MessageInfo;

use crate::Error;

/// Refuses funds: nothing would ever pay them back.
///
/// # Errors
/// [`Error::Funds`].
pub fn none(info: &MessageInfo) -> Result<(), Error> {
    match info.funds.first() {
        None => Ok(()),
        Some(coin) => Err(Error::Funds(coin.clone())),
    }
}
