//! Several contracts that execute and query one another.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use serde::Serialize;
use serde_json::Value;
use vm_std::{Binary, Coin};

use super::contract::{Block, CallError, Contract, Outcome};
use super::gas::Loaded;
use super::querier::ChainQuerier;
use super::{Gas, contract_address};

/// How deep messages may nest before the harness gives up; the contracts here stay
/// far below.
const MAX_DEPTH: u32 = 16;

/// A chain with contracts on it. A transaction that fails leaves no trace.
#[derive(Clone, Default)]
pub struct Chain {
    contracts: BTreeMap<String, Contract>,
    /// The block that the next transactions are in.
    pub block: Block,
}

/// Coins that a contract has sent to an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// To whom.
    pub recipient: String,
    /// What.
    pub coins: Vec<Coin>,
}

/// What came of a transaction.
#[derive(Clone, Debug)]
pub struct Transaction {
    /// The responses of all calls, in their order, each with its contract; or why
    /// there are none.
    pub result: Result<Vec<(String, Value)>, CallError>,
    /// What it cost, all calls together.
    pub gas: Gas,
    /// Coins that left contracts.
    pub sent: Vec<Sent>,
}

/// What a contract is called with.
struct Call<'a> {
    instantiate: bool,
    sender: &'a str,
    address: &'a str,
    funds: &'a [Coin],
    msg: &'a Value,
}

impl Transaction {
    /// The responses.
    ///
    /// # Errors
    /// When the transaction failed.
    pub fn responses(&self) -> Result<&[(String, Value)]> {
        match &self.result {
            Ok(responses) => Ok(responses),
            Err(error) => Err(error.clone().into()),
        }
    }
}

impl Chain {
    /// Puts `artifacts/ARTIFACT.wasm` on the chain under the name `name` and returns
    /// its address, which depends on the name alone. It is not instantiated.
    ///
    /// # Errors
    /// When it is not there or does not pass the chain's checks.
    pub fn add(&mut self, name: &str, artifact: &str) -> Result<String> {
        let mut contract = Contract::artifact(artifact)?;
        contract.address = contract_address(name);
        let address = contract.address.clone();
        self.contracts.insert(address.clone(), contract);
        Ok(address)
    }

    /// The contract at `address`.
    pub fn contract(&self, address: &str) -> Option<&Contract> {
        self.contracts.get(address)
    }

    /// The same, to change past its messages.
    pub fn contract_mut(&mut self, address: &str) -> Option<&mut Contract> {
        self.contracts.get_mut(address)
    }

    /// Sends `msg` to `instantiate` of the contract at `address`.
    ///
    /// # Errors
    /// When the harness fails; a refusal of the contract is in the transaction.
    pub fn instantiate(
        &mut self,
        sender: &str,
        address: &str,
        msg: &impl Serialize,
    ) -> Result<Transaction> {
        let msg = serde_json::to_value(msg)?;
        self.transact(&Call {
            instantiate: true,
            sender,
            address,
            funds: &[],
            msg: &msg,
        })
    }

    /// Sends `msg` and `funds` to `execute` of the contract at `address`, and carries
    /// out every message that follows, each with all that follows from it before the
    /// next, as the chain does.
    ///
    /// # Errors
    /// When the harness fails; a refusal of a contract is in the transaction.
    pub fn execute(
        &mut self,
        sender: &str,
        address: &str,
        msg: &impl Serialize,
        funds: &[Coin],
    ) -> Result<Transaction> {
        let msg = serde_json::to_value(msg)?;
        self.transact(&Call {
            instantiate: false,
            sender,
            address,
            funds,
            msg: &msg,
        })
    }

    /// Asks the contract at `address`.
    ///
    /// # Errors
    /// When the harness fails; a refusal of the contract is an [`Outcome`].
    pub fn query(&self, address: &str, msg: &impl Serialize) -> Result<Outcome> {
        let mut contract = self.find(address)?.clone();
        contract.block = self.block.clone();
        let loaded = Loaded::default();
        contract.loading_gas(&loaded);
        contract.query_with(self.querier(&loaded), msg)
    }

    fn find(&self, address: &str) -> Result<&Contract> {
        let found = self.contracts.get(address);
        found.with_context(|| format!("there is no contract at {address}"))
    }

    fn querier(&self, loaded: &Loaded) -> ChainQuerier {
        let mut contracts = self.contracts.clone();
        for contract in contracts.values_mut() {
            contract.block = self.block.clone();
        }
        ChainQuerier::new(contracts, loaded.clone())
    }

    fn transact(&mut self, call: &Call<'_>) -> Result<Transaction> {
        let before = self.contracts.clone();
        let mut transaction = Transaction {
            result: Ok(Vec::new()),
            gas: Gas::default(),
            sent: Vec::new(),
        };
        let ran = self.call(&mut transaction, &Loaded::default(), call, 0);
        if ran.is_err() || transaction.result.is_err() {
            self.contracts = before;
            transaction.sent.clear();
        }
        ran.map(|()| transaction)
    }

    fn call(
        &mut self,
        transaction: &mut Transaction,
        loaded: &Loaded,
        call: &Call<'_>,
        depth: u32,
    ) -> Result<()> {
        if depth > MAX_DEPTH {
            bail!("messages nest deeper than {MAX_DEPTH}");
        }
        let querier = self.querier(loaded);
        let block = self.block.clone();
        let address = call.address;
        let contract = self.contracts.get_mut(address);
        let contract = contract.with_context(|| format!("there is no contract at {address}"))?;
        contract.block = block;
        let load = contract.loading_gas(loaded);
        let outcome = if call.instantiate {
            contract.instantiate_with(querier, call.sender, call.funds, call.msg)?
        } else {
            contract.execute_with(querier, call.sender, call.funds, call.msg)?
        };
        if depth == 0 {
            transaction.gas = outcome.gas;
        } else {
            transaction.gas.nested(&outcome.gas, load);
        }
        let response = match outcome.result {
            Ok(response) => response,
            Err(error) => {
                transaction.result = Err(error);
                return Ok(());
            }
        };
        let messages = response["messages"].as_array().cloned().unwrap_or_default();
        if let Ok(responses) = &mut transaction.result {
            responses.push((address.to_owned(), response));
        }
        for message in &messages {
            self.carry_out(transaction, loaded, address, message, depth + 1)?;
            if transaction.result.is_err() {
                break;
            }
        }
        Ok(())
    }

    fn carry_out(
        &mut self,
        transaction: &mut Transaction,
        loaded: &Loaded,
        sender: &str,
        message: &Value,
        depth: u32,
    ) -> Result<()> {
        if message["reply_on"] != "never" {
            bail!("replies are not supported: {message}");
        }
        let execute = &message["msg"]["wasm"]["execute"];
        if let Some(address) = execute["contract_addr"].as_str() {
            let msg: Binary = serde_json::from_value(execute["msg"].clone())?;
            let funds: Vec<Coin> = serde_json::from_value(execute["funds"].clone())?;
            let call = Call {
                instantiate: false,
                sender,
                address,
                funds: &funds,
                msg: &serde_json::from_slice(&msg)?,
            };
            return self.call(transaction, loaded, &call, depth);
        }
        let send = &message["msg"]["bank"]["send"];
        if let Some(recipient) = send["to_address"].as_str() {
            transaction.sent.push(Sent {
                recipient: recipient.to_owned(),
                coins: serde_json::from_value(send["amount"].clone())?,
            });
            return Ok(());
        }
        bail!("a message that the harness does not know: {message}")
    }
}
