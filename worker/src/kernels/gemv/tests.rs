use super::FEW;
use crate::{
    gpu::tests::{check_random, gpu, largest, side},
    kernels::gemm::tests::epilogue,
    self_test::{self, Case},
};

#[test]
#[ignore = "needs a device; run by the tests of the drivers"]
fn products_with_few_rows_are_the_definitions() {
    check_random("gemv", |random| {
        let few = side(random, u64::from(FEW));
        let many = side(random, 4 * largest());
        let k = side(random, 4 * largest());
        let shape = if random.below(2) == 0 {
            (few, many, k)
        } else {
            (many, few, k)
        };
        let epilogue = epilogue(random.next_u64());
        let transposed = random.below(2) == 1;
        Case::gemm("gemv", epilogue, transposed, shape).unwrap()
    });
}

#[test]
#[ignore = "needs a device; run by the tests of the drivers"]
fn the_longest_rows_do_not_wrap() {
    let longest = exact_kernels::gemm::MAX_K;
    for shape in [(1, 1, longest), (2, 9, longest), (9, 4, longest - 1)] {
        let case = Case::seeded_gemm("gemv", shape).unwrap();
        self_test::check(&mut *gpu(), &case).unwrap();
    }
}
