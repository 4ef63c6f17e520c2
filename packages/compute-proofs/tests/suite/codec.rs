//! The encoding: every value has exactly one, and nothing else decodes.

use std::fmt::Debug;

use compute_proofs::{
    Hash,
    census::{Answer, Commitment},
    codec::{Decode, DecodeError, Encode},
    opening::{Evidence, FraudProof, NamedReceipt, OpenedInput, Place, TraceEvidence},
    program::{Checker, Epilogue, Header, Input, Kind, Operation, OperationProof, Program, Source},
    receipt::{Batch, Receipt, ReceiptProof},
    task::{Authorisation, Grant, Lease},
    tensor::{OpenedRange, SealPreimage, TensorSpec},
    trace::{OutputRoots, TraceProof},
    tree::{Siblings, SumNode},
};
use exact_kernels::{
    DType,
    requantise::{Range, Requantise},
    seeded::Stream,
};
use proptest::prelude::*;
use test_suite::scale::Random;

use super::{
    census::Done,
    support::{drawn, named, plan, settled, trace_evidence},
};

/// Everything that one value's encoding promises.
fn check<T: Encode + Decode + PartialEq + Debug>(value: &T) {
    let bytes = value.to_bytes();
    assert_eq!(T::from_bytes(&bytes).as_ref(), Ok(value));

    for len in 0..bytes.len() {
        let cut = T::from_bytes(&bytes[..len]);
        assert!(
            matches!(cut, Err(DecodeError::Truncated { .. })),
            "cut to {len}: {cut:?}"
        );
    }
    for extra in [1, 2, 33] {
        for byte in [0, 0xff] {
            let mut longer = bytes.clone();
            longer.resize(bytes.len() + extra, byte);
            assert_eq!(T::from_bytes(&longer), Err(DecodeError::Trailing { extra }));
        }
    }

    // Whatever decodes is its own encoding: there is no second form. Every byte
    // is changed, at least once.
    let mut random = Random::new(u64::try_from(bytes.len()).unwrap());
    for at in 0..bytes.len() {
        for _ in 0..plan().pick(2, 50) {
            let mut other = bytes.clone();
            other[at] ^= u8::try_from(1 + random.below(255)).unwrap();
            if let Ok(decoded) = T::from_bytes(&other) {
                assert_eq!(decoded.to_bytes(), other, "byte {at}");
                assert_ne!(decoded, *value, "byte {at} says nothing");
            }
        }
    }
}

#[test]
fn evidence_and_all_its_parts() {
    let settled = settled();
    for (job, operation) in [(0, 0), (0, 1), (0, 2), (0, 3), (0, 4), (1, 0), (2, 0)] {
        let (_, evidence) = drawn(&settled, job, operation);
        check::<Evidence>(&evidence);
        check::<ReceiptProof>(&evidence.receipt);
        check::<Receipt>(&evidence.receipt.receipt);
        check::<Siblings<SumNode>>(&evidence.receipt.siblings);
        check::<Grant>(&evidence.grant);
        check::<Authorisation>(&evidence.grant.authorisation);
        check::<Lease>(&evidence.grant.lease);
        check::<OperationProof>(&evidence.operation);
        check::<Place>(&evidence.place);
        check::<OpenedRange>(&evidence.leaf);
        check::<Siblings>(&evidence.leaf.siblings);
        check::<TraceProof>(&evidence.trace);
        check::<OutputRoots>(&evidence.trace.outputs);
        evidence.inputs.iter().for_each(check::<OpenedInput>);
    }
    check::<Batch>(&settled.receipts.batch());
}

#[test]
fn fraud_proofs_of_every_kind() {
    let settled = settled();
    let (_, element) = drawn(&settled, 0, 1);
    let evidence = trace_evidence(&settled, 0, 1);
    check::<NamedReceipt>(&named(&settled, 0));
    check::<TraceEvidence>(&evidence);
    let tensor = &settled.jobs[0].run.outputs[1][0];
    let preimage = SealPreimage {
        spec: *tensor.spec(),
        top: tensor.top(),
    };
    check(&preimage);
    for proof in [
        FraudProof::Element(element),
        FraudProof::Receipt(named(&settled, 0)),
        FraudProof::Result(evidence.clone()),
        FraudProof::OutputCount(evidence.clone()),
        FraudProof::OutputSpec {
            evidence,
            output: 0,
            preimage,
        },
    ] {
        check::<FraudProof>(&proof);
        let program = settled.jobs[0].run.header.hash();
        assert_eq!(proof.program(), program);
    }
}

#[test]
fn programs_and_all_their_parts() {
    for job in settled().jobs {
        check::<Program>(&job.program);
        check::<Header>(&job.run.header);
        let mut checker = Checker::new(job.program.slots).unwrap();
        let mut earlier = Vec::new();
        for operation in &job.program.operations {
            check::<Checker>(&checker);
            checker.push(operation, &mut earlier).unwrap();
        }
        check::<Checker>(&checker);
        for operation in &job.program.operations {
            check::<Operation>(operation);
            check::<Kind>(&operation.kind);
            for input in &operation.inputs {
                check::<Input>(input);
                check::<Source>(&input.source);
                check::<TensorSpec>(&input.spec);
            }
        }
    }
}

