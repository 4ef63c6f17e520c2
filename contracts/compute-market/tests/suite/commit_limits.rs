//! Batches that are committed: how much, and until when.

use compute_api::market::{
    Authoriser, ExecuteMsg, ExposureResponse, NewOrder, QueryMsg, SlotStage,
};

use crate::world::{COORDINATOR, SEEDED, World, coins, pay, redeem, refused};

fn cost() -> u128 {
    SEEDED.run.header.cost
}

#[test]
fn no_more_than_was_bought() {
    let mut world = World::new();
    let order = world.open(2 * cost() - 1, pay(&world));
    world.commit(&world.work(order, 0, &[0]));
    let more = world.work(order, 1, &[1]);
    refused(world.try_commit(&more), "ops of the order");
    let top_up = compute_api::market::Hook::TopUp { order };
    let owner = world.app_owner.clone();
    world.send(&owner, 1, &top_up).unwrap();
    world.commit(&more);
}

#[test]
fn no_more_than_was_authorised() {
    let mut world = World::new();
    let order = world.open_pay();
    let capped = |world: &World, worker, nonce, cum_ops| {
        world.work_with(order, worker, &[nonce], |plan| plan.cum_ops = Some(cum_ops))
    };
    let over = capped(&world, 0, 0, cost() - 1);
    refused(world.try_commit(&over), "ops of the order");
    world.commit(&capped(&world, 0, 0, cost()));
    // One that shows no more leaves no room, one that shows more does, and that stays.
    let same = capped(&world, 1, 1, cost());
    refused(world.try_commit(&same), "ops of the order");
    world.commit(&capped(&world, 2, 2, 3 * cost()));
    world.commit(&same);
    assert_eq!(world.order(order).ops.authorised.u128(), 3 * cost());
}

#[test]
fn the_daily_cap_counts_coins_and_gives_none_back() {
    let mut world = World::new();
    let new = NewOrder {
        authoriser: Authoriser::Coordinator {
            daily_cap: coins(2 * cost()),
        },
        ..pay(&world)
    };
    let order = world.open(10_000_000, new);
    let by = |world: &World, worker, nonce| {
        world.work_with(order, worker, &[nonce], |plan| {
            plan.authoriser = COORDINATOR
        })
    };
    let first = by(&world, 0, 0);
    let batch = world.commit(&first);
    world.commit(&by(&world, 1, 1));
    let over = by(&world, 2, 2);
    refused(world.try_commit(&over), "coins under the order's daily cap");
    world.drawn(batch);
    world.pass(7_201, 201);
    world.fail(batch).unwrap();
    let over = by(&world, 2, 2);
    refused(world.try_commit(&over), "coins under the order's daily cap");
    // The last second of the period, and the first of the next.
    let resets_at = world.order(order).cap.unwrap().resets_at;
    world.until(resets_at - 1);
    refused(world.try_commit(&by(&world, 2, 2)), "daily cap");
    world.pass(1, 1);
    world.commit(&by(&world, 2, 2));
    let cap = world.order(order).cap.unwrap();
    assert_eq!(
        (cap.reserved.u128(), cap.resets_at),
        (cost(), world.now() + 86_400)
    );
}

#[test]
fn a_redemptions_cap_counts_at_par() {
    let mut world = World::new();
    let new = NewOrder {
        authoriser: Authoriser::Coordinator {
            daily_cap: coins(cost()),
        },
        ..redeem(&world, 0)
    };
    let order = world.open(10_000_000, new);
    let by = |world: &World, worker, nonce| {
        world.work_with(order, worker, &[nonce], |plan| {
            plan.authoriser = COORDINATOR
        })
    };
    world.commit(&by(&world, 0, 0));
    refused(world.try_commit(&by(&world, 1, 1)), "daily cap");
}

