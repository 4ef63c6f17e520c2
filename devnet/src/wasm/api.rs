//! Addresses for contracts, at wasmd's prices.

use cosmwasm_vm::{BackendApi, BackendError, BackendResult, GasInfo};

use crate::address;
use crate::gas::{CANONICALIZE, HUMANIZE, VM_GAS_PER_SDK_GAS};

/// Checks and converts addresses.
#[derive(Clone, Copy)]
pub(crate) struct ChainApi;

fn price(sdk_gas: u64) -> GasInfo {
    GasInfo::with_cost(sdk_gas * VM_GAS_PER_SDK_GAS)
}

fn refused(failure: crate::error::Failure) -> BackendError {
    BackendError::user_err(failure.text)
}

impl BackendApi for ChainApi {
    fn addr_validate(&self, input: &str) -> BackendResult<()> {
        let bytes = match address::canonicalize(input) {
            Ok(bytes) => bytes,
            Err(failure) => return (Err(refused(failure)), price(CANONICALIZE)),
        };
        let normal = address::humanize(&bytes).is_ok_and(|normal| normal == input);
        let answer = if normal {
            Ok(())
        } else {
            Err(BackendError::user_err("address not normalized"))
        };
        (answer, price(HUMANIZE + CANONICALIZE))
    }

    fn addr_canonicalize(&self, human: &str) -> BackendResult<Vec<u8>> {
        (
            address::canonicalize(human).map_err(refused),
            price(CANONICALIZE),
        )
    }

    fn addr_humanize(&self, canonical: &[u8]) -> BackendResult<String> {
        (
            address::humanize(canonical).map_err(refused),
            price(HUMANIZE),
        )
    }
}
