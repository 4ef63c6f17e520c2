//! Queries of a contract to the rest of the chain.

use std::collections::BTreeMap;
use std::rc::Rc;

use anyhow::{Context, Result};
use cosmwasm_vm::{BackendError, BackendResult, GasInfo, Querier, Storage};
use serde_json::Value;
use vm_std::{Binary, ContractResult, SystemError, SystemResult};

use super::contract::{CallError, Contract};
use super::gas::Loaded;

/// Answers smart and raw queries to the contracts of a [`Chain`](super::Chain), as
/// they stand when the call begins; every other query is "unsupported", as on a chain
/// without the module asked for.
#[derive(Clone, Default)]
pub struct ChainQuerier {
    contracts: Rc<BTreeMap<String, Contract>>,
    loaded: Loaded,
}

type Answer = SystemResult<ContractResult<Binary>>;

impl ChainQuerier {
    pub(super) fn new(contracts: BTreeMap<String, Contract>, loaded: Loaded) -> Self {
        Self {
            contracts: Rc::new(contracts),
            loaded,
        }
    }

    /// The answer and its VM gas.
    fn answer(&self, request: &[u8]) -> Result<(Answer, u64)> {
        let parsed: Value = serde_json::from_slice(request)?;
        let wasm = &parsed["wasm"];
        let (smart, query) = match (&wasm["smart"], &wasm["raw"]) {
            (query @ Value::Object(_), _) => (true, query),
            (_, query @ Value::Object(_)) => (false, query),
            _ => {
                let kind = String::from_utf8_lossy(request).into_owned();
                let refusal = SystemError::UnsupportedRequest { kind };
                return Ok((SystemResult::Err(refusal), 0));
            }
        };
        let addr = query["contract_addr"]
            .as_str()
            .context("no contract_addr")?;
        let Some(contract) = self.contracts.get(addr) else {
            let addr = addr.to_owned();
            return Ok((SystemResult::Err(SystemError::NoSuchContract { addr }), 0));
        };
        let (result, gas) = if smart {
            self.smart(contract, &query["msg"])?
        } else {
            raw(contract, &query["key"])?
        };
        Ok((SystemResult::Ok(result), gas))
    }

    fn smart(&self, contract: &Contract, msg: &Value) -> Result<(ContractResult<Binary>, u64)> {
        let msg: Binary = serde_json::from_value(msg.clone())?;
        let msg: Value = serde_json::from_slice(&msg)?;
        let load = contract.loading_gas(&self.loaded);
        let outcome = contract.clone().query_with(self.clone(), &msg)?;
        let answer = match outcome.result {
            Ok(value) => ContractResult::Ok(Binary::new(serde_json::to_vec(&value)?)),
            Err(CallError::Contract(text)) => ContractResult::Err(text),
            Err(other) => ContractResult::Err(other.to_string()),
        };
        Ok((answer, outcome.gas.vm + load))
    }
}

/// What a raw query answers: the value, or nothing.
fn raw(contract: &Contract, key: &Value) -> Result<(ContractResult<Binary>, u64)> {
    let key: Binary = serde_json::from_value(key.clone())?;
    let (value, gas) = contract.storage().get(&key);
    let value = value?.unwrap_or_default();
    Ok((ContractResult::Ok(value.into()), gas.externally_used))
}

impl Querier for ChainQuerier {
    fn query_raw(&self, request: &[u8], _gas_limit: u64) -> BackendResult<Answer> {
        match self.answer(request) {
            Ok((answer, gas)) => (Ok(answer), GasInfo::with_externally_used(gas)),
            Err(error) => {
                let error = BackendError::unknown(format!("{error:#}"));
                (Err(error), GasInfo::free())
            }
        }
    }
}
