//! Transactions that are in blocks.

use cosmrs::proto::cosmos::base::abci::v1beta1::TxResponse;
use cosmrs::proto::cosmos::tx::v1beta1::{
    GetTxRequest, GetTxResponse, GetTxsEventRequest, GetTxsEventResponse, OrderBy, Tx,
};
use cosmrs::proto::cosmwasm::wasm::v1::MsgExecuteContract;
use prost::Message;

use crate::client::NOT_FOUND;
use crate::{Client, Error, Included};

/// The type of messages that execute a contract.
const EXECUTE: &str = "/cosmwasm.wasm.v1.MsgExecuteContract";

/// Transactions of one page of a search.
pub const SEARCH_LIMIT: u64 = 100;

impl Client {
    /// The transaction with this hash, if it is in a block.
    ///
    /// # Errors
    /// When it is not answered.
    pub async fn tx(&self, hash: &str) -> Result<Option<Included>, Error> {
        let request = GetTxRequest {
            hash: hash.to_owned(),
        };
        let path = "/cosmos.tx.v1beta1.Service/GetTx";
        let answer: GetTxResponse = match self.ask(path, &request).await {
            Ok(answer) => answer,
            Err(Error::Query {
                status: NOT_FOUND, ..
            }) => return Ok(None),
            // Nodes that have not indexed it yet have other words for it.
            Err(Error::Query { text, .. }) if text.contains("not found") => return Ok(None),
            Err(error) => return Err(error),
        };
        let unreadable = |reason: &str| Error::Unreadable {
            what: format!("transaction {hash}"),
            reason: reason.to_owned(),
        };
        let found = answer
            .tx_response
            .ok_or_else(|| unreadable("it holds no result"))?;
        if !found.txhash.eq_ignore_ascii_case(hash) || found.height <= 0 {
            return Err(unreadable("it is about another transaction or none"));
        }
        Ok(Some(included(found)?))
    }

    /// A page of the transactions with such events, the oldest first, as in
    /// `wasm-batch_settled.batch='7'`; pages count from 1. A node answers from its index,
    /// which can be a block behind.
    ///
    /// # Errors
    /// When it is not answered.
    pub async fn search(&self, query: &str, page: u64) -> Result<Vec<Included>, Error> {
        let answer = self.search_page(query, page).await?;
        answer.tx_responses.into_iter().map(included).collect()
    }

    /// What this contract was told, as JSON, in the first [`SEARCH_LIMIT`] transactions
    /// with such events that did not fail. What contracts tell each other is not in it.
    ///
    /// # Errors
    /// When it is not answered.
    pub async fn search_executed(
        &self,
        query: &str,
        contract: &str,
    ) -> Result<Vec<Vec<u8>>, Error> {
        let answer = self.search_page(query, 1).await?;
        let told = answer.txs.into_iter().zip(answer.tx_responses);
        let told = told.filter(|(_, found)| found.code == 0);
        Ok(told.flat_map(|(tx, _)| executed(tx, contract)).collect())
    }

    #[allow(deprecated)]
    async fn search_page(&self, query: &str, page: u64) -> Result<GetTxsEventResponse, Error> {
        let request = GetTxsEventRequest {
            events: Vec::new(),
            pagination: None,
            order_by: OrderBy::Asc.into(),
            page,
            limit: SEARCH_LIMIT,
            query: query.to_owned(),
        };
        let path = "/cosmos.tx.v1beta1.Service/GetTxsEvent";
        self.ask(path, &request).await
    }
}

/// The messages of a transaction that execute this contract.
fn executed(tx: Tx, contract: &str) -> Vec<Vec<u8>> {
    let messages = tx.body.unwrap_or_default().messages.into_iter();
    let executed = messages.filter(|any| any.type_url == EXECUTE);
    let executed = executed.filter_map(|any| MsgExecuteContract::decode(&*any.value).ok());
    let executed = executed.filter(|msg| msg.contract == contract);
    executed.map(|msg| msg.msg).collect()
}

fn included(found: TxResponse) -> Result<Included, Error> {
    let unsigned = |number: i64| u64::try_from(number).unwrap_or_default();
    let data = hex::decode(&found.data).map_err(|error| Error::Unreadable {
        what: format!("transaction {}", found.txhash),
        reason: error.to_string(),
    })?;
    let event = |event: cosmrs::proto::tendermint::abci::Event| {
        let attributes = event.attributes.into_iter().map(|a| (a.key, a.value));
        (event.r#type, attributes.collect())
    };
    Ok(Included {
        hash: found.txhash,
        height: unsigned(found.height),
        code: found.code,
        codespace: found.codespace,
        log: found.raw_log,
        gas_wanted: unsigned(found.gas_wanted),
        gas_used: unsigned(found.gas_used),
        events: found.events.into_iter().map(event).collect(),
        data,
    })
}
