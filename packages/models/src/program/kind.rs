//! What an operation can be, what it takes and what it gives.

use compute_proofs::{
    ProofError,
    program::{self as matrix, Input},
    tensor::TensorSpec,
};
use exact_kernels::{
    DType,
    cost::Moved,
    gather,
    gemm::Gemm,
    lookup,
    norm::{self, Norm},
    pool,
    requantise::Requantise,
    residual::Residual,
    scores, softmax,
};

/// Columns of a token: its id, the first row of its sentence, the sentence's rows.
pub const TOKEN: u32 = 3;

/// Columns of a sentence: its first row, its rows.
pub const SENTENCE: u32 = 2;

/// Columns of a row's statistics: mean, factor, shift.
pub const STATS: u32 = 3;

/// How queries, keys and values are mixed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attention {
    /// Heads that the columns are cut into.
    pub heads: u32,
    /// The longest sentence, in rows.
    pub longest: u32,
    /// The shift behind each head's softmax multiplier.
    pub shift: u8,
}

/// What an operation computes. T rows, D columns; the meaning of each is in
/// `exact_kernels`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An operation of matrix jobs, as it is there.
    Matrix(matrix::Kind),
    /// Embedding rows. Inputs: tokens int32 T×3; table int8 V×D; column scales int32
    /// D×1; positions int32 P×D. Output: int32 T×D.
    Embed {
        /// The longest sentence, in rows: a token's position is counted within it.
        longest: u32,
    },
    /// Layer norm, then requantisation. Inputs: `h` int32 T×D; gain, offset and
    /// multiplier int32 D×3. Outputs: int8 T×D, and the rows' statistics int32 T×3.
    Norm {
        /// Layer norm.
        norm: Norm,
        /// To 8 bits, by each column's multiplier.
        requantise: Requantise,
    },
    /// Layer norm, committed column by column for pooling. Inputs: `h` int32 T×D;
    /// gain and offset int32 D×2. Output: int32 D×T.
    FinalNorm(Norm),
    /// Attention within each sentence. Inputs: queries int8 T×D; keys int8 D×T;
    /// values int8 D×T; tokens int32 T×3; softmax multipliers int32 heads×1.
    /// Output: int8 T×D.
    Attention(Attention),
    /// A product, requantised to a byte that is looked up. Inputs: `A` int8 M×K; `B`
    /// transposed, int8 N×K; bias and multiplier int32 N×2; table int8 1×256.
    /// Output: int8 M×N.
    Activation(Requantise),
    /// A product added to the residual stream, which is the norm of an earlier `h`
    /// and never committed itself. Inputs: `A` int8 M×K; `B` transposed, int8 N×K;
    /// bias, multiplier and the bias of a sentence's first row, int32 N×3; `h` int32
    /// M×N and its statistics int32 M×3; gain, offset (and multiplier) int32 N×3;
    /// tokens int32 M×3. Output: int32 M×N.
    Residual {
        /// To the stream's scale.
        residual: Residual,
        /// The norm that makes the stream from `h`.
        norm: Norm,
        /// The longest sentence, in rows.
        longest: u32,
    },
    /// Sums over sentences. Inputs: values int32 D×T; sentences int32 S×2. Output:
    /// int32 S×D.
    Pool {
        /// The longest sentence, in rows.
        longest: u32,
    },
}

fn spec(inputs: &[Input], at: usize) -> Result<TensorSpec, ProofError> {
    let input = inputs.get(at).map(|input| input.spec);
    input.ok_or(ProofError::Missing {
        what: "input of an operation",
    })
}

/// Checks number, types and shapes of all inputs at once.
fn expect<const N: usize>(
    inputs: &[Input],
    expected: [(DType, u32, u32); N],
) -> Result<(), ProofError> {
    if inputs.len() != N {
        let count = |len: usize| u64::try_from(len).unwrap_or(u64::MAX);
        return Err(ProofError::WrongCount {
            what: "inputs of an operation",
            expected: count(N),
            actual: count(inputs.len()),
        });
    }
    for (input, (dtype, rows, cols)) in inputs.iter().zip(expected) {
        let expected = TensorSpec::new(dtype, rows, cols)?;
        if input.spec != expected {
            let actual = input.spec;
            return Err(ProofError::WrongSpec { expected, actual });
        }
    }
    Ok(())
}

fn longest(value: u32, max: u32) -> Result<(), ProofError> {
    super::in_range("rows of the longest sentence", value.into(), 1, max.into())
}

/// Rows and columns of an input, (1, 1) where it is not there: `expect` says so.
fn dims(inputs: &[Input], at: usize) -> (u32, u32) {
    inputs.get(at).map_or((1, 1), |input| {
        (input.spec.shape.rows(), input.spec.shape.cols())
    })
}

