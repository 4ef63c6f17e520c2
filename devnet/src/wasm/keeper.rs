//! Code and contracts: wasmd's keeper with its keys, records, events and gas.

use std::ops::Bound;

use cosmrs::proto::cosmwasm::wasm::v1::{
    AbsoluteTxPosition, AccessConfig, AccessType, CodeInfo, ContractCodeHistoryEntry,
    ContractCodeHistoryOperationType as Operation,
};
use cosmrs::proto::traits::Message;
use vm_std::{Binary, Empty, MigrateInfo, Reply, Response, SystemError};

use super::call::{self, Entry};
use super::keys::{self, ContractRecord};
use super::querier::{deeper, no_such_code};
use super::{gzip, module, submessages};
use crate::address::{self, PREFIX};
use crate::auth;
use crate::bank;
use crate::coins::Coins;
use crate::context::Context;
use crate::error::*;
use crate::event::Event;
use crate::gas::{COMPILE_PER_BYTE, INSTANCE, INSTANCE_AGAIN};
use crate::store::Module;

/// What is to be instantiated.
pub(crate) struct Instantiate<'a> {
    pub(crate) code_id: u64,
    pub(crate) creator: &'a [u8],
    pub(crate) admin: &'a str,
    pub(crate) msg: &'a [u8],
    pub(crate) label: &'a str,
    pub(crate) funds: &'a Coins,
    /// Salt of an instantiate2, and whether its message is part of the address.
    pub(crate) salt: Option<(&'a [u8], bool)>,
}

/// Stores code and returns its ID and checksum.
pub(crate) fn store_code(
    ctx: &mut Context,
    creator: &str,
    code: &[u8],
    permission: Option<AccessConfig>,
) -> Outcome<(u64, Vec<u8>)> {
    // wasmd reads its parameters twice: default permission and who may upload.
    ctx.store(Module::Wasm).get(super::PARAMS)?;
    ctx.store(Module::Wasm).get(super::PARAMS)?;
    let code = gzip::unpacked(ctx, code)?;
    let cost = (code.len() as u64).saturating_mul(COMPILE_PER_BYTE);
    ctx.gas.consume(cost, "wasm contract")?;
    if let Some(refusal) = module::refusal(&code) {
        return Err(Failure::new(CREATE_FAILED, refusal));
    }
    let checksum = module::checksum(&code).to_vec();
    let id = next_id(ctx, keys::LAST_CODE)?;
    let everybody = AccessConfig {
        permission: AccessType::Everybody.into(),
        addresses: Vec::new(),
    };
    let record = CodeInfo {
        code_hash: checksum.clone(),
        creator: creator.to_owned(),
        instantiate_config: Some(permission.unwrap_or(everybody)),
    };
    ctx.store(Module::Wasm)
        .set(&keys::code(id), record.encode_to_vec())?;
    // wasmd means to name required capabilities here too, but drops them.
    let (shown, shown_id) = (hex::encode(&checksum), id.to_string());
    ctx.emit(Event::new(
        "store_code",
        [("code_checksum", &*shown), ("code_id", &*shown_id)],
    ));
    if ctx.state.get(Module::Code, &checksum).is_none() {
        ctx.state.set(Module::Code, &checksum, code);
    }
    Ok((id, checksum))
}

