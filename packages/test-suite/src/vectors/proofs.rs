//! Vectors of beacon rounds, census answers, openings and fraud proofs.

use anyhow::{Context, Result};
use compute_proofs::{
    census::{self, Answer, Entry, UnitTree, Work, positions, product},
    codec::Encode,
    opening::{BatchContext, Evidence, FraudProof, NamedReceipt, Place, TraceEvidence},
};
use cosmwasm_std::Binary;
use proof_verifier::msg::{Batch, Census, ExecuteMsg};

use super::Messages;
use crate::fixtures::{CHAIN_ID, HugeProduct, Job, Settled, WORKER};

pub(super) const BEACON: &str = "Rounds of drand's quicknet, and what is not one";
pub(super) const CENSUS: &str = "A census of five units of 16³ and its answer, right and wrong";
pub(super) const HUGE: &str =
    "Elements whose operands' rows lie around 4 GiB: the same on 32 and on 64 bits";
pub(super) const BATCH: &str = "A batch of three jobs, one of them corrupt: openings and fraud";

/// Rounds as drand's HTTP API answers them.
const ROUNDS: [(u64, &str); 2] = [
    (
        1000,
        "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39",
    ),
    (
        657_413,
        "b713718a38ae728dfd477991af2822e08d2f305e47718cef9f7848ce4050e7be41076862b98fad56e91a6b85b89cd97b",
    ),
];

pub(super) fn beacon() -> Result<Messages> {
    let mut messages = Messages::new();
    let mut add = |name: &str, round: u64, signature: Vec<u8>| {
        let (round, signature) = (round.into(), signature.into());
        messages.push((name.into(), ExecuteMsg::BeaconRound { round, signature }));
    };
    for (round, signature) in ROUNDS {
        let signature = hex::decode(signature)?;
        add("a round", round, signature.clone());
        add("its signature for the next round", round + 1, signature);
    }
    let mut flipped = hex::decode(ROUNDS[0].1)?;
    flipped[40] ^= 1;
    add("a flipped bit", ROUNDS[0].0, flipped);
    let mut infinity = vec![0; 48];
    infinity[0] = 0xc0;
    add("the point at infinity", ROUNDS[0].0, infinity);
    add("too short", ROUNDS[0].0, vec![0; 47]);
    add("round 0", 0, vec![0; 48]);
    Ok(messages)
}

pub(super) fn census() -> Result<Messages> {
    const UNITS: u32 = 5;
    const SAMPLES: u32 = 4;
    let work = Work::new(16, 4)?;
    let (beacon, sampling_beacon, contract) = ([1; 32], [2; 32], "wasm1oracle");
    let entry = Entry {
        work,
        chain_id: CHAIN_ID,
        contract,
        beacon,
        operator: WORKER,
    };
    let challenge = entry.challenge();
    let tree = |unit| UnitTree::new(work, unit, &product(work, &challenge, unit)?);
    let roots = (0..UNITS).map(|unit| Ok(tree(unit)?.root()));
    let census = census::Census::new(work, roots.collect::<Result<_>>()?)?;
    let commitment = census.commitment();
    let drawn = positions(&entry, &commitment, &sampling_beacon, SAMPLES)?;
    let answer = census.open(&drawn, tree)?;
    let open = |operator: &str| {
        ExecuteMsg::OpenCensus(Census {
            n: work.n(),
            tile: work.tile(),
            operator: operator.into(),
            contract: contract.into(),
            beacon: beacon.into(),
            sampling_beacon: sampling_beacon.into(),
            commitment: commitment.to_bytes().into(),
            samples: SAMPLES,
        })
    };
    let answered = |answer: Binary| ExecuteMsg::CensusAnswer {
        answer,
        positions: None,
    };
    let mut reordered = answer.clone();
    reordered.0.swap(0, 1);
    let mut short = answer.clone();
    short.0[0].within_unit.0.pop();
    let mut doubled = answer.clone();
    let sibling = doubled.0[0].within_unit.0[0];
    doubled.0[0].within_unit.0.push(sibling);
    let mut changed = answer.clone();
    changed.0[1].within_unit.0[0].0[0] ^= 1;
    let fewer = Answer(answer.0[1..].to_vec());
    let mut extended = answer.to_bytes();
    extended.push(0);
    let mut truncated = answer.to_bytes();
    truncated.pop();
    let mut messages: Messages = vec![
        ("the census".into(), open(WORKER)),
        ("its answer".into(), answered(answer.to_bytes().into())),
    ];
    for (name, wrong) in [
        ("tiles in another order", reordered.to_bytes()),
        ("a missing sibling", short.to_bytes()),
        ("a doubled sibling", doubled.to_bytes()),
        ("a changed sibling", changed.to_bytes()),
        ("a missing tile", fewer.to_bytes()),
        ("a byte too many", extended),
        ("a byte too few", truncated),
        ("nothing", Vec::new()),
    ] {
        messages.push((name.into(), answered(wrong.into())));
    }
    messages.push(("another operator's".into(), open("wasm1other")));
    let stolen = answered(answer.to_bytes().into());
    messages.push(("the first one's answer".into(), stolen));
    Ok(messages)
}

