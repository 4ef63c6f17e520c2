//! Queries of a contract to the rest of the chain.

use cosmwasm_vm::{BackendResult, GasInfo, Querier};
use vm_std::{Binary, ContractResult, SystemError, SystemResult};

/// Answers every query with "unsupported", as a chain without the module
/// asked for would: no contract under test queries anything yet.
///
/// Balances (`bank`) and other contracts (`wasm` smart and raw queries) belong
/// here once one does.
#[derive(Clone, Copy, Debug, Default)]
pub struct ChainQuerier;

impl Querier for ChainQuerier {
    fn query_raw(
        &self,
        request: &[u8],
        _gas_limit: u64,
    ) -> BackendResult<SystemResult<ContractResult<Binary>>> {
        let kind = String::from_utf8_lossy(request).into_owned();
        let refusal = SystemResult::Err(SystemError::UnsupportedRequest { kind });
        (Ok(refusal), GasInfo::free())
    }
}
