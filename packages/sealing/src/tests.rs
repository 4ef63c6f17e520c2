use chain_client::keys::SigningKey;
use proptest::prelude::*;

use super::*;

fn bond(app: &OpeningKey) -> Bond {
    Bond {
        grant: Hash([7; 32]),
        reply_key: app.public(),
    }
}

fn part(root: u8, content: &[u8]) -> Part<&[u8]> {
    Part {
        root: Hash([root; 32]),
        content,
    }
}

fn length(part: &Part<&[u8]>) -> Part<u64> {
    Part {
        root: part.root,
        content: u64::try_from(part.content.len()).unwrap(),
    }
}

/// RFC 9180, appendix A.2: the suite is the one that it should be.
#[test]
fn the_suite_is_the_rfcs() {
    let bytes = |text: &str| hex::decode(text).unwrap();
    let info = bytes("4f6465206f6e2061204772656369616e2055726e");
    let text = b"Beauty is truth, truth beauty";
    let check = |mode: OpModeR<'_, X25519HkdfSha256>, secret: &str, enc: &str, sealed: &str| {
        let secret = <X25519HkdfSha256 as Kem>::PrivateKey::from_bytes(&bytes(secret)).unwrap();
        let enc = Encapsulated::from_bytes(&bytes(enc)).unwrap();
        let mut receiver: Receiver = hpke::setup_receiver(&mode, &secret, &enc, &info).unwrap();
        assert_eq!(receiver.open(&bytes(sealed), b"Count-0").unwrap(), text);
    };
    check(
        OpModeR::Base,
        "8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb",
        "1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a",
        "1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db\
         21993c62ce81883d2dd1b51a28",
    );
    let sender = "f0f4f9e96c54aeed3f323de8534fffd7e0577e4ce269896716bcb95643c8712b";
    let sender = Deserializable::from_bytes(&bytes(sender)).unwrap();
    check(
        OpModeR::Auth(sender),
        "3ca22a6d1cda1bb9480949ec5329d3bf0b080ca4c45879c95eddb55c70b80b82",
        "f7674cc8cd7baa5872d1f33dbaffe3314239f6197ddf5ded1746760bfc847e0e",
        "ab1a13c9d4f01a87ec3440dbd756e2677bd2ecf9df0ce7ed73869b98e00c09be\
         111cb9fdf077347aeb88e61bdf",
    );
}

#[test]
fn what_is_sealed_for_one_lease_opens_under_no_other() {
    let (app, lease, other) = keys();
    let bond = bond(&app);
    let parts = [part(1, b"first"), part(2, b""), part(3, b"third")];
    let sealed = seal_inputs(&bond, &lease.public(), &parts).unwrap();
    let lengths = parts.map(|part| length(&part));
    let expected = sealed_inputs_bytes(lengths.map(|part| part.content));
    assert_eq!(Some(u64::try_from(sealed.len()).unwrap()), expected);
    let opened = open_inputs(&bond, &lease, &lengths, &sealed).unwrap();
    let opened: Vec<_> = opened.iter().map(|part| part.as_slice()).collect();
    assert_eq!(opened, parts.map(|part| part.content));

    let closed = Err(SealError::Closed { part: 0 });
    let refused = |bond: &Bond, key: &OpeningKey, parts: &[Part<u64>]| {
        open_inputs(bond, key, parts, &sealed).map(|_| ())
    };
    // Another lease: another grant, or another key.
    let another = Bond {
        grant: Hash([8; 32]),
        ..bond
    };
    assert_eq!(refused(&another, &lease, &lengths), closed);
    assert_eq!(refused(&bond, &other, &lengths), closed);
    // A coordinator that wants the result sealed to itself.
    let swapped = Bond {
        reply_key: other.public(),
        ..bond
    };
    assert_eq!(refused(&swapped, &lease, &lengths), closed);
    // Other roots, and parts in other places.
    let mut renamed = lengths;
    renamed[0].root = Hash([9; 32]);
    assert_eq!(refused(&bond, &lease, &renamed), closed);
    let longer = Part {
        content: 6,
        ..lengths[0]
    };
    let moved = [longer, lengths[1], lengths[2]];
    assert!(matches!(
        refused(&bond, &lease, &moved),
        Err(SealError::Length { .. })
    ));
}

