//! The census: opened when a slot fires, sealed, drawn, closed, and reported on.

use compute_api::oracle::{
    CensusParams, CensusResponse, CensusStage, OpenCensus, OperatorResponse,
};
use compute_api::votes::Standing;
use compute_proofs::beacon::Network;

use super::{Action, Lane, Moment, Plan};

/// Censuses of which the oracle keeps an operator's results.
const HISTORY: u32 = 8;

/// What the oracle says of the census.
#[derive(Clone, Debug)]
pub struct CensusView {
    /// How capacity is measured.
    pub params: CensusParams,
    /// The beacon.
    pub network: Network,
    /// The census under way, and the last one.
    pub census: CensusResponse,
}

/// What the census needs now.
#[must_use]
pub fn census(view: &CensusView, at: Moment) -> Plan {
    match &view.census.current {
        None => open(view, at.time),
        Some(census) => carry_on(view, census, at),
    }
}

fn carry_on(view: &CensusView, census: &OpenCensus, at: Moment) -> Plan {
    let slot = census.slot;
    match census.stage {
        // Too late it is void: that too lets the next one begin.
        CensusStage::Committing { until, .. } if at.time > until => {
            Plan::now(Action::SealCensus { slot })
        }
        CensusStage::Committing { until, .. } => Plan::at(until.saturating_add(1)),
        CensusStage::Sealed { post_by, .. } if at.time > post_by => {
            Plan::now(Action::CloseCensus { slot })
        }
        CensusStage::Sealed { round, .. } => {
            let out = view.network.time_of(round);
            if at.time < out {
                return Plan::at(out);
            }
            let lane = Lane::Census;
            Plan::now(Action::PostBeacon { round, lane })
        }
        CensusStage::Answering {
            until,
            until_height,
            ..
        } => {
            if at.time <= until {
                return Plan::at(until.saturating_add(1));
            }
            if at.height <= until_height {
                return Plan::default();
            }
            Plan::now(Action::CloseCensus { slot })
        }
    }
}

/// Every slot that can be opened now may fire: its round is looked at.
fn open(view: &CensusView, now: u64) -> Plan {
    let (params, network) = (&view.params, &view.network);
    let Some(slot) = now.checked_div(params.slot) else {
        return Plan::default();
    };
    let mut plan = Plan::default();
    // The first round of the one before can be late by up to a period.
    for slot in slot.saturating_sub(1)..=slot.saturating_add(1) {
        let Some(round) = first_round(network, params, slot) else {
            continue;
        };
        let time = network.time_of(round);
        if time < view.census.next_from || now > time.saturating_add(params.open_within) {
            continue;
        }
        plan = plan.and(if time <= now {
            Plan::now(Action::OpenCensus { round })
        } else {
            Plan::at(time)
        });
    }
    plan
}

/// The slot's first round; none for a slot in which no round begins.
fn first_round(network: &Network, params: &CensusParams, slot: u64) -> Option<u64> {
    let begin = slot.checked_mul(params.slot)?;
    let round = network.round_at_or_after(begin);
    let within = network.time_of(round).checked_div(params.slot)? == slot;
    within.then_some(round)
}

/// Who is to be reported after a census was closed. The oracle knows more than it tells,
/// such as what was reported before: it refuses what is not a fault.
#[must_use]
pub fn reports(view: &CensusView, operators: &[OperatorResponse]) -> Vec<Action> {
    let Some(last) = &view.census.last else {
        return Vec::new();
    };
    let first = last.id.saturating_sub(HISTORY).saturating_add(1);
    let due = last.id.min(HISTORY);
    let current = view.census.current.as_ref().map(|census| census.slot);
    let mut actions = Vec::new();
    for operator in operators {
        let address = operator.operator.to_string();
        let commitment = operator.commitment.as_ref();
        let unanswered = commitment
            .filter(|made| !made.answered && made.slot <= last.slot && Some(made.slot) != current);
        if let Some(made) = unanswered {
            actions.push(Action::ReportUnanswered {
                operator: address.clone(),
                slot: made.slot,
            });
        }
        let obliged = match operator.standing {
            Standing::Active => true,
            Standing::Unbonded => operator.issuer.is_some(),
            Standing::Jailed | Standing::Tombstoned => false,
        };
        let results = operator.results.iter();
        let shown = results.filter(|result| (first..=last.id).contains(&result.id));
        let shown = u32::try_from(shown.count()).unwrap_or(u32::MAX);
        if obliged && due.saturating_sub(shown) >= view.params.missed_limit {
            actions.push(Action::ReportMissed {
                operator: address,
                census: last.id,
            });
        }
    }
    actions
}
