//! Entry points: who may, then where to.

use compute_api::votes::{ExecuteMsg, InstantiateMsg, MigrateMsg, QueryMsg};
use contract_kit::{funds, version};
use cosmwasm_std::{Binary, Deps, DepsMut, Env, MessageInfo, Response, Uint128};

use crate::{
    ContractError,
    context::Context,
    execute::{
        claim, delegate, devices, fault, operator, protection, receive, revote, rewards, wiring,
    },
    params, query, roles, state,
};

/// The contract's name, as cw2 keeps it.
pub const NAME: &str = "ballast:staking-votes";
/// Its version.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Makes the contract, with no operator.
///
/// # Errors
/// For parameters out of bounds; for contracts that do not fit.
#[cfg_attr(not(feature = "library"), cosmwasm_std::entry_point)]
pub fn instantiate(
    deps: DepsMut,
    env: Env,
    info: MessageInfo,
    msg: InstantiateMsg,
) -> Result<Response, ContractError> {
    funds::none(&info)?;
    version::set(deps.storage, NAME, VERSION)?;
    cw_ownable::initialize_owner(deps.storage, deps.api, Some(&msg.owner))?;
    params::validate(&msg.params)?;
    state::PARAMS.save(deps.storage, &msg.params)?;
    state::PROTECTION.save(deps.storage, &Uint128::zero())?;
    match msg.contracts {
        Some(contracts) => wiring::activate(deps, &env, contracts),
        None => Ok(Response::new()),
    }
}

/// Does what a message asks for.
///
/// # Errors
/// [`ContractError`]; nothing has changed then.
#[cfg_attr(not(feature = "library"), cosmwasm_std::entry_point)]
pub fn execute(
    deps: DepsMut,
    env: Env,
    info: MessageInfo,
    msg: ExecuteMsg,
) -> Result<Response, ContractError> {
    funds::none(&info)?;
    roles::check(deps.storage, &info.sender, &msg)?;
    let msg = match msg {
        ExecuteMsg::UpdateOwnership(action) => {
            let ownership = cw_ownable::update_ownership(deps, &env.block, &info.sender, action)?;
            return Ok(Response::new().add_attributes(ownership.into_attributes()));
        }
        ExecuteMsg::Activate { contracts } => return wiring::activate(deps, &env, contracts),
        ExecuteMsg::Announce { change } => return wiring::announce(deps, &env, change),
        ExecuteMsg::Apply { id } => return wiring::apply(deps, &env, id),
        ExecuteMsg::Cancel { id } => return wiring::cancel(deps, id),
        msg => msg,
    };
    let mut ctx = Context::new(deps, &env, info)?;
    dispatch(&mut ctx, msg)?;
    Ok(ctx.done())
}

fn dispatch(ctx: &mut Context<'_>, msg: ExecuteMsg) -> Result<(), ContractError> {
    match msg {
        // Done above, where there may be no context yet.
        ExecuteMsg::UpdateOwnership(_)
        | ExecuteMsg::Activate { .. }
        | ExecuteMsg::Announce { .. }
        | ExecuteMsg::Apply { .. }
        | ExecuteMsg::Cancel { .. } => Ok(()),
        ExecuteMsg::Register {
            owner,
            kind,
            signing_key,
            commission,
            metadata,
        } => operator::register(ctx, &owner, kind, signing_key, commission, metadata),
        ExecuteMsg::UpdateOperator {
            operator,
            metadata,
            signing_key,
        } => operator::update(ctx, operator, metadata, signing_key),
        ExecuteMsg::UpdateCommission { operator, rate } => {
            operator::update_commission(ctx, operator, rate)
        }
        ExecuteMsg::Unjail { operator } => operator::unjail(ctx, operator),
        ExecuteMsg::ClaimCommission { operator } => rewards::claim_commission(ctx, operator),
        ExecuteMsg::Unvote { operator, amount } => delegate::unvote(ctx, operator, amount),
        ExecuteMsg::Unbond { operator, amount } => delegate::unbond(ctx, operator, amount),
        ExecuteMsg::Revote { from, to, amount } => revote::revote(ctx, from, to, amount),
        ExecuteMsg::Claim { limit } => claim::claim(ctx, limit),
        ExecuteMsg::ClaimRewards { operators } => rewards::claim(ctx, operators),
        ExecuteMsg::Collect { voter } => revote::collect_for(ctx, voter),
        ExecuteMsg::Receive(sent) => receive::receive(ctx, sent),
        ExecuteMsg::ReportFault {
            operator,
            fault,
            reporter,
        } => fault::report(ctx, operator, fault, reporter),
        ExecuteMsg::SetDevices { operator, devices } => devices::set(ctx, operator, devices),
        ExecuteMsg::PayProtection { recipient, amount } => protection::pay(ctx, &recipient, amount),
    }
}

/// Answers a query.
///
/// # Errors
/// For what does not exist.
#[cfg_attr(not(feature = "library"), cosmwasm_std::entry_point)]
pub fn query(deps: Deps, _env: Env, msg: QueryMsg) -> Result<Binary, ContractError> {
    query::answer(deps, msg)
}

/// Moves to this version from an earlier or the same one.
///
/// # Errors
/// For another contract, and for a newer version.
#[cfg_attr(not(feature = "library"), cosmwasm_std::entry_point)]
pub fn migrate(deps: DepsMut, _env: Env, _msg: MigrateMsg) -> Result<Response, ContractError> {
    version::migrate(deps.storage, NAME, VERSION)?;
    Ok(Response::new())
}
