//! The census: what is refused, and why.

use compute_proofs::{
    Hash, ProofError,
    census::{
        Answer, Census, Commitment, MAX_UNITS, TilePosition, UnitTree, Work, challenge, positions,
        product, verify, verify_at,
    },
    tree::Siblings,
};

use super::{
    census::{Done, OPERATOR},
    support::{assert_error, beacon, hash},
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
        challenge("chain-1", "wasm1oracle", &beacon(0), "wasm1other"),
        challenge("chain-1", "wasm1oracle", &beacon(1), OPERATOR),
        challenge("chain-1", "wasm1other", &beacon(0), OPERATOR),
        challenge("chain-2", "wasm1oracle", &beacon(0), OPERATOR),
    ] {
        let refused = verify_at(done.work, &other, &done.commitment(), &[FIRST], &answer);
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
    let c = product(honest.work, &honest.challenge, 0).unwrap();
    let units: Vec<_> = (0..4)
        .map(|unit| UnitTree::new(honest.work, unit, &c).unwrap())
        .collect();
    let roots = units.iter().map(UnitTree::root).collect();
    let census = Census::new(honest.work, roots).unwrap();
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
    let census = Census::new(done.work, roots).unwrap();
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
    let refused = verify_at(
        claimed.work,
        &claimed.challenge,
        &commitment,
        &at,
        &claimed.open(&at),
    );
    assert_error!(
        refused,
        ProofError::RootMismatch {
            what: "census tile",
            ..
        }
    );
}

#[test]
fn an_answer_of_another_form_is_refused() {
    let done = Done::new(32, 4, 4);
    let (round, samples) = (1, 6);
    let drawn = done.drawn(round, samples);
    assert_ne!(drawn[0], drawn[1]);
    let honest = done.open(&drawn);
    assert_eq!(done.verify(round, samples, &honest), Ok(()));
    type Change = fn(&mut Answer);
    let table: [(&str, Change, &str); 13] = [
        ("openings swapped", |x| x.0.swap(0, 1), "census tile"),
        (
            "the first opening twice",
            |x| x.0[1] = x.0[0].clone(),
            "census tile",
        ),
        ("an opening missing", |x| drop(x.0.pop()), "opened tiles"),
        (
            "an opening too many",
            |x| x.0.push(x.0[0].clone()),
            "opened tiles",
        ),
        ("no openings", |x| x.0.clear(), "opened tiles"),
        (
            "a tile's sibling missing",
            |x| x.0[2].within_unit.0.truncate(5),
            "census unit",
        ),
        (
            "a tile's sibling too many",
            |x| x.0[2].within_unit.0.push(hash(1)),
            "census unit",
        ),
        (
            "a tile's sibling twice",
            |x| x.0[2].within_unit.0[1] = x.0[2].within_unit.0[0],
            "census tile",
        ),
        (
            "a tile's siblings swapped",
            |x| x.0[2].within_unit.0.swap(0, 1),
            "census tile",
        ),
        (
            "a unit's sibling missing",
            |x| x.0[5].units.0.truncate(1),
            "census units",
        ),
        (
            "a unit's sibling too many",
            |x| x.0[5].units.0.push(hash(1)),
            "census units",
        ),
        (
            "a unit's siblings swapped",
            |x| x.0[5].units.0.swap(0, 1),
            "census tile",
        ),
        (
            "a bit of the last sibling",
            |x| x.0[5].units.0[1].0[31] ^= 0x80,
            "census tile",
        ),
    ];
    for (name, change, what) in table {
        let mut answer = honest.clone();
        change(&mut answer);
        let error = done.verify(round, samples, &answer).expect_err(name);
        let named = match error {
            ProofError::RootMismatch { what, .. } => what,
            ProofError::WrongCount {
                what,
                expected,
                actual,
            } => {
                assert_ne!(expected, actual);
                what
            }
            other => panic!("{name}: {other}"),
        };
        assert_eq!(named, what, "{name}");
    }
}

