//! Slots that are sealed, drawn, sealed anew, void.

use compute_api::market::{BatchState, Deadline, ExecuteMsg, SlotStage};
use compute_proofs::opening::is_challenged;

use crate::world::{Builder, PERIOD, START, World, limit, refused};

/// A world with one batch in a slot.
fn with_batch(builder: Builder) -> (World, u64) {
    let mut world = builder.build();
    let order = world.open_pay();
    let batch = world.commit(&world.work(order, 0, &[0]));
    (world, batch)
}

fn sealed(world: &World, slot: u64) -> (u64, u32, Deadline) {
    match world.slot(slot).stage {
        SlotStage::Sealed {
            round,
            seals,
            post_by,
            ..
        } => (round, seals, post_by),
        other => panic!("{other:?}"),
    }
}

#[test]
fn sealed_after_its_end_by_a_round_to_come() {
    let (mut world, batch) = with_batch(Builder::default());
    let ends_at = world.slot(1).ends_at;
    world.until(ends_at);
    refused(world.seal(1), "slot 1 is sealed after");
    world.pass(1, 1);
    world.check_deadlines();
    world.seal(1).unwrap();
    let (round, seals, post_by) = sealed(&world, 1);
    // The first at or after half a minute from the block.
    let time = START + (round - 1) * PERIOD;
    assert!((world.now() + 30..world.now() + 30 + PERIOD).contains(&time));
    assert_eq!(seals, 1);
    let by = Deadline {
        time: time + 3_600,
        height: world.height() + 100,
    };
    assert_eq!(post_by, by);
    let batch = world.batch(batch);
    assert_eq!(batch.state, BatchState::Sealed);
    let open_until = Deadline {
        time: world.now() + 86_400,
        height: world.height() + 2_000,
    };
    assert_eq!(batch.open_until, Some(open_until));
    refused(world.seal(1), "sealing this slot anew is possible after");
}

#[test]
fn not_in_the_block_of_its_last_commit() {
    let mut world = World::new();
    let order = world.open_pay();
    world.commit(&world.work(order, 0, &[0]));
    world.pass(601, 0);
    refused(world.seal(1), "above height");
    // Whoever commits then opens the next one and leaves this.
    world.commit(&world.work(order, 0, &[1]));
    assert_eq!(world.slot(1).stage, SlotStage::Open { late_at: None });
    assert_eq!(world.batch(2).slot, 2);
    world.next();
    world.seal(1).unwrap();
    sealed(&world, 1);
}

#[test]
fn a_late_seal_takes_two_blocks() {
    let (mut world, _) = with_batch(Builder::default());
    let ends_at = world.slot(1).ends_at;
    world.until(ends_at + 61);
    world.seal(1).unwrap();
    let late_at = Some(world.height());
    assert_eq!(world.slot(1).stage, SlotStage::Open { late_at });
    // The same block changes nothing.
    world.seal(1).unwrap();
    assert_eq!(world.slot(1).stage, SlotStage::Open { late_at });
    world.check_deadlines();
    world.next();
    world.check_deadlines();
    world.seal(1).unwrap();
    assert_eq!(sealed(&world, 1).1, 1);
    // A second less is in time.
    let (mut world, _) = with_batch(Builder::default());
    let ends_at = world.slot(1).ends_at;
    world.until(ends_at + 60);
    world.seal(1).unwrap();
    sealed(&world, 1);
}

#[test]
fn a_late_commit_marks_the_slot_and_opens_the_next() {
    let (mut world, _) = with_batch(Builder::default());
    world.until(world.slot(1).ends_at + 61);
    world.commit(&world.work(1, 0, &[1]));
    let late_at = Some(world.height());
    assert_eq!(world.slot(1).stage, SlotStage::Open { late_at });
    assert_eq!(world.last_slot(), 2);
    world.next();
    world.seal(1).unwrap();
    sealed(&world, 1);
}

#[test]
fn a_batch_cannot_wait_for_a_better_round() {
    // Grinding by the commit: the round is fixed by a block after the slot's end, and
    // lies after that block, whenever in the slot a batch comes.
    let mut world = World::new();
    let order = world.open_pay();
    world.commit(&world.work(order, 0, &[0]));
    world.until(world.slot(1).ends_at);
    world.commit(&world.work(order, 1, &[1]));
    world.pass(1, 1);
    world.seal(1).unwrap();
    let (round, ..) = sealed(&world, 1);
    assert!(START + (round - 1) * PERIOD >= world.now() + 30);
    let late = world.work(order, 2, &[2]);
    world.commit(&late);
    assert_eq!(world.batch(world.last_batch()).slot, 2);
}

#[test]
fn drawn_by_its_round_alone() {
    let (mut world, batch) = with_batch(Builder::default());
    refused(world.draw(1), "only a sealed one is drawn");
    world.seal_in_time(1);
    let (round, ..) = sealed(&world, 1);
    refused(
        world.draw(1),
        &format!("round {round} of slot 1 is not posted"),
    );
    world.post(round + 1);
    refused(world.draw(1), "is not posted");
    let randomness = world.post(round);
    refused(world.seal(1), "send draw_slot");
    world.draw(1).unwrap();
    let SlotStage::Drawn {
        round: drawn,
        randomness: by,
        challenge_one_in,
        prove_by,
    } = world.slot(1).stage
    else {
        panic!()
    };
    assert_eq!(
        (drawn, by.as_slice(), challenge_one_in),
        (round, &randomness[..], 1)
    );
    let within = Deadline {
        time: world.now() + 7_200,
        height: world.height() + 200,
    };
    assert_eq!(prove_by, within);
    assert_eq!(world.batch(batch).state, BatchState::Challenged);
    assert_eq!(world.batch(batch).prove_by, Some(within));
    refused(world.draw(1), "only a sealed one is drawn");
    refused(world.seal(1), "nothing is left to seal");
}