/// Makes a contract; returns its address and data.
pub(crate) fn instantiate(
    ctx: &mut Context,
    new: &Instantiate<'_>,
) -> Outcome<(Vec<u8>, Option<Binary>)> {
    let code = code_record(ctx, new.code_id)?.ok_or_else(|| no_such_code(new.code_id))?;
    let pinned = is_pinned(ctx, new.code_id)?;
    loading(
        ctx,
        &code.code_hash,
        pinned,
        "Loading CosmWasm module: instantiate",
    )?;
    let creator = address::humanize(new.creator)?;
    if !may_instantiate(&code, &creator) {
        return Err(Failure::new(UNAUTHORIZED, "can not instantiate"));
    }
    let contract = match new.salt {
        None => address::of_contract(new.code_id, next_id(ctx, keys::LAST_CONTRACT)?),
        Some((salt, fix_msg)) => {
            let msg = if fix_msg { new.msg } else { &[] };
            address::predictable(&code.code_hash, new.creator, salt, msg)
        }
    };
    if ctx.store(Module::Wasm).has(&keys::contract(&contract))? {
        let text = "contract address already exists, try a different combination of creator, \
                    checksum and salt";
        return Err(Failure::new(DUPLICATE, text));
    }
    match auth::get(ctx, &contract)? {
        Some(account) if account.sequence != 0 || account.pub_key.is_some() => {
            return Err(Failure::new(
                ACCOUNT_EXISTS,
                "address is claimed by external account",
            ));
        }
        Some(_) => {}
        None => {
            let account = auth::new(ctx, &contract)?;
            auth::set(ctx, &contract, &account)?;
        }
    }
    transfer(ctx, new.creator, &contract, new.funds)?;
    let info = call::message_info(new.creator, new.funds)?;
    let entry = Entry::Instantiate { info, msg: new.msg };
    let response: Result<Response<Empty>, String> =
        call::call(ctx, &code.code_hash, &contract, entry)?;
    let response =
        response.map_err(|text| Failure::new(INSTANTIATE_FAILED, text).deterministic())?;
    let human = address::humanize(&contract)?;
    let position = ctx.position();
    let port = human.strip_prefix(PREFIX).unwrap_or_default();
    let record = ContractRecord {
        code_id: new.code_id,
        creator,
        admin: new.admin.to_owned(),
        label: new.label.to_owned(),
        created: Some(proto_position(position)),
        ibc_port_id: String::new(),
        ibc2_port_id: format!("wasm2{port}"),
    };
    let place = keys::position(position);
    let by_code = [
        keys::contracts_of_code(new.code_id),
        place.clone(),
        contract.clone(),
    ]
    .concat();
    let by_creator = [
        keys::contracts_of_creator(new.creator),
        place,
        contract.clone(),
    ]
    .concat();
    ctx.store(Module::Wasm).set(&by_code, Vec::new())?;
    ctx.store(Module::Wasm).set(&by_creator, Vec::new())?;
    append_history(ctx, &contract, Operation::Init, new.code_id, new.msg)?;
    ctx.store(Module::Wasm)
        .set(&keys::contract(&contract), record.encode_to_vec())?;
    let id = new.code_id.to_string();
    ctx.emit(Event::new(
        "instantiate",
        [("_contract_address", &*human), ("code_id", &*id)],
    ));
    let data =
        submessages::respond(ctx, &contract, response).map_err(|error| error.wrap("dispatch"))?;
    Ok((contract, data))
}

/// Executes a contract; returns its data.
pub(crate) fn execute(
    ctx: &mut Context,
    contract: &[u8],
    sender: &[u8],
    msg: &[u8],
    funds: &Coins,
) -> Outcome<Option<Binary>> {
    let (record, code) = instance(ctx, contract)?;
    let pinned = is_pinned(ctx, record.code_id)?;
    loading(
        ctx,
        &code.code_hash,
        pinned,
        "Loading CosmWasm module: execute",
    )?;
    transfer(ctx, sender, contract, funds)?;
    let info = call::message_info(sender, funds)?;
    let response: Result<Response<Empty>, String> =
        call::call(ctx, &code.code_hash, contract, Entry::Execute { info, msg })?;
    let response = response.map_err(|text| Failure::new(EXECUTE_FAILED, text).deterministic())?;
    let human = address::humanize(contract)?;
    ctx.emit(Event::new("execute", [("_contract_address", &human)]));
    submessages::respond(ctx, contract, response)
}

