//! Framing: nothing that others make up later proves anything against an honest
//! worker.

use compute_proofs::{
    Hash, ProofError,
    crypto::Host,
    opening::{
        BatchContext, FraudProof, NamedReceipt, OpenedInput, Place, TraceEvidence, verify_fraud,
        verify_repeated,
    },
    receipt::{ReceiptProof, Receipts},
    task::{Authorisation, OrderContext},
};
use test_suite::fixtures::{Job, Settled, authorise, order, sign};

use super::support::{assert_error, authorisation, hash, named, settled, trace_evidence};

fn about_receipt(settled: &Settled, proof: NamedReceipt) -> Result<(), ProofError> {
    settled
        .verify_fraud(0, &FraudProof::Receipt(proof))
        .map(drop)
}

#[test]
fn a_second_authorisation_for_the_task_proves_nothing() {
    let settled = settled();
    let first = authorisation(&settled, 0);
    // Signed by the app itself, later: another maximum, program, input, sum.
    let changes: [fn(&mut Authorisation); 7] = [
        |x| x.max_ops = 0,
        |x| x.max_ops -= 1,
        |x| x.program = hash(1),
        |x| x.input_root = hash(1),
        |x| x.cum_ops = 0,
        |x| x.expires = 0,
        |x| x.nonce += 1,
    ];
    for change in changes {
        let mut second = first.authorisation;
        change(&mut second);
        let authorisation = authorise(second);
        assert_eq!(authorisation.verify(&Host, &order()), Ok(()));
        let proof = NamedReceipt {
            authorisation,
            ..named(&settled, 0)
        };
        let answer = about_receipt(&settled, proof.clone());
        assert_error!(
            answer,
            ProofError::RootMismatch {
                what: "authorisation",
                ..
            }
        );
        let evidence = TraceEvidence {
            named: proof,
            ..trace_evidence(&settled, 0, 4)
        };
        for proof in [
            FraudProof::Result(evidence.clone()),
            FraudProof::OutputCount(evidence),
        ] {
            let answer = settled.verify_fraud(0, &proof);
            assert_error!(
                answer,
                ProofError::RootMismatch {
                    what: "authorisation",
                    ..
                }
            );
        }
    }
}

#[test]
fn a_bad_signature_shown_later_proves_nothing() {
    let settled = settled();
    let honest = authorisation(&settled, 0);
    let message = honest.authorisation.message(&order());
    for signature in [[0; 64], [0xff; 64], sign(2, &message), sign(1, b"other")] {
        let mut proof = named(&settled, 0);
        proof.authorisation.signature = signature;
        let answer = about_receipt(&settled, proof);
        assert_error!(
            answer,
            ProofError::RootMismatch {
                what: "authorisation",
                ..
            }
        );
    }
}

#[test]
fn evidence_for_another_program_proves_nothing() {
    let settled = settled();
    let place = Place {
        output: 0,
        row: 0,
        col: 0,
    };
    // Each job's evidence under each other job's header.
    for job in 0..5 {
        for other in (0..5u64).filter(|&other| other != u64::from(job)) {
            let element = FraudProof::Element(settled.evidence(job, 0, place).unwrap());
            let receipt = FraudProof::Receipt(named(&settled, job));
            let count = FraudProof::OutputCount(trace_evidence(&settled, job, 0));
            for proof in [element, receipt, count] {
                let answer = settled.verify_fraud(other, &proof);
                assert_error!(
                    answer,
                    ProofError::RootMismatch {
                        what: "program",
                        ..
                    }
                );
            }
        }
    }
}

#[test]
fn other_operands_prove_nothing() {
    // The right value follows from the committed inputs, not from others of the
    // same shape, however well proven under their own roots.
    let (honest, other) = (Job::pipeline(41).unwrap(), Job::pipeline(42).unwrap());
    let settled = Settled::new(vec![honest]).unwrap();
    let others = Settled::new(vec![other]).unwrap();
    for operation in 0..5 {
        for col in 0..6 {
            let place = Place {
                output: 0,
                row: 1,
                col,
            };
            let foreign = others.evidence(0, operation, place).unwrap();
            for input in 0..foreign.inputs.len() {
                let mut evidence = settled.evidence(0, operation, place).unwrap();
                evidence.inputs[input] = foreign.inputs[input].clone();
                let answer = settled.verify_fraud(0, &FraudProof::Element(evidence));
                assert_error!(answer, ProofError::RootMismatch { .. });
            }
            let mut evidence = settled.evidence(0, operation, place).unwrap();
            evidence.leaf = foreign.leaf.clone();
            let answer = settled.verify_fraud(0, &FraudProof::Element(evidence));
            assert_error!(
                answer,
                ProofError::RootMismatch {
                    what: "output tensor",
                    ..
                }
            );
            let mut evidence = settled.evidence(0, operation, place).unwrap();
            evidence.slots = others.jobs[0].record(0).slots();
            let answer = settled.verify_fraud(0, &FraudProof::Element(evidence));
            assert_error!(
                answer,
                ProofError::RootMismatch {
                    what: "task input",
                    ..
                } | ProofError::Mismatch {
                    what: "input slots",
                    ..
                }
            );
        }
    }
}

