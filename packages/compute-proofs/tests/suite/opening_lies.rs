//! Openings of batches that were committed with a lie in them: every link is
//! sound, and what it links to is not.

use compute_proofs::{
    Hash, ProofError,
    hash::{TENSOR, TRACE},
    opening::Opening,
    program::Run,
    receipt::Receipt,
    task::SignedAuthorisation,
    tensor::{Committed, TensorSpec},
};
use exact_kernels::DType;
use test_suite::fixtures::{Job, Settled, authorise, order, sign};

use super::support::{assert_error, drawn, hash};

fn job() -> Job {
    Job::pipeline(21).unwrap()
}

/// The drawn answer of the batch of one pipeline whose receipt is a lie, in
/// operation `operation`, as the chain takes it.
fn answer(operation: u32, lie: impl Fn(&mut Receipt)) -> Result<(), ProofError> {
    answer_with(&Settled::with(vec![job()], lie).unwrap(), operation, |_| ())
}

fn answer_with(
    settled: &Settled,
    operation: u32,
    change: impl Fn(&mut Opening),
) -> Result<(), ProofError> {
    let (beacon, mut opening) = drawn_lie(settled, operation);
    change(&mut opening);
    settled.verify(&beacon, 0, &opening)
}

/// As [`drawn`], for receipts whose nonce is not the job's number.
fn drawn_lie(settled: &Settled, operation: u32) -> ([u8; 32], Opening) {
    let nonce = settled.receipts.prove(0).unwrap().receipt.nonce;
    let nonce = u32::try_from(nonce).unwrap();
    drawn(settled, nonce, operation)
}

/// The same with an authorisation other than the fixture's, which the receipt
/// names.
fn authorised(operation: u32, change: impl Fn(&mut SignedAuthorisation)) -> Result<(), ProofError> {
    let mut signed = job().authorisation(0);
    change(&mut signed);
    let name = |receipt: &mut Receipt| receipt.authorisation = signed.hash(&order());
    let settled = Settled::with(vec![job()], name).unwrap();
    answer_with(&settled, operation, |x| x.evidence.authorisation = signed)
}

#[test]
fn a_batch_without_a_lie_passes() {
    for operation in 0..5 {
        assert_eq!(answer(operation, |_| ()), Ok(()));
        assert_eq!(authorised(operation, |_| ()), Ok(()));
    }
}

#[test]
fn a_receipt_states_the_authorised_nonce() {
    let refused = answer(1, |receipt| receipt.nonce = 9);
    assert_error!(
        refused,
        ProofError::Mismatch {
            what: "nonce of the receipt",
            expected: 0,
            actual: 9
        }
    );
}

#[test]
fn a_receipt_states_the_programs_cost() {
    let cost = job().run.header.cost;
    for (actual, lie) in [
        (cost + 1, (|x| x.ops += 1) as fn(&mut Receipt)),
        (cost - 1, |x| x.ops -= 1),
        (cost * 2, |x| x.ops *= 2),
    ] {
        let settled = Settled::with(vec![job()], lie).unwrap();
        let answers = (0..200).map(super::support::beacon).filter_map(|beacon| {
            let opening = settled.answer(&beacon, 0).ok()?;
            Some(settled.verify(&beacon, 0, &opening))
        });
        let answers: Vec<_> = answers.collect();
        assert!(
            answers.len() > 50,
            "half of the doubled batch can be answered at all"
        );
        for refused in answers {
            assert_error!(
                refused,
                ProofError::Mismatch { what: "ops of the receipt", expected, actual: found }
                    if expected == cost && found == actual
            );
        }
    }
}

#[test]
fn a_task_costs_no_more_than_was_authorised() {
    let cost = job().run.header.cost;
    let with = |max_ops| {
        authorised(1, move |signed| {
            let mut authorisation = signed.authorisation;
            authorisation.max_ops = max_ops;
            *signed = authorise(authorisation);
        })
    };
    assert_eq!(with(cost), Ok(()));
    assert_eq!(with(u128::MAX), Ok(()));
    for max in [0, cost - 1] {
        assert_error!(
            with(max),
            ProofError::OutOfRange { what: "ops of the receipt", max: found, .. } if found == max
        );
    }
}

#[test]
fn an_authorisation_is_signed_by_the_authoriser() {
    let message = job().authorisation(0).authorisation.message(&order());
    for signature in [
        [0; 64],
        [0xff; 64],
        sign(2, &message),
        sign(1, b"something else"),
    ] {
        let refused = authorised(1, |signed| signed.signature = signature);
        assert_error!(
            refused,
            ProofError::BadSignature {
                what: "authorisation"
            }
        );
    }
}

#[test]
fn an_authorisation_is_for_this_program_and_input() {
    let other_program = Job::pipeline(22).unwrap().run.header.hash();
    let refused = authorised(1, |signed| {
        let program = other_program;
        *signed = authorise(compute_proofs::task::Authorisation {
            program,
            ..signed.authorisation
        });
    });
    assert_error!(refused, ProofError::RootMismatch { what: "program", actual, .. } if actual == job().run.header.hash());
    let other_input = |operation| {
        authorised(operation, |signed| {
            let input_root = hash(1);
            *signed = authorise(compute_proofs::task::Authorisation {
                input_root,
                ..signed.authorisation
            });
        })
    };
    for operation in [0, 1] {
        let refused = other_input(operation);
        assert_error!(refused, ProofError::RootMismatch { what: "task input", expected, .. } if expected == hash(1));
    }
    // An operation that reads no input cannot tell.
    assert_eq!(other_input(2), Ok(()));
}

