//! `cosmos.auth.v1beta1.Query`.

use cosmrs::proto::cosmos::auth::v1beta1::{
    Bech32PrefixResponse, Params, QueryAccountRequest, QueryAccountResponse, QueryAccountsRequest,
    QueryAccountsResponse, QueryParamsResponse,
};

use super::page::page;
use super::{Answer, QueryError, Status, read, some};
use crate::address::PREFIX;
use crate::auth;
use crate::node::Node;

pub(super) fn query(node: &Node, method: &str, data: &[u8]) -> Answer<Option<Vec<u8>>> {
    let latest = node.latest();
    match method {
        "Account" => {
            let request: QueryAccountRequest = read(data)?;
            // wasmd answers a malformed address with "unknown" here.
            let address = crate::address::canonicalize(&request.address)
                .map_err(|failure| QueryError::new(Status::Unknown, failure.text))?;
            let account = auth::any(&latest.state, &address).ok_or_else(|| {
                QueryError::not_found(format!("account {} not found", request.address))
            })?;
            some(&QueryAccountResponse {
                account: Some(account),
            })
        }
        "Accounts" => {
            let request: QueryAccountsRequest = read(data)?;
            let (accounts, pagination) = page(request.pagination, |after, limit| {
                auth::list(&latest.state, after, limit)
            })?;
            some(&QueryAccountsResponse {
                accounts,
                pagination: Some(pagination),
            })
        }
        "Params" => some(&QueryParamsResponse {
            params: Some(Params {
                max_memo_characters: 256,
                tx_sig_limit: 7,
                tx_size_cost_per_byte: 10,
                sig_verify_cost_ed25519: 590,
                sig_verify_cost_secp256k1: 1_000,
            }),
        }),
        "Bech32Prefix" => some(&Bech32PrefixResponse {
            bech32_prefix: PREFIX.to_owned(),
        }),
        _ => Ok(None),
    }
}
