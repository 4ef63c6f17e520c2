//! What an operation can be. The meaning of each is in `exact-kernels`; here
//! stands what it takes, what it gives, and what one element of it reads.

mod codec;

use alloc::{vec, vec::Vec};

use exact_kernels::{
    DType, bias,
    cost::Moved,
    gemm::{self, Gemm},
    requantise::Requantise,
    transpose,
};

use super::{Input, Part, Read};
use crate::{
    ProofError,
    error::{same, same_count},
    num::{count, index},
    tensor::{TensorSpec, element},
};

/// What happens to an int32 product before it is committed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Epilogue {
    /// Nothing: the output is int32.
    None,
    /// A bias per output channel is added: the output is int32. One more input,
    /// int32 N×1.
    Bias,
    /// A bias is added and the sum requantised: the output is 8-bit. One more
    /// input, int32 N×2: bias and multiplier per output channel.
    Requantise(Requantise),
}

/// What an operation computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A matrix product. Inputs: `A` int8 M×K; `B` transposed, int8 N×K; what
    /// the epilogue takes. Output: M×N, or N×M if `transposed`, so that the next
    /// operation reads rows.
    Gemm {
        /// What is done to the sums.
        epilogue: Epilogue,
        /// Whether the output is committed column by column.
        transposed: bool,
    },
    /// A bias per column. Inputs: int32 R×C; biases int32 C×1. Output: int32.
    Bias,
    /// Bias and requantisation per column. Inputs: int32 R×C; bias and
    /// multiplier int32 C×2. Output: 8-bit.
    Requantise(Requantise),
    /// The transpose of any tensor.
    Transpose,
}

/// An input's spec, by position.
fn spec(inputs: &[Input], at: usize) -> Result<TensorSpec, ProofError> {
    let input = inputs.get(at).map(|input| input.spec);
    input.ok_or(ProofError::WrongCount {
        what: "inputs of an operation",
        expected: count(at).saturating_add(1),
        actual: count(inputs.len()),
    })
}

fn check_count(inputs: &[Input], expected: u64) -> Result<(), ProofError> {
    same_count("inputs of an operation", expected, inputs.len())
}

fn check_dtype(spec: TensorSpec, expected: DType) -> Result<(), ProofError> {
    let tag = |dtype| match dtype {
        DType::I8 => 0u32,
        DType::U8 => 1,
        DType::I32 => 2,
    };
    same("element type of an input", tag(expected), tag(spec.dtype))
}

/// Checks per-channel parameters: int32, one row per channel.
fn check_params(spec: TensorSpec, channels: u32, per_channel: u32) -> Result<(), ProofError> {
    check_dtype(spec, DType::I32)?;
    same("parameter rows", channels, spec.shape.rows())?;
    same("parameters per channel", per_channel, spec.shape.cols())
}

impl Epilogue {
    fn params_per_channel(self) -> Option<u32> {
        match self {
            Self::None => None,
            Self::Bias => Some(1),
            Self::Requantise(_) => Some(2),
        }
    }

    fn dtype(self) -> DType {
        match self {
            Self::None | Self::Bias => DType::I32,
            Self::Requantise(requantise) => requantise.range().dtype(),
        }
    }

    /// The parameters of one channel, within those of all.
    pub(super) fn channel(self, params: &[u8], channel: usize) -> &[u8] {
        let len = match self.params_per_channel() {
            None => return &[],
            Some(1) => 4,
            Some(_) => 8,
        };
        params.chunks(len).nth(channel).unwrap_or(&[])
    }

    /// The committed value of a sum, given its channel's parameters.
    pub(super) fn apply(self, sum: i32, params: &[u8]) -> Result<i32, ProofError> {
        let param = |index| element(DType::I32, params, index);
        Ok(match self {
            Self::None => sum,
            Self::Bias => bias::element(sum, param(0)?),
            Self::Requantise(requantise) => {
                requantise.element(bias::element(sum, param(0)?), param(1)?)
            }
        })
    }
}

/// The shape of a product, from its operands.
pub(super) fn gemm_shape(inputs: &[Input]) -> Result<Gemm, ProofError> {
    let (a, b) = (spec(inputs, 0)?, spec(inputs, 1)?);
    check_dtype(a, DType::I8)?;
    check_dtype(b, DType::I8)?;
    same("inner dimension of B", a.shape.cols(), b.shape.cols())?;
    Ok(Gemm::new(a.shape.rows(), b.shape.rows(), a.shape.cols())?)
}

