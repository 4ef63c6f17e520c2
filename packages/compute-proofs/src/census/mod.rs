//! The census: capacity that the chain measures at moments nobody chose.
//!
//! A slot fires by its beacon; every operator then multiplies as many seeded
//! N×N matrices as it can until the window closes, commits to all results in one
//! root, and later opens the few tiles that a second beacon draws. The operands
//! come from a challenge of the operator's own, so work cannot be shared between
//! keys, and the answer carries sibling hashes only: the contract makes the
//! tile's rows and columns itself and recomputes it.

mod answer;
mod prove;

use alloc::vec::Vec;

use exact_kernels::seeded::Stream;

pub use answer::{Answer, MAX_SAMPLES, Opened, TilePosition, positions, verify, verify_at};
pub use prove::{Census, UnitTree, product};

use crate::{
    Hash, ProofError,
    codec::codec_struct,
    error::in_range,
    hash::{CENSUS, CENSUS_CHALLENGE, CENSUS_FIRE, CENSUS_TILE, CENSUS_UNIT},
};

/// The most units that one commitment can claim.
pub const MAX_UNITS: u32 = 1 << 24;

/// What one unit of work is: `C = A·B`, all N×N, committed in square tiles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Work {
    n: u32,
    tile: u32,
}

impl Work {
    /// The production work: 4096³ in tiles of 8×8 (`docs/gas.md` compares tiles).
    pub const PRODUCTION: Self = Self { n: 4096, tile: 8 };

    /// Units of N×N×N, in tiles of `tile` by `tile`.
    ///
    /// # Errors
    /// [`ProofError::OutOfRange`] unless `tile` is 1 to 16 and divides N, and N
    /// is at most 16 384.
    pub fn new(n: u32, tile: u32) -> Result<Self, ProofError> {
        in_range("census tile", tile, 1u32, 16u32)?;
        in_range("census N", n, tile, 16_384u32)?;
        let rest = n.checked_rem(tile).unwrap_or(1);
        in_range("remainder of N by the tile", rest, 0u32, 0u32)?;
        Ok(Self { n, tile })
    }

    /// Rows and columns of every matrix.
    #[must_use]
    pub const fn n(self) -> u32 {
        self.n
    }

    /// Rows and columns of a tile.
    #[must_use]
    pub const fn tile(self) -> u32 {
        self.tile
    }

    /// Tiles along one side.
    #[must_use]
    pub fn tiles_per_side(self) -> u32 {
        self.n.checked_div(self.tile).unwrap_or(0)
    }

    /// Tiles of one unit: the leaves of its tree.
    #[must_use]
    pub fn tiles(self) -> u64 {
        let side = u64::from(self.tiles_per_side());
        side.saturating_mul(side)
    }

    /// Ops of one unit: `2·N³`.
    #[must_use]
    pub fn ops(self) -> u128 {
        u128::from(self.n).saturating_pow(3).saturating_mul(2)
    }

    /// The proven rate in ops per second: `units · 2N³ / seconds`, rounded down,
    /// against the operator. `seconds` is the window plus its margin, not 0.
    ///
    /// # Errors
    /// [`ProofError::OutOfRange`] for 0 seconds.
    pub fn rate(self, units: u32, seconds: u64) -> Result<u128, ProofError> {
        in_range("census seconds", seconds, 1u64, u64::MAX)?;
        let ops = self.ops().saturating_mul(u128::from(units));
        Ok(ops.checked_div(u128::from(seconds)).unwrap_or(0))
    }

    /// The hash of one tile: its i32 elements, row-major, little-endian.
    #[must_use]
    pub fn tile_hash(elements: &[i32]) -> Hash {
        let bytes: Vec<u8> = elements.iter().flat_map(|x| x.to_le_bytes()).collect();
        CENSUS_TILE.hash(&[&bytes])
    }

    /// The root of unit `unit` over its tree of tiles.
    #[must_use]
    pub fn unit_root(unit: u32, top: &Hash) -> Hash {
        CENSUS_UNIT.hash(&[&unit.to_le_bytes(), &top.0])
    }

    /// The root of a commitment over its tree of units.
    #[must_use]
    pub fn root(self, units: u32, top: &Hash) -> Hash {
        CENSUS.hash(&[
            &self.n.to_le_bytes(),
            &self.tile.to_le_bytes(),
            &units.to_le_bytes(),
            &top.0,
        ])
    }
}

/// What an operator commits to when the window closes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Commitment {
    /// Units of work that it claims, 1 to [`MAX_UNITS`].
    pub units: u32,
    /// The root over all of them.
    pub root: Hash,
}

codec_struct!(Commitment { units, root });

/// Whether a slot fires: one in `one_in` does, by the slot's beacon alone.
///
/// # Errors
/// [`ProofError::OutOfRange`] for a rate of 0.
pub fn fires(beacon: &[u8; 32], one_in: u64) -> Result<bool, ProofError> {
    in_range("census rate", one_in, 1u64, u64::MAX)?;
    let Hash([a, b, c, d, e, f, g, h, ..]) = CENSUS_FIRE.hash(&[beacon]);
    let number = u64::from_le_bytes([a, b, c, d, e, f, g, h]);
    Ok(number.checked_rem(one_in) == Some(0))
}

/// One operator's part in one census.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry<'a> {
    /// What a unit of work is.
    pub work: Work,
    /// The chain's id.
    pub chain_id: &'a str,
    /// The contract that takes the census.
    pub contract: &'a str,
    /// Randomness of the slot's round.
    pub beacon: [u8; 32],
    /// The operator's address, in the one form that the contract stores.
    pub operator: &'a str,
}

impl Entry<'_> {
    /// The seed of the operator's operands: nobody else's work can answer it.
    ///
    /// Strings are hashed with their lengths (u32 LE) in front.
    #[must_use]
    pub fn challenge(&self) -> [u8; 32] {
        let len = |s: &str| u32::try_from(s.len()).unwrap_or(u32::MAX).to_le_bytes();
        CENSUS_CHALLENGE
            .hash(&[
                &len(self.chain_id),
                self.chain_id.as_bytes(),
                &len(self.contract),
                self.contract.as_bytes(),
                &self.beacon,
                &len(self.operator),
                self.operator.as_bytes(),
            ])
            .0
    }
}

/// The operands of a unit, as streams of the challenge; `B` is generated
/// transposed, a column of it as one row.
const fn operands(unit: u32) -> (Stream, Stream) {
    let a = Stream {
        tag: b'A',
        index: unit,
    };
    let b = Stream {
        tag: b'B',
        index: unit,
    };
    (a, b)
}
