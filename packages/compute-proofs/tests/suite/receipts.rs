//! Batches: one place for each task, sums, and the run of nonces that is sealed.

use compute_proofs::{
    Hash, ProofError,
    codec::Encode,
    crypto::Host,
    hash::{BATCH, RECEIPT},
    receipt::{Batch, MAX_SPAN, Receipt, Receipts},
};
use test_suite::fixtures::{AUTHORISER, COORDINATOR, WORKER, order, sign};

use super::{
    slow,
    support::{NO_ANSWER, NoHost, assert_error, hash},
};

const COMMIT_BY: u64 = 1_900_000_000;

fn receipt(nonce: u64, ops: u128) -> Receipt {
    Receipt {
        nonce,
        grant: hash(1),
        output_root: hash(2),
        trace_root: hash(3),
        ops,
    }
}

fn receipts(tasks: &[(u64, u128)]) -> Result<Receipts, ProofError> {
    let receipts = tasks.iter().map(|&(nonce, ops)| receipt(nonce, ops));
    Receipts::new(receipts.collect(), COMMIT_BY)
}

/// Runs of nonces, with and without gaps.
const RUNS: [&[(u64, u128)]; 6] = [
    &[(7, 10)],
    &[(7, 10), (8, 20)],
    &[(50, 1), (52, 2), (53, 4), (60, 8)],
    &[(0, 5), (4, 6)],
    &[(1, 3), (2, 0), (3, 9)],
    &[(u64::MAX - 3, 1), (u64::MAX - 1, 2), (u64::MAX, 3)],
];

#[test]
fn a_batch_is_the_definitions() {
    for tasks in RUNS {
        let batch = receipts(tasks).unwrap().batch();
        let (first, last) = (tasks[0].0, tasks[tasks.len() - 1].0);
        let leaves: Vec<(Hash, u128)> = (first..=last)
            .map(|nonce| {
                let task = tasks.iter().find(|task| task.0 == nonce);
                task.map_or((Hash::ZERO, 0), |&(_, ops)| {
                    let bytes = receipt(nonce, ops).to_bytes();
                    (slow::derive(RECEIPT, &bytes), ops)
                })
            })
            .collect();
        let (top, ops) = slow::sum_top(&leaves);
        let span = u32::try_from(leaves.len()).unwrap();
        let message = [
            &first.to_le_bytes()[..],
            &span.to_le_bytes(),
            &ops.to_le_bytes(),
            &top.0,
        ];
        let expected = Batch {
            first_nonce: first,
            span,
            ops,
            commit_by: COMMIT_BY,
            root: slow::derive(BATCH, &message.concat()),
        };
        assert_eq!(batch, expected, "{tasks:?}");
    }
}

#[test]
fn every_receipt_has_its_place_and_its_ops_before_it() {
    for tasks in RUNS {
        let receipts = receipts(tasks).unwrap();
        let mut before = 0;
        for &(nonce, ops) in tasks {
            let proof = receipts.prove(nonce).unwrap();
            assert_eq!(proof.receipt, receipt(nonce, ops));
            assert_eq!(proof.check(&receipts.batch()), Ok(before));
            before += ops;
        }
    }
}

#[test]
fn what_was_not_done_has_no_receipt() {
    let receipts = receipts(RUNS[2]).unwrap();
    for nonce in [0, 49, 51, 55, 61, u64::MAX] {
        assert_error!(
            receipts.prove(nonce),
            ProofError::Missing { what: "receipt" }
        );
    }
    // Nor can one be put into its empty place.
    let mut proof = receipts.prove(52).unwrap();
    proof.receipt.nonce = 51;
    assert!(proof.check(&receipts.batch()).is_err());
}

#[test]
fn a_receipt_has_one_place_and_a_batch_one_run() {
    for tasks in RUNS {
        let receipts = receipts(tasks).unwrap();
        let batch = receipts.batch();
        for &(nonce, _) in tasks {
            let proof = receipts.prove(nonce).unwrap();
            for change in [1, 2, 3, 5, u64::MAX - 2, u64::MAX - 1, u64::MAX] {
                // Everything moved: the run is sealed, not only the leaf's index.
                let mut moved = proof.clone();
                moved.receipt.nonce = nonce.wrapping_add(change);
                let mut other = batch;
                other.first_nonce = batch.first_nonce.wrapping_add(change);
                assert!(moved.check(&other).is_err());
                assert!(moved.check(&batch).is_err());
                assert!(proof.check(&other).is_err());
            }
            for span in (0..2 * batch.span + 2).filter(|&span| span != batch.span) {
                let other = Batch { span, ..batch };
                assert!(proof.check(&other).is_err(), "{span} of {tasks:?}");
            }
            let other = Batch {
                ops: batch.ops + 1,
                ..batch
            };
            assert_error!(
                proof.check(&other),
                ProofError::Mismatch {
                    what: "ops of a batch",
                    ..
                }
            );
        }
    }
}

