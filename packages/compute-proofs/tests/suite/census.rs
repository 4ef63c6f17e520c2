//! The census: honest operators, formats, rates, firing.

use compute_proofs::{
    Hash, ProofError,
    census::{
        Answer, Census, Commitment, Entry, TilePosition, UnitTree, Work, fires, positions, product,
        verify, verify_at,
    },
    hash::{CENSUS, CENSUS_CHALLENGE, CENSUS_FIRE, CENSUS_TILE, CENSUS_UNIT},
};
use exact_kernels::seeded;

use super::{
    slow,
    support::{assert_error, beacon, index},
};

pub(crate) const OPERATOR: &str = "wasm1operator";

/// The operator's part in the census of beacon 0.
pub(crate) fn entry(work: Work) -> Entry<'static> {
    Entry {
        work,
        chain_id: "chain-1",
        contract: "wasm1oracle",
        beacon: beacon(0),
        operator: OPERATOR,
    }
}

/// An operator's finished census.
pub(crate) struct Done {
    pub(crate) entry: Entry<'static>,
    pub(crate) units: Vec<UnitTree>,
    pub(crate) census: Census,
}

impl Done {
    /// An honest one.
    pub(crate) fn new(n: u32, tile: u32, units: u32) -> Self {
        Self::with(n, tile, units, |_, _| ())
    }

    /// One whose products `change` has been at.
    pub(crate) fn with(n: u32, tile: u32, units: u32, change: impl Fn(u32, &mut Vec<i32>)) -> Self {
        let work = Work::new(n, tile).unwrap();
        let entry = entry(work);
        let unit = |unit| {
            let mut c = product(work, &entry.challenge(), unit).unwrap();
            change(unit, &mut c);
            UnitTree::new(work, unit, &c).unwrap()
        };
        let units: Vec<_> = (0..units).map(unit).collect();
        let roots = units.iter().map(UnitTree::root).collect();
        let census = Census::new(work, roots).unwrap();
        Self {
            entry,
            units,
            census,
        }
    }

    pub(crate) fn commitment(&self) -> Commitment {
        self.census.commitment()
    }

    pub(crate) fn open(&self, positions: &[TilePosition]) -> Answer {
        let unit = |at| Ok(self.units[index(at)].clone());
        self.census.open(positions, unit).unwrap()
    }

    /// The tiles that beacon `round` draws.
    pub(crate) fn drawn(&self, round: u64, samples: u32) -> Vec<TilePosition> {
        let commitment = self.commitment();
        positions(&self.entry, &commitment, &beacon(round), samples).unwrap()
    }

    pub(crate) fn verify(
        &self,
        round: u64,
        samples: u32,
        answer: &Answer,
    ) -> Result<(), ProofError> {
        let commitment = self.commitment();
        let beacon = beacon(round);
        verify(&self.entry, &commitment, &beacon, samples, answer)
    }

    pub(crate) fn verify_at(&self, at: &[TilePosition], answer: &Answer) -> Result<(), ProofError> {
        verify_at(&self.entry, &self.commitment(), at, answer)
    }
}

#[test]
fn honest_censuses_verify() {
    for n in [16, 32, 64] {
        for tile in [4, 8, 16] {
            for units in [1, 3, 5] {
                let done = Done::new(n, tile, units);
                for (round, samples) in [(1, 1), (2, 6), (3, 16), (4, 64)] {
                    let drawn = done.drawn(round, samples);
                    let answer = done.open(&drawn);
                    assert_eq!(drawn.len(), index(samples));
                    assert_eq!(
                        done.verify(round, samples, &answer),
                        Ok(()),
                        "{n} {tile} {units}"
                    );
                }
            }
        }
    }
}

#[test]
fn every_tile_of_every_unit_verifies() {
    let done = Done::new(16, 4, 3);
    for unit in 0..3 {
        for tile in 0..16 {
            let at = [TilePosition { unit, tile }];
            assert_eq!(done.verify_at(&at, &done.open(&at)), Ok(()), "{at:?}");
        }
    }
}

/// One element of a unit's product, from the seeds alone.
fn slow_element(n: u32, challenge: &[u8; 32], unit: u32, row: u32, col: u32) -> i32 {
    let operand = |tag, row| {
        let message = [
            &challenge[..],
            &[tag],
            &unit.to_le_bytes(),
            &u32::to_le_bytes(row),
        ];
        let mut hasher = blake3::Hasher::new_derive_key(seeded::CONTEXT);
        hasher.update(&message.concat());
        let mut bytes = vec![0; index(n)];
        hasher.finalize_xof().fill(&mut bytes);
        bytes.into_iter().map(|byte| i8::from_le_bytes([byte]))
    };
    let pairs = operand(b'A', row).zip(operand(b'B', col));
    pairs.map(|(a, b)| i32::from(a) * i32::from(b)).sum()
}

