//! Rewards: one index per operator (F1, Ojha and Goes 2019), so that a payment and
//! a claim take the same time for any number of voters.

use compute_api::{
    page::MAX_LIMIT,
    votes::{Payment, events::VotesEvent},
};
use contract_kit::{Error, bounds::count};
use cosmwasm_std::{Addr, StdError, StdResult, Uint128, Uint256};

use crate::{
    ContractError,
    context::Context,
    pool::part_down,
    state::{self, OPERATORS, Operator, POSITIONS, Position, SCALE},
};

/// The most operators of one payment.
const MAX_PAYMENTS: u32 = 4;

/// Pays rewards; what is not listed goes to the protection pool.
pub(crate) fn distribute(
    ctx: &mut Context<'_>,
    payments: Vec<Payment>,
    amount: Uint128,
) -> Result<(), ContractError> {
    count("payments", payments.len(), 0, MAX_PAYMENTS)?;
    let mut rest = amount;
    for payment in payments {
        let left = rest.checked_sub(payment.amount);
        rest = left.map_err(|_| ContractError::TooMuch {
            asked: payment.amount,
            has: rest,
        })?;
        pay(ctx, &Addr::unchecked(payment.operator), payment.amount)?;
    }
    ctx.protect("fee", rest)
}

/// The commission rounds down. What a share gets is rounded down to 1/[`SCALE`] of a
/// micro-coin, and the rest waits for the next payment.
fn pay(ctx: &mut Context<'_>, key: &Addr, amount: Uint128) -> Result<(), ContractError> {
    let mut operator = state::operator(ctx.storage, key)?;
    // Of nobody's votes it is all the operator's; a limit lowered since holds at once.
    let rate = operator.commission.rate.min(ctx.params.max_commission);
    let commission = if operator.pool.shares.is_zero() {
        amount
    } else {
        part_down(amount, rate)?
    };
    let voters = amount.checked_sub(commission)?;
    operator.unclaimed_commission = operator.unclaimed_commission.checked_add(commission)?;
    operator.rewards = operator.rewards.checked_add(voters)?;
    if !operator.pool.shares.is_zero() {
        let shares = Uint256::from(operator.pool.shares);
        let scaled = voters.full_mul(SCALE).checked_add(operator.reward_rest)?;
        let step = scaled.checked_div(shares).map_err(StdError::from)?;
        operator.reward_index = operator.reward_index.checked_add(step)?;
        operator.reward_rest = scaled.checked_sub(step.checked_mul(shares)?)?;
    }
    OPERATORS.save(ctx.storage, key, &operator)?;
    ctx.emit(VotesEvent::RewardPaid {
        operator: key.to_string(),
        amount,
        commission,
    });
    Ok(())
}

/// What a position has earned and is not paid, rounded down.
pub(crate) fn earned(operator: &Operator, position: &Position) -> StdResult<Uint128> {
    let since = operator.reward_index.checked_sub(position.reward_index)?;
    let scaled = since.checked_mul(position.shares.into())?;
    let earned: Uint128 = scaled.checked_div(SCALE.into())?.try_into()?;
    Ok(position.rewards_owed.checked_add(earned)?)
}

/// Brings a position's rewards up to date; before any change of its shares.
pub(crate) fn settle(operator: &Operator, position: &mut Position) -> StdResult<()> {
    position.rewards_owed = earned(operator, position)?;
    position.reward_index = operator.reward_index;
    Ok(())
}

/// Pays out the sender's rewards from these operators in one transfer.
pub(crate) fn claim(ctx: &mut Context<'_>, operators: Vec<String>) -> Result<(), ContractError> {
    count("operators", operators.len(), 1, MAX_LIMIT)?;
    let voter = ctx.sender.clone();
    let mut paid = Uint128::zero();
    for key in operators {
        let key = Addr::unchecked(key);
        let mut operator = state::operator(ctx.storage, &key)?;
        let Some(mut position) = POSITIONS.may_load(ctx.storage, (&voter, &key))? else {
            continue;
        };
        settle(&operator, &mut position)?;
        let amount = position.rewards_owed;
        if amount.is_zero() {
            continue;
        }
        position.rewards_owed = Uint128::zero();
        if position.shares.is_zero() {
            POSITIONS.remove(ctx.storage, (&voter, &key));
        } else {
            POSITIONS.save(ctx.storage, (&voter, &key), &position)?;
        }
        operator.rewards = operator.rewards.checked_sub(amount)?;
        OPERATORS.save(ctx.storage, &key, &operator)?;
        paid = paid.checked_add(amount)?;
        ctx.emit(VotesEvent::RewardsClaimed {
            voter: voter.to_string(),
            operator: key.to_string(),
            amount,
        });
    }
    if paid.is_zero() {
        return Err(Error::Zero.into());
    }
    ctx.pay(&voter, paid)
}

/// Pays out an operator's commission to its owner.
pub(crate) fn claim_commission(ctx: &mut Context<'_>, key: String) -> Result<(), ContractError> {
    let key = Addr::unchecked(key);
    let mut operator = state::operator(ctx.storage, &key)?;
    let amount = operator.unclaimed_commission;
    if amount.is_zero() {
        return Err(Error::Zero.into());
    }
    operator.unclaimed_commission = Uint128::zero();
    OPERATORS.save(ctx.storage, &key, &operator)?;
    ctx.emit(VotesEvent::CommissionClaimed {
        operator: key.to_string(),
        owner: operator.owner.to_string(),
        amount,
    });
    ctx.pay(&operator.owner, amount)
}
