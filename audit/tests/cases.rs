//! What is wrong is proven, with few demands, whatever it is and wherever it lies.

mod common;

use audit::{Case, Delivered, Nothing, Shown, Step};
use common::{answer, delivered, receipts, work};
use compute_api::market::Target;
use compute_proofs::{
    crypto::Host,
    opening::{Fraud, FraudProof, verify_fraud},
    program::{Run, run},
    receipt::Receipt,
};
use test_suite::{fixtures::Job, market::Work};

/// What came of it: demands, and the proof or why there is none.
struct End {
    demands: Vec<Target>,
    proof: Result<FraudProof, Nothing>,
}

impl End {
    /// What the chain finds in the proof.
    fn fraud(&self, work: &Work, header: &Run) -> Fraud {
        let proof = self.proof.as_ref().unwrap();
        verify_fraud(&Host, &work.context(), Some(&header.header), proof).unwrap()
    }
}

struct Scene<'a> {
    work: &'a Work,
    delivered: Delivered,
    right: Run,
    receipts: Vec<Receipt>,
    max_nodes: u32,
}

impl<'a> Scene<'a> {
    fn new(work: &'a Work, nonce: u64) -> Self {
        let job = work.task(nonce).job;
        Self {
            work,
            delivered: delivered(work, nonce),
            right: run(&job.program, &job.inputs, job.weights.as_slice()).unwrap(),
            receipts: receipts(work),
            max_nodes: 1_024,
        }
    }

    /// Goes on until there is nothing more to do.
    fn end(&self) -> End {
        let case = Case {
            batch: self.work.context(),
            delivered: &self.delivered,
            right: &self.right,
            receipts: &self.receipts,
            max_nodes: self.max_nodes,
        };
        let mut shown: Vec<Shown> = Vec::new();
        let proof = loop {
            match case.next(&shown).unwrap() {
                Step::Prove(proof) => break Ok(*proof),
                Step::Nothing(nothing) => break Err(nothing),
                Step::Demand(target) => {
                    assert!(shown.len() < 20, "it goes round in circles: {shown:?}");
                    assert!(shown.iter().all(|one| one.target != target));
                    let answer = answer(self.work, &target);
                    shown.push(Shown { target, answer });
                }
            }
        };
        let demands = shown.iter().map(|one| one.target).collect();
        End { demands, proof }
    }
}

#[test]
fn a_wrong_product_needs_no_demand() {
    for job in [
        Job::seeded(2, 24, 20, 96).unwrap(),
        Job::matrix(2, 24, 20, 96).unwrap(),
    ] {
        let work = work(vec![job.corrupt(0, 4 * 25).unwrap()], &[5], None);
        let scene = Scene::new(&work, 5);
        let end = scene.end();
        assert_eq!(end.demands, []);
        let fraud = end.fraud(&work, &scene.right);
        assert!(matches!(fraud, Fraud::Element { .. }), "{fraud:?}");
    }
}

#[test]
fn every_operation_of_a_program_is_shown_and_proven() {
    let job = Job::pipeline(4).unwrap();
    for operation in 0..5_usize {
        let bytes = job.run.outputs[operation][0].bytes().len();
        for byte in [0, bytes / 2, bytes - 1] {
            let wrong = job.corrupt(operation, byte).unwrap();
            let work = work(vec![wrong], &[1], None);
            let scene = Scene::new(&work, 1);
            let end = scene.end();
            // The last one is what was delivered.
            let most = if operation == 4 { 0 } else { 3 };
            assert_eq!(end.demands.len(), most, "{:?}", end.demands);
            let fraud = end.fraud(&work, &scene.right);
            assert!(matches!(fraud, Fraud::Element { .. }), "{fraud:?}");
        }
    }
}

#[test]
fn a_demand_of_few_nodes_goes_down_level_by_level() {
    // A result of 40 leaves, then what follows from it.
    let honest = Job::matrix(5, 40, 300, 8).unwrap();
    let leaves = honest.run.outputs[0][0].spec().leaves();
    assert_eq!(leaves, 80);
    for byte in [0, 4 * 299, 4 * 300 * 17 + 8, 4 * 300 * 40 - 1] {
        let work = work(vec![honest.corrupt(0, byte).unwrap()], &[1], None);
        let mut scene = Scene::new(&work, 1);
        // Other bytes than the receipt's were delivered: nothing follows from them.
        scene.delivered.output = common::tensor(honest.run.result().unwrap());
        scene.max_nodes = 8;
        let end = scene.end();
        let nodes = end.demands.iter();
        let nodes = nodes.filter(|target| matches!(target, Target::Nodes { .. }));
        assert_eq!(nodes.count(), 3, "80 leaves, 8 at a time");
        assert_eq!(end.demands.len(), 4);
        end.fraud(&work, &scene.right);
        scene.max_nodes = 1_024;
        assert_eq!(scene.end().demands.len(), 2);
    }
}

