//! What a worker accepts: exactly what an honest receipt will hold under.

use compute_proofs::{
    Hash,
    ProofError::{self, BadSignature, Mismatch, NoFraud, OutOfRange, RootMismatch},
    crypto::{Crypto, Host},
    opening::{Fraud, FraudProof, check_offer, verify_fraud},
    task::{Grant, OrderContext},
};
use test_suite::fixtures::{
    AUTHORISER, COMMIT_BY, COORDINATOR, Job, Settled, WORKER, grant, order, sign,
};

use super::{
    solo::Solo,
    support::{NO_ANSWER, NoHost, array, assert_error, hash, index, plan},
};

fn job() -> Job {
    Job::matrix(51, 2, 2, 8).unwrap()
}

/// What the worker says to a grant for this job's input.
fn offered_by(crypto: &impl Crypto, job: &Job, grant: &Grant) -> Result<(), ProofError> {
    let (header, input) = (&job.run.header, job.record(0).input_root());
    check_offer(crypto, &order(), WORKER, grant, header, &input, COMMIT_BY)
}

fn offered(job: &Job, grant: &Grant) -> Result<(), ProofError> {
    offered_by(&Host, job, grant)
}

/// The verdict on the honest receipt under a grant, on a chain where only this
/// job's program is registered.
fn judged(job: &Job, grant: &Grant) -> Result<Fraud, ProofError> {
    let nonce = grant.authorisation.nonce;
    let solo = Solo::with(job.clone(), |x| *x = *grant, |x| x.nonce = nonce);
    let proof = FraudProof::Receipt(solo.named());
    let header = &job.run.header;
    let registered = (proof.program() == header.hash()).then_some(header);
    verify_fraud(&Host, &solo.context(), registered, &proof)
}

fn honest() -> Grant {
    job().grant(Settled::nonce(0))
}

/// The grant, changed and signed by the right keys.
fn well_signed(change: impl Fn(&mut Grant)) -> Grant {
    let mut given = honest();
    change(&mut given);
    grant(given.authorisation, given.lease)
}

#[test]
fn a_grant_that_a_receipt_holds_under_is_accepted() {
    let job = job();
    let accepted: [fn(&mut Grant); 8] = [
        |_| (),
        |x| x.authorisation.max_ops += 1,
        |x| x.authorisation.max_ops = u128::MAX,
        |x| x.authorisation.expires += 1,
        |x| x.authorisation.expires = u64::MAX,
        |x| x.authorisation.cum_ops = 0,
        |x| x.lease.attempt = u32::MAX,
        |x| (x.authorisation.nonce, x.lease.nonce) = (9, 9),
    ];
    for change in accepted {
        let given = well_signed(change);
        assert_eq!(offered(&job, &given), Ok(()));
        assert_eq!(judged(&job, &given), Err(NoFraud));
    }
}

#[test]
fn a_grant_that_no_receipt_would_hold_under_is_refused() {
    let job = job();
    let refused = |change: fn(&mut Grant)| {
        let given = well_signed(change);
        assert_eq!(judged(&job, &given), Ok(Fraud::Receipt));
        offered(&job, &given)
    };
    let ops = "ops of the receipt";
    assert_error!(refused(|x| x.authorisation.max_ops -= 1), OutOfRange { what, .. } if what == ops);
    assert_error!(refused(|x| x.authorisation.max_ops = 0), OutOfRange { what, .. } if what == ops);
    let expiry = "expiry of the authorisation";
    assert_error!(refused(|x| x.authorisation.expires -= 1), OutOfRange { what, .. } if what == expiry);
    assert_error!(refused(|x| x.authorisation.expires = 0), OutOfRange { what, .. } if what == expiry);
    assert_error!(
        refused(|x| x.authorisation.program = hash(1)),
        RootMismatch {
            what: "program",
            ..
        }
    );
    assert_error!(
        refused(|x| x.lease.nonce += 1),
        Mismatch {
            what: "nonce of the lease",
            ..
        }
    );
}

