//! Claims that are no claims, and conflicts that are none.

use compute_proofs::{
    ProofError::{BadSignature, Mismatch, Missing, NoFraud, RootMismatch},
    crypto::Host,
    opening::resolve,
    task::{Grant, OrderContext},
};
use test_suite::fixtures::{AUTHORISER, order, sign};

use super::{
    resolution::{Side, leased, resolved},
    support::{NO_ANSWER, NoHost, assert_error, hash},
};

#[test]
fn one_worker_is_no_conflict() {
    let (a, b) = (Side::new("wasm1a", 0, 1), Side::new("wasm1a", 1, 2));
    assert_eq!(resolved(&a.claim(), &b.claim()), Err(NoFraud));
}

#[test]
fn two_tasks_are_no_conflict() {
    let first = Side::new("wasm1a", 0, 1);
    let second = Side::with("wasm1b", leased("wasm1b", 8, 1), 8, 1);
    assert_error!(
        resolve(&Host, &first.claim(), &second.claim()),
        Mismatch {
            what: "nonce of the second claim",
            expected: 7,
            actual: 8
        }
    );
    assert!(resolved(&first.claim(), &second.claim()).is_err());
}

#[test]
fn two_orders_are_no_conflict() {
    let (first, second) = (Side::new("wasm1a", 0, 1), Side::new("wasm1b", 1, 1));
    let changes: [fn(&mut OrderContext<'_>); 5] = [
        |x| x.chain_id = "ballast-test-2",
        |x| x.market = "wasm1other",
        |x| x.order += 1,
        |x| x.authoriser[0] ^= 1,
        |x| x.coordinator[0] ^= 1,
    ];
    for change in changes {
        let mut other = second.claim();
        change(&mut other.context.order);
        assert_error!(resolved(&first.claim(), &other), Missing { .. });
    }
}

#[test]
fn a_claim_rests_on_its_own_workers_grant() {
    let first = Side::new("wasm1a", 0, 1);
    let refused = |grant| {
        let second = Side::with("wasm1b", grant, 7, 1);
        resolved(&first.claim(), &second.claim())
    };
    let granted = leased("wasm1b", 7, 1);
    assert!(refused(granted).is_ok());
    // The first one's.
    let lease = "lease";
    assert_error!(refused(leased("wasm1a", 7, 0)), BadSignature { what } if what == lease);
    let message = granted.lease.message(&order(), "wasm1b");
    for signature in [[0; 64], [0xff; 64], sign(AUTHORISER, &message)] {
        let leased = Grant {
            lease_signature: signature,
            ..granted
        };
        assert_error!(refused(leased), BadSignature { what } if what == lease);
        let authorised = Grant {
            authorisation_signature: signature,
            ..granted
        };
        let what = "authorisation";
        assert_error!(refused(authorised), BadSignature { what: named } if named == what);
    }
    // A grant of another task takes no task, though it be the worker's own.
    assert_error!(
        refused(leased("wasm1b", 8, 1)),
        Mismatch {
            what: "nonce of the receipt",
            expected: 8,
            actual: 7
        }
    );
}

#[test]
fn a_claim_is_a_receipt_of_its_batch() {
    let (first, second) = (Side::new("wasm1a", 0, 1), Side::new("wasm1b", 1, 1));
    // Another one's batch, and a receipt that was never in it.
    let mut other = second.claim();
    other.context.batch = first.receipts.batch();
    assert_error!(
        resolved(&first.claim(), &other),
        RootMismatch { what: "batch", .. }
    );
    let mut named = second.named.clone();
    named.receipt.receipt.output_root = hash(5);
    let mut other = second.claim();
    other.named = &named;
    assert_error!(
        resolved(&first.claim(), &other),
        RootMismatch { what: "batch", .. }
    );
    // A grant that the receipt does not name.
    let mut named = second.named.clone();
    named.grant = leased("wasm1b", 7, 2);
    let mut other = second.claim();
    other.named = &named;
    assert_error!(
        resolved(&first.claim(), &other),
        RootMismatch { what: "grant", .. }
    );
}

#[test]
fn a_host_that_cannot_tell_settles_nothing() {
    let (first, second) = (Side::new("wasm1a", 0, 1), Side::new("wasm1b", 1, 1));
    for first in [first, Side::new("wasm1a", 0, 1).delivered()] {
        let answer = resolve(&NoHost, &first.claim(), &second.claim());
        assert_eq!(answer, Err(NO_ANSWER));
    }
}
