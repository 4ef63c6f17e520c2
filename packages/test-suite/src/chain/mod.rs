//! Runs a contract's real `.wasm` in cosmwasm-vm, the VM inside wasmd, and
//! reports what the call would cost on wasmd v0.70.3.
//!
//! ```no_run
//! use serde_json::json;
//! use test_suite::chain::{Contract, address};
//!
//! # fn main() -> anyhow::Result<()> {
//! let mut contract = Contract::artifact("proof_verifier")?;
//! contract.instantiate(&address("owner"), &json!({}))?.value()?;
//! contract.block.height += 1;
//! let outcome = contract.execute(&address("worker"), &json!({ "noop": {} }))?;
//! println!("{} SDK gas", outcome.gas.total());
//! # Ok(())
//! # }
//! ```
//!
//! What it leaves out: other contracts, modules of the chain (bank, staking)
//! and the messages that a response asks for. Nothing here needs them yet;
//! [`ChainQuerier`] is where they would answer.

mod api;
mod check;
mod contract;
mod gas;
mod module;
mod querier;
mod storage;

pub use api::{ChainApi, address, contract_address};
pub use check::{Checked, MAX_WASM_BYTES, check_file, wasm_problem};
pub use contract::{Block, CallError, Contract, Outcome};
pub use gas::{BASE_SDK_GAS, Gas, VM_GAS_PER_SDK_GAS, message_sdk_gas};
pub use module::{CAPABILITIES, MEMORY_LIMIT};
pub use querier::ChainQuerier;
pub use storage::ChainStorage;