#[test]
fn another_input_than_the_one_that_was_sent_is_refused() {
    for root in [
        hash(1),
        Hash::ZERO,
        Job::matrix(52, 2, 2, 8).unwrap().record(0).input_root(),
    ] {
        let given = well_signed(|x| x.authorisation.input_root = root);
        assert_error!(
            offered(&job(), &given),
            RootMismatch {
                what: "task input",
                ..
            }
        );
        // It is no fraud to have worked on it: the receipt says nothing of it.
        assert_eq!(judged(&job(), &given), Err(NoFraud));
    }
}

#[test]
fn a_grant_of_nobodys_or_for_somebody_else_is_refused() {
    let job = job();
    let given = honest();
    let (authorisation, lease) = (
        given.authorisation.message(&order()),
        given.lease.message(&order(), WORKER),
    );
    let for_another = given.lease.message(&order(), "wasm1other");
    for signature in [[0; 64], [0xff; 64], sign(COORDINATOR, &authorisation)] {
        let forged = Grant {
            authorisation_signature: signature,
            ..given
        };
        assert_error!(
            offered(&job, &forged),
            BadSignature {
                what: "authorisation"
            }
        );
        assert_eq!(judged(&job, &forged), Ok(Fraud::Receipt));
    }
    for signature in [
        [0; 64],
        [0xff; 64],
        sign(AUTHORISER, &lease),
        sign(COORDINATOR, &for_another),
    ] {
        let forged = Grant {
            lease_signature: signature,
            ..given
        };
        assert_error!(offered(&job, &forged), BadSignature { what: "lease" });
        assert_eq!(judged(&job, &forged), Ok(Fraud::Receipt));
    }
    let (header, input) = (&job.run.header, job.record(0).input_root());
    let others = check_offer(
        &Host,
        &order(),
        "wasm1other",
        &given,
        header,
        &input,
        COMMIT_BY,
    );
    assert_error!(others, BadSignature { what: "lease" });
    let other = OrderContext {
        order: 8,
        ..order()
    };
    let others = check_offer(&Host, &other, WORKER, &given, header, &input, COMMIT_BY);
    assert_error!(others, BadSignature { .. });
    assert_eq!(offered_by(&NoHost, &job, &given), Err(NO_ANSWER));
}

#[test]
fn accepted_is_what_holds_whatever_the_grant() {
    // A receipt does not show its input; everything else is judged alike.
    let (plan, job) = (plan(), job());
    let mut random = plan.random("offered grants");
    let changes: [fn(&mut Grant, u64); 9] = [
        |x, by| x.authorisation.max_ops = x.authorisation.max_ops.wrapping_add(by.into()),
        |x, by| x.authorisation.max_ops = x.authorisation.max_ops.wrapping_sub(by.into()),
        |x, by| x.authorisation.expires = x.authorisation.expires.wrapping_add(by),
        |x, by| x.authorisation.expires = x.authorisation.expires.wrapping_sub(by),
        |x, by| x.authorisation.nonce = x.authorisation.nonce.wrapping_add(by),
        |x, by| x.lease.nonce = x.lease.nonce.wrapping_add(by),
        |x, by| x.authorisation.cum_ops = by.into(),
        |x, by| x.lease.until = by,
        |x, by| x.authorisation.program.0[0] ^= u8::try_from(by % 2).unwrap(),
    ];
    let mut accepted = 0u32;
    for _ in 0..plan.pick(150, 5_000) {
        let mut given = honest();
        for _ in 0..random.below(3) {
            let change = changes[index(u32::try_from(random.below(9)).unwrap())];
            let bits = random.below(64);
            change(&mut given, random.below(3).max(random.next_u64() >> bits));
        }
        let mut given = grant(given.authorisation, given.lease);
        match random.below(8) {
            0 => given.lease_signature = array(&mut random),
            1 => given.authorisation_signature[0] ^= 1,
            _ => {}
        }
        let (said, verdict) = (offered(&job, &given), judged(&job, &given));
        assert_eq!(
            said.is_ok(),
            verdict == Err(NoFraud),
            "{said:?}, {verdict:?}, {}",
            plan.describe()
        );
        assert!(verdict == Err(NoFraud) || verdict == Ok(Fraud::Receipt));
        accepted += u32::from(said.is_ok());
    }
    assert!(accepted > 20, "{accepted}");
}
