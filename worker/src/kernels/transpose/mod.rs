//! Transposes of tensors of 8-bit or 32-bit elements.

#[cfg(test)]
mod tests;

use wgpu::Buffer;

use super::Kernel;
use crate::gpu::{Bindings, Chain, fold};

/// One launch: some rows of a band of the input become some columns of a band
/// of the output.
#[derive(Clone, Copy)]
pub(crate) struct Turn<'b> {
    pub(crate) x: &'b Buffer,
    pub(crate) out: &'b Buffer,
    /// Bytes of an element, 1 or 4.
    pub(crate) bytes: u32,
    /// Rows of the output.
    pub(crate) rows: u32,
    /// Columns of the output, and what of them is written, padding included.
    pub(crate) cols: u32,
    pub(crate) padded_cols: u32,
    /// The output's column that the first row of the input is.
    pub(crate) first_col: u32,
    /// The input's column that the first row of the output is.
    pub(crate) x_col: u32,
    /// Words where the first row of input and output stands.
    pub(crate) first: [u32; 2],
    /// Words from one row to the next.
    pub(crate) stride: [u32; 2],
}

/// Records one launch.
pub(crate) fn record(chain: &mut Chain<'_>, turn: Turn<'_>) {
    let words_per_row = turn.padded_cols.div_ceil(4 / turn.bytes);
    let words = u64::from(turn.rows) * u64::from(words_per_row);
    chain.count(64 * u128::from(words));
    let params = [
        u32::try_from(words).unwrap_or(u32::MAX),
        words_per_row,
        turn.first_col,
        turn.cols,
        turn.first[0],
        turn.stride[0],
        turn.x_col,
        turn.first[1],
        turn.stride[1],
    ];
    let bindings = Bindings {
        read: [Some(turn.x), None, None],
        write: turn.out,
    };
    let kernel = Kernel::Transpose { bytes: turn.bytes };
    chain.launch(kernel, bindings, &params, fold(words.div_ceil(64)));
}
