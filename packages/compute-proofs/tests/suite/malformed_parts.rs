//! Malformed openings, by table: leaves, traces, slots and inputs; and bytes.

use compute_proofs::{
    Hash, ProofError,
    codec::{Decode, Encode},
    opening::{Evidence, OpenedInput, Place},
};
use test_suite::fixtures::Settled;

use super::{
    malformed::check_all,
    support::{drawn, hash, index, settled},
};

/// The bytes of an input's range.
fn input_bytes(opening: &mut Evidence, input: usize) -> &mut Vec<u8> {
    match &mut opening.inputs[input] {
        OpenedInput::Output { range, .. } | OpenedInput::Tensor(range) => &mut range.bytes,
        OpenedInput::Seed(_) => panic!("a seed has no range"),
    }
}

/// The output roots that an input's producer is shown with.
fn input_roots(opening: &mut Evidence) -> &mut Vec<Hash> {
    match &mut opening.inputs[0] {
        OpenedInput::Output { trace, .. } => &mut trace.outputs.0,
        _ => panic!("no output of an operation"),
    }
}

/// What operation 2 reads, but of another producer's output.
fn output_of(settled: &Settled, opening: &Evidence, producer: u32) -> OpenedInput {
    let Place { output, row, col } = opening.place;
    let job = &settled.jobs[0];
    let reads = job.program.operations[2].reads(output, row, col).unwrap();
    OpenedInput::Output {
        range: job.run.outputs[index(producer)][0]
            .open(reads[0].leaves())
            .unwrap(),
        trace: job.run.trace.prove(producer).unwrap(),
    }
}

#[test]
fn leaves_and_traces() {
    check_all! {
        1, "a bit of the leaf": |_, o| o.leaf.bytes[5] ^= 0x10
            => RootMismatch { what: "output tensor", .. },
        1, "a leaf too short": |_, o| o.leaf.bytes.truncate(23)
            => WrongLength { what: "tensor", expected: 24, actual: 23 },
        1, "a leaf too long": |_, o| o.leaf.bytes.push(0)
            => WrongLength { what: "tensor", expected: 24, actual: 25 },
        1, "no leaf": |_, o| o.leaf.bytes.clear()
            => WrongLength { what: "tensor", actual: 0, .. },
        1, "the largest leaf": |_, o| o.leaf.bytes.resize(65_536, 0)
            => WrongLength { what: "tensor", .. },
        1, "another tensor's leaf": |s, o|
            o.leaf = s.evidence(0, 2, o.place).unwrap().leaf
            => RootMismatch { what: "output tensor", .. },
        1, "an output root": |_, o| o.trace.outputs.0[0].0[0] ^= 1
            => RootMismatch { what: "output tensor", .. },
        1, "an output too many": |_, o| o.trace.outputs.0.push(hash(1))
            => RootMismatch { what: "trace", .. },
        1, "the output twice": |_, o|
            o.trace.outputs.0.push(o.trace.outputs.0[0])
            => RootMismatch { what: "trace", .. },
        1, "no outputs": |_, o| o.trace.outputs.0.clear()
            => OutOfRange { what: "output of an operation", .. },
        1, "another operation's outputs": |s, o|
            o.trace = s.jobs[0].run.trace.prove(2).unwrap()
            => RootMismatch { what: "output tensor", .. },
        1, "another run's outputs": |s, o|
            o.trace = s.jobs[4].run.trace.prove(1).unwrap()
            => RootMismatch { what: "output tensor", .. },
    }
}