#[test]
fn a_round_that_comes_late_still_draws() {
    let (mut world, batch) = with_batch(Builder::default());
    world.seal_in_time(1);
    let (round, ..) = sealed(&world, 1);
    world.later(200_000);
    world.check_deadlines();
    world.post(round);
    world.check_deadlines();
    world.draw(1).unwrap();
    // The window has passed, and there is time to prove all the same.
    assert_eq!(
        world.batch(batch).prove_by.unwrap().time,
        world.now() + 7_200
    );
    refused(world.settle(batch), "has to be cleared or proven");
    refused(world.fail(batch), "failing this batch is possible after");
}

#[test]
fn sealed_anew_when_its_round_does_not_come() {
    let (mut world, _) = with_batch(Builder::default());
    world.set_params(|params| params.batches.challenge_one_in = 2);
    world.seal_in_time(1);
    let (first, _, post_by) = sealed(&world, 1);
    world.pass(
        post_by.time - world.now() + 1,
        post_by.height - world.height(),
    );
    refused(world.seal(1), "above height");
    world.pass(0, 1);
    world.check_deadlines();
    // At the rate of the first seal: a change of it cannot pick among known batches.
    world.set_params(|params| params.batches.challenge_one_in = 1_000);
    world.seal(1).unwrap();
    let (round, seals, again) = sealed(&world, 1);
    assert_eq!(seals, 2);
    assert!(round > first && again.time > post_by.time);
    let SlotStage::Sealed {
        challenge_one_in, ..
    } = world.slot(1).stage
    else {
        panic!()
    };
    assert_eq!(challenge_one_in, 2);
    // The old round draws nothing any more.
    world.post(first);
    refused(world.draw(1), "is not posted");
    world.post(round);
    world.draw(1).unwrap();
}

/// Passes the time to post, `times` times.
fn beacon_never_comes(world: &mut World, slot: u64) {
    while let SlotStage::Sealed { post_by, .. } = world.slot(slot).stage {
        world.pass(
            post_by.time + 1 - world.now(),
            post_by.height + 1 - world.height(),
        );
        world.check_deadlines();
        world.seal(slot).unwrap();
    }
}

#[test]
fn void_when_no_round_ever_comes() {
    let (mut world, batch) = with_batch(Builder::default());
    world.seal_in_time(1);
    beacon_never_comes(&mut world, 1);
    assert_eq!(world.slot(1).stage, SlotStage::Void {});
    refused(world.seal(1), "is void");
    refused(world.draw(1), "only a sealed one is drawn");
    assert_eq!(world.batch(batch).state, BatchState::Sealed);
    world.check_deadlines();
    let told = world.told().len();
    world.fail(batch).unwrap();
    // Nobody is slashed, nobody paid, and the order has its coins.
    assert_eq!(world.told().len(), told);
    assert_eq!(world.batch(batch).state, BatchState::Failed);
    assert_eq!(world.order(1).coins.free.u128(), 10_000_000);
}

#[test]
fn the_batches_of_a_slot_that_is_soon_void_are_listed_at_once() {
    let builder = Builder::default().with_params(|params| {
        params.batches.max_seals = 1;
        params.batches.post_within = limit(60, 1);
    });
    let (mut world, batch) = with_batch(builder);
    world.seal_in_time(1);
    beacon_never_comes(&mut world, 1);
    world.next();
    world.check_deadlines();
    world.fail(batch).unwrap();
}

#[test]
fn a_void_slots_batch_can_be_failed_although_a_demand_of_it_is_open() {
    let builder = Builder::default().with_params(|params| {
        params.batches.max_seals = 1;
        params.batches.post_within = limit(60, 1);
    });
    let (mut world, batch) = with_batch(builder);
    let target = compute_api::market::Target::Receipt { nonce: 0 };
    world.demand(batch, target).unwrap();
    world.seal_in_time(1);
    beacon_never_comes(&mut world, 1);
    world.next();
    world.check_deadlines();
    let told = world.told().len();
    world.fail(batch).unwrap();
    assert_eq!(world.told().len(), told);
    assert_eq!(world.holdings().bonds.u128(), 0);
}

#[test]
fn one_batch_in_so_many_is_challenged() {
    let builder = Builder::default().with_params(|params| params.batches.challenge_one_in = 3);
    let mut world = builder.build();
    let order = world.open_pay();
    let works: Vec<_> = (0..12)
        .map(|nonce| world.work(order, 0, &[nonce]))
        .collect();
    let batches: Vec<_> = works.iter().map(|work| world.commit(work)).collect();
    let beacon = world.drawn(batches[0]);
    let mut cleared = 0;
    for (work, batch) in works.iter().zip(batches) {
        let challenged = is_challenged(&work.context(), &beacon, 3).unwrap();
        let state = world.batch(batch).state;
        if challenged {
            assert_eq!(state, BatchState::Challenged);
        } else {
            assert_eq!(state, BatchState::Cleared);
            assert_eq!(world.batch(batch).prove_by, None);
            refused(world.prove(batch, work), "has to be challenged");
            cleared += 1;
        }
    }
    assert!((1..12).contains(&cleared), "{cleared}");
    world.later(86_401);
    world.check_deadlines();
}

#[test]
fn no_such_slot() {
    let mut world = World::new();
    refused(world.seal(1), "no slot 1");
    refused(world.draw(0), "no slot 0");
    let prove = ExecuteMsg::ProveBatch {
        batch: 1,
        openings: Vec::new(),
    };
    refused(world.anyone(&prove), "openings is 0");
}
