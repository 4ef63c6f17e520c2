//! Demands: one element that somebody names, with no draw.

use compute_proofs::{
    ProofError::{self, BadSignature, Mismatch, OutOfRange, RootMismatch, WrongElement},
    codec::{Decode, Encode},
    crypto::{Crypto, Host},
    opening::{Evidence, Place, verify_demanded},
};
use test_suite::fixtures::{Job, Settled};

use super::{
    solo::Solo,
    support::{NO_ANSWER, NoHost, assert_error, hash, index, plan, settled},
};

const FIRST: Place = Place {
    output: 0,
    row: 0,
    col: 0,
};

/// What the chain says to the answer to a demand of task `job`.
fn demanded(
    settled: &Settled,
    job: u32,
    (operation, place): (u32, Place),
    evidence: &Evidence,
) -> Result<(), ProofError> {
    let demand = (Settled::nonce(job), operation, &place);
    let header = &settled.jobs[index(job)].run.header;
    verify_demanded(&Host, &settled.context(), header, demand, evidence)
}

#[test]
fn any_element_of_any_operation_can_be_had() {
    let settled = settled();
    let plan = plan();
    let mut random = plan.random("demanded elements");
    for (job, task) in (0..).zip(&settled.jobs) {
        for (operation, outputs) in (0..).zip(&task.run.outputs) {
            let shape = outputs[0].spec().shape;
            let (rows, cols) = (shape.rows(), shape.cols());
            let all = (0..rows).flat_map(|row| (0..cols).map(move |col| (row, col)));
            let last = (rows - 1, cols - 1);
            for (row, col) in all {
                // All of small ones, a tenth of large ones.
                let is_end = (row, col) == (0, 0) || (row, col) == last;
                if rows * cols > 100 && !is_end && random.below(plan.pick(10, 1)) > 0 {
                    continue;
                }
                let output = 0;
                let place = Place { output, row, col };
                let sent = settled.evidence(job, operation, place).unwrap().to_bytes();
                let evidence = Evidence::from_bytes(&sent).unwrap();
                let answer = demanded(&settled, job, (operation, place), &evidence);
                assert_eq!(answer, Ok(()), "{operation} of {job}: {place:?}");
            }
        }
    }
}

#[test]
fn nothing_else_answers_a_demand() {
    let settled = settled();
    let place = Place { row: 1, ..FIRST };
    let evidence = settled.evidence(0, 2, place).unwrap();
    let refused = |job, operation, place| demanded(&settled, job, (operation, place), &evidence);
    assert_eq!(refused(0, 2, place), Ok(()));
    for job in 1..5 {
        let what = "demanded task";
        assert_error!(refused(job, 2, place), Mismatch { what: found, .. } if found == what);
    }
    for operation in [0, 1, 3, 4, 5, u32::MAX] {
        assert_error!(
            refused(0, operation, place),
            Mismatch { what: "demanded operation", expected, actual: 2 }
                if expected == u128::from(operation)
        );
    }
    type Change = fn(&mut Place);
    let places: [(Change, &str); 4] = [
        (|x| x.output = 1, "opened output"),
        (|x| x.row = 0, "opened row"),
        (|x| x.row = u32::MAX, "opened row"),
        (|x| x.col = 3, "opened column"),
    ];
    for (change, what) in places {
        let mut other = place;
        change(&mut other);
        assert_error!(refused(0, 2, other), Mismatch { what: found, .. } if found == what);
        // Saying that it is the demanded one does not make it that.
        let mut claimed = evidence.clone();
        claimed.place = other;
        assert!(
            demanded(&settled, 0, (2, other), &claimed).is_err(),
            "{what}"
        );
    }
    let mut claimed = evidence.clone();
    claimed.operation.index = 3;
    assert!(demanded(&settled, 0, (3, place), &claimed).is_err());
    let mut claimed = evidence.clone();
    claimed.receipt.receipt.nonce = Settled::nonce(4);
    assert!(demanded(&settled, 4, (2, place), &claimed).is_err());
}

#[test]
fn a_wrong_element_is_no_answer() {
    for operation in 0..5u32 {
        let honest = Job::pipeline(61).unwrap();
        let spec = *honest.run.outputs[index(operation)][0].spec();
        let wrong = honest.corrupt(index(operation), 0).unwrap();
        let settled = Settled::new(vec![wrong]).unwrap();
        let evidence = settled.evidence(0, operation, FIRST).unwrap();
        let answer = demanded(&settled, 0, (operation, FIRST), &evidence);
        assert_error!(
            answer,
            WrongElement { operation: at, row: 0, col: 0, committed, recomputed }
                if at == operation && committed ^ recomputed == 1
        );
        // The one beside it is right.
        let place = Place { col: 1, ..FIRST };
        assert!(spec.shape.cols() > 1);
        let evidence = settled.evidence(0, operation, place).unwrap();
        assert_eq!(demanded(&settled, 0, (operation, place), &evidence), Ok(()));
    }
}

/// What the chain says to a demand of the first element of the last operation.
fn last(crypto: &impl Crypto, solo: &Solo) -> Result<(), ProofError> {
    let settled = Settled {
        jobs: vec![solo.job.clone()],
        receipts: solo.receipts.clone(),
    };
    let mut evidence = settled.evidence(0, 4, FIRST).unwrap();
    evidence.grant = solo.grant;
    let demand = (Settled::nonce(0), 4, &FIRST);
    let header = &solo.job.run.header;
    verify_demanded(crypto, &solo.context(), header, demand, &evidence)
}

#[test]
fn an_answer_keeps_to_its_grant_and_result() {
    let job = || Job::pipeline(62).unwrap();
    assert_eq!(last(&Host, &Solo::honest(job())), Ok(()));
    let wrong = Solo::with(job(), |_| (), |x| x.output_root = hash(1));
    assert_error!(last(&Host, &wrong), RootMismatch { what: "result", .. });
    let wrong = Solo::with(job(), |_| (), |x| x.ops += 1);
    let ops = "ops of the receipt";
    assert_error!(last(&Host, &wrong), Mismatch { what, .. } if what == ops);
    let wrong = Solo::with(job(), |x| x.authorisation.max_ops -= 1, |_| ());
    assert_error!(last(&Host, &wrong), OutOfRange { what, .. } if what == ops);
    let wrong = Solo::with(job(), |x| x.lease_signature = [0; 64], |_| ());
    assert_error!(last(&Host, &wrong), BadSignature { what: "lease" });
    assert_eq!(last(&NoHost, &Solo::honest(job())), Err(NO_ANSWER));
}
