//! Orders after they are opened: topped up, extended, ended, closed.

use compute_api::market::{Deadline, EndCause, ExecuteMsg, Hook, OrderState};

use crate::world::{SEEDED, World, coins, pay, redeem, refused};

#[test]
fn anyone_tops_up() {
    let mut world = World::new();
    let number = world.open(1_000, pay(&world));
    let stranger = world.stranger.clone();
    let top_up = Hook::TopUp { order: number };
    world.send(&stranger, 234, &top_up).unwrap();
    let order = world.order(number);
    assert_eq!(
        (order.coins.put_in.u128(), order.coins.free.u128()),
        (1_234, 1_234)
    );
    assert_eq!(order.ops.total.u128(), 1_234);
    assert_eq!(order.owner, world.app_owner);

    refused(
        world.send(&stranger, 1, &Hook::TopUp { order: 9 }),
        "no order 9",
    );
    let redemption = world.open(10_000, redeem(&world, 0));
    let outcome = world.send(&stranger, 1, &Hook::TopUp { order: redemption });
    refused(outcome, "is a redemption");
    world.cancel(number).unwrap();
    refused(world.send(&stranger, 1, &top_up), "has to be open");
}

#[test]
fn top_ups_round_once() {
    let mut world = World::new();
    world.set_opc(1_499_999);
    let number = world.open(1_000, pay(&world));
    let stranger = world.stranger.clone();
    for _ in 0..10 {
        world
            .send(&stranger, 1, &Hook::TopUp { order: number })
            .unwrap();
    }
    // Of 1 010 together, not 1 000 and ten times one.
    assert_eq!(world.order(number).ops.total.u128(), 1_514);
}

#[test]
fn its_owner_extends_it() {
    let mut world = World::new();
    let number = world.open_pay();
    let (owner, stranger) = (world.app_owner.clone(), world.stranger.clone());
    let before = world.order(number).expires;
    let extend = |expires| ExecuteMsg::ExtendOrder {
        order: number,
        expires,
    };
    refused(
        world.execute(&stranger, &extend(before + 1)),
        "does not own order",
    );
    refused(world.execute(&owner, &extend(before)), "expires is");
    let last = world.now() + 90 * 86_400;
    refused(world.execute(&owner, &extend(last + 1)), "expires is");
    world.ok(&owner, &extend(last));
    assert_eq!(world.order(number).expires, last);
    world.until(before + 1);
    refused(world.end(number), "can be ended after");
    let redemption = world.open(10_000, redeem(&world, 0));
    let later = ExecuteMsg::ExtendOrder {
        order: redemption,
        expires: world.now() + 40 * 86_400,
    };
    refused(world.execute(&owner, &later), "is a redemption");
    world.cancel(number).unwrap();
    refused(world.execute(&owner, &extend(last + 1)), "has to be open");
}

#[test]
fn its_owner_cancels_it() {
    let mut world = World::new();
    let number = world.open_pay();
    let stranger = world.stranger.clone();
    let cancel = ExecuteMsg::CancelOrder { order: number };
    refused(world.execute(&stranger, &cancel), "does not own order");
    world.cancel(number).unwrap();
    let order = world.order(number);
    assert_eq!(order.state, OrderState::Ending);
    assert_eq!(order.end_cause, Some(EndCause::Cancelled));
    let closes = Deadline {
        time: world.now() + 3_600,
        height: world.height() + 100,
    };
    assert_eq!(order.closes, Some(closes));
    // Nothing is paid back before what is done can be committed.
    assert_eq!(order.coins.free.u128(), 10_000_000);
    refused(world.cancel(number), "has to be open");
}

#[test]
fn it_expires_after_its_last_second() {
    let mut world = World::new();
    let number = world.open_pay();
    let expires = world.order(number).expires;
    world.until(expires);
    refused(world.end(number), "can be ended after");
    world.pass(1, 1);
    world.check_deadlines();
    world.end(number).unwrap();
    assert_eq!(world.order(number).end_cause, Some(EndCause::Expired));
    refused(world.end(number), "has to be open");
}

#[test]
fn it_closes_after_time_and_blocks() {
    let mut world = World::new();
    let number = world.open_pay();
    refused(world.close(number), "has to be ending");
    world.cancel(number).unwrap();
    world.pass(3_600, 101);
    refused(world.close(number), "closing this order is possible after");
    world.pass(1, 0);
    let owner = world.app_owner.clone();
    let before = world.balance(&owner);
    world.close(number).unwrap();
    let order = world.order(number);
    assert_eq!(order.state, OrderState::Closed);
    assert_eq!(order.coins.paid_back.u128(), 10_000_000);
    assert_eq!(world.balance(&owner), before + 10_000_000);
    refused(world.close(number), "has to be ending");

    let number = world.open_pay();
    world.cancel(number).unwrap();
    world.pass(7_200, 100);
    refused(world.close(number), "above height");
    world.pass(0, 1);
    world.close(number).unwrap();
}

#[test]
fn closing_pays_back_what_is_not_reserved() {
    let mut world = World::new();
    let number = world.open_pay();
    let cost = SEEDED.run.header.cost;
    let batch = world.commit(&world.work(number, 0, &[0]));
    world.cancel(number).unwrap();
    // Work that is done can be committed while it ends.
    let late = world.commit(&world.work(number, 1, &[1]));
    world.pass(3_601, 101);
    refused(
        world.try_commit(&world.work(number, 2, &[2])),
        "committing to this order was possible until",
    );
    world.close(number).unwrap();
    refused(
        world.try_commit(&world.work(number, 2, &[2])),
        "has to be open or ending",
    );
    let order = world.order(number);
    assert_eq!(order.coins.paid_back.u128(), 10_000_000 - 2 * cost);
    assert_eq!(order.coins.reserved.u128(), 2 * cost);

    // What its batches had reserved follows them; a late seal takes two.
    world.seal(1).unwrap();
    world.next();
    world.drawn(late);
    world.pass(7_201, 201);
    world.fail(batch).unwrap();
    let order = world.order(number);
    assert_eq!(order.coins.paid_back.u128(), 10_000_000 - cost);
    world.fail(late).unwrap();
    let order = world.order(number);
    assert_eq!(order.coins.paid_back, coins(10_000_000));
    assert_eq!(world.holdings().free + world.holdings().reserved, coins(0));
}

#[test]
fn a_closed_redemptions_fee_goes_back_but_for_what_is_reserved() {
    let mut world = World::new();
    let cost = SEEDED.run.header.cost;
    let owner = world.app_owner.clone();
    let before = world.balance(&owner);
    let number = world.open(4 * cost + 1_000, redeem(&world, 1_000));
    let work = world.work(number, 0, &[0]);
    let batch = world.commit(&work);
    world.cancel(number).unwrap();
    world.pass(3_601, 101);
    let sealed = world.batch(batch).slot;
    world.close(number).unwrap();
    let order = world.order(number);
    assert_eq!(order.redemption.as_ref().unwrap().fee_left.u128(), 250);
    assert_eq!(world.balance(&owner), before - cost - 250);
    // The late seal takes two.
    world.seal(sealed).unwrap();
    world.next();
    world.seal(sealed).unwrap();
    world.draw_in_time(sealed);
    world.prove(batch, &work).unwrap();
    world.window(batch);
    world.settle(batch).unwrap();
    let order = world.order(number);
    assert_eq!(order.redemption.unwrap().fee_left.u128(), 0);
    assert_eq!(world.redeemed(&world.issuers[0].clone()), cost);
    assert_eq!(world.balance(&owner), before - cost - 250);
}
