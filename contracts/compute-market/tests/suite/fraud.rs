//! Fraud, proven by anyone.

use compute_api::{
    market::{BatchState, ExecuteMsg, NewOrder, Privacy, events::BatchEvent},
    votes::Fault,
};
use compute_proofs::{
    Hash,
    codec::Encode,
    opening::{FraudProof, Place},
    tensor::{SealPreimage, TensorSpec},
    trace::{OutputRoots, Trace},
};
use exact_kernels::DType;

use crate::world::{
    Builder, LIE, MATRIX, Outcome, PIPELINE, Plan, SEEDED, Told, Work, World, pay, refused,
};

fn prove(world: &mut World, batch: u64, proof: &FraudProof) -> Outcome {
    let msg = ExecuteMsg::ProveFraud {
        batch,
        proof: proof.to_bytes().into(),
    };
    world.anyone(&msg)
}

const PLACE: Place = Place {
    output: 0,
    row: 1,
    col: 2,
};

/// A batch with a lie, and the lie.
fn lied(change: impl FnOnce(&mut Plan)) -> (World, u64, Work) {
    let mut world = World::new();
    let order = world.open_pay();
    let work = world.work_with(order, 0, &[0], change);
    let batch = world.commit(&work);
    (world, batch, work)
}

fn lie() -> (World, u64, Work) {
    lied(|plan| plan.jobs = vec![&LIE])
}

fn element(work: &Work) -> FraudProof {
    FraudProof::Element(work.evidence(0, 0, PLACE))
}

/// The proof holds, and is called so.
#[track_caller]
fn overturns(mut world: World, batch: u64, proof: &FraudProof, name: &str) {
    let charge = world.batch(batch).charge;
    // The protection pool has something to pay from.
    let paid = world.open_pay();
    let honest = world.work(paid, 3, &[0]);
    let other = world.commit(&honest);
    world.proven(other, &honest);
    let response = prove(&mut world, batch, proof).unwrap_or_else(|error| panic!("{error}"));
    let said = world.events(&response).iter().any(|event| {
        matches!(
            BatchEvent::parse(event).unwrap(),
            Some(BatchEvent::Overturned { fraud, reporter, .. })
                if fraud == name && reporter == world.stranger.as_str()
        )
    });
    assert!(said, "{name}");
    assert_eq!(world.batch(batch).state, BatchState::Overturned);
    let order = world.order(world.batch(batch).order);
    assert_eq!(order.coins.free, order.coins.put_in);
    assert_eq!(order.open_batches, 0);
    let told = world.told();
    let [
        ..,
        Told::Reported {
            operator,
            fault,
            reporter,
        },
        Told::Compensated { recipient, amount },
    ] = &told[..]
    else {
        panic!("{told:?}")
    };
    assert_eq!(operator, world.workers[0].as_str());
    assert_eq!(*fault, Fault::Fraud { batch });
    assert_eq!(reporter.as_deref(), Some(world.stranger.as_str()));
    assert_eq!(recipient, world.app_owner.as_str());
    assert_eq!(amount.u128(), charge.u128() / 10);
}

#[test]
fn a_wrong_element() {
    let (world, batch, work) = lie();
    overturns(world, batch, &element(&work), "element");
}

#[test]
fn zeros_in_the_place_of_an_input() {
    // Operation 2 transposes what operation 1 has output; zeros do not link.
    let (world, batch, work) = lied(|plan| plan.jobs = vec![&*ZEROED]);
    let place = first_difference(&work);
    overturns(
        world,
        batch,
        &FraudProof::Element(work.evidence(0, 2, place)),
        "element",
    );
}

/// The pipeline with zeros for the output of its third operation and all behind it.
static ZEROED: std::sync::LazyLock<test_suite::fixtures::Job> = std::sync::LazyLock::new(|| {
    let mut job = PIPELINE.clone();
    let mut outputs = job.run.outputs.clone();
    for tensors in &mut outputs[2..] {
        for tensor in tensors {
            let zeros = vec![0; tensor.bytes().len()];
            *tensor = compute_proofs::tensor::Committed::new(*tensor.spec(), zeros).unwrap();
        }
    }
    job.run = compute_proofs::program::Run::new(job.run.header, outputs).unwrap();
    job
});

