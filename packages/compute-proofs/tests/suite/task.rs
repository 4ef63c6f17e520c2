//! Authorisations, leases and inputs.

use compute_proofs::{
    Hash, ProofError,
    codec::Encode,
    crypto::Host,
    hash::{AUTHORISATION, INPUTS, SEED_SLOT},
    receipt::Batch,
    task::{
        Authorisation, Lease, LeaseConflict, OrderContext, SignedAuthorisation, SignedLease,
        input_root, slot_root_of_seed,
    },
};
use test_suite::fixtures::{WORKER, authorise, lease, order};

use super::{
    slow,
    support::{assert_error, hash},
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
    lane: 4,
    attempt: 5,
};

const BATCH: Batch = Batch {
    first_lane: 4,
    receipts: 2,
    ops: 99,
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
        ];
        parts.concat()
    };
    let numbers = [3u64, 4].map(u64::to_le_bytes);
    let authorisation = [
        &start("ballast/auth/1")[..],
        &numbers[0],
        &[1; 32],
        &[2; 32],
        &(1u128 << 100).to_le_bytes(),
        &(1u128 << 101).to_le_bytes(),
        &2_000_000_000u64.to_le_bytes(),
    ];
    let lease = [
        &start("ballast/lease/1")[..],
        &slow::text(WORKER),
        &numbers[0],
        &numbers[1],
        &5u32.to_le_bytes(),
    ];
    let batch = [
        &start("ballast/batch/1")[..],
        &slow::text(WORKER),
        &numbers[1],
        &2u32.to_le_bytes(),
        &99u128.to_le_bytes(),
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
    let base = messages(&with("ab", "cd"), "ef");
    let mut others = vec![
        messages(&with("abc", "d"), "ef"),
        messages(&with("a", "bcd"), "ef"),
        messages(&with("", "abcd"), "ef"),
        messages(&with("abcd", ""), "ef"),
        messages(&with("cd", "ab"), "ef"),
    ];
    let mut order = with("ab", "cd");
    order.order += 1;
    others.push(messages(&order, "ef"));
    for (at, kind) in ["authorisation", "lease", "batch"].iter().enumerate() {
        for other in &others {
            assert_ne!(base[at], other[at], "{kind}");
        }
        let all = [&base[..at], &base[at + 1..]].concat();
        assert!(
            !all.contains(&base[at]),
            "{kind} is like another kind of message"
        );
    }
    // The worker is in what is signed for it or by it.
    let another = messages(&with("ab", "cd"), "e");
    assert_eq!(base[0], another[0]);
    assert!(base[1] != another[1] && base[2] != another[2]);
}

#[test]
fn every_field_of_a_signed_thing_is_signed() {
    let changes: [fn(&mut Authorisation); 6] = [
        |x| x.nonce ^= 1,
        |x| x.program.0[31] ^= 1,
        |x| x.input_root.0[0] ^= 1,
        |x| x.max_ops ^= 1,
        |x| x.cum_ops ^= 1 << 127,
        |x| x.expires ^= 1,
    ];
    let signed = authorise(AUTHORISED);
    assert_eq!(signed.verify(&Host, &order()), Ok(()));
    for change in changes {
        let mut changed = signed;
        change(&mut changed.authorisation);
        assert_bad_authorisation(&changed, &order());
        assert_ne!(changed.hash(&order()), signed.hash(&order()));
    }
    let changes: [fn(&mut Lease); 3] = [|x| x.nonce ^= 1, |x| x.lane ^= 1, |x| x.attempt ^= 1];
    let signed = lease(LEASED);
    assert_eq!(signed.verify(&Host, &order(), WORKER), Ok(()));
    for change in changes {
        let mut changed = signed;
        change(&mut changed.lease);
        assert_bad_lease(&changed, &order(), WORKER);
    }
}

fn assert_bad_authorisation(signed: &SignedAuthorisation, order: &OrderContext<'_>) {
    let refused = signed.verify(&Host, order);
    assert_error!(
        refused,
        ProofError::BadSignature {
            what: "authorisation"
        }
    );
}

fn assert_bad_lease(signed: &SignedLease, order: &OrderContext<'_>, worker: &str) {
    let refused = signed.verify(&Host, order, worker);
    assert_error!(refused, ProofError::BadSignature { what: "lease" });
}

#[test]
fn signatures_count_for_one_order_one_worker_and_one_signer() {
    let base = order();
    let mut signed = authorise(AUTHORISED);
    let mut leased = lease(LEASED);
    let swapped = OrderContext {
        authoriser: base.coordinator,
        coordinator: base.authoriser,
        ..base
    };
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
        swapped,
        OrderContext {
            authoriser: [0; 32],
            coordinator: [0; 32],
            ..base
        },
        OrderContext {
            authoriser: [0xff; 32],
            coordinator: [0xff; 32],
            ..base
        },
    ];
    for other in others {
        assert_bad_authorisation(&signed, &other);
        assert_bad_lease(&leased, &other, WORKER);
    }
    assert_bad_lease(&leased, &base, "wasm1other");
    for bytes in [[0; 64], [0xff; 64]] {
        (signed.signature, leased.signature) = (bytes, bytes);
        assert_bad_authorisation(&signed, &base);
        assert_bad_lease(&leased, &base, WORKER);
    }
}

#[test]
fn an_authorisations_hash_is_the_message_and_the_signature() {
    let signed = authorise(AUTHORISED);
    let message = [&AUTHORISED.message(&order())[..], &signed.signature].concat();
    assert_eq!(signed.hash(&order()), slow::derive(AUTHORISATION, &message));
    let mut other = signed;
    other.signature[63] ^= 1;
    assert_ne!(other.hash(&order()), signed.hash(&order()));
    let next = OrderContext {
        order: 8,
        ..order()
    };
    assert_ne!(signed.hash(&next), signed.hash(&order()));
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

#[test]
fn two_leases_of_one_task_have_three_outcomes() {
    let with = |nonce, attempt| Lease {
        nonce,
        lane: 1,
        attempt,
    };
    let between = |a, b| LeaseConflict::between(&a, &b);
    assert_eq!(
        between(with(1, 0), with(1, 1)),
        Ok(LeaseConflict::FirstIsVoid)
    );
    assert_eq!(
        between(with(1, 1), with(1, 0)),
        Ok(LeaseConflict::SecondIsVoid)
    );
    assert_eq!(
        between(with(1, 9), with(1, 9)),
        Ok(LeaseConflict::CoordinatorAtFault)
    );
    let edge = between(with(1, 0), with(1, u32::MAX));
    assert_eq!(edge, Ok(LeaseConflict::FirstIsVoid));
    let refused = between(with(1, 0), with(2, 0));
    assert_error!(
        refused,
        ProofError::Mismatch {
            what: "nonce of the second lease",
            expected: 1,
            actual: 2
        }
    );
    // Lanes are each worker's own.
    let other_lane = Lease {
        lane: 2,
        ..with(1, 9)
    };
    assert_eq!(
        between(with(1, 9), other_lane),
        Ok(LeaseConflict::CoordinatorAtFault)
    );
    assert_eq!(LEASED.to_bytes().len(), 20);
}
