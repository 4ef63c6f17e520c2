//! AVX2: 16-bit products summed in pairs.

use std::arch::x86_64::{
    __m256i, _mm_add_epi32, _mm_cvtsi128_si32, _mm_shuffle_epi32, _mm256_add_epi32,
    _mm256_castsi256_si128, _mm256_extracti128_si256, _mm256_loadu_si256, _mm256_madd_epi16,
    _mm256_setzero_si256,
};

use super::{LANES, Layout, MAX_TILE, Packing};
use crate::cpu::lanes::{self, BLOCK};

const ROWS: usize = 2;
const COLS: usize = 4;

/// 16 registers: 8 sums, 2 of A, 1 of B and what a product needs.
pub(super) const LAYOUT: Layout = Layout {
    rows: ROWS,
    cols: COLS,
    step: 32,
    packing: Packing::Words,
};

#[target_feature(enable = "avx2")]
pub(super) fn hash(key: &[u8; 32], inputs: &[&[u8]; LANES], out: &mut [[u8; 32]; LANES]) {
    for (inputs, out) in inputs
        .as_chunks::<8>()
        .0
        .iter()
        .zip(out.as_chunks_mut::<8>().0)
    {
        lanes::hash(key, inputs, out);
    }
}

#[target_feature(enable = "avx2")]
pub(super) fn seeded(
    key: &[u8; 32],
    prefix: &[u8; 37],
    rows: &[u32; LANES],
    counters: &[u32; LANES],
    out: &mut [[u8; BLOCK]; LANES],
) {
    let lanes = rows
        .as_chunks::<8>()
        .0
        .iter()
        .zip(counters.as_chunks::<8>().0);
    for ((rows, counters), out) in lanes.zip(out.as_chunks_mut::<8>().0) {
        lanes::seeded(key, prefix, rows, counters, out);
    }
}

/// # Safety
/// `a` is `ROWS * stride` bytes, `b` is `COLS * stride`, `stride` a multiple of
/// 32.
#[target_feature(enable = "avx2")]
pub(super) unsafe fn dot(a: &[u8], b: &[u8], stride: usize, out: &mut [i32; MAX_TILE]) {
    let mut sums = [[_mm256_setzero_si256(); COLS]; ROWS];
    for at in (0..stride).step_by(32) {
        // SAFETY: `at + 32 <= stride`, so all 32 bytes lie within the row, which
        // lies within the slice by the caller's promise; loads are unaligned.
        let load = |rows: &[u8], row: usize| unsafe {
            _mm256_loadu_si256(rows.as_ptr().add(row * stride + at).cast())
        };
        let a: [__m256i; ROWS] = std::array::from_fn(|row| load(a, row));
        for col in 0..COLS {
            let b = load(b, col);
            for (sums, a) in sums.iter_mut().zip(a) {
                sums[col] = _mm256_add_epi32(sums[col], _mm256_madd_epi16(a, b));
            }
        }
    }
    for (out, sum) in out.iter_mut().zip(sums.as_flattened()) {
        *out = total(*sum);
    }
}

#[target_feature(enable = "avx2")]
fn total(sum: __m256i) -> i32 {
    let half = _mm_add_epi32(
        _mm256_castsi256_si128(sum),
        _mm256_extracti128_si256::<1>(sum),
    );
    let quarter = _mm_add_epi32(half, _mm_shuffle_epi32::<0b01_00_11_10>(half));
    let eighth = _mm_add_epi32(quarter, _mm_shuffle_epi32::<0b10_11_00_01>(quarter));
    _mm_cvtsi128_si32(eighth)
}
