use std::collections::BTreeMap;

use compute_api::oracle::{IssuerBacking, events::OracleEvent};
use cosmwasm_std::{Addr, Uint128};

use crate::network::rules::{Account, Step};

/// What an issuer owes and has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IssuerBook {
    /// Its name.
    pub name: String,
    /// Micro-coins that it owes.
    pub outstanding: Uint128,
    /// Ops per second that it has committed.
    pub committed: Uint128,
    /// Until when.
    pub until: u64,
    /// Census → ops per second that its operators have proven in it.
    pub proven: BTreeMap<u32, Uint128>,
    /// Its bond, what is leaving included.
    pub bond: Uint128,
    /// The part that is leaving.
    pub leaving: Uint128,
    /// When that is free.
    pub free_at: Option<u64>,
    /// Until when it can mend a shortfall.
    pub curing_until: Option<u64>,
}

/// What an operator is to the oracle.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OperatorBook {
    /// Whom it counts for.
    pub issuer: Option<String>,
    /// Who has invited it.
    pub invited_by: Option<String>,
    /// Until when it can join none.
    pub bound_until: u64,
    /// Devices that count.
    pub devices: u32,
    /// Devices that are to count, and from which census on.
    pub pending_devices: Option<(u32, u32)>,
    /// How it stands, where votes has said so.
    pub standing: Option<String>,
}

/// Issuers, operators, peg and census.
#[derive(Clone, Debug, Default)]
pub struct OracleBook {
    /// Micro-units of the bond's denom for a coin.
    pub bond_per_coin: Uint128,
    /// Seconds of commitment that count.
    pub horizon: u64,
    /// All stretches of the peg, the oldest first.
    pub steps: Vec<Step>,
    /// The proposed re-index: tier, target, until when it can be vetoed.
    pub reindex: Option<(String, Uint128, u64)>,
    /// The last census that counts.
    pub census: Option<u32>,
    /// The tier of the median device, and for how many censuses in a row.
    pub held: (Option<String>, u32),
    /// The census under way: its number and slot.
    pub under_way: Option<(u32, u64)>,
    /// Issuer → what it owes and has.
    pub issuers: BTreeMap<String, IssuerBook>,
    /// Operator → what it is.
    pub operators: BTreeMap<String, OperatorBook>,
    /// `mint` or `redeem` → until when it is paused.
    pub pauses: BTreeMap<String, u64>,
    /// Micro-coins that nobody owes.
    pub orphan: Uint128,
    /// What waits for whoever takes them over.
    pub bounty: Uint128,
}

impl OracleBook {
    /// The stretch of the peg that a moment is in; the first for those before it.
    ///
    /// # Panics
    /// Before activation.
    #[must_use]
    pub fn step(&self, time: u64) -> &Step {
        let begun = self.steps.iter().rev().find(|step| step.time <= time);
        begun.or(self.steps.first()).expect("an active oracle")
    }

    /// Micro-coins that all issuers owe.
    #[must_use]
    pub fn outstanding(&self) -> Uint128 {
        self.issuers.values().map(|issuer| issuer.outstanding).sum()
    }

    /// The native coins that the oracle has to hold.
    #[must_use]
    pub fn holds(&self) -> Uint128 {
        let bonds: Uint128 = self.issuers.values().map(|issuer| issuer.bond).sum();
        bonds + self.bounty
    }

    /// All that stands behind the coin at `now`, as the query shows it.
    #[must_use]
    pub fn backing(&self, now: u64) -> Vec<IssuerBacking> {
        let opc = self.step(now).opc(now);
        let backing = self.issuers.iter().map(|(key, issuer)| {
            let proven = self.census.and_then(|id| issuer.proven.get(&id));
            let account = Account {
                outstanding: issuer.outstanding,
                committed: issuer.committed,
                until: issuer.until,
                proven: proven.copied().unwrap_or_default(),
                free_bond: issuer
                    .bond
                    .checked_sub(issuer.leaving)
                    .expect("of the bond"),
            };
            IssuerBacking {
                issuer: Addr::unchecked(key),
                outstanding: account.outstanding,
                committed: account.committed,
                until: account.until,
                proven: account.proven,
                effective: account.effective(now),
                backing: account.backing(now, self.horizon),
                bond: issuer.bond,
                leaving: issuer.leaving,
                bond_cap: account.bond_cap(self.bond_per_coin),
                short: account.short(now, self.horizon, opc),
                curing_until: issuer.curing_until,
            }
        });
        backing.collect()
    }

    fn issuer(&mut self, issuer: &str) -> &mut IssuerBook {
        let found = self.issuers.get_mut(issuer);
        found.unwrap_or_else(|| panic!("{issuer} was not admitted"))
    }

    fn operator(&mut self, operator: &str) -> &mut OperatorBook {
        let found = self.operators.get_mut(operator);
        found.unwrap_or_else(|| panic!("{operator} has not declared devices"))
    }

    pub(super) fn hear(&mut self, event: OracleEvent) {
        let Some(event) = self.hear_peg(event) else {
            return;
        };
        let Some(event) = self.hear_issuers(event) else {
            return;
        };
        self.hear_operators(event);
    }

