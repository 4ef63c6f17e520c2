//! Openings of batches that were committed with a lie in them: every link is
//! sound, and what it links to is not.

use compute_proofs::{
    Hash,
    ProofError::{self, BadSignature, Mismatch, OutOfRange, RootMismatch, WrongElement},
    crypto::Host,
    hash::{GRANT, TENSOR, TRACE, TRACE_LEAF},
    program::Run,
    receipt::Receipt,
    task::Grant,
    tensor::{Committed, TensorSpec},
};
use exact_kernels::DType;
use test_suite::fixtures::{AUTHORISER, COMMIT_BY, COORDINATOR, Job, WORKER, grant, order, sign};

use super::{
    slow,
    solo::Solo,
    support::{NO_ANSWER, NoHost, assert_error, beacon, hash, index},
};

fn job() -> Job {
    Job::pipeline(21).unwrap()
}

/// The chain's answer where the receipt is a lie.
fn lied(operation: u32, lie: impl Fn(&mut Receipt)) -> Result<(), ProofError> {
    Solo::with(job(), |_| (), lie).opening(operation)
}

/// The chain's answer where the grant is not what it should be.
fn granted(operation: u32, change: impl Fn(&mut Grant)) -> Result<(), ProofError> {
    Solo::with(job(), change, |_| ()).opening(operation)
}

/// As [`granted`], signed by the right keys.
fn well_signed(operation: u32, change: impl Fn(&mut Grant)) -> Result<(), ProofError> {
    granted(operation, |given| {
        change(given);
        *given = grant(given.authorisation, given.lease);
    })
}

#[test]
fn a_batch_without_a_lie_passes() {
    for operation in 0..5 {
        assert_eq!(Solo::honest(job()).opening(operation), Ok(()));
        assert_eq!(well_signed(operation, |_| ()), Ok(()));
    }
}

#[test]
fn a_receipt_is_of_the_granted_task() {
    let refused = lied(1, |receipt| receipt.nonce = 9);
    assert_error!(
        refused,
        Mismatch {
            what: "nonce of the receipt",
            expected: 100,
            actual: 9
        }
    );
    let refused = well_signed(1, |x| x.lease.nonce = 9);
    assert_error!(
        refused,
        Mismatch {
            what: "nonce of the lease",
            expected: 100,
            actual: 9
        }
    );
}

#[test]
fn a_receipt_states_the_programs_cost() {
    let cost = job().run.header.cost;
    type Lie = fn(&mut Receipt);
    let lies: [(u128, Lie); 3] = [
        (cost + 1, |x| x.ops += 1),
        (cost - 1, |x| x.ops -= 1),
        (cost * 2, |x| x.ops *= 2),
    ];
    for (stated, lie) in lies {
        let solo = Solo::with(job(), |_| (), lie);
        let mut answered = 0;
        // Of a doubled receipt, half of all draws cannot be answered at all.
        for beacon in (0..100).map(beacon) {
            if let Some(evidence) = solo.answer(&beacon) {
                let refused = solo.verify(&Host, &beacon, &evidence);
                assert_error!(
                    refused,
                    Mismatch { what: "ops of the receipt", expected, actual }
                        if expected == cost && actual == stated
                );
                answered += 1;
            }
        }
        assert!(answered > 25);
    }
}

#[test]
fn a_task_costs_no_more_than_was_authorised() {
    let cost = job().run.header.cost;
    let with = |max| well_signed(1, move |x| x.authorisation.max_ops = max);
    assert_eq!(with(cost), Ok(()));
    assert_eq!(with(u128::MAX), Ok(()));
    for max in [0, cost - 1] {
        assert_error!(
            with(max),
            OutOfRange { what: "ops of the receipt", max: found, .. } if found == max
        );
    }
}

#[test]
fn a_batch_is_committed_before_its_authorisations_expire() {
    let with = |expires| well_signed(1, move |x| x.authorisation.expires = expires);
    assert_eq!(with(COMMIT_BY), Ok(()));
    assert_eq!(with(u64::MAX), Ok(()));
    for expires in [0, COMMIT_BY - 1] {
        assert_error!(
            with(expires),
            OutOfRange { what: "expiry of the authorisation", min, .. }
                if min == u128::from(COMMIT_BY)
        );
    }
}

#[test]
fn a_grant_is_signed_by_authoriser_and_coordinator() {
    let given = Solo::honest(job()).grant;
    let authorisation = given.authorisation.message(&order());
    let wrong = [
        [0; 64],
        [0xff; 64],
        sign(COORDINATOR, &authorisation),
        sign(AUTHORISER, b"x"),
    ];
    for signature in wrong {
        let refused = granted(1, |x| x.authorisation_signature = signature);
        assert_error!(
            refused,
            BadSignature {
                what: "authorisation"
            }
        );
    }
    let lease = given.lease.message(&order(), WORKER);
    let for_another = sign(COORDINATOR, &given.lease.message(&order(), "wasm1other"));
    for signature in [[0; 64], [0xff; 64], sign(AUTHORISER, &lease), for_another] {
        let refused = granted(1, |x| x.lease_signature = signature);
        assert_error!(refused, BadSignature { what: "lease" });
    }
    let no_answer = Solo::honest(job()).opening_with(&NoHost, 1);
    assert_eq!(no_answer, Err(NO_ANSWER));
}

