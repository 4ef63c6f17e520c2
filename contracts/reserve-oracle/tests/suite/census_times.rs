//! Every deadline of a census, at its edge.

use compute_api::oracle::{CensusStage, events::OracleEvent};
use cosmwasm_std::Uint128;

use reserve_oracle::state::PARAMS;

use super::world::{World, assert_refused, events, network};

fn void(census: u32, reason: &str) -> [OracleEvent; 1] {
    [OracleEvent::CensusVoid {
        census,
        reason: reason.to_owned(),
    }]
}

#[test]
fn sealing_is_after_the_window() {
    let mut world = World::new();
    assert_refused(world.seal(), "no census is under way");
    let slot = world.open();
    world.at(world.round_time(slot) + 60);
    assert_refused(world.seal(), "is sealed after");
    world.after(1);
    let done = world.seal().unwrap();
    let round = network().round_at_or_after(world.now() + 30);
    assert_eq!(
        events(&done),
        [OracleEvent::CensusSealed { census: 1, round }]
    );
    assert_refused(world.seal(), "has been sealed before");
}

#[test]
fn sealing_too_late_voids() {
    let mut world = World::new();
    let slot = world.begin(&[(0, 9)]);
    let seal_by = world.round_time(slot) + 120;
    world.at(seal_by);
    assert_refused(world.close(), "is closed after");
    world.seal().unwrap();

    for crank in [World::seal, World::close] {
        let mut world = World::new();
        world.whole_census(&[(0, 9), (1, 9)]);
        let slot = world.begin(&[(0, 9)]);
        world.at(world.round_time(slot) + 121);
        let done = crank(&mut world).unwrap();
        assert_eq!(events(&done), void(2, "not sealed in time"));
        let census = world.census();
        assert_eq!(census.current, None);
        assert_eq!(census.last.unwrap().id, 1);
        assert_eq!(census.next_from, world.round_time(slot) + 3_600);
        // Its number is used again, and what was committed to it is forgotten.
        world.begin(&[(1, 18)]);
        assert_eq!(world.census().current.unwrap().id, 2);
        world.draw();
        assert_refused(world.answer(0, 9), "no commitment in this census");
        world.answer(1, 18).unwrap();
        world.close_in_time();
        assert_eq!(world.census().last.unwrap().id, 2);
        assert_eq!(world.operator(0).results.len(), 1);
    }
}

#[test]
fn a_draw_that_is_never_posted_voids() {
    let mut world = World::new();
    world.begin(&[(0, 9)]);
    world.seal_in_time();
    let CensusStage::Sealed { post_by, .. } = world.stage() else {
        panic!("not sealed");
    };
    assert_refused(world.close(), "is closed after");
    world.at(post_by);
    assert_refused(world.close(), "is closed after");
    assert_refused(world.seal(), "has been sealed before");
    world.at(post_by + 1);
    let done = world.close().unwrap();
    assert_eq!(events(&done), void(1, "no sampling round in time"));
    assert_refused(world.close(), "no census is under way");
}

#[test]
fn a_draw_is_posted_in_time_or_is_none() {
    for (late, counts) in [(0, true), (1, false)] {
        let mut world = World::new();
        world.begin(&[(0, 9)]);
        world.seal_in_time();
        let CensusStage::Sealed { round, post_by } = world.stage() else {
            panic!("not sealed");
        };
        world.at(post_by + late);
        world.post(round).unwrap();
        if counts {
            world.answer(0, 9).unwrap();
            world.close_in_time();
        } else {
            let answer = vec![0, 0, 0, 0].into();
            assert_refused(world.send_answer(0, answer), "waits for round");
            let done = world.close().unwrap();
            assert_eq!(events(&done), void(1, "no sampling round in time"));
        }
    }
}

#[test]
fn an_answer_is_late_by_time_and_blocks() {
    // Seconds and blocks after the draw was posted.
    let table = [
        (600, 10, true),
        (601, 10, true),
        (600, 11, true),
        (9_999, 10, true),
        (600, 9_999, true),
        (601, 11, false),
    ];
    for (seconds, blocks, in_time) in table {
        let mut world = World::new();
        world.begin(&[(0, 9)]);
        world.draw();
        let answer = world.right_answer(0, 9);
        world.same_height_after(seconds);
        world.blocks(blocks);
        if in_time {
            assert_refused(world.close(), "is closed after");
            world.send_answer(0, answer).unwrap();
        } else {
            assert_refused(world.send_answer(0, answer.clone()), "was answered until");
            world.close().unwrap();
            assert_refused(world.send_answer(0, answer), "no census is under way");
            assert_eq!(world.census().last.unwrap().operators, 0);
        }
    }
}

#[test]
fn a_census_that_nobody_answers_counts() {
    let mut world = World::new();
    world.open();
    world.draw();
    let done = world.close_in_time();
    assert_eq!(
        events(&done),
        [OracleEvent::CensusClosed {
            census: 1,
            operators: 0,
            rate: Uint128::zero(),
            mainstream: None,
            held_for: 0,
        }]
    );
}

#[test]
fn a_census_keeps_the_rules_that_it_was_opened_by() {
    let mut world = World::new();
    world.whole_census(&[(0, 9)]);
    world.begin(&[(0, 9)]);
    let before = world.stage();
    let oracle = world.oracle.clone();
    let mut changed = world.params.clone();
    changed.census.slot = 120;
    changed.census.seal_within = 1;
    changed.census.answer_within = 1;
    changed.census.matrix = 64;
    changed.census.samples = 5;
    changed.census.gap = 7_200;
    let mut storage = world.app.contract_storage_mut(&oracle);
    PARAMS.save(&mut *storage, &changed).unwrap();
    drop(storage);
    assert_eq!(world.stage(), before);
    world.draw();
    world.answer(0, 9).unwrap();
    world.close_in_time();
    let rate = world.operator(0).results[1].rate;
    assert_eq!(rate, world.operator(0).results[0].rate);
    // The gap is not the census's own.
    let last = world.census().last.unwrap();
    assert_eq!(world.census().next_from, last.round_time + 7_200);
}
