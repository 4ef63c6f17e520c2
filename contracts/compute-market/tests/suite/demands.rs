//! What owners demand of batches, their bonds, and time-outs.

use compute_api::market::{
    Answer, BatchState, Deadline, DemandState, DemandsResponse, ExecuteMsg, Hook, NewOrder,
    Privacy, QueryMsg, Target, Tree,
};
use compute_api::votes::Fault;
use compute_proofs::codec::Encode;

use crate::world::{Builder, Told, Work, World, coins, limit, pay, refused};

fn demands(world: &World, batch: u64) -> DemandsResponse {
    let query = QueryMsg::Demands {
        batch,
        start_after: None,
        limit: None,
    };
    world.query(&query).unwrap()
}

/// A batch of tasks 1 and 3.
fn committed() -> (World, u64, Work) {
    let mut world = World::new();
    let order = world.open_pay();
    let work = world.work(order, 0, &[1, 3]);
    let batch = world.commit(&work);
    (world, batch, work)
}

const RECEIPT: Target = Target::Receipt { nonce: 1 };

fn receipt(work: &Work, nonce: u64) -> Answer {
    Answer::Receipt {
        receipt: work.named(nonce).to_bytes().into(),
    }
}

#[test]
fn the_bond_waits_and_goes_to_the_worker_with_the_answer() {
    let (mut world, batch, work) = committed();
    let owner = world.app_owner.clone();
    let before = world.balance(&owner);
    world.demand(batch, RECEIPT).unwrap();
    assert_eq!(world.balance(&owner), before - 1_000);
    assert_eq!(world.holdings().bonds.u128(), 1_000);
    let [demand] = &demands(&world, batch).demands[..] else {
        panic!()
    };
    assert_eq!(
        (demand.demand, demand.target, demand.bond),
        (1, RECEIPT, coins(1_000))
    );
    assert_eq!(
        (demand.made_at, demand.state),
        (world.now(), DemandState::Open)
    );
    let answer_by = Deadline {
        time: world.now() + 21_600,
        height: world.height() + 600,
    };
    assert_eq!(demand.answer_by, answer_by);
    assert_eq!(world.batch(batch).open_demands, 1);

    world.next();
    world.answer(batch, 1, receipt(&work, 1)).unwrap();
    assert_eq!(world.holdings().bonds.u128(), 0);
    let Told::Paid {
        payments,
        protection,
    } = world.last_told()
    else {
        panic!()
    };
    assert_eq!(payments.len(), 1);
    assert_eq!(payments[0].operator, world.workers[0].as_str());
    assert_eq!((payments[0].amount.u128(), protection.u128()), (1_000, 0));
    let demand = demands(&world, batch).demands.remove(0);
    assert_eq!(demand.state, DemandState::Answered);
    assert_eq!(demand.answered_by, Some(world.stranger.clone()));
    refused(
        world.answer(batch, 1, receipt(&work, 1)),
        "is answered already",
    );
}

#[test]
fn an_answer_leaves_time_to_react() {
    let (mut world, batch, work) = committed();
    world.proven(batch, &work);
    let open_until = world.batch(batch).open_until.unwrap();
    world.until(open_until.time);
    world.demand(batch, RECEIPT).unwrap();
    world.later(1_000);
    world.check_deadlines();
    refused(world.settle(batch), "1 demands to be answered");
    world.answer(batch, 1, receipt(&work, 1)).unwrap();
    let moved = world.batch(batch).open_until.unwrap();
    assert_eq!(moved.time, world.now() + 21_600);
    assert!(moved.height >= world.height() + 600);
    // Within which the next one comes, and what it shows can be proven.
    world.until(moved.time);
    world.demand(batch, Target::Receipt { nonce: 2 }).unwrap();
    world.answer(batch, 2, work.unclaimed(2)).unwrap();
    world.window(batch);
    refused(
        world.demand(batch, RECEIPT),
        "a demand of this batch was possible until",
    );
    world.check_deadlines();
    world.settle(batch).unwrap();
}

#[test]
fn only_the_owner_with_the_bond_and_four_times() {
    let (mut world, batch, _) = committed();
    let (owner, stranger) = (world.app_owner.clone(), world.stranger.clone());
    let hook = Hook::Demand {
        batch,
        target: RECEIPT,
    };
    refused(world.send(&stranger, 1_000, &hook), "does not own order");
    refused(world.send(&owner, 999, &hook), "its bond is 1000");
    refused(world.send(&owner, 1_001, &hook), "its bond is 1000");
    for _ in 0..4 {
        world.demand(batch, RECEIPT).unwrap();
    }
    refused(
        world.demand(batch, RECEIPT),
        "4 demands were made of batch 1",
    );
    refused(world.demand(9, RECEIPT), "no batch 9");
    let nodes = |count| Target::Nodes {
        nonce: 1,
        tree: Tree::Trace {},
        level: 0,
        first: 0,
        count,
    };
    let other = world.commit(&world.work(1, 1, &[1, 3]));
    refused(world.demand(other, nodes(0)), "count is 0");
    refused(world.demand(other, nodes(1_025)), "count is 1025");
    refused(
        world.demand(other, Target::Receipt { nonce: 0 }),
        "nonce is 0: must be 1 to 3",
    );
    refused(
        world.demand(other, Target::Receipt { nonce: 4 }),
        "nonce is 4",
    );
}

#[test]
fn not_of_a_batch_that_has_ended() {
    let (mut world, batch, work) = committed();
    world.demand(batch, RECEIPT).unwrap();
    world.drawn(batch);
    world.pass(30_000, 700);
    world.fail(batch).unwrap();
    refused(world.demand(batch, RECEIPT), "one that has not ended");
    refused(
        world.answer(batch, 1, receipt(&work, 1)),
        "one that has not ended",
    );
}

