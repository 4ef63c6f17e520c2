//! What happens to sums before they are committed, fused into the product.

use compute_proofs::program::Epilogue;
use exact_kernels::{bias, requantise::low_byte};

use super::gemm::Sink;

/// An epilogue with its parameters at hand.
pub(super) struct Finish<'a> {
    epilogue: Epilogue,
    /// Bias, or bias and multiplier, per channel; int32 little-endian.
    params: &'a [u8],
    /// Whether a channel is a row of the output, not a column.
    by_row: bool,
}

impl<'a> Finish<'a> {
    pub(super) fn new(epilogue: Epilogue, params: &'a [u8], by_row: bool) -> Self {
        Self {
            epilogue,
            params,
            by_row,
        }
    }

    fn param(&self, at: usize) -> i32 {
        let word = self.params.as_chunks::<4>().0.get(at);
        word.map_or(0, |word| i32::from_le_bytes(*word))
    }

    fn channel(&self, row: usize, col: usize) -> usize {
        if self.by_row { row } else { col }
    }
}

impl Sink for Finish<'_> {
    fn size(&self) -> usize {
        match self.epilogue {
            Epilogue::None | Epilogue::Bias => 4,
            Epilogue::Requantise(_) => 1,
        }
    }

    fn write(&self, row: usize, col: usize, sums: &[i32], out: &mut [u8]) {
        let cols = (col..).zip(sums);
        match self.epilogue {
            Epilogue::None => {
                for (out, sum) in out.as_chunks_mut::<4>().0.iter_mut().zip(sums) {
                    *out = sum.to_le_bytes();
                }
            }
            Epilogue::Bias => {
                for (out, (col, sum)) in out.as_chunks_mut::<4>().0.iter_mut().zip(cols) {
                    let b = self.param(self.channel(row, col));
                    *out = bias::element(*sum, b).to_le_bytes();
                }
            }
            Epilogue::Requantise(requantise) => {
                for (out, (col, sum)) in out.iter_mut().zip(cols) {
                    let channel = self.channel(row, col);
                    let (b, m) = (self.param(2 * channel), self.param(2 * channel + 1));
                    *out = low_byte(requantise.element(bias::element(*sum, b), m));
                }
            }
        }
    }
}
