use compute_proofs::program::Kind;
use exact_kernels::DType;

use crate::{
    gpu::tests::gpu,
    self_test::{self, Case, tensor},
};

/// A slot's root and that of its transpose: leaves of every length, whole ones,
/// rows of several.
#[test]
#[ignore = "needs a device; run by the tests of the drivers"]
fn leaves_of_every_length_are_the_definitions() {
    let mut gpu = gpu();
    for cols in [
        1, 63, 64, 65, 127, 128, 1000, 1023, 1024, 1025, 2047, 2049, 3000,
    ] {
        for (dtype, rows) in [(DType::U8, 3), (DType::I32, 2)] {
            let x = tensor(b'l', dtype, rows, cols).unwrap();
            let case = Case::on("leaf", Kind::Transpose, vec![x]);
            self_test::check(&mut *gpu, &case).unwrap();
        }
    }
}
