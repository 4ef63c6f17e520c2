//! The census: what is refused, and why.

use compute_proofs::{
    Hash, ProofError,
    census::{Census, Commitment, Entry, TilePosition, UnitTree, product, verify_at},
    tree::Siblings,
};

use super::{
    census::Done,
    support::{assert_error, beacon},
};

const FIRST: TilePosition = TilePosition { unit: 0, tile: 0 };

#[test]
fn a_wrong_element_is_found_by_its_own_tile_only() {
    for at in [0, 5, 100, 255] {
        let done = Done::with(16, 4, 2, |unit, c| c[at] ^= i32::from(unit == 1));
        for tile in 0..16 {
            let (row, col) = (at / 16, at % 16);
            let holds_it = usize::try_from(tile) == Ok(row / 4 * 4 + col / 4);
            for unit in 0..2 {
                let position = [TilePosition { unit, tile }];
                let answer = done.verify_at(&position, &done.open(&position));
                if holds_it && unit == 1 {
                    assert_error!(
                        answer,
                        ProofError::RootMismatch {
                            what: "census tile",
                            ..
                        }
                    );
                } else {
                    assert_eq!(answer, Ok(()), "{position:?}");
                }
            }
        }
    }
}

#[test]
fn a_census_with_a_wrong_unit_fails_when_that_is_drawn() {
    let done = Done::with(16, 4, 4, |unit, c| {
        if unit == 2 {
            c.fill(0)
        }
    });
    let mut refused = 0;
    for round in 0..40 {
        let drawn = done.drawn(round, 3);
        let answer = done.verify(round, 3, &done.open(&drawn));
        let hit = drawn.iter().any(|at| at.unit == 2);
        assert_eq!(answer.is_err(), hit, "{drawn:?}");
        refused += u32::from(hit);
    }
    assert!(refused > 10, "3 of 4 units are right: {refused} of 40");
}

#[test]
fn work_for_one_operator_or_moment_is_worth_nothing_for_another() {
    let done = Done::new(16, 4, 3);
    let answer = done.open(&[FIRST]);
    for other in [
        Entry {
            operator: "wasm1other",
            ..done.entry
        },
        Entry {
            beacon: beacon(1),
            ..done.entry
        },
        Entry {
            contract: "wasm1other",
            ..done.entry
        },
        Entry {
            chain_id: "chain-2",
            ..done.entry
        },
    ] {
        let refused = verify_at(&other, &done.commitment(), &[FIRST], &answer);
        assert_error!(
            refused,
            ProofError::RootMismatch {
                what: "census tile",
                ..
            }
        );
    }
}

#[test]
fn one_units_work_is_worth_nothing_as_anothers() {
    // Unit 0's product under every unit's number.
    let honest = Done::new(16, 4, 4);
    let c = product(honest.entry.work, &honest.entry.challenge(), 0).unwrap();
    let units: Vec<_> = (0..4)
        .map(|unit| UnitTree::new(honest.entry.work, unit, &c).unwrap())
        .collect();
    let roots = units.iter().map(UnitTree::root).collect();
    let census = Census::new(honest.entry.work, roots).unwrap();
    let copied = Done {
        units,
        census,
        ..Done::new(16, 4, 1)
    };
    for unit in 0..4 {
        let at = [TilePosition { unit, tile: 7 }];
        let answer = copied.verify_at(&at, &copied.open(&at));
        assert_eq!(answer.is_ok(), unit == 0);
    }
    // Another unit's tile in the place of the drawn one.
    let answer = honest.open(&[TilePosition { unit: 1, tile: 0 }]);
    let refused = honest.verify_at(&[FIRST], &answer);
    assert_error!(
        refused,
        ProofError::RootMismatch {
            what: "census tile",
            ..
        }
    );
}

#[test]
fn units_that_were_never_done_cannot_be_opened() {
    // Three units done, four claimed: the padding of the tree taken for a unit.
    let done = Done::new(16, 4, 3);
    let mut roots: Vec<_> = done.units.iter().map(UnitTree::root).collect();
    let honest_root = done.commitment().root;
    roots.push(Hash::ZERO);
    let census = Census::new(done.entry.work, roots).unwrap();
    let claimed = Done { census, ..done };
    assert_eq!(claimed.commitment().units, 4);
    assert_ne!(
        claimed.commitment().root,
        honest_root,
        "the count is sealed"
    );
    for unit in 0..3 {
        let at = [TilePosition { unit, tile: 9 }];
        assert_eq!(claimed.verify_at(&at, &claimed.open(&at)), Ok(()));
    }
    let at = [TilePosition { unit: 3, tile: 9 }];
    let mut answer = claimed.open(&[TilePosition { unit: 2, tile: 9 }]);
    answer.0[0].units.0[0] = claimed.units[2].root();
    for within_unit in [
        answer.0[0].within_unit.clone(),
        Siblings(vec![Hash::ZERO; 4]),
    ] {
        answer.0[0].within_unit = within_unit;
        let refused = claimed.verify_at(&at, &answer);
        assert_error!(
            refused,
            ProofError::RootMismatch {
                what: "census tile",
                ..
            }
        );
    }
    // The honest root with a higher count.
    let commitment = Commitment {
        units: 4,
        root: honest_root,
    };
    let at = [TilePosition { unit: 1, tile: 9 }];
    let refused = verify_at(&claimed.entry, &commitment, &at, &claimed.open(&at));
    assert_error!(
        refused,
        ProofError::RootMismatch {
            what: "census tile",
            ..
        }
    );
}
