//! Integer matrix product: int8 by int8 into int32.
//!
//! `C[i][j] = Σ_k A[i][k] · B[k][j]`, with `A` given as M×K and `B` given
//! transposed as N×K, both int8, row-major; `C` is M×N int32.
//!
//! **Overflow.** Each product lies in `-2^14 + 2^7 ..= 2^14` (the extreme is
//! `-128 · -128`), so any partial sum of K products has magnitude at most
//! `K · 2^14`. With `K ≤ MAX_K = 131 071` that is `2^31 - 2^14 ≤ 2^31 - 1`: no
//! accumulator wraps, in any order of summation, so every order gives the same
//! bits.

use crate::{
    KernelError, Shape,
    cost::{Moved, cost},
    shape::{check_len, index},
};

#[cfg(test)]
mod tests;

/// The longest inner dimension whose sums always fit an i32.
pub const MAX_K: u32 = 131_071;

/// The largest magnitude of one product of two int8 values.
pub const MAX_PRODUCT: i32 = 1 << 14;

/// An int8 operand: the number itself, or the byte that holds it in two's
/// complement, as tensors travel and seeds yield them.
pub trait Int8: Copy {
    /// The number.
    fn widen(self) -> i32;
}

impl Int8 for i8 {
    fn widen(self) -> i32 {
        i32::from(self)
    }
}

impl Int8 for u8 {
    fn widen(self) -> i32 {
        i32::from(i8::from_le_bytes([self]))
    }
}

/// The shape of one product: `A` is M×K, `B` transposed is N×K, `C` is M×N.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Gemm {
    m: u32,
    n: u32,
    k: u32,
}

impl Gemm {
    /// A product of M×K by K×N.
    ///
    /// # Errors
    /// [`KernelError::ZeroDimension`]; [`KernelError::InnerTooLong`] if
    /// `k > MAX_K`.
    pub const fn new(m: u32, n: u32, k: u32) -> Result<Self, KernelError> {
        if m == 0 {
            return Err(KernelError::ZeroDimension { name: "m" });
        }
        if n == 0 {
            return Err(KernelError::ZeroDimension { name: "n" });
        }
        if k == 0 {
            return Err(KernelError::ZeroDimension { name: "k" });
        }
        if k > MAX_K {
            return Err(KernelError::InnerTooLong { k, max: MAX_K });
        }
        Ok(Self { m, n, k })
    }

    /// Rows of `A` and of `C`.
    #[must_use]
    pub const fn m(self) -> u32 {
        self.m
    }

    /// Columns of `B` and of `C`.
    #[must_use]
    pub const fn n(self) -> u32 {
        self.n
    }

    /// The inner dimension.
    #[must_use]
    pub const fn k(self) -> u32 {
        self.k
    }

    /// Cost in ops: 2·M·N·K of arithmetic, over the tensors moved.
    #[must_use]
    pub fn cost(self, tensors: impl IntoIterator<Item = Moved>) -> u128 {
        let [m, n, k] = [self.m, self.n, self.k].map(u128::from);
        let macs = m.saturating_mul(n).saturating_mul(k);
        cost(macs.saturating_mul(2), tensors)
    }

    /// The whole product: `a` is M×K, `b_transposed` is N×K, `c` is M×N.
    ///
    /// # Errors
    /// [`KernelError::LengthMismatch`] naming the slice;
    /// [`KernelError::TooManyElements`].
    pub fn run<T: Int8>(
        self,
        a: &[T],
        b_transposed: &[T],
        c: &mut [i32],
    ) -> Result<(), KernelError> {
        Shape::new(self.m, self.k)?.check_len("a", a.len())?;
        Shape::new(self.n, self.k)?.check_len("b", b_transposed.len())?;
        Shape::new(self.m, self.n)?.check_len("c", c.len())?;
        let k = index(self.k);
        let rows = a.chunks_exact(k).zip(c.chunks_exact_mut(index(self.n)));
        for (a_row, c_row) in rows {
            for (b_row, out) in b_transposed.chunks_exact(k).zip(c_row) {
                *out = sum_of_products(a_row, b_row);
            }
        }
        Ok(())
    }
}

/// One element of the product: a row of `A` times a row of `B` transposed.
///
/// # Errors
/// [`KernelError::ZeroDimension`], [`KernelError::InnerTooLong`] or
/// [`KernelError::LengthMismatch`], by the rows' lengths.
pub fn element<T: Int8>(a_row: &[T], b_row: &[T]) -> Result<i32, KernelError> {
    check_len("b", a_row.len(), b_row.len())?;
    let k = u32::try_from(a_row.len()).unwrap_or(u32::MAX);
    Gemm::new(1, 1, k)?;
    Ok(sum_of_products(a_row, b_row))
}

/// Σ a·b over rows of equal length of at most `MAX_K`: never wraps (see the
/// module's bound), so wrapping addition is only the cheapest exact one.
///
/// Lanes of eight let a compiler without SIMD unroll: in a contract a branch
/// costs as much gas as fourteen plain instructions.
fn sum_of_products<T: Int8>(a: &[T], b: &[T]) -> i32 {
    let mut sum = 0i32;
    let (a_lanes, b_lanes) = (a.chunks_exact(8), b.chunks_exact(8));
    let tail = a_lanes.remainder().iter().zip(b_lanes.remainder());
    for (&x, &y) in tail {
        sum = sum.wrapping_add(product(x, y));
    }
    for (x, y) in a_lanes.zip(b_lanes) {
        if let (&[x0, x1, x2, x3, x4, x5, x6, x7], &[y0, y1, y2, y3, y4, y5, y6, y7]) = (x, y) {
            sum = sum
                .wrapping_add(product(x0, y0))
                .wrapping_add(product(x1, y1))
                .wrapping_add(product(x2, y2))
                .wrapping_add(product(x3, y3))
                .wrapping_add(product(x4, y4))
                .wrapping_add(product(x5, y5))
                .wrapping_add(product(x6, y6))
                .wrapping_add(product(x7, y7));
        }
    }
    sum
}

fn product<T: Int8>(x: T, y: T) -> i32 {
    x.widen().wrapping_mul(y.widen())
}