/// Gives a contract other code; returns its data.
pub(crate) fn migrate(
    ctx: &mut Context,
    contract: &[u8],
    caller: &[u8],
    code_id: u64,
    msg: &[u8],
) -> Outcome<Option<Binary>> {
    let unknown = |text: &str| Failure::new(INVALID_REQUEST, text);
    let mut record = contract_record(ctx, contract)?.ok_or_else(|| unknown("unknown contract"))?;
    let sender = address::humanize(caller)?;
    if record.admin != sender {
        return Err(Failure::new(UNAUTHORIZED, "can not migrate"));
    }
    let code = code_record(ctx, code_id)?.ok_or_else(|| unknown("unknown code"))?;
    if !may_instantiate(&code, &sender) {
        return Err(Failure::new(UNAUTHORIZED, "to use new code"));
    }
    code_record(ctx, record.code_id)?;
    let pinned = is_pinned(ctx, code_id)?;
    loading(
        ctx,
        &code.code_hash,
        pinned,
        "Loading CosmWasm module: migrate",
    )?;
    let info = MigrateInfo {
        sender: vm_std::Addr::unchecked(sender),
        old_migrate_version: None,
    };
    let response: Result<Response<Empty>, String> =
        call::call(ctx, &code.code_hash, contract, Entry::Migrate { info, msg })?;
    let response = response.map_err(|text| Failure::new(MIGRATION_FAILED, text).deterministic())?;
    if let Some((_, last)) = last_history(ctx, contract)? {
        let updated = last.updated.unwrap_or_default();
        let place = keys::position((updated.block_height, updated.tx_index));
        let key = [
            keys::contracts_of_code(last.code_id),
            place,
            contract.to_vec(),
        ]
        .concat();
        ctx.store(Module::Wasm).remove(&key)?;
    }
    append_history(ctx, contract, Operation::Migrate, code_id, msg)?;
    let place = keys::position(ctx.position());
    let by_code = [keys::contracts_of_code(code_id), place, contract.to_vec()].concat();
    ctx.store(Module::Wasm).set(&by_code, Vec::new())?;
    record.code_id = code_id;
    ctx.store(Module::Wasm)
        .set(&keys::contract(contract), record.encode_to_vec())?;
    let (human, id) = (address::humanize(contract)?, code_id.to_string());
    ctx.emit(Event::new(
        "migrate",
        [("code_id", &*id), ("_contract_address", &*human)],
    ));
    submessages::respond(ctx, contract, response).map_err(|error| error.wrap("dispatch"))
}

/// Tells a contract what came of a message of it.
pub(super) fn reply(ctx: &mut Context, contract: &[u8], reply: Reply) -> Outcome<Option<Binary>> {
    let (_, code) = instance(ctx, contract)?;
    let cost = submessages::reply_cost(&reply);
    ctx.gas.consume(
        cost.saturating_add(INSTANCE_AGAIN),
        "Loading CosmWasm module: reply",
    )?;
    let response: Result<Response<Empty>, String> =
        call::call(ctx, &code.code_hash, contract, Entry::Reply(reply))?;
    let response = response.map_err(|text| Failure::new(EXECUTE_FAILED, text).deterministic())?;
    let human = address::humanize(contract)?;
    ctx.emit(Event::new("reply", [("_contract_address", &human)]));
    submessages::respond(ctx, contract, response).map_err(|error| error.wrap("dispatch"))
}

/// Asks a contract.
pub(crate) fn query_smart(ctx: &mut Context, contract: &[u8], msg: &[u8]) -> Outcome<Vec<u8>> {
    deeper(ctx)?;
    let (record, code) = instance(ctx, contract)?;
    let pinned = is_pinned(ctx, record.code_id)?;
    loading(
        ctx,
        &code.code_hash,
        pinned,
        "Loading CosmWasm module: query",
    )?;
    let answer: Result<Binary, String> =
        call::call(ctx, &code.code_hash, contract, Entry::Query { msg })?;
    let answer = answer.map_err(|text| Failure::new(QUERY_FAILED, text).deterministic())?;
    Ok(answer.to_vec())
}

/// Sets a contract's admin, or takes it away with an empty one.
pub(crate) fn set_admin(
    ctx: &mut Context,
    contract: &[u8],
    caller: &str,
    admin: &str,
) -> Outcome<()> {
    let record = contract_record(ctx, contract)?;
    let mut record = record.ok_or_else(|| Failure::new(INVALID_REQUEST, "unknown contract"))?;
    if record.admin != caller {
        return Err(Failure::new(UNAUTHORIZED, "can not modify contract"));
    }
    admin.clone_into(&mut record.admin);
    ctx.store(Module::Wasm)
        .set(&keys::contract(contract), record.encode_to_vec())?;
    let human = address::humanize(contract)?;
    ctx.emit(Event::new(
        "update_contract_admin",
        [("_contract_address", &*human), ("new_admin_address", admin)],
    ));
    Ok(())
}

fn transfer(ctx: &mut Context, from: &[u8], to: &[u8], funds: &Coins) -> Outcome<()> {
    if funds.is_empty() {
        return Ok(());
    }
    let before = ctx.events.len();
    bank::send_checked(ctx, from, to, funds)?;
    let sent = ctx.events.split_off(before);
    ctx.events
        .extend(sent.into_iter().filter(|event| event.kind != "message"));
    Ok(())
}

fn loading(ctx: &mut Context, checksum: &[u8], pinned: bool, place: &'static str) -> Outcome<()> {
    let known = match &mut ctx.loaded {
        Some(loaded) => pinned || !loaded.insert(checksum.to_vec()),
        None => pinned,
    };
    ctx.gas
        .consume(if known { INSTANCE_AGAIN } else { INSTANCE }, place)?;
    Ok(())
}

