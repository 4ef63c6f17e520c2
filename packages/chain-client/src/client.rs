//! What a chain can be asked.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use cosmrs::proto::cosmos::auth::v1beta1::{
    BaseAccount, QueryAccountRequest, QueryAccountResponse,
};
use cosmrs::proto::cosmos::bank::v1beta1::{QueryBalanceRequest, QueryBalanceResponse};
use cosmrs::proto::cosmos::base::abci::v1beta1::TxResponse;
use cosmrs::proto::cosmos::base::tendermint::v1beta1::{
    GetLatestBlockRequest, GetLatestBlockResponse,
};
use cosmrs::proto::cosmos::tx::v1beta1::{
    BroadcastMode, BroadcastTxRequest, BroadcastTxResponse, SimulateRequest, SimulateResponse,
};
use cosmrs::proto::cosmwasm::wasm::v1::{
    QuerySmartContractStateRequest, QuerySmartContractStateResponse,
};
use cosmrs::proto::tendermint::google::protobuf::Any;
use prost::Message;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::transport::{Failure, Transport};
use crate::{Error, msg};

/// gRPC's "not found".
pub(crate) const NOT_FOUND: i32 = 5;

/// How the client behaves.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// The chain.
    pub chain_id: String,
    /// What fees are paid in.
    pub fee_denom: String,
    /// Price of a gas, in millionths of the fee denom's unit.
    pub gas_price_micro: u64,
    /// Gas limit for each 100 gas that a simulation used.
    pub gas_adjustment_percent: u64,
    /// Gas limit of every transaction, which is then not simulated before it is sent.
    pub gas_limit: Option<u64>,
    /// How long a transaction is waited for.
    pub inclusion_timeout: Duration,
    /// Time from one question for a transaction to the next.
    pub poll: Duration,
    /// A transaction is valid for this many blocks. After that it is known for sure
    /// that it will never be included.
    pub valid_blocks: u64,
}

impl Config {
    /// Defaults for a chain: free of fees, 140 % of the simulated gas.
    pub fn new(chain_id: &str, fee_denom: &str) -> Self {
        Self {
            chain_id: chain_id.to_owned(),
            fee_denom: fee_denom.to_owned(),
            gas_price_micro: 0,
            gas_adjustment_percent: 140,
            gas_limit: None,
            inclusion_timeout: Duration::from_secs(60),
            poll: Duration::from_millis(500),
            valid_blocks: 50,
        }
    }
}

/// An account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its number, which signatures cover.
    pub number: u64,
    /// The sequence of its next transaction.
    pub sequence: u64,
}

/// What a simulation used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Simulated {
    /// Gas.
    pub gas: u64,
}

/// The last block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// Height.
    pub height: u64,
    /// Seconds since 1970.
    pub time: u64,
}

/// A transaction that is in a block.
#[derive(Clone, Debug, PartialEq)]
pub struct Included {
    /// Its hash, in upper-case hex.
    pub hash: String,
    /// Its block.
    pub height: u64,
    /// 0 for success.
    pub code: u32,
    /// Whose code it is.
    pub codespace: String,
    /// Why it failed.
    pub log: String,
    /// Gas asked for.
    pub gas_wanted: u64,
    /// Gas used.
    pub gas_used: u64,
    /// Types of events with their attributes.
    pub events: Vec<(String, Vec<(String, String)>)>,
    /// The responses of its messages (`TxMsgData`).
    pub data: Vec<u8>,
}

impl Included {
    /// The value of the first attribute `key` of an event of type `kind`.
    pub fn attribute(&self, kind: &str, key: &str) -> Option<&str> {
        let events = self.events.iter().filter(|(name, _)| name == kind);
        let mut attributes = events.flat_map(|(_, attributes)| attributes);
        let found = attributes.find(|(name, _)| name == key);
        found.map(|(_, value)| value.as_str())
    }
}

/// Asks a chain. Clones share everything.
#[derive(Clone)]
pub struct Client {
    config: Arc<Config>,
    node: Arc<dyn Transport>,
    /// The greatest height that any endpoint has named.
    seen: Arc<AtomicU64>,
}

impl Client {
    /// A client of the chain that `node` leads to.
    pub fn new(config: Config, node: impl Transport) -> Self {
        Self {
            config: Arc::new(config),
            node: Arc::new(node),
            seen: Arc::new(AtomicU64::new(0)),
        }
    }

    /// How it behaves.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Asks the gRPC method at `path`.
    ///
    /// # Errors
    /// When it is not answered.
    pub async fn ask<Q: Message, A: Message + Default>(
        &self,
        path: &str,
        request: &Q,
    ) -> Result<A, Error> {
        let answer = self.node.ask(path, request.encode_to_vec()).await;
        let bytes = answer.map_err(|failure| match failure {
            Failure::Lost(reasons) => Error::Unreachable { reasons },
            Failure::Status { code, text } => Error::Query { status: code, text },
            Failure::WrongChain { endpoint, got } => Error::WrongChain {
                endpoint,
                got,
                expected: self.config.chain_id.clone(),
            },
        })?;
        A::decode(bytes.as_slice()).map_err(|error| Error::Unreadable {
            what: path.to_owned(),
            reason: error.to_string(),
        })
    }

