//! Openings of what the beacon draws.

use std::collections::BTreeMap;

use compute_api::market::Opening;
use compute_proofs::{
    ProofError,
    codec::Encode,
    opening::{Sample, sample},
};

use super::Proven;
use crate::ServiceError;

/// Bytes of proofs in one message. In base64 they are a third more, and a transaction of
/// a Cosmos chain takes 1 MiB at most, most nodes' settings less.
const CHUNK: usize = 180_000;

/// Openings that go into one message.
pub(crate) type Chunk = Vec<Opening>;

/// Opens these samples of a batch that was drawn by `beacon`.
///
/// # Errors
/// [`ServiceError::Proof`]; [`ServiceError::Store`] if a run is gone.
pub(crate) fn openings(
    batch: &mut Proven<'_>,
    beacon: &[u8; 32],
    samples: &[u32],
) -> Result<Vec<Opening>, ServiceError> {
    let proof = |d: u32| ServiceError::proof(format!("sample {d}"));
    // By task, so that each run is loaded once.
    let mut drawn: BTreeMap<u64, Vec<(u32, u128, Sample)>> = BTreeMap::new();
    for d in samples.iter().copied() {
        let sample = sample(&batch.context(), beacon, d).map_err(proof(d))?;
        let located = batch.receipts.locate(sample.position());
        let missing = ProofError::Missing {
            what: "the drawn position",
        };
        let (nonce, offset) = located.ok_or(missing).map_err(proof(d))?;
        drawn.entry(nonce).or_default().push((d, offset, sample));
    }
    let mut openings = Vec::new();
    for (nonce, samples) in drawn {
        batch.load(nonce)?;
        for (d, offset, sample) in samples {
            openings.push(open(batch, nonce, d, offset, sample).map_err(proof(d))?);
        }
    }
    openings.sort_by_key(|opening| opening.sample);
    Ok(openings)
}

fn open(
    batch: &Proven<'_>,
    nonce: u64,
    d: u32,
    offset: u128,
    mut sample: Sample,
) -> Result<Opening, ProofError> {
    let record = batch.record(nonce)?;
    let operation = record.drawn_operation(&mut sample, offset)?;
    let at = usize::try_from(operation).unwrap_or(usize::MAX);
    let drawn = record.program.operations.get(at);
    let place = sample.place(drawn.ok_or(ProofError::Missing { what: "operation" })?)?;
    let receipt = batch.receipts.prove(nonce)?;
    let evidence = record.evidence(receipt, operation, place)?;
    Ok(Opening {
        sample: d,
        evidence: evidence.to_bytes().into(),
    })
}

/// Cuts openings into messages that fit a transaction.
pub(crate) fn chunks(openings: Vec<Opening>) -> Vec<Chunk> {
    let mut chunks: Vec<Chunk> = Vec::new();
    let mut room = 0usize;
    for opening in openings {
        let bytes = opening.evidence.len();
        match chunks.last_mut() {
            Some(chunk) if bytes <= room => {
                room = room.saturating_sub(bytes);
                chunk.push(opening);
            }
            _ => {
                room = CHUNK.saturating_sub(bytes);
                chunks.push(vec![opening]);
            }
        }
    }
    chunks
}
