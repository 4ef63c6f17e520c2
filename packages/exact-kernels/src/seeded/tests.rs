use proptest::prelude::*;

use super::*;

extern crate std;
use std::{vec, vec::Vec};

#[test]
fn the_stated_key_is_the_contexts() {
    assert_eq!(KEY, blake3::hazmat::hash_derive_key_context(CONTEXT));
}

/// The definition through BLAKE3's public derive-key interface.
fn slow_row(seed: &[u8; 32], stream: Stream, row: u32, len: usize) -> Vec<u8> {
    let mut material = seed.to_vec();
    material.push(stream.tag);
    material.extend(stream.index.to_le_bytes());
    material.extend(row.to_le_bytes());
    let mut bytes = vec![0; len];
    blake3::Hasher::new_derive_key(CONTEXT)
        .update(&material)
        .finalize_xof()
        .fill(&mut bytes);
    bytes
}

proptest! {
    #[test]
    fn equals_the_slow_definition(
        seed in any::<[u8; 32]>(), tag in any::<u8>(), unit in any::<u32>(),
        rows in 1u32..4, cols in 1u32..200,
    ) {
        let stream = Stream { tag, index: unit };
        let shape = Shape::new(rows, cols).unwrap();
        let mut whole = vec![0; index(rows * cols)];
        run(&seed, stream, shape, &mut whole).unwrap();
        for row in 0..rows {
            let slow = slow_row(&seed, stream, row, index(cols));
            let got = &whole[index(row * cols)..][..index(cols)];
            prop_assert_eq!(got, &slow[..]);
            let last = cols - 1;
            let at = slow[index(last)];
            prop_assert_eq!(element(&seed, stream, row, last), i8::from_le_bytes([at]));
        }
    }
}

#[test]
fn seeds_streams_and_rows_differ() {
    let row = |seed: u8, tag, unit, row| {
        let mut out = [0; 64];
        fill_row(&[seed; 32], Stream { tag, index: unit }, row, &mut out);
        out
    };
    let rows = [
        row(0, b'A', 0, 0),
        row(1, b'A', 0, 0),
        row(0, b'B', 0, 0),
        row(0, b'A', 1, 0),
        row(0, b'A', 0, 1),
    ];
    for (i, x) in rows.iter().enumerate() {
        for y in &rows[..i] {
            assert_ne!(x, y);
        }
    }
    let shape = Shape::new(2, 2).unwrap();
    let stream = Stream {
        tag: b'A',
        index: 0,
    };
    assert!(run(&[0; 32], stream, shape, &mut [0; 3]).is_err());
    assert_eq!(super::cost(shape), 28 * 3 * 2 * 128 + crate::cost::BASE);
}
