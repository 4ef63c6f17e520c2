//! Without any special instructions.

use super::{LANES, Layout, MAX_TILE, Packing};
use crate::cpu::lanes::{self, BLOCK};

pub(super) const LAYOUT: Layout = Layout {
    rows: 2,
    cols: 2,
    step: 32,
    packing: Packing::Words,
};

pub(super) fn hash(key: &[u8; 32], inputs: &[&[u8]; LANES], out: &mut [[u8; 32]; LANES]) {
    for (inputs, out) in inputs
        .as_chunks::<4>()
        .0
        .iter()
        .zip(out.as_chunks_mut::<4>().0)
    {
        lanes::hash(key, inputs, out);
    }
}

pub(super) fn seeded(
    key: &[u8; 32],
    prefix: &[u8; 37],
    rows: &[u32; LANES],
    counters: &[u32; LANES],
    out: &mut [[u8; BLOCK]; LANES],
) {
    let lanes = rows
        .as_chunks::<4>()
        .0
        .iter()
        .zip(counters.as_chunks::<4>().0);
    for ((rows, counters), out) in lanes.zip(out.as_chunks_mut::<4>().0) {
        lanes::seeded(key, prefix, rows, counters, out);
    }
}

pub(super) fn dot(a: &[u8], b: &[u8], stride: usize, out: &mut [i32; MAX_TILE]) {
    let mut out = out.iter_mut();
    for a in a.chunks_exact(stride) {
        for (b, out) in b.chunks_exact(stride).zip(&mut out) {
            let words = a.as_chunks::<2>().0.iter().zip(b.as_chunks::<2>().0);
            *out = words
                .map(|(a, b)| i32::from(i16::from_le_bytes(*a)) * i32::from(i16::from_le_bytes(*b)))
                .sum();
        }
    }
}
