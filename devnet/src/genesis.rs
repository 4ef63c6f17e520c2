//! The chain's beginning: accounts that everybody knows the keys of.

use cosmrs::bip32::{DerivationPath, XPrv};
use cosmrs::crypto::secp256k1::SigningKey;

use crate::error::{Failure, INVALID_REQUEST, Outcome};
use crate::store::State;
use crate::{address, auth, bank, wasm};

/// What the keys of the funded accounts derive from. Known to all: worthless
/// anywhere else.
pub const MNEMONIC: &str = "test test test test test test test test test test test junk";

/// Number of funded accounts.
pub const ACCOUNTS: u32 = 10;

/// What each has of each denom.
pub const FUNDS: u128 = 1_000_000_000_000_000;

/// A funded account.
pub struct Account {
    /// Its place on the derivation path.
    pub index: u32,
    /// Its address.
    pub address: String,
    /// Its key.
    pub key: SigningKey,
}

/// The key at `m/44'/118'/0'/0/INDEX`.
///
/// # Errors
/// When the words are no mnemonic.
pub fn derive(mnemonic: &str, index: u32) -> Outcome<SigningKey> {
    let invalid = |error: String| Failure::new(INVALID_REQUEST, format!("mnemonic: {error}"));
    let words = bip39::Mnemonic::parse(mnemonic).map_err(|error| invalid(error.to_string()))?;
    let path: DerivationPath = format!("m/44'/118'/0'/0/{index}")
        .parse()
        .map_err(|error: cosmrs::bip32::Error| invalid(error.to_string()))?;
    let key = XPrv::derive_from_path(words.to_seed(""), &path);
    let key = key.map_err(|error| invalid(error.to_string()))?;
    Ok(SigningKey::from(key))
}

/// The accounts that are funded at genesis.
///
/// # Errors
/// Never in practice: the mnemonic is a constant.
pub fn accounts() -> Outcome<Vec<Account>> {
    let account = |index| {
        let key = derive(MNEMONIC, index)?;
        let address = address::humanize(&address::of_key(&key.public_key().to_bytes()))?;
        Ok(Account {
            index,
            address,
            key,
        })
    };
    (0..ACCOUNTS).map(account).collect()
}

/// The state before the first block.
///
/// # Errors
/// When a denom is not valid.
pub fn state(denoms: &[String]) -> Outcome<State> {
    let mut state = State::default();
    auth::genesis(&mut state)?;
    bank::genesis(&mut state);
    wasm::genesis(&mut state);
    for account in accounts()? {
        let bytes = address::canonicalize(&account.address)?;
        auth::add_genesis_account(&mut state, &bytes, u64::from(account.index))?;
        for denom in denoms {
            if !crate::coins::valid_denom(denom) {
                let text = format!("{denom:?} is no denom; use three or more letters and digits");
                return Err(Failure::new(INVALID_REQUEST, text));
            }
            bank::mint(&mut state, &bytes, denom, FUNDS)?;
        }
    }
    Ok(state)
}
