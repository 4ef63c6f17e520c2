//! Entry points: they check who may, and dispatch.

use compute_api::oracle::{ExecuteMsg, InstantiateMsg, MigrateMsg, QueryMsg};
use contract_kit::{funds, version};
use cosmwasm_std::{Binary, Deps, DepsMut, Env, MessageInfo, Response, StdResult, to_json_binary};

use crate::{
    ContractError,
    execute::{
        activate, beacons, bond, census, changes, faults, issuers, membership, mint, operators,
        pauses, receive, reindex, shortfall,
    },
    query, roles,
};

/// The name that `cw2` keeps.
pub const CONTRACT_NAME: &str = "ballast:reserve-oracle";

/// The version that `cw2` keeps.
pub const CONTRACT_VERSION: &str = env!("CARGO_PKG_VERSION");

/// Makes the oracle, with no issuer and no census.
///
/// # Errors
/// [`ContractError`] for a beacon, parameters, tiers or addresses that do not hold.
#[cfg_attr(not(feature = "library"), cosmwasm_std::entry_point)]
pub fn instantiate(
    deps: DepsMut,
    env: Env,
    info: MessageInfo,
    msg: InstantiateMsg,
) -> Result<Response, ContractError> {
    funds::none(&info)?;
    version::set(deps.storage, CONTRACT_NAME, CONTRACT_VERSION)?;
    activate::instantiate(deps, &env, msg)
}

/// Does what a message says.
///
/// # Errors
/// [`ContractError`]: who may not, and what does not fit.
#[cfg_attr(not(feature = "library"), cosmwasm_std::entry_point)]
pub fn execute(
    deps: DepsMut,
    env: Env,
    info: MessageInfo,
    msg: ExecuteMsg,
) -> Result<Response, ContractError> {
    use ExecuteMsg as Msg;

    roles::check(deps.as_ref(), &info, &msg)?;
    match msg {
        Msg::Activate { contracts } => activate::activate(deps, env, info, contracts),
        Msg::UpdateOwnership(action) => activate::update_ownership(deps, env, info, action),

        Msg::Announce { change } => changes::announce(deps, env, info, change),
        Msg::Apply { id } => changes::apply(deps, env, info, id),
        Msg::Cancel { id } => changes::cancel(deps, env, info, id),
        Msg::Pause { what, seconds } => pauses::pause(deps, env, info, what, seconds),
        Msg::Resume { what } => pauses::resume(deps, env, info, what),
        Msg::AdmitIssuer { issuer, identity } => issuers::admit(deps, env, info, issuer, identity),

        Msg::UpdateIdentity { identity } => issuers::update_identity(deps, env, info, identity),
        Msg::PostBond { issuer } => bond::post(deps, env, info, issuer),
        Msg::WithdrawBond { amount } => bond::withdraw(deps, env, info, amount),
        Msg::ClaimBond {} => bond::claim(deps, env, info),
        Msg::Commit { rate, until } => issuers::commit(deps, env, info, rate, until),
        Msg::InviteOperator { operator } => membership::invite(deps, env, info, operator),
        Msg::RemoveOperator { operator } => membership::remove(deps, env, info, operator),
        Msg::Mint { recipient, amount } => mint::mint(deps, env, info, recipient, amount),
        Msg::Assume { amount } => mint::assume(deps, env, info, amount),

        Msg::DeclareDevices { devices } => operators::declare_devices(deps, env, info, devices),
        Msg::JoinIssuer { issuer } => membership::join(deps, env, info, issuer),
        Msg::LeaveIssuer {} => membership::leave(deps, env, info),
        Msg::CommitCensus {
            slot,
            units,
            root,
            open,
        } => census::commit(deps, env, info, slot, units, root, open),

        Msg::OpenCensus { beacon } => census::open(deps, env, info, beacon),
        Msg::SealCensus {} => census::seal(deps, env, info),
        Msg::PostBeacon { beacon } => beacons::post(deps, env, info, beacon),
        Msg::AnswerCensus { operator, answer } => census::answer(deps, env, info, operator, answer),
        Msg::CloseCensus {} => census::close(deps, env, info),
        Msg::ReportMissed { operator } => faults::report_missed(deps, env, info, operator),
        Msg::ReportUnanswered { operator } => faults::report_unanswered(deps, env, info, operator),

        Msg::ProposeReindex {} => reindex::propose(deps, env, info),
        Msg::VetoReindex {} => reindex::veto(deps, env, info),
        Msg::ApplyReindex {} => reindex::apply(deps, env, info),

        Msg::Flag { issuer } => shortfall::flag(deps, env, info, issuer),
        Msg::Cure { issuer } => shortfall::cure(deps, env, info, issuer),
        Msg::Default { issuer } => shortfall::default(deps, env, info, issuer),

        Msg::Receive(msg) => receive::receive(deps, env, info, msg),
        Msg::SetStanding { operator, standing } => {
            operators::set_standing(deps, env, info, operator, standing)
        }
        Msg::SlashIssuer { operator, fraction } => bond::slash(deps, env, info, operator, fraction),
    }
}

