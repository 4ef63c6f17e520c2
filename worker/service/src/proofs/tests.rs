use compute_api::market::{Answer, ExecuteMsg, Target, TaskClaim, Tree};
use compute_proofs::{
    Hash,
    codec::{Decode, Encode},
    crypto::Host,
    opening::{
        Claim, Evidence, NamedReceipt, Place, TraceEvidence, resolve, verify_demanded,
        verify_opening,
    },
    program::OperationProof,
    receipt::{EmptyPlace, Receipts},
    task::{Delivery, Grant},
    tensor::OpenedRange,
    trace,
    tree::{Siblings, fold_level},
};
use test_suite::fixtures::{COORDINATOR, Job, WORKER, sign};
use worker::store::Store;

use super::*;
use crate::{chain::OrderKeys, testing};

/// Tasks 4 (five operations, every kind of input) and 7 (a result of eleven leaves); 5 and
/// 6 are others'.
struct Scene {
    keys: OrderKeys,
    store: Store,
    jobs: [Job; 2],
    tasks: Vec<Done>,
    _dir: tempfile::TempDir,
}

const COMMIT_BY: u64 = testing::EXPIRES - 10;

impl Scene {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).unwrap();
        let jobs = [Job::pipeline(4).unwrap(), Job::matrix(5, 11, 4, 5).unwrap()];
        let tasks = [(&jobs[0], 4), (&jobs[1], 7)];
        let tasks = tasks.map(|(job, nonce)| testing::done(job, nonce, &store));
        Self {
            keys: testing::keys(),
            store,
            tasks: tasks.into(),
            jobs,
            _dir: dir,
        }
    }

    fn proven(&self) -> Proven<'_> {
        Proven::new(
            &self.keys,
            WORKER,
            self.tasks.clone(),
            COMMIT_BY,
            &self.store,
        )
        .unwrap()
    }

    fn header(&self, program: Hash) -> compute_proofs::program::Header {
        let mut headers = self.jobs.iter().map(|job| job.run.header);
        headers.find(|header| header.hash() == program).unwrap()
    }
}

#[test]
fn every_sample_is_opened_as_the_chain_checks_it() {
    let scene = Scene::new();
    let mut proven = scene.proven();
    let samples: Vec<u32> = (0..24).rev().collect();
    let opened = openings(&mut proven, &[9; 32], &samples).unwrap();
    assert_eq!(opened.len(), 24);
    let mut nonces = std::collections::BTreeSet::new();
    for (d, opening) in (0..).zip(&opened) {
        assert_eq!(opening.sample, d);
        let evidence = Evidence::from_bytes(&opening.evidence).unwrap();
        nonces.insert(evidence.receipt.receipt.nonce);
        let header = scene.header(evidence.program());
        verify_opening(&Host, &proven.context(), &header, &[9; 32], d, &evidence).unwrap();
        let other = verify_opening(&Host, &proven.context(), &header, &[8; 32], d, &evidence);
        assert!(other.is_err(), "another draw is answered by other evidence");
    }
    assert_eq!(nonces.len(), 2, "both tasks are drawn");
}

#[test]
fn openings_are_cut_into_messages_that_fit() {
    let opening = |sample, bytes: usize| compute_api::market::Opening {
        sample,
        evidence: vec![0; bytes].into(),
    };
    let sizes = [100_000, 70_000, 20_000, 250_000, 1];
    let all = (0..)
        .zip(sizes)
        .map(|(at, bytes)| opening(at, bytes))
        .collect();
    let chunks = chunks(all);
    let samples = |chunk: &super::openings::Chunk| {
        chunk
            .iter()
            .map(|opening| opening.sample)
            .collect::<Vec<_>>()
    };
    let cut: Vec<_> = chunks.iter().map(samples).collect();
    assert_eq!(cut, [vec![0, 1], vec![2], vec![3], vec![4]]);
}

#[test]
fn a_run_that_is_gone_is_an_error_that_names_it() {
    let scene = Scene::new();
    scene.store.prune(u64::MAX).unwrap();
    let error = openings(&mut scene.proven(), &[9; 32], &[0]).unwrap_err();
    assert!(matches!(error, ServiceError::Store(_)), "{error}");
    assert!(error.to_string().contains("not kept"), "{error}");
}

#[test]
fn what_was_never_claimed_is_shown_to_be_empty() {
    let scene = Scene::new();
    let mut proven = scene.proven();
    let answer = answer(&mut proven, &Target::Receipt { nonce: 5 }).unwrap();
    let Answer::Unclaimed { place } = answer else {
        panic!("{answer:?}");
    };
    let place = EmptyPlace::from_bytes(&place).unwrap();
    place.check(&proven.context().batch).unwrap();
    assert_eq!(place.nonce, 5);
}

