//! Two workers' claims to one task.

use compute_api::{
    market::{BatchState, ExecuteMsg, QueryMsg, TaskClaim, Void, VoidsResponse},
    votes::Fault,
};
use cosmwasm_std::HexBinary;

use crate::world::{Outcome, SEEDED, SEEDED_AGAIN, Told, Work, World, refused};

fn cost() -> u128 {
    SEEDED.run.header.cost
}

fn resolve(world: &mut World, first: &TaskClaim, second: &TaskClaim) -> Outcome {
    world.anyone(&ExecuteMsg::ResolveClaims {
        first: first.clone(),
        second: second.clone(),
    })
}

fn decide(world: &mut World, batch: u64, nonce: u64) -> Outcome {
    world.anyone(&ExecuteMsg::DecideVoid { batch, nonce })
}

/// The time to show an acknowledgement is over.
fn react(world: &mut World) {
    world.later(21_601);
}

fn voids(world: &World, batch: u64) -> Vec<Void> {
    let query = QueryMsg::Voids {
        batch,
        start_after: None,
        limit: None,
    };
    let answer: VoidsResponse = world.query(&query).unwrap();
    answer.voids
}

/// Batches of task 5 by several workers, each at an attempt.
fn claimed(attempts: &[u32]) -> (World, u64, Vec<(u64, Work)>) {
    let mut world = World::new();
    let order = world.open_pay();
    let mut works = Vec::new();
    for (worker, attempt) in attempts.iter().enumerate() {
        let work = world.work_with(order, worker, &[5], |plan| plan.attempt = *attempt);
        let batch = world.commit(&work);
        works.push((batch, work));
        world.next();
    }
    (world, order, works)
}

fn claim(of: &(u64, Work), delivered: bool) -> TaskClaim {
    of.1.claim(of.0, 5, delivered)
}

fn prove_all(world: &mut World, works: &[(u64, Work)]) {
    world.drawn(works[0].0);
    for (batch, work) in works {
        world.prove(*batch, work).unwrap();
    }
}

#[test]
fn the_later_attempt_stands_and_nobody_is_slashed() {
    let (mut world, order, works) = claimed(&[0, 1]);
    let (first, second) = (works[0].0, works[1].0);
    resolve(
        &mut world,
        &claim(&works[0], false),
        &claim(&works[1], false),
    )
    .unwrap();
    let void = Void {
        nonce: 5,
        ops: cost().into(),
        standing: second,
        is_void: None,
    };
    assert_eq!(voids(&world, first), [void]);
    assert_eq!(
        (world.batch(first).pending_voids, voids(&world, second)),
        (1, vec![])
    );
    react(&mut world);
    refused(
        decide(&mut world, first, 5),
        "has to be cleared, proven or ended",
    );
    prove_all(&mut world, &works);
    world.window(first);
    refused(world.settle(first), "1 claims to be decided");
    decide(&mut world, first, 5).unwrap();
    let batch = world.batch(first);
    assert_eq!((batch.void_ops.u128(), batch.pending_voids), (cost(), 0));
    // Its part is the order's again.
    assert_eq!(world.order(order).ops.reserved.u128(), cost());
    refused(decide(&mut world, first, 5), "is decided already");
    world.check_deadlines();
    world.settle(first).unwrap();
    assert_eq!(world.distributed(), 0);
    world.settle(second).unwrap();
    assert_eq!(world.distributed(), cost());
    assert!(
        world
            .told()
            .iter()
            .all(|told| matches!(told, Told::Paid { .. }))
    );
    assert_eq!(world.order(order).coins.free.u128(), 10_000_000 - cost());
}

#[test]
fn it_does_not_matter_which_is_named_first() {
    let (mut world, _, works) = claimed(&[0, 1]);
    resolve(
        &mut world,
        &claim(&works[1], false),
        &claim(&works[0], false),
    )
    .unwrap();
    assert_eq!(voids(&world, works[0].0).len(), 1);
    let again = resolve(
        &mut world,
        &claim(&works[0], false),
        &claim(&works[1], false),
    );
    refused(again, "does not stand already");
}

#[test]
fn an_acknowledged_delivery_stands_against_a_later_lease() {
    let (mut world, _, works) = claimed(&[0, 1]);
    resolve(
        &mut world,
        &claim(&works[0], true),
        &claim(&works[1], false),
    )
    .unwrap();
    assert_eq!(voids(&world, works[1].0).len(), 1);
    assert_eq!(voids(&world, works[0].0), []);
}

