use compute_proofs::program::Epilogue;
use exact_kernels::requantise::{Range, Requantise};

use super::*;
use crate::{
    gpu::tests::{check_random, gpu, largest, side},
    self_test::{self, Case},
};

pub(crate) fn epilogue(at: u64) -> Epilogue {
    let requantise = |p, s, range| Epilogue::Requantise(Requantise::new(p, s, range).unwrap());
    match at % 5 {
        0 => Epilogue::None,
        1 => Epilogue::Bias,
        2 => requantise(5, 10, Range::Symmetric),
        3 => requantise(0, 17, Range::Unsigned),
        _ => requantise(9, 3, Range::Full),
    }
}

#[test]
#[ignore = "needs a device; run by the tests of the drivers"]
fn products_of_any_shape_are_the_definitions() {
    check_random("gemm", |random| {
        let shape = [largest(), largest(), 2 * largest()].map(|most| side(random, most));
        let [m, n, k] = shape;
        let epilogue = epilogue(random.next_u64());
        let transposed = random.below(2) == 1;
        Case::gemm("gemm", epilogue, transposed, (m.max(5), n.max(5), k)).unwrap()
    });
}

#[test]
#[ignore = "needs a device; run by the tests of the drivers"]
fn every_tile_gets_its_own_edges_right() {
    let mut gpu = gpu();
    for tile in Tile::ALL {
        gpu.use_tile(tile);
        let (rows, cols) = (tile.rows.min(64), tile.cols.min(64));
        for (m, n) in [(rows, cols), (rows + 1, cols - 1), (rows - 1, cols + 1)] {
            for k in [4 * tile.depth, 4 * tile.depth + 1, 15] {
                let case = Case::gemm("gemm", Epilogue::None, false, (m, n, k)).unwrap();
                self_test::check(&mut *gpu, &case).unwrap();
            }
        }
    }
}

#[test]
#[ignore = "needs a device; run by the tests of the drivers"]
fn the_longest_rows_do_not_wrap() {
    let longest = exact_kernels::gemm::MAX_K;
    for k in [longest, longest - 1, 65_537 * 2 - 3] {
        let case = Case::seeded_gemm("gemm", (5, 6, k)).unwrap();
        self_test::check(&mut *gpu(), &case).unwrap();
    }
}
