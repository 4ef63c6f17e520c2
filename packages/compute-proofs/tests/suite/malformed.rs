//! Malformed openings, by table: what is changed in an honest answer, and the
//! error that it must give. Paths have a table of their own.

use compute_proofs::{
    ProofError,
    codec::{Decode, Encode},
    opening::{Evidence, Place},
    program::{Epilogue, Kind, Source},
    task::Grant,
    tensor::TensorSpec,
};
use exact_kernels::DType;
use test_suite::fixtures::{Settled, grant};

use super::support::{drawn, grant_of, index, settled};

/// What is wrong, in which operation of job 0, how, and what it must answer.
pub(crate) type Case = (
    &'static str,
    u32,
    fn(&Settled, &mut Evidence),
    fn(&ProofError) -> bool,
);

/// Checks cases one by one: operation, what is wrong, the change, the error.
macro_rules! check_all {
    ($($operation:literal, $name:literal: $change:expr => $pattern:pat,)*) => {{
        use compute_proofs::ProofError::*;
        let cases: &[$crate::malformed::Case] = &[
            $(($name, $operation, $change, |error| matches!(error, $pattern)),)*
        ];
        $crate::malformed::check_cases(cases);
    }};
}
pub(crate) use check_all;

/// Breaks one thing in an honest answer and checks what it is refused with, in
/// memory and over the wire.
pub(crate) fn check(
    name: &str,
    settled: &Settled,
    honest: &([u8; 32], Evidence),
    change: impl FnOnce(&mut Evidence),
    expected: impl Fn(&ProofError) -> bool,
) {
    let (beacon, opening) = honest;
    assert_eq!(settled.verify(beacon, 0, opening), Ok(()), "{name}: before");
    let mut changed = opening.clone();
    change(&mut changed);
    assert_ne!(changed, *opening, "{name} changes nothing");
    let error = settled.verify(beacon, 0, &changed).expect_err(name);
    assert!(expected(&error), "{name}: {error:?}");
    match Evidence::from_bytes(&changed.to_bytes()) {
        Ok(received) => assert_eq!(received, changed, "{name}"),
        Err(error) => panic!("{name}: {error}"),
    }
}

pub(crate) fn check_cases(cases: &[Case]) {
    let settled = settled();
    let honest = [0, 1, 2].map(|operation| drawn(&settled, 0, operation));
    for &(name, operation, change, expected) in cases {
        let honest = &honest[index(operation)];
        check(
            name,
            &settled,
            honest,
            |opening| change(&settled, opening),
            expected,
        );
    }
}

fn below(place: Place) -> Place {
    let row = (place.row + 1) % 6;
    Place { row, ..place }
}

fn beside(place: Place) -> Place {
    let col = (place.col + 1) % 6;
    Place { col, ..place }
}

/// Operation 1, had it not been transposed.
const ROW_MAJOR: Kind = Kind::Gemm {
    epilogue: Epilogue::Bias,
    transposed: false,
};

/// A change of the grant that leaves it as well signed as before.
fn regranted(o: &Evidence, change: impl Fn(&mut Grant)) -> Grant {
    let mut changed = o.grant;
    change(&mut changed);
    grant(changed.authorisation, changed.lease)
}

#[test]
fn receipts() {
    check_all! {
        1, "another receipt": |s, o| o.receipt = s.receipts.prove(Settled::nonce(4)).unwrap()
            => RootMismatch { what: "grant", .. },
        1, "another receipt on this one's path": |s, o|
            o.receipt.receipt = s.receipts.prove(Settled::nonce(1)).unwrap().receipt
            => RootMismatch { what: "batch", .. },
        1, "another task's opening": |s, o| *o = s.evidence(4, 1, o.place).unwrap()
            => Mismatch { what: "receipt of the drawn position", .. },
        1, "the nonce after": |_, o| o.receipt.receipt.nonce += 1
            => RootMismatch { what: "batch", .. },
        1, "the next receipt's nonce": |_, o| o.receipt.receipt.nonce = Settled::nonce(1)
            => RootMismatch { what: "batch", .. },
        1, "a nonce before the first": |_, o| o.receipt.receipt.nonce -= 1
            => OutOfRange { what: "nonce of a receipt", value: 99, min: 100, max: 112 },
        1, "a nonce behind the last": |_, o| o.receipt.receipt.nonce = 113
            => OutOfRange { what: "nonce of a receipt", .. },
        1, "a nonce at the end of 64 bits": |_, o| o.receipt.receipt.nonce = u64::MAX
            => OutOfRange { what: "nonce of a receipt", .. },
        1, "another grant named": |_, o| o.receipt.receipt.grant.0[0] ^= 1
            => RootMismatch { what: "batch", .. },
        1, "another result": |_, o| o.receipt.receipt.output_root.0[31] ^= 1
            => RootMismatch { what: "batch", .. },
        1, "another trace": |_, o| o.receipt.receipt.trace_root.0[7] ^= 1
            => RootMismatch { what: "batch", .. },
        1, "one op more": |_, o| o.receipt.receipt.ops += 1
            => RootMismatch { what: "batch", .. },
        1, "one op less": |_, o| o.receipt.receipt.ops -= 1
            => RootMismatch { what: "batch", .. },
        1, "ops beyond 128 bits": |_, o| o.receipt.receipt.ops = u128::MAX => SumOverflow,
    }
}

