//! Issuers whose coins are not backed, and the peg.

use compute_api::oracle::IssuerBacking;
use cosmwasm_std::Uint128;

use super::{Action, Moment, Plan};

/// What the oracle says of the peg.
#[derive(Clone, Debug, Default)]
pub struct PegView {
    /// Ops in one coin when the glide is over.
    pub target: Uint128,
    /// When a proposed re-index can be applied.
    pub ready_at: Option<u64>,
    /// Ops in one coin by the tier that has held; none if there is none.
    pub held: Option<Uint128>,
    /// For how many censuses it has.
    pub held_for: u32,
    /// For how many it has to.
    pub hold: u32,
}

/// What the oracle says of the reserve.
#[derive(Clone, Debug, Default)]
pub struct ReserveView {
    /// All issuers.
    pub issuers: Vec<IssuerBacking>,
    /// The peg.
    pub peg: PegView,
}

/// What the reserve needs now.
#[must_use]
pub fn reserve(view: &ReserveView, at: Moment) -> Plan {
    let mut plan = peg(&view.peg, at.time);
    for backing in &view.issuers {
        let issuer = backing.issuer.to_string();
        match (backing.curing_until, backing.short.is_zero()) {
            (None, true) => {}
            (None, false) => plan.actions.push(Action::Flag { issuer }),
            (Some(_), true) => plan.actions.push(Action::Cure { issuer }),
            (Some(until), false) if at.time > until => {
                plan.actions.push(Action::Default { issuer });
            }
            (Some(until), false) => plan = plan.and(Plan::at(until.saturating_add(1))),
        }
    }
    plan
}

fn peg(peg: &PegView, now: u64) -> Plan {
    match peg.ready_at {
        Some(ready_at) if now >= ready_at => Plan::now(Action::ApplyReindex),
        Some(ready_at) => Plan::at(ready_at),
        None if peg.held_for >= peg.hold && peg.held.is_some_and(|held| held > peg.target) => {
            Plan::now(Action::ProposeReindex)
        }
        None => Plan::default(),
    }
}
