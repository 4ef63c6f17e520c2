//! BLAKE3 of many inputs at once, one per lane: plain arrays that a compiler
//! turns into vector code where the caller enables it.
//!
//! From the BLAKE3 paper (O'Connor, Aumasson, Neves, Wilcox-O'Hearn 2021), only
//! what Ballast hashes: one chunk of at most 1 024 bytes in derive-key mode, and
//! the extendable output of one block. The `blake3` crate stays the definition.

/// Bytes of a block.
pub(crate) const BLOCK: usize = 64;

const IV: [u32; 8] = [
    0x6a09_e667,
    0xbb67_ae85,
    0x3c6e_f372,
    0xa54f_f53a,
    0x510e_527f,
    0x9b05_688c,
    0x1f83_d9ab,
    0x5be0_cd19,
];

const CHUNK_START: u32 = 1;
const CHUNK_END: u32 = 2;
const ROOT: u32 = 8;
const DERIVE_KEY_MATERIAL: u32 = 64;

/// Which message words each round mixes in, in order.
const SCHEDULE: [[usize; 16]; 7] = [
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
    [2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8],
    [3, 4, 10, 12, 13, 2, 7, 14, 6, 5, 9, 0, 11, 15, 8, 1],
    [10, 7, 12, 9, 14, 3, 13, 15, 4, 0, 11, 2, 5, 8, 1, 6],
    [12, 13, 9, 11, 15, 10, 14, 8, 7, 2, 5, 3, 0, 1, 6, 4],
    [9, 14, 11, 5, 8, 12, 15, 1, 13, 3, 0, 10, 2, 6, 4, 7],
    [11, 15, 5, 0, 1, 9, 8, 6, 14, 10, 2, 12, 3, 4, 7, 13],
];

/// The same word of every lane.
type Lane<const L: usize> = [u32; L];

#[inline(always)]
fn add<const L: usize>(x: &mut Lane<L>, y: &Lane<L>) {
    for (x, y) in x.iter_mut().zip(y) {
        *x = x.wrapping_add(*y);
    }
}

#[inline(always)]
fn xor_rotate<const L: usize, const N: u32>(x: &mut Lane<L>, y: &Lane<L>) {
    for (x, y) in x.iter_mut().zip(y) {
        *x = (*x ^ *y).rotate_right(N);
    }
}

#[inline(always)]
fn mix<const L: usize>(v: &mut [Lane<L>; 16], [a, b, c, d]: [usize; 4], x: &Lane<L>, y: &Lane<L>) {
    let [mut va, mut vb, mut vc, mut vd] = [v[a], v[b], v[c], v[d]];
    add(&mut va, &vb);
    add(&mut va, x);
    xor_rotate::<L, 16>(&mut vd, &va);
    add(&mut vc, &vd);
    xor_rotate::<L, 12>(&mut vb, &vc);
    add(&mut va, &vb);
    add(&mut va, y);
    xor_rotate::<L, 8>(&mut vd, &va);
    add(&mut vc, &vd);
    xor_rotate::<L, 7>(&mut vb, &vc);
    (v[a], v[b], v[c], v[d]) = (va, vb, vc, vd);
}

/// The state after seven rounds, before it is folded.
#[inline(always)]
fn rounds<const L: usize>(
    cv: &[Lane<L>; 8],
    m: &[Lane<L>; 16],
    counter: &Lane<L>,
    block_len: u32,
    flags: u32,
) -> [Lane<L>; 16] {
    let mut v = [[0; L]; 16];
    v[..8].copy_from_slice(cv);
    for (v, iv) in v[8..12].iter_mut().zip(IV) {
        *v = [iv; L];
    }
    v[12] = *counter;
    v[14] = [block_len; L];
    v[15] = [flags; L];
    for s in &SCHEDULE {
        mix(&mut v, [0, 4, 8, 12], &m[s[0]], &m[s[1]]);
        mix(&mut v, [1, 5, 9, 13], &m[s[2]], &m[s[3]]);
        mix(&mut v, [2, 6, 10, 14], &m[s[4]], &m[s[5]]);
        mix(&mut v, [3, 7, 11, 15], &m[s[6]], &m[s[7]]);
        mix(&mut v, [0, 5, 10, 15], &m[s[8]], &m[s[9]]);
        mix(&mut v, [1, 6, 11, 12], &m[s[10]], &m[s[11]]);
        mix(&mut v, [2, 7, 8, 13], &m[s[12]], &m[s[13]]);
        mix(&mut v, [3, 4, 9, 14], &m[s[14]], &m[s[15]]);
    }
    v
}

