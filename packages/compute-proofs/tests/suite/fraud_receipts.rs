//! Fraud proofs about receipts that break their grant's terms, or were never
//! granted.

use compute_proofs::{
    Hash, ProofError,
    crypto::{Crypto, Host},
    opening::{Fraud, FraudProof, Place, verify_fraud},
    receipt::Receipt,
    task::Grant,
    tensor::SealPreimage,
};
use test_suite::fixtures::{COMMIT_BY, COORDINATOR, Job, Settled, grant, order, sign};

use super::{
    solo::Solo,
    support::{NO_ANSWER, NoHost, assert_error, hash, named, trace_evidence},
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
    assert_eq!(lied(|x| x.ops = u128::MAX), SHOWN);
}

#[test]
fn a_receipt_without_ops() {
    // Alone it makes no batch; among others it is a lie like any other.
    assert_error!(
        lied(|x| x.ops = 0),
        ProofError::OutOfRange {
            what: "ops of a batch",
            ..
        }
    );
    let jobs = vec![job(), job()];
    let settled = Settled::with(jobs, |receipt| {
        if receipt.nonce == Settled::nonce(0) {
            receipt.ops = 0;
        }
    });
    let settled = settled.unwrap();
    let shown = |job| settled.verify_fraud(&FraudProof::Receipt(named(&settled, job)));
    assert_eq!((shown(0), shown(1)), (SHOWN, NONE));
}

/// What the chain says where the program is not registered.
fn unregistered(
    crypto: &impl Crypto,
    solo: &Solo,
    proof: &FraudProof,
) -> Result<Fraud, ProofError> {
    verify_fraud(crypto, &solo.context(), None, proof)
}

#[test]
fn a_receipt_for_a_program_that_is_not_registered() {
    let about = |solo: &Solo| unregistered(&Host, solo, &FraudProof::Receipt(solo.named()));
    // However well it was granted, and whatever else is wrong with it.
    assert_eq!(about(&Solo::honest(job())), SHOWN);
    assert_eq!(about(&Solo::with(job(), |_| (), |x| x.ops += 1)), SHOWN);
    let forged = Solo::with(job(), |x| x.lease_signature = [0; 64], |_| ());
    assert_eq!(about(&forged), SHOWN);
    // It is still the batch's receipt and the grant that it names.
    let (solo, other) = (
        Solo::honest(job()),
        Solo::honest(Job::pipeline(32).unwrap()),
    );
    let mut foreign = solo.named();
    foreign.grant = other.grant;
    assert_error!(
        unregistered(&Host, &solo, &FraudProof::Receipt(foreign)),
        ProofError::RootMismatch { what: "grant", .. }
    );
    assert_error!(
        unregistered(&Host, &solo, &FraudProof::Receipt(other.named())),
        ProofError::RootMismatch { what: "batch", .. }
    );
    // A host that cannot tell convicts nobody here either.
    for solo in [solo, forged] {
        let proof = FraudProof::Receipt(solo.named());
        assert_eq!(unregistered(&NoHost, &solo, &proof), Err(NO_ANSWER));
    }
}

#[test]
fn nothing_else_is_shown_of_a_program_that_is_not_registered() {
    // Not even what is wrong.
    let wrong = Solo::with(job().corrupt(0, 0).unwrap(), |_| (), |_| ());
    let settled = Settled {
        jobs: vec![wrong.job.clone()],
        receipts: wrong.receipts.clone(),
    };
    let place = Place {
        output: 0,
        row: 0,
        col: 0,
    };
    let element = FraudProof::Element(settled.evidence(0, 0, place).unwrap());
    let header = Some(&wrong.job.run.header);
    let shown = verify_fraud(&Host, &wrong.context(), header, &element);
    assert!(matches!(shown, Ok(Fraud::Element { .. })), "{shown:?}");
    for proof in [
        element,
        FraudProof::Result(trace_evidence(&settled, 0, 4)),
        FraudProof::OutputCount(trace_evidence(&settled, 0, 0)),
        FraudProof::OutputSpec {
            evidence: trace_evidence(&settled, 0, 0),
            output: 0,
            preimage: SealPreimage {
                spec: *wrong.job.run.outputs[0][0].spec(),
                top: hash(1),
            },
        },
    ] {
        assert_error!(
            unregistered(&Host, &wrong, &proof),
            ProofError::Missing {
                what: "registered program"
            }
        );
    }
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
