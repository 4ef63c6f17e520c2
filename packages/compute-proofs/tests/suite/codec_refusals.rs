//! The encoding: what is refused, by table.

use compute_proofs::{
    Hash, ProofError,
    census::{Answer, Opened},
    codec::{Decode, DecodeError, Encode},
    opening::{Evidence, FraudProof, OpenedInput},
    program::{Input, Kind, Operation, Program, Source},
    tensor::{OpenedRange, TensorSpec},
    trace::{OutputRoots, TraceProof},
    tree::{Siblings, SumNode},
};
use exact_kernels::DType;

use super::support::{drawn, settled};

fn error<T: Decode>(bytes: &[u8]) -> DecodeError {
    match T::from_bytes(bytes) {
        Ok(_) => panic!("{bytes:?} decodes"),
        Err(error) => error,
    }
}

type Decoder = fn(&[u8]) -> DecodeError;

#[test]
fn lists_above_their_bound_are_refused_by_the_count_alone() {
    // What stands before the count, and the largest one: no byte of the list
    // follows, so nothing can have been allocated for it.
    let table: [(Decoder, &[u8], &str, u32); 8] = [
        (error::<Siblings>, &[], "siblings", 128),
        (error::<Siblings<SumNode>>, &[], "siblings", 128),
        (error::<OpenedRange>, &[], "opened bytes", 65_536),
        (error::<OutputRoots>, &[], "output roots", 4),
        (error::<TraceProof>, &[], "output roots", 4),
        (error::<Operation>, &[3], "inputs", 8),
        (error::<Program>, &[1, 0], "operations", 65_536),
        (error::<Answer>, &[], "opened tiles", 64),
    ];
    for (decode, before, what, max) in table {
        for count in [max + 1, u32::MAX] {
            let bytes = [before, &count.to_le_bytes()].concat();
            assert_eq!(decode(&bytes), DecodeError::TooLong { what, count, max });
        }
        // An allowed count without its items ends early, also before them.
        let bytes = [before, &max.to_le_bytes()].concat();
        let needed = usize::try_from(max).unwrap();
        assert_eq!(
            decode(&bytes),
            DecodeError::Truncated { needed, left: 0 },
            "{what}"
        );
    }
}

#[test]
fn values_with_lists_too_long_do_not_decode() {
    let evidence = || drawn(&settled(), 0, 0).1;
    fn over<T: Encode + Decode>(value: &T, what: &str) {
        let error = error::<T>(&value.to_bytes());
        let DecodeError::TooLong {
            what: found,
            count,
            max,
        } = error
        else {
            panic!("{what}: {error}");
        };
        assert_eq!((found, count), (what, max + 1));
    }
    let mut long = evidence();
    long.slots = vec![Hash::ZERO; 9];
    over::<Evidence>(&long, "input slots");
    let mut long = evidence();
    long.inputs = vec![OpenedInput::Seed([0; 32]); 9];
    over::<Evidence>(&long, "opened inputs");
    let mut long = evidence();
    long.leaf.bytes = vec![0; 65_537];
    over::<Evidence>(&long, "opened bytes");
    let mut long = evidence();
    long.leaf.siblings.0 = vec![Hash::ZERO; 129];
    over::<Evidence>(&long, "siblings");
    let mut long = evidence();
    long.trace.outputs.0 = vec![Hash::ZERO; 5];
    over::<Evidence>(&long, "output roots");
    let none = Opened {
        within_unit: Siblings(vec![]),
        units: Siblings(vec![]),
    };
    over(&Answer(vec![none; 65]), "opened tiles");
    let input = Input {
        source: Source::Slot { slot: 0 },
        spec: TensorSpec::new(DType::I8, 1, 1).unwrap(),
    };
    let operation = Operation {
        kind: Kind::Transpose,
        inputs: vec![input; 9],
    };
    over(&operation, "inputs");
}

#[test]
fn unknown_tags_are_named() {
    let table: [(Decoder, &[u8], &str, u8); 12] = [
        (
            error::<TensorSpec>,
            &[3, 1, 0, 0, 0, 1, 0, 0, 0],
            "element type",
            3,
        ),
        (error::<Source>, &[4], "input source", 4),
        (error::<Source>, &[255, 0], "input source", 255),
        (error::<Kind>, &[4], "operation", 4),
        (error::<Kind>, &[0, 2, 0], "output layout", 2),
        (error::<Kind>, &[0, 0, 3], "epilogue", 3),
        (error::<Kind>, &[0, 1, 2, 0, 0, 3], "output range", 3),
        (error::<Kind>, &[2, 0, 0, 255], "output range", 255),
        (error::<Program>, &[2, 0, 0, 0, 0, 0], "program version", 2),
        (error::<Program>, &[0], "program version", 0),
        (error::<OpenedInput>, &[3], "opened input", 3),
        (error::<FraudProof>, &[5], "fraud proof", 5),
    ];
    for (decode, bytes, what, tag) in table {
        assert_eq!(decode(bytes), DecodeError::UnknownTag { what, tag });
    }
}

#[test]
fn fields_that_their_type_does_not_allow_are_refused() {
    let table: [(Decoder, &[u8], &str); 4] = [
        (
            error::<TensorSpec>,
            &[0, 0, 0, 0, 0, 1, 0, 0, 0],
            "a dimension of 0",
        ),
        (
            error::<TensorSpec>,
            &[2, 1, 0, 0, 0, 0, 0, 0, 0],
            "a dimension of 0",
        ),
        (error::<Kind>, &[2, 32, 0, 0], "a shift above 31"),
        (error::<Kind>, &[0, 0, 2, 0, 255, 2], "a shift above 31"),
    ];
    for (decode, bytes, what) in table {
        assert_eq!(decode(bytes), DecodeError::Invalid { what });
    }
}

#[test]
fn nothing_decodes_from_nothing() {
    let table: [Decoder; 6] = [
        error::<Evidence>,
        error::<FraudProof>,
        error::<Program>,
        error::<Answer>,
        error::<u8>,
        error::<Hash>,
    ];
    for decode in table {
        assert!(matches!(
            decode(&[]),
            DecodeError::Truncated { left: 0, .. }
        ));
    }
}

#[test]
fn errors_say_what_is_wrong() {
    for (error, text) in [
        (
            DecodeError::Truncated { needed: 4, left: 1 },
            "4 bytes needed, 1 left",
        ),
        (DecodeError::Trailing { extra: 3 }, "3 bytes follow"),
        (
            DecodeError::TooLong {
                what: "siblings",
                count: 9,
                max: 8,
            },
            "9 siblings in one list: at most 8",
        ),
        (
            DecodeError::UnknownTag {
                what: "operation",
                tag: 9,
            },
            "9 is no known operation",
        ),
        (
            DecodeError::Invalid { what: "a shift" },
            "a shift is not a valid value",
        ),
    ] {
        let wrapped = ProofError::from(error);
        assert_eq!(wrapped, ProofError::Decode(error));
        assert_eq!(wrapped.to_string(), error.to_string());
        assert!(error.to_string().contains(text), "{error}");
    }
}