fn first_difference(work: &Work) -> Place {
    let spec = *work.task(0).job.run.outputs[2][0].spec();
    for row in 0..spec.shape.rows() {
        for col in 0..spec.shape.cols() {
            let place = Place {
                output: 0,
                row,
                col,
            };
            let proof = FraudProof::Element(work.evidence(0, 2, place));
            let header = work.task(0).job.run.header;
            let found = compute_proofs::opening::verify_fraud(
                &compute_proofs::crypto::Host,
                &work.context(),
                Some(&header),
                &proof,
            );
            if found.is_ok() {
                return place;
            }
        }
    }
    panic!("all zeros are right")
}

#[test]
fn receipts_that_contradict_their_grants() {
    let receipt = |work: &Work| FraudProof::Receipt(work.named(0));
    let cases: [fn(&mut Plan); 5] = [
        // Right work, more ops.
        |plan| {
            plan.lie = Some(|receipt| receipt.ops += 1);
            plan.cum_ops = Some(1_000_000);
        },
        // Fewer, too.
        |plan| plan.lie = Some(|receipt| receipt.ops -= 1),
        // More than the task may cost.
        |plan| plan.max_ops = Some(SEEDED.run.header.cost - 1),
        // Signed by nobody who may.
        |plan| plan.max_ops = Some(0),
        |plan| plan.jobs = vec![&*UNREGISTERED],
    ];
    for change in cases {
        let (world, batch, work) = lied(change);
        overturns(world, batch, &receipt(&work), "receipt");
    }
}

/// A program that nobody has registered.
static UNREGISTERED: std::sync::LazyLock<test_suite::fixtures::Job> =
    std::sync::LazyLock::new(|| test_suite::fixtures::Job::matrix(9, 2, 2, 2).unwrap());

#[test]
fn a_grant_within_that_was_never_given() {
    // The last place's grant is right; that of the first was never signed.
    let mut world = World::new();
    let order = world.open_pay();
    let mut good = world.work(order, 0, &[0, 1]);
    let forged = world.work_with(order, 0, &[0, 1], |plan| plan.authoriser = 9);
    good.tasks[0] = forged.tasks[0].clone();
    let good = world.resigned(good, 0, |_| ());
    let batch = world.commit(&good);
    let proof = FraudProof::Receipt(good.named(0));
    overturns(world, batch, &proof, "receipt");
}

#[test]
fn a_result_that_is_not_the_last_operations() {
    let (world, batch, work) = lied(|plan| {
        plan.lie = Some(|receipt| receipt.output_root = Hash([7; 32]));
    });
    let proof = FraudProof::Result(work.traced(0, 0));
    overturns(world, batch, &proof, "result");
}

/// A trace of the seeded job with these output roots.
fn traced(roots: Vec<Hash>) -> Trace {
    Trace::new(vec![OutputRoots(roots)]).unwrap()
}

fn extra() -> Trace {
    let root = SEEDED.run.outputs[0][0].root();
    traced(vec![root, root])
}

fn misshapen() -> (TensorSpec, Hash, Trace) {
    let tensor = &SEEDED.run.outputs[0][0];
    let spec = TensorSpec::new(DType::I32, 4, 3).unwrap();
    let root = spec.seal(&tensor.top());
    (spec, tensor.top(), traced(vec![root]))
}

#[test]
fn a_trace_with_an_output_too_many() {
    let (world, batch, work) = lied(|plan| {
        plan.lie = Some(|receipt| receipt.trace_root = extra().root());
    });
    let mut shown = work.traced(0, 0);
    shown.trace = extra().prove(0).unwrap();
    overturns(
        world,
        batch,
        &FraudProof::OutputCount(shown),
        "output_count",
    );
}