impl Kind {
    pub(super) fn outputs(self, inputs: &[Input]) -> Result<Vec<TensorSpec>, ProofError> {
        use DType::{I8, I32};
        let (rows, cols) = dims(inputs, 0);
        let channels = dims(inputs, 1).0;
        let outputs: &[(DType, u32, u32)] = match self {
            Self::Matrix(kind) => {
                let inputs = inputs.to_vec();
                return matrix::Operation { kind, inputs }.outputs();
            }
            Self::Embed { longest: rows_max } => {
                let (words, width) = dims(inputs, 1);
                let places = dims(inputs, 3).0;
                longest(rows_max, places)?;
                let table = (I8, words, width);
                let positions = (I32, places, width);
                expect(inputs, [(I32, rows, TOKEN), table, (I32, width, 1), positions])?;
                &[(I32, rows, width)]
            }
            Self::Norm { .. } => {
                norm::numerator(cols)?;
                expect(inputs, [(I32, rows, cols), (I32, cols, 3)])?;
                &[(I8, rows, cols), (I32, rows, STATS)]
            }
            Self::FinalNorm(_) => {
                norm::numerator(cols)?;
                expect(inputs, [(I32, rows, cols), (I32, cols, 2)])?;
                &[(I32, cols, rows)]
            }
            Self::Attention(attention) => {
                let depth = cols.checked_div(attention.heads).unwrap_or(0);
                scores::check_depth(depth)?;
                longest(attention.longest, softmax::MAX_ROWS)?;
                let width = depth.saturating_mul(attention.heads);
                super::in_range("columns of all heads", width.into(), cols.into(), cols.into())?;
                let transposed = (I8, cols, rows);
                let tokens = (I32, rows, TOKEN);
                let heads = (I32, attention.heads, 1);
                expect(inputs, [(I8, rows, cols), transposed, transposed, tokens, heads])?;
                &[(I8, rows, cols)]
            }
            Self::Activation(_) => {
                Gemm::new(rows, channels, cols)?;
                let b = (I8, channels, cols);
                let table = (I8, 1, lookup::ENTRIES);
                expect(inputs, [(I8, rows, cols), b, (I32, channels, 2), table])?;
                &[(I8, rows, channels)]
            }
            Self::Residual { longest: rows_max, .. } => {
                Gemm::new(rows, channels, cols)?;
                longest(rows_max, u32::MAX)?;
                norm::numerator(channels)?;
                let b = (I8, channels, cols);
                let params = (I32, channels, 3);
                let (h, stats) = ((I32, rows, channels), (I32, rows, STATS));
                let tokens = (I32, rows, TOKEN);
                expect(inputs, [(I8, rows, cols), b, params, h, stats, params, tokens])?;
                &[h]
            }
            Self::Pool { longest: rows_max } => {
                longest(rows_max, pool::MAX_ROWS)?;
                let sentences = dims(inputs, 1).0;
                expect(inputs, [(I32, rows, cols), (I32, sentences, SENTENCE)])?;
                &[(I32, sentences, rows)]
            }
        };
        let outputs = outputs.iter();
        outputs
            .map(|&(dtype, rows, cols)| TensorSpec::new(dtype, rows, cols))
            .collect()
    }

    /// Cost in ops; `outputs` as they are moved. Inputs have been checked.
    pub(super) fn cost(self, inputs: &[Input], outputs: &[Moved]) -> Result<u128, ProofError> {
        let moved = |input: &Input| Moved::Read(input.spec.dtype, input.spec.shape);
        let tensors = || inputs.iter().map(moved).chain(outputs.iter().copied());
        let x = spec(inputs, 0)?.shape;
        Ok(match self {
            Self::Matrix(kind) => {
                let inputs = inputs.to_vec();
                matrix::Operation { kind, inputs }.cost()?
            }
            // Of the table only as many rows move as there are tokens.
            Self::Embed { .. } => {
                let width = spec(inputs, 1)?.shape.cols();
                let rows = |dtype| TensorSpec::new(dtype, x.rows(), width);
                let (words, places) = (rows(DType::I8)?, rows(DType::I32)?);
                let read = [
                    moved(inputs.first().ok_or(ProofError::Missing { what: "tokens" })?),
                    Moved::Read(words.dtype, words.shape),
                    Moved::Read(places.dtype, places.shape),
                ];
                gather::cost(places.shape, read.into_iter().chain(outputs.iter().copied()))
            }
            Self::Norm { .. } | Self::FinalNorm(_) => norm::cost(x, tensors()),
            Self::Attention(Attention { heads, longest, .. }) => {
                softmax::cost(x.rows(), longest, heads, x.cols(), tensors())
            }
            Self::Activation(_) | Self::Residual { .. } => {
                let channels = spec(inputs, 1)?.shape.rows();
                Gemm::new(x.rows(), channels, x.cols())?.cost(tensors())
            }
            Self::Pool { longest } => {
                let sentences = spec(inputs, 1)?.shape.rows();
                pool::cost(sentences, x.rows(), longest, tensors())
            }
        })
    }
}
