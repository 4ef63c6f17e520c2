//! Wrong results are found and proven; right ones and strangers' are not.

use audit::{AuditError, Delivered, Finding, check, fraud_proof};
use compute_proofs::{Hash, opening::Fraud, program::TaskInput, receipt::Receipt};
use test_suite::fixtures::{Job, Settled, WORKER, order};
use worker::{
    cpu::CpuBackend,
    task::{SlotInput, Tensor, Weights},
};

/// What a coordinator has of job number `at` of a batch.
fn delivered(settled: &Settled, at: u32) -> Delivered {
    let job = &settled.jobs[usize::try_from(at).unwrap()];
    let plain = |tensor: &compute_proofs::tensor::Committed| {
        Tensor::new(*tensor.spec(), tensor.bytes().to_vec()).unwrap()
    };
    let inputs = job.inputs.iter().map(|input| match input {
        TaskInput::Tensor(tensor) => SlotInput::Tensor(plain(tensor)),
        TaskInput::Seed(seed) => SlotInput::Seed(*seed),
    });
    let weights = job.weights.iter().map(|tensor| Weights {
        root: tensor.root(),
        tensor: plain(tensor),
    });
    let nonce = Settled::nonce(at);
    Delivered {
        worker: WORKER.to_owned(),
        grant: job.grant(nonce),
        receipt: settled.receipts.prove(nonce).unwrap().receipt,
        program: job.program.clone(),
        inputs: inputs.collect(),
        weights: weights.collect(),
        output: plain(job.run.result().unwrap()),
    }
}

fn all_receipts(settled: &Settled) -> Vec<Receipt> {
    let count = u32::try_from(settled.jobs.len()).unwrap();
    (0..count)
        .map(|at| settled.receipts.prove(Settled::nonce(at)).unwrap().receipt)
        .collect()
}

fn found(delivered: &Delivered) -> Finding {
    check(&mut CpuBackend::default(), &order(), delivered, &[9; 32]).unwrap()
}

/// Honest, wrong in one byte, honest.
fn jobs(seeded: bool) -> Vec<Job> {
    let job = |seed| {
        if seeded {
            Job::seeded(seed, 24, 20, 96).unwrap()
        } else {
            Job::matrix(seed, 24, 20, 96).unwrap()
        }
    };
    vec![job(1), job(2).corrupt(0, 4 * 25).unwrap(), job(3)]
}

#[test]
fn a_wrong_element_is_found_and_proven_whatever_the_operands_are() {
    for seeded in [true, false] {
        let settled = Settled::new(jobs(seeded)).unwrap();
        assert_eq!(found(&delivered(&settled, 0)), Finding::Right);
        let wrong = delivered(&settled, 1);
        let finding = found(&wrong);
        let Finding::Element {
            place,
            delivered: committed,
            right,
            ..
        } = finding
        else {
            panic!("{finding:?}");
        };
        assert_eq!((place.row, place.col), (1, 5));
        let batch = settled.receipts.batch();
        let proof = fraud_proof(&finding, &wrong, &batch, &all_receipts(&settled)).unwrap();
        let expected = Fraud::Element {
            committed,
            recomputed: right,
        };
        assert_eq!(settled.verify_fraud(&proof).unwrap(), expected);
    }
}

#[test]
fn receipts_in_any_order_and_of_other_batches_do_no_harm() {
    let settled = Settled::new(jobs(true)).unwrap();
    let wrong = delivered(&settled, 1);
    let mut receipts = all_receipts(&settled);
    receipts.reverse();
    let mut other = receipts[0];
    other.nonce = 7;
    receipts.insert(1, other);
    receipts.push(receipts[0]);
    let batch = settled.receipts.batch();
    let proof = fraud_proof(&found(&wrong), &wrong, &batch, &receipts).unwrap();
    assert!(settled.verify_fraud(&proof).is_ok());
}

#[test]
fn without_all_of_the_batchs_receipts_the_error_says_what_to_ask_for() {
    let settled = Settled::new(jobs(true)).unwrap();
    let wrong = delivered(&settled, 1);
    let receipts = &all_receipts(&settled)[1..];
    let error = fraud_proof(&found(&wrong), &wrong, &settled.receipts.batch(), receipts);
    let error = error.unwrap_err();
    assert!(
        matches!(error, AuditError::OtherReceipts { known: 2, .. }),
        "{error}"
    );
}

#[test]
fn ops_that_the_program_does_not_cost_are_proven_by_the_receipt_alone() {
    let settled = Settled::with(jobs(true), |receipt| receipt.ops += 1).unwrap();
    let padded = delivered(&settled, 0);
    let finding = found(&padded);
    assert!(matches!(finding, Finding::Receipt(_)), "{finding:?}");
    let batch = settled.receipts.batch();
    let proof = fraud_proof(&finding, &padded, &batch, &all_receipts(&settled)).unwrap();
    assert_eq!(settled.verify_fraud(&proof).unwrap(), Fraud::Receipt);
}

#[test]
fn what_the_chain_cannot_be_shown_is_called_so() {
    let settled = Settled::new(jobs(true)).unwrap();
    let mut other_bytes = delivered(&settled, 0);
    let mut bytes = other_bytes.output.bytes().to_vec();
    bytes[0] ^= 1;
    other_bytes.output = Tensor::new(other_bytes.output.spec(), bytes).unwrap();
    let mut other_trace = delivered(&settled, 0);
    other_trace.receipt.trace_root = Hash::ZERO;
    let mut other_grant = delivered(&settled, 0);
    other_grant.receipt.grant = Hash::ZERO;
    let findings = [other_bytes, other_trace, other_grant].map(|case| {
        let finding = found(&case);
        let proof = fraud_proof(
            &finding,
            &case,
            &settled.receipts.batch(),
            &all_receipts(&settled),
        );
        assert!(matches!(proof.unwrap_err(), AuditError::NotShown { .. }));
        finding
    });
    assert!(matches!(
        findings,
        [
            Finding::NotAsCommitted { .. },
            Finding::Trace { .. },
            Finding::OtherGrant { .. }
        ]
    ));
}

#[test]
fn a_long_program_that_ends_wrong_is_found_by_running_it() {
    let honest = Settled::new(vec![Job::pipeline(4).unwrap()]).unwrap();
    assert_eq!(found(&delivered(&honest, 0)), Finding::Right);
    let job = Job::pipeline(4).unwrap();
    let last = job.program.operations.len() - 1;
    let settled = Settled::new(vec![job.corrupt(last, 0).unwrap()]).unwrap();
    assert_eq!(found(&delivered(&settled, 0)), Finding::Inside);
}

#[test]
fn a_task_that_is_not_the_authorised_one_is_refused() {
    let settled = Settled::new(jobs(true)).unwrap();
    let mut other = delivered(&settled, 0);
    other.program = Job::seeded_program(24, 20, 97).unwrap();
    let error = check(&mut CpuBackend::default(), &order(), &other, &[9; 32]).unwrap_err();
    assert!(error.to_string().contains("program"), "{error}");
}
