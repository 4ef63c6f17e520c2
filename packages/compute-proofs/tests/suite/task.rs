//! Authorisations, leases, grants and inputs.

use compute_proofs::{
    Hash,
    ProofError::{self, BadSignature, Mismatch},
    crypto::Host,
    hash::{GRANT, INPUTS, SEED_SLOT},
    receipt::Batch,
    task::{Authorisation, Grant, Lease, OrderContext, input_root, slot_root_of_seed},
};
use test_suite::fixtures::{AUTHORISER, COORDINATOR, WORKER, grant, order, sign};

use super::{
    slow,
    support::{NO_ANSWER, NoHost, assert_error, hash},
};

const AUTHORISED: Authorisation = Authorisation {
    nonce: 3,
    program: Hash([1; 32]),
    input_root: Hash([2; 32]),
    max_ops: 1 << 100,
    cum_ops: 1 << 101,
    expires: 2_000_000_000,
};

const LEASED: Lease = Lease {
    nonce: 3,
    attempt: 5,
    until: 1_900_000_000,
};

const BATCH: Batch = Batch {
    first_nonce: 4,
    span: 2,
    ops: 99,
    commit_by: 1_950_000_000,
    root: Hash([3; 32]),
};

/// All three messages of one order.
fn messages(order: &OrderContext<'_>, worker: &str) -> [Vec<u8>; 3] {
    [
        AUTHORISED.message(order),
        LEASED.message(order, worker),
        BATCH.message(order, worker),
    ]
}

#[test]
fn messages_are_the_definitions() {
    let order = order();
    let start = |prefix: &str| {
        let parts = [
            prefix.as_bytes().to_vec(),
            slow::text(order.chain_id),
            slow::text(order.market),
            order.order.to_le_bytes().to_vec(),
            order.authoriser.to_vec(),
            order.coordinator.to_vec(),
        ];
        parts.concat()
    };
    let authorisation = [
        &start("ballast/auth/1")[..],
        &3u64.to_le_bytes(),
        &[1; 32],
        &[2; 32],
        &(1u128 << 100).to_le_bytes(),
        &(1u128 << 101).to_le_bytes(),
        &2_000_000_000u64.to_le_bytes(),
    ];
    let lease = [
        &start("ballast/lease/1")[..],
        &slow::text(WORKER),
        &3u64.to_le_bytes(),
        &5u32.to_le_bytes(),
        &1_900_000_000u64.to_le_bytes(),
    ];
    let batch = [
        &start("ballast/batch/1")[..],
        &slow::text(WORKER),
        &4u64.to_le_bytes(),
        &2u32.to_le_bytes(),
        &99u128.to_le_bytes(),
        &1_950_000_000u64.to_le_bytes(),
        &[3; 32],
    ];
    let expected = [authorisation.concat(), lease.concat(), batch.concat()];
    assert_eq!(messages(&order, WORKER), expected);
}

#[test]
fn no_byte_can_move_from_one_field_to_the_next() {
    let with = |chain_id, market| OrderContext {
        chain_id,
        market,
        ..order()
    };
    let base = with("ab", "cd");
    let others = [
        with("abc", "d"),
        with("a", "bcd"),
        with("", "abcd"),
        with("abcd", ""),
        with("cd", "ab"),
        OrderContext {
            order: base.order + 1,
            ..base
        },
        OrderContext {
            authoriser: base.coordinator,
            ..base
        },
        OrderContext {
            coordinator: base.authoriser,
            ..base
        },
        OrderContext {
            authoriser: base.coordinator,
            coordinator: base.authoriser,
            ..base
        },
    ];
    let first = messages(&base, "ef");
    for (at, kind) in ["authorisation", "lease", "batch"].iter().enumerate() {
        for other in &others {
            assert_ne!(first[at], messages(other, "ef")[at], "{kind}");
        }
        let rest = [&first[..at], &first[at + 1..]].concat();
        assert!(
            !rest.contains(&first[at]),
            "{kind} is like another kind of message"
        );
    }
    // The worker is in what is signed for it or by it.
    let another = messages(&base, "e");
    assert_eq!(first[0], another[0]);
    assert!(first[1] != another[1] && first[2] != another[2]);
}

fn verify(given: &Grant, order: &OrderContext<'_>, worker: &str) -> Result<(), ProofError> {
    given.verify(&Host, order, worker)
}

