use proptest::prelude::*;

use super::*;
use crate::DType;

extern crate std;
use std::{vec, vec::Vec};

/// The definition, written apart: i64 sums over explicit indices.
fn slow(shape: Gemm, a: &[i8], b_transposed: &[i8]) -> Vec<i64> {
    let (m, n, k) = (index(shape.m), index(shape.n), index(shape.k));
    let mut c = vec![0i64; m * n];
    for i in 0..m {
        for j in 0..n {
            for l in 0..k {
                c[i * n + j] += i64::from(a[i * k + l]) * i64::from(b_transposed[j * k + l]);
            }
        }
    }
    c
}

proptest! {
    #[test]
    fn equals_the_slow_definition(
        (m, n, k) in (1u32..12, 1u32..12, 1u32..70),
        bytes in prop::collection::vec(any::<i8>(), 2 * 12 * 70),
    ) {
        let shape = Gemm::new(m, n, k).unwrap();
        let a = &bytes[..index(m * k)];
        let b = &bytes[12 * 70..12 * 70 + index(n * k)];
        let mut c = vec![0; index(m * n)];
        shape.run(a, b, &mut c).unwrap();
        let wide: Vec<i64> = c.iter().map(|&x| i64::from(x)).collect();
        prop_assert_eq!(wide, slow(shape, a, b));
        let (k, n) = (index(k), index(n));
        for (at, &x) in c.iter().enumerate() {
            let (i, j) = (at / n, at % n);
            prop_assert_eq!(element(&a[i * k..][..k], &b[j * k..][..k]), Ok(x));
        }
    }
}

#[test]
fn the_longest_row_of_extremes_does_not_wrap() {
    let row = vec![-128i8; index(MAX_K)];
    let expected = i64::from(MAX_K) * i64::from(MAX_PRODUCT);
    assert!(expected <= i64::from(i32::MAX));
    assert_eq!(element(&row, &row).map(i64::from), Ok(expected));
    let other = vec![127i8; index(MAX_K)];
    assert_eq!(
        element(&row, &other).map(i64::from),
        Ok(-i64::from(MAX_K) * 128 * 127)
    );
}

#[test]
fn bytes_are_taken_as_the_int8_they_hold() {
    let numbers = [-128i8, -1, 0, 1, 127];
    let bytes = numbers.map(|x| x.to_le_bytes()[0]);
    assert_eq!(bytes, [0x80, 0xff, 0, 1, 0x7f]);
    assert_eq!(element(&bytes, &bytes), element(&numbers, &numbers));
    assert_eq!(element(&bytes, &bytes), Ok(16_384 + 1 + 1 + 16_129));
}

#[test]
fn what_is_not_defined_is_refused() {
    assert_eq!(
        Gemm::new(0, 1, 1),
        Err(KernelError::ZeroDimension { name: "m" })
    );
    assert_eq!(
        Gemm::new(1, 0, 1),
        Err(KernelError::ZeroDimension { name: "n" })
    );
    assert_eq!(
        Gemm::new(1, 1, 0),
        Err(KernelError::ZeroDimension { name: "k" })
    );
    let too_long = KernelError::InnerTooLong {
        k: MAX_K + 1,
        max: MAX_K,
    };
    assert_eq!(Gemm::new(1, 1, MAX_K + 1), Err(too_long));
    let row = vec![0i8; index(MAX_K) + 1];
    assert_eq!(element(&row, &row), Err(too_long));
    assert_eq!(
        element(&[1i8, 2], &[1]),
        Err(KernelError::LengthMismatch {
            name: "b",
            expected: 2,
            actual: 1
        })
    );
    let shape = Gemm::new(2, 3, 4).unwrap();
    let mut c = [0; 6];
    for (name, a, b, len) in [("a", 7, 12, 6), ("b", 8, 11, 6), ("c", 8, 12, 5)] {
        let got = shape.run(&vec![0u8; a], &vec![0; b], &mut c[..len]);
        assert!(
            matches!(got, Err(KernelError::LengthMismatch { name: slice, .. }) if slice == name),
            "{name}: {got:?}"
        );
    }
}

#[test]
fn cost_is_from_the_shape_alone() {
    use crate::cost::{BASE, BETA};
    let tensors = |m, n, k| {
        let shape = |rows, cols| Shape::new(rows, cols).unwrap();
        [
            Moved::Read(DType::I8, shape(m, k)),
            Moved::Read(DType::I8, shape(n, k)),
            Moved::Hashed(DType::I32, shape(m, n)),
        ]
    };
    // 4096^3: arithmetic dominates.
    let big = Gemm::new(4096, 4096, 4096).unwrap();
    let cost = big.cost(tensors(4096, 4096, 4096));
    assert_eq!(cost, 2 * 4096u128.pow(3) + BASE);
    // One row by a matrix: movement does.
    let decode = Gemm::new(1, 4096, 4096).unwrap();
    let moved = 4097 * (4096 + 64) + 3 * (4 * 4096 + 64);
    assert_eq!(decode.cost(tensors(1, 4096, 4096)), BETA * moved + BASE);
    // The largest shape there is stays far from saturation.
    let largest = Gemm::new(u32::MAX, u32::MAX, MAX_K).unwrap();
    assert!(largest.cost(tensors(u32::MAX, u32::MAX, MAX_K)) < 1 << 83);
}