/// Answers a query.
///
/// # Errors
/// For what does not exist.
#[cfg_attr(not(feature = "library"), cosmwasm_std::entry_point)]
pub fn query(deps: Deps, env: Env, msg: QueryMsg) -> StdResult<Binary> {
    use QueryMsg as Msg;
    use query::{backing, census, operators, peg, settings};

    let env = &env;
    match msg {
        Msg::Ownership {} => to_json_binary(&cw_ownable::get_ownership(deps.storage)?),
        Msg::Contracts {} => to_json_binary(&settings::contracts(deps)?),
        Msg::Params {} => to_json_binary(&settings::params(deps)?),
        Msg::Guardian {} => to_json_binary(&settings::guardian(deps)?),
        Msg::Announced { start_after, limit } => {
            to_json_binary(&settings::announced(deps, start_after, limit)?)
        }
        Msg::Pauses {} => to_json_binary(&settings::pauses(deps, env)?),
        Msg::BeaconNetwork {} => to_json_binary(&settings::beacon_network(deps)?),
        Msg::Beacon { round } => to_json_binary(&settings::beacon(deps, round)?),

        Msg::Peg {} => to_json_binary(&peg::peg(deps, env)?),
        Msg::PegAt { time } => to_json_binary(&peg::peg_at(deps, env, time)?),
        Msg::PegHistory { start_after, limit } => {
            to_json_binary(&peg::peg_history(deps, start_after, limit)?)
        }
        Msg::Tiers {} => to_json_binary(&peg::tiers(deps)?),

        Msg::Backing { start_after, limit } => {
            to_json_binary(&backing::backing(deps, env, start_after, limit)?)
        }
        Msg::MintAllowance { issuer } => {
            to_json_binary(&backing::mint_allowance(deps, env, issuer)?)
        }
        Msg::Issuer { issuer } => to_json_binary(&backing::issuer(deps, env, issuer)?),
        Msg::Issuers { start_after, limit } => {
            to_json_binary(&backing::issuers(deps, env, start_after, limit)?)
        }

        Msg::Census {} => to_json_binary(&census::census(deps, env)?),
        Msg::Censuses { start_after, limit } => {
            to_json_binary(&census::censuses(deps, env, start_after, limit)?)
        }
        Msg::Operator { operator } => to_json_binary(&operators::operator(deps, env, operator)?),
        Msg::Operators {
            issuer,
            start_after,
            limit,
        } => to_json_binary(&operators::operators(
            deps,
            env,
            issuer,
            start_after,
            limit,
        )?),
    }
}

/// Migrates to this version, from any earlier one.
///
/// # Errors
/// For the state of another contract or of a later version.
#[cfg_attr(not(feature = "library"), cosmwasm_std::entry_point)]
pub fn migrate(deps: DepsMut, _env: Env, _msg: MigrateMsg) -> Result<Response, ContractError> {
    version::migrate(deps.storage, CONTRACT_NAME, CONTRACT_VERSION)?;
    Ok(Response::new())
}