#[test]
fn every_field_of_a_grant_is_signed_and_hashed() {
    let given = grant(AUTHORISED, LEASED);
    assert_eq!(verify(&given, &order(), WORKER), Ok(()));
    type Change = fn(&mut Grant);
    let changes: [(Change, &str); 9] = [
        (|x| x.authorisation.program.0[31] ^= 1, "authorisation"),
        (|x| x.authorisation.input_root.0[0] ^= 1, "authorisation"),
        (|x| x.authorisation.max_ops ^= 1, "authorisation"),
        (|x| x.authorisation.cum_ops ^= 1 << 127, "authorisation"),
        (|x| x.authorisation.expires ^= 1, "authorisation"),
        (|x| x.authorisation_signature[5] ^= 1, "authorisation"),
        (|x| x.lease.attempt ^= 1, "lease"),
        (|x| x.lease.until ^= 1, "lease"),
        (|x| x.lease_signature[5] ^= 1, "lease"),
    ];
    for (change, what) in changes {
        let mut changed = given;
        change(&mut changed);
        let refused = verify(&changed, &order(), WORKER);
        assert_error!(refused, BadSignature { what: found } if found == what);
        assert_ne!(changed.hash(&order(), WORKER), given.hash(&order(), WORKER));
    }
    // Two halves of two tasks, each well signed.
    let other = grant(
        Authorisation {
            nonce: 4,
            ..AUTHORISED
        },
        LEASED,
    );
    assert_error!(
        verify(&other, &order(), WORKER),
        Mismatch {
            what: "nonce of the lease",
            expected: 4,
            actual: 3
        }
    );
    assert_eq!(given.verify(&NoHost, &order(), WORKER), Err(NO_ANSWER));
}

#[test]
fn signatures_count_for_one_order_one_worker_and_one_signer() {
    let (base, given) = (order(), grant(AUTHORISED, LEASED));
    let others = [
        OrderContext {
            chain_id: "ballast-test-2",
            ..base
        },
        OrderContext {
            market: "wasm1other",
            ..base
        },
        OrderContext {
            order: base.order + 1,
            ..base
        },
        OrderContext {
            authoriser: [0; 32],
            ..base
        },
        OrderContext {
            authoriser: [0xff; 32],
            ..base
        },
        OrderContext {
            coordinator: [0xff; 32],
            ..base
        },
        OrderContext {
            authoriser: base.coordinator,
            coordinator: base.authoriser,
            ..base
        },
    ];
    for other in others {
        assert_error!(
            verify(&given, &other, WORKER),
            BadSignature {
                what: "authorisation"
            }
        );
        assert_ne!(given.hash(&other, WORKER), given.hash(&base, WORKER));
    }
    assert_error!(
        verify(&given, &base, "wasm1other"),
        BadSignature { what: "lease" }
    );
    let authorisation = AUTHORISED.message(&base);
    for signature in [[0; 64], [0xff; 64], sign(COORDINATOR, &authorisation)] {
        let wrong = Grant {
            authorisation_signature: signature,
            ..given
        };
        assert_error!(
            verify(&wrong, &base, WORKER),
            BadSignature {
                what: "authorisation"
            }
        );
    }
    let lease = LEASED.message(&base, WORKER);
    for signature in [[0; 64], [0xff; 64], sign(AUTHORISER, &lease)] {
        let wrong = Grant {
            lease_signature: signature,
            ..given
        };
        assert_error!(
            verify(&wrong, &base, WORKER),
            BadSignature { what: "lease" }
        );
    }
}

#[test]
fn a_grants_hash_is_both_messages_and_both_signatures() {
    let given = grant(AUTHORISED, LEASED);
    let message = [
        &AUTHORISED.message(&order())[..],
        &given.authorisation_signature,
        &LEASED.message(&order(), WORKER),
        &given.lease_signature,
    ];
    let expected = slow::derive(GRANT, &message.concat());
    assert_eq!(given.hash(&order(), WORKER), expected);
    assert_ne!(given.hash(&order(), "wasm1other"), expected);
}

#[test]
fn inputs_are_bound_by_number_order_and_kind() {
    let roots = [hash(1), hash(2)];
    let message = [&2u32.to_le_bytes()[..], &roots[0].0, &roots[1].0].concat();
    assert_eq!(input_root(&roots), slow::derive(INPUTS, &message));
    let others = [
        vec![],
        vec![hash(1)],
        vec![hash(2), hash(1)],
        vec![hash(1), hash(2), Hash::ZERO],
    ];
    for other in others {
        assert_ne!(input_root(&other), input_root(&roots));
    }
    assert_eq!(
        slot_root_of_seed(&[7; 32]),
        slow::derive(SEED_SLOT, &[7; 32])
    );
    assert_ne!(slot_root_of_seed(&[7; 32]), Hash([7; 32]));
}
