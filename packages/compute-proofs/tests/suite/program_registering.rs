//! Programs: registration that spans several transactions.

use compute_proofs::{
    ProofError,
    codec::{Decode, DecodeError, Encode},
    program::{Checker, Input, Kind, MAX_OPERATIONS, Operation, Outputs, Program, Source},
    tensor::TensorSpec,
};
use exact_kernels::{DType, seeded::Stream};

use super::support::{assert_error, hash, jobs};

fn transpose(source: Source) -> Operation {
    let spec = TensorSpec::new(DType::I8, 2, 2).unwrap();
    Operation {
        kind: Kind::Transpose,
        inputs: vec![Input { source, spec }],
    }
}

fn weights(number: u64) -> Operation {
    transpose(Source::Weights { root: hash(number) })
}

/// What a contract does between two transactions.
fn stored(checker: &Checker) -> Checker {
    Checker::from_bytes(&checker.to_bytes()).unwrap()
}

fn assert_registers(program: &Program) {
    let mut checker = Checker::new(program.slots).unwrap();
    let mut earlier = Vec::new();
    for (count, operation) in (0..).zip(&program.operations) {
        assert_eq!(checker.operations(), count);
        checker.push(operation, &mut earlier).unwrap();
        checker = stored(&checker);
    }
    assert_eq!(checker.finish(), program.header());
}

#[test]
fn registering_piece_by_piece_gives_the_same_header() {
    for job in jobs() {
        assert_registers(&job.program);
    }
    for count in 1..40 {
        let operations = (0..count).map(weights).collect();
        assert_registers(&Program {
            slots: 0,
            operations,
        });
    }
}

#[test]
fn what_earlier_transactions_fixed_holds_in_later_ones() {
    let stream = Stream { tag: 0, index: 0 };
    let slot = |slot| transpose(Source::Slot { slot });
    let seed = |slot| transpose(Source::Seed { slot, stream });
    let edge = |operation| {
        transpose(Source::Output {
            operation,
            output: 0,
        })
    };
    let mut checker = Checker::new(3).unwrap();
    let mut earlier = Vec::new();
    for operation in [slot(0), seed(1), edge(1)] {
        checker.push(&operation, &mut earlier).unwrap();
        checker = stored(&checker);
    }
    let refused = |operation: &Operation| {
        let mut earlier = earlier.clone();
        stored(&checker).push(operation, &mut earlier)
    };
    assert_error!(refused(&seed(0)), ProofError::Conflict { value: 0, .. });
    assert_error!(refused(&slot(1)), ProofError::Conflict { value: 1, .. });
    let mut wider = slot(0);
    wider.inputs[0].spec = TensorSpec::new(DType::I8, 2, 3).unwrap();
    assert_error!(refused(&wider), ProofError::WrongSpec { .. });
    assert_error!(
        refused(&edge(3)),
        ProofError::OutOfTree {
            first: 3,
            leaves: 3,
            ..
        }
    );
    assert_eq!(refused(&edge(2)), Ok(()));
    assert_error!(
        checker.finish(),
        ProofError::OutOfRange {
            what: "used slots",
            value: 2,
            ..
        }
    );
}

/// What an abandoned registration has left: specs of every operation, all alike.
struct Stale(Vec<TensorSpec>);

impl Outputs for Stale {
    type Error = ProofError;

    fn get(&self, _: u32) -> Result<Option<Vec<TensorSpec>>, ProofError> {
        Ok(Some(self.0.clone()))
    }

    fn push(&mut self, _: u32, outputs: Vec<TensorSpec>) -> Result<(), ProofError> {
        self.0 = outputs;
        Ok(())
    }
}

