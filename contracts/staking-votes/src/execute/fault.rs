//! Faults and what they cost.

use compute_api::{
    oracle::{self, Oracle},
    votes::{Fault, FaultRecord, Kind, events::VotesEvent},
};
use cosmwasm_std::{Addr, Decimal, Order, StdResult, Storage, Uint128};
use cw_storage_plus::Bound;

use super::claim;
use crate::{
    ContractError,
    context::Context,
    params::MAX_PERIODS,
    pool::{part_down, part_of},
    standing::refresh,
    state::{self, FAULTS, Operator, UNBONDING_POOLS, UnbondingPool},
};

/// Punishes an operator. A tombstoned one is slashed for further faults too: its
/// coins still wait.
pub(crate) fn report(
    ctx: &mut Context<'_>,
    key: String,
    fault: Fault,
    reporter: Option<String>,
) -> Result<(), ContractError> {
    let key = Addr::unchecked(key);
    let name = check_reporter(ctx, &fault)?;
    let reporter = reporter
        .map(|reporter| ctx.api.addr_validate(&reporter))
        .transpose()?;
    let mut operator = state::operator(ctx.storage, &key)?;
    let pools = slashable_pools(ctx.storage, &key, ctx.now, ctx.params.unbonding_period)?;

    let faults = &ctx.params.faults;
    let (fraction, jail) = match &fault {
        Fault::Missed { .. } => (faults.missed.slash, faults.missed.jail),
        Fault::Unanswered { .. } => (faults.unanswered.slash, faults.unanswered.jail),
        Fault::Unproven { amount, .. } => {
            let part = part_of(*amount, slashable(ctx, &key, &operator, &pools)?)?;
            (faults.unproven.slash.max(part), faults.unproven.jail)
        }
        Fault::Fraud { .. } => (faults.fraud, 0),
    };
    let slashed = slash(ctx, &key, &mut operator, pools, fraction)?;
    // Rounded down, and capped.
    let bounty = match reporter {
        Some(_) => part_down(slashed, ctx.params.bounty)?.min(ctx.params.bounty_cap),
        None => Uint128::zero(),
    };

    operator.faults = operator.faults.saturating_add(1);
    let record = FaultRecord {
        number: operator.faults,
        fault,
        time: ctx.now,
        fraction,
        slashed,
        bounty,
    };
    FAULTS.save(ctx.storage, (&key, record.number), &record)?;
    ctx.emit(VotesEvent::Faulted {
        operator: key.to_string(),
        number: record.number,
        fault: name.to_owned(),
        fraction,
        slashed,
        bounty,
        reporter: reporter.as_ref().map(Addr::to_string),
    });
    ctx.protect("slash", slashed.checked_sub(bounty)?)?;
    if jail > 0 {
        let until = ctx.now.saturating_add(jail);
        let until = operator.jailed_until.unwrap_or_default().max(until);
        operator.jailed_until = Some(until);
        ctx.emit(VotesEvent::JailChanged {
            operator: key.to_string(),
            until: Some(until),
        });
    }
    operator.tombstoned |= matches!(record.fault, Fault::Fraud { .. });
    // Before the standing: a jailed operator's share of its issuer's bond is nothing.
    if has_issuer_bond(&operator) && !fraction.is_zero() {
        ctx.tell(&oracle::ExecuteMsg::SlashIssuer {
            operator: key.to_string(),
            fraction,
        })?;
    }
    refresh(ctx, &key, operator)?;
    match reporter {
        Some(reporter) => ctx.pay(&reporter, bounty),
        None => Ok(()),
    }
}

/// Refuses a fault that is the other contract's to report; returns its name.
fn check_reporter(ctx: &Context<'_>, fault: &Fault) -> Result<&'static str, ContractError> {
    let (name, reporter) = match fault {
        Fault::Missed { .. } => ("missed", &ctx.contracts.oracle),
        Fault::Unanswered { .. } => ("unanswered", &ctx.contracts.oracle),
        Fault::Unproven { .. } => ("unproven", &ctx.contracts.market),
        Fault::Fraud { .. } => ("fraud", &ctx.contracts.market),
    };
    if ctx.sender == *reporter {
        return Ok(name);
    }
    Err(ContractError::WrongReporter {
        sender: ctx.sender.clone(),
        fault: name,
    })
}

/// Whether an issuer's bond may answer for an operator: the oracle knows it from its
/// first declaration of devices on.
pub(crate) fn has_issuer_bond(operator: &Operator) -> bool {
    operator.kind == Kind::Miner && operator.devices > 0
}

/// The operator's share of its issuer's free bond, in micro-coins.
pub(crate) fn issuer_bond(
    querier: cosmwasm_std::QuerierWrapper<'_>,
    oracle: &Addr,
    key: &Addr,
    operator: &Operator,
) -> StdResult<Uint128> {
    if !has_issuer_bond(operator) {
        return Ok(Uint128::zero());
    }
    let known: oracle::OperatorResponse = Oracle::new(oracle.clone()).query(
        querier,
        &oracle::QueryMsg::Operator {
            operator: key.to_string(),
        },
    )?;
    Ok(known.bond_share_coins)
}

/// All that a slash of an operator reaches, at once or by what revotes owe.
fn slashable(
    ctx: &Context<'_>,
    key: &Addr,
    operator: &Operator,
    pools: &[(u64, UnbondingPool)],
) -> Result<Uint128, ContractError> {
    let mut total = issuer_bond(ctx.querier, &ctx.contracts.oracle, key, operator)?;
    total = total.checked_add(operator.pool.tokens)?;
    for (_, waiting) in pools {
        total = total.checked_add(waiting.pool.tokens)?;
        total = total.checked_add(waiting.moved.tokens)?;
    }
    Ok(total)
}

/// An operator's unbonding pools that are not free yet: at most [`MAX_PERIODS`] + 1.
fn slashable_pools(
    storage: &dyn Storage,
    key: &Addr,
    now: u64,
    length: u64,
) -> StdResult<Vec<(u64, UnbondingPool)>> {
    let last = claim::period(now, length);
    let first = last.saturating_sub(MAX_PERIODS);
    let pools = UNBONDING_POOLS.prefix(key).range(
        storage,
        Some(Bound::inclusive(first)),
        Some(Bound::inclusive(last)),
        Order::Ascending,
    );
    let free = |pool: &StdResult<(u64, UnbondingPool)>| matches!(pool, Ok((_, waiting)) if waiting.free_at <= now);
    pools.filter(|pool| !free(pool)).collect()
}

/// Takes this part of each pool, rounded up, and returns how much that is. What a
/// revote has moved away loses it on paper, and owes it.
fn slash(
    ctx: &mut Context<'_>,
    key: &Addr,
    operator: &mut Operator,
    pools: Vec<(u64, UnbondingPool)>,
    fraction: Decimal,
) -> Result<Uint128, ContractError> {
    if fraction.is_zero() {
        return Ok(Uint128::zero());
    }
    let mut slashed = operator.pool.slash(fraction)?;
    for (period, mut waiting) in pools {
        slashed = slashed.checked_add(waiting.pool.slash(fraction)?)?;
        waiting.moved.slash(fraction)?;
        UNBONDING_POOLS.save(ctx.storage, (key, period), &waiting)?;
        if waiting.pool.shares.is_zero() {
            continue;
        }
        ctx.emit(VotesEvent::UnbondingSlashed {
            operator: key.to_string(),
            period,
            pool: waiting.pool.tokens,
        });
    }
    Ok(slashed)
}
