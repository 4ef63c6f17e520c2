//! Running a program plainly, over whole tensors, on the kernels of
//! `exact_kernels`: the reference that faster ways are tested against.

use compute_proofs::{
    Hash, ProofError,
    program::{self as matrix, Epilogue, Input, Source},
    tensor::{Committed, TensorSpec, push_element},
    trace::{OutputRoots, Trace},
};
use exact_kernels::{
    DType, KernelError, bias, gather,
    gemm::{Gemm, Int8},
    lookup::Table,
    norm::{Norm, Stats},
    pool,
    requantise::low_byte,
    residual::Residual,
    scores,
    softmax::{self, Softmax},
    span::Span,
    transpose,
};
use rayon::prelude::*;

use super::{Attention, Kind, Operation, Program};

/// A tensor's elements, row-major, little-endian.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tensor {
    /// Type and shape.
    pub spec: TensorSpec,
    /// The elements' bytes.
    pub bytes: Vec<u8>,
}

impl Tensor {
    /// A tensor of int32 values.
    ///
    /// # Errors
    /// [`ProofError`] for a zero dimension, or values that are not the tensor.
    pub fn int32(rows: u32, cols: u32, values: &[i32]) -> Result<Self, ProofError> {
        let bytes = values.iter().flat_map(|value| value.to_le_bytes());
        Self::new(TensorSpec::new(DType::I32, rows, cols)?, bytes.collect())
    }

    /// A tensor of int8 values.
    ///
    /// # Errors
    /// As [`Self::int32`].
    pub fn int8(rows: u32, cols: u32, values: &[i8]) -> Result<Self, ProofError> {
        let bytes = values.iter().flat_map(|value| value.to_le_bytes());
        Self::new(TensorSpec::new(DType::I8, rows, cols)?, bytes.collect())
    }

    /// A tensor of these bytes.
    ///
    /// # Errors
    /// [`ProofError::WrongLength`] unless they are exactly the tensor.
    pub fn new(spec: TensorSpec, bytes: Vec<u8>) -> Result<Self, ProofError> {
        let actual = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        if actual == spec.bytes() {
            return Ok(Self { spec, bytes });
        }
        Err(ProofError::WrongLength {
            what: "tensor",
            expected: spec.bytes(),
            actual,
        })
    }

    /// The root that commits to it.
    ///
    /// # Errors
    /// As [`Self::commit`].
    pub fn root(&self) -> Result<Hash, ProofError> {
        Ok(self.commit()?.root())
    }

    /// The tensor with its tree.
    ///
    /// # Errors
    /// [`ProofError`] never for a tensor that [`Self::new`] made.
    pub fn commit(&self) -> Result<Committed, ProofError> {
        Committed::new(self.spec, self.bytes.clone())
    }

    /// The elements as numbers.
    #[must_use]
    pub fn values(&self) -> Vec<i32> {
        match self.spec.dtype {
            DType::I8 => self.bytes.iter().map(|byte| byte.widen()).collect(),
            DType::U8 => self.bytes.iter().map(|&byte| byte.into()).collect(),
            DType::I32 => {
                let words = self.bytes.as_chunks::<4>().0.iter();
                words.map(|word| i32::from_le_bytes(*word)).collect()
            }
        }
    }
}

/// Every output of every operation.
pub type Outputs = Vec<Vec<Tensor>>;

/// Runs `program` on a task's `inputs`, one tensor per slot; `weights` finds a
/// registered tensor by its root.
///
/// # Errors
/// [`ProofError`] if the program is not valid, an input does not fit, or weights are
/// missing.
pub fn run<'a>(
    program: &Program,
    inputs: &'a [Tensor],
    weights: &impl Fn(&Hash) -> Option<&'a Tensor>,
) -> Result<Outputs, ProofError> {
    program.header()?;
    let mut outputs: Outputs = Vec::new();
    for operation in &program.operations {
        let operands = operation.inputs.iter();
        let operands = operands.map(|input| load(input, &outputs, inputs, weights));
        let operands = operands.collect::<Result<Vec<_>, _>>()?;
        outputs.push(execute(operation, &operands)?);
    }
    Ok(outputs)
}