#[test]
fn an_output_of_another_shape() {
    let (world, batch, work) = lied(|plan| {
        plan.lie = Some(|receipt| receipt.trace_root = misshapen().2.root());
    });
    let mut evidence = work.traced(0, 0);
    let (spec, top, trace) = misshapen();
    evidence.trace = trace.prove(0).unwrap();
    let proof = FraudProof::OutputSpec {
        evidence,
        output: 0,
        preimage: SealPreimage { spec, top },
    };
    overturns(world, batch, &proof, "output_spec");
}

#[test]
fn honest_work_cannot_be_overturned() {
    let (mut world, batch, work) = lied(|plan| plan.jobs = vec![&PIPELINE]);
    let place = Place {
        output: 0,
        row: 0,
        col: 0,
    };
    let mut spec = work.traced(0, 4);
    let tensor = &PIPELINE.run.outputs[4][0];
    let preimage = SealPreimage {
        spec: *tensor.spec(),
        top: tensor.top(),
    };
    let proofs = [
        FraudProof::Element(work.evidence(0, 3, place)),
        FraudProof::Receipt(work.named(0)),
        FraudProof::Result(work.traced(0, 4)),
        FraudProof::OutputCount(work.traced(0, 1)),
        FraudProof::OutputSpec {
            evidence: spec.clone(),
            output: 0,
            preimage,
        },
    ];
    let told = world.told().len();
    for proof in &proofs {
        refused(prove(&mut world, batch, proof), "");
    }
    // Nor with a changed leaf, another task's grant, or bytes that are none.
    let FraudProof::Element(mut evidence) = proofs[0].clone() else {
        unreachable!()
    };
    evidence.leaf.bytes[0] ^= 1;
    refused(prove(&mut world, batch, &FraudProof::Element(evidence)), "");
    spec.named.grant.lease.attempt = 7;
    refused(prove(&mut world, batch, &FraudProof::Result(spec)), "");
    let nonsense = ExecuteMsg::ProveFraud {
        batch,
        proof: vec![9].into(),
    };
    refused(world.anyone(&nonsense), "fraud proof");
    assert_eq!(world.told().len(), told);
    world.proven(batch, &work);
}

#[test]
fn a_program_that_comes_after_its_batch_saves_nobody() {
    let mut world = Builder::default().without_programs().build();
    let order = world.open_pay();
    let work = world.work(order, 0, &[0]);
    let batch = world.commit(&work);
    world.next();
    world.register_all();
    let proof = FraudProof::Receipt(work.named(0));
    prove(&mut world, batch, &proof).unwrap();
    assert_eq!(world.batch(batch).state, BatchState::Overturned);
}

#[test]
fn of_a_private_order_by_its_owner_alone() {
    let mut world = World::new();
    let new = NewOrder {
        privacy: Privacy::Private,
        ..pay(&world)
    };
    let order = world.open(10_000_000, new);
    let work = world.work_with(order, 0, &[0], |plan| plan.jobs = vec![&LIE]);
    let batch = world.commit(&work);
    let proof = element(&work);
    refused(prove(&mut world, batch, &proof), "does not own order");
    let owner = world.app_owner.clone();
    let msg = ExecuteMsg::ProveFraud {
        batch,
        proof: proof.to_bytes().into(),
    };
    world.ok(&owner, &msg);
    assert_eq!(world.batch(batch).state, BatchState::Overturned);
}