#[test]
fn what_is_unsettled_fits_twelve_times_into_the_stake() {
    let mut world = World::new();
    let order = world.open_pay();
    let worker = world.workers[0].clone();
    world.change_operator(&worker, |known| known.slashable = 12 * 2 * cost() + 11);
    world.commit(&world.work(order, 0, &[0]));
    let batch = world.commit(&world.work(order, 0, &[1]));
    let query = QueryMsg::Exposure {
        worker: worker.to_string(),
    };
    let exposure: ExposureResponse = world.query(&query).unwrap();
    assert_eq!(
        (exposure.unsettled.u128(), exposure.open_batches),
        (2 * cost(), 2)
    );
    assert_eq!(exposure.room.u128(), 0);
    let third = world.work(order, 0, &[2]);
    refused(
        world.try_commit(&third),
        "unsettled coins that the worker's stake allows",
    );
    // What settles or fails makes room.
    world.drawn(batch);
    world.pass(7_201, 201);
    world.fail(batch).unwrap();
    world.commit(&world.work(order, 0, &[2]));
    // A stake that has shrunk leaves none.
    world.change_operator(&worker, |known| known.slashable = 0);
    let exposure: ExposureResponse = world.query(&query).unwrap();
    assert_eq!((exposure.room.u128(), exposure.slashable.u128()), (0, 0));
}

#[test]
fn by_its_time_and_not_a_second_later() {
    let mut world = World::new();
    let order = world.open_pay();
    let work = world.work(order, 0, &[0]);
    let late = world.work(order, 1, &[1]);
    let tick = ExecuteMsg::Tick {};
    // No halt: blocks come as they should.
    world.later(3_600);
    world.anyone(&tick).unwrap();
    world.commit(&work);
    world.pass(1, 1);
    refused(world.try_commit(&late), "have the worker sign another");
}

#[test]
fn a_halt_is_credited() {
    let mut world = World::new();
    let order = world.open_pay();
    let work = world.work(order, 0, &[0]);
    let late = world.work(order, 1, &[1]);
    world.anyone(&ExecuteMsg::Tick {}).unwrap();
    // A day in one block.
    world.pass(86_400, 1);
    world.commit(&work);
    let halt = world.replay.halt.unwrap();
    assert_eq!((halt.from + 86_400, halt.until), (world.now(), world.now()));
    world.later(3_600);
    let other = world.work(order, 2, &[2]);
    world.commit(&other);
    world.commit(&late);
    let mut world = World::new();
    let order = world.open_pay();
    let late = world.work(order, 1, &[1]);
    world.pass(86_400, 1);
    world.anyone(&ExecuteMsg::Tick {}).unwrap();
    world.later(3_601);
    refused(world.try_commit(&late), "have the worker sign another");
}

#[test]
fn a_slow_block_does_not_take_the_credit_of_a_long_halt() {
    let mut world = World::new();
    let order = world.open_pay();
    let work = world.work(order, 0, &[0]);
    world.pass(86_400, 1);
    world.anyone(&ExecuteMsg::Tick {}).unwrap();
    // Eleven seconds are more than a block takes.
    world.pass(11, 1);
    world.anyone(&ExecuteMsg::Tick {}).unwrap();
    world.commit(&work);
}

#[test]
fn slots_hold_the_batches_of_ten_minutes() {
    let mut world = World::new();
    let order = world.open_pay();
    world.commit(&world.work(order, 0, &[0]));
    let ends_at = world.slot(1).ends_at;
    assert_eq!(ends_at, world.now() + 600);
    world.until(ends_at);
    world.commit(&world.work(order, 0, &[1]));
    let slot = world.slot(1);
    assert_eq!(
        (slot.first_batch, slot.batches, slot.last_height),
        (1, 2, world.height())
    );
    // The first batch after its end seals it, in its own slot.
    world.pass(1, 1);
    world.commit(&world.work(order, 0, &[2]));
    assert!(matches!(
        world.slot(1).stage,
        SlotStage::Sealed { seals: 1, .. }
    ));
    let next = world.slot(2);
    assert_eq!((next.first_batch, next.batches), (3, 1));
    assert_eq!(next.opened_at, world.now());
    assert_eq!(next.stage, SlotStage::Open { late_at: None });
}
