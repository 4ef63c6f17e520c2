//! Roots of tensors, made where the tensors are: only the tops of trees are read
//! back.

use compute_proofs::{Hash, hash::NODE};

use super::{Chain, GpuTensor, Pooled, StepId};
use crate::{
    cpu::length,
    kernels::{leaf, node, tile},
};

/// Leaves that are hashed into one top; what is left of a larger tree, at most
/// some hundred nodes, is folded by the CPU.
const CHUNK: u32 = 1 << CHUNK_LEVELS;
const CHUNK_LEVELS: u32 = 18;

/// Bytes of a hash.
const HASH: u64 = 32;

/// A tree of which the device will make the tops of all chunks.
pub(crate) struct Tops {
    buffer: Pooled,
    chunks: u32,
    levels: u32,
    /// The last step of every chunk, which writes its top, and its parameters,
    /// of which the last says where to.
    last: Vec<(StepId, Vec<u32>)>,
}

/// Leaves of one chunk: first and number.
struct Chunk {
    first: u64,
    count: u32,
}

impl Tops {
    /// Records the tree of a tensor.
    pub(crate) fn of_tensor(chain: &mut Chain<'_>, tensor: &GpuTensor) -> Self {
        let layout = tensor.layout;
        let per_row = u32::try_from(layout.spec.leaves_per_row()).unwrap_or(u32::MAX);
        let bands = |chain: &mut Chain<'_>, out: &Pooled, chunk: &Chunk| {
            for band in tensor.bands() {
                let start = u64::from(band.first) * u64::from(per_row);
                let leaves = u64::from(band.rows) * u64::from(per_row);
                if let Some((first, count, out_first)) = chunk.within(start, leaves) {
                    let leaves = leaf::Leaves {
                        x: band.buffer,
                        out,
                        count,
                        per_row,
                        first,
                        stride: layout.stride,
                        row_bytes: u32::try_from(layout.spec.row_bytes()).unwrap_or(u32::MAX),
                        out_first,
                    };
                    leaf::record(chain, leaves);
                }
            }
        };
        Self::record(chain, layout.spec.leaves(), 1, bands)
    }

    /// Records the tree of tiles of a census unit's product; room is made for
    /// the tops of `units` units.
    pub(crate) fn of_tiles(
        chain: &mut Chain<'_>,
        product: &GpuTensor,
        tile: u32,
        units: u32,
    ) -> Self {
        let side = product.layout.spec.shape.cols() / tile;
        let bands = |chain: &mut Chain<'_>, out: &Pooled, chunk: &Chunk| {
            for band in product.bands() {
                let start = u64::from(band.first / tile) * u64::from(side);
                let tiles = u64::from(band.rows / tile) * u64::from(side);
                if let Some((first, count, out_first)) = chunk.within(start, tiles) {
                    let tiles = tile::Tiles {
                        x: band.buffer,
                        out,
                        count,
                        side,
                        tile,
                        stride: product.layout.stride,
                        first,
                        out_first,
                    };
                    tile::record(chain, tiles);
                }
            }
        };
        Self::record(chain, u64::from(side) * u64::from(side), units, bands)
    }

    fn record(
        chain: &mut Chain<'_>,
        leaves: u64,
        times: u32,
        hash: impl Fn(&mut Chain<'_>, &Pooled, &Chunk),
    ) -> Self {
        let chunks = u32::try_from(leaves.div_ceil(u64::from(CHUNK))).unwrap_or(u32::MAX);
        let levels = match chunks {
            1 => leaves.next_power_of_two().trailing_zeros(),
            _ => CHUNK_LEVELS,
        };
        let context = chain.context();
        let buffer = context.buffer(HASH * u64::from(chunks) * u64::from(times));
        // Scratch may be taken again by whatever is recorded later.
        let wide = context.buffer(HASH * leaves.min(u64::from(CHUNK)));
        let narrow = [
            context.buffer(HASH * u64::from(CHUNK >> node::LEVELS)),
            context.buffer(HASH * u64::from(CHUNK >> (2 * node::LEVELS))),
        ];
        let mut last = Vec::new();
        for at in 0..chunks {
            let first = u64::from(at) * u64::from(CHUNK);
            let count = (leaves - first).min(u64::from(CHUNK));
            let count = u32::try_from(count).unwrap_or(CHUNK);
            hash(chain, &wide, &Chunk { first, count });
            let (mut from, mut count, mut level) = (&wide, count, 0);
            for between in &narrow {
                if levels - level <= node::LEVELS {
                    break;
                }
                let nodes = node::Nodes {
                    x: from,
                    out: between,
                    count,
                    levels: node::LEVELS,
                    level,
                    out_first: 0,
                };
                node::record(chain, nodes);
                from = between;
                count = count.div_ceil(1 << node::LEVELS);
                level += node::LEVELS;
            }
            let nodes = node::Nodes {
                x: from,
                out: &buffer,
                count,
                levels: levels - level,
                level,
                out_first: at,
            };
            let step = node::record(chain, nodes);
            last.push((step, nodes.params()));
        }
        Self {
            buffer,
            chunks,
            levels,
            last,
        }
    }
}

