//! The int8 product, tiled through workgroup memory and registers.

#[cfg(test)]
pub(crate) mod tests;

use wgpu::Buffer;

use super::{Kernel, finish::Finish, finish::FinishKind, with_epilogue};
use crate::gpu::{Bindings, Chain};

/// How much of the result a workgroup makes, and how. Every choice gives the
/// same bits; which is fastest depends on the device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Tile {
    /// Rows and columns of the result a workgroup makes.
    rows: u32,
    cols: u32,
    /// Words of the inner dimension that are in workgroup memory at once.
    depth: u32,
    /// Squares of 4×4 sums that one invocation keeps, down and across.
    sub_rows: u32,
    sub_cols: u32,
}

impl Tile {
    /// All of them, within what every device has: 256 invocations and 16 KiB.
    pub(crate) const ALL: [Self; 4] = [
        Self::new(64, 64, 16, 1, 1),
        Self::new(128, 128, 16, 2, 2),
        Self::new(128, 64, 16, 2, 1),
        Self::new(32, 32, 16, 1, 1),
    ];

    const fn new(rows: u32, cols: u32, depth: u32, sub_rows: u32, sub_cols: u32) -> Self {
        assert!((rows / (4 * sub_rows)) * (cols / (4 * sub_cols)) <= 256);
        assert!((rows + cols) * depth * 4 <= 16_384);
        Self {
            rows,
            cols,
            depth,
            sub_rows,
            sub_cols,
        }
    }

    /// What the tuner's cache calls it.
    pub(crate) fn name(self) -> String {
        let Self {
            rows, cols, depth, ..
        } = self;
        format!("{rows}x{cols}x{depth}")
    }
}

/// One launch: a block of rows of C by a block of its columns.
#[derive(Clone, Copy)]
pub(crate) struct Product<'b> {
    pub(crate) a: &'b Buffer,
    pub(crate) b: &'b Buffer,
    pub(crate) c: &'b Buffer,
    /// Bias and multiplier of every channel, four words each.
    pub(crate) channels: Option<&'b Buffer>,
    pub(crate) rows: u32,
    pub(crate) cols: u32,
    /// Columns to write, with zeros beyond `cols`.
    pub(crate) padded_cols: u32,
    /// Words of an operand's row.
    pub(crate) depth: u32,
    /// Words where the first row of A and B and the first element of C stand.
    pub(crate) first: [u32; 3],
    /// Words from one row of C to the next.
    pub(crate) stride: u32,
    /// Channel of the first column, or row.
    pub(crate) channel: u32,
    pub(crate) finish: Finish,
}

impl<'b> Product<'b> {
    /// As the shaders of products take it.
    pub(crate) fn params(&self) -> [u32; 16] {
        let [a, b, c] = self.first;
        let [p, s, low, high] = self.finish.params;
        [
            self.rows,
            self.cols,
            self.padded_cols,
            self.depth,
            a,
            b,
            c,
            self.stride,
            self.channel,
            0,
            0,
            0,
            p,
            s,
            low,
            high,
        ]
    }

    pub(crate) fn bindings(&self) -> Bindings<'b> {
        Bindings {
            read: [Some(self.a), Some(self.b), self.channels],
            write: self.c,
        }
    }

    pub(crate) fn ops(&self) -> u128 {
        let [rows, cols, depth] = [self.rows, self.cols, self.depth].map(u128::from);
        8 * rows * cols * depth
    }
}

/// Records one launch.
pub(crate) fn record(chain: &mut Chain<'_>, tile: Tile, product: Product<'_>) {
    chain.count(product.ops());
    let kernel = Kernel::Gemm(tile, product.finish.kind);
    let groups = [
        product.padded_cols.div_ceil(tile.cols),
        product.rows.div_ceil(tile.rows),
    ];
    chain.launch(kernel, product.bindings(), &product.params(), groups);
}

/// The shader for one tile. The sums are written out, since not every driver
/// keeps an array in registers.
pub(super) fn source(tile: Tile, finish: FinishKind) -> String {
    let Tile {
        rows,
        cols,
        depth,
        sub_rows,
        sub_cols,
    } = tile;
    let constants = format!(
        "const ROWS: u32 = {rows}u;\nconst COLS: u32 = {cols}u;\nconst DEPTH: u32 = {depth}u;\n\
         const SUB_ROWS: u32 = {sub_rows}u;\nconst SUB_COLS: u32 = {sub_cols}u;\n"
    );
    let (mut sums, mut multiply, mut store) = (String::new(), String::new(), String::new());
    for j in 0..sub_cols {
        multiply += &format!("let b{j} = b_tile[k * (COLS / 4u) + across * SUB_COLS + {j}u];\n");
    }
    for i in 0..sub_rows {
        multiply += &format!("let a{i} = a_tile[k * (ROWS / 4u) + down * SUB_ROWS + {i}u];\n");
        for (r, lane) in ["x", "y", "z", "w"].iter().enumerate() {
            for j in 0..sub_cols {
                let sum = format!("sum_{i}_{r}_{j}");
                sums += &format!("var {sum} = vec4(0);\n");
                multiply += &format!("{sum} += products(a{i}.{lane}, b{j});\n");
                store += &format!(
                    "store(first_row + (down * SUB_ROWS + {i}u) * 4u + {r}u, \
                     first_col + (across * SUB_COLS + {j}u) * 4u, {sum});\n"
                );
            }
        }
    }
    let shader = include_str!("shader.wgsl")
        .replace("//{sums}", &sums)
        .replace("//{multiply}", &multiply)
        .replace("//{store}", &store);
    constants + &with_epilogue(finish, &shader)
}