#[test]
fn slots_and_inputs() {
    check_all! {
        0, "no slots": |_, o| o.slots.clear() => Mismatch { what: "input slots", .. },
        0, "a slot missing": |_, o| o.slots.truncate(1)
            => Mismatch { what: "input slots", expected: 2, actual: 1 },
        0, "a slot too many": |_, o| o.slots.push(Hash::ZERO)
            => Mismatch { what: "input slots", expected: 2, actual: 3 },
        0, "slots swapped": |_, o| o.slots.swap(0, 1)
            => RootMismatch { what: "task input", .. },
        0, "a bit of a slot that is not read": |_, o| o.slots[1].0[0] ^= 1
            => RootMismatch { what: "task input", .. },
        2, "slots where none is read": |s, o| o.slots = s.jobs[0].record(100).slots()
            => Mismatch { what: "input slots", .. },
        1, "an input missing": |_, o| o.inputs.truncate(2)
            => WrongCount { what: "opened inputs", expected: 3, actual: 2 },
        1, "no inputs": |_, o| o.inputs.clear()
            => WrongCount { what: "opened inputs", actual: 0, .. },
        1, "an input twice": |_, o| o.inputs.push(o.inputs[0].clone())
            => WrongCount { what: "opened inputs", actual: 4, .. },
        1, "inputs swapped": |_, o| o.inputs.swap(0, 1) => Missing { .. },
        0, "inputs of one kind swapped": |_, o| o.inputs.swap(0, 1)
            => RootMismatch { .. } | WrongCount { .. },
        1, "a seed for an output": |_, o| o.inputs[0] = OpenedInput::Seed([0; 32])
            => Missing { .. },
        1, "a tensor for an output": |_, o| o.inputs[0] = o.inputs[2].clone()
            => Missing { .. },
        1, "a tensor for a seed": |_, o| o.inputs[1] = o.inputs[2].clone()
            => Missing { .. },
        1, "an output for weights": |_, o| o.inputs[2] = o.inputs[0].clone()
            => Missing { .. },
        1, "a bit of the seed": |_, o| o.inputs[1] = OpenedInput::Seed([1; 32])
            => RootMismatch { what: "seed", .. },
        1, "a bit of an earlier output": |_, o| input_bytes(o, 0)[9] ^= 1
            => RootMismatch { what: "input tensor", .. },
        1, "an earlier output too short": |_, o| input_bytes(o, 0).truncate(9)
            => WrongLength { expected: 10, actual: 9, .. },
        1, "an earlier output too long": |_, o| input_bytes(o, 0).push(0)
            => WrongLength { expected: 10, actual: 11, .. },
        1, "the root of an earlier output": |_, o| input_roots(o)[0].0[0] ^= 1
            => RootMismatch { what: "input tensor", .. },
        1, "an earlier output too many": |_, o| input_roots(o).push(hash(1))
            => RootMismatch { what: "trace of an input", .. },
        1, "no earlier outputs": |_, o| input_roots(o).clear()
            => OutOfRange { what: "output of an operation", .. },
        2, "another producer": |s, o| o.inputs[0] = output_of(s, o, 2)
            => RootMismatch { what: "trace of an input", .. },
        1, "another producer's roots": |s, o|
            *input_roots(o) = s.jobs[0].run.trace.prove(2).unwrap().outputs.0
            => RootMismatch { what: "input tensor", .. },
        0, "a bit of the weights": |_, o| input_bytes(o, 1)[39] ^= 1
            => RootMismatch { what: "weights", .. },
        0, "weights too short": |_, o| input_bytes(o, 1).truncate(39) => WrongLength { .. },
        0, "a bit of the parameters": |_, o| input_bytes(o, 2)[0] ^= 1
            => RootMismatch { what: "weights", .. },
        0, "parameters too long": |_, o| input_bytes(o, 2).push(0) => WrongLength { .. },
        0, "a bit of the input": |_, o| input_bytes(o, 0)[0] ^= 1
            => RootMismatch { what: "input slot", .. },
        0, "an input too long": |_, o| input_bytes(o, 0).push(0) => WrongLength { .. },
    }
}

#[test]
fn bytes_cut_or_extended_anywhere() {
    let settled = settled();
    let receive = |bytes: &[u8], beacon: &[u8; 32]| {
        let opening = Evidence::from_bytes(bytes)?;
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
