//! Fraud proofs about receipts that break their grant's terms, or were never
//! granted.

use compute_proofs::{Hash, ProofError, opening::Fraud, receipt::Receipt, task::Grant};
use test_suite::fixtures::{COMMIT_BY, COORDINATOR, Job, grant, order, sign};

use super::{
    solo::Solo,
    support::{NO_ANSWER, NoHost, assert_error, hash},
};

fn job() -> Job {
    Job::pipeline(31).unwrap()
}

/// The verdict on a receipt that is a lie.
fn lied(lie: impl Fn(&mut Receipt)) -> Result<Fraud, ProofError> {
    Solo::with(job(), |_| (), lie).receipt_fraud()
}

/// The verdict on a receipt that names a grant as it was signed.
fn granted(change: impl Fn(&mut Grant)) -> Result<Fraud, ProofError> {
    Solo::with(job(), change, |_| ()).receipt_fraud()
}

/// The same, signed by the right keys.
fn well_signed(change: impl Fn(&mut Grant)) -> Result<Fraud, ProofError> {
    granted(|given| {
        change(given);
        *given = grant(given.authorisation, given.lease);
    })
}

const NONE: Result<Fraud, ProofError> = Err(ProofError::NoFraud);
const SHOWN: Result<Fraud, ProofError> = Ok(Fraud::Receipt);

#[test]
fn an_honest_receipt() {
    assert_eq!(lied(|_| ()), NONE);
    assert_eq!(well_signed(|_| ()), NONE);
    // What a receipt alone cannot show.
    assert_eq!(lied(|x| x.output_root = Hash::ZERO), NONE);
    assert_eq!(lied(|x| x.trace_root = Hash::ZERO), NONE);
}

#[test]
fn a_receipt_that_contradicts_its_program() {
    assert_eq!(lied(|x| x.ops += 1), SHOWN);
    assert_eq!(lied(|x| x.ops -= 1), SHOWN);
    assert_eq!(lied(|x| x.ops = 0), SHOWN);
    assert_eq!(lied(|x| x.ops = u128::MAX), SHOWN);
}

#[test]
fn a_receipt_that_contradicts_its_grant() {
    assert_eq!(lied(|x| x.nonce += 1), SHOWN, "another task");
    assert_eq!(well_signed(|x| x.authorisation.nonce += 1), SHOWN);
    assert_eq!(well_signed(|x| x.lease.nonce += 1), SHOWN);
    assert_eq!(well_signed(|x| x.authorisation.max_ops -= 1), SHOWN);
    assert_eq!(well_signed(|x| x.authorisation.max_ops += 1), NONE);
    assert_eq!(
        well_signed(|x| x.authorisation.expires = COMMIT_BY - 1),
        SHOWN
    );
    assert_eq!(well_signed(|x| x.authorisation.expires = COMMIT_BY), NONE);
    // What the contract knows and this crate does not: sums of ops, and which of
    // two leases stands.
    assert_eq!(well_signed(|x| x.authorisation.cum_ops = 0), NONE);
    assert_eq!(well_signed(|x| x.lease.attempt = u32::MAX), NONE);
    assert_eq!(well_signed(|x| x.lease.until = 0), NONE);
}

#[test]
fn a_receipt_by_nobodys_leave() {
    let given = Solo::honest(job()).grant;
    let by_the_coordinator = sign(COORDINATOR, &given.authorisation.message(&order()));
    for signature in [[0; 64], [0xff; 64], by_the_coordinator] {
        assert_eq!(granted(|x| x.authorisation_signature = signature), SHOWN);
    }
    assert_eq!(granted(|x| x.authorisation_signature[20] ^= 4), SHOWN);
    assert_eq!(granted(|x| x.lease_signature[20] ^= 4), SHOWN);
    let for_another = sign(COORDINATOR, &given.lease.message(&order(), "wasm1other"));
    assert_eq!(granted(|x| x.lease_signature = for_another), SHOWN);
}

#[test]
fn a_receipt_whose_program_or_grant_is_not_shown() {
    assert_error!(
        well_signed(|x| x.authorisation.program = hash(1)),
        ProofError::RootMismatch {
            what: "program",
            ..
        }
    );
    assert_error!(
        lied(|x| x.grant = hash(1)),
        ProofError::RootMismatch { what: "grant", .. }
    );
}

#[test]
fn a_host_that_cannot_tell_convicts_nobody() {
    let honest = Solo::honest(job());
    assert_eq!(honest.receipt_fraud_with(&NoHost), Err(NO_ANSWER));
    // Not even a forger: the proof can be brought again.
    let forged = Solo::with(job(), |x| x.lease_signature = [0; 64], |_| ());
    assert_eq!(forged.receipt_fraud_with(&NoHost), Err(NO_ANSWER));
    assert_eq!(forged.receipt_fraud(), SHOWN);
    // Nor by what needs no signature, as long as the host is asked at all.
    let wrong_ops = Solo::with(job(), |_| (), |x| x.ops += 1);
    assert_eq!(wrong_ops.receipt_fraud_with(&NoHost), Err(NO_ANSWER));
}
