//! A census answer: 16 tiles out of 50 000 units of 4096×4096×4096.

use anyhow::Result;
use compute_proofs::{
    Hash,
    census::{Answer, Commitment, Entry, Opened, TilePosition, Work},
    codec::Encode,
    tree::{Siblings, Tree, fold},
};
use proof_verifier::msg::{Census, ExecuteMsg, TileAt};

use super::Verifier;
use crate::{
    chain::{Gas, contract_address},
    figures::Row,
    fixtures,
    scale::Random,
};

const N: u32 = 4096;
pub(super) const UNITS: u32 = 50_000;
pub(super) const SAMPLES: u32 = 16;
/// The tile that is in use, and the bound that it has to keep.
pub(super) const CHOSEN_TILE: u32 = 8;
pub(super) const TARGET: u64 = 600_000;

/// An answer for each tile size, so that the choice is measured.
pub(super) fn answers() -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for tile in [4, CHOSEN_TILE, 16] {
        let target = (tile == CHOSEN_TILE).then_some(TARGET);
        let case = format!("census/tiles of {tile}×{tile}");
        rows.extend(verified(tile)?.rows(&case, target));
    }
    Ok(rows)
}

/// An answer with such tiles.
pub(super) fn verified(tile: u32) -> Result<Gas> {
    let (census, positions, answer) = census_of(Work::new(N, tile)?)?;
    let mut verifier = Verifier::new(fixtures::CHAIN_ID)?;
    verifier.open_census(census)?;
    // The positions travel only because nobody can compute 50 000 units here; a real
    // answer's message ends without them.
    let given = positions.iter().map(|at| TileAt {
        unit: at.unit,
        tile: at.tile,
    });
    let mut msg = ExecuteMsg::CensusAnswer {
        answer: answer.to_bytes().into(),
        positions: Some(given.collect()),
    };
    let mut gas = verifier.accepted(&msg)?.gas;
    if let ExecuteMsg::CensusAnswer { positions, .. } = &mut msg {
        *positions = None;
    }
    gas.message_bytes = u64::try_from(serde_json::to_string(&msg)?.len())?;
    Ok(gas)
}

/// A commitment in which the drawn tiles are computed and all else is random:
/// to verify, it is like any other.
fn census_of(work: Work) -> Result<(Census, Vec<TilePosition>, Answer)> {
    let mut random = Random::new(u64::from(work.tile()));
    let mut hash = || -> Result<Hash> { Ok(Hash(random.bytes(32).as_slice().try_into()?)) };
    let operator = fixtures::WORKER;
    let (beacon, sampling_beacon) = (hash()?.0, hash()?.0);
    let contract = contract_address("reserve-oracle");
    let challenge = Entry {
        work,
        chain_id: fixtures::CHAIN_ID,
        contract: &contract,
        beacon,
        operator,
    }
    .challenge();

    // One tile in each of 16 units spread over all.
    let positions: Vec<TilePosition> = (0..SAMPLES)
        .map(|d| {
            let tiles = u32::try_from(work.tiles())?;
            Ok(TilePosition {
                unit: d * (UNITS / SAMPLES) + d,
                tile: (d * 70_001 + 13) % tiles,
            })
        })
        .collect::<Result<_>>()?;
    let mut unit_roots = (0..UNITS).map(|_| hash()).collect::<Result<Vec<_>>>()?;
    let mut within_units = Vec::new();
    for at in &positions {
        let tile = Work::tile_hash(&at.recompute(work, &challenge)?);
        let depth = work.tiles().ilog2();
        let siblings = Siblings((0..depth).map(|_| hash()).collect::<Result<_>>()?);
        let top = fold("unit", work.tiles(), at.tile.into(), vec![tile], &siblings)?;
        unit_roots[usize::try_from(at.unit)?] = Work::unit_root(at.unit, &top);
        within_units.push(siblings);
    }
    let tree = Tree::new("units", unit_roots)?;
    let commitment = Commitment {
        units: UNITS,
        root: work.root(UNITS, &tree.top()),
    };
    let opened = positions.iter().zip(within_units).map(|(at, within_unit)| {
        let unit = u64::from(at.unit);
        Ok(Opened {
            within_unit,
            units: tree.prove(unit..unit + 1)?,
        })
    });
    let answer = Answer(opened.collect::<Result<_>>()?);
    let census = Census {
        n: work.n(),
        tile: work.tile(),
        operator: operator.to_owned(),
        contract,
        beacon: beacon.into(),
        sampling_beacon: sampling_beacon.into(),
        commitment: commitment.to_bytes().into(),
        samples: SAMPLES,
    };
    Ok((census, positions, answer))
}
