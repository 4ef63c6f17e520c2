//! What contracts may ask the chain.

use cosmwasm_vm::{BackendError, BackendResult, GasInfo, Querier};
use serde::Serialize;
use vm_std::{
    Addr, BalanceResponse, BankQuery, Binary, CodeInfoResponse, Coin, ContractInfoResponse,
    ContractResult, Empty, QueryRequest, SupplyResponse, SystemError, SystemResult, WasmQuery,
};

use super::storage::Shared;
use super::{keeper, keys};
use crate::address;
use crate::bank;
use crate::context::Context;
use crate::error::{EMPTY, Failure, INVALID_REQUEST, NO_SUCH_CODE, Outcome};
use crate::gas::{Meter, VM_GAS_PER_SDK_GAS};
use crate::store::Module;

/// How deep queries may nest (`DefaultMaxQueryStackSize` in wasmd).
const MAX_QUERY_DEPTH: u32 = 10;

/// Answers queries in the state as it is in the middle of the call.
pub(super) struct ChainQuerier(Shared);

impl ChainQuerier {
    pub(super) fn new(ctx: Shared) -> Self {
        Self(ctx)
    }
}

type Answer = SystemResult<ContractResult<Binary>>;

impl Querier for ChainQuerier {
    fn query_raw(&self, request: &[u8], gas_limit: u64) -> BackendResult<Answer> {
        let request = match serde_json::from_slice::<QueryRequest<Empty>>(request) {
            Ok(request) => request,
            Err(error) => {
                let refusal = SystemError::InvalidRequest {
                    error: error.to_string(),
                    request: Binary::from(request),
                };
                return (Ok(SystemResult::Err(refusal)), GasInfo::free());
            }
        };
        let mut outer = self.0.borrow_mut();
        // What a query changes is dropped with its context.
        let mut ctx = outer.clone();
        ctx.events.clear();
        ctx.gas = Meter::new(gas_limit / VM_GAS_PER_SDK_GAS);
        let answer = answer(&mut ctx, request);
        let used = ctx.gas.used;
        outer.loaded = ctx.loaded;
        let charged = outer.gas.consume(used, "contract sub-query");
        let info = GasInfo::with_externally_used(used.saturating_mul(VM_GAS_PER_SDK_GAS));
        let failure = match answer {
            _ if charged.is_err() => return (Err(BackendError::out_of_gas()), info),
            Ok(bytes) => {
                let answer = SystemResult::Ok(ContractResult::Ok(Binary::from(bytes)));
                return (Ok(answer), info);
            }
            Err(failure) => failure,
        };
        if failure.gas.is_some() {
            return (Err(BackendError::out_of_gas()), info);
        }
        let answer = match failure.system.clone() {
            Some(system) => SystemResult::Err(system),
            None => SystemResult::Ok(ContractResult::Err(failure.redacted())),
        };
        (Ok(answer), info)
    }
}

fn json(answer: &impl Serialize) -> Outcome<Vec<u8>> {
    serde_json::to_vec(answer).map_err(|error| Failure::new(INVALID_REQUEST, error.to_string()))
}

fn unsupported(kind: &str) -> Failure {
    let kind = kind.to_owned();
    let text = format!("unsupported request: {kind}");
    Failure::new(INVALID_REQUEST, text).with_system(SystemError::UnsupportedRequest { kind })
}

fn answer(ctx: &mut Context, request: QueryRequest<Empty>) -> Outcome<Vec<u8>> {
    match request {
        QueryRequest::Bank(query) => bank_query(ctx, query),
        QueryRequest::Wasm(query) => wasm_query(ctx, query),
        QueryRequest::Custom(_) => Err(unsupported("custom")),
        _ => Err(unsupported("devnet has no such module")),
    }
}

fn bank_query(ctx: &mut Context, query: BankQuery) -> Outcome<Vec<u8>> {
    match query {
        BankQuery::Balance { address, denom } => {
            let amount = bank::balance(ctx, &address::canonicalize(&address)?, &denom)?;
            json(&BalanceResponse::new(Coin::new(amount, denom)))
        }
        BankQuery::Supply { denom } => {
            ctx.gas.consume(crate::gas::READ_FLAT, "Supply")?;
            let amount = bank::supply_of(&ctx.state, &denom);
            json(&SupplyResponse::new(Coin::new(amount, denom)))
        }
        _ => Err(unsupported("unknown BankQuery variant")),
    }
}

fn wasm_query(ctx: &mut Context, query: WasmQuery) -> Outcome<Vec<u8>> {
    match query {
        WasmQuery::Smart { contract_addr, msg } => {
            keeper::query_smart(ctx, &address::canonicalize(&contract_addr)?, &msg)
        }
        WasmQuery::Raw { contract_addr, key } => {
            let mut whole = keys::contract_store(&address::canonicalize(&contract_addr)?);
            whole.extend_from_slice(&key);
            let value = ctx.store(Module::Wasm).get(&whole)?;
            Ok(value.unwrap_or_default())
        }
        WasmQuery::ContractInfo { contract_addr } => {
            let contract = address::canonicalize(&contract_addr)?;
            let info = keeper::contract_record(ctx, &contract)?;
            let info = info.ok_or_else(|| keeper::no_such_contract(&contract_addr))?;
            let pinned = keeper::is_pinned(ctx, info.code_id)?;
            let admin = (!info.admin.is_empty()).then(|| Addr::unchecked(info.admin));
            let creator = Addr::unchecked(info.creator);
            let (port, port2) = (Some(info.ibc_port_id), Some(info.ibc2_port_id));
            let some = |port: Option<String>| port.filter(|port| !port.is_empty());
            json(&ContractInfoResponse::new(
                info.code_id,
                creator,
                admin,
                pinned,
                some(port),
                some(port2),
            ))
        }
        WasmQuery::CodeInfo { code_id } => {
            if code_id == 0 {
                return Err(Failure::new(EMPTY, "code id"));
            }
            let info = keeper::code_record(ctx, code_id)?.ok_or_else(|| no_such_code(code_id))?;
            let checksum = vm_std::Checksum::try_from(info.code_hash.as_slice());
            let checksum =
                checksum.map_err(|error| Failure::new(NO_SUCH_CODE, error.to_string()))?;
            json(&CodeInfoResponse::new(
                code_id,
                Addr::unchecked(info.creator),
                checksum,
            ))
        }
        _ => Err(unsupported("unknown WasmQuery variant")),
    }
}

pub(super) fn no_such_code(code_id: u64) -> Failure {
    Failure::new(NO_SUCH_CODE, format!("code id {code_id}"))
        .with_system(SystemError::NoSuchCode { code_id })
}

/// One level deeper.
///
/// # Errors
/// Past the depth that wasmd allows.
pub(super) fn deeper(ctx: &mut Context) -> Outcome<()> {
    ctx.query_depth = ctx.query_depth.saturating_add(1);
    if ctx.query_depth > MAX_QUERY_DEPTH {
        return Err(Failure::new(crate::error::QUERY_DEPTH, ""));
    }
    Ok(())
}
