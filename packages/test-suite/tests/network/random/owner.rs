//! Owners and the guardian: changes, pauses, and who owns the contracts.

use compute_api::{
    coin, market,
    oracle::{self, Pausable, PausesResponse},
    timelock::AnnouncedResponse,
    votes,
};
use cosmwasm_std::Uint128;
use cw_ownable::Action;

use super::walk::{HOUR, Walk, params, stakes, tiers};

impl Walk {
    pub(crate) fn owner(&mut self) {
        match self.random.below(10) {
            0..=3 => self.pauses(),
            4 | 5 => self.oracle_changes(),
            6 | 7 => self.votes_changes(),
            8 => self.market_changes(),
            _ => self.ownership(),
        }
    }

    fn pauses(&mut self) {
        let what = match self.random.below(2) {
            0 => Pausable::Mint,
            _ => Pausable::Redeem,
        };
        let may = match self.random.below(2) {
            0 => self.net.guardian.clone(),
            _ => self.owners[0].clone(),
        };
        let sender = self.sender(&may);
        let pauses: PausesResponse = self.net.ask(&oracle::QueryMsg::Pauses {});
        let paused = match what {
            Pausable::Mint => pauses.mint.is_some(),
            Pausable::Redeem => pauses.redeem.is_some(),
        };
        let resumes = if paused {
            !self.one_in(3)
        } else {
            self.one_in(5)
        };
        let msg = match resumes {
            true => oracle::ExecuteMsg::Resume { what },
            false => oracle::ExecuteMsg::Pause {
                what,
                seconds: self.random.below(HOUR + 5),
            },
        };
        let _ = self.net.oracle(&sender, &msg);
    }

    fn oracle_changes(&mut self) {
        let announced: AnnouncedResponse<oracle::Change> =
            self.net.ask(&oracle::QueryMsg::Announced {
                start_after: None,
                limit: None,
            });
        let id = announced.announced.last().map_or(1, |last| last.id);
        let owner = self.owners[0].clone();
        let sender = self.sender(&owner);
        let none = announced.announced.is_empty() && !self.one_in(5);
        let msg = match self.random.below(6) {
            _ if none => oracle::ExecuteMsg::Announce {
                change: self.oracle_change(),
            },
            0 => oracle::ExecuteMsg::Announce {
                change: self.oracle_change(),
            },
            1 | 2 => oracle::ExecuteMsg::Cancel { id },
            _ => oracle::ExecuteMsg::Apply { id },
        };
        let _ = self.net.oracle(&sender, &msg);
    }

    fn oracle_change(&mut self) -> oracle::Change {
        match self.random.below(8) {
            0 => {
                let mut tiers = tiers();
                for tier in &mut tiers {
                    // Measured anew.
                    tier.rate += tier.rate / Uint128::new(20);
                }
                oracle::Change::Tiers(tiers)
            }
            1 => oracle::Change::Guardian(self.net.guardian.to_string()),
            choice => {
                let mut next = params();
                let reserve = &mut next.reserve;
                reserve.bond_per_coin.amount =
                    Uint128::new(500 + u128::from(self.random.below(1_000)));
                reserve.horizon = HOUR * (18 + self.random.below(12));
                reserve.margin_bps = u32::try_from(self.random.below(1_000)).unwrap();
                reserve.curing = HOUR * (2 + self.random.below(3));
                if choice == 2 {
                    reserve.margin_bps = 10_001;
                }
                if choice == 3 {
                    reserve.bond_per_coin.denom = "uother".to_owned();
                }
                oracle::Change::Params(next)
            }
        }
    }

    fn votes_changes(&mut self) {
        let announced: AnnouncedResponse<votes::Change> =
            self.net.ask_votes(&votes::QueryMsg::Announced {
                start_after: None,
                limit: None,
            });
        let id = announced.announced.first().map_or(1, |first| first.id);
        let owner = self.owners[1].clone();
        let sender = self.sender(&owner);
        let none = announced.announced.is_empty() && !self.one_in(5);
        let msg = match self.random.below(6) {
            0 => self.votes_change(),
            _ if none => self.votes_change(),
            1 => votes::ExecuteMsg::Cancel { id },
            _ => votes::ExecuteMsg::Apply { id },
        };
        let _ = self.net.votes(&sender, &msg);
    }

    fn votes_change(&mut self) -> votes::ExecuteMsg {
        let mut next = stakes();
        next.unbonding = next.unbonding_period * (6 + self.random.below(15));
        next.timelock = 12 * HOUR;
        next.miner_bond = Uint128::new(10_000_000 + u128::from(self.random.below(20_000_000)));
        let change = votes::Change::Params(next);
        votes::ExecuteMsg::Announce { change }
    }

    /// A contract is offered to somebody, who takes it or not.
    fn ownership(&mut self) {
        let at = self.index(4);
        let next = self.net.account("the next owner");
        let owner = self.owners[at].clone();
        let other = if owner == next {
            self.net.owner.clone()
        } else {
            next
        };
        let offer = Action::TransferOwnership {
            new_owner: other.to_string(),
            expiry: None,
        };
        let sender = self.sender(&owner);
        let _ = self.own(at, &sender, offer);
        if self.one_in(2) && self.own(at, &other, Action::AcceptOwnership).is_ok() {
            self.owners[at] = other;
        }
    }

    pub(crate) fn own(
        &mut self,
        at: usize,
        sender: &cosmwasm_std::Addr,
        action: Action,
    ) -> test_suite::network::Done {
        match at {
            0 => {
                let msg = oracle::ExecuteMsg::UpdateOwnership(action);
                self.net.oracle(sender, &msg)
            }
            1 => {
                let msg = votes::ExecuteMsg::UpdateOwnership(action);
                self.net.votes(sender, &msg)
            }
            2 => {
                let msg = coin::ExecuteMsg::UpdateOwnership(action);
                self.net.coin(sender, &msg)
            }
            _ => {
                let msg = market::ExecuteMsg::UpdateOwnership(action);
                self.net.market(sender, &msg)
            }
        }
    }
}
