//! Mnemonics, keys and the files that keep them.

mod keystore;
mod password;
mod seal;
mod signing;

use std::fmt;

use bip39::Mnemonic;
use cosmrs::bip32::{DerivationPath, XPrv};
use cosmrs::crypto::PublicKey;
use cosmrs::crypto::secp256k1;
use thiserror::Error;
use zeroize::Zeroizing;

pub use keystore::{Backend, Keystore, Listed};
pub use password::Password;
pub use signing::SigningKey;

/// What addresses begin with.
const PREFIX: &str = "wasm";

/// What devnet's chain IDs begin with: the only chains that take plain keys.
pub const DEVNET_PREFIX: &str = "ballast-devnet";

/// What the keys of devnet's funded accounts derive from, at index 0 to 9. Known to all:
/// worthless anywhere else.
pub const DEVNET_MNEMONIC: &str = "test test test test test test test test test test test junk";

/// What can be wrong with keys.
#[derive(Debug, Error)]
pub enum KeyError {
    /// The words are no mnemonic.
    #[error("[BL-KEY-001] these are not the words of a mnemonic: {0}")]
    Mnemonic(String),
    /// The bytes are no key.
    #[error("[BL-KEY-002] no key can be made of it: {0}")]
    Derivation(String),
    /// The name cannot be a file's.
    #[error("[BL-KEY-003] {0:?} is no name for a key; use letters, digits, - and _, 64 at most")]
    Name(String),
    /// There is no such key.
    #[error("[BL-KEY-004] there is no key {0:?}; `ballast keys list` shows those that are there")]
    Unknown(String),
    /// There is one already.
    #[error("[BL-KEY-005] there is a key {0:?} already; delete it first or choose another name")]
    Exists(String),
    /// The password is not the right one, or the file was changed.
    #[error("[BL-KEY-006] wrong password for {0:?}, or its file was damaged")]
    Password(String),
    /// The password is too short or cannot be had.
    #[error("[BL-KEY-007] {0}")]
    NoPassword(String),
    /// Others may read the file.
    #[error("[BL-KEY-008] others may read {path} (mode {mode:03o}); run chmod {cure} {path}")]
    Readable {
        /// The file.
        path: String,
        /// Its mode.
        mode: u32,
        /// The mode that it should have.
        cure: &'static str,
    },
    /// Plain keys are for devnet.
    #[error(
        "[BL-KEY-009] the test backend keeps keys unencrypted and works on devnet alone (a chain \
         whose ID begins with {DEVNET_PREFIX:?}), not on {0:?}; use the encrypted one"
    )]
    NotDevnet(String),
    /// The disk.
    #[error("[BL-KEY-010] {path}: {reason}")]
    File {
        /// The file.
        path: String,
        /// Why.
        reason: String,
    },
}

/// A key and its address. The key is wiped from memory when it is dropped.
pub struct Key {
    signing: secp256k1::SigningKey,
    address: String,
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

impl Key {
    /// The key of 32 secret bytes.
    ///
    /// # Errors
    /// When they are no key.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, KeyError> {
        let derivation = |error: cosmrs::ErrorReport| KeyError::Derivation(error.to_string());
        let signing = secp256k1::SigningKey::from_slice(bytes).map_err(derivation)?;
        let address = signing
            .public_key()
            .account_id(PREFIX)
            .map_err(derivation)?;
        Ok(Self {
            signing,
            address: address.to_string(),
        })
    }

    /// The key at `m/44'/118'/0'/0/INDEX` of a mnemonic.
    ///
    /// # Errors
    /// When the words are no mnemonic.
    pub fn from_mnemonic(words: &str, index: u32) -> Result<Self, KeyError> {
        Self::from_bytes(&secret(words, index)?[..])
    }

    /// The address, as in `wasm1…`.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The public key.
    pub fn public(&self) -> PublicKey {
        self.signing.public_key()
    }

    /// Signs the SHA-256 of `bytes`.
    pub(crate) fn sign(&self, bytes: &[u8]) -> Result<Vec<u8>, KeyError> {
        let signature = self.signing.sign(bytes);
        let signature = signature.map_err(|error| KeyError::Derivation(error.to_string()))?;
        Ok(signature.to_vec())
    }
}

/// The 32 secret bytes at `m/44'/118'/0'/0/INDEX`.
pub(crate) fn secret(words: &str, index: u32) -> Result<Zeroizing<[u8; 32]>, KeyError> {
    let words = Mnemonic::parse(words.trim());
    let words = words.map_err(|error| KeyError::Mnemonic(error.to_string()))?;
    let seed = Zeroizing::new(words.to_seed(""));
    let derivation = |error: cosmrs::bip32::Error| KeyError::Derivation(error.to_string());
    let path: DerivationPath = format!("m/44'/118'/0'/0/{index}")
        .parse()
        .map_err(derivation)?;
    let key = XPrv::derive_from_path(seed.as_slice(), &path).map_err(derivation)?;
    Ok(Zeroizing::new(key.private_key().to_bytes().into()))
}

/// Twenty-four new words.
///
/// # Errors
/// When the machine has no randomness.
pub fn new_mnemonic() -> Result<Zeroizing<String>, KeyError> {
    let mut entropy = Zeroizing::new([0; 32]);
    let filled = getrandom::fill(&mut entropy[..]);
    filled.map_err(|error| KeyError::Derivation(error.to_string()))?;
    let words = Mnemonic::from_entropy(&entropy[..]);
    let words = words.map_err(|error| KeyError::Mnemonic(error.to_string()))?;
    Ok(Zeroizing::new(words.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_those_of_wasmd() {
        // From `wasmd keys add --recover --index N` (v0.70.3).
        let address = |index| {
            Key::from_mnemonic(DEVNET_MNEMONIC, index)
                .unwrap()
                .address()
                .to_owned()
        };
        assert_eq!(address(0), "wasm15yk64u7zc9g9k2yr2wmzeva5qgwxps6yvw76s4");
        assert_eq!(address(1), "wasm1erxf3sa9q2j4vgseu7jq4a258ckmk7cy9zt7wf");
    }

    #[test]
    fn new_words_make_new_keys_and_typos_make_none() {
        let (first, second) = (new_mnemonic().unwrap(), new_mnemonic().unwrap());
        assert_ne!(*first, *second);
        assert_eq!(first.split(' ').count(), 24);
        let key = Key::from_mnemonic(&first, 0).unwrap();
        assert!(
            !format!("{key:?}").contains("signing"),
            "keys are not printed"
        );
        let error = Key::from_mnemonic("test test test", 0).unwrap_err();
        assert!(error.to_string().starts_with("[BL-KEY-001]"), "{error}");
    }
}