#[test]
fn a_commitment_is_the_definitions() {
    let (n, tile, units) = (12, 4, 3);
    let done = Done::new(n, tile, units);
    let side = n / tile;
    let unit_root = |unit: u32| {
        let tiles: Vec<Hash> = (0..side * side)
            .map(|at| {
                let (first_row, first_col) = (at / side * tile, at % side * tile);
                let bytes = (0..tile * tile).flat_map(|i| {
                    let (row, col) = (first_row + i / tile, first_col + i % tile);
                    slow_element(n, &done.entry.challenge(), unit, row, col).to_le_bytes()
                });
                slow::derive(CENSUS_TILE, &bytes.collect::<Vec<_>>())
            })
            .collect();
        let message = [&unit.to_le_bytes()[..], &slow::top(&tiles).0].concat();
        slow::derive(CENSUS_UNIT, &message)
    };
    let roots: Vec<_> = (0..units).map(unit_root).collect();
    let numbers = [n, tile, units].map(u32::to_le_bytes).concat();
    let root = slow::derive(CENSUS, &[&numbers[..], &slow::top(&roots).0].concat());
    assert_eq!(done.commitment(), Commitment { units, root });

    // And what the contract recomputes of a tile is the same.
    let position = TilePosition { unit: 1, tile: 5 };
    let recomputed = position
        .recompute(done.entry.work, &done.entry.challenge())
        .unwrap();
    let expected =
        (0..16).map(|i| slow_element(n, &done.entry.challenge(), 1, 4 + i / 4, 8 + i % 4));
    assert_eq!(recomputed, expected.collect::<Vec<_>>());
}

#[test]
fn a_challenge_is_the_definitions_and_its_own() {
    let base = entry(Work::PRODUCTION);
    let message = [
        slow::text("chain-1"),
        slow::text("wasm1oracle"),
        beacon(0).to_vec(),
        slow::text(OPERATOR),
    ];
    let made = base.challenge();
    assert_eq!(
        Hash(made),
        slow::derive(CENSUS_CHALLENGE, &message.concat())
    );
    for other in [
        Entry {
            chain_id: "chain-1w",
            contract: "asm1oracle",
            ..base
        },
        Entry {
            chain_id: "chain-2",
            ..base
        },
        Entry {
            contract: "wasm1other",
            ..base
        },
        Entry {
            beacon: beacon(1),
            ..base
        },
        Entry {
            operator: "wasm1other",
            ..base
        },
    ] {
        assert_ne!(other.challenge(), made);
    }
}

#[test]
fn one_slot_in_so_many_fires() {
    for one_in in [2u64, 10, 360] {
        const SLOTS: u32 = 50_000;
        let fired = (0..SLOTS).filter(|&slot| fires(&beacon(u64::from(slot)), one_in).unwrap());
        let (fired, chance) = (fired.count() as f64, 1.0 / one_in as f64);
        let expected = f64::from(SLOTS) * chance;
        let standard_error = (expected * (1.0 - chance)).sqrt();
        let off = (fired - expected).abs();
        assert!(
            off <= 4.0 * standard_error,
            "1 in {one_in}: {fired} of {expected:.0}"
        );
    }
    for slot in 0..100 {
        let number = slow::derive(CENSUS_FIRE, &beacon(slot)).0;
        let number = u64::from_le_bytes(number[..8].try_into().unwrap());
        assert_eq!(fires(&beacon(slot), 7), Ok(number % 7 == 0));
        assert_eq!(fires(&beacon(slot), 1), Ok(true));
        assert_eq!(fires(&beacon(slot), u64::MAX), Ok(false));
    }
    assert_error!(
        fires(&beacon(0), 0),
        ProofError::OutOfRange {
            what: "census rate",
            ..
        }
    );
}

#[test]
fn rates_round_down() {
    let work = Work::new(16, 4).unwrap();
    assert_eq!(work.ops(), 8192);
    for (units, seconds, rate) in [
        (1, 1, 8192),
        (1, 72, 113),
        (3, 72, 341),
        (1, 8192, 1),
        (1, 8193, 0),
        (0, 72, 0),
        (1, u64::MAX, 0),
    ] {
        assert_eq!(
            work.rate(units, seconds),
            Ok(rate),
            "{units} in {seconds} s"
        );
    }
    // 2 · 4096^3 ops in 72 s.
    assert_eq!(Work::PRODUCTION.rate(1, 72), Ok(1_908_874_353));
    assert_error!(
        work.rate(1, 0),
        ProofError::OutOfRange {
            what: "census seconds",
            ..
        }
    );
    let largest = Work::new(16_384, 1).unwrap();
    assert_eq!(largest.rate(u32::MAX, 1), Ok(u128::from(u32::MAX) << 43));
}
