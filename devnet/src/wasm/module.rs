//! Code that the VM has compiled.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use cosmwasm_vm::internals::{Logger, check_wasm, compile_module, instance_from_module};
use cosmwasm_vm::{Backend, Instance, Size, WasmLimits, capabilities_from_csv};
use sha2::{Digest, Sha256};
use wasmer::{Engine, Module, Store};

use super::api::ChainApi;
use super::querier::ChainQuerier;
use super::storage::ContractStorage;

/// What wasmd v0.70.3 lets contracts ask for (`x/wasm/keeper/capabilities.go`).
const CAPABILITIES: &str = "iterator,staking,stargate,cosmwasm_1_1,cosmwasm_1_2,cosmwasm_1_3,\
                            cosmwasm_1_4,cosmwasm_2_0,cosmwasm_2_1,cosmwasm_2_2,ibc2";

/// `contractMemoryLimit` in wasmd.
const MEMORY_LIMIT: Size = Size::mebi(32);

pub(super) type ChainInstance = Instance<ChainApi, ContractStorage, ChainQuerier>;

/// Compiled code.
#[derive(Clone)]
pub(super) struct Compiled {
    module: Module,
    engine: Engine,
}

static COMPILED: LazyLock<Mutex<HashMap<[u8; 32], Compiled>>> = LazyLock::new(Mutex::default);

/// cosmwasm-vm's own cache never makes two instances at once; neither do we.
static INSTANTIATE: Mutex<()> = Mutex::new(());

pub(super) fn checksum(code: &[u8]) -> [u8; 32] {
    Sha256::digest(code).into()
}

/// Why the chain would not store `code`, in the VM's words.
pub(super) fn refusal(code: &[u8]) -> Option<String> {
    let capabilities = capabilities_from_csv(CAPABILITIES);
    let checked = check_wasm(code, &capabilities, &WasmLimits::default(), Logger::Off);
    let error = match checked {
        Err(error) => error,
        Ok(()) => compile(code).err()?,
    };
    Some(format!("Error calling the VM: {error}"))
}

/// Compiles `code`, unless this process has done so before.
pub(super) fn compile(code: &[u8]) -> Result<Compiled, cosmwasm_vm::VmError> {
    let mut compiled = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
    let checksum = checksum(code);
    if let Some(found) = compiled.get(&checksum) {
        return Ok(found.clone());
    }
    let (module, engine) = compile_module(code, Some(MEMORY_LIMIT))?;
    let new = Compiled { module, engine };
    compiled.insert(checksum, new.clone());
    Ok(new)
}

/// Code that this process has compiled.
pub(super) fn compiled(checksum: &[u8]) -> Option<Compiled> {
    let key: [u8; 32] = checksum.try_into().ok()?;
    let compiled = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
    compiled.get(&key).cloned()
}

impl Compiled {
    /// A fresh instance: the chain makes one for each call.
    pub(super) fn instance(
        &self,
        storage: ContractStorage,
        querier: ChainQuerier,
        gas_limit: u64,
    ) -> Result<ChainInstance, cosmwasm_vm::VmError> {
        let backend = Backend {
            api: ChainApi,
            storage,
            querier,
        };
        let store = Store::new(self.engine.clone());
        let _one_at_a_time = INSTANTIATE.lock().unwrap_or_else(PoisonError::into_inner);
        instance_from_module(store, &self.module, backend, gas_limit, None)
    }
}
