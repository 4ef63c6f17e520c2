//! Queries from outside: one dispatcher by gRPC path behind gRPC itself, CometBFT's
//! `abci_query` and the REST routes.

mod auth;
mod bank;
pub(crate) mod blocks;
mod page;
pub(crate) mod search;
mod txs;
mod wasm;

use cosmrs::proto::traits::Message;

use crate::error::{Failure, Kind};
use crate::node::Node;

pub(crate) use wasm::ContractInfoResponse;

/// gRPC's status codes, as far as they are used here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// 2: what a module's own error becomes.
    Unknown = 2,
    /// 3
    InvalidArgument = 3,
    /// 5
    NotFound = 5,
    /// 12
    Unimplemented = 12,
    /// 13
    Internal = 13,
}

/// Why a query was not answered.
#[derive(Clone, Debug, PartialEq)]
pub struct QueryError {
    /// The status.
    pub status: Status,
    /// Why.
    pub text: String,
    /// Whether the module named the status itself, which `abci_query` then shows.
    named: bool,
}

pub(crate) type Answer<T> = Result<T, QueryError>;

const KEY_NOT_FOUND: Kind = ("sdk", 22, "key not found");

impl QueryError {
    pub(crate) fn new(status: Status, text: impl Into<String>) -> Self {
        Self {
            status,
            text: text.into(),
            named: false,
        }
    }

    /// With the status that the module named.
    pub(crate) fn named(status: Status, text: impl Into<String>) -> Self {
        Self {
            named: true,
            ..Self::new(status, text)
        }
    }

    pub(crate) fn invalid(text: impl Into<String>) -> Self {
        Self::new(Status::InvalidArgument, text)
    }

    pub(crate) fn not_found(text: impl Into<String>) -> Self {
        Self::new(Status::NotFound, text)
    }

    pub(crate) fn not_implemented(what: &str) -> Self {
        Self::new(
            Status::Unimplemented,
            format!("devnet has not implemented {what}"),
        )
    }

    /// As `abci_query` gives it (`gRPCErrorToSDKError` in the SDK's baseapp).
    pub(crate) fn as_abci(&self) -> Failure {
        let text = &self.text;
        let described = |name: &str| format!("rpc error: code = {name} desc = {text}");
        match self.status {
            Status::NotFound => Failure::new(KEY_NOT_FOUND, described("NotFound")),
            Status::InvalidArgument => {
                Failure::new(crate::error::INVALID_REQUEST, described("InvalidArgument"))
            }
            Status::Unimplemented => Failure::new(
                crate::error::UNKNOWN_REQUEST,
                format!("unknown query path: {text}"),
            ),
            Status::Unknown if self.named => {
                Failure::new(crate::error::UNKNOWN_REQUEST, described("Unknown"))
            }
            Status::Unknown | Status::Internal => Failure::new(crate::error::UNKNOWN_REQUEST, text),
        }
    }
}

impl From<Failure> for QueryError {
    fn from(failure: Failure) -> Self {
        Self::new(Status::Unknown, failure.text)
    }
}

impl From<anyhow::Error> for QueryError {
    fn from(error: anyhow::Error) -> Self {
        Self::new(Status::Internal, format!("{error:#}"))
    }
}

/// Answers the request `data` to the gRPC method at `path`
/// (`/cosmos.bank.v1beta1.Query/Balance`).
///
/// # Errors
/// When the method is not implemented or the module refuses.
pub fn query(node: &Node, path: &str, data: &[u8]) -> Answer<Vec<u8>> {
    let Some((service, method)) = path.trim_start_matches('/').split_once('/') else {
        return Err(QueryError::not_implemented(path));
    };
    let found = match service {
        "cosmos.auth.v1beta1.Query" => auth::query(node, method, data)?,
        "cosmos.bank.v1beta1.Query" => bank::query(node, method, data)?,
        "cosmwasm.wasm.v1.Query" => wasm::query(node, method, data)?,
        "cosmos.tx.v1beta1.Service" => txs::query(node, method, data)?,
        "cosmos.base.tendermint.v1beta1.Service" => blocks::query(node, method, data)?,
        _ => None,
    };
    found.ok_or_else(|| QueryError::not_implemented(path))
}

fn read<M: Message + Default>(data: &[u8]) -> Answer<M> {
    M::decode(data).map_err(|error| QueryError::invalid(error.to_string()))
}

#[allow(clippy::unnecessary_wraps)]
fn some<M: Message>(answer: &M) -> Answer<Option<Vec<u8>>> {
    Ok(Some(answer.encode_to_vec()))
}

/// The bytes of an address in a request.
fn address(text: &str) -> Answer<Vec<u8>> {
    crate::address::canonicalize(text).map_err(|failure| QueryError::invalid(failure.text))
}