#[test]
fn a_receipt_names_the_authorisation_that_is_shown() {
    let refused = answer(1, |receipt| receipt.authorisation = Hash::ZERO);
    assert_error!(
        refused,
        ProofError::RootMismatch {
            what: "authorisation",
            ..
        }
    );
    // Not the hash of the message alone, in whatever domain.
    let message = job().authorisation(0).authorisation.message(&order());
    let unsigned = compute_proofs::hash::AUTHORISATION.hash(&[&message]);
    let refused = answer(1, |receipt| receipt.authorisation = unsigned);
    assert_error!(
        refused,
        ProofError::RootMismatch {
            what: "authorisation",
            ..
        }
    );
}

#[test]
fn the_result_is_the_last_operations() {
    for lie in [Hash::ZERO, hash(1), job().run.outputs[3][0].root()] {
        let refused = answer(4, |receipt| receipt.output_root = lie);
        assert_error!(refused, ProofError::RootMismatch { what: "result", expected, .. } if expected == lie);
    }
    // Only the last operation shows it; the others leave it to a fraud proof.
    assert_eq!(
        answer(3, |receipt| receipt.output_root = Hash::ZERO),
        Ok(())
    );
}

#[test]
fn a_trace_root_is_a_seal_of_its_own_domain() {
    // The tree's top, unsealed; the same bytes sealed as a tensor; another count.
    let roots: Vec<_> = job()
        .run
        .outputs
        .iter()
        .map(|outputs| outputs[0].root())
        .collect();
    let leaves: Vec<_> = (0u32..)
        .zip(&roots)
        .map(|(at, root)| {
            let message = [&at.to_le_bytes()[..], &1u32.to_le_bytes(), &root.0].concat();
            super::slow::derive(compute_proofs::hash::TRACE_LEAF, &message)
        })
        .collect();
    let top = super::slow::top(&leaves);
    let sealed = [5, 4, 6].map(|count: u32| TRACE.hash(&[&count.to_le_bytes(), &top.0]));
    assert_eq!(sealed[0], job().run.trace.root(), "the definition");
    let as_tensor = TENSOR.hash(&[&5u32.to_le_bytes(), &top.0]);
    for lie in [Hash::ZERO, top, as_tensor, sealed[1], sealed[2]] {
        for operation in 0..5 {
            let refused = answer(operation, |receipt| receipt.trace_root = lie);
            assert_error!(refused, ProofError::RootMismatch { what: "trace", expected, .. } if expected == lie);
        }
    }
}

#[test]
fn a_wrong_element_fails_when_it_is_drawn() {
    for (operation, size) in [(0, 1), (1, 4), (2, 4), (3, 4), (4, 1)] {
        let honest = job();
        let bytes = honest.run.outputs[operation][0].bytes().len();
        let mut all = honest.clone();
        for element in 0..bytes / size {
            all = all.corrupt(operation, element * size).unwrap();
        }
        let settled = Settled::new(vec![all]).unwrap();
        let number = u32::try_from(operation).unwrap();
        let refused = answer_with(&settled, number, |_| ());
        assert_error!(
            refused,
            ProofError::WrongElement { operation: at, committed, recomputed, .. }
                if at == number && committed == recomputed ^ 1
        );
    }
}

#[test]
fn zeros_fail_and_so_does_what_follows_from_them() {
    // Operation 1 skipped; what comes later was computed from the right values.
    let honest = job();
    let mut outputs = honest.run.outputs.clone();
    let spec = *outputs[1][0].spec();
    outputs[1][0] = Committed::new(spec, vec![0; outputs[1][0].bytes().len()]).unwrap();
    let run = Run::new(honest.run.header, outputs).unwrap();
    let settled = Settled::new(vec![Job { run, ..honest }]).unwrap();
    for operation in [1, 2] {
        let refused = answer_with(&settled, operation, |_| ());
        assert_error!(refused, ProofError::WrongElement { .. });
    }
    for operation in [0, 3, 4] {
        assert_eq!(answer_with(&settled, operation, |_| ()), Ok(()));
    }
}

#[test]
fn an_output_of_another_shape_or_type_fails() {
    for (dtype, rows, cols) in [(DType::I32, 12, 3), (DType::U8, 6, 24), (DType::I8, 36, 4)] {
        let honest = job();
        let mut outputs = honest.run.outputs.clone();
        let spec = TensorSpec::new(dtype, rows, cols).unwrap();
        outputs[2][0] = Committed::new(spec, outputs[2][0].bytes().to_vec()).unwrap();
        let run = Run::new(honest.run.header, outputs).unwrap();
        let settled = Settled::new(vec![Job { run, ..honest }]).unwrap();
        // Answered by a worker that opens the leaf with the declared spec's place.
        let honest = Settled::new(vec![job()]).unwrap();
        let (beacon, mut opening) = (0..2000)
            .map(super::support::beacon)
            .find_map(|beacon| {
                let opening = settled.answer(&beacon, 0).ok()?;
                (opening.evidence.operation.index == 2).then_some((beacon, opening))
            })
            .unwrap();
        assert!(settled.verify(&beacon, 0, &opening).is_err());
        // Even with the honest leaf: it leads to the declared tensor's root.
        let place = opening.evidence.place;
        opening.evidence.leaf = honest.evidence(0, 2, place).unwrap().leaf;
        let refused = settled.verify(&beacon, 0, &opening);
        assert_error!(
            refused,
            ProofError::RootMismatch {
                what: "output tensor",
                ..
            }
        );
    }
}
