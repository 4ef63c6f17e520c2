//! Hashes of a census unit's tiles.

#[cfg(test)]
mod tests;

use compute_proofs::hash::CENSUS_TILE;
use wgpu::Buffer;

use super::{Kernel, words};
use crate::gpu::{Bindings, Chain, fold};

/// One launch: tiles of one band.
#[derive(Clone, Copy)]
pub(crate) struct Tiles<'b> {
    pub(crate) x: &'b Buffer,
    pub(crate) out: &'b Buffer,
    pub(crate) count: u32,
    /// Tiles along one side of the matrix.
    pub(crate) side: u32,
    /// Rows and columns of a tile.
    pub(crate) tile: u32,
    /// Words from one row to the next.
    pub(crate) stride: u32,
    /// Number of the first tile within the band.
    pub(crate) first: u32,
    /// Index of the first hash.
    pub(crate) out_first: u32,
}

/// Records one launch.
pub(crate) fn record(chain: &mut Chain<'_>, tiles: Tiles<'_>) {
    chain.count(u128::from(tiles.count) * 80_000);
    let mut params = words(CENSUS_TILE.key()).to_vec();
    params.extend([
        tiles.side,
        tiles.tile,
        tiles.stride,
        tiles.count,
        tiles.first,
        tiles.out_first,
    ]);
    let bindings = Bindings {
        read: [Some(tiles.x), None, None],
        write: tiles.out,
    };
    let groups = fold(u64::from(tiles.count).div_ceil(64));
    chain.launch(Kernel::Tile, bindings, &params, groups);
}
