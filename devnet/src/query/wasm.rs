//! `cosmwasm.wasm.v1.Query`.

use cosmrs::proto::cosmwasm::wasm::v1::{
    AbsoluteTxPosition, AccessConfig, AccessType, CodeInfo, CodeInfoResponse, Model, Params,
    QueryAllContractStateRequest, QueryAllContractStateResponse, QueryBuildAddressRequest,
    QueryBuildAddressResponse, QueryCodeRequest, QueryCodeResponse, QueryCodesRequest,
    QueryCodesResponse, QueryContractHistoryRequest, QueryContractHistoryResponse,
    QueryContractInfoRequest, QueryContractsByCodeRequest, QueryContractsByCodeResponse,
    QueryContractsByCreatorRequest, QueryContractsByCreatorResponse, QueryParamsResponse,
    QueryPinnedCodesResponse, QueryRawContractStateRequest, QueryRawContractStateResponse,
    QuerySmartContractStateRequest, QuerySmartContractStateResponse,
};

use super::page::page;
use super::{Answer, QueryError, Status, address, read, some};
use crate::context::Context;
use crate::gas::QUERY_LIMIT;
use crate::node::{Latest, Node};
use crate::wasm::keeper;
use crate::wasm::keys::ContractRecord;
use crate::wasm::read as stored;

/// The response with the record as wasmd stores it, IBC v2 port included.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct ContractInfoResponse {
    #[prost(string, tag = "1")]
    pub(crate) address: String,
    #[prost(message, optional, tag = "2")]
    pub(crate) contract_info: Option<ContractRecord>,
}

pub(super) fn query(node: &Node, method: &str, data: &[u8]) -> Answer<Option<Vec<u8>>> {
    let latest = node.latest();
    match method {
        "SmartContractState" => smart(node, &latest, &read(data)?),
        "ContractInfo" => {
            let request: QueryContractInfoRequest = read(data)?;
            let contract = address(&request.address)?;
            some(&ContractInfoResponse {
                contract_info: Some(record(&latest, &contract, &request.address)?),
                address: request.address,
            })
        }
        "ContractHistory" | "ContractsByCode" | "ContractsByCreator" | "AllContractState"
        | "Codes" => list(&latest, method, data),
        "RawContractState" => {
            let request: QueryRawContractStateRequest = read(data)?;
            let contract = address(&request.address)?;
            record(&latest, &contract, &request.address)?;
            let found = stored::stored_at(&latest.state, &contract, &request.query_data);
            some(&QueryRawContractStateResponse {
                data: found.unwrap_or_default().to_vec(),
            })
        }
        "Code" => {
            let request: QueryCodeRequest = read(data)?;
            let info = code(&latest, request.code_id)?;
            let bytes = stored::code_bytes(&latest.state, &info.code_hash);
            some(&QueryCodeResponse {
                data: bytes.unwrap_or_default().to_vec(),
                code_info: Some(code_info(request.code_id, info)),
            })
        }
        "CodeInfo" => {
            let request: QueryCodeRequest = read(data)?;
            let info = code(&latest, request.code_id)?;
            some(&FlatCodeInfo {
                code_id: request.code_id,
                creator: info.creator,
                checksum: info.code_hash,
                instantiate_permission: info.instantiate_config,
            })
        }
        "PinnedCodes" => some(&QueryPinnedCodesResponse::default()),
        "Params" => some(&QueryParamsResponse {
            params: Some(Params {
                code_upload_access: Some(AccessConfig {
                    permission: AccessType::Everybody.into(),
                    addresses: Vec::new(),
                }),
                instantiate_default_permission: AccessType::Everybody.into(),
            }),
        }),
        "BuildAddress" => build_address(&read(data)?),
        _ => Ok(None),
    }
}

/// `QueryCodeInfoResponse`, which cosmos-sdk-proto does not have yet.
#[derive(Clone, PartialEq, prost::Message)]
struct FlatCodeInfo {
    #[prost(uint64, tag = "1")]
    code_id: u64,
    #[prost(string, tag = "2")]
    creator: String,
    #[prost(bytes = "vec", tag = "3")]
    checksum: Vec<u8>,
    #[prost(message, optional, tag = "4")]
    instantiate_permission: Option<AccessConfig>,
}

fn smart(
    node: &Node,
    latest: &Latest,
    request: &QuerySmartContractStateRequest,
) -> Answer<Option<Vec<u8>>> {
    let json: Result<serde::de::IgnoredAny, _> = serde_json::from_slice(&request.query_data);
    if json.is_err() {
        return Err(QueryError::invalid("invalid query data"));
    }
    let contract = address(&request.address)?;
    let mut ctx = Context::new(latest.state.clone(), node.query_block(latest), QUERY_LIMIT);
    let answer = keeper::query_smart(&mut ctx, &contract, &request.query_data);
    let data = answer.map_err(|failure| match failure.gas {
        Some(_) => QueryError::from(crate::error::Failure::new(crate::error::OUT_OF_GAS, "")),
        None => failure.into(),
    })?;
    some(&QuerySmartContractStateResponse { data })
}

