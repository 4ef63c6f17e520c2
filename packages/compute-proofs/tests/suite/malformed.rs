//! Malformed openings, by table: what is changed in an honest answer, and the
//! error that it must give. Paths have a table of their own.

use compute_proofs::{
    Hash, ProofError,
    codec::{Decode, Encode},
    opening::{OpenedInput, Opening, Place},
    program::{Kind, Source},
    task::{Lease, OrderContext, SignedLease},
    tensor::TensorSpec,
};
use exact_kernels::DType;
use test_suite::fixtures::{Settled, WORKER, lease, order, sign};

use super::support::{authorisation, drawn, hash, index, settled};

/// What is wrong, in which operation of job 0, how, and what it must answer.
type Case = (
    &'static str,
    u32,
    fn(&Settled, &mut Opening),
    fn(&ProofError) -> bool,
);

/// A test for an error of this pattern.
macro_rules! is {
    ($pattern:pat) => {
        |error| matches!(error, $pattern)
    };
}

/// A test for a root that does not fit.
macro_rules! root {
    ($what:literal) => {
        is!(ProofError::RootMismatch { what: $what, .. })
    };
}

/// A test for a number that does not fit.
macro_rules! differs {
    ($what:literal) => {
        is!(ProofError::Mismatch { what: $what, .. })
    };
}

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

fn check_all(cases: &[Case]) {
    let settled = settled();
    let honest = [0, 1, 2].map(|operation| drawn(&settled, 0, operation));
    for &(name, operation, change, expected) in cases {
        let honest = &honest[usize::try_from(operation).unwrap()];
        check(
            name,
            &settled,
            honest,
            |opening| change(&settled, opening),
            expected,
        );
    }
}

/// The bytes of an input's range.
pub(crate) fn input_bytes(opening: &mut Opening, input: usize) -> &mut Vec<u8> {
    match &mut opening.evidence.inputs[input] {
        OpenedInput::Output { range, .. } | OpenedInput::Tensor(range) => &mut range.bytes,
        OpenedInput::Seed(_) => panic!("a seed has no range"),
    }
}

/// The output roots that an input's producer is shown with.
fn input_roots(opening: &mut Opening) -> &mut Vec<Hash> {
    match &mut opening.evidence.inputs[0] {
        OpenedInput::Output { trace, .. } => &mut trace.outputs.0,
        _ => panic!("no output of an operation"),
    }
}

