//! What answers add to, and how it is taken out again.

use compute_api::oracle::events::OracleEvent;
use cosmwasm_std::{Addr, Event, StdResult, Storage, Uint128};

use crate::state::{
    CENSUS, CENSUSES, Census, CensusSum, Counted, ISSUERS, Issuer, LAST_CENSUS, Operator,
};

/// Adds an answer to the census under way and to the operator's issuer.
pub(super) fn add(
    storage: &mut dyn Storage,
    key: &Addr,
    operator: &mut Operator,
    census: &mut Census,
    rate: Uint128,
    tier: Option<usize>,
) -> StdResult<Option<Event>> {
    census.rate = census.rate.checked_add(rate)?;
    if let Some(sum) = tier.and_then(|at| census.by_tier.get_mut(at)) {
        *sum = sum.checked_add(rate)?;
    }
    let changed = match &operator.issuer {
        None => None,
        Some(issuer) => {
            let mut record = ISSUERS.load(storage, issuer)?;
            let proven = &mut record.proven;
            if proven.latest.census != census.id {
                let latest = CensusSum {
                    census: census.id,
                    rate: Uint128::zero(),
                };
                proven.earlier = core::mem::replace(&mut proven.latest, latest);
            }
            proven.latest.rate = proven.latest.rate.checked_add(rate)?;
            ISSUERS.save(storage, issuer, &record)?;
            Some(proven_changed(issuer, key, census.id, &record))
        }
    };
    let before = census.id.saturating_sub(1);
    operator.counted.retain(|counted| counted.census >= before);
    operator.counted.push(Counted {
        census: census.id,
        rate,
        issuer: operator.issuer.clone(),
        tier: tier.and_then(|at| u32::try_from(at).ok()),
    });
    Ok(changed)
}

/// Takes what an operator's answers have added out of its issuer's sums. What tiers
/// have stays.
pub(crate) fn leave_issuer(
    storage: &mut dyn Storage,
    key: &Addr,
    operator: &mut Operator,
) -> StdResult<Vec<Event>> {
    let mut events = Vec::new();
    for counted in &mut operator.counted {
        let Some(issuer) = counted.issuer.take() else {
            continue;
        };
        let mut record = ISSUERS.load(storage, &issuer)?;
        let proven = &mut record.proven;
        for sum in [&mut proven.latest, &mut proven.earlier] {
            if sum.census == counted.census {
                sum.rate = sum.rate.checked_sub(counted.rate)?;
            }
        }
        ISSUERS.save(storage, &issuer, &record)?;
        events.push(proven_changed(&issuer, key, counted.census, &record));
    }
    Ok(events)
}

/// Takes what an operator's answers have added out of every sum: of its issuer, of
/// the census under way, and of the last one.
pub(crate) fn take_out(
    storage: &mut dyn Storage,
    key: &Addr,
    operator: &mut Operator,
) -> StdResult<Vec<Event>> {
    let events = leave_issuer(storage, key, operator)?;
    let last = LAST_CENSUS.load(storage)?;
    for counted in core::mem::take(&mut operator.counted) {
        let Counted {
            census, rate, tier, ..
        } = counted;
        let at = tier.and_then(|at| usize::try_from(at).ok());
        if census == last {
            let mut record = CENSUSES.load(storage, last)?;
            record.rate = record.rate.checked_sub(rate)?;
            if let Some(sum) = at.and_then(|at| record.by_tier.get_mut(at)) {
                sum.rate = sum.rate.checked_sub(rate)?;
            }
            CENSUSES.save(storage, last, &record)?;
        } else if census > last {
            let mut building = CENSUS.load(storage)?;
            building.rate = building.rate.checked_sub(rate)?;
            if let Some(sum) = at.and_then(|at| building.by_tier.get_mut(at)) {
                *sum = sum.checked_sub(rate)?;
            }
            CENSUS.save(storage, &building)?;
        }
    }
    Ok(events)
}

fn proven_changed(issuer: &Addr, operator: &Addr, census: u32, record: &Issuer) -> Event {
    OracleEvent::ProvenChanged {
        issuer: issuer.to_string(),
        operator: operator.to_string(),
        census,
        proven: record.proven.of(census),
    }
    .into()
}
