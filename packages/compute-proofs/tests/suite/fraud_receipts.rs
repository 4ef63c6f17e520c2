//! Fraud proofs about receipts: contradictions and repetitions.

use compute_proofs::{
    Hash, ProofError,
    opening::{BatchContext, Fraud, FraudProof, NamedReceipt, verify_repeated},
    receipt::{Receipt, Receipts},
    task::{Authorisation, SignedAuthorisation},
};
use test_suite::fixtures::{Settled, WORKER, authorise, order};

use super::{
    fraud::{job, verdict},
    support::{assert_error, hash, named},
};

#[test]
fn a_receipt_that_contradicts_its_program_or_authorisation() {
    let lies: [fn(&mut Receipt); 5] = [
        |x| x.ops += 1,
        |x| x.ops -= 1,
        |x| x.ops = 0,
        |x| x.ops = u128::MAX,
        |x| x.nonce += 1,
    ];
    for lie in lies {
        let settled = Settled::with(vec![job()], lie).unwrap();
        let proof = FraudProof::Receipt(named(&settled, 0));
        assert_eq!(verdict(&settled, &proof), Ok(Fraud::Receipt));
    }
}

/// The verdict on a receipt that names this authorisation.
fn named_verdict(signed: SignedAuthorisation) -> Result<Fraud, ProofError> {
    let name = |x: &mut Receipt| x.authorisation = signed.hash(&order());
    let settled = Settled::with(vec![job()], name).unwrap();
    let proof = NamedReceipt {
        authorisation: signed,
        ..named(&settled, 0)
    };
    verdict(&settled, &FraudProof::Receipt(proof))
}

#[test]
fn a_receipt_by_nobodys_leave() {
    let honest = job().authorisation(0);
    assert_eq!(named_verdict(honest), Err(ProofError::NoFraud));
    let mut forged = honest;
    forged.signature[20] ^= 4;
    assert_eq!(named_verdict(forged), Ok(Fraud::Receipt));
    forged.signature = [0; 64];
    assert_eq!(named_verdict(forged), Ok(Fraud::Receipt));
    let with = |change: fn(&mut Authorisation)| {
        let mut authorisation = honest.authorisation;
        change(&mut authorisation);
        named_verdict(authorise(authorisation))
    };
    assert_eq!(
        with(|x| x.max_ops -= 1),
        Ok(Fraud::Receipt),
        "ops above the maximum"
    );
    assert_eq!(with(|x| x.nonce += 1), Ok(Fraud::Receipt), "another task's");
    assert_eq!(with(|x| x.max_ops += 1), Err(ProofError::NoFraud));
    // What the contract knows and this crate does not: sums and expiry.
    assert_eq!(with(|x| x.expires = 0), Err(ProofError::NoFraud));
    assert_error!(
        with(|x| x.program = Hash::ZERO),
        ProofError::RootMismatch {
            what: "program",
            ..
        }
    );
}

fn context(receipts: &Receipts) -> BatchContext<'static> {
    BatchContext {
        order: order(),
        worker: WORKER,
        batch: receipts.batch(),
    }
}

#[test]
fn one_task_twice() {
    let receipt = |nonce, lane| job().receipt(nonce, lane);
    // At two places of one batch.
    let batch = Receipts::new(vec![receipt(1, 10), receipt(2, 11), receipt(1, 12)]).unwrap();
    let at = |index| batch.prove(index).unwrap();
    let one = context(&batch);
    let repeated = |a, b| verify_repeated((&one, &at(a)), (&one, &at(b)));
    assert_eq!(repeated(0, 2), Ok(Fraud::Repeated));
    assert_eq!(repeated(2, 0), Ok(Fraud::Repeated));
    assert_eq!(repeated(0, 1), Err(ProofError::NoFraud));
    assert_eq!(repeated(0, 0), Err(ProofError::NoFraud));
    // In two batches, also where the second has another result.
    let mut other = receipt(2, 20);
    other.output_root = hash(1);
    let later = Receipts::new(vec![other, receipt(3, 21)]).unwrap();
    let two = context(&later);
    let across = |a, b| verify_repeated((&one, &at(a)), (&two, &later.prove(b).unwrap()));
    assert_eq!(across(1, 0), Ok(Fraud::Repeated));
    assert_eq!(across(0, 0), Err(ProofError::NoFraud));
    assert_eq!(across(1, 1), Err(ProofError::NoFraud));
}
