//! Entry points: who may, then where to.

use compute_api::market::{ExecuteMsg, InstantiateMsg, MigrateMsg, QueryMsg};
use contract_kit::{funds, version};
#[cfg(not(feature = "library"))]
use cosmwasm_std::entry_point;
use cosmwasm_std::{Binary, Deps, DepsMut, Env, MessageInfo, Response};

use crate::{
    ContractError,
    context::Context,
    execute::{
        answers, claims, commit, fraud, orders, programs, prove, receive, settle, slots, terms,
        tick, wiring,
    },
    params, query, roles,
    state::{HOLDINGS, Holdings, LAST_BATCH, LAST_ORDER, LAST_SLOT, PARAMS},
};

/// The contract's name, as cw2 keeps it.
pub const NAME: &str = "ballast:compute-market";
/// Its version.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Makes the contract, without orders.
///
/// # Errors
/// For parameters out of bounds; for contracts that do not fit.
#[cfg_attr(not(feature = "library"), entry_point)]
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
    PARAMS.save(deps.storage, &msg.params)?;
    HOLDINGS.save(deps.storage, &Holdings::default());
    for number in [&LAST_ORDER, &LAST_SLOT, &LAST_BATCH] {
        number.save(deps.storage, &0)?;
    }
    match msg.contracts {
        Some(contracts) => wiring::activate(deps, &env, contracts),
        None => Ok(Response::new()),
    }
}

/// Does what a message asks for.
///
/// # Errors
/// [`ContractError`]; nothing has changed then.
#[cfg_attr(not(feature = "library"), entry_point)]
pub fn execute(
    deps: DepsMut,
    env: Env,
    info: MessageInfo,
    msg: ExecuteMsg,
) -> Result<Response, ContractError> {
    roles::check(deps.as_ref(), &info, &msg)?;
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
    let mut ctx = Context::new(deps, env, info)?;
    tick(&mut ctx)?;
    dispatch(&mut ctx, msg)?;
    Ok(ctx.done())
}

fn dispatch(ctx: &mut Context<'_>, msg: ExecuteMsg) -> Result<(), ContractError> {
    use ExecuteMsg as Msg;

    match msg {
        // Done above, where there may be no context yet; and a tick is all that a
        // tick does.
        Msg::UpdateOwnership(_)
        | Msg::Activate { .. }
        | Msg::Announce { .. }
        | Msg::Apply { .. }
        | Msg::Cancel { .. }
        | Msg::Tick {} => Ok(()),
        Msg::RegisterProgram {
            program,
            slots,
            first,
            operations,
            last,
        } => programs::register(ctx, program, slots, first, operations, last),
        Msg::SetTerms { terms } => terms::set(ctx, terms),
        Msg::Receive(sent) => receive::receive(ctx, sent),
        Msg::ExtendOrder { order, expires } => orders::extend(ctx, order, expires),
        Msg::CancelOrder { order } => orders::cancel(ctx, order),
        Msg::CallOrder {
            order,
            authorisation,
            signature,
        } => orders::call(ctx, order, &authorisation, &signature),
        Msg::EndOrder { order } => orders::end(ctx, order),
        Msg::CloseOrder { order } => orders::close(ctx, order),
        Msg::CommitBatch {
            order,
            worker,
            commitment,
            signature,
            grant,
        } => commit::commit(ctx, order, &worker, commitment, &signature, &grant),
        Msg::SealSlot { slot } => slots::seal(ctx, slot),
        Msg::DrawSlot { slot } => slots::draw(ctx, slot),
        Msg::ProveBatch { batch, openings } => prove::prove(ctx, batch, &openings),
        Msg::AnswerDemand {
            batch,
            demand,
            answer,
        } => answers::answer(ctx, batch, demand, answer),
        Msg::ProveFraud { batch, proof } => fraud::prove(ctx, batch, &proof),
        Msg::ResolveClaims { first, second } => claims::resolve(ctx, &first, &second),
        Msg::DecideVoid { batch, nonce } => claims::decide(ctx, batch, nonce),
        Msg::FailBatch { batch } => settle::fail(ctx, batch),
        Msg::SettleBatch { batch } => settle::settle(ctx, batch),
    }
}

/// Answers a query.
///
/// # Errors
/// For what does not exist.
#[cfg_attr(not(feature = "library"), entry_point)]
pub fn query(deps: Deps, env: Env, msg: QueryMsg) -> Result<Binary, ContractError> {
    query::answer(deps, &env, msg)
}

/// Moves to this version from an earlier or the same one.
///
/// # Errors
/// For another contract, and for a newer version.
#[cfg_attr(not(feature = "library"), entry_point)]
pub fn migrate(deps: DepsMut, _env: Env, _msg: MigrateMsg) -> Result<Response, ContractError> {
    version::migrate(deps.storage, NAME, VERSION)?;
    Ok(Response::new())
}