#[test]
fn nonces_rise_and_end_with_64_bits() {
    assert_error!(receipts(&[]), ProofError::EmptyTree { tree: "batch" });
    for tasks in [
        [(5, 1), (5, 1)],
        [(5, 1), (4, 1)],
        [(u64::MAX, 1), (u64::MAX, 1)],
        [(u64::MAX, 1), (0, 1)],
    ] {
        assert_error!(receipts(&tasks), ProofError::OutOfRange { .. });
    }
    let end = [(u64::MAX - 1, 1), (u64::MAX, 1), (u64::MAX, 1)];
    assert_error!(receipts(&end), ProofError::OutOfRange { .. });
}

#[test]
fn a_run_and_its_sum_have_bounds() {
    let longest = [(9, 1), (8 + u64::from(MAX_SPAN), 1)];
    assert_eq!(receipts(&longest).unwrap().batch().span, MAX_SPAN);
    let longer = [(9, 1), (9 + u64::from(MAX_SPAN), 1)];
    assert_error!(
        receipts(&longer),
        ProofError::OutOfRange {
            what: "nonce of a receipt",
            ..
        }
    );
    assert!(receipts(&[(1, u128::MAX)]).is_ok());
    assert_error!(receipts(&[(1, u128::MAX), (2, 1)]), ProofError::SumOverflow);
}

#[test]
fn a_batch_that_no_contract_may_accept_is_refused() {
    let made = receipts(&[(u64::MAX - 3, 1), (u64::MAX, 3)]).unwrap();
    let (batch, proof) = (made.batch(), made.prove(u64::MAX).unwrap());
    assert_eq!(batch.validate(), Ok(()));
    for (first_nonce, span) in [
        (batch.first_nonce, 0),
        (batch.first_nonce, batch.span + 1),
        (0, MAX_SPAN + 1),
    ] {
        let wrong = Batch {
            first_nonce,
            span,
            ..batch
        };
        assert_error!(wrong.validate(), ProofError::OutOfRange { .. });
        assert_error!(proof.check(&wrong), ProofError::OutOfRange { .. });
    }
    // Nothing could be drawn of it.
    let made = receipts(&[(4, 0), (6, 0)]).unwrap();
    let (batch, proof) = (made.batch(), made.prove(6).unwrap());
    let nothing = "ops of a batch";
    for answer in [batch.validate(), proof.check(&batch).map(drop)] {
        assert_error!(
            answer,
            ProofError::OutOfRange { what, value: 0, min: 1, .. } if what == nothing
        );
    }
}

#[test]
fn positions_are_located_in_proportion_to_ops() {
    let tasks = [(4, 3), (5, 0), (9, 1), (10, 5)];
    let receipts = receipts(&tasks).unwrap();
    let located: Vec<_> = (0..10).map(|position| receipts.locate(position)).collect();
    let mut expected: Vec<_> = tasks
        .iter()
        .flat_map(|&(nonce, ops)| (0..ops).map(move |offset| Some((nonce, offset))))
        .collect();
    expected.push(None);
    assert_eq!(located, expected);
}

#[test]
fn a_batch_is_signed_by_its_worker() {
    let batch = receipts(RUNS[2]).unwrap().batch();
    let signature = sign(AUTHORISER, &batch.message(&order(), WORKER));
    let (key, other_key) = (order().authoriser, order().coordinator);
    let verify = |batch: &Batch, worker, key, signature| {
        batch.verify(&Host, &order(), worker, &key, &signature)
    };
    assert_eq!(verify(&batch, WORKER, key, signature), Ok(()));
    let changes: [fn(&mut Batch); 5] = [
        |x| x.first_nonce ^= 1,
        |x| x.span ^= 1,
        |x| x.ops ^= 1,
        |x| x.commit_by ^= 1,
        |x| x.root.0[31] ^= 1,
    ];
    let mut refused: Vec<_> = changes
        .iter()
        .map(|change| {
            let mut other = batch;
            change(&mut other);
            verify(&other, WORKER, key, signature)
        })
        .collect();
    refused.push(verify(&batch, "wasm1other", key, signature));
    refused.push(verify(&batch, WORKER, other_key, signature));
    refused.push(verify(&batch, WORKER, [0xff; 32], signature));
    refused.push(verify(&batch, WORKER, key, [0; 64]));
    let foreign = sign(COORDINATOR, &batch.message(&order(), WORKER));
    refused.push(verify(&batch, WORKER, key, foreign));
    for answer in refused {
        assert_error!(answer, ProofError::BadSignature { what: "batch" });
    }
    let no_answer = batch.verify(&NoHost, &order(), WORKER, &key, &signature);
    assert_eq!(no_answer, Err(NO_ANSWER));
}
