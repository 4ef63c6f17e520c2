//! Censuses, natively, and each of their steps as a call.

use std::ops::Range;

use anyhow::{Context, Result, bail};
use compute_api::oracle::{
    BeaconRound, CensusResponse, CensusStage, ExecuteMsg, OpenCensus, QueryMsg,
};
use compute_proofs::census::{Commitment, Entry, Work};

use super::{
    fill::operator,
    world::{Call, World},
};
use crate::{chain::address, fixtures::Capacity};

/// Units that an operator proves; their rate is of the tier `middle`.
pub(super) const UNITS: u32 = 1;

impl World {
    /// The census as the oracle tells of it.
    pub(super) fn told(&self) -> Result<CensusResponse> {
        self.ask(&self.contracts.oracle, &QueryMsg::Census {})
    }

    fn current(&self) -> Result<OpenCensus> {
        self.told()?.current.context("no census is under way")
    }

    /// Waits for the next slot; its round.
    pub(super) fn next_slot(&mut self) -> Result<BeaconRound> {
        let network = self.signer.network();
        let from = self.told()?.next_from.max(self.now() + 1);
        let slot = from.div_ceil(self.rules.slot);
        let round = network.round_at_or_after(slot * self.rules.slot);
        self.at(network.time_of(round) + 5);
        Ok(self.signer.round(round)?)
    }

    /// The slot of its first round.
    pub(super) fn slot(&self, beacon: &BeaconRound) -> u64 {
        self.signer.network().time_of(beacon.round) / self.rules.slot
    }

    /// Opens the next census, natively.
    pub(super) fn open(&mut self) -> Result<()> {
        let beacon = self.next_slot()?;
        self.oracle(&address("anyone"), &ExecuteMsg::OpenCensus { beacon })
    }

    /// What an operator computes in the census under way.
    pub(super) fn capacity(&self, at: u32, units: u32) -> Result<Capacity> {
        let current = self.current()?;
        let entry = Entry {
            work: Work::new(self.rules.matrix, self.rules.tile)?,
            chain_id: self.chain_id(),
            contract: &self.contracts.oracle,
            beacon: current.beacon.as_slice().try_into()?,
            operator: &operator(at),
        };
        Ok(Capacity::new(&entry, units)?)
    }

    /// Commits an operator to `capacity`.
    pub(super) fn commit(&self, at: u32, capacity: &Capacity) -> Result<Call> {
        let current = self.current()?;
        let Commitment { units, root } = capacity.commitment();
        let commit = ExecuteMsg::CommitCensus {
            slot: current.slot,
            units,
            root: root.0.into(),
            open: None,
        };
        self.to_oracle(&operator(at), &commit)
    }

    /// Waits for the end of the window and seals, natively; the round that is drawn by.
    pub(super) fn seal(&mut self) -> Result<BeaconRound> {
        let stage = self.current()?.stage;
        if let CensusStage::Committing { until, .. } = stage {
            self.at(until + 1);
            self.oracle(&address("anyone"), &ExecuteMsg::SealCensus {})?;
        }
        let stage = self.current()?.stage;
        let CensusStage::Sealed { round, .. } = stage else {
            bail!("the census is not sealed: {stage:?}");
        };
        self.at(self.signer.network().time_of(round) + 5);
        Ok(self.signer.round(round)?)
    }

    /// The same, and posts that round.
    pub(super) fn draw(&mut self) -> Result<[u8; 32]> {
        let beacon = self.seal()?;
        let randomness = self.signer.randomness(beacon.round)?;
        self.oracle(&address("anyone"), &ExecuteMsg::PostBeacon { beacon })?;
        Ok(randomness)
    }

    /// Answers an operator's draw.
    pub(super) fn answer(
        &self,
        at: u32,
        capacity: &Capacity,
        randomness: &[u8; 32],
    ) -> Result<Call> {
        let samples = self.rules.samples;
        let answer = ExecuteMsg::AnswerCensus {
            operator: operator(at),
            answer: capacity.answer(randomness, samples)?.into(),
        };
        self.to_oracle(&address("anyone"), &answer)
    }

    /// Waits until the census can be closed.
    pub(super) fn answered(&mut self) {
        let rules = &self.rules;
        self.wait(rules.answer_within.max(rules.answer_blocks * 6) + 10);
    }

    /// A whole census in which these operators take part, natively.
    pub(super) fn census(&mut self, operators: Range<u32>, units: u32) -> Result<()> {
        self.open()?;
        let mut capacities = Vec::new();
        for at in operators {
            let capacity = self.capacity(at, units)?;
            self.run(self.commit(at, &capacity)?)?;
            capacities.push((at, capacity));
        }
        let randomness = self.draw()?;
        for (at, capacity) in capacities {
            self.run(self.answer(at, &capacity, &randomness)?)?;
        }
        self.answered();
        self.oracle(&address("anyone"), &ExecuteMsg::CloseCensus {})
    }
}
