//! Drives censuses: honest operators with real proofs.

use compute_api::oracle::{BeaconRound, CensusStage, ExecuteMsg, OpenCensus};
use compute_proofs::census::{Entry, Work, fires};
use cosmwasm_std::{Addr, Binary};

use super::{Done, Network};
use crate::fixtures::Capacity;

impl Network {
    /// A round, signed.
    ///
    /// # Panics
    /// Never.
    #[must_use]
    pub fn beacon(&self, round: u64) -> BeaconRound {
        self.signer.round(round).expect("a signature")
    }

    /// The census under way.
    ///
    /// # Panics
    /// If there is none.
    #[must_use]
    pub fn under_way(&self) -> OpenCensus {
        self.census().current.expect("a census under way")
    }

    /// The round of a slot.
    #[must_use]
    pub fn round_of(&self, slot: u64) -> u64 {
        let network = self.signer.network();
        network.round_at_or_after(slot * self.params().census.slot)
    }

    /// The first slot from the present on that fires and can be opened.
    ///
    /// # Panics
    /// Never.
    #[must_use]
    pub fn next_slot(&self) -> u64 {
        let params = self.params().census;
        let network = self.signer.network();
        let from = self.census().next_from.max(self.now());
        let mut slot = from / params.slot;
        loop {
            let round = network.round_at_or_after(slot * params.slot);
            let ours = network.time_of(round) / params.slot == slot;
            if ours && network.time_of(round) >= from {
                let randomness = self.signer.randomness(round).expect("a signature");
                if fires(&randomness, params.one_in).expect("a rate") {
                    return slot;
                }
            }
            slot += 1;
        }
    }

    /// Opens the census of a slot, whoever it is time for.
    ///
    /// # Errors
    /// [`super::Refused`].
    pub fn open_slot(&mut self, slot: u64) -> Done {
        let beacon = self.beacon(self.round_of(slot));
        self.anyone(&ExecuteMsg::OpenCensus { beacon })
    }

    /// Waits for the next slot that fires and opens its census.
    ///
    /// # Panics
    /// If one is under way.
    pub fn open(&mut self) -> u64 {
        let slot = self.next_slot();
        let time = self.signer.network().time_of(self.round_of(slot));
        let wait = time.saturating_sub(self.now());
        self.run(wait);
        self.open_slot(slot).expect("a slot to open");
        slot
    }

    /// What an operator can compute in the census under way.
    ///
    /// # Panics
    /// If there is none.
    #[must_use]
    pub fn compute(&self, key: &Addr, units: u32) -> Capacity {
        self.compute_with(&self.under_way().beacon, key, units)
    }

    /// The same by a beacon of any round.
    ///
    /// # Panics
    /// For no unit.
    #[must_use]
    pub fn compute_with(&self, beacon: &[u8], key: &Addr, units: u32) -> Capacity {
        let params = self.params().census;
        let entry = Entry {
            work: Work::new(params.matrix, params.tile).expect("a unit of work"),
            chain_id: &self.app.block_info().chain_id,
            contract: self.contracts.oracle.as_str(),
            beacon: beacon.try_into().expect("32 bytes"),
            operator: key.as_str(),
        };
        Capacity::new(&entry, units).expect("work")
    }

    /// An operator commits to what it has computed.
    ///
    /// # Errors
    /// [`super::Refused`].
    pub fn commit_work(&mut self, key: &Addr, slot: u64, work: Capacity) -> Done {
        let commitment = work.commitment();
        let commit = ExecuteMsg::CommitCensus {
            slot,
            units: commitment.units,
            root: commitment.root.0.into(),
            open: None,
        };
        let done = self.oracle(key, &commit);
        if done.is_ok() {
            self.work.insert(key.clone(), (slot, work));
        }
        done
    }

    /// A miner computes and commits.
    ///
    /// # Errors
    /// [`super::Refused`].
    pub fn commit(&mut self, miner: usize, units: u32) -> Done {
        let key = self.miners[miner].key.clone();
        let work = self.compute(&key, units);
        let slot = self.under_way().slot;
        self.commit_work(&key, slot, work)
    }

