//! Censuses, and how they fail.

use compute_api::{
    oracle::{CensusStage, ExecuteMsg},
    votes::Standing,
};
use cosmwasm_std::HexBinary;

use super::walk::Walk;

impl Walk {
    pub(crate) fn census(&mut self) {
        match self.random.below(10) {
            // Nearly always as it should be, or nothing else would go on.
            0..=4 => self.whole_census(),
            5..=7 => self.next_stage(),
            8 => self.odd_census_message(),
            _ => self.reports(),
        }
    }

    /// From whatever stage it is in to its end, and then the reports.
    fn whole_census(&mut self) {
        while self.net.census().current.is_some() {
            self.next_stage();
        }
        self.next_stage();
        for _ in 0..6 {
            if self.net.census().current.is_none() {
                break;
            }
            self.next_stage();
        }
        if self.one_in(2) {
            self.reports();
        }
    }

    /// One stage further.
    fn next_stage(&mut self) {
        let Some(census) = self.net.census().current else {
            self.begin();
            return;
        };
        match census.stage {
            CensusStage::Committing { until, seal_by } => {
                if self.net.now() <= until {
                    self.commitments();
                }
                // Rarely nobody seals in time.
                let time = if self.one_in(30) {
                    seal_by + 1
                } else {
                    until + 1
                };
                self.net.at(time);
                let seal = match self.random.below(20) {
                    // Does nothing before its time is over.
                    0 => ExecuteMsg::CloseCensus {},
                    _ => ExecuteMsg::SealCensus {},
                };
                let _ = self.net.anyone(&seal);
            }
            CensusStage::Sealed { round, post_by } => {
                let time = self.net.signer.network().time_of(round);
                if self.one_in(30) {
                    self.net.at(post_by + 1);
                    let _ = self.net.anyone(&ExecuteMsg::CloseCensus {});
                } else {
                    self.net.at(time);
                }
                let beacon = self.net.beacon(round);
                let _ = self.net.anyone(&ExecuteMsg::PostBeacon { beacon });
            }
            CensusStage::Answering {
                until,
                until_height,
                ..
            } => {
                self.answers();
                self.net.at(until + 1);
                let blocks = (until_height + 1).saturating_sub(self.net.height());
                self.net.blocks(blocks);
                let _ = self.net.anyone(&ExecuteMsg::CloseCensus {});
            }
        }
    }

    /// Waits for a slot that fires, and opens it: by itself, or by a commitment.
    fn begin(&mut self) {
        let slot = self.net.next_slot();
        let round = self.net.round_of(slot);
        let time = self.net.signer.network().time_of(round);
        self.net.at(time);
        let beacon = self.net.beacon(round);
        let late = self.one_in(40);
        if late {
            self.net.wait(21);
        }
        if self.one_in(2) {
            let _ = self.net.anyone(&ExecuteMsg::OpenCensus { beacon });
            return;
        }
        let miner = self.index(self.net.miners.len());
        let key = self.net.miners[miner].key.clone();
        let randomness = self.net.signer.randomness(round).unwrap();
        let work = self.net.compute_with(&randomness, &key, self.units[miner]);
        let commitment = work.commitment();
        let commit = ExecuteMsg::CommitCensus {
            slot,
            units: commitment.units,
            root: commitment.root.0.into(),
            open: Some(beacon.clone()),
        };
        if self.net.oracle(&key, &commit).is_err() {
            let _ = self.net.anyone(&ExecuteMsg::OpenCensus { beacon });
        }
    }

    fn commitments(&mut self) {
        let slot = self.net.under_way().slot;
        for miner in 0..self.net.miners.len() {
            // Capacity grows now and then, and comes and goes.
            if self.one_in(25) {
                self.units[miner] = (self.units[miner] * 3 / 2 + 1).min(60);
            } else if self.one_in(60) {
                self.units[miner] = 1 + self.units[miner] / 2;
            }
            let key = self.net.miners[miner].key.clone();
            if self.net.measured(miner).standing == Standing::Jailed && !self.one_in(6) {
                continue;
            }
            match self.random.below(30) {
                // Absent.
                0 | 1 => {}
                // Something that it cannot answer for.
                2 => {
                    let root = HexBinary::from(self.random.bytes(32));
                    let units = 1 + u32::try_from(self.random.below(1 << 24)).unwrap();
                    let commit = ExecuteMsg::CommitCensus {
                        slot,
                        units,
                        root,
                        open: None,
                    };
                    let _ = self.net.oracle(&key, &commit);
                }
                choice => {
                    let _ = self.net.commit(miner, self.units[miner]);
                    if choice == 3 {
                        // In place of the first.
                        let _ = self.net.commit(miner, self.units[miner] + 1);
                    }
                }
            }
        }
    }

    fn answers(&mut self) {
        let slot = self.net.under_way().slot;
        for miner in 0..self.net.miners.len() {
            let key = self.net.miners[miner].key.clone();
            let ready = self.net.committed_work(&key);
            if ready.is_none_or(|(committed, _)| *committed != slot) || self.one_in(40) {
                continue;
            }
            if self.one_in(30) {
                let other = self.index(self.net.miners.len());
                let other = self.net.miners[other].key.clone();
                // Somebody else's answer.
                let answer = self.net.answer_of(&key);
                if other != key {
                    self.net.carry(&other, answer).unwrap_err();
                }
            }
            let _ = self.net.answer(miner);
        }
    }

    fn reports(&mut self) {
        for miner in 0..self.net.miners.len() {
            let operator = self.net.miners[miner].key.to_string();
            let reporter = self.anybody();
            let report = match self.random.below(2) {
                0 => ExecuteMsg::ReportUnanswered { operator },
                _ => ExecuteMsg::ReportMissed { operator },
            };
            let _ = self.net.oracle(&reporter, &report);
        }
    }

    fn odd_census_message(&mut self) {
        let sender = self.anybody();
        let network = self.net.signer.network();
        let round = network.round_at_or_after(self.net.now()) - self.random.below(40);
        let forged = self.one_in(3);
        let beacon = match forged {
            true => self.net.signer.forger().round(round).unwrap(),
            false => self.net.beacon(round),
        };
        let operator = self.operator().key.to_string();
        let msg = match self.random.below(6) {
            0 => ExecuteMsg::OpenCensus { beacon },
            1 | 2 => ExecuteMsg::PostBeacon { beacon },
            3 => ExecuteMsg::AnswerCensus {
                operator,
                answer: self.random.bytes(200).into(),
            },
            4 => ExecuteMsg::SealCensus {},
            _ => ExecuteMsg::CloseCensus {},
        };
        let done = self.net.oracle(&sender, &msg);
        let takes_beacon = matches!(
            msg,
            ExecuteMsg::OpenCensus { .. } | ExecuteMsg::PostBeacon { .. }
        );
        assert!(!(forged && takes_beacon && done.is_ok()), "a forged round");
    }
}
