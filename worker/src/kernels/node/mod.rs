//! Trees over hashes, up to seven levels in one launch.

#[cfg(test)]
mod tests;

use compute_proofs::{Hash, hash::NODE};
use wgpu::Buffer;

use super::{Kernel, words};
use crate::gpu::{Bindings, Chain, StepId};

/// Levels that one launch folds.
pub(crate) const LEVELS: u32 = 7;

/// One launch: adjacent nodes of one level to those `levels` above.
#[derive(Clone, Copy)]
pub(crate) struct Nodes<'b> {
    pub(crate) x: &'b Buffer,
    pub(crate) out: &'b Buffer,
    pub(crate) count: u32,
    /// Levels to fold, at most [`LEVELS`].
    pub(crate) levels: u32,
    /// The level that they stand on; leaves are level 0.
    pub(crate) level: u32,
    /// Index of the first parent.
    pub(crate) out_first: u32,
}

impl Nodes<'_> {
    /// As the shader takes it.
    pub(crate) fn params(&self) -> Vec<u32> {
        let mut params = words(NODE.key()).to_vec();
        let mut padding = Hash::ZERO;
        for level in 0..self.level + LEVELS {
            if level >= self.level {
                params.extend(words(&padding.0));
            }
            padding = NODE.hash(&[&padding.0, &padding.0]);
        }
        params.extend([self.count, self.levels, 0, self.out_first]);
        params
    }
}

/// Records one launch.
pub(crate) fn record(chain: &mut Chain<'_>, nodes: Nodes<'_>) -> StepId {
    chain.count(u128::from(nodes.count) * 10_000);
    let bindings = Bindings {
        read: [Some(nodes.x), None, None],
        write: nodes.out,
    };
    let groups = [nodes.count.div_ceil(1 << LEVELS), 1];
    chain.launch(Kernel::Node, bindings, &nodes.params(), groups)
}
