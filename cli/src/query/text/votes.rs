//! Operators by stake, votes, rewards, and coins that wait.

use compute_api::votes::{OperatorsResponse, RewardsResponse, UnbondingResponse, VotesResponse};
use cosmwasm_std::{Decimal, Uint128};

use crate::text::{Facts, Table, coins, time};

/// The largest stake first.
pub(super) fn operators(operators: &OperatorsResponse, now: u64) -> String {
    let mut table = Table::new(&[
        "operator",
        "name",
        "kind",
        "standing",
        ">stake (coins)",
        ">own bond",
        ">needed",
        ">commission",
        ">devices",
    ]);
    for operator in &operators.operators {
        let standing = match operator.jailed_until {
            Some(until) => format!("{}, until {}", operator.standing, time(until, now)),
            None => operator.standing.to_string(),
        };
        table.row(vec![
            operator.operator.to_string(),
            operator.metadata.name.clone(),
            operator.kind.to_string(),
            standing,
            coins(operator.stake),
            coins(operator.self_bond),
            coins(operator.required_bond),
            percent(operator.commission.rate),
            operator.devices.to_string(),
        ]);
    }
    table.text("no operators")
}

/// A part of 1 in percent, two decimals, rounded down.
fn percent(part: Decimal) -> String {
    let bps = part
        .checked_mul(Decimal::from_ratio(10_000_u32, 1_u32))
        .unwrap_or(Decimal::MAX);
    let bps = bps.to_uint_floor().u128();
    u32::try_from(bps).map_or_else(|_| part.to_string(), crate::text::parts)
}

/// A line for each operator, and the sum.
pub(super) fn votes(votes: &VotesResponse, _: u64) -> String {
    let mut table = Table::new(&["operator", ">coins"]);
    let mut sum = Uint128::zero();
    for vote in &votes.votes {
        sum = sum.saturating_add(vote.amount);
        table.row(vec![vote.operator.to_string(), coins(vote.amount)]);
    }
    with_sum(&table, sum, votes.votes.len(), "no votes")
}

/// A line for each operator, and the sum.
pub(super) fn rewards(rewards: &RewardsResponse, _: u64) -> String {
    let mut table = Table::new(&["operator", ">coins"]);
    let mut sum = Uint128::zero();
    for reward in &rewards.rewards {
        sum = sum.saturating_add(reward.amount);
        table.row(vec![reward.operator.to_string(), coins(reward.amount)]);
    }
    with_sum(&table, sum, rewards.rewards.len(), "no rewards")
}

fn with_sum(table: &Table, sum: Uint128, rows: usize, nothing: &str) -> String {
    let text = table.text(nothing);
    match rows {
        0 | 1 => text,
        _ => format!("{text}\n\n{} coins in all", coins(sum)),
    }
}

/// A line for each entry, and the revote.
pub(super) fn unbonding(unbonding: &UnbondingResponse, now: u64) -> String {
    let mut table = Table::new(&["operator", ">coins", "free"]);
    for entry in &unbonding.unbonding {
        table.row(vec![
            entry.operator.to_string(),
            coins(entry.amount),
            time(entry.free_at, now),
        ]);
    }
    let text = table.text("nothing waits");
    let Some(revote) = &unbonding.revote else {
        return text;
    };
    let mut facts = Facts::default();
    facts
        .add("revote from", revote.from.as_str())
        .add("to", revote.to.as_str())
        .add("answers with", format!("{} coins", coins(revote.amount)))
        .add("owes", format!("{} coins", coins(revote.owes)))
        .add("until", time(revote.until, now));
    format!("{text}\n\n{}", facts.text())
}