/// Commits to all outputs: their trees, and the trace over them.
///
/// # Errors
/// [`ProofError::EmptyTree`] without outputs.
pub fn commit(outputs: &Outputs) -> Result<(Vec<Vec<Committed>>, Trace), ProofError> {
    let all = outputs.iter().map(|outputs| {
        let outputs = outputs.iter().map(Tensor::commit);
        outputs.collect::<Result<Vec<_>, _>>()
    });
    let all = all.collect::<Result<Vec<_>, _>>()?;
    let roots = all
        .iter()
        .map(|outputs| OutputRoots(outputs.iter().map(Committed::root).collect()));
    let trace = Trace::new(roots.collect())?;
    Ok((all, trace))
}

fn load<'b, 'a: 'b>(
    input: &Input,
    outputs: &'b Outputs,
    inputs: &'a [Tensor],
    weights: &impl Fn(&Hash) -> Option<&'a Tensor>,
) -> Result<&'b Tensor, ProofError> {
    let (found, what) = match input.source {
        Source::Output { operation, output } => {
            let found = usize::try_from(operation).ok();
            let found = found.and_then(|at| outputs.get(at)?.get(usize::from(output)));
            (found, "output of an earlier operation")
        }
        Source::Weights { root } => (weights(&root), "weights"),
        Source::Slot { slot } => (inputs.get(usize::from(slot)), "task input"),
        Source::Seed { .. } => (None, "operand from a seed: run matrix jobs as such"),
    };
    let tensor = found.ok_or(ProofError::Missing { what })?;
    if tensor.spec == input.spec {
        return Ok(tensor);
    }
    Err(ProofError::WrongSpec {
        expected: input.spec,
        actual: tensor.spec,
    })
}

/// One operation over whole tensors. `operation.outputs()` checks every shape that
/// the kernels below rely on.
fn execute(operation: &Operation, operands: &[&Tensor]) -> Result<Vec<Tensor>, ProofError> {
    let specs = operation.outputs()?;
    let first = *specs.first().ok_or(ProofError::Missing { what: "output" })?;
    let one = |bytes| Ok(vec![Tensor::new(first, bytes)?]);
    match (operation.kind, operands) {
        (Kind::Matrix(kind), _) => one(matrix(kind, first, operands)?),
        (Kind::Embed { longest }, [tokens, table, scales, positions]) => {
            let rows = tokens.spec.shape.rows();
            let tokens = tokens.values();
            let ids = tokens.as_chunks::<3>().0.iter().zip(0u32..);
            let ids = ids.map(|(&[id, first, len], row)| {
                let span = Span::around(rows, longest, row, first, len);
                (id, row.saturating_sub(span.start()))
            });
            let ids: Vec<_> = ids.collect();
            let mut out = vec![0; count(first)];
            let (scales, positions) = (scales.values(), positions.values());
            gather::run(first.shape, &ids, &table.bytes, &scales, &positions, &mut out)?;
            one(to_bytes(first.dtype, &out))
        }
        (Kind::Norm { norm, requantise }, [h, params]) => {
            let params = params.values();
            let (y, stats) = normalise(norm, h, &params, 3)?;
            let columns = params.as_chunks::<3>().0;
            let rows = y.chunks_exact(columns.len());
            let quantised = rows.flat_map(|row| {
                let row = row.iter().zip(columns);
                row.map(|(&y, &[_, _, m])| low_byte(requantise.element(y, m)))
            });
            let stats = stats.iter().flat_map(|s| [s.mean, s.factor, s.shift]);
            let stats = to_bytes(DType::I32, &stats.collect::<Vec<_>>());
            let second = *specs.get(1).ok_or(ProofError::Missing { what: "output" })?;
            Ok(vec![
                Tensor::new(first, quantised.collect())?,
                Tensor::new(second, stats)?,
            ])
        }
        (Kind::FinalNorm(norm), [h, params]) => {
            let (y, _) = normalise(norm, h, &params.values(), 2)?;
            let mut out = vec![0; y.len()];
            transpose::run(h.spec.shape, &y, &mut out)?;
            one(to_bytes(first.dtype, &out))
        }
        (Kind::Attention(attention), [queries, keys, values, tokens, multipliers]) => {
            let (tokens, multipliers) = (tokens.values(), multipliers.values());
            one(attend(attention, queries, keys, values, &tokens, &multipliers)?)
        }
        (Kind::Activation(requantise), [a, b, params, table]) => {
            let table = Table::new(&table.bytes)?;
            let params = params.values();
            let sums = product(a, b)?;
            let rows = sums.chunks_exact(params.len() / 2);
            let out = rows.flat_map(|row| {
                let row = row.iter().zip(params.as_chunks::<2>().0);
                row.map(|(&sum, &[b, m])| {
                    let index = low_byte(requantise.element(bias::element(sum, b), m));
                    let [byte] = table.element(index).to_le_bytes();
                    byte
                })
            });
            one(out.collect())
        }
        (
            Kind::Residual {
                residual,
                norm,
                longest,
            },
            [a, b, params, h, stats, gains, tokens],
        ) => {
            let sums = product(a, b)?;
            let terms = Terms {
                params: params.values(),
                gains: gains.values(),
                stats: stats.values(),
                tokens: tokens.values(),
            };
            let out = add(residual, norm, longest, &sums, &h.values(), &terms);
            one(to_bytes(first.dtype, &out))
        }
        (Kind::Pool { longest }, [values, sentences]) => {
            let rows = values.spec.shape.cols();
            let all = values.values();
            let mut out = Vec::new();
            for &[first, len] in sentences.values().as_chunks::<2>().0 {
                let span = Span::named(rows, longest, first, len);
                for column in all.chunks_exact(as_index(rows)) {
                    out.push(pool::sum(span.of(column))?);
                }
            }
            one(to_bytes(first.dtype, &out))
        }
        _ => Err(ProofError::Missing {
            what: "input of an operation",
        }),
    }
}

