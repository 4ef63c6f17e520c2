//! Coins into an operator's pool and out of it: bonds and votes.

use compute_api::{Role, votes::events::VotesEvent};
use contract_kit::Error;
use cosmwasm_std::{Addr, Uint128};

use super::{claim, revote, rewards};
use crate::{
    ContractError,
    context::Context,
    standing::refresh,
    state::{self, Operator, POSITIONS, Position},
};

/// The operator's owner bonds.
pub(crate) fn bond(
    ctx: &mut Context<'_>,
    sender: &Addr,
    key: &Addr,
    amount: Uint128,
) -> Result<(), ContractError> {
    if state::operator(ctx.storage, key)?.owner != *sender {
        return Err(Error::Unauthorized {
            sender: sender.clone(),
            role: Role::OperatorOwner,
        }
        .into());
    }
    delegate(ctx, sender, key, amount, "bond")
}

/// Anybody else votes.
pub(crate) fn vote(
    ctx: &mut Context<'_>,
    sender: &Addr,
    key: &Addr,
    amount: Uint128,
) -> Result<(), ContractError> {
    not_owner(&state::operator(ctx.storage, key)?, sender, "bond")?;
    delegate(ctx, sender, key, amount, "vote")
}

/// Starts to take the sender's votes out.
pub(crate) fn unvote(
    ctx: &mut Context<'_>,
    key: String,
    amount: Option<Uint128>,
) -> Result<(), ContractError> {
    let key = Addr::unchecked(key);
    not_owner(&state::operator(ctx.storage, &key)?, &ctx.sender, "unbond")?;
    undelegate(ctx, &key, amount, "unvote")
}

/// The same for the owner and its bond.
pub(crate) fn unbond(
    ctx: &mut Context<'_>,
    key: String,
    amount: Option<Uint128>,
) -> Result<(), ContractError> {
    undelegate(ctx, &Addr::unchecked(key), amount, "unbond")
}

/// Refuses an operator's owner: its coins there are its bond.
pub(crate) fn not_owner(operator: &Operator, sender: &Addr, instead: &str) -> Result<(), Error> {
    if operator.owner != *sender {
        return Ok(());
    }
    Err(Error::Refused(format!(
        "{sender} owns this operator, and its coins there are the bond: {instead} instead"
    )))
}

fn delegate(
    ctx: &mut Context<'_>,
    voter: &Addr,
    key: &Addr,
    amount: Uint128,
    cause: &str,
) -> Result<(), ContractError> {
    revote::collect(ctx, voter)?;
    let mut operator = state::operator(ctx.storage, key)?;
    put_in(ctx, voter, key, &mut operator, amount, cause)?;
    refresh(ctx, key, operator)
}

fn undelegate(
    ctx: &mut Context<'_>,
    key: &Addr,
    amount: Option<Uint128>,
    cause: &str,
) -> Result<(), ContractError> {
    let voter = ctx.sender.clone();
    revote::collect(ctx, &voter)?;
    let mut operator = state::operator(ctx.storage, key)?;
    let amount = take_out(ctx, &voter, key, &mut operator, amount, cause)?;
    claim::wait(ctx, &voter, key, amount)?;
    refresh(ctx, key, operator)
}

/// Turns coins into shares. The caller refreshes the operator.
pub(crate) fn put_in(
    ctx: &mut Context<'_>,
    voter: &Addr,
    key: &Addr,
    operator: &mut Operator,
    amount: Uint128,
    cause: &str,
) -> Result<(), ContractError> {
    if operator.tombstoned {
        return Err(ContractError::Tombstoned(key.clone()));
    }
    let position = POSITIONS.may_load(ctx.storage, (voter, key))?;
    let mut position = position.unwrap_or_default();
    rewards::settle(operator, &mut position)?;
    let minted = operator.pool.add(amount)?;
    position.shares = position.shares.checked_add(minted)?;
    save(ctx, voter, key, operator, &position, amount, cause)
}

/// Turns shares into coins, all of them where no amount is given, and returns how
/// many coins those are. The caller refreshes the operator.
pub(crate) fn take_out(
    ctx: &mut Context<'_>,
    voter: &Addr,
    key: &Addr,
    operator: &mut Operator,
    amount: Option<Uint128>,
    cause: &str,
) -> Result<Uint128, ContractError> {
    let position = POSITIONS.may_load(ctx.storage, (voter, key))?;
    let mut position = position.unwrap_or_default();
    if position.shares.is_zero() {
        return Err(Error::NotFound {
            what: "vote of this sender for operator",
            key: key.to_string(),
        }
        .into());
    }
    let has = operator.pool.worth(position.shares)?;
    // All may be worth nothing, after slashes; then the shares just go.
    let amount = match amount {
        None => has,
        Some(asked) if asked.is_zero() => return Err(Error::Zero.into()),
        Some(asked) if asked > has => return Err(ContractError::TooMuch { asked, has }),
        Some(asked) => asked,
    };
    rewards::settle(operator, &mut position)?;
    let burnt = operator.pool.take(position.shares, amount)?;
    position.shares = position.shares.checked_sub(burnt)?;
    save(ctx, voter, key, operator, &position, amount, cause)?;
    Ok(amount)
}

fn save(
    ctx: &mut Context<'_>,
    voter: &Addr,
    key: &Addr,
    operator: &mut Operator,
    position: &Position,
    amount: Uint128,
    cause: &str,
) -> Result<(), ContractError> {
    if position.shares.is_zero() && position.rewards_owed.is_zero() {
        POSITIONS.remove(ctx.storage, (voter, key));
    } else {
        POSITIONS.save(ctx.storage, (voter, key), position)?;
    }
    revote::recount(ctx, voter, key, operator, position.shares)?;
    ctx.emit(VotesEvent::VoteChanged {
        voter: voter.to_string(),
        operator: key.to_string(),
        cause: cause.to_owned(),
        amount,
        shares: position.shares,
    });
    Ok(())
}
