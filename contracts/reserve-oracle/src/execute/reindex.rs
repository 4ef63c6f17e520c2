//! The peg follows the mainstream tier: proposed, open to veto, then a glide.

use compute_api::oracle::{Reindex, events::OracleEvent};
use cosmwasm_std::{DepsMut, Env, MessageInfo, Response, Storage};

use super::mint::Ground;
use crate::{
    ContractError, peg,
    state::{HELD, Held, PARAMS, PEG, REINDEX, TIERS, add_step},
};

/// Proposes to follow the tier that has held.
pub(crate) fn propose(
    deps: DepsMut,
    env: Env,
    _info: MessageInfo,
) -> Result<Response, ContractError> {
    if let Some(proposed) = REINDEX.may_load(deps.storage)? {
        return Err(ContractError::Refused(format!(
            "a re-index to {} is proposed already: it can be applied from {} on",
            proposed.tier, proposed.ready_at
        )));
    }
    let ground = Ground::load(deps.storage, &env)?;
    let held = HELD.load(deps.storage)?;
    let hold = ground.params.peg.hold;
    let tier = match held.tier {
        Some(tier) if held.censuses >= hold => tier,
        tier => {
            return Err(ContractError::Refused(format!(
                "tier {} has held for {} censuses in a row: {hold} are needed",
                tier.as_deref().unwrap_or("none"),
                held.censuses
            )));
        }
    };
    if ground.is_stale(deps.storage)? {
        return Err(ContractError::Refused(
            "the last census is too old to say which tier is the mainstream one: wait for the \
             next"
                .to_owned(),
        ));
    }
    let tiers = TIERS.load(deps.storage)?;
    let found = tiers.iter().find(|known| known.id == tier);
    let found = found.ok_or_else(|| ContractError::NotFound {
        what: "tier",
        key: tier.clone(),
    })?;
    let target = peg::opc_of(found)?;
    if target <= ground.target {
        return Err(ContractError::Refused(format!(
            "tier {tier} would put {target} ops into a coin, which holds or glides to {} \
             already: the peg moves up only",
            ground.target
        )));
    }
    let reindex = Reindex {
        tier,
        target,
        ready_at: ground.now.saturating_add(ground.params.peg.veto_within),
    };
    REINDEX.save(deps.storage, &reindex)?;
    Ok(Response::new().add_event(OracleEvent::ReindexProposed {
        tier: reindex.tier,
        target: reindex.target,
        ready_at: reindex.ready_at,
    }))
}

/// Takes the proposal back, also when its time has come and nobody has applied it
/// yet. The tier has to hold anew.
pub(crate) fn veto(
    deps: DepsMut,
    _env: Env,
    _info: MessageInfo,
) -> Result<Response, ContractError> {
    let reindex = proposed(deps.storage)?;
    REINDEX.remove(deps.storage);
    HELD.save(deps.storage, &Held::default())?;
    Ok(Response::new().add_event(OracleEvent::ReindexVetoed { tier: reindex.tier }))
}

/// Starts the glide, from where the peg stands.
pub(crate) fn apply(
    deps: DepsMut,
    env: Env,
    _info: MessageInfo,
) -> Result<Response, ContractError> {
    let reindex = proposed(deps.storage)?;
    let now = env.block.time.seconds();
    if now < reindex.ready_at {
        return Err(ContractError::TooEarly {
            what: "this re-index",
            ready_at: reindex.ready_at,
            now,
        });
    }
    let params = PARAMS.load(deps.storage)?.peg;
    let last = PEG.load(deps.storage)?;
    let step = peg::next_step(&last, reindex.tier, reindex.target, &params, now)?;
    add_step(deps.storage, &step)?;
    REINDEX.remove(deps.storage);
    Ok(Response::new().add_event(OracleEvent::ReindexApplied {
        tier: step.tier,
        time: now,
        start: step.start,
        target: step.target,
        glide_bps: step.glide_bps,
        glide_period: step.glide_period,
    }))
}

fn proposed(storage: &dyn Storage) -> Result<Reindex, ContractError> {
    REINDEX.may_load(storage)?.ok_or_else(|| {
        ContractError::Refused("no re-index is proposed: send propose_reindex".to_owned())
    })
}
