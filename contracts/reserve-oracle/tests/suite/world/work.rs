//! What operators compute.

use compute_api::oracle::ExecuteMsg;
use compute_proofs::{
    census::{Census, Commitment, Entry, UnitTree, Work, positions, product},
    codec::Encode,
};
use cosmwasm_std::{Addr, Binary};

use super::World;

/// What one operator has computed in one census.
pub(crate) struct Done {
    work: Work,
    chain_id: String,
    contract: String,
    operator: String,
    beacon: [u8; 32],
    units: Vec<UnitTree>,
    census: Census,
}

impl Done {
    pub(crate) fn new(world: &World, operator: &Addr, beacon: &[u8], units: u32) -> Self {
        let census = &world.params.census;
        let work = Work::new(census.matrix, census.tile).unwrap();
        let beacon = beacon.try_into().unwrap();
        let chain_id = world.app.block_info().chain_id;
        let contract = world.oracle.to_string();
        let operator = operator.to_string();
        let challenge = Entry {
            work,
            chain_id: &chain_id,
            contract: &contract,
            beacon,
            operator: &operator,
        }
        .challenge();
        let units: Vec<UnitTree> = (0..units)
            .map(|unit| UnitTree::new(work, unit, &product(work, &challenge, unit).unwrap()))
            .collect::<Result<_, _>>()
            .unwrap();
        let census = Census::new(work, units.iter().map(UnitTree::root).collect()).unwrap();
        Self {
            work,
            chain_id,
            contract,
            operator,
            beacon,
            units,
            census,
        }
    }

    pub(crate) fn commitment(&self) -> Commitment {
        self.census.commitment()
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
        self.answer_as(world, sampling, &self.operator)
    }

    /// The tiles of this work that `operator` draws.
    pub(crate) fn answer_as(&self, world: &World, sampling: &[u8; 32], operator: &str) -> Binary {
        let entry = Entry {
            work: self.work,
            chain_id: &self.chain_id,
            contract: &self.contract,
            beacon: self.beacon,
            operator,
        };
        let samples = world.params.census.samples;
        let drawn = positions(&entry, &self.commitment(), sampling, samples).unwrap();
        let unit = |at: u32| Ok(self.units[usize::try_from(at).unwrap()].clone());
        self.census.open(&drawn, unit).unwrap().to_bytes().into()
    }
}