#[test]
fn receipts_outputs_elements_and_leaves_are_shown() {
    let scene = Scene::new();
    let mut proven = scene.proven();
    let Answer::Receipt { receipt } = answer(&mut proven, &Target::Receipt { nonce: 7 }).unwrap()
    else {
        panic!("no receipt");
    };
    let named = NamedReceipt::from_bytes(&receipt).unwrap();
    named.check(&proven.context()).unwrap();
    for operation in 0..5 {
        let target = Target::Outputs {
            nonce: 4,
            operation,
        };
        let Answer::Outputs { outputs } = answer(&mut proven, &target).unwrap() else {
            panic!("no outputs");
        };
        let shown = TraceEvidence::from_bytes(&outputs).unwrap();
        let header = scene.header(scene.tasks[0].program);
        shown.check(&proven.context(), &header).unwrap();
        let (output, row, col) = (0, 5, 3);
        let target = Target::Element {
            nonce: 4,
            operation,
            output,
            row,
            col,
        };
        let Answer::Element { evidence } = answer(&mut proven, &target).unwrap() else {
            panic!("no element");
        };
        let evidence = Evidence::from_bytes(&evidence).unwrap();
        let place = Place { output, row, col };
        let asked = (4, operation, &place);
        verify_demanded(&Host, &proven.context(), &header, asked, &evidence).unwrap();
    }
    let target = Target::Leaf {
        nonce: 7,
        operation: 0,
        output: 0,
        leaf: 10,
    };
    let Answer::Leaf { outputs, leaf } = answer(&mut proven, &target).unwrap() else {
        panic!("no leaf");
    };
    let shown = TraceEvidence::from_bytes(&outputs).unwrap();
    let opened = OpenedRange::from_bytes(&leaf).unwrap();
    let spec = shown.operation.operation.outputs().unwrap()[0];
    let root = opened.root(&spec, 10..11).unwrap();
    assert_eq!(root, shown.trace.output(0).unwrap());
}

#[test]
fn nodes_of_both_trees_lead_to_their_roots() {
    let scene = Scene::new();
    let mut proven = scene.proven();
    let hashes = |bytes: &[u8]| -> Vec<Hash> {
        bytes
            .chunks(32)
            .map(|chunk| Hash(chunk.try_into().unwrap()))
            .collect()
    };
    // Of the trace of five operations: level 1 has three nodes.
    for (level, first, count, there) in [(0, 0, 9, 5), (0, 3, 1, 1), (1, 1, 9, 2), (3, 0, 1, 1)] {
        let tree = Tree::Trace {};
        let target = Target::Nodes {
            nonce: 4,
            tree,
            level,
            first,
            count,
        };
        let shown = answer(&mut proven, &target).unwrap();
        let Answer::Nodes {
            under,
            nodes,
            siblings,
        } = shown
        else {
            panic!("{shown:?}");
        };
        let named = NamedReceipt::from_bytes(&under).unwrap();
        named.check(&proven.context()).unwrap();
        let nodes = hashes(&nodes);
        assert_eq!(nodes.len(), there);
        let siblings = Siblings::from_bytes(&siblings).unwrap();
        let top = fold_level("trace", 5, level, first, nodes, &siblings).unwrap();
        assert_eq!(trace::seal(5, &top), named.receipt.receipt.trace_root);
    }
    // Of an output of eleven leaves.
    for (level, first, count, there) in [(0, 2, 4, 4), (1, 4, 10, 2), (4, 0, 1, 1)] {
        let tree = Tree::Output {
            operation: 0,
            output: 0,
        };
        let target = Target::Nodes {
            nonce: 7,
            tree,
            level,
            first,
            count,
        };
        let shown = answer(&mut proven, &target).unwrap();
        let Answer::Nodes {
            under,
            nodes,
            siblings,
        } = shown
        else {
            panic!("{shown:?}");
        };
        let shown = TraceEvidence::from_bytes(&under).unwrap();
        let spec = shown.operation.operation.outputs().unwrap()[0];
        let nodes = hashes(&nodes);
        assert_eq!(nodes.len(), there);
        let siblings = Siblings::from_bytes(&siblings).unwrap();
        let top = fold_level("output", 11, level, first, nodes, &siblings).unwrap();
        assert_eq!(spec.seal(&top), shown.trace.output(0).unwrap());
    }
}