#[test]
fn census_answers() {
    for units in [1, 3, 4] {
        let done = Done::new(16, 4, units);
        let answer = done.open(&done.drawn(1, 5));
        check::<Answer>(&answer);
        answer.0.iter().for_each(check);
        check::<Commitment>(&done.commitment());
    }
    check(&Answer(vec![]));
}

#[test]
fn integers_are_little_endian_of_fixed_width() {
    assert_eq!(7u8.to_bytes(), [7]);
    assert_eq!(0x0102_0304u32.to_bytes(), [4, 3, 2, 1]);
    assert_eq!(1u64.to_bytes(), [1, 0, 0, 0, 0, 0, 0, 0]);
    assert_eq!((1u128 << 120).to_bytes()[15], 1);
    assert_eq!([9u8; 3].to_bytes(), [9; 3]);
    assert_eq!(Hash([5; 32]).to_bytes(), [5; 32]);
    check(&u8::MAX);
    check(&u32::MAX);
    check(&u64::MAX);
    check(&u128::MAX);
    check(&[1u8; 64]);
    check(&Hash([1; 32]));
}

/// Decodes arbitrary bytes: never a panic, never a second form.
fn probe<T: Encode + Decode>(bytes: &[u8]) {
    if let Ok(value) = T::from_bytes(bytes) {
        assert_eq!(value.to_bytes(), bytes);
    }
}

fn specs() -> impl Strategy<Value = TensorSpec> {
    let dtypes = prop::sample::select(vec![DType::I8, DType::U8, DType::I32]);
    (dtypes, 1..=u32::MAX, 1..=u32::MAX)
        .prop_map(|(dtype, rows, cols)| TensorSpec::new(dtype, rows, cols).unwrap())
}

fn requantisations() -> impl Strategy<Value = Requantise> {
    let ranges = prop::sample::select(vec![Range::Symmetric, Range::Full, Range::Unsigned]);
    (0..=31u8, 0..=31u8, ranges).prop_map(|(p, s, range)| Requantise::new(p, s, range).unwrap())
}

fn kinds() -> impl Strategy<Value = Kind> {
    let epilogues = prop_oneof![
        Just(Epilogue::None),
        Just(Epilogue::Bias),
        requantisations().prop_map(Epilogue::Requantise),
    ];
    let products = (epilogues, any::<bool>()).prop_map(|(epilogue, transposed)| Kind::Gemm {
        epilogue,
        transposed,
    });
    let requantised = requantisations().prop_map(Kind::Requantise);
    prop_oneof![
        products,
        Just(Kind::Bias),
        requantised,
        Just(Kind::Transpose)
    ]
}

fn sources() -> impl Strategy<Value = Source> {
    prop_oneof![
        any::<(u32, u8)>().prop_map(|(operation, output)| Source::Output { operation, output }),
        any::<[u8; 32]>().prop_map(|root| Source::Weights { root: Hash(root) }),
        any::<u8>().prop_map(|slot| Source::Slot { slot }),
        any::<(u8, u8, u32)>().prop_map(|(slot, tag, index)| Source::Seed {
            slot,
            stream: Stream { tag, index },
        }),
    ]
}

fn programs() -> impl Strategy<Value = Program> {
    let inputs = (sources(), specs()).prop_map(|(source, spec)| Input { source, spec });
    let inputs = prop::collection::vec(inputs, 0..=8);
    let operations = (kinds(), inputs).prop_map(|(kind, inputs)| Operation { kind, inputs });
    (any::<u8>(), prop::collection::vec(operations, 0..5))
        .prop_map(|(slots, operations)| Program { slots, operations })
}

proptest! {
    #[test]
    fn any_program_is_its_encoding(program in programs()) {
        let bytes = program.to_bytes();
        prop_assert_eq!(Program::from_bytes(&bytes), Ok(program));
    }

    #[test]
    fn any_bytes_decode_to_themselves_or_not_at_all(
        bytes in prop::collection::vec(any::<u8>(), 0..400),
        small in prop::collection::vec(0u8..4, 0..400),
    ) {
        // Small values are tags and counts more often.
        for bytes in [bytes, small] {
            probe::<Evidence>(&bytes);
            probe::<FraudProof>(&bytes);
            probe::<Program>(&bytes);
            probe::<Operation>(&bytes);
            probe::<OperationProof>(&bytes);
            probe::<OpenedInput>(&bytes);
            probe::<OpenedRange>(&bytes);
            probe::<TraceProof>(&bytes);
            probe::<Answer>(&bytes);
            probe::<Siblings>(&bytes);
            probe::<Siblings<SumNode>>(&bytes);
            probe::<TensorSpec>(&bytes);
        }
    }

    #[test]
    fn fixed_widths_take_any_bytes_of_theirs(bytes in prop::collection::vec(any::<u8>(), 300)) {
        fn whole<T: Encode + Decode>(bytes: &[u8], width: usize) {
            let value = T::from_bytes(&bytes[..width]).ok().unwrap();
            assert_eq!(value.to_bytes(), bytes[..width]);
            assert!(T::from_bytes(&bytes[..width + 1]).is_err());
        }
        whole::<Receipt>(&bytes, 120);
        whole::<Batch>(&bytes, 68);
        whole::<Header>(&bytes, 54);
        whole::<Authorisation>(&bytes, 112);
        whole::<Grant>(&bytes, 260);
        whole::<Lease>(&bytes, 20);
        whole::<Commitment>(&bytes, 36);
        whole::<SumNode>(&bytes, 48);
        whole::<Place>(&bytes, 9);
    }
}