#[test]
fn a_forged_acknowledgement_is_none() {
    let (mut world, _, works) = claimed(&[0, 1]);
    let mut forged = claim(&works[0], true);
    let signature = forged.delivery_signature.as_mut().unwrap();
    let mut bytes = signature.to_vec();
    bytes[0] ^= 1;
    *signature = HexBinary::from(bytes);
    resolve(&mut world, &forged, &claim(&works[1], false)).unwrap();
    assert_eq!(voids(&world, works[0].0).len(), 1);
    let mut short = claim(&works[0], true);
    short.delivery_signature = Some(HexBinary::from([1; 63]));
    let outcome = resolve(&mut world, &short, &claim(&works[1], false));
    refused(outcome, "63 bytes");
}

/// Whoever shows a claim without the acknowledgement that its worker holds does not
/// take the task from it.
#[test]
fn a_claim_shown_without_its_acknowledgement_is_shown_again_with_it() {
    let (mut world, _, works) = claimed(&[0, 1]);
    resolve(
        &mut world,
        &claim(&works[0], false),
        &claim(&works[1], false),
    )
    .unwrap();
    assert_eq!(world.batch(works[0].0).pending_voids, 1);
    resolve(
        &mut world,
        &claim(&works[0], true),
        &claim(&works[1], false),
    )
    .unwrap();
    assert_eq!(world.batch(works[0].0).pending_voids, 0);
    assert_eq!(world.batch(works[1].0).pending_voids, 1);
    // And it cannot be turned round again by leaving it out.
    let again = resolve(
        &mut world,
        &claim(&works[0], false),
        &claim(&works[1], false),
    );
    refused(again, "does not stand already");
    prove_all(&mut world, &works);
    world.window(works[0].0);
    refused(decide(&mut world, works[0].0, 5), "is decided already");
    decide(&mut world, works[1].0, 5).unwrap();
    world.settle(works[0].0).unwrap();
    world.settle(works[1].0).unwrap();
    let Told::Paid { payments, .. } = world.last_told() else {
        panic!()
    };
    assert_eq!(payments[0].operator, world.workers[0].as_str());
}

#[test]
fn a_worker_has_time_to_show_its_acknowledgement() {
    let (mut world, _, works) = claimed(&[0, 1]);
    prove_all(&mut world, &works);
    world.window(works[0].0);
    let (first, second) = (works[0].0, works[1].0);
    resolve(
        &mut world,
        &claim(&works[0], false),
        &claim(&works[1], false),
    )
    .unwrap();
    refused(
        decide(&mut world, first, 5),
        "deciding this claim is possible after",
    );
    world.pass(21_600, 601);
    refused(
        decide(&mut world, first, 5),
        "deciding this claim is possible after",
    );
    resolve(
        &mut world,
        &claim(&works[0], true),
        &claim(&works[1], false),
    )
    .unwrap();
    world.settle(first).unwrap();
    react(&mut world);
    decide(&mut world, second, 5).unwrap();
    world.settle(second).unwrap();
    assert_eq!(world.distributed(), cost());
}

#[test]
fn a_coordinator_that_contradicts_itself_is_punished_once() {
    // One attempt leased twice; two deliveries acknowledged.
    for (attempts, delivered) in [([3, 3], false), ([0, 1], true)] {
        let (mut world, _, works) = claimed(&attempts);
        let (first, second) = (claim(&works[0], delivered), claim(&works[1], delivered));
        resolve(&mut world, &first, &second).unwrap();
        // The claim that was committed first stands.
        assert_eq!(voids(&world, works[1].0).len(), 1);
        let told = Told::Reported {
            operator: world.coordinator.to_string(),
            fault: Fault::Unproven {
                batch: works[0].0,
                amount: 0u128.into(),
            },
            reporter: Some(world.stranger.to_string()),
        };
        assert_eq!(world.last_told(), told);
    }
    let (mut world, _, works) = claimed(&[2, 2, 2]);
    resolve(
        &mut world,
        &claim(&works[0], false),
        &claim(&works[1], false),
    )
    .unwrap();
    resolve(
        &mut world,
        &claim(&works[0], false),
        &claim(&works[2], false),
    )
    .unwrap();
    assert_eq!(world.told().len(), 1);
}

