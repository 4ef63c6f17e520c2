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
//! [`Chain`] holds several contracts that execute and query one another. What it
//! leaves out: replies, migration, and modules of the chain other than coins that
//! travel with a message.

mod api;
#[expect(
    clippy::module_inception,
    reason = "a chain is what the module is about"
)]
mod chain;
mod check;
mod contract;
mod gas;
mod module;
mod querier;
mod storage;

pub use api::{ChainApi, address, contract_address};
pub use chain::{Chain, Sent, Transaction};
pub use check::{Checked, MAX_WASM_BYTES, check_file, wasm_problem};
pub use contract::{Block, CallError, Contract, Outcome};
pub use gas::{BASE_SDK_GAS, Gas, VM_GAS_PER_SDK_GAS, message_sdk_gas};
pub use module::{CAPABILITIES, MEMORY_LIMIT};
pub use querier::ChainQuerier;
pub use storage::ChainStorage;
