//! Freivalds' check of an integer product, for auditors: `A·(B·x) = C·x` for a
//! vector `x` that only the auditor knows.
//!
//! Arithmetic is modulo the prime `2^61 − 1`, never modulo 2^32: there an error
//! of 2^31 passes half of all checks. A wrong `C` has a non-zero error
//! `E = A·B − C` with `|E[i][j]| < 2^33`, so `E` is non-zero modulo the prime,
//! and a row of `E` times a uniform `x` is zero with probability
//! `1 / (2^61 − 1)` (Freivalds 1977, "Probabilistic machines can use less
//! running time"). The cost is M·K + K·N + M·N products in place of M·N·K.

use alloc::{vec, vec::Vec};

use exact_kernels::gemm::{Gemm, Int8};

use crate::{ProofError, draw::Draw, error::same_len, hash::Hash, num::index};

const PRIME: u128 = (1 << 61) - 1;

/// Checks that `c` (M×N) is the product of `a` (M×K) and `b_transposed` (N×K).
///
/// `secret` must be fresh randomness that whoever made `c` could not know.
/// Returns whether the check holds: a right product always does.
///
/// # Errors
/// [`ProofError::WrongLength`] unless the slices are exactly the shape.
pub fn check<T: Int8>(
    shape: Gemm,
    a: &[T],
    b_transposed: &[T],
    c: &[i32],
    secret: &[u8; 32],
) -> Result<bool, ProofError> {
    let [m, n, k] = [shape.m(), shape.n(), shape.k()].map(u64::from);
    same_len("a", m.saturating_mul(k), a.len())?;
    same_len("b", n.saturating_mul(k), b_transposed.len())?;
    same_len("c", m.saturating_mul(n), c.len())?;
    let (n, k) = (index(shape.n()), index(shape.k()));

    let mut draw = Draw::new(secret, "", &Hash::ZERO, 0);
    let x = (0..n)
        .map(|_| draw.below(PRIME))
        .collect::<Result<Vec<_>, _>>()?;
    // y = B·x: every row of B transposed is scaled by its x.
    let mut y = vec![0u128; k];
    for (row, &x) in b_transposed.chunks_exact(k).zip(&x) {
        for (y, &b) in y.iter_mut().zip(row) {
            *y = add(*y, scale(x, i64::from(b.widen())));
        }
    }
    let rows = a.chunks_exact(k).zip(c.chunks_exact(n));
    for (a_row, c_row) in rows {
        let left = dot(&y, a_row.iter().map(|&a| i64::from(a.widen())));
        let right = dot(&x, c_row.iter().map(|&c| i64::from(c)));
        if left != right {
            return Ok(false);
        }
    }
    Ok(true)
}

fn dot(vector: &[u128], row: impl Iterator<Item = i64>) -> u128 {
    let terms = vector.iter().zip(row).map(|(&x, factor)| scale(x, factor));
    terms.fold(0, add)
}

/// `x · factor mod PRIME`, for `x < PRIME` and `|factor| <= 2^31`.
fn scale(x: u128, factor: i64) -> u128 {
    let magnitude = reduce(x.wrapping_mul(u128::from(factor.unsigned_abs())));
    match factor {
        ..0 if magnitude > 0 => PRIME.wrapping_sub(magnitude),
        _ => magnitude,
    }
}

/// `x + y mod PRIME`, for both below PRIME.
fn add(x: u128, y: u128) -> u128 {
    reduce(x.wrapping_add(y))
}

/// `x mod PRIME`, for `x < 2^122`: as 2^61 is 1 modulo the prime, the high part
/// is added to the low one.
fn reduce(x: u128) -> u128 {
    let once = (x & PRIME).wrapping_add(x >> 61);
    let twice = (once & PRIME).wrapping_add(once >> 61);
    if twice < PRIME {
        twice
    } else {
        twice.wrapping_sub(PRIME)
    }
}
