//! The bodies of the fuzz targets: what must hold for *any* bytes.
//!
//! `cargo fuzz` runs them under coverage (`make test-deep`); `tests/fuzz.rs` runs
//! their corpora and bounded random input on stable Rust (`make test`). Every
//! target decodes; what decodes must encode to the same bytes; what verifies
//! must be the honest proof.

use std::{collections::BTreeMap, sync::LazyLock};

use compute_proofs::{
    ProofError,
    census::{self, Answer, Census, Commitment, Entry, UnitTree, Work},
    codec::{Decode, Encode},
    opening::{Evidence, FraudProof, NamedReceipt, Place, TraceEvidence},
    program::{Checker, Header, Program},
    receipt::{Batch, EmptyPlace},
    tensor::SealPreimage,
};

use crate::fixtures::{CHAIN_ID, Job, Settled, WORKER};

/// A target: its name and what it does with its input. It panics if something
/// does not hold.
pub type Target = (&'static str, fn(&[u8]));

/// Every target.
pub const TARGETS: [Target; 5] = [
    ("opening", opening),
    ("fraud_proof", fraud_proof),
    ("census_answer", census_answer),
    ("program", program),
    ("batch", batch),
];

const BEACON: [u8; 32] = [5; 32];
const SAMPLES: u32 = 4;

/// A batch of honest jobs with the answers to its samples.
struct Honest {
    settled: Settled,
    answers: Vec<Vec<u8>>,
}

static HONEST: LazyLock<Honest> = LazyLock::new(|| honest().expect("fixtures hold"));

fn honest() -> Result<Honest, ProofError> {
    let jobs = vec![
        Job::matrix(1, 3, 4, 5)?,
        Job::pipeline(2)?,
        Job::seeded(3, 5, 4, 3)?,
    ];
    let settled = Settled::new(jobs)?;
    let answers = (0..SAMPLES).map(|d| Ok(settled.answer(&BEACON, d)?.to_bytes()));
    let answers = answers.collect::<Result<_, ProofError>>()?;
    Ok(Honest { settled, answers })
}

/// A value that decodes has exactly one encoding.
fn decode<T: Decode + Encode>(bytes: &[u8]) -> Option<T> {
    let value = T::from_bytes(bytes).ok()?;
    assert_eq!(value.to_bytes(), bytes, "a second encoding of one value");
    Some(value)
}

/// No bytes but the honest answer's answer a sample.
pub fn opening(bytes: &[u8]) {
    let Some(opening) = decode::<Evidence>(bytes) else {
        return;
    };
    for (d, answer) in (0..).zip(&HONEST.answers) {
        let verified = HONEST.settled.verify(&BEACON, d, &opening);
        assert_eq!(
            verified.is_ok(),
            bytes == answer,
            "sample {d}: {verified:?}"
        );
    }
}

/// No bytes prove fraud against an honest batch.
pub fn fraud_proof(bytes: &[u8]) {
    let Some(proof) = decode::<FraudProof>(bytes) else {
        return;
    };
    let verdict = HONEST.settled.verify_fraud(&proof);
    assert!(verdict.is_err(), "an honest worker convicted: {verdict:?}");
}

/// A committed census with the answer to its draw.
struct HonestCensus {
    entry: Entry<'static>,
    commitment: Commitment,
    answer: Vec<u8>,
}

static CENSUS: LazyLock<HonestCensus> = LazyLock::new(|| honest_census().expect("fixtures hold"));

fn honest_census() -> Result<HonestCensus, ProofError> {
    let work = Work::new(8, 4)?;
    let entry = Entry {
        work,
        chain_id: CHAIN_ID,
        contract: "wasm1oracle",
        beacon: [6; 32],
        operator: WORKER,
    };
    let challenge = entry.challenge();
    let tree = |unit| UnitTree::new(work, unit, &census::product(work, &challenge, unit)?);
    let roots = (0..3).map(|unit| Ok(tree(unit)?.root()));
    let census = Census::new(work, roots.collect::<Result<_, ProofError>>()?)?;
    let commitment = census.commitment();
    let drawn = census::positions(&entry, &commitment, &BEACON, SAMPLES)?;
    Ok(HonestCensus {
        entry,
        commitment,
        answer: census.open(&drawn, tree)?.to_bytes(),
    })
}

/// No bytes but the honest answer's answer a census.
pub fn census_answer(bytes: &[u8]) {
    let Some(answer) = decode::<Answer>(bytes) else {
        return;
    };
    let HonestCensus {
        entry,
        commitment,
        answer: honest,
    } = &*CENSUS;
    let verified = census::verify(entry, commitment, &BEACON, SAMPLES, &answer);
    assert_eq!(verified.is_ok(), bytes == honest, "{verified:?}");
}

/// A program that registers can show its first and last operation under its
/// header, for exactly the ops that it costs, and say what an element reads.
pub fn program(bytes: &[u8]) {
    let Some(program) = decode::<Program>(bytes) else {
        return;
    };
    let Ok(header) = program.header() else {
        return;
    };
    let last = header.operations - 1;
    for index in [0, last] {
        let proof = program.prove(index).expect("an operation of the program");
        let (start, cost) = proof.check(&header).expect("under its own header");
        let end = start + cost;
        assert!(end <= header.cost && (index < last || end == header.cost));
        for (output, spec) in (0..).zip(proof.operation.outputs().expect("registered")) {
            let (row, col) = (spec.shape.rows() - 1, spec.shape.cols() - 1);
            let reads = proof.operation.reads(output, row, col);
            let reads = reads.expect("every element has its reads");
            assert!(reads.iter().all(|read| {
                let leaves = read.leaves();
                leaves.start < leaves.end && leaves.end <= read.input.spec.leaves()
            }));
        }
    }
}

/// What contracts keep decodes to one value only, and half a registration can
/// always be taken further.
pub fn batch(bytes: &[u8]) {
    let _ = decode::<Batch>(bytes);
    let _ = decode::<Header>(bytes);
    let _ = decode::<Commitment>(bytes);
    if let Some(empty) = decode::<EmptyPlace>(bytes) {
        let batch = HONEST.settled.receipts.batch();
        let shown = empty.check(&batch).is_ok();
        let task = HONEST.settled.receipts.prove(empty.nonce);
        assert!(!(shown && task.is_ok()), "a receipt shown to be absent");
    }
    if let Some(mut checker) = decode::<Checker>(bytes) {
        let _ = checker.finish();
        for operation in &HONEST.settled.jobs[1].program.operations {
            let _ = checker.push(operation, &mut Vec::new());
        }
        let _ = checker.finish();
    }
}

/// Inputs to start from: by target, by name.
///
/// # Errors
/// If a fixture cannot be made.
pub fn seeds() -> Result<BTreeMap<&'static str, Vec<Vec<u8>>>, ProofError> {
    let settled = &HONEST.settled;
    let mut seeds = BTreeMap::new();
    seeds.insert("opening", HONEST.answers.clone());
    seeds.insert("fraud_proof", fraud_seeds(settled)?);
    seeds.insert("census_answer", vec![CENSUS.answer.clone()]);
    let programs = settled.jobs.iter().map(|job| job.program.to_bytes());
    seeds.insert("program", programs.collect());
    let header = settled.jobs[0].run.header.to_bytes();
    let batch = settled.receipts.batch();
    let empty = settled.receipts.prove_empty(batch.first_nonce + 1)?;
    let mut checker = Checker::new(settled.jobs[1].program.slots)?;
    let mut earlier = Vec::new();
    for operation in settled.jobs[1].program.operations.iter().take(3) {
        checker.push(operation, &mut earlier)?;
    }
    let kept = [
        batch.to_bytes(),
        header,
        CENSUS.commitment.to_bytes(),
        empty.to_bytes(),
        checker.to_bytes(),
    ];
    seeds.insert("batch", kept.to_vec());
    Ok(seeds)
}

/// A proof of every kind, all about honest data.
fn fraud_seeds(settled: &Settled) -> Result<Vec<Vec<u8>>, ProofError> {
    let place = Place {
        output: 0,
        row: 1,
        col: 2,
    };
    let mut proofs = Vec::new();
    for operation in 0..5 {
        proofs.push(FraudProof::Element(settled.evidence(1, operation, place)?));
    }
    let element = settled.evidence(1, 4, place)?;
    let named = NamedReceipt {
        receipt: element.receipt.clone(),
        grant: element.grant,
    };
    let evidence = TraceEvidence {
        named: named.clone(),
        operation: element.operation.clone(),
        trace: element.trace.clone(),
    };
    proofs.push(FraudProof::Receipt(named));
    proofs.push(FraudProof::Result(evidence.clone()));
    proofs.push(FraudProof::OutputCount(evidence.clone()));
    let output = &settled.jobs[1].run.outputs[4][0];
    proofs.push(FraudProof::OutputSpec {
        evidence,
        output: 0,
        preimage: SealPreimage {
            spec: *output.spec(),
            top: output.top(),
        },
    });
    Ok(proofs.iter().map(Encode::to_bytes).collect())
}
