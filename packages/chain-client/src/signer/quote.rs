//! What a transaction would cost, without sending it.

use super::build::{self, Terms};
use crate::keys::Key;
use crate::{Client, Error, Msg};

/// What a transaction would cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quote {
    /// Gas that it uses.
    pub gas_used: u64,
    /// Gas that it would be allowed: that with the client's adjustment, rounded up.
    pub gas_wanted: u64,
    /// The fee for that, in the smallest unit of the client's fee denom, rounded up.
    pub fee: u128,
}

/// Simulates a transaction of `key` with these messages.
///
/// # Errors
/// When the chain refuses it, or the key has no account.
pub async fn quote(client: &Client, key: &Key, msgs: &[Msg]) -> Result<Quote, Error> {
    let terms = Terms {
        account: client.account(key.address()).await?,
        gas: 0,
        valid_until: 0,
    };
    let config = client.config();
    let tx = build::tx(config, key, msgs, &terms, false)?;
    let simulated = client.simulate(&tx).await;
    let simulated = simulated.map_err(|error| super::task::refused_simulation(error).1)?;
    let gas_used = simulated.gas;
    let gas_wanted = build::gas_limit(config, gas_used);
    Ok(Quote {
        gas_used,
        gas_wanted,
        fee: build::fee_amount(config, gas_wanted),
    })
}
