//! Rows of operands, laid out as an inner loop wants them.

use super::simd::Packing;

/// Packs `rows` rows of `k` bytes each, `stride` bytes apart in `from` and
/// padded with zeros to `padded` bytes; rows beyond the operand are zeros.
pub(super) struct Rows<'a> {
    /// The operand from the first row and the first column on.
    pub(super) from: &'a [u8],
    /// Bytes from one row to the next.
    pub(super) stride: usize,
    /// How many rows there are.
    pub(super) count: usize,
    /// Elements of each.
    pub(super) k: usize,
}

impl Rows<'_> {
    /// Appends nothing: fills `out`, a multiple of `padded` bytes, with one
    /// packed row after the other.
    pub(super) fn pack(&self, packing: Packing, offset: bool, padded: usize, out: &mut [u8]) {
        for (row, out) in out.chunks_exact_mut(padded).enumerate() {
            if row >= self.count {
                out.fill(0);
                continue;
            }
            let start = row * self.stride;
            let from = &self.from[start..start + self.k];
            match packing {
                Packing::Words => {
                    let (elements, rest) = out.split_at_mut(2 * self.k);
                    for (out, x) in elements.as_chunks_mut::<2>().0.iter_mut().zip(from) {
                        *out = i16::from(i8::from_le_bytes([*x])).to_le_bytes();
                    }
                    rest.fill(0);
                }
                Packing::Bytes | Packing::OffsetA => {
                    let (elements, rest) = out.split_at_mut(self.k);
                    if offset && packing == Packing::OffsetA {
                        for (out, x) in elements.iter_mut().zip(from) {
                            *out = x ^ 0x80;
                        }
                    } else {
                        elements.copy_from_slice(from);
                    }
                    rest.fill(0);
                }
            }
        }
    }

    /// The sum of every row, for [`Packing::OffsetA`].
    pub(super) fn sums(&self, out: &mut [i32]) {
        for (row, out) in out.iter_mut().enumerate().take(self.count) {
            let start = row * self.stride;
            let from = &self.from[start..start + self.k];
            *out = from
                .iter()
                .map(|x| i32::from(i8::from_le_bytes([*x])))
                .sum();
        }
    }
}
