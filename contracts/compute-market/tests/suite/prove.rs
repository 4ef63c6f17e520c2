//! Samples of challenged batches, opened.

use compute_api::market::{
    BatchState, ExecuteMsg, NewOrder, Opening, OpeningsResponse, Privacy, QueryMsg,
};
use compute_proofs::opening::sample;

use crate::world::{LIE, MATRIX, PIPELINE, SEEDED, SEEDED_AGAIN, Work, World, pay, refused};

fn proof(batch: u64, openings: Vec<Opening>) -> ExecuteMsg {
    ExecuteMsg::ProveBatch { batch, openings }
}

fn openings(world: &World, batch: u64) -> OpeningsResponse {
    world.query(&QueryMsg::Openings { batch }).unwrap()
}

/// A drawn batch of three jobs, its work and its beacon.
fn drawn(samples: Option<u32>) -> (World, u64, Work, [u8; 32]) {
    let mut world = World::new();
    let new = NewOrder {
        samples,
        ..pay(&world)
    };
    let order = world.open(10_000_000, new);
    let work = world.work_with(order, 0, &[1, 2, 4], |plan| {
        plan.jobs = vec![&SEEDED, &MATRIX, &PIPELINE];
    });
    let batch = world.commit(&work);
    assert_eq!(openings(&world, batch).samples, []);
    let beacon = world.drawn(batch);
    (world, batch, work, beacon)
}

#[test]
fn all_samples_at_once() {
    let (mut world, batch, work, _) = drawn(None);
    world.prove(batch, &work).unwrap();
    let proven = world.batch(batch);
    assert_eq!((proven.state, proven.opened), (BatchState::Proven, 4));
    refused(world.prove(batch, &work), "has to be challenged");
}

#[test]
fn one_by_one_in_any_order() {
    let (mut world, batch, work, beacon) = drawn(Some(64));
    let asked = openings(&world, batch);
    assert_eq!(asked.samples.len(), 64);
    assert_eq!(asked.randomness.unwrap().as_slice(), beacon);
    for (d, drawn) in (0..).zip(&asked.samples) {
        let sample = sample(&work.context(), &beacon, d).unwrap();
        assert_eq!(drawn.position.u128(), sample.position());
        assert_eq!(
            (drawn.sample, drawn.by_cost, drawn.opened),
            (d, d % 2 == 0, false)
        );
    }
    // The highest bit of the word first.
    for (done, d) in (1..).zip((0..64).rev()) {
        let opening = proof(batch, vec![work.opening(&beacon, d)]);
        world.anyone(&opening).unwrap();
        let at = usize::try_from(d).unwrap();
        assert!(openings(&world, batch).samples[at].opened);
        let known = world.batch(batch);
        assert_eq!(known.opened, done);
        let proven = known.state == BatchState::Proven;
        assert_eq!(proven, done == 64);
    }
}

#[test]
fn what_is_opened_already_changes_nothing() {
    let (mut world, batch, work, beacon) = drawn(None);
    let first = work.opening(&beacon, 0);
    world
        .anyone(&proof(batch, vec![first.clone(), first.clone()]))
        .unwrap();
    assert_eq!(world.batch(batch).opened, 1);
    let response = world.anyone(&proof(batch, vec![first])).unwrap();
    assert!(world.events(&response).is_empty());
    assert_eq!(world.batch(batch).opened, 1);
}

#[test]
fn one_wrong_opening_refuses_them_all() {
    let (mut world, batch, work, beacon) = drawn(None);
    let good = work.opening(&beacon, 0);
    let mut bad = work.opening(&beacon, 1);
    // The answer to another sample, cut short, beyond the number.
    let other = Opening {
        sample: 1,
        evidence: work.opening(&beacon, 2).evidence,
    };
    let cut = Opening {
        sample: 1,
        evidence: bad.evidence[..bad.evidence.len() - 1].into(),
    };
    bad.sample = 4;
    for (opening, why) in [(other, ""), (cut, ""), (bad, "sample is 4: must be 0 to 3")] {
        let both = proof(batch, vec![good.clone(), opening]);
        refused(world.anyone(&both), why);
        assert_eq!(world.batch(batch).opened, 0);
    }
    refused(world.anyone(&proof(batch, Vec::new())), "openings is 0");
    refused(world.anyone(&proof(9, vec![good])), "no batch 9");
}

#[test]
fn by_the_rounds_beacon_and_the_batches_own_root() {
    let (mut world, batch, work, _) = drawn(None);
    let other = world.work_with(1, 1, &[1, 2, 4], |plan| {
        plan.jobs = vec![&SEEDED_AGAIN, &MATRIX, &PIPELINE];
    });
    let foreign = world.commit(&other);
    for (of, beacon) in [(&work, [9; 32]), (&other, [9; 32])] {
        let openings = of.openings(&beacon, 4);
        assert!(world.anyone(&proof(batch, openings)).is_err());
    }
    refused(
        world.prove_with(foreign, &other, [9; 32]),
        "has to be challenged",
    );
}

#[test]
fn a_wrong_result_cannot_be_opened() {
    let mut world = World::new();
    let order = world.open_pay();
    let work = world.work_with(order, 0, &[0], |plan| plan.jobs = vec![&LIE]);
    let batch = world.commit(&work);
    world.drawn(batch);
    refused(world.prove(batch, &work), "");
    world.pass(7_201, 201);
    world.check_deadlines();
    world.fail(batch).unwrap();
}

#[test]
fn ops_that_are_not_the_programs_cannot_be_opened() {
    let mut world = World::new();
    let order = world.open_pay();
    let work = world.work_with(order, 0, &[0], |plan| {
        plan.lie = Some(|receipt| receipt.ops -= 1);
    });
    let batch = world.commit(&work);
    world.drawn(batch);
    refused(world.prove(batch, &work), "ops of the receipt");
}

#[test]
fn a_program_registered_after_the_commit_does_not_count() {
    let mut world = crate::world::Builder::default().without_programs().build();
    let order = world.open_pay();
    let work = world.work(order, 0, &[0]);
    let batch = world.commit(&work);
    world.next();
    world.register_all();
    world.drawn(batch);
    refused(
        world.prove(batch, &work),
        "program registered before this batch",
    );
    // In the block of the commit it is early enough.
    let mut world = crate::world::Builder::default().without_programs().build();
    let order = world.open_pay();
    let work = world.work(order, 0, &[0]);
    let batch = world.commit(&work);
    world.register_all();
    world.proven(batch, &work);
}

#[test]
fn late_ones_count_until_it_has_failed() {
    let (mut world, batch, work, _) = drawn(None);
    world.pass(100_000, 5_000);
    world.check_deadlines();
    world.prove(batch, &work).unwrap();
    refused(world.fail(batch), "challenged and not proven");
    world.settle(batch).unwrap();
}

#[test]
fn nothing_of_a_private_order_is_opened() {
    let mut world = World::new();
    let new = NewOrder {
        privacy: Privacy::Private,
        ..pay(&world)
    };
    let order = world.open(10_000_000, new);
    let work = world.work(order, 0, &[0]);
    let batch = world.commit(&work);
    refused(
        world.anyone(&proof(batch, work.openings(&[1; 32], 1))),
        "has to be challenged",
    );
    world.drawn(batch);
    assert_eq!(world.batch(batch).state, BatchState::Cleared);
    assert_eq!(openings(&world, batch).samples, []);
    refused(world.prove(batch, &work), "has to be challenged");
    world.window(batch);
    world.check_deadlines();
    world.settle(batch).unwrap();
}
