//! What operators compute.

use compute_api::oracle::ExecuteMsg;
use compute_proofs::census::{Commitment, Entry, Work};
use cosmwasm_std::{Addr, Binary};
use test_suite::fixtures::Capacity;

use super::World;

/// What one operator has computed in one census.
pub(crate) struct Done(Capacity);

impl Done {
    pub(crate) fn new(world: &World, operator: &Addr, beacon: &[u8], units: u32) -> Self {
        let census = &world.params.census;
        let entry = Entry {
            work: Work::new(census.matrix, census.tile).unwrap(),
            chain_id: &world.app.block_info().chain_id,
            contract: world.oracle.as_str(),
            beacon: beacon.try_into().unwrap(),
            operator: operator.as_str(),
        };
        Self(Capacity::new(&entry, units).unwrap())
    }

    pub(crate) fn commitment(&self) -> Commitment {
        self.0.commitment()
    }

    pub(crate) fn commit(&self, slot: u64) -> ExecuteMsg {
        let Commitment { units, root } = self.commitment();
        ExecuteMsg::CommitCensus {
            slot,
            units,
            root: root.0.into(),
            open: None,
        }
    }

    /// The answer to its own draw.
    pub(crate) fn answer(&self, world: &World, sampling: &[u8; 32]) -> Binary {
        let samples = world.params.census.samples;
        self.0.answer(sampling, samples).unwrap().into()
    }

    /// The tiles of this work that `operator` draws.
    pub(crate) fn answer_as(&self, world: &World, sampling: &[u8; 32], operator: &str) -> Binary {
        let samples = world.params.census.samples;
        let answer = self.0.answer_as(operator, sampling, samples);
        answer.unwrap().into()
    }
}
