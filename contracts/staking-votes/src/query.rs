//! What can be asked.

use compute_api::{
    page,
    votes::{
        FaultsResponse, Kind, Operator, OperatorsResponse, PoolResponse, QueryMsg, RevoteRecord,
        RewardsResponse, SampleResponse, SampledOperator, SlashableResponse, Unbonding,
        UnbondingResponse, Vote, VoterRewards, VotesResponse,
    },
};
use compute_proofs::stake::{self, Nodes};
use contract_kit::{bounds::within, wiring};
use cosmwasm_std::{Addr, Binary, Deps, HexBinary, Order, StdResult, Uint128, to_json_binary};
use cw_storage_plus::Bound;

use crate::{
    ContractError,
    execute::{fault, revote, rewards},
    standing::{required_bond, self_bond},
    state::{self, Tree, kind_key},
};

/// The most that one `sample` draws.
const MAX_SAMPLE: u32 = 100;

/// Answers a query.
pub(crate) fn answer(deps: Deps<'_>, msg: QueryMsg) -> Result<Binary, ContractError> {
    let binary = match msg {
        QueryMsg::Ownership {} => to_json_binary(&cw_ownable::get_ownership(deps.storage)?),
        QueryMsg::Contracts {} => to_json_binary(&wiring::contracts(deps.storage)?),
        QueryMsg::Params {} => to_json_binary(&state::PARAMS.load(deps.storage)?),
        QueryMsg::Announced { start_after, limit } => {
            to_json_binary(&state::CHANGES.list(deps.storage, start_after, limit)?)
        }
        QueryMsg::Operator { operator } => to_json_binary(&one(deps, Addr::unchecked(operator))?),
        QueryMsg::Operators {
            kind,
            start_after,
            limit,
        } => to_json_binary(&operators(deps, kind, start_after, limit)?),
        QueryMsg::Slashable { operator } => {
            to_json_binary(&slashable(deps, &Addr::unchecked(operator))?)
        }
        QueryMsg::Faults {
            operator,
            start_after,
            limit,
        } => to_json_binary(&faults(
            deps,
            &Addr::unchecked(operator),
            start_after,
            limit,
        )?),
        QueryMsg::Sample { kind, seed, count } => {
            to_json_binary(&sample(deps, kind, &seed, count)?)
        }
        QueryMsg::Votes {
            voter,
            start_after,
            limit,
        } => to_json_binary(&votes(deps, voter, start_after, limit)?),
        QueryMsg::Unbonding {
            voter,
            start_after,
            limit,
        } => to_json_binary(&unbonding(deps, voter, start_after, limit)?),
        QueryMsg::Rewards {
            voter,
            start_after,
            limit,
        } => to_json_binary(&earned(deps, voter, start_after, limit)?),
        QueryMsg::ProtectionPool {} => to_json_binary(&PoolResponse {
            amount: state::PROTECTION.load(deps.storage)?,
        }),
    };
    Ok(binary?)
}

fn one(deps: Deps<'_>, key: Addr) -> Result<Operator, ContractError> {
    let operator = state::operator(deps.storage, &key)?;
    let params = state::PARAMS.load(deps.storage)?;
    Ok(Operator {
        self_bond: self_bond(deps.storage, &key, &operator)?,
        required_bond: required_bond(&operator, &params),
        operator: key,
        owner: operator.owner,
        kind: operator.kind,
        slot: operator.slot,
        signing_key: operator.signing_key,
        commission: operator.commission,
        commission_changed_at: operator.commission_changed_at,
        metadata: operator.metadata,
        standing: operator.standing,
        jailed_until: operator.jailed_until,
        devices: operator.devices,
        stake: operator.pool.tokens,
        shares: operator.pool.shares,
        active_stake: operator.drawn,
        unclaimed_commission: operator.unclaimed_commission,
    })
}

fn operators(
    deps: Deps<'_>,
    kind: Kind,
    start_after: Option<(Uint128, String)>,
    limit: Option<u32>,
) -> Result<OperatorsResponse, ContractError> {
    let last = start_after.map(|(stake, key)| (stake.u128(), Addr::unchecked(key)));
    let max = last
        .as_ref()
        .map(|(stake, key)| Bound::exclusive((*stake, key)));
    let keys = state::BY_STAKE
        .sub_prefix(kind_key(kind))
        .keys(deps.storage, None, max, Order::Descending)
        .take(page::limit(limit))
        .collect::<StdResult<Vec<_>>>()?;
    let operators = keys.into_iter().map(|(_, key)| one(deps, key));
    Ok(OperatorsResponse {
        operators: operators.collect::<Result<_, _>>()?,
    })
}

fn slashable(deps: Deps<'_>, key: &Addr) -> Result<SlashableResponse, ContractError> {
    let contracts = wiring::contracts(deps.storage)?;
    let operator = state::operator(deps.storage, key)?;
    let pool = operator.pool;
    let stake = pool.worth(pool.shares.checked_sub(operator.moved_in)?)?;
    let issuer_bond = fault::issuer_bond(deps.querier, &contracts.oracle, key, &operator)?;
    Ok(SlashableResponse {
        stake,
        issuer_bond,
        total: stake.checked_add(issuer_bond)?,
    })
}