#[test]
fn a_void_waits_and_falls_with_the_standing_claims_batch() {
    let (mut world, _, works) = claimed(&[0, 1]);
    resolve(
        &mut world,
        &claim(&works[0], false),
        &claim(&works[1], false),
    )
    .unwrap();
    world.drawn(works[0].0);
    world.prove(works[0].0, &works[0].1).unwrap();
    react(&mut world);
    refused(decide(&mut world, works[0].0, 5), "batch 2 is challenged");
    world.fail(works[1].0).unwrap();
    decide(&mut world, works[0].0, 5).unwrap();
    assert_eq!(voids(&world, works[0].0)[0].is_void, Some(false));
    world.window(works[0].0);
    world.settle(works[0].0).unwrap();
    assert_eq!(world.distributed(), cost());
}

#[test]
fn decided_while_its_own_batch_is_in_any_state() {
    // Committed: the standing one's slot is drawn before.
    let mut world = World::new();
    let order = world.open_pay();
    let standing = world.work_with(order, 0, &[5], |plan| plan.attempt = 1);
    let first = world.commit(&standing);
    world.proven(first, &standing);
    let other = world.work_with(order, 1, &[5], |_| ());
    let second = world.commit(&other);
    let (a, b) = ((first, standing), (second, other));
    resolve(&mut world, &claim(&a, false), &claim(&b, false)).unwrap();
    react(&mut world);
    assert_eq!(world.batch(second).state, BatchState::Committed);
    decide(&mut world, second, 5).unwrap();
    assert_eq!(voids(&world, second)[0].is_void, Some(true));
    // It still has to be proven.
    world.drawn(second);
    world.pass(7_201, 201);
    world.fail(second).unwrap();
    refused(decide(&mut world, second, 5), "one that has not ended");
    assert_eq!(world.order(order).ops.reserved.u128(), cost());
}

#[test]
fn against_a_claim_that_has_settled_but_not_after_its_own() {
    let mut world = World::new();
    let order = world.open_pay();
    let standing = world.work_with(order, 0, &[5], |plan| plan.attempt = 1);
    let first = world.commit(&standing);
    world.proven(first, &standing);
    world.window(first);
    world.settle(first).unwrap();
    let other = world.work(order, 1, &[5]);
    let second = world.commit(&other);
    let (a, b) = ((first, standing), (second, other));
    resolve(&mut world, &claim(&a, false), &claim(&b, false)).unwrap();
    react(&mut world);
    decide(&mut world, second, 5).unwrap();
    assert_eq!(voids(&world, second)[0].is_void, Some(true));

    let third = world.work_with(order, 2, &[5], |plan| plan.attempt = 2);
    let batch = world.commit(&third);
    let c = (batch, third);
    let outcome = resolve(&mut world, &claim(&a, false), &claim(&c, false));
    refused(outcome, "one that has not ended");
}

/// A third claim: the second loses to the third, so the first loses to the third too.
#[test]
fn of_three_claims_one_is_paid() {
    let (mut world, order, works) = claimed(&[0, 1, 2]);
    let [a, b, c] = [0, 1, 2].map(|at| works[at].0);
    let claims: Vec<_> = works.iter().map(|of| claim(of, false)).collect();
    resolve(&mut world, &claims[0], &claims[1]).unwrap();
    resolve(&mut world, &claims[1], &claims[2]).unwrap();
    prove_all(&mut world, &works);
    // The second one is void first, so the first one is not for its sake.
    react(&mut world);
    decide(&mut world, b, 5).unwrap();
    decide(&mut world, a, 5).unwrap();
    assert_eq!(voids(&world, a)[0].is_void, Some(false));
    // But it is for the third one's.
    resolve(&mut world, &claims[0], &claims[2]).unwrap();
    react(&mut world);
    decide(&mut world, a, 5).unwrap();
    assert_eq!(voids(&world, a)[0].is_void, Some(true));
    world.window(a);
    for batch in [a, b, c] {
        world.settle(batch).unwrap();
    }
    assert_eq!(world.distributed(), cost());
    assert_eq!(world.order(order).ops.used.u128(), cost());
}

