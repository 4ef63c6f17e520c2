//! Nodes of trees under a receipt, at every level, and where they lead.

use compute_api::market::{Answer, ExecuteMsg, Hook, Target, Tree};
use compute_proofs::{
    Hash,
    codec::Encode,
    hash::{TENSOR_LEAF, TRACE_LEAF},
    opening::Place,
    tensor::{Committed, OpenedRange},
    tree::{Tree as HashTree, nodes_on},
};
use cosmwasm_std::Binary;
use test_suite::fixtures::Job;

use super::{bin, leaf, no, out_of_range, receipt, tensor, yes};
use crate::world::{LIE, MATRIX, PIPELINE, SEEDED, TALL, Work, World, refused};

/// The tree of a tensor, from its leaves.
fn tensor_tree(tensor: &Committed) -> HashTree {
    let spec = tensor.spec();
    let hashes = (0..spec.leaves()).map(|leaf| {
        let opened: OpenedRange = tensor.open(leaf..leaf + 1).unwrap();
        TENSOR_LEAF.hash(&[&opened.bytes])
    });
    HashTree::new("test", hashes.collect()).unwrap()
}

/// The tree of a trace, from what each operation has output.
fn trace_tree(job: &Job) -> HashTree {
    let leaves = (0u32..).zip(&job.run.outputs).map(|(at, outputs)| {
        let roots: Vec<Hash> = outputs.iter().map(Committed::root).collect();
        let roots = compute_proofs::trace::OutputRoots(roots);
        TRACE_LEAF.hash(&[&at.to_le_bytes(), &roots.to_bytes()])
    });
    HashTree::new("test", leaves.collect()).unwrap()
}

fn nodes(under: Binary, tree: &HashTree, level: u8, range: std::ops::Range<u64>) -> Answer {
    let (nodes, siblings) = tree.open_level(level, range).unwrap();
    let bytes: Vec<u8> = nodes.iter().flat_map(|node| node.0).collect();
    Answer::Nodes {
        under,
        nodes: bytes.into(),
        siblings: bin(&siblings),
    }
}

/// All runs of up to three nodes on every level of a tree of odd size, demanded and
/// answered; one batch takes four.
fn all_nodes(tree: Tree, of: fn() -> HashTree, nonce: u64, under: fn(&Work) -> Binary) {
    let hashes = of();
    let leaves = u64::try_from(hashes.leaves().len()).unwrap();
    assert!(!leaves.is_power_of_two());
    let mut runs = Vec::new();
    for level in 0..7u8 {
        let there = nodes_on(leaves, level);
        for first in 0..there + 1 {
            runs.push((level, first, 3u32, there));
        }
        runs.push((level, 0, 1_024, there));
    }
    let mut world = World::new();
    let owner = world.app_owner.clone();
    for four in runs.chunks(4) {
        let order = world.open_pay();
        let work = world.work_with(order, 0, &[1, 3, 4, 5], |plan| {
            plan.jobs = vec![&SEEDED, &PIPELINE, &MATRIX, &TALL];
        });
        let batch = world.commit(&work);
        for (demand, (level, first, count, there)) in (1..).zip(four.iter().copied()) {
            let target = Target::Nodes {
                nonce,
                tree,
                level,
                first,
                count,
            };
            world
                .send(&owner, 1_000, &Hook::Demand { batch, target })
                .unwrap();
            let missing = |work: &Work| match tree {
                Tree::Trace {} => out_of_range(work, nonce, None),
                Tree::Output { .. } => out_of_range(work, nonce, Some(0)),
            };
            if first >= there {
                world.answer(batch, demand, missing(&work)).unwrap();
                continue;
            }
            refused(world.answer(batch, demand, missing(&work)), "show it");
            let end = (first + u64::from(count)).min(there);
            // One too few is no answer, nor is one too many.
            if end - first > 1 {
                let short = nodes(under(&work), &hashes, level, first..end - 1);
                refused(world.answer(batch, demand, short), "number of nodes");
            }
            if end < there {
                let long = nodes(under(&work), &hashes, level, first..end + 1);
                refused(world.answer(batch, demand, long), "number of nodes");
            }
            let mut answer = nodes(under(&work), &hashes, level, first..end);
            if let Answer::Nodes { nodes, .. } = &mut answer {
                let mut wrong = nodes.to_vec();
                wrong[0] ^= 1;
                let wrong = core::mem::replace(nodes, wrong.into());
                let bad = answer.clone();
                refused(world.answer(batch, demand, bad), "");
                if let Answer::Nodes { nodes, .. } = &mut answer {
                    *nodes = wrong;
                }
            }
            world.answer(batch, demand, answer).unwrap();
        }
    }
}