fn record(latest: &Latest, contract: &[u8], shown: &str) -> Answer<ContractRecord> {
    let found = stored::contract(&latest.state, contract);
    found.ok_or_else(|| {
        QueryError::new(
            Status::Unknown,
            format!("address {shown}: no such contract"),
        )
    })
}

fn code(latest: &Latest, id: u64) -> Answer<CodeInfo> {
    if id == 0 {
        return Err(QueryError::invalid("code id: invalid"));
    }
    let found = stored::code(&latest.state, id);
    found.ok_or_else(|| QueryError::new(Status::Unknown, format!("code id {id}: no such code")))
}

fn code_info(code_id: u64, info: CodeInfo) -> CodeInfoResponse {
    CodeInfoResponse {
        code_id,
        creator: info.creator,
        data_hash: info.code_hash,
        instantiate_permission: info.instantiate_config,
    }
}

fn humans(found: Vec<(Vec<u8>, Vec<u8>)>) -> Vec<(Vec<u8>, String)> {
    let human =
        |(key, address): (Vec<u8>, Vec<u8>)| Some((key, crate::address::humanize(&address).ok()?));
    found.into_iter().filter_map(human).collect()
}

fn list(latest: &Latest, method: &str, data: &[u8]) -> Answer<Option<Vec<u8>>> {
    let state = &latest.state;
    match method {
        "ContractHistory" => {
            let request: QueryContractHistoryRequest = read(data)?;
            let contract = address(&request.address)?;
            let (mut entries, pagination) = page(request.pagination, |after, limit| {
                stored::history(state, &contract, after, limit)
            })?;
            for entry in &mut entries {
                // wasmd keeps the moment to itself.
                entry.updated = None::<AbsoluteTxPosition>;
            }
            some(&QueryContractHistoryResponse {
                entries,
                pagination: Some(pagination),
            })
        }
        "ContractsByCode" => {
            let request: QueryContractsByCodeRequest = read(data)?;
            let (contracts, pagination) = page(request.pagination, |after, limit| {
                humans(stored::contracts_of_code(
                    state,
                    request.code_id,
                    after,
                    limit,
                ))
            })?;
            some(&QueryContractsByCodeResponse {
                contracts,
                pagination: Some(pagination),
            })
        }
        "ContractsByCreator" => {
            let request: QueryContractsByCreatorRequest = read(data)?;
            let creator = address(&request.creator_address)?;
            let (contract_addresses, pagination) = page(request.pagination, |after, limit| {
                humans(stored::contracts_of_creator(state, &creator, after, limit))
            })?;
            some(&QueryContractsByCreatorResponse {
                contract_addresses,
                pagination: Some(pagination),
            })
        }
        "AllContractState" => {
            let request: QueryAllContractStateRequest = read(data)?;
            let contract = address(&request.address)?;
            record(latest, &contract, &request.address)?;
            let (models, pagination) = page(request.pagination, |after, limit| {
                let found = stored::stored(state, &contract, after, limit);
                let model = |(key, value): (Vec<u8>, Vec<u8>)| (key.clone(), Model { key, value });
                found.into_iter().map(model).collect()
            })?;
            some(&QueryAllContractStateResponse {
                models,
                pagination: Some(pagination),
            })
        }
        _ => {
            let request: QueryCodesRequest = read(data)?;
            let (code_infos, pagination) = page(request.pagination, |after, limit| {
                let found = stored::codes(state, after, limit);
                let keyed =
                    |(id, info): (u64, CodeInfo)| (id.to_be_bytes().to_vec(), code_info(id, info));
                found.into_iter().map(keyed).collect()
            })?;
            some(&QueryCodesResponse {
                code_infos,
                pagination: Some(pagination),
            })
        }
    }
}

fn build_address(request: &QueryBuildAddressRequest) -> Answer<Option<Vec<u8>>> {
    let hex = |what: &str, text: &str| {
        hex::decode(text).map_err(|error| QueryError::invalid(format!("invalid {what}: {error}")))
    };
    let checksum = hex("code hash", &request.code_hash)?;
    let salt = hex("salt", &request.salt)?;
    let creator = address(&request.creator_address)?;
    let bytes = crate::address::predictable(&checksum, &creator, &salt, &request.init_args);
    some(&QueryBuildAddressResponse {
        address: crate::address::humanize(&bytes)?,
    })
}
