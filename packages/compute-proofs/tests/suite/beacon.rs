//! Public randomness: real rounds of drand's quicknet, and everything else.

use compute_proofs::{
    ProofError,
    beacon::{Network, QUICKNET, randomness},
    crypto::{Crypto, Host},
};

use super::support::assert_error;

/// Rounds of quicknet as its public relays serve them: round, signature,
/// randomness.
const ROUNDS: [(u64, &str, &str); 4] = [
    (
        1000,
        "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39",
        "fe290beca10872ef2fb164d2aa4442de4566183ec51c56ff3cd603d930e54fdd",
    ),
    (
        1001,
        "b33bf3667cbd5a82de3a24b4e0e9fe5513cc1a0e840368c6e31f5fcfa79bea03f73896b25883abf2853d10337fb8fa41",
        "",
    ),
    (
        1002,
        "ab066f9c12dd6de1336fca0f925192fb0c72a771c3e4c82ede1fd362c1a770f9eb05843c6308ce2530b53a99c0281a6e",
        "",
    ),
    (
        657_413,
        "b713718a38ae728dfd477991af2822e08d2f305e47718cef9f7848ce4050e7be41076862b98fad56e91a6b85b89cd97b",
        "fc1873a13f3545aeade8401532ef5519920652eee6b0d2b19ca12643b87b3587",
    ),
];

fn signature(at: usize) -> [u8; 48] {
    hex::decode(ROUNDS[at].1).unwrap().try_into().unwrap()
}

fn verify(round: u64, signature: &[u8; 48]) -> Result<[u8; 32], ProofError> {
    QUICKNET.verify(&Host, round, signature)
}

fn assert_refused(round: u64, signature: &[u8; 48]) {
    assert_eq!(
        verify(round, signature),
        Err(ProofError::BadSignature {
            what: "beacon round"
        }),
        "round {round}: {}",
        hex::encode(signature)
    );
}

#[test]
fn real_rounds_verify() {
    for (at, (round, _, expected)) in ROUNDS.iter().enumerate() {
        let found = verify(*round, &signature(at)).unwrap();
        assert_eq!(found, randomness(&signature(at)));
        if !expected.is_empty() {
            assert_eq!(hex::encode(found), *expected, "round {round}");
        }
    }
}

#[test]
fn a_signature_is_of_its_own_round_only() {
    for (at, &(round, ..)) in ROUNDS.iter().enumerate() {
        for other in [1, round - 1, round + 1, round << 8, round << 32, u64::MAX] {
            assert_refused(other, &signature(at));
        }
        assert_error!(
            verify(0, &signature(at)),
            ProofError::OutOfRange {
                what: "beacon round",
                value: 0,
                ..
            }
        );
    }
    assert_refused(1000, &signature(1));
}

#[test]
fn a_flipped_bit_anywhere_is_refused() {
    for byte in 0..48 {
        let mut signature = signature(0);
        signature[byte] ^= 1 << (byte % 8);
        assert_refused(1000, &signature);
    }
    // The sign bit: the negated point, which is a valid one.
    let mut negated = signature(0);
    negated[0] ^= 0x20;
    assert_refused(1000, &negated);
}

#[test]
fn points_that_sign_nothing_are_refused() {
    let mut infinity = [0; 48];
    infinity[0] = 0xc0;
    let mut infinity_with_rest = infinity;
    infinity_with_rest[47] = 1;
    let mut uncompressed = signature(0);
    uncompressed[0] &= 0x7f;
    for signature in [
        infinity,
        infinity_with_rest,
        [0; 48],
        [0xff; 48],
        uncompressed,
    ] {
        assert_refused(1000, &signature);
    }
    // Small x: some are no points, the others not in the subgroup.
    for x in 0..32 {
        let mut point = [0; 48];
        (point[0], point[47]) = (0x80, x);
        assert_refused(1000, &point);
    }
    let other_message = Host.hash_to_g1(b"a point of the subgroup", b"another domain");
    assert_refused(1000, &other_message.unwrap());
}

#[test]
fn a_network_with_another_or_no_key_verifies_nothing() {
    let mut flipped = QUICKNET.public_key;
    flipped[95] ^= 1;
    for public_key in [flipped, [0; 96], [0xff; 96]] {
        let network = Network {
            public_key,
            ..QUICKNET
        };
        let answer = network.verify(&Host, 1000, &signature(0));
        assert_error!(answer, ProofError::BadSignature { .. });
    }
}

#[test]
fn networks_that_nothing_can_rest_on_are_refused() {
    assert_eq!(QUICKNET.validate(), Ok(()));
    // Under the point at infinity anybody can sign.
    let mut public_key = [0; 96];
    public_key[0] = 0xc0;
    let open = Network {
        public_key,
        ..QUICKNET
    };
    assert_error!(
        open.validate(),
        ProofError::BadSignature {
            what: "beacon network's key"
        }
    );
    let still = Network {
        period: 0,
        ..QUICKNET
    };
    assert_error!(
        still.validate(),
        ProofError::OutOfRange {
            what: "beacon period",
            ..
        }
    );
    assert_eq!(
        still.round_at_or_after(still.genesis + 9),
        10,
        "defined all the same"
    );
}

fn network(genesis: u64, period: u64) -> Network {
    Network {
        genesis,
        period,
        ..QUICKNET
    }
}

#[test]
fn round_1000_was_at_its_published_time() {
    // 2023-08-23T15:59:24Z.
    assert_eq!(QUICKNET.time_of(1000), 1_692_806_364);
    assert_eq!(QUICKNET.round_at_or_after(1_692_806_364), 1000);
}

#[test]
fn times_and_rounds_are_inverse() {
    for period in [1, 2, 3, 30, 1000] {
        let network = network(1_000_000, period);
        for round in [1, 2, 3, 10, 657_413, 1 << 40] {
            let time = network.time_of(round);
            assert_eq!(network.round_at_or_after(time), round, "exactly on");
            assert_eq!(
                network.round_at_or_after(time + 1),
                round + 1,
                "one second after"
            );
            let before = network.round_at_or_after(time - 1);
            let expected = if period == 1 {
                (round - 1).max(1)
            } else {
                round
            };
            assert_eq!(before, expected, "one second before");
        }
    }
}

#[test]
fn the_first_round_at_or_after_is_neither_earlier_nor_later() {
    for period in [1, 3, 7] {
        let network = network(100, period);
        for time in 0..200 {
            let round = network.round_at_or_after(time);
            assert!(network.time_of(round) >= time);
            assert!(round == 1 || network.time_of(round - 1) < time);
        }
    }
}

#[test]
fn nothing_comes_before_the_first_round() {
    for time in [0, 1, QUICKNET.genesis - 1, QUICKNET.genesis] {
        assert_eq!(QUICKNET.round_at_or_after(time), 1);
    }
    assert_eq!(QUICKNET.time_of(0), QUICKNET.genesis);
    assert_eq!(QUICKNET.time_of(1), QUICKNET.genesis);
}

#[test]
fn the_ends_of_64_bits_saturate() {
    assert_eq!(QUICKNET.time_of(u64::MAX), u64::MAX);
    assert_eq!(network(u64::MAX, 3).time_of(2), u64::MAX);
    assert_eq!(network(0, u64::MAX).time_of(3), u64::MAX);
    assert_eq!(network(0, 1).round_at_or_after(u64::MAX), u64::MAX);
    assert_eq!(network(0, u64::MAX).round_at_or_after(u64::MAX), 2);
    assert_eq!(network(u64::MAX, 3).round_at_or_after(u64::MAX), 1);
}
