//! NEON: eight products of bytes at once, added in pairs into 32 bits.

use std::arch::aarch64::{
    int32x4_t, vaddvq_s32, vdupq_n_s32, vget_high_s8, vget_low_s8, vld1q_s8, vmull_s8, vpadalq_s16,
};

use super::{Layout, MAX_TILE, Packing};

const ROWS: usize = 4;
const COLS: usize = 4;

/// 32 registers: 16 sums, 4 of A, 1 of B and what a product needs.
pub(super) const LAYOUT: Layout = Layout {
    rows: ROWS,
    cols: COLS,
    step: 16,
    packing: Packing::Bytes,
};

/// One product is at most 2^14, so it fits 16 bits; a pair of them is added in
/// 32.
///
/// # Safety
/// `a` is `ROWS * stride` bytes, `b` is `COLS * stride`, `stride` a multiple of
/// 16.
#[target_feature(enable = "neon")]
pub(super) unsafe fn dot(a: &[u8], b: &[u8], stride: usize, out: &mut [i32; MAX_TILE]) {
    let mut sums: [[int32x4_t; COLS]; ROWS] = [[vdupq_n_s32(0); COLS]; ROWS];
    for at in (0..stride).step_by(16) {
        // SAFETY: `at + 16 <= stride`, so all 16 bytes lie within the row, which
        // lies within the slice by the caller's promise.
        let load = |rows: &[u8], row: usize| unsafe {
            vld1q_s8(rows.as_ptr().add(row * stride + at).cast())
        };
        let a: [_; ROWS] = std::array::from_fn(|row| load(a, row));
        for col in 0..COLS {
            let b = load(b, col);
            for (sums, a) in sums.iter_mut().zip(a) {
                let low = vmull_s8(vget_low_s8(a), vget_low_s8(b));
                let high = vmull_s8(vget_high_s8(a), vget_high_s8(b));
                sums[col] = vpadalq_s16(vpadalq_s16(sums[col], low), high);
            }
        }
    }
    for (out, sum) in out.iter_mut().zip(sums.as_flattened()) {
        *out = vaddvq_s32(*sum);
    }
}
