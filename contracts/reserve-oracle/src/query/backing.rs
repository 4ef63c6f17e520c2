use compute_api::{
    coin::{self, Coin as CoinContract, SupplyResponse},
    oracle::{
        BackingResponse, IssuerBacking, IssuerResponse, IssuersResponse, MintAllowanceResponse,
    },
    page,
};
use cosmwasm_std::{Addr, Coin, Deps, Env, Order, StdError, StdResult};
use cw_storage_plus::Bound;

use super::settings;
use crate::{
    execute::mint::Ground,
    state::{ISSUERS, Issuer, TOTALS},
};

/// All that stands behind the coin: totals, and a page of issuers.
pub(crate) fn backing(
    deps: Deps,
    env: &Env,
    start_after: Option<String>,
    limit: Option<u32>,
) -> StdResult<BackingResponse> {
    let ground = Ground::load(deps.storage, env)?;
    let totals = TOTALS.load(deps.storage)?;
    let coin = CoinContract::new(settings::contracts(deps)?.coin);
    let SupplyResponse { supply, forgiven } =
        coin.query(deps.querier, &coin::QueryMsg::Supply {})?;
    let scales = ground.scales();
    let issuers = page(deps, start_after, limit)?
        .into_iter()
        .map(|(key, issuer)| scales.describe(key, &issuer));
    Ok(BackingResponse {
        supply,
        forgiven,
        outstanding: totals.outstanding,
        orphan: totals.orphan,
        bounty: Coin {
            denom: ground.params.reserve.bond_per_coin.denom.clone(),
            amount: totals.bounty,
        },
        opc: ground.opc,
        census: (ground.census > 0).then_some(ground.census),
        issuers: issuers.collect::<StdResult<Vec<IssuerBacking>>>()?,
    })
}

/// What an issuer can mint now.
pub(crate) fn mint_allowance(
    deps: Deps,
    env: &Env,
    issuer: String,
) -> StdResult<MintAllowanceResponse> {
    let (_, issuer) = load(deps, &issuer)?;
    Ground::load(deps.storage, env)?.allowance(deps.storage, &issuer)
}

/// One issuer.
pub(crate) fn issuer(deps: Deps, env: &Env, issuer: String) -> StdResult<IssuerResponse> {
    let (key, issuer) = load(deps, &issuer)?;
    describe(&Ground::load(deps.storage, env)?, key, issuer)
}

/// All issuers, by address.
pub(crate) fn issuers(
    deps: Deps,
    env: &Env,
    start_after: Option<String>,
    limit: Option<u32>,
) -> StdResult<IssuersResponse> {
    let ground = Ground::load(deps.storage, env)?;
    let issuers = page(deps, start_after, limit)?
        .into_iter()
        .map(|(key, issuer)| describe(&ground, key, issuer));
    Ok(IssuersResponse {
        issuers: issuers.collect::<StdResult<_>>()?,
    })
}

fn describe(ground: &Ground, key: Addr, issuer: Issuer) -> StdResult<IssuerResponse> {
    Ok(IssuerResponse {
        backing: ground.scales().describe(key, &issuer)?,
        bond_free_at: (!issuer.leaving.is_zero()).then_some(issuer.free_at),
        admitted_at: issuer.admitted_at,
        identity: issuer.identity,
    })
}

fn load(deps: Deps, issuer: &str) -> StdResult<(Addr, Issuer)> {
    let key = deps.api.addr_validate(issuer)?;
    let found = ISSUERS.may_load(deps.storage, &key)?;
    let issuer = found.ok_or_else(|| StdError::generic_err(format!("there is no issuer {key}")))?;
    Ok((key, issuer))
}

fn page(
    deps: Deps,
    start_after: Option<String>,
    limit: Option<u32>,
) -> StdResult<Vec<(Addr, Issuer)>> {
    let start = start_after.map(|start| deps.api.addr_validate(&start));
    let start = start.transpose()?;
    let start = start.as_ref().map(Bound::exclusive);
    ISSUERS
        .range(deps.storage, start, None, Order::Ascending)
        .take(page::limit(limit))
        .collect()
}
