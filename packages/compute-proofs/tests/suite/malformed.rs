//! Malformed openings, by table: what is changed in an honest answer, and the
//! error that it must give. Paths have a table of their own.

use compute_proofs::{
    ProofError,
    codec::{Decode, Encode},
    opening::{Opening, Place},
    program::{Kind, Source},
    task::{Lease, OrderContext, SignedLease},
    tensor::TensorSpec,
};
use exact_kernels::DType;
use test_suite::fixtures::{Settled, WORKER, lease, order, sign};

use super::support::{authorisation, drawn, index, settled};

/// What is wrong, in which operation of job 0, how, and what it must answer.
pub(crate) type Case = (
    &'static str,
    u32,
    fn(&Settled, &mut Opening),
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
    honest: &([u8; 32], Opening),
    change: impl FnOnce(&mut Opening),
    expected: impl Fn(&ProofError) -> bool,
) {
    let (beacon, opening) = honest;
    assert_eq!(settled.verify(beacon, 0, opening), Ok(()), "{name}: before");
    let mut changed = opening.clone();
    change(&mut changed);
    assert_ne!(changed, *opening, "{name} changes nothing");
    let error = settled.verify(beacon, 0, &changed).expect_err(name);
    assert!(expected(&error), "{name}: {error:?}");
    match Opening::from_bytes(&changed.to_bytes()) {
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

fn lease_for(order: &OrderContext<'_>, worker: &str, leased: Lease, signer: u8) -> SignedLease {
    let signature = sign(signer, &leased.message(order, worker));
    SignedLease {
        lease: leased,
        signature,
    }
}

#[test]
fn receipts_and_authorisations() {
    check_all! {
        1, "another receipt": |s, o| o.evidence.receipt = s.receipts.prove(4).unwrap()
            => RootMismatch { what: "authorisation", .. },
        1, "another receipt on this one's path": |s, o|
            o.evidence.receipt.receipt = s.receipts.prove(1).unwrap().receipt
            => RootMismatch { what: "batch", .. },
        1, "another task's opening": |s, o| *o = s.opening(4, 1, o.evidence.place).unwrap()
            => Mismatch { what: "receipt and operation of the drawn position", .. },
        1, "lane after": |_, o| o.evidence.receipt.receipt.lane += 1
            => RootMismatch { what: "batch", .. },
        1, "lane before the first": |_, o| o.evidence.receipt.receipt.lane -= 1
            => OutOfRange { what: "lane of a receipt", value: 99, min: 100, .. },
        1, "lane behind the last": |_, o| o.evidence.receipt.receipt.lane += 5
            => OutOfTree { tree: "batch", first: 5, .. },
        1, "lane at the end of 64 bits": |_, o| o.evidence.receipt.receipt.lane = u64::MAX
            => OutOfTree { tree: "batch", .. },
        1, "another nonce": |_, o| o.evidence.receipt.receipt.nonce = 4
            => RootMismatch { what: "batch", .. },
        1, "another authorisation named": |_, o|
            o.evidence.receipt.receipt.authorisation.0[0] ^= 1
            => RootMismatch { what: "batch", .. },
        1, "another result": |_, o| o.evidence.receipt.receipt.output_root.0[31] ^= 1
            => RootMismatch { what: "batch", .. },
        1, "another trace": |_, o| o.evidence.receipt.receipt.trace_root.0[7] ^= 1
            => RootMismatch { what: "batch", .. },
        1, "one op more": |_, o| o.evidence.receipt.receipt.ops += 1
            => RootMismatch { what: "batch", .. },
        1, "one op less": |_, o| o.evidence.receipt.receipt.ops -= 1
            => RootMismatch { what: "batch", .. },
        1, "ops beyond 128 bits": |_, o| o.evidence.receipt.receipt.ops = u128::MAX => SumOverflow,
        1, "another task's authorisation": |s, o| o.evidence.authorisation = authorisation(s, 4)
            => RootMismatch { what: "authorisation", .. },
        1, "authorised nonce": |_, o| o.evidence.authorisation.authorisation.nonce += 1
            => RootMismatch { what: "authorisation", .. },
        1, "authorised program": |_, o| o.evidence.authorisation.authorisation.program.0[0] ^= 1
            => RootMismatch { what: "authorisation", .. },
        1, "authorised input": |_, o|
            o.evidence.authorisation.authorisation.input_root.0[0] ^= 1
            => RootMismatch { what: "authorisation", .. },
        1, "authorised ops": |_, o| o.evidence.authorisation.authorisation.max_ops += 1
            => RootMismatch { what: "authorisation", .. },
        1, "authorised sum of ops": |_, o| o.evidence.authorisation.authorisation.cum_ops += 1
            => RootMismatch { what: "authorisation", .. },
        1, "authorised until": |_, o| o.evidence.authorisation.authorisation.expires += 1
            => RootMismatch { what: "authorisation", .. },
        1, "the authorisation's signature": |_, o| o.evidence.authorisation.signature[63] ^= 1
            => RootMismatch { what: "authorisation", .. },
    }
}

#[test]
fn leases() {
    check_all! {
        1, "another nonce": |_, o| o.lease = lease(Lease { nonce: 1, ..o.lease.lease })
            => Mismatch { what: "nonce of the lease", .. },
        1, "another lane": |_, o| o.lease = lease(Lease { lane: 101, ..o.lease.lease })
            => Mismatch { what: "lane of the lease", .. },
        1, "another attempt than signed": |_, o| o.lease.lease.attempt += 1
            => BadSignature { what: "lease" },
        1, "a flipped signature": |_, o| o.lease.signature[0] ^= 1
            => BadSignature { what: "lease" },
        1, "no signature": |_, o| o.lease.signature = [0; 64] => BadSignature { what: "lease" },
        1, "another worker's": |_, o|
            o.lease = lease_for(&order(), "wasm1other", o.lease.lease, 2)
            => BadSignature { what: "lease" },
        1, "another order's": |_, o|
            o.lease = lease_for(&OrderContext { order: 8, ..order() }, WORKER, o.lease.lease, 2)
            => BadSignature { what: "lease" },
        1, "signed by the authoriser": |_, o|
            o.lease = lease_for(&order(), WORKER, o.lease.lease, 1)
            => BadSignature { what: "lease" },
        1, "signed by a stranger": |_, o|
            o.lease = lease_for(&order(), WORKER, o.lease.lease, 3)
            => BadSignature { what: "lease" },
        1, "another task's": |s, o| o.lease = s.opening(4, 0, o.evidence.place).unwrap().lease
            => Mismatch { what: "nonce of the lease", .. },
    }
}

#[test]
fn operations_and_places() {
    check_all! {
        1, "the next place in the program": |_, o| o.evidence.operation.index = 2
            => RootMismatch { what: "program", .. },
        1, "the last place in the program": |_, o| o.evidence.operation.index = 4
            => WrongCount { what: "program", .. },
        1, "a place behind the program": |_, o| o.evidence.operation.index = 5
            => OutOfTree { tree: "program", .. },
        1, "another operation": |s, o|
            o.evidence.operation = s.jobs[0].program.prove(2).unwrap()
            => RootMismatch { what: "trace", .. },
        1, "another operation in this one's place": |s, o|
            o.evidence.operation.operation = s.jobs[0].program.operations[2].clone()
            => RootMismatch { what: "program", .. },
        1, "another program's operation": |s, o|
            o.evidence.operation = s.jobs[4].program.prove(1).unwrap()
            => RootMismatch { what: "program", .. },
        1, "another kind": |_, o| o.evidence.operation.operation.kind = Kind::Transpose
            => RootMismatch { what: "program", .. },
        1, "another source": |_, o|
            o.evidence.operation.operation.inputs[2].source = Source::Slot { slot: 0 }
            => RootMismatch { what: "program", .. },
        1, "another input's shape": |_, o|
            o.evidence.operation.operation.inputs[1].spec =
                TensorSpec::new(DType::I8, 7, 10).unwrap()
            => RootMismatch { what: "program", .. },
        1, "no inputs": |_, o| o.evidence.operation.operation.inputs.clear()
            => WrongCount { what: "inputs of an operation", .. },
        1, "another operation's opening": |s, o| *o = s.opening(0, 2, o.evidence.place).unwrap()
            => Mismatch { what: "receipt and operation of the drawn position", .. },
        1, "the element below the drawn one": |s, o|
            *o =
                s.opening(0, 1, below(o.evidence.place)).unwrap()
            => Mismatch { what: "opened row", .. },
        1, "the element beside the drawn one": |s, o|
            *o =
                s.opening(0, 1, beside(o.evidence.place)).unwrap()
            => Mismatch { what: "opened column", .. },
        1, "another row claimed": |_, o| o.evidence.place.row ^= 1
            => RootMismatch { what: "output tensor", .. },
        1, "another column claimed": |_, o| o.evidence.place.col ^= 1
            => RootMismatch { what: "input tensor", .. },
        1, "a row that is not there": |_, o| o.evidence.place.row = 6
            => OutOfTree { tree: "tensor", .. },
        1, "a column that is not there": |_, o| o.evidence.place.col = 6
            => WrongLength { what: "element", .. },
        1, "a column that would be in the next row": |_, o| o.evidence.place.col = 256
            => RootMismatch { .. } | WrongCount { .. } | OutOfTree { .. },
        1, "an output that is not there": |_, o| o.evidence.place.output = 1
            => Missing { what: "the operation's output" },
    }
}
