//! What a beacon draws: uniform numbers, by rejection, from one stream per
//! sample.

use crate::{Hash, ProofError, hash::DRAW};

/// The random numbers of one sample.
///
/// Stream `d` is the BLAKE3 extendable output of
/// `beacon ‖ operator ‖ root ‖ d (u32 LE)` in the draw domain, where `operator`
/// is hashed with its length (u32 LE) in front. The root is in it, so that a
/// commitment fixes the samples of nothing but itself.
#[derive(Debug)]
pub struct Draw {
    stream: blake3::OutputReader,
}

impl Draw {
    /// Sample `d` of what `operator` has committed as `root`.
    #[must_use]
    pub fn new(beacon: &[u8; 32], operator: &str, root: &Hash, d: u32) -> Self {
        let len = u32::try_from(operator.len()).unwrap_or(u32::MAX);
        let parts = [
            &beacon[..],
            &len.to_le_bytes(),
            operator.as_bytes(),
            &root.0,
            &d.to_le_bytes(),
        ];
        Self {
            stream: DRAW.stream(&parts),
        }
    }

    /// A number uniform in `0..bound`: 128-bit little-endian words of the stream,
    /// of which those above the largest multiple of `bound` are passed over.
    ///
    /// # Errors
    /// [`ProofError::OutOfRange`] for a bound of 0.
    pub fn below(&mut self, bound: u128) -> Result<u128, ProofError> {
        let empty = ProofError::OutOfRange {
            what: "bound of a draw",
            value: bound,
            min: 1,
            max: u128::MAX,
        };
        // 2^128 mod bound: how many words at the top would favour small results.
        let uneven = u128::MAX
            .checked_rem(bound)
            .and_then(|rest| rest.checked_add(1))
            .and_then(|rest| rest.checked_rem(bound))
            .ok_or(empty.clone())?;
        let last_even = u128::MAX.saturating_sub(uneven);
        loop {
            let mut word = [0; 16];
            self.stream.fill(&mut word);
            let word = u128::from_le_bytes(word);
            // At least half of all words pass, whatever the bound.
            if word <= last_even {
                return word.checked_rem(bound).ok_or(empty);
            }
        }
    }
}
