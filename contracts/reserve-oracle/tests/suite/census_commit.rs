//! What operators can commit to, and until when.

use compute_api::{
    oracle::{CensusCommitment, ExecuteMsg},
    votes::Standing,
};
use compute_proofs::census::MAX_UNITS;
use cosmwasm_std::HexBinary;

use super::world::{World, assert_refused};

fn commit(slot: u64, units: u32, root: usize) -> ExecuteMsg {
    ExecuteMsg::CommitCensus {
        slot,
        units,
        root: HexBinary::from(vec![7; root]),
        open: None,
    }
}

#[test]
fn a_commitment_is_for_the_slot_under_way() {
    let mut world = World::new();
    let operator = world.operators[0].clone();
    assert_refused(
        world.execute(&operator, &commit(1, 1, 32)),
        "no census is under way",
    );
    let slot = world.open();
    for other in [0, slot - 1, slot + 1] {
        assert_refused(
            world.execute(&operator, &commit(other, 1, 32)),
            "the commitment is for slot",
        );
    }
    for units in [0, MAX_UNITS + 1, u32::MAX] {
        assert_refused(
            world.execute(&operator, &commit(slot, units, 32)),
            "units is",
        );
    }
    for root in [0, 31, 33] {
        assert_refused(
            world.execute(&operator, &commit(slot, 1, root)),
            "bytes: must be 32",
        );
    }
    world.execute(&operator, &commit(slot, 1, 32)).unwrap();
    world
        .execute(&operator, &commit(slot, MAX_UNITS, 32))
        .unwrap();
    assert_eq!(
        world.operator(0).commitment,
        Some(CensusCommitment {
            slot,
            units: MAX_UNITS,
            root: vec![7; 32].into(),
            answered: false,
        })
    );
}

#[test]
fn the_window_is_as_long_as_the_slot() {
    let mut world = World::new();
    let slot = world.open();
    let operator = world.operators[0].clone();
    let end = world.round_time(slot) + 60;
    world.at(end);
    world.execute(&operator, &commit(slot, 1, 32)).unwrap();
    world.at(end + 1);
    assert_refused(
        world.execute(&operator, &commit(slot, 1, 32)),
        "took commitments until",
    );
    world.seal().unwrap();
    assert_refused(
        world.execute(&operator, &commit(slot, 1, 32)),
        "took commitments until",
    );
}

#[test]
fn an_issuer_or_a_bond_is_needed_and_no_jail() {
    let mut world = World::new();
    world.join(0, 2);
    let slot = world.open();
    let table = [
        (0, Standing::Active, true),
        (0, Standing::Unbonded, false),
        (0, Standing::Jailed, false),
        (2, Standing::Active, true),
        (2, Standing::Unbonded, true),
        (2, Standing::Jailed, false),
        (0, Standing::Active, true),
        (2, Standing::Tombstoned, false),
    ];
    for (at, standing, can) in table {
        world.set_standing(at, standing);
        let operator = world.operators[at].clone();
        let done = world.execute(&operator, &commit(slot, 1, 32));
        match can {
            true => assert!(done.is_ok(), "{at} {standing}"),
            false => assert_refused(done, "it takes an issuer or a full bond, and no jail"),
        }
    }
}

#[test]
fn the_last_commitment_stands() {
    let mut world = World::new();
    world.begin(&[(0, 9), (1, 9)]);
    world.after(10);
    world.commit(0, 12).unwrap();
    world.after(10);
    world.commit(0, 3).unwrap();
    world.draw();
    for earlier in [9, 12] {
        assert_refused(world.answer(0, earlier), "census");
    }
    world.answer(0, 3).unwrap();
    assert_eq!(world.operator(0).results[0].rate.u128(), 3 * 8_192 / 72);
}

#[test]
fn the_seal_is_above_every_commitment() {
    let mut world = World::new();
    let slot = world.open();
    world.at(world.round_time(slot) + 60);
    world.commit(0, 1).unwrap();
    world.same_height_after(1);
    assert_refused(world.seal(), "is sealed after");
    world.blocks(1);
    world.seal().unwrap();
}
