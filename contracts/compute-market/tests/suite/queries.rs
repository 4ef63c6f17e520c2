//! Answers, page by page.

use compute_api::market::{
    BatchState, BatchesResponse, Crank, Deadline, DeadlinesResponse, Due, ExecuteMsg, Halt, Mode,
    OrdersResponse, QueryMsg, QuoteResponse, SlotsResponse, Target,
};
use cw_multi_test::Executor;

use crate::world::{World, coins, pay, redeem};

/// Three orders of the app's (the second a redemption) and one of a stranger's, with
/// batches by two workers.
fn filled() -> World {
    let mut world = World::new();
    world.open_pay();
    world.open(10_000_000, redeem(&world, 0));
    world.open_pay();
    let (stranger, new) = (world.stranger.clone(), pay(&world));
    let hook = compute_api::market::Hook::OpenOrder(new);
    world.send(&stranger, 10_000_000, &hook).unwrap();
    for (order, worker, nonce) in [(1, 0, 0), (1, 1, 1), (2, 0, 0), (1, 0, 2), (4, 1, 0)] {
        world.commit(&world.work(order, worker, &[nonce]));
    }
    world
}

#[test]
fn orders_by_owner_coordinator_and_issuer() {
    let world = filled();
    let ask = |owner: Option<&str>, coordinator: Option<&str>, issuer: Option<&str>| {
        let query = QueryMsg::Orders {
            owner: owner.map(str::to_owned),
            coordinator: coordinator.map(str::to_owned),
            issuer: issuer.map(str::to_owned),
            start_after: None,
            limit: None,
        };
        let answer: OrdersResponse = world.query(&query).unwrap();
        assert_eq!(answer.next, None);
        answer
            .orders
            .iter()
            .map(|order| order.order)
            .collect::<Vec<_>>()
    };
    let (app, stranger) = (world.app_owner.as_str(), world.stranger.as_str());
    let (coordinator, issuer) = (world.coordinator.as_str(), world.issuers[0].as_str());
    assert_eq!(ask(None, None, None), [1, 2, 3, 4]);
    assert_eq!(ask(Some(app), None, None), [1, 2, 3]);
    assert_eq!(ask(Some(stranger), None, None), [4]);
    assert_eq!(ask(None, Some(coordinator), None), [1, 2, 3, 4]);
    assert_eq!(ask(None, None, Some(issuer)), [2]);
    assert_eq!(ask(Some(stranger), None, Some(issuer)), [0u64; 0]);
    assert_eq!(ask(Some(app), Some(coordinator), Some(issuer)), [2]);
    assert_eq!(ask(None, Some(app), None), [0u64; 0]);
}

#[test]
fn pages_of_orders_and_batches() {
    let world = filled();
    let (mut last, mut seen) = (None, Vec::new());
    loop {
        let query = QueryMsg::Orders {
            owner: None,
            coordinator: None,
            issuer: None,
            start_after: last,
            limit: Some(3),
        };
        let page: OrdersResponse = world.query(&query).unwrap();
        seen.extend(page.orders.iter().map(|order| order.order));
        match page.next {
            Some(next) => last = Some(next),
            None => break,
        }
    }
    assert_eq!(seen, [1, 2, 3, 4]);
    let page: BatchesResponse = world
        .query(&QueryMsg::Batches {
            order: Some(1),
            worker: None,
            state: None,
            start_after: Some(1),
            limit: Some(1),
        })
        .unwrap();
    assert_eq!((page.batches[0].batch, page.next), (2, Some(2)));
}

#[test]
fn batches_by_order_worker_and_state() {
    let mut world = filled();
    let ask = |world: &World, order, worker: Option<usize>, state| {
        let query = QueryMsg::Batches {
            order,
            worker: worker.map(|at| world.workers[at].to_string()),
            state,
            start_after: None,
            limit: None,
        };
        let answer: BatchesResponse = world.query(&query).unwrap();
        answer
            .batches
            .iter()
            .map(|batch| batch.batch)
            .collect::<Vec<_>>()
    };
    assert_eq!(ask(&world, None, None, None), [1, 2, 3, 4, 5]);
    assert_eq!(ask(&world, Some(1), None, None), [1, 2, 4]);
    assert_eq!(ask(&world, None, Some(0), None), [1, 3, 4]);
    assert_eq!(ask(&world, Some(1), Some(1), None), [2]);
    assert_eq!(
        ask(&world, None, None, Some(BatchState::Committed)),
        [1, 2, 3, 4, 5]
    );
    world.drawn(1);
    assert_eq!(
        ask(&world, None, None, Some(BatchState::Committed)),
        [0u64; 0]
    );
    assert_eq!(
        ask(&world, Some(2), Some(0), Some(BatchState::Challenged)),
        [3]
    );
}

