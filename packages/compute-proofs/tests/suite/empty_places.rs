//! Places of a batch that hold nothing, and the proof of that.

use compute_proofs::{
    ProofError::{self, Missing, OutOfRange, RootMismatch},
    codec::{Decode, Encode},
    receipt::{Batch, EmptyPlace, Receipt, Receipts},
};

use super::support::{assert_error, hash};

fn receipts(nonces: &[u64]) -> Receipts {
    let receipts = nonces.iter().map(|&nonce| Receipt {
        nonce,
        grant: hash(1),
        output_root: hash(2),
        trace_root: hash(3),
        ops: u128::from(nonce % 5 + 1),
    });
    Receipts::new(receipts.collect(), 1_900_000_000).unwrap()
}

/// Runs with gaps at their beginning, middle and end, of full and other sizes.
const RUNS: [&[u64]; 7] = [
    &[7],
    &[7, 8, 9, 10],
    &[50, 52, 53, 60],
    &[0, 4],
    &[3, 10],
    &[u64::MAX - 3, u64::MAX - 1, u64::MAX],
    &[100, 101, 200],
];

fn run(batch: &Batch) -> impl Iterator<Item = u64> + use<> {
    let last = batch.first_nonce + u64::from(batch.span - 1);
    batch.first_nonce..=last
}

#[test]
fn every_empty_place_is_proven_and_no_filled_one() {
    for nonces in RUNS {
        let receipts = receipts(nonces);
        let batch = receipts.batch();
        for nonce in run(&batch) {
            let shown = receipts.prove_empty(nonce);
            if nonces.contains(&nonce) {
                assert_error!(
                    shown,
                    Missing {
                        what: "empty place"
                    }
                );
                // Nor with the right siblings.
                let siblings = receipts.prove(nonce).unwrap().siblings;
                let claimed = EmptyPlace { nonce, siblings };
                assert!(claimed.check(&batch).is_err(), "{nonce} of {nonces:?}");
            } else {
                let sent = shown.unwrap().to_bytes();
                let shown = EmptyPlace::from_bytes(&sent).unwrap();
                assert_eq!(shown.to_bytes(), sent);
                assert_eq!(shown.nonce, nonce);
                assert_eq!(shown.check(&batch), Ok(()), "{nonce} of {nonces:?}");
            }
        }
    }
}

#[test]
fn a_filled_place_is_refused_by_its_root() {
    let receipts = receipts(&[7, 9]);
    let siblings = receipts.prove(7).unwrap().siblings;
    let claimed = EmptyPlace { nonce: 7, siblings };
    assert_error!(
        claimed.check(&receipts.batch()),
        RootMismatch { what: "batch", .. }
    );
    // Not even one whose receipt says 0 ops.
    let none = |nonce, ops| Receipt {
        nonce,
        grant: hash(1),
        output_root: hash(2),
        trace_root: hash(3),
        ops,
    };
    let receipts = Receipts::new(vec![none(7, 0), none(8, 1)], 9).unwrap();
    let siblings = receipts.prove(7).unwrap().siblings;
    let claimed = EmptyPlace { nonce: 7, siblings };
    assert_error!(claimed.check(&receipts.batch()), RootMismatch { .. });
}

#[test]
fn an_empty_place_is_none_of_another_nonce_or_batch() {
    for nonces in RUNS {
        let receipts = receipts(nonces);
        let batch = receipts.batch();
        for nonce in run(&batch).filter(|nonce| !nonces.contains(nonce)) {
            let shown = receipts.prove_empty(nonce).unwrap();
            for filled in nonces {
                let moved = EmptyPlace {
                    nonce: *filled,
                    ..shown.clone()
                };
                assert!(moved.check(&batch).is_err(), "{nonce} as {filled}");
            }
            let changes: [fn(&mut Batch); 4] = [
                |x| x.root.0[0] ^= 1,
                |x| x.ops += 1,
                |x| x.span += 1,
                |x| x.first_nonce ^= 1,
            ];
            for change in changes {
                let mut other = batch;
                change(&mut other);
                assert!(shown.check(&other).is_err());
            }
            let mut longer = shown.clone();
            longer.siblings.0.push(longer.siblings.0[0]);
            assert!(longer.check(&batch).is_err());
            let mut shorter = shown;
            shorter.siblings.0.pop();
            assert!(shorter.check(&batch).is_err());
        }
    }
}

#[test]
fn what_lies_beyond_the_run_is_no_place() {
    // 52 to 60 are 9 places in a tree of 16: its padding is none either.
    let receipts = receipts(&[52, 60]);
    let batch = receipts.batch();
    let within = receipts.prove_empty(53).unwrap();
    for nonce in [0, 51, 61, 67, 68, u64::MAX] {
        let beyond = "nonce of a receipt";
        let shown = receipts.prove_empty(nonce);
        assert_error!(shown, OutOfRange { what, .. } if what == beyond);
        let moved = EmptyPlace {
            nonce,
            ..within.clone()
        };
        assert_error!(moved.check(&batch), OutOfRange { what, .. } if what == beyond);
    }
}

#[test]
fn bytes_that_are_no_empty_place_are_refused() {
    let sent = receipts(&[7, 9]).prove_empty(8).unwrap().to_bytes();
    for len in 0..sent.len() {
        assert!(EmptyPlace::from_bytes(&sent[..len]).is_err());
    }
    let longer = [&sent[..], &[0]].concat();
    assert!(EmptyPlace::from_bytes(&longer).is_err());
    let error: Result<(), ProofError> = receipts(&[7, 8]).prove_empty(7).map(drop);
    assert!(error.is_err());
}
