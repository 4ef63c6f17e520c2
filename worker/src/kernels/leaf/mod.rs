//! Hashes of a tensor's leaves.

#[cfg(test)]
mod tests;

use compute_proofs::hash::TENSOR_LEAF;
use wgpu::Buffer;

use super::{Kernel, words};
use crate::gpu::{Bindings, Chain, fold};

/// One launch: leaves of one band.
#[derive(Clone, Copy)]
pub(crate) struct Leaves<'b> {
    pub(crate) x: &'b Buffer,
    pub(crate) out: &'b Buffer,
    pub(crate) count: u32,
    pub(crate) per_row: u32,
    /// Number of the first leaf within the band.
    pub(crate) first: u32,
    /// Words from one row to the next.
    pub(crate) stride: u32,
    pub(crate) row_bytes: u32,
    /// Index of the first hash.
    pub(crate) out_first: u32,
}

/// Records one launch.
pub(crate) fn record(chain: &mut Chain<'_>, leaves: Leaves<'_>) {
    chain.count(u128::from(leaves.count) * 80_000);
    let mut params = words(TENSOR_LEAF.key()).to_vec();
    params.extend([
        leaves.count,
        leaves.per_row,
        leaves.first,
        leaves.stride,
        leaves.row_bytes,
        leaves.out_first,
    ]);
    let bindings = Bindings {
        read: [Some(leaves.x), None, None],
        write: leaves.out,
    };
    let groups = fold(u64::from(leaves.count).div_ceil(64));
    chain.launch(Kernel::Leaf, bindings, &params, groups);
}
