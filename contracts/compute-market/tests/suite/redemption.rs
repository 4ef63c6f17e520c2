//! Redemptions that are called for, served, late.

use compute_api::market::{
    Deadline, EndCause, ExecuteMsg, QueryMsg, QuoteResponse, RedemptionQueueResponse,
};
use cosmwasm_std::HexBinary;

use crate::world::{SEEDED, World, coins, pay, redeem, refused};

/// A redemption of so many of the seeded job's tasks.
fn open(world: &mut World, tasks: u128) -> u64 {
    let cost = SEEDED.run.header.cost;
    world.open(tasks * cost, redeem(world, 0))
}

/// Calls for tasks up to this one.
fn call(world: &mut World, order: u64, nonce: u64) {
    let call = world.work(order, 0, &[nonce]).call(nonce);
    world.anyone(&call).unwrap();
}

fn queue(world: &World) -> RedemptionQueueResponse {
    let issuer = world.issuers[0].to_string();
    let query = QueryMsg::RedemptionQueue {
        issuer,
        start_after: None,
        limit: None,
    };
    world.query(&query).unwrap()
}

#[test]
fn a_call_has_a_place_and_an_honest_deadline() {
    let mut world = World::new();
    let cost = SEEDED.run.header.cost;
    let (first, second) = (open(&mut world, 4), open(&mut world, 4));
    // Orders without a signed task stand before nobody.
    assert_eq!(queue(&world).queue, []);
    call(&mut world, second, 1);
    let answer = queue(&world);
    assert_eq!(answer.record.queued_ops.u128(), 2 * cost);
    let [queued] = &answer.queue[..] else {
        panic!("{answer:?}")
    };
    assert_eq!((queued.order, queued.ops.u128()), (second, 2 * cost));
    // At 1 000 ops per second, rounded up.
    let seconds = u64::try_from((2 * cost).div_ceil(1_000)).unwrap();
    let serve_by = Deadline {
        time: world.now() + seconds + 3_600,
        height: world.height() + 100,
    };
    assert_eq!((queued.call.place, queued.call.serve_by), (1, serve_by));
    // The next one waits for what is called for before it.
    call(&mut world, first, 0);
    let seconds = u64::try_from((3 * cost).div_ceil(1_000)).unwrap();
    let of_first = world.order(first).redemption.unwrap().call.unwrap();
    assert_eq!(of_first.place, 2);
    assert_eq!(of_first.serve_by.time, world.now() + seconds + 3_600);
    // And so does what could be opened now.
    let quote: QuoteResponse = world
        .query(&QueryMsg::Quote {
            amount: coins(cost),
            mode: redeem(&world, 0).mode,
        })
        .unwrap();
    let quote = quote.redemption.unwrap();
    assert_eq!(quote.queued_ops.u128(), 3 * cost);
    let seconds = u64::try_from((4 * cost).div_ceil(1_000)).unwrap();
    assert_eq!(quote.serve_by.unwrap().time, world.now() + seconds + 3_600);
}

#[test]
fn served_when_all_of_it_is_reserved() {
    let mut world = World::new();
    let cost = SEEDED.run.header.cost;
    let order = open(&mut world, 4);
    call(&mut world, order, 1);
    world.commit(&world.work(order, 0, &[0]));
    assert_eq!(queue(&world).record.queued_ops.u128(), cost);
    let live = &world.work(order, 0, &[2]).call(2);
    refused(
        world.anyone(live),
        "stands in the queue already, at place 1",
    );
    world.commit(&world.work(order, 1, &[1]));
    let answer = queue(&world);
    assert_eq!(answer.queue, []);
    assert_eq!(
        (answer.record.served_calls, answer.record.late_calls),
        (1, 0)
    );
    assert!(answer.record.queued_ops.is_zero());
    // The next call follows.
    call(&mut world, order, 3);
    assert_eq!(queue(&world).record.queued_ops.u128(), 2 * cost);
    assert_eq!(
        world.order(order).redemption.unwrap().called.u128(),
        4 * cost
    );
}

#[test]
fn what_fails_while_it_is_called_for_is_to_be_served_again() {
    let mut world = World::new();
    let cost = SEEDED.run.header.cost;
    let order = open(&mut world, 4);
    call(&mut world, order, 3);
    let batch = world.commit(&world.work(order, 0, &[0]));
    assert_eq!(queue(&world).record.queued_ops.u128(), 3 * cost);
    world.drawn(batch);
    world.pass(7_201, 201);
    world.fail(batch).unwrap();
    assert_eq!(queue(&world).record.queued_ops.u128(), 4 * cost);
}

