//! What is stored about code and contracts, free of charge, for queries from outside.

use cosmrs::proto::cosmwasm::wasm::v1::{CodeInfo, ContractCodeHistoryEntry};
use cosmrs::proto::traits::Message;

use super::keys::{self, ContractRecord};
use crate::store::{Module, State};

/// Where the address stands in keys that end with a position and an address.
const POSITION_BYTES: usize = 16;

pub(crate) fn contract(state: &State, address: &[u8]) -> Option<ContractRecord> {
    ContractRecord::decode(state.get(Module::Wasm, &keys::contract(address))?).ok()
}

pub(crate) fn code(state: &State, id: u64) -> Option<CodeInfo> {
    CodeInfo::decode(state.get(Module::Wasm, &keys::code(id))?).ok()
}

pub(crate) fn code_bytes<'a>(state: &'a State, checksum: &[u8]) -> Option<&'a [u8]> {
    state.get(Module::Code, checksum)
}

/// Codes with IDs after `after`.
pub(crate) fn codes(state: &State, after: Option<&[u8]>, limit: usize) -> Vec<(u64, CodeInfo)> {
    let records = state.prefixed_after(Module::Wasm, &[keys::CODE], after, limit);
    let decode = |(key, value): (Vec<u8>, Vec<u8>)| {
        let id = u64::from_be_bytes(key.try_into().ok()?);
        Some((id, CodeInfo::decode(&*value).ok()?))
    };
    records.into_iter().filter_map(decode).collect()
}

/// Keys (position and address) and addresses of the contracts that run code `id`.
pub(crate) fn contracts_of_code(
    state: &State,
    id: u64,
    after: Option<&[u8]>,
    limit: usize,
) -> Vec<(Vec<u8>, Vec<u8>)> {
    listed(state, &keys::contracts_of_code(id), after, limit)
}

/// The same for the contracts that `creator` has made.
pub(crate) fn contracts_of_creator(
    state: &State,
    creator: &[u8],
    after: Option<&[u8]>,
    limit: usize,
) -> Vec<(Vec<u8>, Vec<u8>)> {
    listed(state, &keys::contracts_of_creator(creator), after, limit)
}

fn listed(
    state: &State,
    prefix: &[u8],
    after: Option<&[u8]>,
    limit: usize,
) -> Vec<(Vec<u8>, Vec<u8>)> {
    let records = state.prefixed_after(Module::Wasm, prefix, after, limit);
    let address = |(key, _): (Vec<u8>, Vec<u8>)| {
        let address = key.get(POSITION_BYTES..).unwrap_or_default().to_vec();
        (key, address)
    };
    records.into_iter().map(address).collect()
}

/// A contract's history, oldest first.
pub(crate) fn history(
    state: &State,
    contract: &[u8],
    after: Option<&[u8]>,
    limit: usize,
) -> Vec<(Vec<u8>, ContractCodeHistoryEntry)> {
    let records = state.prefixed_after(Module::Wasm, &keys::history(contract), after, limit);
    let decode = |(key, value): (Vec<u8>, Vec<u8>)| {
        Some((key, ContractCodeHistoryEntry::decode(&*value).ok()?))
    };
    records.into_iter().filter_map(decode).collect()
}

/// What a contract stores: its own keys and values.
pub(crate) fn stored(
    state: &State,
    contract: &[u8],
    after: Option<&[u8]>,
    limit: usize,
) -> Vec<(Vec<u8>, Vec<u8>)> {
    state.prefixed_after(Module::Wasm, &keys::contract_store(contract), after, limit)
}

/// The value that a contract stores under `key`.
pub(crate) fn stored_at<'a>(state: &'a State, contract: &[u8], key: &[u8]) -> Option<&'a [u8]> {
    let key = [keys::contract_store(contract), key.to_vec()].concat();
    state.get(Module::Wasm, &key)
}