impl Tops {
    /// Makes the chain write the tops of unit `unit` of those that there is room
    /// for.
    pub(crate) fn place(&mut self, chain: &mut Chain<'_>, unit: u32) {
        for (at, (step, params)) in (0..).zip(&mut self.last) {
            if let Some(out_first) = params.last_mut() {
                *out_first = unit * self.chunks + at;
            }
            chain.set(*step, params);
        }
    }

    /// What to read back for the first `units` units.
    pub(crate) fn to_read(&self, units: u32) -> (&wgpu::Buffer, u64) {
        (
            &self.buffer,
            HASH * u64::from(self.chunks) * u64::from(units),
        )
    }

    /// The top of each unit's tree, from what was read back.
    pub(crate) fn fold(&self, read: &[u8]) -> Vec<Hash> {
        let hashes: Vec<Hash> = read.as_chunks::<32>().0.iter().copied().map(Hash).collect();
        let units = hashes.chunks(length(u64::from(self.chunks)));
        units.map(|tops| top(tops, self.levels)).collect()
    }
}

/// The top over nodes that stand on `level`.
fn top(nodes: &[Hash], level: u32) -> Hash {
    let parent = |left: &Hash, right: &Hash| NODE.hash(&[&left.0, &right.0]);
    let mut padding = Hash::ZERO;
    for _ in 0..level {
        padding = parent(&padding, &padding);
    }
    let mut nodes = nodes.to_vec();
    while nodes.len() > 1 {
        let pairs = nodes.chunks(2);
        let parents = pairs.map(|pair| parent(&pair[0], pair.get(1).unwrap_or(&padding)));
        nodes = parents.collect();
        padding = parent(&padding, &padding);
    }
    nodes.first().copied().unwrap_or(Hash::ZERO)
}

impl Chunk {
    /// The chunk's leaves among `count` that start at `start`: number of the
    /// first one within those, how many, and where within the chunk.
    fn within(&self, start: u64, count: u64) -> Option<(u32, u32, u32)> {
        let first = self.first.max(start);
        let end = (self.first + u64::from(self.count)).min(start + count);
        let narrow = |x: u64| u32::try_from(x).unwrap_or(u32::MAX);
        (first < end).then(|| {
            (
                narrow(first - start),
                narrow(end - first),
                narrow(first - self.first),
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use compute_proofs::tree::Tree;

    use super::*;

    /// Nodes that stand on some level are folded as the whole tree would.
    #[test]
    fn tops_of_chunks_are_folded_with_their_own_levels_padding() {
        let level = 3;
        for chunks in 1..12usize {
            let leaves: Vec<Hash> = (0..chunks * 8)
                .map(|at| NODE.hash(&[&at.to_le_bytes()]))
                .collect();
            let tops = leaves.chunks(8).map(|leaves| {
                let tree = Tree::new("chunk", leaves.to_vec()).unwrap();
                tree.top()
            });
            let tops: Vec<Hash> = tops.collect();
            let whole = Tree::new("whole", leaves).unwrap().top();
            assert_eq!(top(&tops, level), whole, "{chunks}");
        }
    }

    #[test]
    fn a_chunk_takes_its_share_of_every_band() {
        let chunk = Chunk {
            first: 100,
            count: 50,
        };
        assert_eq!(chunk.within(0, 100), None);
        assert_eq!(chunk.within(0, 101), Some((100, 1, 0)));
        assert_eq!(chunk.within(90, 20), Some((10, 10, 0)));
        assert_eq!(chunk.within(120, 10), Some((0, 10, 20)));
        assert_eq!(chunk.within(140, 100), Some((0, 10, 40)));
        assert_eq!(chunk.within(150, 10), None);
    }
}