#[inline(always)]
fn key_words<const L: usize>(key: &[u8; 32]) -> [Lane<L>; 8] {
    let mut cv = [[0; L]; 8];
    for (cv, word) in cv.iter_mut().zip(key.as_chunks::<4>().0) {
        *cv = [u32::from_le_bytes(*word); L];
    }
    cv
}

/// Hashes `L` inputs of one length, 1 to 1 024 bytes, in the domain of `key`.
#[inline(always)]
pub(crate) fn hash<const L: usize>(key: &[u8; 32], inputs: &[&[u8]; L], out: &mut [[u8; 32]; L]) {
    let len = inputs[0].len();
    let mut cv = key_words(key);
    let blocks = len.div_ceil(BLOCK).max(1);
    for block in 0..blocks {
        let start = block * BLOCK;
        let here = (len - start).min(BLOCK);
        let mut m = [[0u32; L]; 16];
        for (lane, input) in inputs.iter().enumerate() {
            let mut padded = [0; BLOCK];
            let bytes = &input[start..start + here];
            let whole = match <&[u8; BLOCK]>::try_from(bytes) {
                Ok(whole) => whole,
                Err(_) => {
                    padded[..here].copy_from_slice(bytes);
                    &padded
                }
            };
            for (m, word) in m.iter_mut().zip(whole.as_chunks::<4>().0) {
                m[lane] = u32::from_le_bytes(*word);
            }
        }
        let mut flags = DERIVE_KEY_MATERIAL;
        if block == 0 {
            flags |= CHUNK_START;
        }
        if block + 1 == blocks {
            flags |= CHUNK_END | ROOT;
        }
        let block_len = u32::try_from(here).unwrap_or(0);
        let v = rounds(&cv, &m, &[0; L], block_len, flags);
        for (at, cv) in cv.iter_mut().enumerate() {
            for (lane, cv) in cv.iter_mut().enumerate() {
                *cv = v[at][lane] ^ v[at + 8][lane];
            }
        }
    }
    for (at, words) in cv.iter().enumerate() {
        for (out, word) in out.iter_mut().zip(words) {
            out[at * 4..at * 4 + 4].copy_from_slice(&word.to_le_bytes());
        }
    }
}

/// Blocks of the extendable output of a seeded row: lane `i` is block
/// `counters[i]` of row `rows[i]`. `prefix` is what stands before the row's
/// number in the block.
#[inline(always)]
pub(crate) fn seeded<const L: usize>(
    key: &[u8; 32],
    prefix: &[u8; 37],
    rows: &[u32; L],
    counters: &[u32; L],
    out: &mut [[u8; BLOCK]; L],
) {
    const LEN: u32 = 41;
    let cv = key_words(key);
    let mut m = [[0u32; L]; 16];
    for lane in 0..L {
        let mut block = [0; BLOCK];
        block[..37].copy_from_slice(prefix);
        block[37..41].copy_from_slice(&rows[lane].to_le_bytes());
        for (m, word) in m.iter_mut().zip(block.as_chunks::<4>().0) {
            m[lane] = u32::from_le_bytes(*word);
        }
    }
    let flags = DERIVE_KEY_MATERIAL | CHUNK_START | CHUNK_END | ROOT;
    let v = rounds(&cv, &m, counters, LEN, flags);
    for at in 0..8 {
        for (lane, out) in out.iter_mut().enumerate() {
            let low = v[at][lane] ^ v[at + 8][lane];
            let high = v[at + 8][lane] ^ cv[at][lane];
            out[at * 4..at * 4 + 4].copy_from_slice(&low.to_le_bytes());
            out[32 + at * 4..32 + at * 4 + 4].copy_from_slice(&high.to_le_bytes());
        }
    }
}
