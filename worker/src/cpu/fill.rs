//! Seeded matrices, transposes and other maps, on all cores.

use exact_kernels::{
    Shape,
    seeded::{KEY, Stream},
};
use rayon::prelude::*;

use super::{
    lanes::BLOCK,
    simd::{Isa, LANES},
};

/// Rows that one core fills at a time, at least.
const BATCH_BYTES: usize = 64 * 1024;

/// `exact_kernels::seeded::run`.
pub(super) fn seeded(isa: Isa, seed: &[u8; 32], stream: Stream, shape: Shape, out: &mut [u8]) {
    let mut prefix = [0; 37];
    prefix[..32].copy_from_slice(seed);
    prefix[32] = stream.tag;
    prefix[33..].copy_from_slice(&stream.index.to_le_bytes());
    let cols = super::index(shape.cols());
    let rows = BATCH_BYTES.div_ceil(cols);
    out.par_chunks_mut(rows * cols)
        .enumerate()
        .for_each(|(batch, out)| fill(isa, &prefix, batch * rows, cols, out));
}

/// Fills whole rows from `first` on.
fn fill(isa: Isa, prefix: &[u8; 37], first: usize, cols: usize, out: &mut [u8]) {
    let narrow = |x: usize| u32::try_from(x).unwrap_or(u32::MAX);
    let pieces = out.chunks_exact_mut(cols).enumerate();
    let mut pieces = pieces.flat_map(|(row, out)| {
        let pieces = out.chunks_mut(BLOCK).enumerate();
        pieces.map(move |(at, piece)| (narrow(first + row), narrow(at), piece))
    });
    let mut blocks = [[0; BLOCK]; LANES];
    loop {
        let mut taken: Vec<_> = pieces.by_ref().take(LANES).collect();
        if taken.is_empty() {
            return;
        }
        let (mut rows, mut counters) = ([0; LANES], [0; LANES]);
        for (lane, (row, at, _)) in taken.iter().enumerate() {
            (rows[lane], counters[lane]) = (*row, *at);
        }
        isa.seeded(&KEY, prefix, &rows, &counters, &mut blocks);
        for ((_, _, piece), block) in taken.iter_mut().zip(&blocks) {
            piece.copy_from_slice(&block[..piece.len()]);
        }
    }
}

/// `exact_kernels::transpose::run` for elements of `size` bytes, 1 or 4.
pub(super) fn transpose(shape: Shape, size: usize, x: &[u8], out: &mut [u8]) {
    match size {
        1 => squares::<1>(shape, x, out),
        _ => squares::<4>(shape, x, out),
    }
}

/// Rows and columns that are moved together, so that a line of memory is used
/// whole while it is there.
const SQUARE: usize = 32;

fn squares<const SIZE: usize>(shape: Shape, x: &[u8], out: &mut [u8]) {
    let [rows, cols] = [shape.rows(), shape.cols()].map(super::index);
    let (x, out) = (x.as_chunks::<SIZE>().0, out.as_chunks_mut::<SIZE>().0);
    out.par_chunks_mut(rows * SQUARE)
        .enumerate()
        .for_each(|(band, out)| {
            let first = band * SQUARE;
            let wide = SQUARE.min(cols - first);
            for top in (0..rows).step_by(SQUARE) {
                for row in top..rows.min(top + SQUARE) {
                    let from = &x[row * cols + first..][..wide];
                    for (at, x) in from.iter().enumerate() {
                        out[at * rows + row] = *x;
                    }
                }
            }
        });
}
