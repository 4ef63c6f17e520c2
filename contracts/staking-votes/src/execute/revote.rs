//! Votes that move at once, and what they still owe.
//!
//! What a revote moves answers for the operator that it left exactly as if it waited
//! there: it has shares of that operator's unbonding pool of the day, in the part
//! where the coins are elsewhere. Whatever those shares lose is owed.

use compute_api::votes::events::VotesEvent;
use contract_kit::Error;
use cosmwasm_std::{Addr, StdResult, Uint128};

use super::{claim, delegate};
use crate::{
    ContractError,
    context::Context,
    pool::ratio_up,
    standing::refresh,
    state::{self, Operator, POSITIONS, REVOTES, Revote, UNBONDING_POOLS, UnbondingPool},
};

/// Moves the sender's votes.
pub(crate) fn revote(
    ctx: &mut Context<'_>,
    from: String,
    to: String,
    amount: Option<Uint128>,
) -> Result<(), ContractError> {
    let voter = ctx.sender.clone();
    let (from, to) = (Addr::unchecked(from), Addr::unchecked(to));
    if from == to {
        return Err(Error::Refused(format!(
            "from and to are both {from}: name another operator"
        ))
        .into());
    }
    collect(ctx, &voter)?;
    if let Some(live) = REVOTES.may_load(ctx.storage, &voter)? {
        let left = UNBONDING_POOLS.load(ctx.storage, (&live.from, live.period))?;
        return Err(Error::TooEarly {
            what: "another revote",
            ready_at: left.free_at,
            now: ctx.now,
        }
        .into());
    }
    let mut left = state::operator(ctx.storage, &from)?;
    let mut joined = state::operator(ctx.storage, &to)?;
    delegate::not_owner(&left, &voter, "unbond")?;
    delegate::not_owner(&joined, &voter, "bond")?;
    let amount = delegate::take_out(ctx, &voter, &from, &mut left, amount, "revote")?;
    if amount.is_zero() {
        return Err(Error::Zero.into());
    }
    let (period, mut answering) = claim::open_pool(ctx, &from)?;
    let shares = answering.moved.add(amount)?;
    claim::save_pool(ctx.storage, &from, period, &answering)?;
    let record = Revote {
        from: from.clone(),
        to: to.clone(),
        period,
        shares,
        // The rounding is no slash: it is not owed.
        amount: answering.moved.worth(shares)?,
        // Counted by `recount`, as the coins come in.
        counted: Uint128::zero(),
    };
    REVOTES.save(ctx.storage, &voter, &record)?;
    delegate::put_in(ctx, &voter, &to, &mut joined, amount, "revote")?;
    ctx.emit(VotesEvent::Revoted {
        voter: voter.to_string(),
        from: from.to_string(),
        to: to.to_string(),
        amount,
        until: answering.free_at,
    });
    refresh(ctx, &from, left)?;
    refresh(ctx, &to, joined)
}

/// Collects from a voter, for anyone.
pub(crate) fn collect_for(ctx: &mut Context<'_>, voter: String) -> Result<(), ContractError> {
    let voter = Addr::unchecked(voter);
    if !REVOTES.has(ctx.storage, &voter) {
        return Err(Error::NotFound {
            what: "revote of",
            key: voter.to_string(),
        }
        .into());
    }
    collect(ctx, &voter)
}

/// What is left of a revote's coins after the slashes that they answer for, and what
/// they owe, rounded up.
pub(crate) fn owes(record: &Revote, answering: &UnbondingPool) -> StdResult<(Uint128, Uint128)> {
    // Another's rounding can leave a micro-coin more than there was.
    let left = answering.moved.worth(record.shares)?.min(record.amount);
    Ok((left, record.amount.checked_sub(left)?))
}

/// Takes what a voter's revote owes, from its votes for the new operator and then
/// from what it has taken out there since, and forgets the revote when its time is
/// over. Does nothing where nothing is due.
///
/// What is owed and cannot be taken, because the new operator was slashed too, is
/// forgotten: the coins are gone.
pub(crate) fn collect(ctx: &mut Context<'_>, voter: &Addr) -> Result<(), ContractError> {
    let Some(mut record) = REVOTES.may_load(ctx.storage, voter)? else {
        return Ok(());
    };
    let mut answering = UNBONDING_POOLS.load(ctx.storage, (&record.from, record.period))?;
    let (left, owed) = owes(&record, &answering)?;
    let over = answering.free_at <= ctx.now;
    if owed.is_zero() && !over {
        return Ok(());
    }
    record.amount = left;
    // Saved before anything is taken, since that counts anew by what is saved.
    REVOTES.save(ctx.storage, voter, &record)?;
    let to = record.to.clone();
    let mut operator = state::operator(ctx.storage, &to)?;
    let position = POSITIONS.may_load(ctx.storage, (voter, &to))?;
    let shares = position.unwrap_or_default().shares;
    let mut taken = operator.pool.worth(shares)?.min(owed);
    if taken.is_zero() {
        recount(ctx, voter, &to, &mut operator, shares)?;
    } else {
        let amount = Some(taken);
        delegate::take_out(ctx, voter, &to, &mut operator, amount, "collect")?;
    }
    // Later periods' entries cannot be: whatever makes one collects first.
    let last = ctx.now.min(answering.free_at.saturating_sub(1));
    for period in record.period..=claim::period(last, ctx.params.unbonding_period) {
        let rest = owed.checked_sub(taken)?;
        if rest.is_zero() {
            break;
        }
        let more = claim::take(ctx, voter, &to, period, rest)?;
        taken = taken.checked_add(more)?;
    }
    if over {
        let counted = REVOTES.load(ctx.storage, voter)?.counted;
        operator.moved_in = operator.moved_in.checked_sub(counted)?;
        let worth = answering.moved.worth(record.shares)?;
        answering.moved.take(record.shares, worth)?;
        claim::save_pool(ctx.storage, &record.from, record.period, &answering)?;
        REVOTES.remove(ctx.storage, voter);
    }
    refresh(ctx, &to, operator)?;
    ctx.protect("slash", taken)?;
    ctx.emit(VotesEvent::Collected {
        voter: voter.to_string(),
        amount: taken,
        over,
    });
    Ok(())
}

/// Counts anew what a voter's revote has moved into an operator: no more than is
/// still voted there, or moving coins in and taking them out again would make less
/// of the operator's own count as slashable. In shares, so that a slash of the
/// operator leaves the same part of it.
pub(crate) fn recount(
    ctx: &mut Context<'_>,
    voter: &Addr,
    key: &Addr,
    operator: &mut Operator,
    shares: Uint128,
) -> Result<(), ContractError> {
    let Some(mut record) = REVOTES.may_load(ctx.storage, voter)? else {
        return Ok(());
    };
    if record.to != *key {
        return Ok(());
    }
    let pool = operator.pool;
    let counted = if record.amount >= pool.worth(shares)? {
        shares
    } else {
        ratio_up(record.amount, pool.shares, pool.tokens)?.min(shares)
    };
    if counted != record.counted {
        let others = operator.moved_in.checked_sub(record.counted)?;
        operator.moved_in = others.checked_add(counted)?;
        record.counted = counted;
        REVOTES.save(ctx.storage, voter, &record)?;
    }
    Ok(())
}
