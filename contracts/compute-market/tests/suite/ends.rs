//! Batches that settle or fail, and where the coins go.

use compute_api::{
    market::{BatchState, Mode, NewOrder, events::BatchEvent},
    votes::Fault,
};

use crate::world::{Builder, PIPELINE, SEEDED, Told, Work, World, new_order, pay, redeem, refused};

fn cost() -> u128 {
    SEEDED.run.header.cost
}

/// A proven batch whose window is over.
fn ready(order: impl FnOnce(&World) -> (u128, NewOrder)) -> (World, u64, Work) {
    let mut world = World::new();
    let (amount, new) = order(&world);
    let order = world.open(amount, new);
    let work = world.work(order, 0, &[0]);
    let batch = world.commit(&work);
    world.proven(batch, &work);
    world.window(batch);
    (world, batch, work)
}

/// Payments of the last distribution and what the pool got.
fn paid(world: &World) -> (Vec<(String, u128)>, u128) {
    let Told::Paid {
        payments,
        protection,
    } = world.last_told()
    else {
        panic!("{:?}", world.last_told())
    };
    let payments = payments.into_iter().map(|x| (x.operator, x.amount.u128()));
    (payments.collect(), protection.u128())
}

#[test]
fn pay_is_split() {
    let (mut world, batch, work) = ready(|world| (10_000_000, pay(world)));
    world.check_deadlines();
    world.settle(batch).unwrap();
    let charge = work.ops();
    let (worker, coordinator) = (charge * 85 / 100, charge / 10);
    let (payments, protection) = paid(&world);
    assert_eq!(
        payments,
        [
            (world.workers[0].to_string(), worker),
            (world.coordinator.to_string(), coordinator)
        ]
    );
    assert_eq!(protection, charge - worker - coordinator);
    let order = world.order(1);
    assert_eq!(
        (order.ops.used.u128(), order.ops.reserved.u128()),
        (charge, 0)
    );
    assert_eq!(
        (order.coins.spent.u128(), order.coins.reserved.u128()),
        (charge, 0)
    );
    let settled = world.batch(batch);
    assert_eq!(
        (settled.state, settled.ended_at),
        (BatchState::Settled, Some(world.now()))
    );
    refused(world.settle(batch), "has to be cleared or proven");
    refused(world.fail(batch), "one that has not ended");
}

#[test]
fn a_price_is_what_was_offered() {
    let (mut world, batch, work) = ready(|world| {
        (
            10_000_000,
            new_order(world, Mode::Pay { price_bps: 12_345 }),
        )
    });
    world.settle(batch).unwrap();
    let charge = (work.ops() * 12_345).div_ceil(10_000);
    assert_eq!(world.order(1).coins.spent.u128(), charge);
    assert_eq!(world.distributed(), charge);
}

#[test]
fn a_redemption_burns_and_its_fee_is_split() {
    let (mut world, batch, work) = ready(|world| (4 * cost() + 999, redeem(world, 999)));
    let issuer = world.issuers[0].clone();
    world.settle(batch).unwrap();
    assert_eq!(world.redeemed(&issuer), work.ops());
    // A quarter of the fee, rounded down, and two thirds of that.
    let (payments, protection) = paid(&world);
    assert_eq!(
        payments,
        [(world.coordinator.to_string(), 249 * 6_667 / 10_000)]
    );
    assert_eq!(protection, 249 - 249 * 6_667 / 10_000);
    let order = world.order(1);
    assert_eq!(order.redemption.unwrap().fee_left.u128(), 750);
    let queue = &world.replay.queues[issuer.as_str()];
    assert_eq!(queue.open.u128(), 3 * cost());
}

