//! Orders.

use compute_api::market::{ExecuteMsg, Hook, OrderState};

use super::{Edges, ONE_WRONG, fraud, same_as_picture};
use crate::world::{Outcome, SEEDED, Work, World, pay, redeem};

fn order_state(world: &World, order: u64) -> String {
    format!("{:?}", world.order(order).state)
}

/// An order in a state, with one batch of a wrong task, drawn and not proven, or honest
/// and proven.
fn order_in(state: OrderState, to_redeem: bool, lie: bool) -> (World, u64, u64, Work) {
    let mut world = World::new();
    let order = if to_redeem {
        world.open(10_000_000, redeem(&world, 0))
    } else {
        world.open_pay()
    };
    let work = world.work_with(order, 0, &[0], |plan| {
        plan.jobs = if lie {
            vec![&*ONE_WRONG]
        } else {
            vec![&SEEDED]
        };
        plan.cum_ops = Some(10_000_000);
    });
    let batch = world.commit(&work);
    if state != OrderState::Open {
        world.cancel(order).unwrap();
    }
    world.drawn(batch);
    if !lie {
        world.prove(batch, &work).unwrap();
    }
    if state == OrderState::Closed {
        world.later(3_601);
        world.close(order).unwrap();
    }
    (world, order, batch, work)
}

/// What can be done to an order: the message, and how. Each where it has the best
/// chance.
type OrderStep = (
    &'static str,
    bool,
    bool,
    fn(&mut World, u64, u64, &Work) -> Outcome,
);

const ORDER_STEPS: [OrderStep; 11] = [
    ("top_up", false, false, |world, order, _, _| {
        let owner = world.app_owner.clone();
        world.send(&owner, 5, &Hook::TopUp { order })
    }),
    ("extend_order", false, false, |world, order, _, _| {
        let (owner, expires) = (world.app_owner.clone(), world.now() + 80 * 86_400);
        world.execute(&owner, &ExecuteMsg::ExtendOrder { order, expires })
    }),
    ("call_order", true, false, |world, order, _, _| {
        let call = world.work(order, 1, &[9]).call(9);
        world.anyone(&call)
    }),
    ("commit_batch", false, false, |world, order, _, _| {
        let work = world.work(order, 1, &[9]);
        world.try_commit(&work)
    }),
    ("cancel_order", false, false, |world, order, _, _| {
        world.cancel(order)
    }),
    ("end_order", false, false, |world, order, _, _| {
        world.later(40 * 86_400);
        world.end(order)
    }),
    // Not served in time.
    ("end_order", true, false, |world, order, _, _| {
        let call = world.work(order, 1, &[9]).call(9);
        let _ = world.anyone(&call);
        world.later(86_400);
        world.end(order)
    }),
    ("close_order", false, false, |world, order, _, _| {
        world.later(40 * 86_400);
        world.close(order)
    }),
    ("settle_batch", false, false, |world, _, batch, _| {
        world.window(batch);
        world.settle(batch)
    }),
    ("fail_batch", false, true, |world, _, batch, _| {
        world.later(86_400);
        world.fail(batch)
    }),
    ("prove_fraud", false, true, |world, _, batch, work| {
        world.anyone(&fraud(batch, work, 0))
    }),
];

#[test]
fn orders() {
    let mut edges = Edges::new();
    let mut world = World::new();
    world.open(10_000, pay(&world));
    edges.insert(("[*]".into(), "open_order".into(), order_state(&world, 1)));
    for state in [OrderState::Open, OrderState::Ending, OrderState::Closed] {
        for (message, to_redeem, lie, step) in ORDER_STEPS {
            let (mut world, order, batch, work) = order_in(state, to_redeem, lie);
            let before = world.order(order);
            let from = order_state(&world, order);
            match step(&mut world, order, batch, &work) {
                Ok(_) => {
                    edges.insert((from, message.into(), order_state(&world, order)));
                }
                Err(error) => {
                    // A call that is not possible either changes nothing too.
                    assert_eq!(world.order(order), before, "{from} {message}: {error}");
                }
            }
        }
    }
    same_as_picture("Orders", &edges);
}