#[test]
fn slots_the_newest_first() {
    let mut world = filled();
    for nonce in 3..6 {
        world.later(601);
        world.commit(&world.work(1, 2, &[nonce]));
    }
    let ask = |start_after, limit| {
        let query = QueryMsg::Slots { start_after, limit };
        let answer: SlotsResponse = world.query(&query).unwrap();
        answer
            .slots
            .iter()
            .map(|slot| slot.slot)
            .collect::<Vec<_>>()
    };
    assert_eq!(ask(None, None), [4, 3, 2, 1]);
    assert_eq!(ask(Some(3), Some(1)), [2]);
    assert_eq!(ask(Some(1), None), [0u64; 0]);
}

#[test]
fn quotes_are_what_an_order_would_have() {
    let mut world = World::new();
    world.set_opc(7_000_003);
    for (amount, mode) in [
        (10_000, Mode::Pay { price_bps: 10_000 }),
        (12_345, Mode::Pay { price_bps: 54_321 }),
        (20_000, redeem(&world, 20).mode),
    ] {
        let quote: QuoteResponse = world
            .query(&QueryMsg::Quote {
                amount: coins(amount),
                mode: mode.clone(),
            })
            .unwrap();
        let order = world.open(amount, crate::world::new_order(&world, mode));
        let order = world.order(order);
        assert_eq!((quote.opc, quote.ops), (order.opc, order.ops.total));
        let rate = quote.redemption.map(|redemption| redemption.rate);
        assert_eq!(rate, order.redemption.map(|redemption| redemption.rate));
    }
    let free = QueryMsg::Quote {
        amount: coins(1),
        mode: Mode::Pay { price_bps: 0 },
    };
    assert!(world.query::<QuoteResponse>(&free).is_err());
}

#[test]
fn the_last_halt() {
    let mut world = World::new();
    let ask = |world: &World| world.query::<Option<Halt>>(&QueryMsg::LastHalt {}).unwrap();
    assert_eq!(ask(&world), None);
    let from = world.now();
    world.pass(1_000, 2);
    world.anyone(&ExecuteMsg::Tick {}).unwrap();
    let until = world.now();
    assert_eq!(ask(&world), Some(Halt { from, until }));
}

#[test]
fn what_does_not_exist() {
    let world = World::new();
    for query in [
        QueryMsg::Order { order: 1 },
        QueryMsg::Batch { batch: 1 },
        QueryMsg::Slot { slot: 1 },
        QueryMsg::Openings { batch: 1 },
        QueryMsg::Demands {
            batch: 1,
            start_after: None,
            limit: None,
        },
        QueryMsg::Voids {
            batch: 1,
            start_after: None,
            limit: None,
        },
    ] {
        let error = world
            .query::<compute_api::market::Order>(&query)
            .unwrap_err();
        assert!(
            error.to_string().contains("there is no"),
            "{query:?}: {error}"
        );
    }
}

/// From opening to the end: what the list says comes next.
#[test]
fn deadlines_of_one_order() {
    let mut world = World::new();
    let order = world.open_pay();
    let all = |world: &World| world.deadlines(Some(u64::MAX - 1));
    let expiry = |world: &World| Due {
        crank: Crank::EndOrder { order },
        after: Deadline {
            time: world.order(order).expires,
            height: 0,
        },
    };
    assert_eq!(all(&world), [expiry(&world)]);
    let work = world.work(order, 0, &[0]);
    let batch = world.commit(&work);
    // A batch follows its slot.
    let seal = Due {
        crank: Crank::SealSlot { slot: 1 },
        after: Deadline {
            time: world.slot(1).ends_at,
            height: world.height(),
        },
    };
    assert_eq!(all(&world), [seal, expiry(&world)]);
    world.seal_in_time(1);
    assert!(matches!(all(&world)[0].crank, Crank::DrawSlot { slot: 1 }));
    world.draw_in_time(1);
    let fail = Due {
        crank: Crank::FailBatch { batch },
        after: world.batch(batch).prove_by.unwrap(),
    };
    assert_eq!(all(&world), [fail, expiry(&world)]);
    world.prove(batch, &work).unwrap();
    let settle = Due {
        crank: Crank::SettleBatch { batch },
        after: world.batch(batch).open_until.unwrap(),
    };
    assert_eq!(all(&world), [settle, expiry(&world)]);
    world.demand(batch, Target::Receipt { nonce: 0 }).unwrap();
    assert!(matches!(all(&world)[0].crank, Crank::FailBatch { .. }));
    assert_eq!(world.deadlines(None), []);
    world.later(21_601);
    assert_eq!(world.deadlines(None).len(), 1);
    world.fail(batch).unwrap();
    world.cancel(order).unwrap();
    let close = Due {
        crank: Crank::CloseOrder { order },
        after: world.order(order).closes.unwrap(),
    };
    assert_eq!(all(&world), [close]);
    world.later(3_601);
    world.close(order).unwrap();
    assert_eq!(all(&world), []);
}

