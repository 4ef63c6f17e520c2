//! Each target, and what answers it.

mod nodes;

use compute_api::market::{Answer, Target, Tree};
use compute_proofs::{codec::Encode, opening::Place, tensor::Committed};
use cosmwasm_std::Binary;
use test_suite::fixtures::Job;

use crate::world::{Builder, LIE, MATRIX, PIPELINE, SEEDED, TALL, Work, World, refused};

/// A batch of one seeded task, a pipeline, a matrix and a tall one; tasks 1, 3, 4 and 5.
fn committed() -> (World, u64, Work) {
    let mut world = Builder::default()
        .with_params(|params| params.demands.per_batch = 4)
        .build();
    let order = world.open_pay();
    let work = world.work_with(order, 0, &[1, 3, 4, 5], |plan| {
        plan.jobs = vec![&SEEDED, &PIPELINE, &MATRIX, &TALL];
    });
    let batch = world.commit(&work);
    (world, batch, work)
}

/// Whether an answer to a target is taken; what is not, why.
fn answers(target: Target, answer: impl Fn(&Work) -> Answer) -> Result<(), String> {
    let (mut world, batch, work) = committed();
    world.demand(batch, target).unwrap();
    let outcome = world.answer(batch, 1, answer(&work));
    outcome.map(|_| ()).map_err(|error| error.to_string())
}

#[track_caller]
fn yes(target: Target, answer: impl Fn(&Work) -> Answer) {
    answers(target, answer).unwrap_or_else(|error| panic!("{target:?}: {error}"));
}

#[track_caller]
fn no(why: &str, target: Target, answer: impl Fn(&Work) -> Answer) {
    let error = answers(target, answer).expect_err("it is no answer");
    assert!(error.contains(why), "{target:?}: {error}");
}

fn bin(value: &impl Encode) -> Binary {
    value.to_bytes().into()
}

fn receipt(work: &Work, nonce: u64) -> Answer {
    Answer::Receipt {
        receipt: bin(&work.named(nonce)),
    }
}

fn outputs(work: &Work, nonce: u64, operation: u32) -> Answer {
    Answer::Outputs {
        outputs: bin(&work.traced(nonce, operation)),
    }
}

fn element(work: &Work, nonce: u64, operation: u32, row: u32, col: u32) -> Answer {
    let place = Place {
        output: 0,
        row,
        col,
    };
    Answer::Element {
        evidence: bin(&work.evidence(nonce, operation, place)),
    }
}

fn tensor(job: &Job, operation: usize) -> &Committed {
    &job.run.outputs[operation][0]
}

fn leaf(work: &Work, nonce: u64, operation: u32, leaf: u64) -> Answer {
    let job = work.task(nonce).job;
    let tensor = tensor(job, usize::try_from(operation).unwrap());
    Answer::Leaf {
        outputs: bin(&work.traced(nonce, operation)),
        leaf: bin(&tensor.open(leaf..leaf + 1).unwrap()),
    }
}

fn out_of_range(work: &Work, nonce: u64, operation: Option<u32>) -> Answer {
    let program = &work.task(nonce).job.program;
    Answer::OutOfRange {
        receipt: bin(&work.named(nonce)),
        operation: operation.map(|at| bin(&program.prove(at).unwrap())),
    }
}

#[test]
fn receipts() {
    let target = Target::Receipt { nonce: 3 };
    yes(target, |work| receipt(work, 3));
    no("the task is 1: 3 was demanded", target, |work| {
        receipt(work, 1)
    });
    no("the one of the same name", target, |work| {
        outputs(work, 3, 0)
    });
    no("show it", target, |work| out_of_range(work, 3, None));
    let gap = Target::Receipt { nonce: 2 };
    yes(gap, |work| work.unclaimed(2));
    no("the task is 2: 3 was demanded", target, |work| {
        work.unclaimed(2)
    });
    // A receipt that is there cannot be said to be missing.
    no("", target, |work| {
        let mut place = work.receipts.prove_empty(2).unwrap();
        place.nonce = 3;
        Answer::Unclaimed { place: bin(&place) }
    });
    no("", target, |work| Answer::Receipt {
        receipt: bin(&work.named(3)).as_slice()[1..].into(),
    });
}

#[test]
fn a_grant_that_the_receipt_does_not_name_is_none() {
    no("grant", Target::Receipt { nonce: 3 }, |work| {
        let mut named = work.named(3);
        named.grant.lease.attempt = 9;
        Answer::Receipt {
            receipt: bin(&named),
        }
    });
}