impl Kind {
    /// The epilogue of an operation on sums; a bias or requantisation alone is
    /// one without its product.
    fn epilogue(self) -> Epilogue {
        match self {
            Self::Gemm { epilogue, .. } => epilogue,
            Self::Bias => Epilogue::Bias,
            Self::Requantise(requantise) => Epilogue::Requantise(requantise),
            Self::Transpose => Epilogue::None,
        }
    }

    pub(super) fn outputs(self, inputs: &[Input]) -> Result<Vec<TensorSpec>, ProofError> {
        let epilogue = self.epilogue();
        let output = match self {
            Self::Gemm { transposed, .. } => {
                let shape = gemm_shape(inputs)?;
                let (m, n) = (shape.m(), shape.n());
                let (rows, cols) = if transposed { (n, m) } else { (m, n) };
                check_epilogue(epilogue, inputs, 2, n)?;
                TensorSpec::new(epilogue.dtype(), rows, cols)?
            }
            Self::Bias | Self::Requantise(_) => {
                let x = spec(inputs, 0)?;
                check_dtype(x, DType::I32)?;
                check_epilogue(epilogue, inputs, 1, x.shape.cols())?;
                TensorSpec {
                    dtype: epilogue.dtype(),
                    shape: x.shape,
                }
            }
            Self::Transpose => {
                check_count(inputs, 1)?;
                let x = spec(inputs, 0)?;
                TensorSpec {
                    dtype: x.dtype,
                    shape: x.shape.transposed(),
                }
            }
        };
        Ok(vec![output])
    }

    /// An epilogue rides on its product.
    pub(super) fn cost(
        self,
        inputs: &[Input],
        tensors: impl Iterator<Item = Moved>,
    ) -> Result<u128, ProofError> {
        let x = spec(inputs, 0)?.shape;
        Ok(match self {
            Self::Gemm { .. } => gemm_shape(inputs)?.cost(tensors),
            Self::Bias => bias::cost(x, tensors),
            Self::Requantise(requantise) => requantise.cost(x, tensors),
            Self::Transpose => transpose::cost(tensors),
        })
    }

    pub(super) fn reads(
        self,
        inputs: &[Input],
        row: u32,
        col: u32,
    ) -> Result<Vec<Read>, ProofError> {
        let parts: &[Part] = match self {
            Self::Gemm { transposed, .. } => {
                let (i, j) = if transposed { (col, row) } else { (row, col) };
                &[Part::Row(i), Part::Row(j), Part::Row(j)]
            }
            Self::Bias | Self::Requantise(_) => &[Part::Element(row, col), Part::Row(col)],
            Self::Transpose => {
                let (row, col) = transpose::source(row, col);
                &[Part::Element(row, col)]
            }
        };
        let pairs = inputs.iter().zip(parts);
        Ok(pairs.map(|(&input, &part)| Read { input, part }).collect())
    }

    pub(super) fn recompute(self, reads: &[(Read, &[u8])]) -> Result<i32, ProofError> {
        let epilogue = self.epilogue();
        match (self, reads) {
            (Self::Gemm { .. }, [(_, a), (_, b), params @ ..]) => {
                let sum = gemm::element(a, b)?;
                epilogue.apply(sum, params.first().map_or(&[], |(_, bytes)| bytes))
            }
            (Self::Bias | Self::Requantise(_), [x, (_, params)]) => {
                epilogue.apply(opened_element(x)?, params)
            }
            (Self::Transpose, [x]) => opened_element(x),
            _ => Err(ProofError::WrongCount {
                what: "reads of an element",
                expected: match self {
                    Self::Transpose => 1,
                    _ => 2,
                },
                actual: count(reads.len()),
            }),
        }
    }
}

fn check_epilogue(
    epilogue: Epilogue,
    inputs: &[Input],
    before: u32,
    channels: u32,
) -> Result<(), ProofError> {
    let before_index = index(before);
    match epilogue.params_per_channel() {
        None => check_count(inputs, u64::from(before)),
        Some(per_channel) => {
            check_count(inputs, u64::from(before.saturating_add(1)))?;
            check_params(spec(inputs, before_index)?, channels, per_channel)
        }
    }
}

/// The element that a read of one element names, within its opened leaf.
fn opened_element((read, bytes): &(Read, &[u8])) -> Result<i32, ProofError> {
    let Part::Element(_, col) = read.part else {
        return Err(ProofError::WrongCount {
            what: "elements of a read",
            expected: 1,
            actual: 0,
        });
    };
    let dtype = read.input.spec.dtype;
    element(dtype, bytes, read.input.spec.index_in_leaf(col))
}
