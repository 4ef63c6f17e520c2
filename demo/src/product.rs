//! The product of two int8 matrices, as plainly as it can be written: what the network's
//! results are compared with.

/// `a` is M×K, `b` K×N, both row-major; the result M×N, row-major. Wraps as int32 does.
#[must_use]
pub fn product(a: &[i8], b: &[i8], m: usize, n: usize, k: usize) -> Vec<i32> {
    let mut c = vec![0_i32; m * n];
    for (row, sums) in c.chunks_exact_mut(n.max(1)).enumerate() {
        for (at, &left) in a.iter().skip(row * k).take(k).enumerate() {
            let right = b.iter().skip(at * n).take(n);
            for (sum, &right) in sums.iter_mut().zip(right) {
                *sum = sum.wrapping_add(i32::from(left) * i32::from(right));
            }
        }
    }
    c
}

#[cfg(test)]
mod tests {
    use super::product;

    #[test]
    fn a_product_by_hand() {
        let a = [1, 2, 3, -4, 5, -6];
        let b = [7, 8, 9, 10, 11, -12];
        assert_eq!(product(&a, &b, 2, 2, 3), [58, -8, -49, 90]);
    }
}
