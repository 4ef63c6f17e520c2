//! Bias and requantisation of an int32 tensor.

#[cfg(test)]
mod tests;

use wgpu::Buffer;

use super::{Kernel, finish::Finish};
use crate::gpu::{Bindings, Chain, fold};

/// One launch: some rows of one band to some rows of another.
#[derive(Clone, Copy)]
pub(crate) struct Map<'b> {
    pub(crate) x: &'b Buffer,
    pub(crate) channels: &'b Buffer,
    pub(crate) out: &'b Buffer,
    pub(crate) rows: u32,
    pub(crate) cols: u32,
    /// Columns to write, with zeros beyond `cols`.
    pub(crate) padded_cols: u32,
    /// Words where the first row of input and output stands.
    pub(crate) first: [u32; 2],
    /// Words from one row to the next.
    pub(crate) stride: [u32; 2],
    pub(crate) finish: Finish,
}

/// Records one launch.
pub(crate) fn record(chain: &mut Chain<'_>, map: Map<'_>) {
    let quads_per_row = map.padded_cols.div_ceil(4);
    let quads = u64::from(map.rows) * u64::from(quads_per_row);
    chain.count(4 * u128::from(quads) * 4);
    let [p, s, low, high] = map.finish.params;
    let params = [
        u32::try_from(quads).unwrap_or(u32::MAX),
        quads_per_row,
        map.cols,
        map.first[0],
        map.stride[0],
        map.first[1],
        map.stride[1],
        0,
        p,
        s,
        low,
        high,
    ];
    let bindings = Bindings {
        read: [Some(map.x), None, Some(map.channels)],
        write: map.out,
    };
    let kernel = Kernel::Requantise(map.finish.kind);
    chain.launch(kernel, bindings, &params, fold(quads.div_ceil(64)));
}
