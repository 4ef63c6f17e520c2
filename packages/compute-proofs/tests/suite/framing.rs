//! Framing: nothing that others make up later proves anything against an honest
//! worker.

use compute_proofs::{
    ProofError::{self, Mismatch, RootMismatch},
    crypto::Host,
    opening::{
        BatchContext, FraudProof, NamedReceipt, OpenedInput, Place, TraceEvidence, verify_fraud,
    },
    task::{Grant, OrderContext},
};
use test_suite::fixtures::{AUTHORISER, COORDINATOR, Job, Settled, WORKER, grant, order, sign};

use super::support::{assert_error, grant_of, hash, index, named, settled, trace_evidence};

/// What every proof about task 0 answers that shows this grant for its own.
fn assert_not_its_grant(settled: &Settled, grant: Grant) {
    let receipt = named(settled, 0).receipt;
    let named = NamedReceipt { receipt, grant };
    let traced = |operation| TraceEvidence {
        named: named.clone(),
        ..trace_evidence(settled, 0, operation)
    };
    let place = Place {
        output: 0,
        row: 0,
        col: 0,
    };
    let mut element = settled.evidence(0, 0, place).unwrap();
    element.grant = grant;
    for proof in [
        FraudProof::Element(element),
        FraudProof::Receipt(named.clone()),
        FraudProof::Result(traced(4)),
        FraudProof::OutputCount(traced(0)),
    ] {
        let answer = settled.verify_fraud(&proof);
        assert_error!(answer, RootMismatch { what: "grant", .. });
    }
}

#[test]
fn a_second_grant_for_the_task_proves_nothing() {
    let settled = settled();
    // Signed by the app and the coordinator themselves, later.
    let changes: [fn(&mut Grant); 10] = [
        |x| x.authorisation.max_ops = 0,
        |x| x.authorisation.max_ops -= 1,
        |x| x.authorisation.program = hash(1),
        |x| x.authorisation.input_root = hash(1),
        |x| x.authorisation.cum_ops = 0,
        |x| x.authorisation.expires = 0,
        |x| x.authorisation.nonce += 1,
        |x| x.lease.nonce += 1,
        |x| x.lease.attempt += 1,
        |x| x.lease.until = 0,
    ];
    for change in changes {
        let mut second = grant_of(&settled, 0);
        change(&mut second);
        let second = grant(second.authorisation, second.lease);
        let nonces = (second.authorisation.nonce, second.lease.nonce);
        assert_eq!(
            second.verify(&Host, &order(), WORKER).is_ok(),
            nonces.0 == nonces.1
        );
        assert_not_its_grant(&settled, second);
    }
}

#[test]
fn a_bad_signature_shown_later_proves_nothing() {
    let settled = settled();
    let honest = grant_of(&settled, 0);
    let message = honest.authorisation.message(&order());
    for signature in [
        [0; 64],
        [0xff; 64],
        sign(COORDINATOR, &message),
        sign(AUTHORISER, b"x"),
    ] {
        let authorised = Grant {
            authorisation_signature: signature,
            ..honest
        };
        assert_not_its_grant(&settled, authorised);
        let leased = Grant {
            lease_signature: signature,
            ..honest
        };
        assert_not_its_grant(&settled, leased);
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
    let context = settled.context();
    for job in 0..5 {
        for other in (0..5).filter(|&other| other != job) {
            let header = &settled.jobs[index(other)].run.header;
            let element = FraudProof::Element(settled.evidence(job, 0, place).unwrap());
            let receipt = FraudProof::Receipt(named(&settled, job));
            let count = FraudProof::OutputCount(trace_evidence(&settled, job, 0));
            for proof in [element, receipt, count] {
                let answer = verify_fraud(&Host, &context, Some(header), &proof);
                assert_error!(
                    answer,
                    RootMismatch {
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
                let answer = settled.verify_fraud(&FraudProof::Element(evidence));
                assert_error!(answer, RootMismatch { .. });
            }
            let mut evidence = settled.evidence(0, operation, place).unwrap();
            evidence.leaf = foreign.leaf.clone();
            let answer = settled.verify_fraud(&FraudProof::Element(evidence));
            assert_error!(
                answer,
                RootMismatch {
                    what: "output tensor",
                    ..
                }
            );
            let mut evidence = settled.evidence(0, operation, place).unwrap();
            evidence.slots = others.jobs[0].record(Settled::nonce(0)).slots();
            let answer = settled.verify_fraud(&FraudProof::Element(evidence));
            assert_error!(
                answer,
                RootMismatch {
                    what: "task input",
                    ..
                } | Mismatch {
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
        let answer = settled.verify_fraud(&FraudProof::Element(other));
        assert_error!(answer, RootMismatch { what: "seed", .. });
    }
    let mut other = evidence;
    other.slots = vec![compute_proofs::task::slot_root_of_seed(&[3; 32])];
    other.inputs = vec![OpenedInput::Seed([3; 32]); 2];
    let answer = settled.verify_fraud(&FraudProof::Element(other));
    assert_error!(
        answer,
        RootMismatch {
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
    let check = |context: &BatchContext<'_>| verify_fraud(&Host, context, Some(header), &proof);
    let context = settled.context();
    assert_eq!(check(&context), Err(ProofError::NoFraud));
    // The chain records who committed it: another worker's grant is another one.
    let other = BatchContext {
        worker: "wasm1other",
        ..context
    };
    assert_error!(check(&other), RootMismatch { what: "grant", .. });
    let mut other = context;
    other.batch.root.0[0] ^= 1;
    assert_error!(check(&other), RootMismatch { what: "batch", .. });
    let mut other = context;
    other.batch.ops += 1;
    assert_error!(
        check(&other),
        Mismatch {
            what: "ops of a batch",
            ..
        }
    );
    // The receipt names the authorisation as of its own order.
    let keys = OrderContext {
        coordinator: order().authoriser,
        ..order()
    };
    let orders = [
        keys,
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
        assert_error!(check(&other), RootMismatch { what: "grant", .. });
    }
}
