//! Addresses: `wasm1…`, and those that wasmd derives.

use cosmrs::AccountId;
use ripemd::Ripemd160;
use sha2::{Digest, Sha256};

use crate::error::{Failure, INVALID_ADDRESS, Outcome};

/// What addresses begin with.
pub const PREFIX: &str = "wasm";

/// The address of these bytes.
pub fn humanize(bytes: &[u8]) -> Outcome<String> {
    let address = AccountId::new(PREFIX, bytes);
    let address = address.map_err(|error| Failure::new(INVALID_ADDRESS, error.to_string()))?;
    Ok(address.to_string())
}

/// The bytes of this address.
pub fn canonicalize(address: &str) -> Outcome<Vec<u8>> {
    if address.trim().is_empty() {
        return Err(Failure::new(
            INVALID_ADDRESS,
            "empty address string is not allowed",
        ));
    }
    let invalid = |text: String| Failure::new(INVALID_ADDRESS, text);
    let id: AccountId = address.parse().map_err(|_| {
        invalid(format!(
            "decoding bech32 failed: {address} is not an address"
        ))
    })?;
    if id.prefix() != PREFIX {
        let got = id.prefix();
        return Err(invalid(format!(
            "invalid Bech32 prefix; expected {PREFIX}, got {got}"
        )));
    }
    Ok(id.to_bytes())
}

/// The address of a compressed secp256k1 key.
pub fn of_key(key: &[u8]) -> [u8; 20] {
    Ripemd160::digest(Sha256::digest(key)).into()
}

/// The account of a module, as in `fee_collector`.
pub fn of_module(name: &str) -> Vec<u8> {
    Sha256::digest(name).get(..20).unwrap_or_default().to_vec()
}

/// The address of the `instance`-th contract.
pub(crate) fn of_contract(code_id: u64, instance: u64) -> Vec<u8> {
    derived(&[code_id.to_be_bytes(), instance.to_be_bytes()].concat())
}

/// The address that instantiate2 gives. `msg` is empty unless it is to be part of it.
pub(crate) fn predictable(checksum: &[u8], creator: &[u8], salt: &[u8], msg: &[u8]) -> Vec<u8> {
    let mut key = Vec::new();
    for part in [checksum, creator, salt, msg] {
        key.extend((part.len() as u64).to_be_bytes());
        key.extend(part);
    }
    derived(&key)
}

/// `address.Module("wasm", key)` of the SDK.
fn derived(key: &[u8]) -> Vec<u8> {
    let mut hash = Sha256::new();
    hash.update(Sha256::digest("module"));
    hash.update(b"wasm\0");
    hash.update(key);
    hash.finalize().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_those_of_wasmd() {
        // The first contract of the first code on every wasmd chain, as in wasmd's
        // own documentation, and `authtypes.NewModuleAddress("fee_collector")`.
        let first = humanize(&of_contract(1, 1)).unwrap();
        assert_eq!(
            first,
            "wasm14hj2tavq8fpesdwxxcu44rty3hh90vhujrvcmstl4zr3txmfvw9s0phg4d"
        );
        let collector = humanize(&of_module("fee_collector")).unwrap();
        assert_eq!(collector, "wasm17xpfvakm2amg962yls6f84z3kell8c5l69j4zk");
    }

    #[test]
    fn predictable_addresses_are_those_of_wasmd() {
        // From `TestInstantiate2Address…` vectors of cosmwasm-std's instantiate2_address.
        let checksum =
            hex::decode("13a1fc994cc6d1c81b746ee0c0ff6f90043875e0bf1d9be6b7d779fc978dc2a5");
        let creator = hex::decode("9999999999aaaaaaaaaabbbbbbbbbbcccccccccc").unwrap();
        let address = predictable(&checksum.unwrap(), &creator, b"a", b"");
        let expected = "5e865d3e45ad3e961f77fd77d46543417ced44d924dc3e079b5415ff6775f847";
        assert_eq!(hex::encode(address), expected);
    }

    #[test]
    fn other_prefixes_and_typos_are_refused() {
        let good = humanize(&[7; 20]).unwrap();
        assert_eq!(canonicalize(&good).unwrap(), [7; 20]);
        for bad in ["", " ", "wasm1", &good.replace("wasm1", "wasm1q"), "x"] {
            assert!(canonicalize(bad).is_err(), "{bad}");
        }
        let cosmos = AccountId::new("cosmos", &[7; 20]).unwrap().to_string();
        let error = canonicalize(&cosmos).unwrap_err();
        assert!(error.text.contains("expected wasm, got cosmos"), "{error}");
    }
}
