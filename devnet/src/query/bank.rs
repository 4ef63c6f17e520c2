//! `cosmos.bank.v1beta1.Query`.

use cosmrs::proto::cosmos::bank::v1beta1::{
    Params, QueryAllBalancesRequest, QueryAllBalancesResponse, QueryBalanceRequest,
    QueryBalanceResponse, QueryParamsResponse, QuerySpendableBalancesRequest,
    QuerySpendableBalancesResponse, QuerySupplyOfRequest, QuerySupplyOfResponse,
    QueryTotalSupplyRequest, QueryTotalSupplyResponse,
};
use cosmrs::proto::cosmos::base::v1beta1::Coin;

use super::page::page;
use super::{Answer, QueryError, address, read, some};
use crate::bank;
use crate::coins::{coin, valid_denom};
use crate::node::Node;

pub(super) fn query(node: &Node, method: &str, data: &[u8]) -> Answer<Option<Vec<u8>>> {
    let latest = node.latest();
    let state = &latest.state;
    match method {
        "Balance" => {
            let request: QueryBalanceRequest = read(data)?;
            let owner = owner(&request.address)?;
            check(&request.denom)?;
            let amount = bank::peek(state, &owner, &request.denom);
            some(&QueryBalanceResponse {
                balance: Some(coin(&request.denom, amount)),
            })
        }
        "AllBalances" => {
            let request: QueryAllBalancesRequest = read(data)?;
            let owner = owner(&request.address)?;
            let (balances, pagination) = page(request.pagination, |after, limit| {
                keyed(bank::balances(state, &owner, after, limit))
            })?;
            some(&QueryAllBalancesResponse {
                balances,
                pagination: Some(pagination),
            })
        }
        "SpendableBalances" => {
            let request: QuerySpendableBalancesRequest = read(data)?;
            let owner = owner(&request.address)?;
            let (balances, pagination) = page(request.pagination, |after, limit| {
                keyed(bank::balances(state, &owner, after, limit))
            })?;
            some(&QuerySpendableBalancesResponse {
                balances,
                pagination: Some(pagination),
            })
        }
        "TotalSupply" => {
            let request: QueryTotalSupplyRequest = read(data)?;
            let (supply, pagination) = page(request.pagination, |after, limit| {
                keyed(bank::supply(state, after, limit))
            })?;
            some(&QueryTotalSupplyResponse {
                supply,
                pagination: Some(pagination),
            })
        }
        "SupplyOf" => {
            let request: QuerySupplyOfRequest = read(data)?;
            check(&request.denom)?;
            some(&QuerySupplyOfResponse {
                amount: Some(coin(&request.denom, bank::supply_of(state, &request.denom))),
            })
        }
        "Params" => some(&QueryParamsResponse {
            params: Some(Params {
                default_send_enabled: true,
                ..Params::default()
            }),
        }),
        _ => Ok(None),
    }
}

fn owner(text: &str) -> Answer<Vec<u8>> {
    address(text).map_err(|error| QueryError::invalid(format!("invalid address: {}", error.text)))
}

fn check(denom: &str) -> Answer<()> {
    if valid_denom(denom) {
        return Ok(());
    }
    Err(QueryError::invalid(format!("invalid denom: {denom}")))
}

fn keyed(coins: Vec<Coin>) -> Vec<(Vec<u8>, Coin)> {
    coins
        .into_iter()
        .map(|coin| (coin.denom.clone().into_bytes(), coin))
        .collect()
}
