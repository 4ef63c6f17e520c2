//! The contract's beginning, and who owns it.

use compute_api::{
    Contracts,
    oracle::{InstantiateMsg, events::OracleEvent},
};
use contract_kit::wiring;
use cosmwasm_std::{DepsMut, Env, Event, MessageInfo, Response};
use cw_ownable::Action;

use crate::{
    ContractError, census, params, peg,
    state::{
        BEACON_NETWORK, GUARDIAN, HELD, Held, LAST_CENSUS, LAST_OPENED, MINTED, Minted, PARAMS,
        PAUSES, PEG, Pauses, TIERS, TOTALS, Totals, add_step,
    },
};

pub(crate) fn instantiate(
    deps: DepsMut,
    env: &Env,
    msg: InstantiateMsg,
) -> Result<Response, ContractError> {
    census::network(&msg.beacon)?;
    params::validate(&msg.params, &msg.beacon)?;
    params::validate_tiers(&msg.tiers)?;
    let mainstream = msg.tiers.iter().find(|tier| tier.id == msg.mainstream);
    let mainstream = mainstream.ok_or(ContractError::NotFound {
        what: "tier",
        key: msg.mainstream,
    })?;
    let step = peg::first_step(mainstream, &msg.params.peg, env.block.time.seconds())?;

    cw_ownable::initialize_owner(deps.storage, deps.api, Some(&msg.owner))?;
    GUARDIAN.save(deps.storage, &deps.api.addr_validate(&msg.guardian)?)?;
    PARAMS.save(deps.storage, &msg.params)?;
    TIERS.save(deps.storage, &msg.tiers)?;
    BEACON_NETWORK.save(deps.storage, &msg.beacon)?;
    PAUSES.save(deps.storage, &Pauses::default())?;
    add_step(deps.storage, &step)?;
    HELD.save(deps.storage, &Held::default())?;
    TOTALS.save(deps.storage, &Totals::default())?;
    MINTED.save(deps.storage, &Minted::default())?;
    LAST_CENSUS.save(deps.storage, &0)?;
    LAST_OPENED.save(deps.storage, &0)?;

    match msg.contracts {
        None => Ok(Response::new()),
        Some(contracts) => Ok(Response::new().add_event(wire(deps, env, contracts)?)),
    }
}

/// Sets, once, who the contracts are.
pub(crate) fn activate(
    deps: DepsMut,
    env: Env,
    _info: MessageInfo,
    contracts: Contracts,
) -> Result<Response, ContractError> {
    Ok(Response::new().add_event(wire(deps, &env, contracts)?))
}

fn wire(deps: DepsMut, env: &Env, contracts: Contracts) -> Result<Event, ContractError> {
    let this = &env.contract.address;
    wiring::activate(deps.storage, deps.api, this, |of| &of.oracle, contracts)?;
    let step = PEG.load(deps.storage)?;
    let reserve = PARAMS.load(deps.storage)?.reserve;
    Ok(OracleEvent::Activated {
        tier: step.tier,
        opc: step.start,
        time: env.block.time.seconds(),
        bond_per_coin: reserve.bond_per_coin.amount,
        horizon: reserve.horizon,
    }
    .into())
}

/// Hands the contract over; `cw-ownable` checks by whom.
pub(crate) fn update_ownership(
    deps: DepsMut,
    env: Env,
    info: MessageInfo,
    action: Action,
) -> Result<Response, ContractError> {
    let ownership = cw_ownable::update_ownership(deps, &env.block, &info.sender, action)?;
    Ok(Response::new().add_attributes(ownership.into_attributes()))
}
