//! Which answers are refused. A refused one changes nothing: a better one can follow.

use compute_api::oracle::{CensusStage, ExecuteMsg};
use cosmwasm_std::Binary;

use super::world::{Done, World, assert_refused, randomness};

fn drawn(world: &World) -> [u8; 32] {
    match world.stage() {
        CensusStage::Answering { round, .. } => randomness(round),
        stage => panic!("{stage:?}"),
    }
}

#[test]
fn nothing_is_answered_before_the_draw() {
    let mut world = World::new();
    let none = Binary::from(vec![0; 4]);
    assert_refused(world.send_answer(0, none.clone()), "no census is under way");
    world.begin(&[(0, 9)]);
    assert_refused(world.send_answer(0, none.clone()), "has not been sealed");
    world.seal_in_time();
    assert_refused(world.send_answer(0, none), "waits for round");
    world.post_draw();
    world.answer(0, 9).unwrap();
}

#[test]
fn wrong_answers_are_refused() {
    let mut world = World::new();
    world.begin(&[(0, 9), (1, 9)]);
    world.draw();
    let right = world.right_answer(0, 9);
    for at in [4, 40, right.len() - 1] {
        let mut wrong = right.to_vec();
        wrong[at] ^= 1;
        assert!(world.send_answer(0, wrong.into()).is_err(), "byte {at}");
    }
    let mut longer = right.to_vec();
    longer.push(0);
    assert_refused(world.send_answer(0, longer.into()), "bytes follow the end");
    assert_refused(world.send_answer(0, Binary::default()), "ends early");
    let other_draw = world.work(0, 9).answer(&world, &[7; 32]);
    assert!(world.send_answer(0, other_draw).is_err());
    // Of another, and for somebody who has not committed or does not exist.
    assert!(world.send_answer(1, right.clone()).is_err());
    assert_refused(
        world.send_answer(2, right.clone()),
        "no commitment in this census",
    );
    let operator = world.stranger().to_string();
    let msg = ExecuteMsg::AnswerCensus {
        operator,
        answer: right.clone(),
    };
    assert_refused(world.anyone(&msg), "no operator");

    assert!(world.operator(0).results.is_empty());
    world.send_answer(0, right.clone()).unwrap();
    assert_refused(world.send_answer(0, right), "has answered census 1 before");
    assert_eq!(world.operator(0).results.len(), 1);
}

#[test]
fn one_keys_work_is_refused_for_another() {
    let mut world = World::new();
    let slot = world.begin(&[(0, 9)]);
    // Operator 1 commits to what operator 0 has computed.
    let done = world.work(0, 9);
    let thief = world.operators[1].clone();
    world.execute(&thief, &done.commit(slot)).unwrap();
    world.draw();
    let stolen = done.answer_as(&world, &drawn(&world), thief.as_str());
    assert_refused(world.send_answer(1, stolen), "census tile");
    world.answer(0, 9).unwrap();
}

#[test]
fn one_censuses_work_is_refused_in_another() {
    let mut world = World::new();
    world.begin(&[(0, 9)]);
    let old = world.work(0, 9);
    world.draw();
    let old_answer = world.right_answer(0, 9);
    world.answer(0, 9).unwrap();
    world.close_in_time();

    // The old commitment is none in the new census.
    world.begin(&[(1, 9)]);
    world.draw();
    assert_refused(
        world.send_answer(0, old_answer),
        "no commitment in this census",
    );
    world.close_in_time();

    // And its work, committed to again, is of another beacon.
    let slot = world.open();
    let operator = world.operators[0].clone();
    world.execute(&operator, &old.commit(slot)).unwrap();
    world.draw();
    let answer = old.answer(&world, &drawn(&world));
    assert_refused(world.send_answer(0, answer), "census tile");
}

#[test]
fn lying_about_units_does_not_pay() {
    let mut world = World::new();
    let slot = world.open();
    let operator = world.operators[0].clone();
    let done: Done = world.work(0, 9);
    let ExecuteMsg::CommitCensus { root, open, .. } = done.commit(slot) else {
        unreachable!();
    };
    let units = 18;
    let lie = ExecuteMsg::CommitCensus {
        slot,
        units,
        root,
        open,
    };
    world.execute(&operator, &lie).unwrap();
    world.draw();
    assert!(world.answer(0, 9).is_err());
    assert!(world.answer(0, 18).is_err());
}
