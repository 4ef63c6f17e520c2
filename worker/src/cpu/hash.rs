//! Leaves and nodes of trees, many at once on all cores.

use compute_proofs::{
    Hash,
    hash::{Domain, NODE, TENSOR_LEAF},
    tensor::{LEAF_BYTES, TensorSpec},
};
use rayon::prelude::*;

use super::simd::{Isa, LANES};

/// Hashes of inputs that one core takes at a time.
const BATCH: usize = 256;

/// The hash of every input. Inputs of one length that stand together go through
/// the lanes; each is at most 1 024 bytes.
pub(super) fn hash_each(isa: Isa, domain: &Domain, inputs: &[&[u8]], out: &mut [Hash]) {
    let mut rest = (inputs, out);
    while let Some(first) = rest.0.first() {
        let run = rest.0.iter().take(LANES);
        let run = run.take_while(|input| input.len() == first.len()).count();
        let (inputs, inputs_behind) = rest.0.split_at(run);
        let (out, out_behind) = rest.1.split_at_mut(run);
        hash_run(isa, domain, inputs, out);
        rest = (inputs_behind, out_behind);
    }
}

fn hash_run(isa: Isa, domain: &Domain, inputs: &[&[u8]], out: &mut [Hash]) {
    if inputs.len() < LANES / 2 {
        for (out, input) in out.iter_mut().zip(inputs) {
            *out = domain.hash(&[input]);
        }
        return;
    }
    // Idle lanes hash the first input again.
    let mut lanes = [inputs[0]; LANES];
    lanes[..inputs.len()].copy_from_slice(inputs);
    let mut hashes = [[0; 32]; LANES];
    isa.hash(domain.key(), &lanes, &mut hashes);
    for (out, hash) in out.iter_mut().zip(hashes) {
        *out = Hash(hash);
    }
}

/// The top of the tree over `leaves`, as `compute_proofs::tree::Tree` has it.
pub(super) fn top(isa: Isa, mut level: Vec<Hash>) -> Hash {
    let mut padding = Hash::ZERO;
    while level.len() > 1 {
        let mut parents = vec![Hash::ZERO; level.len().div_ceil(2)];
        parents
            .par_chunks_mut(BATCH)
            .zip(level.par_chunks(2 * BATCH))
            .for_each(|(parents, nodes)| {
                let pairs: Vec<[u8; 64]> = nodes
                    .chunks(2)
                    .map(|pair| {
                        let right = pair.get(1).unwrap_or(&padding);
                        let mut bytes = [0; 64];
                        bytes[..32].copy_from_slice(&pair[0].0);
                        bytes[32..].copy_from_slice(&right.0);
                        bytes
                    })
                    .collect();
                let inputs: Vec<&[u8]> = pairs.iter().map(<[u8; 64]>::as_slice).collect();
                hash_each(isa, &NODE, &inputs, parents);
            });
        padding = NODE.hash(&[&padding.0, &padding.0]);
        level = parents;
    }
    level.first().copied().unwrap_or(Hash::ZERO)
}

/// The root of a tensor with these bytes.
pub(super) fn root(isa: Isa, spec: &TensorSpec, bytes: &[u8]) -> Hash {
    let row_bytes = super::length(spec.row_bytes());
    let per_row = super::length(spec.leaves_per_row());
    let mut leaves = vec![Hash::ZERO; super::length(spec.leaves())];
    // Whole rows at a time, so that leaves of short rows share lanes too.
    let rows = BATCH.div_ceil(per_row);
    leaves
        .par_chunks_mut(rows * per_row)
        .zip(bytes.par_chunks(rows * row_bytes))
        .for_each(|(leaves, bytes)| {
            let pieces = bytes.chunks(row_bytes);
            let pieces = pieces.flat_map(|row| row.chunks(super::index(LEAF_BYTES)));
            let inputs: Vec<&[u8]> = pieces.collect();
            hash_each(isa, &TENSOR_LEAF, &inputs, leaves);
        });
    spec.seal(&top(isa, leaves))
}
