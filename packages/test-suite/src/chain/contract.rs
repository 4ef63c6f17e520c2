//! A contract on a chain of its own.

use std::fmt::{self, Display};
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, anyhow};
use cosmwasm_vm::{
    BackendError, VmError, VmResult, call_execute_raw, call_instantiate_raw, call_query_raw,
};
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use vm_std::{
    Addr, Binary, BlockInfo, Coin, ContractInfo, Env, MessageInfo, Timestamp, TransactionInfo,
};

use super::gas::{Gas, Loaded, VM_GAS_PER_SDK_GAS, response_sdk_gas};
use super::module::Compiled;
use super::{ChainQuerier, ChainStorage, contract_address};
use crate::workspace;

/// A thousand million SDK gas: more than any chain allows, far from overflow.
const GAS_LIMIT: u64 = 1_000_000_000 * VM_GAS_PER_SDK_GAS;

/// The block that a call is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// Height.
    pub height: u64,
    /// Time, in nanoseconds since 1970.
    pub time: u64,
    /// The chain's ID.
    pub chain_id: String,
}

impl Default for Block {
    fn default() -> Self {
        Self {
            height: 12_345,
            time: 1_700_000_000_000_000_000,
            chain_id: "ballast-test-1".to_owned(),
        }
    }
}

/// A contract, what it has stored and the block it is in. Calls change what is
/// stored if they succeed, as on chain. The messages that a response asks for are not
/// carried out: [`Chain`](super::Chain) does that.
#[derive(Clone)]
pub struct Contract {
    compiled: Compiled,
    storage: ChainStorage,
    /// The block that the next calls are in.
    pub block: Block,
    /// The contract's own address.
    pub address: String,
    /// VM gas that a call may use.
    pub gas_limit: u64,
}

/// Why a call failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallError {
    /// The contract refused, with this text.
    Contract(String),
    /// The gas limit was reached.
    OutOfGas,
    /// The VM stopped the contract: a panic, a write in a query and the like.
    Vm(String),
}

impl Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Contract(text) => write!(f, "the contract refused: {text}"),
            Self::OutOfGas => write!(f, "out of gas"),
            Self::Vm(text) => write!(f, "the VM stopped the contract: {text}"),
        }
    }
}

impl std::error::Error for CallError {}

/// What came of a call.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The contract's response (of a query: the answer itself), or why there
    /// is none.
    pub result: Result<Value, CallError>,
    /// What it cost, in either case.
    pub gas: Gas,
}

impl Outcome {
    /// The response.
    ///
    /// # Errors
    /// When the call failed.
    pub fn value(&self) -> Result<&Value> {
        self.result.as_ref().map_err(|error| anyhow!(error.clone()))
    }

    /// The value of the first attribute called `key` in the response.
    pub fn attribute(&self, key: &str) -> Option<&str> {
        let attributes = self.result.as_ref().ok()?["attributes"].as_array()?;
        let found = attributes.iter().find(|attribute| attribute["key"] == key);
        found?["value"].as_str()
    }
}

#[derive(Clone, Copy)]
enum Entry<'a> {
    Instantiate { sender: &'a str, funds: &'a [Coin] },
    Execute { sender: &'a str, funds: &'a [Coin] },
    Query,
}

impl Contract {
    /// Loads `artifacts/NAME.wasm`.
    ///
    /// # Errors
    /// When it is not there or does not pass the chain's checks.
    pub fn artifact(name: &str) -> Result<Self> {
        Self::load(&workspace::artifact(name)?)
    }

    /// Loads a `.wasm` file.
    ///
    /// # Errors
    /// When it cannot be read or does not pass the chain's checks.
    pub fn load(path: &Path) -> Result<Self> {
        let name = path.file_name().unwrap_or(path.as_os_str()).display();
        let code = fs::read(path).with_context(|| format!("reading {name}"))?;
        Self::from_code(&code).with_context(|| format!("loading {name}"))
    }

    /// Loads compiled wasm, with nothing stored.
    ///
    /// # Errors
    /// When it does not pass the chain's checks, see
    /// [`wasm_problem`](super::wasm_problem).
    pub fn from_code(code: &[u8]) -> Result<Self> {
        Ok(Self {
            compiled: Compiled::from_code(code)?,
            storage: ChainStorage::default(),
            block: Block::default(),
            address: contract_address("contract"),
            gas_limit: GAS_LIMIT,
        })
    }

    /// What the contract has stored.
    pub fn storage(&self) -> &ChainStorage {
        &self.storage
    }

    /// The same, to change past the contract.
    pub fn storage_mut(&mut self) -> &mut ChainStorage {
        &mut self.storage
    }

    /// What it costs that a transaction which has loaded `loaded` calls this contract.
    pub(super) fn loading_gas(&self, loaded: &Loaded) -> u64 {
        loaded.load(self.compiled.hash)
    }

    /// Sends `msg` to `instantiate`.
    ///
    /// # Errors
    /// When the harness fails; a refusal of the contract is an [`Outcome`].
    pub fn instantiate(&mut self, sender: &str, msg: &impl Serialize) -> Result<Outcome> {
        self.instantiate_with(ChainQuerier::default(), sender, &[], msg)
    }

