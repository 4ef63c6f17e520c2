//! What the chain has of it already.

use std::path::Path;

use chain_client::{Client, Error};
use compute_api::oracle::{self, PegResponse};
use compute_api::{Contracts, coin, market, votes};
use cosmrs::proto::cosmos::base::query::v1beta1::PageRequest;
use cosmrs::proto::cosmwasm::wasm::v1::{
    AccessType, ContractInfo, QueryBuildAddressRequest, QueryBuildAddressResponse,
    QueryCodesRequest, QueryCodesResponse, QueryContractInfoRequest, QueryContractInfoResponse,
};

use super::{Code, DeployError, Plan};
use crate::{Contract, Deployment};

/// gRPC's "not found", as a node answers it for what is not there.
const NOT_FOUND: i32 = 5;

/// The id of the code with this checksum that the deployer may use.
pub(super) async fn code(
    client: &Client,
    deployer: &str,
    checksum: &[u8; 32],
) -> Result<Option<u64>, DeployError> {
    let mut key = Vec::new();
    loop {
        let request = QueryCodesRequest {
            pagination: Some(PageRequest {
                key,
                limit: 100,
                ..PageRequest::default()
            }),
        };
        let path = "/cosmwasm.wasm.v1.Query/Codes";
        let answer: QueryCodesResponse = client.ask(path, &request).await?;
        let usable = answer.code_infos.iter().find(|info| {
            let permission = info.instantiate_permission.as_ref();
            let open = permission.is_none_or(|p| p.permission == AccessType::Everybody as i32);
            info.data_hash == checksum && (open || info.creator == deployer)
        });
        if let Some(info) = usable {
            return Ok(Some(info.code_id));
        }
        key = answer.pagination.unwrap_or_default().next_key;
        if key.is_empty() {
            return Ok(None);
        }
    }
}

/// Where the contract of this code will be.
pub(super) async fn address(
    client: &Client,
    code: Option<&Code>,
    creator: &str,
    salt: &[u8],
) -> Result<String, DeployError> {
    let checksum = code.map(|code| hex::encode(code.checksum));
    let request = QueryBuildAddressRequest {
        code_hash: checksum.unwrap_or_default(),
        creator_address: creator.to_owned(),
        salt: hex::encode(salt),
        ..QueryBuildAddressRequest::default()
    };
    let path = "/cosmwasm.wasm.v1.Query/BuildAddress";
    let answer: QueryBuildAddressResponse = client.ask(path, &request).await?;
    Ok(answer.address)
}

/// What the chain says of the contract at `address`; nothing where there is none.
pub(super) async fn contract(
    client: &Client,
    address: &str,
) -> Result<Option<ContractInfo>, DeployError> {
    let request = QueryContractInfoRequest {
        address: address.to_owned(),
    };
    let path = "/cosmwasm.wasm.v1.Query/ContractInfo";
    match client
        .ask::<_, QueryContractInfoResponse>(path, &request)
        .await
    {
        Ok(answer) => Ok(answer.contract_info),
        Err(Error::Query { status, text }) if status == NOT_FOUND || is_absent(&text) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn is_absent(text: &str) -> bool {
    text.contains("no such contract") || text.contains("not found")
}

/// Whether all that a file names is there, made of the codes that it names.
pub(super) async fn there(
    client: &Client,
    deployment: &Deployment,
    path: &Path,
) -> Result<(), DeployError> {
    for one in Contract::ALL {
        let address = one.of(&deployment.contracts);
        let info = contract(client, address).await?;
        let expected = *one.of(&deployment.codes);
        if info.is_none_or(|info| info.code_id != expected) {
            return Err(DeployError::Gone {
                path: path.to_owned(),
                contract: one,
                address: address.clone(),
            });
        }
    }
    Ok(())
}

/// Whether each contract is what was planned: made of the right code, migrated by the
/// right one, owned by the right one, and knows the others.
pub(super) async fn check(
    client: &Client,
    plan: &Plan,
    codes: &Contracts<u64>,
    contracts: &Contracts,
) -> Result<(), DeployError> {
    for one in Contract::ALL {
        let address = one.of(contracts);
        let unexpected = |reason: String| DeployError::Unexpected {
            contract: one,
            address: address.clone(),
            reason,
        };
        let Some(info) = contract(client, address).await? else {
            return Err(unexpected("there is none".to_owned()));
        };
        let code = *one.of(codes);
        if info.code_id != code {
            return Err(unexpected(format!(
                "it has code {}, not {code}",
                info.code_id
            )));
        }
        let admin = plan.admin.as_deref().unwrap_or_default();
        if info.admin != admin {
            let reason = format!("{:?} can migrate it, not {admin:?}", info.admin);
            return Err(unexpected(reason));
        }
        let known: Contracts = match one {
            Contract::Coin => client.query(address, &coin::QueryMsg::Contracts {}).await?,
            Contract::Oracle => {
                client
                    .query(address, &oracle::QueryMsg::Contracts {})
                    .await?
            }
            Contract::Votes => {
                client
                    .query(address, &votes::QueryMsg::Contracts {})
                    .await?
            }
            Contract::Market => {
                client
                    .query(address, &market::QueryMsg::Contracts {})
                    .await?
            }
        };
        if known != *contracts {
            return Err(unexpected("it knows other contracts".to_owned()));
        }
        let ownership: serde_json::Value = client
            .query(address, &serde_json::json!({ "ownership": {} }))
            .await?;
        let owner = ownership.get("owner").and_then(serde_json::Value::as_str);
        if owner != Some(plan.owner.as_str()) {
            return Err(unexpected(format!(
                "its owner is {owner:?}, not {}",
                plan.owner
            )));
        }
    }
    let peg: PegResponse = client
        .query(&contracts.oracle, &oracle::QueryMsg::Peg {})
        .await?;
    let tier = &plan.profile.mainstream;
    if peg.tier == *tier || peg.last_census.is_some() {
        return Ok(());
    }
    Err(DeployError::Unexpected {
        contract: Contract::Oracle,
        address: contracts.oracle.clone(),
        reason: format!("its peg follows {}, not {tier}", peg.tier),
    })
}
