//! Matrices that follow from a seed.

#[cfg(test)]
mod tests;

use exact_kernels::seeded::{KEY, Stream};
use wgpu::Buffer;

use super::{Kernel, words};
use crate::gpu::{Bindings, Chain, StepId, fold};

/// One launch: a band of rows.
#[derive(Clone, Copy)]
pub(crate) struct Fill<'b> {
    pub(crate) out: &'b Buffer,
    pub(crate) seed: &'b [u8; 32],
    pub(crate) stream: Stream,
    /// Number of the first row.
    pub(crate) row: u32,
    pub(crate) rows: u32,
    pub(crate) cols: u32,
    /// Words from one row to the next.
    pub(crate) stride: u32,
}

impl Fill<'_> {
    /// 64-byte blocks of a row, its padding included.
    fn blocks(&self) -> u32 {
        self.stride.div_ceil(16)
    }

    /// As the shader takes it.
    pub(crate) fn params(&self) -> Vec<u32> {
        let mut params = words(&KEY).to_vec();
        params.extend(words(self.seed));
        params.extend([
            u32::from(self.stream.tag),
            self.stream.index,
            self.row,
            self.rows,
            self.cols,
            self.stride,
            self.blocks(),
        ]);
        params
    }
}

/// Records one launch.
pub(crate) fn record(chain: &mut Chain<'_>, fill: Fill<'_>) -> StepId {
    let blocks = u64::from(fill.rows) * u64::from(fill.blocks());
    chain.count(u128::from(blocks) * 5_000);
    let bindings = Bindings {
        read: [None; 3],
        write: fill.out,
    };
    let groups = fold(blocks.div_ceil(64));
    chain.launch(Kernel::Seeded, bindings, &fill.params(), groups)
}