#[test]
fn a_call_that_is_not_served_ends_the_order() {
    let mut world = World::new();
    let cost = SEEDED.run.header.cost;
    let order = open(&mut world, 4);
    call(&mut world, order, 1);
    world.commit(&world.work(order, 0, &[0]));
    let serve_by = world
        .order(order)
        .redemption
        .unwrap()
        .call
        .unwrap()
        .serve_by;
    world.pass(
        serve_by.time - world.now(),
        serve_by.height + 1 - world.height(),
    );
    refused(world.end(order), "not served after");
    world.pass(1, 0);
    world.check_deadlines();
    world.end(order).unwrap();
    let ended = world.order(order);
    assert_eq!(ended.end_cause, Some(EndCause::Late));
    assert_eq!(ended.redemption.unwrap().call, None);
    let record = queue(&world).record;
    assert_eq!((record.late_calls, record.late_ops.u128()), (1, cost));
    assert_eq!((record.served_calls, record.queued_ops.u128()), (0, 0));
    // Its owner has back what nobody has served.
    let owner = world.app_owner.clone();
    let before = world.balance(&owner);
    world.pass(3_601, 101);
    world.close(order).unwrap();
    assert_eq!(world.balance(&owner), before + 3 * cost);
    assert_eq!(queue(&world).record.open.u128(), cost);
}

#[test]
fn served_too_late_counts_as_late_but_stays() {
    let mut world = World::new();
    let order = open(&mut world, 4);
    call(&mut world, order, 0);
    world.pass(86_400, 14_400);
    world.commit(&world.work(order, 0, &[0]));
    let record = queue(&world).record;
    assert_eq!(
        (record.served_calls, record.late_calls, record.late_ops),
        (0, 1, coins(0))
    );
    refused(world.end(order), "can be ended after");
}

#[test]
fn an_order_that_ends_by_itself_blames_nobody() {
    for expired in [false, true] {
        let mut world = World::new();
        let order = open(&mut world, 4);
        if expired {
            world.until(world.order(order).expires - 10);
        }
        call(&mut world, order, 0);
        if expired {
            world.pass(11, 2);
            world.end(order).unwrap();
        } else {
            world.cancel(order).unwrap();
        }
        let record = queue(&world).record;
        assert_eq!((record.served_calls, record.late_calls), (0, 0));
        assert!(record.queued_ops.is_zero());
        assert_eq!(queue(&world).queue, []);
    }
}

#[test]
fn refusals() {
    let mut world = World::new();
    let order = open(&mut world, 2);
    let good = world.work(order, 0, &[1]).call(1);
    let with =
        |change: fn(&mut crate::world::Plan)| world.work_with(order, 0, &[1], change).call(1);

    let forged = with(|plan| plan.authoriser = 9);
    let expired = with(|plan| plan.expires = 1_000);
    let nothing = with(|plan| plan.cum_ops = Some(0));
    refused(world.anyone(&forged), "not the authoriser's of order 1");
    refused(world.anyone(&expired), "has expired at 1000");
    refused(world.anyone(&nothing), "nothing that is authorised");
    let ExecuteMsg::CallOrder {
        authorisation,
        signature,
        ..
    } = &good
    else {
        unreachable!()
    };
    let call = |order, signature: &[u8]| ExecuteMsg::CallOrder {
        order,
        authorisation: authorisation.clone(),
        signature: HexBinary::from(signature),
    };
    refused(world.anyone(&call(order, &signature[..63])), "63 bytes");
    let short = ExecuteMsg::CallOrder {
        order,
        authorisation: authorisation[1..].into(),
        signature: signature.clone(),
    };
    refused(world.anyone(&short), "ends");
    // Replayed to another order, it is not signed.
    let other = open(&mut world, 2);
    refused(
        world.anyone(&call(other, signature)),
        "not the authoriser's",
    );
    let paid = world.open(1_000_000, pay(&world));
    let to_pay = world.work(paid, 0, &[1]).call(1);
    refused(world.anyone(&to_pay), "only a redemption is called for");
    world.anyone(&good).unwrap();
    world.cancel(order).unwrap();
    refused(world.anyone(&good), "has to be open");
}

#[test]
fn no_more_is_called_for_than_there_is() {
    let mut world = World::new();
    let cost = SEEDED.run.header.cost;
    let order = open(&mut world, 2);
    let far = world.work_with(order, 0, &[50], |plan| plan.cum_ops = Some(u128::MAX));
    world.anyone(&far.call(50)).unwrap();
    let redemption = world.order(order).redemption.unwrap();
    assert_eq!(redemption.called.u128(), 2 * cost);
    assert_eq!(world.order(order).ops.authorised.u128(), u128::MAX);
}

#[test]
fn an_issuer_that_has_lost_its_capacity_has_no_excuse() {
    let mut world = World::new();
    let order = open(&mut world, 2);
    let issuer = world.issuers[0].clone();
    world.set_issuer(
        &issuer,
        crate::world::Issuer {
            outstanding: 0,
            effective: 0,
        },
    );
    call(&mut world, order, 0);
    let cost = SEEDED.run.header.cost;
    let seconds = u64::try_from(cost.div_ceil(1_000)).unwrap();
    let by = world
        .order(order)
        .redemption
        .unwrap()
        .call
        .unwrap()
        .serve_by;
    assert_eq!(by.time, world.now() + seconds + 3_600);
}
