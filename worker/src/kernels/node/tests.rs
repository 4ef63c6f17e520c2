use compute_proofs::program::Kind;
use exact_kernels::DType;

use crate::{
    gpu::tests::gpu,
    self_test::{self, Case, tensor},
};

/// Trees of one leaf a row: each side of every count at which another level or
/// another launch begins.
#[test]
#[ignore = "needs a device; run by the tests of the drivers"]
fn trees_of_every_depth_are_the_definitions() {
    let mut gpu = gpu();
    for leaves in [
        1, 2, 3, 7, 64, 127, 128, 129, 200, 256, 257, 16_383, 16_384, 16_385, 20_000,
    ] {
        let x = tensor(b'n', DType::I8, leaves, 1).unwrap();
        let case = Case::on("node", Kind::Transpose, vec![x]);
        self_test::check(&mut *gpu, &case).unwrap();
    }
}

/// More leaves than are folded into one top on the device.
#[test]
#[ignore = "needs a device; run by the tests of the drivers"]
fn trees_of_several_chunks_are_the_definitions() {
    let mut gpu = gpu();
    for leaves in [(1 << 18) - 1, (1 << 18) + 1, 3 << 17] {
        let x = tensor(b'n', DType::I8, leaves, 1).unwrap();
        let case = Case::on("node", Kind::Transpose, vec![x]);
        self_test::check(&mut *gpu, &case).unwrap();
    }
}
