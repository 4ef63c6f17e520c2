//! Coins that wait, one pool per operator and period.

use compute_api::{page, votes::events::VotesEvent};
use contract_kit::Error;
use cosmwasm_std::{Addr, Order, StdResult, Storage, Uint128};

use super::revote;
use crate::{
    ContractError,
    context::Context,
    state::{ENTRIES, UNBONDING_POOLS, UnbondingPool},
};

/// The period of a moment.
pub(crate) fn period(time: u64, length: u64) -> u64 {
    time.checked_div(length).unwrap_or_default()
}

/// The pool that takes what leaves an operator now, and its period. Opened by the
/// first that comes: a later change of the unbonding time moves nobody's `free_at`.
pub(crate) fn open_pool(ctx: &Context<'_>, key: &Addr) -> StdResult<(u64, UnbondingPool)> {
    let length = ctx.params.unbonding_period;
    let period = period(ctx.now, length);
    let found = UNBONDING_POOLS.may_load(ctx.storage, (key, period))?;
    let free_at = period
        .saturating_add(1)
        .saturating_mul(length)
        .saturating_add(ctx.params.unbonding);
    let pool = found.unwrap_or_else(|| UnbondingPool {
        free_at,
        ..UnbondingPool::default()
    });
    Ok((period, pool))
}

/// Saves a pool, as long as anybody has a share of it.
pub(crate) fn save_pool(
    storage: &mut dyn Storage,
    key: &Addr,
    period: u64,
    waiting: &UnbondingPool,
) -> StdResult<()> {
    if waiting.pool.shares.is_zero() && waiting.moved.shares.is_zero() {
        UNBONDING_POOLS.remove(storage, (key, period));
        return Ok(());
    }
    UNBONDING_POOLS.save(storage, (key, period), waiting)
}

/// Has coins wait that the operator's pool has given out.
pub(crate) fn wait(
    ctx: &mut Context<'_>,
    voter: &Addr,
    key: &Addr,
    amount: Uint128,
) -> Result<(), ContractError> {
    if amount.is_zero() {
        return Ok(());
    }
    let (period, mut waiting) = open_pool(ctx, key)?;
    let minted = waiting.pool.add(amount)?;
    save_pool(ctx.storage, key, period, &waiting)?;
    let entry = ENTRIES.may_load(ctx.storage, (voter, period, key))?;
    let shares = entry.unwrap_or_default().checked_add(minted)?;
    ENTRIES.save(ctx.storage, (voter, period, key), &shares)?;
    emit(ctx, voter, key, period, shares, &waiting);
    Ok(())
}

/// Pays out the sender's coins that have waited long enough, the oldest first.
pub(crate) fn claim(ctx: &mut Context<'_>, limit: Option<u32>) -> Result<(), ContractError> {
    let voter = ctx.sender.clone();
    revote::collect(ctx, &voter)?;
    let entries = ENTRIES
        .sub_prefix(&voter)
        .range(ctx.storage, None, None, Order::Ascending)
        .take(page::limit(limit))
        .collect::<StdResult<Vec<_>>>()?;
    let mut paid = Uint128::zero();
    let mut ended = 0u32;
    for ((period, key), shares) in entries {
        let waiting = UNBONDING_POOLS.load(ctx.storage, (&key, period))?;
        if waiting.free_at > ctx.now {
            // Later ones may be free, after the unbonding time was shortened.
            continue;
        }
        let worth = waiting.pool.worth(shares)?;
        take(ctx, &voter, &key, period, worth)?;
        paid = paid.checked_add(worth)?;
        ended = ended.saturating_add(1);
    }
    if ended == 0 {
        return Err(Error::Refused(format!(
            "no coins of {voter} have waited long enough; see the unbonding query's free_at"
        ))
        .into());
    }
    ctx.emit(VotesEvent::Claimed {
        voter: voter.to_string(),
        amount: paid,
    });
    ctx.pay(&voter, paid)
}

/// Takes up to `amount` waiting coins of a voter and returns how many.
pub(crate) fn take(
    ctx: &mut Context<'_>,
    voter: &Addr,
    key: &Addr,
    period: u64,
    amount: Uint128,
) -> Result<Uint128, ContractError> {
    let Some(shares) = ENTRIES.may_load(ctx.storage, (voter, period, key))? else {
        return Ok(Uint128::zero());
    };
    let mut waiting = UNBONDING_POOLS.load(ctx.storage, (key, period))?;
    let amount = amount.min(waiting.pool.worth(shares)?);
    let burnt = waiting.pool.take(shares, amount)?;
    let rest = shares.checked_sub(burnt)?;
    if rest.is_zero() {
        ENTRIES.remove(ctx.storage, (voter, period, key));
    } else {
        ENTRIES.save(ctx.storage, (voter, period, key), &rest)?;
    }
    save_pool(ctx.storage, key, period, &waiting)?;
    emit(ctx, voter, key, period, rest, &waiting);
    Ok(amount)
}

fn emit(
    ctx: &mut Context<'_>,
    voter: &Addr,
    key: &Addr,
    period: u64,
    shares: Uint128,
    waiting: &UnbondingPool,
) {
    ctx.emit(VotesEvent::UnbondingChanged {
        voter: voter.to_string(),
        operator: key.to_string(),
        period,
        shares,
        pool: waiting.pool.tokens,
        pool_shares: waiting.pool.shares,
    });
}