#[test]
fn in_every_state_until_it_has_ended() {
    // Committed, sealed, challenged; settled is too late.
    for steps in 0..3 {
        let (mut world, batch, work) = lie();
        if steps > 0 {
            world.seal_in_time(1);
        }
        if steps > 1 {
            world.draw_in_time(1);
        }
        prove(&mut world, batch, &element(&work)).unwrap();
        refused(
            prove(&mut world, batch, &element(&work)),
            "one that has not ended",
        );
        refused(world.fail(batch), "one that has not ended");
        refused(world.settle(batch), "has to be cleared or proven");
    }
    let builder =
        Builder::default().with_params(|params| params.batches.challenge_one_in = 1_000_000);
    let mut world = builder.build();
    let order = world.open_pay();
    let work = world.work_with(order, 0, &[0], |plan| plan.jobs = vec![&LIE]);
    let batch = world.commit(&work);
    world.drawn(batch);
    assert_eq!(world.batch(batch).state, BatchState::Cleared);
    world.window(batch);
    // Late, but it has not settled.
    prove(&mut world, batch, &element(&work)).unwrap();
    let again = world.work_with(order, 1, &[0], |plan| plan.jobs = vec![&LIE]);
    let batch = world.commit(&again);
    world.drawn(batch);
    world.window(batch);
    world.settle(batch).unwrap();
    refused(
        prove(&mut world, batch, &element(&again)),
        "one that has not ended",
    );
}

#[test]
fn a_proven_batch_too() {
    // One wrong element of twelve, which the samples do not hit.
    let mut world = World::new();
    let order = world.open(
        10_000_000,
        NewOrder {
            samples: Some(1),
            ..pay(&world)
        },
    );
    let work = world.work_with(order, 0, &[0], |plan| plan.jobs = vec![&*ONE_WRONG]);
    let batch = world.commit(&work);
    world.drawn(batch);
    if world.prove(batch, &work).is_ok() {
        assert_eq!(world.batch(batch).state, BatchState::Proven);
    }
    let proof = FraudProof::Element(work.evidence(
        0,
        0,
        Place {
            output: 0,
            row: 0,
            col: 0,
        },
    ));
    prove(&mut world, batch, &proof).unwrap();
}

static ONE_WRONG: std::sync::LazyLock<test_suite::fixtures::Job> = std::sync::LazyLock::new(|| {
    let mut bytes = MATRIX.run.outputs[0][0].bytes().to_vec();
    bytes[0] ^= 1;
    test_suite::fixtures::Job::matrix_claiming(3, 3, 4, 5, bytes).unwrap()
});

#[test]
fn two_proofs_of_one_worker_overturn_two_batches() {
    let (mut world, first, work) = lie();
    let other = world.work_with(1, 0, &[1], |plan| plan.jobs = vec![&LIE]);
    let second = world.commit(&other);
    prove(&mut world, first, &element(&work)).unwrap();
    // It is out; what it has committed before is judged all the same.
    let more = world.work_with(1, 0, &[2], |plan| plan.jobs = vec![&LIE]);
    refused(world.try_commit(&more), "is tombstoned");
    let place = PLACE;
    let proof = FraudProof::Element(other.evidence(1, 0, place));
    prove(&mut world, second, &proof).unwrap();
    assert_eq!(world.order(1).coins.free.u128(), 10_000_000);
}

#[test]
fn a_batch_is_judged_by_its_own_order_and_worker() {
    let (mut world, batch, work) = lie();
    let honest = world.work(1, 1, &[1]);
    let other = world.commit(&honest);
    refused(prove(&mut world, other, &element(&work)), "");
    refused(prove(&mut world, 9, &element(&work)), "no batch 9");
    prove(&mut world, batch, &element(&work)).unwrap();
}

#[test]
fn bonds_of_open_demands_go_back() {
    let (mut world, batch, work) = lie();
    let owner = world.app_owner.clone();
    let before = world.balance(&owner);
    let target = compute_api::market::Target::Receipt { nonce: 0 };
    world.demand(batch, target).unwrap();
    world.demand(batch, target).unwrap();
    prove(&mut world, batch, &element(&work)).unwrap();
    assert_eq!(world.balance(&owner), before);
    assert_eq!(world.replay.bonds_returned, 2_000);
}

#[test]
fn an_empty_pool_refuses_nothing() {
    let (mut world, batch, work) = lie();
    let owner = world.app_owner.clone();
    let before = world.balance(&owner);
    prove(&mut world, batch, &element(&work)).unwrap();
    assert_eq!(world.balance(&owner), before);
}