#[test]
fn burns_add_up_to_the_micro_coin() {
    // 3.000001 ops for a micro-coin: each batch alone would round up.
    let mut world = World::new();
    world.set_opc(3_000_001);
    let tasks = 5u64;
    let ops = u128::from(tasks) * cost();
    let coins = (ops * 1_000_000).div_ceil(3_000_001);
    let order = world.open(coins + 777, redeem(&world, 777));
    let works: Vec<_> = (0..tasks)
        .map(|nonce| world.work(order, 0, &[nonce]))
        .collect();
    let batches: Vec<_> = works.iter().map(|work| world.commit(work)).collect();
    world.drawn(batches[0]);
    for (work, batch) in works.iter().zip(&batches) {
        world.prove(*batch, work).unwrap();
    }
    world.window(batches[0]);
    // In any order.
    for at in [3, 0, 4, 2, 1] {
        world.settle(batches[at]).unwrap();
        let used = world.order(order).ops.used.u128();
        let burnt = (used * 1_000_000).div_ceil(3_000_001);
        assert_eq!(world.redeemed(&world.issuers[0].clone()), burnt);
    }
    assert_eq!(world.order(order).coins.free.u128(), 0);
    let total = world.order(order).ops.total.u128();
    let earned = 777 * ops / total;
    assert_eq!(
        world.order(order).redemption.unwrap().fee_left.u128(),
        777 - earned
    );
}

#[test]
fn the_last_op_earns_the_last_of_the_fee() {
    let (mut world, batch, _) = ready(|world| (cost() + 999, redeem(world, 999)));
    world.settle(batch).unwrap();
    assert_eq!(world.order(1).redemption.unwrap().fee_left.u128(), 0);
    assert_eq!(world.holdings().fees.u128(), 0);
}

#[test]
fn settles_when_its_window_is_over_and_not_before() {
    let mut world = World::new();
    let order = world.open_pay();
    let work = world.work(order, 0, &[0]);
    let batch = world.commit(&work);
    refused(world.settle(batch), "has to be cleared or proven");
    world.seal_in_time(1);
    refused(world.settle(batch), "has to be cleared or proven");
    world.draw_in_time(1);
    refused(world.settle(batch), "has to be cleared or proven");
    world.prove(batch, &work).unwrap();
    let open_until = world.batch(batch).open_until.unwrap();
    world.pass(
        open_until.time - world.now(),
        open_until.height + 1 - world.height(),
    );
    refused(world.settle(batch), "settling this batch is possible after");
    world.check_deadlines();
    world.pass(1, 0);
    world.check_deadlines();
    world.settle(batch).unwrap();
    refused(world.settle(9), "no batch 9");
}

#[test]
fn not_before_enough_blocks() {
    let mut world = World::new();
    let order = world.open_pay();
    let work = world.work(order, 0, &[0]);
    let batch = world.commit(&work);
    world.proven(batch, &work);
    let open_until = world.batch(batch).open_until.unwrap();
    world.pass(90_000, open_until.height - world.height());
    refused(world.settle(batch), "above height");
    world.check_deadlines();
    world.pass(0, 1);
    world.settle(batch).unwrap();
}

#[test]
fn unproven_it_fails() {
    let mut world = World::new();
    let order = world.open_pay();
    let work = world.work(order, 0, &[0]);
    let batch = world.commit(&work);
    refused(world.fail(batch), "batch 1 is committed");
    world.drawn(batch);
    let prove_by = world.batch(batch).prove_by.unwrap();
    world.pass(
        prove_by.time - world.now(),
        prove_by.height + 1 - world.height(),
    );
    refused(world.fail(batch), "failing this batch is possible after");
    world.pass(1, 0);
    world.check_deadlines();
    let response = world.fail(batch).unwrap();
    let event = BatchEvent::Failed {
        batch,
        cause: "unproven".into(),
        demand: None,
        penalty: work.ops().into(),
        time: world.now(),
    };
    assert!(
        world
            .events(&response)
            .iter()
            .any(|x| BatchEvent::parse(x) == Ok(Some(event.clone())))
    );
    let order = world.order(order);
    assert_eq!(order.coins.free.u128(), 10_000_000);
    assert_eq!(
        (order.open_batches, order.ops.authorised.u128()),
        (0, cost())
    );
    let fault = Fault::Unproven {
        batch,
        amount: work.ops().into(),
    };
    assert_eq!(
        world.last_told(),
        Told::Reported {
            operator: world.workers[0].to_string(),
            fault,
            reporter: None
        }
    );
}

