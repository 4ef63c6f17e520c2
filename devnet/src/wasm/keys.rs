//! Keys of wasmd's store (`x/wasm/types/keys.go`) and what stands under them.

use cosmrs::proto::cosmwasm::wasm::v1::AbsoluteTxPosition;

pub(crate) const CONTRACT: u8 = 2;
pub(crate) const CODE: u8 = 1;

pub(super) fn code(id: u64) -> Vec<u8> {
    [&[CODE][..], &id.to_be_bytes()].concat()
}

pub(super) fn contract(address: &[u8]) -> Vec<u8> {
    [&[CONTRACT], address].concat()
}

pub(crate) fn contract_store(address: &[u8]) -> Vec<u8> {
    [&[3], address].concat()
}

pub(super) const LAST_CODE: &[u8] = b"\x04lastCodeId";
pub(super) const LAST_CONTRACT: &[u8] = b"\x04lastContractId";

pub(super) fn history(address: &[u8]) -> Vec<u8> {
    [&[5], address].concat()
}

pub(super) fn contracts_of_code(id: u64) -> Vec<u8> {
    [&[6][..], &id.to_be_bytes()].concat()
}

pub(super) fn pinned(id: u64) -> Vec<u8> {
    [&[7][..], &id.to_be_bytes()].concat()
}

pub(crate) const TX_COUNTER: &[u8] = &[8];

pub(super) fn contracts_of_creator(creator: &[u8]) -> Vec<u8> {
    let length = u8::try_from(creator.len()).unwrap_or(u8::MAX);
    [&[9, length], creator].concat()
}

/// A position as it stands in keys.
pub(super) fn position((height, index): (u64, u64)) -> Vec<u8> {
    [height.to_be_bytes(), index.to_be_bytes()].concat()
}

/// wasmd's `ContractInfo`, with the port that cosmos-sdk-proto does not know yet: its
/// bytes cost gas.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct ContractRecord {
    #[prost(uint64, tag = "1")]
    pub(crate) code_id: u64,
    #[prost(string, tag = "2")]
    pub(crate) creator: String,
    #[prost(string, tag = "3")]
    pub(crate) admin: String,
    #[prost(string, tag = "4")]
    pub(crate) label: String,
    #[prost(message, optional, tag = "5")]
    pub(crate) created: Option<AbsoluteTxPosition>,
    #[prost(string, tag = "6")]
    pub(crate) ibc_port_id: String,
    #[prost(string, tag = "8")]
    pub(crate) ibc2_port_id: String,
}