fn may_instantiate(code: &CodeInfo, who: &str) -> bool {
    let Some(config) = &code.instantiate_config else {
        return false;
    };
    if config.permission == i32::from(AccessType::Everybody) {
        return true;
    }
    let any = config.permission == i32::from(AccessType::AnyOfAddresses);
    any && config.addresses.iter().any(|address| address == who)
}

fn instance(ctx: &mut Context, contract: &[u8]) -> Outcome<(ContractRecord, CodeInfo)> {
    let record = match contract_record(ctx, contract)? {
        Some(record) => record,
        None => return Err(no_such_contract(&address::humanize(contract)?)),
    };
    let code = code_record(ctx, record.code_id)?.ok_or_else(|| no_such_code(record.code_id))?;
    Ok((record, code))
}

pub(super) fn no_such_contract(address: &str) -> Failure {
    let addr = address.to_owned();
    Failure::new(NO_SUCH_CONTRACT, format!("address {address}"))
        .with_system(SystemError::NoSuchContract { addr })
}

fn corrupt(error: cosmrs::proto::prost::DecodeError) -> Failure {
    Failure::new(INVALID, format!("stored record: {error}"))
}

pub(super) fn contract_record(
    ctx: &mut Context,
    contract: &[u8],
) -> Outcome<Option<ContractRecord>> {
    let bytes = ctx.store(Module::Wasm).get(&keys::contract(contract))?;
    bytes
        .map(|bytes| ContractRecord::decode(&*bytes).map_err(corrupt))
        .transpose()
}

pub(super) fn code_record(ctx: &mut Context, id: u64) -> Outcome<Option<CodeInfo>> {
    let bytes = ctx.store(Module::Wasm).get(&keys::code(id))?;
    bytes
        .map(|bytes| CodeInfo::decode(&*bytes).map_err(corrupt))
        .transpose()
}

pub(super) fn is_pinned(ctx: &mut Context, code_id: u64) -> Outcome<bool> {
    Ok(ctx.store(Module::Wasm).has(&keys::pinned(code_id))?)
}

fn next_id(ctx: &mut Context, key: &[u8]) -> Outcome<u64> {
    let bytes = ctx.store(Module::Wasm).get(key)?;
    let id = bytes
        .and_then(|bytes| bytes.try_into().ok())
        .map_or(1, u64::from_be_bytes);
    let next = id.saturating_add(1).to_be_bytes().to_vec();
    ctx.store(Module::Wasm).set(key, next)?;
    Ok(id)
}

fn proto_position((block_height, tx_index): (u64, u64)) -> AbsoluteTxPosition {
    AbsoluteTxPosition {
        block_height,
        tx_index,
    }
}

/// The last entry of a contract's history and its number.
fn last_history(
    ctx: &mut Context,
    contract: &[u8],
) -> Outcome<Option<(u64, ContractCodeHistoryEntry)>> {
    let prefix = keys::history(contract);
    let end = crate::store::after_prefix(&prefix);
    let bounds = (Bound::Included(&prefix[..]), Bound::Excluded(&end[..]));
    let found = ctx.state.first(Module::Wasm, bounds.0, bounds.1, true);
    ctx.store(Module::Wasm).seek(found.as_ref())?;
    let Some((key, value)) = found else {
        return Ok(None);
    };
    let number = key
        .get(prefix.len()..)
        .and_then(|bytes| bytes.try_into().ok());
    let entry = ContractCodeHistoryEntry::decode(&*value).map_err(corrupt)?;
    Ok(Some((number.map_or(0, u64::from_be_bytes), entry)))
}

fn append_history(
    ctx: &mut Context,
    contract: &[u8],
    operation: Operation,
    code_id: u64,
    msg: &[u8],
) -> Outcome<()> {
    let number = last_history(ctx, contract)?
        .map_or(0, |(number, _)| number)
        .saturating_add(1);
    let entry = ContractCodeHistoryEntry {
        operation: operation.into(),
        code_id,
        updated: Some(proto_position(ctx.position())),
        msg: msg.to_vec(),
    };
    let key = [keys::history(contract), number.to_be_bytes().to_vec()].concat();
    ctx.store(Module::Wasm).set(&key, entry.encode_to_vec())?;
    Ok(())
}
