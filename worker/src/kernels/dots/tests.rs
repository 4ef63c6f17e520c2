use super::*;
use crate::gpu::tests::gpu;

/// What an invocation is to write.
fn defined(index: u32, rounds: u32) -> i32 {
    let by = index.wrapping_mul(0x9e37_79b9).wrapping_add(1);
    let mut sums: Vec<i32> = (0..SUMS).map(|at| (index + at).cast_signed()).collect();
    for _ in 0..rounds {
        for at in 0..sums.len() {
            let pairs = sums[(at + 1) % sums.len()].to_le_bytes();
            let pairs = pairs.into_iter().zip(by.to_le_bytes());
            let dot: i32 = pairs
                .map(|(x, y)| i32::from(x.cast_signed()) * i32::from(y.cast_signed()))
                .sum();
            sums[at] = sums[at].wrapping_add(dot);
        }
    }
    sums.into_iter().fold(0, i32::wrapping_add)
}

#[test]
#[ignore = "needs a device; run by the tests of the drivers"]
fn every_dot_product_is_done() {
    let gpu = gpu();
    let context = gpu.context();
    let out = context.buffer(4 * 2 * INVOCATIONS);
    let mut chain = Chain::new(context);
    record(&mut chain, &out, 2, 5);
    let read = chain.read(&[(&out, 4 * 2 * INVOCATIONS)]).unwrap();
    let words = read[0].as_chunks::<4>().0;
    assert_eq!(words.len(), 512);
    for (index, word) in (0..).zip(words) {
        assert_eq!(i32::from_le_bytes(*word), defined(index, 5), "{index}");
    }
}

#[test]
fn operations_are_counted() {
    assert_eq!(ops(2, 5), 2 * 256 * 5 * 16 * 8);
    let source = source();
    assert_eq!(source.matches("dot4I8Packed(").count(), 16);
    assert!(
        !source.contains("//{") && !source.contains("/*{"),
        "{source}"
    );
}