#[test]
fn unanswered_the_batch_fails_and_the_bond_goes_back() {
    let (mut world, batch, work) = committed();
    world.proven(batch, &work);
    let owner = world.app_owner.clone();
    let before = world.balance(&owner);
    world.demand(batch, RECEIPT).unwrap();
    world.demand(batch, Target::Receipt { nonce: 3 }).unwrap();
    world.answer(batch, 2, receipt(&work, 3)).unwrap();
    world.pass(21_600, 601);
    refused(world.fail(batch), "");
    world.pass(1, 0);
    world.check_deadlines();
    world.fail(batch).unwrap();
    assert_eq!(world.balance(&owner), before - 1_000);
    assert_eq!(world.batch(batch).state, BatchState::Failed);
    assert_eq!(world.order(1).coins.free.u128(), 10_000_000);
    let states: Vec<_> = demands(&world, batch)
        .demands
        .iter()
        .map(|x| x.state)
        .collect();
    assert_eq!(states, [DemandState::Returned, DemandState::Answered]);
    let Told::Reported {
        operator,
        fault,
        reporter,
    } = world.last_told()
    else {
        panic!()
    };
    assert_eq!(
        (operator.as_str(), reporter),
        (world.workers[0].as_str(), None)
    );
    assert_eq!(
        fault,
        Fault::Unproven {
            batch,
            amount: work.ops().into()
        }
    );
}

#[test]
fn a_late_answer_counts_until_the_batch_has_failed() {
    let (mut world, batch, work) = committed();
    world.proven(batch, &work);
    world.demand(batch, RECEIPT).unwrap();
    world.pass(50_000, 1_000);
    world.check_deadlines();
    world.answer(batch, 1, receipt(&work, 1)).unwrap();
    refused(world.fail(batch), "");
    world.window(batch);
    world.settle(batch).unwrap();
}

#[test]
fn before_the_seal_and_after_it_is_all_the_same() {
    let (mut world, batch, work) = committed();
    world.demand(batch, RECEIPT).unwrap();
    world.answer(batch, 1, receipt(&work, 1)).unwrap();
    assert_eq!(world.batch(batch).open_until, None);
    world.seal_in_time(1);
    world.demand(batch, Target::Receipt { nonce: 3 }).unwrap();
    world.answer(batch, 2, receipt(&work, 3)).unwrap();
    world.draw_in_time(1);
    world.prove(batch, &work).unwrap();
    world.window(batch);
    world.settle(batch).unwrap();
}

/// A demand before the draw has a long time to be answered, the proof a shorter one.
#[test]
fn an_early_demand_does_not_hide_a_proof_that_is_due_before() {
    let (mut world, batch, _) = committed();
    world.demand(batch, RECEIPT).unwrap();
    world.drawn(batch);
    world.pass(7_201, 201);
    world.check_deadlines();
    world.fail(batch).unwrap();
}

#[test]
fn a_private_orders_owner_demands_too() {
    let mut world = World::new();
    let new = NewOrder {
        privacy: Privacy::Private,
        ..pay(&world)
    };
    let order = world.open(10_000_000, new);
    let work = world.work(order, 0, &[1]);
    let batch = world.commit(&work);
    world.drawn(batch);
    world.demand(batch, RECEIPT).unwrap();
    world.pass(21_601, 601);
    world.check_deadlines();
    world.fail(batch).unwrap();
    assert_eq!(world.holdings().bonds.u128(), 0);
}

#[test]
fn no_demand_is_taken_where_parameters_say_so() {
    let mut world = Builder::default()
        .with_params(|params| params.demands.per_batch = 0)
        .build();
    let order = world.open_pay();
    let batch = world.commit(&world.work(order, 0, &[1]));
    refused(world.demand(batch, RECEIPT), "no more are taken");
}

/// Demands that go on cannot keep a batch open for ever.
#[test]
fn demand_spam_ends() {
    let mut world = Builder::default()
        .with_params(|params| params.demands.react_within = limit(86_400, 2_000))
        .build();
    let order = world.open_pay();
    let work = world.work(order, 0, &[1]);
    let batch = world.commit(&work);
    world.proven(batch, &work);
    let sealed = world.now();
    for demand in 1..=4 {
        let open_until = world.batch(batch).open_until.unwrap();
        world.until(open_until.time);
        world.demand(batch, RECEIPT).unwrap();
        world.later(21_600);
        world.answer(batch, demand, receipt(&work, 1)).unwrap();
    }
    world.window(batch);
    refused(world.demand(batch, RECEIPT), "was possible until");
    world.settle(batch).unwrap();
    // The worker has four bonds for it.
    assert!(world.now() < sealed + 6 * 86_400 + 4 * 21_600);
    assert_eq!(world.replay.bonds_paid, 4_000);
}

#[test]
fn there_has_to_be_such_a_demand() {
    let (mut world, batch, work) = committed();
    refused(
        world.answer(batch, 1, receipt(&work, 1)),
        "no demand of this batch 1",
    );
    let answer = ExecuteMsg::AnswerDemand {
        batch: 9,
        demand: 1,
        answer: receipt(&work, 1),
    };
    refused(world.anyone(&answer), "no batch 9");
}

#[test]
fn an_overdue_answer_waits_for_no_proofs_height() {
    let mut world = Builder::default()
        .with_params(|params| {
            params.batches.prove_within = limit(600, 1_000);
            params.demands.answer_within = limit(3_600, 10);
        })
        .build();
    let order = world.open_pay();
    let batch = world.commit(&world.work(order, 0, &[1]));
    world.drawn(batch);
    world.demand(batch, RECEIPT).unwrap();
    world.pass(4_000, 20);
    world.check_deadlines();
    world.fail(batch).unwrap();
}