/// The message that stores a batch.
fn commit(context: &BatchContext<'_>, beacon: [u8; 32]) -> (String, ExecuteMsg) {
    let batch = Batch {
        market: context.order.market.into(),
        order: context.order.order.into(),
        authoriser: context.order.authoriser.into(),
        coordinator: context.order.coordinator.into(),
        worker: context.worker.into(),
        batch: context.batch.to_bytes().into(),
        beacon: beacon.into(),
    };
    ("the batch".into(), ExecuteMsg::CommitBatch(batch))
}

fn fraud(proof: FraudProof) -> ExecuteMsg {
    let proof = proof.to_bytes().into();
    ExecuteMsg::Fraud { proof }
}

pub(super) fn huge() -> Result<Messages> {
    // Row 32 768 of a matrix of 131 071 columns straddles byte 2^32.
    const N: u32 = 32_800;
    const K: u32 = 131_071;
    const STRADDLES: u32 = 32_768;
    let mut messages = Messages::new();
    for (name, row) in [
        ("below 4 GiB", STRADDLES - 1),
        ("around 4 GiB", STRADDLES),
        ("beyond 4 GiB", STRADDLES + 1),
    ] {
        for (what, error) in [("right", 0), ("wrong", 1)] {
            let huge = HugeProduct::new(N, K, row, error)?;
            messages.push(commit(&huge.context, [3; 32]));
            let header = huge.header.to_bytes().into();
            let program = ExecuteMsg::RegisterProgram { header };
            messages.push(("the program".into(), program));
            let proof = fraud(FraudProof::Element(huge.evidence));
            messages.push((format!("a {what} element, rows {name}"), proof));
        }
    }
    Ok(messages)
}

pub(super) fn batch() -> Result<Messages> {
    const CORRUPT: u32 = 1;
    const OPERATION: u32 = 1;
    let beacon = [3; 32];
    let jobs = vec![
        Job::matrix(1, 3, 4, 5)?,
        Job::pipeline(2)?.corrupt(usize::try_from(OPERATION)?, 0)?,
        Job::seeded(3, 5, 4, 3)?,
    ];
    let settled = Settled::new(jobs)?;
    let context = settled.context();
    let mut messages: Messages = vec![commit(&context, beacon)];
    for job in &settled.jobs {
        let header = job.run.header.to_bytes().into();
        messages.push(("a program".into(), ExecuteMsg::RegisterProgram { header }));
    }
    let openings = |openings: &[Evidence]| ExecuteMsg::Openings {
        openings: openings.iter().map(|o| o.to_bytes().into()).collect(),
    };
    let answers = (0..2).map(|d| settled.answer(&beacon, d));
    let answers = answers.collect::<Result<Vec<_>, _>>()?;
    messages.push(("samples 0 and 1".into(), openings(&answers)));
    let swapped = [answers[1].clone(), answers[0].clone()];
    messages.push(("the same the other way round".into(), openings(&swapped)));

    let at = |output, row, col| Place { output, row, col };
    let wrong = settled.evidence(CORRUPT, OPERATION, at(0, 0, 0))?;
    let right = settled.evidence(CORRUPT, OPERATION, at(0, 1, 1))?;
    let named = NamedReceipt {
        receipt: wrong.receipt.clone(),
        grant: wrong.grant,
    };
    let last = settled.jobs[usize::try_from(CORRUPT)?]
        .program
        .operations
        .len();
    let last = settled.evidence(
        CORRUPT,
        u32::try_from(last)?.checked_sub(1).context("last")?,
        at(0, 0, 0),
    )?;
    let result = TraceEvidence {
        named: named.clone(),
        operation: last.operation.clone(),
        trace: last.trace.clone(),
    };
    let mut unlinked = wrong.clone();
    unlinked.leaf.bytes[0] ^= 1;
    for (name, proof) in [
        ("a wrong element", FraudProof::Element(wrong)),
        ("a right element", FraudProof::Element(right)),
        ("a right last element", FraudProof::Element(last)),
        ("an honest receipt", FraudProof::Receipt(named)),
        ("an honest result", FraudProof::Result(result)),
        ("a leaf of another tree", FraudProof::Element(unlinked)),
    ] {
        messages.push((name.into(), fraud(proof)));
    }
    Ok(messages)
}
