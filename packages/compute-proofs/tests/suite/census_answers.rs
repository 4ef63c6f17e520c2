//! The census: answers of the wrong form, and bounds.

use compute_proofs::{
    ProofError,
    census::{
        Answer, Census, Commitment, Entry, MAX_UNITS, TilePosition, UnitTree, Work, positions,
        verify, verify_at,
    },
};

use super::{
    census::{Done, entry},
    support::{assert_error, beacon, hash},
};

const FIRST: TilePosition = TilePosition { unit: 0, tile: 0 };

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
        let other = Entry {
            work: Work::new(n, tile).unwrap(),
            ..done.entry
        };
        let refused = verify_at(&other, &done.commitment(), &[FIRST], &answer);
        assert_error!(
            refused,
            ProofError::RootMismatch {
                what: "census tile",
                ..
            }
        );
    }
    let other = Entry {
        work: Work::new(32, 4).unwrap(),
        ..done.entry
    };
    let refused = verify_at(&other, &done.commitment(), &[FIRST], &answer);
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
        positions(&entry(work), &commitment, &beacon(1), samples)
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
        let refused = verify(&entry(work), &commitment, &beacon(1), 1, &none);
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
    let refused = verify_at(&done.entry, &no_units, &[FIRST], &answer);
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
    let other = positions(&done.entry, &commitment, &beacon(1), 16).unwrap();
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

#[test]
fn work_has_bounds() {
    for (n, tile) in [(1, 1), (32, 16), (4096, 8), (16_384, 1), (16_384, 16)] {
        let work = Work::new(n, tile).unwrap();
        assert_eq!((work.n(), work.tile()), (n, tile));
        assert_eq!(work.tiles(), u64::from(work.tiles_per_side()).pow(2));
        assert_eq!(work.tiles_per_side() * tile, n);
    }
    assert_eq!(Work::new(4096, 8), Ok(Work::PRODUCTION));
    for (n, tile, what) in [
        (16, 0, "census tile"),
        (34, 17, "census tile"),
        (32, 32, "census tile"),
        (0, 1, "census N"),
        (7, 8, "census N"),
        (16_400, 16, "census N"),
        (u32::MAX, 1, "census N"),
        (17, 8, "remainder of N by the tile"),
        (16_383, 2, "remainder of N by the tile"),
    ] {
        let refused = Work::new(n, tile);
        assert_error!(refused, ProofError::OutOfRange { what: found, .. } if found == what);
    }
}
