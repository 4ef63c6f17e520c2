//! Answers, one file per subject.

mod batches;
mod due;
mod orders;

use compute_api::market::{
    AllTermsResponse, HoldingsResponse, ProgramsResponse, QueryMsg, Registration, TermsResponse,
};
use compute_api::page;
use contract_kit::wiring;
use cosmwasm_std::{Addr, Binary, Deps, Env, HexBinary, Order, StdResult, to_json_binary};
use cw_storage_plus::Bound;

use crate::{
    ContractError,
    execute::terms::DEFAULT,
    state::{DeclaredTerms, HOLDINGS, LAST_HALT, PARAMS, PROGRAMS, REGISTRATIONS, TERMS, TIMELOCK},
};

/// Answers a query.
pub(crate) fn answer(deps: Deps<'_>, env: &Env, msg: QueryMsg) -> Result<Binary, ContractError> {
    use QueryMsg as Msg;

    let binary = match msg {
        Msg::Ownership {} => to_json_binary(&cw_ownable::get_ownership(deps.storage)?),
        Msg::Contracts {} => to_json_binary(&wiring::contracts(deps.storage)?),
        Msg::Params {} => to_json_binary(&PARAMS.load(deps.storage)?),
        Msg::Announced { start_after, limit } => {
            to_json_binary(&TIMELOCK.list(deps.storage, start_after, limit)?)
        }
        Msg::Holdings {} => to_json_binary(&holdings(deps)?),
        Msg::LastHalt {} => to_json_binary(&LAST_HALT.may_load(deps.storage)?),

        Msg::Program { program } => {
            to_json_binary(&PROGRAMS.may_load(deps.storage, program.as_slice())?)
        }
        Msg::Programs { start_after, limit } => {
            to_json_binary(&programs(deps, start_after.as_ref(), limit)?)
        }
        Msg::Registration { registrar } => to_json_binary(&registration(deps, &registrar)?),
        Msg::Terms { operator } => to_json_binary(&terms(deps, &operator)?),
        Msg::AllTerms { start_after, limit } => {
            to_json_binary(&all_terms(deps, start_after, limit)?)
        }

        Msg::Quote { amount, mode } => to_json_binary(&orders::quote(deps, env, amount, mode)?),
        Msg::Order { order } => to_json_binary(&crate::state::order(deps.storage, order)?),
        Msg::Orders {
            owner,
            coordinator,
            issuer,
            start_after,
            limit,
        } => {
            let named = orders::Named {
                owner,
                coordinator,
                issuer,
            };
            to_json_binary(&orders::orders(deps, &named, start_after, limit)?)
        }
        Msg::RedemptionQueue {
            issuer,
            start_after,
            limit,
        } => to_json_binary(&orders::queue(deps, &issuer, start_after, limit)?),

        Msg::Batch { batch } => to_json_binary(&batches::one(deps, env, batch)?),
        Msg::Batches {
            order,
            worker,
            state,
            start_after,
            limit,
        } => {
            let named = batches::Named {
                order,
                worker,
                state,
            };
            to_json_binary(&batches::batches(deps, env, &named, start_after, limit)?)
        }
        Msg::Slot { slot } => to_json_binary(&batches::slot(deps, slot)?),
        Msg::Slots { start_after, limit } => {
            to_json_binary(&batches::slots(deps, start_after, limit)?)
        }
        Msg::Openings { batch } => to_json_binary(&batches::openings(deps, env, batch)?),
        Msg::Demands {
            batch,
            start_after,
            limit,
        } => to_json_binary(&batches::demands(deps, batch, start_after, limit)?),
        Msg::Voids {
            batch,
            start_after,
            limit,
        } => to_json_binary(&batches::voids(deps, batch, start_after, limit)?),
        Msg::Exposure { worker } => to_json_binary(&batches::exposure(deps, &worker)?),
        Msg::Deadlines {
            until,
            start_after,
            limit,
        } => to_json_binary(&due::deadlines(deps, env, until, start_after, limit)?),
    };
    Ok(binary?)
}

fn holdings(deps: Deps<'_>) -> StdResult<HoldingsResponse> {
    let held = HOLDINGS.load(deps.storage)?;
    Ok(HoldingsResponse {
        free: held.free,
        reserved: held.reserved,
        fees: held.fees,
        bonds: held.bonds,
    })
}

fn programs(
    deps: Deps<'_>,
    start_after: Option<&HexBinary>,
    limit: Option<u32>,
) -> StdResult<ProgramsResponse> {
    let start = start_after.map(|hash| Bound::exclusive(hash.as_slice()));
    let programs = PROGRAMS
        .range(deps.storage, start, None, Order::Ascending)
        .take(page::limit(limit))
        .map(|entry| entry.map(|(_, program)| program));
    Ok(ProgramsResponse {
        programs: programs.collect::<StdResult<_>>()?,
    })
}

fn registration(deps: Deps<'_>, registrar: &str) -> StdResult<Option<Registration>> {
    let registrar = deps.api.addr_validate(registrar)?;
    let found = REGISTRATIONS.may_load(deps.storage, &registrar)?;
    Ok(found.map(|state| Registration {
        registrar,
        program: state.program,
        slots: state.slots,
        operations: state.operations,
        cost: state.cost,
        started_at: state.started_at,
    }))
}

fn terms(deps: Deps<'_>, operator: &str) -> StdResult<TermsResponse> {
    let operator = deps.api.addr_validate(operator)?;
    let declared = TERMS.may_load(deps.storage, &operator)?;
    Ok(described(operator, declared))
}

fn all_terms(
    deps: Deps<'_>,
    start_after: Option<String>,
    limit: Option<u32>,
) -> StdResult<AllTermsResponse> {
    let start = start_after.map(|start| deps.api.addr_validate(&start));
    let start = start.transpose()?;
    let terms = TERMS
        .range(
            deps.storage,
            start.as_ref().map(Bound::exclusive),
            None,
            Order::Ascending,
        )
        .take(page::limit(limit))
        .map(|entry| entry.map(|(operator, declared)| described(operator, Some(declared))));
    Ok(AllTermsResponse {
        terms: terms.collect::<StdResult<_>>()?,
    })
}

fn described(operator: Addr, declared: Option<DeclaredTerms>) -> TermsResponse {
    TermsResponse {
        operator,
        terms: declared.map_or(DEFAULT, |declared| declared.terms),
        declared_at: declared.map(|declared| declared.declared_at),
    }
}