    /// Sends `msg` to `execute`.
    ///
    /// # Errors
    /// When the harness fails; a refusal of the contract is an [`Outcome`].
    pub fn execute(&mut self, sender: &str, msg: &impl Serialize) -> Result<Outcome> {
        self.execute_with(ChainQuerier::default(), sender, &[], msg)
    }

    /// Asks `query`. The answer in the outcome is already decoded.
    ///
    /// # Errors
    /// When the harness fails; a refusal of the contract is an [`Outcome`].
    pub fn query(&mut self, msg: &impl Serialize) -> Result<Outcome> {
        self.query_with(ChainQuerier::default(), msg)
    }

    pub(super) fn instantiate_with(
        &mut self,
        querier: ChainQuerier,
        sender: &str,
        funds: &[Coin],
        msg: &impl Serialize,
    ) -> Result<Outcome> {
        self.call(querier, Entry::Instantiate { sender, funds }, msg)
    }

    pub(super) fn execute_with(
        &mut self,
        querier: ChainQuerier,
        sender: &str,
        funds: &[Coin],
        msg: &impl Serialize,
    ) -> Result<Outcome> {
        self.call(querier, Entry::Execute { sender, funds }, msg)
    }

    pub(super) fn query_with(
        &mut self,
        querier: ChainQuerier,
        msg: &impl Serialize,
    ) -> Result<Outcome> {
        self.call(querier, Entry::Query, msg)
    }

    fn call(
        &mut self,
        querier: ChainQuerier,
        entry: Entry<'_>,
        msg: &impl Serialize,
    ) -> Result<Outcome> {
        let msg = serde_json::to_vec(msg).context("writing the message as JSON")?;
        let env = serde_json::to_vec(&self.env())?;
        let mut instance = self
            .compiled
            .instance(self.storage.clone(), querier, self.gas_limit)?;
        let answer = match entry {
            Entry::Instantiate { sender, funds } => {
                call_instantiate_raw(&mut instance, &env, &message_info(sender, funds)?, &msg)
            }
            Entry::Execute { sender, funds } => {
                call_execute_raw(&mut instance, &env, &message_info(sender, funds)?, &msg)
            }
            Entry::Query => call_query_raw(&mut instance, &env, &msg),
        };
        let report = instance.create_gas_report();
        let answer_bytes = answer.as_ref().map_or(0, Vec::len) as u64;
        let result = read_answer(answer, matches!(entry, Entry::Query))?;
        let gas = Gas {
            vm: report.used_internally + report.used_externally,
            storage: report.used_externally,
            message_bytes: msg.len() as u64,
            response: response_sdk_gas(answer_bytes, result.as_ref().ok()),
        };
        if result.is_ok() {
            let backend = instance.recycle().context("the VM kept the storage")?;
            self.storage = backend.storage;
            self.storage.close_iterators();
        }
        Ok(Outcome { result, gas })
    }

    fn env(&self) -> Env {
        let transaction_hash = Sha256::digest(self.block.height.to_be_bytes());
        Env {
            block: BlockInfo {
                height: self.block.height,
                time: Timestamp::from_nanos(self.block.time),
                chain_id: self.block.chain_id.clone(),
            },
            transaction: Some(TransactionInfo::new(
                0,
                Binary::new(transaction_hash.to_vec()),
            )),
            contract: ContractInfo {
                address: Addr::unchecked(&self.address),
            },
        }
    }
}

fn message_info(sender: &str, funds: &[Coin]) -> Result<Vec<u8>> {
    let info = MessageInfo {
        sender: Addr::unchecked(sender),
        funds: funds.to_vec(),
    };
    Ok(serde_json::to_vec(&info)?)
}

/// Reads `{"ok": …}` or `{"error": "…"}`; a query's `ok` is JSON in base64.
fn read_answer(answer: VmResult<Vec<u8>>, query: bool) -> Result<Result<Value, CallError>> {
    let bytes = match answer {
        Ok(bytes) => bytes,
        Err(error) => return Ok(Err(vm_failure(error))),
    };
    let mut answer: Value = serde_json::from_slice(&bytes).context("reading the answer")?;
    if let Some(text) = answer["error"].as_str() {
        return Ok(Err(CallError::Contract(text.to_owned())));
    }
    let ok = answer
        .get_mut("ok")
        .map(Value::take)
        .context("the answer is neither ok nor error")?;
    if !query {
        return Ok(Ok(ok));
    }
    let json: Binary = serde_json::from_value(ok).context("a query's answer is no base64")?;
    let value = serde_json::from_slice(&json).context("a query's answer is no JSON")?;
    Ok(Ok(value))
}

fn vm_failure(error: VmError) -> CallError {
    match error {
        VmError::GasDepletion { .. }
        | VmError::BackendErr {
            source: BackendError::OutOfGas {},
            ..
        } => CallError::OutOfGas,
        other => CallError::Vm(other.to_string()),
    }
}