fn faults(
    deps: Deps<'_>,
    key: &Addr,
    start_after: Option<u64>,
    limit: Option<u32>,
) -> StdResult<FaultsResponse> {
    let min = start_after.map(Bound::exclusive);
    let all = state::FAULTS.prefix(key);
    let all = all.range(deps.storage, min, None, Order::Ascending);
    let faults = all.take(page::limit(limit)).map(|entry| Ok(entry?.1));
    Ok(FaultsResponse {
        faults: faults.collect::<StdResult<_>>()?,
    })
}

fn sample(
    deps: Deps<'_>,
    kind: Kind,
    seed: &HexBinary,
    count: u32,
) -> Result<SampleResponse, ContractError> {
    within("count", count, 1u32, MAX_SAMPLE)?;
    let seed: [u8; 32] = seed.to_array()?;
    let tree = Tree {
        storage: deps.storage,
        kind,
    };
    let total = stake::sum_of_first(&tree, tree.slots()?)?;
    let drawn = stake::sample(&tree, &seed, count)?;
    let drawn = drawn.into_iter().map(|slot| {
        let operator = state::SLOTS.load(deps.storage, (kind_key(kind), slot))?;
        Ok(SampledOperator { slot, operator })
    });
    Ok(SampleResponse {
        total: total.into(),
        drawn: drawn.collect::<StdResult<_>>()?,
    })
}

/// A voter's positions from after an operator on.
fn positions<'a>(
    deps: Deps<'a>,
    voter: String,
    start_after: Option<String>,
) -> impl Iterator<Item = StdResult<(Addr, state::Position)>> + use<'a> {
    let last = start_after.map(Addr::unchecked);
    let min = last.as_ref().map(Bound::exclusive);
    state::POSITIONS.prefix(&Addr::unchecked(voter)).range(
        deps.storage,
        min,
        None,
        Order::Ascending,
    )
}

fn votes(
    deps: Deps<'_>,
    voter: String,
    start_after: Option<String>,
    limit: Option<u32>,
) -> Result<VotesResponse, ContractError> {
    let mut votes = Vec::new();
    for entry in positions(deps, voter, start_after) {
        let (operator, position) = entry?;
        // Only rewards may be left of a vote.
        if position.shares.is_zero() {
            continue;
        }
        if votes.len() >= page::limit(limit) {
            break;
        }
        let pool = state::operator(deps.storage, &operator)?.pool;
        votes.push(Vote {
            operator,
            shares: position.shares,
            amount: pool.worth(position.shares)?,
        });
    }
    Ok(VotesResponse { votes })
}

fn earned(
    deps: Deps<'_>,
    voter: String,
    start_after: Option<String>,
    limit: Option<u32>,
) -> Result<RewardsResponse, ContractError> {
    let mut page = Vec::new();
    for entry in positions(deps, voter, start_after).take(page::limit(limit)) {
        let (key, position) = entry?;
        let operator = state::operator(deps.storage, &key)?;
        page.push(VoterRewards {
            amount: rewards::earned(&operator, &position)?,
            operator: key,
        });
    }
    Ok(RewardsResponse { rewards: page })
}

fn unbonding(
    deps: Deps<'_>,
    voter: String,
    start_after: Option<(String, u64)>,
    limit: Option<u32>,
) -> Result<UnbondingResponse, ContractError> {
    let voter = Addr::unchecked(voter);
    let last = start_after.map(|(key, period)| (period, Addr::unchecked(key)));
    // Stored, and listed, by period and then operator: as claim takes them.
    let min = last
        .as_ref()
        .map(|(period, key)| Bound::exclusive((*period, key)));
    let entries = state::ENTRIES.sub_prefix(&voter);
    let entries = entries.range(deps.storage, min, None, Order::Ascending);
    let entries = entries.take(page::limit(limit)).map(|entry| {
        let ((period, operator), shares) = entry?;
        let waiting = state::UNBONDING_POOLS.load(deps.storage, (&operator, period))?;
        Ok(Unbonding {
            operator,
            period,
            shares,
            amount: waiting.pool.worth(shares)?,
            free_at: waiting.free_at,
        })
    });
    let record = state::REVOTES.may_load(deps.storage, &voter)?;
    let revote = record.map(|record| {
        let left = (&record.from, record.period);
        let answering = state::UNBONDING_POOLS.load(deps.storage, left)?;
        let (_, owes) = revote::owes(&record, &answering)?;
        StdResult::Ok(RevoteRecord {
            from: record.from,
            to: record.to,
            amount: record.amount,
            owes,
            until: answering.free_at,
        })
    });
    Ok(UnbondingResponse {
        unbonding: entries.collect::<StdResult<_>>()?,
        revote: revote.transpose()?,
    })
}
