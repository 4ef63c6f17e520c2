//! What an operator answers when tiles of its census are drawn.

use alloc::{vec, vec::Vec};
use core::ops::Range;

use exact_kernels::{gemm::Gemm, seeded};

use super::{Commitment, Entry, MAX_UNITS, Work, operands};
use crate::{
    Hash, ProofError,
    codec::{Decode, DecodeError, Encode, Reader, codec_struct, encode_list},
    draw::Draw,
    error::{in_range, same_count, same_root},
    num::{count, index},
    tree::{Siblings, fold},
};

/// The most tiles that one answer opens.
pub const MAX_SAMPLES: u32 = 64;

/// One tile of one unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TilePosition {
    /// Which unit.
    pub unit: u32,
    /// Which tile of it, row-major.
    pub tile: u32,
}

impl TilePosition {
    /// Rows of `A` and columns of `B` that the tile is made of.
    fn operand_rows(self, work: Work) -> (Range<u32>, Range<u32>) {
        let side = work.tiles_per_side();
        let span = |index: Option<u32>| {
            let first = index.unwrap_or(0).saturating_mul(work.tile());
            first..first.saturating_add(work.tile())
        };
        (
            span(self.tile.checked_div(side)),
            span(self.tile.checked_rem(side)),
        )
    }

    /// The tile's elements, row-major, from the challenge alone: what a contract
    /// recomputes.
    ///
    /// # Errors
    /// [`ProofError::Kernel`].
    pub fn recompute(self, work: Work, challenge: &[u8; 32]) -> Result<Vec<i32>, ProofError> {
        let (a, b) = operands(self.unit);
        let (a_rows, b_rows) = self.operand_rows(work);
        let n = index(work.n());
        let rows = |stream, range: Range<u32>| {
            let mut rows = vec![0u8; n.saturating_mul(index(work.tile()))];
            for (row, out) in range.zip(rows.chunks_exact_mut(n)) {
                seeded::fill_row(challenge, stream, row, out);
            }
            rows
        };
        let (a, b) = (rows(a, a_rows), rows(b, b_rows));
        let mut c = vec![0; index(work.tile().saturating_mul(work.tile()))];
        Gemm::new(work.tile(), work.tile(), work.n())?.run(&a, &b, &mut c)?;
        Ok(c)
    }
}

/// The tiles that a beacon draws from a commitment: `samples` of them, each
/// uniform over all tiles of all units, with repetition.
///
/// # Errors
/// [`ProofError::OutOfRange`] for units outside `1..=MAX_UNITS` or more than 64
/// samples.
pub fn positions(
    entry: &Entry<'_>,
    commitment: &Commitment,
    sampling_beacon: &[u8; 32],
    samples: u32,
) -> Result<Vec<TilePosition>, ProofError> {
    in_range("census units", commitment.units, 1u32, MAX_UNITS)?;
    in_range("census samples", samples, 1u32, MAX_SAMPLES)?;
    let tiles = u128::from(entry.work.tiles());
    let total = tiles.saturating_mul(u128::from(commitment.units));
    (0..samples)
        .map(|d| {
            let mut draw = Draw::new(sampling_beacon, entry.operator, &commitment.root, d);
            let drawn = draw.below(total)?;
            let narrow = |x: Option<u128>| x.and_then(|x| u32::try_from(x).ok()).unwrap_or(0);
            Ok(TilePosition {
                unit: narrow(drawn.checked_div(tiles)),
                tile: narrow(drawn.checked_rem(tiles)),
            })
        })
        .collect()
}

/// One opened tile: siblings only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// From the tile to the top of its unit.
    pub within_unit: Siblings,
    /// From the unit to the top of the commitment.
    pub units: Siblings,
}

codec_struct!(Opened { within_unit, units });

/// The answer to a draw: one opened tile per sample, in the draw's order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer(pub Vec<Opened>);

impl Encode for Answer {
    fn encode(&self, out: &mut Vec<u8>) {
        encode_list(&self.0, out);
    }
}

impl Decode for Answer {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.list("opened tiles", MAX_SAMPLES).map(Self)
    }
}

/// Draws, recomputes and checks every sample of a commitment.
///
/// # Errors
/// [`ProofError`]: the first thing that does not hold; the answer is then
/// refused as a whole, and a better one may follow.
pub fn verify(
    entry: &Entry<'_>,
    commitment: &Commitment,
    sampling_beacon: &[u8; 32],
    samples: u32,
    answer: &Answer,
) -> Result<(), ProofError> {
    let drawn = positions(entry, commitment, sampling_beacon, samples)?;
    verify_at(entry, commitment, &drawn, answer)
}

/// Recomputes and checks the tiles at given positions.
///
/// # Errors
/// As [`verify`].
pub fn verify_at(
    entry: &Entry<'_>,
    commitment: &Commitment,
    positions: &[TilePosition],
    answer: &Answer,
) -> Result<(), ProofError> {
    same_count("opened tiles", count(positions.len()), answer.0.len())?;
    let challenge = entry.challenge();
    for (position, opened) in positions.iter().zip(&answer.0) {
        let tile = Work::tile_hash(&position.recompute(entry.work, &challenge)?);
        let root = opened.root(entry.work, commitment.units, *position, tile)?;
        same_root("census tile", commitment.root, root)?;
    }
    Ok(())
}

impl Opened {
    fn root(
        &self,
        work: Work,
        units: u32,
        at: TilePosition,
        tile: Hash,
    ) -> Result<Hash, ProofError> {
        let top = fold(
            "census unit",
            work.tiles(),
            u64::from(at.tile),
            vec![tile],
            &self.within_unit,
        )?;
        let unit = Work::unit_root(at.unit, &top);
        let top = fold(
            "census units",
            u64::from(units),
            u64::from(at.unit),
            vec![unit],
            &self.units,
        )?;
        Ok(work.root(units, &top))
    }
}