#[test]
fn the_tiles_size_is_committed() {
    // 16 tiles either way, so that only the seal can tell.
    let done = Done::new(32, 8, 2);
    let answer = done.open(&[FIRST]);
    for (n, tile) in [(16, 4), (64, 16)] {
        let other = Work::new(n, tile).unwrap();
        let refused = verify_at(
            other,
            &done.challenge,
            &done.commitment(),
            &[FIRST],
            &answer,
        );
        assert_error!(
            refused,
            ProofError::RootMismatch {
                what: "census tile",
                ..
            }
        );
    }
    let other = Work::new(32, 4).unwrap();
    let refused = verify_at(
        other,
        &done.challenge,
        &done.commitment(),
        &[FIRST],
        &answer,
    );
    assert_error!(
        refused,
        ProofError::WrongCount {
            what: "census unit",
            ..
        }
    );
    let roots = [(32, 8), (16, 4), (32, 4)].map(|(n, tile)| {
        let work = Work::new(n, tile).unwrap();
        work.root(2, &hash(1))
    });
    assert!(roots[0] != roots[1] && roots[1] != roots[2] && roots[0] != roots[2]);
}

#[test]
fn samples_and_units_have_bounds() {
    let work = Work::new(16, 4).unwrap();
    let draw = |units, samples| {
        let commitment = Commitment {
            units,
            root: hash(1),
        };
        positions(work, &beacon(1), OPERATOR, &commitment, samples)
    };
    for (units, samples) in [(1, 1), (MAX_UNITS, 64), (1, 64)] {
        let drawn = draw(units, samples).unwrap();
        assert!(drawn.iter().all(|at| at.unit < units && at.tile < 16));
    }
    for samples in [0, 65, u32::MAX] {
        let refused = draw(1, samples);
        assert_error!(
            refused,
            ProofError::OutOfRange {
                what: "census samples",
                min: 1,
                max: 64,
                ..
            }
        );
    }
    for units in [0, MAX_UNITS + 1, u32::MAX] {
        let refused = draw(units, 1);
        assert_error!(
            refused,
            ProofError::OutOfRange {
                what: "census units",
                min: 1,
                ..
            }
        );
        let commitment = Commitment {
            units,
            root: hash(1),
        };
        let none = Answer(vec![]);
        let refused = verify(work, &[0; 32], &beacon(1), OPERATOR, &commitment, 1, &none);
        assert_error!(
            refused,
            ProofError::OutOfRange {
                what: "census units",
                ..
            }
        );
    }
}

#[test]
fn positions_that_are_not_there_are_errors_never_panics() {
    let done = Done::new(16, 4, 3);
    let answer = done.open(&[FIRST]);
    for (unit, tile) in [
        (3, 0),
        (u32::MAX, 0),
        (0, 16),
        (0, u32::MAX),
        (u32::MAX, u32::MAX),
    ] {
        let at = [TilePosition { unit, tile }];
        assert_error!(done.verify_at(&at, &answer), ProofError::OutOfTree { .. });
        let opened = done.census.open(&at, |_| Ok(done.units[0].clone()));
        assert_error!(opened, ProofError::OutOfTree { .. });
    }
    let no_units = Commitment {
        units: 0,
        ..done.commitment()
    };
    let refused = verify_at(done.work, &done.challenge, &no_units, &[FIRST], &answer);
    assert_error!(refused, ProofError::OutOfTree { .. });
}

#[test]
fn draws_are_of_the_commitment() {
    let done = Done::new(16, 4, 3);
    let drawn = done.drawn(1, 16);
    assert_eq!(drawn, done.drawn(1, 16));
    assert_ne!(drawn, done.drawn(2, 16));
    let mut commitment = done.commitment();
    commitment.root = hash(9);
    let other = positions(done.work, &beacon(1), OPERATOR, &commitment, 16).unwrap();
    assert_ne!(drawn, other);
    // The first samples do not depend on how many there are.
    assert_eq!(done.drawn(1, 6), drawn[..6]);
}

#[test]
fn a_product_of_another_size_has_no_tree() {
    let work = Work::new(16, 4).unwrap();
    for len in [0, 255, 257] {
        let refused = UnitTree::new(work, 0, &vec![0; len]);
        assert_error!(
            refused,
            ProofError::WrongLength {
                what: "census product",
                expected: 256,
                ..
            }
        );
    }
    let refused = Census::new(work, vec![]);
    assert_error!(
        refused,
        ProofError::EmptyTree {
            tree: "census units"
        }
    );
}
