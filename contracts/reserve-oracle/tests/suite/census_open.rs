//! Which slots can be opened, and when.

use compute_api::oracle::{BeaconRound, ExecuteMsg, events::OracleEvent};
use compute_proofs::census::fires;
use cosmwasm_std::HexBinary;

use super::world::{Builder, World, assert_refused, beacon, events, forged, randomness};

fn open_with(
    world: &mut World,
    beacon: BeaconRound,
) -> Result<cw_multi_test::AppResponse, reserve_oracle::ContractError> {
    world.anyone(&ExecuteMsg::OpenCensus { beacon })
}

#[test]
fn a_slot_is_opened_by_its_first_round_alone() {
    let mut world = World::new();
    let slot = world.next_slot();
    let round = world.round(slot);
    world.at(world.round_time(slot) + 5);
    for other in [round - 1, round + 1] {
        assert_refused(
            open_with(&mut world, beacon(other)),
            "is not the first of its slot",
        );
    }
    assert_refused(
        open_with(
            &mut world,
            BeaconRound {
                round: 0,
                ..beacon(round)
            },
        ),
        "not the first",
    );
    assert_refused(open_with(&mut world, forged(round)), "beacon round");
    let of_another = BeaconRound {
        round,
        ..beacon(round + 20)
    };
    assert_refused(open_with(&mut world, of_another), "beacon round");
    for length in [0, 47, 49] {
        let signature = HexBinary::from(vec![0x80; length]);
        let malformed = BeaconRound { round, signature };
        assert_refused(open_with(&mut world, malformed), "bytes: must be 48");
    }
    let done = world.open_slot(slot).unwrap();
    assert_eq!(
        events(&done),
        [
            OracleEvent::BeaconPosted {
                round,
                randomness: randomness(round).into(),
            },
            OracleEvent::CensusOpened {
                census: 1,
                slot,
                round,
                beacon: randomness(round).into(),
            }
        ]
    );
    assert_refused(world.open_slot(slot), "census 1 of slot");
}

#[test]
fn a_slot_is_opened_in_time_or_never() {
    for (late, opens) in [(0, true), (20, true), (21, false), (60, false)] {
        let mut world = World::new();
        let slot = world.next_slot();
        world.at(world.round_time(slot) + late);
        match opens {
            true => assert!(world.open_slot(slot).is_ok(), "{late}"),
            false => assert_refused(world.open_slot(slot), "could be opened until"),
        }
    }
}

#[test]
fn only_some_slots_fire() {
    let mut world = Builder::default()
        .with_params(|params| params.census.one_in = 3)
        .build();
    let mut fired = 0;
    let first = world.next_slot();
    for slot in first..first + 12 {
        let time = world.round_time(slot);
        world.at(time);
        if fires(&randomness(world.round(slot)), 3).unwrap() {
            if fired == 0 {
                world.open_slot(slot).unwrap();
            }
            fired += 1;
        } else if fired == 0 {
            assert_refused(world.open_slot(slot), "does not fire");
        }
    }
    assert!((1..12).contains(&fired), "{fired}");
}

#[test]
fn censuses_keep_their_distance_from_the_last_opened() {
    let mut world = World::new();
    let slot = world.open();
    // Void: nobody has sealed it.
    world.after(121);
    world.close().unwrap();
    assert_eq!(world.census().next_from, world.round_time(slot) + 3_600);
    world.at(world.round_time(slot + 59));
    assert_refused(world.open_slot(slot + 59), "the next census opens from");
    world.at(world.round_time(slot + 60));
    world.open_slot(slot + 60).unwrap();
    assert_eq!(world.census().current.unwrap().id, 1);
}

#[test]
fn a_posted_round_opens_its_slot_too() {
    let mut world = World::new();
    let slot = world.next_slot();
    let round = world.round(slot);
    world.at(world.round_time(slot));
    world.post(round).unwrap();
    assert_refused(world.post(round), "has been posted before");
    assert_refused(open_with(&mut world, forged(round)), "beacon round");
    let done = world.open_slot(slot).unwrap();
    assert_eq!(events(&done).len(), 1);
}

#[test]
fn posted_rounds_are_the_networks() {
    let mut world = World::new();
    for round in [1, 77, u64::MAX] {
        let done = world.post(round).unwrap();
        let randomness = randomness(round).into();
        assert_eq!(
            events(&done),
            [OracleEvent::BeaconPosted { round, randomness }]
        );
    }
    let forged = ExecuteMsg::PostBeacon { beacon: forged(5) };
    assert_refused(world.anyone(&forged), "beacon round");
    let zero = BeaconRound {
        round: 0,
        ..beacon(1)
    };
    assert_refused(
        world.anyone(&ExecuteMsg::PostBeacon { beacon: zero }),
        "beacon round",
    );
}

#[test]
fn a_commitment_opens_where_nobody_has() {
    let mut world = World::new();
    let slot = world.next_slot();
    let round = world.round(slot);
    let operator = world.operators[0].clone();
    let done = super::world::Done::new(&world, &operator, &randomness(round), 2);
    let commit = |slot, open| match done.commit(slot) {
        ExecuteMsg::CommitCensus { units, root, .. } => ExecuteMsg::CommitCensus {
            slot,
            units,
            root,
            open,
        },
        _ => unreachable!(),
    };
    world.at(world.round_time(slot) + 20);
    assert_refused(
        world.execute(&operator, &commit(slot, None)),
        "no census is under way",
    );
    assert_refused(
        world.execute(&operator, &commit(slot, Some(forged(round)))),
        "beacon round",
    );
    assert_refused(
        world.execute(&operator, &commit(slot + 1, Some(beacon(round)))),
        "the commitment is for slot",
    );
    assert_eq!(world.census().current, None);
    world
        .execute(&operator, &commit(slot, Some(beacon(round))))
        .unwrap();
    assert_eq!(world.census().current.unwrap().slot, slot);
    // The round that came along is not looked at any more.
    world.after(30);
    world
        .execute(&operator, &commit(slot, Some(forged(round))))
        .unwrap();
    world.draw();
    world.answer(0, 2).unwrap();
}
