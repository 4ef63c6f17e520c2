//! The chain's entry for Keplr (`experimentalSuggestChain`), and for whatever else
//! takes its format.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::{Deployment, FileError, Profile, file};

/// What addresses begin with.
const PREFIX: &str = "wasm";
/// The coin type of the Cosmos Hub, which most chains of its kind share.
const COIN_TYPE: u32 = 118;

/// Where the entry of a deployment file is: `deployment-keplr.json` beside
/// `deployment.json`.
#[must_use]
pub fn path(file: &Path) -> PathBuf {
    let mut name = file.file_stem().unwrap_or_default().to_owned();
    name.push("-keplr.json");
    file.with_file_name(name)
}

/// The entry: the chain with its staking denom and the coin.
#[must_use]
pub fn entry(deployment: &Deployment, profile: &Profile) -> Value {
    let fees = native(&deployment.fee_denom);
    let coin = &deployment.contracts.coin;
    let mut currencies = vec![fees.clone()];
    if deployment.bond_denom != deployment.fee_denom {
        currencies.push(native(&deployment.bond_denom));
    }
    currencies.push(json!({
        "type": "cw20",
        "contractAddress": coin,
        "coinDenom": profile.symbol,
        "coinMinimalDenom": format!("cw20:{coin}:{}", profile.symbol),
        "coinDecimals": compute_api::coin::DECIMALS,
    }));
    let mut paid = fees.clone();
    if let Some(fields) = paid.as_object_mut() {
        fields.insert(
            "gasPriceStep".to_owned(),
            json!({
                "low": price(deployment.gas_price_micro),
                "average": price(deployment.gas_price_micro.saturating_mul(5) / 4),
                "high": price(deployment.gas_price_micro.saturating_mul(2)),
            }),
        );
    }
    let devnet = deployment
        .chain_id
        .starts_with(chain_client::keys::DEVNET_PREFIX);
    let name = if devnet { "Ballast devnet" } else { "Ballast" };
    json!({
        "chainId": deployment.chain_id,
        "chainName": name,
        "rpc": deployment.endpoints.rpc,
        "rest": deployment.endpoints.rest,
        "bip44": { "coinType": COIN_TYPE },
        "bech32Config": {
            "bech32PrefixAccAddr": PREFIX,
            "bech32PrefixAccPub": format!("{PREFIX}pub"),
            "bech32PrefixValAddr": format!("{PREFIX}valoper"),
            "bech32PrefixValPub": format!("{PREFIX}valoperpub"),
            "bech32PrefixConsAddr": format!("{PREFIX}valcons"),
            "bech32PrefixConsPub": format!("{PREFIX}valconspub"),
        },
        "currencies": currencies,
        "feeCurrencies": [paid],
        "stakeCurrency": fees,
        "features": ["cosmwasm"],
    })
}

/// Writes the entry, whole or not at all.
///
/// # Errors
/// [`FileError::Io`].
pub fn save(deployment: &Deployment, profile: &Profile, path: &Path) -> Result<(), FileError> {
    file::write(path, &entry(deployment, profile))
}

/// A denom of the bank's. `ustake` is a millionth of `STAKE`; others are shown as they
/// are.
fn native(denom: &str) -> Value {
    let (shown, decimals) = match denom.strip_prefix('u') {
        Some(whole) if !whole.is_empty() && !denom.contains('/') => (whole.to_uppercase(), 6),
        _ => (denom.to_owned(), 0),
    };
    json!({ "coinDenom": shown, "coinMinimalDenom": denom, "coinDecimals": decimals })
}

/// A price as a number of the format's: it has no exact ones.
#[allow(clippy::cast_precision_loss)]
fn price(micro: u64) -> Value {
    if micro == 0 {
        return json!(0);
    }
    json!(micro as f64 / 1e6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn denoms_are_shown_as_people_know_them() {
        assert_eq!(
            native("ustake"),
            json!({ "coinDenom": "STAKE", "coinMinimalDenom": "ustake", "coinDecimals": 6 })
        );
        let factory = native("factory/wasm1x/bond");
        assert_eq!(factory["coinDenom"], "factory/wasm1x/bond");
        assert_eq!(factory["coinDecimals"], 0);
        assert_eq!(price(25_000), json!(0.025));
    }

    #[test]
    fn it_stands_beside_the_file() {
        let path = path(Path::new("/home/x/deployment.json"));
        assert_eq!(path, Path::new("/home/x/deployment-keplr.json"));
    }
}
