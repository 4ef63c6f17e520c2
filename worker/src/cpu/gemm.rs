//! The int8 product on all cores: blocks of the result, each from packed blocks
//! of the operands that fit a core's own cache (Goto and van de Geijn 2008,
//! "Anatomy of High-Performance Matrix Multiplication").
//!
//! No sum can wrap (`exact_kernels::gemm`), so any order of summation gives the
//! same bits.

use exact_kernels::gemm::Gemm;
use rayon::prelude::*;

use super::{
    pack::Rows,
    simd::{Isa, MAX_TILE, Packing},
};

/// Rows and columns of a block of the result. Both are multiples of every inner
/// loop's.
const BLOCK_ROWS: usize = 120;
const BLOCK_COLS: usize = 128;

/// Packed bytes of one row of a block: the blocks of A and B together take
/// about 500 KB, half a core's second-level cache.
const BLOCK_BYTES: usize = 2048;

/// Where a block's sums go: row and first column of a run of them.
pub(super) trait Sink: Sync {
    /// Bytes of one element of the output.
    fn size(&self) -> usize;

    /// Writes sums of `row` from column `col` on as `out`'s bytes.
    fn write(&self, row: usize, col: usize, sums: &[i32], out: &mut [u8]);
}

/// `C = A·Bᵀ` through `sink` into `out`, M×N elements row-major; `b` is given
/// transposed.
pub(super) fn run(isa: Isa, shape: Gemm, a: &[u8], b: &[u8], sink: &impl Sink, out: &mut [u8]) {
    let [m, n, k] = [shape.m(), shape.n(), shape.k()].map(super::index);
    let product = Product { isa, a, b, n, m, k };
    let row_bytes = n * sink.size();
    let bands = m.div_ceil(BLOCK_ROWS);
    if bands >= 4 * rayon::current_num_threads() || n <= BLOCK_COLS {
        // A band of rows is one slice of the output.
        let rows = band_rows(m);
        out.par_chunks_mut(rows * row_bytes)
            .enumerate()
            .for_each_init(Buffers::default, |buffers, (band, out)| {
                let first = band * rows;
                for col in (0..n).step_by(BLOCK_COLS) {
                    let cols = BLOCK_COLS.min(n - col);
                    let bytes = col * sink.size()..(col + cols) * sink.size();
                    let out = out.chunks_exact_mut(row_bytes);
                    let out = out.map(|row| &mut row[bytes.clone()]);
                    product.block(buffers, first, col, cols, sink, out);
                }
            });
        return;
    }
    // Few rows: cut columns too, into pieces of rows that blocks take together.
    let mut blocks: Vec<(usize, usize, Vec<&mut [u8]>)> = Vec::new();
    for (band, out) in out.chunks_mut(BLOCK_ROWS * row_bytes).enumerate() {
        let start = blocks.len();
        let cols = (0..n).step_by(BLOCK_COLS);
        blocks.extend(cols.map(|col| (band * BLOCK_ROWS, col, Vec::new())));
        for row in out.chunks_exact_mut(row_bytes) {
            let pieces = row.chunks_mut(BLOCK_COLS * sink.size());
            for ((_, _, rows), piece) in blocks[start..].iter_mut().zip(pieces) {
                rows.push(piece);
            }
        }
    }
    blocks
        .into_par_iter()
        .for_each_init(Buffers::default, |buffers, (row, col, rows)| {
            let cols = BLOCK_COLS.min(n - col);
            product.block(buffers, row, col, cols, sink, rows.into_iter());
        });
}

/// Rows of a band: fewer than a block's where cores would be idle.
fn band_rows(m: usize) -> usize {
    let share = m.div_ceil(rayon::current_num_threads());
    BLOCK_ROWS.min(share.next_multiple_of(6))
}

/// What a core works in.
#[derive(Default)]
struct Buffers {
    a: Vec<u8>,
    b: Vec<u8>,
    b_sums: Vec<i32>,
    sums: Vec<i32>,
}

struct Product<'a> {
    isa: Isa,
    a: &'a [u8],
    b: &'a [u8],
    m: usize,
    n: usize,
    k: usize,
}

impl Product<'_> {
    /// One block of the result, written row by row to `out`.
    fn block<'o>(
        &self,
        buffers: &mut Buffers,
        row: usize,
        col: usize,
        cols: usize,
        sink: &impl Sink,
        out: impl ExactSizeIterator<Item = &'o mut [u8]>,
    ) {
        let rows = out.len();
        buffers.sums.clear();
        buffers.sums.resize(rows * cols, 0);
        let size = self.isa.layout().packing.size();
        let step = BLOCK_BYTES / size;
        for first in (0..self.k).step_by(step) {
            let k = step.min(self.k - first);
            self.add_slice(buffers, (row, rows), (col, cols), (first, k));
        }
        for (at, (sums, out)) in buffers.sums.chunks_exact(cols).zip(out).enumerate() {
            sink.write(row + at, col, sums, out);
        }
    }

    /// Adds the products of `k` inner elements from `first` on to a block's sums.
    fn add_slice(
        &self,
        buffers: &mut Buffers,
        (row, rows): (usize, usize),
        (col, cols): (usize, usize),
        (first, k): (usize, usize),
    ) {
        let layout = self.isa.layout();
        let packing = layout.packing;
        let padded = (k * packing.size()).next_multiple_of(layout.step);
        let a = Rows {
            from: &self.a[row * self.k + first..],
            stride: self.k,
            count: rows.min(self.m - row),
            k,
        };
        let b = Rows {
            from: &self.b[col * self.k + first..],
            stride: self.k,
            count: cols.min(self.n - col),
            k,
        };
        let (tall, wide) = (
            rows.next_multiple_of(layout.rows),
            cols.next_multiple_of(layout.cols),
        );
        // Every byte is overwritten: the buffers only grow.
        buffers.a.resize(buffers.a.len().max(tall * padded), 0);
        buffers.b.resize(buffers.b.len().max(wide * padded), 0);
        let packed_a = &mut buffers.a[..tall * padded];
        let packed_b = &mut buffers.b[..wide * padded];
        a.pack(packing, true, padded, packed_a);
        b.pack(packing, false, padded, packed_b);
        buffers.b_sums.clear();
        buffers.b_sums.resize(wide, 0);
        if packing == Packing::OffsetA {
            b.sums(&mut buffers.b_sums);
        }
        let mut tile = [0i32; MAX_TILE];
        for (j, b) in packed_b.chunks_exact(layout.cols * padded).enumerate() {
            let col = j * layout.cols;
            let here = layout.cols.min(cols - col);
            let excess = &buffers.b_sums[col..col + here];
            for (i, a) in packed_a.chunks_exact(layout.rows * padded).enumerate() {
                self.isa.dot(a, b, padded, &mut tile);
                let row = i * layout.rows;
                let sums = buffers.sums[row * cols..].chunks_mut(cols);
                for (sums, tile) in sums.zip(tile.chunks_exact(layout.cols)).take(layout.rows) {
                    let sums = sums[col..col + here].iter_mut();
                    for ((sum, dot), excess) in sums.zip(tile).zip(excess) {
                        // Both wrap back to the exact value, which fits.
                        let dot = dot.wrapping_sub(excess.wrapping_mul(128));
                        *sum = sum.wrapping_add(dot);
                    }
                }
            }
        }
    }
}
