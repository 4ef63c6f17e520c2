//! Two workers with one task: whose claim stands.

use compute_proofs::{
    Hash,
    ProofError::{self, BadSignature, Mismatch, NoFraud},
    crypto::Host,
    task::{Authorisation, Claim, Grant, Lease, Resolution, resolve},
};
use test_suite::fixtures::{COORDINATOR, grant, order, sign};

use super::support::{NO_ANSWER, NoHost, assert_error};

const UNTIL: u64 = 1_000_000;
const GRACE: u64 = 60;

/// Leave for `worker` to run task `nonce`.
fn leased(worker: &str, nonce: u64, attempt: u32, until: u64) -> Grant {
    let authorisation = Authorisation {
        nonce,
        program: Hash([1; 32]),
        input_root: Hash([2; 32]),
        max_ops: 5,
        cum_ops: 5,
        expires: u64::MAX,
    };
    let lease = Lease {
        nonce,
        attempt,
        until,
    };
    Grant {
        lease_signature: sign(COORDINATOR, &lease.message(&order(), worker)),
        ..grant(authorisation, lease)
    }
}

/// What two claims come to, in either order.
fn resolved(first: &Claim<'_>, second: &Claim<'_>) -> Result<Resolution, ProofError> {
    let answer = resolve(&Host, &order(), first, second, GRACE);
    let turned = resolve(&Host, &order(), second, first, GRACE);
    let expected = answer.as_ref().map(|resolution| match resolution {
        Resolution::FirstStands => Resolution::SecondStands,
        Resolution::SecondStands => Resolution::FirstStands,
        Resolution::CoordinatorAtFault => Resolution::CoordinatorAtFault,
    });
    assert_eq!(turned.is_ok(), answer.is_ok());
    if let (Ok(turned), Ok(expected)) = (&turned, &expected) {
        assert_eq!(turned, expected, "the order of claims does not matter");
    }
    answer
}

/// The earlier attempt's claim against the later one's, which came first of all.
fn against_a_later(committed: u64, until: u64) -> Result<Resolution, ProofError> {
    let (early, late) = (leased("wasm1a", 7, 0, until), leased("wasm1b", 7, 1, until));
    let first = Claim {
        worker: "wasm1a",
        grant: &early,
        committed,
    };
    let second = Claim {
        worker: "wasm1b",
        grant: &late,
        committed: 0,
    };
    resolved(&first, &second)
}

#[test]
fn the_earlier_attempt_stands_if_it_was_in_time() {
    for committed in [0, UNTIL - 1, UNTIL, UNTIL + GRACE] {
        let answer = against_a_later(committed, UNTIL);
        assert_eq!(answer, Ok(Resolution::FirstStands), "{committed}");
    }
    for committed in [UNTIL + GRACE + 1, u64::MAX] {
        let answer = against_a_later(committed, UNTIL);
        assert_eq!(answer, Ok(Resolution::SecondStands), "{committed}");
    }
    let answer = against_a_later(u64::MAX, u64::MAX);
    assert_eq!(answer, Ok(Resolution::FirstStands), "the end of 64 bits");
}

#[test]
fn the_later_attempts_own_lateness_is_no_matter() {
    let (early, late) = (leased("wasm1a", 7, 2, UNTIL), leased("wasm1b", 7, 9, 0));
    let first = Claim {
        worker: "wasm1a",
        grant: &early,
        committed: UNTIL + GRACE + 1,
    };
    let second = Claim {
        worker: "wasm1b",
        grant: &late,
        committed: u64::MAX,
    };
    assert_eq!(resolved(&first, &second), Ok(Resolution::SecondStands));
}

#[test]
fn one_attempt_leased_twice_is_the_coordinators_fault() {
    for committed in [0, UNTIL, u64::MAX] {
        let (a, b) = (
            leased("wasm1a", 7, 3, UNTIL),
            leased("wasm1b", 7, 3, UNTIL + 9),
        );
        let first = Claim {
            worker: "wasm1a",
            grant: &a,
            committed,
        };
        let second = Claim {
            worker: "wasm1b",
            grant: &b,
            committed: 0,
        };
        assert_eq!(
            resolved(&first, &second),
            Ok(Resolution::CoordinatorAtFault)
        );
    }
}

#[test]
fn one_worker_is_no_conflict() {
    let (a, b) = (leased("wasm1a", 7, 0, UNTIL), leased("wasm1a", 7, 1, UNTIL));
    let first = Claim {
        worker: "wasm1a",
        grant: &a,
        committed: 0,
    };
    let second = Claim {
        worker: "wasm1a",
        grant: &b,
        committed: 0,
    };
    assert_eq!(resolved(&first, &second), Err(NoFraud));
}

#[test]
fn two_tasks_are_no_conflict() {
    let (a, b) = (leased("wasm1a", 7, 0, UNTIL), leased("wasm1b", 8, 1, UNTIL));
    let first = Claim {
        worker: "wasm1a",
        grant: &a,
        committed: 0,
    };
    let second = Claim {
        worker: "wasm1b",
        grant: &b,
        committed: 0,
    };
    assert_error!(
        resolved(&first, &second),
        Mismatch {
            what: "nonce of the second claim",
            expected: 7,
            actual: 8
        }
    );
}

#[test]
fn a_claim_rests_on_its_own_workers_grant() {
    let (a, b) = (leased("wasm1a", 7, 0, UNTIL), leased("wasm1b", 7, 1, UNTIL));
    let first = Claim {
        worker: "wasm1a",
        grant: &a,
        committed: 0,
    };
    let swapped = Claim {
        worker: "wasm1b",
        grant: &a,
        committed: 0,
    };
    assert_error!(resolved(&first, &swapped), BadSignature { what: "lease" });
    let mut unsigned = b;
    unsigned.authorisation_signature = [0; 64];
    let second = Claim {
        worker: "wasm1b",
        grant: &unsigned,
        committed: 0,
    };
    assert_error!(
        resolved(&first, &second),
        BadSignature {
            what: "authorisation"
        }
    );
    let second = Claim {
        worker: "wasm1b",
        grant: &b,
        committed: 0,
    };
    let no_answer = resolve(&NoHost, &order(), &first, &second, GRACE);
    assert_eq!(no_answer, Err(NO_ANSWER));
}
