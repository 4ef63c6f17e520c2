use compute_proofs::program::Kind;
use exact_kernels::DType;

use crate::{
    gpu::tests::{check_random, largest, side},
    self_test::{Case, tensor},
};

#[test]
#[ignore = "needs a device; run by the tests of the drivers"]
fn transposes_of_any_shape_are_the_definitions() {
    check_random("transpose", |random| {
        let (rows, cols) = (side(random, 3 * largest()), side(random, 3 * largest()));
        let dtypes = [DType::I8, DType::U8, DType::I32];
        let dtype = dtypes[usize::try_from(random.below(3)).unwrap()];
        let x = tensor(b't', dtype, rows, cols).unwrap();
        Case::on("transpose", Kind::Transpose, vec![x])
    });
}