/// What operation 2 reads, but of another producer's output.
fn output_of(settled: &Settled, opening: &Opening, producer: u32) -> OpenedInput {
    let Place { output, row, col } = opening.evidence.place;
    let job = &settled.jobs[0];
    let reads = job.program.operations[2].reads(output, row, col).unwrap();
    OpenedInput::Output {
        range: job.run.outputs[index(producer)][0]
            .open(reads[0].leaves())
            .unwrap(),
        trace: job.run.trace.prove(producer).unwrap(),
    }
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
    check_all(&[
        (
            "another receipt",
            1,
            |s, o| o.evidence.receipt = s.receipts.prove(4).unwrap(),
            root!("authorisation"),
        ),
        (
            "another receipt on this one's path",
            1,
            |s, o| o.evidence.receipt.receipt = s.receipts.prove(1).unwrap().receipt,
            root!("batch"),
        ),
        (
            "another task's opening",
            1,
            |s, o| *o = s.opening(4, 1, o.evidence.place).unwrap(),
            differs!("receipt and operation of the drawn position"),
        ),
        (
            "lane after",
            1,
            |_, o| o.evidence.receipt.receipt.lane += 1,
            root!("batch"),
        ),
        (
            "lane before the first",
            1,
            |_, o| o.evidence.receipt.receipt.lane -= 1,
            is!(ProofError::OutOfRange {
                what: "lane of a receipt",
                value: 99,
                min: 100,
                ..
            }),
        ),
        (
            "lane behind the last",
            1,
            |_, o| o.evidence.receipt.receipt.lane += 5,
            is!(ProofError::OutOfTree {
                tree: "batch",
                first: 5,
                ..
            }),
        ),
        (
            "lane at the end of 64 bits",
            1,
            |_, o| o.evidence.receipt.receipt.lane = u64::MAX,
            is!(ProofError::OutOfTree { tree: "batch", .. }),
        ),
        (
            "another nonce",
            1,
            |_, o| o.evidence.receipt.receipt.nonce = 4,
            root!("batch"),
        ),
        (
            "another authorisation named",
            1,
            |_, o| o.evidence.receipt.receipt.authorisation.0[0] ^= 1,
            root!("batch"),
        ),
        (
            "another result",
            1,
            |_, o| o.evidence.receipt.receipt.output_root.0[31] ^= 1,
            root!("batch"),
        ),
        (
            "another trace",
            1,
            |_, o| o.evidence.receipt.receipt.trace_root.0[7] ^= 1,
            root!("batch"),
        ),
        (
            "one op more",
            1,
            |_, o| o.evidence.receipt.receipt.ops += 1,
            root!("batch"),
        ),
        (
            "one op less",
            1,
            |_, o| o.evidence.receipt.receipt.ops -= 1,
            root!("batch"),
        ),
        (
            "ops beyond 128 bits",
            1,
            |_, o| o.evidence.receipt.receipt.ops = u128::MAX,
            is!(ProofError::SumOverflow),
        ),
        (
            "another task's authorisation",
            1,
            |s, o| o.evidence.authorisation = authorisation(s, 4),
            root!("authorisation"),
        ),
        (
            "authorised nonce",
            1,
            |_, o| o.evidence.authorisation.authorisation.nonce += 1,
            root!("authorisation"),
        ),
        (
            "authorised program",
            1,
            |_, o| o.evidence.authorisation.authorisation.program.0[0] ^= 1,
            root!("authorisation"),
        ),
        (
            "authorised input",
            1,
            |_, o| o.evidence.authorisation.authorisation.input_root.0[0] ^= 1,
            root!("authorisation"),
        ),
        (
            "authorised ops",
            1,
            |_, o| o.evidence.authorisation.authorisation.max_ops += 1,
            root!("authorisation"),
        ),
        (
            "authorised sum of ops",
            1,
            |_, o| o.evidence.authorisation.authorisation.cum_ops += 1,
            root!("authorisation"),
        ),
        (
            "authorised until",
            1,
            |_, o| o.evidence.authorisation.authorisation.expires += 1,
            root!("authorisation"),
        ),
        (
            "the authorisation's signature",
            1,
            |_, o| o.evidence.authorisation.signature[63] ^= 1,
            root!("authorisation"),
        ),
    ]);
}

#[test]
fn leases() {
    check_all(&[
        (
            "another nonce",
            1,
            |_, o| {
                o.lease = lease(Lease {
                    nonce: 1,
                    ..o.lease.lease
                })
            },
            differs!("nonce of the lease"),
        ),
        (
            "another lane",
            1,
            |_, o| {
                o.lease = lease(Lease {
                    lane: 101,
                    ..o.lease.lease
                })
            },
            differs!("lane of the lease"),
        ),
        (
            "another attempt than signed",
            1,
            |_, o| o.lease.lease.attempt += 1,
            is!(ProofError::BadSignature { what: "lease" }),
        ),
        (
            "a flipped signature",
            1,
            |_, o| o.lease.signature[0] ^= 1,
            is!(ProofError::BadSignature { what: "lease" }),
        ),
        (
            "no signature",
            1,
            |_, o| o.lease.signature = [0; 64],
            is!(ProofError::BadSignature { what: "lease" }),
        ),
        (
            "another worker's",
            1,
            |_, o| o.lease = lease_for(&order(), "wasm1other", o.lease.lease, 2),
            is!(ProofError::BadSignature { what: "lease" }),
        ),
        (
            "another order's",
            1,
            |_, o| {
                o.lease = lease_for(
                    &OrderContext {
                        order: 8,
                        ..order()
                    },
                    WORKER,
                    o.lease.lease,
                    2,
                )
            },
            is!(ProofError::BadSignature { what: "lease" }),
        ),
        (
            "signed by the authoriser",
            1,
            |_, o| o.lease = lease_for(&order(), WORKER, o.lease.lease, 1),
            is!(ProofError::BadSignature { what: "lease" }),
        ),
        (
            "signed by a stranger",
            1,
            |_, o| o.lease = lease_for(&order(), WORKER, o.lease.lease, 3),
            is!(ProofError::BadSignature { what: "lease" }),
        ),
        (
            "another task's",
            1,
            |s, o| o.lease = s.opening(4, 0, o.evidence.place).unwrap().lease,
            differs!("nonce of the lease"),
        ),
    ]);
}