#[test]
fn grants() {
    check_all! {
        1, "another task's": |s, o| o.grant = grant_of(s, 4)
            => RootMismatch { what: "grant", .. },
        1, "authorised nonce": |_, o| o.grant.authorisation.nonce += 1
            => RootMismatch { what: "grant", .. },
        1, "authorised program": |_, o| o.grant.authorisation.program.0[0] ^= 1
            => RootMismatch { what: "grant", .. },
        1, "authorised input": |_, o| o.grant.authorisation.input_root.0[0] ^= 1
            => RootMismatch { what: "grant", .. },
        1, "authorised ops": |_, o| o.grant.authorisation.max_ops += 1
            => RootMismatch { what: "grant", .. },
        1, "authorised sum of ops": |_, o| o.grant.authorisation.cum_ops += 1
            => RootMismatch { what: "grant", .. },
        1, "authorised until": |_, o| o.grant.authorisation.expires += 1
            => RootMismatch { what: "grant", .. },
        1, "the authorisation's signature": |_, o| o.grant.authorisation_signature[63] ^= 1
            => RootMismatch { what: "grant", .. },
        1, "leased nonce": |_, o| o.grant.lease.nonce += 1
            => RootMismatch { what: "grant", .. },
        1, "leased attempt": |_, o| o.grant.lease.attempt += 1
            => RootMismatch { what: "grant", .. },
        1, "leased until": |_, o| o.grant.lease.until += 1
            => RootMismatch { what: "grant", .. },
        1, "the lease's signature": |_, o| o.grant.lease_signature[0] ^= 1
            => RootMismatch { what: "grant", .. },
        1, "signatures swapped": |_, o| {
            let Grant { authorisation_signature: a, lease_signature: b, .. } = &mut o.grant;
            std::mem::swap(a, b);
        } => RootMismatch { what: "grant", .. },
        1, "another lease, well signed": |_, o| o.grant = regranted(o, |x| x.lease.attempt = 1)
            => RootMismatch { what: "grant", .. },
        1, "other terms, well signed": |_, o|
            o.grant = regranted(o, |x| x.authorisation.max_ops += 1)
            => RootMismatch { what: "grant", .. },
    }
}

#[test]
fn operations_and_places() {
    check_all! {
        1, "the next place in the program": |_, o| o.operation.index = 2
            => RootMismatch { what: "program", .. },
        1, "the last place in the program": |_, o| o.operation.index = 4
            => WrongCount { what: "program", .. },
        1, "a place behind the program": |_, o| o.operation.index = 5
            => OutOfTree { tree: "program", .. },
        1, "another operation": |s, o|
            o.operation = s.jobs[0].program.prove(2).unwrap()
            => RootMismatch { what: "trace", .. },
        1, "another operation in this one's place": |s, o|
            o.operation.operation = s.jobs[0].program.operations[2].clone()
            => RootMismatch { what: "program", .. },
        1, "another program's operation": |s, o|
            o.operation = s.jobs[4].program.prove(1).unwrap()
            => RootMismatch { what: "program", .. },
        1, "another layout": |_, o| o.operation.operation.kind = ROW_MAJOR
            => RootMismatch { what: "program", .. },
        1, "another kind": |_, o| o.operation.operation.kind = Kind::Transpose
            => WrongCount { what: "inputs of an operation", expected: 1, actual: 3 },
        1, "another source": |_, o|
            o.operation.operation.inputs[2].source = Source::Slot { slot: 0 }
            => RootMismatch { what: "program", .. },
        1, "another input's shape": |_, o|
            o.operation.operation.inputs[0].spec =
                TensorSpec::new(DType::I8, 7, 10).unwrap()
            => RootMismatch { what: "program", .. },
        1, "no inputs": |_, o| o.operation.operation.inputs.clear()
            => WrongCount { what: "inputs of an operation", .. },
        1, "another operation's opening": |s, o| *o = s.evidence(0, 2, o.place).unwrap()
            => Mismatch { what: "operation of the drawn position", .. },
        1, "the element below the drawn one": |s, o|
            *o =
                s.evidence(0, 1, below(o.place)).unwrap()
            => Mismatch { what: "opened row", .. },
        1, "the element beside the drawn one": |s, o|
            *o =
                s.evidence(0, 1, beside(o.place)).unwrap()
            => Mismatch { what: "opened column", .. },
        1, "another row claimed": |_, o| o.place.row ^= 1
            => RootMismatch { what: "output tensor", .. },
        1, "another column claimed": |_, o| o.place.col ^= 1
            => RootMismatch { what: "input tensor", .. },
        1, "a row that is not there": |_, o| o.place.row = 6
            => OutOfTree { tree: "tensor", .. },
        1, "a column that is not there": |_, o| o.place.col = 6
            => WrongLength { what: "element", .. },
        1, "a column that would be in the next row": |_, o| o.place.col = 256
            => RootMismatch { .. } | WrongCount { .. } | OutOfTree { .. },
        1, "an output that is not there": |_, o| o.place.output = 1
            => Missing { what: "the operation's output" },
    }
}