#[test]
fn a_seed_that_nobody_authorised_proves_nothing() {
    let settled = Settled::new(vec![Job::seeded(1, 3, 3, 30).unwrap()]).unwrap();
    let place = Place {
        output: 0,
        row: 1,
        col: 2,
    };
    let evidence = settled.evidence(0, 0, place).unwrap();
    for inputs in [[0, 1], [1, 0]] {
        let mut other = evidence.clone();
        other.inputs[inputs[0]] = OpenedInput::Seed([3; 32]);
        let answer = settled.verify_fraud(0, &FraudProof::Element(other));
        assert_error!(answer, ProofError::RootMismatch { what: "seed", .. });
    }
    let mut other = evidence;
    other.slots = vec![compute_proofs::task::slot_root_of_seed(&[3; 32])];
    other.inputs = vec![OpenedInput::Seed([3; 32]); 2];
    let answer = settled.verify_fraud(0, &FraudProof::Element(other));
    assert_error!(
        answer,
        ProofError::RootMismatch {
            what: "task input",
            ..
        }
    );
}

#[test]
fn proofs_are_about_one_batch_of_one_order() {
    let settled = settled();
    let header = &settled.jobs[0].run.header;
    let proof = FraudProof::Receipt(named(&settled, 0));
    let check = |context: &BatchContext<'_>| verify_fraud(&Host, context, header, &proof);
    let context = settled.context();
    assert_eq!(check(&context), Err(ProofError::NoFraud));
    let mut other = context;
    other.batch.root.0[0] ^= 1;
    assert_error!(
        check(&other),
        ProofError::RootMismatch { what: "batch", .. }
    );
    let mut other = context;
    other.batch.ops += 1;
    assert_error!(
        check(&other),
        ProofError::Mismatch {
            what: "ops of a batch",
            ..
        }
    );
    // The receipt names the authorisation as of its own order.
    let orders = [
        OrderContext {
            order: 8,
            ..order()
        },
        OrderContext {
            market: "wasm1other",
            ..order()
        },
        OrderContext {
            chain_id: "ballast-test-2",
            ..order()
        },
    ];
    for order in orders {
        let other = BatchContext { order, ..context };
        assert_error!(
            check(&other),
            ProofError::RootMismatch {
                what: "authorisation",
                ..
            }
        );
    }
}

fn batch_of(
    receipts: Vec<compute_proofs::receipt::Receipt>,
) -> (BatchContext<'static>, ReceiptProof) {
    let receipts = Receipts::new(receipts).unwrap();
    let settled = settled();
    let context = BatchContext {
        batch: receipts.batch(),
        ..settled.context()
    };
    (context, receipts.prove(0).unwrap())
}

#[test]
fn two_workers_or_orders_with_one_nonce_are_no_repetition() {
    let job = Job::matrix(1, 2, 2, 2).unwrap();
    let (first, first_proof) = batch_of(vec![job.receipt(1, 10)]);
    let (second, second_proof) = batch_of(vec![job.receipt(1, 11)]);
    let check = |second: &BatchContext<'_>| {
        verify_repeated((&first, &first_proof), (second, &second_proof))
    };
    assert!(check(&second).is_ok(), "one worker, one order");
    let other_worker = BatchContext {
        worker: "wasm1other",
        ..second
    };
    let other_order = BatchContext {
        order: OrderContext {
            order: 8,
            ..order()
        },
        ..second
    };
    for other in [other_worker, other_order] {
        assert_error!(check(&other), ProofError::Missing { .. });
    }
}

#[test]
fn repetition_needs_both_receipts_in_their_batches() {
    let job = Job::matrix(1, 2, 2, 2).unwrap();
    let (first, first_proof) = batch_of(vec![job.receipt(1, 10)]);
    let (second, second_proof) = batch_of(vec![job.receipt(2, 11)]);
    // The second receipt's nonce made the first one's.
    let mut forged = second_proof.clone();
    forged.receipt.nonce = 1;
    for pair in [
        ((&first, &first_proof), (&second, &forged)),
        ((&second, &forged), (&first, &first_proof)),
    ] {
        let answer = verify_repeated(pair.0, pair.1);
        assert_error!(answer, ProofError::RootMismatch { what: "batch", .. });
    }
    // The first receipt shown in the second batch.
    let answer = verify_repeated((&first, &first_proof), (&second, &first_proof));
    assert_error!(
        answer,
        ProofError::OutOfRange { .. } | ProofError::RootMismatch { .. }
    );
    // A batch that says of its lanes what the tree does not.
    let moved = BatchContext {
        batch: compute_proofs::receipt::Batch {
            first_lane: 9,
            receipts: 2,
            ..first.batch
        },
        ..first
    };
    let answer = verify_repeated((&first, &first_proof), (&moved, &first_proof));
    assert_error!(answer, ProofError::WrongCount { .. });
    assert_ne!(first.batch.root, Hash::ZERO);
}
