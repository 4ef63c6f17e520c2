//! One census unit.

use compute_proofs::{Hash, ProofError, census::Work, hash::CENSUS_TILE, program::Epilogue};
use exact_kernels::{Shape, gemm::Gemm, seeded::Stream};
use rayon::prelude::*;

use super::{epilogue::Finish, fill, gemm, hash, simd::Isa};

/// Bytes that a unit takes: both operands and the product.
pub(super) fn needed(work: Work) -> u64 {
    let n = u64::from(work.n());
    6 * n * n
}

/// The product of a unit, int32 little-endian, row-major.
pub(super) fn product(
    isa: Isa,
    work: Work,
    challenge: &[u8; 32],
    unit: u32,
) -> Result<Vec<u8>, ProofError> {
    let n = work.n();
    let shape = Shape::new(n, n)?;
    let elements = super::length(shape.elements());
    let operand = |tag| {
        let mut out = vec![0; elements];
        let stream = Stream { tag, index: unit };
        fill::seeded(isa, challenge, stream, shape, &mut out);
        out
    };
    let (a, b) = (operand(b'A'), operand(b'B'));
    let mut c = vec![0; 4 * elements];
    let plain = Finish::new(Epilogue::None, &[], false);
    gemm::run(isa, Gemm::new(n, n, n)?, &a, &b, &plain, &mut c);
    Ok(c)
}

/// The root of a unit.
pub(super) fn root(
    isa: Isa,
    work: Work,
    challenge: &[u8; 32],
    unit: u32,
) -> Result<Hash, ProofError> {
    let c = product(isa, work, challenge, unit)?;
    let [n, tile] = [work.n(), work.tile()].map(super::index);
    let side = n / tile;
    let mut leaves = vec![Hash::ZERO; side * side];
    leaves
        .par_chunks_mut(side)
        .zip(c.par_chunks(4 * n * tile))
        .for_each(|(leaves, band)| {
            let mut tiles = vec![0; band.len()];
            for (at, row) in band.chunks_exact(4 * n).enumerate() {
                for (piece, tiles) in row
                    .chunks_exact(4 * tile)
                    .zip(tiles.chunks_exact_mut(4 * tile * tile))
                {
                    tiles[at * 4 * tile..][..4 * tile].copy_from_slice(piece);
                }
            }
            let inputs: Vec<&[u8]> = tiles.chunks_exact(4 * tile * tile).collect();
            hash::hash_each(isa, &CENSUS_TILE, &inputs, leaves);
        });
    Ok(Work::unit_root(unit, &hash::top(isa, leaves)))
}
