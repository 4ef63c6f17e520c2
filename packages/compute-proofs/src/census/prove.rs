//! The operator's side of a census, portable: the reference for the worker's
//! GPU lane, and what tests run.

use alloc::{vec, vec::Vec};

use exact_kernels::{Shape, gemm::Gemm, seeded};

use super::{Answer, Commitment, Opened, TilePosition, Work, operands};
use crate::{Hash, ProofError, error::same_len, num::index, tree::Tree};

/// The whole product of one unit, row-major.
///
/// # Errors
/// [`ProofError::Kernel`].
pub fn product(work: Work, challenge: &[u8; 32], unit: u32) -> Result<Vec<i32>, ProofError> {
    let n = work.n();
    let shape = Shape::new(n, n)?;
    let elements = usize::try_from(shape.elements()).unwrap_or(usize::MAX);
    let (a_stream, b_stream) = operands(unit);
    let (mut a, mut b, mut c) = (vec![0; elements], vec![0; elements], vec![0; elements]);
    seeded::run(challenge, a_stream, shape, &mut a)?;
    seeded::run(challenge, b_stream, shape, &mut b)?;
    Gemm::new(n, n, n)?.run(&a, &b, &mut c)?;
    Ok(c)
}

/// The tree of one unit's tiles.
#[derive(Clone, Debug)]
pub struct UnitTree {
    unit: u32,
    tree: Tree,
}

impl UnitTree {
    /// The tree over a product as [`product`] returns it.
    ///
    /// # Errors
    /// [`ProofError::WrongLength`] unless `c` is N×N.
    pub fn new(work: Work, unit: u32, c: &[i32]) -> Result<Self, ProofError> {
        let n = index(work.n());
        let elements = u64::from(work.n()).saturating_mul(u64::from(work.n()));
        same_len("census product", elements, c.len())?;
        let tile = index(work.tile());
        let mut leaves = Vec::new();
        for band in c.chunks_exact(n.saturating_mul(tile)) {
            for first in (0..n).step_by(tile) {
                let rows = band.chunks_exact(n);
                let elements: Vec<i32> = rows
                    .flat_map(|row| row.iter().skip(first).take(tile).copied())
                    .collect();
                leaves.push(Work::tile_hash(&elements));
            }
        }
        let tree = Tree::new("census unit", leaves)?;
        Ok(Self { unit, tree })
    }

    /// The unit's root.
    #[must_use]
    pub fn root(&self) -> Hash {
        Work::unit_root(self.unit, &self.tree.top())
    }
}

/// A committed census: only unit roots are kept, and a sampled unit is computed
/// again.
#[derive(Clone, Debug)]
pub struct Census {
    work: Work,
    tree: Tree,
}

impl Census {
    /// The census over the roots of units 0, 1, ….
    ///
    /// # Errors
    /// [`ProofError::EmptyTree`].
    pub fn new(work: Work, unit_roots: Vec<Hash>) -> Result<Self, ProofError> {
        let tree = Tree::new("census units", unit_roots)?;
        Ok(Self { work, tree })
    }

    /// What goes to the chain.
    #[must_use]
    pub fn commitment(&self) -> Commitment {
        let units = u32::try_from(self.tree.leaves().len()).unwrap_or(u32::MAX);
        Commitment {
            units,
            root: self.work.root(units, &self.tree.top()),
        }
    }

    /// Opens the tiles at `positions`; `unit` returns a unit's tree, computed
    /// again.
    ///
    /// # Errors
    /// [`ProofError::OutOfTree`]; whatever `unit` returns.
    pub fn open(
        &self,
        positions: &[TilePosition],
        mut unit: impl FnMut(u32) -> Result<UnitTree, ProofError>,
    ) -> Result<Answer, ProofError> {
        let one = |at: u32| {
            let first = u64::from(at);
            first..first.saturating_add(1)
        };
        let opened = positions.iter().map(|at| {
            Ok(Opened {
                within_unit: unit(at.unit)?.tree.prove(one(at.tile))?,
                units: self.tree.prove(one(at.unit))?,
            })
        });
        opened.collect::<Result<_, ProofError>>().map(Answer)
    }
}
