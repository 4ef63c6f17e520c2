//! Freivalds' check.

use compute_proofs::{ProofError, freivalds::check};
use exact_kernels::gemm::{Gemm, MAX_K};
use test_suite::scale::Random;

use super::support::{array, assert_error, index, plan};

fn operand(random: &mut Random, len: u32) -> Vec<i8> {
    let bytes = random.bytes(index(len));
    bytes
        .into_iter()
        .map(|byte| i8::from_le_bytes([byte]))
        .collect()
}

fn product(shape: Gemm, a: &[i8], b: &[i8]) -> Vec<i32> {
    let mut c = vec![0; index(shape.m() * shape.n())];
    shape.run(a, b, &mut c).unwrap();
    c
}

#[test]
fn right_products_hold_and_one_wrong_element_does_not() {
    let plan = plan();
    let mut random = plan.random("freivalds");
    for _ in 0..plan.pick(60, 1000) {
        let [m, n, k] = [(); 3].map(|()| 1 + u32::try_from(random.below(24)).unwrap());
        let shape = Gemm::new(m, n, k).unwrap();
        let (a, b) = (operand(&mut random, m * k), operand(&mut random, n * k));
        let c = product(shape, &a, &b);
        let secret = array(&mut random);
        assert_eq!(check(shape, &a, &b, &c, &secret), Ok(true));
        for at in 0..c.len() {
            let right = c[at];
            let anything = i32::from_le_bytes(array(&mut random));
            for wrong in [
                right.wrapping_add(1),
                right.wrapping_sub(1),
                // Modulo 2^32, half of all checks would let this pass.
                right.wrapping_add(i32::MIN),
                right.wrapping_neg(),
                i32::MAX,
                i32::MIN,
                anything,
            ] {
                let mut c = c.clone();
                c[at] = wrong;
                let holds = check(shape, &a, &b, &c, &secret);
                assert_eq!(holds, Ok(wrong == right), "{m}x{n}x{k}: {right} as {wrong}");
            }
        }
    }
}

#[test]
fn errors_that_cancel_in_a_row_or_column_are_found() {
    let mut random = plan().random("freivalds, cancelling");
    let shape = Gemm::new(4, 6, 5).unwrap();
    let (a, b) = (operand(&mut random, 20), operand(&mut random, 30));
    let c = product(shape, &a, &b);
    for (plus, minus) in [(0, 1), (0, 6), (7, 20)] {
        let mut c = c.clone();
        c[plus] += 1;
        c[minus] -= 1;
        assert_eq!(check(shape, &a, &b, &c, &array(&mut random)), Ok(false));
    }
    let mut swapped = c.clone();
    swapped.swap(0, 1);
    assert_eq!(
        check(shape, &a, &b, &swapped, &array(&mut random)),
        Ok(false)
    );
}

#[test]
fn extremes_of_the_longest_row() {
    let shape = Gemm::new(1, 1, MAX_K).unwrap();
    let k = index(MAX_K);
    let largest = i32::MAX - (1 << 14) + 1;
    for (a, b, right) in [
        (-128i8, -128i8, largest),
        (-128, 127, -(i32::try_from(MAX_K).unwrap() * 128 * 127)),
        (0, 127, 0),
    ] {
        let (a, b) = (vec![a; k], vec![b; k]);
        for (c, holds) in [
            (right, true),
            (right - 1, false),
            // More than 2^31 off: it would not fit an i32 as a difference.
            (i32::MIN, false),
            (right.wrapping_add(i32::MIN), false),
        ] {
            assert_eq!(
                check(shape, &a, &b, &[c], &[9; 32]),
                Ok(holds),
                "{right} as {c}"
            );
        }
    }
}

#[test]
fn slices_of_another_shape_are_refused() {
    let shape = Gemm::new(2, 3, 4).unwrap();
    let right = (vec![0i8; 8], vec![0i8; 12], vec![0; 6]);
    assert_eq!(
        check(shape, &right.0, &right.1, &right.2, &[0; 32]),
        Ok(true)
    );
    for change in [-1isize, 1] {
        let other = |len: usize| len.checked_add_signed(change).unwrap();
        let a = vec![0; other(8)];
        let b = vec![0; other(12)];
        let c = vec![0; other(6)];
        let refused = check(shape, &a, &right.1, &right.2, &[0; 32]);
        assert_error!(
            refused,
            ProofError::WrongLength {
                what: "a",
                expected: 8,
                ..
            }
        );
        let refused = check(shape, &right.0, &b, &right.2, &[0; 32]);
        assert_error!(
            refused,
            ProofError::WrongLength {
                what: "b",
                expected: 12,
                ..
            }
        );
        let refused = check(shape, &right.0, &right.1, &c, &[0; 32]);
        assert_error!(
            refused,
            ProofError::WrongLength {
                what: "c",
                expected: 6,
                ..
            }
        );
    }
    assert_error!(
        check::<i8>(shape, &[], &[], &[], &[0; 32]),
        ProofError::WrongLength { .. }
    );
}