#[test]
fn an_authorisation_is_for_this_program_and_input() {
    let other_program = Job::pipeline(22).unwrap().run.header.hash();
    let refused = well_signed(1, |x| x.authorisation.program = other_program);
    assert_error!(
        refused,
        RootMismatch { what: "program", actual, .. } if actual == job().run.header.hash()
    );
    let other_input = |operation| well_signed(operation, |x| x.authorisation.input_root = hash(1));
    for operation in [0, 1] {
        let refused = other_input(operation);
        assert_error!(
            refused,
            RootMismatch { what: "task input", expected, .. } if expected == hash(1)
        );
    }
    // An operation that reads no input cannot tell.
    assert_eq!(other_input(2), Ok(()));
}

#[test]
fn a_receipt_names_the_grant_that_is_shown() {
    let given = Solo::honest(job()).grant;
    let unsigned = GRANT.hash(&[
        &given.authorisation.message(&order()),
        &given.lease.message(&order(), WORKER),
    ]);
    let of_another = given.hash(&order(), "wasm1other");
    for lie in [Hash::ZERO, unsigned, of_another] {
        let refused = lied(1, |receipt| receipt.grant = lie);
        assert_error!(refused, RootMismatch { what: "grant", expected, .. } if expected == lie);
    }
}

#[test]
fn the_result_is_the_last_operations() {
    for lie in [Hash::ZERO, hash(1), job().run.outputs[3][0].root()] {
        let refused = lied(4, |receipt| receipt.output_root = lie);
        assert_error!(refused, RootMismatch { what: "result", expected, .. } if expected == lie);
    }
    // Only the last operation shows it; the others leave it to a fraud proof.
    assert_eq!(lied(3, |receipt| receipt.output_root = Hash::ZERO), Ok(()));
}

#[test]
fn a_trace_root_is_a_seal_of_its_own_domain() {
    // The tree's top, unsealed; the same bytes sealed as a tensor; another count.
    let outputs = job().run.outputs;
    let leaves: Vec<_> = (0u32..)
        .zip(&outputs)
        .map(|(at, outputs)| {
            let root = outputs[0].root();
            let message = [&at.to_le_bytes()[..], &1u32.to_le_bytes(), &root.0].concat();
            slow::derive(TRACE_LEAF, &message)
        })
        .collect();
    let top = slow::top(&leaves);
    let sealed = [5, 4, 6].map(|count: u32| TRACE.hash(&[&count.to_le_bytes(), &top.0]));
    assert_eq!(sealed[0], job().run.trace.root(), "the definition");
    let as_tensor = TENSOR.hash(&[&5u32.to_le_bytes(), &top.0]);
    for lie in [Hash::ZERO, top, as_tensor, sealed[1], sealed[2]] {
        for operation in 0..5 {
            let refused = lied(operation, |receipt| receipt.trace_root = lie);
            assert_error!(refused, RootMismatch { what: "trace", expected, .. } if expected == lie);
        }
    }
}

/// The chain's answer where one operation's output is another.
fn committed(operation: u32, at: usize, output: &Committed) -> Result<(), ProofError> {
    let honest = job();
    let mut outputs = honest.run.outputs.clone();
    outputs[at][0] = output.clone();
    let run = Run::new(honest.run.header, outputs).unwrap();
    Solo::honest(Job { run, ..honest }).opening(operation)
}

#[test]
fn a_wrong_element_fails_when_it_is_drawn() {
    for (operation, size) in [(0, 1), (1, 4), (2, 4), (3, 4), (4, 1)] {
        let honest = &job().run.outputs[index(operation)][0];
        let mut bytes = honest.bytes().to_vec();
        bytes.chunks_mut(size).for_each(|element| element[0] ^= 1);
        let wrong = Committed::new(*honest.spec(), bytes).unwrap();
        assert_error!(
            committed(operation, index(operation), &wrong),
            WrongElement { operation: at, committed, recomputed, .. }
                if at == operation && committed == recomputed ^ 1
        );
    }
}

#[test]
fn zeros_fail_and_so_does_what_follows_from_them() {
    // Operation 1 skipped; what comes later was computed from the right values.
    let honest = &job().run.outputs[1][0];
    let zeros = Committed::new(*honest.spec(), vec![0; honest.bytes().len()]).unwrap();
    for operation in [1, 2] {
        assert_error!(committed(operation, 1, &zeros), WrongElement { .. });
    }
    for operation in [0, 3, 4] {
        assert_eq!(committed(operation, 1, &zeros), Ok(()));
    }
}

#[test]
fn an_output_of_another_type_or_shape_fails() {
    let bytes = job().run.outputs[2][0].bytes().to_vec();
    for (dtype, rows, cols) in [(DType::U8, 6, 24), (DType::I8, 6, 24)] {
        let spec = TensorSpec::new(dtype, rows, cols).unwrap();
        let other = Committed::new(spec, bytes.clone()).unwrap();
        // The same leaves under another seal.
        let refused = committed(2, 2, &other);
        assert_error!(
            refused,
            RootMismatch {
                what: "output tensor",
                ..
            }
        );
        // And whoever reads it cannot open it either.
        let refused = committed(3, 2, &other);
        assert_error!(
            refused,
            RootMismatch {
                what: "input tensor",
                ..
            }
        );
    }
}