#[test]
fn a_cheat_that_stays_silent_pays_for_all_that_are_not_drawn() {
    let builder = Builder::default().with_params(|params| params.batches.challenge_one_in = 8);
    let mut world = builder.build();
    let order = world.open_pay();
    let works: Vec<_> = (0..40)
        .map(|nonce| world.work(order, 0, &[nonce]))
        .collect();
    let batches: Vec<_> = works.iter().map(|work| world.commit(work)).collect();
    world.drawn(batches[0]);
    // A change of the rate is not this slot's.
    world.set_params(|params| params.batches.challenge_one_in = 1);
    world.pass(7_201, 201);
    let challenged = |batch: &&u64| world.batch(**batch).state == BatchState::Challenged;
    let batch = *batches
        .iter()
        .find(challenged)
        .expect("one in eight of forty");
    world.fail(batch).unwrap();
    let Told::Reported {
        fault: Fault::Unproven { amount, .. },
        ..
    } = world.last_told()
    else {
        panic!()
    };
    assert_eq!(amount.u128(), 8 * cost());
}

#[test]
fn orders_that_have_ended_still_pay_what_was_committed() {
    for close in [false, true] {
        let mut world = World::new();
        let order = world.open_pay();
        let work = world.work(order, 0, &[0]);
        let batch = world.commit(&work);
        world.cancel(order).unwrap();
        world.proven(batch, &work);
        world.window(batch);
        if close {
            world.close(order).unwrap();
        }
        world.settle(batch).unwrap();
        assert_eq!(world.distributed(), cost());
        if !close {
            world.close(order).unwrap();
        }
        let order = world.order(order);
        assert_eq!(order.coins.paid_back.u128(), 10_000_000 - cost());
        assert_eq!(order.coins.spent.u128(), cost());
    }
}

#[test]
fn a_worker_that_is_out_is_paid_for_what_was_right() {
    let (mut world, batch, _) = ready(|world| (10_000_000, pay(world)));
    let worker = world.workers[0].clone();
    world.change_operator(&worker, |known| {
        known.standing = compute_api::votes::Standing::Tombstoned;
        known.slashable = 0;
    });
    world.settle(batch).unwrap();
    assert_eq!(world.distributed(), cost());
}

#[test]
fn programs_of_many_operations_settle_as_one() {
    let mut world = World::new();
    let order = world.open_pay();
    let work = world.work_with(order, 0, &[0, 1], |plan| {
        plan.jobs = vec![&PIPELINE, &SEEDED]
    });
    let batch = world.commit(&work);
    world.proven(batch, &work);
    world.window(batch);
    world.settle(batch).unwrap();
    assert_eq!(world.distributed(), PIPELINE.run.header.cost + cost());
}

#[test]
fn shares_of_nothing_are_not_sent() {
    let builder = Builder::default().with_params(|params| {
        params.split.worker_bps = 0;
        params.split.coordinator_bps = 0;
    });
    let mut world = builder.build();
    let order = world.open_pay();
    let work = world.work(order, 0, &[0]);
    let batch = world.commit(&work);
    world.proven(batch, &work);
    world.window(batch);
    world.settle(batch).unwrap();
    assert_eq!(paid(&world), (vec![], cost()));
}

/// The guardian can hold up burns, for a day in seven: nothing changes meanwhile.
#[test]
fn a_pause_of_redeeming_holds_up_what_burns_and_nothing_else() {
    let (mut world, batch, _) = ready(|world| (cost(), redeem(world, 0)));
    let paid = world.open_pay();
    let work = world.work(paid, 1, &[0]);
    let other = world.commit(&work);
    world.proven(other, &work);
    world.window(other);
    let until = world.now() + 3_600;
    world.pause_redeeming(Some(until));
    let before = (world.order(1), world.batch(batch));
    assert!(world.settle(batch).is_err());
    assert_eq!((world.order(1), world.batch(batch)), before);
    world.settle(other).unwrap();
    world.until(until);
    world.settle(batch).unwrap();
}
