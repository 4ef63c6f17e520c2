//! Fraud proofs: each kind shows a real fraud, and none shows anything of an
//! honest batch.

use compute_proofs::{
    Hash, ProofError,
    codec::{Decode, Encode},
    opening::{Fraud, FraudProof, Place, TraceEvidence},
    program::Run,
    tensor::{Committed, SealPreimage, TensorSpec},
};
use exact_kernels::DType;
use test_suite::fixtures::{Job, Settled};

use super::support::{
    assert_error, assert_no_fraud, grant_of, hash, index, named, settled, trace_evidence,
};

fn job() -> Job {
    Job::pipeline(31).unwrap()
}

/// The verdict on a proof about task 0, over the wire.
fn verdict(settled: &Settled, proof: &FraudProof) -> Result<Fraud, ProofError> {
    let received = FraudProof::from_bytes(&proof.to_bytes()).unwrap();
    settled.verify_fraud(&received)
}

fn element(settled: &Settled, operation: u32, row: u32, col: u32) -> FraudProof {
    let place = Place {
        output: 0,
        row,
        col,
    };
    FraudProof::Element(settled.evidence(0, operation, place).unwrap())
}

/// The job with its outputs changed, and the batch of it.
fn committed_with(change: impl Fn(&mut Vec<Vec<Committed>>)) -> Settled {
    let honest = job();
    let mut outputs = honest.run.outputs.clone();
    change(&mut outputs);
    let run = Run::new(honest.run.header, outputs).unwrap();
    Settled::new(vec![Job { run, ..honest }]).unwrap()
}

fn preimage(tensor: &Committed) -> SealPreimage {
    SealPreimage {
        spec: *tensor.spec(),
        top: tensor.top(),
    }
}

#[test]
fn nothing_shows_fraud_in_an_honest_batch() {
    let settled = settled();
    for (number, job) in (0..).zip(&settled.jobs) {
        let operations = job.run.header.operations;
        for operation in 0..operations {
            let tensor = &job.run.outputs[index(operation)][0];
            let shape = tensor.spec().shape;
            for row in 0..shape.rows() {
                for col in 0..shape.cols() {
                    let place = Place {
                        output: 0,
                        row,
                        col,
                    };
                    let evidence = settled.evidence(number, operation, place).unwrap();
                    assert_no_fraud(&settled, &FraudProof::Element(evidence));
                }
            }
            let evidence = || trace_evidence(&settled, number, operation);
            assert_no_fraud(&settled, &FraudProof::OutputCount(evidence()));
            let proof = FraudProof::OutputSpec {
                evidence: evidence(),
                output: 0,
                preimage: preimage(tensor),
            };
            assert_no_fraud(&settled, &proof);
        }
        let last = trace_evidence(&settled, number, operations - 1);
        assert_no_fraud(&settled, &FraudProof::Result(last));
        assert_no_fraud(&settled, &FraudProof::Receipt(named(&settled, number)));
    }
}

#[test]
fn a_wrong_element_of_any_operation() {
    for (operation, cols, size) in [(0, 10, 1), (1, 6, 4), (2, 6, 4), (3, 6, 4), (4, 6, 1)] {
        for at in [0u32, 7, 35] {
            let byte = index(at * size);
            let settled =
                Settled::new(vec![job().corrupt(index(operation), byte).unwrap()]).unwrap();
            let (row, col) = (at / cols, at % cols);
            let answer = verdict(&settled, &element(&settled, operation, row, col));
            let Ok(Fraud::Element {
                committed,
                recomputed,
            }) = answer
            else {
                panic!("operation {operation}, element {at}: {answer:?}");
            };
            assert_eq!(committed, recomputed ^ 1);
            // Its neighbour is as it was.
            let other = element(&settled, operation, row, (col + 1) % cols);
            assert_eq!(verdict(&settled, &other), Err(ProofError::NoFraud));
        }
    }
}

#[test]
fn an_operation_committed_as_zeros() {
    for operation in 0..5u32 {
        let settled = committed_with(|outputs| {
            let tensor = &mut outputs[index(operation)][0];
            let zeros = vec![0; tensor.bytes().len()];
            *tensor = Committed::new(*tensor.spec(), zeros).unwrap();
        });
        let honest = &job().run.outputs[index(operation)][0];
        let shape = honest.spec().shape;
        let mut shown = 0;
        for at in 0..shape.rows() * shape.cols() {
            let right = compute_proofs::tensor::element(honest.spec().dtype, honest.bytes(), at);
            let right = right.unwrap();
            let proof = element(&settled, operation, at / shape.cols(), at % shape.cols());
            let expected = match right {
                0 => Err(ProofError::NoFraud),
                recomputed => Ok(Fraud::Element {
                    committed: 0,
                    recomputed,
                }),
            };
            shown += u32::from(right != 0);
            assert_eq!(verdict(&settled, &proof), expected);
        }
        assert!(shown > 0, "operation {operation}");
    }
}