fn keys() -> (OpeningKey, OpeningKey, OpeningKey) {
    let key = || OpeningKey::generate().unwrap();
    (key(), key(), key())
}

#[test]
fn a_result_is_the_lease_holders_and_for_the_app_alone() {
    let (app, lease, other) = keys();
    let bond = bond(&app);
    let result = part(5, b"result");
    let sealed = seal_result(&bond, &lease, result).unwrap();
    assert_eq!(
        sealed_result_bytes(6),
        Some(u64::try_from(sealed.len()).unwrap())
    );
    let open = |key: &OpeningKey, from: &OpeningKey, sealed: &[u8]| {
        open_result(&bond, key, &from.public(), length(&result), sealed)
    };
    assert_eq!(open(&app, &lease, &sealed).unwrap().as_slice(), b"result");
    let closed = SealError::Closed { part: 0 };
    assert_eq!(open(&other, &lease, &sealed).unwrap_err(), closed);
    // Somebody else's result, sealed to the same app.
    let forged = seal_result(&bond, &other, result).unwrap();
    assert_eq!(open(&app, &lease, &forged).unwrap_err(), closed);
    // Inputs are no result.
    let inputs = seal_inputs(&bond, &app.public(), &[result]).unwrap();
    assert_eq!(open(&app, &lease, &inputs).unwrap_err(), closed);
}

#[test]
fn a_key_is_the_operators_for_one_lease() {
    let (app, lease, other) = keys();
    let (operator, stranger) = (
        SigningKey::from_bytes(&[1; 32]),
        SigningKey::from_bytes(&[2; 32]),
    );
    let bond = bond(&app);
    let signature = operator.sign(&bond.key_message(&lease.public()));
    let check = |bond: &Bond, key: &OpeningKey, signer: &SigningKey| {
        check_key(bond, &key.public(), &signature, &signer.public())
    };
    assert!(check(&bond, &lease, &operator));
    assert!(!check(&bond, &other, &operator), "a swapped key");
    assert!(!check(&bond, &lease, &stranger), "another operator's");
    let another = Bond {
        grant: Hash([8; 32]),
        ..bond
    };
    assert!(!check(&another, &lease, &operator), "an older lease's");
}

#[test]
fn keys_are_kept_and_not_shown() {
    let (app, ..) = keys();
    let again = OpeningKey::from_bytes(&app.to_bytes()).unwrap();
    assert_eq!(again.public(), app.public());
    let shown = format!("{app:?}");
    assert!(
        !shown.contains(&format!("{:?}", app.to_bytes().as_slice())),
        "{shown}"
    );
    assert_eq!(PublicKey::from_slice(&[1; 31]), Err(SealError::Key));
    // The point that makes no secret.
    let low = PublicKey([0; 32]);
    let bond = bond(&app);
    assert_eq!(seal_inputs(&bond, &low, &[]), Err(SealError::Failed));
    assert_eq!(sealed_inputs_bytes([u64::MAX]), None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever is changed, cut off or added: it does not open, and nothing panics.
    #[test]
    fn nothing_that_was_changed_opens(
        content in prop::collection::vec(any::<u8>(), 0..200),
        at in any::<prop::sample::Index>(),
        flip in 1u8..,
        cut in 1usize..60,
    ) {
        let (app, lease, _) = keys();
        let bond = bond(&app);
        let parts = [part(1, &content), part(2, b"more")];
        let sealed = seal_inputs(&bond, &lease.public(), &parts).unwrap();
        let lengths = parts.map(|part| length(&part));
        let mut changed = sealed.clone();
        changed[at.index(sealed.len())] ^= flip;
        prop_assert!(open_inputs(&bond, &lease, &lengths, &changed).is_err());
        let short = &sealed[..sealed.len().saturating_sub(cut)];
        prop_assert!(open_inputs(&bond, &lease, &lengths, short).is_err());
        let long = [&sealed[..], &[0]].concat();
        prop_assert!(open_inputs(&bond, &lease, &lengths, &long).is_err());
    }
}