#[test]
fn operations_and_places() {
    check_all(&[
        (
            "the next place in the program",
            1,
            |_, o| o.evidence.operation.index = 2,
            root!("program"),
        ),
        (
            "the last place in the program",
            1,
            |_, o| o.evidence.operation.index = 4,
            is!(ProofError::WrongCount {
                what: "program",
                ..
            }),
        ),
        (
            "a place behind the program",
            1,
            |_, o| o.evidence.operation.index = 5,
            is!(ProofError::OutOfTree {
                tree: "program",
                ..
            }),
        ),
        (
            "another operation",
            1,
            |s, o| o.evidence.operation = s.jobs[0].program.prove(2).unwrap(),
            root!("trace"),
        ),
        (
            "another operation in this one's place",
            1,
            |s, o| o.evidence.operation.operation = s.jobs[0].program.operations[2].clone(),
            root!("program"),
        ),
        (
            "another program's operation",
            1,
            |s, o| o.evidence.operation = s.jobs[4].program.prove(1).unwrap(),
            root!("program"),
        ),
        (
            "another kind",
            1,
            |_, o| o.evidence.operation.operation.kind = Kind::Transpose,
            is!(ProofError::RootMismatch {
                what: "program",
                ..
            }),
        ),
        (
            "another source",
            1,
            |_, o| o.evidence.operation.operation.inputs[2].source = Source::Slot { slot: 0 },
            root!("program"),
        ),
        (
            "another input's shape",
            1,
            |_, o| {
                o.evidence.operation.operation.inputs[1].spec =
                    TensorSpec::new(DType::I8, 7, 10).unwrap()
            },
            root!("program"),
        ),
        (
            "no inputs",
            1,
            |_, o| o.evidence.operation.operation.inputs.clear(),
            is!(ProofError::WrongCount {
                what: "inputs of an operation",
                ..
            }),
        ),
        (
            "another operation's opening",
            1,
            |s, o| *o = s.opening(0, 2, o.evidence.place).unwrap(),
            differs!("receipt and operation of the drawn position"),
        ),
        (
            "the element below the drawn one",
            1,
            |s, o| {
                *o = s
                    .opening(
                        0,
                        1,
                        Place {
                            row: (o.evidence.place.row + 1) % 6,
                            ..o.evidence.place
                        },
                    )
                    .unwrap()
            },
            differs!("opened row"),
        ),
        (
            "the element beside the drawn one",
            1,
            |s, o| {
                *o = s
                    .opening(
                        0,
                        1,
                        Place {
                            col: (o.evidence.place.col + 1) % 6,
                            ..o.evidence.place
                        },
                    )
                    .unwrap()
            },
            differs!("opened column"),
        ),
        (
            "another row claimed",
            1,
            |_, o| o.evidence.place.row ^= 1,
            root!("output tensor"),
        ),
        (
            "another column claimed",
            1,
            |_, o| o.evidence.place.col ^= 1,
            root!("input tensor"),
        ),
        (
            "a row that is not there",
            1,
            |_, o| o.evidence.place.row = 6,
            is!(ProofError::OutOfTree { tree: "tensor", .. }),
        ),
        (
            "a column that is not there",
            1,
            |_, o| o.evidence.place.col = 6,
            is!(ProofError::WrongLength {
                what: "element",
                ..
            }),
        ),
        (
            "a column that would be in the next row",
            1,
            |_, o| o.evidence.place.col = 256,
            is!(ProofError::RootMismatch { .. }
                | ProofError::WrongCount { .. }
                | ProofError::OutOfTree { .. }),
        ),
        (
            "an output that is not there",
            1,
            |_, o| o.evidence.place.output = 1,
            is!(ProofError::Missing {
                what: "the operation's output"
            }),
        ),
    ]);
}