#[test]
fn what_is_not_there_is_shown_not_to_be() {
    let scene = Scene::new();
    let mut proven = scene.proven();
    let trace = Tree::Trace {};
    let output = |operation, output| Tree::Output { operation, output };
    let nodes = |tree, level, first| Target::Nodes {
        nonce: 7,
        tree,
        level,
        first,
        count: 1,
    };
    let element = |operation, output, row, col| Target::Element {
        nonce: 7,
        operation,
        output,
        row,
        col,
    };
    // Each with whether there is the operation that it asks about.
    let targets = [
        (
            Target::Outputs {
                nonce: 7,
                operation: 1,
            },
            false,
        ),
        (element(1, 0, 0, 0), false),
        (element(0, 1, 0, 0), true),
        (element(0, 0, 11, 0), true),
        (element(0, 0, 0, 4), true),
        (
            Target::Leaf {
                nonce: 7,
                operation: 0,
                output: 0,
                leaf: 11,
            },
            true,
        ),
        (nodes(trace, 0, 1), false),
        (nodes(trace, 1, 0), false),
        (nodes(output(1, 0), 0, 0), false),
        (nodes(output(0, 1), 0, 0), true),
        (nodes(output(0, 0), 0, 11), true),
        (nodes(output(0, 0), 5, 0), true),
    ];
    for (target, is_there) in targets {
        let shown = answer(&mut proven, &target).unwrap();
        let Answer::OutOfRange { receipt, operation } = shown else {
            panic!("{target:?}: {shown:?}");
        };
        let named = NamedReceipt::from_bytes(&receipt).unwrap();
        named.check(&proven.context()).unwrap();
        assert_eq!(operation.is_some(), is_there, "{target:?}");
        if let Some(operation) = operation {
            let shown = OperationProof::from_bytes(&operation).unwrap();
            shown.check(&scene.header(scene.tasks[1].program)).unwrap();
        }
    }
}

/// Two workers claim task 7. Whoever brings it up leaves this one's acknowledgement out.
#[test]
fn an_acknowledgement_that_was_left_out_is_shown_and_stands() {
    let mut scene = Scene::new();
    let order = scene.keys.clone();
    // The other one's lease is a later attempt: without an acknowledgement it stands.
    let other = scene.tasks.iter().find(|task| task.nonce() == 7).unwrap();
    let mut lease = other.grant.lease;
    lease.attempt = 1;
    let message = lease.message(&order.context(), "wasm1other");
    let grant = Grant {
        lease,
        lease_signature: sign(COORDINATOR, &message),
        ..other.grant
    };
    let mut receipt = other.receipt;
    receipt.grant = grant.hash(&order.context(), "wasm1other");
    let theirs = Receipts::new(vec![receipt], COMMIT_BY).unwrap();
    let named = NamedReceipt {
        receipt: theirs.prove(7).unwrap(),
        grant,
    };
    let claim = |batch, receipt: &NamedReceipt| TaskClaim {
        batch,
        receipt: receipt.to_bytes().into(),
        delivery_signature: None,
    };
    let told = {
        let proven = scene.proven();
        let mine = proven.named(7).unwrap();
        vec![ExecuteMsg::ResolveClaims {
            first: claim(3, &mine),
            second: claim(9, &named),
        }]
    };
    let shown = |scene: &Scene, standing, told: &[ExecuteMsg]| {
        acknowledged(&scene.proven(), 3, 7, standing, told).unwrap()
    };
    assert_eq!(shown(&scene, 9, &told), None, "there is no acknowledgement");
    let delivery = Delivery {
        nonce: 7,
        output_root: receipt.output_root,
    };
    let signature = sign(COORDINATOR, &delivery.message(&order.context(), WORKER));
    let mine = scene.tasks.iter_mut().find(|task| task.nonce() == 7);
    mine.unwrap().delivery = Some(signature.to_vec());
    assert_eq!(shown(&scene, 8, &told), None, "batch 8 was never shown");
    assert_eq!(shown(&scene, 9, &[]), None);
    let Some(ExecuteMsg::ResolveClaims { first, second }) = shown(&scene, 9, &told) else {
        panic!("nothing is shown");
    };
    assert_eq!((first.batch, &second), (3, &claim(9, &named)));
    // As the contract resolves it.
    let proven = scene.proven();
    let mine = NamedReceipt::from_bytes(&first.receipt).unwrap();
    let delivered: [u8; 64] = first
        .delivery_signature
        .unwrap()
        .as_slice()
        .try_into()
        .unwrap();
    let claims = |delivery_signature| {
        let first = Claim {
            context: proven.context(),
            committed: 5,
            named: &mine,
            delivery_signature,
        };
        let second = Claim {
            context: BatchContext {
                worker: "wasm1other",
                batch: theirs.batch(),
                ..proven.context()
            },
            committed: 5,
            named: &named,
            delivery_signature: None,
        };
        resolve(&Host, &first, &second).unwrap().first_stands
    };
    assert!(!claims(None));
    assert!(claims(Some(delivered)));
}
