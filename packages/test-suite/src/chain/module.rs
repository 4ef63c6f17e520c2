//! Compiled contracts, each compiled once in a process.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use anyhow::{Context, Result, bail};
use cosmwasm_vm::internals::{compile_module, instance_from_module};
use cosmwasm_vm::{Backend, Instance, Size};
use sha2::{Digest, Sha256};
use wasmer::{Engine, Module, Store};

use super::check::static_problem;
use super::{ChainApi, ChainQuerier, ChainStorage};

/// What wasmd v0.70.3 lets contracts ask for (`x/wasm/keeper/capabilities.go`).
/// There is no `cosmwasm_3_0` in it.
pub const CAPABILITIES: &str = "iterator,staking,stargate,cosmwasm_1_1,cosmwasm_1_2,cosmwasm_1_3,\
                                cosmwasm_1_4,cosmwasm_2_0,cosmwasm_2_1,cosmwasm_2_2,ibc2";

/// The most memory an instance may have (`contractMemoryLimit` in wasmd).
pub const MEMORY_LIMIT: Size = Size::mebi(32);

/// Code that passed the chain's checks, ready to run.
#[derive(Clone)]
pub(super) struct Compiled {
    /// SHA-256 of the code.
    pub(super) hash: [u8; 32],
    module: Module,
    engine: Engine,
}

static COMPILED: LazyLock<Mutex<HashMap<[u8; 32], Compiled>>> = LazyLock::new(Mutex::default);

/// cosmwasm-vm's own cache never makes two instances at once; neither do we.
static INSTANTIATE: Mutex<()> = Mutex::new(());

impl Compiled {
    /// Checks and compiles `code`, unless this process has done so before.
    pub(super) fn from_code(code: &[u8]) -> Result<Self> {
        let mut compiled = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
        let hash = Sha256::digest(code).into();
        if let Some(found) = compiled.get(&hash) {
            return Ok(found.clone());
        }
        if let Some(problem) = static_problem(code) {
            bail!(problem);
        }
        let (module, engine) = compile_module(code, Some(MEMORY_LIMIT)).context("compiling")?;
        let new = Self {
            hash,
            module,
            engine,
        };
        compiled.insert(hash, new.clone());
        Ok(new)
    }

    /// A fresh instance over this storage: the chain makes one for each call.
    pub(super) fn instance(
        &self,
        storage: ChainStorage,
        querier: ChainQuerier,
        gas_limit: u64,
    ) -> Result<Instance<ChainApi, ChainStorage, ChainQuerier>> {
        let backend = Backend {
            api: ChainApi::default(),
            storage,
            querier,
        };
        let store = Store::new(self.engine.clone());
        let _one_at_a_time = INSTANTIATE.lock().unwrap_or_else(PoisonError::into_inner);
        instance_from_module(store, &self.module, backend, gas_limit, None)
            .context("making an instance of the contract")
    }
}
