//! Fraud proofs that do not hold themselves: errors other than "no fraud".

use compute_proofs::{
    Hash, ProofError,
    codec::{Decode, Encode},
    opening::{Fraud, FraudProof, Place, TraceEvidence},
    tensor::SealPreimage,
};
use test_suite::fixtures::{Job, Settled};

use super::support::{assert_error, grant_of, hash, named, plan, settled, trace_evidence};

/// One honest proof of each kind, about task 0.
fn honest(settled: &Settled) -> [FraudProof; 5] {
    let place = Place {
        output: 0,
        row: 2,
        col: 3,
    };
    let tensor = &settled.jobs[0].run.outputs[4][0];
    let preimage = SealPreimage {
        spec: *tensor.spec(),
        top: tensor.top(),
    };
    let last = || trace_evidence(settled, 0, 4);
    [
        FraudProof::Element(settled.evidence(0, 1, place).unwrap()),
        FraudProof::Receipt(named(settled, 0)),
        FraudProof::Result(last()),
        FraudProof::OutputCount(last()),
        FraudProof::OutputSpec {
            evidence: last(),
            output: 0,
            preimage,
        },
    ]
}

fn trace_of(proof: &mut FraudProof) -> &mut TraceEvidence {
    match proof {
        FraudProof::Result(evidence)
        | FraudProof::OutputCount(evidence)
        | FraudProof::OutputSpec { evidence, .. } => evidence,
        FraudProof::Element(_) | FraudProof::Receipt(_) => panic!("no trace alone"),
    }
}

