//! Wrong results are found; right ones are not.

mod common;

use audit::{Delivered, Finding, check};
use common::{delivered, work};
use compute_proofs::{Hash, receipt::Receipt};
use test_suite::{fixtures::Job, market::Work};
use worker::{
    cpu::CpuBackend,
    task::{SlotInput, Tensor},
};

fn found(work: &Work, delivered: &Delivered) -> Finding {
    let context = work.signed.context();
    check(&mut CpuBackend::default(), &context, delivered, &[9; 32]).unwrap()
}

/// Honest, wrong in one byte, honest.
fn jobs(seeded: bool) -> Vec<Job> {
    let job = |seed| {
        if seeded {
            Job::seeded(seed, 24, 20, 96).unwrap()
        } else {
            Job::matrix(seed, 24, 20, 96).unwrap()
        }
    };
    vec![job(1), job(2).corrupt(0, 4 * 25).unwrap(), job(3)]
}

#[test]
fn a_wrong_element_is_found_whatever_the_operands_are() {
    for seeded in [true, false] {
        let work = work(jobs(seeded), &[3, 4, 8], None);
        assert_eq!(found(&work, &delivered(&work, 3)), Finding::Right);
        let finding = found(&work, &delivered(&work, 4));
        let Finding::Element { place, .. } = finding else {
            panic!("{finding:?}");
        };
        assert_eq!((place.row, place.col), (1, 5));
    }
}

#[test]
fn ops_that_the_program_does_not_cost_are_found() {
    let padded = |receipt: &mut Receipt| receipt.ops += 1;
    let work = work(jobs(true), &[0, 1, 2], Some(padded));
    let finding = found(&work, &delivered(&work, 0));
    assert!(matches!(finding, Finding::Receipt(_)), "{finding:?}");
}

#[test]
fn what_does_not_fit_together_has_a_name() {
    let work = work(jobs(true), &[0, 1, 2], None);
    let mut other_bytes = delivered(&work, 0);
    let mut bytes = other_bytes.output.bytes().to_vec();
    bytes[0] ^= 1;
    other_bytes.output = Tensor::new(other_bytes.output.spec(), bytes).unwrap();
    let mut other_trace = delivered(&work, 0);
    other_trace.receipt.trace_root = Hash::ZERO;
    let mut other_grant = delivered(&work, 0);
    other_grant.receipt.grant = Hash::ZERO;
    assert!(matches!(
        [other_bytes, other_trace, other_grant].map(|case| found(&work, &case)),
        [
            Finding::NotAsCommitted { .. },
            Finding::Trace { .. },
            Finding::OtherGrant { .. }
        ]
    ));
}

#[test]
fn a_long_program_is_checked_inside_too() {
    let honest = work(vec![Job::pipeline(4).unwrap()], &[0], None);
    assert_eq!(found(&honest, &delivered(&honest, 0)), Finding::Right);
    // In all but the last operation the end is right, and is said to follow from what is
    // wrong.
    for operation in 0..5 {
        let job = Job::pipeline(4).unwrap().corrupt(operation, 0).unwrap();
        let wrong = work(vec![job], &[0], None);
        assert_eq!(found(&wrong, &delivered(&wrong, 0)), Finding::Inside);
    }
}

#[test]
fn a_task_that_is_not_the_authorised_one_is_refused() {
    let work = work(jobs(true), &[0, 1, 2], None);
    let refused = |delivered: &Delivered| {
        let context = work.signed.context();
        let checked = check(&mut CpuBackend::default(), &context, delivered, &[9; 32]);
        checked.unwrap_err().to_string()
    };
    let mut program = delivered(&work, 0);
    program.program = Job::seeded_program(24, 20, 97).unwrap();
    assert!(refused(&program).contains("program"));
    // A coordinator that swaps the operands could have any result called right.
    let mut input = delivered(&work, 0);
    input.inputs = vec![SlotInput::Seed([1; 32])];
    assert!(refused(&input).contains("task input"));
    let mut forged = delivered(&work, 0);
    forged.grant.authorisation_signature[0] ^= 1;
    assert!(refused(&forged).contains("signature"));
}
