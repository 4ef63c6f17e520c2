use compute_api::{
    oracle::{CensusCommitment, OperatorResponse, OperatorsResponse},
    page,
};
use cosmwasm_std::{Addr, Deps, Env, Order, StdError, StdResult, Uint128};
use cw_storage_plus::Bound;

use crate::{
    census,
    execute::mint::Ground,
    reserve,
    state::{ISSUERS, LAST_CENSUS, MEMBERS, OPERATORS, Operator, TIERS},
};

/// One operator.
pub(crate) fn operator(deps: Deps, env: &Env, operator: String) -> StdResult<OperatorResponse> {
    let key = deps.api.addr_validate(&operator)?;
    let found = OPERATORS.may_load(deps.storage, &key)?;
    let operator =
        found.ok_or_else(|| StdError::generic_err(format!("there is no operator {key}")))?;
    describe(deps, env, key, operator)
}

/// An issuer's operators, or all, by address.
pub(crate) fn operators(
    deps: Deps,
    env: &Env,
    issuer: Option<String>,
    start_after: Option<String>,
    limit: Option<u32>,
) -> StdResult<OperatorsResponse> {
    let issuer = issuer.map(|issuer| deps.api.addr_validate(&issuer));
    let start = start_after.map(|start| deps.api.addr_validate(&start));
    let (issuer, start) = (issuer.transpose()?, start.transpose()?);
    let start = start.as_ref().map(Bound::exclusive);
    let limit = page::limit(limit);
    let keys: StdResult<Vec<Addr>> = match &issuer {
        None => OPERATORS
            .keys(deps.storage, start, None, Order::Ascending)
            .take(limit)
            .collect(),
        Some(issuer) => MEMBERS
            .prefix(issuer)
            .keys(deps.storage, start, None, Order::Ascending)
            .take(limit)
            .collect(),
    };
    let operators = keys?.into_iter().map(|key| {
        let operator = OPERATORS.load(deps.storage, &key)?;
        describe(deps, env, key, operator)
    });
    Ok(OperatorsResponse {
        operators: operators.collect::<StdResult<_>>()?,
    })
}

fn describe(deps: Deps, env: &Env, key: Addr, operator: Operator) -> StdResult<OperatorResponse> {
    let last = LAST_CENSUS.load(deps.storage)?;
    let rate = operator.counted_in(last);
    let tiers = TIERS.load(deps.storage)?;
    let tier = census::tier_of(&tiers, rate, operator.devices).and_then(|at| tiers.get(at));
    let ground = Ground::load(deps.storage, env)?;
    let now = ground.now;
    let bond_share = match &operator.issuer {
        None => Uint128::zero(),
        Some(issuer) => {
            let record = ISSUERS.load(deps.storage, issuer)?;
            reserve::bond_share(last, issuer, &operator, &record)?
        }
    };
    let bond_share_coins = ground.scales().cap_by_bond(bond_share)?;
    Ok(OperatorResponse {
        operator: key,
        bound_until: (operator.bound_until > now).then_some(operator.bound_until),
        rate,
        tier: tier.map(|tier| tier.id.clone()),
        commitment: operator.commitment.map(|commitment| CensusCommitment {
            slot: commitment.slot,
            units: commitment.units,
            root: commitment.root,
            answered: commitment.answered,
        }),
        issuer: operator.issuer,
        invited_by: operator.invited_by,
        standing: operator.standing,
        devices: operator.devices,
        pending_devices: operator.pending_devices,
        results: operator.results,
        bond_share,
        bond_share_coins,
    })
}