#[test]
fn an_expired_order_waits_for_no_height() {
    let mut world = World::new();
    let order = world.open(10_000_000, redeem(&world, 0));
    world.until(world.order(order).expires - 7_200);
    world.anyone(&world.work(order, 0, &[0]).call(0)).unwrap();
    // The time to serve and the order's are over, the blocks are not.
    world.pass(7_201, 1);
    world.check_deadlines();
    world.end(order).unwrap();
}

#[test]
fn the_list_goes_on_behind_what_comes_later_than_it_stands() {
    // Batches of a slot whose round cleared some of them: those settle long after the
    // others fail, and stand between them.
    let mut world = crate::world::Builder::default()
        .with_params(|params| params.batches.challenge_one_in = 2)
        .build();
    let order = world.open_pay();
    for nonce in 0..20 {
        world.commit(&world.work(order, 0, &[nonce]));
    }
    world.drawn(1);
    world.later(90_000);
    // `check_deadlines` reads pages of seven.
    world.check_deadlines();
    assert_eq!(world.deadlines(None).len(), 20);
}

/// More orders than one query looks at.
#[test]
fn what_one_query_looks_at_is_bounded_and_nothing_is_left_out() {
    let mut world = World::new();
    let hook = compute_api::market::Hook::OpenOrder(pay(&world));
    let send = cw20::Cw20ExecuteMsg::Send {
        contract: world.market.to_string(),
        amount: coins(1_000),
        msg: cosmwasm_std::to_json_binary(&hook).unwrap(),
    };
    // Beside the books, which would look at all of them each time.
    let (coin, owner) = (world.coin.clone(), world.app_owner.clone());
    for _ in 0..210 {
        let sent = world
            .app
            .execute_contract(owner.clone(), coin.clone(), &send, &[]);
        sent.unwrap();
    }
    let page = |start_after| -> OrdersResponse {
        let query = QueryMsg::Orders {
            owner: None,
            coordinator: Some(world.stranger.to_string()),
            issuer: Some(world.issuers[1].to_string()),
            start_after,
            limit: None,
        };
        world.query(&query).unwrap()
    };
    // By the issuer's index there is nothing to look at.
    assert_eq!(page(None).next, None);
    let page = |start_after| -> OrdersResponse {
        let query = QueryMsg::Orders {
            owner: Some(world.app_owner.to_string()),
            coordinator: Some(world.stranger.to_string()),
            issuer: None,
            start_after,
            limit: None,
        };
        world.query(&query).unwrap()
    };
    assert_eq!((page(None).orders, page(None).next), (vec![], Some(150)));
    assert_eq!(
        (page(Some(150)).orders, page(Some(150)).next),
        (vec![], None)
    );
    assert_eq!(world.deadlines(Some(u64::MAX - 1)).len(), 210);
}

/// More batches than one query looks at, of which nothing can come before their slot is
/// drawn, stand before the order's expiry.
#[test]
fn the_list_goes_on_behind_a_page_without_entries() {
    let mut world = World::new();
    let order = world.open(50_000_000, pay(&world));
    for nonce in 0..210 {
        world.commit(&world.work(order, 0, &[nonce]));
    }
    let page = |start_after| -> DeadlinesResponse {
        let query = QueryMsg::Deadlines {
            until: Some(u64::MAX - 1),
            start_after,
            limit: None,
        };
        world.query(&query).unwrap()
    };
    let cranks = |page: &DeadlinesResponse| -> Vec<Crank> {
        page.deadlines.iter().map(|due| due.crank).collect()
    };
    let first = page(None);
    assert_eq!(cranks(&first), [Crank::SealSlot { slot: 1 }]);
    let (_, last) = first.next.unwrap();
    // The slot, and 149 of the batches.
    assert_eq!(last, Crank::SettleBatch { batch: 149 });
    let second = page(first.next);
    assert_eq!(cranks(&second), [Crank::EndOrder { order }]);
    assert_eq!(second.next, None);
}
