//! Batches that are committed.

use compute_api::{
    market::{BatchState, ExecuteMsg},
    votes::{Kind, Standing},
};
use cosmwasm_std::HexBinary;

use crate::world::{
    COORDINATOR, MATRIX, PIPELINE, Plan, SEEDED, SEEDED_AGAIN, World, coins, redeem, refused,
    worker_key,
};

fn cost() -> u128 {
    SEEDED.run.header.cost
}

#[test]
fn reserves_ops_and_coins() {
    let mut world = World::new();
    let order = world.open_pay();
    let work = world.work_with(order, 0, &[3, 5, 6], |plan| {
        plan.jobs = vec![&SEEDED, &MATRIX, &PIPELINE];
    });
    let number = world.commit(&work);
    let batch = world.batch(number);
    assert_eq!((batch.batch, batch.order, batch.slot), (1, order, 1));
    assert_eq!(batch.commitment, work.commitment());
    assert_eq!(
        (batch.commitment.first_nonce, batch.commitment.span),
        (3, 4)
    );
    assert_eq!(
        (batch.state, batch.charge),
        (BatchState::Committed, work.ops().into())
    );
    assert_eq!(
        (batch.committed_at, batch.height),
        (world.now(), world.height())
    );
    assert_eq!(
        (batch.prove_by, batch.open_until, batch.ended_at),
        (None, None, None)
    );
    let after = world.order(order);
    assert_eq!(after.ops.reserved.u128(), work.ops());
    assert_eq!(after.coins.reserved.u128(), work.ops());
    assert_eq!(after.open_batches, 1);
    assert_eq!(after.ops.authorised.u128(), 7 * PIPELINE.run.header.cost);
    assert_eq!(world.holdings().reserved.u128(), work.ops());
}

#[test]
fn parts_of_any_batches_add_up_to_the_whole() {
    let mut world = World::new();
    // Three micro-coins for two ops.
    let order = world.open(
        10_000_000,
        crate::world::new_order(&world, compute_api::market::Mode::Pay { price_bps: 15_001 }),
    );
    let mut all = 0;
    for nonce in 0..5 {
        let number =
            world.commit(&world.work(order, usize::try_from(nonce % 4).unwrap(), &[nonce]));
        all += world.batch(number).charge.u128();
    }
    let whole = (5 * cost() * 15_001).div_ceil(10_000);
    assert_eq!(all, whole);
    assert_eq!(world.order(order).coins.reserved.u128(), whole);
}

fn refuses(why: &str, change: impl FnOnce(&mut World, &mut Plan)) {
    let mut world = World::new();
    let order = world.open_pay();
    let mut plan = world.plan(0);
    change(&mut world, &mut plan);
    let work = world.work_by(order, 0, &[0], plan);
    refused(world.try_commit(&work), why);
    assert_eq!(world.last_batch(), 0);
    assert!(world.order(order).ops.reserved.is_zero());
}

#[test]
fn signatures_are_the_workers_the_apps_and_the_coordinators() {
    refuses("batch", |_, plan| plan.worker = worker_key(1));
    refuses("authorisation", |_, plan| plan.authoriser = COORDINATOR);
    refuses("lease", |_, plan| plan.coordinator = 9);
    refuses("lease", |_, plan| {
        plan.grants = Some(|grant| grant.lease.nonce = 1)
    });
    refuses("authorisation", |_, plan| {
        plan.grants = Some(|grant| grant.authorisation.cum_ops += 1);
    });
    refuses("authorisation", |_, plan| {
        plan.grants = Some(|grant| grant.authorisation_signature[0] ^= 1);
    });
    refuses("lease", |_, plan| {
        plan.grants = Some(|grant| grant.lease.attempt = 1)
    });
}

#[test]
fn what_was_signed_for_another_order_is_not_for_this() {
    let mut world = World::new();
    let (order, other) = (world.open_pay(), world.open_pay());
    let signed = world.signed(other);
    let work = world.work_with(order, 0, &[0], |plan| plan.signed = Some(signed));
    let ExecuteMsg::CommitBatch {
        worker,
        commitment,
        signature,
        grant,
        ..
    } = work.commit()
    else {
        unreachable!()
    };
    let replayed = ExecuteMsg::CommitBatch {
        order,
        worker: worker.clone(),
        commitment: commitment.clone(),
        signature: signature.clone(),
        grant: grant.clone(),
    };
    refused(world.anyone(&replayed), "batch");
    // Nor is another worker's.
    let robbed = ExecuteMsg::CommitBatch {
        order: other,
        worker: world.workers[1].to_string(),
        commitment,
        signature,
        grant,
    };
    refused(world.anyone(&robbed), "batch");
    world.anyone(&work.commit()).unwrap();
}

#[test]
fn the_grant_is_that_of_the_last_place() {
    let mut world = World::new();
    let order = world.open_pay();
    let work = world.work(order, 0, &[0, 2]);
    let ExecuteMsg::CommitBatch {
        worker,
        commitment,
        signature,
        ..
    } = work.commit()
    else {
        unreachable!()
    };
    use compute_proofs::codec::Encode;
    let with = |grant: Vec<u8>, signature: &[u8]| ExecuteMsg::CommitBatch {
        order,
        worker: worker.clone(),
        commitment: commitment.clone(),
        signature: HexBinary::from(signature),
        grant: grant.into(),
    };
    let last = work.tasks[1].grant.to_bytes();
    let first = with(work.tasks[0].grant.to_bytes(), &signature);
    refused(
        world.anyone(&first),
        "has to be the one of the batch's last place, 2",
    );
    refused(world.anyone(&with(last[1..].to_vec(), &signature)), "");
    refused(
        world.anyone(&with(last.clone(), &signature[1..])),
        "63 bytes",
    );
    world.anyone(&with(last, &signature)).unwrap();
}