#[test]
fn leaves_and_traces() {
    check_all(&[
        (
            "a bit of the leaf",
            1,
            |_, o| o.evidence.leaf.bytes[5] ^= 0x10,
            root!("output tensor"),
        ),
        (
            "a leaf too short",
            1,
            |_, o| o.evidence.leaf.bytes.truncate(23),
            is!(ProofError::WrongLength {
                what: "tensor",
                expected: 24,
                actual: 23
            }),
        ),
        (
            "a leaf too long",
            1,
            |_, o| o.evidence.leaf.bytes.push(0),
            is!(ProofError::WrongLength {
                what: "tensor",
                expected: 24,
                actual: 25
            }),
        ),
        (
            "no leaf",
            1,
            |_, o| o.evidence.leaf.bytes.clear(),
            is!(ProofError::WrongLength {
                what: "tensor",
                actual: 0,
                ..
            }),
        ),
        (
            "the largest leaf",
            1,
            |_, o| o.evidence.leaf.bytes.resize(65_536, 0),
            is!(ProofError::WrongLength { what: "tensor", .. }),
        ),
        (
            "another tensor's leaf",
            1,
            |s, o| o.evidence.leaf = s.evidence(0, 2, o.evidence.place).unwrap().leaf,
            root!("output tensor"),
        ),
        (
            "an output root",
            1,
            |_, o| o.evidence.trace.outputs.0[0].0[0] ^= 1,
            root!("output tensor"),
        ),
        (
            "an output too many",
            1,
            |_, o| o.evidence.trace.outputs.0.push(hash(1)),
            root!("trace"),
        ),
        (
            "the output twice",
            1,
            |_, o| {
                o.evidence
                    .trace
                    .outputs
                    .0
                    .push(o.evidence.trace.outputs.0[0])
            },
            root!("trace"),
        ),
        (
            "no outputs",
            1,
            |_, o| o.evidence.trace.outputs.0.clear(),
            is!(ProofError::OutOfRange {
                what: "output of an operation",
                ..
            }),
        ),
        (
            "another operation's outputs",
            1,
            |s, o| o.evidence.trace = s.jobs[0].run.trace.prove(2).unwrap(),
            root!("output tensor"),
        ),
        (
            "another run's outputs",
            1,
            |s, o| o.evidence.trace = s.jobs[4].run.trace.prove(1).unwrap(),
            root!("output tensor"),
        ),
    ]);
}