    /// The account at `address`.
    ///
    /// # Errors
    /// When there is none, among others.
    pub async fn account(&self, address: &str) -> Result<Account, Error> {
        let request = QueryAccountRequest {
            address: address.to_owned(),
        };
        let answer: QueryAccountResponse = self
            .ask("/cosmos.auth.v1beta1.Query/Account", &request)
            .await?;
        let any: Any = answer.account.unwrap_or_default();
        let account = BaseAccount::decode(any.value.as_slice());
        let account = account.map_err(|error| Error::Unreadable {
            what: format!("account {address}"),
            reason: error.to_string(),
        })?;
        Ok(Account {
            number: account.account_number,
            sequence: account.sequence,
        })
    }

    /// The balance of `denom` at `address`.
    ///
    /// # Errors
    /// When it is not answered.
    pub async fn balance(&self, address: &str, denom: &str) -> Result<u128, Error> {
        let request = QueryBalanceRequest {
            address: address.to_owned(),
            denom: denom.to_owned(),
        };
        let answer: QueryBalanceResponse = self
            .ask("/cosmos.bank.v1beta1.Query/Balance", &request)
            .await?;
        let amount = answer.balance.unwrap_or_default().amount;
        amount.parse().map_err(|_| Error::Unreadable {
            what: format!("balance of {address}"),
            reason: format!("{amount:?} is no amount"),
        })
    }

    /// Asks a contract: `query` and the answer are the types of `compute-api`.
    ///
    /// # Errors
    /// When the contract refuses or the answer is of another type.
    pub async fn query<A: DeserializeOwned>(
        &self,
        contract: &str,
        query: &impl Serialize,
    ) -> Result<A, Error> {
        let request = QuerySmartContractStateRequest {
            address: contract.to_owned(),
            query_data: msg::json(query)?,
        };
        let path = "/cosmwasm.wasm.v1.Query/SmartContractState";
        let answer: QuerySmartContractStateResponse = self.ask(path, &request).await?;
        serde_json::from_slice(&answer.data).map_err(|error| Error::Unreadable {
            what: format!("a query of {contract}"),
            reason: error.to_string(),
        })
    }

    /// The last block.
    ///
    /// # Errors
    /// When the node is behind one that was asked before, among others.
    pub async fn latest_block(&self) -> Result<Block, Error> {
        let path = "/cosmos.base.tendermint.v1beta1.Service/GetLatestBlock";
        // What was seen before asking: others may see later blocks meanwhile.
        let seen = self.seen.load(Ordering::Relaxed);
        let answer: GetLatestBlockResponse = self.ask(path, &GetLatestBlockRequest {}).await?;
        let header = answer
            .block
            .and_then(|block| block.header)
            .unwrap_or_default();
        let height = u64::try_from(header.height).unwrap_or_default();
        self.seen.fetch_max(height, Ordering::Relaxed);
        // A block or two is what nodes differ by at any moment.
        if height.saturating_add(2) < seen {
            return Err(Error::NodeBehind { height, seen });
        }
        let seconds = header.time.unwrap_or_default().seconds;
        Ok(Block {
            height,
            time: u64::try_from(seconds).unwrap_or_default(),
        })
    }

    /// What a signed or unsigned transaction would use.
    ///
    /// # Errors
    /// When the chain refuses it.
    #[allow(deprecated)]
    pub async fn simulate(&self, tx: &[u8]) -> Result<Simulated, Error> {
        let request = SimulateRequest {
            tx: None,
            tx_bytes: tx.to_vec(),
        };
        let path = "/cosmos.tx.v1beta1.Service/Simulate";
        let answer: SimulateResponse = self.ask(path, &request).await?;
        let gas = answer.gas_info.unwrap_or_default().gas_used;
        if gas == 0 {
            return Err(Error::Unreadable {
                what: "a simulation".to_owned(),
                reason: "it used no gas".to_owned(),
            });
        }
        Ok(Simulated { gas })
    }

    /// Gives signed bytes to a node, which checks them; its verdict.
    pub(crate) async fn broadcast(&self, tx: &[u8]) -> Result<TxResponse, Error> {
        let request = BroadcastTxRequest {
            tx_bytes: tx.to_vec(),
            mode: BroadcastMode::Sync.into(),
        };
        let path = "/cosmos.tx.v1beta1.Service/BroadcastTx";
        let answer: BroadcastTxResponse = self.ask(path, &request).await?;
        answer.tx_response.ok_or_else(|| Error::Unreadable {
            what: "a broadcast".to_owned(),
            reason: "it holds no verdict".to_owned(),
        })
    }
}