#[test]
fn nodes_of_a_trace_at_every_level() {
    all_nodes(
        Tree::Trace {},
        || trace_tree(&PIPELINE),
        3,
        |work| bin(&work.named(3)),
    );
}

#[test]
fn nodes_of_a_tensor_at_every_level() {
    all_nodes(
        Tree::Output {
            operation: 0,
            output: 0,
        },
        || tensor_tree(tensor(&TALL, 0)),
        5,
        |work| bin(&work.traced(5, 0)),
    );
}

#[test]
fn malformed_nodes() {
    let target = Target::Nodes {
        nonce: 3,
        tree: Tree::Trace {},
        level: 0,
        first: 0,
        count: 5,
    };
    no("must be 32 for each", target, |work| {
        let Answer::Nodes {
            under,
            nodes,
            siblings,
        } = nodes(bin(&work.named(3)), &trace_tree(&PIPELINE), 0, 0..5)
        else {
            unreachable!()
        };
        Answer::Nodes {
            under,
            nodes: nodes.as_slice()[1..].into(),
            siblings,
        }
    });
    // Under another task, or under what is no receipt.
    no("the task is 4", target, |work| {
        nodes(bin(&work.named(4)), &trace_tree(&PIPELINE), 0, 0..5)
    });
    no("", target, |work| {
        nodes(bin(&work.traced(3, 0)), &trace_tree(&PIPELINE), 0, 0..5)
    });
    let output = Target::Nodes {
        nonce: 3,
        tree: Tree::Output {
            operation: 0,
            output: 7,
        },
        level: 0,
        first: 0,
        count: 5,
    };
    yes(output, |work| out_of_range(work, 3, Some(0)));
    no("", output, |work| {
        nodes(bin(&work.traced(3, 0)), &trace_tree(&PIPELINE), 0, 0..5)
    });
}

/// The four demands that lead from a differing result to a leaf and its fraud proof.
#[test]
fn four_demands_lead_to_the_leaf() {
    let mut world = World::new();
    let order = world.open_pay();
    let work = world.work_with(order, 0, &[0], |plan| plan.jobs = vec![&LIE]);
    let batch = world.commit(&work);
    let steps: Vec<(Target, Answer)> = vec![
        (Target::Receipt { nonce: 0 }, receipt(&work, 0)),
        (
            Target::Nodes {
                nonce: 0,
                tree: Tree::Trace {},
                level: 0,
                first: 0,
                count: 1_024,
            },
            nodes(bin(&work.named(0)), &trace_tree(&LIE), 0, 0..1),
        ),
        (
            Target::Nodes {
                nonce: 0,
                tree: Tree::Output {
                    operation: 0,
                    output: 0,
                },
                level: 0,
                first: 0,
                count: 1_024,
            },
            nodes(
                bin(&work.traced(0, 0)),
                &tensor_tree(tensor(&LIE, 0)),
                0,
                0..3,
            ),
        ),
        (
            Target::Leaf {
                nonce: 0,
                operation: 0,
                output: 0,
                leaf: 2,
            },
            leaf(&work, 0, 0, 2),
        ),
    ];
    for (demand, (target, answer)) in (1..).zip(steps) {
        world.demand(batch, target).unwrap();
        world.answer(batch, demand, answer).unwrap();
    }
    let place = Place {
        output: 0,
        row: 2,
        col: 0,
    };
    let proof = compute_proofs::opening::FraudProof::Element(work.evidence(0, 0, place));
    let fraud = ExecuteMsg::ProveFraud {
        batch,
        proof: bin(&proof),
    };
    world.anyone(&fraud).unwrap();
}
