use compute_proofs::census::{UnitTree, Work, product};

use crate::{Backend, gpu::tests::gpu};

#[test]
#[ignore = "needs a device; run by the tests of the drivers"]
fn census_units_are_the_definitions() {
    let mut gpu = gpu();
    for (n, tile, units) in [(16, 8, 3), (5, 1, 1), (60, 15, 2), (96, 16, 2), (128, 8, 2)] {
        let work = Work::new(n, tile).unwrap();
        let challenge = [9; 32];
        let roots = gpu.census_roots(work, &challenge, 4..4 + units).unwrap();
        for (unit, root) in (4..).zip(roots) {
            let c = product(work, &challenge, unit).unwrap();
            assert_eq!(UnitTree::new(work, unit, &c).unwrap().root(), root);
            assert_eq!(gpu.census_product(work, &challenge, unit).unwrap(), c);
        }
    }
    let work = Work::new(16, 8).unwrap();
    assert_eq!(gpu.census_roots(work, &[0; 32], 3..3).unwrap(), []);
}

#[test]
#[ignore = "needs a device; run by the tests of the drivers"]
fn a_unit_in_bands_is_the_same() {
    let mut gpu = gpu();
    let work = Work::new(132, 12).unwrap();
    let whole = gpu.census_roots(work, &[1; 32], 0..2).unwrap();
    // 192 rows of 528 bytes would be needed for a band; 64 of 144 for operands.
    gpu.use_band(Some(100 * 1024));
    assert_eq!(gpu.census_roots(work, &[1; 32], 0..2).unwrap(), whole);
    let c = product(work, &[1; 32], 1).unwrap();
    assert_eq!(gpu.census_product(work, &[1; 32], 1).unwrap(), c);
}
