use exact_kernels::seeded::{Stream, fill_row};

use super::{Fill, record};
use crate::{
    gpu::{
        Chain,
        tests::{check_random, gpu, largest, side},
    },
    self_test::Case,
};

#[test]
#[ignore = "needs a device; run by the tests of the drivers"]
fn matrices_of_any_shape_are_the_definitions() {
    check_random("seeded", |random| {
        let (rows, cols) = (side(random, largest()), side(random, 2 * largest()));
        let [tag, a, b, c, d] = [0; 5].map(|_: u8| random.next_u64().to_le_bytes()[0]);
        let index = u32::from_le_bytes([a, b, c, d]);
        Case::seeded(rows, cols, Stream { tag, index }).unwrap()
    });
}

/// Rows beyond any matrix that a test has room for.
#[test]
#[ignore = "needs a device; run by the tests of the drivers"]
fn rows_of_any_number_are_the_definitions() {
    let gpu = gpu();
    let out = gpu.context().buffer(256);
    let stream = Stream {
        tag: 0xfe,
        index: 0x8765_4321,
    };
    let row = 0xfedc_ba98;
    let mut chain = Chain::new(gpu.context());
    let fill = Fill {
        out: &out,
        seed: &[0xc3; 32],
        stream,
        row,
        rows: 2,
        cols: 128,
        stride: 32,
    };
    record(&mut chain, fill);
    let read = chain.read(&[(&out, 256)]).unwrap();
    let mut expected = [0; 256];
    fill_row(&[0xc3; 32], stream, row, &mut expected[..128]);
    fill_row(&[0xc3; 32], stream, row + 1, &mut expected[128..]);
    assert_eq!(read[0], expected);
}
