//! One call of a contract in the VM.

use std::cell::RefCell;
use std::rc::Rc;

use cosmwasm_vm::{
    BackendError, VmError, call_execute_raw, call_instantiate_raw, call_migrate_with_info_raw,
    call_query_raw, call_reply_raw,
};
use serde::de::DeserializeOwned;
use vm_std::{
    Addr, Binary, BlockInfo, Coin, ContractInfo, ContractResult, Env, MessageInfo, Reply,
    Timestamp, TransactionInfo,
};

use super::module::{self, Compiled};
use super::querier::ChainQuerier;
use super::storage::ContractStorage;
use crate::address;
use crate::coins::Coins;
use crate::context::Context;
use crate::error::{Failure, Outcome, VM_ERROR};
use crate::gas::{OutOfGas, PER_ANSWER_BYTE, VM_GAS_PER_SDK_GAS};
use crate::store::Module;

/// A million SDK gas a thousand times: what stands for "no limit", far from overflow.
const NO_LIMIT: u64 = 1_000_000_000;

/// What is called, and with what.
pub(super) enum Entry<'a> {
    Instantiate {
        info: MessageInfo,
        msg: &'a [u8],
    },
    Execute {
        info: MessageInfo,
        msg: &'a [u8],
    },
    Migrate {
        info: vm_std::MigrateInfo,
        msg: &'a [u8],
    },
    Reply(Reply),
    Query {
        msg: &'a [u8],
    },
}

pub(super) fn message_info(sender: &[u8], funds: &Coins) -> Outcome<MessageInfo> {
    Ok(MessageInfo {
        sender: Addr::unchecked(address::humanize(sender)?),
        funds: funds
            .iter()
            .map(|(denom, amount)| Coin::new(amount, denom))
            .collect(),
    })
}

/// Calls the contract at `address`, which runs the code with this checksum. `Err` of
/// the inner result is the contract's own refusal.
pub(super) fn call<T: DeserializeOwned>(
    ctx: &mut Context,
    checksum: &[u8],
    address: &[u8],
    entry: Entry<'_>,
) -> Outcome<Result<T, String>> {
    let compiled = load(ctx, checksum)?;
    let env = env(ctx, address)?;
    let limit = ctx
        .gas
        .left()
        .min(NO_LIMIT)
        .saturating_mul(VM_GAS_PER_SDK_GAS);
    let shared = Rc::new(RefCell::new(std::mem::take(ctx)));
    let storage = ContractStorage::new(Rc::clone(&shared), address);
    let querier = ChainQuerier::new(Rc::clone(&shared));
    let ran = run(&compiled, storage, querier, limit, &env, entry);
    *ctx = shared.take();
    let (answer, internal) = ran;
    let bytes = answer.as_ref().map_or(0, |bytes| bytes.len() as u64);
    let parsing = bytes.saturating_mul(PER_ANSWER_BYTE * VM_GAS_PER_SDK_GAS);
    let internal = internal.saturating_add(parsing);
    ctx.gas
        .consume(internal / VM_GAS_PER_SDK_GAS, "wasm contract")?;
    // The VM stops exactly at its limit, so to be there is to be out of gas.
    if ctx.gas.left() == 0 && ctx.gas.limit != u64::MAX {
        return Err(OutOfGas("Wasm engine function execution").into());
    }
    let answer = answer.map_err(|error| Failure::new(VM_ERROR, vm_text(&error)))?;
    let parsed: ContractResult<T> = serde_json::from_slice(&answer)
        .map_err(|error| Failure::new(VM_ERROR, format!("the contract's answer: {error}")))?;
    Ok(parsed.into_result())
}

fn run(
    compiled: &Compiled,
    storage: ContractStorage,
    querier: ChainQuerier,
    limit: u64,
    env: &[u8],
    entry: Entry<'_>,
) -> (Result<Vec<u8>, VmError>, u64) {
    let mut instance = match compiled.instance(storage, querier, limit) {
        Ok(instance) => instance,
        Err(error) => return (Err(error), 0),
    };
    let info = |info: &MessageInfo| serde_json::to_vec(info).unwrap_or_default();
    let answer = match entry {
        Entry::Instantiate { info: i, msg } => {
            call_instantiate_raw(&mut instance, env, &info(&i), msg)
        }
        Entry::Execute { info: i, msg } => call_execute_raw(&mut instance, env, &info(&i), msg),
        Entry::Migrate { info, msg } => {
            let info = serde_json::to_vec(&info).unwrap_or_default();
            call_migrate_with_info_raw(&mut instance, env, msg, &info)
        }
        Entry::Reply(reply) => {
            let reply = serde_json::to_vec(&reply).unwrap_or_default();
            call_reply_raw(&mut instance, env, &reply)
        }
        Entry::Query { msg } => call_query_raw(&mut instance, env, msg),
    };
    let used = instance.create_gas_report().used_internally;
    (answer, used)
}

/// Compiled code: from this process's, else from what is stored.
fn load(ctx: &Context, checksum: &[u8]) -> Outcome<Compiled> {
    if let Some(found) = module::compiled(checksum) {
        return Ok(found);
    }
    let code = ctx.state.get(Module::Code, checksum);
    let code = code.ok_or_else(|| Failure::new(VM_ERROR, "the code is not stored"))?;
    module::compile(code).map_err(|error| Failure::new(VM_ERROR, vm_text(&error)))
}

/// The text that wasmvm gives (`RustError` in libwasmvm).
fn vm_text(error: &VmError) -> String {
    match error {
        VmError::GasDepletion { .. }
        | VmError::BackendErr {
            source: BackendError::OutOfGas {},
            ..
        } => "Out of gas".to_owned(),
        other => format!("Error calling the VM: {other}"),
    }
}

fn env(ctx: &Context, address: &[u8]) -> Outcome<Vec<u8>> {
    let transaction = ctx
        .tx
        .as_ref()
        .map(|tx| TransactionInfo::new(tx.index, Binary::from(tx.hash)));
    let env = Env {
        block: BlockInfo {
            height: ctx.block.height,
            time: Timestamp::from_nanos(ctx.block.time),
            chain_id: ctx.block.chain_id.clone(),
        },
        transaction,
        contract: ContractInfo {
            address: Addr::unchecked(address::humanize(address)?),
        },
    };
    serde_json::to_vec(&env).map_err(|error| Failure::new(VM_ERROR, error.to_string()))
}
