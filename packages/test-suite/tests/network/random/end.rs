//! From whatever state a run is in, what anyone may do alone brings all to an end.

use std::collections::BTreeSet;

use compute_api::{
    oracle::{CensusStage, ExecuteMsg},
    votes::{self, QueryMsg, UnbondingResponse},
};
use cosmwasm_std::Addr;
use cw_ownable::Action;

use super::walk::{HOUR, Walk};
use crate::events::everything_shown_is_told;

impl Walk {
    pub(crate) fn end(&mut self) {
        everything_shown_is_told(&self.net);
        self.net.check_whole_market();
        self.net.drain_market(self.beacon);
        self.end_census();
        self.end_reindex();
        self.end_curing();
        self.end_unbonding();
        self.renounce();
        everything_shown_is_told(&self.net);
    }

    /// A census under way closes or is void, without anybody who takes part.
    fn end_census(&mut self) {
        while let Some(census) = self.net.census().current {
            let until = match census.stage {
                CensusStage::Committing { seal_by, .. } => seal_by,
                CensusStage::Sealed { post_by, .. } => post_by,
                CensusStage::Answering {
                    until,
                    until_height,
                    ..
                } => {
                    let blocks = (until_height + 1).saturating_sub(self.net.height());
                    self.net.blocks(blocks);
                    until
                }
            };
            self.net.at(until + 1);
            self.net.anyone(&ExecuteMsg::CloseCensus {}).unwrap();
        }
    }

    fn end_reindex(&mut self) {
        if let Some(reindex) = self.net.peg().reindex {
            self.net.at(reindex.ready_at);
            self.net.anyone(&ExecuteMsg::ApplyReindex {}).unwrap();
        }
        assert_eq!(self.net.peg().reindex, None);
        if let Some(time) = self.net.peg().glide_ends_at {
            self.net.at(time - 1);
            assert!(self.net.peg().opc < self.net.peg().target);
            self.net.at(time);
            let peg = self.net.peg();
            assert_eq!((peg.opc, peg.glide_ends_at), (peg.target, None));
        }
    }

    fn end_curing(&mut self) {
        let marked = |walk: &Self| {
            let issuers = walk.net.backing().issuers.into_iter();
            issuers.filter_map(|issuer| Some((issuer.issuer.clone(), issuer.curing_until?)))
        };
        let all: Vec<(Addr, u64)> = marked(self).collect();
        for (issuer, until) in all {
            self.net.at(until + 1);
            let issuer = issuer.to_string();
            let cure = ExecuteMsg::Cure {
                issuer: issuer.clone(),
            };
            if self.net.anyone(&cure).is_err() {
                self.net.anyone(&ExecuteMsg::Default { issuer }).unwrap();
            }
        }
        assert_eq!(marked(self).count(), 0);
    }

    /// What waits is free in the end, and its owner takes it with nobody's help.
    fn end_unbonding(&mut self) {
        // The longest that coins can wait, by any parameters of the run.
        self.net.wait(24 * HOUR);
        let votes = &self.net.replay.votes;
        let waiting = votes.entries.keys().map(|(voter, _, _)| voter);
        let voters: BTreeSet<String> = waiting.chain(votes.revotes.keys()).cloned().collect();
        for voter in voters.into_iter().map(Addr::unchecked) {
            let waits = |walk: &Self| -> UnbondingResponse {
                walk.net.ask_votes(&QueryMsg::Unbonding {
                    voter: voter.to_string(),
                    start_after: None,
                    limit: None,
                })
            };
            if waits(self).revote.is_some() {
                let stranger = self.net.stranger.clone();
                let voter = voter.to_string();
                let collect = votes::ExecuteMsg::Collect { voter };
                self.net.votes(&stranger, &collect).unwrap();
            }
            assert_eq!(waits(self).revote, None);
            let had = self.net.balance(&voter);
            let mut due = 0;
            while !waits(self).unbonding.is_empty() {
                let page: u128 = waits(self).unbonding.iter().map(|x| x.amount.u128()).sum();
                due += page;
                let claim = votes::ExecuteMsg::Claim { limit: None };
                self.net.votes(&voter, &claim).unwrap();
            }
            let got = self.net.balance(&voter) - had;
            // Rounding goes to whoever is last.
            assert!(got >= due && got <= due + 100, "{got} of {due}");
        }
        assert!(self.net.replay.votes.waiting.is_empty());
        assert!(self.net.replay.votes.entries.is_empty());
    }

    /// An owner can give a contract up, and then nobody has that right.
    fn renounce(&mut self) {
        for at in 0..4 {
            let owner = self.owners[at].clone();
            self.own(at, &owner, Action::RenounceOwnership).unwrap();
        }
        let owner = self.owners[0].clone();
        let cancel = ExecuteMsg::Announce {
            change: compute_api::oracle::Change::Guardian(owner.to_string()),
        };
        self.net.oracle(&owner, &cancel).unwrap_err();
    }
}