#[test]
fn an_authorisation_outlives_its_batch() {
    refuses("no receipt of it would hold", |_, plan| {
        plan.expires = plan.commit_by - 1;
    });
    let mut world = World::new();
    let order = world.open_pay();
    let work = world.work_with(order, 0, &[0], |plan| plan.expires = plan.commit_by);
    world.commit(&work);
}

#[test]
fn malformed_commitments() {
    let mut world = World::new();
    let order = world.open_pay();
    let work = world.work(order, 0, &[0]);
    let ExecuteMsg::CommitBatch {
        worker,
        commitment,
        signature,
        grant,
        ..
    } = work.commit()
    else {
        unreachable!()
    };
    let mut with = |why: &str, change: fn(&mut compute_api::market::Commitment)| {
        let mut commitment = commitment.clone();
        change(&mut commitment);
        let commit = ExecuteMsg::CommitBatch {
            order,
            worker: worker.clone(),
            commitment,
            signature: signature.clone(),
            grant: grant.clone(),
        };
        refused(world.anyone(&commit), why);
    };
    with("bytes of the root", |x| x.root = HexBinary::from([0; 31]));
    with("span", |x| x.span = 0);
    with("span", |x| x.span = (1 << 20) + 1);
    with("ops", |x| x.ops = coins(0));
    with("nonce", |x| {
        x.first_nonce = u64::MAX;
        x.span = 2;
    });
    // Each of these is signed.
    with("batch", |x| x.ops += coins(1));
    with("batch", |x| x.span = 2);
    with("batch", |x| x.commit_by += 1);
    with("batch", |x| x.root = HexBinary::from([0; 32]));
}

#[test]
fn only_a_miner_that_is_not_tombstoned() {
    let with = |why: &str, change: fn(&mut crate::world::Operator)| {
        refuses(why, |world, _| {
            let worker = world.workers[0].clone();
            world.change_operator(&worker, change);
        });
    };
    with("is a coordinator", |known| known.kind = Kind::Coordinator);
    with("is tombstoned", |known| {
        known.standing = Standing::Tombstoned
    });
    // Jailed or unbonded, it is paid for what it has done.
    for standing in [Standing::Jailed, Standing::Unbonded] {
        let mut world = World::new();
        let order = world.open_pay();
        let worker = world.workers[0].clone();
        world.change_operator(&worker, |known| known.standing = standing);
        world.commit(&world.work(order, 0, &[0]));
    }
    let mut world = World::new();
    let order = world.open_pay();
    let work = world.work(order, 0, &[0]);
    let ExecuteMsg::CommitBatch {
        commitment,
        signature,
        grant,
        ..
    } = work.commit()
    else {
        unreachable!()
    };
    let nobody = ExecuteMsg::CommitBatch {
        order,
        worker: world.stranger.to_string(),
        commitment,
        signature,
        grant,
    };
    refused(world.anyone(&nobody), "not found");
}

#[test]
fn only_an_issuers_own_operators_serve_its_redemptions() {
    let mut world = World::new();
    let order = world.open(10_000_000, redeem(&world, 0));
    let (worker, other) = (world.workers[0].clone(), world.issuers[1].clone());
    world.set_issuer_of(&worker, &other);
    let work = world.work(order, 0, &[0]);
    refused(world.try_commit(&work), "only an issuer's own operators");
    world.commit(&world.work(order, 1, &[0]));
    // Paid work is anybody's.
    let paid = world.open_pay();
    world.commit(&world.work(paid, 0, &[0]));
}

#[test]
fn runs_of_a_worker_are_disjoint() {
    let mut world = World::new();
    let order = world.open_pay();
    world.commit(&world.work(order, 0, &[10, 14]));
    for nonces in [
        vec![10],
        vec![14],
        vec![12],
        vec![8, 10],
        vec![14, 16],
        vec![9, 15],
        vec![0, 20],
    ] {
        let work = world.work(order, 0, &nonces);
        refused(
            world.try_commit(&work),
            "touch the worker's batch of tasks 10 to 14",
        );
    }
    // In any order of time, and for others anything.
    world.commit(&world.work(order, 0, &[8, 9]));
    world.commit(&world.work(order, 0, &[15]));
    world.commit(&world.work(order, 1, &[9, 15]));
    let between = world.work(order, 0, &[7, 8]);
    refused(world.try_commit(&between), "batch of tasks 8 to 9");
    let other = world.open_pay();
    world.commit(&world.work(other, 0, &[10, 14]));
}

#[test]
fn runs_reach_to_the_last_nonce() {
    let mut world = World::new();
    let order = world.open_pay();
    let last = u64::MAX;
    let with = |plan: &mut Plan| plan.cum_ops = Some(u128::MAX);
    world.commit(&world.work_with(order, 0, &[last], with));
    let again = world.work_with(order, 0, &[last - 1, last], with);
    refused(world.try_commit(&again), "touch the worker's batch");
}

#[test]
fn a_run_is_taken_whatever_becomes_of_its_batch() {
    let mut world = World::new();
    let order = world.open_pay();
    let batch = world.commit(&world.work(order, 0, &[0]));
    world.drawn(batch);
    world.pass(7_201, 201);
    world.fail(batch).unwrap();
    let again = world.work_with(order, 0, &[0], |plan| plan.jobs = vec![&SEEDED_AGAIN]);
    refused(world.try_commit(&again), "touch the worker's batch");
}

#[test]
fn not_before_there_is_such_an_order() {
    let mut world = World::new();
    let order = world.open_pay();
    let mut signed = world.signed(order);
    signed.order = 2;
    let work = world.work_with(order, 0, &[0], |plan| plan.signed = Some(signed));
    refused(world.try_commit(&work), "no order 2");
}
