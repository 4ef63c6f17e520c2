use proptest::prelude::*;

use super::*;

extern crate std;
use std::{vec, vec::Vec};

proptest! {
    #[test]
    fn every_element_stands_where_source_says(rows in 1u32..20, cols in 1u32..20) {
        let shape = Shape::new(rows, cols).unwrap();
        let x: Vec<u32> = (0..rows * cols).collect();
        let mut out = vec![0; x.len()];
        run(shape, &x, &mut out).unwrap();
        for r in 0..cols {
            for c in 0..rows {
                let (sr, sc) = source(r, c);
                prop_assert_eq!(out[index(r * rows + c)], x[index(sr * cols + sc)]);
            }
        }
        let mut back = vec![0; x.len()];
        run(shape.transposed(), &out, &mut back).unwrap();
        prop_assert_eq!(back, x);
    }
}

#[test]
fn wrong_lengths_are_refused() {
    let shape = Shape::new(2, 3).unwrap();
    assert!(run(shape, &[0u8; 5], &mut [0; 6]).is_err());
    assert!(run(shape, &[0u8; 6], &mut [0; 5]).is_err());
    assert_eq!(
        super::cost([Moved::Read(crate::DType::I8, shape)]),
        28 * 2 * 128 + crate::cost::BASE
    );
}