/// The kinds of matrix jobs.
fn matrix(
    kind: matrix::Kind,
    spec: TensorSpec,
    operands: &[&Tensor],
) -> Result<Vec<u8>, ProofError> {
    match (kind, operands) {
        (
            matrix::Kind::Gemm {
                epilogue,
                transposed,
            },
            [a, b, params @ ..],
        ) => {
            let sums = if transposed { product(b, a)? } else { product(a, b)? };
            let params = params.first().map(|params| params.values());
            Ok(finish(epilogue, transposed, spec, &sums, &params.unwrap_or_default()))
        }
        (matrix::Kind::Bias, [x, params]) => {
            Ok(finish(Epilogue::Bias, false, spec, &x.values(), &params.values()))
        }
        (matrix::Kind::Requantise(requantise), [x, params]) => {
            let epilogue = Epilogue::Requantise(requantise);
            Ok(finish(epilogue, false, spec, &x.values(), &params.values()))
        }
        (matrix::Kind::Transpose, [x]) => {
            let mut out = vec![0; count(spec)];
            transpose::run(x.spec.shape, &x.values(), &mut out)?;
            Ok(to_bytes(spec.dtype, &out))
        }
        _ => Err(ProofError::Missing {
            what: "input of an operation",
        }),
    }
}

/// A·B of int8 operands, rows in parallel.
fn product(a: &Tensor, b: &Tensor) -> Result<Vec<i32>, ProofError> {
    let (shape, channels) = (a.spec.shape, b.spec.shape.rows());
    let (k, n) = (as_index(shape.cols()), as_index(channels));
    let mut sums = vec![0; as_index(shape.rows()).saturating_mul(n)];
    let row = Gemm::new(1, channels, shape.cols())?;
    let rows = a.bytes.par_chunks_exact(k).zip(sums.par_chunks_exact_mut(n));
    rows.try_for_each(|(a, out)| row.run(a, &b.bytes, out))?;
    Ok(sums)
}

fn finish(
    epilogue: Epilogue,
    transposed: bool,
    spec: TensorSpec,
    sums: &[i32],
    params: &[i32],
) -> Vec<u8> {
    let cols = as_index(spec.shape.cols());
    let param = |at: usize| params.get(at).copied().unwrap_or(0);
    let mut out = Vec::new();
    for (row, sums) in sums.chunks_exact(cols).enumerate() {
        for (col, &sum) in sums.iter().enumerate() {
            let channel = if transposed { row } else { col };
            let value = match epilogue {
                Epilogue::None => sum,
                Epilogue::Bias => bias::element(sum, param(channel)),
                Epilogue::Requantise(requantise) => {
                    let sum = bias::element(sum, param(channel.saturating_mul(2)));
                    let m = param(channel.saturating_mul(2).saturating_add(1));
                    requantise.element(sum, m)
                }
            };
            push_element(spec.dtype, value, &mut out);
        }
    }
    out
}

