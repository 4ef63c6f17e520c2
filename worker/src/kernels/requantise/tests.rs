use compute_proofs::program::{Epilogue, Kind};
use exact_kernels::DType;

use crate::{
    gpu::tests::{check_random, largest, side},
    kernels::gemm::tests::epilogue,
    self_test::{Case, params, tensor},
};

#[test]
#[ignore = "needs a device; run by the tests of the drivers"]
fn maps_of_any_shape_are_the_definitions() {
    check_random("requantise", |random| {
        let (rows, cols) = (side(random, largest()), side(random, largest()));
        let x = tensor(b'x', DType::I32, rows, cols).unwrap();
        let (kind, params) = match epilogue(random.below(4) + 1) {
            Epilogue::Requantise(requantise) => {
                (Kind::Requantise(requantise), params(cols).unwrap())
            }
            _ => (Kind::Bias, tensor(b'c', DType::I32, cols, 1).unwrap()),
        };
        Case::on("requantise", kind, vec![x, params])
    });
}