    /// Ends the window in the first moment that it can.
    ///
    /// # Errors
    /// [`super::Refused`].
    ///
    /// # Panics
    /// If it has ended.
    pub fn seal(&mut self) -> Done {
        let CensusStage::Committing { until, .. } = self.under_way().stage else {
            panic!("sealed before");
        };
        self.at(until + 1);
        self.anyone(&ExecuteMsg::SealCensus {})
    }

    /// Posts the sampling round as soon as it is there.
    ///
    /// # Errors
    /// [`super::Refused`].
    ///
    /// # Panics
    /// If none is waited for.
    pub fn draw(&mut self) -> Done {
        let CensusStage::Sealed { round, .. } = self.under_way().stage else {
            panic!("no round to post");
        };
        let time = self.signer.network().time_of(round);
        self.at(time);
        let beacon = self.beacon(round);
        self.anyone(&ExecuteMsg::PostBeacon { beacon })
    }

    /// An operator's answer to its draw, by what it has committed to.
    ///
    /// # Panics
    /// If nothing is drawn, or it has not committed.
    #[must_use]
    pub fn answer_of(&self, key: &Addr) -> Binary {
        let CensusStage::Answering { round, .. } = self.under_way().stage else {
            panic!("nothing is drawn");
        };
        let sampling = self.signer.randomness(round).expect("a signature");
        let (_, work) = &self.work[key];
        let samples = self.params().census.samples;
        work.answer(&sampling, samples).expect("an answer").into()
    }

    /// Carries an answer for an operator.
    ///
    /// # Errors
    /// [`super::Refused`].
    pub fn carry(&mut self, key: &Addr, answer: Binary) -> Done {
        let operator = key.to_string();
        self.anyone(&ExecuteMsg::AnswerCensus { operator, answer })
    }

    /// A miner answers its draw.
    ///
    /// # Errors
    /// [`super::Refused`].
    pub fn answer(&mut self, miner: usize) -> Done {
        let key = self.miners[miner].key.clone();
        let answer = self.answer_of(&key);
        self.carry(&key, answer)
    }

    /// Ends the census in the first block that it can.
    ///
    /// # Errors
    /// [`super::Refused`].
    ///
    /// # Panics
    /// If nothing is drawn.
    pub fn close(&mut self) -> Done {
        let CensusStage::Answering {
            until,
            until_height,
            ..
        } = self.under_way().stage
        else {
            panic!("nothing is drawn");
        };
        self.at(until + 1);
        let blocks = (until_height + 1).saturating_sub(self.height());
        self.blocks(blocks);
        self.anyone(&ExecuteMsg::CloseCensus {})
    }

    /// A census up to its draw, to which these commit: miner, units.
    ///
    /// # Panics
    /// If any of that is refused.
    pub fn drawn_census(&mut self, parts: &[(usize, u32)]) {
        self.open();
        for (miner, units) in parts {
            self.commit(*miner, *units).expect("a commitment");
        }
        self.seal().expect("a seal");
        self.draw().expect("a draw");
    }

    /// A whole census, in which these answer: miner, units.
    ///
    /// # Panics
    /// If any of that is refused.
    pub fn measure(&mut self, parts: &[(usize, u32)]) {
        self.drawn_census(parts);
        for (miner, _) in parts {
            self.answer(*miner).expect("an answer");
        }
        self.close().expect("an end");
    }

    /// So many whole censuses alike.
    ///
    /// # Panics
    /// If any of that is refused.
    pub fn measure_times(&mut self, times: u32, parts: &[(usize, u32)]) {
        for _ in 0..times {
            self.measure(parts);
        }
    }

    /// The slot and the work of an operator's last commitment.
    #[must_use]
    pub fn committed_work(&self, key: &Addr) -> Option<&(u64, Capacity)> {
        self.work.get(key)
    }
}