/// A standing claim whose batch has failed stands against nobody, and cannot be used
/// to hold a batch open.
#[test]
fn a_claim_of_a_failed_batch_stands_against_nobody() {
    let (mut world, _, works) = claimed(&[0, 1]);
    world.drawn(works[0].0);
    world.prove(works[0].0, &works[0].1).unwrap();
    world.pass(7_201, 201);
    world.fail(works[1].0).unwrap();
    let outcome = resolve(
        &mut world,
        &claim(&works[0], false),
        &claim(&works[1], false),
    );
    refused(outcome, "stands against nobody");
    world.window(works[0].0);
    world.settle(works[0].0).unwrap();
}

#[test]
fn several_claims_of_a_batch() {
    let mut world = World::new();
    let order = world.open_pay();
    let both = world.work_with(order, 0, &[5, 6, 7], |_| ());
    let first = world.commit(&both);
    let other = world.work_with(order, 1, &[5, 7], |plan| plan.attempt = 1);
    let second = world.commit(&other);
    for nonce in [5, 7] {
        let (a, b) = (
            both.claim(first, nonce, false),
            other.claim(second, nonce, false),
        );
        resolve(&mut world, &a, &b).unwrap();
    }
    assert_eq!(world.batch(first).pending_voids, 2);
    let page: VoidsResponse = world
        .query(&QueryMsg::Voids {
            batch: first,
            start_after: Some(5),
            limit: Some(1),
        })
        .unwrap();
    assert_eq!(page.voids[0].nonce, 7);
    world.proven(second, &other);
    world.prove(first, &both).unwrap();
    react(&mut world);
    decide(&mut world, first, 7).unwrap();
    world.window(first);
    refused(world.settle(first), "1 claims to be decided");
    decide(&mut world, first, 5).unwrap();
    world.settle(first).unwrap();
    assert_eq!(world.distributed(), cost());
}

#[test]
fn an_overturned_batch_takes_its_claims_with_it() {
    let mut world = World::new();
    let order = world.open_pay();
    let honest = world.work(order, 0, &[5]);
    let first = world.commit(&honest);
    let lie = world.work_with(order, 1, &[5], |plan| {
        plan.attempt = 1;
        plan.lie = Some(|receipt| receipt.ops -= 1);
    });
    let second = world.commit(&lie);
    let (a, b) = (honest.claim(first, 5, false), lie.claim(second, 5, false));
    resolve(&mut world, &a, &b).unwrap();
    use compute_proofs::{codec::Encode, opening::FraudProof};
    let fraud = ExecuteMsg::ProveFraud {
        batch: second,
        proof: FraudProof::Receipt(lie.named(5)).to_bytes().into(),
    };
    world.anyone(&fraud).unwrap();
    react(&mut world);
    decide(&mut world, first, 5).unwrap();
    assert_eq!(voids(&world, first)[0].is_void, Some(false));
}

#[test]
fn refusals() {
    let mut world = World::new();
    let (order, other) = (world.open_pay(), world.open_pay());
    let mine = world.work_with(order, 0, &[5], |_| ());
    let first = world.commit(&mine);
    let same_worker = world.work_with(order, 0, &[6], |_| ());
    let second = world.commit(&same_worker);
    let elsewhere = world.work(other, 1, &[5]);
    let third = world.commit(&elsewhere);
    let another = world.work_with(order, 1, &[6], |plan| plan.jobs = vec![&SEEDED_AGAIN]);
    let fourth = world.commit(&another);
    let a = mine.claim(first, 5, false);
    for claim in [
        same_worker.claim(second, 6, false),
        elsewhere.claim(third, 5, false),
        another.claim(fourth, 6, false),
    ] {
        refused(resolve(&mut world, &a, &claim), "");
    }
    let mut nowhere = a.clone();
    nowhere.batch = 9;
    refused(resolve(&mut world, &a, &nowhere), "no batch 9");
    // A receipt under another batch's root.
    let mut moved = a.clone();
    moved.batch = fourth;
    refused(
        resolve(&mut world, &another.claim(fourth, 6, false), &moved),
        "",
    );
    refused(
        decide(&mut world, first, 5),
        "no claim of this batch that waits, to task 5",
    );
    refused(decide(&mut world, 9, 5), "no batch 9");
    let mut nonsense = a.clone();
    nonsense.receipt = vec![1, 2, 3].into();
    refused(resolve(&mut world, &a, &nonsense), "");
}