#[test]
fn what_an_abandoned_registration_left_is_no_operation() {
    // A square: what its transpose states of its input is what it outputs.
    let square = TensorSpec::new(DType::I8, 3, 3).unwrap();
    let edge = |operation, output| {
        let source = Source::Output { operation, output };
        let input = Input {
            source,
            spec: square,
        };
        Operation {
            inputs: vec![input],
            ..transpose(source)
        }
    };
    let mut first = weights(1);
    first.inputs[0].spec = square;
    let mut store = Stale(vec![square]);
    let mut checker = Checker::new(0).unwrap();
    for leaves in 0..4u32 {
        for operation in [leaves, leaves + 1, leaves + 7, u32::MAX] {
            let refused = checker.clone().push(&edge(operation, 0), &mut store);
            assert_eq!(
                refused,
                Err(ProofError::OutOfTree {
                    tree: "program, earlier operations",
                    first: u64::from(operation),
                    count: 1,
                    leaves: u64::from(leaves),
                })
            );
        }
        for operation in 0..leaves {
            let mut checker = checker.clone();
            assert_eq!(checker.push(&edge(operation, 0), &mut store), Ok(()));
            for output in [1, 255] {
                let refused = checker.push(&edge(operation, output), &mut store);
                assert_error!(
                    refused,
                    ProofError::Missing {
                        what: "the output that an edge names"
                    }
                );
            }
        }
        checker.push(&first, &mut store).unwrap();
    }
    // A store that has lost an operation names the same.
    let refused = checker.push(&edge(0, 0), &mut Vec::new());
    assert_error!(
        refused,
        ProofError::OutOfTree {
            first: 0,
            leaves: 4,
            ..
        }
    );
}

/// A storage that fails.
struct Broken;

#[derive(Debug, PartialEq)]
enum StorageError {
    Proof(ProofError),
    Broken,
}

impl From<ProofError> for StorageError {
    fn from(error: ProofError) -> Self {
        Self::Proof(error)
    }
}

impl Outputs for Broken {
    type Error = StorageError;

    fn get(&self, _: u32) -> Result<Option<Vec<TensorSpec>>, StorageError> {
        Err(StorageError::Broken)
    }

    fn push(&mut self, _: u32, _: Vec<TensorSpec>) -> Result<(), StorageError> {
        Err(StorageError::Broken)
    }
}

#[test]
fn errors_of_the_storage_come_through() {
    let edge = transpose(Source::Output {
        operation: 0,
        output: 0,
    });
    let mut checker = Checker::new(0).unwrap();
    checker.push(&weights(1), &mut Vec::new()).unwrap();
    let push = |operation: &Operation| checker.clone().push(operation, &mut Broken);
    assert_eq!(push(&edge), Err(StorageError::Broken));
    assert_eq!(push(&weights(1)), Err(StorageError::Broken));
    let none = Operation {
        inputs: vec![],
        ..edge
    };
    assert_error!(push(&none), StorageError::Proof(_));
}

#[test]
fn stored_bytes_that_are_no_checker_are_refused() {
    let nine = 9u32.to_le_bytes();
    assert_eq!(
        Checker::from_bytes(&nine),
        Err(DecodeError::TooLong {
            what: "slots",
            count: 9,
            max: 8
        })
    );
    let tag = [&1u32.to_le_bytes()[..], &[3]].concat();
    assert_eq!(
        Checker::from_bytes(&tag),
        Err(DecodeError::UnknownTag {
            what: "use of a slot",
            tag: 3
        })
    );
    // As many subtrees as its count of operations has bits set.
    let count = |operations: u64, nodes: usize| {
        let start = [&0u32.to_le_bytes()[..], &operations.to_le_bytes()].concat();
        Checker::from_bytes(&[start, vec![0; 48 * nodes]].concat())
    };
    assert!(count(0b101, 2).is_ok() && count(0, 0).is_ok());
    assert_error!(count(0b101, 1), DecodeError::Truncated { .. });
    assert_error!(count(0b101, 3), DecodeError::Trailing { extra: 48 });
    assert_error!(count(u64::MAX, 63), DecodeError::Truncated { .. });
    let mut beyond = count(u64::MAX, 64).unwrap();
    let refused = beyond.push(&weights(1), &mut Vec::new());
    assert_error!(
        refused,
        ProofError::OutOfRange {
            what: "operations",
            ..
        }
    );
}

#[test]
fn a_program_has_at_most_65536_operations() {
    let operation = weights(1);
    let mut checker = Checker::new(0).unwrap();
    let mut earlier = Vec::new();
    for _ in 0..MAX_OPERATIONS {
        checker.push(&operation, &mut earlier).unwrap();
    }
    let full = checker.finish().unwrap();
    assert_eq!(full.operations, MAX_OPERATIONS);
    let refused = checker.push(&operation, &mut earlier);
    assert_error!(
        refused,
        ProofError::OutOfRange {
            what: "operations",
            value: 65_536,
            max: 65_535,
            ..
        }
    );
}