/// Layer norm of every row, and the rows' statistics.
fn normalise(
    norm: Norm,
    h: &Tensor,
    params: &[i32],
    per_column: usize,
) -> Result<(Vec<i32>, Vec<Stats>), KernelError> {
    let pick = |at: usize| params.iter().skip(at).step_by(per_column).copied();
    let (gains, offsets): (Vec<_>, Vec<_>) = (pick(0).collect(), pick(1).collect());
    let h = h.values();
    let mut y = vec![0; h.len()];
    let rows = h.chunks_exact(gains.len());
    let rows = rows.zip(y.chunks_exact_mut(gains.len()));
    let stats = rows.map(|(h, y)| norm.run_row(h, &gains, &offsets, y));
    let stats = stats.collect::<Result<_, _>>()?;
    Ok((y, stats))
}

/// Attention of every row and head.
fn attend(
    attention: Attention,
    queries: &Tensor,
    keys: &Tensor,
    values: &Tensor,
    tokens: &[i32],
    multipliers: &[i32],
) -> Result<Vec<u8>, ProofError> {
    let shape = queries.spec.shape;
    let rows = shape.rows();
    let depth = as_index(shape.cols()) / as_index(attention.heads).max(1);
    let block = depth.saturating_mul(as_index(rows)).max(1);
    let row = |(at, query): (u32, &[u8]), token: &[i32; 3]| -> Result<Vec<u8>, KernelError> {
        let &[_, first, len] = token;
        let span = Span::around(rows, attention.longest, at, first, len);
        let mut weights = vec![0; as_index(span.len())];
        let mut out = Vec::with_capacity(query.len());
        let heads = query.chunks_exact(depth).zip(multipliers);
        let blocks = keys.bytes.chunks_exact(block).zip(values.bytes.chunks_exact(block));
        for ((query, &multiplier), (keys, values)) in heads.zip(blocks) {
            scores::run(query, keys, rows, span, &mut weights)?;
            let sum = Softmax::new(multiplier, attention.shift)?.weights(&mut weights)?;
            for values in values.chunks_exact(as_index(rows)) {
                out.push(low_byte(softmax::mix(&weights, sum, span.of(values))?));
            }
        }
        Ok(out)
    };
    let all = (0..rows)
        .into_par_iter()
        .zip(queries.bytes.par_chunks_exact(as_index(shape.cols())))
        .zip(tokens.as_chunks::<3>().0)
        .map(|(query, token)| row(query, token))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(all.concat())
}

/// What a residual sum reads besides product and `h`.
struct Terms {
    params: Vec<i32>,
    gains: Vec<i32>,
    stats: Vec<i32>,
    tokens: Vec<i32>,
}

fn add(
    residual: Residual,
    norm: Norm,
    longest: u32,
    sums: &[i32],
    h: &[i32],
    terms: &Terms,
) -> Vec<i32> {
    let params = terms.params.as_chunks::<3>().0;
    let gains = terms.gains.as_chunks::<3>().0;
    let tokens = terms.tokens.as_chunks::<3>().0;
    let rows = u32::try_from(tokens.len()).unwrap_or(u32::MAX);
    let per_row = (0u32..).zip(tokens).zip(terms.stats.as_chunks::<3>().0);
    let tensors = sums.chunks_exact(params.len()).zip(h.chunks_exact(params.len()));
    let rows = tensors.zip(per_row).map(|((sums, h), ((row, token), stats))| {
        let &[_, first, len] = token;
        let &[mean, factor, shift] = stats;
        let stats = Stats {
            mean,
            factor,
            shift,
        };
        let starts = Span::around(rows, longest, row, first, len).start() == row;
        let columns = sums.iter().zip(h).zip(params.iter().zip(gains));
        columns
            .map(|((&sum, &h), (&[bias, m, at_start], &[gain, offset, _]))| {
                let x = norm.element(h, stats, gain, offset);
                residual.element(x, sum, if starts { at_start } else { bias }, m)
            })
            .collect::<Vec<_>>()
    });
    rows.collect::<Vec<_>>().concat()
}

fn to_bytes(dtype: DType, values: &[i32]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for &value in values {
        push_element(dtype, value, &mut bytes);
    }
    bytes
}

fn count(spec: TensorSpec) -> usize {
    usize::try_from(spec.shape.elements()).unwrap_or(usize::MAX)
}

fn as_index(x: u32) -> usize {
    usize::try_from(x).unwrap_or(usize::MAX)
}
