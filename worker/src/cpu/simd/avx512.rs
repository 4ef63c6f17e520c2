//! AVX-512 with VNNI: four products and their sum in one instruction, unsigned
//! by signed.

use std::arch::x86_64::{
    __m128i, __m512i, _mm_add_epi32, _mm_storeu_si128, _mm256_add_epi32, _mm256_castsi256_si128,
    _mm256_extracti128_si256, _mm256_hadd_epi32, _mm512_castsi512_si256, _mm512_dpbusd_epi32,
    _mm512_extracti64x4_epi64, _mm512_loadu_si512, _mm512_setzero_si512,
};

use super::{LANES, Layout, MAX_TILE, Packing};
use crate::cpu::lanes::{self, BLOCK};

const ROWS: usize = 6;
const COLS: usize = 4;

/// 32 registers: 24 sums, 4 of B and 1 of A.
pub(super) const LAYOUT: Layout = Layout {
    rows: ROWS,
    cols: COLS,
    step: 64,
    packing: Packing::OffsetA,
};

#[target_feature(enable = "avx512f,avx512bw")]
pub(super) fn hash(key: &[u8; 32], inputs: &[&[u8]; LANES], out: &mut [[u8; 32]; LANES]) {
    lanes::hash(key, inputs, out);
}

#[target_feature(enable = "avx512f,avx512bw")]
pub(super) fn seeded(
    key: &[u8; 32],
    prefix: &[u8; 37],
    rows: &[u32; LANES],
    counters: &[u32; LANES],
    out: &mut [[u8; BLOCK]; LANES],
) {
    lanes::seeded(key, prefix, rows, counters, out);
}

/// # Safety
/// `a` is `ROWS * stride` bytes, `b` is `COLS * stride`, `stride` a multiple of
/// 64.
#[target_feature(enable = "avx512f,avx512bw,avx512vnni")]
pub(super) unsafe fn dot(a: &[u8], b: &[u8], stride: usize, out: &mut [i32; MAX_TILE]) {
    let mut sums = [[_mm512_setzero_si512(); COLS]; ROWS];
    for at in (0..stride).step_by(64) {
        // SAFETY: `at + 64 <= stride`, so all 64 bytes lie within the row, which
        // lies within the slice by the caller's promise; loads are unaligned.
        let load = |rows: &[u8], row: usize| unsafe {
            _mm512_loadu_si512(rows.as_ptr().add(row * stride + at).cast())
        };
        let b: [__m512i; COLS] = std::array::from_fn(|col| load(b, col));
        for (row, sums) in sums.iter_mut().enumerate() {
            let a = load(a, row);
            for (sum, b) in sums.iter_mut().zip(b) {
                *sum = _mm512_dpbusd_epi32(*sum, a, b);
            }
        }
    }
    for (out, sums) in out.as_chunks_mut::<COLS>().0.iter_mut().zip(sums) {
        let totals = totals(sums);
        // SAFETY: `out` is four i32, 16 bytes; the store is unaligned.
        unsafe { _mm_storeu_si128(out.as_mut_ptr().cast(), totals) };
    }
}

/// The totals of four vectors, in order.
#[target_feature(enable = "avx512f,avx512bw")]
fn totals(sums: [__m512i; COLS]) -> __m128i {
    let [a, b, c, d] = sums.map(|sum| {
        _mm256_add_epi32(
            _mm512_castsi512_si256(sum),
            _mm512_extracti64x4_epi64::<1>(sum),
        )
    });
    let all = _mm256_hadd_epi32(_mm256_hadd_epi32(a, b), _mm256_hadd_epi32(c, d));
    _mm_add_epi32(
        _mm256_castsi256_si128(all),
        _mm256_extracti128_si256::<1>(all),
    )
}