#[test]
fn receipts_in_any_order_and_of_other_batches_do_no_harm() {
    let jobs = vec![
        Job::seeded(1, 3, 4, 5).unwrap(),
        Job::seeded(2, 3, 4, 5).unwrap().corrupt(0, 0).unwrap(),
    ];
    let work = work(jobs, &[4, 6], None);
    let mut scene = Scene::new(&work, 6);
    scene.receipts.reverse();
    let mut other = scene.receipts[0];
    other.nonce = 9;
    scene.receipts.insert(1, other);
    scene.receipts.push(scene.receipts[0]);
    assert_eq!(scene.end().demands, []);
}

#[test]
fn withheld_receipts_are_demanded() {
    let wrong = Job::seeded(2, 3, 4, 5).unwrap().corrupt(0, 0).unwrap();
    let jobs = vec![Job::seeded(1, 3, 4, 5).unwrap(), wrong];
    let product = work(jobs, &[4, 6], None);
    let mut scene = Scene::new(&product, 6);
    scene.receipts.remove(0);
    let end = scene.end();
    assert_eq!(end.demands, [Target::Receipt { nonce: 6 }]);
    end.fraud(&product, &scene.right);
    // Of a program what is demanded first anyway shows the receipt.
    let wrong = Job::pipeline(4).unwrap().corrupt(1, 3).unwrap();
    let program = work(vec![wrong], &[1], None);
    let mut scene = Scene::new(&program, 1);
    scene.receipts.clear();
    let end = scene.end();
    assert_eq!(end.demands.len(), 3);
    end.fraud(&program, &scene.right);
}

#[test]
fn receipts_that_lie_are_proven_by_what_they_say() {
    let padded = |receipt: &mut Receipt| receipt.ops += 1;
    let product = work(vec![Job::seeded(1, 3, 4, 5).unwrap()], &[0], Some(padded));
    let scene = Scene::new(&product, 0);
    assert_eq!(scene.end().fraud(&product, &scene.right), Fraud::Receipt);
    // The trace is right, the result another one.
    let other = |receipt: &mut Receipt| receipt.output_root.0[0] ^= 1;
    let result = work(vec![Job::pipeline(4).unwrap()], &[0], Some(other));
    let scene = Scene::new(&result, 0);
    let end = scene.end();
    assert_eq!(end.demands, []);
    assert_eq!(end.fraud(&result, &scene.right), Fraud::Result);
    // Nor is the result that of the wrong trace.
    let wrong = Job::seeded(1, 3, 4, 5).unwrap().corrupt(0, 0).unwrap();
    let both = work(vec![wrong], &[0], Some(other));
    let scene = Scene::new(&both, 0);
    let end = scene.end();
    assert!(matches!(end.demands[..], [Target::Outputs { .. }]));
    assert_eq!(end.fraud(&both, &scene.right), Fraud::Result);
}

#[test]
fn what_the_chain_cannot_be_shown_is_called_so() {
    let work = work(vec![Job::seeded(1, 3, 4, 5).unwrap()], &[4], None);
    // The coordinator hands out other bytes than it was given.
    let mut scene = Scene::new(&work, 4);
    let mut bytes = scene.delivered.output.bytes().to_vec();
    bytes[0] ^= 1;
    let spec = scene.delivered.output.spec();
    scene.delivered.output = worker::task::Tensor::new(spec, bytes).unwrap();
    assert_eq!(scene.end().proof, Err(Nothing::Right));
    // A task that the worker does not claim.
    let mut scene = Scene::new(&work, 4);
    scene.delivered.receipt.nonce = 5;
    assert_eq!(scene.end().proof, Err(Nothing::Unclaimed));
    // The record of another task.
    let mut scene = Scene::new(&work, 4);
    scene.delivered.grant.authorisation.input_root.0[0] ^= 1;
    let end = scene.end();
    assert_eq!(end.proof, Err(Nothing::OtherTask));
    assert_eq!(end.demands, [Target::Receipt { nonce: 4 }]);
}

#[test]
fn a_program_beyond_what_one_demand_shows_is_left() {
    let wrong = Job::pipeline(4).unwrap().corrupt(1, 3).unwrap();
    let work = work(vec![wrong], &[1], None);
    let mut scene = Scene::new(&work, 1);
    scene.max_nodes = 4;
    let too_long = Nothing::TooLong {
        operations: 5,
        most: 4,
    };
    assert_eq!(scene.end().proof, Err(too_long));
}