#[test]
fn slots_and_inputs() {
    check_all(&[
        (
            "no slots",
            0,
            |_, o| o.evidence.slots.clear(),
            root!("task input"),
        ),
        (
            "a slot missing",
            0,
            |_, o| o.evidence.slots.truncate(1),
            root!("task input"),
        ),
        (
            "a slot too many",
            0,
            |_, o| o.evidence.slots.push(Hash::ZERO),
            root!("task input"),
        ),
        (
            "slots swapped",
            0,
            |_, o| o.evidence.slots.swap(0, 1),
            root!("task input"),
        ),
        (
            "a bit of a slot that is not read",
            0,
            |_, o| o.evidence.slots[1].0[0] ^= 1,
            root!("task input"),
        ),
        (
            "slots where none is read",
            2,
            |s, o| o.evidence.slots = s.jobs[0].record(0).slots(),
            differs!("input slots"),
        ),
        (
            "an input missing",
            1,
            |_, o| o.evidence.inputs.truncate(2),
            is!(ProofError::WrongCount {
                what: "opened inputs",
                expected: 3,
                actual: 2
            }),
        ),
        (
            "no inputs",
            1,
            |_, o| o.evidence.inputs.clear(),
            is!(ProofError::WrongCount {
                what: "opened inputs",
                actual: 0,
                ..
            }),
        ),
        (
            "an input twice",
            1,
            |_, o| o.evidence.inputs.push(o.evidence.inputs[0].clone()),
            is!(ProofError::WrongCount {
                what: "opened inputs",
                actual: 4,
                ..
            }),
        ),
        (
            "inputs swapped",
            1,
            |_, o| o.evidence.inputs.swap(0, 1),
            is!(ProofError::Missing { .. }),
        ),
        (
            "inputs of one kind swapped",
            0,
            |_, o| o.evidence.inputs.swap(0, 1),
            is!(ProofError::RootMismatch { .. } | ProofError::WrongCount { .. }),
        ),
        (
            "a seed for an output",
            1,
            |_, o| o.evidence.inputs[0] = OpenedInput::Seed([0; 32]),
            is!(ProofError::Missing { .. }),
        ),
        (
            "a tensor for an output",
            1,
            |_, o| o.evidence.inputs[0] = o.evidence.inputs[2].clone(),
            is!(ProofError::Missing { .. }),
        ),
        (
            "a tensor for a seed",
            1,
            |_, o| o.evidence.inputs[1] = o.evidence.inputs[2].clone(),
            is!(ProofError::Missing { .. }),
        ),
        (
            "an output for weights",
            1,
            |_, o| o.evidence.inputs[2] = o.evidence.inputs[0].clone(),
            is!(ProofError::Missing { .. }),
        ),
        (
            "a bit of the seed",
            1,
            |_, o| o.evidence.inputs[1] = OpenedInput::Seed([1; 32]),
            root!("seed"),
        ),
        (
            "a bit of an earlier output",
            1,
            |_, o| input_bytes(o, 0)[9] ^= 1,
            root!("input tensor"),
        ),
        (
            "an earlier output too short",
            1,
            |_, o| input_bytes(o, 0).truncate(9),
            is!(ProofError::WrongLength {
                expected: 10,
                actual: 9,
                ..
            }),
        ),
        (
            "an earlier output too long",
            1,
            |_, o| input_bytes(o, 0).push(0),
            is!(ProofError::WrongLength {
                expected: 10,
                actual: 11,
                ..
            }),
        ),
        (
            "the root of an earlier output",
            1,
            |_, o| input_roots(o)[0].0[0] ^= 1,
            root!("input tensor"),
        ),
        (
            "an earlier output too many",
            1,
            |_, o| input_roots(o).push(hash(1)),
            root!("trace of an input"),
        ),
        (
            "no earlier outputs",
            1,
            |_, o| input_roots(o).clear(),
            is!(ProofError::OutOfRange {
                what: "output of an operation",
                ..
            }),
        ),
        (
            "another producer",
            2,
            |s, o| o.evidence.inputs[0] = output_of(s, o, 2),
            root!("trace of an input"),
        ),
        (
            "another producer's roots",
            1,
            |s, o| *input_roots(o) = s.jobs[0].run.trace.prove(2).unwrap().outputs.0,
            root!("input tensor"),
        ),
        (
            "a bit of the weights",
            0,
            |_, o| input_bytes(o, 1)[39] ^= 1,
            root!("weights"),
        ),
        (
            "weights too short",
            0,
            |_, o| input_bytes(o, 1).truncate(39),
            is!(ProofError::WrongLength { .. }),
        ),
        (
            "a bit of the parameters",
            0,
            |_, o| input_bytes(o, 2)[0] ^= 1,
            root!("weights"),
        ),
        (
            "parameters too long",
            0,
            |_, o| input_bytes(o, 2).push(0),
            is!(ProofError::WrongLength { .. }),
        ),
        (
            "a bit of the input",
            0,
            |_, o| input_bytes(o, 0)[0] ^= 1,
            root!("input slot"),
        ),
        (
            "an input too long",
            0,
            |_, o| input_bytes(o, 0).push(0),
            is!(ProofError::WrongLength { .. }),
        ),
    ]);
}

#[test]
fn bytes_cut_or_extended_anywhere() {
    let settled = settled();
    let receive = |bytes: &[u8], beacon: &[u8; 32]| {
        let opening = Opening::from_bytes(bytes)?;
        settled.verify(beacon, 0, &opening)
    };
    for operation in [0, 1, 4] {
        let (beacon, opening) = drawn(&settled, 0, operation);
        let bytes = opening.to_bytes();
        assert_eq!(receive(&bytes, &beacon), Ok(()));
        for len in 0..bytes.len() {
            let answer = receive(&bytes[..len], &beacon);
            assert!(matches!(answer, Err(ProofError::Decode(_))), "cut to {len}");
        }
        let longer = [&bytes[..], &[0]].concat();
        assert!(matches!(
            receive(&longer, &beacon),
            Err(ProofError::Decode(_))
        ));
        // No byte can change: whatever is still an opening is another one.
        for at in 0..bytes.len() {
            let mut other = bytes.clone();
            other[at] ^= 1 << (at % 8);
            assert!(receive(&other, &beacon).is_err(), "byte {at} says nothing");
        }
    }
}