#[test]
fn a_result_that_is_not_the_last_operations() {
    let other = job().run.outputs[3][0].root();
    for output_root in [Hash::ZERO, hash(1), other] {
        let settled = Settled::with(vec![job()], |x| x.output_root = output_root).unwrap();
        let proof = FraudProof::Result(trace_evidence(&settled, 0, 4));
        assert_eq!(verdict(&settled, &proof), Ok(Fraud::Result));
        for operation in 0..4 {
            let proof = FraudProof::Result(trace_evidence(&settled, 0, operation));
            assert_error!(
                verdict(&settled, &proof),
                ProofError::Mismatch {
                    what: "the last operation",
                    expected: 4,
                    ..
                }
            );
        }
    }
}

#[test]
fn a_trace_with_the_wrong_number_of_outputs() {
    let extra = Committed::new(TensorSpec::new(DType::I8, 1, 1).unwrap(), vec![0]).unwrap();
    for operation in 0..5u32 {
        for count in [0, 2, 3, 4] {
            let settled = committed_with(|outputs| {
                outputs[index(operation)].resize(count, extra.clone());
            });
            let proof = FraudProof::OutputCount(trace_evidence(&settled, 0, operation));
            assert_eq!(
                verdict(&settled, &proof),
                Ok(Fraud::OutputCount),
                "{count} outputs"
            );
            // All other operations of it are as they must be.
            let other = (operation + 1) % 5;
            let proof = FraudProof::OutputCount(trace_evidence(&settled, 0, other));
            assert_eq!(verdict(&settled, &proof), Err(ProofError::NoFraud));
            // An output that the operation does not have has no right spec.
            if count > 1 {
                let evidence = trace_evidence(&settled, 0, operation);
                let preimage = preimage(&extra);
                let proof = FraudProof::OutputSpec {
                    evidence,
                    output: 1,
                    preimage,
                };
                assert_eq!(verdict(&settled, &proof), Ok(Fraud::OutputSpec));
            }
        }
    }
}

#[test]
fn an_output_of_another_type_or_shape() {
    for (dtype, rows, cols) in [
        (DType::I32, 4, 9),
        (DType::I32, 1, 36),
        (DType::U8, 6, 24),
        (DType::I8, 144, 1),
    ] {
        let spec = TensorSpec::new(dtype, rows, cols).unwrap();
        let bytes = job().run.outputs[1][0].bytes().to_vec();
        let other = Committed::new(spec, bytes).unwrap();
        let settled = committed_with(|outputs| outputs[1][0] = other.clone());
        let proof = |operation, tensor: &Committed| FraudProof::OutputSpec {
            evidence: trace_evidence(&settled, 0, operation),
            output: 0,
            preimage: preimage(tensor),
        };
        assert_eq!(verdict(&settled, &proof(1, &other)), Ok(Fraud::OutputSpec));
        let fine = &job().run.outputs[2][0];
        assert_eq!(verdict(&settled, &proof(2, fine)), Err(ProofError::NoFraud));
        // The preimage has to be the committed root's.
        assert_error!(
            verdict(&settled, &proof(1, fine)),
            ProofError::RootMismatch {
                what: "output tensor",
                ..
            }
        );
    }
}

#[test]
fn every_kind_names_its_program() {
    let settled = Settled::new(vec![job()]).unwrap();
    let evidence: TraceEvidence = trace_evidence(&settled, 0, 4);
    let program = grant_of(&settled, 0).authorisation.program;
    let proofs = [
        element(&settled, 0, 0, 0),
        FraudProof::Receipt(named(&settled, 0)),
        FraudProof::Result(evidence.clone()),
        FraudProof::OutputCount(evidence.clone()),
        FraudProof::OutputSpec {
            evidence,
            output: 0,
            preimage: preimage(&job().run.outputs[4][0]),
        },
    ];
    assert!(proofs.iter().all(|proof| proof.program() == program));
    assert_eq!(program, job().run.header.hash());
}