#[test]
fn malformed_evidence_of_outputs() {
    type Change = fn(&Settled, &mut TraceEvidence);
    type Case = (&'static str, Change, fn(&ProofError) -> bool);
    macro_rules! root {
        ($what:literal) => {
            |error| matches!(error, ProofError::RootMismatch { what: $what, .. })
        };
    }
    macro_rules! count {
        ($what:literal) => {
            |error| matches!(error, ProofError::WrongCount { what: $what, .. })
        };
    }
    let cases: [Case; 19] = [
        (
            "the receipt's result",
            |_, x| x.named.receipt.receipt.output_root.0[0] ^= 1,
            root!("batch"),
        ),
        (
            "the receipt's trace",
            |_, x| x.named.receipt.receipt.trace_root.0[0] ^= 1,
            root!("batch"),
        ),
        (
            "the receipt's ops",
            |_, x| x.named.receipt.receipt.ops -= 1,
            root!("batch"),
        ),
        (
            "the receipt's lane",
            |_, x| x.named.receipt.receipt.nonce += 1,
            root!("batch"),
        ),
        (
            "another receipt",
            |s, x| x.named.receipt = s.receipts.prove(Settled::nonce(1)).unwrap(),
            root!("grant"),
        ),
        (
            "a receipt's sibling missing",
            |_, x| x.named.receipt.siblings.0.truncate(2),
            count!("batch"),
        ),
        (
            "a receipt's sums swapped",
            |_, x| x.named.receipt.siblings.0.swap(0, 1),
            root!("batch"),
        ),
        (
            "another authorisation",
            |s, x| x.named.grant = grant_of(s, 1),
            root!("grant"),
        ),
        (
            "the operation before",
            |s, x| x.operation = s.jobs[0].program.prove(3).unwrap(),
            |error| {
                // Its path is longer; the trace's then has too few siblings.
                matches!(error, ProofError::WrongCount { what: "trace", .. })
            },
        ),
        (
            "another place",
            |_, x| x.operation.index = 3,
            count!("program"),
        ),
        (
            "an operation's sibling too many",
            |_, x| x.operation.siblings.0.push(x.operation.siblings.0[0]),
            count!("program"),
        ),
        (
            "an operation's sum",
            |_, x| x.operation.siblings.0[0].sum += 1,
            root!("program"),
        ),
        (
            "an operation's input missing",
            |_, x| x.operation.operation.inputs.truncate(1),
            count!("inputs of an operation"),
        ),
        (
            "an output root",
            |_, x| x.trace.outputs.0[0] = hash(1),
            root!("trace"),
        ),
        (
            "an output too many",
            |_, x| x.trace.outputs.0.push(hash(1)),
            root!("trace"),
        ),
        (
            "no outputs",
            |_, x| x.trace.outputs.0.clear(),
            root!("trace"),
        ),
        (
            "a trace's sibling missing",
            |_, x| x.trace.siblings.0.clear(),
            count!("trace"),
        ),
        (
            "a trace's sibling",
            |_, x| x.trace.siblings.0[0] = Hash::ZERO,
            root!("trace"),
        ),
        (
            "another run's trace",
            |s, x| x.trace = s.jobs[4].run.trace.prove(4).unwrap(),
            root!("trace"),
        ),
    ];
    let settled = settled();
    for kind in 2..5 {
        for (name, change, expected) in &cases {
            let mut proof = honest(&settled)[kind].clone();
            change(&settled, trace_of(&mut proof));
            let error = settled.verify_fraud(&proof).expect_err(name);
            assert!(expected(&error), "kind {kind}, {name}: {error:?}");
        }
    }
}

#[test]
fn malformed_preimages() {
    let settled = settled();
    let [.., spec_proof] = honest(&settled);
    let FraudProof::OutputSpec {
        evidence, preimage, ..
    } = spec_proof
    else {
        panic!("the last kind");
    };
    let verify = |output, preimage| {
        let evidence = evidence.clone();
        settled.verify_fraud(&FraudProof::OutputSpec {
            evidence,
            output,
            preimage,
        })
    };
    assert_eq!(verify(0, preimage), Err(ProofError::NoFraud));
    for output in [1, 4, 255] {
        let refused = verify(output, preimage);
        assert_error!(
            refused,
            ProofError::OutOfRange {
                what: "output of an operation",
                ..
            }
        );
    }
    let other = settled.jobs[0].run.outputs[3][0].clone();
    let wrong = [
        SealPreimage {
            top: Hash::ZERO,
            ..preimage
        },
        SealPreimage {
            spec: *other.spec(),
            ..preimage
        },
        SealPreimage {
            spec: *other.spec(),
            top: other.top(),
        },
    ];
    for preimage in wrong {
        let refused = verify(0, preimage);
        assert_error!(
            refused,
            ProofError::RootMismatch {
                what: "output tensor",
                ..
            }
        );
    }
}

#[test]
fn no_change_of_bytes_makes_an_honest_worker_guilty() {
    let settled = settled();
    let plan = plan();
    let mut random = plan.random("fraud proofs, changed bytes");
    for proof in honest(&settled) {
        let bytes = proof.to_bytes();
        assert_eq!(settled.verify_fraud(&proof), Err(ProofError::NoFraud));
        for at in 0..bytes.len() {
            for _ in 0..plan.pick(2, 30) {
                let mut other = bytes.clone();
                other[at] ^= u8::try_from(1 + random.below(255)).unwrap();
                let Ok(decoded) = FraudProof::from_bytes(&other) else {
                    continue;
                };
                let answer = settled.verify_fraud(&decoded);
                // The first byte is the kind: some share their contents.
                let consistent = at == 0 && answer == Err(ProofError::NoFraud);
                let refused = matches!(&answer, Err(error) if *error != ProofError::NoFraud);
                assert!(consistent || refused, "byte {at}: {answer:?}");
            }
        }
    }
}

#[test]
fn no_change_of_bytes_hides_what_is_shown() {
    // On a real fraud: a changed proof is refused, never believed to show less.
    let job = Job::pipeline(51).unwrap().corrupt(1, 0).unwrap();
    let settled = Settled::new(vec![job]).unwrap();
    let place = Place {
        output: 0,
        row: 0,
        col: 0,
    };
    let proof = FraudProof::Element(settled.evidence(0, 1, place).unwrap());
    let shown = settled.verify_fraud(&proof).unwrap();
    assert!(matches!(shown, Fraud::Element { .. }), "{shown:?}");
    let bytes = proof.to_bytes();
    for at in 1..bytes.len() {
        let mut other = bytes.clone();
        other[at] ^= 1 << (at % 8);
        if let Ok(decoded) = FraudProof::from_bytes(&other) {
            let answer = settled.verify_fraud(&decoded);
            assert!(
                matches!(&answer, Err(error) if *error != ProofError::NoFraud),
                "byte {at}"
            );
        }
    }
}