#[test]
fn output_roots() {
    for operation in 0..5 {
        let target = Target::Outputs {
            nonce: 3,
            operation,
        };
        yes(target, |work| outputs(work, 3, operation));
    }
    let target = Target::Outputs {
        nonce: 3,
        operation: 2,
    };
    no("the operation is 1: 2 was demanded", target, |work| {
        outputs(work, 3, 1)
    });
    no("the task is 4", target, |work| outputs(work, 4, 0));
    no("trace", target, |work| {
        let mut shown = work.traced(3, 2);
        shown.trace.outputs.0[0].0[0] ^= 1;
        Answer::Outputs {
            outputs: bin(&shown),
        }
    });
    no("show it", target, |work| out_of_range(work, 3, Some(2)));
    no("show it, and that it lacks", target, |work| {
        out_of_range(work, 3, None)
    });
    let beyond = Target::Outputs {
        nonce: 3,
        operation: 5,
    };
    yes(beyond, |work| out_of_range(work, 3, None));
    no("the task is 4: 3 was demanded", beyond, |work| {
        out_of_range(work, 4, None)
    });
}

#[test]
fn elements() {
    let target = |operation, row, col| Target::Element {
        nonce: 3,
        operation,
        output: 0,
        row,
        col,
    };
    for operation in 0..5 {
        yes(target(operation, 1, 2), |work| {
            element(work, 3, operation, 1, 2)
        });
    }
    no("opened row", target(0, 1, 2), |work| {
        element(work, 3, 0, 2, 2)
    });
    no("opened column", target(0, 1, 2), |work| {
        element(work, 3, 0, 1, 1)
    });
    no("demanded operation", target(0, 1, 2), |work| {
        element(work, 3, 1, 1, 2)
    });
    no("demanded task", target(0, 1, 2), |work| {
        element(work, 4, 0, 1, 2)
    });
    // 6 by 10.
    for (row, col) in [(6, 0), (0, 10)] {
        yes(target(0, row, col), |work| out_of_range(work, 3, Some(0)));
        no("it lacks", target(0, row, col), |work| {
            out_of_range(work, 3, None)
        });
    }
    no("show it", target(0, 5, 9), |work| {
        out_of_range(work, 3, Some(0))
    });
    no("the operation is 1", target(0, 6, 0), |work| {
        out_of_range(work, 3, Some(1))
    });
    let output = Target::Element {
        nonce: 3,
        operation: 0,
        output: 1,
        row: 0,
        col: 0,
    };
    yes(output, |work| out_of_range(work, 3, Some(0)));
    no("", output, |work| element(work, 3, 0, 0, 0));
}

#[test]
fn a_wrong_element_answers_nothing_but_its_leaf_does() {
    let mut world = World::new();
    let order = world.open_pay();
    let work = world.work_with(order, 0, &[0], |plan| plan.jobs = vec![&LIE]);
    let batch = world.commit(&work);
    let of_element = Target::Element {
        nonce: 0,
        operation: 0,
        output: 0,
        row: 1,
        col: 1,
    };
    world.demand(batch, of_element).unwrap();
    refused(world.answer(batch, 1, element(&work, 0, 0, 1, 1)), "");
    let of_leaf = Target::Leaf {
        nonce: 0,
        operation: 0,
        output: 0,
        leaf: 1,
    };
    world.demand(batch, of_leaf).unwrap();
    world.answer(batch, 2, leaf(&work, 0, 0, 1)).unwrap();
}

#[test]
fn leaves() {
    let target = |leaf| Target::Leaf {
        nonce: 5,
        operation: 0,
        output: 0,
        leaf,
    };
    // A leaf for each of eleven rows.
    for at in 0..11 {
        yes(target(at), |work| leaf(work, 5, 0, at));
    }
    no("", target(3), |work| leaf(work, 5, 0, 4));
    no("the task is 4", target(3), |work| leaf(work, 4, 0, 0));
    no("", target(3), |work| {
        let Answer::Leaf {
            outputs,
            leaf: opened,
        } = leaf(work, 5, 0, 3)
        else {
            unreachable!()
        };
        let mut opened = opened.to_vec();
        opened[8] ^= 1;
        Answer::Leaf {
            outputs,
            leaf: opened.into(),
        }
    });
    yes(target(11), |work| out_of_range(work, 5, Some(0)));
    yes(target(u64::MAX), |work| out_of_range(work, 5, Some(0)));
    no("", target(u64::MAX), |work| leaf(work, 5, 0, 10));
    no("show it", target(10), |work| out_of_range(work, 5, Some(0)));
}

#[test]
fn unclaimed_answers_any_target() {
    let nonce = 2;
    for target in [
        Target::Receipt { nonce },
        Target::Outputs {
            nonce,
            operation: 0,
        },
        Target::Element {
            nonce,
            operation: 0,
            output: 0,
            row: 0,
            col: 0,
        },
        Target::Leaf {
            nonce,
            operation: 0,
            output: 0,
            leaf: 0,
        },
        Target::Nodes {
            nonce,
            tree: Tree::Trace {},
            level: 0,
            first: 0,
            count: 1,
        },
    ] {
        yes(target, |work| work.unclaimed(2));
    }
}