    /// Peg, census, settings; hands back what is none of that.
    fn hear_peg(&mut self, event: OracleEvent) -> Option<OracleEvent> {
        match event {
            OracleEvent::Activated {
                tier,
                opc,
                time,
                bond_per_coin,
                horizon,
            } => {
                self.bond_per_coin = bond_per_coin;
                self.horizon = horizon;
                self.steps.push(Step {
                    tier,
                    time,
                    start: opc,
                    target: opc,
                    glide_bps: 0,
                    glide_period: 1,
                });
            }
            OracleEvent::Applied {
                change,
                bond_per_coin,
                horizon,
                ..
            } => {
                if change == "tiers" {
                    self.held = (None, 0);
                }
                self.bond_per_coin = bond_per_coin;
                self.horizon = horizon;
            }
            OracleEvent::Paused { what, until } => {
                self.pauses.insert(what, until);
            }
            OracleEvent::CensusOpened { census, slot, .. } => {
                assert_eq!(self.under_way, None, "one census at a time");
                self.under_way = Some((census, slot));
            }
            OracleEvent::CensusVoid { census, .. } => {
                let under_way = self.under_way.take().map(|(id, _)| id);
                assert_eq!(under_way, Some(census));
            }
            OracleEvent::CensusClosed {
                census,
                mainstream,
                held_for,
                ..
            } => {
                let under_way = self.under_way.take().map(|(id, _)| id);
                assert_eq!(under_way, Some(census));
                self.census = Some(census);
                self.held = (mainstream, held_for);
            }
            OracleEvent::ReindexProposed {
                tier,
                target,
                ready_at,
            } => self.reindex = Some((tier, target, ready_at)),
            OracleEvent::ReindexVetoed { .. } => {
                self.reindex = None;
                self.held = (None, 0);
            }
            OracleEvent::ReindexApplied {
                tier,
                time,
                start,
                target,
                glide_bps,
                glide_period,
            } => {
                self.reindex = None;
                self.steps.push(Step {
                    tier,
                    time,
                    start,
                    target,
                    glide_bps,
                    glide_period,
                });
            }
            OracleEvent::Announced { .. }
            | OracleEvent::Cancelled { .. }
            | OracleEvent::BeaconPosted { .. }
            | OracleEvent::CensusCommitted { .. }
            | OracleEvent::CensusSealed { .. }
            | OracleEvent::CensusAnswered { .. } => {}
            other => return Some(other),
        }
        None
    }

    /// What issuers owe and have; hands back what is none of that.
    #[allow(clippy::too_many_lines, reason = "one arm for each event")]
    fn hear_issuers(&mut self, event: OracleEvent) -> Option<OracleEvent> {
        match event {
            OracleEvent::IssuerAdmitted { issuer, name } => {
                let new = IssuerBook {
                    name,
                    ..IssuerBook::default()
                };
                let before = self.issuers.insert(issuer, new);
                assert_eq!(before, None, "admitted twice");
            }
            OracleEvent::IdentityUpdated { issuer, name } => self.issuer(&issuer).name = name,
            OracleEvent::BondChanged {
                issuer,
                bond,
                leaving,
                free_at,
                bounty,
                ..
            } => {
                self.bounty = bounty;
                let issuer = self.issuer(&issuer);
                issuer.bond = bond;
                issuer.leaving = leaving;
                issuer.free_at = free_at;
            }
            OracleEvent::Committed {
                issuer,
                rate,
                until,
            } => {
                let issuer = self.issuer(&issuer);
                issuer.committed = rate;
                issuer.until = until;
            }
            OracleEvent::ProvenChanged {
                issuer,
                census,
                proven,
                ..
            } => {
                self.issuer(&issuer).proven.insert(census, proven);
            }
            OracleEvent::Minted {
                issuer,
                outstanding,
                ..
            } => self.issuer(&issuer).outstanding = outstanding,
            OracleEvent::Burnt {
                issuer,
                outstanding,
                orphan,
                ..
            } => {
                self.orphan = orphan;
                self.issuer(&issuer).outstanding = outstanding;
            }
            OracleEvent::Flagged {
                issuer,
                curing_until,
                ..
            } => self.issuer(&issuer).curing_until = Some(curing_until),
            OracleEvent::Cured { issuer } => self.issuer(&issuer).curing_until = None,
            OracleEvent::Defaulted {
                issuer,
                outstanding,
                orphan,
                ..
            } => {
                self.orphan = orphan;
                let issuer = self.issuer(&issuer);
                issuer.outstanding = outstanding;
                issuer.curing_until = None;
            }
            OracleEvent::Assumed {
                issuer,
                outstanding,
                orphan,
                bounty,
                ..
            } => {
                self.orphan = orphan;
                self.bounty = bounty;
                self.issuer(&issuer).outstanding = outstanding;
            }
            other => return Some(other),
        }
        None
    }

    /// Who counts for whom, with how many devices.
    fn hear_operators(&mut self, event: OracleEvent) {
        match event {
            OracleEvent::Invited { operator, issuer } => {
                self.operator(&operator).invited_by = issuer;
            }
            OracleEvent::Joined { operator, issuer } => {
                let operator = self.operator(&operator);
                operator.issuer = Some(issuer);
                operator.invited_by = None;
            }
            OracleEvent::Left {
                operator,
                bound_until,
                ..
            } => {
                let operator = self.operator(&operator);
                operator.issuer = None;
                operator.bound_until = bound_until;
            }
            OracleEvent::DevicesDeclared {
                operator,
                devices,
                from_census,
            } => {
                let operator = self.operators.entry(operator).or_default();
                if from_census == 0 {
                    operator.devices = devices;
                    operator.pending_devices = None;
                } else {
                    operator.pending_devices = Some((devices, from_census));
                }
            }
            OracleEvent::StandingSet { operator, standing } => {
                self.operator(&operator).standing = Some(standing);
            }
            other => panic!("nobody listens to {other:?}"),
        }
    }
}
